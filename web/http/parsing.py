"""Parses untrusted input from visitors: integers, form versions, list cursors."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import request
from werkzeug.routing import IntegerConverter, Map

from engine import clock
from engine.clock import VIETNAM
from engine.errors import BadInput, Invalid
from engine.whole_number import MAX_WHOLE_NUMBER, parse_whole_number
from forms.texts import iso_date, iso_instant


class RowNumber(IntegerConverter):
    """`<int:…>` in an address: a number that a row can have; any other is an address that does not exist."""

    def __init__(self, url_map: Map, *args: Any, **named: Any) -> None:
        super().__init__(url_map, *args, **{"max": MAX_WHOLE_NUMBER, **named})


def parse_digits(text: str) -> int | None:
    """Parse an integer in plain ASCII digits; None for any other text."""
    return parse_whole_number(text)


def parse_chosen(items: list[str], rule: str = "chosen-task-malformed") -> Iterator[tuple[int, int]]:
    """Parse the rows chosen in a list, sent as "id.version"; raises Invalid for anything else."""
    for item in items:
        number, version = (parse_digits(part) for part in (*item.split(".", 1), "")[:2])
        if number is None or version is None:
            raise Invalid("task", rule)
        yield number, version


def sent_version() -> int:
    """Version sent with the submitted form; raises BadInput when it has none."""
    version = parse_digits(request.form.get("version", ""))
    if version is None:
        raise BadInput("version-missing")
    return version


def sent_json(most_bytes: int) -> dict[str, Any]:
    """The JSON object sent; empty for anything else: another shape, too many bytes, too deep."""
    if (request.content_length or 0) > most_bytes:
        return {}
    try:
        body = request.get_json(silent=True)
    except RecursionError:
        return {}
    return body if isinstance(body, dict) else {}


def parse_cursor(text: str) -> tuple[datetime, int]:
    """Parse where a page of a list ended, as an instant and a number; raises BadInput for anything else."""
    at, _comma, number = text.rpartition(",")
    row_id = parse_digits(number)
    if row_id is None:
        raise BadInput("page-end-malformed")
    return clock.parse_instant(at), row_id


def read_day(text: str) -> date:
    """A day as people write it (24/11/2026) or in ISO 8601; raises ValueError for anything else."""
    day = iso_date(text.strip())
    if day is None:
        raise ValueError(text)
    return date.fromisoformat(day)


def read_moment(text: str) -> datetime:
    """An instant as people write it (24/11/2026 8:30, Vietnam time) or in ISO 8601; raises ValueError otherwise."""
    instant = iso_instant(text.strip())
    if instant is None:
        raise ValueError(text)
    return datetime.fromisoformat(instant)


def parse_period(first: str, last: str) -> tuple[datetime | None, datetime | None]:
    """Parse a period from the start of one day to the end of another, in Vietnam time; either may be left open.

    Raises BadInput for what is no day, and for a period that ends before it begins.
    """
    start, end = (_parse_day(text) for text in (first, last))
    if start and end and end < start:
        raise BadInput("record-period-reversed")
    return _midnight(start), _midnight(end + timedelta(days=1) if end else None)


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), VIETNAM) if day else None


def _parse_day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = read_day(text)
    except ValueError as error:
        raise BadInput("record-day-invalid") from error
    if not 2000 <= day.year <= 2100:
        raise BadInput("record-day-invalid")
    return day
