"""Work by unit and hour of the week: when tasks come, in Vietnam's time, so that peaks show, before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.clock import VIETNAM
from engine.documents.list_file import ListTable
from engine.translation.catalogue import N_, Language, translate
from engine.world.captions import WEEKDAYS

HOURS_PER_DAY, DAYS = 24, 7
SLOTS = DAYS * HOURS_PER_DAY
SIDES = ("before", "after")
_HEADER = (N_("Đơn vị"), N_("Ngày trong tuần"), N_("Giờ"), N_("Trước"), N_("Sau"))
_TITLE = N_("Việc theo đơn vị và giờ trong tuần")

Week = Mapping[str, Sequence[Sequence[int]]]
"""By unit: rows of weekday (0 is Monday), hour, tasks before, tasks after; hours without any are left out."""


def slot_of(at: datetime) -> int:
    """The hour of the week in which an instant lies, counted from Monday midnight in Vietnam."""
    local = at.astimezone(VIETNAM)
    return local.weekday() * HOURS_PER_DAY + local.hour


def hours_of_day(slots: Sequence[int]) -> list[int]:
    """The sums of all weekdays, by hour of the day."""
    return [sum(slots[hour::HOURS_PER_DAY]) for hour in range(HOURS_PER_DAY)]


def week_rows(before: Sequence[int], after: Sequence[int]) -> list[list[int]]:
    """The rows of one unit, as `Week`."""
    pairs = enumerate(zip(before, after, strict=True))
    return [[*divmod(slot, HOURS_PER_DAY), *pair] for slot, pair in pairs if any(pair)]


def week_grid(rows: Sequence[Sequence[int]], language: Language) -> dict[str, Any]:
    """A unit's week as a table: the hours that have work, and for each weekday a pair of figures or None."""
    cells = {(day, hour): (before, after) for day, hour, before, after in rows}
    hours = sorted({hour for _day, hour in cells})
    days = sorted({day for day, _hour in cells})
    lines = [(translate(WEEKDAYS[day], language), [cells.get((day, hour)) for hour in hours]) for day in days]
    return {"hours": hours, "days": lines}


def week_table(week: Week, names: Mapping[str, str], language: Language) -> ListTable:
    """All units as a list to be handed out as a file."""
    rows = [
        (names.get(unit, unit), translate(WEEKDAYS[day], language), f"{hour}:00", before, after)
        for unit, lines in week.items()
        for day, hour, before, after in lines
    ]
    return ListTable(translate(_TITLE, language), [translate(title, language) for title in _HEADER], rows)
