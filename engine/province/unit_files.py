"""Reads unit files and maps of a reorganisation: CSV into checked rows.

Knows no database; imported by units and unit_moves alone. A bad file gives one `Problems` that
names every bad row, so that its author mends all of them at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from engine.errors import BadInput, Problem, Problems
from engine.world.unit_tree import KINDS, TERRITORIAL

ORGANISATION = KINDS - TERRITORIAL
FORMATS = {
    "three_level": ("province_code", "province", "level", "code", "name_with_type", "parent_code"),
    "two_level": ("province_code", "province", "code", "name_with_type"),
    "organisation": ("code", "name", "kind", "parent_code"),
}
TELLING = {"level": "three_level", "kind": "organisation"}  # A column that only one format has.
MAP_FORMATS = {
    "communes": ("old_commune_code", "new_code", "relation"),
    "any unit": ("old_code", "new_code", "relation"),
}
RELATIONS = frozenset({"whole", "default", "part", "via_2024_merge", "unknown"})
Row = TypeVar("Row")
CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,79}")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit of a file; `number` is the row as a spreadsheet counts it, the header being row 1.

    `implied` marks a province that the file only mentions: it is made when it is missing and otherwise left alone.
    """

    number: int
    code: str
    name: str
    kind: str
    parent: str | None
    latitude: float | None = None
    longitude: float | None = None
    implied: bool = False


