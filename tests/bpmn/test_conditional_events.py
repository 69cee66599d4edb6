"""Conditional events (BPMN 2.0, 10.5.5): looked at when a step has nothing else to do, fired once for each change."""

from __future__ import annotations

from typing import Any

from tests.walks import drawing as d
from tests.walks.drawing import Files
from tests.walks.flows import diagram, users
from tests.walks.sides import DONE, FAILED, Complete
from tests.walks.stored import PLACE, Stored
from tests.walks.walker import BEGIN


def begun(files: Files, **data: Any) -> Stored:
    case = Stored.of(files)
    assert case.begin({"place": PLACE, **data}, BEGIN) == DONE
    return case


def opened(case: Stored) -> list[str]:
    return [element for element, _ in case.view().open]


def answer(case: Stored, element: str, **data: Any) -> list[str]:
    """What is open after an officer has answered."""
    assert case.take(Complete(element, 0, data), BEGIN) == DONE
    return opened(case)


def beside(interrupting: bool) -> Files:
    """Two tasks, the first with a conditional event whose path has a task."""
    return diagram(
        *users("a", "b", "c", "w"),
        d.parallel("fork"),
        d.boundary("big", "a", d.condition("x > 5"), interrupting),
        d.end("over"),
        flows="begin -> fork; fork -> a -> done; fork -> b -> c -> done; big -> w -> over",
    )


def test_a_token_goes_on_when_another_path_makes_the_condition_true() -> None:
    files = diagram(
        *users("a", "b", "z"),
        d.parallel("fork"),
        d.catch("big", d.condition("x > 5")),
        flows="begin -> fork; fork -> big -> z -> done; fork -> a -> b -> done",
    )
    case = begun(files, x=0)
    assert answer(case, "a", x=3) == ["b"]
    assert answer(case, "b", x=9) == ["z"]


def test_a_condition_that_holds_already_lets_a_token_pass() -> None:
    files = diagram(*users("z"), d.catch("big", d.condition("x > 5")), flows="begin -> big -> z -> done")
    assert opened(begun(files, x=7)) == ["z"]


def test_one_that_interrupts_ends_its_task() -> None:
    assert answer(begun(beside(True), x=0), "b", x=9) == ["c", "w"]


def test_one_that_does_not_interrupt_fires_when_its_condition_becomes_true_and_not_while_it_holds() -> None:
    case = begun(beside(False), x=0)
    assert answer(case, "b", x=9) == ["a", "c", "w"]
    assert answer(case, "w", x=8) == ["a", "c"]
    assert answer(case, "c", x=1) == ["a"]


def test_a_condition_that_cannot_be_computed_fails_the_step_and_changes_nothing() -> None:
    case = begun(beside(True), x=0)
    assert case.take(Complete("b", 0, {"x": "nine"}), BEGIN) == FAILED
    assert case.failure is not None
    assert case.failure.node == "big"
    assert opened(case) == ["a", "b"]
