"""The only writer: starts process instances, takes their steps, and writes every row that a step changes.

Order of a step: read the instance and end the read; take the step, which needs no database; then write everything in
the boundary's transaction, guarded by the instance's version. If the instance changed in the meantime, the step is
taken again on the new state.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, bindparam, case, delete, func, insert, literal, select, update

from engine.bpmn.actions import MESSAGE_EVENT, SIGNAL_EVENT, Complete, OpenedTask, Step
from engine.bpmn.step import advance
from engine.errors import NotFound, Stale
from engine.process import (
    acts,
    arrival_calls,
    broadcasts,
    definitions,
    history,
    keepers,
    outbox,
    spell_recount,
    spells,
    subscriptions,
)
from engine.process.acts import Command
from engine.process.definitions import DefinitionRef
from engine.process.history import ChainState
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    NEVER,
    ORDINARY,
    Deployment,
    Instance,
    Mark,
    ProcessDefinition,
    Report,
    Submission,
    Task,
    Timer,
)
from engine.store.statements import CompiledStatement
from engine.world.roles import CITIZEN
from engine.world.world import World

ACTIVE, FINISHED = "active", "finished"
OPEN, DONE, GONE = "open", "done", "gone"

# How often a step is retried because another one was faster; each time, somebody's step has succeeded.
MAX_TRIES = 20

_JSON_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_instance = table_of(Instance)
_task, _report = table_of(Task), table_of(Report)
_timer = table_of(Timer)


def _unless_reassigned(person: ColumnElement[int | None]) -> ColumnElement[int | None]:
    is_same = (_task.c.role == bindparam("b_role")) & (_task.c.unit_code == bindparam("b_unit"))
    return case((is_same, person), else_=None)


_SELECT_INSTANCES = (
    select(
        _instance.c.id,
        _instance.c.status,
        _instance.c.version,
        _instance.c.state,
        _instance.c.history_head,
        _instance.c.history_count,
        ProcessDefinition.key,
        Deployment.digest,
    )
    .join(ProcessDefinition, ProcessDefinition.id == _instance.c.definition_id)
    .join(Deployment, Deployment.id == ProcessDefinition.deployment_id)
)
_SELECT_INSTANCE = _SELECT_INSTANCES.where(_instance.c.id == bindparam("id"))
_SELECT_SEVERAL = _SELECT_INSTANCES.where(_instance.c.id.in_(bindparam("ids", expanding=True)))
_INSERT_INSTANCE = insert(_instance).returning(_instance.c.id)
_UPDATE_INSTANCE = CompiledStatement(
    update(_instance).where(_instance.c.id == bindparam("b_id"), _instance.c.version == bindparam("b_version"))
)
# Lists begin with what is pressing: a task carries the rank of its report's urgency (`engine.cases.inbox`).
URGENCY_RANKS = {"emergency": 0, "urgent": 1}
_REPORT_RANK = (
    select(case(*((_report.c.urgency == name, literal(rank)) for name, rank in URGENCY_RANKS.items()), else_=ORDINARY))
    .join(_instance, _instance.c.report_id == _report.c.id)
    .where(_instance.c.id == bindparam("b_ranked"))
    .scalar_subquery()
)
_INSERT_TASK = CompiledStatement(insert(_task).values(urgency_rank=func.coalesce(_REPORT_RANK, ORDINARY)))
_CLOSE_TASK = CompiledStatement(
    update(_task)
    .where(_task.c.instance_id == bindparam("b_instance"), _task.c.engine_id == bindparam("b_task"))
    .values(
        state=bindparam("b_state"),
        closed_at=bindparam("b_at"),
        closed_by=bindparam("b_by"),
        version=_task.c.version + 1,
    )
)
# Another role or unit may belong to other people: the task then loses its assignee.
_UPDATE_TASK = (
    update(_task)
    .where(_task.c.instance_id == bindparam("b_instance"), _task.c.engine_id == bindparam("b_task"))
    .values(
        node=bindparam("b_node"),
        name=bindparam("b_name"),
        form=bindparam("b_form"),
        role=bindparam("b_role"),
        unit_code=bindparam("b_unit"),
        passed_from=bindparam("b_passed_from"),
        assignee_id=_unless_reassigned(_task.c.assignee_id),
        owner_id=_unless_reassigned(_task.c.owner_id),
        version=_task.c.version + 1,
    )
)
_UPDATE_TASK_DUE = CompiledStatement(
    update(_task)
    .where(_task.c.instance_id == bindparam("b_instance"), _task.c.state == OPEN, _task.c.role != CITIZEN)
    .values(due_at=bindparam("b_due"))
)
_INSERT_TIMER = CompiledStatement(insert(_timer))
_DELETE_TIMER = CompiledStatement(
    delete(_timer).where(_timer.c.instance_id == bindparam("b_instance"), _timer.c.engine_id == bindparam("b_timer"))
)
_INSERT_MARK = CompiledStatement(insert(table_of(Mark)))
_INSERT_SUBMISSION = CompiledStatement(insert(table_of(Submission)))


@dataclass(frozen=True, slots=True)
class InstanceSnapshot:
    """An instance as read: its state, version and chain, and the digest of its deployment."""

    id: int
    status: str
    version: int
    state: bytes
    chain: ChainState
    key: str
    digest: str


def load_instance(tx: Transaction, instance_id: int) -> InstanceSnapshot:
    """The instance; raises NotFound."""
    row = tx.read.execute(_SELECT_INSTANCE, {"id": instance_id}).one_or_none()
    if row is None:
        raise NotFound("instance-unknown", number=str(instance_id))
    return _snapshot_of(row)


def load_instances(tx: Transaction, instance_ids: Sequence[int]) -> dict[int, InstanceSnapshot]:
    """Several instances by id, read in one go."""
    return {row[0]: _snapshot_of(row) for row in tx.read.execute(_SELECT_SEVERAL, {"ids": instance_ids})}


def _snapshot_of(row: Row[*tuple[Any, ...]]) -> InstanceSnapshot:
    return InstanceSnapshot(row[0], row[1], row[2], row[3], ChainState(row[4], row[5]), row[6], row[7])


def start_instance(
    tx: Transaction, definition: DefinitionRef, command: Command, world: World, *, report_id: int | None = None
) -> tuple[int, Step]:
    """Start an instance of a definition; returns its id and the first step. `command.action` is a Start."""
    process = definitions.load_deployment(tx, definition.digest).get_process(definition.key)
    step = advance(process, None, command.action, command.now, world)
    connection = tx.write()
    step = keepers.with_true_keepers(connection, step)
    row = {
        **_instance_columns(step, command.now),
        "report_id": report_id,
        "definition_id": definition.id,
        "version": 1,
        "started_at": command.now,
        "history_head": history.GENESIS,
        "history_count": 0,
    }
    instance_id: int = connection.execute(_INSERT_INSTANCE, row).scalar_one()
    recorded = replace(command, detail=msgspec.structs.replace(command.detail, deployment=definition.number))
    link = history.next_link(instance_id, ChainState(), acts.audit_entry(recorded, step, world))
    _UPDATE_INSTANCE.send(connection, {"b_id": instance_id, "b_version": 1, **_chain_columns(link)})
    spells.begin_case(connection, instance_id, report_id, command.now)
    _write_related_rows(connection, instance_id, command, step, link)
    arrival_calls.announce_step(tx, step)
    return instance_id, step


@dataclass(frozen=True, slots=True)
class PreparedStep:
    """A step taken but not yet written: the snapshot, the command, the result, and the definition when it changes."""

    instance: InstanceSnapshot
    command: Command
    step: Step
    world: World
    definition_id: int | None = None


def take_step(
    tx: Transaction, instance_id: int, command: Command, world: World, instance: InstanceSnapshot | None = None
) -> Step:
    """Take one step of an instance and write it.

    Passing `instance` avoids reading it again. Raises Stale when the action is no longer possible, StepFailed when the
    process cannot continue; then nothing is written.
    """
    for _ in range(MAX_TRIES):
        prepared = prepare_step(tx, instance_id, command, world, instance)
        if write_step(tx, prepared):
            return prepared.step
        instance = None
    raise Stale("case-too-busy")


def prepare_step(
    tx: Transaction, instance_id: int, command: Command, world: World, instance: InstanceSnapshot | None = None
) -> PreparedStep:
    """Read the instance and take the step without writing anything; raises as `take_step` does."""
    instance = instance or load_instance(tx, instance_id)
    if instance.status != ACTIVE:
        raise Stale("case-finished")
    process = definitions.load_deployment(tx, instance.digest).get_process(instance.key)
    return PreparedStep(instance, command, advance(process, instance.state, command.action, command.now, world), world)


def prepare_migration(
    tx: Transaction, instance: InstanceSnapshot, command: Command, target: DefinitionRef, world: World
) -> PreparedStep:
    """Take the step that migrates a case to `target`; raises NotMigratable, Stale, StepFailed.

    `command.action` is a Migrate or RevertMigration from the process of `instance`.
    """
    if instance.status != ACTIVE:
        raise Stale("case-finished")
    process = definitions.load_deployment(tx, target.digest).get_process(target.key)
    step = advance(process, instance.state, command.action, command.now, world)
    return PreparedStep(instance, command, step, world, target.id)


def write_step(tx: Transaction, prepared: PreparedStep) -> bool:
    """Write a prepared step; False, with nothing written, when the instance's version has changed."""
    connection, instance, command = tx.write(), prepared.instance, prepared.command
    step = keepers.with_true_keepers(connection, prepared.step)
    link = history.next_link(instance.id, instance.chain, acts.audit_entry(command, step, prepared.world))
    columns = {**_instance_columns(step, command.now), **_chain_columns(link), "version": instance.version + 1}
    if prepared.definition_id is not None:
        columns["definition_id"] = prepared.definition_id
    guard = {"b_id": instance.id, "b_version": instance.version}
    if _UPDATE_INSTANCE.write(connection, {**guard, **columns}) != 1:
        return False
    _write_related_rows(connection, instance.id, command, step, link)
    arrival_calls.announce_step(tx, step)
    return True


