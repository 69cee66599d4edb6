"""Converts a scenario to an editable table and back: who does what, when, with which values, and what holds then.

Every cell is a text. A step and the expectation right after it share a row; advancing the clock to an instant or by a
duration is a row as well. `who` comes from the diagram and is read-only, except at a start form:
whoever fills it in is written there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import timedelta
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import msgspec

from engine.errors import BadInput, EngineError
from engine.scenarios.files import (
    BY,
    SHIPPED_PROVINCES,
    WHICH,
    BadScenario,
    BadStep,
    Provinces,
    Scenario,
    ScenarioStep,
    build_scenario,
    read_scenario,
)
from engine.scenarios.scenario_text import dump_inline, dump_yaml, spell_duration, spell_instant
from engine.translation.catalogue import N_
from engine.translation.wording import Term
from engine.yaml_documents import MAX_LENGTH, read_yaml, spell_value

# The act of a row; the empty act only states expectations.
BEGIN, COMPLETE, TAKE, MESSAGE, SIGNAL, WAIT, NO_ACT = "begin", "complete", "take", "message", "signal", "wait", ""
ACTS = (BEGIN, COMPLETE, TAKE, MESSAGE, SIGNAL, WAIT, NO_ACT)
MAX_ROWS, MAX_CELL = 500, 20_000
CLOCK, OUTSIDE = "clock", "outside"
HEAD_ROW = 0  # The row number of the head above the rows.
TABLE_HEAD = Term(N_("phần trên bảng"))

_NO_DELAY = timedelta(0)


@dataclass(frozen=True, slots=True)
class ScenarioRow:
    """One row. `what` is the start event, task, message or signal; `when` is empty, a duration after the row before,
    or an instant; `which` tells open tasks of one name apart.

    `values`, `which` and `expect` are written as "name: value, name: value"; {} is an empty mapping.
    """

    act: str
    what: str = ""
    when: str = ""
    values: str = ""
    expect: str = ""
    who: str = ""
    which: str = ""


@dataclass(frozen=True, slots=True)
class ScenarioTable:
    """A scenario being edited: the head, and the rows in order."""

    process: str
    province: str
    name: str
    starts_at: str
    data: str
    staff: str
    rows: tuple[ScenarioRow, ...]


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be read: its row counted from 1 (0 is the head), its column, and the reason."""

    row: int
    column: str
    reason: EngineError


class BadCells(BadInput):
    """One or more cells of the table cannot be read."""

    default_rule = "scenario-cells-unreadable"

    def __init__(self, cells: Sequence[BadCell]) -> None:
        self.cells = tuple(cells)
        rows = dict.fromkeys(cell.row for cell in self.cells)
        super().__init__(places=[BadInput("scenario-row", row=str(row)) if row else TABLE_HEAD for row in rows])


def from_scenario(scenario: Scenario, roles: Mapping[str, str] = MappingProxyType({})) -> ScenarioTable:
    """Convert a scenario to a table; `roles` maps tasks to roles and fills the `who` column.

    The only loss is a duration next to an instant, which the scenario ignores.
    """
    rows: list[ScenarioRow] = []
    for step in scenario.steps:
        if step.kind == "expect" and rows and _joins_previous(step) and not rows[-1].expect:
            rows[-1] = replace(rows[-1], expect=dump_inline(step.values or {}))
        else:
            rows.append(_row_of_step(step, roles))
    return ScenarioTable(
        process=scenario.process,
        province=scenario.province,
        name=scenario.name,
        starts_at=spell_instant(scenario.starts_at),
        data=dump_inline(scenario.data) if scenario.data else "",
        staff=dump_inline(scenario.staff) if scenario.staff else "",
        rows=tuple(rows),
    )


def _joins_previous(step: ScenarioStep) -> bool:
    """Whether an expectation applies at the moment of the previous step."""
    return step.at is None and not step.after


def _row_of_step(step: ScenarioStep, roles: Mapping[str, str]) -> ScenarioRow:
    when = spell_instant(step.at) if step.at is not None else spell_duration(step.after) if step.after else ""
    values = "" if step.values is None else dump_inline(step.values)
    match step.kind:
        case "task":
            act, which = TAKE if step.take else COMPLETE, dump_inline(step.which) if step.which else ""
            return ScenarioRow(act, step.name, when, values, who=roles.get(step.name, ""), which=which)
        case "begin":
            return ScenarioRow(BEGIN, step.name, when, values, who=step.by)
        case "message" | "signal":
            return ScenarioRow(step.kind, step.name, when, values, who=OUTSIDE)
        case "expect":
            return ScenarioRow(NO_ACT, when=when, expect=values)
    return ScenarioRow(WAIT, when=when or spell_duration(_NO_DELAY), who=CLOCK)


def from_json(document: object) -> ScenarioTable:
    """The table in decoded JSON from the browser; raises BadInput for a wrong shape or too many rows."""
    try:
        edited = msgspec.convert(document, ScenarioTable)
    except msgspec.ValidationError as error:
        raise BadInput("scenario-table-unreadable") from error
    if len(edited.rows) > MAX_ROWS:
        raise BadInput("scenario-has-too-many-rows", most=MAX_ROWS)
    cells = (*astuple(replace(edited, rows=())), *(cell for row in edited.rows for cell in astuple(row)))
    if sum(map(len, cells)) > MAX_LENGTH:
        raise BadInput("yaml-too-long", most=MAX_LENGTH)
    return edited


