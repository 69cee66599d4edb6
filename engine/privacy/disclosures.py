"""The disclosure log (R14): records who was shown whose personal data, and lists it by report and by person.

A look is stored once per person, report, purpose and hour, for lists once a day, so that the table grows with people
and cases, not with clicks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_

from engine.actor import Actor, person_key
from engine.cases import code_search
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.records import look_chain
from engine.store.columns import person_key_of, table_of
from engine.store.db import Transaction
from engine.store.models import Look, Person, Report

# What the viewer was doing when personal data was shown; lists show an excerpt of many reports at once.
CASE, TASK, LIST, CALL = "case", "task", "list", "call"
FILE, SLIP, EXPORT, FOLLOW, SUBJECT = "file", "slip", "export", "follow", "subject"
SEARCH = "search"  # By a full phone number or code: the answer says whose reports they are, although it shows no more.
PURPOSES = (CASE, TASK, LIST, CALL, FILE, SLIP, EXPORT, FOLLOW, SUBJECT, SEARCH)
PAGE_SIZE = 50

_look, _report, _person = table_of(Look), table_of(Report), table_of(Person)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Reports shown to an actor for a purpose at an instant."""

    who: Actor
    purpose: str
    reports: tuple[int, ...]
    at: datetime

    def rows(self) -> list[dict[str, object]]:
        """One row per report."""
        period = self.at.astimezone(VIETNAM).replace(minute=0, second=0, microsecond=0)
        if self.purpose == LIST:
            period = period.replace(hour=0)
        common = {"viewer": self.who.actor, "origin": self.who.origin[:80], "purpose": self.purpose}
        return [{**common, "report_id": report_id, "period": period, "at": self.at} for report_id in self.reports]


def write_rows(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Insert the rows that are not in the log yet."""
    look_chain.append_looks(tx, rows)


def report_ids_of(tx: Transaction, codes: Collection[str]) -> list[int]:
    """The ids of the reports with these codes."""
    if not codes:
        return []
    return list(tx.read.execute(select(_report.c.id).where(_report.c.code.in_(codes))).scalars())


@dataclass(frozen=True, slots=True)
class DisclosureFilter:
    """Whose data, or who looked: a report's code, a person's login or "citizen".

    `after` is where the previous page ended.
    """

    code: str = ""
    login: str = ""
    after: tuple[datetime, int, str, str] | None = None


def list_disclosures(tx: Transaction, filters: DisclosureFilter) -> Sequence[Any]:
    """Looks, newest first, as (code, name, login, at, report_id, viewer, purpose, origin), PAGE_SIZE + 1 of them when
    another page follows.

    Raises BadInput for an invalid code and for an empty filter, NotFound for an unknown report or person.
    """
    key = (_look.c.at, _look.c.report_id, _look.c.viewer, _look.c.purpose)
    query = (
        select(_report.c.code, _person.c.name, _person.c.login, *key, _look.c.origin)
        .join(_report, _report.c.id == _look.c.report_id)
        .outerjoin(_person, _look.c.viewer == person_key_of(_person.c.id))
        .order_by(*(column.desc() for column in key))
        .limit(PAGE_SIZE + 1)
    )
    if not filters.code and not filters.login:
        raise BadInput("disclosure-filter-empty")
    if filters.code:
        query = query.where(_look.c.report_id == code_search.find_report_id(tx, filters.code))
    if filters.login:
        query = query.where(_look.c.viewer == _viewer_actor(tx, filters.login))
    if filters.after:
        query = query.where(tuple_(*key) < tuple_(*filters.after, types=[column.type for column in key]))
    return tx.read.execute(query).all()


def _viewer_actor(tx: Transaction, login: str) -> str:
    """The actor of an account, including closed ones; "citizen" means everyone who looked up their own report."""
    if login == "citizen":
        return login
    person_id: int | None = tx.read.execute(select(_person.c.id).where(_person.c.login == login)).scalar()
    if person_id is None:
        raise NotFound("account-unknown", login=login)
    return person_key(person_id)
