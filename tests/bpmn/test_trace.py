"""Promises of the trace: what a step reached is noted, nothing else is, and diagrams tell what they draw."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from engine.bpmn.actions import Action, Complete, Fire, Message, Start, Step
from engine.bpmn.explain import names_by_element
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.step import advance
from engine.bpmn.trace import DiagramGraph, Trace, parse_diagram_graph
from tests.kit.hotline import DATA, HANDLE, NOW, WORLD, diagram, node, process, service, timer, user_task
from tests.paths import ROOT

SMALL = process()


def walk(traced: Process, *actions: Action, now: datetime = NOW) -> tuple[Trace, list[Trace], Step]:
    """Take a start and these actions: the trace of all, of each alone, and the last step."""
    whole, parts = Trace(), [Trace()]
    step = advance(traced, None, Start(DATA), now, WORLD, whole)
    advance(traced, None, Start(DATA), now, WORLD, parts[0])
    for action in actions:
        parts.append(Trace())
        advance(traced, step.state, action, now, WORLD, parts[-1])
        step = advance(traced, step.state, action, now, WORLD, whole)
    return whole, parts, step


def task(step: Step) -> int:
    return step.opened_tasks[0].task_id


def begin() -> Step:
    return advance(SMALL, None, Start(DATA), NOW, WORLD)


def inside(found: Trace) -> set[str]:
    return {element for _, element in found.nodes}


def flows(found: Trace) -> set[tuple[str, str]]:
    return {(source, target) for _, source, target in found.flows}


# What is walked


def test_a_start_reaches_the_first_task_and_what_waits_on_it() -> None:
    found, _, _ = walk(SMALL)
    assert inside(found) == {"begin", "set_deadline", "verify", "half_time", "too_late", "withdraw"}
    assert found.flows & parse_diagram_graph(HANDLE).flows == {
        ("handle", "begin", "set_deadline"),
        ("handle", "set_deadline", "verify"),
    }
    assert {name for name, *_ in (*found.nodes, *found.flows)} == {"handle"}


def test_a_step_notes_only_what_it_walked_itself() -> None:
    _, (_, second), _ = walk(SMALL, Complete(task(begin()), {"outcome": "correct"}))
    assert flows(second) == {("verify", "which"), ("which", "resolve")}
    assert not {"begin", "set_deadline"} & inside(second)


@pytest.mark.parametrize(
    ("outcome", "taken", "left"),
    [("correct", ("which", "resolve"), ("which", "fail")), ("fail", ("which", "fail"), ("which", "resolve"))],
)
def test_of_a_gateways_flows_only_the_one_that_was_taken_is_noted(
    outcome: str, taken: tuple[str, str], left: tuple[str, str]
) -> None:
    found, _, _ = walk(SMALL, Complete(task(begin()), {"outcome": outcome, "zero": 1}))
    assert taken in flows(found)
    assert left not in flows(found)
    assert left[1] not in inside(found)


def test_the_path_behind_a_timer_is_walked_when_it_fires() -> None:
    number = next(item.task_id for item in begin().timers if item.node == "half_time")
    found, _, _ = walk(SMALL, Fire((number,)))
    assert {("half_time", "remind"), ("remind", "reminded")} <= flows(found)
    assert not {("too_late", "mark_overdue"), ("verify", "which")} & flows(found)


def test_a_message_that_ends_the_case_walks_its_own_path_alone() -> None:
    found, _, step = walk(SMALL, Message("withdraw"))
    assert step.finished
    assert ("withdraw", "withdrawn") in flows(found)
    assert "which" not in inside(found)


def test_a_trace_collects_over_any_number_of_steps() -> None:
    first = begin()
    second = advance(SMALL, first.state, Complete(task(first), {}), NOW, WORLD)
    found, parts, _ = walk(SMALL, Complete(task(first), {}), Complete(task(second), {}))
    assert found.nodes == set().union(*(part.nodes for part in parts))
    assert found.flows == set().union(*(part.flows for part in parts))
    assert ("resolve", "done") in flows(found)


LOOP = process(
    diagram(
        "loop",
        [
            node("startEvent", "begin"),
            user_task("work"),
            '<bpmn:exclusiveGateway id="again" default="again_done"/>',
            node("endEvent", "done"),
        ],
        "begin > work > again",
        "again > work [outcome == 'more']",
        "again > done",
    ),
    "loop",
)


def test_the_way_back_of_a_loop_is_walked_when_it_turns() -> None:
    first = advance(LOOP, None, Start(DATA), NOW, WORLD)
    once, _, _ = walk(LOOP, Complete(task(first), {"outcome": "enough"}))
    twice, _, _ = walk(LOOP, Complete(task(first), {"outcome": "more"}))
    assert ("again", "work") not in flows(once)
    assert ("again", "work") in flows(twice)
    assert ("again", "done") not in flows(twice)


SUB = diagram(
    "outer",
    [
        node("startEvent", "begin"),
        '<bpmn:subProcess id="inner" name="Bên trong"><bpmn:startEvent id="first"/>'
        + user_task("work")
        + '<bpmn:endEvent id="last"/><bpmn:sequenceFlow id="a" sourceRef="first" targetRef="work"/>'
        '<bpmn:sequenceFlow id="b" sourceRef="work" targetRef="last"/></bpmn:subProcess>',
        timer("alarm", "inner", "working_hours(1)"),
        service("note", "mark", status="'overdue'"),
        node("endEvent", "noted"),
        node("endEvent", "done"),
    ],
    "begin > inner > done",
    "alarm > note > noted",
)


def test_what_happens_in_a_sub_process_is_noted_under_its_name() -> None:
    outer = process(SUB, "outer")
    first = advance(outer, None, Start(DATA), NOW, WORLD)
    found, _, step = walk(outer, Complete(task(first), {}))
    assert step.finished
    assert {("inner", "first", "work"), ("inner", "work", "last")} <= found.flows
    assert {("outer", "begin", "inner"), ("outer", "inner", "done")} <= found.flows
    assert parse_diagram_graph(SUB).flows - found.flows == {("outer", "alarm", "note"), ("outer", "note", "noted")}


# What is drawn


def test_everything_that_can_be_walked_is_drawn_once() -> None:
    there = parse_diagram_graph(HANDLE)
    assert {element for _, element in there.nodes} == {
        *("begin", "set_deadline", "verify", "half_time", "too_late", "withdraw", "remind", "mark_overdue"),
        *("tell_overdue", "reminded", "told", "withdrawn", "which", "fail", "resolve", "done"),
    }
    assert ("handle", "which", "fail") in there.flows
    assert len(there.flows) == HANDLE.count(b"<bpmn:sequenceFlow")


def test_a_sub_process_is_an_element_outside_and_has_its_own_inside() -> None:
    there = parse_diagram_graph(SUB)
    assert ("outer", "inner") in there.nodes
    assert {element for name, element in there.nodes if name == "inner"} == {"first", "work", "last"}
    assert {(source, target) for name, source, target in there.flows if name == "inner"} == {
        ("first", "work"),
        ("work", "last"),
    }


def test_lanes_notes_and_comments_are_nothing_to_walk() -> None:
    extra = (
        b'<bpmn:laneSet id="lanes"><bpmn:lane id="lane"/></bpmn:laneSet><!-- note --><bpmn:documentation id="text"/>'
        b'<bpmn:textAnnotation id="remark"/><bpmn:association id="line" sourceRef="verify" targetRef="remark"/>'
        b'<bpmn:group id="box"/><bpmn:dataStoreReference id="store"/><bpmn:property id="fact"/>'
    )
    assert parse_diagram_graph(
        HANDLE.replace(b"<bpmn:startEvent", extra + b"<bpmn:startEvent", 1)
    ) == parse_diagram_graph(HANDLE)


def test_entities_of_a_file_are_not_resolved(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('<bpmn:userTask id="leaked"/>', "utf-8")
    head = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'.encode()
    content = head + HANDLE.replace(b"<bpmn:startEvent", b"&e;<bpmn:startEvent", 1)
    assert parse_diagram_graph(content) == parse_diagram_graph(HANDLE)


def test_an_empty_file_draws_nothing() -> None:
    assert parse_diagram_graph(b"<definitions/>") == DiagramGraph(frozenset(), frozenset())


# Names


def test_elements_are_known_by_the_names_an_analyst_gave_them() -> None:
    outer = process(SUB.replace(b'id="work" name="work"', 'id="work" name="Xác minh"'.encode()), "outer")
    found = names_by_element(outer)
    assert found["inner"] == "Bên trong"
    assert found["work"] == "Xác minh"
    assert found["first"] == "first"


def test_the_names_of_called_processes_are_known_too() -> None:
    files = {
        path.name: path.read_bytes() for path in (ROOT / "workflows").iterdir() if path.suffix in (".bpmn", ".dmn")
    }
    found = names_by_element(parse_processes(files)["citizen_report"])
    assert {"receive", "verify", "resolve"} <= set(found)
    assert found["receive"] != "receive"
    assert all(not key.endswith((".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")) for key in found)
