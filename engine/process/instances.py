"""The one writer: starts process instances and moves them, and writes every row that a step changes.

Imported by use cases. Order of a step: read the instance and end the read; take the step, which needs no database; then
write everything in the boundary's transaction, guarded by the instance's version. When somebody else moved the
instance meanwhile, the step is taken anew on what they left.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, case, delete, insert, select, update

from engine.bpmn.actions import Complete, Opened, Step
from engine.bpmn.step import advance
from engine.errors import NotFound, Stale
from engine.process import acts, definitions, history, outbox, spell_recount, spells
from engine.process.acts import Act
from engine.process.definitions import Definition
from engine.process.history import Chain
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    NEVER,
    Deployment,
    Instance,
    Mark,
    ProcessDefinition,
    Submission,
    Subscription,
    Task,
    Timer,
)
from engine.store.statements import Statement
from engine.world.unit_tree import CITIZEN
from engine.world.world import World

ACTIVE, FINISHED = "active", "finished"
OPEN, DONE, GONE = "open", "done", "gone"
MESSAGE = "MessageEventDefinition"

# How often a step is taken anew because another one was faster; each time somebody's step has succeeded.
TRIES = 20

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

_instance = table_of(Instance)
_task = table_of(Task)
_timer = table_of(Timer)
_subscription = table_of(Subscription)


def _same_place(person: ColumnElement[int | None]) -> ColumnElement[int | None]:
    same = (_task.c.role == bindparam("b_role")) & (_task.c.unit_code == bindparam("b_unit"))
    return case((same, person), else_=None)


_READ = (
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
    .where(_instance.c.id == bindparam("id"))
)
_INSERT = insert(_instance).returning(_instance.c.id)
_MOVE = Statement(
    update(_instance).where(_instance.c.id == bindparam("b_id"), _instance.c.version == bindparam("b_version"))
)
_OPEN = Statement(insert(_task))
_CLOSE = Statement(
    update(_task)
    .where(_task.c.instance_id == bindparam("b_instance"), _task.c.engine_id == bindparam("b_task"))
    .values(
        state=bindparam("b_state"),
        closed_at=bindparam("b_at"),
        closed_by=bindparam("b_by"),
        version=_task.c.version + 1,
    )
)
# Another role or unit may be somebody else's: then nobody holds the task any more.
_RENAME = (
    update(_task)
    .where(_task.c.instance_id == bindparam("b_instance"), _task.c.engine_id == bindparam("b_task"))
    .values(
        node=bindparam("b_node"),
        name=bindparam("b_name"),
        form=bindparam("b_form"),
        role=bindparam("b_role"),
        unit_code=bindparam("b_unit"),
        passed_from=bindparam("b_passed_from"),
        assignee_id=_same_place(_task.c.assignee_id),
        owner_id=_same_place(_task.c.owner_id),
        version=_task.c.version + 1,
    )
)
_MOVE_DUE = Statement(
    update(_task)
    .where(_task.c.instance_id == bindparam("b_instance"), _task.c.state == OPEN, _task.c.role != CITIZEN)
    .values(due_at=bindparam("b_due"))
)
_WAIT = Statement(insert(_timer))
_WAIT_NO_MORE = Statement(
    delete(_timer).where(_timer.c.instance_id == bindparam("b_instance"), _timer.c.engine_id == bindparam("b_timer"))
)
_SUBSCRIBE = Statement(insert(_subscription))
_UNSUBSCRIBE = Statement(
    delete(_subscription).where(
        _subscription.c.instance_id == bindparam("b_instance"), _subscription.c.engine_id == bindparam("b_event")
    )
)
_MARK = Statement(insert(table_of(Mark)))
_SUBMIT = Statement(insert(table_of(Submission)))


@dataclass(frozen=True, slots=True)
class Found:
    """An instance as it was read: its state, version and chain, and the content of its deployment."""

    id: int
    status: str
    version: int
    state: bytes
    chain: Chain
    key: str
    digest: str


def read(tx: Transaction, instance_id: int) -> Found:
    """The instance; raises NotFound."""
    row = tx.read.execute(_READ, {"id": instance_id}).one_or_none()
    if row is None:
        raise NotFound(f"There is no case {instance_id}.")
    return Found(row[0], row[1], row[2], row[3], Chain(row[4], row[5]), row[6], row[7])


def start(
    tx: Transaction, definition: Definition, act: Act, world: World, *, report_id: int | None = None
) -> tuple[int, Step]:
    """Start an instance of a definition; returns its id and the first step. `act.action` is a Start."""
    process = definitions.content(tx, definition.digest).process(definition.key)
    step = advance(process, None, act.action, act.now, world)
    connection = tx.write()
    row = {
        **_columns(step, act.now),
        "report_id": report_id,
        "definition_id": definition.id,
        "version": 1,
        "started_at": act.now,
        "history_head": history.GENESIS,
        "history_count": 0,
    }
    instance_id: int = connection.execute(_INSERT, row).scalar_one()
    link = history.link(instance_id, Chain(), acts.entry(act, step, world))
    _MOVE.write(connection, {"b_id": instance_id, "b_version": 1, **_chain(link)})
    spells.begin(connection, instance_id, report_id, act.now)
    _write_rows(connection, instance_id, act, step, link)
    return instance_id, step


@dataclass(frozen=True, slots=True)
class Prepared:
    """A step that is taken but not written: what was read, the act, what follows from it, and the definition by which
    the case goes on when that is another one."""

    found: Found
    act: Act
    step: Step
    world: World
    definition_id: int | None = None


def take(tx: Transaction, instance_id: int, act: Act, world: World, found: Found | None = None) -> Step:
    """Take one step of an instance and write it.

    `found` spares the reading when the caller has just done it. Raises Stale when the action is not possible any more,
    StepFailed when the process cannot go on; then nothing is written.
    """
    for _ in range(TRIES):
        prepared = prepare(tx, instance_id, act, world, found)
        if write(tx, prepared):
            return prepared.step
        found = None
    raise Stale("The case changes too quickly; try again.")


def prepare(tx: Transaction, instance_id: int, act: Act, world: World, found: Found | None = None) -> Prepared:
    """Read the instance and take the step, without writing anything; raises as `take` does."""
    found = found or read(tx, instance_id)
    if found.status != ACTIVE:
        raise Stale("The case is finished.")
    process = definitions.content(tx, found.digest).process(found.key)
    return Prepared(found, act, advance(process, found.state, act.action, act.now, world), world)


def prepare_migration(tx: Transaction, found: Found, act: Act, target: Definition, world: World) -> Prepared:
    """Take the step of a case that goes on by `target`; raises Immovable, Stale, StepFailed.

    `act.action` is a Migrate or Return from the process of `found`.
    """
    if found.status != ACTIVE:
        raise Stale("The case is finished.")
    process = definitions.content(tx, target.digest).process(target.key)
    step = advance(process, found.state, act.action, act.now, world)
    return Prepared(found, act, step, world, target.id)


def write(tx: Transaction, prepared: Prepared) -> bool:
    """Write a prepared step; False, and nothing written, when the instance's version has moved on."""
    connection, found, act, step = tx.write(), prepared.found, prepared.act, prepared.step
    link = history.link(found.id, found.chain, acts.entry(act, step, prepared.world))
    columns = {**_columns(step, act.now), **_chain(link), "version": found.version + 1}
    if prepared.definition_id is not None:
        columns["definition_id"] = prepared.definition_id
    guard = {"b_id": found.id, "b_version": found.version}
    if _MOVE.write(connection, {**guard, **columns}) != 1:
        return False
    _write_rows(connection, found.id, act, step, link)
    return True


