"""Promises after a changed holiday: deadline and timers of open cases move, once, and it is logged."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Engine, select, update

from engine.actor import SYSTEM, Actor, ActStamp
from engine.bpmn import inspection, state
from engine.bpmn.actions import Complete, Message, Start
from engine.process import incidents, instances, rescheduling, timers
from engine.process.acts import Command
from engine.process.rescheduling import RescheduleTotals, reschedule_cases
from engine.process.timers import TimerTotals
from engine.province import office_calendar, snapshot
from engine.store.db import transaction
from engine.store.models import History, Instance, Timer
from engine.world.public_holidays import DayOverride
from engine.world.work_calendar import build_calendar
from engine.world.world import World
from tests.kit.hotline import DATA, NOW, WHO, WORLD, deployed, process
from tests.kit.record import differences

STORM = World(build_calendar([DayOverride(date(2026, 11, 26), "closed", "Nghỉ bão")]), WORLD.units)
BEFORE = (datetime(2026, 11, 26, 3, tzinfo=UTC), datetime(2026, 11, 27, 3, tzinfo=UTC))
AFTER = (datetime(2026, 11, 27, 3, tzinfo=UTC), datetime(2026, 11, 30, 3, tzinfo=UTC))
ADMINISTRATOR = Actor("person:5", "cli")


def begin(engine_db: Engine, cases: int = 1) -> list[int]:
    """Cases at their first task: a reminder at half of the deadline, an alarm at its end."""
    with transaction(engine_db) as tx:
        definition = deployed(tx)
        return [
            instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)[0] for _ in range(cases)
        ]


def complete(engine_db: Engine, instance: int) -> None:
    """Complete the first task: the case has a deadline, but no timers any more."""
    with transaction(engine_db) as tx:
        step = instances.load_instance(tx, instance).state
        task = next(iter(inspection.snapshot_of(state.load_live_case(step, process(), None).workflow).tasks))
        instances.take_step(tx, instance, Command(Complete(task, {}), WHO, NOW), WORLD)


def moved(engine_db: Engine, world: World = STORM) -> RescheduleTotals:
    return reschedule_cases(engine_db, ADMINISTRATOR, NOW, world, "closed 2026-11-26: Nghỉ bão")


def in_rows(engine_db: Engine, instance: int) -> tuple[datetime | None, ...]:
    """The instants of a case's timers, and its deadline as it is listed."""
    with transaction(engine_db) as tx:
        rows = tx.read.execute(select(Timer.due, Timer.wake).where(Timer.instance_id == instance).order_by(Timer.due))
        dues = [row.due for row in rows if row.due == row.wake]
        return (*dues, tx.read.execute(select(Instance.due_at).where(Instance.id == instance)).scalar_one())


def in_state(engine_db: Engine, instance: int) -> tuple[datetime | None, ...]:
    """The same instants as the stored state holds them."""
    with transaction(engine_db) as tx:
        case = state.load_live_case(instances.load_instance(tx, instance).state, process(), None)
    return tuple(sorted(item.due for item in inspection.snapshot_of(case.workflow).timers.values() if item.due))


def test_a_new_holiday_moves_deadline_and_timers_in_state_and_rows(engine_db: Engine) -> None:
    (case,) = begin(engine_db)
    assert in_rows(engine_db, case) == (*BEFORE, BEFORE[1])
    assert moved(engine_db) == RescheduleTotals(cases=1, moved=1, failed=0)
    assert in_rows(engine_db, case) == (*AFTER, AFTER[1])
    assert in_state(engine_db, case) == AFTER


def test_timers_fire_at_their_new_instants_and_not_at_the_old_ones(engine_db: Engine) -> None:
    begin(engine_db)
    moved(engine_db)
    done = TimerTotals()
    assert timers.fire_due_timers(engine_db, BEFORE[0], STORM, done) is False
    assert timers.fire_due_timers(engine_db, AFTER[0], STORM, done) is True
    assert done.fired == 1


def test_history_says_who_moved_it_why_and_where_to(engine_db: Engine) -> None:
    (case,) = begin(engine_db)
    moved(engine_db)
    with transaction(engine_db) as tx:
        row = tx.read.execute(select(History).where(History.action == "reschedule")).one()
        assert differences(tx) == []
    detail = json.loads(row.detail)
    assert (row.instance_id, row.actor, row.origin, row.at) == (case, "person:5", "cli", NOW)
    assert detail["reason"] == "closed 2026-11-26: Nghỉ bão"
    assert sorted((node, due) for _, node, due in detail["timers"]) == [
        ("half_time", AFTER[0].isoformat()),
        ("too_late", AFTER[1].isoformat()),
    ]


