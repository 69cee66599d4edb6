"""Check calls: drawn by lot and repeatable, called by tier 2 of the unit alone, counted, at the office's rate."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.statistics import scope
from engine.statistics.appendix import compile_appendix
from engine.statistics.callback_draws import draw_callbacks, draw_sample
from engine.statistics.period import CallbackFigures, ReportingPeriod
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Callback, CallbackDraw, JournalEntry
from tests.kit.site import COMMUNE, FOCAL, OFFICE, OPERATOR, PLACE, Site
from tests.web.pages.test_task import ANSWER, RESOLVE, VERIFY, complete, received

SATISFIED = {"reached": "yes", "satisfied": "yes", "truthful": "no"}


def resolved(site: Site) -> int:
    instance_id, commune = received(site), site.browser(COMMUNE)
    complete(site, commune, instance_id, "verify", VERIFY)
    complete(site, commune, instance_id, "resolve", RESOLVE)
    complete(site, site.browser(FOCAL), instance_id, "check", {"check_decision": "accept"})
    assert complete(site, site.browser(OPERATOR), instance_id, "answer", ANSWER).status_code == 302
    return instance_id


def drawn(site: Site) -> list[Any]:
    return list(site.read(select(table_of(Callback)).order_by(Callback.id)))


def test_a_draw_is_repeated_by_its_seed_and_takes_the_rate_rounded_up() -> None:
    cases = {"a": list(range(1, 41)), "b": [51, 52, 53], "c": [60]}
    first = draw_sample(cases, {"": 10, "c": 0}, "lot")
    assert {unit: len(ids) for unit, ids in first.items()} == {"a": 4, "b": 1, "c": 0}
    assert draw_sample({unit: ids[::-1] for unit, ids in cases.items()}, {"": 10, "c": 0}, "lot") == first
    assert draw_sample(cases, {"": 10}, "other") != first


def test_what_the_office_has_drawn_is_called_by_tier_two_and_counted(site: Site) -> None:
    office, focal = site.browser(OFFICE), site.browser(FOCAL)
    instance_id = resolved(site)
    assert draw_callbacks(site.engine, site.now + timedelta(days=1), "00") == 0
    for percent in ("101", "-1", "x"):
        assert office.post("/callbacks/rates", {"unit": "", "percent": percent}).status_code == 422
    assert office.post("/callbacks/rates", {"unit": PLACE, "percent": "5"}).status_code == 302
    assert focal.post("/callbacks/rates", {"unit": PLACE, "percent": "5"}).status_code == 403
    assert draw_callbacks(site.engine, site.now, "00") == 0
    site.now += timedelta(days=1)
    assert draw_callbacks(site.engine, site.now, "0a") == 1
    assert draw_callbacks(site.engine, site.now, "0b") == 0
    (row,) = drawn(site)
    assert (row.instance_id, row.unit_code, row.percent) == (instance_id, PLACE, 5)
    draws = site.read(select(table_of(CallbackDraw)).order_by(CallbackDraw.last))
    assert [(draw.seed, draw.cases) for draw in draws] == [("00", 0), ("0a", 1)]

    focal, office = site.browser(FOCAL), site.browser(OFFICE)
    for unfinished in ({}, {"reached": "yes", "satisfied": "yes"}):
        assert focal.post(f"/callbacks/{row.id}", unfinished).status_code == 422
    assert focal.post(f"/callbacks/{row.id}", {"reached": "no", "satisfied": "yes"}).status_code == 302
    assert "đã gọi 1 lần, chưa liên lạc được" in focal.get("/callbacks").text
    assert focal.post(f"/callbacks/{row.id}", SATISFIED).status_code == 302
    again = focal.post(f"/callbacks/{row.id}", SATISFIED)
    assert (again.status_code, "Đồng nghiệp đã gọi" in again.text) == (422, True)
    (row,) = drawn(site)
    assert (row.tries, row.reached, row.satisfied, row.truthful) == (2, True, True, False)
    counted = office.get("/callbacks").text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert counted.count("<td>1</td>") == 4
    assert counted.count("<td>0</td>") == 1
    acts = [entry.act for entry in site.read(select(table_of(JournalEntry))) if entry.act.startswith("callback.")]
    assert acts == ["callback.rate", "callback.record", "callback.record"]


def test_verdicts_stand_in_the_appendix_of_the_days_on_which_the_cases_were_resolved(site: Site) -> None:
    resolved(site)
    site.browser(OFFICE).post("/callbacks/rates", {"unit": PLACE, "percent": "5"})
    site.now += timedelta(days=1)
    assert draw_callbacks(site.engine, site.now, "0a") == 1
    assert site.browser(FOCAL).post(f"/callbacks/{drawn(site)[0].id}", SATISFIED).status_code == 302
    office = site.browser(OFFICE)
    today = f"{site.now - timedelta(days=1):%d/%m/%Y}"
    appendix = office.get(f"/appendix?from={today}&to={today}").text.partition('id="callbacks-title"')[2]
    assert appendix.count("<tr") == 1 + 4  # The head; the total, the province, the district and the commune.
    assert appendix.count("<td>0</td>") == 4
    with transaction(site.engine) as tx:
        whole = scope.whole_province(site.world().units)
        period = ReportingPeriod(*[(site.now - timedelta(days=1)).date()] * 2)
        assert compile_appendix(tx, whole, period, site.world().units, site.now).called_back == CallbackFigures(
            1, 1, 1, 1, 0
        )


@pytest.mark.parametrize("login", [COMMUNE, OPERATOR])
def test_those_who_are_checked_and_the_hotline_do_not_call(site: Site, login: str) -> None:
    assert site.browser(login).get("/callbacks").status_code == 403
