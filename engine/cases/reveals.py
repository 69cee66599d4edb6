"""Reveals: an officer who does not handle a case is shown its reporter, with a reason, for a working day (R14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select, text

from engine.cases.instance_rows import InstanceEntry
from engine.cases.tasks import Desk
from engine.clock import VIETNAM
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry, append_entry
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import History, Instance, Report
from engine.world.world import World

REVEAL = "reveal"
LONGEST_IN_FORCE = timedelta(days=31)  # No working day ends later, whatever the holidays.

_history, _instance, _report = table_of(History), table_of(Instance), table_of(Report)


def record_reveal(tx: Transaction, instance_id: int, desk: Desk, reason: str) -> None:
    """Let the officer see who reported; history records who, when and why."""
    append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, REVEAL, "", ActDetail(reason=reason)))


def reveal_ends(at: datetime, world: World) -> datetime:
    """When a reveal made at `at` ends: after one working day, at the same hour of the next one."""
    return world.calendar.add(at, world.calendar.day_length())


def revealed_until(desk: Desk, entries: Sequence[InstanceEntry]) -> datetime | None:
    """Until when a case's history lets the officer see its reporter; None if it does not now."""
    own = [entry.at for entry in entries if entry.action == REVEAL and entry.actor == desk.who.actor]
    ends = reveal_ends(own[-1], desk.world) if own else desk.now
    return ends if ends > desk.now else None


def cases_in_force(tx: Transaction, desk: Desk) -> list[int]:
    """The cases whose reporter the officer may see now because of a reveal."""
    query = select(_history.c.instance_id, _history.c.at).where(*_own_reveals(desk.who.actor))
    rows = tx.read.execute(query.where(_history.c.at > desk.now - LONGEST_IN_FORCE)).all()
    return sorted({row.instance_id for row in rows if reveal_ends(row.at, desk.world) > desk.now})


def list_of_day(tx: Transaction, actor: str, at: datetime) -> Sequence[Any]:
    """The reveals by an actor on the day of an instant, as (at, code), in order."""
    first = datetime.combine(at.astimezone(VIETNAM).date(), time(), VIETNAM)
    query = (
        select(_history.c.at, _report.c.code)
        .join(_instance, _instance.c.id == _history.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(*_own_reveals(actor), _history.c.at >= first, _history.c.at < first + timedelta(days=1))
    )
    return tx.read.execute(query.order_by(_history.c.at, _history.c.instance_id, _history.c.seq)).all()


def _own_reveals(actor: str) -> tuple[ColumnElement[bool], ...]:
    # The index leaves out acts of the system itself, and both databases must see that the query does too.
    is_by_person: ColumnElement[bool] = text("actor != 'system'")  # type: ignore[assignment]
    return _history.c.actor == actor, is_by_person, _history.c.action == REVEAL