def test_a_second_run_moves_nothing(engine_db: Engine) -> None:
    (case,) = begin(engine_db)
    moved(engine_db)
    assert moved(engine_db) == RescheduleTotals(cases=1, moved=0, failed=0)
    assert in_rows(engine_db, case) == (*AFTER, AFTER[1])
    assert in_state(engine_db, case) == AFTER


def test_a_day_that_is_worked_again_moves_everything_back(engine_db: Engine) -> None:
    (case,) = begin(engine_db)
    moved(engine_db)
    assert moved(engine_db, WORLD).moved == 1
    assert in_rows(engine_db, case) == (*BEFORE, BEFORE[1])
    assert in_state(engine_db, case) == BEFORE


def test_a_case_without_timers_has_its_deadline_moved(engine_db: Engine) -> None:
    (case,) = begin(engine_db)
    complete(engine_db, case)
    assert moved(engine_db).moved == 1
    assert in_rows(engine_db, case) == (AFTER[1],)
    assert moved(engine_db).moved == 0


def test_a_holiday_after_the_deadline_moves_nothing(engine_db: Engine) -> None:
    (case,) = begin(engine_db)
    later = World(build_calendar([DayOverride(date(2026, 12, 24), "closed", "Nghỉ bù")]), WORLD.units)
    assert moved(engine_db, later) == RescheduleTotals(cases=1, moved=0, failed=0)
    assert in_rows(engine_db, case) == (*BEFORE, BEFORE[1])


def test_a_holiday_that_is_kept_in_the_database_is_what_cases_are_moved_by(engine_db: Engine) -> None:
    (case,) = begin(engine_db)
    with transaction(engine_db) as tx:
        office_calendar.set_overrides(
            tx, [DayOverride(date(2026, 11, 26), "closed", "Nghỉ bão")], ActStamp(SYSTEM, NOW)
        )
    with transaction(engine_db) as tx:
        calendar = snapshot.load_world(tx, 10).calendar
    assert moved(engine_db, World(calendar, WORLD.units)).moved == 1
    assert in_rows(engine_db, case) == (*AFTER, AFTER[1])


def test_finished_cases_are_left_alone(engine_db: Engine) -> None:
    ended, going = begin(engine_db, cases=2)
    with transaction(engine_db) as tx:
        instances.take_step(tx, ended, Command(Message("withdraw"), WHO, NOW), WORLD)
        before = instances.load_instance(tx, ended)
    assert moved(engine_db) == RescheduleTotals(cases=1, moved=1, failed=0)
    with transaction(engine_db) as tx:
        assert instances.load_instance(tx, ended) == before
    assert in_state(engine_db, going) == AFTER


def test_every_open_case_is_looked_at_once_however_many_there_are(
    engine_db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = begin(engine_db, cases=5)
    monkeypatch.setattr(rescheduling, "PAGE", 2)
    assert moved(engine_db) == RescheduleTotals(cases=5, moved=5, failed=0)
    assert {in_state(engine_db, case) for case in cases} == {AFTER}


def test_a_case_that_fails_becomes_an_incident_and_the_others_are_moved(engine_db: Engine) -> None:
    first, broken, last = begin(engine_db, cases=3)
    with transaction(engine_db) as tx:
        good = instances.load_instance(tx, broken).state
        tx.write().execute(update(Instance).where(Instance.id == broken).values(state=b"broken"))
    assert moved(engine_db) == RescheduleTotals(cases=3, moved=2, failed=1)
    assert [in_state(engine_db, case) for case in (first, last)] == [AFTER, AFTER]
    assert in_rows(engine_db, broken) == (*BEFORE, BEFORE[1])
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
        assert (incident.instance_id, incident.attempts) == (broken, 1)
        tx.write().execute(update(Instance).where(Instance.id == broken).values(state=good))
    incidents.retry_incident(engine_db, incident.id, ADMINISTRATOR, NOW, STORM)
    assert in_rows(engine_db, broken) == (*AFTER, AFTER[1])
    with transaction(engine_db) as tx:
        assert incidents.list_oldest_first(tx) == []
