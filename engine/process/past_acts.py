"""A past act of a case as its history row tells it, and the words for acts. Imported by who writes or reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

START, COMPLETE, FIRE, MESSAGE = "start", "complete", "fire", "message"
SIGNAL, RESCHEDULE, CANCEL, MIGRATE, RETURN = "signal", "reschedule", "cancel", "migrate", "return"
# Steps of the process; the moves are those by which a case went on by other diagrams.
PROCESS_STEPS = frozenset({START, COMPLETE, FIRE, MESSAGE, SIGNAL, RESCHEDULE, CANCEL})
MIGRATIONS = frozenset({MIGRATE, RETURN})
# What gives a task to somebody; a release does so too when it goes back to who had delegated the task.
ASSIGNMENTS = frozenset({"claim", "hand_over", "delegate"})
RELEASE = "release"
ASSIGNMENT_CHANGES = ASSIGNMENTS | {RELEASE}


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One row of a case's history."""

    at: datetime
    action: str
    node: str
    detail: Mapping[str, Any]


def decode_event(at: datetime, action: str, node: str, detail: str) -> HistoryEvent:
    """A row of history with its detail read."""
    return HistoryEvent(at, action, node, json.loads(detail))


def is_assignment(event: HistoryEvent) -> bool:
    """Whether somebody holds the task after an act of claiming or releasing."""
    return event.action in ASSIGNMENTS or "to" in event.detail
