"""Begins instances when the timers of start events say so: each once, however many workers look.

A new deployment keeps the timers that it has too, drops those that it no longer has, and plans the new ones. What was
missed while no worker ran is begun once (`engine.bpmn.start_times`), with the newest deployment. The start and the next
time of the timer are one transaction, guarded by the turn that was due.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, case, func, select, update

from engine.actor import SYSTEM
from engine.bpmn import start_times
from engine.bpmn.actions import Start
from engine.bpmn.start_times import PlannedStart, StartTime
from engine.bpmn.starting import list_start_events
from engine.errors import NotFound, ScriptError, Stale, StepFailed
from engine.process import definitions, incidents, matters
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.matters import NewMatter
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import StartTimer
from engine.world.world import World

BATCH = 20

_timer = table_of(StartTimer)
_SELECT_NEXT = select(func.min(case((_timer.c.planned, _timer.c.due), else_=_timer.c.since)))


@dataclass(slots=True)
class StartTotals:
    """What a run did: instances begun, and starts that failed."""

    begun: int = 0
    failed: int = 0


def next_start_time(tx: Transaction) -> datetime | None:
    """When the next timer is due, of one that is not planned yet the moment from which it counts; None without any."""
    at: datetime | None = tx.read.execute(_SELECT_NEXT).scalar()
    return at


def begin_due(engine: Engine, now: datetime, world: World, totals: StartTotals) -> datetime | None:
    """Plan new timers and begin what is due; adds to `totals`, returns when the next is due, None without any."""
    with transaction(engine) as tx:
        query = select(_timer).where((_timer.c.due <= now) | _timer.c.planned.is_(False))
        rows = tx.read.execute(query.order_by(_timer.c.due).limit(BATCH)).all()
    for row in rows:
        try:
            with transaction(engine) as tx:
                _advance(tx, row, now, world, totals)
        except Stale:
            continue  # Another worker was faster, or a deployment has replaced it: nothing of this is kept.
    with transaction(engine) as tx:
        following: datetime | None = tx.read.execute(select(func.min(_timer.c.due))).scalar()
    return following


def _advance(tx: Transaction, row: Row[Any], now: datetime, world: World, totals: StartTotals) -> None:
    """Plan a new timer, or begin an instance and plan the next one; raises Stale when the row has changed."""
    try:
        content = definitions.load_active_deployment(tx)
        process = content.get_process(row.process)
        time = start_times.list_start_times(process)[row.node]
    except (NotFound, KeyError) as error:
        raise Stale("case-too-busy") from error
    if not row.planned:
        _write_plan(tx, row, _first(tx, row, time, world, totals), begun=0)
        return
    planned = PlannedStart(row.due, row.anchor, row.period, row.turn, row.turns_left)
    _write_plan(tx, row, start_times.plan_next(time, planned, now, world), begun=1)
    command = Command(Start({}, row.node), SYSTEM, now, detail=ActDetail(due=row.due.isoformat()), node=row.node)
    event = next(one for one in list_start_events(process) if one.node == row.node)
    new = NewMatter(event, matters.office_of(world))
    _begin_or_report(tx, row.process, new, command, world, totals)


def _first(tx: Transaction, row: Row[Any], time: StartTime, world: World, totals: StartTotals) -> PlannedStart | None:
    try:
        return start_times.plan_first(time, row.since, world)
    except ScriptError as error:
        command = Command(Start({}, row.node), SYSTEM, row.since, node=row.node)
        incidents.report_completion(tx, None, command, StepFailed(error.rule, node=row.node, **error.facts))
        totals.failed += 1
        return None


def _begin_or_report(
    tx: Transaction, process: str, new: NewMatter, command: Command, world: World, totals: StartTotals
) -> None:
    """Begin an instance; one whose process cannot begin becomes an incident, and the timer goes on."""
    try:
        with tx.write().begin_nested():
            matters.begin_matter(tx, definitions.find_by_key(tx, process), new, command, world)
        totals.begun += 1
    except StepFailed as error:
        incidents.report_completion(tx, None, command, error)
        totals.failed += 1


def _write_plan(tx: Transaction, row: Row[Any], plan: PlannedStart | None, begun: int) -> None:
    """Write when a timer is due next; only one of several workers finds the row as it has read it."""
    values: dict[str, object] = {"planned": True, "due": None, "begun": row.begun + begun}
    if plan is not None:
        values |= {"due": plan.due, "anchor": plan.anchor, "period": plan.period, "turn": plan.turn}
        values["turns_left"] = plan.left
    same = (_timer.c.process == row.process, _timer.c.node == row.node, _timer.c.rule == row.rule)
    unchanged = (*same, _timer.c.begun == row.begun, _timer.c.planned == row.planned, _timer.c.since == row.since)
    if tx.write().execute(update(_timer).where(*unchanged).values(values)).rowcount != 1:
        raise Stale("case-too-busy")
