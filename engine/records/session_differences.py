"""Proves ways in: each open session and each link that sets a password is one that the journal knows (R13).

A row with the digest of a token that somebody made up would be a session of whomever it names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from engine.actor import person_key
from engine.journal import acts
from engine.records.journal_rows import apply_acts
from engine.staff import account_links, accounts
from engine.staff.account_seals import mark_of
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import AccountLink, JournalEntry, Person, WebSession
from engine.translation.plain_faults import PlainFault

BETWEEN_STEPS = timedelta(minutes=10)  # Of the first and the second proof at most (web.http.admission).

_entry, _person = table_of(JournalEntry), table_of(Person)
_session, _link = table_of(WebSession), table_of(AccountLink)


@dataclass(slots=True)
class KnownWays:
    """What the journal knows of one account: its sessions with the latest beginning, its proofs, its open link."""

    sessions: dict[str, datetime] = field(default_factory=dict)
    proofs: set[str] = field(default_factory=set)
    link: tuple[str, datetime] | None = None

    def apply_act(self, row: Any, facts: Mapping[str, Any]) -> None:
        """Add one act."""
        mark = str(facts.get("mark", ""))
        match row.act:
            case acts.SIGN_IN:
                self.sessions[mark] = row.at + BETWEEN_STEPS
                self.proofs |= set(facts["proof"])
            case acts.CONFIRM_IDENTITY:
                self.proofs |= set(facts["proof"])
            case acts.MAKE_ACCOUNT_LINK:
                self.link = mark, row.at
            case acts.USE_ACCOUNT_LINK | acts.CLOSE_ACCOUNT:
                self.link = None


WaysByPerson = dict[int, KnownWays]


def find_differing_sessions(tx: Transaction) -> Iterator[PlainFault]:
    """Each session that no sign-in opened, or that is another's, lasts longer or rests on other proofs."""
    query = select(_session, _person.c.login).join(_person, _person.c.id == _session.c.person_id)
    rows = tx.read.execute(query.order_by(_session.c.created_at, _session.c.digest)).all()
    if not rows:
        return
    asked, since = (acts.SIGN_IN, acts.CONFIRM_IDENTITY), rows[0].created_at - BETWEEN_STEPS
    known: WaysByPerson = {row.person_id: KnownWays() for row in rows}
    yield from _read_ways(tx, known, asked, since)
    for row in rows:
        ways = known[row.person_id]
        begun = ways.sessions.get(mark_of(row.digest))
        lasts = begun is not None and row.expires_at <= begun + accounts.SESSION_LIFETIME
        if not lasts or not set(row.proof.split()) <= ways.proofs:
            yield PlainFault("session-without-act", {"login": row.login})


def find_differing_links(tx: Transaction) -> Iterator[PlainFault]:
    """Each link that could still set a password and is not the last one that was made for its account."""
    query = select(_link, _person.c.login).join(_person, _person.c.id == _link.c.person_id)
    rows = tx.read.execute(query.where(_link.c.used_at.is_(None)).order_by(_link.c.id)).all()
    asked = (acts.MAKE_ACCOUNT_LINK, acts.USE_ACCOUNT_LINK, acts.CLOSE_ACCOUNT)
    known: WaysByPerson = {row.person_id: KnownWays() for row in rows}
    yield from _read_ways(tx, known, asked)
    for row in rows:
        link = known[row.person_id].link
        if link is None or link[0] != mark_of(row.handle) or row.expires_at > link[1] + account_links.LIFETIME:
            yield PlainFault("account-link-without-act", {"login": row.login})


def _read_ways(
    tx: Transaction, ways: WaysByPerson, asked: tuple[str, ...], since: datetime | None = None
) -> list[PlainFault]:
    """Add what acts of some kinds come to, for each of some accounts; returns what cannot be read."""
    subjects = {person_key(number): number for number in ways}
    query = select(_entry).where(_entry.c.chain == asked[0].partition(".")[0], _entry.c.act.in_(asked))
    if since is not None:
        query = query.where(_entry.c.at >= since)
    in_order = query.where(_entry.c.subject.in_(subjects)).order_by(_entry.c.seq)
    return apply_acts(tx, in_order, lambda row, facts: ways[subjects[row.subject]].apply_act(row, facts))