def _instance_columns(step: Step, now: datetime) -> dict[str, object]:
    """The instance's columns after a step."""
    columns: dict[str, object] = {"state": step.state, "status": ACTIVE, "due_at": step.deadline}
    if step.finished:
        columns |= {"status": FINISHED, "finished_at": now}
    if step.deadline_moved and step.deadline is not None and step.deadline > now:
        columns["overdue_at"] = None  # Whatever moved it, nobody is late with a deadline that has not come.
    for mark in ("overdue", "resolved"):
        if mark in step.marks:
            columns[f"{mark}_at"] = now
    return columns


def _chain_columns(link: history.ChainLink) -> dict[str, object]:
    return {"history_head": link.chain.head, "history_count": link.chain.count}


def _write_related_rows(
    connection: Connection, instance_id: int, command: Command, step: Step, link: history.ChainLink
) -> None:
    """Write everything that a step changes besides the instance's own row."""
    history.insert_link(connection, link)
    _write_tasks(connection, instance_id, command, step)
    _write_wait_states(connection, instance_id, step)
    queued = [outbox.notice_row(item) for item in step.notices]
    queued += [
        outbox.message_row(item, link.chain.count * 1000 + index)
        for index, item in enumerate(step.thrown_events)
        if item.kind == MESSAGE_EVENT
    ]
    outbox.enqueue_rows(connection, instance_id, queued, command.now)
    signals = [item for item in step.thrown_events if item.kind == SIGNAL_EVENT]
    broadcasts.queue_thrown(connection, instance_id, signals, command.now)
    if step.marks:
        common = {"instance_id": instance_id, "at": command.now, "due_at": step.deadline}
        rows = [{**common, "status": mark} for mark in step.marks]
        _INSERT_MARK.send(connection, rows)
    if command.personal:
        _INSERT_SUBMISSION.send(connection, _submission_row(instance_id, command))
    spells.apply_step(connection, instance_id, command.action, step, command.now)
    if step.changed_tasks:
        spell_recount.recount_instances(connection, [instance_id])


