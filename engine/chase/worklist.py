"""The chase desk's list: which cases are overdue or nearly so, for how long, and who has them now (R9).

The page is read in deadline order straight from an index of open spells, as the monitor counts them; only then are the
assignees, reminders and directives of the cases on the page looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from engine.errors import BadInput
from engine.process import outbox
from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Directive, DirectiveCase, Instance, Outbox, Person, Report, Spell, Task
from engine.store.typed_rows import columns_named, read_rows
from engine.world.roles import CITIZEN
from engine.world.unit_tree import UnitTree
from engine.world.world import World

VIEWS = ("overdue", "soon")
OVERDUE, SOON = VIEWS
RUNGS = ("unit", "chase", "directive")
ORDERS = ("longest", "latest")
PAGE_SIZE = 50
MOST_COUNTED = 1000
CHASE = "chase"  # The form of the task Đôn đốc.
OFFICE, OPERATOR = "provincial_office", "operator"

_instance, _report, _task, _person = table_of(Instance), table_of(Report), table_of(Task), table_of(Person)
_outbox, _directive, _directive_case = table_of(Outbox), table_of(Directive), table_of(DirectiveCase)
_spell = table_of(Spell)


@dataclass(frozen=True, slots=True)
class ChaseFilter:
    """Which cases: overdue or due within a working day, and further filters.

    `unit` includes everything below it. `rung` is "unit" (no Đôn đốc is open), "chase" (one is) or "directive" (an
    issued one names the case). `after` is the position where the previous page ended.
    """

    view: str = OVERDUE
    unit: str = ""
    field: str = ""
    rung: str = ""
    order: str = ORDERS[0]
    after: tuple[datetime, int] | None = None

    def __post_init__(self) -> None:
        for value, known in ((self.view, VIEWS), (self.rung, ("", *RUNGS)), (self.order, ORDERS)):
            if value not in known:
                raise BadInput("chase-list-unknown")


@dataclass(frozen=True, slots=True)
class CaseAssignment:
    """Who has a case now: the unit and role of an open task, the stage, and the assignee."""

    unit: str
    role: str
    stage: str
    person: str | None
    passed_from: str | None


@dataclass(frozen=True, slots=True)
class ChaseCase:
    """A case on the desk; acts on it carry `version`; `directives` are (id, number and symbol)."""

    id: int
    version: int
    code: str
    field: str
    place: str
    urgency: str
    due_at: datetime
    holders: tuple[CaseAssignment, ...]
    chase_open: bool
    reminded: int
    directives: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class ChasePage:
    """One page of the desk; `following` is the position where the next one starts, None at the end."""

    rows: Sequence[ChaseCase]
    following: tuple[datetime, int] | None


class OpenWork(NamedTuple):
    """An open task that is somebody's work, with the name of whoever has claimed it."""

    instance_id: int
    unit_code: str
    role: str
    name: str
    passed_from: str | None
    assignee_id: int | None
    person: str | None


class _CaseRow(NamedTuple):
    id: int
    version: int
    due_at: datetime
    spell: int
    code: str
    field: str
    place: str
    urgency: str


_CaseQuery = Select[int, int, datetime, int, str, str, str, str]  # Of `_CaseRow`.


def list_chase_cases(
    tx: Transaction, filters: ChaseFilter, now: datetime, world: World, limit: int = PAGE_SIZE
) -> ChasePage:
    """A page of the desk, of at most `limit` cases; raises NotFound for an unknown unit."""
    rows = read_rows(tx.read, _page_query(filters, now, world).limit(limit + 1), _CaseRow)
    last = rows[limit - 1] if len(rows) > limit else None
    return ChasePage(_chase_cases(tx, rows[:limit]), (last.due_at, last.spell) if last is not None else None)


