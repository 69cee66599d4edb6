"""Commands on a case (who does what, and when) and what history records of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from engine.actor import Actor
from engine.bpmn.actions import (
    SIGNAL_EVENT,
    Action,
    Cancel,
    Complete,
    Fire,
    Message,
    Migrate,
    Reschedule,
    RevertMigration,
    Signal,
    Start,
    Step,
)
from engine.journal.salted_digests import salted_digests
from engine.process import history, past_acts
from engine.process.act_detail import NO_DETAIL, ActDetail, ChangedTask, TimerSetting
from engine.process.history import AuditEntry
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class Command:
    """Who does what and when, and what history records of it.

    `personal` holds form values that stay out of the process: they become a submission; history gets salted digests.
    """

    action: Action
    who: Actor
    now: datetime
    detail: ActDetail = NO_DETAIL
    personal: Mapping[str, Any] = field(default_factory=dict)
    salt: bytes = b""
    form: str = ""
    node: str = ""


def audit_entry(command: Command, step: Step, world: World) -> AuditEntry:
    """The history entry of a step: the action with process data, the path, what followed. Empty facts are omitted."""
    keepers = tuple(item.keeper for item in step.opened_tasks)
    detail = replace(
        _with_action(command.detail, command.action),
        personal=salted_digests(command.salt, command.personal) if command.personal else {},
        path=step.path,
        skipped=step.skipped_timers,
        opened=tuple((item.task_id, item.node, item.unit, *item.passed_from) for item in step.opened_tasks),
        roles=tuple(item.role for item in step.opened_tasks),
        keepers=keepers if any(keepers) else (),
        closed=step.closed_tasks,
        timers=tuple(
            TimerSetting(item.task_id, item.node, item.due.isoformat() if item.due else None) for item in step.timers
        ),
        notices=tuple((item.rung, item.occurrence, *item.to) for item in step.notices),
        messages=tuple(item.name for item in step.thrown_events if item.kind != SIGNAL_EVENT),
        signals=tuple(item.name for item in step.thrown_events if item.kind == SIGNAL_EVENT),
        marks=step.marks,
        changed=tuple(ChangedTask(item.task_id, item.node, item.unit) for item in step.changed_tasks),
        deadline=step.deadline.isoformat() if step.deadline else past_acts.NO_DEADLINE,
        finished=step.finished,
        state=history.state_digest(step.state),
        world=world.revision[:8],
    )
    return AuditEntry(command.now, command.who, _EVENT_TYPES[type(command.action)], command.node, detail)


def _with_action(detail: ActDetail, action: Action) -> ActDetail:
    """The detail with the action's own facts: the data of a form or message, the timers that fired or moved."""
    match action:
        case Start(data, node, payload):
            detail = replace(detail, data=dict(data) or None, start=node, payload=payload or None)
        case Complete(task_id, data):
            detail = replace(detail, task=task_id, data=dict(data) or None)
        case Fire(timer_ids):
            detail = replace(detail, fired=timer_ids)
        case Message(name, payload):
            detail = replace(detail, message=name, data=payload or None)
        case Signal(name, payload):
            detail = replace(detail, signal=name, data=payload or None)
        case Migrate(_, element_map):
            detail = replace(detail, names=dict(element_map))
        case Reschedule(dues, extend):
            moved = {str(timer_id): due.isoformat() for timer_id, due in dues.items()}
            detail = replace(detail, dues=moved, extend=extend)
    return detail


_EVENT_TYPES: dict[type, str] = {
    Start: past_acts.START,
    Complete: past_acts.COMPLETE,
    Fire: past_acts.FIRE,
    Message: past_acts.MESSAGE,
    Signal: past_acts.SIGNAL,
    Reschedule: past_acts.RESCHEDULE,
    Cancel: past_acts.CANCEL,
    Migrate: past_acts.MIGRATE,
    RevertMigration: past_acts.RETURN,
}
