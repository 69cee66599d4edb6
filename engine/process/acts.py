"""Who does what when to a case, and what history keeps of it. Imported by the writer and by use cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.actor import Who
from engine.bpmn.actions import (
    Action,
    Cancel,
    Complete,
    Fire,
    Message,
    Migrate,
    Reschedule,
    Return,
    Signal,
    Start,
    Step,
)
from engine.process import history, past_acts
from engine.process.history import Entry
from engine.world.world import World


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what when, and what history shall know of it.

    `personal` are form values that stay out of the process: they become a submission, history gets salted digests.
    """

    action: Action
    who: Who
    now: datetime
    detail: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)
    salt: bytes = b""
    form: str = ""
    node: str = ""


def entry(act: Act, step: Step, world: World) -> Entry:
    """What history keeps of a step: the action with process data, the path, what followed. Empty facts are left out."""
    facts: dict[str, Any] = {
        **act.detail,
        **_action_facts(act.action),
        "personal": history.salted(act.salt, act.personal) if act.personal else None,
        "path": step.path,
        "skipped": step.skipped,
        "opened": [[item.task, item.node, item.unit, *item.passed_from] for item in step.opened],
        "closed": step.closed,
        "timers": [[item.timer, item.node, item.due.isoformat() if item.due else None] for item in step.timers],
        "notices": [[item.rung, item.occurrence, *item.to] for item in step.notices],
        "messages": [item.name for item in step.thrown],
        "marks": step.marks,
        "changed": [[item.task, item.node, item.unit] for item in step.changed],
        "finished": step.finished,
        "world": world.revision[:8],
    }
    kept = {key: value for key, value in facts.items() if value}
    return Entry(act.now, act.who, _VERBS[type(act.action)], act.node, kept)


def _action_facts(action: Action) -> dict[str, Any]:
    """The action's own facts: the data of a form or message, the timers that fired or moved."""
    facts: dict[str, Any] = {}
    match action:
        case Start(data):
            facts = {"data": dict(data)}
        case Complete(task, data):
            facts = {"task": task, "data": dict(data)}
        case Fire(timers):
            facts = {"fired": list(timers)}
        case Message(name, payload):
            facts = {"message": name, "data": payload}
        case Signal(name):
            facts = {"signal": name}
        case Migrate(_, names):
            facts = {"names": dict(names)}
        case Reschedule(dues, extend):
            facts = {"dues": {str(timer): due.isoformat() for timer, due in dues.items()}, "extend": extend}
    return facts


_VERBS: dict[type, str] = {
    Start: past_acts.START,
    Complete: past_acts.COMPLETE,
    Fire: past_acts.FIRE,
    Message: past_acts.MESSAGE,
    Signal: past_acts.SIGNAL,
    Reschedule: past_acts.RESCHEDULE,
    Cancel: past_acts.CANCEL,
    Migrate: past_acts.MIGRATE,
    Return: past_acts.RETURN,
}
