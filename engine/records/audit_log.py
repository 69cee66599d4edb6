"""Every act of every case, newest first, with filters (R13).

Acts have two indexes: by time, and by actor and time. Other filters are tested act by act along one of them, at most
LOOKED_AT acts per page: a search for something rare reports how far back it went and can be continued.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Executable, Select, exists, func, or_, select, text, tuple_

from engine.actor import SYSTEM, person_ids, person_key
from engine.cases import code_search
from engine.errors import NotFound
from engine.process.act_detail import decode_detail
from engine.process.damaged_acts import readable_acts
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, History, Instance, Matter, Person, ProcessDefinition, Report, Task
from engine.store.typed_rows import columns_named, read_rows
from engine.store.unreadable import UnreadableInstant
from engine.text import vietnamese_order

PAGE = 50
LOOKED_AT = 20_000
FIRST_LOOK = 1_000
OTHERS = ("system", "citizen", "administrator")  # Actors without an account.

LAST_INSTANT = datetime(9999, 12, 31, tzinfo=UTC)  # Before it, on SQLite, come damaged ones that are no numbers.

ActKey = tuple[datetime, int, int]

_history, _instance, _report = table_of(History), table_of(Instance), table_of(Report)
_task, _person, _matter = table_of(Task), table_of(Person), table_of(Matter)
_KEY = (_history.c.at, _history.c.instance_id, _history.c.seq)
_NEWEST_FIRST = tuple(column.desc() for column in _KEY)


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """What narrows the acts: a case's code, a unit that worked on it, the actor's login, the act, its origin, and a
    period that excludes its end. `after` is where the previous page ended.
    """

    code: str = ""
    unit: str = ""
    login: str = ""
    action: str = ""
    origin: str = ""
    start: datetime | None = None
    end: datetime | None = None
    after: ActKey | None = None


class AuditRow(NamedTuple):
    """A row of history, with its case's code, process and deployment; `page` is the address if there is no report."""

    instance_id: int
    seq: int
    at: datetime
    actor: str
    origin: str
    action: str
    node: str
    detail: str
    digest: bytes
    code: str | None
    page: str | None
    process: str
    deployment: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of acts; one that is damaged says only that.

    `following` is where the next page begins, None at the end; `until` is how far back the search went when it was cut
    short.
    """

    rows: Sequence[AuditRow]
    following: ActKey | None
    until: datetime | None = None


def find_acts(tx: Transaction, filters: AuditFilter) -> AuditPage:
    """A page of acts; raises BadInput for an invalid code, NotFound for an unknown case or person."""
    conditions, keys = _act_conditions(filters), _candidate_keys(tx, filters)
    rows: list[AuditRow] = []
    # Filters that many acts match are satisfied by the first ones; trying those first costs almost nothing.
    for limit in (FIRST_LOOK, LOOKED_AT) if conditions else (PAGE + 1,):
        rows = readable_acts(read_rows(tx.read, _select_matching(keys.limit(limit), conditions), AuditRow))
        if len(rows) > PAGE:
            return AuditPage(rows[:PAGE], _end_of(rows[:PAGE]))
    end = tx.read.execute(keys.offset(LOOKED_AT - 1).limit(1)).one_or_none() if conditions else None
    return AuditPage(rows, tuple(end), end.at) if end is not None else AuditPage(rows, None)


def last_with_instant(rows: Sequence[Any]) -> Any | None:
    """The last row of a page whose instant can be read: the next page begins behind it, or at LAST_INSTANT."""
    return next((row for row in reversed(rows) if not isinstance(row.at, UnreadableInstant)), None)


def _end_of(rows: Sequence[AuditRow]) -> ActKey:
    last = last_with_instant(rows)
    return (last.at, last.instance_id, last.seq) if last is not None else (LAST_INSTANT, 0, 0)


def _select_matching(keys: Select[Any], conditions: Sequence[ColumnElement[bool]]) -> Executable:
    """The first candidates that meet the conditions, with the case and its process."""
    candidates = keys.subquery()
    return (
        select(
            *columns_named(_history, AuditRow._fields[:-4]),
            func.coalesce(_report.c.code, _matter.c.code).label("code"),
            _matter.c.page,
            ProcessDefinition.key.label("process"),
            Deployment.digest.label("deployment"),
        )
        .join(candidates, tuple_(*_KEY) == tuple_(candidates.c.at, candidates.c.instance_id, candidates.c.seq))
        .join(_instance, _instance.c.id == _history.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(*conditions)
        .order_by(*_NEWEST_FIRST)
        .limit(PAGE + 1)
    )


def _candidate_keys(tx: Transaction, filters: AuditFilter) -> Select[Any]:
    """The acts along an index, newest first."""
    keys = select(*_KEY).order_by(*_NEWEST_FIRST)
    if filters.code:
        keys = keys.where(_history.c.instance_id.in_(case_ids_of(tx, filters.code)))
    if filters.login and filters.login != SYSTEM.actor:
        # The index leaves out acts of the system itself, and both databases must see that the query does too.
        keys = keys.where(_history.c.actor == actor_of_login(tx, filters.login), text("actor != 'system'"))
    if filters.start:
        keys = keys.where(_history.c.at >= filters.start)
    if filters.end:
        keys = keys.where(_history.c.at < filters.end)
    if filters.after:
        keys = keys.where(tuple_(*_KEY) < tuple_(*filters.after, types=[column.type for column in _KEY]))
    return keys


def _act_conditions(filters: AuditFilter) -> list[ColumnElement[bool]]:
    """The conditions tested on each act along the index."""
    conditions: list[ColumnElement[bool]] = []
    if filters.login == SYSTEM.actor:
        conditions.append(_history.c.actor == SYSTEM.actor)
    if filters.action:
        conditions.append(_history.c.action == filters.action)
    if filters.origin:
        conditions.append(_history.c.origin.startswith(filters.origin, autoescape=True))
    if filters.unit:
        worked = exists().where(_task.c.instance_id == _history.c.instance_id, _task.c.unit_code == filters.unit)
        conditions.append(or_(worked, _report.c.place == filters.unit))
    return conditions


def case_ids_of(tx: Transaction, code: str) -> list[int]:
    """The ids of a report's cases, more than one if it was reopened, or that of work without one.

    Raises BadInput, NotFound.
    """
    begun = code_search.begun_instance(tx, code)
    if begun is not None:
        return [begun]
    query = select(_instance.c.id).join(_report, _report.c.id == _instance.c.report_id)
    ids = list(tx.read.execute(query.where(_report.c.code == code_search.resolve_code(tx, code))).scalars())
    if not ids:
        raise NotFound("case-code-unknown", code=code)
    return ids


def code_of_case(tx: Transaction, instance_id: int) -> str:
    """The code of a case, or its number if it has no code or no longer exists."""
    query = select(func.coalesce(_report.c.code, _matter.c.code)).select_from(_instance)
    query = query.outerjoin(_report, _report.c.id == _instance.c.report_id)
    query = query.outerjoin(_matter, _matter.c.instance_id == _instance.c.id)
    code: str | None = tx.read.execute(query.where(_instance.c.id == instance_id)).scalar()
    return code or str(instance_id)


def actor_of_login(tx: Transaction, login: str) -> str:
    """The actor of a login as history names it; raises NotFound."""
    if login in OTHERS:
        return login
    person_id: int | None = tx.read.execute(select(_person.c.id).where(_person.c.login == login)).scalar()
    if person_id is None:
        raise NotFound("account-unknown", login=login)
    return person_key(person_id)


def names_in_acts(tx: Transaction, rows: Sequence[Any]) -> Mapping[int, str]:
    """The names of everyone in these acts, by id."""
    named = [decode_detail(row.detail) for row in rows]
    others = {actor for detail in named for actor in (detail.to, detail.absent)}
    return names_of_actors(tx, {row.actor for row in rows} | others)


def names_of_actors(tx: Transaction, actor_keys: Collection[str]) -> Mapping[int, str]:
    """The names of the people among the actors, by id."""
    numbers = person_ids(actor_keys)
    if not numbers:
        return {}
    query = select(_person.c.id, _person.c.name).where(_person.c.id.in_(numbers))
    return {row.id: row.name for row in tx.read.execute(query)}


def list_logins(tx: Transaction) -> Sequence[Any]:
    """Everyone with an account as (login, name), for a picker."""
    rows = tx.read.execute(select(_person.c.login, _person.c.name).order_by(_person.c.login)).all()
    return sorted(rows, key=lambda row: vietnamese_order(row.name))
