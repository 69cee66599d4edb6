"""Begins instances when a message or a signal comes that a start event of the newest deployment waits for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from engine.bpmn.starting import StartEvent, list_start_events
from engine.errors import NotFound
from engine.process import definitions, matters
from engine.process.acts import Command
from engine.process.matters import BegunMatter, NewMatter
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Matter, Report
from engine.world.world import World

_instance, _matter, _report = table_of(Instance), table_of(Matter), table_of(Report)


@dataclass(frozen=True, slots=True)
class EventStart:
    """A start event that a message or signal triggers, and its process."""

    process: str
    event: StartEvent


def list_event_starts(tx: Transaction, trigger: str, name: str) -> list[EventStart]:
    """The start events of the newest deployment that a message or signal of this name triggers, by process."""
    return sorted(_started_by(tx, trigger, name), key=lambda one: (one.process, one.event.node))


def _started_by(tx: Transaction, trigger: str, name: str) -> Iterator[EventStart]:
    try:
        content = definitions.load_active_deployment(tx)
    except NotFound:
        return
    for process in content.processes.values():
        for event in list_start_events(process):
            if (event.trigger, event.event) == (trigger, name):
                yield EventStart(process.key, event)


def begin_by_event(
    tx: Transaction, start: EventStart, payload: Any, sender_id: int | None, command: Command, world: World
) -> BegunMatter:
    """Begin an instance for what a message or signal has brought, for the unit that its sender is about.

    Without a sender it is begun for the provincial office. Raises StepFailed when the process cannot begin.
    """
    unit = _unit_of_sender(tx, sender_id) or matters.office_of(world)
    new = NewMatter(start.event, unit, payload=payload)
    return matters.begin_matter(tx, definitions.find_by_key(tx, start.process), new, command, world)


def _unit_of_sender(tx: Transaction, sender_id: int | None) -> str | None:
    query = (
        select(func.coalesce(_matter.c.unit_code, _report.c.place))
        .select_from(_instance)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .where(_instance.c.id == sender_id)
    )
    unit: str | None = tx.read.execute(query).scalar()
    return unit
