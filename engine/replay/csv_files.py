"""Reads a file of reports for a replay: CSV rows, and the mapping that defines what their columns mean.

Nothing is dropped silently: a row that cannot be replayed becomes a `RejectedRow` with its number and the reason.
Places become communes here, because only the mapping knows how.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.clock import VIETNAM, to_utc
from engine.errors import BadInput
from engine.scenarios.files import PROVINCES
from engine.text import find_delimiter
from engine.translation.catalogue import N_
from engine.translation.plain_faults import PlainFault, plain_fault
from engine.translation.wording import Term
from engine.yaml_documents import read_yaml, spell_value

# The date format of files whose times count back from the end of the replay: "-3h20m", or "-12d 09:15" for that time of
# day, in the mapping's zone, twelve days before.
OFFSET = "offset"

INSTANTS = ("received", "closed", "due")
COLUMNS = (*INSTANTS, "id", "course", "stage")
ROUTING = ("field", "urgency", "channel", "place")
NO_DATE = ("", "NA", "N/A", "NULL")  # What programs write for a date that is missing; "NA" is R's.
TEXTS = ("reporter_name", "phone", "address", "email", "content")

_AGO = re.compile(r"-(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?")
_DAY_AGO = re.compile(r"-(\d+)d (\d\d):(\d\d)")
_MAPPING_KEYS = frozenset({"process", "province", "dates", "columns", "values", "claims"})
_VALUE_KEYS = frozenset({"column", "table", "default", "hash"})


@dataclass(frozen=True, slots=True)
class ValueRule:
    """How one value is derived from a row: from a column, through a table, by a hash; else the default."""

    column: str = ""
    table: Mapping[str, str] | None = None
    default: str | None = None
    hashed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplayMapping:
    """A parsed mapping file; `claims` is the share of tasks that an officer claims within two hours."""

    process: str
    province: str
    date_format: str
    zone: ZoneInfo
    columns: Mapping[str, str]
    values: Mapping[str, ValueRule]
    claims: float = 0.0


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of the file; `number` is the row as a spreadsheet counts it, the header being row 1.

    `course` and `stage` are the course and the number of acts as the file itself states them, empty if it does not.
    """

    number: int
    id: str
    received: datetime
    closed: datetime | None
    due: datetime | None
    values: Mapping[str, str]
    course: str = ""
    stage: str = ""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """A row that is not replayed, and why."""

    number: int
    reason: PlainFault


@dataclass(slots=True)
class ReportFile:
    """A file that has been read."""

    rows: list[ReportRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)

    def last_instant(self) -> datetime | None:
        """The latest instant at which a report was received or closed."""
        return max((at for row in self.rows for at in (row.received, row.closed) if at is not None), default=None)


