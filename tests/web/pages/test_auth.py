"""The way in: signing in and out, expired sessions, forged forms, headers, languages; pages closed unless opened."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from engine.journal import acts
from engine.staff import accounts
from engine.store.columns import table_of
from engine.store.models import JournalEntry, Task, WebSession
from tests.kit.addresses import fill_address
from tests.kit.site import COMMUNE, OPERATOR, PASSWORD, Browser, Site, decode_cookie
from tests.web.pages.test_task import VERIFY, received
from web.http.request import is_public
from web.http.security import HEADERS

OPEN_TO_ALL = {
    *("open311.describe_endpoint", "open311.list_services", "open311.define_service"),
    *("api_document.download_document", "api_document.show_document"),
    "public_figures.show_public_figures",
    *(
        "public_data.download_public_json",
        "public_data.download_public_csv",
        "public_data.download_public_areas",
        "public_data.describe_open_data",
    ),
    *(
        "health.check_liveness",
        "health.check_readiness",
        "health.export_metrics",
        "health.show_refusal",
        "guide.show_guide",
        "address_search.suggest_addresses",
        "maps.locate_point",
        "maps.send_picture",
        "maps.send_tile",
        "guide.show_help",
        "mail_choice.show_mail_choice",
        "mail_choice.submit_mail_choice",
    ),
    *("second_step.show_second_step", "second_step.submit_second_step", "second_step.open_session_by_passkey"),
    *("account_links.show_link", "account_links.submit_link"),
    *("provider_sign_in.ask_provider", "provider_sign_in.come_back"),
    *("auth.show_front_page", "auth.show_sign_in", "auth.open_session", "auth.choose_language", "assets.serve_font"),
    *(
        "public.show_report_form",
        "public.submit_report",
        "public.show_filed_report",
        "form_files.keep_public_file",
        "form_files.drop_public_file",
        "following.show_doors",
        "following.look_up_report",
        "following.open_link",
        "following.request_code",
        "following.show_code_form",
        "following.enter_code",
        "progress.forget_report",
        "progress.submit_opinion",
        "progress.download_own_file",
        "progress.show_own_thumbnail",
    ),
}
# Addresses for other systems, which show a key each time.
OPEN_WITH_SIGNATURE = {"channel_door.receive_delivery"}  # tests/web/test_channels.py; 404 where no channel is set up.
OPEN_WITH_KEY = {
    *("open311.list_requests", "open311.show_request", "open311.resolve_token", "open311.file_request"),
    *("api_work.list_tasks", "api_work.show_task", "api_work.claim_task", "api_work.release_task"),
    *("api_work.complete_task", "api_work.list_processes", "api_work.start_process"),
    *("api_events.send_message", "api_events.send_signal"),
    *("api_reading.show_case", "api_reading.show_deployment", "api_reading.show_statistics"),
}


def test_signing_in_leads_to_the_inbox_and_out_to_the_start(site: Site) -> None:
    browser = site.browser()
    answer = browser.sign_in(OPERATOR)
    assert (answer.status_code, answer.location) == (302, "/inbox")
    assert "Việc của tôi" in browser.get("/inbox").text
    assert browser.post("/sign-out").location == "/"
    assert browser.get("/inbox").location == "/sign-in?next=/inbox"


def test_a_wrong_password_and_an_unknown_login_get_the_same_page(site: Site) -> None:
    site.allow(OPERATOR)
    browser = site.browser()
    pages = [browser.post("/sign-in", {"login": login, "password": "sai"}) for login in (OPERATOR, "khong.co.ai")]
    assert [page.status_code for page in pages] == [401, 401]
    assert all("Tên đăng nhập hoặc mật khẩu không đúng." in page.text for page in pages)


def test_after_too_many_tries_the_page_says_until_when(site: Site) -> None:
    browser = site.browser()
    for _ in range(accounts.LOGIN_LIMIT.max_tries):
        browser.post("/sign-in", {"login": OPERATOR, "password": "sai"})
    answer = browser.post("/sign-in", {"login": OPERATOR, "password": "sai"})
    assert answer.status_code == 429
    assert "10:15 25/11/2026" in answer.text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere(site: Site, target: str) -> None:
    site.allow(OPERATOR)
    answer = site.browser().post("/sign-in", {"login": OPERATOR, "password": PASSWORD, "next": target})
    assert answer.location == "/inbox"


def test_an_expired_session_asks_to_sign_in_and_says_that_nothing_was_sent(site: Site) -> None:
    browser = site.browser(OPERATOR)
    site.later(hours=2)
    assert browser.get("/inbox?view=queue").location == "/sign-in?next=/inbox?view%3Dqueue"
    answer = browser.post("/inbox/acts", {"act": "claim"})
    assert answer.status_code == 401
    assert "Phiên làm việc đã hết" in answer.text


def sent_again(site: Site, browser: Browser, page: str) -> Any:
    """Press the button of the form that a page keeps, as a browser without scripts does."""
    form = page.partition("<noscript>")[2] or page.partition("<main")[2]
    action = re.findall(r'<form method="post" action="([^"]+)"', form)[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', unescape(form)))
    return browser.client.post(action, data=fields, buffered=True, headers={"Origin": "http://localhost"})


def test_without_scripts_too_what_an_ended_session_did_not_take_is_sent_after_signing_in(site: Site) -> None:
    instance_id = received(site)
    browser, task = site.browser(COMMUNE), site.task(instance_id, "verify")
    site.later(hours=2)
    page = browser.post(f"/tasks/{task.id}", {**VERIFY, "version": str(task.version)}).text
    browser.sign_in(COMMUNE)
    once_more = sent_again(site, browser, page)
    assert (once_more.status_code, "Gửi lại" in once_more.text) == (400, True)  # That page had the old session's token.
    assert sent_again(site, browser, once_more.text).status_code == 302
    assert site.read(select(Task.state).where(Task.id == task.id))[0].state == "done"
    assert (
        "password" not in browser.post("/sign-in", {"login": "x", "password": "secret"}).text.partition("<noscript>")[2]
    )


def test_no_page_keeps_a_password(site: Site) -> None:
    browser = site.browser(OPERATOR)
    site.later(hours=2)
    page = browser.post("/password", {"old": PASSWORD, "new": "chín con cò trắng"})
    assert (page.status_code, "<noscript>" in page.text, "chín con" in page.text) == (401, False, False)


def test_a_stranger_is_led_to_the_form_whatever_reads_the_page(site: Site) -> None:
    assert site.browser().client.head("/inbox", buffered=True).location == "/sign-in?next=/inbox"


def test_a_script_that_asks_for_a_stranger_gets_no_page(site: Site) -> None:
    headers = {"Sec-Fetch-Dest": "empty"}
    answer = site.browser().client.get("/inbox/arrivals", headers=headers, buffered=True)
    assert (answer.status_code, answer.text) == (401, "")


def test_work_keeps_a_session_alive(site: Site) -> None:
    browser = site.browser(OPERATOR)
    for _ in range(5):
        site.later(minutes=90)
        assert browser.get("/inbox").status_code == 200


@pytest.mark.parametrize("data", [{}, {"csrf_token": "forged"}])
def test_a_form_without_its_token_changes_nothing(site: Site, data: dict[str, str]) -> None:
    browser = site.browser(OPERATOR)
    answer = browser.client.post("/sign-out", data=data)
    assert answer.status_code == 400
    assert "Trang đã mở quá lâu" in answer.text
    assert browser.get("/inbox").status_code == 200


def test_what_takes_a_key_does_nothing_without_one(site: Site) -> None:
    stranger = site.browser(OPERATOR)  # A session is no key.
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in OPEN_WITH_KEY:
            address = rule.rule.replace("<any(json,xml):written>", "json").replace("<int:task_id>", "1")
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                answer = stranger.client.open(address.replace("<", "").replace(">", ""), method=method)
                assert answer.status_code in (401, 403), (method, address)


def test_every_page_is_closed_unless_it_is_meant_to_be_open(site: Site) -> None:
    views = site.app.view_functions
    meant = OPEN_TO_ALL | OPEN_WITH_KEY | OPEN_WITH_SIGNATURE
    assert {name for name, view in views.items() if is_public(view)} == meant
    stranger = site.browser()
    for rule in site.app.url_map.iter_rules():
        if rule.endpoint in meant or rule.endpoint.endswith("static"):
            continue
        address = fill_address(rule, lambda _argument, is_number: "1" if is_number else "x")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            answer = stranger.client.open(address, method=method, data={"csrf_token": stranger.token()})
            assert answer.status_code in ((302,) if method == "GET" else (400, 401)), (method, address)


def test_answers_carry_the_headers_that_keep_pages_safe(site: Site) -> None:
    for address in ("/", "/sign-in", "/inbox", "/nowhere", "/static/app.css"):
        headers = site.browser().get(address).headers
        assert {name: headers[name] for name in HEADERS} == HEADERS
    cookie = site.browser(OPERATOR).post("/language", {"language": "en"}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "unsafe" not in HEADERS["Content-Security-Policy"]


def test_pages_behind_the_sign_in_are_not_kept_by_browsers(site: Site) -> None:
    assert site.browser(OPERATOR).get("/inbox").headers["Cache-Control"] == "no-store"


def test_the_password_can_be_changed_and_mistakes_are_told_beside_their_field(site: Site) -> None:
    browser = site.browser(OPERATOR)
    new = "năm con trâu ra đồng"
    tries = [
        ({"old": "sai", "new": new, "again": new}, "Mật khẩu hiện tại không đúng."),
        ({"old": PASSWORD, "new": new, "again": "khác"}, "Hai lần nhập không giống nhau."),
        ({"old": PASSWORD, "new": "ngắn", "again": "ngắn"}, "Mật khẩu cần ít nhất 12 ký tự."),
    ]
    for data, sentence in tries:
        answer = browser.post("/password", data)
        assert (answer.status_code, sentence in answer.text) == (422, True)
    assert browser.post("/password", {"old": PASSWORD, "new": new, "again": new}).status_code == 302
    assert browser.get("/inbox").status_code == 200


def test_a_password_set_by_somebody_else_is_changed_before_anything_else(site: Site) -> None:
    site.write(accounts.set_password, COMMUNE, "quản trị viên đặt hộ")
    browser = site.browser()
    browser.post("/sign-in", {"login": COMMUNE, "password": "quản trị viên đặt hộ"})
    assert browser.get("/inbox").location == "/password"
    new = "câu của riêng tôi 2026"
    browser.post("/password", {"old": "quản trị viên đặt hộ", "new": new, "again": new})
    assert browser.get("/inbox").status_code == 200


def test_the_language_is_the_visitors_choice(site: Site) -> None:
    browser = site.browser()
    assert "Cán bộ đăng nhập" in browser.get("/").text
    browser.post("/language", {"language": "en"})
    assert '<html lang="en">' in browser.get("/").text
    browser.post("/language", {"language": "klingon"})
    assert '<html lang="en">' in browser.get("/").text


def test_demonstration_accounts_are_offered_in_a_demonstration_only(site: Site) -> None:
    site.allow(OPERATOR)
    assert OPERATOR not in site.browser().get("/").text
    site.app.demonstration = True
    assert OPERATOR in site.browser().get("/").text


def test_the_demonstrations_password_opens_nothing_elsewhere(site: Site) -> None:
    site.write(accounts.set_password, OPERATOR, "thu-nghiem-1022", now=site.now)
    data = {"login": OPERATOR, "password": "thu-nghiem-1022"}
    assert site.browser().post("/sign-in", data).status_code == 401
    site.app.demonstration = True
    assert site.browser().post("/sign-in", data).status_code == 302


def test_a_closed_account_is_out_at_once(site: Site) -> None:
    browser = site.browser(OPERATOR)
    with site.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE person SET active = 0 WHERE login = ?", (OPERATOR,))
    assert browser.get("/inbox").status_code == 302


def test_an_unforeseen_error_is_a_page_and_a_log_without_what_was_said(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = site.browser(OPERATOR)

    def fail() -> str:
        raise ValueError("Trần Thị Mận")

    monkeypatch.setitem(site.app.view_functions, "auth.show_password_form", fail)
    with capture_logs() as written:
        answer = browser.get("/password")
    assert answer.status_code == 500
    assert "Hệ thống gặp lỗi" in answer.text
    (failed,) = [line for line in written if line["event"] == "request.failed"]
    assert (failed["method"], failed["route"], failed["log_level"]) == ("GET", "/password", "error")
    assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nowhere", 404), ("/tasks/999999", 404), ("/tasks/x", 404), ("/cases/DN", 400), ("/cases/DN-1", 404)],
)
def test_what_is_not_there_is_a_page_in_vietnamese(site: Site, address: str, status: int) -> None:
    answer = site.browser(OPERATOR).get(address)
    assert answer.status_code == status
    assert '<html lang="vi">' in answer.text


def test_a_huge_body_is_refused(site: Site) -> None:
    answer = site.browser(OPERATOR).client.post(
        "/inbox/acts", data=b"x" * (33 * 1024 * 1024), content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code in (400, 413)


def test_a_session_is_noted_as_used_now_and_then_only(site: Site) -> None:
    browser = site.browser(OPERATOR)
    before = site.read(select(WebSession.seen_at))
    site.later(minutes=4)
    browser.get("/inbox")
    assert site.read(select(WebSession.seen_at)) == before
    site.later(minutes=2)
    browser.get("/inbox")
    assert site.read(select(WebSession.seen_at))[0].seen_at == site.now


def test_answers_for_scripts_are_files_to_whoever_opens_them(site: Site) -> None:
    answer = site.browser().post("/map/addresses", {"text": "12 bui"})
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="answer.json"')


def test_whom_the_tests_let_in_has_what_the_form_gives(site: Site) -> None:
    admitted, by_form = site.browser(OPERATOR), site.browser()
    assert by_form.sign_in(OPERATOR).status_code == 302
    assert [set(decode_cookie(one.cookie("tongdai"))) for one in (admitted, by_form)] == [
        {"_fresh", "_id", "_user_id"}
    ] * 2
    assert [one.get("/inbox").status_code for one in (admitted, by_form)] == [200, 200]
    sessions = [row._asdict() for row in site.read(select(table_of(WebSession)))]
    entries = site.read(select(table_of(JournalEntry)).where(JournalEntry.act == acts.SIGN_IN))
    written = [row._asdict() for row in entries]
    for first, second in (sessions, written):
        assert {name for name in first if first[name] != second[name]} <= {"digest", "seq", "detail"}
