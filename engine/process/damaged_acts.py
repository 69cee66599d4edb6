"""Rows of history that somebody damaged by hand: each says so in its place, and all others are read as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from engine.clock import parse_instant
from engine.errors import BadInput
from engine.process.act_detail import ActDetail, decode_detail
from engine.process.past_acts import NO_DEADLINE, UNREADABLE
from engine.store.columns import table_of
from engine.store.models import History
from engine.store.unreadable import READING_FAULTS, damaged_columns

Entry = TypeVar("Entry", bound=Any)

_history = table_of(History)
_STATES_NOTHING = {"action": UNREADABLE, "actor": "", "origin": "", "node": "", "detail": "{}"}


def readable_acts(rows: Iterable[Entry]) -> list[Entry]:
    """Rows of history as named tuples; the act of one that cannot be read is UNREADABLE, and it states nothing else."""
    return [row if is_readable(row) else row._replace(**_STATES_NOTHING) for row in rows]


def readable_details(texts: Iterable[str]) -> Iterator[ActDetail]:
    """The facts of stored rows; one that cannot be read is passed over."""
    for text in texts:
        try:
            yield decode_detail(text)
        except BadInput:
            continue


def is_readable(row: Any) -> bool:
    """Whether every value of a row of history has its type and form."""
    try:
        detail = decode_detail(row.detail)
        _check_form(detail)
    except READING_FAULTS:
        return False
    return not damaged_columns(_history, row._asdict())


def _check_form(detail: ActDetail) -> None:
    """Raise for facts whose form says that they are not what the program writes."""
    for instant in (detail.due, detail.deadline):
        if instant and instant != NO_DEADLINE:
            parse_instant(instant)
    for facts in (detail.opened, detail.notices, detail.tasks):
        if facts:
            _ = (detail.openings, detail.sent_notices, detail.transfers)
