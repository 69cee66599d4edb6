"""A scenario as a table that people edit, and back: who, when, does what, with which values, and what holds then.

Called by the studio. Every cell is a text. A step and what is expected right after it share a row; turning the clock
until an instant or for a while is a row as well. `who` is told by the diagram and only shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import msgspec
import yaml

from engine.errors import BadInput
from engine.scenarios.files import Scenario, ScenarioStep, read
from engine.scenarios.scenario_text import dumped, one_line, spelled_duration, spelled_instant

# What is done in a row; the empty act does nothing but expect.
COMPLETE, TAKE, MESSAGE, WAIT, NOTHING = "complete", "take", "message", "wait", ""
ACTS = (COMPLETE, TAKE, MESSAGE, WAIT, NOTHING)
MAX_ROWS, MAX_CELL = 500, 20_000
CLOCK, OUTSIDE = "clock", "outside"
HEAD = 0  # The place of what stands above the rows.

_FREE = timedelta(0)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `what` is the task or the message; `when` is empty, a duration after the row before, or an instant.

    `values` and `expect` are written as "name: value, name: value"; {} is a table without names.
    """

    act: str
    what: str = ""
    when: str = ""
    values: str = ""
    expect: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A scenario as it is edited: what stands above the rows, and the rows in order."""

    process: str
    province: str
    name: str
    starts_at: str
    data: str
    staff: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be read: its row counted from 1 (0 stands for what is above them), its column, what to do."""

    row: int
    column: str
    sentence: str


class BadCells(BadInput):
    """Some cells of the table cannot be read."""

    def __init__(self, cells: Sequence[BadCell]) -> None:
        self.cells = tuple(cells)
        super().__init__("\n".join(f"row {cell.row}, {cell.column}: {cell.sentence}" for cell in self.cells))


def table(scenario: Scenario, roles: Mapping[str, str] = MappingProxyType({})) -> Table:
    """The table of a scenario; with the roles of the tasks, the rows say whose each act is.

    Nothing is lost but a duration beside an instant, which the scenario does not look at.
    """
    rows: list[Row] = []
    for step in scenario.steps:
        if step.kind == "expect" and rows and _joins(step) and not rows[-1].expect:
            rows[-1] = replace(rows[-1], expect=one_line(step.values or {}))
        else:
            rows.append(_row(step, roles))
    return Table(
        process=scenario.process,
        province=scenario.province,
        name=scenario.name,
        starts_at=spelled_instant(scenario.starts_at),
        data=one_line(scenario.data) if scenario.data else "",
        staff=one_line(scenario.staff) if scenario.staff else "",
        rows=tuple(rows),
    )


def _joins(step: ScenarioStep) -> bool:
    """Whether an expectation is about the moment of the step before."""
    return step.at is None and not step.after


def _row(step: ScenarioStep, roles: Mapping[str, str]) -> Row:
    when = spelled_instant(step.at) if step.at is not None else spelled_duration(step.after) if step.after else ""
    values = "" if step.values is None else one_line(step.values)
    match step.kind:
        case "task":
            return Row(TAKE if step.take else COMPLETE, step.name, when, values, who=roles.get(step.name, ""))
        case "message":
            return Row(MESSAGE, step.name, when, values, who=OUTSIDE)
        case "expect":
            return Row(NOTHING, when=when, expect=values)
    return Row(WAIT, when=when or spelled_duration(_FREE), who=CLOCK)


def parse(document: object) -> Table:
    """The table of what a browser sent, as JSON reads it; raises BadInput naming the place that is out of shape."""
    try:
        found = msgspec.convert(document, Table)
    except msgspec.ValidationError as error:
        raise BadInput(f"The table cannot be read: {error}.") from error
    if len(found.rows) > MAX_ROWS:
        raise BadInput(f"A scenario has at most {MAX_ROWS} rows.")
    return found


def scenario(path: PurePosixPath, edited: Table) -> Scenario:
    """The scenario of an edited table; raises BadCells with every cell that cannot be read."""
    reader = _Reader()
    document = reader.head(edited)
    document["steps"] = [step for number, row in enumerate(edited.rows, 1) for step in reader.steps(number, row)]
    if reader.bad:
        raise BadCells(reader.bad)
    return read(path, dumped(document))