def count_by_view(tx: Transaction, filters: ChaseFilter, now: datetime, world: World) -> dict[str, int]:
    """How many cases each view holds with the same filters, up to MOST_COUNTED."""
    columns = []
    for view in VIEWS:
        same = ChaseFilter(view, filters.unit, filters.field, filters.rung)
        capped = _cases_query(same, now, world).limit(MOST_COUNTED).subquery()
        columns.append(select(func.count()).select_from(capped).scalar_subquery().label(view))
    return dict(tx.read.execute(select(*columns)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it.


def list_overdue_ids(tx: Transaction, unit: str, now: datetime, world: World, limit: int) -> list[int]:
    """The ids of the overdue cases of a unit and those below it, longest overdue first, at most `limit`."""
    query = _page_query(ChaseFilter(unit=unit), now, world).limit(limit)
    return [row.id for row in read_rows(tx.read, query, _CaseRow)]


def open_work_by_case(tx: Transaction, instance_ids: Collection[int]) -> dict[int, list[OpenWork]]:
    """The open tasks of each case that are somebody's work, oldest first: not Đôn đốc, not the citizen's.

    The hotline's own task counts only if no unit has one: what it completes alongside a unit's work delays nothing.
    """
    query = (
        select(*columns_named(_task, OpenWork._fields[:-1]), _person.c.name.label("person"))
        .outerjoin(_person, _person.c.id == _task.c.assignee_id)
        .where(_task.c.instance_id.in_(sorted(instance_ids)), _task.c.state == OPEN)
        .where(_task.c.form != CHASE, _task.c.role != CITIZEN)
        .order_by(_task.c.id)
    )
    tasks_by_case: dict[int, list[OpenWork]] = {}
    for row in read_rows(tx.read, query, OpenWork):
        tasks_by_case.setdefault(row.instance_id, []).append(row)
    return {
        instance_id: [row for row in rows if row.role != OPERATOR] or rows
        for instance_id, rows in tasks_by_case.items()
    }


def subtree_codes(units: UnitTree, code: str) -> list[str]:
    """The codes of a unit and of all units below it; raises NotFound."""
    codes, waiting = [], [units.get(code).code]
    while waiting:
        codes.append(waiting.pop())
        waiting += [unit.code for unit in units.children(codes[-1])]
    return codes


def _cases_query(filters: ChaseFilter, now: datetime, world: World) -> _CaseQuery:
    """The cases of a list, unordered, with a page's columns; a case whose result was communicated is not open work."""
    columns = (_instance.c.id, _instance.c.version, _spell.c.due_at, _spell.c.id.label("spell"))
    report_columns = (_report.c.code, _report.c.field, _report.c.place, _report.c.urgency)
    statement = (
        select(*columns, *report_columns)
        .join(_spell, _spell.c.instance_id == _instance.c.id)
        .join(_report, _report.c.id == _spell.c.report_id)
        .where(_spell.c.ended_at.is_(None), *_deadline_conditions(filters.view, now, world))
    )
    if filters.field:
        statement = statement.where(_report.c.field == filters.field)
    if filters.unit and world.units.get(filters.unit).kind != "province":  # The province includes every case.
        statement = statement.where(_instance.c.id.in_(_cases_of_units(filters, now, world)))
    if filters.rung:
        statement = statement.where(_chase_stage_condition(filters.rung, world))
    return statement


def _page_query(filters: ChaseFilter, now: datetime, world: World) -> _CaseQuery:
    statement = _cases_query(filters, now, world)
    position, is_descending = tuple_(_spell.c.due_at, _spell.c.id), filters.order != ORDERS[0]
    if filters.after is not None:
        end = tuple_(*map(literal, filters.after))
        statement = statement.where(position < end if is_descending else position > end)
    order = (_spell.c.due_at, _spell.c.id)
    return statement.order_by(*(column.desc() for column in order) if is_descending else order)


def _deadline_conditions(
    view: str, now: datetime, world: World, due: ColumnElement[datetime] = _spell.c.due_at
) -> list[ColumnElement[bool]]:
    if view == OVERDUE:
        return [due <= now]
    return [due > now, due <= world.calendar.add(now, world.calendar.day_length())]


def _cases_of_units(filters: ChaseFilter, now: datetime, world: World) -> Select[int]:
    """The cases that the units are working on: the office's own Đôn đốc does not make a case the office's."""
    codes = subtree_codes(world.units, filters.unit)
    conditions = _deadline_conditions(filters.view, now, world, _task.c.due_at)
    return select(_task.c.instance_id).where(
        _task.c.state == OPEN, _task.c.unit_code.in_(codes), _task.c.form != CHASE, *conditions
    )


def _chase_stage_condition(rung: str, world: World) -> ColumnElement[bool]:
    offices = [unit.code for unit in world.units.units if unit.kind == "office"]
    chased = select(_task.c.instance_id).where(
        _task.c.state == OPEN, _task.c.unit_code.in_(offices), _task.c.role == OFFICE, _task.c.form == CHASE
    )
    if rung == "directive":
        issued = select(_directive_case.c.instance_id).join(
            _directive, _directive.c.id == _directive_case.c.directive_id
        )
        return _instance.c.id.in_(issued.where(_directive.c.number.is_not(None)))
    return _instance.c.id.in_(chased) if rung == CHASE else _instance.c.id.not_in(chased)


def _chase_cases(tx: Transaction, rows: Sequence[_CaseRow]) -> list[ChaseCase]:
    """The cases of a page with everything shown about them; four statements for any number of cases."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    tasks, chased, reminders, directives = (
        open_work_by_case(tx, ids),
        _ids_with_chase(tx, ids),
        _reminder_counts(tx, ids),
        _directives_by_case(tx, ids),
    )
    return [
        ChaseCase(
            **{name: getattr(row, name) for name in ("id", "version", "code", "field", "place", "urgency", "due_at")},
            holders=tuple(_case_assignment(task) for task in tasks.get(row.id, ())),
            chase_open=row.id in chased,
            reminded=reminders.get(row.id, 0),
            directives=tuple(directives.get(row.id, ())),
        )
        for row in rows
    ]


def _case_assignment(task: OpenWork) -> CaseAssignment:
    return CaseAssignment(task.unit_code, task.role, task.name, task.person, task.passed_from)


def _ids_with_chase(tx: Transaction, ids: Collection[int]) -> set[int]:
    query = select(_task.c.instance_id).where(
        _task.c.instance_id.in_(ids), _task.c.state == OPEN, _task.c.form == CHASE
    )
    return set(tx.read.execute(query).scalars())


def _reminder_counts(tx: Transaction, ids: Collection[int]) -> Mapping[int, int]:
    """How many notices were sent to officers about each case."""
    query = (
        select(_outbox.c.instance_id, func.count())
        .where(_outbox.c.instance_id.in_(ids), _outbox.c.kind == outbox.NOTICE)
        .where(_outbox.c.payload.not_like(f'%"{CITIZEN}"%'))
        .group_by(_outbox.c.instance_id)
    )
    return {row[0]: row[1] for row in tx.read.execute(query)}


def _directives_by_case(tx: Transaction, ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    query = (
        select(_directive_case.c.instance_id, _directive.c.id, _directive.c.number, _directive.c.symbol)
        .join(_directive, _directive.c.id == _directive_case.c.directive_id)
        .where(_directive_case.c.instance_id.in_(ids), _directive.c.number.is_not(None))
        .order_by(_directive.c.id)
    )
    by_case: dict[int, list[tuple[int, str]]] = {}
    for row in tx.read.execute(query):
        by_case.setdefault(row.instance_id, []).append((row.id, str(row.symbol)))
    return by_case
