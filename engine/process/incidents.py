"""What the program could not do: kept, listed, tried again, put aside. Called by boundaries and commands.

A step that fails leaves its instance at the last good state; the boundary then opens an incident in a transaction of
its own, with what, where and why, and the action to try again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, Row, insert, select, update

from engine.actor import Who
from engine.bpmn.actions import Cancel, Complete, Fire, Message, Reschedule, Signal, Step
from engine.errors import NotFound, StepFailed
from engine.process import history, instances, outbox
from engine.process.acts import Act
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Incident
from engine.world.world import World

STEP = "step"

_incident = table_of(Incident)
HISTORY = "history"


def _verify_again(tx: Transaction, instance_id: int, _now: datetime) -> None:
    """A chain that was found broken and is put right, such as from a backup, is no incident any more.

    What an anchor says cannot be looked at again here: somebody has to put it aside.
    """
    if not instance_id or any(history.verify(tx, instance_id)):
        raise StepFailed("The history is still broken.")


_SENT_AGAIN: Mapping[str, Callable[[Transaction, int, datetime], None]] = {
    outbox.MESSAGE: outbox.send_again,
    outbox.NOTICE: outbox.send_again,
    outbox.MAIL: outbox.send_mail_again,
    HISTORY: _verify_again,
}
_ACTIONS: dict[str, Any] = {kind.__name__: kind for kind in (Complete, Fire, Message, Signal, Reschedule, Cancel)}


def attempt(engine: Engine, instance_id: int, act: Act, world: World) -> Step:
    """Take one step in a transaction of its own; on failure open an incident and raise StepFailed."""
    try:
        with transaction(engine) as tx:
            return instances.take(tx, instance_id, act, world)
    except StepFailed as error:
        with transaction(engine) as tx:
            report(tx, instance_id, act, error)
        raise


def report(tx: Transaction, instance_id: int, act: Act, error: StepFailed) -> int:
    """Open an incident for a failed step, or count one more attempt of the same; returns its id."""
    connection = tx.write()
    action = _dump(act)
    same = connection.execute(
        select(_incident.c.id, _incident.c.attempts).where(
            _incident.c.instance_id == instance_id,
            _incident.c.action == action,
            _incident.c.resolved_at.is_(None),
        )
    ).first()
    if same is not None:
        again = {"attempts": same.attempts + 1, "message": str(error), "node": error.node}
        connection.execute(update(_incident).where(_incident.c.id == same.id).values(again))
        return int(same.id)
    row = {
        "instance_id": instance_id,
        "kind": STEP,
        "node": error.node,
        "message": str(error),
        "action": action,
        "created_at": act.now,
        "attempts": 1,
    }
    return int(connection.execute(insert(_incident).returning(_incident.c.id), row).scalar_one())


def report_break(tx: Transaction, instance_id: int | None, message: str, now: datetime, *, chain: bool) -> None:
    """Open an incident for a history that does not agree with its chain, or else with an anchor; once while it is open.

    `instance_id` is None when the case itself is gone, or the anchor is torn.
    """
    action = str(instance_id) if chain and instance_id else "0"
    row = {"instance_id": instance_id, "kind": HISTORY, "node": "", "message": message, "action": action}
    same = select(_incident.c.id).where(
        _incident.c.kind == HISTORY, _incident.c.message == message, _incident.c.resolved_at.is_(None)
    )
    connection = tx.write()
    if connection.execute(same).first() is None:
        connection.execute(insert(_incident), {**row, "created_at": now, "attempts": 1})


def _dump(act: Act) -> str:
    """The action as text; process data only, so that no personal value stands in an incident."""
    body = {"kind": type(act.action).__name__, "who": act.who.actor, "action": msgspec.to_builtins(act.action)}
    return msgspec.json.encode(body, order="deterministic").decode()


def listed(tx: Transaction, *, everything: bool = False) -> Sequence[Row[Any]]:
    """The open incidents, oldest first; with `everything` the resolved ones too."""
    wanted = select(_incident).order_by(_incident.c.created_at, _incident.c.id)
    return tx.read.execute(wanted if everything else wanted.where(_incident.c.resolved_at.is_(None))).all()


def find(tx: Transaction, incident_id: int) -> Row[Any]:
    """One incident; raises NotFound."""
    row = tx.read.execute(select(_incident).where(_incident.c.id == incident_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no incident {incident_id}.")
    return row


def retry(engine: Engine, incident_id: int, who: Who, now: datetime, world: World) -> None:
    """Try the failed action again; on success the incident is resolved, on failure it counts one more attempt.

    A message, notice or mail that could not be delivered is put back into its queue. Raises StepFailed when the step
    fails again.
    """
    with transaction(engine) as tx:
        row = find(tx, incident_id)
        if row.resolved_at is not None:
            raise NotFound(f"Incident {incident_id} is resolved already.")
        if row.kind in _SENT_AGAIN:
            _SENT_AGAIN[row.kind](tx, int(row.action), now)
            resolve(tx, incident_id, who, now)
            return
    body = msgspec.json.decode(row.action)
    action = msgspec.convert(body["action"], _ACTIONS[body["kind"]])
    act = Act(action, Who(body["who"], who.origin), now, detail={"incident": incident_id, "retried_by": who.actor})
    try:
        with transaction(engine) as tx:
            instances.take(tx, row.instance_id, act, world)
            resolve(tx, incident_id, who, now)
    except StepFailed as error:
        with transaction(engine) as tx:
            report(tx, row.instance_id, act, error)
        raise


def resolve(tx: Transaction, incident_id: int, who: Who, now: datetime) -> None:
    """Put an incident aside without another attempt; raises NotFound when it is not open."""
    open_ = update(_incident).where(_incident.c.id == incident_id, _incident.c.resolved_at.is_(None))
    if tx.write().execute(open_.values(resolved_at=now, resolved_by=who.actor)).rowcount != 1:
        raise NotFound(f"There is no open incident {incident_id}.")
