"""Compares the figures that are kept with a full count, and builds them anew. Called by the worker and commands.

The full count is taken from the cases' own rows: see `engine.process.spell_recount`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Engine, bindparam, delete, exists, insert, select

from engine.errors import EngineError
from engine.process import spell_recount, spells
from engine.process.spells import DAY, MONTH
from engine.statistics import days, rollups
from engine.statistics.days import MEASURES, last_of_month
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction, snapshot, transaction
from engine.store.models import Figure, FigureCheck, FigureFold, Instance, Report

MOST_NAMED = 20
JOB = "figures_check"
NOT_BUILT = "none"  # The scale of the row that the revision of the database leaves where there were cases before.

_instance, _report = table_of(Instance), table_of(Report)
_figure, _fold, _check = table_of(Figure), table_of(FigureFold), table_of(FigureCheck)
_CODES = (
    select(_report.c.code)
    .join(_instance, _instance.c.report_id == _report.c.id)
    .where(_instance.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_instance.c.id)
)


class Differ(EngineError):
    """The figures that are kept differ from a full count; `tongdai figures rebuild` makes them anew."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a comparison found: how many cases were counted, how many of them and how many sums differ, and examples:
    codes of cases, and "day 2026-11-25" or "month 2026-11-01"."""

    at: datetime
    cases: int
    cases_wrong: int
    sums_wrong: int
    examples: Sequence[str]

    @property
    def agrees(self) -> bool:
        """Whether nothing differs."""
        return not self.cases_wrong and not self.sums_wrong


def nightly(engine: Engine, now: datetime, tick: Callable[[int], None] = lambda _done: None) -> Checked | None:
    """Add up the days that are over; once a day, build what was never built, and compare. None when not this time.

    `tick` is called as by `check` and `rebuild`; what it raises ends the work.
    """
    rollups.fold(engine, now)
    with transaction(engine) as tx:
        if not daily_jobs.claim(tx, JOB, spells.day_of(now), now):
            return None
        ready = built(tx)
    if not ready:
        rebuild(engine, now, tick)
    return check(engine, now, tick)


def built(tx: Transaction) -> bool:
    """Whether all cases have their spells; false after an update until a worker or a command has built them."""
    waiting: bool = tx.read.execute(select(exists().where(_fold.c.scale == NOT_BUILT))).scalar_one()
    return not waiting


def last(tx: Transaction) -> Checked | None:
    """The newest comparison."""
    row = tx.read.execute(select(_check).order_by(_check.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return Checked(row.at, row.cases, row.cases_wrong, row.sums_wrong, json.loads(row.detail))


def check(engine: Engine, now: datetime, tick: Callable[[int], None] = lambda _done: None) -> Checked:
    """Compare everything, and store what was found; `tick` gets how many cases were counted so far."""
    number = 0
    wrong: list[int] = []
    for ids in _batches(engine):
        with snapshot(engine) as tx:
            counted, stored = spell_recount.counted(tx.read, ids), spell_recount.stored(tx.read, ids)
        wrong += [one for one in ids if counted.get(one, []) != stored.get(one, [])]
        number += len(ids)
        tick(number)
    with snapshot(engine) as tx:
        sums = list(_wrong_sums(tx))
        codes = tx.read.execute(_CODES, {"ids": wrong[:MOST_NAMED]}).scalars().all()
    found = Checked(now, number, len(wrong), len(sums), [*codes, *sums[:MOST_NAMED]])
    row = {"at": now, "cases": number, "cases_wrong": len(wrong), "sums_wrong": len(sums)}
    with transaction(engine) as tx:
        tx.write().execute(insert(_check), {**row, "detail": json.dumps(found.examples)})
    return found


def rebuild(engine: Engine, now: datetime, tick: Callable[[int], None] = lambda _done: None) -> int:
    """Count every case anew, and add up every past day; returns how many cases there are. Work goes on meanwhile."""
    number = 0
    for ids in _batches(engine):
        with transaction(engine) as tx:
            connection = tx.write()
            if tx.locks_rows:  # A step that moves one of these waits until its spells are written.
                connection.execute(select(_instance.c.id).where(_instance.c.id.in_(ids)).with_for_update())
            spell_recount.recount(connection, ids)
        number += len(ids)
        tick(number)
    with transaction(engine) as tx:
        tx.write().execute(delete(_fold))
    rollups.fold(engine, now)
    return number


def _batches(engine: Engine) -> Iterator[Sequence[int]]:
    """The ids of all cases, in order, in batches."""
    after = 0
    wanted = (
        select(_instance.c.id)
        .where(_instance.c.report_id.is_not(None))
        .order_by(_instance.c.id)
        .limit(spell_recount.BATCH)
    )
    while True:
        with transaction(engine) as tx:
            ids = list(tx.read.execute(wanted.where(_instance.c.id > after)).scalars())
        if not ids:
            return
        yield ids
        after = ids[-1]


def _wrong_sums(tx: Transaction) -> Iterator[str]:
    """The days and months whose sums are said to hold and do not."""
    held: dict[date, list[date]] = {}
    months = set()
    for scale, first in tx.read.execute(select(_fold.c.scale, _fold.c.first)):
        if scale == DAY:
            held.setdefault(first.replace(day=1), []).append(first)
        elif scale == MONTH:
            months.add(first)
    for month in sorted({*held, *months}):
        counted = _sums(tx, days.events([(month, last_of_month(month))]))
        kept, totals = (_sums(tx, _kept(scale, month)) for scale in (DAY, days.TOTALS[DAY]))
        for day in sorted(held.get(month, [])):
            if _of_day(counted, day) != _of_day(kept, day) or _total(_of_day(counted, day)) != _of_day(totals, day):
                yield f"{DAY} {day}"
        if month in months and _wrong_month(tx, month, _of_all(counted)):
            yield f"{MONTH} {month}"


def _wrong_month(tx: Transaction, month: date, counted: Counter[tuple[str, str, str]]) -> bool:
    kept, totals = (_of_all(_sums(tx, _kept(scale, month))) for scale in (MONTH, days.TOTALS[MONTH]))
    return counted != kept or _total(counted) != totals


def _kept(scale: str, month: date) -> Any:
    columns = [_figure.c[name] for name in ("first", "unit", "field", *MEASURES)]
    return select(*columns).where(_figure.c.scale == scale, _figure.c.first.between(month, last_of_month(month)))


def _sums(tx: Transaction, source: Any) -> dict[date, Counter[tuple[str, str, str]]]:
    found: dict[date, Counter[tuple[str, str, str]]] = {}
    for first, unit, field, *numbers in tx.read.execute(source):
        of_day = found.setdefault(first, Counter())
        for name, number in zip(MEASURES, numbers, strict=True):
            if number:
                of_day[unit, field, name] += number
    return found


def _of_day(found: Mapping[date, Counter[tuple[str, str, str]]], day: date) -> Counter[tuple[str, str, str]]:
    return found.get(day, Counter())


def _total(found: Counter[tuple[str, str, str]]) -> Counter[tuple[str, str, str]]:
    """The sums over all units and fields."""
    total: Counter[tuple[str, str, str]] = Counter()
    for (_unit, _field, name), number in found.items():
        total["", "", name] += number
    return total


def _of_all(found: Mapping[date, Counter[tuple[str, str, str]]]) -> Counter[tuple[str, str, str]]:
    return sum(found.values(), Counter())
