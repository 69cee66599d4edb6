"""The chase desk's list: which cases are overdue or nearly, for how long, and whose they are now (R9). Called by pages.

The page is read in the order of deadlines straight from an index of the cases at work, as the monitor counts them; only
then is told, for the cases of the page, who has them, how often they were reminded and which directives name them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_

from engine.errors import BadInput
from engine.process import outbox
from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Directive, DirectiveCase, Instance, Outbox, Person, Report, Spell, Task
from engine.world.unit_tree import CITIZEN, UnitTree
from engine.world.world import World

VIEWS = ("overdue", "soon")
OVERDUE, SOON = VIEWS
RUNGS = ("unit", "chase", "directive")
ORDERS = ("longest", "latest")
PAGE = 50
MOST_COUNTED = 1000
CHASE = "chase"  # The form of the task Đôn đốc.
OFFICE, OPERATOR = "provincial_office", "operator"

_instance, _report, _task, _person = table_of(Instance), table_of(Report), table_of(Task), table_of(Person)
_outbox, _directive, _named = table_of(Outbox), table_of(Directive), table_of(DirectiveCase)
_spell = table_of(Spell)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: overdue or due within a working day, and what narrows them.

    `unit` counts with everything below it. `rung` is "unit" (no Đôn đốc is open), "chase" (one is) or "directive" (an
    issued one names the case). `after` is the place where the page before ended.
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
                raise BadInput(f"There is no list {value!r}.")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a case now: the unit and role of an open task, the stage, and the person who took it."""

    unit: str
    role: str
    stage: str
    person: str | None
    passed_from: str | None


