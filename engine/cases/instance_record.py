"""An instance as people read it: its tasks, its history, what was written in its forms, and the names in it.

A report's case is such a record with the report (`engine.cases.dossier`); what officers begin themselves is one alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.actor import person_ids
from engine.bpmn import explain
from engine.bpmn.explain import DeadlineExplanation
from engine.bpmn.parser import Process
from engine.cases.instance_rows import InstanceEntry, InstanceMark, InstanceRow, InstanceTask, WrittenForm
from engine.process.act_detail import decode_detail
from engine.process.damaged_acts import readable_acts
from engine.process.definitions import CompiledDeployment
from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import is_stored_object
from engine.store.models import Deployment, History, Instance, Mark, Person, ProcessDefinition, Submission, Task
from engine.store.typed_rows import columns_named, read_row, read_rows
from engine.store.unreadable import READING_FAULTS
from engine.translation.catalogue import Language
from engine.world.world import World

_instance, _person, _task = table_of(Instance), table_of(Person), table_of(Task)
_history, _submission, _mark = table_of(History), table_of(Submission), table_of(Mark)

_INSTANCE = (
    select(
        *columns_named(_instance, InstanceRow._fields[:-2]), ProcessDefinition.key.label("process"), Deployment.digest
    )
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
)


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """What the pages of every instance show; `personal` is whether its texts are shown as they are."""

    case: InstanceRow
    tasks: Sequence[InstanceTask]
    entries: Sequence[InstanceEntry]
    files: Sequence[Any]
    written: Sequence[WrittenForm]
    marks: Sequence[InstanceMark]
    names: Mapping[int, str]
    process: Process
    content: CompiledDeployment
    personal: bool

    @property
    def reporters(self) -> list[Any]:
        """Whom its texts must not name to everybody: nobody, unless a citizen has reported."""
        return []

    def readable(self, text: str) -> str:
        """A text of the instance as its reader may see it."""
        return text

    @property
    def open_tasks(self) -> list[InstanceTask]:
        """The tasks that are open now."""
        return [task for task in self.tasks if task.state == OPEN]


def find_instance(tx: Transaction, instance_id: int) -> InstanceRow | None:
    """The row of an instance with the key of its process and the digest of its deployment, or None."""
    return read_row(tx.read, _INSTANCE.where(_instance.c.id == instance_id), InstanceRow)


def tasks_of_instance(tx: Transaction, instance_id: int) -> list[InstanceTask]:
    """The tasks of an instance, in the order of opening."""
    query = select(*columns_named(_task, InstanceTask._fields)).where(_task.c.instance_id == instance_id)
    return read_rows(tx.read, query.order_by(_task.c.id), InstanceTask)


def entries_of_instance(tx: Transaction, instance_id: int) -> list[InstanceEntry]:
    """The rows of an instance's history, oldest first; one that is damaged says only that."""
    query = select(*columns_named(_history, InstanceEntry._fields)).where(_history.c.instance_id == instance_id)
    return readable_acts(read_rows(tx.read, query.order_by(_history.c.seq), InstanceEntry))


def forms_of_instance(tx: Transaction, instance_id: int) -> list[WrittenForm]:
    """What an instance's forms kept out of the process, oldest first; one that is damaged says nothing."""
    query = select(*columns_named(_submission, WrittenForm._fields)).where(_submission.c.instance_id == instance_id)
    rows = read_rows(tx.read, query.order_by(_submission.c.id), WrittenForm)
    return [row if is_stored_object(row.content) else row._replace(content="{}") for row in rows]


def marks_of_instance(tx: Transaction, instance_id: int) -> list[InstanceMark]:
    """What was noted on an instance, oldest first."""
    query = select(*columns_named(_mark, InstanceMark._fields)).where(_mark.c.instance_id == instance_id)
    return read_rows(tx.read, query.order_by(_mark.c.id), InstanceMark)


def person_names(tx: Transaction, entries: Sequence[InstanceEntry], tasks: Sequence[InstanceTask]) -> dict[int, str]:
    """The names of all people who appear in the case."""
    actors = {entry.actor for entry in entries} | {task.closed_by for task in tasks if task.closed_by}
    actors |= {decode_detail(entry.detail).absent for entry in entries if '"for":' in entry.detail}
    numbers = person_ids(actors)
    numbers |= {person_id for task in tasks for person_id in (task.assignee_id, task.owner_id) if person_id}
    if not numbers:
        return {}
    query = select(_person.c.id, _person.c.name).where(_person.c.id.in_(numbers))
    return {row.id: row.name for row in tx.read.execute(query)}


def opening_entry(record: InstanceRecord, task: InstanceTask) -> InstanceEntry | None:
    """The history entry that opened a task."""
    for entry in reversed(record.entries):
        if any(opened.task_id == task.engine_id for opened in decode_detail(entry.detail).openings):
            return entry
    return None


def visited_elements(record: InstanceRecord) -> list[str]:
    """The ids of the diagram's elements that the case has passed through, in order."""
    return [
        node
        for entry in record.entries
        for node in (*([entry.node] if entry.action == "complete" else []), *decode_detail(entry.detail).path)
    ]


def instructions_for(record: InstanceRecord, task: InstanceTask, world: World, language: Language) -> str:
    """The diagram's instructions for a task, in the words of the province."""
    return world.province.own_words(explain.task_instructions(record.process, task.node, language))


def explain_deadline(record: InstanceRecord, world: World, language: Language) -> DeadlineExplanation | None:
    """How the case's deadline was computed (R8); None when it has none, or when its stored state is damaged."""
    try:
        return explain.case_deadline(record.case.state, world.calendar, language)
    except READING_FAULTS:
        return None  # Its timers become incidents, and the record names the case.


def element_names(record: InstanceRecord, language: Language) -> Mapping[str, str]:
    """The names of the diagrams' elements."""
    return explain.names_by_element(record.process, language)
