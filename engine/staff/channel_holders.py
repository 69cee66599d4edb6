"""Whose sessions are open, and what each of them is told of: asked again and again while pages hold a channel open.

Receivers are coarse, by unit: they say when a page asks, never what it may see.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select, union_all

from engine.live.announcements import person_receiver, unit_receiver
from engine.staff.accounts import open_condition
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Substitute, WebSession

SLICE = 500  # Parameters of one statement.

_session, _person = table_of(WebSession), table_of(Person)
_assignment, _absence = table_of(RoleAssignment), table_of(Substitute)


def receivers_by_session(tx: Transaction, digests: Collection[str], now: datetime) -> Mapping[str, frozenset[str]]:
    """What the holder of each session is told of, by its digest; those that have ended are missing."""
    people = dict(_open_sessions(tx, digests, now))
    receivers = {person: {person_receiver(person)} for person in people.values()}
    for person, unit in _posts(tx, set(people.values()), now):
        receivers[person].add(unit_receiver(unit))
    return {digest: frozenset(receivers[person]) for digest, person in people.items()}


def _open_sessions(tx: Transaction, digests: Collection[str], now: datetime) -> Iterator[tuple[str, int]]:
    query = select(_session.c.digest, _session.c.person_id).join(_person, _person.c.id == _session.c.person_id)
    query = query.where(_person.c.active, open_condition(now))
    for some in _slices(digests):
        yield from ((row.digest, row.person_id) for row in tx.read.execute(query.where(_session.c.digest.in_(some))))


def _posts(tx: Transaction, people: Collection[int], now: datetime) -> Iterator[tuple[int, str]]:
    """The units in which each person works, and those in which they stand in for somebody now."""
    for some in _slices(people):
        own = select(_assignment.c.person_id, _assignment.c.unit_code).where(_assignment.c.person_id.in_(some))
        lent = select(_absence.c.substitute_id, _absence.c.unit_code).where(
            _absence.c.substitute_id.in_(some),
            _absence.c.starts_at <= now,
            _absence.c.ends_at > now,
            _absence.c.declined_at.is_(None),
        )
        yield from ((row[0], row[1]) for row in tx.read.execute(union_all(own, lent)))


def _slices(values: Collection[str] | Collection[int]) -> Iterator[list[str | int]]:
    ordered: list[str | int] = sorted(values)
    yield from (ordered[start : start + SLICE] for start in range(0, len(ordered), SLICE))
