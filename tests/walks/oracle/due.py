"""When the timers of generated diagrams are due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.walks.oracle.expressions import evaluate
from tests.walks.oracle.model import Trigger

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$")
_COUNTED_ELSEWHERE = "working_hours"


def due_of(trigger: Trigger, data: Mapping[str, Any], now: datetime) -> str:
    """The due instant; empty for repeating timers and where the working calendar decides."""
    if trigger.timer_kind == "timeCycle" or _COUNTED_ELSEWHERE in trigger.timer:
        return ""
    value = str(evaluate(trigger.timer, data))
    if trigger.timer_kind == "timeDate":
        return datetime.fromisoformat(value).astimezone(UTC).isoformat()
    match = _DURATION.match(value)
    assert match is not None, value
    days, hours, minutes = (int(part or 0) for part in match.groups())
    return (now + timedelta(days=days, hours=hours, minutes=minutes)).astimezone(UTC).isoformat()


def turns_of(trigger: Trigger, data: Mapping[str, Any]) -> int | None:
    """How often a timer fires; None for ever."""
    if trigger.timer_kind != "timeCycle":
        return 1
    number = str(evaluate(trigger.timer, data)).partition("/")[0].removeprefix("R")
    return int(number) if number else None
