"""Parses unit files and reorganisation maps: CSV into checked rows, without a database.

A bad file raises one `InvalidFiles` that lists every bad row, so that its author can fix all of them at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeVar

from engine.errors import BadInput, FileProblem, InvalidFiles
from engine.text import find_delimiter
from engine.translation.catalogue import Language
from engine.translation.wording import Fault, say, say_rule
from engine.world.unit_tree import TERRITORIAL, UNIT_KINDS
from forms.texts import BLOCKED, tidy_text

ORGANISATION_KINDS = UNIT_KINDS - TERRITORIAL
FORMATS = {
    "three_level": ("province_code", "province", "level", "code", "name_with_type", "parent_code"),
    "two_level": ("province_code", "province", "code", "name_with_type"),
    "organisation": ("code", "name", "kind", "parent_code"),
}
FORMAT_BY_COLUMN = {"level": "three_level", "kind": "organisation"}  # Columns that only one format has.
MAP_FORMATS = {
    "communes": ("old_commune_code", "new_code", "relation"),
    "units": ("old_code", "new_code", "relation"),
}
NO_VALUE = ("", "NA", "N/A", "NULL")  # What programs write into an empty cell.
LONGEST_CELL = 1000
RELATIONS = frozenset({"whole", "default", "part", "via_2024_merge", "unknown"})
RowT = TypeVar("RowT")
MAX_BYTES, MAX_LINES = 5_000_000, 30_000  # The whole country had 11,000 units with districts, and has 3,400 without.
CODE_PATTERN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,79}")


@dataclass(frozen=True, slots=True)
class RowProblem(FileProblem):
    """A problem with one row, with its fault as a value; `message` is its English sentence."""

    fault: Fault = field(compare=False)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One unit in a file; `number` is the row number in a spreadsheet, the header being row 1.

    `implied` marks a province that the file only mentions: it is created when missing and otherwise left unchanged.
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
    """A unit file whose rows are valid on their own. `provinces` is its scope, empty for an organisation file."""

    path: Path
    format: str
    provinces: frozenset[str]
    rows: tuple[UnitRow, ...]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of unit that a file of this format lists completely."""
        return ORGANISATION_KINDS if self.format == "organisation" else frozenset({"district", "commune"})


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row of a map: the new unit of an old one; `new` is None for the relation `unknown`."""

    path: Path
    number: int
    old: str
    new: str | None
    relation: str


@dataclass(frozen=True, slots=True)
class _CsvLine:
    number: int
    cells: dict[str, str]

    def read_code(self, column: str) -> str:
        """The code in a column; raises BadInput when it is missing or not a code."""
        value = self.read_text(column)
        if not CODE_PATTERN.fullmatch(value):
            raise BadInput("row-code-unusable", column=column, value=repr(value))
        return value

    def read_text(self, column: str) -> str:
        """The text in a column; raises BadInput when it is missing."""
        if not self.cells[column]:
            raise BadInput("row-cell-missing", column=column)
        return self.cells[column]

    def read_degrees(self, column: str, limit: int) -> float | None:
        """A coordinate, None when the file has none; raises BadInput outside ±`limit`."""
        value = self.cells.get(column, "")
        if value in NO_VALUE:
            return None
        try:
            number = float(value.replace(",", "."))
        except ValueError:
            number = float("nan")
        if not -limit <= number <= limit:
            raise BadInput("row-not-coordinate", column=column, value=repr(value))
        return number


def read_unit_file(path: Path) -> UnitFile:
    """Parse the unit file at `path`; the header determines its format.

    Raises BadInput when the file cannot be read or its header is unknown, InvalidFiles for bad rows.
    """
    header, lines = _read_csv(path)
    kind = _recognise_format(path, header)
    rows = _convert_lines(
        path, lines, {"three_level": _three_level_row, "two_level": _two_level_row}.get(kind, _organisation_row)
    )
    _refuse_duplicates(path, rows)
    if kind == "organisation":
        return UnitFile(path, kind, frozenset(), tuple(rows))
    provinces = frozenset(line.cells["province_code"] for line in lines)
    if kind == "two_level":
        rows = [*_implied_provinces(lines), *rows]
    return UnitFile(path, kind, provinces, tuple(rows))


@cache
def codes_in_files(paths: tuple[Path, ...]) -> frozenset[str]:
    """The codes of the units in a province's lists; read once, because what ships does not change."""
    return frozenset(row.code for path in paths for row in read_unit_file(path).rows)


def read_unit_map(path: Path) -> tuple[MapRow, ...]:
    """Parse the map at `path`, one row per pair of units. Raises like `read_unit_file`."""
    header, lines = _read_csv(path)
    column = next((columns[0] for columns in MAP_FORMATS.values() if set(columns) <= set(header)), None)
    if column is None:
        raise BadInput("map-header-unknown", path=path, **MAP_FORMATS)

    def convert(line: _CsvLine) -> MapRow:
        relation = line.cells["relation"]
        if relation not in RELATIONS:
            raise BadInput("row-relation-unknown", value=repr(relation), allowed=sorted(RELATIONS))
        new = None if relation == "unknown" else line.read_code("new_code")
        return MapRow(path, line.number, line.read_code(column), new, relation)

    return tuple(_convert_lines(path, lines, convert))