def read_mapping(path: Path) -> ReplayMapping:
    """Read the mapping from a YAML file; raises BadInput naming the file and the entry at fault."""
    try:
        return parse_mapping(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise BadInput("in-file", file=path, reason=BadInput("text-not-utf8")) from error
    except BadInput as error:
        raise BadInput("in-file", file=path, reason=error) from error


def parse_mapping(text: str) -> ReplayMapping:
    """Parse a mapping; raises BadInput naming the entry at fault."""
    entries = _require_section(read_yaml(text), "", _MAPPING_KEYS)
    dates = _require_section(entries.get("dates"), "dates", frozenset({"format", "zone"}))
    columns = _require_section(entries.get("columns"), "columns", frozenset(COLUMNS))
    values = _require_section(entries.get("values"), "values", frozenset((*ROUTING, *TEXTS)))
    for name in ("received", "id"):
        if name not in columns:
            raise BadInput("mapping-entry-missing", section="columns", entry=name)
    missing = [name for name in ROUTING if name not in values]
    if missing:
        raise BadInput("mapping-entry-missing", section="values", entry=missing[0])
    if entries.get("province") not in PROVINCES:
        province = spell_value(entries.get("province"))
        raise BadInput("mapping-province-unknown", province=province, provinces=PROVINCES)
    return ReplayMapping(
        process=str(entries.get("process", "")),
        province=str(entries["province"]),
        date_format=str(dates.get("format", "iso")),
        zone=_parse_zone(dates.get("zone")),
        columns={name: str(column) for name, column in columns.items()},
        values={name: _parse_value_rule(name, value) for name, value in values.items()},
        claims=_parse_share(entries.get("claims", 0)),
    )


def _parse_share(value: object) -> float:
    if not isinstance(value, int | float) or not 0 <= value <= 1:
        raise BadInput("mapping-claims-no-share", value=spell_value(value))
    return float(value)


def _require_section(value: object, name: str, allowed: frozenset[str]) -> Mapping[str, Any]:
    """The entries of a section, or of the whole mapping without a name; raises BadInput for an unknown one."""
    section = name or Term(N_("bảng ánh xạ"))
    if not isinstance(value, dict):
        raise BadInput("mapping-section-no-table", section=section)
    unknown = sorted(str(key) for key in value if key not in allowed)
    if unknown:
        raise BadInput("mapping-entry-unknown", section=section, entry=unknown[0], entries=sorted(allowed))
    return value


def _parse_zone(name: object) -> ZoneInfo:
    if name is None:
        return VIETNAM
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("mapping-zone-unknown", zone=spell_value(name)) from error


def _parse_value_rule(name: str, value: object) -> ValueRule:
    """Parse one rule; plain text is a constant."""
    if not isinstance(value, dict):
        return ValueRule(default=str(value))
    entries = _require_section(value, f"values: {name}", _VALUE_KEYS)
    table = entries.get("table")
    if table is not None and not isinstance(table, dict):
        raise BadInput("mapping-value-table-unusable", entry=name)
    hashed = entries.get("hash", ())
    default = entries.get("default")
    return ValueRule(
        column=str(entries.get("column", "")),
        table=None if table is None else {str(key): str(entry) for key, entry in table.items()},
        default=None if default is None else str(default),
        hashed=(hashed,) if isinstance(hashed, str) else tuple(map(str, hashed)),
    )


def read_reports(
    path: Path, mapping: ReplayMapping, places: Collection[str], end: datetime | None = None
) -> ReportFile:
    """Read the reports of a CSV file; `places` are the codes of the communes, `end` is what offsets count back from.

    Raises BadInput if the file is unusable: not UTF-8, not CSV, no header, a mapped column missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            delimiter = find_delimiter(file.readline())
            file.seek(0)
            return _read_lines(csv.reader(file, delimiter=delimiter), _RowReader(mapping, sorted(places), end))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput("in-file", file=path, reason=BadInput("reports-not-csv")) from error
    except BadInput as error:
        raise BadInput("in-file", file=path, reason=error) from error


def _read_lines(lines: Iterator[list[str]], reader: _RowReader) -> ReportFile:
    header = next(lines, [])
    required = [*reader.mapping.columns.values(), *_columns_used(reader.mapping.values)]
    missing = [column for column in required if column not in header]
    if missing:
        raise BadInput("reports-column-missing", column=missing[0])
    reports = ReportFile()
    for number, cells in enumerate(lines, start=2):
        if not cells:
            continue
        if len(cells) != len(header):
            reason = BadInput("row-of-another-width", columns=len(cells), header=len(header))
            reports.rejected.append(RejectedRow(number, plain_fault(reason)))
            continue
        try:
            reports.rows.append(reader.read_row(number, dict(zip(header, cells, strict=True))))
        except BadInput as error:
            reports.rejected.append(RejectedRow(number, plain_fault(error)))
    return reports


def _columns_used(rules: Mapping[str, ValueRule]) -> Iterator[str]:
    for rule in rules.values():
        yield from ((rule.column,) if rule.column else ())
        yield from rule.hashed


class _RowReader:
    """Turns cells into rows."""

    def __init__(self, mapping: ReplayMapping, places: list[str], end: datetime | None) -> None:
        self.mapping, self.places, self.end = mapping, places, end

    def read_row(self, number: int, cells: Mapping[str, str]) -> ReportRow:
        """Read one row; raises BadInput with the reason if it cannot be replayed."""
        columns = self.mapping.columns
        at = {name: self._read_instant(name, cells[columns[name]].strip()) for name in INSTANTS if name in columns}
        received, closed = at["received"], at.get("closed")
        if received is None:
            raise BadInput("row-without-receipt")
        if closed is not None and closed < received:
            raise BadInput("row-closed-before-received")
        texts = {name: cells[columns[name]].strip() for name in ("id", "course", "stage") if name in columns}
        values = {name: self._read_value(name, value, cells) for name, value in self.mapping.values.items()}
        course, stage = texts.get("course", ""), texts.get("stage", "")
        if stage and not (stage.isascii() and stage.isdigit()):
            raise BadInput("row-stage-no-number", stage=stage)
        return ReportRow(number, texts["id"] or str(number), received, closed, at.get("due"), values, course, stage)

    def _read_instant(self, name: str, text: str) -> datetime | None:
        if text in NO_DATE:
            return None
        try:
            return self._parse_date(text)
        except (ValueError, OverflowError, BadInput) as error:
            date_format = self.mapping.date_format
            raise BadInput("row-date-unreadable", column=name, text=text, format=date_format) from error

    def _parse_date(self, text: str) -> datetime:
        date_format, zone = self.mapping.date_format, self.mapping.zone
        if date_format == OFFSET:
            return self._instant_from_end(text)
        if date_format == "iso":
            at = datetime.fromisoformat(text)
            return to_utc(at) if at.tzinfo else to_utc(at.replace(tzinfo=zone))
        at = datetime.strptime(text, date_format)  # noqa: DTZ007 - the next line adds the zone if the text has none.
        return to_utc(at if at.tzinfo else at.replace(tzinfo=zone))

    def _instant_from_end(self, text: str) -> datetime:
        if self.end is None:
            raise BadInput("row-offset-without-end")
        if (day := _DAY_AGO.fullmatch(text)) is not None:
            before = self.end.astimezone(self.mapping.zone) - timedelta(days=int(day[1]))
            return to_utc(before.replace(hour=int(day[2]), minute=int(day[3]), second=0, microsecond=0))
        ago = _AGO.fullmatch(text)
        if ago is None:
            raise ValueError(text)
        days, hours, minutes = (int(part or 0) for part in ago.groups())
        return self.end - timedelta(days=days, hours=hours, minutes=minutes)

    def _read_value(self, name: str, rule: ValueRule, cells: Mapping[str, str]) -> str:
        if rule.hashed:
            return self._hashed_commune(rule, cells)
        text = cells[rule.column].strip() if rule.column else ""
        code = text if rule.table is None else rule.table.get(text, "")
        code = code or rule.default or ""
        if name == "place" and code not in self.places:
            raise BadInput("row-place-no-commune", place=code or text)
        return code

    def _hashed_commune(self, rule: ValueRule, cells: Mapping[str, str]) -> str:
        """A commune for the first non-empty column, always the same for the same text."""
        text = next((cells[column].strip() for column in rule.hashed if cells[column].strip()), "")
        if not text or not self.places:
            raise BadInput("row-without-place")
        digest = hashlib.sha256(text.encode()).digest()
        return self.places[int.from_bytes(digest[:8]) % len(self.places)]
