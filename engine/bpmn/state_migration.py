"""Moves a stored case to another version of its diagram. Imported by step.

What is open or waits goes on as it is: the same tasks, the same due instants, the same data. What the engine predicts
behind them is predicted anew where the diagram goes on differently, and nowhere else. So each element that is at work
must be there in the new version, as an element of the same kind and in the same process, under its own id or under the
one that the analyst names for it. An event at the border of a task may be missing, then it waits no more; one that is
new begins to wait now. What is finished is finished, wherever it was.
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
from engine.bpmn.actions import GONE, OTHER_CALL, OTHER_KIND, Obstacle
from engine.bpmn.parser import Process
from engine.bpmn.spiff import Counter
from engine.bpmn.state import Part, Row, State
from engine.bpmn.timers import CycleTimer
from engine.errors import Immovable

AT_WORK = TaskState.WAITING | TaskState.READY | TaskState.STARTED
# What SpiffWorkflow makes of one element of a diagram beside the element itself.
_MADE = (".BoundaryEventSplit", ".BoundaryEventJoin", ".EndJoin", " [child]")
_SPLIT = ".BoundaryEventSplit"


def load(blob: bytes, old: Process, new: Process, names: Mapping[str, str], engine: Any, counter: Counter) -> State:
    """The live case of a blob of `old`, as a case of `new`; `names` are new ids of elements by their old ones.

    Raises Immovable with everything that stands in the way.
    """
    kept = state.decode(blob)
    counter.value = max(counter.value, kept.counter)
    move = _Move(old, new, names, counter)
    parts = [move.part(part) for part in kept.parts if part.caller not in move.dropped]
    if move.obstacles:
        raise Immovable(move.obstacles)
    waiting = [number for number in kept.waiting if number not in move.dropped]
    blob_now = state.Blob(kept.format, counter.value, kept.clock, kept.holders, waiting, parts)
    case = state.restore(blob_now, new, engine)
    for live_part in (case.workflow, *case.workflow.subprocesses.values()):
        _predict(live_part, move.elsewhere)
        _begin_to_wait(live_part, move.known_events)
    return case


@dataclass(slots=True)
class _Move:
    """One case on its way. `dropped` are tasks that are left behind, `elsewhere` those after which the new version goes
    on differently, `obstacles` what cannot be moved."""

    old: Process
    new: Process
    names: Mapping[str, str]
    counter: Counter
    dropped: set[int] = field(default_factory=set)
    elsewhere: set[int] = field(default_factory=set)
    obstacles: list[Obstacle] = field(default_factory=list)
    known_events: set[str] = field(default_factory=set)

    def renamed(self, name: str) -> str:
        """The new name of an element, or of what the engine makes of one."""
        for made in _MADE:
            if name.endswith(made):
                base = name.removesuffix(made)
                return self.names.get(base, base) + made
        return self.names.get(name, name)

    def part(self, part: Part) -> Part:
        """A process of the case, row by row; rows come parents first."""
        old, new = self._specs(part)
        if new is None:
            self.obstacles.append(Obstacle(GONE, part.spec))
            return part
        self.known_events |= {
            self.renamed(name) for name, spec in old.task_specs.items() if isinstance(spec, BoundaryEvent)
        }
        rows: list[Row] = []
        index = {-1: -1}
        for number, row in enumerate(part.rows):
            spec = self._spec(row, part.rows, old, new) if row[2] in index else None
            if spec is None:
                self.dropped.add(row[3])
                continue
            if row[1] & AT_WORK and _unsplit(spec, new, rows, index[row[2]]):
                rows.append(self._split(spec.name + _SPLIT, index[row[2]]))
                index[row[2]] = len(rows) - 1
            if row[1] & TaskState.DEFINITE_MASK and not self._same_flows(old, new, row[0]):
                self.elsewhere.add(row[3])
            index[number] = len(rows)
            internal = _internal(row, old.task_specs[row[0]], spec)
            rows.append((spec.name, row[1], index[row[2]], *row[3:6], internal, *row[7:]))
        return Part(
            new.name, part.caller, part.data, part.last_task, part.success, part.completed, part.correlations, rows
        )

    def _specs(self, part: Part) -> tuple[Any, Any]:
        if part.caller == 0:
            return self.old.spec, self.new.spec
        return self.old.subs[part.spec], self.new.subs.get(self.renamed(part.spec))

    def _spec(self, row: Row, rows: list[Row], old: Any, new: Any) -> Any | None:
        """What a row's task is in the new version; None when it is left behind."""
        was, spec = old.task_specs[row[0]], new.task_specs.get(self.renamed(row[0]))
        if row[1] & TaskState.FINISHED_MASK:
            return spec or new.start
        if row[1] & AT_WORK:
            return self._at_work(was, spec)
        parent = rows[row[2]]
        goes_on = parent[1] & TaskState.FINISHED_MASK or self._same_flows(old, new, parent[0])
        return spec if goes_on and type(spec) is type(was) else None

    def _same_flows(self, old: Any, new: Any, name: str) -> bool:
        """Whether the same elements follow on an element in both versions."""
        after = [self.renamed(follower) for follower in old.task_specs[name]._outputs]
        return bool(after == new.task_specs[self.renamed(name)]._outputs)

    def _at_work(self, was: Any, spec: Any | None) -> Any | None:
        """What an element at work is in the new version; notes what stands in the way."""
        element = str(was.bpmn_id or was.name)
        if spec is None:
            if not isinstance(was, BoundaryEvent):
                self.obstacles.append(Obstacle(GONE, element))
            return None
        if not _same_kind(was, spec):
            self.obstacles.append(Obstacle(OTHER_KIND, element))
        elif isinstance(was, SubWorkflowTask) and self.renamed(was.spec) != spec.spec:
            self.obstacles.append(Obstacle(OTHER_CALL, element))
        return spec

    def _split(self, name: str, parent: int) -> Row:
        """The task that stands before one with events at its border, for one that had none so far."""
        return name, TaskState.COMPLETED, parent, self.counter.next(), self.counter.next(), False, {}, {}, []


