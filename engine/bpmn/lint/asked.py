"""What all texts of a deployment read and ask, and what they write: facts over all its files, no rules."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from engine.bpmn.lint.compared import LiteralComparison, compared_literals, literals_of, own_nodes, set_literals
from engine.bpmn.lint.diagram import Diagram
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.source import literal_texts
from engine.bpmn.lint.table import Decision
from engine.bpmn.lint.typed import SourceText, diagram_texts, names_read, table_texts
from engine.bpmn.table_cells import INPUT

WrittenText = tuple[Element, str, str]
"""Where a text is written, the name that gets it, and the text."""


def asked_texts(diagrams: Iterable[Diagram], decisions: Iterable[Decision]) -> Mapping[str, frozenset[str]]:
    """The texts that each name is compared with anywhere."""
    asked: dict[str, set[str]] = {}
    for compared in _comparisons(diagrams, decisions):
        if not compared.is_call and isinstance(compared.literal, str):
            asked.setdefault(compared.subject, set()).add(compared.literal)
    return {name: frozenset(texts) for name, texts in asked.items()}


def _comparisons(diagrams: Iterable[Diagram], decisions: Iterable[Decision]) -> Iterator[LiteralComparison]:
    for diagram in diagrams:
        for text in diagram_texts(diagram):
            yield from compared_literals(text)
    for decision in decisions:
        columns = column_names(decision)
        for text in table_texts(decision):
            for compared in compared_literals(text):
                column = columns.get(text.element, "") if compared.subject == INPUT else compared.subject
                yield replace(compared, subject=column)


def column_names(decision: Decision) -> Mapping[Element, str]:
    """What each input cell asks: the text of its column."""
    return {
        cell.element: column.text.strip()
        for row in decision.rows
        for column, cell in zip(decision.inputs, row.inputs, strict=False)
    }


def read_names(diagrams: Iterable[Diagram], decisions: Iterable[Decision]) -> frozenset[str]:
    """The names of a case's data that something reads."""
    texts = [text for diagram in diagrams for text in diagram_texts(diagram)]
    texts += [text for decision in decisions for text in table_texts(decision)]
    return frozenset().union(*map(names_read, texts))


def written_texts(diagram: Diagram) -> Iterator[WrittenText]:
    """The texts that the scripts of a diagram can give to names."""
    for text in diagram_texts(diagram):
        for name, literal in _script_literals(text) if text.is_script else ():
            yield text.element, name, literal


def _script_literals(text: SourceText) -> Iterator[tuple[str, str]]:
    if text.is_feel:
        pairs = [(name, literal) for name, literals in set_literals(text) for literal in literals or ()]
    else:
        assigned = [node for node in own_nodes(text) if isinstance(node, ast.Assign)]
        pairs = [
            (target.id, literal)
            for node in assigned
            for target in node.targets
            if isinstance(target, ast.Name)
            for literal in literals_of(node.value)
        ]
    yield from ((name, literal) for name, literal in pairs if isinstance(literal, str))


def table_texts_written(decision: Decision) -> Iterator[WrittenText]:
    """The texts that the results of a table can be."""
    for row in decision.rows:
        for column, cell in zip(decision.outputs, row.outputs, strict=False):
            yield from ((cell.element, column.text, literal) for literal in literal_texts(cell.text))
