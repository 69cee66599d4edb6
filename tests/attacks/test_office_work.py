"""What offices do beside reports is seen and done by whom it concerns: requests, drafts and check calls of others."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from engine.actor import SYSTEM, ActStamp
from engine.staff import people
from engine.store.columns import table_of
from engine.store.models import Briefing, Callback, Matter, Person, Task
from tests.attacks import crawl, office_crawl
from tests.attacks.crawl import DISTRICT, OTHER_DISTRICT, SIBLING, Visitor
from tests.attacks.office_crawl import ASSESSMENT, LEAVE_REASON, ROOMS, STARTS, OfficePlants
from tests.attacks.test_visibility import UNITS
from tests.kit.site import COMMUNE, FOCAL, PLACE, Site

LONG = "ATTACK_LONG" in os.environ
VERDICT = {"reached": "yes", "satisfied": "yes", "truthful": "yes"}


@pytest.fixture
def plants(site: Site) -> OfficePlants:
    return office_crawl.plant_office(site)


@pytest.fixture
def everybody(site: Site) -> list[Visitor]:
    """Every role in PLACE, some beside and above it, those of the province; ATTACK_LONG: every role in every kind."""
    near = [Visitor(role, unit) for unit in (SIBLING, DISTRICT) for role in ("commune", "tier2_focal", "unit_head")]
    visitors = crawl.visitors(UNITS) if LONG else sorted({*crawl.visitors((PLACE,)), *near}, key=lambda one: one.login)
    crawl.hire(site, visitors)
    return visitors


@pytest.mark.slow
def test_no_page_tells_of_requests_drafts_and_calls_of_others(
    site: Site, plants: OfficePlants, everybody: list[Visitor]
) -> None:
    pages = office_crawl.addresses(site, plants, "GET", ("/",) if LONG else ROOMS[:5])
    leaks = []
    for visitor in everybody:
        browser, sees = site.browser(visitor.login), office_crawl.sees_leave(visitor)
        for address in pages:
            answer = browser.get(address)
            assert answer.status_code < 500, (visitor, address)
            if address.startswith("/matters/"):
                opened = answer.status_code == 200
                decides = visitor.role == "unit_head"
                assert opened == (sees and (decides or "/tasks/" not in address)), (visitor, address)
            if address.startswith("/briefings/"):
                assert (answer.status_code != 403) == office_crawl.sees_draft(visitor), (visitor, address)
            # Who checks the record (R13) reads the codes of whatever has happened, and no more.
            checks_records = visitor.role == "administrator" and address.startswith("/records")
            for word, allowed in (
                (LEAVE_REASON, sees),
                (plants.code, sees or plants.code in address or checks_records),
                (ASSESSMENT, office_crawl.sees_draft(visitor)),
            ):
                if not allowed and word in crawl.text_of(answer):
                    leaks.append((visitor, address, word))
        listed = browser.get("/callbacks").text
        assert (f"/callbacks/{plants.callback}" in listed) == office_crawl.calls_back(visitor), visitor
    assert leaks == []


@pytest.mark.slow
def test_nobody_acts_on_requests_drafts_and_calls_of_others(
    site: Site, plants: OfficePlants, everybody: list[Visitor]
) -> None:
    sent = {
        **VERDICT,
        "version": "1",
        "leave_decision": "granted",
        "percent": "50",
        "active": "yes",
        "confirmed": "yes",
    }
    for visitor in everybody:
        browser = site.browser(visitor.login)
        token = browser.token()
        for method in ("POST", "PUT"):
            for address in office_crawl.addresses(site, plants, method, ROOMS[:4]):
                if address.startswith("/begin") or _may_act(visitor, address):
                    continue
                answer = browser.client.open(address, method=method, data={"csrf_token": token, **sent}, buffered=True)
                assert answer.status_code == 403, (visitor, method, address)
    assert [row.state for row in site.read(select(Task.state).where(Task.id == plants.task))] == ["open"]
    assert [(row.state, row.assessment) for row in site.read(select(table_of(Briefing)))] == [("draft", ASSESSMENT)]
    assert [row.tries for row in site.read(select(table_of(Callback)))] == [0]


def _may_act(visitor: Visitor, address: str) -> bool:
    if address.startswith("/matters"):
        return (visitor.role, visitor.unit) == ("unit_head", PLACE)
    if address == "/callbacks/rates":
        return visitor.role == "provincial_office"
    if address.startswith("/callbacks"):
        return office_crawl.calls_back(visitor)
    signs = visitor.role == "leadership" and address.endswith(("/issue", "/plan/week"))
    return visitor.role == "provincial_office" or signs


@pytest.mark.slow
def test_start_forms_are_sent_by_the_roles_and_from_the_units_that_they_are_for(
    site: Site, everybody: list[Visitor]
) -> None:
    units = site.world().units
    for visitor in everybody:
        browser = site.browser(visitor.login)
        for (process, node), answers in STARTS.items():
            allowed = office_crawl.may_begin(visitor, process, units.get(visitor.unit).kind)
            address, before = f"/begin/{process}/{node}", _begun(site)
            assert browser.get(address).status_code == (200 if allowed else 403), (visitor, process)
            assert (address in browser.get("/begin").text) == allowed, (visitor, process)
            elsewhere = browser.post(address, {**answers, "start_unit": "26116"})
            assert elsewhere.status_code in ((422, 400) if allowed else (403,)), (visitor, process)
            draft = browser.client.put(f"{address}/draft", data={"csrf_token": browser.token()}, buffered=True)
            assert draft.status_code == (204 if allowed else 403), (visitor, process)
            assert _begun(site) == before
            assert browser.post(address, answers).status_code == (302 if allowed else 403), (visitor, process)
            assert len(_begun(site)) == len(before) + allowed


def _begun(site: Site) -> list[Any]:
    return site.read(select(Matter.instance_id).where(Matter.unit_code.is_not(None)))


def test_nobody_begins_as_somebody_else_nor_what_has_no_form(site: Site) -> None:
    browser = site.browser(COMMUNE)
    forged = {
        "starter": "1",
        "starter_unit": "75",
        "starter_role": "leadership",
        "place": "75",
        "case": "DN-26-000001-W",
    }
    for key, value in forged.items():
        answer = browser.post("/begin/leave_request/leave_asked", office_crawl.LEAVE | {key: value})
        assert (answer.status_code, _begun(site)) == (422, []), key
    for address in (
        "/begin/citizen_report/received",
        "/begin/leave_request/decide_leave",
        "/begin/x/y",
        "/begin/../x/y",
    ):
        for answer in (browser.get(address), browser.post(address, office_crawl.LEAVE)):
            assert answer.status_code in (403, 404, 405), address


def test_a_starters_colleague_does_not_read_along_when_a_task_has_come_back_and_is_done(
    site: Site, plants: OfficePlants
) -> None:
    head, starter = site.browser(f"lanhdao.{PLACE}"), site.browser(COMMUNE)
    refused = {"version": "1", "leave_decision": "refused", "refusal_reason": "Đang bận."}
    assert head.post(f"/matters/tasks/{plants.task}", refused).status_code == 302
    (back,) = site.open_tasks(plants.instance)
    assert starter.post(f"/matters/tasks/{back.id}", {"version": "1", "leave_again": "drop"}).status_code == 302
    crawl.hire(site, [Visitor("commune", PLACE)])
    colleague = site.browser(Visitor("commune", PLACE).login)
    for address in (
        f"/matters/{plants.code}",
        f"/matters/tasks/{back.id}",
        f"/matters/{plants.code}/files/{plants.file}",
    ):
        assert colleague.get(address).status_code == 403, address
    assert plants.code not in colleague.get("/begin").text


def test_files_of_requests_are_found_by_no_other_number_or_code(site: Site, plants: OfficePlants) -> None:
    filed = site.file()
    head = site.browser(f"lanhdao.{PLACE}")
    assert head.get(f"/matters/{plants.code}/files/{plants.file}").status_code == 200
    for number in range(plants.file + 3):
        for address in (f"/cases/{filed.code}/files/{number}", f"/cases/{plants.code}/files/{number}"):
            assert head.get(address).status_code in (403, 404), address
            assert site.browser().get(address).status_code == 302
    for code in (filed.code, "NP-26-000009-X", "x"):
        assert head.get(f"/matters/{code}/files/{plants.file}").status_code in (400, 404), code


def test_who_is_checked_in_one_unit_and_calls_for_another_does_not_call_about_their_own_work(
    site: Site, plants: OfficePlants
) -> None:
    crawl.hire(site, [Visitor("tier2_focal", OTHER_DISTRICT)])
    login = Visitor("tier2_focal", OTHER_DISTRICT).login
    person = site.read(select(Person.id).where(Person.login == login))[0].id
    for unit, role in ((PLACE, "unit_head"), ("75", "leadership")):
        site.write(people.grant_role, person, unit, role, ActStamp(SYSTEM, site.now))
        browser = site.browser(login)
        assert plants.called not in browser.get("/callbacks").text
        assert browser.post(f"/callbacks/{plants.callback}", VERDICT).status_code == 403
    assert site.browser(FOCAL).post(f"/callbacks/{plants.callback}", VERDICT).status_code == 302


def test_a_draft_is_no_issued_paper(site: Site, plants: OfficePlants) -> None:
    crawl.hire(site, [Visitor("leadership", "75")])
    leader = site.browser(Visitor("leadership", "75").login)
    answer = leader.get(f"/briefings/{plants.briefing}/file")
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(answer.data)).paragraphs)
    assert "DỰ THẢO" in text.upper() or "du-thao" in answer.headers["Content-Disposition"]
    for visitor in (Visitor("unit_head", DISTRICT), Visitor("administrator", "75.VP"), Visitor("analyst", "75.VP")):
        crawl.hire(site, [visitor])
        browser = site.browser(visitor.login)
        for address in ("/briefings", f"/briefings/{plants.briefing}", f"/briefings/{plants.briefing}/file"):
            assert browser.get(address).status_code == 403, (visitor, address)
