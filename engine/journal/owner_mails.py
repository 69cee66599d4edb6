"""Plans the mails that tell the owner of an account what was done to it, with the record of the act.

A mail is about a row of the journal, and composed from it when it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from engine.actor import parse_party
from engine.errors import NotFound
from engine.journal.acts import ALWAYS_TOLD, CHANGE_EMAIL, MAKE_API_KEY, SIGN_IN, TOLD_TO_OWNER
from engine.store.columns import table_of
from engine.store.models import JournalEntry, Mail, Person

# The channel and the kinds of these mails: about rights, about what proves who somebody is, the latter also to the
# address that they had before.
MAIL, RIGHTS, PROOFS, FORMER_ADDRESS = "mail", "rights", "proofs", "former_address"
_ACTS_WITH_FACTS = frozenset({SIGN_IN, CHANGE_EMAIL, MAKE_API_KEY})

_mail, _person, _entry = table_of(Mail), table_of(Person), table_of(JournalEntry)


def plan_mail(connection: Connection, row: Mapping[str, Any]) -> None:
    """Plan the mail about an act that has just been recorded, if its owner is to be told and has an address."""
    facts = json.loads(row["detail"]) if row["act"] in _ACTS_WITH_FACTS else {}
    owner = facts.get("acts_as", row["subject"])  # Whoever shows a key of theirs acts as they do.
    for kind in _mails_about(connection, row, owner, facts):
        mail = {"channel": MAIL, "recipient": owner, "kind": kind, "about": f"{row['chain']}:{row['seq']}"}
        connection.execute(insert(_mail), {**mail, "created_at": row["at"], "available_at": row["at"]})


def _mails_about(connection: Connection, row: Mapping[str, Any], owner: str, facts: Mapping[str, Any]) -> Iterator[str]:
    """The kinds of mails that an act asks for."""
    by_others = row["act"] in TOLD_TO_OWNER and row["actor"] != owner
    is_told = row["act"] in ALWAYS_TOLD or facts.get("new_device", False)
    if not by_others and not is_told:
        return
    query = select(_person.c.email).where(_person.c.id == parse_party(owner).person_id)
    if connection.execute(query).scalar():
        yield RIGHTS if by_others else PROOFS
    if row["act"] == CHANGE_EMAIL and facts["changes"]["email"][0]:
        yield FORMER_ADDRESS


def load_told_act(connection: Connection, about: str) -> Row[Any]:
    """The row of the journal that a mail is about; raises NotFound when it is gone."""
    act = parse_party(about)
    query = select(_entry).where(_entry.c.chain == act.kind, _entry.c.seq == act.number)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound("told-act-gone", row=about)
    return row
