"""A stored case goes on in another version of its diagram: what is open stays, what lies ahead is the new version's."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import pytest
from lxml import etree

from engine.bpmn.actions import (
    GONE,
    OTHER_CALL,
    OTHER_KIND,
    Action,
    Complete,
    Fire,
    Message,
    Migrate,
    MigrationBlocker,
    RevertMigration,
    Start,
    Step,
)
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.step import advance
from engine.bpmn.trace import Trace
from engine.errors import NotMigratable
from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.scenarios import runner
from engine.scenarios.files import read_scenario
from tests.kit.hotline import (
    DATA,
    HANDLE,
    NOW,
    PLACE,
    WORLD,
    catch_timer,
    diagram,
    message,
    node,
    process,
    service,
    timer,
    user_task,
)
from tests.paths import ROOT
from tests.walks.diagrams import draw
from tests.walks.runner import LIMIT
from tests.walks.sides import DONE
from tests.walks.sides import Step as WalkStep
from tests.walks.stored import Stored
from tests.walks.walker import walk

FILES = definitions.read_deployment_folder(ROOT)
WALKS = 150
# `make walks` tries every moment of a move, the ordinary run every fourth.
EVERY = 1 if "WALKS_LONG" in os.environ else 4
BEGIN, END, END_X = node("startEvent", "begin"), node("endEvent", "end"), node("endEvent", "x")


@cache
def copies() -> tuple[CompiledDeployment, CompiledDeployment]:
    """Two copies of the shipped diagrams, one the version of the other."""
    return definitions.compile_files(FILES), definitions.compile_files(FILES)


def moved(step: Step, old: Process, new: Process, names: Mapping[str, str] | None = None) -> Step:
    return advance(new, step.state, Migrate(old, names or {}), NOW, WORLD)


def complete(version: Process, step: Step, task: int, at: datetime = NOW) -> Step:
    return advance(version, step.state, Complete(task, {}), at, WORLD)


def version(nodes: list[str], *chains: str, messages: tuple[str, ...] = ()) -> Process:
    return process(diagram("p", [BEGIN, *nodes, END], *chains, messages=messages), "p")


def begun(old: Process) -> Step:
    return advance(old, None, Start(DATA), NOW, WORLD)


def obstacles(step: Step, old: Process, new: Process) -> list[MigrationBlocker]:
    with pytest.raises(NotMigratable) as caught:
        moved(step, old, new)
    return list(caught.value.blockers)


# To the same diagram: nothing changes


class Moving(runner.SteppedScenario):
    """A scenario whose case moves to another copy of its diagram after every action."""

    def apply_action(self, action: Action) -> None:
        super().apply_action(action)
        case = self.case
        if case.blob is None or case.finished:
            return
        one, other = copies()
        there = other if self.content is one else one
        old, new = case.process, there.get_process(self.scenario.process)
        step = advance(new, case.blob, Migrate(old), self.now, self.world)
        assert (step.opened_tasks, step.closed_tasks, step.timers, step.cleared_timers, step.changed_tasks) == (
            (),
            (),
            (),
            (),
            (),
        )
        assert (step.new_subscriptions, step.ended_subscriptions, step.notices, step.thrown_events) == ((), (), (), ())
        assert step.deadline == case.deadline
        case.blob, case.process, self.content = step.state, new, there


@pytest.mark.parametrize("path", runner.scenario_paths(FILES), ids=lambda path: path.stem)
def test_a_scenario_goes_on_whatever_the_moment_of_the_move(path: PurePosixPath) -> None:
    scenario = read_scenario(path, FILES[path])
    play = Moving(copies()[0], scenario, Trace())
    play.start_instance()
    for step in scenario.steps:
        play.run_step(step)


BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


def with_approvals(content: bytes) -> bytes:
    """A diagram with one more user task behind every user task."""
    root = etree.fromstring(content)
    for task in root.findall(f".//{BPMN}userTask"):
        scope = task.getparent()
        assert scope is not None
        for flow in [flow for flow in scope.findall(f"{BPMN}sequenceFlow") if flow.get("sourceRef") == task.get("id")]:
            more = deepcopy(task)
            name = f"approve_{flow.get('id')}"
            more.set("id", name)
            for reference in more.findall(f"{BPMN}incoming") + more.findall(f"{BPMN}outgoing"):
                more.remove(reference)
            scope.append(more)
            ends = {"sourceRef": name, "targetRef": str(flow.get("targetRef"))}
            etree.SubElement(scope, f"{BPMN}sequenceFlow", {"id": f"after_{name}", **ends})
            flow.set("targetRef", name)
    return etree.tostring(root)


@cache
def stricter() -> CompiledDeployment:
    """The shipped files as a version with one more task behind every user task."""
    return definitions.compile_files(
        {path: with_approvals(content) if path.suffix == ".bpmn" else content for path, content in FILES.items()}
    )


class Approving(runner.SteppedScenario):
    """A scenario whose case moves, after some actions, to a version with one more task behind every user task."""

    def __init__(self, *scenario: Any, after: int) -> None:
        super().__init__(*scenario)
        self.left, self.approvals = after, 0

    def apply_action(self, action: Action) -> None:
        super().apply_action(action)
        self.left -= 1
        case = self.case
        if self.left == 0 and not case.finished:
            old, case.process = case.process, stricter().get_process(self.scenario.process)
            assert case.blob is not None
            case.blob = advance(case.process, case.blob, Migrate(old), self.now, self.world).state
        for number in [number for number, task in case.open.items() if task.node.startswith("approve_")]:
            self.approvals += 1
            super().apply_action(Complete(number, {}))


@pytest.mark.slow
@pytest.mark.parametrize("path", runner.scenario_paths(FILES), ids=lambda path: path.stem)
def test_a_scenario_goes_on_through_steps_that_are_new_in_the_other_version(path: PurePosixPath) -> None:
    scenario, approvals = read_scenario(path, FILES[path]), 0
    for after in range(1, 9, EVERY):
        play = Approving(copies()[0], scenario, Trace(), after=after)
        play.start_instance()
        for step in scenario.steps:
            play.run_step(step)
        approvals += play.approvals
    assert approvals or not any(step.kind == "task" and not step.take for step in scenario.steps)


class Wandering(Stored):
    """The stored side of a random walk, which moves between two copies of its diagram before every step."""

    def take(self, step: WalkStep, now: datetime) -> str:
        old, thrown = self.process, self._thrown
        self.turn += 1
        assert self.advance(Migrate(old), now) == DONE
        self.turn, self._thrown = self.turn - 1, thrown
        return super().take(step, now)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(3))
def test_random_walks_through_random_diagrams_go_on_too(part: int) -> None:
    for seed in range(part * WALKS, (part + 1) * WALKS, 3 * EVERY):
        rnd = random.Random(seed)
        drawn = draw(rnd)
        made = walk(drawn.files, Wandering.of(drawn.files), rnd, LIMIT, nested=drawn.nested)
        assert made.difference == [], (seed, made.steps)


# To another diagram: what lies ahead is the new version's


def test_a_new_step_with_a_timer_comes_after_the_open_one() -> None:
    old = version([user_task("write")], "begin > write > end")
    new = version(
        [
            user_task("write"),
            user_task("approve", role="unit_head"),
            timer("slow", "approve", "working_hours('2')"),
            service("remind", "notice", template="'reminder'", rung="'slow'", to="'unit'"),
            node("endEvent", "told"),
        ],
        "begin > write > approve > end",
        "slow > remind > told",
    )
    first = begun(old)
    step = moved(first, old, new)
    assert (step.opened_tasks, step.closed_tasks, step.finished) == ((), (), False)
    step = complete(new, step, first.opened_tasks[0].task_id)
    assert [(task.node, task.role) for task in step.opened_tasks] == [("approve", "unit_head")]
    assert [item.node for item in step.timers] == ["slow"]
    assert complete(new, step, step.opened_tasks[0].task_id).finished


def test_a_step_that_is_taken_out_ahead_does_not_come() -> None:
    step = begun(process())
    shorter = process(HANDLE.replace(b'sourceRef="resolve" targetRef="done"', b'sourceRef="resolve" targetRef="told"'))
    step = moved(step, process(), shorter)
    step = complete(shorter, step, begun(process()).opened_tasks[0].task_id)
    assert [task.node for task in step.opened_tasks] == ["resolve"]


def test_waiting_timers_keep_their_instant_and_one_that_has_fired_does_not_fire_again() -> None:
    old = process()
    first = begun(old)
    due = {item.node: item for item in first.timers}
    step = advance(old, first.state, Fire((due["half_time"].task_id,)), due["half_time"].due or NOW, WORLD)
    new = process(HANDLE.replace(b"reminder(0.5)", b"reminder(0.9)").replace(b"deadline()", b"working_hours('1')"))
    step = moved(step, old, new)
    assert (step.timers, step.cleared_timers) == ((), ())
    step = advance(new, step.state, Fire((due["too_late"].task_id,)), due["too_late"].due or NOW, WORLD)
    assert step.marks == ("overdue",)
    assert step.timers == ()


def test_an_event_that_is_new_at_an_open_task_begins_to_wait_also_where_there_was_none() -> None:
    old = version([user_task("write")], "begin > write > end")
    new = version(
        [
            user_task("write"),
            timer("slow", "write", "working_hours('2')"),
            message("stop", "write"),
            node("endEvent", "x"),
        ],
        "begin > write > end",
        "slow > x",
        "stop > x",
        messages=("stop",),
    )
    first = begun(old)
    step = moved(first, old, new)
    assert [item.node for item in step.timers] == ["slow"]
    fired = advance(new, step.state, Fire((step.timers[0].task_id,)), step.timers[0].due or NOW, WORLD)
    assert (fired.closed_tasks, fired.finished) == ((), False)
    assert advance(new, fired.state, Message("stop"), NOW, WORLD).closed_tasks == (first.opened_tasks[0].task_id,)
    done = complete(new, fired, first.opened_tasks[0].task_id)
    assert done.finished


def test_an_event_that_is_gone_from_an_open_task_waits_no_more() -> None:
    old = process()
    first = begun(old)
    for name in ("half_time", "too_late"):
        assert name.encode() in HANDLE
    bare = version([user_task("verify")], "begin > verify > end")
    step = moved(first, Process("p", "p", old.spec, old.subprocess_specs), bare)
    assert set(step.cleared_timers) == {item.task_id for item in first.timers}
    assert complete(bare, step, first.opened_tasks[0].task_id).finished


def test_an_element_may_have_another_name_if_the_analyst_says_so() -> None:
    old = version([user_task("write")], "begin > write > end")
    new = version([user_task("report", form="other")], "begin > report > end")
    first = begun(old)
    assert obstacles(first, old, new) == [MigrationBlocker(GONE, "write")]
    step = moved(first, old, new, {"write": "report"})
    assert [(task.task_id, task.node, task.form) for task in step.changed_tasks] == [
        (first.opened_tasks[0].task_id, "report", "other")
    ]
    assert complete(new, step, first.opened_tasks[0].task_id).finished


def test_a_task_of_another_role_goes_to_the_unit_of_that_role() -> None:
    old = version([user_task("write")], "begin > write > end")
    new = version([user_task("write", role="provincial_office")], "begin > write > end")
    first = begun(old)
    assert first.opened_tasks[0].unit == PLACE
    step = moved(first, old, new)
    assert [(task.role, task.unit) for task in step.changed_tasks] == [("provincial_office", "75.VP")]


def test_what_is_something_else_now_cannot_go_on() -> None:
    old = version([user_task("write")], "begin > write > end")
    other = version([catch_timer("write", "working_hours('2')")], "begin > write > end")
    assert obstacles(begun(old), old, other) == [MigrationBlocker(OTHER_KIND, "write")]


def test_a_call_of_another_process_cannot_go_on() -> None:
    def calling(key: str) -> Process:
        call = f'<bpmn:callActivity id="ask" name="ask" calledElement="{key}"/>'
        files = {"p.bpmn": diagram("p", [BEGIN, call, END], "begin > ask > end")}
        for called in ("one", "two"):
            files[f"{called}.bpmn"] = diagram(called, [BEGIN, user_task("write"), END], "begin > write > end")
        return parse_processes(files)["p"]

    first = begun(calling("one"))
    assert obstacles(first, calling("one"), calling("two")) == [
        MigrationBlocker(OTHER_CALL, "ask"),
        MigrationBlocker(GONE, "one"),
    ]
    assert moved(first, calling("one"), calling("one")).closed_tasks == ()


# Back again


def test_a_case_goes_back_to_the_very_state_it_left() -> None:
    old = version([user_task("write")], "begin > write > end")
    new = version(
        [user_task("report"), timer("slow", "report", "working_hours('2')"), END_X],
        "begin > report > end",
        "slow > x",
    )
    first = begun(old)
    step = moved(first, old, new, {"write": "report"})
    back = advance(old, step.state, RevertMigration(new, first.state), NOW, WORLD)
    assert back.cleared_timers == (step.timers[0].task_id,)
    assert [task.node for task in back.changed_tasks] == ["write"]
    assert complete(old, back, first.opened_tasks[0].task_id).finished
