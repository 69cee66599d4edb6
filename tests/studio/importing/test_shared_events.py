"""Event definitions that a file keeps apart are copied into the events that refer to them."""

from __future__ import annotations

from engine.studio.importing.normalise import normalise_diagram
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import flows, node, user
from tests.studio.importing.rewritten import BEGIN, DONE, Walk, report, rules


def waiting_for_shared(reference: str = "heard") -> bytes:
    """A process that waits for a message whose definition stands at the head of the file."""
    shared = '<bpmn:messageEventDefinition id="heard" messageRef="message_withdraw"/>'
    caught = node("intermediateCatchEvent", "wait", f"<bpmn:eventDefinitionRef>{reference}</bpmn:eventDefinitionRef>")
    return report(BEGIN, caught, user(), DONE, flows("begin -> wait -> work -> done"), declared=shared + draw.DECLARED)


def test_an_event_gets_its_own_copy_of_a_definition_kept_apart() -> None:
    walk = Walk(waiting_for_shared())
    assert rules(walk.result) == ["shared-definition"]
    assert list(walk.hear("withdraw").open) == ["work"]


def test_a_reference_to_no_definition_is_refused() -> None:
    result = normalise_diagram(waiting_for_shared("lost"))
    assert "event-definition-elsewhere" in [problem.rule for problem in draw.problems(result.content)]
