"""An error that reaches the boundary is a page in the visitor's language: what broke which rule; nothing is logged."""

from __future__ import annotations

import gc
import html
import re
import sqlite3

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from engine.errors import BadInput, EngineError, Forbidden, NotFound, Stale
from engine.staff import accounts
from engine.store.models import Report
from tests.kit.site import COMMUNE, NEW, OPERATOR, POLICE, Browser, Site
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_task import received

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')


def english(browser: Browser) -> Browser:
    browser.post("/language", {"language": "en"})
    return browser


def test_what_is_not_there_is_named(site: Site) -> None:
    browser = site.browser(OPERATOR)
    answer = browser.get("/cases/DN-26-000099-C")
    assert (answer.status_code, "Không có hồ sơ nào có mã DN-26-000099-C." in answer.text) == (404, True)
    assert "There is no case DN-26-000099-C." in english(browser).get("/cases/DN-26-000099-C").text


def test_a_page_that_tells_of_an_error_gives_its_connection_back(site: Site) -> None:
    browser, held = site.browser(COMMUNE), set()
    gc.disable()  # A cycle that holds a connection must not be saved by chance.
    try:
        for address in (
            "/nowhere",
            "/cases/DN-26-999999-A",
            "/dashboard",
            "/begin/times",
            "/matters/tasks/1",
            "/tasks/99",
        ):
            browser.get(address)
            held.add(site.engine.pool.checkedout())  # type: ignore[attr-defined]
    finally:
        gc.enable()
    assert held == {0}


def test_what_somebody_may_not_do_says_why(site: Site) -> None:
    received(site)
    code = site.read(select(Report.code))[0].code
    browser = site.browser(POLICE)
    answer = browser.get(f"/cases/{code}")
    assert (answer.status_code, "Hồ sơ này thuộc đơn vị khác." in answer.text) == (403, True)
    answer = english(browser).get("/intake")
    assert (answer.status_code, "None of your roles allows this." in answer.text) == (403, True)


def test_who_was_too_late_is_told_what_happened(site: Site) -> None:
    task = site.task(received(site), "verify")
    browser = site.browser(COMMUNE)
    browser.post(f"/tasks/{task.id}/claim", {"version": "1"})
    answer = browser.post(f"/tasks/{task.id}/claim", {"version": "1"})
    assert (answer.status_code, "việc này vừa được nhận hoặc hoàn thành" in answer.text) == (409, True)


def test_what_was_typed_is_repeated_on_the_page_but_never_in_the_log(site: Site) -> None:
    browser = site.browser(OPERATOR)
    with capture_logs() as lines:
        answer = browser.get(f"/cases/{NEW.reporter_name}")
    assert (answer.status_code, f"{NEW.reporter_name}&#39; không phải là mã hồ sơ" in answer.text) == (400, True)
    assert [line["route"] for line in lines] == ["/cases/<code>"]
    assert NEW.reporter_name not in str(lines)


@pytest.mark.parametrize(
    ("error", "status", "sentence"),
    [
        (NotFound(), 404, "Trang hoặc hồ sơ này không có."),
        (Forbidden(), 403, "Việc này thuộc đơn vị khác hoặc vai trò khác."),
        (Stale(), 409, "Người khác vừa xử lý việc này trước."),
        (BadInput("never-worded"), 400, "Hệ thống không hiểu nội dung vừa gửi."),
        (EngineError(), 500, "Hệ thống gặp lỗi"),
    ],
)
def test_an_error_that_knows_no_more_than_its_kind_is_the_page_of_its_status(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: EngineError, status: int, sentence: str
) -> None:
    browser = site.browser(OPERATOR)

    def fail() -> str:
        raise error

    monkeypatch.setitem(site.app.view_functions, "auth.show_password_form", fail)
    answer = browser.get("/password")
    assert (answer.status_code, sentence in answer.text) == (status, True)


@pytest.fixture
def database(site: Site) -> dict[str, bool]:
    """Whether the database of the site can be reached; the test turns it off and on."""
    state = {"away": False}

    @event.listens_for(site.engine, "do_connect")
    def refuse(*_parameters: object) -> None:
        if state["away"]:
            raise sqlite3.OperationalError("connection refused")

    return state


def switch(site: Site, database: dict[str, bool], *, away: bool) -> None:
    """Take the database away or bring it back; connections that were open are lost either way."""
    database["away"] = away
    site.engine.dispose()


def test_without_its_database_a_page_says_so_and_sends_what_was_typed_again(
    site: Site, database: dict[str, bool]
) -> None:
    browser = site.browser(OPERATOR)
    token = browser.token()
    switch(site, database, away=True)
    answer = browser.client.post("/intake", data={"csrf_token": token, **CALL})
    assert (answer.status_code, answer.mimetype) == (503, "text/html")
    assert int(answer.headers["Retry-After"]) > 0
    assert "Việc vừa làm chưa được lưu." in answer.text
    assert '<section lang="en">' in answer.text
    assert "connection refused" not in answer.text
    kept = {html.unescape(name): html.unescape(value) for name, value in HIDDEN.findall(answer.text)}
    assert kept == {"csrf_token": token, **CALL}
    assert 'action="/intake"' in answer.text
    switch(site, database, away=False)
    assert browser.client.post("/intake", data=kept).status_code == 302
    assert [row.content for row in site.read(select(Report.content))] == [CALL["content"]]


def test_without_its_database_no_page_repeats_a_success_or_a_password(site: Site, database: dict[str, bool]) -> None:
    browser = site.browser(OPERATOR)
    with browser.client.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Đã chuyển.")]
    token = browser.token()
    with browser.client.session_transaction() as cookie:
        cookie["_flashes"] = [("success", "Đã chuyển.")]
    switch(site, database, away=True)
    for path in ("/inbox", "/cases", "/", "/follow"):
        answer = browser.get(path)
        assert (answer.status_code, "Đã chuyển" in answer.text) == (503, False), path
    secret = {"csrf_token": token, "login": OPERATOR, "password": "một câu rất riêng"}
    answer = browser.client.post("/sign-in", data=secret)
    assert (answer.status_code, "rất riêng" in answer.text, "<form" in answer.text) == (503, False, False)
    assert browser.get("/static/plain.css").status_code == 200


def test_what_was_saved_is_not_called_unsaved_when_only_the_note_of_its_session_fails(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError("UPDATE", {}, sqlite3.OperationalError("connection refused"))

    browser = site.browser(OPERATOR)
    monkeypatch.setattr(accounts, "touch_session", fail)
    site.later(minutes=30)
    assert browser.post("/intake", CALL).status_code == 302
    assert len(site.read(select(Report.id))) == 1
