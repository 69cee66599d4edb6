"""How long calls last, and the calls that become no report: counted with a reason, and nothing about the caller.

A call begins when it rings, if the telephone system opens the page, else with the operator's first key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, insert, select

from engine.cases import petitions
from engine.cases.masking import mask_personal_data
from engine.cases.tasks import Desk
from engine.clock import parse_instant
from engine.errors import BadInput, Invalid
from engine.journal import acts, journal
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report, UnfiledCall

# Why a call became no report; complaints and denunciations are diverted (R1).
REASONS = ("wrong_number", "hung_up", "silent", "question_answered", "other")
ALL_REASONS = (*REASONS, *petitions.KINDS)
LONGEST_CALL = timedelta(hours=4)  # A page that was left open is not a call.
LONGEST_NOTE = 300

_report, _unfiled = table_of(Report), table_of(UnfiledCall)


@dataclass(frozen=True, slots=True)
class CallEnd:
    """Why a call became no report; `place` is the key of where a petition went, `note` a place that no table has."""

    reason: str
    seconds: int | None = None
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CallFigures:
    """The hotline's calls of a period: how many were filed, the median length in seconds, the others by reason."""

    filed: int
    median_seconds: int | None
    unfiled: Mapping[str, int]

    @property
    def total(self) -> int:
        """All calls."""
        return self.filed + sum(self.unfiled.values())


def parse_call_start(text: str, now: datetime) -> datetime | None:
    """When a call began, as the page sent it; None for no instant, or one that no call of now can have begun at."""
    try:
        began = parse_instant(text)
    except (BadInput, ValueError):  # ValueError: an instant without a time zone.
        return None
    return began if timedelta() <= now - began <= LONGEST_CALL else None


def measure_call(began: datetime | None, now: datetime) -> int | None:
    """The length of a call in seconds."""
    return None if began is None else round((now - began).total_seconds())


def end_without_report(tx: Transaction, desk: Desk, end: CallEnd) -> None:
    """Count a call that became no report; raises Invalid for an unknown reason. A note is kept without numbers."""
    if end.reason not in ALL_REASONS:
        raise Invalid("reason", "call-reason-unknown")
    row = {
        "at": desk.now,
        "reason": end.reason,
        "seconds": end.seconds,
        "taken_by": desk.who.actor,
        "place": end.place,
        "note": mask_personal_data(end.note)[:LONGEST_NOTE],
    }
    insertion = insert(_unfiled).returning(_unfiled.c.id)
    number: int = tx.write().execute(insertion, row).scalar_one()
    journal.record(tx, desk.stamp, acts.END_CALL, f"call:{number}", call_reason=end.reason)


def count_calls(tx: Transaction, since: datetime, until: datetime) -> CallFigures:
    """The calls taken from `since` until before `until`."""
    calls = (_report.c.call_seconds.is_not(None), _report.c.received_at >= since, _report.c.received_at < until)
    filed: int = tx.read.execute(select(func.count()).where(*calls)).scalar_one()
    middle = select(_report.c.call_seconds).where(*calls).order_by(_report.c.call_seconds).offset(filed // 2).limit(1)
    within = (_unfiled.c.at >= since, _unfiled.c.at < until)
    rows = tx.read.execute(select(_unfiled.c.reason, func.count()).where(*within).group_by(_unfiled.c.reason))
    return CallFigures(filed, tx.read.execute(middle).scalar(), {row[0]: row[1] for row in rows})
