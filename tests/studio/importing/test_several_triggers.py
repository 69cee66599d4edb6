"""Promises of events with several triggers and of transactions that undo nothing: redrawn, they do what they did."""

from __future__ import annotations

import pytest

from engine.studio.importing.normalise import normalise_diagram
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import flows, node, sub, user
from tests.studio.importing.rewritten import BEGIN, DONE, MESSAGE, SIGNAL, Walk, report

CANCEL = "<bpmn:cancelEventDefinition/>"


def thrown(walk: Walk) -> list[str | None]:
    return [event.name for event in walk.step.thrown_events if event.name]


def written(*parts: str) -> bytes:
    return report(*parts, declared=draw.DECLARED)


def test_an_event_that_throws_throws_all_in_turn() -> None:
    between = node("intermediateThrowEvent", "tell", MESSAGE + SIGNAL)
    walk = Walk(written(BEGIN, between, user(), DONE, flows("begin -> tell -> work -> done")))
    assert thrown(walk) == ["withdraw", "stop"]
    assert list(walk.open) == ["work"]


def test_an_end_that_also_ends_everything_does_so_last() -> None:
    end = draw.end("all", "<bpmn:terminateEventDefinition/>" + MESSAGE)
    content = written(
        BEGIN, node("parallelGateway", "g"), user(), end, DONE, flows("begin -> g -> work -> done; g -> all")
    )
    walk = Walk(content)
    assert thrown(walk) == ["withdraw"]
    assert walk.step.finished


@pytest.mark.parametrize("first", ["message", "signal"])
def test_an_event_that_catches_goes_on_with_the_first(first: str) -> None:
    walk = Walk(
        written(BEGIN, draw.catch("wait", MESSAGE + SIGNAL), user(), DONE, flows("begin -> wait -> work -> done"))
    )
    walk = walk.hear("withdraw") if first == "message" else walk.signal("stop")
    assert list(walk.open) == ["work"]
    assert walk.complete("work").step.finished


def test_a_parallel_one_waits_for_all() -> None:
    event = node("intermediateCatchEvent", "wait", SIGNAL + MESSAGE, attributes='parallelMultiple="true"')
    walk = Walk(written(BEGIN, event, user(), DONE, flows("begin -> wait -> work -> done")))
    assert not walk.hear("withdraw").open
    assert list(walk.signal("stop").open) == ["work"]


def test_on_a_border_each_trigger_does_what_is_drawn() -> None:
    border = draw.boundary("aside", "work", MESSAGE + SIGNAL, interrupting=False)
    walk = Walk(
        written(BEGIN, user(), border, user("more"), DONE, flows("begin -> work -> done; aside -> more -> done"))
    )
    assert len(walk.hear("withdraw").step.opened_tasks) == 1
    assert len(walk.signal("stop").step.opened_tasks) == 1
    assert "work" in walk.open


def test_a_start_with_several_triggers_becomes_several_starts() -> None:
    result = normalise_diagram(
        written(draw.start("begin", MESSAGE + SIGNAL), user(), DONE, flows("begin -> work -> done"))
    )
    assert draw.problems(result.content) == []


def test_behind_an_event_gateway_it_stays_for_the_checker() -> None:
    parts = (node("eventBasedGateway", "g"), draw.catch("wait", MESSAGE + SIGNAL), draw.catch("late", SIGNAL))
    result = normalise_diagram(written(BEGIN, *parts, DONE, flows("begin -> g -> wait -> done; g -> late -> done")))
    assert [problem.rule for problem in draw.problems(result.content)] == ["event-several-triggers"]


def transaction(*parts: str, borders: str = "") -> bytes:
    body = sub("deal", draw.start("b2"), *parts).replace("bpmn:subProcess", "bpmn:transaction")
    return written(
        BEGIN,
        body,
        borders,
        user("after"),
        user("called_off"),
        DONE,
        flows("begin -> deal -> after -> done; off -> called_off -> done"),
    )


CALLED_OFF = draw.boundary("off", "deal", CANCEL)


def test_a_transaction_that_undoes_nothing_is_a_sub_process() -> None:
    walk = Walk(transaction(user("w2"), draw.end("d2"), flows("b2 -> w2 -> d2"), borders=CALLED_OFF))
    assert list(walk.complete("w2").open) == ["after"]


def test_cancelling_it_ends_what_is_inside_and_goes_on_at_its_border() -> None:
    split = node("parallelGateway", "g2")
    parts = (split, user("w2"), user("w3"), draw.end("d2"), draw.end("cancel", CANCEL))
    walk = Walk(transaction(*parts, flows("b2 -> g2 -> w2 -> cancel; g2 -> w3 -> d2"), borders=CALLED_OFF))
    walk = walk.complete("w2")
    assert [task.node for task in walk.step.opened_tasks] == ["called_off"]
    assert len(walk.step.closed_tasks) == 2


def test_a_transaction_that_undoes_something_stays_for_the_checker() -> None:
    undo = node("scriptTask", "undo", "<bpmn:script>x = 0</bpmn:script>", attributes='isForCompensation="true"')
    content = transaction(user("w2"), draw.end("d2"), undo, flows("b2 -> w2 -> d2"), borders=CALLED_OFF)
    assert "transaction" in {problem.rule for problem in draw.problems(normalise_diagram(content).content)}
