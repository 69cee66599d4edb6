"""Moves a stored case to another version of its diagram.

Whatever is open or waiting continues unchanged: the same tasks, the same due instants, the same data. The engine's
predictions after them are made again where the diagram continues differently, and nowhere else. So each active element
must exist in the new version, as an element of the same kind and in the same process, under its own id or under the one
that the analyst gives for it. A boundary event of a task, or an event sub-process that waits, may be missing, then
it no longer waits; a new one starts to wait now. What is finished stays finished, wherever it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import SubWorkflowTask
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import inspection, state
from engine.bpmn.actions import GONE, OTHER_CALL, OTHER_KIND, MigrationBlocker
from engine.bpmn.library_types import SpiffSpec, SpiffTask, SpiffWorkflow
from engine.bpmn.listeners import ScopeListener, listens
from engine.bpmn.parser import Process
from engine.bpmn.spiff import InstanceCounter
from engine.bpmn.state import LiveCase
from engine.bpmn.stored_state import STATE_FORMAT, StoredProcess, StoredState, TaskRow
from engine.bpmn.timers import CycleTimer
from engine.errors import NotMigratable

ACTIVE_STATES = TaskState.WAITING | TaskState.READY | TaskState.STARTED
# What SpiffWorkflow creates for one element of a diagram in addition to the element itself.
_GENERATED_SUFFIXES = (".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin", " [child]")
_SPLIT_SUFFIX = ".BoundaryEventSplit"


def load_migrated_case(
    blob: bytes, old: Process, new: Process, id_mapping: Mapping[str, str], engine: Any, counter: InstanceCounter
) -> LiveCase:
    """The live case from a blob of `old`, as a case of `new`; `id_mapping` maps old element ids to new.

    Raises NotMigratable with every blocker.
    """
    stored = state.decode_state(blob, old)
    counter.value = max(counter.value, stored.counter)
    migration = _Migration(old, new, id_mapping, counter)
    parts = [migration.migrate_process(part) for part in stored.parts if part.caller not in migration.dropped_tasks]
    if migration.blockers:
        raise NotMigratable(migration.blockers)
    waiting = [task_id for task_id in stored.waiting if task_id not in migration.dropped_tasks]
    migrated = StoredState(STATE_FORMAT, counter.value, stored.clock, stored.holders, waiting, parts)
    case = state.restore_live_case(migrated, new, engine)
    for live_part in (case.workflow, *case.workflow.subprocesses.values()):
        _predict_diverging(live_part, migration.diverging_tasks)
        _start_new_events(live_part, migration.known_events)
    return case


@dataclass(slots=True)
class _Migration:
    """One case during its migration.

    `dropped_tasks` are left behind, the new version continues differently after `diverging_tasks`, `blockers` are what
    cannot be moved.
    """

    old: Process
    new: Process
    id_mapping: Mapping[str, str]
    counter: InstanceCounter
    dropped_tasks: set[int] = field(default_factory=set)
    diverging_tasks: set[int] = field(default_factory=set)
    blockers: list[MigrationBlocker] = field(default_factory=list)
    known_events: set[str] = field(default_factory=set)

    def new_name(self, name: str) -> str:
        """The new name of an element, or of what the engine creates for one."""
        for suffix in _GENERATED_SUFFIXES:
            if name.endswith(suffix):
                base = name.removesuffix(suffix)
                return self.id_mapping.get(base, base) + suffix
        return self.id_mapping.get(name, name)

    def migrate_process(self, part: StoredProcess) -> StoredProcess:
        """Migrates a process of the case row by row; rows list parents first."""
        old, new = self._process_specs(part)
        if new is None:
            self.blockers.append(MigrationBlocker(GONE, part.spec))
            return part
        self.known_events |= {
            self.new_name(name) for name, spec in old.task_specs.items() if isinstance(spec, BoundaryEvent)
        }
        rows: list[TaskRow] = []
        index = {-1: -1}
        for position, row in enumerate(part.rows):
            spec = self._target_spec(row, part.rows, old, new) if row[2] in index else None
            if spec is None:
                self.dropped_tasks.add(row[3])
                continue
            if row[1] & ACTIVE_STATES and _lacks_split(spec, new, rows, index[row[2]]):
                rows.append(self._split_row(spec.name + _SPLIT_SUFFIX, index[row[2]]))
                index[row[2]] = len(rows) - 1
            if row[1] & TaskState.DEFINITE_MASK and not self._has_same_flows(old, new, row[0]):
                self.diverging_tasks.add(row[3])
            index[position] = len(rows)
            internal = _migrated_internal_data(row, old.task_specs[row[0]], spec)
            rows.append((spec.name, row[1], index[row[2]], *row[3:6], internal, *row[7:]))
        return StoredProcess(
            new.name, part.caller, part.data, part.last_task, part.success, part.completed, part.correlations, rows
        )

    def _process_specs(self, part: StoredProcess) -> tuple[Any, Any]:
        if part.caller == 0:
            return self.old.spec, self.new.spec
        return self.old.subprocess_specs[part.spec], self.new.subprocess_specs.get(self.new_name(part.spec))

    def _target_spec(self, row: TaskRow, rows: list[TaskRow], old: Any, new: Any) -> Any | None:
        """The new version's counterpart of a row's task; None when the task is left behind."""
        old_spec, new_spec = old.task_specs[row[0]], new.task_specs.get(self.new_name(row[0]))
        if row[1] & TaskState.FINISHED_MASK:
            return new_spec or new.start
        if row[1] & ACTIVE_STATES:
            return self._active_target(old_spec, new_spec)
        parent = rows[row[2]]
        continues = parent[1] & TaskState.FINISHED_MASK or self._has_same_flows(old, new, parent[0])
        return new_spec if continues and type(new_spec) is type(old_spec) else None

    def _has_same_flows(self, old: Any, new: Any, name: str) -> bool:
        """Whether the same elements follow an element in both versions."""
        followers = [self.new_name(follower) for follower in old.task_specs[name]._outputs]
        return bool(followers == new.task_specs[self.new_name(name)]._outputs)

    def _active_target(self, old_spec: SpiffSpec, new_spec: SpiffSpec | None) -> Any | None:
        """The new version's counterpart of an active element; records blockers."""
        element = str(old_spec.bpmn_id or old_spec.name)
        if new_spec is None:
            if not isinstance(old_spec, BoundaryEvent):
                self.blockers.append(MigrationBlocker(GONE, element))
            return None
        if not _is_same_kind(old_spec, new_spec):
            self.blockers.append(MigrationBlocker(OTHER_KIND, element))
        elif isinstance(old_spec, SubWorkflowTask) and self.new_name(old_spec.spec) != new_spec.spec:
            self.blockers.append(MigrationBlocker(OTHER_CALL, element))
        return new_spec

    def _split_row(self, name: str, parent: int) -> TaskRow:
        """The task before one with boundary events, for one that had none so far."""
        return (
            name,
            TaskState.COMPLETED,
            parent,
            self.counter.next_number(),
            self.counter.next_number(),
            False,
            {},
            None,
            [],
        )