@dataclass(frozen=True, slots=True)
class UnitFile:
    """A unit file whose rows are sound in themselves. `provinces` is its scope, empty for an organisation file."""

    path: Path
    format: str
    provinces: frozenset[str]
    rows: tuple[UnitRow, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of unit that such a file lists completely."""
        return ORGANISATION if self.format == "organisation" else frozenset({"district", "commune"})


@dataclass(frozen=True, slots=True)
class MapRow:
    """One line of a map: where an old unit went; `new` is None for the relation `unknown`."""

    path: Path
    number: int
    old: str
    new: str | None
    relation: str


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: dict[str, str]

    def code(self, column: str) -> str:
        """The code in a column; raises ValueError when it is missing or not a code."""
        value = self.cells[column]
        if not value:
            raise ValueError(f"{column} is missing")
        if not CODE.fullmatch(value):
            raise ValueError(f"{column} {value!r} is not a unit code")
        return value

    def text(self, column: str) -> str:
        """The text in a column; raises ValueError when it is missing."""
        if not self.cells[column]:
            raise ValueError(f"{column} is missing")
        return self.cells[column]

    def degrees(self, column: str, limit: int) -> float | None:
        """A coordinate, None when the file has none; raises ValueError outside of ±`limit`."""
        value = self.cells.get(column, "")
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not -limit <= number <= limit:
            raise ValueError(f"{column} {value!r} is not a coordinate")
        return number


def read_units(path: Path) -> UnitFile:
    """The unit file at `path`, its format recognised by the header.

    Raises BadInput when the file cannot be read or its header is unknown, Problems for bad rows.
    """
    header, lines = _read(path)
    kind = _recognise(path, header)
    rows = _each(path, lines, {"three_level": _three_level, "two_level": _two_level}.get(kind, _organisation))
    _refuse_twice(path, rows)
    if kind == "organisation":
        return UnitFile(path, kind, frozenset(), tuple(rows))
    provinces = frozenset(line.cells["province_code"] for line in lines)
    if kind == "two_level":
        rows = [*_implied(lines), *rows]
    return UnitFile(path, kind, provinces, tuple(rows))


def read_map(path: Path) -> tuple[MapRow, ...]:
    """The map at `path`, one row per pair of units. Raises as `read_units`."""
    header, lines = _read(path)
    column = next((columns[0] for columns in MAP_FORMATS.values() if set(columns) <= set(header)), None)
    if column is None:
        raise BadInput(f"{path}: the header is not that of a map; {_expected(MAP_FORMATS)}.")

    def convert(line: _Line) -> MapRow:
        relation = line.cells["relation"]
        if relation not in RELATIONS:
            raise ValueError(f"relation {relation!r} is not one of {', '.join(sorted(RELATIONS))}")
        new = None if relation == "unknown" else line.code("new_code")
        return MapRow(path, line.number, line.code(column), new, relation)

    return tuple(_each(path, lines, convert))


def problem(path: Path, number: int, code: str, message: str) -> Problem:
    """A problem of one row of a unit file or map."""
    return Problem(path, number, code, "unit-file", message)


def _recognise(path: Path, header: list[str]) -> str:
    names = set(header)
    telling = next((TELLING[column] for column in header if column in TELLING), "two_level")
    if not set(FORMATS[telling]) <= names:
        raise BadInput(f"{path}: the header is not that of a unit file; {_expected(FORMATS)}.")
    return telling


def _expected(formats: Mapping[str, tuple[str, ...]]) -> str:
    return "expected " + "; or ".join(f"({name}) {', '.join(columns)}" for name, columns in formats.items())


def _read(path: Path) -> tuple[list[str], list[_Line]]:
    reader = csv.reader(io.StringIO(_decode(path), newline=""), strict=True)
    try:
        table = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if row]
    except csv.Error as error:
        raise BadInput(f"{path}:{reader.line_num}: the row is not CSV ({error}).") from error
    if not table:
        raise BadInput(f"{path}: the file is empty.")
    header = table[0][1]
    if len(set(header)) < len(header):
        raise BadInput(f"{path}: a column of the header is named twice.")
    if len(table) == 1:
        raise BadInput(f"{path}: the file has a header and no rows.")
    wrong = [
        problem(path, number, "", f"the row has {len(row)} columns instead of {len(header)}")
        for number, row in table
        if len(row) != len(header)
    ]
    if wrong:
        raise Problems(wrong)
    return header, [_Line(number, dict(zip(header, row, strict=True))) for number, row in table[1:]]


def _decode(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: the file cannot be read ({error.strerror}).") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise BadInput(f"{path}:{row}: the row is not UTF-8; save the file as “CSV UTF-8”.") from error


def _each(path: Path, lines: list[_Line], convert: Callable[[_Line], Row]) -> list[Row]:
    rows: list[Row] = []
    wrong: list[Problem] = []
    for line in lines:
        try:
            rows.append(convert(line))
        except ValueError as error:
            wrong.append(problem(path, line.number, "", str(error)))
    if wrong:
        raise Problems(wrong)
    return rows


def _three_level(line: _Line) -> UnitRow:
    level, province = line.cells["level"], line.code("province_code")
    if level not in TERRITORIAL:
        raise ValueError(f"level {level!r} is not province, district or commune")
    parent = None if level == "province" else line.code("parent_code")
    if level == "province" and line.code("code") != province:
        raise ValueError(f"the province {line.cells['code']} stands under the province code {province}")
    if level == "district" and parent != province:
        raise ValueError(f"the district's parent {parent} is not its province {province}")
    return _territorial(line, level, parent)


def _two_level(line: _Line) -> UnitRow:
    line.text("province")
    return _territorial(line, "commune", line.code("province_code"))


def _territorial(line: _Line, kind: str, parent: str | None) -> UnitRow:
    if line.code("code") == parent:
        raise ValueError(f"the unit {parent} is its own parent")
    return UnitRow(
        number=line.number,
        code=line.code("code"),
        name=line.text("name_with_type"),
        kind=kind,
        parent=parent,
        latitude=line.degrees("lat", 90),
        longitude=line.degrees("lon", 180),
    )


def _organisation(line: _Line) -> UnitRow:
    kind = line.cells["kind"]
    if kind not in ORGANISATION:
        raise ValueError(f"kind {kind!r} is not one of {', '.join(sorted(ORGANISATION))}")
    return UnitRow(line.number, line.code("code"), line.text("name"), kind, line.code("parent_code"))


def _implied(lines: list[_Line]) -> Iterator[UnitRow]:
    first = {line.cells["province_code"]: line for line in reversed(lines)}
    for code, line in first.items():
        yield UnitRow(line.number, code, line.cells["province"], "province", None, implied=True)


def _refuse_twice(path: Path, rows: list[UnitRow]) -> None:
    first: dict[str, int] = {}
    wrong = []
    for row in rows:
        if row.code in first:
            wrong.append(problem(path, row.number, row.code, f"the code stands in row {first[row.code]} already"))
        first.setdefault(row.code, row.number)
    if wrong:
        raise Problems(wrong)
