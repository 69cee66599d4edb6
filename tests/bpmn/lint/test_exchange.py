"""What is thrown is heard, what is awaited is thrown, and both can meet: else the checker says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import MESSAGE, SIGNAL, VOCABULARY, call, catch, line, throw

ALONE = replace(VOCABULARY, messages=frozenset(), signals=frozenset())
OTHER = PurePosixPath("workflows/other.bpmn")
KEYED = (
    '<bpmn:collaboration id="talk"><bpmn:correlationKey id="by" name="by"><bpmn:correlationPropertyRef>no'
    "</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>"
    '<bpmn:correlationProperty id="no" name="no">'
    '<bpmn:correlationPropertyRetrievalExpression messageRef="message_withdraw"><bpmn:messagePath>no</bpmn:messagePath>'
    "</bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>"
)


def found(files: draw.Files) -> set[tuple[str, str, str]]:
    return {(problem.file.stem, problem.rule, problem.element) for problem in draw.problems(files, ALONE)}


def pair(event: str, keys: str = "", *, calls: bool = False) -> draw.Files:
    """A process that throws and another that waits, in a case of its own unless the first calls it."""
    steps = (throw("say", event), call("other", "ask")) if calls else (throw("say", event),)
    files = {draw.REPORT: line(*steps), OTHER: line(catch("hear", event), key="other")}
    return {path: xml.replace(b"<bpmn:process", keys.encode() + b"<bpmn:process", 1) for path, xml in files.items()}


def test_a_signal_reaches_other_cases() -> None:
    assert found(pair(SIGNAL)) == set()


@pytest.mark.parametrize("event", [MESSAGE, SIGNAL])
def test_within_a_case_names_are_enough(event: str) -> None:
    assert found(pair(event, calls=True)) == set()


def test_a_message_to_another_case_needs_a_key() -> None:
    assert found(pair(MESSAGE)) == {("report", "message-keyless", "say"), ("other", "message-keyless", "hear")}
    assert found(pair(MESSAGE, KEYED)) == set()


@pytest.mark.parametrize(("event", "kind"), [(MESSAGE, "message"), (SIGNAL, "signal")])
def test_what_nobody_hears_or_throws_is_a_problem(event: str, kind: str) -> None:
    assert found({draw.REPORT: line(throw("say", event))}) == {("report", f"{kind}-unheard", "say")}
    assert found({draw.REPORT: line(catch("hear", event))}) == {("report", f"{kind}-unsent", "hear")}
