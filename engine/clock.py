"""The only place that reads the wall clock. Boundaries ask it for `now` and pass the answer on.

Everything below a boundary takes `now` as an argument, so that live work, replay and tests differ only in the
clock they pass. Every instant in the program is offset-aware; a naive one is refused at the edge.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.errors import BadInput

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The current instant, in UTC."""
    return datetime.now(UTC)


def to_utc(value: datetime) -> datetime:
    """`value` in UTC; raises BadInput when it names no time zone."""
    if value.tzinfo is None:
        raise BadInput("instant-without-zone", at=value.isoformat())
    try:
        return value.astimezone(UTC)
    except OverflowError as error:
        raise BadInput("instant-out-of-range", at=value.isoformat()) from error


def parse_instant(text: str) -> datetime:
    """An ISO 8601 date-time with offset, in UTC; raises BadInput otherwise."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput("instant-unreadable", text=repr(text)) from error
    return to_utc(value)
