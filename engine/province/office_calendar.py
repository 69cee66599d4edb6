"""Holidays and office hours that an administrator maintains: overrides of the published calendar (R8).

Changing a day here does not move deadlines by itself; `engine.process.rescheduling` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from engine.actor import ActStamp
from engine.errors import NotFound
from engine.journal import acts, journal
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


def set_overrides(tx: Transaction, overrides: Iterable[DayOverride], by: ActStamp) -> None:
    """Store override days, each replacing what was stored for its date; raises BadInput for an invalid one."""
    rows = list(overrides)
    build_calendar(rows)
    connection = tx.write()
    revision.bump(connection)
    for row in rows:
        before = _delete_override(connection, row.day)
        changes = {name: [getattr(before, name, ""), getattr(row, name)] for name in ("kind", "name", "source")}
        journal.record(tx, by, acts.SET_DAY, f"day:{row.day}", changes=changes)
        values = {"day": row.day, "kind": row.kind, "name": row.name, "source": row.source}
        connection.execute(insert(_holiday), values)


def _delete_override(connection: Connection, day: date) -> Any | None:
    """Delete what is stored for a day; returns what it was."""
    deletion = delete(_holiday).where(_holiday.c.day == day)
    return connection.execute(deletion.returning(_holiday.c.kind, _holiday.c.name, _holiday.c.source)).one_or_none()


def clear_override(tx: Transaction, day: date, by: ActStamp) -> None:
    """Remove the override of a day, so that the published calendar applies; raises NotFound if there is none."""
    connection = tx.write()
    revision.bump(connection)
    before = _delete_override(connection, day)
    if before is None:
        raise NotFound("override-unknown", day=day)
    changes = {"kind": [before.kind, ""], "name": [before.name, ""]}
    journal.record(tx, by, acts.CLEAR_DAY, f"day:{day}", changes=changes)


def replace_hours(tx: Transaction, kind: str, periods: Iterable[OpeningPeriod], by: ActStamp) -> None:
    """Replace the office hours of one kind of unit; raises BadInput for invalid ones."""
    rows = list(periods)
    build_calendar((), {kind: rows})
    connection = tx.write()
    revision.bump(connection)
    before = load_office_hours(tx).get(kind, [])
    journal.record(
        tx, by, acts.SET_OFFICE_HOURS, f"unit_kind:{kind}", changes={"hours": [_lines(before), _lines(rows)]}
    )
    connection.execute(delete(_hours).where(_hours.c.unit_kind == kind))
    values = [{"unit_kind": kind, "weekday": day, "opens": opens, "closes": closes} for day, opens, closes in rows]
    connection.execute(insert(_hours), values)


def _lines(periods: Iterable[OpeningPeriod]) -> list[str]:
    """Office hours as administrators type them: "1 07:30 11:30"."""
    return [f"{day} {opens} {closes}" for day, opens, closes in periods]
