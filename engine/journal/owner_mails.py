"""Plans the mails that tell the owner of an account what became of it, in the transaction that records the act.

A mail is about a row of the journal, and composed from it when it is sent. When the address changes, the old one is
told too: otherwise whoever changes it would be the only one to know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select

from engine.journal.acts import CHANGE_EMAIL, CHANGE_PASSWORD, TOLD_TO_OWNER
from engine.store.columns import table_of
from engine.store.models import JournalEntry, Mail, Person

MAIL, JOURNAL = "mail", "journal"  # The channel and the kind of these mails.
FORMER = "former"  # Marks the mail to the address that a person had before.

_mail, _person, _entry = table_of(Mail), table_of(Person), table_of(JournalEntry)


def plan_mails(connection: Connection, row: Mapping[str, Any]) -> None:
    """Plan the mails about an act that has just been recorded, if its owner is to be told."""
    if row["act"] not in TOLD_TO_OWNER or (row["actor"] == row["subject"] and row["act"] != CHANGE_PASSWORD):
        return
    about = f"{row['chain']}:{row['seq']}"
    mail = {"channel": MAIL, "recipient": row["subject"], "kind": JOURNAL, "created_at": row["at"]}
    mail["available_at"] = row["at"]
    if _address_of(connection, row["subject"]):
        connection.execute(insert(_mail), {**mail, "about": about})
    if former_address(row):
        connection.execute(insert(_mail), {**mail, "about": f"{about}:{FORMER}"})


def _address_of(connection: Connection, subject: str) -> str:
    query = select(_person.c.email).where(_person.c.id == int(subject.partition(":")[2]))
    return connection.execute(query).scalar() or ""


def former_address(row: Mapping[Any, Any]) -> str:
    """The address that a person had before the act; empty if the act did not change it, or there was none."""
    if row["act"] != CHANGE_EMAIL:
        return ""
    before: str = json.loads(row["detail"])["changes"]["email"][0]
    return before


def load_subject(connection: Connection, about: str) -> tuple[RowMapping, bool]:
    """The row of the journal that a mail is about, and whether the mail goes to the former address."""
    chain, seq, *former = about.split(":")
    query = select(_entry).where(_entry.c.chain == chain, _entry.c.seq == int(seq))
    return connection.execute(query).one()._mapping, bool(former)  # noqa: SLF001 - SQLAlchemy's public name for it
