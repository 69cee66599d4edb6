"""Compares a case's report with what history says of it: particulars, contacts, links, hold, erasure, looks."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from engine.cases import reports
from engine.cases.reports import CONTACT_KEYS
from engine.clock import parse_instant
from engine.journal.salted_digests import salted_digests
from engine.process.act_detail import decode_detail
from engine.records import difference, look_chain
from engine.records.case_differences import CaseComparison, parse_content
from engine.records.difference import ADDED, DIFFERS, MISSING
from engine.records.expected_case import PERSONAL, UNKNOWN, ExpectedContact, JoinedReport, Statement
from engine.records.stored_case import StoredReport
from engine.store.models import Contact, DataHold, History, Matter, MatterHold, Report, Submission
from engine.translation.plain_faults import PlainFault


class HeadsByReport(Protocol):
    """Counts and digests of looks by report, such as those of an anchor."""

    def get(self, key: int, default: tuple[int, str], /) -> tuple[int, str]:
        """Count and digest of a report's looks."""


def compare_report(comparison: CaseComparison, submissions: Mapping[int, Submission], anchored: HeadsByReport) -> None:
    """Compare the report of a case and what hangs on it.

    `submissions` are the forms by the row of the history, `anchored` what an anchor says of the looks.
    """
    report, expected = comparison.stored.report, comparison.expected
    if report is None:
        comparison.add(MISSING, difference.REPORT, difference.at_column("report"))
        return
    if comparison.stored.superseded:
        _compare_contacts(comparison, report, submissions)
        _compare_links(comparison)
        return
    _compare_erasure(comparison, report.row, expected.anonymised_at)
    _compare_particulars(comparison, report, submissions)
    _compare_contacts(comparison, report, submissions)
    _compare_links(comparison)
    _compare_hold(comparison, report.hold, expected.held)
    _compare_looks(comparison, report, anchored)
    for code, joined in expected.joined.items():
        _compare_joined(comparison, code, joined, anchored)


def compare_matter(comparison: CaseComparison) -> None:
    """Compare what an instance begun without a report is about, its hold and its erasure; nothing of others."""
    row, expected = comparison.stored.matter, comparison.expected
    if row is None:
        return
    for name, value in _expected_matter(comparison.stored.history).items():
        if getattr(row, name) != value:
            comparison.add(DIFFERS, difference.CASE_STATE, difference.at_column(name))
    _compare_erasure(comparison, row, expected.anonymised_at)
    _compare_hold(comparison, comparison.stored.matter_hold, expected.held)
    if expected.anonymised_at is not None and row.line != row.name:
        comparison.add(DIFFERS, difference.CASE_STATE, difference.at_column("line"))


def _expected_matter(rows: Sequence[History]) -> dict[str, object]:
    """Code, unit and starter of an instance as its history says: the unit is the newest to which it was moved."""
    details = [decode_detail(row.detail) for row in rows]
    begun = details[0].form_data if details else {}
    units = [begun.get("place"), *(detail.begun_for[1] for detail in details if detail.begun_for is not None)]
    return {"code": begun.get("code"), "unit_code": units[-1], "starter_id": begun.get("starter")}


def _compare_erasure(comparison: CaseComparison, row: Report | Matter, expected: datetime | None) -> None:
    if row.anonymised_at != expected:
        comparison.add(DIFFERS, difference.ERASURE, difference.at_column("anonymised_at"))


def _compare_particulars(
    comparison: CaseComparison, report: StoredReport, submissions: Mapping[int, Submission]
) -> None:
    """Each value is what the last statement about it says: a plain one, or the digest of a form or of the intake."""
    before = comparison.expected.received_before
    if not before and comparison.expected.started_at not in (UNKNOWN, report.row.received_at):
        comparison.add(DIFFERS, difference.REPORT, difference.at_column("received_at"))
    salts = {seq: row.salt for seq, row in submissions.items()}
    for key in (*PERSONAL, "place", "field", "urgency", "channel", "code"):
        verdict = _judge_value(key, reports.particular_of(report.row, key), comparison, salts)
        if verdict is False:
            comparison.add(DIFFERS, difference.REPORT, difference.at_column(key))
        elif verdict is None and not _is_unsaid_point(key, report, comparison):
            comparison.count_unproven(difference.REPORT)


def _is_unsaid_point(key: str, report: StoredReport, comparison: CaseComparison) -> bool:
    """Whether it is the missing point of a report from before there were any: nothing to prove."""
    return key == "position" and not report.row.position and not comparison.expected.statements.get(key)


def _judge_value(key: str, value: object, comparison: CaseComparison, salts: Mapping[int, bytes]) -> bool | None:
    """Whether a value is the one stated last; None when nothing that can still be checked states it."""
    assert comparison.stored.report is not None
    for statement in reversed(comparison.expected.statements.get(key, [])):
        if not statement.digest:
            return bool(value == statement.value)
        salt = comparison.stored.report.row.salt if statement.submission is None else salts.get(statement.submission)
        if not salt:
            return None
        if not _is_stated(salt, key, None, statement):  # A field left empty changes nothing.
            return _is_stated(salt, key, value, statement)
    return None