def _is_same_kind(old_spec: SpiffSpec, new_spec: SpiffSpec) -> bool:
    if old_spec.manual and new_spec.manual:
        return True
    if isinstance(old_spec, CatchingEvent) and isinstance(new_spec, CatchingEvent):
        return type(old_spec) is type(new_spec) and type(old_spec.event_definition) is type(new_spec.event_definition)
    return type(old_spec) is type(new_spec)


def _lacks_split(new_spec: SpiffSpec, new: Any, rows: list[TaskRow], parent: int) -> bool:
    """Whether the new version has boundary events at an element and the case has not passed their split."""
    split = new_spec.name + _SPLIT_SUFFIX
    return split in new.task_specs and (parent < 0 or rows[parent][0] != split)


def _migrated_internal_data(row: TaskRow, old_spec: SpiffSpec, new_spec: SpiffSpec) -> dict[str, Any]:
    """The engine's data on a row's task; a task that now has another role looks for its unit again."""
    if inspection.spec_properties(old_spec).get("role") == inspection.spec_properties(new_spec).get("role"):
        return row[6]
    return {key: value for key, value in row[6].items() if key not in ("unit", "passed_from")}


def _predict_diverging(part: SpiffWorkflow, diverging_tasks: set[int]) -> None:
    """Predict what may follow the tasks after which the new version continues differently."""
    for task_id in sorted(diverging_tasks & part.tasks.keys()):
        _predict_followers(part.tasks[task_id])


def _predict_followers(task: SpiffTask) -> None:
    """Predict what is missing after a task; a boundary event may never come, nor may what follows it."""
    present = {child.task_spec for child in task.children}
    if isinstance(task.task_spec, CatchingEvent) and isinstance(task.task_spec.event_definition, CycleTimer):
        return  # Each of its turns brings its own.
    likelihood = TaskState.MAYBE if isinstance(task.task_spec, BoundaryEvent) else TaskState.FUTURE
    for follower in task.task_spec.outputs:
        if follower not in present:
            follower._predict(task._add_child(follower, likelihood), mask=TaskState.NOT_FINISHED_MASK)


def _start_new_events(part: SpiffWorkflow, known_events: set[str]) -> None:
    """Make events on borders and starts of event sub-processes that are new in this version start to wait."""
    for split, event in list(_new_boundary_events(part, known_events)):
        task = split._add_child(event, TaskState.WAITING)
        _predict_followers(task)
        event._update(task)


def _new_boundary_events(part: SpiffWorkflow, known_events: set[str]) -> Iterator[tuple[Any, Any]]:
    """Each new event of an active task, or of a scope that still listens, with the task that it hangs from."""
    if listens(part):
        for event in part.task_tree.task_spec.outputs:
            if isinstance(event, ScopeListener) and event.name not in known_events:
                yield part.task_tree, event
    for split in part.tasks.values():
        if isinstance(split.task_spec, BoundaryEventSplit) and any(
            child._state & ACTIVE_STATES and not isinstance(child.task_spec, BoundaryEvent) for child in split.children
        ):
            for event in split.task_spec.outputs:
                if isinstance(event, BoundaryEvent) and event.name not in known_events:
                    yield split, event
