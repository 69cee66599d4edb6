"""Numbers, names and codes that somebody makes up in an address lead to nothing that is not theirs."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from engine.actor import Actor, ActStamp
from engine.cases import attachments, outside_events
from engine.cases.attachments import Upload, clean_upload
from engine.cases.outside_events import OutsideEvent
from engine.errors import BadInput, NotFound
from engine.store.db import transaction
from engine.store.models import History, JournalEntry
from tests.attacks import crawl
from tests.attacks.crawl import Planted, Visitor
from tests.kit.pictures import PNG
from tests.kit.site import COMMUNE, PLACE, Site
from tests.web.pages.test_task import received

TRAVERSALS = (
    "..",
    "../../setup",
    "%2e%2e%2fx",
    "..%5c..%5cx",
    "/etc/passwd",
    "x%00",
    "inbox.md",
    "vi/inbox",
    "con",
    "a" * 5_000,
)


@pytest.fixture
def planted(site: Site) -> Planted:
    return crawl.plant(site)


@pytest.mark.parametrize("role", ["commune", "unit_head", "tier2_focal", "department", "operator", "leadership"])
def test_a_file_is_found_under_the_code_of_its_own_case_alone(site: Site, planted: Planted, role: str) -> None:
    unit = {"operator": "75.1022", "leadership": "75", "department": "75.SYT"}.get(role, PLACE)
    crawl.hire(site, [Visitor(role, unit)])
    browser = site.browser(Visitor(role, unit).login)
    own = site.file()
    picture = clean_upload(Upload("x.png", PNG))
    number = site.write(attachments.add_files, own.report_id, [picture], "person:1", site.now)[0]
    for guess in range(number + 3):
        if guess != number:
            for kind in ("", "/thumbnail"):
                answer = browser.get(f"/cases/{own.code}/files/{guess}{kind}")
                assert answer.status_code in (403, 404), (role, guess)
    answer = browser.get(f"/cases/{planted.code}/files/{number}")
    assert answer.status_code in (403, 404)


def test_a_citizen_opens_the_files_of_their_own_report_alone(site: Site, planted: Planted) -> None:
    own, browser = site.file(), site.browser()
    assert browser.get(f"/follow/files/{planted.file}").status_code in (302, 404)
    assert browser.follow(own.code).status_code == 302
    for number in range(planted.file + 3):
        for kind in ("", "/thumbnail"):
            assert browser.get(f"/follow/files/{number}{kind}").status_code == 404


@pytest.mark.parametrize("name", TRAVERSALS)
def test_made_up_topics_pictures_and_languages_are_not_there(site: Site, name: str) -> None:
    browser = site.browser()
    for address in (f"/help/{name}", f"/map/{name}.json", f"/map/{'0' * 64}.json", f"/static/help/{name}"):
        answer = browser.get(address)
        assert answer.status_code in (308, 404), address
        assert "root:" not in answer.text


@pytest.mark.parametrize("question", ['"', "%", "_", "' OR 1=1 --", "<script>alert(1)</script>", "a" * 5_000, "\x00"])
def test_any_question_to_the_guide_gets_a_page_that_runs_nothing(site: Site, question: str) -> None:
    answer = site.browser().get("/help", query_string={"q": question})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


NAMES = (
    "reroute",
    "merged",
    "deadline_moved",
    "reroute ",
    "REROUTE",
    "",
    "x\n",
    "\x1b[2J",
    "'; DROP TABLE task; --",
    "%",
    "n" * 9_000,
)


@pytest.mark.parametrize("send", [outside_events.send_message, outside_events.send_signal])
@pytest.mark.parametrize("name", NAMES)
def test_a_made_up_message_or_signal_moves_no_case(site: Site, send: Any, name: str) -> None:
    instance = received(site)
    before = counted(site)
    stamp = ActStamp(Actor("administrator", "cli"), site.now)
    codes = ("", "DN-26-000001-W", "1")
    for code in codes:
        with pytest.raises((BadInput, NotFound)), transaction(site.engine) as tx:
            send(tx, OutsideEvent(name, code, data={"place": "26116"}), stamp, site.world())
    assert counted(site) == before
    assert len(site.open_tasks(instance)) == 1


def counted(site: Site) -> list[int]:
    """How many acts are recorded."""
    return [site.read(select(func.count()).select_from(table))[0][0] for table in (History, JournalEntry)]


def test_a_slip_names_no_task_of_another_case(site: Site, planted: Planted) -> None:
    other = site.file(place="26116")
    foreign = site.open_tasks(other.instance_id)[0].id
    browser = site.browser(COMMUNE)
    own = crawl.text_of(browser.get(f"/cases/{planted.code}/transfer-slip"))
    for number in (foreign, 0, -1, "x", "9" * 30):
        answer = browser.get(f"/cases/{planted.code}/transfer-slip", query_string={"task": number})
        assert (answer.status_code, crawl.text_of(answer)) == (200, own), number
    assert browser.get(f"/cases/{other.code}/transfer-slip?task={planted.task}").status_code == 403


@pytest.mark.parametrize(
    "kind", ["application/json", "text/xml", "text/plain", "application/x-java", "", "multipart/form-data"]
)
@pytest.mark.parametrize(
    "address", ["/report", "/follow", "/follow/code", "/inbox/acts", "/begin/leave_request/leave_asked"]
)
def test_what_comes_in_another_type_is_answered_and_does_nothing(site: Site, address: str, kind: str) -> None:
    browser = site.browser(COMMUNE)
    token, before = browser.token(), counted(site)
    body = b'{"content": "<!DOCTYPE x [<!ENTITY a SYSTEM \'file:///etc/passwd\'>]>", "phone": "0912345678"}'
    answer = browser.client.post(address, data=body, content_type=kind, headers={"X-CSRFToken": token}, buffered=True)
    assert answer.status_code in (302, 400, 404, 415, 422)
    assert b"root:" not in answer.data
    assert counted(site) == before
