"""Compares the stored figures with a full count, and rebuilds them.

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

from engine.process import spell_recount, spells
from engine.process.spells import DAY, MONTH
from engine.statistics import days, rollups
from engine.statistics.days import MEASURES, last_of_month
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction, read_snapshot, transaction
from engine.store.models import Figure, FigureCheck, FigureFold, Instance, Report

MAX_EXAMPLES = 20
JOB = "figures_check"
NOT_BUILT = "none"  # The scale of the row that the schema migration inserts if cases already exist.

_instance, _report = table_of(Instance), table_of(Report)
_figure, _rollup, _comparison = table_of(Figure), table_of(FigureFold), table_of(FigureCheck)
_CASE_CODES = (
    select(_report.c.code)
    .join(_instance, _instance.c.report_id == _report.c.id)
    .where(_instance.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_instance.c.id)
)


@dataclass(frozen=True, slots=True)
class FiguresComparison:
    """The result of a comparison: how many cases were counted, how many of them and how many sums differ, and examples:
    case codes, and "day 2026-11-25" or "month 2026-11-01"."""

    at: datetime
    cases: int
    cases_wrong: int
    sums_wrong: int
    examples: Sequence[str]

    @property
    def agrees(self) -> bool:
        """Whether there are no differences."""
        return not self.cases_wrong and not self.sums_wrong


def run_nightly(
    engine: Engine, now: datetime, tick: Callable[[int], None] = lambda _done: None
) -> FiguresComparison | None:
    """Roll up past days; once a day, also build missing figures and compare. None when no comparison is due.

    `tick` is called as in `compare_figures` and `rebuild_figures`; an exception from it aborts the run.
    """
    rollups.roll_up_past_days(engine, now)
    with transaction(engine) as tx:
        if not daily_jobs.claim_job(tx, JOB, spells.day_of(now), now):
            return None
        already_built = is_built(tx)
    if not already_built:
        rebuild_figures(engine, now, tick)
    return compare_figures(engine, now, tick)


def is_built(tx: Transaction) -> bool:
    """Whether all cases have their spells; False after an upgrade until a worker or a command builds them."""
    waiting: bool = tx.read.execute(select(exists().where(_rollup.c.scale == NOT_BUILT))).scalar_one()
    return not waiting


def latest_comparison(tx: Transaction) -> FiguresComparison | None:
    """The latest comparison, None if there is none."""
    row = tx.read.execute(select(_comparison).order_by(_comparison.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    return FiguresComparison(row.at, row.cases, row.cases_wrong, row.sums_wrong, json.loads(row.detail))


def compare_figures(
    engine: Engine, now: datetime, tick: Callable[[int], None] = lambda _done: None
) -> FiguresComparison:
    """Compare everything and store the result; `tick` receives the number of cases counted so far."""
    case_count = 0
    wrong_ids: list[int] = []
    for ids in _case_batches(engine):
        with read_snapshot(engine) as tx:
            counted, stored = (
                spell_recount.derive_work_periods(tx.read, ids),
                spell_recount.load_work_periods(tx.read, ids),
            )
        wrong_ids += [instance_id for instance_id in ids if counted.get(instance_id, []) != stored.get(instance_id, [])]
        case_count += len(ids)
        tick(case_count)
    with read_snapshot(engine) as tx:
        wrong_sums = list(_wrong_sums(tx))
        codes = tx.read.execute(_CASE_CODES, {"ids": wrong_ids[:MAX_EXAMPLES]}).scalars().all()
    comparison = FiguresComparison(
        now, case_count, len(wrong_ids), len(wrong_sums), [*codes, *wrong_sums[:MAX_EXAMPLES]]
    )
    row = {"at": now, "cases": case_count, "cases_wrong": len(wrong_ids), "sums_wrong": len(wrong_sums)}
    with transaction(engine) as tx:
        tx.write().execute(insert(_comparison), {**row, "detail": json.dumps(comparison.examples)})
    return comparison


def rebuild_figures(engine: Engine, now: datetime, tick: Callable[[int], None] = lambda _done: None) -> int:
    """Recount every case and roll up every past day; returns the number of cases. Casework continues meanwhile."""
    case_count = 0
    for ids in _case_batches(engine):
        with transaction(engine) as tx:
            connection = tx.write()
            if tx.locks_rows:  # A step that changes one of these waits until its spells are written.
                connection.execute(select(_instance.c.id).where(_instance.c.id.in_(ids)).with_for_update())
            spell_recount.recount_instances(connection, ids)
        case_count += len(ids)
        tick(case_count)
    with transaction(engine) as tx:
        tx.write().execute(delete(_rollup))
    rollups.roll_up_past_days(engine, now)
    return case_count


def _case_batches(engine: Engine) -> Iterator[Sequence[int]]:
    """The ids of all cases in ascending order, in batches."""
    last_id = 0
    query = (
        select(_instance.c.id)
        .where(_instance.c.report_id.is_not(None))
        .order_by(_instance.c.id)
        .limit(spell_recount.BATCH)
    )
    while True:
        with transaction(engine) as tx:
            ids = list(tx.read.execute(query.where(_instance.c.id > last_id)).scalars())
        if not ids:
            return
        yield ids
        last_id = ids[-1]


def _wrong_sums(tx: Transaction) -> Iterator[str]:
    """The days and months whose rollups are marked valid but are wrong."""
    days_by_month: dict[date, list[date]] = {}
    months = set()
    for scale, first in tx.read.execute(select(_rollup.c.scale, _rollup.c.first)):
        if scale == DAY:
            days_by_month.setdefault(first.replace(day=1), []).append(first)
        elif scale == MONTH:
            months.add(first)
    for month in sorted({*days_by_month, *months}):
        counted = _sums_by_day(tx, days.event_query([(month, last_of_month(month))]))
        stored, totals = (_sums_by_day(tx, _stored_sums_query(scale, month)) for scale in (DAY, days.TOTAL_SCALES[DAY]))
        for day in sorted(days_by_month.get(month, [])):
            if _sums_of_day(counted, day) != _sums_of_day(stored, day) or _province_total(
                _sums_of_day(counted, day)
            ) != _sums_of_day(totals, day):
                yield f"{DAY} {day}"
        if month in months and _is_month_wrong(tx, month, _sum_of_days(counted)):
            yield f"{MONTH} {month}"


def _is_month_wrong(tx: Transaction, month: date, counted: Counter[tuple[str, str, str]]) -> bool:
    stored, totals = (
        _sum_of_days(_sums_by_day(tx, _stored_sums_query(scale, month))) for scale in (MONTH, days.TOTAL_SCALES[MONTH])
    )
    return counted != stored or _province_total(counted) != totals


def _stored_sums_query(scale: str, month: date) -> Any:
    columns = [_figure.c[name] for name in ("first", "unit", "field", *MEASURES)]
    return select(*columns).where(_figure.c.scale == scale, _figure.c.first.between(month, last_of_month(month)))


def _sums_by_day(tx: Transaction, source: Any) -> dict[date, Counter[tuple[str, str, str]]]:
    sums: dict[date, Counter[tuple[str, str, str]]] = {}
    for first, unit, field, *numbers in tx.read.execute(source):
        of_day = sums.setdefault(first, Counter())
        for name, number in zip(MEASURES, numbers, strict=True):
            if number:
                of_day[unit, field, name] += number
    return sums


def _sums_of_day(sums: Mapping[date, Counter[tuple[str, str, str]]], day: date) -> Counter[tuple[str, str, str]]:
    return sums.get(day, Counter())


def _province_total(sums: Counter[tuple[str, str, str]]) -> Counter[tuple[str, str, str]]:
    """The sums over all units and fields."""
    total: Counter[tuple[str, str, str]] = Counter()
    for (_unit, _field, name), number in sums.items():
        total["", "", name] += number
    return total


def _sum_of_days(sums: Mapping[date, Counter[tuple[str, str, str]]]) -> Counter[tuple[str, str, str]]:
    return sum(sums.values(), Counter())
