"""Who takes an event in a case: one receiver a message, everybody a signal."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn.actions import Action, Complete, Message, Signal, Start, Step
from engine.bpmn.parser import parse_processes
from engine.bpmn.step import advance
from engine.errors import Stale
from tests.kit.hotline import DATA, NOW, WORLD, diagram, node, user_task

FORK = node("parallelGateway", "fork")
SIGNAL = '<bpmn:signal id="storm" name="storm_over"/>'


def receive(name: str) -> str:
    return f'<bpmn:receiveTask id="{name}" name="{name}" messageRef="news_message"/>'


def hear(name: str) -> str:
    body = '<bpmn:signalEventDefinition signalRef="storm"/>'
    return f'<bpmn:intermediateCatchEvent id="{name}" name="{name}">{body}</bpmn:intermediateCatchEvent>'


def tell(name: str, what: str) -> str:
    return f'<bpmn:intermediateThrowEvent id="{name}" name="{name}">{what}</bpmn:intermediateThrowEvent>'


NEWS = '<bpmn:messageEventDefinition messageRef="news_message"/>'
STORM = '<bpmn:signalEventDefinition signalRef="storm"/>'


class Case:
    """A case of a diagram: what each action opened, by element."""

    def __init__(self, nodes: list[str], *chains: str) -> None:
        names = dict.fromkeys(chain.rsplit(" ", 1)[1] for chain in chains)
        ends = [node("endEvent", name) for name in names]
        content = diagram("talk", [node("startEvent", "begin"), FORK, *nodes, *ends], *chains, messages=("news",))
        declared = content.replace(b"<bpmn:process", SIGNAL.encode() + b"<bpmn:process", 1)
        self.process = parse_processes({"talk.bpmn": declared})["talk"]
        self.tasks: dict[str, int] = {}
        self.step: Step | None = None
        self.take(Start(DATA))

    def take(self, action: Action) -> list[str]:
        blob = None if self.step is None else self.step.state
        self.step = advance(self.process, blob, action, NOW, WORLD)
        self.tasks |= {task.node: task.task_id for task in self.step.opened_tasks}
        return [task.node for task in self.step.opened_tasks]

    def complete(self, name: str) -> list[str]:
        return self.take(Complete(self.tasks[name], {}))

    def thrown(self) -> list[tuple[str, Any]]:
        assert self.step is not None
        return [(event.kind, event.name) for event in self.step.thrown_events]


BRANCHES = ("begin > fork > one > first > done_a", "fork > two > second > done_b")


def test_a_message_wakes_what_is_drawn_first_of_those_that_began_to_wait_together() -> None:
    case = Case([receive("one"), user_task("first"), receive("two"), user_task("second")], *BRANCHES)
    assert case.take(Message("news")) == ["first"]
    assert case.take(Message("news")) == ["second"]
    with pytest.raises(Stale):
        case.take(Message("news"))


def on_border(name: str, host: str) -> str:
    return f'<bpmn:boundaryEvent id="{name}" name="{name}" attachedToRef="{host}">{NEWS}</bpmn:boundaryEvent>'


def hear_news(name: str) -> str:
    return f'<bpmn:intermediateCatchEvent id="{name}" name="{name}">{NEWS}</bpmn:intermediateCatchEvent>'


@pytest.mark.parametrize("which_is_first", [True, False])
def test_how_far_away_something_stands_does_not_decide_who_gets_a_message(which_is_first: bool) -> None:
    """An event gateway and an event on a border, which the engine reaches one after the other in one step."""
    choice = [
        node("eventBasedGateway", "which"),
        hear_news("one"),
        user_task("first"),
        hear("two"),
        user_task("second"),
    ]
    work = [user_task("work"), on_border("late", "work"), user_task("third")]
    nodes = [*choice, *work] if which_is_first else [*work, *choice]
    chains = (
        "begin > fork > which > one > first > done_a",
        "which > two > second > done_b",
        "fork > work > done_d",
        "late > third > done_c",
    )
    case = Case(nodes, *chains)
    assert case.take(Message("news")) == (["first"] if which_is_first else ["third"])


def test_a_message_wakes_who_waits_longest() -> None:
    nodes = [user_task("before"), receive("one"), user_task("first"), receive("two"), user_task("second")]
    case = Case(nodes, "begin > fork > before > one > first > done_a", "fork > two > second > done_b")
    case.complete("before")
    assert case.take(Message("news")) == ["second"]
    assert case.take(Message("news")) == ["first"]


def test_a_message_thrown_in_the_case_is_taken_in_it_once_and_goes_nowhere_else() -> None:
    nodes = [receive("one"), user_task("first"), receive("two"), user_task("second"), user_task("third")]
    case = Case([*nodes, tell("say", NEWS)], *BRANCHES, "fork > third > say > done_c")
    assert case.complete("third") == ["first"]
    assert case.thrown() == []
    assert case.take(Message("news")) == ["second"]


def test_a_signal_wakes_everybody_in_the_case_and_leaves_it_too() -> None:
    nodes = [hear("one"), user_task("first"), hear("two"), user_task("second"), user_task("third")]
    case = Case([*nodes, tell("say", STORM)], *BRANCHES, "fork > third > say > done_c")
    assert sorted(case.complete("third")) == ["first", "second"]
    assert case.thrown() == [("SignalEventDefinition", "storm_over")]


def test_a_signal_from_outside_goes_no_further() -> None:
    case = Case([hear("one"), user_task("first"), hear("two"), user_task("second")], *BRANCHES)
    assert sorted(case.take(Signal("storm_over"))) == ["first", "second"]
    assert case.thrown() == []


def test_what_waits_for_several_events_is_subscribed_to_each() -> None:
    """The row of a gateway must not be that of its last event alone."""
    nodes = [node("eventBasedGateway", "which"), hear("one"), user_task("first"), hear("two"), user_task("second")]
    case = Case(nodes, "begin > fork > which > one > first > done_a", "which > two > second > done_b")
    assert case.step is not None
    assert [(item.kind, item.name) for item in case.step.new_subscriptions] == [("signal", "storm_over")]
    case.take(Signal("storm_over"))
    assert case.step.new_subscriptions == ()
    assert len(case.step.ended_subscriptions) == 1


KEYS = (
    '<bpmn:correlationProperty id="number" name="number"><bpmn:correlationPropertyRetrievalExpression '
    'messageRef="news_message"><bpmn:messagePath>number</bpmn:messagePath></bpmn:correlationPropertyRetrievalExpression>'
    '</bpmn:correlationProperty><bpmn:collaboration id="all"><bpmn:correlationKey id="by_number" name="by_number">'
    "<bpmn:correlationPropertyRef>number</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>"
)
OWN = (
    "<bpmn:extensionElements><spiffworkflow:processVariableCorrelation><spiffworkflow:propertyId>number"
    "</spiffworkflow:propertyId><spiffworkflow:expression>case</spiffworkflow:expression>"
    "</spiffworkflow:processVariableCorrelation></bpmn:extensionElements>"
)


@pytest.mark.parametrize("behind_a_gateway", [False, True])
def test_who_waits_for_a_message_waits_for_that_of_its_own_case(behind_a_gateway: bool) -> None:
    news = NEWS.replace("/>", f">{OWN}</bpmn:messageEventDefinition>")
    heard = f'<bpmn:intermediateCatchEvent id="heard" name="heard">{news}</bpmn:intermediateCatchEvent>'
    nodes = [node("startEvent", "begin"), heard, node("endEvent", "over")]
    chains = ["begin > heard > over"]
    if behind_a_gateway:
        nodes += [node("eventBasedGateway", "which"), hear("storm_heard")]
        chains = ["begin > which > heard > over", "which > storm_heard > over"]
    content = diagram("talk", nodes, *chains, messages=("news",))
    declared = content.replace(b"<bpmn:process", (SIGNAL + KEYS).encode() + b"<bpmn:process", 1)
    process = parse_processes({"talk.bpmn": declared})["talk"]
    step = advance(process, None, Start({**DATA, "case": 42}), NOW, WORLD)
    waits = next(item for item in step.new_subscriptions if item.name == "news")
    assert waits.correlations == {"by_number": {"number": 42}}
