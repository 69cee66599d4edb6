"""Rolls up the events of past days and months, so that reading need not count them.

A day is rolled up once it is over, a month once all its days are; a later change removes the mark that the rollup is
valid, and the next run rolls it up again. During a rollup nobody else can change a spell: SQLite has one writer at a
time, and on PostgreSQL the table is locked for some milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, literal, or_, select, text

from engine.process import spells
from engine.process.spells import DAY, MONTH
from engine.statistics import days
from engine.statistics.days import MEASURES, ONE_DAY, DateRanges, consecutive_ranges, each_day, last_of_month
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Figure, FigureFold, Spell

_spell, _figure, _rollup = table_of(Spell), table_of(Figure), table_of(FigureFold)
_FIGURE_COLUMNS = ("scale", "first", "unit", "field", *MEASURES)


def roll_up_past_days(engine: Engine, now: datetime) -> int:
    """Roll up every pending day before today; returns how many. Each month is a transaction of its own."""
    with transaction(engine) as tx:
        months = _pending_months(tx, spells.day_of(now))
    day_count = 0
    for month, open_days in months.items():
        with transaction(engine) as tx:
            connection = tx.write()
            _lock_spells(connection)
            if open_days:
                _roll_up_days(connection, open_days)
            if last_of_month(month) < spells.day_of(now):
                _roll_up_month(connection, month)
        day_count += len(open_days)
    return day_count


def _lock_spells(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE spell IN SHARE ROW EXCLUSIVE MODE"))


def _pending_months(tx: Transaction, today: date) -> dict[date, list[date]]:
    """The months with something to roll up, by first day, each with its pending days."""
    first_day = days.first_counted_day(tx)
    if first_day is None:
        return {}
    rolled_up = {(scale, first) for scale, first in tx.read.execute(select(_rollup.c.scale, _rollup.c.first))}
    months: dict[date, list[date]] = {}
    for day in each_day(first_day, today - ONE_DAY):
        month = day.replace(day=1)
        if (DAY, day) not in rolled_up:
            months.setdefault(month, []).append(day)
        elif (MONTH, month) not in rolled_up and last_of_month(month) < today:
            months.setdefault(month, [])
    return months


def _roll_up_days(connection: Connection, open_days: Sequence[date]) -> None:
    date_ranges: DateRanges = list(consecutive_ranges(open_days))
    _replace_sums(connection, DAY, date_ranges, days.event_query(date_ranges))
    _mark_valid(connection, DAY, open_days)


def _roll_up_month(connection: Connection, month: date) -> None:
    columns = [_figure.c[name] for name in ("unit", "field", *MEASURES)]
    within = _figure.c.first.between(month, last_of_month(month))
    of_month = select(literal(month).label("first"), *columns).where(_figure.c.scale == DAY, within)
    _replace_sums(connection, MONTH, [(month, month)], of_month)
    _mark_valid(connection, MONTH, [month])


def _replace_sums(connection: Connection, scale: str, date_ranges: DateRanges, source: Any) -> None:
    """Replace the sums of these days or months, and their totals."""
    total_scale = days.TOTAL_SCALES[scale]
    within = or_(*(_figure.c.first.between(*date_range) for date_range in date_ranges))
    connection.execute(delete(_figure).where(_figure.c.scale.in_((scale, total_scale)), within))
    rows = source.subquery()
    _insert_sums(connection, scale, rows, (rows.c.first, rows.c.unit, rows.c.field))
    stored_sums = select(_figure).where(_figure.c.scale == scale, within).subquery()
    _insert_sums(connection, total_scale, stored_sums, (stored_sums.c.first,))


def _insert_sums(connection: Connection, scale: str, rows: Any, keys: tuple[Any, ...]) -> None:
    sums = [func.sum(rows.c[name]) for name in MEASURES]
    key_columns = keys if len(keys) > 1 else (*keys, literal(""), literal(""))
    source = select(literal(scale), *key_columns, *sums).group_by(*keys)
    connection.execute(insert(_figure).from_select(_FIGURE_COLUMNS, source))


def _mark_valid(connection: Connection, scale: str, firsts: Sequence[date]) -> None:
    """Mark these rollups as valid. A month's mark may already exist from an earlier rollup of its days."""
    connection.execute(delete(_rollup).where(_rollup.c.scale == scale, _rollup.c.first.in_(list(firsts))))
    connection.execute(insert(_rollup), [{"scale": scale, "first": first} for first in firsts])