class _Reader:
    """Reads cell by cell and notes what is wrong, in the words of the reader of files."""

    def __init__(self) -> None:
        self.bad: list[BadCell] = []

    def head(self, edited: Table) -> dict[str, Any]:
        """What stands above the steps of a file."""
        head: dict[str, Any] = {"process": edited.process, "province": edited.province, "name": edited.name}
        for column, value in head.items():
            self._check(HEAD, column, **{column: value})
        start: dict[str, Any] = {"at": edited.starts_at}
        self._check(HEAD, "starts_at", start=start)
        data, staff = (self._table(HEAD, column, getattr(edited, column)) for column in ("data", "staff"))
        if data is not None:
            start["data"] = data
            self._check(HEAD, "data", start={**_LEAST["start"], "data": data})
        if staff is not None:
            head["staff"] = staff
            self._check(HEAD, "staff", staff=staff)
        return {**head, "start": start}

    def steps(self, number: int, row: Row) -> list[dict[str, Any]]:
        """The one or two steps of a row, as in a file."""
        values, expect = (self._table(number, column, getattr(row, column)) for column in ("values", "expect"))
        time = {"at" if _is_instant(row.when) else "after": row.when} if row.when or row.act == WAIT else {}
        if time:
            self._check(number, "when", steps=[_turn(row.when)])
        if values is not None:
            self._check(number, "values", steps=[{"task": "", "data": values}])
        if expect is not None:
            self._check(number, "expect", steps=[{"expect": expect}])
        return self._step(number, row, {**time, **({} if values is None else {"data": values})}, expect)

    def _step(self, number: int, row: Row, said: Mapping[str, Any], expect: Any) -> list[dict[str, Any]]:
        expected = [] if expect is None else [{"expect": expect}]
        if row.act in (WAIT, NOTHING) and (row.what or row.values):
            self._note(number, "what" if row.what else "values", "this act takes none; leave the cell empty.")
        if row.act in (COMPLETE, TAKE, MESSAGE) and not row.what:
            self._note(number, "what", "say which task or message.")
        match row.act:
            case "complete":
                return [{"task": row.what, **said}, *expected]
            case "take":
                return [{"task": row.what, "take": True, **said}, *expected]
            case "message":
                return [{"message": row.what, **said}, *expected]
            case "wait":
                return [_turn(row.when), *expected]
            case "":
                if not row.expect:
                    self._note(number, "expect", "a row without an act says what is expected.")
                return [{**item, **said} for item in expected]
        self._note(number, "act", f"{row.act!r} is unknown; use {', '.join(ACTS[:-1])}, or none.")
        return []

    def _table(self, row: int, column: str, text: str) -> Any:
        """What a cell of names and values holds; None for an empty one."""
        if not text.strip():
            return None
        if len(text) > MAX_CELL:
            self._note(row, column, f"the text is longer than {MAX_CELL} signs.")
            return None
        try:
            return yaml.safe_load(text if text.lstrip().startswith("{") else f"{{{text}\n}}")
        except (yaml.YAMLError, ValueError, RecursionError):
            self._note(row, column, 'write "name: value, name: value"; texts with signs such as , : # in quotes.')
            return None

    def _check(self, row: int, column: str, **part: Any) -> None:
        """Note what the reader of files says of one part of an otherwise sound file."""
        try:
            read(_ANY, dumped({**_LEAST, **part}))
        except BadInput as error:
            self._note(row, column, str(error).removeprefix(f"{_ANY}: ").removeprefix("step 1: "))

    def _note(self, row: int, column: str, sentence: str) -> None:
        self.bad.append(BadCell(row, column, sentence))


_ANY = PurePosixPath("table")
_LEAST: Mapping[str, Any] = {"process": "", "name": "", "start": {"at": "2026-01-01T00:00+07:00"}, "steps": []}


def _is_instant(when: str) -> bool:
    """Whether a time is meant as an instant: a duration has no hyphens."""
    return "-" in when


def _turn(when: str) -> dict[str, Any]:
    return {"until" if _is_instant(when) else "wait": when}
