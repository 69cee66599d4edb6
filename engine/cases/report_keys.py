"""Gives reports their tracking keys, and opens a report to whoever has its key (R14).

Only a digest under the server's secret is stored. A lost key is replaced, never shown again; the old one ceases.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.cases import own_work, report_links, tracking_key
from engine.cases.calls import PERMISSION
from engine.cases.tasks import Desk
from engine.errors import Invalid, NotFound
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry, append_entry
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report, TrackingKey

# How the hotline has made sure that a caller is the report's citizen.
KEY_CHECKS = ("called_back", "knows_report", "in_person")

_report = table_of(Report)
_key = table_of(TrackingKey)


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report whose key is given again: its row, and the case under which that is recorded."""

    report: Any
    instance_id: int


def issue_key(tx: Transaction, secret: bytes, report_id: int, by: str, now: datetime) -> str:
    """Give a report a new key; returns it, for this once. An earlier key ceases."""
    key = tracking_key.generate_key()
    store_key(tx, secret, report_id, key, by, now)
    return key


def store_key(tx: Transaction, secret: bytes, report_id: int, key: str, by: str, now: datetime) -> None:
    """Make `key` the key of a report."""
    connection = tx.write()
    values = {"digest": tracking_key.digest_key(secret, report_id, key), "issued_at": now, "issued_by": by}
    replacement = update(_key).where(_key.c.report_id == report_id).values(**values, serial=_key.c.serial + 1)
    if connection.execute(replacement).rowcount == 0:
        connection.execute(insert(_key), {**values, "report_id": report_id, "serial": 1})


def find_by_key(tx: Transaction, secret: bytes, code: str, key: str) -> int | None:
    """The id of the report with this code and key; an unknown code takes the same work as a wrong key."""
    query = select(_report.c.id, _key.c.digest).join(_key, _key.c.report_id == _report.c.id)
    row = tx.read.execute(query.where(_report.c.code == code)).one_or_none()
    report_id, digest = (row.id, row.digest) if row is not None else (0, b"")
    matches = hmac.compare_digest(digest, tracking_key.digest_key(secret, report_id, key))
    return report_id if matches else None


def key_serial(tx: Transaction, report_id: int) -> int:
    """How many keys a report has had; 0 for one filed before there were keys."""
    serial: int | None = tx.read.execute(select(_key.c.serial).where(_key.c.report_id == report_id)).scalar()
    return serial or 0


def load_kept_report(tx: Transaction, code: str) -> KeptReport:
    """The report with this code, also one that joined another's case; raises NotFound."""
    report = tx.read.execute(select(_report).where(_report.c.code == code)).one_or_none()
    if report is None:
        raise NotFound("case-code-unknown", code=code)
    instance_id = report_links.newest_case_id(tx, report.id)
    if instance_id is None:
        instance_id = report_links.newest_case_id(tx, report_links.main_report_id(tx, report.id))
    if instance_id is None:
        raise NotFound("case-code-unknown", code=code)
    return KeptReport(report, instance_id)


def give_key_again(tx: Transaction, secret: bytes, desk: Desk, kept: KeptReport, key: str, checked: str) -> None:
    """Replace a lost key by `key` after checking the caller; the case's history records how.

    Raises Invalid, also for a substitute of the hotline whose own work the citizen would rate with it.
    """
    if checked not in KEY_CHECKS:
        raise Invalid("checked", "key-check-missing")
    borrows = bool(desk.behalf_by(PERMISSION))
    own_work.require_other_eyes(tx, desk.officer, kept.instance_id, "checked", borrows=borrows)
    store_key(tx, secret, kept.report.id, key, desk.who.actor, desk.now)
    detail = ActDetail(code=kept.report.code, checked=checked)
    append_entry(tx, kept.instance_id, AuditEntry(desk.now, desk.who, "give_key", "", detail))