def _columns(step: Step, now: datetime) -> dict[str, Any]:
    """The instance's columns that follow from a step."""
    columns: dict[str, Any] = {"state": step.state, "status": ACTIVE, "due_at": step.deadline}
    if step.finished:
        columns |= {"status": FINISHED, "finished_at": now}
    for mark in ("overdue", "resolved"):
        if mark in step.marks:
            columns[f"{mark}_at"] = now
    return columns


def _chain(link: history.Link) -> dict[str, Any]:
    return {"history_head": link.chain.head, "history_count": link.chain.count}


def _write_rows(connection: Connection, instance_id: int, act: Act, step: Step, link: history.Link) -> None:
    """Everything that a step changes beside the instance's own row."""
    history.write(connection, link)
    _write_tasks(connection, instance_id, act, step)
    _write_waiting(connection, instance_id, step)
    queued = [outbox.notice(item) for item in step.notices]
    queued += [
        outbox.message(item, link.chain.count * 1000 + index)
        for index, item in enumerate(step.thrown)
        if item.kind == MESSAGE
    ]
    outbox.queue(connection, instance_id, queued, act.now)
    if step.marks:
        common = {"instance_id": instance_id, "at": act.now, "due_at": step.deadline}
        rows = [{**common, "status": mark} for mark in step.marks]
        _MARK.write(connection, rows)
    if act.personal:
        _SUBMIT.write(connection, _submission(instance_id, act))
    spells.follow(connection, instance_id, act.action, step, act.now)
    if step.changed:
        spell_recount.recount(connection, [instance_id])


