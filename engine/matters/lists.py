"""Lists of what officers have begun, as far as each may see it, newest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_

from engine.actor import person_key
from engine.cases import inbox
from engine.matters.reading import OFFICE
from engine.process.instances import ACTIVE, FINISHED, OPEN
from engine.staff.access import HEAD, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Matter, Task
from engine.text import vietnamese_order

PAGE_SIZE = 50
STATES = (ACTIVE, FINISHED)

_matter, _instance, _task = table_of(Matter), table_of(Instance), table_of(Task)
_ROWS = select(
    _matter,
    *(_instance.c[name] for name in ("status", "started_at", "finished_at", "due_at", "overdue_at")),
).join(_instance, _instance.c.id == _matter.c.instance_id)


@dataclass(frozen=True, slots=True)
class MatterFilter:
    """What to list: of one name, in one state, with these words; `before` is the instance that ended the last page."""

    name: str = ""
    state: str = ""
    text: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class MatterPage:
    """One page; `stages` are the names of the open steps by instance, `following` where the next page begins."""

    rows: Sequence[Any]
    stages: Mapping[int, list[str]]
    following: int | None


def list_matters(tx: Transaction, officer: Officer, filters: MatterFilter) -> MatterPage:
    """A page of what was begun and the officer may see."""
    rows = find_matters(tx, officer, filters)
    page = rows[:PAGE_SIZE]
    following = page[-1].instance_id if len(rows) > PAGE_SIZE else None
    return MatterPage(page, _open_stages(tx, [row.instance_id for row in page]), following)


def find_matters(tx: Transaction, officer: Officer, filters: MatterFilter) -> Sequence[Any]:
    """The rows of a page and, where there are more, one of the next; one statement."""
    query = _ROWS.where(_visible_to(officer)).order_by(_matter.c.instance_id.desc())
    for condition in _conditions(filters):
        query = query.where(condition)
    return tx.read.execute(query.limit(PAGE_SIZE + 1)).all()


def list_names(tx: Transaction, officer: Officer) -> list[str]:
    """The names of what was begun and the officer may see, for a filter."""
    names = tx.read.execute(select(_matter.c.name).where(_visible_to(officer)).distinct()).scalars()
    return sorted(names, key=vietnamese_order)


def _conditions(filters: MatterFilter) -> list[ColumnElement[bool]]:
    conditions = [inbox.matter_words(filters.text)] if filters.text else []
    if filters.name:
        conditions.append(_matter.c.name == filters.name)
    if filters.state:
        conditions.append(_instance.c.status == filters.state)
    if filters.before is not None:
        conditions.append(_matter.c.instance_id < filters.before)
    return conditions


def _visible_to(officer: Officer) -> ColumnElement[bool]:
    """What `engine.matters.reading.may_see_matter` says, as a condition."""
    begun = _matter.c.unit_code.is_not(None)
    if any(role == OFFICE for _unit, role in officer.roles):
        return begun
    headed = sorted(unit for unit, role in officer.roles if role == HEAD)
    of_starter = and_(_matter.c.starter_id.is_not(None), _task.c.assignee_id == _matter.c.starter_id)
    own_task = or_(
        _task.c.assignee_id == officer.id,
        _task.c.owner_id == officer.id,
        _task.c.closed_by == person_key(officer.id),
        _task.c.unit_code.in_(headed),
        and_(
            tuple_(_task.c.unit_code, _task.c.role).in_(sorted(officer.roles)),
            or_(
                _task.c.assignee_id.is_(None),
                _matter.c.starter_id.is_(None),
                _task.c.assignee_id.in_(sorted(officer.stands_in_for)),
                ~of_starter,
            ),
        ),
    )
    concerned = exists().where(_task.c.instance_id == _matter.c.instance_id, own_task)
    return and_(begun, or_(_matter.c.starter_id == officer.id, _matter.c.unit_code.in_(headed), concerned))


def _open_stages(tx: Transaction, ids: Sequence[int]) -> dict[int, list[str]]:
    stages: dict[int, list[str]] = {}
    query = select(_task.c.instance_id, _task.c.name).where(_task.c.instance_id.in_(ids), _task.c.state == OPEN)
    for instance_id, name in tx.read.execute(query.order_by(_task.c.id)):
        names = stages.setdefault(instance_id, [])
        if name not in names:
            names.append(name)
    return stages
