"""Directives as people read them: lists, one with its file, cases and answers. For pages.

The provincial office and the leadership see all; everybody else sees those that were issued to their own units.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from engine.bpmn import explain
from engine.cases.tasks import Desk
from engine.directives import drafting
from engine.directives.drafting import DRAFT, ISSUED
from engine.errors import NotFound
from engine.process import definitions
from engine.process.instances import FINISHED, OPEN
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    Deployment,
    Directive,
    DirectiveCase,
    DirectiveUnit,
    Instance,
    Matter,
    Person,
    ProcessDefinition,
    Submission,
    Task,
)
from engine.world.unit_tree import UnitTree
from forms.schema import Form

WATCH = "watch_chase"
PAGE = 30
REVIEW = "review_directive"  # The form by which the office accepts an answer.

_directive, _unit, _named = table_of(Directive), table_of(DirectiveUnit), table_of(DirectiveCase)
_instance, _task, _submission, _matter = table_of(Instance), table_of(Task), table_of(Submission), table_of(Matter)
_person = table_of(Person)


@dataclass(frozen=True, slots=True)
class UnitState:
    """How a unit stands: `state` is "sent", "received", "answered" or "accepted"; `late` when its deadline passed."""

    unit: str
    state: str
    late: bool
    due_at: datetime | None
    received_at: datetime | None
    instance_id: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was written in a form about a unit's answer: by whom, when, the values by field; `fields` is the form.

    `review` says that it is the office's decision rather than the unit's answer.
    """

    unit: str
    at: datetime
    who: str
    review: bool
    fields: Form | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Full:
    """A directive with all that its page shows; `tasks` are the open ones that the reader may do."""

    row: Any
    cases: Sequence[Any]
    units: Sequence[UnitState]
    answers: Sequence[Answer]
    tasks: Sequence[Any]
    names: Mapping[str, str]


def everywhere(someone: Officer) -> bool:
    """Whether the officer sees all directives, drafts too."""
    return access.may(someone, WATCH)