def _same_kind(was: Any, spec: Any) -> bool:
    if was.manual and spec.manual:
        return True
    if isinstance(was, CatchingEvent) and isinstance(spec, CatchingEvent):
        return type(was) is type(spec) and type(was.event_definition) is type(spec.event_definition)
    return type(was) is type(spec)


def _unsplit(spec: Any, new: Any, rows: list[Row], parent: int) -> bool:
    """Whether the new version has events at the border of an element and the case has not passed their split."""
    split = spec.name + _SPLIT
    return split in new.task_specs and (parent < 0 or rows[parent][0] != split)


def _internal(row: Row, was: Any, spec: Any) -> dict[str, Any]:
    """What the engine knows of a row's task; one that is another role's now looks for its unit anew."""
    if inspection.spec_properties(was).get("role") == inspection.spec_properties(spec).get("role"):
        return row[6]
    return {key: value for key, value in row[6].items() if key not in ("unit", "passed_from")}


def _predict(part: Any, elsewhere: set[int]) -> None:
    """What may come after the tasks behind which the new version goes on differently."""
    for number in sorted(elsewhere & part.tasks.keys()):
        _predict_behind(part.tasks[number])


def _predict_behind(task: Any) -> None:
    """Predict what is missing behind a task; an event at a border may never come, nor may what follows it."""
    there = {child.task_spec for child in task.children}
    if isinstance(task.task_spec, CatchingEvent) and isinstance(task.task_spec.event_definition, CycleTimer):
        return  # Each of its turns brings its own.
    best = TaskState.MAYBE if isinstance(task.task_spec, BoundaryEvent) else TaskState.FUTURE
    for follower in task.task_spec.outputs:
        if follower not in there:
            follower._predict(task._add_child(follower, best), mask=TaskState.NOT_FINISHED_MASK)


def _begin_to_wait(part: Any, known: set[str]) -> None:
    """Events at the border of a task at work that are new in this version begin to wait."""
    for split, event in list(_new_events(part, known)):
        task = split._add_child(event, TaskState.WAITING)
        _predict_behind(task)
        event._update(task)


def _new_events(part: Any, known: set[str]) -> Iterator[tuple[Any, Any]]:
    for split in part.tasks.values():
        if isinstance(split.task_spec, BoundaryEventSplit) and any(
            child._state & AT_WORK and not isinstance(child.task_spec, BoundaryEvent) for child in split.children
        ):
            for event in split.task_spec.outputs:
                if isinstance(event, BoundaryEvent) and event.name not in known:
                    yield split, event
