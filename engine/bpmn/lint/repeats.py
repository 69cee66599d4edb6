"""Rules on activities that repeat: multi-instance and standard loops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.lint.diagram import Diagram, FlowNode, first_child, text_of
from engine.bpmn.lint.finding import Element, Finding, finding_at


@dataclass(frozen=True, slots=True)
class MultiInstance:
    """A multi-instance activity: what it iterates over and where it puts the results."""

    node: FlowNode
    element: Element

    def loop_part(self, name: str) -> Element | None:
        """A part of its loop characteristics."""
        return first_child(self.element, name)

    @property
    def has_output_collection(self) -> bool:
        """Whether results are collected separately instead of being merged into the case's data."""
        return self.loop_part("loopDataOutputRef") is not None


def multi_instances(diagram: Diagram) -> list[MultiInstance]:
    """The multi-instance activities of a diagram."""
    candidates = (
        (node, first_child(node.element, "multiInstanceLoopCharacteristics")) for node in diagram.nodes.values()
    )
    return [MultiInstance(node, element) for node, element in candidates if element is not None]


def check_loop_inputs(diagram: Diagram) -> Iterator[Finding]:
    """An activity repeats either for each item of a collection or a number of times: exactly one of the two."""
    for multi in multi_instances(diagram):
        if (multi.loop_part("loopCardinality") is None) == (multi.loop_part("loopDataInputRef") is None):
            yield finding_at(multi.element, "mi-input")


def check_loop_outputs(diagram: Diagram) -> Iterator[Finding]:
    """What is collected must be named: the item that each instance gives to the collection."""
    for multi in multi_instances(diagram):
        if multi.has_output_collection and multi.loop_part("outputDataItem") is None:
            yield finding_at(multi.element, "mi-output-item")


def check_standard_loops(diagram: Diagram) -> Iterator[Finding]:
    """A standard loop needs a bound: a number of iterations or a condition."""
    for node in diagram.nodes.values():
        loop = first_child(node.element, "standardLoopCharacteristics")
        if loop is None:
            continue
        maximum = loop.get("loopMaximum")
        is_count = maximum is not None and maximum.isascii() and maximum.isdigit() and len(maximum) < 6
        if (maximum is not None and not is_count) or (
            maximum is None and not text_of(first_child(loop, "loopCondition"))
        ):
            yield finding_at(loop, "loop-bound")