@dataclass(frozen=True, slots=True)
class Late:
    """A case on the desk; `version` is what its acts carry, `directives` are (id, number and symbol)."""

    id: int
    version: int
    code: str
    field: str
    place: str
    urgency: str
    due_at: datetime
    holders: tuple[Holder, ...]
    chase_open: bool
    reminded: int
    directives: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the desk; `following` is where the next one begins, None at the end."""

    rows: Sequence[Late]
    following: tuple[datetime, int] | None


def read(tx: Transaction, wanted: Wanted, now: datetime, world: World) -> Page:
    """A page of the desk; raises NotFound for an unknown unit."""
    found = tx.read.execute(_page(wanted, now, world).limit(PAGE + 1)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(_told(tx, found[:PAGE]), (last.due_at, last.spell) if last is not None else None)


def counts(tx: Transaction, wanted: Wanted, now: datetime, world: World) -> dict[str, int]:
    """How many cases each view holds, narrowed alike, up to MOST_COUNTED."""
    columns = []
    for view in VIEWS:
        same = Wanted(view, wanted.unit, wanted.field, wanted.rung)
        capped = _cases(same, now, world).limit(MOST_COUNTED).subquery()
        columns.append(select(func.count()).select_from(capped).scalar_subquery().label(view))
    return dict(tx.read.execute(select(*columns)).one()._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it.


def overdue_of(tx: Transaction, unit: str, now: datetime, world: World, most: int) -> list[int]:
    """The ids of the overdue cases of a unit and those below it, the longest overdue first, `most` at most."""
    wanted = _page(Wanted(unit=unit), now, world).limit(most)
    return [row.id for row in tx.read.execute(wanted)]


def holders(tx: Transaction, cases: Collection[int]) -> dict[int, list[Any]]:
    """The open tasks of each case that are somebody's work, the oldest first: not Đôn đốc, not the citizen's.

    The hotline's own task counts where no unit has one: what it completes beside a unit's work holds nothing up.
    """
    wanted = (
        select(_task, _person.c.name.label("person"))
        .outerjoin(_person, _person.c.id == _task.c.assignee_id)
        .where(_task.c.instance_id.in_(sorted(cases)), _task.c.state == OPEN)
        .where(_task.c.form != CHASE, _task.c.role != CITIZEN)
        .order_by(_task.c.id)
    )
    found: dict[int, list[Any]] = {}
    for row in tx.read.execute(wanted):
        found.setdefault(row.instance_id, []).append(row)
    return {case: [row for row in rows if row.role != OPERATOR] or rows for case, rows in found.items()}


def below(units: UnitTree, code: str) -> list[str]:
    """A unit and all that belong to it; raises NotFound."""
    found, waiting = [], [units.get(code).code]
    while waiting:
        found.append(waiting.pop())
        waiting += [unit.code for unit in units.children(found[-1])]
    return found


def _cases(wanted: Wanted, now: datetime, world: World) -> Select[Any]:
    """The cases of a list without order, with what a page shows of each; one whose result was told is not at work."""
    columns = (_instance.c.id, _instance.c.version, _spell.c.due_at, _spell.c.id.label("spell"))
    told = (_report.c.code, _report.c.field, _report.c.place, _report.c.urgency)
    statement = (
        select(*columns, *told)
        .join(_spell, _spell.c.instance_id == _instance.c.id)
        .join(_report, _report.c.id == _spell.c.report_id)
        .where(_spell.c.ended_at.is_(None), *_period(wanted.view, now, world))
    )
    if wanted.field:
        statement = statement.where(_report.c.field == wanted.field)
    if wanted.unit and world.units.get(wanted.unit).kind != "province":  # The province narrows nothing.
        statement = statement.where(_instance.c.id.in_(_of_units(wanted, now, world)))
    if wanted.rung:
        statement = statement.where(_on_rung(wanted.rung, world))
    return statement


def _page(wanted: Wanted, now: datetime, world: World) -> Select[Any]:
    statement = _cases(wanted, now, world)
    place, newest = tuple_(_spell.c.due_at, _spell.c.id), wanted.order != ORDERS[0]
    if wanted.after is not None:
        end = tuple_(*map(literal, wanted.after))
        statement = statement.where(place < end if newest else place > end)
    order = (_spell.c.due_at, _spell.c.id)
    return statement.order_by(*(column.desc() for column in order) if newest else order)


def _period(view: str, now: datetime, world: World, due: Any = _spell.c.due_at) -> list[ColumnElement[bool]]:
    if view == OVERDUE:
        return [due <= now]
    return [due > now, due <= world.calendar.add(now, world.calendar.day())]


def _of_units(wanted: Wanted, now: datetime, world: World) -> Select[Any]:
    """The cases that the units have in hand: the office's own Đôn đốc does not make them the office's."""
    codes = below(world.units, wanted.unit)
    period = _period(wanted.view, now, world, _task.c.due_at)
    return select(_task.c.instance_id).where(
        _task.c.state == OPEN, _task.c.unit_code.in_(codes), _task.c.form != CHASE, *period
    )


def _on_rung(rung: str, world: World) -> ColumnElement[bool]:
    offices = [unit.code for unit in world.units.units if unit.kind == "office"]
    chased = select(_task.c.instance_id).where(
        _task.c.state == OPEN, _task.c.unit_code.in_(offices), _task.c.role == OFFICE, _task.c.form == CHASE
    )
    if rung == "directive":
        issued = select(_named.c.instance_id).join(_directive, _directive.c.id == _named.c.directive_id)
        return _instance.c.id.in_(issued.where(_directive.c.number.is_not(None)))
    return _instance.c.id.in_(chased) if rung == CHASE else _instance.c.id.not_in(chased)


def _told(tx: Transaction, rows: Sequence[Any]) -> list[Late]:
    """The cases of a page with everything that is told of them; four statements for any number."""
    ids = [row.id for row in rows]
    if not ids:
        return []
    at_work, chased, reminded, named = holders(tx, ids), _chased(tx, ids), _reminded(tx, ids), _directives(tx, ids)
    return [
        Late(
            **{name: getattr(row, name) for name in ("id", "version", "code", "field", "place", "urgency", "due_at")},
            holders=tuple(_holder(task) for task in at_work.get(row.id, ())),
            chase_open=row.id in chased,
            reminded=reminded.get(row.id, 0),
            directives=tuple(named.get(row.id, ())),
        )
        for row in rows
    ]


def _holder(task: Any) -> Holder:
    return Holder(task.unit_code, task.role, task.name, task.person, task.passed_from)


def _chased(tx: Transaction, ids: Collection[int]) -> set[int]:
    wanted = select(_task.c.instance_id).where(
        _task.c.instance_id.in_(ids), _task.c.state == OPEN, _task.c.form == CHASE
    )
    return set(tx.read.execute(wanted).scalars())


def _reminded(tx: Transaction, ids: Collection[int]) -> Mapping[int, int]:
    """How many notices went to officers about each case."""
    wanted = (
        select(_outbox.c.instance_id, func.count())
        .where(_outbox.c.instance_id.in_(ids), _outbox.c.kind == outbox.NOTICE)
        .where(_outbox.c.payload.not_like(f'%"{CITIZEN}"%'))
        .group_by(_outbox.c.instance_id)
    )
    return {row[0]: row[1] for row in tx.read.execute(wanted)}


def _directives(tx: Transaction, ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    wanted = (
        select(_named.c.instance_id, _directive.c.id, _directive.c.number, _directive.c.symbol)
        .join(_directive, _directive.c.id == _named.c.directive_id)
        .where(_named.c.instance_id.in_(ids), _directive.c.number.is_not(None))
        .order_by(_directive.c.id)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for row in tx.read.execute(wanted):
        found.setdefault(row.instance_id, []).append((row.id, str(row.symbol)))
    return found
