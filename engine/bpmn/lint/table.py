"""A DMN file as the rules see it: decisions, their table, its columns and rows. For this package and the studio."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.diagram import local
from engine.bpmn.lint.document import Document, Refused
from engine.bpmn.lint.finding import Element, at
from engine.bpmn.lint.namespaces import DMN

ROOTS = tuple(f"{{{namespace}}}definitions" for namespace in DMN)


@dataclass(frozen=True, slots=True)
class Column:
    """An input (its expression) or an output (its name)."""

    element: Element
    text: str
    type: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One entry of a row."""

    element: Element
    text: str

    @property
    def empty(self) -> bool:
        """Whether an input cell lets every value through."""
        return self.text in {"", "-"}


@dataclass(frozen=True, slots=True)
class Row:
    """One rule."""

    element: Element
    inputs: tuple[Cell, ...]
    outputs: tuple[Cell, ...]

    @property
    def catches_all(self) -> bool:
        """Whether the row matches whatever the inputs are."""
        return all(cell.empty for cell in self.inputs)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision and its table; `table` is None when it has none."""

    path: PurePosixPath
    id: str
    element: Element
    table: Element | None
    policy: str
    inputs: tuple[Column, ...]
    outputs: tuple[Column, ...]
    rows: tuple[Row, ...]


def decisions(document: Document) -> list[Decision]:
    """The decisions of a DMN file, in its order. Raises Refused when there is none."""
    found = [_decision(document.path, element) for element in document.root if local(element) == "decision"]
    if not found:
        raise Refused(at(document.root, "decision-none"))
    return found


def _decision(path: PurePosixPath, element: Element) -> Decision:
    table = next(_children(element, "decisionTable"), None)
    parts = [] if table is None else list(table)
    policy = "UNIQUE" if table is None else (table.get("hitPolicy") or "UNIQUE").upper()
    return Decision(
        path,
        element.get("id") or "",
        element,
        table,
        policy,
        tuple(_input(part) for part in parts if local(part) == "input"),
        tuple(Column(part, part.get("name") or "", "") for part in parts if local(part) == "output"),
        tuple(_row(part) for part in parts if local(part) == "rule"),
    )


def _input(element: Element) -> Column:
    expression = next(_children(element, "inputExpression"), None)
    if expression is None:
        return Column(element, "", "")
    return Column(element, _text(expression), expression.get("typeRef") or "")


def _row(element: Element) -> Row:
    entries = {kind: tuple(Cell(part, _text(part)) for part in _children(element, kind)) for kind in _ENTRIES}
    return Row(element, entries["inputEntry"], entries["outputEntry"])


_ENTRIES = ("inputEntry", "outputEntry")


def _text(element: Element) -> str:
    text = next(_children(element, "text"), None)
    return (text.text or "") if text is not None else ""


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if local(child) == name)
