"""A past act of a case as its history row records it, and the names of acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from engine.process.act_detail import ActDetail, decode_detail

START, COMPLETE, FIRE, MESSAGE = "start", "complete", "fire", "message"
SIGNAL, RESCHEDULE, CANCEL, MIGRATE, RETURN = "signal", "reschedule", "cancel", "migrate", "return"
# Steps of the process; MIGRATIONS are those that moved a case to another deployment's diagrams.
PROCESS_STEPS = frozenset({START, COMPLETE, FIRE, MESSAGE, SIGNAL, RESCHEDULE, CANCEL})
MIGRATIONS = frozenset({MIGRATE, RETURN})
# Acts that assign a task to somebody; a release does too when the task returns to the person who delegated it.
ASSIGNMENTS = frozenset({"claim", "hand_over", "delegate"})
RELEASE = "release"
# The opinion of a citizen whose report has joined the case of another one.
JOINED_OPINION = "joined_opinion"
JOINED_TASK = -1  # In place of the task of the form in which they wrote: the case has none for them.
UNREADABLE = "unreadable"  # In place of the act of a row that somebody damaged.
NO_DEADLINE = "none"  # As history records it while a case has none, or its clock is paused.
ASSIGNMENT_CHANGES = ASSIGNMENTS | {RELEASE}


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One row of a case's history."""

    at: datetime
    action: str
    node: str
    detail: ActDetail


def decode_event(at: datetime, action: str, node: str, detail: str) -> HistoryEvent:
    """A row of history with its detail decoded."""
    return HistoryEvent(at, action, node, decode_detail(detail))


def is_assignment(event: HistoryEvent) -> bool:
    """Whether the task has an assignee after an act of ASSIGNMENT_CHANGES."""
    return event.action in ASSIGNMENTS or bool(event.detail.to)
