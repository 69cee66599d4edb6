"""The register of breaches of personal data, and the clock that runs for each.

Law 91/2025/QH15 and Decree 356/2025/NĐ-CP: the authority has to be told within 72 hours of the detection; that this is
the term of the law has to be confirmed by a lawyer. Entries say what happened when, and who recorded it when. They are
never changed: one that was wrong stays readable, and the one that corrects it takes its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from engine.cases.tasks import Desk
from engine.errors import Invalid, NotFound, Stale
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Breach, BreachEntry
from engine.translation.catalogue import N_

PERMISSION = "privacy"
TELL_WITHIN = timedelta(hours=72)
DETECTED, SCOPE, MEASURE, INFORMED, CLOSED = ENTRY_KINDS = ("detected", "scope", "measure", "informed", "closed")
AUTHORITY = "authority"
RECIPIENTS = (AUTHORITY, "subjects", "leadership", "other")
ENTRY_CAPTIONS = {
    DETECTED: N_("Phát hiện sự cố"),
    SCOPE: N_("Phạm vi: dữ liệu gì, của khoảng bao nhiêu người"),
    MEASURE: N_("Biện pháp đã làm"),
    INFORMED: N_("Đã thông báo"),
    CLOSED: N_("Kết thúc xử lý"),
}
RECIPIENT_CAPTIONS = {
    AUTHORITY: N_("cơ quan chuyên trách bảo vệ dữ liệu cá nhân"),
    "subjects": N_("người có dữ liệu"),
    "leadership": N_("lãnh đạo"),
    "other": N_("nơi khác"),
}
TEXT_LENGTHS = SHORTEST_TEXT, LONGEST_TEXT = 5, 2000

_breach, _entry = table_of(Breach), table_of(BreachEntry)


@dataclass(frozen=True, slots=True)
class NewBreachEntry:
    """What happened when; `recipient` names who was told."""

    kind: str
    happened_at: datetime | None
    text: str
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class BreachRecord:
    """A breach with all its entries in the order in which they were recorded."""

    id: int
    entries: Sequence[Any]

    @property
    def current(self) -> list[Any]:
        """The entries that no later one corrects, in the order of what happened."""
        corrected = {entry.corrects_id for entry in self.entries}
        return sorted((entry for entry in self.entries if entry.id not in corrected), key=lambda one: one.happened_at)

    def first(self, kind: str, recipient: str = "") -> Any | None:
        """The earliest current entry of a kind."""
        entries = (one for one in self.current if one.kind == kind)
        return next((one for one in entries if not recipient or one.recipient == recipient), None)

    @property
    def detection(self) -> Any:
        """The entry that says when and what was detected; the first of all where somebody damaged it."""
        return self.first(DETECTED) or self.entries[0]

    @property
    def due_at(self) -> datetime:
        """By when the authority has to be told."""
        due: datetime = self.detection.happened_at + TELL_WITHIN
        return due

    @property
    def told_at(self) -> datetime | None:
        """When the authority was first told."""
        entry = self.first(INFORMED, AUTHORITY)
        return None if entry is None else entry.happened_at

    def late_at(self, now: datetime) -> bool:
        """Whether the authority was told too late, or has not been told although the time is over."""
        return (self.told_at or now) > self.due_at

    @property
    def closed(self) -> bool:
        """Whether the breach has been dealt with."""
        return self.first(CLOSED) is not None


def open_breach(tx: Transaction, desk: Desk, new: NewBreachEntry) -> int:
    """Record a breach with its detection; returns its number. Raises Forbidden, Invalid naming the field."""
    access.require_permission(desk.officer, PERMISSION)
    values = _checked_entry(new, desk.now)
    row = {"recorded_at": desk.now, "recorded_by": desk.who.actor}
    breach_id: int = tx.write().execute(insert(_breach).returning(_breach.c.id), row).scalar_one()
    tx.write().execute(insert(_entry), {"breach_id": breach_id, "corrects_id": None, **values, **row})
    return breach_id


def add_breach_entry(tx: Transaction, desk: Desk, breach_id: int, new: NewBreachEntry) -> None:
    """Add what happened since; raises Forbidden, NotFound, Invalid naming the field."""
    access.require_permission(desk.officer, PERMISSION)
    load_breach(tx, breach_id)
    if new.kind == DETECTED:
        raise Invalid("kind", "breach-entry-kind-unknown")
    row = {"breach_id": breach_id, "corrects_id": None, "recorded_at": desk.now, "recorded_by": desk.who.actor}
    tx.write().execute(insert(_entry), row | _checked_entry(new, desk.now))


def correct_breach_entry(tx: Transaction, desk: Desk, breach_id: int, entry_id: int, new: NewBreachEntry) -> None:
    """Put an entry in the place of a wrong one, which stays readable; its kind stays.

    Raises Forbidden, NotFound, Stale when the entry has been corrected already, Invalid naming the field.
    """
    access.require_permission(desk.officer, PERMISSION)
    breach = load_breach(tx, breach_id)
    wrong = next((entry for entry in breach.entries if entry.id == entry_id), None)
    if wrong is None:
        raise NotFound("breach-entry-unknown")
    if wrong not in breach.current:
        raise Stale("breach-entry-corrected-already")
    row = {"breach_id": breach_id, "corrects_id": entry_id, "recorded_at": desk.now, "recorded_by": desk.who.actor}
    values = _checked_entry(NewBreachEntry(wrong.kind, new.happened_at, new.text, new.recipient), desk.now)
    try:
        tx.write().execute(insert(_entry), row | values)
    except IntegrityError as error:  # Somebody corrected it since it was read.
        raise Stale("breach-entry-corrected-already") from error


def _checked_entry(new: NewBreachEntry, now: datetime) -> dict[str, object]:
    """The columns of an entry; raises Invalid naming the field."""
    text = " ".join(new.text.split())
    if new.kind not in ENTRY_KINDS:
        raise Invalid("kind", "breach-entry-kind-unknown")
    if (new.recipient in RECIPIENTS) != (new.kind == INFORMED):
        raise Invalid("recipient", "breach-recipient-unknown")
    if new.happened_at is None or new.happened_at > now:
        raise Invalid("happened_at", "breach-entry-time-invalid")
    if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT or not text.isprintable():
        raise Invalid("text", "breach-entry-text-length", least=SHORTEST_TEXT, most=LONGEST_TEXT)
    return {"kind": new.kind, "recipient": new.recipient, "happened_at": new.happened_at, "text": text}


def load_breach(tx: Transaction, breach_id: int) -> BreachRecord:
    """One breach; raises NotFound."""
    entries = tx.read.execute(select(_entry).where(_entry.c.breach_id == breach_id).order_by(_entry.c.id)).all()
    if not entries:
        raise NotFound("breach-unknown")
    return BreachRecord(breach_id, entries)


def list_breaches(tx: Transaction) -> list[BreachRecord]:
    """All breaches, those whose clock still runs first, then the newest."""
    entries: dict[int, list[Any]] = {}
    for entry in tx.read.execute(select(_entry).order_by(_entry.c.breach_id.desc(), _entry.c.id)):
        entries.setdefault(entry.breach_id, []).append(entry)
    records = [BreachRecord(breach_id, rows) for breach_id, rows in entries.items()]
    return sorted(records, key=lambda one: one.told_at is not None)
