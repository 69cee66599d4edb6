"""Plans the mails that tell the owner of an account which rights others gave or took, with the record of the act.

A mail is about a row of the journal, and composed from it when it is sent. Changes of what proves who somebody is are
told by whoever makes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from engine.journal.acts import TOLD_TO_OWNER
from engine.store.columns import table_of
from engine.store.models import JournalEntry, Mail, Person

MAIL, RIGHTS = "mail", "rights"  # The channel and the kind of these mails.

_mail, _person, _entry = table_of(Mail), table_of(Person), table_of(JournalEntry)


def plan_mail(connection: Connection, row: Mapping[str, Any]) -> None:
    """Plan the mail about an act that has just been recorded, if its owner is to be told and has an address."""
    if row["act"] not in TOLD_TO_OWNER or row["actor"] == row["subject"]:
        return
    query = select(_person.c.email).where(_person.c.id == int(row["subject"].partition(":")[2]))
    if connection.execute(query).scalar():
        mail = {"channel": MAIL, "recipient": row["subject"], "kind": RIGHTS, "about": f"{row['chain']}:{row['seq']}"}
        connection.execute(insert(_mail), {**mail, "created_at": row["at"], "available_at": row["at"]})


def load_told_act(connection: Connection, about: str) -> Row[Any]:
    """The row of the journal that a mail is about."""
    chain, _colon, seq = about.partition(":")
    return connection.execute(select(_entry).where(_entry.c.chain == chain, _entry.c.seq == int(seq))).one()