def _write_tasks(connection: Connection, instance_id: int, command: Command, step: Step) -> None:
    completed_id = command.action.task if isinstance(command.action, Complete) else None
    if step.closed_tasks:
        common = {"b_instance": instance_id, "b_at": command.now, "b_by": command.who.actor}
        rows = [
            {**common, "b_task": task_id, "b_state": DONE if task_id == completed_id else GONE}
            for task_id in step.closed_tasks
        ]
        _CLOSE_TASK.send(connection, rows)
    due = step.deadline or NEVER
    if step.deadline_moved:
        _UPDATE_TASK_DUE.send(connection, {"b_instance": instance_id, "b_due": due})
    if step.changed_tasks:
        connection.execute(_UPDATE_TASK, [_task_update(instance_id, item) for item in step.changed_tasks])
    if step.opened_tasks:
        _INSERT_TASK.send(connection, [_task_row(instance_id, item, command.now, due) for item in step.opened_tasks])


def _task_row(instance_id: int, item: OpenedTask, now: datetime, due: datetime) -> dict[str, object]:
    return {
        "instance_id": instance_id,
        "b_ranked": instance_id,
        "engine_id": item.task_id,
        "node": item.node,
        "name": item.name,
        "role": item.role,
        "unit_code": item.unit,
        "passed_from": ",".join(item.passed_from) or None,
        "form": item.form,
        "assignee_id": item.keeper,
        "state": OPEN,
        "version": 1,
        "opened_at": now,
        "due_at": NEVER if item.role == CITIZEN else due,  # Nobody is late with a task that waits for the public.
    }


