"""The desk's list agrees with looking at every case, page by page, however it is narrowed; on both databases."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert, update

from engine.chase import worklist
from engine.chase.worklist import OVERDUE, SOON, ChaseFilter
from engine.process import spell_recount
from engine.province.units import load_unit_tree
from engine.store.db import Transaction
from engine.store.models import Instance, Mark, Report, Task
from engine.world.work_calendar import build_calendar
from engine.world.world import World
from tests.kit.province import NOW, add_case, load_year

UNITS = ("26068", "26068", "26008", "25993", "26191", "26191", "26191")
FIELDS = ("health", "other")


@pytest.fixture
def world(tx: Transaction) -> World:
    load_year(tx, 2021)
    return World(build_calendar(), load_unit_tree(tx.read))


@pytest.fixture
def cases(tx: Transaction, world: World) -> list[dict[str, Any]]:
    """Cases of several communes, some overdue, some soon, some far away, some with Đôn đốc open.

    Two more are past their deadline and not to be chased: one is finished, one only waits for what the citizen says.
    """
    found: list[dict[str, Any]] = []
    for number, (unit, field) in enumerate(product(UNITS, FIELDS)):
        due = NOW + timedelta(hours=3 * (number % 5) - 6 + number)
        chased = number % 3 == 0
        case = add_case(tx, unit, (unit, "commune"), *([("75.VP", "provincial_office")] if chased else []))
        tx.write().execute(update(Instance).where(Instance.id == case).values(due_at=due))
        tx.write().execute(update(Task).where(Task.instance_id == case).values(due_at=due))
        tx.write().execute(
            update(Task).where(Task.instance_id == case, Task.role == worklist.OFFICE).values(form="chase")
        )
        reports = update(Report).where(Report.id == Instance.report_id, Instance.id == case)
        tx.write().execute(reports.values(field=field))
        found.append({"id": case, "due": due, "unit": unit, "field": field, "chase": chased})
    done = add_case(tx, UNITS[0], (UNITS[0], "commune"), finished=True)
    told = add_case(tx, UNITS[0], (UNITS[0], "citizen"))
    past = update(Instance).where(Instance.id.in_((done, told))).values(due_at=NOW - timedelta(days=9))
    tx.write().execute(past)
    tx.write().execute(insert(Mark).values(instance_id=told, status="resolved", at=NOW - timedelta(days=10)))
    spell_recount.recount_instances(tx.write(), [*(case["id"] for case in found), done, told])
    return found


def expected(cases: list[dict[str, Any]], wanted: ChaseFilter, world: World) -> list[int]:
    units = worklist.subtree_codes(world.units, wanted.unit) if wanted.unit else list(UNITS)
    soon = world.calendar.add(NOW, world.calendar.day_length())
    chosen = [
        case
        for case in cases
        if (case["due"] <= NOW if wanted.view == OVERDUE else NOW < case["due"] <= soon)
        and case["unit"] in units
        and wanted.field in ("", case["field"])
        and wanted.rung in ("", "chase" if case["chase"] else "unit")
    ]
    chosen.sort(key=lambda case: (case["due"], case["id"]), reverse=wanted.order == "latest")
    return [case["id"] for case in chosen]


@pytest.mark.slow
def test_every_list_agrees_with_looking_at_every_case(
    tx: Transaction, world: World, cases: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worklist, "PAGE_SIZE", 2)
    seen = 0
    units, rungs = ("", "731", "26191", "75"), ("", "unit", "chase")
    for view, unit, field, rung, order in product((OVERDUE, SOON), units, ("", *FIELDS), rungs, worklist.ORDERS):
        wanted = ChaseFilter(view, unit, field, rung, order)
        found, page = [], worklist.list_chase_cases(tx, wanted, NOW, world)
        numbers = worklist.count_by_view(tx, wanted, NOW, world)
        while True:
            found += [row.id for row in page.rows]
            if page.following is None:
                break
            page = worklist.list_chase_cases(
                tx, ChaseFilter(view, unit, field, rung, order, page.following), NOW, world
            )
        assert found == expected(cases, wanted, world), wanted
        assert numbers[view] == len(found)
        seen += len(found)
    assert seen > 100


def test_a_page_tells_whose_a_case_is(tx: Transaction, world: World, cases: list[dict[str, Any]]) -> None:
    rows = worklist.list_chase_cases(tx, ChaseFilter(), NOW, world).rows
    known = {case["id"]: case for case in cases}
    for row in rows:
        assert [holder.unit for holder in row.holders] == [known[row.id]["unit"]]
        assert row.chase_open == known[row.id]["chase"]
        assert (row.reminded, row.directives) == (0, ())
    assert worklist.list_chase_cases(tx, ChaseFilter(rung="directive"), NOW, world).rows == []
