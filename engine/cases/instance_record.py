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
from engine.process.act_detail import decode_detail
from engine.process.definitions import CompiledDeployment
from engine.process.instances import OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, Person, ProcessDefinition
from engine.translation.catalogue import Language
from engine.world.world import World

_instance, _person = table_of(Instance), table_of(Person)

_INSTANCE = (
    select(_instance, ProcessDefinition.key.label("process"), Deployment.digest)
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
)


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """What the pages of every instance show; `personal` is whether its texts are shown as they are."""

    case: Any
    tasks: Sequence[Any]
    entries: Sequence[Any]
    files: Sequence[Any]
    written: Sequence[Any]
    marks: Sequence[Any]
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
    def open_tasks(self) -> list[Any]:
        """The tasks that are open now."""
        return [task for task in self.tasks if task.state == OPEN]


def find_instance(tx: Transaction, instance_id: int) -> Any | None:
    """The row of an instance with the key of its process and the digest of its deployment, or None."""
    return tx.read.execute(_INSTANCE.where(_instance.c.id == instance_id)).one_or_none()


def rows_of_instance(tx: Transaction, table: Any, instance_id: int, order: Any) -> Sequence[Any]:
    """The rows of a table that belong to an instance."""
    return tx.read.execute(select(table).where(table.c.instance_id == instance_id).order_by(order)).all()


def person_names(tx: Transaction, entries: Sequence[Any], tasks: Sequence[Any]) -> dict[int, str]:
    """The names of all people who appear in the case."""
    actors = {entry.actor for entry in entries} | {task.closed_by for task in tasks if task.closed_by}
    actors |= {decode_detail(entry.detail).absent for entry in entries if '"for":' in entry.detail}
    numbers = person_ids(actors)
    numbers |= {person_id for task in tasks for person_id in (task.assignee_id, task.owner_id) if person_id}
    if not numbers:
        return {}
    query = select(_person.c.id, _person.c.name).where(_person.c.id.in_(numbers))
    return {row.id: row.name for row in tx.read.execute(query)}


def opening_entry(record: InstanceRecord, task: Any) -> Any | None:
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


def instructions_for(record: InstanceRecord, task: Any, world: World, language: Language) -> str:
    """The diagram's instructions for a task, in the words of the province."""
    return world.province.own_words(explain.task_instructions(record.process, task.node, language))


def explain_deadline(record: InstanceRecord, world: World, language: Language) -> DeadlineExplanation | None:
    """How the case's deadline was computed (R8); None when it has none."""
    return explain.case_deadline(record.case.state, world.calendar, language)


def element_names(record: InstanceRecord, language: Language) -> Mapping[str, str]:
    """The names of the diagrams' elements."""
    return explain.names_by_element(record.process, language)
