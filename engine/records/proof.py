"""Proves cases: their chains hold, and what is stored is what their histories say (R13).

A case whose chain is broken is not compared: its history says nothing reliable. A row that cannot even be read names
its case and stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy.exc import SQLAlchemyError

from engine.journal import journal
from engine.process import definitions, history
from engine.records import (
    account_differences,
    loan_differences,
    report_differences,
    role_differences,
    session_differences,
    table_differences,
)
from engine.records.case_differences import CaseComparison
from engine.records.difference import CASE_STATE, DIFFERS, CaseFindings, RecordDifference
from engine.records.expected_case import expect_case
from engine.records.report_differences import HeadsByReport
from engine.records.stored_case import StoredCase, load_cases
from engine.store.db import Transaction
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Fault

# What is checked of the database as a whole, once in a sweep.
OVERALL_CHECKS: tuple[Callable[[Transaction], Iterator[Fault]], ...] = (
    definitions.find_changed,
    journal.find_breaks,
    role_differences.find_differing_roles,
    loan_differences.find_differing_loans,
    account_differences.find_differing_accounts,
    account_differences.find_differing_codes,
    session_differences.find_differing_sessions,
    session_differences.find_differing_links,
    table_differences.find_differing_tables,
)
_UNREADABLE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, SQLAlchemyError)


def check_cases(tx: Transaction, ids: Sequence[int], anchored: HeadsByReport | None = None) -> CaseFindings:
    """Check the cases with these ids; `anchored` are the counts and digests of looks in an anchor."""
    try:
        return _check_all(tx, ids, anchored or {})
    except _UNREADABLE:
        if len(ids) == 1:
            return CaseFindings(differences=[_unreadable(ids[0])])
    findings = CaseFindings()
    for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
        findings.merge(check_cases(tx, part, anchored))
    return findings


def _check_all(tx: Transaction, ids: Sequence[int], anchored: HeadsByReport) -> CaseFindings:
    findings = CaseFindings()
    for stored in load_cases(tx, ids):
        chain_break = history.first_break(stored.instance, stored.history)
        if chain_break is not None:
            findings.chains.append(chain_break)
        else:
            _compare_case(stored, anchored, findings)
    return findings


def _compare_case(stored: StoredCase, anchored: HeadsByReport, findings: CaseFindings) -> None:
    comparison = CaseComparison(stored, expect_case(stored.history), findings)
    comparison.compare_instance()
    comparison.compare_tasks()
    comparison.compare_marks()
    comparison.compare_notices()
    submissions = comparison.compare_submissions()
    if stored.instance.report_id is not None:
        report_differences.compare_report(comparison, submissions, anchored)
    else:
        report_differences.compare_matter(comparison)


def _unreadable(instance_id: int) -> RecordDifference:
    return RecordDifference(instance_id, DIFFERS, CASE_STATE, PlainFault("record-at-unreadable", {}))
