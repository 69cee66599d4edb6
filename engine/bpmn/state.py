"""Encodes an instance's state as one small blob, and decodes it.

The blob holds the task trees in parent-first order, each task's data as a difference from its parent's, and what the
case itself knows: its counter, its deadline, who holds the work. It contains no diagram: the specification is parsed
once per version and shared. The first element is the format's version.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import msgspec
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.bpmn.clockwork import CaseClock
from engine.bpmn.parser import Process
from engine.bpmn.prune import UNFINISHED_STATES
from engine.bpmn.spiff import InstanceCounter
from engine.errors import StepFailed

STATE_FORMAT = 1

# spec name, state, index of the parent, id, change counter, triggered, internal data, changed data, deleted keys.
# Changed data None means that the task has no data at all, like future tasks.
TaskRow = tuple[str, int, int, int, int, bool, dict[str, Any], dict[str, Any] | None, list[str]]


class StoredProcess(msgspec.Struct, array_like=True):
    """One process of the case; called and embedded ones name the task that called them."""

    spec: str
    caller: int
    data: dict[str, Any]
    last_task: int
    success: bool
    completed: bool
    correlations: dict[str, Any]
    rows: list[TaskRow]


class StoredState(msgspec.Struct, array_like=True):
    """A complete stored state; new fields go to the end, with defaults."""

    format: int
    counter: int
    clock: CaseClock | None
    holders: list[str]
    waiting: list[int]
    parts: list[StoredProcess]


@dataclass(slots=True)
class LiveCase:
    """A live case: the engine's workflow and its own state. `assigned_units` are the units that do the work."""

    workflow: Any
    counter: InstanceCounter
    clock: CaseClock | None = None
    assigned_units: list[str] = field(default_factory=list)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(StoredState)


def encode_case(case: LiveCase) -> bytes:
    """The blob of a pruned case whose events have been taken out (`get_events`)."""
    workflow = case.workflow
    waiting = [task.id for task in workflow.event_manager.tasks.values() if task.id in task.workflow.tasks]
    parts = [
        _stored_process(workflow, 0),
        *(_stored_process(sub, sub.parent_task_id) for sub in _reachable_subprocesses(workflow)),
    ]
    return _encoder.encode(
        StoredState(STATE_FORMAT, case.counter.value, case.clock, case.assigned_units, waiting, parts)
    )


def _stored_process(part: Any, caller: int) -> StoredProcess:
    last = part.last_task.id if part.last_task is not None else 0
    return StoredProcess(
        part.spec.name, caller, part.data, last, part.success, part.completed, part.correlations, _task_rows(part)
    )


def _reachable_subprocesses(workflow: Any) -> list[Any]:
    """Sub-processes, callers first; the engine fails to remove some whose calling task is gone."""
    reachable, task_ids, pending = [], set(workflow.tasks), list(workflow.subprocesses.values())
    while level := [sub for sub in pending if sub.parent_task_id in task_ids]:
        reachable += level
        pending = [sub for sub in pending if sub.parent_task_id not in task_ids]
        for sub in level:
            task_ids.update(sub.tasks)
    return reachable


def _task_rows(part: Any) -> list[TaskRow]:
    rows: list[TaskRow] = []
    index: dict[int, int] = {}
    for task in part.tasks.values():
        index[task.id] = len(rows)
        parent = part.tasks.get(task._parent)
        changed, deleted = (task.data, []) if parent is None else _data_difference(parent.data, task.data)
        rows.append(
            (
                task.task_spec.name,
                task._state,
                -1 if parent is None else index[parent.id],
                task.id,
                task.last_state_change,
                task.triggered,
                _internal_data(task),
                changed,
                deleted,
            )
        )
    return rows


