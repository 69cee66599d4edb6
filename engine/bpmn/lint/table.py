"""A DMN file as the rules see it: decisions with their tables, columns and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn.lint.diagram import local_name_of
from engine.bpmn.lint.document import UnreadableDocument, XmlDocument
from engine.bpmn.lint.finding import Element, finding_at
from engine.bpmn.lint.namespaces import DMN

# The rest of a cell in the older language is searched at each question mark (9,000 of them take minutes).
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
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
    file_names: frozenset[str] = frozenset()
    """The names of everything in the file, which expressions in FEEL may name."""

    @property
    def logic(self) -> Element | None:
        """What decides: a table or another expression."""
        known = ("description", "extensionElements", "variable", "question", "allowedAnswers")
        parts = (part for part in self.element if local_name_of(part) not in (*known, ""))
        return next((part for part in parts if not local_name_of(part).endswith(_LINKS)), None)


_LINKS = ("Requirement", "Objective", "Owner", "Maker", "usingProcess", "usingTask")


def parse_decisions(document: XmlDocument) -> list[Decision]:
    """The decisions of a DMN file, in file order. Raises UnreadableDocument when there is none."""
    names = frozenset(str(part.get("name")) for part in document.root.iter("{*}*") if part.get("name"))
    parsed_decisions = [
        _parse_decision(document.path, element, names)
        for element in document.root
        if local_name_of(element) == "decision"
    ]
    if not parsed_decisions:
        raise UnreadableDocument(finding_at(document.root, "decision-none"))
    return parsed_decisions


def _parse_decision(path: PurePosixPath, element: Element, names: frozenset[str]) -> Decision:
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
        _output_columns(element, [part for part in parts if local_name_of(part) == "output"]),
        tuple(_parse_row(part) for part in parts if local_name_of(part) == "rule"),
        names,
    )


def _output_columns(element: Element, outputs: list[Element]) -> tuple[DecisionColumn, ...]:
    """What a decision sets; where nothing else names it, that is called as the decision."""
    own = next((name for name in (element.get("name"), element.get("id")) if name and NAME.fullmatch(name)), "")
    if not outputs and not any(local_name_of(part) == "decisionTable" for part in element):
        return (DecisionColumn(element, own, ""),)
    alone = own if len(outputs) == 1 else ""
    return tuple(DecisionColumn(part, part.get("name") or alone, "") for part in outputs)


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
