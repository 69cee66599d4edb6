"""Who was shown whose personal data (R14): writing it down, and reading it by report and by person. Called by pages.

A look is kept once per person, report, purpose and hour, in lists once a day, so that the table grows with people and
cases, not with clicks.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from engine.actor import Who
from engine.cases import case_code
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Look, Person, Report

# What somebody was doing when personal data was shown; lists show an excerpt of many reports at once.
CASE, TASK, LIST, CALL = "case", "task", "list", "call"
FILE, EXPORT, FOLLOW, SUBJECT = "file", "export", "follow", "subject"
PURPOSES = (CASE, TASK, LIST, CALL, FILE, EXPORT, FOLLOW, SUBJECT)
PAGE = 50

_look, _report, _person = table_of(Look), table_of(Report), table_of(Person)
_ONCE = {
    "sqlite": sqlite.insert(_look).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(_look).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Reports that somebody was shown for a purpose at an instant."""

    who: Who
    purpose: str
    reports: tuple[int, ...]
    at: datetime

    def rows(self) -> list[dict[str, Any]]:
        """One row for each report."""
        period = self.at.astimezone(VIETNAM).replace(minute=0, second=0, microsecond=0)
        if self.purpose == LIST:
            period = period.replace(hour=0)
        common = {"viewer": self.who.actor, "origin": self.who.origin[:80], "purpose": self.purpose}
        return [{**common, "report_id": number, "period": period, "at": self.at} for number in self.reports]


def write(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Keep what is not kept yet."""
    connection = tx.write()
    connection.execute(_ONCE[connection.dialect.name], list(rows))


def of_codes(tx: Transaction, codes: Collection[str]) -> list[int]:
    """The ids of reports with these codes."""
    if not codes:
        return []
    return list(tx.read.execute(select(_report.c.id).where(_report.c.code.in_(codes))).scalars())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose data, or who looked: a report's code, a person's login or "citizen".

    `after` is where the page before ended.
    """

    code: str = ""
    login: str = ""
    after: tuple[datetime, int, str, str] | None = None


def find(tx: Transaction, wanted: Wanted) -> Sequence[Any]:
    """Looks, newest first, as (code, viewer, name, login, purpose, at, origin, report_id), one more than PAGE when
    there are more.

    Raises BadInput for what is no code and when nothing narrows the question, NotFound for an unknown report or person.
    """
    key = (_look.c.at, _look.c.report_id, _look.c.viewer, _look.c.purpose)
    rows = (
        select(_report.c.code, _person.c.name, _person.c.login, *key, _look.c.origin)
        .join(_report, _report.c.id == _look.c.report_id)
        .outerjoin(_person, _look.c.viewer == "person:" + _text(_person.c.id))
        .order_by(*(column.desc() for column in key))
        .limit(PAGE + 1)
    )
    if not wanted.code and not wanted.login:
        raise BadInput("Name a case or a person.")
    if wanted.code:
        rows = rows.where(_look.c.report_id == _report_id(tx, wanted.code))
    if wanted.login:
        rows = rows.where(_look.c.viewer == _viewer(tx, wanted.login))
    if wanted.after:
        rows = rows.where(tuple_(*key) < tuple_(*wanted.after, types=[column.type for column in key]))
    return tx.read.execute(rows).all()


def _text(number: Any) -> Any:
    return number.cast(_look.c.viewer.type)


def _report_id(tx: Transaction, code: str) -> int:
    found: int | None = tx.read.execute(select(_report.c.id).where(_report.c.code == case_code.parse(code))).scalar()
    if found is None:
        raise NotFound(f"There is no case {code}.")
    return found


def _viewer(tx: Transaction, login: str) -> str:
    """The actor of an account, closed ones too; "citizen" stands for all who looked their own report up."""
    if login == "citizen":
        return login
    found: int | None = tx.read.execute(select(_person.c.id).where(_person.c.login == login)).scalar()
    if found is None:
        raise NotFound(f"There is no account {login!r}.")
    return f"person:{found}"
