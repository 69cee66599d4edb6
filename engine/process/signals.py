"""Signals between instances: each broadcast visits those that waited when it was thrown, one transaction each.

The step of the receiver and the place up to which the broadcast has come are written together. So each receiver gets
the signal once, whichever workers take part and whenever one dies; the next goes on where it stopped. Nobody is locked
for longer than one step takes. Who has ended or gone on meanwhile has missed the signal, which is no error.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Engine, Row

from engine.actor import Actor
from engine.bpmn.actions import Signal, Start
from engine.bpmn.starting import SIGNAL
from engine.errors import Stale, StepFailed
from engine.process import broadcasts, event_starts, incidents, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.attempts import attempt_step
from engine.process.instances import PreparedStep
from engine.store.db import Transaction, transaction
from engine.world.world import World

SLICE = 20
PAUSE = timedelta(milliseconds=50)
"""How many receivers one run visits, and how long to wait before the next: on SQLite, where writers take turns, who
writes one row after the other leaves nobody else a turn (measured with 10,000 receivers: officers waited 3 s)."""


@dataclass(slots=True)
class SignalTotals:
    """What a run did: receivers that got a signal, that had gone on, whose process could not continue; ends reached.

    `receivers` are the instances that got one.
    """

    delivered: int = 0
    missed: int = 0
    failed: int = 0
    finished: int = 0
    receivers: list[int] = field(default_factory=list, compare=False)


def deliver_signals(
    engine: Engine, clock: Callable[[], datetime], world: World, totals: SignalTotals, limit: int = SLICE
) -> bool:
    """Visit up to `limit` receivers of the unfinished broadcasts; adds to `totals`, returns whether any may be left.

    A receiver whose process cannot continue gets an incident, with which the signal can be given to it again.
    """
    for _ in range(limit):
        try:
            if not _visit_next(engine, clock(), world, totals):
                return False
        except Stale:
            continue  # Another worker, or an officer, was faster; what was taken here is rolled back.
    return True


def _visit_next(engine: Engine, now: datetime, world: World, totals: SignalTotals) -> bool:
    """One receiver, or the end of a broadcast; False when there is nothing to do."""
    with transaction(engine) as tx:
        row = broadcasts.claim_oldest(tx)
        if row is None:
            return False
        receiver = broadcasts.next_receiver(tx, row)
        if receiver is None:
            broadcasts.update_broadcast(tx, row, done_at=now)
            _begin_instances(tx, row, now, world)
            totals.finished += 1
            totals.missed += broadcasts.missed_count(row)
            return True
        command = _command_of(row, now)
        prepared = attempt_step(partial(instances.prepare_step, tx, receiver, command, world), node="")
        if isinstance(prepared, PreparedStep):
            broadcasts.update_broadcast(tx, row, visited=receiver, delivered=row.delivered + 1)
            if not instances.write_step(tx, prepared):
                raise Stale("case-too-busy")
            totals.delivered += 1
            totals.receivers.append(receiver)
        elif isinstance(prepared, StepFailed):
            broadcasts.update_broadcast(tx, row, visited=receiver, failed=row.failed + 1)
            incidents.report_failure(tx, receiver, command, prepared)
            totals.failed += 1
        else:
            broadcasts.update_broadcast(tx, row, visited=receiver)
    return True


def _begin_instances(tx: Transaction, row: Row[Any], now: datetime, world: World) -> None:
    """Begin an instance at every start event that the signal triggers, in the transaction that ends its broadcast.

    A process that cannot begin becomes an incident and keeps the others from nothing.
    """
    for start in event_starts.list_event_starts(tx, SIGNAL, row.name):
        detail = ActDetail(origin=row.sender_id or None)
        command = Command(Start({}), Actor(row.thrown_by, row.origin), now, detail=detail)
        try:
            with tx.write().begin_nested():
                event_starts.begin_by_event(tx, start, json.loads(row.payload), row.sender_id, command, world)
        except StepFailed as error:
            incidents.report_completion(tx, None, command, error)


def _command_of(row: Row[Any], now: datetime) -> Command:
    """The command that gives a receiver the signal; its history says which case has thrown it, if one has."""
    signal = Signal(row.name, json.loads(row.payload))
    detail = ActDetail(origin=row.sender_id or None)
    return Command(signal, Actor(row.thrown_by, row.origin), now, detail=detail)
