"""Reads directives: lists, and a single one with its file, cases and answers.

The provincial office and the leadership see all; everyone else sees those issued to their own units.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from engine.actor import person_ids, person_key
from engine.bpmn import explain
from engine.cases.tasks import Desk
from engine.directives import drafting
from engine.documents.paper_register import DRAFT, ISSUED
from engine.errors import NotFound
from engine.process import definitions
from engine.process.instances import FINISHED, OPEN
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_object
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
from engine.translation.catalogue import Language
from engine.world.unit_tree import UnitTree
from forms.schema import Form

WATCH_ACT = "watch_chase"
PAGE_SIZE = 30
REVIEW_FORM = "review_directive"  # The form in which the office accepts an answer.

_directive, _unit, _directive_case = table_of(Directive), table_of(DirectiveUnit), table_of(DirectiveCase)
_instance, _task, _submission, _matter = table_of(Instance), table_of(Task), table_of(Submission), table_of(Matter)
_person = table_of(Person)


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """A unit's progress: `state` is "sent", "received", "answered" or "accepted"; `late` if its deadline has passed."""

    unit: str
    state: str
    late: bool
    due_at: datetime | None
    received_at: datetime | None
    instance_id: int | None


@dataclass(frozen=True, slots=True)
class DirectiveAnswer:
    """A form submitted for a unit's answer: by whom, when, the values by field; `fields` is the form.

    `review` marks the office's decision rather than the unit's answer.
    """

    unit: str
    at: datetime
    who: str
    review: bool
    fields: Form | None
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DirectiveDetails:
    """A directive with everything its page shows; `tasks` are the open ones that the reader may work on."""

    row: Any
    cases: Sequence[Any]
    units: Sequence[UnitProgress]
    answers: Sequence[DirectiveAnswer]
    tasks: Sequence[Any]
    names: Mapping[str, str]


def may_see_all(officer: Officer) -> bool:
    """Whether the officer may see all directives, including drafts."""
    return access.has_permission(officer, WATCH_ACT)


def list_visible_directives(
    tx: Transaction, officer: Officer, units: UnitTree, before: int | None = None
) -> tuple[list[Any], int | None]:
    """A page of directives, newest first, with the progress of the units the officer may see, and the next cursor."""
    rows = tx.read.execute(_visible_query(officer, units, before).limit(PAGE_SIZE + 1)).all()
    page_rows = rows[:PAGE_SIZE]
    states = _progress_by_directive(tx, [row.id for row in page_rows])
    own_units = None if may_see_all(officer) else _own_units(officer, units)
    page = [
        (row, [item for item in states.get(row.id, ()) if own_units is None or item.unit in own_units])
        for row in page_rows
    ]
    return page, (page_rows[-1].id if len(rows) > PAGE_SIZE else None)


def _visible_query(officer: Officer, units: UnitTree, before: int | None) -> Select[Any]:
    query = select(_directive).where(_directive.c.state.in_((DRAFT, ISSUED))).order_by(_directive.c.id.desc())
    if before is not None:
        query = query.where(_directive.c.id < before)
    if not may_see_all(officer):
        addressed = select(_unit.c.directive_id).where(_unit.c.unit_code.in_(sorted(_own_units(officer, units))))
        query = query.where(_directive.c.state == ISSUED, _directive.c.id.in_(addressed))
    return query


def _own_units(officer: Officer, units: UnitTree) -> set[str]:
    """The units for which the officer answers directives, and the closed ones that they took over."""
    mine = {unit for unit, role in officer.roles if role in access.PERMISSIONS["answer_directives"].roles}
    return mine | {unit.code for unit in units.units if unit.closed and units.current(unit.code).code in mine}


def find_directive(tx: Transaction, officer: Officer, units: UnitTree, directive_id: int) -> Any:
    """A directive's row; raises NotFound, also for one that the officer may not see."""
    query = _visible_query(officer, units, None).where(_directive.c.id == directive_id)
    row = tx.read.execute(query).one_or_none()
    if row is None:
        raise NotFound("directive-unknown")
    return row


def load_directive(tx: Transaction, officer: Officer, units: UnitTree, directive_id: int) -> DirectiveDetails:
    """A directive as the officer may see it: a unit sees its own cases and answers; raises NotFound."""
    row = find_directive(tx, officer, units, directive_id)
    own_units = None if may_see_all(officer) else _own_units(officer, units)
    states = [
        item
        for item in _progress_by_directive(tx, [row.id]).get(row.id, ())
        if own_units is None or item.unit in own_units
    ]
    unit_by_instance = {item.instance_id: item.unit for item in states if item.instance_id is not None}
    cases = [case for case in drafting.list_named_cases(tx, row.id) if own_units is None or case.unit_code in own_units]
    answers = _list_answers(tx, unit_by_instance)
    return DirectiveDetails(
        row, cases, states, answers, _open_tasks(tx, officer, unit_by_instance), _names_by_actor(tx, row, answers)
    )


