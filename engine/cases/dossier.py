"""A case as people read it: the report, its tasks, contacts, files, history, and why it is where it is. For pages.

Who may open a case, and who may read the personal data in it, is decided here for every page that shows one (R14).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select

from engine.bpmn import explain
from engine.bpmn.explain import Deadline
from engine.bpmn.parser import Process
from engine.cases import attachments, case_code, reports
from engine.cases.tasks import Desk
from engine.errors import Forbidden, NotFound
from engine.process import definitions
from engine.process.definitions import Content
from engine.process.history import Entry, record
from engine.process.instances import OPEN
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    Contact,
    Deployment,
    History,
    Instance,
    Mark,
    Person,
    ProcessDefinition,
    Report,
    ReportLink,
    Submission,
    Task,
)
from engine.world.unit_tree import CITIZEN
from engine.world.world import World

_report, _instance, _task, _history = table_of(Report), table_of(Instance), table_of(Task), table_of(History)
_contact, _submission, _mark, _link = table_of(Contact), table_of(Submission), table_of(Mark), table_of(ReportLink)
_person = table_of(Person)

_CASE = (
    select(_instance, ProcessDefinition.key.label("process"), Deployment.digest)
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
)
_SHOWN_BY = "reveal"


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that the pages of a case show. `personal` says whether the reader may see who reported."""

    case: Any
    report: Any
    tasks: Sequence[Any]
    entries: Sequence[Any]
    contacts: Sequence[Any]
    files: Sequence[Any]
    written: Sequence[Any]
    marks: Sequence[Any]
    links: Sequence[Any]
    names: Mapping[int, str]
    process: Process
    content: Content
    personal: bool

    @property
    def open_tasks(self) -> list[Any]:
        """What waits for somebody now."""
        return [task for task in self.tasks if task.state == OPEN]

    @property
    def waits_for_citizen(self) -> bool:
        """Whether only the citizen can go on."""
        return bool(self.open_tasks) and all(task.role == CITIZEN for task in self.open_tasks)


