"""Decision tables as chapters: the labels of their columns, their cells in words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from engine.bpmn.lint.document import UnreadableDocument, read_xml
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.table import ROOT_TAGS, Decision, DecisionColumn, parse_decisions
from engine.handbook.chapters import HandbookChapter
from engine.studio.telling.step_facts import StepTeller
from engine.translation.catalogue import N_, translate

_TEXT = re.compile(r'"([^"]*)"')
_ANY, _TABLE, _REMARK = N_("bất kỳ"), N_("Bảng: {name}"), N_("Ghi chú")


def table_chapters(teller: StepTeller, path: PurePosixPath) -> Iterator[HandbookChapter]:
    """The tables in a file of decisions; those that are none, or cannot be read, are left out."""
    try:
        decisions = parse_decisions(read_xml(path, teller.files[path], ROOT_TAGS))
    except UnreadableDocument:
        return
    for decision in decisions:
        if decision.table is not None:
            yield _table_chapter(teller, decision)


def _table_chapter(teller: StepTeller, decision: Decision) -> HandbookChapter:
    header = [_column_label(teller, column) for column in (*decision.inputs, *decision.outputs)]
    remarked = any(_remark(row.element) for row in decision.rows)
    rows = []
    for row in decision.rows:
        asked = [
            translate(_ANY, teller.language) if cell.is_empty else _cell_words(teller, column, cell.text)
            for column, cell in zip(decision.inputs, row.inputs, strict=False)
        ]
        given = [
            _cell_words(teller, column, cell.text) for column, cell in zip(decision.outputs, row.outputs, strict=False)
        ]
        rows.append([*asked, *given, *([_remark(row.element) or "–"] if remarked else [])])
    name = decision.element.get("name") or decision.id
    heading = translate(_TABLE, teller.language).format(name=name)
    return HandbookChapter(heading, (), [*header, *([translate(_REMARK, teller.language)] if remarked else [])], rows)


def _column_label(teller: StepTeller, column: DecisionColumn) -> str:
    return str(column.element.get("label") or teller.book.name(column.text))


def _cell_words(teller: StepTeller, column: DecisionColumn, text: str) -> str:
    """A cell with captions for the values that have some."""
    return " ".join(_TEXT.sub(lambda match: teller.book.value(column.text, match[1]) or "–", text).split()) or "–"


def _remark(element: Element) -> str:
    texts = (str(part.text or "") for part in element.iterchildren("{*}description"))
    return " ".join(" ".join(texts).split())
