"""A DMN file as the rules see it: decisions with their tables, columns and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.diagram import local_name_of
from engine.bpmn.lint.document import UnreadableDocument, XmlDocument
from engine.bpmn.lint.finding import Element, finding_at
from engine.bpmn.lint.namespaces import DMN

# SpiffWorkflow searches the rest of an input cell at each question mark (9,000 of them take minutes).
MAX_CELL_LENGTH, MAX_QUESTION_MARKS = 500, 10
ROOT_TAGS = tuple(f"{{{namespace}}}definitions" for namespace in DMN)


@dataclass(frozen=True, slots=True)
class DecisionColumn:
    """An input (its expression) or an output (its name)."""

    element: Element
    text: str
    type: str


@dataclass(frozen=True, slots=True)
class DecisionCell:
    """One entry of a row."""

    element: Element
    text: str

    @property
    def is_empty(self) -> bool:
        """Whether an input cell matches every value."""
        return self.text in {"", "-"}


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One rule."""

    element: Element
    inputs: tuple[DecisionCell, ...]
    outputs: tuple[DecisionCell, ...]

    @property
    def is_catch_all(self) -> bool:
        """Whether the row matches any inputs."""
        return all(cell.is_empty for cell in self.inputs)


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision and its table; `table` is None when it has none."""

    path: PurePosixPath
    id: str
    element: Element
    table: Element | None
    hit_policy: str
    inputs: tuple[DecisionColumn, ...]
    outputs: tuple[DecisionColumn, ...]
    rows: tuple[DecisionRow, ...]


def parse_decisions(document: XmlDocument) -> list[Decision]:
    """The decisions of a DMN file, in file order. Raises UnreadableDocument when there is none."""
    parsed_decisions = [
        _parse_decision(document.path, element) for element in document.root if local_name_of(element) == "decision"
    ]
    if not parsed_decisions:
        raise UnreadableDocument(finding_at(document.root, "decision-none"))
    return parsed_decisions


def _parse_decision(path: PurePosixPath, element: Element) -> Decision:
    table = next(_children_named(element, "decisionTable"), None)
    parts = [] if table is None else list(table)
    hit_policy = "UNIQUE" if table is None else (table.get("hitPolicy") or "UNIQUE").upper()
    return Decision(
        path,
        element.get("id") or "",
        element,
        table,
        hit_policy,
        tuple(_input_column(part) for part in parts if local_name_of(part) == "input"),
        tuple(DecisionColumn(part, part.get("name") or "", "") for part in parts if local_name_of(part) == "output"),
        tuple(_parse_row(part) for part in parts if local_name_of(part) == "rule"),
    )


def _input_column(element: Element) -> DecisionColumn:
    expression = next(_children_named(element, "inputExpression"), None)
    if expression is None:
        return DecisionColumn(element, "", "")
    return DecisionColumn(element, _child_text(expression), expression.get("typeRef") or "")


def _parse_row(element: Element) -> DecisionRow:
    entries = {
        kind: tuple(DecisionCell(part, _child_text(part)) for part in _children_named(element, kind))
        for kind in _ENTRY_KINDS
    }
    for cell in entries["inputEntry"]:
        if len(cell.text) > MAX_CELL_LENGTH or cell.text.count("?") > MAX_QUESTION_MARKS:
            limits = {"length": MAX_CELL_LENGTH, "marks": MAX_QUESTION_MARKS}
            raise UnreadableDocument(finding_at(cell.element, "cell-too-long", **limits))
    return DecisionRow(element, entries["inputEntry"], entries["outputEntry"])


_ENTRY_KINDS = ("inputEntry", "outputEntry")


def _child_text(element: Element) -> str:
    text = next(_children_named(element, "text"), None)
    return (text.text or "") if text is not None else ""


def _children_named(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if local_name_of(child) == name)
