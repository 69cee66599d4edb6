"""Messages and signals that an administrator sends by hand: checked first, then given to the cases that wait for them.

A message finds its case by its correlation keys, or by the code of the case. A message without keys needs the code: it
could be meant for everybody. One that no case waits for begins an instance where a process starts with it, as one from
another case would (`engine.process.messages`). What nobody waits for is refused and not kept, so that the answer says
what has happened.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from engine.actor import ActStamp
from engine.bpmn.actions import AWAITS_MESSAGE, AWAITS_SIGNAL, Message, Signal, Start
from engine.bpmn.awaited_events import AwaitedEvent, awaited_events
from engine.bpmn.starting import MESSAGE
from engine.cases import code_search, intake
from engine.cases.message_address import address_message, known_keys
from engine.errors import BadInput, NotFound
from engine.journal import acts, journal
from engine.process import broadcasts, definitions, event_starts, instances, messages
from engine.process.acts import Command
from engine.process.instances import ACTIVE
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, Matter, ProcessDefinition, Report
from engine.world.world import World

# What pages do together with rows of their own: sent alone, rows and case would disagree.
OF_PAGES = frozenset({"reroute", "merged", "unmerged", "merged_closed", "asked_again", "deadline_moved"})
_UNKNOWN = {AWAITS_MESSAGE: "message-unknown", AWAITS_SIGNAL: "signal-unknown"}
_NOTHING_AWAITED = {AWAITS_MESSAGE: "message-none", AWAITS_SIGNAL: "signal-none"}

_instance, _report, _matter = table_of(Instance), table_of(Report), table_of(Matter)
_deployment, _definition = table_of(Deployment), table_of(ProcessDefinition)


@dataclass(frozen=True, slots=True)
class OutsideEvent:
    """What is sent: its name, the case's code if one is named, the keys of a message as typed, and the data."""

    name: str
    code: str = ""
    keys: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageReceipt:
    """Which instance a message has reached, and whether it has begun with it."""

    instance_id: int
    begun: bool


def send_message(tx: Transaction, order: OutsideEvent, stamp: ActStamp, world: World) -> MessageReceipt:
    """Give a message to the one case that it is meant for, or begin an instance with it where no case waits.

    Raises NotFound for an unknown message or case and when nobody waits, BadInput for keys or data that do not fit,
    Stale when the named case does not wait for it, StepFailed when the case cannot go on.
    """
    if order.name in OF_PAGES:
        raise BadInput("message-of-pages", name=order.name)
    event = _combined_event(_require_known(tx, AWAITS_MESSAGE, order.name))
    if order.data and not event.variable and not event.parts:
        raise BadInput("event-takes-no-data", name=order.name, data_field="data")
    receiver = _named_case(tx, order.code) if order.code else None
    payload, keys = address_message(event, order.keys, order.data, known_keys(tx, order.name, receiver), receiver)
    if receiver is None:
        receiver = _addressed_case(tx, order, event, keys)
    begun = receiver is None
    if receiver is None:
        receiver = _begin_with(tx, order.name, payload, stamp, world)
    else:
        instances.take_step(tx, receiver, Command(Message(order.name, payload, keys), stamp.who, stamp.at), world)
    journal.record(tx, stamp, acts.SEND_MESSAGE, f"message:{order.name}", cases=case_labels(tx, [receiver]))
    return MessageReceipt(receiver, begun)


def _named_case(tx: Transaction, code: str) -> int:
    """The open instance with this code, of a report or begun without one; raises BadInput, NotFound."""
    begun = code_search.begun_instance(tx, code)
    return begun if begun is not None else intake.find_open_case(tx, code)[1]


