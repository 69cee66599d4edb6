"""What an officer does with a user task: claim, release, hand over, delegate, complete.

The form carries the task's version, not the instance's: a reminder that fires in the meantime does not make it stale, a
colleague who was faster does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select, update

from engine.actor import Actor, ActStamp, person_key
from engine.bpmn.actions import Complete, Step
from engine.cases import attachments, evidence, keeping, map_points, matter_files, own_work, reports, task_in_hand
from engine.cases.attachments import CleanFile
from engine.cases.task_in_hand import TaskInHand
from engine.errors import BadInput, Forbidden, Invalid, NotFound, Stale, StepFailed
from engine.process import arrival_calls, history, incidents, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.history import AuditEntry
from engine.process.instances import OPEN
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Task
from engine.translation.wording import Fault
from engine.world.roles import CITIZEN
from engine.world.world import World
from forms.schema import Form, FormAnswers, FormFacts, InvalidAnswers

_task = table_of(Task)
_ASSIGN_TASK = (
    update(_task)
    .where(_task.c.id == bindparam("b_task"), _task.c.version == bindparam("b_version"), _task.c.state == OPEN)
    .values(assignee_id=bindparam("b_person"), owner_id=bindparam("b_owner"), version=_task.c.version + 1)
)


class InvalidForm(BadInput):
    """Some fields of a form are invalid; `errors` lists the faults by field."""

    default_rule = "form-has-faults"

    def __init__(self, errors: Mapping[str, Sequence[Fault]]) -> None:
        self.errors = dict(errors)
        faults = [Invalid(key, "field-has-faults", key=key, faults=faults) for key, faults in self.errors.items()]
        super().__init__(faults=faults)


class CompletionFailed(StepFailed):
    """The process could not take an officer's completion; `command` is what to report and to try again."""

    def __init__(self, error: StepFailed, instance_id: int | None, command: Command) -> None:
        super().__init__(error.rule, node=error.node or command.node)
        self.facts = dict(error.facts)
        self.instance_id, self.command = instance_id, command


@dataclass(frozen=True, slots=True)
class Desk:
    """The context of an officer's act: who, from where, when, in which province."""

    officer: Officer
    origin: str
    now: datetime
    world: World

    @property
    def who(self) -> Actor:
        """The officer as recorded in history."""
        return self.officer.who(self.origin)

    @property
    def stamp(self) -> ActStamp:
        """The same with the time, for the journal."""
        return ActStamp(self.who, self.now)

    def behalf(self, allows: Callable[[Officer], bool]) -> str:
        """For whom an act is done that only a lent role allows, else ""; `allows` is the rule (R12)."""
        lender = access.lender_for(self.officer, allows)
        return "" if lender is None else person_key(lender)

    def behalf_by(self, permission: str) -> str:
        """As `behalf`, for an act of `engine.staff.access.PERMISSIONS`."""
        return self.behalf(lambda officer: access.has_permission(officer, permission))


def complete(
    tx: Transaction,
    desk: Desk,
    task_id: int,
    version: int,
    values: Mapping[str, object],
    files: Mapping[str, Sequence[CleanFile]] | None = None,
) -> Step:
    """Complete a task with its form's values, and files by the field that they were chosen in.

    Raises NotFound, Forbidden, Stale when the task's version has changed, Invalid where the officer would check their
    own work, InvalidForm with the invalid fields, UnacceptableFile, and StepFailed when the process cannot continue.
    In every case nothing has changed.
    """
    return complete_in_hand(tx, desk, _load_open_task(tx, desk, task_id, version), values, files or {})


def complete_in_hand(
    tx: Transaction,
    desk: Desk,
    row: TaskInHand,
    values: Mapping[str, object],
    files: Mapping[str, Sequence[CleanFile]],
) -> Step:
    """Complete an open task that this transaction has read and the officer may work on; raises as `complete`.

    The form is checked before its files are stored, so that an error elsewhere stores nothing.
    """
    own_work.require_other_hands(tx, desk.officer, row)
    checked = _check_form(tx, desk, row, {**values, **attachments.placeholder_ids(files)})
    if not files:
        return _complete_task(tx, desk, row, checked)
    require_pictures(task_in_hand.form_of(tx, row), files)
    with tx.write().begin_nested():
        for key, uploads in files.items():
            ids = _add_files(tx, desk, row, uploads)
            checked.case[key] = ids if isinstance(checked.case[key], list) else ids[0]
        return _complete_task(tx, desk, row, checked)


