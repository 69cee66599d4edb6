"""The pure step: an instance's state and one action in, the next state and everything that follows from it out.

`advance` touches no database, no wall clock and no randomness. Live work, replay, scenarios and migration all call it,
each with its own `now`. Imported by the writer (`engine.process.instances`) and by whatever runs a process without a
store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException, WorkflowException
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition, SignalEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.bpmn import inspection, running, state, state_migration, timers
from engine.bpmn.actions import (
    Action,
    Cancel,
    Complete,
    Fire,
    Message,
    Migrate,
    Opened,
    Reschedule,
    Return,
    Signal,
    Start,
    Step,
    Thrown,
)
from engine.bpmn.clockwork import instant
from engine.bpmn.functions import Asking
from engine.bpmn.operators import Operators
from engine.bpmn.parser import Process
from engine.bpmn.prune import prune
from engine.bpmn.scripts import Language, script_engine
from engine.bpmn.spiff import Counter, counting
from engine.bpmn.trace import Trace
from engine.errors import ScriptError, Stale, StepFailed
from engine.world.world import World

# A process that passes more elements than this in one step turns in a circle (ours pass about 10). Each element is at
# most three tasks deep in the engine's tree, which loses sight of tasks deeper than 1,000.
MAX_ELEMENTS = 300


def advance(
    process: Process, blob: bytes | None, action: Action, now: datetime, world: World, trace: Trace | None = None
) -> Step:
    """Take one action. `blob` is None for Start alone; `now` is offset-aware; `trace` collects what was walked.

    Raises Stale when the task, timer or message is not waited for (any more), and StepFailed, naming the diagram's
    element, when the process itself cannot go on. In both cases nothing has changed.
    """
    counter = Counter(0)
    with counting(counter):
        try:
            return _Run(process, now, world, trace).take(blob, action, counter)
        except SpiffWorkflowException as error:
            cause = error.__cause__ or getattr(error, "exception", None)
            reason = str(cause) if isinstance(cause, ScriptError) else str(error)
            raise StepFailed(reason, inspection.failed_node(error)) from error
        except ScriptError as error:
            raise StepFailed(str(error)) from error


def data_of(process: Process, blob: bytes) -> dict[str, Any]:
    """The process data of an instance as the latest of its open tasks sees it; of a finished one, its final data."""
    workflow = state.load(blob, process, None).workflow
    parts = (workflow, *workflow.subprocesses.values())
    live_now = TaskState.READY | TaskState.WAITING | TaskState.STARTED
    active = [
        task for part in parts for task in part.tasks.values() if task._state & live_now and task.task_spec.bpmn_id
    ]
    if workflow.completed or not active:
        return dict(workflow.data)
    return dict(max(active, key=lambda task: int(task.last_state_change)).data)


class _Run:
    """One step in the making."""

    def __init__(self, process: Process, now: datetime, world: World, trace: Trace | None) -> None:
        self.process, self.now, self.world, self.trace = process, now, world, trace
        self.asking = Asking(now, world, None)
        self.path: list[str] = []
        self.skipped: list[int] = []

    def take(self, blob: bytes | None, action: Action, counter: Counter) -> Step:
        """Load, act, let the engine run, compare, prune, store."""
        operators = Operators(self.asking, action.taken if isinstance(action, Fire) else frozenset())
        engine = script_engine(Language(self.asking.offered()), operators.call)
        engine.now = self.now
        case = self._load(blob, action, engine, counter)
        counter.value = max(counter.value, case.counter.value)
        case.counter, since = counter, counter.value
        before = self._before(blob, action, case)
        operators.workflow, operators.holders, self.asking.clock = case.workflow, case.holders, copy(case.clock)
        self._act(case.workflow, action)
        self._run(case.workflow)
        moved = case.clock != self.asking.clock or isinstance(action, Reschedule)
        case.clock = self.asking.clock
        if self.trace is not None:
            self.trace.observe(case.workflow, since if blob is not None else -1)
        return self._result(case, before, operators, moved=moved)

    def _load(self, blob: bytes | None, action: Action, engine: Any, counter: Counter) -> state.State:
        if blob is None:
            return self._begin(engine, action, counter)
        match action:
            case Migrate(old, names):
                return state_migration.load(blob, old, self.process, names, engine, counter)
            case Return(_, kept):
                counter.value = state.decode(blob).counter
                return state.load(kept, self.process, engine)
        return state.load(blob, self.process, engine)

    def _before(self, blob: bytes | None, action: Action, case: state.State) -> inspection.Seen:
        """What the case showed before the action: under another version it may have shown something else."""
        if blob is None:
            return inspection.Seen({}, {}, {})
        if isinstance(action, Migrate | Return):
            return inspection.look(state.load(blob, action.old, None).workflow)
        return inspection.look(case.workflow)

    def _begin(self, engine: Any, action: Action, counter: Counter) -> state.State:
        if not isinstance(action, Start):
            raise Stale("The case has not begun yet.")
        workflow = BpmnWorkflow(self.process.spec, self.process.subs, script_engine=engine)
        workflow.task_tree.data.update(action.data)
        return state.State(workflow, counter)

    def _act(self, workflow: Any, action: Action) -> None:
        match action:
            case Complete(number, data):
                _complete(workflow, number, data)
            case Fire(numbers):
                self._fire(workflow, numbers)
            case Message(name, payload, correlations):
                _deliver(workflow, BpmnEvent(MessageEventDefinition(name), payload, dict(correlations)))
            case Signal(name):
                _deliver(workflow, BpmnEvent(SignalEventDefinition(name)))
            case Reschedule(dues, days):
                _set_dues(workflow, dues)
                self._extend(days)
            case Cancel():
                workflow.cancel()
            case Start() | Migrate() | Return():
                pass

    def _extend(self, days: float) -> None:
        """Move the deadline by so many working days; raises Stale when there is none or its clock stands still."""
        clock, calendar = self.asking.clock, self.world.calendar
        if days and (clock is None or clock.since is not None):
            raise Stale("The case has no running deadline.")
        if days and clock is not None:
            clock.extend(calendar, self.now, days * calendar.day().total_seconds())

    def _run(self, workflow: Any) -> None:
        running.run(workflow, self._walked)

    def _walked(self, task: Any) -> None:
        if task.task_spec.bpmn_id is not None:
            self.path.append(task.task_spec.bpmn_id)
        if len(self.path) > MAX_ELEMENTS:
            raise StepFailed("The process turns in a circle without waiting for anybody.", inspection.node(task))

    def _fire(self, workflow: Any, numbers: tuple[int, ...]) -> None:
        """Fire timers one after the other; one that an earlier firing has ended is left out."""
        fired = 0
        for number in numbers:
            task = inspection.find(workflow, number)
            if task is None or not task._state & TaskState.WAITING or task.internal_data.get("held"):
                continue
            if not timers.fire(task, self.now):
                self.skipped.append(number)
            self._run(workflow)
            fired += 1
        if not fired:
            raise Stale("The timer does not wait any more.")

    def _result(self, case: state.State, before: inspection.Seen, operators: Operators, *, moved: bool) -> Step:
        workflow = case.workflow
        self._settle(case)
        after = inspection.look(workflow)
        new = [
            inspection.opened(task, self.world) for number, task in after.tasks.items() if number not in before.tasks
        ]
        case.holders = inspection.holders(after.tasks.values(), self.world) or case.holders
        thrown = tuple(_thrown(event) for event in workflow.get_events())
        finished = bool(workflow.is_completed())
        prune(workflow)
        return Step(
            state=state.dump(case),
            opened=tuple(new),
            closed=tuple(number for number in before.tasks if number not in after.tasks),
            timers=tuple(item for number, item in after.timers.items() if before.timers.get(number) != item),
            cleared=tuple(number for number in before.timers if number not in after.timers),
            subscribed=tuple(s for number, s in after.subscriptions.items() if before.subscriptions.get(number) != s),
            unsubscribed=tuple(number for number in before.subscriptions if number not in after.subscriptions),
            notices=tuple(operators.notices),
            thrown=thrown,
            marks=tuple(operators.marks),
            path=tuple(self.path),
            skipped=tuple(self.skipped),
            deadline=self._deadline(case),
            moved=moved,
            finished=finished,
            changed=tuple(self._changed(before, after)),
        )

    def _changed(self, before: inspection.Seen, after: inspection.Seen) -> Iterator[Opened]:
        """Open tasks that look different now; only another version of the diagram can do that."""
        for number, task in after.tasks.items():
            was = before.tasks.get(number)
            if was is not None and was is not task:
                shown = inspection.opened(task, self.world)
                if shown != inspection.opened(was, self.world):
                    yield shown

    def _settle(self, case: state.State) -> None:
        """Bring every timer made from working time in line with the case's clock and the calendar of this step."""
        held = case.clock is not None and case.clock.since is not None
        for task in inspection.waiting(case.workflow):
            basis = timers.basis_of(task)
            if basis is None:
                continue
            if basis.start is None and held:
                task.internal_data["held"] = True
                continue
            task.internal_data.pop("held", None)
            due = instant(basis, case.clock, self.world.calendar)
            task.internal_data["event_value"] = due.isoformat()

    def _deadline(self, case: state.State) -> datetime | None:
        if case.clock is None or case.clock.since is not None:
            return None
        return case.clock.at(self.world.calendar)