def _write_tasks(connection: Connection, instance_id: int, act: Act, step: Step) -> None:
    done = act.action.task if isinstance(act.action, Complete) else None
    if step.closed:
        common = {"b_instance": instance_id, "b_at": act.now, "b_by": act.who.actor}
        rows = [{**common, "b_task": task, "b_state": DONE if task == done else GONE} for task in step.closed]
        _CLOSE.write(connection, rows)
    due = step.deadline or NEVER
    if step.moved:
        _MOVE_DUE.write(connection, {"b_instance": instance_id, "b_due": due})
    if step.changed:
        connection.execute(_RENAME, [_renamed(instance_id, item) for item in step.changed])
    if step.opened:
        _OPEN.write(connection, [_task_row(instance_id, item, act.now, due) for item in step.opened])


def _task_row(instance_id: int, item: Opened, now: datetime, due: datetime) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "engine_id": item.task,
        "node": item.node,
        "name": item.name,
        "role": item.role,
        "unit_code": item.unit,
        "passed_from": ",".join(item.passed_from) or None,
        "form": item.form,
        "state": OPEN,
        "version": 1,
        "opened_at": now,
        "due_at": NEVER if item.role == CITIZEN else due,  # Nobody is late with what waits for the public.
    }


def _renamed(instance_id: int, item: Opened) -> dict[str, Any]:
    return {
        "b_instance": instance_id,
        "b_task": item.task,
        "b_node": item.node,
        "b_name": item.name,
        "b_form": item.form,
        "b_role": item.role,
        "b_unit": item.unit,
        "b_passed_from": ",".join(item.passed_from) or None,
    }


def _write_waiting(connection: Connection, instance_id: int, step: Step) -> None:
    gone = [*step.cleared, *(item.timer for item in step.timers)]
    if gone:
        _WAIT_NO_MORE.write(connection, [{"b_instance": instance_id, "b_timer": timer} for timer in gone])
    if step.timers:
        rows = [
            {"instance_id": instance_id, "engine_id": i.timer, "node": i.node, "due": i.due, "wake": i.due}
            for i in step.timers
        ]
        _WAIT.write(connection, rows)
    ended = [*step.unsubscribed, *(item.event for item in step.subscribed)]
    if ended:
        _UNSUBSCRIBE.write(connection, [{"b_instance": instance_id, "b_event": event} for event in ended])
    if step.subscribed:
        rows = [
            {"instance_id": instance_id, "engine_id": i.event, "name": i.name, "correlations": _json(i.correlations)}
            for i in step.subscribed
        ]
        _SUBSCRIBE.write(connection, rows)


def _submission(instance_id: int, act: Act) -> dict[str, Any]:
    return {
        "instance_id": instance_id,
        "task_engine_id": act.action.task if isinstance(act.action, Complete) else 0,
        "at": act.now,
        "actor": act.who.actor,
        "form": act.form,
        "content": _json(act.personal),
        "salt": act.salt,
    }


def _json(value: object) -> str:
    return _JSON.encode(value)
