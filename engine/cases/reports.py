"""Applies a completed form to the report itself: corrected particulars, and contacts with the citizen (R5, R18).

The process stores only routing facts; name, number, address, text and the contact log are stored in the case's own
tables, and history records that they changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, insert, or_, select, update

from engine.cases.masking import search_columns
from engine.clock import parse_instant
from engine.journal.salted_digests import salted_digests
from engine.process import instances, spells
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Contact, Instance, Report
from forms.phones import PhoneEntry, read_phone_entry

# Keys of the form fields that are particulars of the report.
PARTICULARS = ("reporter_name", "phone", "email", "address", "position", "content", "place", "field", "urgency")
PHONE_COLUMNS = ("phone", "second_phone", "phone_note")
REQUIRED = ("reporter_name", "phone", "address")
# Keys of the form fields that log a contact: when, how, reached.
CONTACT_KEYS = (("contact_at", "contact_by", "contact_reached"), ("answered_at", "answered_by", "answer_reached"))

_report, _contact, _instance = table_of(Report), table_of(Contact), table_of(Instance)


def apply_form_values(tx: Transaction, report_id: int, values: Mapping[str, Any], actor: str, now: datetime) -> None:
    """Apply a form's values to the report and its contact log."""
    corrected = {key: values[key] for key in PARTICULARS if values.get(key) is not None}
    if corrected:
        correct_particulars(tx, report_id, corrected)
    for at, means, reached in CONTACT_KEYS:
        if values.get(at) and values.get(means) and values.get(reached):
            row = {"at": parse_instant(values[at]), "means": values[means], "reached": values[reached] == "yes"}
            add_contact(tx, report_id, {**row, "recorded_at": now, "recorded_by": actor})


def correct_particulars(tx: Transaction, report_id: int, values: Mapping[str, Any]) -> None:
    """Change particulars of a report and update the columns derived from them."""
    connection = tx.write()
    columns = [_report.c[name] for name in (*PARTICULARS, *PHONE_COLUMNS[1:])]
    before = connection.execute(select(*columns).where(_report.c.id == report_id)).one()
    row = {**before._mapping, **values, **phone_columns(values.get("phone"))}  # noqa: SLF001
    connection.execute(update(_report).where(_report.c.id == report_id).values(row | derived_columns(row)))
    spells.apply_correction(connection, report_id, (before.place, before.field), (row["place"], row["field"]))
    if row["urgency"] != before.urgency:
        instances.rank_open_tasks(tx, report_id, row["urgency"])


def phone_columns(text: str | None) -> dict[str, str]:
    """The columns of a telephone field's answer, as `phone_of` has it; {} for None, no answer at all."""
    if text is None:
        return {}
    entry = read_phone_entry(text) or PhoneEntry(text)
    return dict(zip(PHONE_COLUMNS, (entry.number, entry.second, entry.note), strict=True))


def phone_of(row: Mapping[str, Any]) -> str:
    """The telephone numbers of a report with their remark, as its form's answer."""
    return PhoneEntry(*(row[name] for name in PHONE_COLUMNS)).text


def has_phone(number: str) -> ColumnElement[bool]:
    """The condition that a report names this number, as the first or the second."""
    return or_(_report.c.phone == number, and_(_report.c.second_phone == number, _report.c.second_phone != ""))


def ids_with_phones(numbers: Iterable[str]) -> Select[Any]:
    """The ids of the reports that name one of the numbers, to be ordered and limited.

    PostgreSQL looks them up first: asked for the newest alone, it would walk through all reports, newest first, until
    it has met enough (48 ms against 2 for a number with 5,000 of a million reports).
    """
    of_phones = select(_report.c.id).where(or_(*map(has_phone, numbers))).cte("of_phones").prefix_with("MATERIALIZED")
    return select(of_phones.c.id).order_by(of_phones.c.id.desc())


def particular_of(report: Any, key: str) -> Any:
    """A particular of a stored report, as its form's answer."""
    return phone_of(report._mapping) if key == "phone" else getattr(report, key)  # noqa: SLF001 - SQLAlchemy's public name


def derived_columns(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns derived from the particulars: whether the report is complete (R1), and its search texts."""
    return {"complete": not missing_particulars(row), **search_columns(row)}


def reporters_by_case(tx: Transaction, instance_ids: Collection[int]) -> dict[int, Any]:
    """Who reported each of these cases, for masking texts about them."""
    columns = [_report.c[name] for name in ("reporter_name", "address", "phone", "email")]
    query = select(_instance.c.id, *columns).join(_report, _report.c.id == _instance.c.report_id)
    return {row.id: row for row in tx.read.execute(query.where(_instance.c.id.in_(instance_ids)))}


def new_salt() -> bytes:
    """A salt for what history keeps of a report's values."""
    return secrets.token_bytes(16)


def particulars_digests(row: Mapping[str, Any]) -> dict[str, str]:
    """What history keeps of a report's particulars, by key."""
    stated = {**{key: row[key] for key in PARTICULARS}, "phone": phone_of(row)}
    return salted_digests(row["salt"], stated)


def salt_of(tx: Transaction, report_id: int) -> bytes:
    """The salt of a report; one from before salts were introduced gets it now."""
    salt: bytes | None = tx.read.execute(select(_report.c.salt).where(_report.c.id == report_id)).scalar_one()
    if salt is None:
        salt = new_salt()
        tx.write().execute(update(_report).where(_report.c.id == report_id).values(salt=salt))
    return salt


def note_digest(salt: bytes, note: str) -> str:
    """What history keeps of the note on a contact."""
    return salted_digests(salt, {"note": note})["note"]


def missing_particulars(row: Mapping[str, Any]) -> list[str]:
    """The required particulars that are missing (R1)."""
    return [name for name in REQUIRED if not row[name].strip()]


def add_contact(tx: Transaction, report_id: int, row: Mapping[str, Any]) -> None:
    """Log one attempt to reach the citizen (R5)."""
    tx.write().execute(insert(_contact), {"note": "", **row, "report_id": report_id})
