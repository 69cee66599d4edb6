"""Proves roles: who holds which, and which accounts are open, is what the acts on them in the journal come to (R13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from engine.actor import person_key
from engine.journal import acts
from engine.records.journal_rows import apply_acts
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JournalEntry, Person, RoleAssignment
from engine.translation.plain_faults import PlainFault

_entry, _person, _assignment = table_of(JournalEntry), table_of(Person), table_of(RoleAssignment)
_ACTS = (
    *(acts.CREATE_ACCOUNT, acts.CLOSE_ACCOUNT, acts.OPEN_ACCOUNT, acts.GRANT_ROLE, acts.REVOKE_ROLE),
    *(acts.STAFF_UNITS, acts.MOVE_ROLES, acts.ADOPT_ROLES),
)
_SELECT_ACTS = select(_entry).where(_entry.c.chain == acts.GRANT_ROLE.partition(".")[0], _entry.c.act.in_(_ACTS))

Post = tuple[str, str, str]  # A unit, a role, and who holds it there as "person:12".


@dataclass(slots=True)
class ExpectedRoles:
    """What the acts so far come to: the posts that are held, and whose accounts are closed."""

    posts: set[Post] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def apply_act(self, act: str, subject: str, facts: Mapping[str, Any]) -> None:
        """Add one act on accounts."""
        posts = {tuple(post) for post in facts.get("posts", ())}
        match act:
            case acts.ADOPT_ROLES:
                self.posts, self.closed = posts, set(facts["closed"])
            case acts.STAFF_UNITS:
                self.posts |= posts
            case acts.MOVE_ROLES:
                self.posts = (self.posts - posts) | {(facts["moves"][unit], role, one) for unit, role, one in posts}
            case acts.CREATE_ACCOUNT:
                self.posts |= {(unit, role, subject) for unit, role in facts["roles"]}
            case acts.GRANT_ROLE:
                self.posts.add((facts["unit"], facts["role"], subject))
            case acts.REVOKE_ROLE:
                self.posts.discard((facts["unit"], facts["role"], subject))
            case acts.CLOSE_ACCOUNT:
                self.closed.add(subject)
            case acts.OPEN_ACCOUNT:
                self.closed.discard(subject)


def find_differing_roles(tx: Transaction) -> Iterator[PlainFault]:
    """Each role held or lost without an act, and each account opened or closed without one; `tx` should be a snapshot.

    A journal whose chain is broken proves nothing: that is found by engine.journal.
    """
    expected = ExpectedRoles()
    yield from apply_acts(
        tx, _SELECT_ACTS.order_by(_entry.c.seq), lambda row, facts: expected.apply_act(row.act, row.subject, facts)
    )
    people = {
        person_key(row.id): row for row in tx.read.execute(select(_person.c.id, _person.c.login, _person.c.active))
    }
    held = {(row.unit_code, row.role, person_key(row.person_id)) for row in tx.read.execute(select(_assignment))}
    for rule, posts in (("role-without-act", held - expected.posts), ("role-lost-without-act", expected.posts - held)):
        for unit, role, one in sorted(posts):
            yield PlainFault(rule, {"login": _login_of(people, one), "unit": unit, "role": role})
    closed = {one for one, row in people.items() if not row.active}
    for one in sorted(closed ^ expected.closed):
        rule = "account-closed-without-act" if one in closed else "account-opened-without-act"
        yield PlainFault(rule, {"login": _login_of(people, one)})


def _login_of(people: dict[str, Any], subject: str) -> str:
    return str(people[subject].login) if subject in people else subject