def _is_stated(salt: bytes, key: str, value: object, statement: Statement) -> bool:
    return hmac.compare_digest(salted_digests(salt, {key: value})[key], statement.digest)


def _compare_contacts(comparison: CaseComparison, report: StoredReport, submissions: Mapping[int, Submission]) -> None:
    expected = [*comparison.expected.contacts, *_contacts_in_forms(comparison, submissions)]
    rows = list(report.contacts)
    for contact in expected:
        row = next((row for row in rows if _is_contact(row, contact)), None)
        if row is None:
            comparison.add(MISSING, difference.CONTACT, difference.at_instant(contact.means, contact.recorded_at))
            continue
        rows.remove(row)
        _compare_note(comparison, report, row, contact)
    for row in rows:
        comparison.add(ADDED, difference.CONTACT, difference.at_instant(row.means, row.recorded_at))


def _contacts_in_forms(comparison: CaseComparison, submissions: Mapping[int, Submission]) -> Iterator[ExpectedContact]:
    """The contacts that forms record; forms add no note."""
    for seq, at, actor, data in comparison.expected.form_contacts:
        values = {**parse_content(submissions[seq].content), **data} if seq in submissions else data
        for at_key, means_key, reached_key in CONTACT_KEYS:
            when, means, reached = (values.get(key) for key in (at_key, means_key, reached_key))
            if when and means and reached:
                yield ExpectedContact(parse_instant(str(when)), str(means), reached == "yes", at, actor, "")


def _is_contact(row: Contact, contact: ExpectedContact) -> bool:
    names = ("at", "means", "reached", "recorded_at", "recorded_by")
    return all(getattr(row, name) == getattr(contact, name) for name in names)


def _compare_note(comparison: CaseComparison, report: StoredReport, row: Contact, contact: ExpectedContact) -> None:
    erased_at = comparison.expected.anonymised_at
    if (erased_at is not None and contact.recorded_at <= erased_at) or not contact.note:
        is_same = not row.note
    elif contact.note is UNKNOWN or not report.row.salt:
        comparison.count_unproven(difference.CONTACT)
        return
    else:
        is_same = hmac.compare_digest(reports.note_digest(report.row.salt, row.note), contact.note)
    if not is_same:
        comparison.add(DIFFERS, difference.CONTACT, difference.at_instant(row.means, row.recorded_at))


def _compare_links(comparison: CaseComparison) -> None:
    rows = {(kind, code, row.created_at): row for kind, code, row in comparison.stored.links}
    for (kind, code, at), undone_at in comparison.expected.links.items():
        row = rows.pop((kind, code, at), None)
        where = PlainFault("record-at-link", {"name": kind, "code": code})
        if row is None:
            comparison.add(MISSING, difference.LINK, where)
        elif row.undone_at != undone_at:
            comparison.add(DIFFERS, difference.LINK, where)
    for kind, code, _at in rows:
        comparison.add(ADDED, difference.LINK, PlainFault("record-at-link", {"name": kind, "code": code}))


def _compare_hold(
    comparison: CaseComparison, row: DataHold | MatterHold | None, held: tuple[datetime, str, str] | None
) -> None:
    stored = (row.at, row.by, row.reason) if row is not None else None
    if stored != held:
        rule = MISSING if stored is None else ADDED if held is None else DIFFERS
        comparison.add(rule, difference.HOLD, difference.at_column("data_hold"))


def _compare_looks(comparison: CaseComparison, report: StoredReport, anchored: HeadsByReport) -> None:
    broken = look_chain.first_broken_look(report.looks, report.look_head, anchored.get(report.row.id, (0, "")))
    if broken is not None:
        comparison.add(DIFFERS, difference.LOOK, PlainFault("record-at-look", {"number": str(broken)}))
    unsealed = sum(row.seq is None for row in report.looks)
    comparison.findings.unproven.update({difference.LOOK: unsealed} if unsealed else {})


def _compare_joined(comparison: CaseComparison, code: str, joined: JoinedReport, anchored: HeadsByReport) -> None:
    """Compare the report of somebody who joined the case; only this case's history speaks of it."""
    report = comparison.stored.joined.get(code)
    if report is None:
        comparison.add(MISSING, difference.REPORT, PlainFault("record-at-code", {"code": code}))
        return
    _compare_hold(comparison, report.hold, joined.held)
    _compare_looks(comparison, report, anchored)
    if report.row.anonymised_at is not None and joined.anonymised_at is None and joined.digests:
        comparison.add(DIFFERS, difference.ERASURE, PlainFault("record-at-code", {"code": code}))
    elif joined.anonymised_at is not None:
        if any(getattr(report.row, key) for key in PERSONAL):
            comparison.add(DIFFERS, difference.REPORT, PlainFault("record-at-code", {"code": code}))
    elif not joined.digests or not report.row.salt:
        comparison.count_unproven(difference.REPORT)
    elif _differing_particulars(report.row, joined.digests):
        comparison.add(DIFFERS, difference.REPORT, PlainFault("record-at-code", {"code": code}))


def _differing_particulars(row: Any, digests: Mapping[str, str]) -> Sequence[str]:
    stated = reports.particulars_digests(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
    return [key for key, digest in digests.items() if stated.get(key) != digest]
