"""Every act of every case, newest first, with filters (R13). Called by pages and exports.

Two indexes lead to acts: by time, and by whoever acted and time. Other filters are tested act by act along one of them,
at most LOOKED_AT acts for a page: whoever looks for something rare is told how far back was searched and goes on.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, text, tuple_

from engine.actor import SYSTEM
from engine.cases import case_code
from engine.errors import NotFound
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, History, Instance, Matter, Person, ProcessDefinition, Report, Task

PAGE = 50
LOOKED_AT = 20_000
FIRST_LOOK = 1_000
OTHERS = ("system", "citizen", "administrator")  # Who acts and is no person with an account.

Place = tuple[datetime, int, int]

_history, _instance, _report = table_of(History), table_of(Instance), table_of(Report)
_task, _person, _matter = table_of(Task), table_of(Person), table_of(Matter)
_KEY = (_history.c.at, _history.c.instance_id, _history.c.seq)
_NEWEST = tuple(column.desc() for column in _KEY)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the acts: a case's code, a unit that worked on it, who acted by login, the act, from where, and from
    an instant until before another. `after` is where the page before ended.
    """

    code: str = ""
    unit: str = ""
    login: str = ""
    action: str = ""
    origin: str = ""
    start: datetime | None = None
    end: datetime | None = None
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page: rows of history with `code`, `process`, `deployment`, and `page`, the address of what is no report.

    `following` is where the next page begins, None at the end; `until` says how far back was searched when the search
    was cut short.
    """

    rows: Sequence[Any]
    following: Place | None
    until: datetime | None = None


def find(tx: Transaction, wanted: Wanted) -> Page:
    """A page of acts; raises BadInput for what is no code, NotFound for an unknown case or person."""
    tests, walk = _tests(wanted), _walk(tx, wanted)
    rows: Sequence[Any] = ()
    # What many acts match is found among the first; nearly nothing is lost by looking there before.
    for most in (FIRST_LOOK, LOOKED_AT) if tests else (PAGE + 1,):
        rows = tx.read.execute(_among(walk.limit(most), tests)).all()
        if len(rows) > PAGE:
            last = rows[PAGE - 1]
            return Page(rows[:PAGE], (last.at, last.instance_id, last.seq))
    end = tx.read.execute(walk.offset(LOOKED_AT - 1).limit(1)).one_or_none() if tests else None
    return Page(rows, tuple(end), end.at) if end is not None else Page(rows, None)


def _among(walk: Select[Any], tests: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """The first acts of a walk that pass the tests, with the case and its process."""
    chosen = walk.subquery()
    return (
        select(
            _history,
            func.coalesce(_report.c.code, _matter.c.code).label("code"),
            _matter.c.page,
            ProcessDefinition.key.label("process"),
            Deployment.digest.label("deployment"),
        )
        .join(chosen, tuple_(*_KEY) == tuple_(chosen.c.at, chosen.c.instance_id, chosen.c.seq))
        .join(_instance, _instance.c.id == _history.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(*tests)
        .order_by(*_NEWEST)
        .limit(PAGE + 1)
    )


def _walk(tx: Transaction, wanted: Wanted) -> Select[Any]:
    """The acts along an index, newest first."""
    walk = select(*_KEY).order_by(*_NEWEST)
    if wanted.code:
        walk = walk.where(_history.c.instance_id.in_(cases_of(tx, wanted.code)))
    if wanted.login and wanted.login != SYSTEM.actor:
        # The index leaves out what the program does by itself, and both databases have to see that this does too.
        walk = walk.where(_history.c.actor == actor(tx, wanted.login), text("actor != 'system'"))
    if wanted.start:
        walk = walk.where(_history.c.at >= wanted.start)
    if wanted.end:
        walk = walk.where(_history.c.at < wanted.end)
    if wanted.after:
        walk = walk.where(tuple_(*_KEY) < tuple_(*wanted.after, types=[column.type for column in _KEY]))
    return walk


def _tests(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What each act along the way is asked."""
    tests: list[ColumnElement[bool]] = []
    if wanted.login == SYSTEM.actor:
        tests.append(_history.c.actor == SYSTEM.actor)
    if wanted.action:
        tests.append(_history.c.action == wanted.action)
    if wanted.origin:
        tests.append(_history.c.origin.startswith(wanted.origin, autoescape=True))
    if wanted.unit:
        worked = exists().where(_task.c.instance_id == _history.c.instance_id, _task.c.unit_code == wanted.unit)
        tests.append(or_(worked, _report.c.place == wanted.unit))
    return tests


def cases_of(tx: Transaction, code: str) -> list[int]:
    """The ids of a report's cases, more than one when it was reopened; raises BadInput, NotFound."""
    wanted = select(_instance.c.id).join(_report, _report.c.id == _instance.c.report_id)
    found = list(tx.read.execute(wanted.where(_report.c.code == case_code.parse(code))).scalars())
    if not found:
        raise NotFound(f"There is no case {code}.")
    return found


def code_of(tx: Transaction, instance_id: int) -> str:
    """The code of a case; its number where it has none or is gone."""
    wanted = select(_report.c.code).join(_instance, _instance.c.report_id == _report.c.id)
    found: str | None = tx.read.execute(wanted.where(_instance.c.id == instance_id)).scalar()
    return found or str(instance_id)


def actor(tx: Transaction, login: str) -> str:
    """Who acts, by login, as history names them; raises NotFound."""
    if login in OTHERS:
        return login
    found: int | None = tx.read.execute(select(_person.c.id).where(_person.c.login == login)).scalar()
    if found is None:
        raise NotFound(f"There is no account {login!r}.")
    return f"person:{found}"


def names(tx: Transaction, rows: Sequence[Any]) -> Mapping[int, str]:
    """The names of everybody in these acts, by id."""
    return people(tx, {row.actor for row in rows} | {str(json.loads(row.detail).get("to", "")) for row in rows})


def people(tx: Transaction, keys: Collection[str]) -> Mapping[int, str]:
    """The names of the persons among actors, by id."""
    numbers = {int(key.partition(":")[2]) for key in keys if key.startswith("person:")}
    if not numbers:
        return {}
    wanted = select(_person.c.id, _person.c.name).where(_person.c.id.in_(numbers))
    return {row.id: row.name for row in tx.read.execute(wanted)}


def logins(tx: Transaction) -> Sequence[Any]:
    """Everybody with an account as (login, name), for a picker."""
    return tx.read.execute(select(_person.c.login, _person.c.name).order_by(_person.c.name, _person.c.login)).all()
