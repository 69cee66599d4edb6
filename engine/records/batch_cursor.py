"""Sweeps over all cases in slices shared by any number of workers: starting, advancing and finishing them.

A slice starts at the sweep's cursor and counts only if nobody else has moved the cursor in the meantime, so that a
worker that dies loses one slice and two workers never do the same work twice.
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from sqlalchemy import insert, select, update

from engine.actor import SYSTEM
from engine.clock import VIETNAM
from engine.store import daily_jobs
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Sweep

HISTORY, RETENTION, MATTERS = "history", "retention", "matters"
NIGHT = time(1)  # Nightly sweeps start after this hour, Vietnam time.

_sweep = table_of(Sweep)


def start_sweep(tx: Transaction, kind: str, by: str, now: datetime, beside: str = "") -> int:
    """Start a sweep, which the workers then advance; returns its id."""
    row = {"kind": kind, "by": by, "started_at": now, "beside": beside}
    sweep_id: int = tx.write().execute(insert(_sweep).returning(_sweep.c.id), row).scalar_one()
    return sweep_id


def unfinished_sweep(tx: Transaction, kind: str) -> Any | None:
    """The oldest unfinished sweep."""
    return tx.read.execute(
        select(_sweep).where(_sweep.c.kind == kind, _sweep.c.finished_at.is_(None)).order_by(_sweep.c.id).limit(1)
    ).one_or_none()


def last_finished_sweep(tx: Transaction, kind: str) -> Any | None:
    """The newest finished sweep."""
    return tx.read.execute(
        select(_sweep).where(_sweep.c.kind == kind, _sweep.c.finished_at.is_not(None)).order_by(_sweep.c.id.desc())
    ).first()


def sweep_to_advance(tx: Transaction, kind: str, now: datetime) -> Any | None:
    """The sweep to advance; starts one each night, once."""
    sweep = unfinished_sweep(tx, kind)
    local = now.astimezone(VIETNAM)
    if sweep is None and local.time() >= NIGHT and daily_jobs.claim_job(tx, f"sweep_{kind}", local.date(), now):
        start_sweep(tx, kind, SYSTEM.actor, now)
        sweep = unfinished_sweep(tx, kind)
    return sweep


def advance_sweep(tx: Transaction, sweep: Any, **new: object) -> bool:
    """Move a sweep's cursor on from where it was read; False when another worker was faster."""
    unmoved = update(_sweep).where(
        _sweep.c.id == sweep.id, _sweep.c.after == sweep.after, _sweep.c.finished_at.is_(None)
    )
    return tx.write().execute(unmoved.values(**new)).rowcount == 1
