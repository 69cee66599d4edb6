"""Attacks through the newest doors, as a citizen, as an officer of a commune, as a head with an absence."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.actor import SYSTEM, ActStamp
from engine.cases import one_time_codes
from engine.errors import Invalid
from engine.province import addresses
from engine.province.borders import BorderOrigin
from engine.push import endpoints, subscriptions
from engine.staff import access, account_links, channel_holders, factors, saved_filters
from engine.staff.factors import NewFactor
from engine.store.columns import table_of
from engine.store.models import (
    Attachment,
    Draft,
    Matter,
    OneTimeCode,
    Report,
    RoleAssignment,
    SavedFilter,
    SignInFactor,
    Substitute,
    Task,
    WebSession,
)
from tests.attacks import crawl
from tests.attacks.test_authority import ARRANGED, arrange, employ, person_id
from tests.kit.errand import TRIP, deploy_errand
from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, OFFICE, PASSWORD, PLACE, Site
from tests.web.pages.test_public import SENT
from tests.web.pages.test_task import VERIFY, complete, received
from web.pages import public

HEAD, OTHER = f"lanhdao.{PLACE}", "canbo.26008"


# As a citizen.


def test_a_report_sets_nothing_that_its_form_does_not_ask_for(site: Site) -> None:
    other = site.file().report_id
    forged = {
        "channel": "phone",
        "urgency": "emergency",
        "received_at": "2020-01-01T00:00",
        "code": "DN-26-999999-X",
        "outcome": "answered",
        "answer_text": "x",
        "files": "1",
        "report_id": str(other),
        "role": "administrator",
    }
    assert site.browser().post("/report", {**SENT, **forged}).status_code == 302
    row = site.read(select(table_of(Report)).order_by(Report.id.desc()))[0]
    assert (row.channel, row.urgency != "emergency", row.received_at) == ("web", True, site.now)
    assert row.code != forged["code"]
    assert site.read(select(Attachment.id)) == []


SPELLINGS = {
    "spelling": "0987654321|+84987654321|84 987.654.321|0987 654 321|(0987) 654-321|00 84 987654321",
    "remark": "0987654321|0987654321 (chị Mai)|0987654321, gọi tối|0987 654 321 - nhà|0987654321 x|0987654321 y",
    "second": "0987654321|0912000001 0987654321|0912000002; 0987654321|0912000003/0987654321|0912000004, 0987654321"
    "|0912000005 0987654321",
}


@pytest.mark.parametrize("kind", SPELLINGS)
def test_one_number_files_as_often_as_it_may_however_it_is_written(site: Site, kind: str) -> None:
    answers = []
    for place, phone in enumerate(SPELLINGS[kind].split("|")):
        data = {**SENT, "phone": phone, "content": f"Đèn đường hỏng ở số {place}."}
        answers.append(site.browser().post("/report", data, environ_base={"REMOTE_ADDR": f"203.0.113.{place}"}))
    assert [answer.status_code for answer in answers].count(302) <= public.FILING_BY_NUMBER.max_tries


AWAY = (
    *("//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "javascript:alert(1)"),
    *("/%0d%0aLocation:x", "\\\\evil", "/\u200b/evil.example", "http:/evil.example", "///evil.example"),
)


@pytest.mark.parametrize("target", AWAY)
def test_nothing_that_is_sent_leads_to_another_site(site: Site, target: str) -> None:
    browser = site.browser()
    assert not _leads_away(browser.post("/language", {"language": "en", "next": target}))
    site.allow(COMMUNE)
    browser.client.set_cookie("known", site.known_mark(COMMUNE))
    assert not _leads_away(browser.post("/sign-in", {"login": COMMUNE, "password": PASSWORD, "next": target}))
    assert not _leads_away(browser.post("/confirm", {"next": target, "password": PASSWORD}))


def _leads_away(answer: Any) -> bool:
    where = answer.headers.get("Location", "/")
    return not where.startswith("/") or where.startswith(("//", "/\\", "/\t"))


def test_no_token_opens_what_another_kind_opens(site: Site) -> None:
    filed = site.file()
    one = person_id(site, OFFICE)
    handle = site.write(account_links.make_link, one, account_links.RESET, ActStamp(SYSTEM, site.now))
    tokens = [
        account_links.token_of(site.app.key, handle),
        site.key(filed.code),
        site.known_mark(OFFICE),
        handle,
        f"{handle}.{'0' * 64}",
        "x" * 5000,
        "é",
    ]
    for token in tokens:
        browser = site.browser()
        assert browser.get(f"/follow/{token}").status_code in (302, 404)
        assert filed.code not in browser.get("/follow").text
        assert browser.get(f"/mails/{token}").status_code in (404, 405)
        if token != tokens[0]:
            assert browser.get(f"/account-link/{token}").status_code == 404


PATHS = (
    *("/help/..%2f..%2fetc%2fpasswd", "/help/%2e%2e/%2e%2e/setup.py", "/map/..%2f..%2fsetup.json", "/map/x.json"),
    *("/static/..%2fapp.py", "/static/%2e%2e/%2e%2e/setup.py", "/help/reports.md%00"),
)


@pytest.mark.parametrize("path", PATHS)
def test_addresses_lead_to_no_file_of_the_machine(site: Site, path: str) -> None:
    answer = site.browser(COMMUNE).get(path)
    assert answer.status_code in (404, 308, 400), answer.status_code
    assert "root:" not in answer.text
    assert "setup(" not in answer.text


HOUSES = """address,commune,lon,lat
"12 <script>alert(1)</script>",25993,106.8,10.9
"13 Lê Lợi",,106.8,10.9
"""
PATTERNS = ("%%", "__", "1_", "%' OR 1=1 --", "*", "[0-9]", "1" * 10_000, "\x00")


def test_a_house_number_with_markup_is_text_and_signs_of_patterns_mean_nothing(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(HOUSES)
    site.write(addresses.load_addresses, file, BorderOrigin(), ActStamp(SYSTEM, site.now))
    browser = site.browser()
    page = browser.post("/report", {**SENT, "address": "12 script", "find_address": "look"}).text
    assert "<script>alert" not in page
    assert browser.post("/map/addresses", {"text": "12 script"}).mimetype == "application/json"
    for pattern in PATTERNS:
        assert browser.post("/map/addresses", {"text": pattern}).get_json()["offers"] == [], pattern


def test_who_has_shown_one_factor_of_two_has_no_channel_and_no_page(site: Site) -> None:
    site.be_strict()
    site.allow(OFFICE)
    one = person_id(site, OFFICE)
    site.write(factors.add_factor, one, NewFactor(factors.PASSKEY, "khóa", b"k", b"k", 0), ActStamp(SYSTEM, site.now))
    browser = site.browser(OFFICE)
    assert site.read(select(WebSession.digest)) == []
    for page in ("/live", "/inbox", "/account", "/begin", "/form-files"):
        assert browser.get(page).status_code in (302, 401, 405), page
    assert browser.post("/account/push", {}).status_code == 401
    assert browser.post("/form-files", {"form_token": "x" * 20, "file": (BytesIO(PNG), "x.png")}).status_code == 401


def test_a_code_that_was_asked_for_in_another_browser_opens_nothing(site: Site) -> None:
    filed = site.file()
    theirs, mine = site.browser(), site.browser()
    theirs.post("/follow/code", {"code": filed.code, "phone": "0912345678"})
    handle = site.read(select(OneTimeCode.handle))[0].handle
    digits = one_time_codes.digits_of(site.app.key, handle)
    mine.post("/follow/code", {"code": filed.code, "phone": "0900000000"})
    assert mine.post("/follow/code/enter", {"digits": digits}).status_code == 422
    assert mine.post("/follow/code/enter", {"digits": digits, "handle": handle}).status_code == 422


# As an officer of a commune.


def test_acts_on_many_touch_none_of_another_commune(site: Site) -> None:
    planted = crawl.plant(site)
    task = site.read(select(Task.version).where(Task.id == planted.task))[0]
    thief, number = site.browser(OTHER), str(planted.task)
    for act in ("claim", "assign", "return", "release", "complete"):
        data = {"act": act, "task": number, "tasks": number, f"version_{number}": str(task.version)}
        answer = thief.post("/inbox/acts", {**data, "chosen": f"{number}:{task.version}"})
        assert crawl.secrets_in(answer) + crawl.matters_in(answer) == []
    row = site.read(select(Task.assignee_id, Task.version).where(Task.id == planted.task))[0]
    assert row == (None, task.version)


def test_a_file_is_attached_by_sending_it_and_not_by_naming_one(site: Site) -> None:
    planted = crawl.plant(site)
    instance = received(site)
    browser = site.browser(COMMUNE)
    complete(site, browser, instance, "verify", {**VERIFY, "files": str(planted.file), "file": str(planted.file)})
    code = site.read(select(Report.code).order_by(Report.id.desc()))[0].code
    assert f"files/{planted.file}" not in browser.get(f"/cases/{code}").text
    assert browser.get(f"/cases/{code}/files/{planted.file}").status_code == 404


def test_work_is_begun_for_ones_own_unit_and_read_by_those_it_is_for(site: Site) -> None:
    deploy_errand(site)
    browser, thief = site.browser(COMMUNE), site.browser(OTHER)
    for unit in ("75.VP", "26008", "nowhere", "25993' OR 1=1", "75"):
        assert browser.post("/begin/errand/ask", {**TRIP, "start_unit": unit}).status_code in (400, 403, 422), unit
    assert site.read(select(Matter.code)) == []
    files = [(BytesIO(PNG), "giay.png")]
    assert browser.post("/begin/errand/ask", {**TRIP, "start_unit": PLACE, "files": files}).status_code == 302
    code = site.read(select(Matter.code))[0].code
    task = site.read(select(Task.id).order_by(Task.id.desc()))[0].id
    pages = [f"/matters/{code}", f"/matters/{code}/files/1", f"/matters/{code}/diagram", f"/cases/{code}"]
    for page in (*pages, f"/matters/tasks/{task}", f"/matters/tasks/{task}/preview", f"/tasks/{task}"):
        answer = thief.get(page)
        assert answer.status_code in (403, 404, 302), page
        assert str(TRIP["reason"]) not in answer.text
    draft = thief.client.put(f"/matters/tasks/{task}/draft", data={"csrf_token": thief.token()})
    assert draft.status_code in (403, 404)
    assert thief.post(f"/matters/tasks/{task}", {"version": "1"}).status_code in (403, 404)
    assert site.read(select(Draft.key)) == []
    assert f"/matters/{code}" not in thief.get(f"/begin?text={code}").text


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://127.0.0.1/x",
        "https://localhost/x",
        "http://push.example.vn/x",
        "https://push.example.vn:8443/x",
        "https://push.example.vn@127.0.0.1/x",
        "https://a:b@push.example.vn/x",
        "https://push.example.vn.evil.example/x",
        "https://evilpush.example.vn/x",
        "https://127.0.0.1#.push.example.vn",
        "https://127.0.0.1?.wild.example.vn",
        "https://wild.example.vn/x",
        "https://127.0.0.1\\.wild.example.vn/x",
        "https://[::1].wild.example.vn/x",
        "https://push.example.vn/x\r\nHost: evil",
        "https://push.example.vn/" + "x" * 1000,
        "file:///etc/passwd",
        "//push.example.vn/x",
        "https:push.example.vn",
        "https://push.example.vn./x",
        "https://ｐush.example.vn/x",
        "https://127.0.0.1%2f.wild.example.vn/x",
        "https://.wild.example.vn/x",
        "https://a b.wild.example.vn/x",
    ],
)
def test_the_server_calls_no_other_machine_than_the_push_services(endpoint: str) -> None:
    assert not endpoints.is_allowed(endpoint, ("push.example.vn", "*.wild.example.vn"))
    with pytest.raises(Invalid):
        subscriptions.parse_subscription({"endpoint": endpoint}, ("push.example.vn", "*.wild.example.vn"))


def test_the_channel_tells_of_ones_own_units_only_and_no_longer_than_one_works_there(site: Site) -> None:
    browser = site.browser(OTHER)
    assert browser.get("/live?unit=75.VP&receivers=*").status_code == 204
    digest = site.read(select(WebSession.digest))[0].digest
    told = site.write(channel_holders.receivers_by_session, {digest, "x' OR 1=1"}, site.now)
    assert told == {digest: frozenset({f"person:{person_id(site, OTHER)}", "unit:26008"})}
    with site.engine.begin() as connection:
        connection.execute(table_of(RoleAssignment).delete().where(RoleAssignment.unit_code == "26008"))
    told = site.write(channel_holders.receivers_by_session, {digest}, site.now)
    assert told[digest] == {f"person:{person_id(site, OTHER)}"}


def test_what_belongs_to_a_colleague_is_neither_removed_nor_read_by_its_number(site: Site) -> None:
    one = person_id(site, COMMUNE)
    factor = site.write(
        factors.add_factor, one, NewFactor(factors.PASSKEY, "k", b"k", b"k", 0), ActStamp(SYSTEM, site.now)
    )
    site.write(saved_filters.save_filter, one, "Của tôi", "view=queue")
    number = site.read(select(SavedFilter.id))[0].id
    thief = site.browser(OTHER)
    assert thief.post(f"/account/factors/{factor}/remove").status_code == 404
    assert thief.post(f"/inbox/lists/{number}/remove").status_code == 404
    assert (len(site.read(select(SignInFactor.id))), len(site.read(select(SavedFilter.id)))) == (1, 1)
    assert thief.client.put("/intake/draft", data={"csrf_token": thief.token(), "content": "x"}).status_code == 403
    assert site.read(select(Draft.key)) == []


def test_roles_are_given_by_the_office_that_gives_them_and_by_no_field(site: Site) -> None:
    thief, one = site.browser(OTHER), person_id(site, OTHER)
    before = site.read(select(table_of(RoleAssignment)))
    own = ("/account", "/substitutes", "/password", "/account/sessions/end", "/language")
    for address in (f"/admin/people/{one}/roles", "/admin/people", *own):
        data = {"role": "administrator", "roles": "administrator", "unit": "75.VP", "act": "grant", "person": str(one)}
        thief.post(address, data)
    assert site.read(select(table_of(RoleAssignment))) == before


# As a head with an absence.


def test_what_a_head_lends_is_neither_more_nor_lent_on(site: Site) -> None:
    head, deputy = site.browser(HEAD), site.browser(OTHER)
    employ(site, OTHER)
    more = {"roles": "administrator", "unit": "75.VP", "role": "administrator"}
    assert arrange(head, COMMUNE, OTHER, **more) != ARRANGED
    assert arrange(head, COMMUNE, OTHER) == ARRANGED
    lent = site.read(select(Substitute.unit_code, Substitute.roles))[0]
    assert (lent.unit_code, lent.roles) == (PLACE, "commune")
    for person, substitute in ((COMMUNE, HEAD), (HEAD, COMMUNE), (COMMUNE, OTHER)):
        assert arrange(deputy, person, substitute, unit=PLACE) != ARRANGED
    held = {role.role for role in site.write(access.load_officer, person_id(site, OTHER), site.now).lent_roles}
    assert held <= {"commune"}
    for page in ("/admin", "/admin/people", "/studio", "/records", "/privacy", "/duty", "/callbacks/rates"):
        assert deputy.get(page).status_code in (302, 403, 404, 405), page


def test_an_absence_that_has_ended_leaves_no_channel_no_queue_and_no_start_form(site: Site) -> None:
    deploy_errand(site)
    planted = crawl.plant(site)
    assert arrange(site.browser(OFFICE), COMMUNE, OTHER) == ARRANGED
    deputy = site.browser(OTHER)
    assert deputy.get(f"/tasks/{planted.task}").status_code == 200
    number = site.read(select(Substitute.id))[0].id
    site.browser(HEAD).post(f"/substitutes/{number}/remove")
    digest = site.read(select(WebSession.digest).where(WebSession.person_id == person_id(site, OTHER)))[0].digest
    told = site.write(channel_holders.receivers_by_session, {digest}, site.now)[digest]
    assert f"unit:{PLACE}" not in told
    assert deputy.get(f"/tasks/{planted.task}").status_code == 403
    assert deputy.post("/begin/errand/ask", {**TRIP, "start_unit": PLACE}).status_code in (400, 403, 422)
    assert deputy.post(f"/tasks/{planted.task}", {"version": "1"}).status_code == 403
