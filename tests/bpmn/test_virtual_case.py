"""Promises of the machine under scenarios, simulation and replay: it has what the steps have left, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.bpmn.actions import Complete, Fire, Message, Start
from engine.bpmn.step import advance, process_data_of
from engine.bpmn.virtual_case import CaseCourse, VirtualCase
from engine.errors import Stale
from tests.kit.hotline import DATA, NOW, PLACE, WORLD, process

HANDLE = process()
HOUR = timedelta(hours=1)


def begun() -> VirtualCase:
    case = VirtualCase(HANDLE, WORLD)
    case.act(Start(DATA), NOW)
    return case


def test_a_case_that_has_not_begun_has_nothing() -> None:
    case = VirtualCase(HANDLE, WORLD)
    assert (case.begun, case.open, case.timers, case.next_timer(), case.process_data()) == (False, {}, {}, None, {})


def test_an_act_is_the_pure_step_and_leaves_what_it_has_opened() -> None:
    case, step = begun(), advance(HANDLE, None, Start(DATA), NOW, WORLD)
    assert case.blob == step.state
    assert case.process_data() == process_data_of(HANDLE, step.state)
    assert [(task.node, task.unit, task.opened_at) for task in case.open.values()] == [("verify", PLACE, NOW)]
    assert (case.deadline, case.finished) == (step.deadline, False)


def test_the_next_timer_is_the_one_due_first_and_goes_when_it_has_fired() -> None:
    case = begun()
    at, timer_id = case.next_timer() or (NOW, 0)
    assert case.timers[timer_id].node == "half_time"
    assert [notice.rung for notice in case.act(Fire((timer_id,)), at).notices] == ["reminder"]
    assert timer_id not in case.timers


def test_a_closed_task_is_gone_and_the_next_opens_at_its_instant() -> None:
    case = begun()
    case.act(Complete(min(case.open), {"outcome": "correct"}), NOW + HOUR)
    assert [(task.node, task.opened_at) for task in case.open.values()] == [("resolve", NOW + HOUR)]


def test_an_act_that_is_refused_changes_nothing() -> None:
    case = begun()
    before = case.blob, dict(case.open), dict(case.timers)
    with pytest.raises(Stale):
        case.act(Message("nobody_waits"), NOW)
    assert before == (case.blob, case.open, case.timers)


def test_a_course_follows_steps_that_were_taken_elsewhere() -> None:
    course, first = CaseCourse(), advance(HANDLE, None, Start(DATA), NOW, WORLD)
    course.follow(first, NOW)
    course.follow(advance(HANDLE, first.state, Message("withdraw"), NOW + HOUR, WORLD), NOW + HOUR)
    assert (course.finished, course.open, course.timers) == (True, {}, {})
