"""Corrections: what each does, who may, that a reason is asked for, and that nothing is lost (R18)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import select, update

from engine.cases import corrections
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import History, Instance, Outbox, Report, ReportLink
from engine.text import vietnamese_order
from tests.kit.record import differences
from tests.kit.site import COMMUNE, FOCAL, OFFICE, OPERATOR, Site
from tests.web.pages.test_task import complete, received

REASON = {"reason": "Người dân báo nhầm nơi"}


def code_of(site: Site, index: int = 0) -> str:
    code: str = site.read(select(Report.code).order_by(Report.id))[index].code
    return code


def correct(site: Site, act: str, login: str = OPERATOR, **data: str) -> Any:
    return site.browser(login).post(f"/cases/{code_of(site)}/corrections/{act}", {**REASON, **data})


def status(site: Site, instance_id: int) -> str:
    found: str = site.read(select(Instance.status).where(Instance.id == instance_id))[0].status
    return found


def test_a_wrong_place_is_corrected_and_the_case_routed_anew(site: Site) -> None:
    instance_id = received(site)
    assert correct(site, "reroute", place="26191", field="health").status_code == 302
    assert site.task(instance_id, "assign").unit_code == "735"
    assert site.read(select(Report.place))[0].place == "26191"
    entry = site.read(select(table_of(History)).order_by(History.seq.desc()))[0]
    assert json.loads(entry.detail)["reason"] == REASON["reason"]
    assert "Người dân báo nhầm nơi" in site.browser(OPERATOR).get(f"/cases/{code_of(site)}").text


@pytest.mark.parametrize("data", [{}, {"place": "99999"}, {"field": "magic"}, {"place": "731"}])
def test_a_correction_that_corrects_nothing_is_refused(site: Site, data: dict[str, str]) -> None:
    received(site)
    assert correct(site, "reroute", **data).status_code == 422


def test_a_report_is_split_in_two_and_both_go_on(site: Site) -> None:
    instance_id = received(site)
    assert correct(site, "split", content="").status_code == 422
    assert correct(site, "split", content="Đèn đường hỏng.", field="infrastructure", place="26008").status_code == 302
    rows = site.read(select(table_of(Report)).order_by(Report.id))
    assert (rows[1].content, rows[1].phone) == ("Đèn đường hỏng.", rows[0].phone)
    assert site.task(instance_id, "verify")
    assert site.task(2, "receive")
    assert code_of(site, 1) in site.browser(OPERATOR).get(f"/cases/{code_of(site)}").text


def test_a_merged_case_waits_can_be_taken_apart_and_ends_with_its_main_case(site: Site) -> None:
    instance_id = received(site)
    main = site.file()
    assert correct(site, "merge", into=code_of(site)).status_code == 422
    assert correct(site, "merge", into="DN-26-999999-Z").status_code == 422
    assert correct(site, "merge", into=main.code.lower()).status_code == 302
    assert correct(site, "reroute", place="26191").status_code == 409
    assert correct(site, "unmerge").status_code == 302
    assert site.task(instance_id, "assign")
    assert correct(site, "merge", into=main.code[:-2].replace("-", " – ")).status_code == 302  # Without its letter.
    assert corrections.close_merged(site.engine, site.now, site.world()) == 0
    answer = {"outcome": "answered", "given_answer": "Đã xử lý chung."}
    from_main = {name: getattr(site.read(select(table_of(Report)))[1], name) for name in ("reporter_name", "phone")}
    told = {**from_main, "address": "x", "place": "25993", "field": "health", "urgency": "normal", "content": "x"}
    complete(site, site.browser(OPERATOR), main.instance_id, "receive", {**told, **answer})
    assert status(site, main.instance_id) == "finished"
    assert corrections.close_merged(site.engine, site.now, site.world()) == 1
    assert status(site, instance_id) == "finished"
    assert "merged_closed" in {row.template for row in site.read(select(table_of(Outbox)))}
    assert [link.undone_at is None for link in site.read(select(table_of(ReportLink)))] == [False, True]
    with transaction(site.engine) as tx:
        assert differences(tx) == []


def test_a_case_is_not_merged_into_one_that_is_merged_itself(site: Site) -> None:
    received(site)
    second, third = site.file(), site.file()
    browser = site.browser(OPERATOR)
    first = code_of(site)
    assert browser.post(f"/cases/{first}/corrections/merge", {**REASON, "into": third.code}).status_code == 302
    answer = browser.post(f"/cases/{second.code}/corrections/merge", {**REASON, "into": first})
    assert answer.status_code in (409, 422)


def test_the_citizen_takes_the_report_back(site: Site) -> None:
    instance_id = received(site)
    assert correct(site, "withdraw").status_code == 302
    assert status(site, instance_id) == "finished"
    assert correct(site, "withdraw").status_code == 409


def test_the_provincial_office_recalls_a_case(site: Site) -> None:
    instance_id = received(site)
    assert correct(site, "recall", OFFICE).status_code == 302
    task = site.task(instance_id, "coordinate")
    assert task.unit_code == "75.VP"
    page = site.browser(OFFICE).get(f"/tasks/{task.id}").text
    picker = page.partition('name="department"')[2].partition("</select>")[0]
    offered = re.findall(r'<option value="([^"]+)"[^>]*>([^<]+)<', picker)
    kinds = {unit.code: unit.kind for unit in site.world().units.units}
    assert {kinds[code] for code, _name in offered} == {"department"}
    assert [name for _code, name in offered] == sorted((name for _code, name in offered), key=vietnamese_order)


@pytest.mark.parametrize("reason", ["", "x", "y" * 501])
def test_a_reason_is_asked_for(site: Site, reason: str) -> None:
    received(site)
    answer = correct(site, "withdraw", reason=reason)
    assert answer.status_code == 422
    assert "Nêu lý do" in answer.text


def set_place(tx: Transaction, place: str) -> None:
    tx.write().execute(update(Report).values(place=place))


def test_a_focal_officer_corrects_a_case_of_another_place_only_while_it_has_work_for_them(site: Site) -> None:
    instance_id = received(site)
    correct(site, "reroute", place="26191")
    at_work = site.browser("canbo.735")
    site.write(set_place, "25993")
    assert "/corrections/reroute" in at_work.get(f"/cases/{code_of(site)}").text
    complete(site, at_work, instance_id, "assign", {"place": "25993"})
    assert "/corrections/reroute" not in at_work.get(f"/cases/{code_of(site)}").text


@pytest.mark.parametrize(
    ("login", "allowed"),
    [
        (OPERATOR, {"reroute", "split", "merge", "withdraw"}),
        (FOCAL, {"reroute", "split", "merge"}),
        (OFFICE, {"reroute", "split", "merge", "recall"}),
        (COMMUNE, set()),
        ("canbo.75", set()),
        ("canbo.734", set()),
    ],
)
def test_corrections_are_for_those_who_are_allowed(site: Site, login: str, allowed: set[str]) -> None:
    received(site)
    site.file()
    page = site.browser(login).get(f"/cases/{code_of(site)}").text
    offered = {act for act in ("reroute", "split", "merge", "withdraw", "recall") if f"/corrections/{act}" in page}
    assert offered == allowed
    for act in {"reroute", "split", "merge", "withdraw", "recall"} - allowed:
        answer = correct(site, act, login, place="26191", field="health", content="x", into=code_of(site, 1))
        assert answer.status_code in (403, 409)
    assert status(site, 1) == "active"
