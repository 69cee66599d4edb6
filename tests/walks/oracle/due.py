"""When timers are due."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.walks.oracle.expressions import Failure, evaluate
from tests.walks.oracle.model import Trigger

_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<weeks>\d+)W)?(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<days>[\d.,]+)D)?"
    r"(?:T(?=\d)(?:(?P<hours>[\d.,]+)H)?(?:(?P<minutes>[\d.,]+)M)?(?:(?P<seconds>[\d.,]+)S)?)?"
)
_CYCLE = re.compile(r"R(\d*)/(P.+)")
_COUNTED_ELSEWHERE = re.compile(r"\b(?:working_|clock_|reminder|deadline|overdue_by|now)")


def due_of(trigger: Trigger, data: Mapping[str, Any], now: datetime) -> str:
    """The due instant; empty for repeating timers and where the calendar decides. Raises Failure for other values."""
    if _COUNTED_ELSEWHERE.search(trigger.timer):
        return ""
    value = evaluate(trigger.timer, data)
    if trigger.timer_kind == "timeCycle":
        _duration(_turns(value)[1])
        return ""
    if trigger.timer_kind == "timeDate":
        return _instant(value)
    parts = _duration(value)
    if parts.pop("years") or parts.pop("months"):
        return ""
    return (now + timedelta(**parts)).astimezone(UTC).isoformat()


def turns_of(trigger: Trigger, data: Mapping[str, Any]) -> int | None:
    """How often a timer fires; None for ever."""
    if trigger.timer_kind != "timeCycle":
        return 1
    number = _turns(evaluate(trigger.timer, data))[0]
    return int(number) if number else None


def _turns(value: Any) -> tuple[str, str]:
    match = _CYCLE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Failure(value)
    return match[1], match[2]


def _duration(value: Any) -> dict[str, float]:
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Failure(value)
    return {name: float((part or "0").replace(",", ".")) for name, part in match.groupdict().items()}


def _instant(value: Any) -> str:
    try:
        instant = datetime.fromisoformat(value)
        return instant.astimezone(UTC).isoformat() if instant.tzinfo is not None else ""
    except (TypeError, ValueError) as error:
        raise Failure(value) from error