def _addressed_case(
    tx: Transaction, order: OutsideEvent, event: AwaitedEvent, keys: Mapping[str, Mapping[str, Any]]
) -> int | None:
    """The case that a message without a code is meant for; None when it begins an instance instead.

    Raises BadInput where keys are needed to say which case is meant, NotFound when nobody waits and nothing begins.
    """
    begins = bool(event_starts.list_event_starts(tx, MESSAGE, order.name))
    receiver = messages.find_receiver(tx, order.name, keys)
    if not event.parts and (receiver is not None or not begins):
        raise BadInput("message-needs-case", name=order.name, case_field="case")
    if receiver is None and not begins:
        raise NotFound("message-nobody-waits", name=order.name)
    return receiver


def _begin_with(tx: Transaction, name: str, payload: Mapping[str, object], stamp: ActStamp, world: World) -> int:
    start = event_starts.list_event_starts(tx, MESSAGE, name)[0]
    command = Command(Start({}), stamp.who, stamp.at)
    return event_starts.begin_by_event(tx, start, payload, None, command, world).instance_id


def send_signal(tx: Transaction, order: OutsideEvent, stamp: ActStamp, world: World) -> int | None:
    """Send a signal to everybody who waits for it now; returns the number of the broadcast that the worker delivers.

    With a code the signal goes to that case alone, at once, and None is returned. Raises like `send_message`.
    """
    event = _combined_event(_require_known(tx, AWAITS_SIGNAL, order.name))
    if order.data and not event.variable:
        raise BadInput("event-takes-no-data", name=order.name, data_field="data")
    signal = Signal(order.name, dict(order.data) or None)
    if not order.code:
        number = broadcasts.queue_signal(tx, signal, stamp.who, stamp.at)
        journal.record(tx, stamp, acts.SEND_SIGNAL, f"signal:{order.name}")
        return number
    receiver = _named_case(tx, order.code)
    instances.take_step(tx, receiver, Command(signal, stamp.who, stamp.at), world)
    journal.record(tx, stamp, acts.SEND_SIGNAL, f"signal:{order.name}", cases=case_labels(tx, [receiver]))
    return None


def case_labels(tx: Transaction, instance_ids: Iterable[int]) -> list[str]:
    """What cases are called: their code, where they have none the number of the instance."""
    query = (
        select(_instance.c.id, func.coalesce(_report.c.code, _matter.c.code).label("code"))
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
    )
    rows = tx.read.execute(query.where(_instance.c.id.in_(list(instance_ids))).order_by(_instance.c.id))
    return [row.code or str(row.id) for row in rows]


def _require_known(tx: Transaction, kind: str, name: str) -> list[AwaitedEvent]:
    """What the diagrams say of a message or signal; raises NotFound, naming those that there are."""
    known = [event for event in _events_at_work(tx) if event.kind == kind]
    named = [event for event in known if event.name == name]
    if not named:
        names = sorted({event.name for event in known} - OF_PAGES)
        raise NotFound(_UNKNOWN[kind] if names else _NOTHING_AWAITED[kind], name=name, names=names)
    return named


def _events_at_work(tx: Transaction) -> Iterable[AwaitedEvent]:
    """What the active deployment waits for, and those by which open cases go on."""
    at_work = (
        select(_definition.c.deployment_id)
        .join(_instance, _instance.c.definition_id == _definition.c.id)
        .where(_instance.c.status == ACTIVE)
    )
    digests = select(_deployment.c.digest).where(_deployment.c.id.in_(at_work)).order_by(_deployment.c.id)
    for digest in tx.read.execute(digests).scalars().all():
        for process in definitions.load_deployment(tx, digest).processes.values():
            yield from awaited_events(process)
    for process in definitions.load_active_deployment(tx).processes.values():
        yield from awaited_events(process)


def _combined_event(events: list[AwaitedEvent]) -> AwaitedEvent:
    """One of them, with keys and a variable if any has; the last is of the active deployment."""
    keyed = [event for event in events if event.parts] or events
    variable = next((event.variable for event in reversed(events) if event.variable), "")
    return AwaitedEvent(keyed[-1].kind, keyed[-1].name, variable, keyed[-1].parts)