def listed(
    tx: Transaction, someone: Officer, units: UnitTree, before: int | None = None
) -> tuple[list[Any], int | None]:
    """A page of directives with the states of the units that the officer sees, the newest first, and where to go on."""
    rows = tx.read.execute(_visible(someone, units, before).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    states = _states(tx, [row.id for row in shown])
    own = None if everywhere(someone) else _own(someone, units)
    found = [(row, [item for item in states.get(row.id, ()) if own is None or item.unit in own]) for row in shown]
    return found, (shown[-1].id if len(rows) > PAGE else None)


def _visible(someone: Officer, units: UnitTree, before: int | None) -> Select[Any]:
    wanted = select(_directive).where(_directive.c.state.in_((DRAFT, ISSUED))).order_by(_directive.c.id.desc())
    if before is not None:
        wanted = wanted.where(_directive.c.id < before)
    if not everywhere(someone):
        mine = select(_unit.c.directive_id).where(_unit.c.unit_code.in_(sorted(_own(someone, units))))
        wanted = wanted.where(_directive.c.state == ISSUED, _directive.c.id.in_(mine))
    return wanted


def _own(someone: Officer, units: UnitTree) -> set[str]:
    """The officer's units and the closed ones that they took over."""
    mine = {unit for unit, _role in someone.roles}
    return mine | {unit.code for unit in units.units if unit.closed and units.current(unit.code).code in mine}


def find(tx: Transaction, someone: Officer, units: UnitTree, directive_id: int) -> Any:
    """A directive's row; raises NotFound also for one that the officer may not see."""
    wanted = _visible(someone, units, None).where(_directive.c.id == directive_id)
    row = tx.read.execute(wanted).one_or_none()
    if row is None:
        raise NotFound("There is no such directive.")
    return row


def read(tx: Transaction, someone: Officer, units: UnitTree, directive_id: int) -> Full:
    """A directive as the officer may see it: a unit sees its own cases and answers; raises NotFound."""
    row = find(tx, someone, units, directive_id)
    own = None if everywhere(someone) else _own(someone, units)
    states = [item for item in _states(tx, [row.id]).get(row.id, ()) if own is None or item.unit in own]
    instances = {item.instance_id: item.unit for item in states if item.instance_id is not None}
    cases = [case for case in drafting.cases_of(tx, row.id) if own is None or case.unit_code in own]
    answers = _answers(tx, instances)
    return Full(row, cases, states, answers, _open_tasks(tx, someone, instances), _names(tx, row, answers))


def _states(tx: Transaction, ids: Collection[int]) -> dict[int, list[UnitState]]:
    columns = (_instance.c.status, _instance.c.due_at, _instance.c.overdue_at, _task.c.form)
    open_ = (_task.c.instance_id == _unit.c.instance_id) & (_task.c.state == OPEN)
    wanted = (
        select(_unit, *columns)
        .outerjoin(_instance, _instance.c.id == _unit.c.instance_id)
        .outerjoin(_task, open_)
        .where(_unit.c.directive_id.in_(ids))
        .order_by(_unit.c.directive_id, _unit.c.unit_code)
    )
    found: dict[int, list[UnitState]] = {}
    for row in tx.read.execute(wanted):
        state = "received" if row.received_at else "sent"
        if row.status == FINISHED:
            state = "accepted"
        elif row.form == REVIEW:
            state = "answered"
        late = row.overdue_at is not None
        item = UnitState(row.unit_code, state, late, row.due_at, row.received_at, row.instance_id)
        found.setdefault(row.directive_id, []).append(item)
    return found


def _answers(tx: Transaction, instances: Mapping[int, str]) -> list[Answer]:
    wanted = (
        select(_submission, Deployment.digest)
        .join(_instance, _instance.c.id == _submission.c.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(_submission.c.instance_id.in_(sorted(instances)))
        .order_by(_submission.c.id)
    )
    return [_answer(tx, row, instances[row.instance_id]) for row in tx.read.execute(wanted).all()]


def _answer(tx: Transaction, row: Any, unit: str) -> Answer:
    form = definitions.content(tx, row.digest).forms.get(row.form)
    return Answer(unit, row.at, row.actor, row.form == REVIEW, form, json.loads(row.content))


def _open_tasks(tx: Transaction, someone: Officer, instances: Collection[int]) -> list[Any]:
    """The open tasks of the directive that the officer may do."""
    wanted = select(_task).where(_task.c.instance_id.in_(sorted(instances)), _task.c.state == OPEN).order_by(_task.c.id)
    return [
        task
        for task in tx.read.execute(wanted)
        if access.may_work(someone, task.unit_code, task.role, task.assignee_id)
    ]


def _names(tx: Transaction, row: Any, answers: Sequence[Answer]) -> dict[str, str]:
    """Names of the people who appear, by actor."""
    actors = {row.drafted_by, row.issued_by, *(answer.who for answer in answers)}
    numbers = {int(actor.partition(":")[2]) for actor in actors if actor and actor.startswith("person:")}
    wanted = select(_person.c.id, _person.c.name).where(_person.c.id.in_(sorted(numbers)))
    return {f"person:{person.id}": person.name for person in tx.read.execute(wanted)}


def form_of(tx: Transaction, task: Any) -> tuple[Form, str]:
    """The form of a directive's task, and what the diagram tells whoever does it."""
    wanted = (
        select(Deployment.digest, ProcessDefinition.key)
        .join(ProcessDefinition, ProcessDefinition.deployment_id == Deployment.id)
        .join(_instance, _instance.c.definition_id == ProcessDefinition.id)
        .where(_instance.c.id == task.instance_id)
    )
    digest, key = tx.read.execute(wanted).one()
    content = definitions.content(tx, digest)
    return content.forms[task.form], explain.instructions(content.process(key), task.node)


def receive(tx: Transaction, desk: Desk, full: Full) -> None:
    """Note that somebody of a unit has opened the directive, once."""
    own = _own(desk.officer, desk.world.units)
    for item in full.units:
        if item.received_at is None and item.instance_id is not None and item.unit in own:
            this = (_unit.c.instance_id == item.instance_id) & _unit.c.received_at.is_(None)
            tx.write().execute(update(_unit).where(this).values(received_at=desk.now, received_by=desk.who.actor))


def page_of_task(tx: Transaction, task_id: int) -> str:
    """The path of the page for a task whose instance has no report, "" for any other."""
    wanted = select(_matter.c.page).join(_task, _task.c.instance_id == _matter.c.instance_id)
    return str(tx.read.execute(wanted.where(_task.c.id == task_id)).scalar() or "")


def naming(tx: Transaction, someone: Officer, units: UnitTree, instance_id: int) -> Sequence[Any]:
    """The issued directives that name a case and that the officer may see, the newest first."""
    named = select(_named.c.directive_id).where(_named.c.instance_id == instance_id)
    wanted = _visible(someone, units, None).where(_directive.c.id.in_(named), _directive.c.state == ISSUED)
    return tx.read.execute(wanted).all()
