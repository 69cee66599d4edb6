"""Encodes an instance's state as one small blob, and decodes it.

The blob holds the task trees in parent-first order, the data of the process once, other data as a difference from its
scope's (`scopes.py`), and what the case itself knows: its counter, its deadline, who holds the work. It contains no
diagram: the specification is parsed once per version and shared. The first element is the format's version; in format 1
every task had its own copy of the data (`state_format_1.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task

from engine.bpmn.clockwork import CaseClock
from engine.bpmn.library_types import SpiffSpec, SpiffTask, SpiffWorkflow
from engine.bpmn.parser import Process
from engine.bpmn.prune import UNFINISHED_STATES
from engine.bpmn.scopes import OwnData, collections_of, shared_data
from engine.bpmn.spiff import InstanceCounter
from engine.bpmn.state_format_1 import upgrade_state
from engine.bpmn.stored_state import (
    READABLE_FORMATS,
    STATE_FORMAT,
    WRITTEN,
    StoredProcess,
    StoredState,
    TaskRow,
    data_difference,
)
from engine.bpmn.waiting_order import remember_waiting, tasks_in_waiting_order
from engine.errors import StepFailed


@dataclass(slots=True)
class LiveCase:
    """A live case: the engine's workflow and its own state. `assigned_units` are the units that do the work."""

    workflow: SpiffWorkflow
    counter: InstanceCounter
    clock: CaseClock | None = None
    assigned_units: list[str] = field(default_factory=list)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(StoredState)


def encode_case(case: LiveCase) -> bytes:
    """The blob of a pruned case whose events have been taken out (`get_events`)."""
    workflow = case.workflow
    waiting = [task.id for task in tasks_in_waiting_order(workflow.event_manager)]
    parts = [
        _stored_process(workflow, 0),
        *(_stored_process(sub, sub.parent_task_id) for sub in _reachable_subprocesses(workflow)),
    ]
    return _encoder.encode(
        StoredState(STATE_FORMAT, case.counter.value, case.clock, case.assigned_units, waiting, parts)
    )


def _stored_process(part: SpiffWorkflow, caller: int) -> StoredProcess:
    last = part.last_task.id if part.last_task is not None else 0
    return StoredProcess(
        part.spec.name, caller, part.data, last, part.success, part.completed, part.correlations, _task_rows(part)
    )


def _reachable_subprocesses(workflow: SpiffWorkflow) -> list[SpiffWorkflow]:
    """Sub-processes, callers first; the engine fails to remove some whose calling task is gone."""
    reachable, task_ids, pending = [], set(workflow.tasks), list(workflow.subprocesses.values())
    while level := [sub for sub in pending if sub.parent_task_id in task_ids]:
        reachable += level
        pending = [sub for sub in pending if sub.parent_task_id not in task_ids]
        for sub in level:
            task_ids.update(sub.tasks)
    return reachable


def _task_rows(part: SpiffWorkflow) -> list[TaskRow]:
    rows: list[TaskRow] = []
    index: dict[int, int] = {}
    for task in part.tasks.values():
        index[task.id] = len(rows)
        parent = part.tasks.get(task._parent)
        if parent is None:
            changed, deleted = _root_difference(part, task)
        else:
            changed, deleted = _own_difference(task)
        internal = _internal_data(task)
        if changed is not None and task.data.__class__ is OwnData:
            internal = {**internal, WRITTEN: list(task.data.written)}
        rows.append(
            (
                task.task_spec.name,
                task._state,
                -1 if parent is None else index[parent.id],
                task.id,
                task.last_state_change,
                task.triggered,
                internal,
                changed,
                deleted,
            )
        )
    return rows


def _root_difference(part: SpiffWorkflow, root: SpiffTask) -> tuple[dict[str, Any] | None, list[str]]:
    """All data of the process; of a called process how it differs from its caller's; of a sub-process nothing."""
    if part.parent_task_id is None:
        return root.data, []
    caller = part.top_workflow.get_task_from_id(part.parent_task_id)
    return (None, []) if root.data is caller.data else data_difference(caller.data, root.data)


def _own_difference(task: SpiffTask) -> tuple[dict[str, Any] | None, list[str]]:
    """How data of its own differs from the scope's; of a multi-instance activity only its collections matter."""
    if task.data.__class__ is not OwnData or not task._state & UNFINISHED_STATES:
        return None, []
    scope = shared_data(task.parent)
    if task.data is scope:
        return None, []
    if isinstance(task.task_spec, MultiInstanceTask):
        return {name: task.data[name] for name in collections_of(task.task_spec) if name in task.data}, []
    return data_difference(scope, task.data)


