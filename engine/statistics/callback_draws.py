"""Draws by lot, once a day, which finished cases tier 2 calls back.

A draw is a function of its seed, the rates and the cases, so that anybody can draw it again and compare.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, insert, select

from engine.process.spells import day_of
from engine.statistics.callback_rates import load_callback_rates, rate_of_unit
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Callback, CallbackDraw, Spell

JOB = "callbacks"
MOST_DAYS = 7  # Of cases that ended while no worker ran.
RESOLVED = ("on_time", "late")

_spell, _draw, _callback = table_of(Spell), table_of(CallbackDraw), table_of(Callback)


def draw_sample(cases: Mapping[str, Sequence[int]], rates: Mapping[str, int], seed: str) -> dict[str, list[int]]:
    """The drawn of each unit's `cases`: its rate of them, rounded up, so that a rate above zero draws one at least."""
    drawn: dict[str, list[int]] = {}
    for unit, ids in sorted(cases.items()):
        count = -(-len(ids) * rate_of_unit(rates, unit) // 100)
        drawn[unit] = sorted(random.Random(f"{seed}:{unit}").sample(sorted(ids), count))  # noqa: S311 - a lot, no secret.
    return drawn


def draw_callbacks(database: Engine, now: datetime, seed: str) -> int:
    """Draw among the cases that ended before today, once a day; returns how many were drawn. Nothing without rates."""
    with transaction(database) as tx:
        rates = load_callback_rates(tx)
        if not rates or daily_jobs.was_claimed(tx, JOB, day_of(now)):
            return 0
        if not daily_jobs.claim_job(tx, JOB, day_of(now), now):
            return 0
        return _draw_once(tx, rates, now, seed)


def _draw_once(tx: Transaction, rates: Mapping[str, int], now: datetime, seed: str) -> int:
    last = day_of(now) - timedelta(days=1)
    newest = tx.read.execute(select(func.max(_draw.c.last))).scalar()
    first = last - timedelta(days=MOST_DAYS - 1)
    if newest is not None:
        first = max(first, newest + timedelta(days=1))
    ended = (_spell.c.ended_on.between(first, last), _spell.c.ended_by.in_(RESOLVED))
    query = select(_spell.c.instance_id, _spell.c.unit, _spell.c.field).where(*ended).distinct()
    rows_by_case = {row.instance_id: row for row in tx.read.execute(query)}
    cases: dict[str, list[int]] = {}
    for number, row in rows_by_case.items():
        cases.setdefault(row.unit, []).append(number)
    drawn = draw_sample(cases, rates, seed)
    count = len(rows_by_case)
    tx.write().execute(insert(_draw), {"first": first, "last": last, "seed": seed, "drawn_at": now, "cases": count})
    rows = [
        {
            "instance_id": number,
            "draw": last,
            "unit_code": unit,
            "field": rows_by_case[number].field,
            "percent": rate_of_unit(rates, unit),
            "tries": 0,
        }
        for unit, numbers in drawn.items()
        for number in numbers
    ]
    if rows:
        tx.write().execute(insert(_callback), rows)
    return len(rows)