def row_problem(path: Path, number: int, code: str, fault: Fault) -> FileProblem:
    """A problem with one row of a unit file or map."""
    return RowProblem(path, number, code, "unit-file", say(fault, "en"), fault)


def row_sentence(problem: FileProblem, language: Language) -> str:
    """A sentence in `language` about a problem in a unit file or map, with the file's name and the row."""
    facts = {
        "file": problem.file.name,
        "line": str(problem.line),
        "code": problem.element,
        "reason": problem.fault if isinstance(problem, RowProblem) else problem.message,
    }
    return say_rule("unit-file-row-of" if problem.element else "unit-file-row", facts, language)


def _recognise_format(path: Path, header: list[str]) -> str:
    names = set(header)
    format_name = next((FORMAT_BY_COLUMN[column] for column in header if column in FORMAT_BY_COLUMN), "two_level")
    if not set(FORMATS[format_name]) <= names:
        raise BadInput("unit-file-header-unknown", path=path, **FORMATS)
    return format_name


def _read_csv(path: Path) -> tuple[list[str], list[_CsvLine]]:
    text = _read_utf8(path)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text), strict=True)
    try:
        table = [(reader.line_num, [_tidy_cell(cell) for cell in row]) for row in reader if row]
    except csv.Error as error:
        raise BadInput("unit-file-not-csv", path=path, line=str(reader.line_num), reason=str(error)) from error
    if not table:
        raise BadInput("unit-file-empty", path=path)
    if len(table) > MAX_LINES:
        raise BadInput("unit-file-too-large", path=path, most=MAX_LINES)
    header = table[0][1]
    if len(set(header)) < len(header):
        raise BadInput("unit-file-column-twice", path=path)
    if len(table) == 1:
        raise BadInput("unit-file-without-rows", path=path)
    problems = [
        row_problem(path, number, "", BadInput("row-columns-wrong", count=len(row), expected=len(header)))
        for number, row in table
        if len(row) != len(header)
    ]
    if problems:
        raise InvalidFiles(problems)
    return header, [_CsvLine(number, dict(zip(header, row, strict=True))) for number, row in table[1:]]


def _tidy_cell(cell: str) -> str:
    """A cell as names are compared: composed letters, plain spaces; what nobody could store stays for its check."""
    tidied = tidy_text(cell, LONGEST_CELL)
    return cell.strip() if tidied == BLOCKED else tidied


def _read_utf8(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadInput("unit-file-too-large", path=path, most=MAX_LINES)
        content = path.read_bytes()
    except OSError as error:
        raise BadInput("unit-file-unreadable", path=path, reason=error.strerror) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content[: error.start].count(b"\n") + 1
        raise BadInput("unit-file-not-utf8", path=path, line=str(row)) from error


def _convert_lines(path: Path, lines: list[_CsvLine], convert: Callable[[_CsvLine], RowT]) -> list[RowT]:
    rows: list[RowT] = []
    problems: list[FileProblem] = []
    for line in lines:
        try:
            rows.append(convert(line))
        except BadInput as error:
            problems.append(row_problem(path, line.number, "", error))
    if problems:
        raise InvalidFiles(problems)
    return rows


def _three_level_row(line: _CsvLine) -> UnitRow:
    level, province = line.cells["level"], line.read_code("province_code")
    if level not in TERRITORIAL:
        raise BadInput("row-level-unknown", value=repr(level))
    parent = None if level == "province" else line.read_code("parent_code")
    if level == "province" and line.read_code("code") != province:
        raise BadInput("row-province-elsewhere", code=line.cells["code"], province=province)
    if level == "district" and parent != province:
        raise BadInput("row-district-elsewhere", parent=parent, province=province)
    return _territorial_row(line, level, parent)


def _two_level_row(line: _CsvLine) -> UnitRow:
    line.read_text("province")
    return _territorial_row(line, "commune", line.read_code("province_code"))


def _territorial_row(line: _CsvLine, kind: str, parent: str | None) -> UnitRow:
    if line.read_code("code") == parent:
        raise BadInput("row-own-parent", code=parent)
    return UnitRow(
        number=line.number,
        code=line.read_code("code"),
        name=line.read_text("name_with_type"),
        kind=kind,
        parent=parent,
        latitude=line.read_degrees("lat", 90),
        longitude=line.read_degrees("lon", 180),
    )


def _organisation_row(line: _CsvLine) -> UnitRow:
    kind = line.cells["kind"]
    if kind not in ORGANISATION_KINDS:
        raise BadInput("row-kind-unknown", value=repr(kind), allowed=sorted(ORGANISATION_KINDS))
    return UnitRow(line.number, line.read_code("code"), line.read_text("name"), kind, line.read_code("parent_code"))


def _implied_provinces(lines: list[_CsvLine]) -> Iterator[UnitRow]:
    first = {line.cells["province_code"]: line for line in reversed(lines)}
    for code, line in first.items():
        yield UnitRow(line.number, code, line.cells["province"], "province", None, implied=True)


def _refuse_duplicates(path: Path, rows: list[UnitRow]) -> None:
    first: dict[str, int] = {}
    problems = []
    for row in rows:
        if row.code in first:
            fault = BadInput("row-code-twice", row=str(first[row.code]))
            problems.append(row_problem(path, row.number, row.code, fault))
        first.setdefault(row.code, row.number)
    if problems:
        raise InvalidFiles(problems)