def _progress_by_directive(tx: Transaction, ids: Collection[int]) -> dict[int, list[UnitProgress]]:
    columns = (_instance.c.status, _instance.c.due_at, _instance.c.overdue_at, _task.c.form)
    is_open = (_task.c.instance_id == _unit.c.instance_id) & (_task.c.state == OPEN)
    query = (
        select(_unit, *columns)
        .outerjoin(_instance, _instance.c.id == _unit.c.instance_id)
        .outerjoin(_task, is_open)
        .where(_unit.c.directive_id.in_(ids))
        .order_by(_unit.c.directive_id, _unit.c.unit_code)
    )
    progress: dict[int, list[UnitProgress]] = {}
    for row in tx.read.execute(query):
        state = "received" if row.received_at else "sent"
        if row.status == FINISHED:
            state = "accepted"
        elif row.form == REVIEW_FORM:
            state = "answered"
        late = row.overdue_at is not None
        unit_progress = UnitProgress(row.unit_code, state, late, row.due_at, row.received_at, row.instance_id)
        progress.setdefault(row.directive_id, []).append(unit_progress)
    return progress


def _list_answers(tx: Transaction, unit_by_instance: Mapping[int, str]) -> list[DirectiveAnswer]:
    query = (
        select(_submission, Deployment.digest)
        .join(_instance, _instance.c.id == _submission.c.instance_id)
        .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
        .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
        .where(_submission.c.instance_id.in_(sorted(unit_by_instance)))
        .order_by(_submission.c.id)
    )
    return [_build_answer(tx, row, unit_by_instance[row.instance_id]) for row in tx.read.execute(query).all()]


def _build_answer(tx: Transaction, row: Any, unit: str) -> DirectiveAnswer:
    form = definitions.load_deployment(tx, row.digest).forms.get(row.form)
    return DirectiveAnswer(unit, row.at, row.actor, row.form == REVIEW_FORM, form, stored_object(row.content))


def _open_tasks(tx: Transaction, officer: Officer, instances: Collection[int]) -> list[Any]:
    """The open tasks of the directive that the officer may work on."""
    query = select(_task).where(_task.c.instance_id.in_(sorted(instances)), _task.c.state == OPEN).order_by(_task.c.id)
    return [
        task
        for task in tx.read.execute(query)
        if access.may_work_on(officer, task.unit_code, task.role, task.assignee_id)
    ]


def _names_by_actor(tx: Transaction, row: Any, answers: Sequence[DirectiveAnswer]) -> dict[str, str]:
    """Names of the people who appear, by actor."""
    actors = {row.drafted_by, row.issued_by, *(answer.who for answer in answers)}
    query = select(_person.c.id, _person.c.name).where(_person.c.id.in_(sorted(person_ids(actors))))
    return {person_key(person.id): person.name for person in tx.read.execute(query)}


def form_of_task(tx: Transaction, task: Any, language: Language) -> tuple[Form, str]:
    """The form of a directive's task, and the diagram's instructions for it."""
    query = (
        select(Deployment.digest, ProcessDefinition.key)
        .join(ProcessDefinition, ProcessDefinition.deployment_id == Deployment.id)
        .join(_instance, _instance.c.definition_id == ProcessDefinition.id)
        .where(_instance.c.id == task.instance_id)
    )
    digest, key = tx.read.execute(query).one()
    content = definitions.load_deployment(tx, digest)
    return content.forms[task.form], explain.task_instructions(content.get_process(key), task.node, language)


def mark_received(tx: Transaction, desk: Desk, details: DirectiveDetails) -> None:
    """Record the first time that an officer of a unit opens the directive."""
    own_units = _own_units(desk.officer, desk.world.units)
    for item in details.units:
        if item.received_at is None and item.instance_id is not None and item.unit in own_units:
            condition = (_unit.c.instance_id == item.instance_id) & _unit.c.received_at.is_(None)
            tx.write().execute(update(_unit).where(condition).values(received_at=desk.now, received_by=desk.who.actor))


def page_of_task(tx: Transaction, task_id: int) -> str:
    """The page path for a task whose instance has no report, "" for any other."""
    query = select(_matter.c.page).join(_task, _task.c.instance_id == _matter.c.instance_id)
    return str(tx.read.execute(query.where(_task.c.id == task_id)).scalar() or "")


def directives_naming_case(tx: Transaction, officer: Officer, units: UnitTree, instance_id: int) -> Sequence[Any]:
    """The issued directives that list a case and that the officer may see, newest first."""
    naming_ids = select(_directive_case.c.directive_id).where(_directive_case.c.instance_id == instance_id)
    query = _visible_query(officer, units, None).where(_directive.c.id.in_(naming_ids), _directive.c.state == ISSUED)
    return tx.read.execute(query).all()