def _internal_data(task: SpiffTask) -> dict[str, Any]:
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
    if stored.format not in READABLE_FORMATS:
        raise StepFailed("step-state-format", format=str(stored.format), known=str(STATE_FORMAT))
    return stored


def load_live_case(blob: bytes, process: Process, engine: Any) -> LiveCase:
    """The live case from a blob; raises StepFailed as `decode_blob` does."""
    return restore_live_case(decode_state(blob, process), process, engine)


def decode_state(blob: bytes, process: Process) -> StoredState:
    """The contents of a blob in the present format; raises StepFailed as `decode_blob` does."""
    stored = decode_blob(blob)
    return stored if stored.format == STATE_FORMAT else upgrade_state(stored, process)


def restore_live_case(stored: StoredState, process: Process, engine: Any) -> LiveCase:
    """The live case from a blob's contents in the present format."""
    workflow = BpmnWorkflow(process.spec, process.subprocess_specs, script_engine=engine, deserializing=True)
    owners: dict[int, SpiffWorkflow] = {}
    for index, part in enumerate(stored.parts):
        live = workflow if index == 0 else _add_subprocess(workflow, process, owners, part)
        _restore_process(live, part, owners.get(part.caller))
        owners.update(live.tasks)
    for task_id in stored.waiting:
        workflow.event_manager.add_task(owners[task_id])
    remember_waiting(workflow.event_manager)
    return LiveCase(workflow, InstanceCounter(stored.counter), stored.clock, stored.holders)


def _add_subprocess(
    workflow: SpiffWorkflow, process: Process, owners: dict[int, SpiffWorkflow], part: StoredProcess
) -> SpiffWorkflow:
    caller = owners[part.caller]
    sub = BpmnSubWorkflow(process.subprocess_specs[part.spec], part.caller, workflow, deserializing=True)
    workflow.subprocesses[part.caller] = sub
    sub.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
    return sub


def _restore_process(live: SpiffWorkflow, part: StoredProcess, caller: SpiffTask | None) -> None:
    tasks: dict[int, SpiffTask] = {}
    tasks_by_row: list[SpiffTask] = []
    specs = live.spec.task_specs
    for row in part.rows:
        task = _restore_task(live, specs[row[0]], row, tasks_by_row)
        tasks[task.id] = task
        tasks_by_row.append(task)
    live.tasks, live.task_tree = tasks, tasks_by_row[0]
    _restore_data(part.rows, tasks_by_row, caller)
    live.data, live.success, live.completed, live.correlations = (
        part.data,
        part.success,
        part.completed,
        part.correlations,
    )
    live.last_task = tasks.get(part.last_task)


def _restore_task(live: SpiffWorkflow, spec: SpiffSpec, row: TaskRow, tasks_by_row: list[SpiffTask]) -> SpiffTask:
    """A task of the engine, created without its constructor, which would number and stamp it again."""
    _, state, parent_index, task_id, changed_at, triggered, internal, _, _ = row
    task = Task.__new__(Task)
    task.id, task.workflow, task.task_spec, task.thread_id = task_id, live, spec, 0
    task._state, task.last_state_change, task.triggered = state, changed_at, triggered
    task._children, task._parent, task.internal_data = [], None, internal
    if parent_index >= 0:
        parent = tasks_by_row[parent_index]
        task._parent = parent.id
        parent._children.append(task_id)
    if "seen_events" in internal:
        definitions = spec.event_definition.event_definitions
        internal["seen_events"] = [
            BpmnEvent(definitions[index], payload, correlations)
            for index, payload, correlations in internal["seen_events"]
        ]
    return task


def _restore_data(rows: list[TaskRow], tasks: list[SpiffTask], caller: SpiffTask | None) -> None:
    """Give each task its scope's data, or its own."""
    for row, task in zip(rows, tasks, strict=True):
        changed, deleted = row[7], row[8]
        outside = caller.data if caller is not None else {}
        scope = tasks[0].data if row[2] >= 0 else outside
        if changed is None:
            task.data = scope
        elif caller is None and row[2] < 0:
            task.data = changed
        else:
            values = {name: value for name, value in scope.items() if name not in deleted} if deleted else scope
            task.data = OwnData({**values, **changed}, task.internal_data.pop(WRITTEN, ()))


def clock_of(blob: bytes) -> CaseClock | None:
    """The deadline of a stored case, without restoring the case."""
    return decode_blob(blob).clock
