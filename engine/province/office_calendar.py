"""Holidays and office hours that an administrator maintains: overrides of the published calendar (R8).

Changing a day here does not move deadlines by itself; `engine.process.rescheduling` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, insert, select

from engine.errors import NotFound
from engine.province import revision
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Holiday, OfficeHours
from engine.world.office_hours import OFFICE_HOURS, OpeningPeriod
from engine.world.public_holidays import DayOverride
from engine.world.work_calendar import WorkCalendar, build_calendar

_holiday = table_of(Holiday)
_hours = table_of(OfficeHours)


def load_calendar(tx: Transaction) -> WorkCalendar:
    """The current working calendar."""
    return build_calendar(list_overrides(tx), load_office_hours(tx) or OFFICE_HOURS)


def list_overrides(tx: Transaction) -> list[DayOverride]:
    """The days that differ from the published calendar, in date order."""
    rows = tx.read.execute(select(_holiday).order_by(_holiday.c.day))
    return [DayOverride(row.day, row.kind, row.name, row.source) for row in rows]


def load_office_hours(tx: Transaction) -> dict[str, list[OpeningPeriod]]:
    """The stored office hours, by kind of unit."""
    periods: dict[str, list[OpeningPeriod]] = {}
    for row in tx.read.execute(select(_hours).order_by(_hours.c.unit_kind, _hours.c.weekday, _hours.c.opens)):
        periods.setdefault(row.unit_kind, []).append((row.weekday, row.opens, row.closes))
    return periods


def set_overrides(tx: Transaction, overrides: Iterable[DayOverride]) -> None:
    """Store override days, each replacing what was stored for its date; raises BadInput for an invalid one."""
    rows = list(overrides)
    build_calendar(rows)
    connection = tx.write()
    revision.bump(connection)
    for row in rows:
        connection.execute(delete(_holiday).where(_holiday.c.day == row.day))
        values = {"day": row.day, "kind": row.kind, "name": row.name, "source": row.source}
        connection.execute(insert(_holiday), values)


def clear_override(tx: Transaction, day: date) -> None:
    """Remove the override of a day, so that the published calendar applies; raises NotFound if there is none."""
    connection = tx.write()
    revision.bump(connection)
    if connection.execute(delete(_holiday).where(_holiday.c.day == day)).rowcount != 1:
        raise NotFound("override-unknown", day=day)


def replace_hours(tx: Transaction, kind: str, periods: Iterable[OpeningPeriod]) -> None:
    """Replace the office hours of one kind of unit; raises BadInput for invalid ones."""
    rows = list(periods)
    build_calendar((), {kind: rows})
    connection = tx.write()
    revision.bump(connection)
    connection.execute(delete(_hours).where(_hours.c.unit_kind == kind))
    values = [{"unit_kind": kind, "weekday": day, "opens": opens, "closes": closes} for day, opens, closes in rows]
    connection.execute(insert(_hours), values)
