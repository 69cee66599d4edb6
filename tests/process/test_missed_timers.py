"""Promises of missed timers: late but once, not at all, or as often as they were missed, as the diagram says (R8)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, func, select

from engine.actor import SYSTEM
from engine.bpmn.actions import Complete, Fire, Start, Step
from engine.bpmn.step import advance
from engine.bpmn.timers import ALL, MISSED_AFTER, ONCE, SKIP
from engine.process import definitions, instances, timers
from engine.process.acts import Command
from engine.store.db import transaction
from engine.store.models import Mark, Timer
from tests.kit.hotline import DATA, FILES, NOW, WHO, WORLD, diagram, node, process, service, user_task
from tests.kit.record import differences

HOUR = timedelta(hours=1)
CYCLE = '<bpmn:timeCycle>"R5/PT1H"</bpmn:timeCycle>'
SHOT = "<bpmn:timeDate>clock_hours(1)</bpmn:timeDate>"


def beside(policy: str, time: str) -> bytes:
    """A user task with a timer beside it that states a fact each time."""
    wanted = (
        f'<spiffworkflow:properties><spiffworkflow:property name="missed" value="{policy}"/></spiffworkflow:properties>'
    )
    timer = (
        f'<bpmn:boundaryEvent id="tick" attachedToRef="work" cancelActivity="false"><bpmn:extensionElements>{wanted}'
        f"</bpmn:extensionElements><bpmn:timerEventDefinition>{time}</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    return diagram(
        "handle",
        [
            *(
                node("startEvent", "begin"),
                user_task("work"),
                timer,
                node("endEvent", "told"),
                node("endEvent", "done"),
            ),
            service("tell", "mark", status="'ticked'"),
        ],
        "begin > work > done",
        "tick > tell > told",
    )


def began(policy: str, time: str) -> Step:
    return advance(process(beside(policy, time)), None, Start(DATA), NOW, WORLD)


def fired(policy: str, time: str, state: bytes, timer: int, at: datetime) -> Step:
    return advance(process(beside(policy, time)), state, Fire((timer,)), at, WORLD)


@pytest.mark.parametrize(
    ("policy", "happens", "following"),
    [(ONCE, True, NOW + 4 * HOUR), (SKIP, False, NOW + 4 * HOUR), (ALL, True, NOW + 2 * HOUR)],
)
def test_a_cycle_that_was_missed_follows_its_policy(policy: str, happens: bool, following: datetime) -> None:
    first = began(policy, CYCLE)
    step = fired(policy, CYCLE, first.state, first.timers[0].task_id, NOW + 3.5 * HOUR)
    assert ("tell" in step.path, bool(step.marks), bool(step.skipped_timers)) == (happens, happens, not happens)
    assert [item.due for item in step.timers] == [following]


@pytest.mark.parametrize("time", [CYCLE, SHOT])
def test_a_timer_that_is_only_a_little_late_has_not_been_missed(time: str) -> None:
    first = began(SKIP, time)
    step = fired(SKIP, time, first.state, first.timers[0].task_id, NOW + HOUR + MISSED_AFTER)
    assert "tell" in step.path
    assert not step.skipped_timers


def test_a_single_timer_that_was_skipped_waits_no_more_and_the_work_goes_on() -> None:
    first = began(SKIP, SHOT)
    step = fired(SKIP, SHOT, first.state, first.timers[0].task_id, NOW + 2 * HOUR)
    assert (step.path, [item.due for item in step.timers]) == ((), [None])
    task = first.opened_tasks[0].task_id
    last = advance(process(beside(SKIP, SHOT)), step.state, Complete(task, {}), NOW + 3 * HOUR, WORLD)
    assert last.finished


@pytest.mark.parametrize(("policy", "ticks"), [(ONCE, 2), (SKIP, 1), (ALL, 4)])
def test_after_an_outage_the_worker_does_what_the_diagram_wants(engine_db: Engine, policy: str, ticks: int) -> None:
    files = {**FILES, next(iter(FILES)): beside(policy, CYCLE)}
    with transaction(engine_db) as tx:
        definitions.deploy_files(tx, files, by=SYSTEM, message="", now=NOW)
        definition = definitions.find_by_key(tx, "handle")
    with transaction(engine_db) as tx:
        instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)
    # The program stands still for three hours and a half, then works until the fourth turn.
    for at in (NOW + 3.5 * HOUR, NOW + 4 * HOUR):
        while timers.fire_due_timers(engine_db, at, WORLD, timers.TimerTotals()):
            pass
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(func.count()).select_from(Mark)).scalar() == ticks
        assert tx.read.execute(select(Timer.due)).scalar() == NOW + 5 * HOUR
        assert differences(tx) == []
