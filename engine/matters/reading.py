"""What became of something that was begun, as whoever may see it reads it: forms, history, files, open tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.actor import person_key
from engine.bpmn.starting import list_start_events
from engine.cases import code_search, instance_record, matter_files
from engine.cases.instance_record import (
    InstanceRecord,
    entries_of_instance,
    forms_of_instance,
    marks_of_instance,
    person_names,
    tasks_of_instance,
)
from engine.cases.tasks import Desk
from engine.errors import Forbidden, NotFound
from engine.process import definitions, past_acts
from engine.process.act_detail import decode_detail
from engine.staff.access import HEAD, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_object
from engine.store.models import History, Mark, Matter, Submission, Task
from forms.schema import Form

_matter, _task, _history = table_of(Matter), table_of(Task), table_of(History)
_submission, _mark = table_of(Submission), table_of(Mark)
OFFICE = "provincial_office"
CORRECTION = "correct"  # The form under which answers stand that were corrected at their author's request.


@dataclass(frozen=True, slots=True)
class MatterRecord(InstanceRecord):
    """An instance that was begun without a report, with its code, line and starter."""

    matter: Any


def may_see_matter(officer: Officer, matter: Any, tasks: Iterable[Any]) -> bool:
    """Whether an officer may open what was begun.

    Its starter may, whoever has or had a task of it, the heads of the units concerned, and the office (R9). Whoever
    holds the role of a task may too, unless it is the starter's own: that is shown to no colleague but whoever stands
    in for them.
    """
    if matter.starter_id == officer.id or any(role == OFFICE for _unit, role in officer.roles):
        return True
    own = person_key(officer.id)
    units = {matter.unit_code}
    for task in tasks:
        units.add(task.unit_code)
        if officer.id in (task.assignee_id, task.owner_id) or task.closed_by == own:
            return True
        is_starters = matter.starter_id is not None and task.assignee_id == matter.starter_id
        is_starters = is_starters and matter.starter_id not in officer.stands_in_for
        if (task.unit_code, task.role) in officer.roles and not is_starters:
            return True
    return any((unit, HEAD) in officer.roles for unit in units)


def find_matter(tx: Transaction, code: str) -> Any:
    """The row of what was begun with this code; raises BadInput for a malformed code, NotFound."""
    row = find_known_matter(tx, code_search.parse_whole(tx, code))
    if row is None:
        raise NotFound("matter-unknown", code=code)
    return row


def find_known_matter(tx: Transaction, code: str) -> Any | None:
    """The row of what was begun with this code in its canonical form, or None."""
    return tx.read.execute(select(_matter).where(_matter.c.code == code, _matter.c.unit_code.is_not(None))).first()


def matter_of_task(tx: Transaction, task_id: int) -> Any | None:
    """What a task belongs to, if that was begun without a report."""
    query = select(_matter).join(_task, _task.c.instance_id == _matter.c.instance_id)
    return tx.read.execute(query.where(_task.c.id == task_id, _matter.c.unit_code.is_not(None))).one_or_none()


def start_form_of(record: MatterRecord) -> Form | None:
    """The form in which an instance was begun, if it was; None when a message, a signal or the time began it."""
    nodes = {entry.node for entry in record.entries if entry.action == past_acts.START}
    event = next((one for one in list_start_events(record.process) if one.node in nodes and one.form), None)
    return record.content.forms.get(event.form) if event is not None else None


def start_answers(record: MatterRecord) -> dict[str, object]:
    """The answers in the form in which an instance was begun, of the process and beside it, as corrected since."""
    form = start_form_of(record)
    if form is None:
        return {}
    begun = next(entry for entry in record.entries if entry.action == past_acts.START)
    data = decode_detail(begun.detail).form_data
    own = [row for row in record.written if row.task_engine_id == 0]
    written = [stored_object(row.content) for row in own if row.form == form.key][:1]
    corrected = [stored_object(row.content) for row in own if row.form == CORRECTION]
    stated = [pair for answers in (data, *written, *corrected) for pair in answers.items()]
    return {key: value for key, value in stated if key in form.inputs}


def load_matter(tx: Transaction, desk: Desk, matter: Any) -> MatterRecord:
    """What was begun, as the officer may see it; `matter` is its row. Raises Forbidden."""
    instance_id = matter.instance_id
    tasks = tasks_of_instance(tx, instance_id)
    if not may_see_matter(desk.officer, matter, tasks):
        raise Forbidden("matter-of-others")
    case = instance_record.find_instance(tx, instance_id)
    if case is None:
        raise NotFound("matter-unknown", code=matter.code)
    entries = entries_of_instance(tx, instance_id)
    content = definitions.load_deployment(tx, case.digest)
    return MatterRecord(
        case=case,
        tasks=tasks,
        entries=entries,
        files=matter_files.list_matter_files(tx, instance_id),
        written=forms_of_instance(tx, instance_id),
        marks=marks_of_instance(tx, instance_id),
        names=person_names(tx, entries, tasks),
        process=content.get_process(case.process),
        content=content,
        personal=True,
        matter=matter,
    )