def to_scenario(path: PurePosixPath, edited: ScenarioTable, provinces: Provinces = SHIPPED_PROVINCES) -> Scenario:
    """Convert an edited table to a scenario; raises BadCells with every cell that cannot be read."""
    reader = _CellReader(provinces)
    document = reader.read_head(edited)
    document["steps"] = [step for number, row in enumerate(edited.rows, 1) for step in reader.read_steps(number, row)]
    if reader.bad:
        raise BadCells(reader.bad)
    return read_scenario(path, dump_yaml(document), provinces)


class _CellReader:
    """Reads cell by cell and collects the errors that the file reader reports."""

    def __init__(self, provinces: Provinces) -> None:
        self.provinces = provinces
        self.bad: list[BadCell] = []

    def read_head(self, edited: ScenarioTable) -> dict[str, Any]:
        """The head of the scenario file: everything above its steps."""
        head: dict[str, Any] = {"process": edited.process, "province": edited.province, "name": edited.name}
        for column, value in head.items():
            self._check_part(HEAD_ROW, column, **{column: value})
        start: dict[str, Any] = {"at": edited.starts_at}
        self._check_part(HEAD_ROW, "starts_at", start=start)
        data, staff = (self._parse_mapping(HEAD_ROW, column, getattr(edited, column)) for column in ("data", "staff"))
        if data is not None:
            start["data"] = data
            self._check_part(HEAD_ROW, "data", start={**_MINIMAL_SCENARIO["start"], "data": data})
        if staff is not None:
            head["staff"] = staff
            self._check_part(HEAD_ROW, "staff", staff=staff)
        return {**head, "start": start}

    def read_steps(self, number: int, row: ScenarioRow) -> list[dict[str, Any]]:
        """The one or two steps of a row, as in a scenario file."""
        columns = ("values", "expect", WHICH)
        values, expect, which = (self._parse_mapping(number, column, getattr(row, column)) for column in columns)
        timing = {"at" if _is_instant(row.when) else "after": row.when} if row.when or row.act == WAIT else {}
        if timing:
            self._check_part(number, "when", steps=[_clock_step(row.when)])
        if values is not None:
            self._check_part(number, "values", steps=[{"task": "", "data": values}])
        if row.act == BEGIN:
            self._check_part(number, "who", steps=[{"begin": "", BY: row.who}])
        if expect is not None:
            self._check_part(number, "expect", steps=[{"expect": expect}])
        if which is not None:
            self._check_part(number, WHICH, steps=[{"task": "", WHICH: which}])
        given = {name: value for name, value in (("data", values), (WHICH, which)) if value is not None}
        return self._build_steps(number, row, {**timing, **given}, expect)

    def _build_steps(
        self, number: int, row: ScenarioRow, details: Mapping[str, Any], expect: Any
    ) -> list[dict[str, Any]]:
        expected = [] if expect is None else [{"expect": expect}]
        if row.which.strip() and row.act not in (COMPLETE, TAKE):
            self._add_bad_cell(number, WHICH, "scenario-cell-not-for-act")
            details = {name: value for name, value in details.items() if name != WHICH}
        if row.act in (WAIT, NO_ACT) and (row.what or row.values):
            self._add_bad_cell(number, "what" if row.what else "values", "scenario-cell-not-for-act")
        if row.act in (BEGIN, COMPLETE, TAKE, MESSAGE, SIGNAL) and not row.what:
            self._add_bad_cell(number, "what", "scenario-cell-names-nothing")
        match row.act:
            case "begin":
                return [{"begin": row.what, **({BY: row.who} if row.who.strip() else {}), **details}, *expected]
            case "complete" | "take":
                taken = {"take": True} if row.act == TAKE else {}
                return [{"task": row.what, **taken, **details}, *expected]
            case "message" | "signal":
                return [{row.act: row.what, **details}, *expected]
            case "wait":
                return [_clock_step(row.when), *expected]
            case "":
                if not row.expect:
                    self._add_bad_cell(number, "expect", "scenario-row-says-nothing")
                return [{**step, **details} for step in expected]
        self._add_bad_cell(number, "act", "scenario-act-unknown", act=spell_value(row.act), acts=ACTS[:-1])
        return []

    def _parse_mapping(self, row: int, column: str, text: str) -> Any:
        """Parse a cell of names and values; None if it is empty."""
        if not text.strip():
            return None
        if len(text) > MAX_CELL:
            self._add_bad_cell(row, column, "scenario-cell-too-long", most=MAX_CELL)
            return None
        try:
            return read_yaml(text if text.lstrip().startswith("{") else f"{{{text}\n}}")
        except BadInput:
            self._add_bad_cell(row, column, "scenario-cell-no-values")
            return None

    def _check_part(self, row: int, column: str, **part: Any) -> None:
        """Record what the file reader reports for one part of an otherwise valid file."""
        try:
            build_scenario(_ANY_PATH, {**_MINIMAL_SCENARIO, **part}, self.provinces)
        except BadScenario as error:
            reason = error.reason.reason if isinstance(error.reason, BadStep) else error.reason
            self.bad.append(BadCell(row, column, reason))

    def _add_bad_cell(self, row: int, column: str, rule: str, **facts: object) -> None:
        self.bad.append(BadCell(row, column, BadInput(rule, **facts)))


_ANY_PATH = PurePosixPath("table")
_MINIMAL_SCENARIO: Mapping[str, Any] = {
    "process": "",
    "name": "",
    "start": {"at": "2026-01-01T00:00+07:00"},
    "steps": [],
}


def _is_instant(when: str) -> bool:
    """Whether a time is an instant: durations contain no hyphens."""
    return "-" in when


def _clock_step(when: str) -> dict[str, Any]:
    return {"until" if _is_instant(when) else "wait": when}
