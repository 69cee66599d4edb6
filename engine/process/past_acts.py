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
STEPS = frozenset({START, COMPLETE, FIRE, MESSAGE, SIGNAL, RESCHEDULE, CANCEL})
MOVES = frozenset({MIGRATE, RETURN})
# What gives a task to somebody; a release does so too when it goes back to who had delegated the task.
HOLDING = frozenset({"claim", "hand_over", "delegate"})
RELEASE = "release"
CLAIMS = HOLDING | {RELEASE}


@dataclass(frozen=True, slots=True)
class PastAct:
    """One row of a case's history."""

    at: datetime
    action: str
    node: str
    detail: Mapping[str, Any]


def act(at: datetime, action: str, node: str, detail: str) -> PastAct:
    """A row of history with its detail read."""
    return PastAct(at, action, node, json.loads(detail))


def holds(item: PastAct) -> bool:
    """Whether somebody holds the task after an act of claiming or releasing."""
    return item.action in HOLDING or "to" in item.detail