def _add_files(tx: Transaction, desk: Desk, row: TaskInHand, uploads: Sequence[CleanFile]) -> list[int]:
    if row.report_id is None:
        return matter_files.add_matter_files(tx, row.case_id, uploads, desk.who.actor, desk.now)
    return attachments.add_files(tx, row.report_id, uploads, desk.who.actor, desk.now)


def complete_as_citizen(
    tx: Transaction,
    desk: Desk,
    task_id: int,
    values: Mapping[str, object],
    files: Mapping[str, Sequence[CleanFile]] | None = None,
) -> Step:
    """Complete a task that waits for the citizen, with files as `complete`.

    Raises NotFound for any other task, Stale, InvalidForm, UnacceptableFile, StepFailed.
    """
    row = task_in_hand.load_task(tx, task_id)
    if row.role != CITIZEN:
        raise NotFound("citizen-task-unknown")
    if not row.is_open:
        raise Stale("task-moved-on")
    return complete_in_hand(tx, desk, row, values, files or {})


def report_failed_completion(tx: Transaction, failure: CompletionFailed) -> int:
    """Open an incident for a completion that failed, in the transaction that keeps the draft; returns its number."""
    return incidents.report_completion(tx, failure.instance_id, failure.command, failure)


def settle_failed_completions(tx: Transaction, desk: Desk, instance_id: int) -> None:
    """Resolve what `report_failed_completion` has opened about a case, since a task of it has been completed."""
    incidents.settle_completions(tx, instance_id, desk.who, desk.now)


def _complete_task(tx: Transaction, desk: Desk, row: TaskInHand, checked: FormAnswers) -> Step:
    act = Command(
        Complete(row.engine_id, checked.process),
        desk.who,
        desk.now,
        detail=ActDetail(absent=desk.behalf(lambda officer: _may_do(officer, row))),
        personal=checked.case,
        salt=secrets.token_bytes(16) if checked.case else b"",
        form=row.form,
        node=row.node,
    )
    try:
        step = instances.take_step(tx, row.case_id, act, desk.world, row.instance)
    except StepFailed as error:
        raise CompletionFailed(error, row.case_id, act) from error
    if row.report_id is not None:
        reports.apply_form_values(tx, row.report_id, {**checked.process, **checked.case}, act.who.actor, desk.now)
    keeping.keep_opened(tx, desk.officer, desk.stamp, row, _principal(desk.officer, row), step.opened_tasks)
    return step


def _load_open_task(tx: Transaction, desk: Desk, task_id: int, version: int) -> TaskInHand:
    """The task with its case, if it is open in this version and the officer may work on it."""
    row = task_in_hand.load_task(tx, task_id)
    access.require_work_on(desk.officer, row.unit_code, row.role, row.assignee_id)
    _require_version(row, version)
    return row


def _require_version(row: TaskInHand, version: int) -> None:
    if row.version != version or not row.is_open:
        raise Stale("task-moved-on")


def _may_do(officer: Officer, row: TaskInHand) -> bool:
    return access.may_work_on(officer, row.unit_code, row.role, row.assignee_id)


def _check_form(tx: Transaction, desk: Desk, row: TaskInHand, values: Mapping[str, object]) -> FormAnswers:
    form = task_in_hand.form_of(tx, row)
    checked = check_form(form, values, desk.world, task_in_hand.form_facts(tx, form, row, desk.now))
    try:
        map_points.communes_of(tx, desk.world.units, checked.case.get(map_points.POSITION))
    except Invalid as outside:
        raise InvalidForm({outside.field: [outside]}) from outside
    return checked


def require_pictures(form: Form, files: Mapping[str, Sequence[CleanFile]]) -> None:
    """Raise InvalidForm for files that are no pictures in fields that take pictures only."""
    faults = evidence.faults_in_pictures(form, files)
    if faults:
        raise InvalidForm(faults)


def check_form(form: Form, values: Mapping[str, object], world: World, facts: FormFacts) -> FormAnswers:
    """The answers that the values of a form are; raises InvalidForm with the invalid fields."""
    try:
        return form.load(values, **world.units.known_codes, facts=facts)
    except InvalidAnswers as invalid:
        raise InvalidForm(invalid.errors) from invalid


