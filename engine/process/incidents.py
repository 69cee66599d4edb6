"""Incidents: failures that are recorded, listed, retried and resolved.

A failed step leaves its instance in the last good state; the boundary then opens an incident in a transaction of its
own, recording what failed, where and why, and the action to retry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Row, insert, select, update

from engine.actor import Actor, ActStamp
from engine.bpmn.actions import Cancel, Complete, Fire, Message, Reschedule, Signal, Step
from engine.errors import NotFound, Stale, StepFailed
from engine.journal import acts, journal
from engine.process import history, instances, outbox
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.stored_faults import encode_fault, stored_sentence
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Incident
from engine.translation.catalogue import Language
from engine.translation.wording import Fault, say
from engine.world.world import World

STEP = "step"
COMPLETION = "completion"

_incident = table_of(Incident)
HISTORY = "history"


def _recheck_history(tx: Transaction, instance_id: int, _now: datetime) -> None:
    """Recheck a chain that was found broken; once repaired, such as from a backup, it is no longer an incident.

    A mismatch with an anchor cannot be rechecked here: somebody has to resolve it.
    """
    if not instance_id or any(history.find_breaks(tx, instance_id)):
        raise StepFailed("history-still-broken")


_RETRY_BY_KIND: Mapping[str, Callable[[Transaction, int, datetime], None]] = {
    outbox.MESSAGE: outbox.requeue_row,
    outbox.NOTICE: outbox.requeue_row,
    outbox.MAIL: outbox.requeue_mail,
    HISTORY: _recheck_history,
}
_ACTION_TYPES: dict[str, Any] = {kind.__name__: kind for kind in (Complete, Fire, Message, Signal, Reschedule, Cancel)}


@dataclass(frozen=True, slots=True)
class NewIncident:
    """What failed, where and why; `action` is what to try again, of a queue the number of its row."""

    instance_id: int | None
    kind: str
    fault: Fault
    action: str
    at: datetime
    node: str = ""
    attempts: int = 1


def open_incident(connection: Connection, new: NewIncident) -> int:
    """Open an incident; returns its id."""
    row = {
        "instance_id": new.instance_id,
        "kind": new.kind,
        "node": new.node,
        "message": encode_fault(new.fault),
        "action": new.action,
        "created_at": new.at,
        "attempts": new.attempts,
    }
    return int(connection.execute(insert(_incident).returning(_incident.c.id), row).scalar_one())


def attempt_step(engine: Engine, instance_id: int, command: Command, world: World) -> Step:
    """Take one step in its own transaction; on failure open an incident and raise StepFailed."""
    try:
        with transaction(engine) as tx:
            return instances.take_step(tx, instance_id, command, world)
    except StepFailed as error:
        with transaction(engine) as tx:
            report_failure(tx, instance_id, command, error)
        raise


def report_failure(tx: Transaction, instance_id: int, command: Command, error: StepFailed) -> int:
    """Open an incident for a failed step, or count another attempt on the existing one; returns its id."""
    connection, action = tx.write(), _encode_action(command)
    existing = connection.execute(
        select(_incident.c.id, _incident.c.attempts).where(
            _incident.c.instance_id == instance_id,
            _incident.c.action == action,
            _incident.c.resolved_at.is_(None),
        )
    ).first()
    if existing is not None:
        changes = {"attempts": existing.attempts + 1, "message": encode_fault(error), "node": error.node}
        connection.execute(update(_incident).where(_incident.c.id == existing.id).values(changes))
        return int(existing.id)
    return open_incident(connection, NewIncident(instance_id, STEP, error, action, command.now, error.node))


def report_completion(tx: Transaction, instance_id: int | None, command: Command, error: StepFailed) -> int:
    """Open an incident for an officer's completion that the process could not take, or count another attempt.

    The officer's words stay in the draft, not here. `instance_id` is None for a case that was not begun because of it.
    Returns the incident's id.
    """
    open_ = (
        _incident.c.instance_id == instance_id,
        _incident.c.kind == COMPLETION,
        _incident.c.node == error.node,
        _incident.c.resolved_at.is_(None),
    )
    action = _encode_action(command)
    existing = tx.read.execute(select(_incident.c.id, _incident.c.attempts).where(*open_)).first()
    connection = tx.write()
    if existing is not None:
        values = {"action": action, "message": encode_fault(error), "attempts": existing.attempts + 1}
        connection.execute(update(_incident).where(_incident.c.id == existing.id).values(values))
        return int(existing.id)
    return open_incident(connection, NewIncident(instance_id, COMPLETION, error, action, command.now, error.node))


def settle_completions(tx: Transaction, instance_id: int, who: Actor, now: datetime) -> None:
    """Resolve the incidents about completions of a case: an officer has just completed a task of it."""
    query = select(_incident.c.id).where(
        _incident.c.instance_id == instance_id, _incident.c.kind == COMPLETION, _incident.c.resolved_at.is_(None)
    )
    for incident_id in tx.read.execute(query).scalars().all():
        resolve_incident(tx, incident_id, who, now)


def report_chain_break(tx: Transaction, instance_id: int | None, fault: Fault, now: datetime, *, chain: bool) -> None:
    """Open an incident for a history that does not match its chain, or an anchor, unless the same one is open.

    `instance_id` is None when the case itself is gone or the anchor is damaged.
    """
    action = str(instance_id) if chain and instance_id else "0"
    # An older version stored the English sentence.
    same_fault = _incident.c.message.in_((encode_fault(fault), say(fault, "en")))
    existing = select(_incident.c.id).where(_incident.c.kind == HISTORY, same_fault, _incident.c.resolved_at.is_(None))
    connection = tx.write()
    if connection.execute(existing).first() is None:
        open_incident(connection, NewIncident(instance_id, HISTORY, fault, action, now))


def _encode_action(command: Command) -> str:
    """The action as text; process data only, so that incidents hold no personal values."""
    body = {
        "kind": type(command.action).__name__,
        "who": command.who.actor,
        "action": msgspec.to_builtins(command.action),
    }
    return msgspec.json.encode(body, order="deterministic").decode()


def list_oldest_first(tx: Transaction, *, everything: bool = False) -> Sequence[Row[Any]]:
    """The open incidents, oldest first; with `everything`, the resolved ones too."""
    query = select(_incident).order_by(_incident.c.created_at, _incident.c.id)
    return tx.read.execute(query if everything else query.where(_incident.c.resolved_at.is_(None))).all()


def find_incident(tx: Transaction, incident_id: int) -> Row[Any]:
    """One incident; raises NotFound."""
    row = tx.read.execute(select(_incident).where(_incident.c.id == incident_id)).one_or_none()
    if row is None:
        raise NotFound("incident-unknown", number=str(incident_id))
    return row


def incident_sentence(row: Row[Any], language: Language) -> str:
    """What went wrong, as stored in an incident's row, in `language`."""
    return stored_sentence(row.message, language)


