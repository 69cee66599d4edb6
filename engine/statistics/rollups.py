"""Adds up what happened on past days and in past months, so that reading need not count. Called by the worker.

A day is added up when it is over, a month when all its days are; what changes afterwards takes away the note that the
sums hold, and the next run adds up anew. While it adds up nobody else can change a spell: on SQLite because one writes
at a time, on PostgreSQL by a lock of the table, for some milliseconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, literal, or_, select, text

from engine.process import spells
from engine.process.spells import DAY, MONTH
from engine.statistics import days
from engine.statistics.days import MEASURES, ONE, Ranges, each, last_of_month, ranges
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Figure, FigureFold, Spell

_spell, _figure, _fold = table_of(Spell), table_of(Figure), table_of(FigureFold)
_COLUMNS = ("scale", "first", "unit", "field", *MEASURES)


def fold(engine: Engine, now: datetime) -> int:
    """Add up every day before today that is not; returns how many days were. Each month is a transaction of its own."""
    with transaction(engine) as tx:
        months = _unfolded(tx, spells.day_of(now))
    done = 0
    for month, open_days in months.items():
        with transaction(engine) as tx:
            connection = tx.write()
            _alone(connection)
            if open_days:
                _fold_days(connection, open_days)
            if last_of_month(month) < spells.day_of(now):
                _fold_month(connection, month)
        done += len(open_days)
    return done


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE spell IN SHARE ROW EXCLUSIVE MODE"))


def _unfolded(tx: Transaction, today: date) -> dict[date, list[date]]:
    """The months with something to add up, by their first days, each with its days that are not."""
    begun: date | None = tx.read.execute(select(func.min(_spell.c.began_on))).scalar()
    if begun is None:
        return {}
    held = {(scale, first) for scale, first in tx.read.execute(select(_fold.c.scale, _fold.c.first))}
    months: dict[date, list[date]] = {}
    for day in each(begun, today - ONE):
        month = day.replace(day=1)
        if (DAY, day) not in held:
            months.setdefault(month, []).append(day)
        elif (MONTH, month) not in held and last_of_month(month) < today:
            months.setdefault(month, [])
    return months


def _fold_days(connection: Connection, open_days: Sequence[date]) -> None:
    found: Ranges = list(ranges(open_days))
    _replace(connection, DAY, found, days.events(found))
    _hold(connection, DAY, open_days)


def _fold_month(connection: Connection, month: date) -> None:
    columns = [_figure.c[name] for name in ("unit", "field", *MEASURES)]
    within = _figure.c.first.between(month, last_of_month(month))
    of_month = select(literal(month).label("first"), *columns).where(_figure.c.scale == DAY, within)
    _replace(connection, MONTH, [(month, month)], of_month)
    _hold(connection, MONTH, [month])


def _replace(connection: Connection, scale: str, found: Ranges, source: Any) -> None:
    """Put sums in place of those of these days or months, and their totals."""
    total = days.TOTALS[scale]
    within = or_(*(_figure.c.first.between(*one) for one in found))
    connection.execute(delete(_figure).where(_figure.c.scale.in_((scale, total)), within))
    rows = source.subquery()
    _insert(connection, scale, rows, (rows.c.first, rows.c.unit, rows.c.field))
    summed = select(_figure).where(_figure.c.scale == scale, within).subquery()
    _insert(connection, total, summed, (summed.c.first,))


def _insert(connection: Connection, scale: str, rows: Any, keys: tuple[Any, ...]) -> None:
    sums = [func.sum(rows.c[name]) for name in MEASURES]
    named = keys if len(keys) > 1 else (*keys, literal(""), literal(""))
    found = select(literal(scale), *named, *sums).group_by(*keys)
    connection.execute(insert(_figure).from_select(_COLUMNS, found))


def _hold(connection: Connection, scale: str, firsts: Sequence[date]) -> None:
    """Note that these sums hold. The month's own note may be there from a day that was added up before."""
    connection.execute(delete(_fold).where(_fold.c.scale == scale, _fold.c.first.in_(list(firsts))))
    connection.execute(insert(_fold), [{"scale": scale, "first": first} for first in firsts])
