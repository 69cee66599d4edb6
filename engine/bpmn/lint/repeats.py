"""Rules on activities that repeat: multi-instance and standard loops. For this package only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import Diagram, Node, first, text_of
from engine.bpmn.lint.finding import Element, Finding, at


@dataclass(frozen=True, slots=True)
class Multi:
    """A multi-instance activity: what it iterates over and where it puts what comes out."""

    node: Node
    element: Element

    def part(self, name: str) -> Element | None:
        """A part of its loop characteristics."""
        return first(self.element, name)

    @property
    def item(self) -> str:
        """The variable that holds the instance's item; empty when there is none."""
        item = self.part("inputDataItem")
        return item.get("id") or "" if item is not None else ""

    @property
    def collects(self) -> bool:
        """Whether results go into a collection of their own instead of being merged into the case's data."""
        return self.part("loopDataOutputRef") is not None

    @property
    def sequential(self) -> bool:
        """Whether its instances run one after the other."""
        return self.element.get("isSequential") == "true"


def multis(diagram: Diagram) -> list[Multi]:
    """The multi-instance activities of a diagram."""
    found = ((node, first(node.element, "multiInstanceLoopCharacteristics")) for node in diagram.nodes.values())
    return [Multi(node, element) for node, element in found if element is not None]


def inputs(diagram: Diagram) -> Iterator[Finding]:
    """An activity repeats for each item of a collection or a number of times, not both and not neither."""
    for multi in multis(diagram):
        if (multi.part("loopCardinality") is None) == (multi.part("loopDataInputRef") is None):
            yield at(multi.element, "mi-input")


def outputs(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """Without an output collection the item stays in the case's data, and the next turn raises that it exists.

    With a cardinality and an output collection the second turn raises NameError (store_constructs).
    """
    for multi in multis(diagram):
        again = deployment.may_repeat(diagram, multi.node)
        if multi.collects and multi.part("outputDataItem") is None:
            yield at(multi.element, "mi-output-item")
        if multi.item and not multi.collects and (multi.sequential or again):
            yield at(multi.element, "mi-output", item=multi.item)
        if multi.collects and multi.part("loopCardinality") is not None and again:
            yield at(multi.element, "mi-cardinality-output")


def loops(diagram: Diagram) -> Iterator[Finding]:
    """A standard loop needs an end: a number of turns or a condition."""
    for node in diagram.nodes.values():
        loop = first(node.element, "standardLoopCharacteristics")
        if loop is None:
            continue
        maximum = loop.get("loopMaximum")
        counted = maximum is not None and maximum.isascii() and maximum.isdigit() and len(maximum) < 6
        if (maximum is not None and not counted) or (maximum is None and not text_of(first(loop, "loopCondition"))):
            yield at(loop, "loop-bound")