def by_code(tx: Transaction, someone: Officer, code: str, world: World) -> Dossier:
    """The latest case of the report with this code; raises BadInput for what is no code, NotFound, Forbidden."""
    code = case_code.parse(code)
    wanted = (
        select(_instance.c.id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(_report.c.code == code)
        .order_by(_instance.c.id.desc())
        .limit(1)
    )
    found: int | None = tx.read.execute(wanted).scalar()
    if found is None:
        raise NotFound(f"There is no case {code}.")
    return read(tx, someone, found, world)


def read(tx: Transaction, someone: Officer, instance_id: int, world: World) -> Dossier:
    """The case as the officer may see it; raises NotFound, Forbidden."""
    connection = tx.read
    case = connection.execute(_CASE.where(_instance.c.id == instance_id)).one_or_none()
    if case is None or case.report_id is None:
        raise NotFound(f"There is no case {instance_id}.")
    report = connection.execute(select(_report).where(_report.c.id == case.report_id)).one()
    tasks = _of_case(tx, _task, instance_id, _task.c.id)
    units = {task.unit_code for task in tasks}
    if not access.may_see(someone, world.units, report.place, units):
        raise Forbidden("This case belongs to other units.")
    entries = _of_case(tx, _history, instance_id, _history.c.seq)
    content = definitions.content(tx, case.digest)
    return Dossier(
        case=case,
        report=report,
        tasks=tasks,
        entries=entries,
        contacts=tx.read.execute(
            select(_contact).where(_contact.c.report_id == report.id).order_by(_contact.c.at)
        ).all(),
        files=attachments.of(tx, report.id),
        written=_of_case(tx, _submission, instance_id, _submission.c.id),
        marks=_of_case(tx, _mark, instance_id, _mark.c.id),
        links=_links(tx, report.id),
        names=_names(tx, entries, tasks),
        process=content.process(case.process),
        content=content,
        personal=_handles(someone, tasks) or _was_shown(someone, entries),
    )


def _of_case(tx: Transaction, table: Any, instance_id: int, order: Any) -> Sequence[Any]:
    return tx.read.execute(select(table).where(table.c.instance_id == instance_id).order_by(order)).all()


def _links(tx: Transaction, report_id: int) -> Sequence[Any]:
    """The reports that belong to this one, with their codes."""
    other = _report.c.id == _link.c.other_id
    back = _report.c.id == _link.c.report_id
    columns = (_link.c.id, _link.c.kind, _link.c.reason, _link.c.created_at, _report.c.code)
    out, into = literal(value=True).label("outgoing"), literal(value=False).label("outgoing")
    live = _link.c.undone_at.is_(None)
    forth = select(*columns, out).join(_report, other).where(_link.c.report_id == report_id, live)
    here = select(*columns, into).join(_report, back).where(_link.c.other_id == report_id, live)
    return tx.read.execute(forth.union_all(here)).all()


def _names(tx: Transaction, entries: Sequence[Any], tasks: Sequence[Any]) -> dict[int, str]:
    """The names of everybody who appears in the case."""
    actors = {entry.actor for entry in entries} | {task.closed_by for task in tasks if task.closed_by}
    numbers = {int(actor.partition(":")[2]) for actor in actors if actor.startswith("person:")}
    numbers |= {number for task in tasks for number in (task.assignee_id, task.owner_id) if number}
    if not numbers:
        return {}
    wanted = select(_person.c.id, _person.c.name).where(_person.c.id.in_(numbers))
    return {row.id: row.name for row in tx.read.execute(wanted)}


def _handles(someone: Officer, tasks: Sequence[Any]) -> bool:
    """Whether the case is the officer's to work on now: only those read who reported."""
    return any(
        task.state == OPEN and access.may_work(someone, task.unit_code, task.role, task.assignee_id) for task in tasks
    )


def _was_shown(someone: Officer, entries: Sequence[Any]) -> bool:
    return any(entry.action == _SHOWN_BY and entry.actor == f"person:{someone.id}" for entry in entries)


def reveal(tx: Transaction, dossier: Dossier, desk: Desk, reason: str) -> None:
    """Let an officer who does not handle the case read who reported; the history says who, when and why (R14)."""
    record(tx, dossier.case.id, Entry(desk.now, desk.who, _SHOWN_BY, "", {"reason": reason}))


def arrival(dossier: Dossier, task: Any) -> Any | None:
    """The entry of the history that brought a task about."""
    for entry in reversed(dossier.entries):
        opened = json.loads(entry.detail).get("opened", [])
        if any(item[0] == task.engine_id for item in opened):
            return entry
    return None


def walked(dossier: Dossier) -> list[str]:
    """The ids of the diagram's elements that the case has passed, in order."""
    return [
        node
        for entry in dossier.entries
        for node in ([entry.node] if entry.action == "complete" else []) + json.loads(entry.detail).get("path", [])
    ]


def instructions(dossier: Dossier, task: Any) -> str:
    """What the diagram tells whoever does a task."""
    return explain.instructions(dossier.process, task.node)


def deadline(dossier: Dossier, world: World, language: str) -> Deadline | None:
    """How the case's deadline came about (R8); None when it has none."""
    return explain.deadline(dossier.case.state, world.calendar, language)


def element_names(dossier: Dossier) -> Mapping[str, str]:
    """What the diagrams call their elements."""
    return names_of(dossier.process)


def names_of(process: Process) -> Mapping[str, str]:
    """What a process's diagrams, and those it calls, call their elements, by id."""
    return explain.names(process)


def diagrams(tx: Transaction, digest: str, process: Process) -> dict[str, str]:
    """The diagrams that a process runs through, its own first, by file name."""
    own = {process.key, *process.subs}
    files = definitions.files_of(tx, digest)
    found = {path.stem: content.decode() for path, content in files.items() if path.suffix == ".bpmn"}
    used = {name: text for name, text in found.items() if name in own}
    return dict(sorted(used.items(), key=lambda item: item[0] != process.key))


def log_contact(tx: Transaction, dossier: Dossier, desk: Desk, said: tuple[str, bool, str]) -> None:
    """Add one attempt to reach the citizen, as (means, reached, note), to the log (R5)."""
    means, reached, note = said
    row = {"at": desk.now, "means": means, "reached": reached, "note": note}
    reports.log_contact(tx, dossier.report.id, {**row, "recorded_at": desk.now, "recorded_by": desk.who.actor})
    record(tx, dossier.case.id, Entry(desk.now, desk.who, "contact", "", {"means": means, "reached": reached}))
