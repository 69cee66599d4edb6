"""Test sheets of decision tables: rows of inputs and of the outputs that the table must give, as CSV.

A sheet is named after the decision: `workflows/tests/routing.csv` tests the decision `routing`. Its first row names the
columns: inputs as the case's data have them, outputs with `=>` before their name. An empty cell is nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.comparisons import equal_values
from engine.bpmn.decision_tables import DecisionEngine, compile_decisions
from engine.bpmn.scripts import ExpressionLanguage
from engine.dmn.elements import BoxedTable
from engine.errors import BadInput, EngineError, FileProblem
from engine.translation.catalogue import N_, Language
from engine.translation.wording import Term, say

ENDING = ".csv"
MOST_ROWS, MOST_CELL = 1_000, 500  # Of one sheet; a row takes about a millisecond.
_OUTPUT = "=>"
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,9})?")
_NOTHING = Term(N_("không có"))
Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet as it is read: its columns, and its rows with their lines, from 2."""

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def check_sheets(files: Files, language: Language) -> Iterator[FileProblem]:
    """What is wrong with the sheets among files whose tables have no problems, and each output that differs."""
    paths = [path for path in sorted(files) if path.suffix == ENDING]
    tables = {str(path): content for path, content in files.items() if path.suffix == ".dmn"} if paths else {}
    engines = compile_decisions(tables)
    for path in paths:
        engine = engines.get(path.stem)
        caption = engine.decision.name if engine is not None else ""
        for line, fault in _faults_in(files[path], path.stem, engine):
            yield FileProblem(path, line, path.stem, fault.rule, say(fault, language), caption=caption or path.stem)


def _faults_in(content: bytes, name: str, engine: DecisionEngine | None) -> Iterator[tuple[int, EngineError]]:
    if engine is None:
        yield 0, BadInput("sheet-without-decision", decision=name)
        return
    try:
        sheet = _read_sheet(content, engine)
    except BadInput as error:
        yield 1, error
        return
    for line, cells in sheet.rows:
        if len(cells) != len(sheet.inputs) + len(sheet.outputs):
            expected = len(sheet.inputs) + len(sheet.outputs)
            yield line, BadInput("sheet-row-length", expected=expected, count=len(cells))
        else:
            yield from ((line, fault) for fault in _faults_of_row(sheet, cells, engine))


def _read_sheet(content: bytes, engine: DecisionEngine) -> _Sheet:
    """Read a sheet of a decision; raises BadInput for what is no sheet, and for columns that the decision lacks."""
    try:
        lines = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        rows = [(lines.line_num, tuple(cell.strip() for cell in row)) for row in lines if any(map(str.strip, row))]
    except (UnicodeDecodeError, csv.Error):
        raise BadInput("sheet-unreadable") from None
    if not rows or len(rows) > MOST_ROWS or any(len(cell) > MOST_CELL for _line, row in rows for cell in row):
        raise BadInput("sheet-size", rows=MOST_ROWS, cell=MOST_CELL)
    head = rows[0][1]
    inputs = tuple(name for name in head if not name.startswith(_OUTPUT))
    outputs = tuple(name.removeprefix(_OUTPUT).strip() for name in head[len(inputs) :])
    if not outputs or not all(name.startswith(_OUTPUT) for name in head[len(inputs) :]):
        raise BadInput("sheet-head", outputs=[f"{_OUTPUT} {name}" for name in engine.names])
    for name in outputs:
        if name not in engine.names:
            raise BadInput("sheet-output-unknown", name=name, known=list(engine.names))
    return _Sheet(inputs, outputs, tuple(rows[1:]))


def _faults_of_row(sheet: _Sheet, cells: Sequence[str], engine: DecisionEngine) -> Iterator[EngineError]:
    kinds = _kinds_of(engine)
    data = {name: _value(cell, kinds.get(name, "")) for name, cell in zip(sheet.inputs, cells, strict=False)}
    try:
        answer = engine.decide(ExpressionLanguage({}), {name: value for name, value in data.items() if value != ""})
    except EngineError as error:
        yield BadInput("sheet-row-fails", reason=error)
        return
    for name, cell in zip(sheet.outputs, cells[len(sheet.inputs) :], strict=True):
        actual = answer.get(name)
        expected = _value(cell, "string" if isinstance(actual, str) else "")
        if not _is_same(expected, actual):
            yield BadInput("sheet-output-differs", column=name, expected=cell or _NOTHING, actual=_text(actual))


def _kinds_of(engine: DecisionEngine) -> dict[str, str]:
    """The types of inputs that are names."""
    logic = engine.decision.logic
    return {one.text.strip(): one.type_ref for one in logic.inputs} if isinstance(logic, BoxedTable) else {}


def _value(cell: str, kind: str) -> Any:
    """A cell as data: a text where its column is one, else a number, yes or no, or a text."""
    if kind == "string" or not cell:
        return cell
    if cell in ("true", "false"):
        return cell == "true"
    if _NUMBER.fullmatch(cell):
        return float(cell) if "." in cell else int(cell)
    return cell


def _is_same(expected: Any, actual: Any) -> bool:
    return actual in (None, "") if expected == "" else equal_values(expected, actual)


def _text(value: object) -> object:
    return _NOTHING if value in (None, "") else str(value).lower() if isinstance(value, bool) else str(value)
