"""What a stored case consists of, and how data that differs from other data is written down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from engine.bpmn.clockwork import CaseClock

STATE_FORMAT = 2
READABLE_FORMATS = (1, 2)

# spec name, state, index of the parent, id, change counter, triggered, internal data, changed data, deleted keys.
# Changed data None means that the task has its scope's data; otherwise it has its own, and how that differs from its
# scope's is stored. The first row of the process has all data.
TaskRow = tuple[str, int, int, int, int, bool, dict[str, Any], dict[str, Any] | None, list[str]]

WRITTEN = "written"
"""Where the internal data of a row has the names that were written into data of its own."""


class StoredProcess(msgspec.Struct, array_like=True):
    """One process of the case; called and embedded ones name the task that called them."""

    spec: str
    caller: int
    data: dict[str, Any]
    last_task: int
    success: bool
    completed: bool
    correlations: dict[str, Any]
    rows: list[TaskRow]


class StoredState(msgspec.Struct, array_like=True):
    """A complete stored state; new fields go to the end, with defaults."""

    format: int
    counter: int
    clock: CaseClock | None
    holders: list[str]
    waiting: list[int]
    parts: list[StoredProcess]


def data_difference(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """What must be set and what deleted to make `new` of `old`."""
    changed = {key: value for key, value in new.items() if key not in old or not is_same_value(old[key], value)}
    return changed, [key for key in old if key not in new]


def is_same_value(left: Any, right: Any) -> bool:
    """Whether two values of process data are the same, also in kind: 0 is not False, and 1 is neither True nor 1.0."""
    if left is right:
        return True
    if left.__class__ is not right.__class__ or left != right:
        return False
    if left.__class__ is list:
        return all(map(is_same_value, left, right))
    if left.__class__ is dict:
        return all(is_same_value(value, right[key]) for key, value in left.items())
    return True