def list_emergency_units(tx: Transaction, instance_id: int) -> list[str]:
    """The units in which an emergency waits, apart from the hotline; none for a case that is no emergency."""
    query = select(_task.c.unit_code).where(
        _task.c.instance_id == instance_id,
        _task.c.state == OPEN,
        _task.c.urgency_rank == instances.URGENCY_RANKS["emergency"],
        _task.c.role.not_in(("operator", CITIZEN)),
    )
    return sorted(set(tx.read.execute(query).scalars()))


def claim(tx: Transaction, desk: Desk, task_id: int, version: int) -> None:
    """Claim a task from the unit's queue; raises Forbidden, NotFound, or Stale when a colleague was faster.

    A substitute claims it for the absent person, with whom it stays when they return.
    """
    row = _load_open_task(tx, desk, task_id, version)
    _assign_task(tx, desk, row, _principal(desk.officer, row), "claim")


def release(tx: Transaction, desk: Desk, task_id: int, version: int) -> None:
    """Release a task: a delegated one to the person who delegated it, any other to the unit's queue."""
    row = _load_open_task(tx, desk, task_id, version)
    _assign_task(tx, desk, row, row.owner_id, "release")


def hand_over(tx: Transaction, desk: Desk, task_id: int, version: int, person_id: int) -> None:
    """Hand a task over to a colleague whose own roles allow it (R12); raises as `claim` does."""
    row = _load_open_task(tx, desk, task_id, version)
    _require_colleague(tx, desk, row, person_id)
    _assign_task(tx, desk, row, person_id, "hand_over")


def delegate(tx: Transaction, desk: Desk, task_id: int, version: int, person_id: int) -> None:
    """Delegate a task to a colleague; when released it returns to its owner, who can also take it back (R12).

    Raises as `hand_over` does.
    """
    row = _load_open_task(tx, desk, task_id, version)
    _require_colleague(tx, desk, row, person_id)
    _assign_task(tx, desk, row, person_id, "delegate", owner_id=_principal(desk.officer, row))


def take_back(tx: Transaction, desk: Desk, task_id: int, version: int) -> None:
    """Take back a task that the officer delegated; raises NotFound, Forbidden for somebody else's, Stale."""
    row = task_in_hand.load_task(tx, task_id)
    if row.owner_id != desk.officer.id:
        raise Forbidden("task-delegated-by-another")
    access.require_work_on(desk.officer.with_loans_of(None), row.unit_code, row.role, None)
    _require_version(row, version)
    _assign_task(tx, desk, row, desk.officer.id, "claim")


def _principal(officer: Officer, row: TaskInHand) -> int:
    """The person whose task it is while the officer works on it: the officer, or whoever lends them the role."""
    return access.lender_for(officer, lambda one: _may_do(one, row)) or officer.id


def _require_colleague(tx: Transaction, desk: Desk, row: TaskInHand, person_id: int) -> None:
    """Raise Forbidden unless a person's own roles allow the task: it stays theirs when what they borrow has ended."""
    colleague = access.load_officer(tx, person_id, desk.now).with_loans_of(None)
    if not access.may_work_on(colleague, row.unit_code, row.role, None):
        raise Forbidden("colleague-without-role")


def _assign_task(
    tx: Transaction, desk: Desk, row: TaskInHand, person_id: int | None, verb: str, owner_id: int | None = None
) -> None:
    """Assign a loaded task to `person_id`, None for nobody; on release it returns to `owner_id`."""
    params = {"b_task": row.id, "b_version": row.version, "b_person": person_id, "b_owner": owner_id}
    if tx.write().execute(_ASSIGN_TASK, params).rowcount != 1:
        raise Stale("task-moved-on")
    to = person_key(person_id) if person_id is not None and person_id != desk.officer.id else ""
    detail = ActDetail(task=row.engine_id, absent=desk.behalf(lambda officer: _may_do(officer, row)), to=to)
    if person_id != desk.officer.id:
        arrival_calls.announce_assignment(tx, row.unit_code, person_id)
    entry = AuditEntry(desk.now, desk.who, verb, row.node, detail)
    history.append_entry(tx, row.case_id, entry)