def _complete(workflow: Any, number: int, data: Mapping[str, Any]) -> None:
    task = inspection.find(workflow, number)
    if task is None or task._state != TaskState.READY or not task.task_spec.manual:
        raise Stale("The task is not open any more.")
    task.set_data(**data)
    task.run()


def _deliver(workflow: Any, event: BpmnEvent) -> None:
    if workflow.is_completed():
        raise Stale("The case is finished.")
    try:
        workflow.send_event(event)
    except WorkflowException as error:
        if (
            type(error) is not WorkflowException
        ):  # The engine's own word for "nobody waits"; failures are its subclasses.
            raise
        raise Stale(f"The case does not wait for {event.event_definition.name!r}.") from error


def _set_dues(workflow: Any, dues: Mapping[int, datetime]) -> None:
    """Give single timers a due instant by hand; it no longer follows the deadline."""
    for number, due in dues.items():
        task = inspection.find(workflow, number)
        if task is None or not task._state & TaskState.WAITING:
            raise Stale("The timer does not wait any more.")
        task.internal_data.pop("basis", None)
        task.internal_data["event_value"] = due.isoformat()


def _thrown(event: BpmnEvent) -> Thrown:
    definition = event.event_definition
    return Thrown(type(definition).__name__, definition.name, event.payload, event.correlations)
