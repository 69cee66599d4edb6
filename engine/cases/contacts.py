"""The log of attempts to reach the citizen (R5)."""

from __future__ import annotations

from engine.cases import reports
from engine.cases.case_in_hand import CaseInHand, is_handling
from engine.cases.tasks import Desk
from engine.errors import Stale
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry, append_entry
from engine.store.db import Transaction


def record_contact(tx: Transaction, opened: CaseInHand, desk: Desk, contact: tuple[str, bool, str]) -> None:
    """Log one attempt to reach the citizen, as (means, reached, note) (R5); raises Stale once the case has ended."""
    if opened.case.finished_at is not None:
        raise Stale("case-finished")
    means, reached, note = contact
    row = {"at": desk.now, "means": means, "reached": reached, "note": note}
    reports.add_contact(tx, opened.report.id, {**row, "recorded_at": desk.now, "recorded_by": desk.who.actor})
    digest = reports.note_digest(reports.salt_of(tx, opened.report.id), note)
    absent = desk.behalf(lambda officer: is_handling(officer, opened.tasks))
    detail = ActDetail(means=means, reached=reached, note=digest, absent=absent)
    append_entry(tx, opened.case.id, AuditEntry(desk.now, desk.who, "contact", "", detail))