def _data_difference(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
    if not new:
        return None, []
    changed = {
        key: value for key, value in new.items() if key not in old or (old[key] is not value and old[key] != value)
    }
    return changed, [key for key in old if key not in new]


def _internal_data(task: Any) -> dict[str, Any]:
    """Internal data without event objects: an event that a gateway has seen is named by its definition's position."""
    internal: dict[str, Any] = task.internal_data
    if "seen_events" not in internal:
        return internal
    stored = {key: value for key, value in internal.items() if key != "seen_events"}
    if task._state & UNFINISHED_STATES:
        definitions = task.task_spec.event_definition.event_definitions
        stored["seen_events"] = [
            (definitions.index(event.event_definition), event.payload, event.correlations)
            for event in internal["seen_events"]
        ]
    return stored


def decode_blob(blob: bytes) -> StoredState:
    """The contents of a blob; raises StepFailed when it is not one or its format is unknown."""
    try:
        stored = _decoder.decode(blob)
    except msgspec.MsgspecError as error:
        raise StepFailed("step-state-unreadable", detail=str(error)) from error
    if stored.format != STATE_FORMAT:
        raise StepFailed("step-state-format", format=str(stored.format), known=str(STATE_FORMAT))
    return stored


def load_live_case(blob: bytes, process: Process, engine: Any) -> LiveCase:
    """The live case from a blob; raises StepFailed as `decode_blob` does."""
    return restore_live_case(decode_blob(blob), process, engine)


def restore_live_case(stored: StoredState, process: Process, engine: Any) -> LiveCase:
    """The live case from a blob's contents."""
    workflow = BpmnWorkflow(process.spec, process.subprocess_specs, script_engine=engine, deserializing=True)
    owners: dict[int, Any] = {}
    for index, part in enumerate(stored.parts):
        live = workflow if index == 0 else _add_subprocess(workflow, process, owners, part)
        _restore_process(live, part)
        owners.update(live.tasks)
    for task_id in stored.waiting:
        workflow.event_manager.add_task(owners[task_id])
    return LiveCase(workflow, InstanceCounter(stored.counter), stored.clock, stored.holders)


def _add_subprocess(workflow: Any, process: Process, owners: dict[int, Any], part: StoredProcess) -> Any:
    caller = owners[part.caller]
    sub = BpmnSubWorkflow(process.subprocess_specs[part.spec], part.caller, workflow, deserializing=True)
    workflow.subprocesses[part.caller] = sub
    sub.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
    return sub


def _restore_process(live: Any, part: StoredProcess) -> None:
    tasks: dict[int, Any] = {}
    tasks_by_row: list[Any] = []
    specs = live.spec.task_specs
    for row in part.rows:
        task = _restore_task(live, specs[row[0]], row, tasks_by_row)
        tasks[task.id] = task
        tasks_by_row.append(task)
    live.tasks, live.task_tree = tasks, tasks_by_row[0]
    live.data, live.success, live.completed, live.correlations = (
        part.data,
        part.success,
        part.completed,
        part.correlations,
    )
    live.last_task = tasks.get(part.last_task)


def _restore_task(live: Any, spec: Any, row: TaskRow, tasks_by_row: list[Any]) -> Any:
    """A task of the engine, created without its constructor, which would number and stamp it again."""
    _, state, parent_index, task_id, changed_at, triggered, internal, changed, deleted = row
    task = Task.__new__(Task)
    task.id, task.workflow, task.task_spec, task.thread_id = task_id, live, spec, 0
    task._state, task.last_state_change, task.triggered = state, changed_at, triggered
    task._children, task._parent, task.internal_data = [], None, internal
    if parent_index >= 0:
        parent = tasks_by_row[parent_index]
        task._parent = parent.id
        parent._children.append(task_id)
        task.data = {} if changed is None else _inherit_data(parent.data, changed, deleted)
    else:
        task.data = changed
    if "seen_events" in internal:
        definitions = spec.event_definition.event_definitions
        internal["seen_events"] = [
            BpmnEvent(definitions[index], payload, correlations)
            for index, payload, correlations in internal["seen_events"]
        ]
    return task


def _inherit_data(data: dict[str, Any], changed: dict[str, Any], deleted: list[str]) -> dict[str, Any]:
    """The parent's data with a task's own changes.

    Lists and dictionaries are copied; otherwise a merge into one task's list would show in its parent and its siblings.
    """
    own = {
        key: deepcopy(value) if value.__class__ is dict or value.__class__ is list else value
        for key, value in data.items()
    }
    own.update(changed)
    for key in deleted:
        del own[key]
    return own


def clock_of(blob: bytes) -> CaseClock | None:
    """The deadline of a stored case, without restoring the case."""
    return decode_blob(blob).clock
