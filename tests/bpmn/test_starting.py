"""Promises of start events: an instance begins at one of them alone, and a task can belong to whoever has begun it."""

from __future__ import annotations

import pytest

from engine.bpmn.actions import Complete, Start
from engine.bpmn.parser import parse_processes
from engine.bpmn.starting import list_start_events
from engine.bpmn.step import advance, process_data_of
from engine.errors import StepFailed
from tests.kit.errand import BEGIN, start_event
from tests.kit.hotline import DATA, NOW, PLACE, WORLD, diagram, node, user_task

MESSAGE = (
    '<bpmn:messageEventDefinition messageRef="ping_message"><bpmn:extensionElements>'
    "<spiffworkflow:messageVariable>brought</spiffworkflow:messageVariable></bpmn:extensionElements>"
    "</bpmn:messageEventDefinition>"
)


def timer(kind: str, text: str) -> str:
    """The definition of a timer."""
    return f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"


SEVERAL = diagram(
    "several",
    [
        start_event("ask", "Xin", BEGIN),
        start_event("called", "Có tin", {}, MESSAGE),
        start_event("daily", "Hằng ngày", {}, timer("timeCycle", '"R/P1D"')),
        start_event("once", "Một lần", {}, timer("timeDate", "working_hours(8)")),
        *(user_task(f"after_{name}") for name in ("ask", "called", "daily", "once")),
        node("endEvent", "done"),
    ],
    *(f"{name} > after_{name} > done" for name in ("ask", "called", "daily", "once")),
    messages=("ping",),
)
PROCESS = parse_processes({"several.bpmn": SEVERAL})["several"]


def test_what_the_diagram_says_of_a_start_is_read() -> None:
    events = {one.node: one for one in list_start_events(PROCESS)}
    ask = events["ask"]
    assert (ask.name, ask.name_en, ask.form, ask.code, ask.matter) == ("Xin", "Request a trip", "trip", "TR", "reason")
    assert (ask.roles, ask.unit_kinds) == (("commune", "unit_head"), ("commune",))
    assert [
        ask.allows(*post) for post in (("commune", "commune"), ("unit_head", "district"), ("police", "commune"))
    ] == [
        True,
        False,
        False,
    ]
    assert {name: (one.trigger, one.event) for name, one in events.items()} == {
        "ask": ("", ""),
        "called": ("message", "ping"),
        "daily": ("timer", ""),
        "once": ("timer", ""),
    }


@pytest.mark.parametrize("start", ["", "ask", "called", "daily", "once"])
def test_an_instance_begins_at_one_start_alone_and_ends_with_its_path(start: str) -> None:
    step = advance(PROCESS, None, Start(DATA, start, {"x": 7} if start == "called" else None), NOW, WORLD)
    assert [task.node for task in step.opened_tasks] == [f"after_{start or 'ask'}"]
    assert (step.timers, step.new_subscriptions) == ((), ())
    if start == "called":
        assert process_data_of(PROCESS, step.state)["brought"] == {"x": 7}
    assert advance(PROCESS, step.state, Complete(step.opened_tasks[0].task_id, {}), NOW, WORLD).finished


def test_a_start_that_the_process_does_not_have_is_refused() -> None:
    with pytest.raises(StepFailed, match="nowhere"):
        advance(PROCESS, None, Start(DATA, "nowhere"), NOW, WORLD)


def test_a_task_of_the_starter_is_theirs_in_their_role_and_unit() -> None:
    content = diagram(
        "own",
        [start_event("ask", "Xin", BEGIN), user_task("read", role="starter"), node("endEvent", "done")],
        "ask > read > done",
    )
    process = parse_processes({"own.bpmn": content})["own"]
    facts = {"starter": 5, "starter_role": "commune", "starter_unit": PLACE}
    (task,) = advance(process, None, Start({**DATA, **facts}, "ask"), NOW, WORLD).opened_tasks
    assert (task.role, task.unit, task.keeper) == ("commune", PLACE, 5)
    with pytest.raises(StepFailed):
        advance(process, None, Start(DATA, "ask"), NOW, WORLD)