def _task_update(instance_id: int, item: OpenedTask) -> dict[str, object]:
    return {
        "b_instance": instance_id,
        "b_task": item.task_id,
        "b_node": item.node,
        "b_name": item.name,
        "b_form": item.form,
        "b_role": item.role,
        "b_unit": item.unit,
        "b_passed_from": ",".join(item.passed_from) or None,
    }


def rank_open_tasks(tx: Transaction, report_id: int, urgency: str) -> None:
    """Give the open tasks of a report's cases the rank of its urgency, which has been corrected."""
    of_report = select(_instance.c.id).where(_instance.c.report_id == report_id)
    those = _task.c.instance_id.in_(of_report) & (_task.c.state == OPEN)
    rank = URGENCY_RANKS.get(urgency, ORDINARY)
    tx.write().execute(update(_task).where(those).values(urgency_rank=rank))
    if rank < ORDINARY:
        arrival_calls.announce_tasks(tx, those)


def _write_wait_states(connection: Connection, instance_id: int, step: Step) -> None:
    ended_timers = [*step.cleared_timers, *(item.task_id for item in step.timers)]
    if ended_timers:
        _DELETE_TIMER.send(connection, [{"b_instance": instance_id, "b_timer": timer_id} for timer_id in ended_timers])
    if step.timers:
        rows = [
            {"instance_id": instance_id, "engine_id": i.task_id, "node": i.node, "due": i.due, "wake": i.due}
            for i in step.timers
        ]
        _INSERT_TIMER.send(connection, rows)
    subscriptions.write_changes(connection, instance_id, step.new_subscriptions, step.ended_subscriptions)


def _submission_row(instance_id: int, command: Command) -> dict[str, object]:
    return {
        "instance_id": instance_id,
        "task_engine_id": command.action.task if isinstance(command.action, Complete) else 0,
        "at": command.now,
        "actor": command.who.actor,
        "form": command.form,
        "content": _encode_json(command.personal),
        "salt": command.salt,
    }


def _encode_json(value: object) -> str:
    return _JSON_ENCODER.encode(value)
