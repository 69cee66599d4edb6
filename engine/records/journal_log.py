"""Every act outside cases, newest first, with filters (R13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_

from engine.actor import person_ids
from engine.journal import journal
from engine.records import audit_log
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JournalEntry
from engine.store.unreadable import READING_FAULTS

PAGE_SIZE = 50

JournalKey = tuple[datetime, str, int]

_entry = table_of(JournalEntry)
_KEY = (_entry.c.at, _entry.c.chain, _entry.c.seq)


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """What narrows the entries: a chain, an act, a person who did or suffered it, its origin, a period without its end.

    `after` is where the previous page ended.
    """

    chain: str = ""
    act: str = ""
    login: str = ""
    origin: str = ""
    start: datetime | None = None
    end: datetime | None = None
    after: JournalKey | None = None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """One page of entries, the names of the people in them by id, and where the next page begins, if there is one."""

    rows: Sequence[Any]
    names: Mapping[int, str]
    following: JournalKey | None


def list_entries(tx: Transaction, filters: JournalFilter) -> JournalPage:
    """A page of entries; raises NotFound for an unknown person."""
    newest_first = [column.desc() for column in _KEY]
    query = select(_entry).where(*_conditions(tx, filters)).order_by(*newest_first).limit(PAGE_SIZE + 1)
    rows = tx.read.execute(query).all()
    shown = rows[:PAGE_SIZE]
    names = audit_log.names_of_actors(tx, {name for row in shown for name in _people_in(row)})
    return JournalPage(shown, names, _end_of(shown) if len(rows) > PAGE_SIZE else None)


def _end_of(rows: Sequence[Any]) -> JournalKey:
    last = audit_log.last_with_instant(rows)
    return (last.at, last.chain, last.seq) if last is not None else (audit_log.LAST_INSTANT, "", 0)


def _conditions(tx: Transaction, filters: JournalFilter) -> Iterator[ColumnElement[bool]]:
    if filters.chain:
        yield _entry.c.chain == filters.chain
    if filters.act:
        yield _entry.c.act == filters.act
    if filters.login:
        person = audit_log.actor_of_login(tx, filters.login)
        yield or_(_entry.c.actor == person, _entry.c.subject == person)
    if filters.origin:
        yield _entry.c.origin.startswith(filters.origin, autoescape=True)
    if filters.start:
        yield _entry.c.at >= filters.start
    if filters.end:
        yield _entry.c.at < filters.end
    if filters.after:
        yield tuple_(*_KEY) < tuple_(*filters.after, types=[column.type for column in _KEY])


def _people_in(row: Any) -> Iterator[str]:
    """The people whom an entry names: who did it, to whom, and in its facts."""
    try:
        facts = journal.facts_of(row)
        holders = [post[-1] for post in facts.get("posts", ())]
    except READING_FAULTS:
        return  # Its line says that it cannot be read.
    names = (row.actor, row.subject, *facts.values(), *holders)
    yield from (name for name in names if isinstance(name, str) and person_ids([name]))