def retry_incident(engine: Engine, incident_id: int, who: Actor, now: datetime, world: World) -> None:
    """Retry the failed action; success resolves the incident, failure counts another attempt.

    An undelivered message, notice or mail is requeued. Raises StepFailed when the step fails again.
    """
    with transaction(engine) as tx:
        row = find_incident(tx, incident_id)
        if row.resolved_at is not None:
            raise NotFound("incident-resolved-already", number=str(incident_id))
        if row.kind in _RETRY_BY_KIND:
            _RETRY_BY_KIND[row.kind](tx, int(row.action), now)
            resolve_incident(tx, incident_id, who, now, acts.RETRY_INCIDENT)
            return
    body = msgspec.json.decode(row.action)
    action = msgspec.convert(body["action"], _ACTION_TYPES[body["kind"]])
    command = Command(
        action, Actor(body["who"], who.origin), now, detail=ActDetail(incident=incident_id, retried_by=who.actor)
    )
    if row.kind == COMPLETION:
        _retry_completion(engine, row, command, world, who)
        return
    try:
        with transaction(engine) as tx:
            instances.take_step(tx, row.instance_id, command, world)
            resolve_incident(tx, incident_id, who, now, acts.RETRY_INCIDENT)
    except StepFailed as error:
        with transaction(engine) as tx:
            report_failure(tx, row.instance_id, command, error)
        raise


def _retry_completion(engine: Engine, row: Row[Any], command: Command, world: World, who: Actor) -> None:
    """Try whether the completion would go through, without taking it: what the officer wrote is in the draft only."""
    try:
        if row.instance_id is not None:
            with transaction(engine) as tx, suppress(Stale):
                instances.prepare_step(tx, row.instance_id, command, world)
        with transaction(engine) as tx:
            resolve_incident(tx, row.id, who, command.now, acts.RETRY_INCIDENT)
    except StepFailed as error:
        with transaction(engine) as tx:
            report_completion(tx, row.instance_id, command, error)
        raise


def resolve_incident(
    tx: Transaction, incident_id: int, who: Actor, now: datetime, act: str = acts.RESOLVE_INCIDENT
) -> None:
    """Resolve an incident, by default without another attempt; raises NotFound when it is not open."""
    open_ = update(_incident).where(_incident.c.id == incident_id, _incident.c.resolved_at.is_(None))
    if tx.write().execute(open_.values(resolved_at=now, resolved_by=who.actor)).rowcount != 1:
        raise NotFound("incident-not-open", number=str(incident_id))
    journal.record(tx, ActStamp(who, now), act, f"incident:{incident_id}")
