"""Promises of the heat of a drawing: the same as a plain count of random tasks gives, on both databases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from math import ceil
from pathlib import PurePosixPath
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.actor import SYSTEM, Actor
from engine.bpmn.actions import Start
from engine.cases import tasks
from engine.errors import BadInput, NotFound
from engine.process import definitions, instances
from engine.process.acts import Command
from engine.process.history import GENESIS
from engine.process.instances import DONE, GONE, OPEN
from engine.store.db import Transaction
from engine.store.models import NEVER, Instance, ProcessDefinition, Report, Task, Timer
from engine.studio.heat import NodeHeat, TimeWindow, measure_elements
from tests.kit import hotline
from tests.kit.hotline import NOW, PLACE, UNITS
from tests.paths import ROOT

PERIOD = TimeWindow(NOW - timedelta(days=30), NOW)
BELOW = {
    None: {unit.code for unit in UNITS},
    "75": {unit.code for unit in UNITS},
    "731": {"731", PLACE},
    PLACE: {PLACE},
    "75.1022": {"75.1022"},
}
NODES = ("receive", "assign", "verify", "resolve", "answer")
NUMBERS = count(1)


@pytest.fixture
def province(tx: Transaction) -> dict[str, list[int]]:
    """The ids of definitions by key: another process, and two versions of the shipped ones."""
    hotline.desk(tx)
    shipped = definitions.read_deployment_folder(ROOT)
    mail = PurePosixPath("workflows/mail/reminder.txt")
    older = {**shipped, mail: shipped[mail] + b"\nXin cam on."}
    for files in (hotline.FILES, older, shipped):
        definitions.deploy_files(tx, files, by=SYSTEM, message="", now=NOW)
    found: dict[str, list[int]] = {}
    for row in tx.read.execute(select(ProcessDefinition.id, ProcessDefinition.key).order_by(ProcessDefinition.id)):
        found.setdefault(row.key, []).append(row.id)
    return found


def add_case(tx: Transaction, definition: int, place: str, rows: Iterable[Mapping[str, Any]] = ()) -> int:
    """A case with tasks, each given by what a test cares about."""
    told = {
        "code": f"T-{next(NUMBERS)}",
        "received_at": NOW,
        "channel": "phone",
        "field": "health",
        "urgency": "normal",
    }
    report = tx.write().execute(insert(Report).values(**told, place=place).returning(Report.id)).scalar_one()
    blank = {"status": "active", "version": 1, "state": b"", "history_head": GENESIS, "history_count": 0}
    values = {"report_id": report, "definition_id": definition, "started_at": NOW, **blank}
    case: int = tx.write().execute(insert(Instance).values(**values).returning(Instance.id)).scalar_one()
    for number, row in enumerate(rows, 1):
        usual = {"name": "x", "role": "commune", "form": "note", "version": 1, "unit_code": PLACE, "due_at": NEVER}
        tx.write().execute(insert(Task).values(**{**usual, "instance_id": case, "engine_id": number, **row}))
    return case


def add_timer(tx: Transaction, case: int, node: str, due: datetime | None = NOW) -> None:
    values = {"instance_id": case, "engine_id": 1_000 + next(NUMBERS), "node": node, "due": due, "wake": due}
    tx.write().execute(insert(Timer).values(**values))


def done(minutes: float, node: str = "verify", **more: Any) -> dict[str, Any]:
    """A task that was done one day ago after so many minutes."""
    closed = more.pop("closed_at", NOW - timedelta(days=1))
    return {"node": node, "state": DONE, "opened_at": closed - timedelta(minutes=minutes), "closed_at": closed, **more}


def waiting(node: str = "verify", **more: Any) -> dict[str, Any]:
    return {"node": node, "state": OPEN, "opened_at": NOW - timedelta(hours=1), **more}


# Against a plain count


def random_task(chance: Random) -> dict[str, Any]:
    """A task of any state, opened and closed around the period and often exactly at its ends or at its deadline."""
    closed = chance.choice([PERIOD.start, PERIOD.end, NOW - timedelta(seconds=chance.uniform(0, 40 * 86_400))])
    opened = closed - timedelta(seconds=chance.choice([0, 60, chance.randrange(600), chance.uniform(0, 9 * 86_400)]))
    due = chance.choice([NEVER, closed, closed - timedelta(microseconds=1), NOW, NOW + timedelta(microseconds=1)])
    state = chance.choice([OPEN, DONE, DONE, DONE, GONE])
    unit = chance.choice([unit.code for unit in UNITS])
    ended = {} if state == OPEN else {"closed_at": closed}
    return {
        "node": chance.choice(NODES), "state": state, "opened_at": opened, "due_at": due, "unit_code": unit, **ended
    }  # fmt: skip


def counted(rows: Iterable[Mapping[str, Any]], units: set[str], period: TimeWindow) -> dict[str, NodeHeat]:
    """The heat of some tasks, counted one by one."""
    found: dict[str, NodeHeat] = {}
    for node in NODES:
        mine = [row for row in rows if row["node"] == node and row["unit_code"] in units]
        open_ = [row for row in mine if row["state"] == OPEN]
        ended = [row for row in mine if row["state"] == DONE and period.start <= row["closed_at"] < period.end]
        waits = sorted(whole_minutes(row["opened_at"], row["closed_at"]) for row in ended)
        late = sum(row["closed_at"] > row["due_at"] for row in ended)
        if open_ or ended:
            found[node] = NodeHeat(
                now=len(open_),
                done=len(ended),
                median_wait=waits[ceil(len(waits) / 2) - 1] if waits else None,
                p90_wait=waits[ceil(len(waits) * 9 / 10) - 1] if waits else None,
                overdue_share=late / len(ended) if ended else None,
                overdue_now=sum(row["due_at"] <= NOW for row in open_),
            )
    return found


def whole_minutes(opened: datetime, closed: datetime) -> timedelta:
    seconds = int(closed.timestamp()) - int(opened.timestamp())
    return timedelta(minutes=seconds // 60)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_heat_is_what_counting_one_by_one_gives(tx: Transaction, province: dict[str, list[int]], seed: int) -> None:
    chance = Random(seed)
    mine, other = province["citizen_report"], province["handle"][0]
    rows = [random_task(chance) for _ in range(250)]
    for start in range(0, len(rows), 5):
        add_case(tx, chance.choice(mine), PLACE, rows[start : start + 5])
        add_case(tx, other, PLACE, [random_task(chance)])
    for unit, codes in BELOW.items():
        for days in (30, 7, 0):
            period = TimeWindow(NOW - timedelta(days=days), NOW)
            assert measure_elements(tx, "citizen_report", period, unit, NOW) == counted(rows, codes, period)


# Single promises


# Waits in minutes, and which of them is the median and the ninetieth percentile.
RANKED: list[tuple[Sequence[float], int, int]] = [
    ([7], 7, 7),
    ([1, 2], 1, 2),
    ([3, 1, 2], 2, 3),
    ([*range(1, 11)], 5, 9),
    ([*range(1, 12)], 6, 10),
    ([5] * 9 + [100], 5, 5),
    ([5] * 8 + [100] * 2, 5, 100),
    ([1.9, 2.0, 2.9], 2, 2),
]


def test_waits_are_ranked_in_whole_minutes(tx: Transaction, province: dict[str, list[int]]) -> None:
    rows = [done(wait, node=f"n{number}") for number, (waits, _, _) in enumerate(RANKED) for wait in waits]
    add_case(tx, province["citizen_report"][0], PLACE, rows)
    found = measure_elements(tx, "citizen_report", PERIOD, None, NOW)
    for number, (_, median, p90) in enumerate(RANKED):
        one = found[f"n{number}"]
        assert (one.median_wait, one.p90_wait) == (timedelta(minutes=median), timedelta(minutes=p90))


def test_what_was_done_exactly_at_its_deadline_was_in_time_and_what_is_due_now_is_overdue(
    tx: Transaction, province: dict[str, list[int]]
) -> None:
    at, moment = NOW - timedelta(days=1), timedelta(microseconds=1)
    rows = [done(5, closed_at=at, due_at=due) for due in (at, at - moment, at + moment, NEVER)]
    rows += [waiting(due_at=due) for due in (NOW, NOW - moment, NOW + moment, NEVER)]
    add_case(tx, province["citizen_report"][0], PLACE, rows)
    found = measure_elements(tx, "citizen_report", PERIOD, None, NOW)["verify"]
    assert (found.done, found.overdue_share, found.now, found.overdue_now) == (4, 0.25, 4, 2)


def test_a_period_has_its_first_instant_and_not_its_last(tx: Transaction, province: dict[str, list[int]]) -> None:
    rows = [done(5, closed_at=at) for at in (PERIOD.start, PERIOD.end, PERIOD.start - timedelta(microseconds=1))]
    add_case(tx, province["citizen_report"][0], PLACE, rows)
    assert measure_elements(tx, "citizen_report", PERIOD, None, NOW)["verify"].done == 1
    assert measure_elements(tx, "citizen_report", TimeWindow(NOW, NOW), None, NOW) == {}


def test_timers_wait_where_they_are_drawn_also_while_the_clock_stands(
    tx: Transaction, province: dict[str, list[int]]
) -> None:
    case = add_case(tx, province["citizen_report"][0], PLACE)
    other = add_case(tx, province["citizen_report"][1], PLACE)
    for one, due in ((case, NOW), (other, None)):
        add_timer(tx, one, "retry", due)
    add_timer(tx, add_case(tx, province["handle"][0], PLACE), "retry")
    assert measure_elements(tx, "citizen_report", PERIOD, None, NOW) == {"retry": NodeHeat(now=2)}


def test_a_timer_counts_for_the_place_of_a_case_and_for_who_works_on_it(
    tx: Transaction, province: dict[str, list[int]]
) -> None:
    case = add_case(
        tx, province["citizen_report"][0], PLACE, [waiting(unit_code="75.VP"), done(1, unit_code="75.1022")]
    )
    add_timer(tx, case, "reminder")
    asked = {
        unit: "reminder" in measure_elements(tx, "citizen_report", PERIOD, unit, NOW)
        for unit in ("75", "75.VP", PLACE, "731")
    }
    assert asked == dict.fromkeys(asked, True)
    assert "reminder" not in measure_elements(tx, "citizen_report", PERIOD, "75.1022", NOW)


def test_a_called_process_shows_the_cases_of_those_that_call_it(
    tx: Transaction, province: dict[str, list[int]]
) -> None:
    add_case(tx, province["citizen_report"][0], PLACE, [done(5), waiting()])
    add_case(tx, province["citizen_report_two_level"][1], PLACE, [waiting()])
    add_case(tx, province["handle"][0], PLACE, [waiting()])
    assert measure_elements(tx, "resolution", PERIOD, None, NOW)["verify"].now == 2
    assert measure_elements(tx, "citizen_report", PERIOD, None, NOW)["verify"].now == 1
    assert measure_elements(tx, "citizen_report_two_level", PERIOD, None, NOW)["verify"].done == 0


def test_a_real_case_warms_the_elements_that_it_comes_to(tx: Transaction) -> None:
    desk = hotline.desk(tx, (PLACE, "commune"))
    act = Command(Start(hotline.DATA), Actor("citizen", "test"), NOW)
    case, _ = instances.start_instance(tx, hotline.deployed(tx), act, hotline.WORLD)
    before = measure_elements(tx, "handle", TimeWindow(NOW, NOW + timedelta(days=1)), PLACE, NOW)
    assert {node: one.now for node, one in before.items()} == {"verify": 1, "half_time": 1, "too_late": 1}
    later = NOW + timedelta(hours=2, seconds=59)
    row = tx.read.execute(select(Task.id, Task.version).where(Task.instance_id == case)).one()
    tasks.complete(tx, tasks.Desk(desk.officer, "test", later, desk.world), row.id, row.version, {"note": "Đã gọi"})
    after = measure_elements(tx, "handle", TimeWindow(NOW, NOW + timedelta(days=1)), PLACE, later)
    wait = timedelta(hours=2)
    assert after == {"verify": NodeHeat(0, 1, wait, wait, 0.0, 0), "resolve": NodeHeat(now=1)}


# Bad input


def test_a_process_without_cases_is_cold(tx: Transaction, province: dict[str, list[int]]) -> None:
    assert measure_elements(tx, "citizen_report", PERIOD, None, NOW) == {}
    assert measure_elements(tx, "unknown", PERIOD, None, NOW) == {}


def test_what_cannot_be_asked_is_refused(tx: Transaction) -> None:
    with pytest.raises(NotFound):
        measure_elements(tx, "handle", PERIOD, None, NOW)
    hotline.desk(tx)
    hotline.deployed(tx)
    with pytest.raises(NotFound, match="no unit with the code '99999'"):
        measure_elements(tx, "handle", PERIOD, "99999", NOW)
    with pytest.raises(BadInput, match="last day must come after the first"):
        measure_elements(tx, "handle", TimeWindow(NOW, NOW - timedelta(seconds=1)), None, NOW)
