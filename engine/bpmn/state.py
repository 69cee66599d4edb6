"""An instance's state as one small blob, and back. Imported by step.

The blob holds the task trees in parent-first order, each task's data as a difference to its parent, and what the case
itself knows: its counter, its deadline, who holds the work. No diagram is in it: the specification is parsed once per
version and shared. The first element is the format's version.
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
from engine.bpmn.prune import UNFINISHED
from engine.bpmn.spiff import Counter
from engine.errors import StepFailed

FORMAT = 1

# spec name, state, index of the parent, id, change counter, triggered, internal data, changed data, deleted keys.
# Changed data None means that the task has no data at all, as tasks in the future have.
Row = tuple[str, int, int, int, int, bool, dict[str, Any], dict[str, Any] | None, list[str]]


class Part(msgspec.Struct, array_like=True):
    """One process of the case: the called or embedded ones name the task that called them."""

    spec: str
    caller: int
    data: dict[str, Any]
    last_task: int
    success: bool
    completed: bool
    correlations: dict[str, Any]
    rows: list[Row]


class Blob(msgspec.Struct, array_like=True):
    """The whole of a stored state; new fields go to the end, with defaults."""

    format: int
    counter: int
    clock: CaseClock | None
    holders: list[str]
    waiting: list[int]
    parts: list[Part]


@dataclass(slots=True)
class State:
    """A live case: the engine's workflow and what stands beside it. `holders` are the units that do the work."""

    workflow: Any
    counter: Counter
    clock: CaseClock | None = None
    holders: list[str] = field(default_factory=list)


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Blob)


def dump(state: State) -> bytes:
    """The blob of a case that is pruned and whose events have been taken out (`get_events`)."""
    workflow = state.workflow
    waiting = [task.id for task in workflow.event_manager.tasks.values() if task.id in task.workflow.tasks]
    parts = [_part(workflow, 0), *(_part(sub, sub.parent_task_id) for sub in _reachable(workflow))]
    return _encoder.encode(Blob(FORMAT, state.counter.value, state.clock, state.holders, waiting, parts))


def _part(part: Any, caller: int) -> Part:
    last = part.last_task.id if part.last_task is not None else 0
    return Part(part.spec.name, caller, part.data, last, part.success, part.completed, part.correlations, _rows(part))


def _reachable(workflow: Any) -> list[Any]:
    """Sub-processes, callers first; the engine forgets to remove some whose calling task is gone."""
    found, known, rest = [], set(workflow.tasks), list(workflow.subprocesses.values())
    while now := [sub for sub in rest if sub.parent_task_id in known]:
        found += now
        rest = [sub for sub in rest if sub.parent_task_id not in known]
        for sub in now:
            known.update(sub.tasks)
    return found


def _rows(part: Any) -> list[Row]:
    rows: list[Row] = []
    index: dict[int, int] = {}
    for task in part.tasks.values():
        index[task.id] = len(rows)
        parent = part.tasks.get(task._parent)
        changed, deleted = (task.data, []) if parent is None else _difference(parent.data, task.data)
        rows.append(
            (
                task.task_spec.name,
                task._state,
                -1 if parent is None else index[parent.id],
                task.id,
                task.last_state_change,
                task.triggered,
                _internal(task),
                changed,
                deleted,
            )
        )
    return rows


def _difference(old: dict[str, Any], new: dict[str, Any]) -> tuple[dict[str, Any] | None, list[str]]:
    if not new:
        return None, []
    changed = {
        key: value for key, value in new.items() if key not in old or (old[key] is not value and old[key] != value)
    }
    return changed, [key for key in old if key not in new]


def _internal(task: Any) -> dict[str, Any]:
    """Internal data without event objects: an event that a gateway has seen is named by its definition's position."""
    internal: dict[str, Any] = task.internal_data
    if "seen_events" not in internal:
        return internal
    kept = {key: value for key, value in internal.items() if key != "seen_events"}
    if task._state & UNFINISHED:
        known = task.task_spec.event_definition.event_definitions
        kept["seen_events"] = [
            (known.index(event.event_definition), event.payload, event.correlations)
            for event in internal["seen_events"]
        ]
    return kept


def decode(blob: bytes) -> Blob:
    """What a blob holds; raises StepFailed when it is not one or its format is not known."""
    try:
        kept = _decoder.decode(blob)
    except msgspec.MsgspecError as error:
        raise StepFailed(f"The stored state of the case cannot be read: {error}.") from error
    if kept.format != FORMAT:
        raise StepFailed(f"The stored state has format {kept.format}; this program knows format {FORMAT}.")
    return kept


def load(blob: bytes, process: Process, engine: Any) -> State:
    """The live case of a blob; raises StepFailed as `decode` does."""
    return restore(decode(blob), process, engine)


def restore(kept: Blob, process: Process, engine: Any) -> State:
    """The live case of what a blob holds."""
    workflow = BpmnWorkflow(process.spec, process.subs, script_engine=engine, deserializing=True)
    owners: dict[int, Any] = {}
    for number, part in enumerate(kept.parts):
        live = workflow if number == 0 else _called(workflow, process, owners, part)
        _restore(live, part)
        owners.update(live.tasks)
    for waiting in kept.waiting:
        workflow.event_manager.add_task(owners[waiting])
    return State(workflow, Counter(kept.counter), kept.clock, kept.holders)


def _called(workflow: Any, process: Process, owners: dict[int, Any], part: Part) -> Any:
    caller = owners[part.caller]
    sub = BpmnSubWorkflow(process.subs[part.spec], part.caller, workflow, deserializing=True)
    workflow.subprocesses[part.caller] = sub
    sub.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
    return sub


def _restore(live: Any, part: Part) -> None:
    tasks: dict[int, Any] = {}
    made: list[Any] = []
    specs = live.spec.task_specs
    for row in part.rows:
        task = _task(live, specs[row[0]], row, made)
        tasks[task.id] = task
        made.append(task)
    live.tasks, live.task_tree = tasks, made[0]
    live.data, live.success, live.completed, live.correlations = (
        part.data,
        part.success,
        part.completed,
        part.correlations,
    )
    live.last_task = tasks.get(part.last_task)


def _task(live: Any, spec: Any, row: Row, made: list[Any]) -> Any:
    """A task of the engine, made without its constructor, which would number and stamp it anew."""
    _, state, parent_index, number, changed_at, triggered, internal, changed, deleted = row
    task = Task.__new__(Task)
    task.id, task.workflow, task.task_spec, task.thread_id = number, live, spec, 0
    task._state, task.last_state_change, task.triggered = state, changed_at, triggered
    task._children, task._parent, task.internal_data = [], None, internal
    if parent_index >= 0:
        parent = made[parent_index]
        task._parent = parent.id
        parent._children.append(number)
        task.data = {} if changed is None else _inherited(parent.data, changed, deleted)
    else:
        task.data = changed
    if "seen_events" in internal:
        known = spec.event_definition.event_definitions
        internal["seen_events"] = [
            BpmnEvent(known[index], payload, correlations) for index, payload, correlations in internal["seen_events"]
        ]
    return task


def _inherited(data: dict[str, Any], changed: dict[str, Any], deleted: list[str]) -> dict[str, Any]:
    """The parent's data with a task's own changes.

    Lists and dictionaries are copied, or a merge into one task's list would show in its parent and its siblings.
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
    """The deadline of a stored case without bringing the case to life."""
    return decode(blob).clock
