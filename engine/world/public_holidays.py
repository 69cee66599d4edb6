"""Days that break the weekly rhythm in Vietnam: public holidays, swapped days and an administrator's overrides.

The base is the `holidays` library (Labour Code 2019, Art. 112, and the yearly swaps it knows); overrides take
precedence, because swaps are announced each year and the library can miss one (2 and 10 January 2026, 12729/VPCP-KGVX).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import holidays

from engine.errors import BadInput, Invalid
from engine.translation.catalogue import N_, SOURCE, Language, translate

# The library's lunar calendar ends with 2099; before 1980 the country's time zone was not settled.
FIRST_YEAR, LAST_YEAR = 1980, 2099

_SWAP_PATTERN = re.compile(r"\(thay cho ngày (\d\d)/(\d\d)/(\d{4})\)")
_COLUMNS = ["date", "kind", "name", "source"]
_SWAP_NAMES = {True: N_("Làm bù cho ngày {day}"), False: N_("Nghỉ hoán đổi với ngày {day}")}  # By whether it is worked.
_WORKED_NAME = N_("Ngày làm bù")


@dataclass(frozen=True, slots=True)
class DayOverride:
    """One day decided by a document: `kind` is "closed" or "worked", `source` the document's number and date."""

    day: date
    kind: str
    name: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """Closed or worked against the weekly rhythm; `swapped` is the other day of a swap the library knows."""

    worked: bool
    name: str
    swapped: date | None = None
    from_library: bool = False


def special_days(overrides: Iterable[DayOverride]) -> dict[date, SpecialDay]:
    """All special days from FIRST_YEAR to LAST_YEAR; overrides replace the library's. Raises BadInput."""
    chosen: dict[date, SpecialDay] = {}
    for override in overrides:
        _check_override(override)
        if override.day in chosen:
            raise BadInput("override-twice", day=override.day)
        chosen[override.day] = SpecialDay(override.kind == "worked", override.name)
    return {**_library_days(), **chosen}


def day_name(day: date, special: SpecialDay, language: Language) -> str:
    """The name of the day in `language`; an override has one name for all languages."""
    if language == SOURCE or not special.from_library:
        return special.name
    if special.swapped:
        return translate(_SWAP_NAMES[special.worked], language).format(day=f"{special.swapped:%d/%m/%Y}")
    return translate(_WORKED_NAME, language) if special.worked else _library_names(day.year, "en_US")[day]


def parse_overrides(text: str, file: str) -> tuple[DayOverride, ...]:
    """Overrides from CSV text with columns date (ISO), kind, name, source; raises BadInput naming `file` and line."""
    reader = csv.DictReader(io.StringIO(text))
    if reader.fieldnames != _COLUMNS:
        raise BadInput("override-columns-wrong", file=file, columns=_COLUMNS)
    return tuple(_parse_override(row, {"file": file, "line": str(reader.line_num)}) for row in reader)


def shipped_overrides() -> tuple[DayOverride, ...]:
    """The swaps known at release time that the library misses."""
    name = "holiday_overrides.csv"
    return parse_overrides((files("engine.data") / name).read_text(encoding="utf-8"), name)


def _parse_override(row: Mapping[str | None, str | None], place: Mapping[str, str]) -> DayOverride:
    day, kind, name, source = (row[column] or "" for column in _COLUMNS)
    try:
        override = DayOverride(date.fromisoformat(day), kind, name, source)
    except ValueError as error:
        raise BadInput("override-day-unreadable", **place, text=repr(day)) from error
    try:
        _check_override(override)
    except BadInput as error:
        raise BadInput("override-row-wrong", **place, reason=error) from error
    return override


def _check_override(override: DayOverride) -> None:
    day = override.day
    if override.kind not in {"closed", "worked"}:
        raise Invalid("kind", "override-kind-unknown", day=day, kind=repr(override.kind))
    if not override.name.strip():
        raise Invalid("name", "override-without-name", day=day)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Invalid("day", "override-outside-calendar", day=day, first=str(FIRST_YEAR), last=str(LAST_YEAR))


@cache
def _library_days() -> dict[date, SpecialDay]:
    base = holidays.country_holidays("VN", years=range(FIRST_YEAR, LAST_YEAR + 1), language="vi")
    swaps = {day: _swapped_day(name) for day, name in base.items()}
    replaced = {worked: closed for closed, worked in swaps.items() if worked}
    days = {day: _closed_day(name, swaps[day]) for day, name in base.items()}
    return days | {day: _worked_day(replaced.get(day)) for day in base.weekend_workdays}


@cache
def _library_names(year: int, language: str) -> Mapping[date, str]:
    return dict(holidays.country_holidays("VN", years=year, language=language).items())


def _swapped_day(name: str) -> date | None:
    match = _SWAP_PATTERN.search(name)
    return date(int(match[3]), int(match[2]), int(match[1])) if match else None


def _closed_day(name: str, swapped: date | None) -> SpecialDay:
    return SpecialDay(
        worked=False,
        name=_SWAP_NAMES[False].format(day=f"{swapped:%d/%m/%Y}") if swapped else name,
        swapped=swapped,
        from_library=True,
    )


def _worked_day(swapped: date | None) -> SpecialDay:
    return SpecialDay(
        worked=True,
        name=_SWAP_NAMES[True].format(day=f"{swapped:%d/%m/%Y}") if swapped else _WORKED_NAME,
        swapped=swapped,
        from_library=True,
    )
