"""Subscriptions: rows for what the waiting events of an instance can get from other cases, a signal or a message."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from sqlalchemy import Connection, bindparam, delete, insert

from engine.bpmn.actions import EventSubscription
from engine.bpmn.parser import parse_processes
from engine.bpmn.step import subscriptions_of
from engine.store.columns import table_of
from engine.store.models import Subscription
from engine.store.statements import CompiledStatement

_subscription = table_of(Subscription)
_INSERT_SUBSCRIPTION = CompiledStatement(insert(_subscription))
_DELETE_SUBSCRIPTION = CompiledStatement(
    delete(_subscription).where(
        _subscription.c.instance_id == bindparam("b_instance"), _subscription.c.engine_id == bindparam("b_event")
    )
)


def write_changes(
    connection: Connection, instance_id: int, new: Sequence[EventSubscription], ended: Iterable[int]
) -> None:
    """Write what an instance waits for since a step, and delete what it waits for no more, by engine id."""
    gone = dict.fromkeys([*ended, *(item.task_id for item in new)])
    if gone:
        _DELETE_SUBSCRIPTION.send(connection, [{"b_instance": instance_id, "b_event": event_id} for event_id in gone])
    if new:
        _INSERT_SUBSCRIPTION.send(connection, [subscription_row(instance_id, item) for item in new])


def subscription_row(instance_id: int, item: EventSubscription) -> dict[str, object]:
    """A subscription as a row."""
    return {
        "instance_id": instance_id,
        "engine_id": item.task_id,
        "kind": item.kind,
        "name": item.name,
        "correlations": json.dumps(item.correlations, ensure_ascii=False, separators=(",", ":")),
    }


def rows_of_states(files: dict[str, bytes], states: Iterable[tuple[str, int, bytes]]) -> Iterator[dict[str, object]]:
    """The rows of stored instances, given as key of the process, number and state, of a deployment with these files.

    For the upgrade of databases whose program knew no subscriptions to signals. A state that cannot be read has none.
    """
    diagrams = {path: content for path, content in files.items() if PurePosixPath(path).suffix in {".bpmn", ".dmn"}}
    processes = parse_processes(diagrams)
    for key, instance_id, blob in states:
        try:
            awaited = subscriptions_of(processes[key], blob)
        except Exception:  # noqa: BLE001, S112 - a broken case must not keep a database from its upgrade.
            continue
        yield from (subscription_row(instance_id, item) for item in awaited)
