"""Proves cases: their chains hold, and what is stored is what their histories say (R13).

A case whose chain is broken is not compared: its history says nothing reliable. A row that cannot even be read names
its case and stops no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Table
from sqlalchemy.exc import SQLAlchemyError

from engine.journal import journal
from engine.journal.table_seals import SEALED_TABLES
from engine.process import definitions, history
from engine.records import (
    account_differences,
    damaged_rows,
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
from engine.store.columns import Base, table_of
from engine.store.db import Transaction
from engine.store.models import (
    AccountLink,
    Deployment,
    DeploymentFile,
    JournalChain,
    JournalEntry,
    Person,
    RecoveryCode,
    RoleAssignment,
    SignInFactor,
    Substitute,
    WebSession,
)
from engine.store.unreadable import READING_FAULTS
from engine.translation.catalogue import N_
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Fault, Term


def _tables_of(*models: type[Base]) -> tuple[Table, ...]:
    return tuple(map(table_of, models))


# What is checked of the database as a whole, once in a sweep, and what each check reads.
OVERALL_CHECKS: tuple[tuple[Callable[[Transaction], Iterator[Fault]], str, tuple[Table, ...]], ...] = (
    (definitions.find_changed, N_("các bản triển khai"), _tables_of(Deployment, DeploymentFile)),
    (journal.find_breaks, N_("nhật ký hệ thống"), _tables_of(JournalEntry, JournalChain)),
    (role_differences.find_differing_roles, N_("việc giao vai trò"), _tables_of(Person, RoleAssignment)),
    (loan_differences.find_differing_loans, N_("lượt xử lý thay"), _tables_of(Substitute)),
    (account_differences.find_differing_accounts, N_("tài khoản"), _tables_of(Person, RecoveryCode, SignInFactor)),
    (account_differences.find_differing_codes, N_("mã khôi phục"), _tables_of(RecoveryCode)),
    (session_differences.find_differing_sessions, N_("phiên đăng nhập"), _tables_of(WebSession)),
    (session_differences.find_differing_links, N_("liên kết đặt mật khẩu"), _tables_of(AccountLink)),
    (table_differences.find_differing_tables, N_("các bảng thiết lập"), SEALED_TABLES),
    (damaged_rows.find_damaged, N_("các bảng dữ liệu"), ()),
)
_UNREADABLE = (*READING_FAULTS, SQLAlchemyError)


def check_cases(tx: Transaction, ids: Sequence[int], anchored: HeadsByReport | None = None) -> CaseFindings:
    """Check the cases with these ids; `anchored` are the counts and digests of looks in an anchor."""
    try:
        return _check_all(tx, ids, anchored or {})
    except _UNREADABLE:
        if len(ids) == 1:
            return CaseFindings(differences=_unreadable(tx, ids[0]))
    findings = CaseFindings()
    for part in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
        findings.merge(check_cases(tx, part, anchored))
    return findings


def check_whole(tx: Transaction) -> Iterator[Fault]:
    """What the checks of the database as a whole find; one that cannot read a row says so and stops no other."""
    for check, what, tables in OVERALL_CHECKS:
        try:
            yield from check(tx)
        except _UNREADABLE:
            damaged = damaged_rows.damaged_in_tables(tx, tables)
            yield from (PlainFault("record-part-damaged", {"what": Term(what), "where": one}) for one in damaged)
            if not damaged:
                yield PlainFault("record-part-unreadable", {"what": Term(what)})


def _check_all(tx: Transaction, ids: Sequence[int], anchored: HeadsByReport) -> CaseFindings:
    findings = CaseFindings()
    for stored in load_cases(tx, ids):
        breaks = history.chain_breaks(stored.instance, stored.history)
        findings.chains += breaks
        if not breaks:
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


def _unreadable(tx: Transaction, instance_id: int) -> list[Fault]:
    """The rows of a case that somebody damaged, each with its table and key; else that there is one."""
    damaged = damaged_rows.damaged_in_case(tx, instance_id) or [PlainFault("record-at-unreadable", {})]
    return [RecordDifference(instance_id, DIFFERS, CASE_STATE, where) for where in damaged]
