"""Reads a state of format 1, in which every task had a copy of the data, under the present meaning.

What each task changed against the one before it is known, and when: the changes of a scope are applied in that order,
so that what was written last is what the scope has now. Instances of multi-instance activities and called processes
keep their own data.

A repeating event whose tasks hung on it while it waited for its next turn gets an event of its own for them
(`boundaries.py`). Of the arrivals at a gateway only the last waited; now all that were not taken wait (`joins.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import msgspec
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway import InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.parser import Process
from engine.bpmn.scopes import collections_of, has_own_data
from engine.bpmn.stored_state import STATE_FORMAT, WRITTEN, StoredProcess, StoredState, TaskRow, data_difference
from engine.bpmn.timers import CycleTimer

UNFINISHED_STATES = TaskState.NOT_FINISHED_MASK

Data = dict[str, Any]
Change = tuple[int, Data, list[str]]


@dataclass(slots=True)
class _Scope:
    """One scope: the data it began with, and what its tasks changed: when, what, and which names they removed."""

    data: Data
    changes: list[Change] = field(default_factory=list)

    def settle(self) -> list[str]:
        """Apply the changes, the last ones last; give the names that were changed."""
        names: dict[str, None] = {}
        for _, changed, deleted in sorted(self.changes, key=lambda change: change[0]):
            self.data.update(changed)
            names.update(dict.fromkeys(changed))
            for name in deleted:
                self.data.pop(name, None)
        return list(names)


def upgrade_state(stored: StoredState, process: Process) -> StoredState:
    """The same case in the present format; `process` is the version of the diagram it was stored with."""
    return _Upgrade(stored, process).convert()


class _Upgrade:
    def __init__(self, stored: StoredState, process: Process) -> None:
        self.stored = stored
        self.counter = stored.counter
        self.specs = [
            (process.spec if index == 0 else process.subprocess_specs[part.spec]).task_specs
            for index, part in enumerate(stored.parts)
        ]
        self.copies: dict[int, Data] = {}
        self.owners: dict[int, tuple[int, TaskRow]] = {}
        self.scopes: list[_Scope] = []
        self.rejoining: list[set[int]] = []

    def convert(self) -> StoredState:
        for index, part in enumerate(self.stored.parts):
            self._read_copies(index, part)
        for index, part in enumerate(self.stored.parts):
            self.scopes.append(self._scope_of(index, part))
            self._collect_changes(index, part)
        self.rejoining = [self._waiting_arrivals(index, part) for index, part in enumerate(self.stored.parts)]
        written = {id(scope): scope.settle() for scope in self.scopes}
        parts = [self._convert_part(index, part, written) for index, part in enumerate(self.stored.parts)]
        return msgspec.structs.replace(self.stored, format=STATE_FORMAT, counter=self.counter, parts=parts)

    def _read_copies(self, index: int, part: StoredProcess) -> None:
        """Each task's copy, as format 1 has it: its parent's with its own changes."""
        for row in part.rows:
            copy = dict(self.copies[part.rows[row[2]][3]]) if row[2] >= 0 and row[7] is not None else {}
            copy.update(row[7] or {})
            for name in row[8]:
                copy.pop(name, None)
            self.copies[row[3]] = copy
            self.owners[row[3]] = (index, row)

    def _scope_of(self, index: int, part: StoredProcess) -> _Scope:
        """A sub-process has the scope it is drawn in, unless it is an instance or a called process."""
        root = part.rows[0][3]
        if index == 0:
            return _Scope(dict(self.copies[root]))
        caller_index, caller = self.owners[part.caller]
        spec = self.specs[caller_index][caller[0]]
        if isinstance(spec, CallActivity) or self._is_instance(caller_index, caller):
            return _Scope(dict(self.copies[root]))
        return self.scopes[caller_index]

    def _is_instance(self, index: int, row: TaskRow) -> bool:
        if row[2] < 0:
            return False
        container = self.specs[index][self.stored.parts[index].rows[row[2]][0]]
        return isinstance(container, MultiInstanceTask) and bool(container.task_spec == row[0])

    def _is_apart(self, index: int, row: TaskRow) -> bool:
        """Whether a task's copy remains its own."""
        is_running = bool(row[1] & UNFINISHED_STATES)
        return self._is_instance(index, row) or (is_running and has_own_data(self.specs[index][row[0]]))

    def _collect_changes(self, index: int, part: StoredProcess) -> None:
        for row in part.rows[1:]:
            if row[7] is not None and not self._is_apart(index, row):
                self.scopes[index].changes.append((row[4], row[7], row[8]))

    def _convert_part(self, index: int, part: StoredProcess, written: dict[int, list[str]]) -> StoredProcess:
        rows: list[TaskRow] = []
        positions = {-1: -1}
        for position, row in enumerate(part.rows):
            parent = positions[row[2]]
            if row[2] >= 0 and self._is_turn(index, row, part.rows):
                parent = self._add_turn(rows, positions, part.rows, row)
            data = self._root_data(index, part, written) if position == 0 else self._own_data(index, part, row)
            positions[position] = len(rows)
            state = TaskState.WAITING if row[3] in self.rejoining[index] else row[1]
            rows.append((row[0], state, parent, *row[3:6], {**row[6], **data[2]}, data[0], data[1]))
        return msgspec.structs.replace(part, rows=rows)

    def _root_data(
        self, index: int, part: StoredProcess, written: dict[int, list[str]]
    ) -> tuple[Data | None, list[str], Data]:
        scope = self.scopes[index]
        if index == 0:
            return scope.data, [], {}
        caller_index, caller = self.owners[part.caller]
        if not isinstance(self.specs[caller_index][caller[0]], CallActivity):
            return None, [], {}
        return (*data_difference(self._data_of(caller_index, caller), scope.data), {WRITTEN: written[id(scope)]})

    def _data_of(self, index: int, row: TaskRow) -> Data:
        """The data that a task has now."""
        return self._instance_data(index, row) if self._is_instance(index, row) else self.scopes[index].data

    def _instance_data(self, index: int, row: TaskRow) -> Data:
        """An instance's data; when it is a sub-process, what its tasks have made of it."""
        for part_index, part in enumerate(self.stored.parts):
            is_call = isinstance(self.specs[index][row[0]], CallActivity)
            if part_index and part.caller == row[3] and not is_call:
                return self.scopes[part_index].data
        return self.copies[row[3]]

    def _own_data(self, index: int, part: StoredProcess, row: TaskRow) -> tuple[Data | None, list[str], Data]:
        if not row[1] & UNFINISHED_STATES or not self._is_apart(index, row):
            return None, [], {}
        spec = self.specs[index][row[0]]
        if isinstance(spec, MultiInstanceTask):
            held = {name: self.copies[row[3]][name] for name in collections_of(spec) if name in self.copies[row[3]]}
            results = [spec.data_output.bpmn_id] if spec.data_output is not None else []
            return held, [], {WRITTEN: results}
        data = self._data_of(index, row) if self._is_instance(index, row) else self.copies[row[3]]
        changed, deleted = data_difference(self.scopes[index].data, data)
        begun = self.copies[part.rows[row[2]][3]]
        return changed, deleted, {WRITTEN: list(data_difference(begun, data)[0])}

    def _waiting_arrivals(self, index: int, part: StoredProcess) -> set[int]:
        """The arrivals at gateways that have not been taken; of those of one gateway the last was waiting."""
        joins = {row[0] for row in part.rows if row[1] == TaskState.WAITING and self._is_gateway(index, row)}
        taken = dict.fromkeys(joins, 0)
        for row in part.rows:
            if row[0] in joins and row[1] == TaskState.COMPLETED:
                taken[row[0]] = max(taken[row[0]], row[4])
        return {
            row[3]
            for row in part.rows
            if row[0] in joins
            and row[1] == TaskState.CANCELLED
            and row[4] > taken[row[0]]
            and part.rows[row[2]][1] == TaskState.COMPLETED
        }

    def _is_gateway(self, index: int, row: TaskRow) -> bool:
        return isinstance(self.specs[index][row[0]], ParallelGateway | InclusiveGateway)

    def _is_turn(self, index: int, row: TaskRow, rows: list[TaskRow]) -> bool:
        """Whether a task follows an event that has fired and still waits for its next turn."""
        event = rows[row[2]]
        spec = self.specs[index][event[0]]
        is_repeating = isinstance(spec, BoundaryEvent) and isinstance(spec.event_definition, CycleTimer)
        return is_repeating and bool(event[1] & TaskState.WAITING) and row[1] >= TaskState.FUTURE

    def _add_turn(self, rows: list[TaskRow], positions: dict[int, int], old: list[TaskRow], row: TaskRow) -> int:
        event = old[row[2]]
        self.counter += 1
        rows.append((event[0], TaskState.COMPLETED, positions[event[2]], self.counter, event[4], False, {}, None, []))
        return len(rows) - 1
