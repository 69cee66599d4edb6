"""The pure step: an instance's state and one action in, the next state and everything that follows from it out.

`advance` touches no database, no wall clock and no randomness. Live work, replay, scenarios and migration all call it,
each with its own `now`.
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
    EventSubscription,
    Fire,
    Message,
    Migrate,
    OpenedTask,
    Reschedule,
    RevertMigration,
    Signal,
    Start,
    Step,
    ThrownEvent,
)
from engine.bpmn.clockwork import compute_due
from engine.bpmn.failures import naming_element, unexpected_failure
from engine.bpmn.functions import ExpressionContext
from engine.bpmn.library_types import SpiffWorkflow
from engine.bpmn.listeners import resume_listening
from engine.bpmn.operators import Operators
from engine.bpmn.parser import Process
from engine.bpmn.passed_elements import PassedElements
from engine.bpmn.prune import prune
from engine.bpmn.scripts import ExpressionLanguage, script_engine
from engine.bpmn.spiff import InstanceCounter, use_counter
from engine.bpmn.starting import begin_at_start
from engine.bpmn.trace import Trace
from engine.errors import NotMigratable, ScriptError, Stale, StepFailed
from engine.world.world import World


def advance(
    process: Process, blob: bytes | None, action: Action, now: datetime, world: World, trace: Trace | None = None
) -> Step:
    """Take one action. `blob` is None for Start alone; `now` is offset-aware; `trace` collects the path walked.

    Raises Stale when the task, timer or message is not (or no longer) waited for, and StepFailed, naming the diagram's
    element, when the process itself cannot continue. In both cases nothing has changed.
    """
    counter = InstanceCounter(0)
    with use_counter(counter):
        try:
            return _StepRun(process, now, world, trace).perform(blob, action, counter)
        except SpiffWorkflowException as error:
            cause = error.__cause__ or getattr(error, "exception", None)
            reason = cause if isinstance(cause, ScriptError) else ScriptError("step-stopped", detail=str(error))
            raise _step_failure(reason, inspection.failed_element(error)) from error
        except ScriptError as error:
            raise _step_failure(error, inspection.failed_element(error)) from error
        except (NotMigratable, Stale, StepFailed):
            raise
        except Exception as error:
            raise _step_failure(unexpected_failure(error), inspection.failed_element(error)) from error


def _step_failure(reason: ScriptError, node: str) -> StepFailed:
    """The step's failure, caused by an expression in it."""
    failure = StepFailed(reason.rule, node=node)
    failure.facts.update(reason.facts)
    return failure


def process_data_of(process: Process, blob: bytes) -> dict[str, Any]:
    """The process data of an instance as its latest open task sees it; the final data of a finished one."""
    workflow = state.load_live_case(blob, process, None).workflow
    parts = (workflow, *workflow.subprocesses.values())
    active_states = TaskState.READY | TaskState.WAITING | TaskState.STARTED
    active = [
        task for part in parts for task in part.tasks.values() if task._state & active_states and task.task_spec.bpmn_id
    ]
    if workflow.completed or not active:
        return dict(workflow.data)
    return dict(max(active, key=lambda task: int(task.last_state_change)).data)


def subscriptions_of(process: Process, blob: bytes) -> list[EventSubscription]:
    """What a stored instance waits for from outside, of all its waiting events."""
    view = inspection.snapshot_of(state.load_live_case(blob, process, None).workflow)
    return [item for awaited in view.subscriptions.values() for item in awaited]


class _StepRun:
    """One step in progress."""

    def __init__(self, process: Process, now: datetime, world: World, trace: Trace | None) -> None:
        self.process, self.now, self.world, self.trace = process, now, world, trace
        self.asking = ExpressionContext(now, world, None)
        self.passed = PassedElements()
        self.skipped: list[int] = []

    def perform(self, blob: bytes | None, action: Action, counter: InstanceCounter) -> Step:
        """Load, act, run the engine, compare, prune, store."""
        operators = Operators(self.asking, action.taken if isinstance(action, Fire) else frozenset())
        engine = script_engine(ExpressionLanguage(self.asking.functions(), self.process.kinds), operators.run_operator)
        engine.now = self.now
        case = self._load_case(blob, action, engine, counter)
        counter.value = max(counter.value, case.counter.value)
        case.counter, since = counter, counter.value
        before = self._view_before(blob, action, case)
        if blob is not None:
            resume_listening(case.workflow)  # After the view: what is resumed is new, and is subscribed to.
        operators.workflow, operators.assigned_units, self.asking.clock = (
            case.workflow,
            case.assigned_units,
            copy(case.clock),
        )
        self._apply_action(case.workflow, action)
        self._run_engine(case.workflow)
        deadline_moved = case.clock != self.asking.clock or isinstance(action, Reschedule)
        case.clock = self.asking.clock
        if self.trace is not None:
            self.trace.observe(case.workflow, since if blob is not None else -1)
        return self._build_step(case, before, operators, deadline_moved=deadline_moved)

    def _load_case(self, blob: bytes | None, action: Action, engine: Any, counter: InstanceCounter) -> state.LiveCase:
        if blob is None:
            return self._begin_case(engine, action, counter)
        match action:
            case Migrate(old, id_mapping):
                return state_migration.load_migrated_case(blob, old, self.process, id_mapping, engine, counter)
            case RevertMigration(_, earlier_state):
                counter.value = state.decode_blob(blob).counter
                return state.load_live_case(earlier_state, self.process, engine)
        return state.load_live_case(blob, self.process, engine)

    def _view_before(self, blob: bytes | None, action: Action, case: state.LiveCase) -> inspection.CaseView:
        """What the case showed before the action: another version may have shown something else."""
        if blob is None:
            return inspection.CaseView({}, {}, {})
        if isinstance(action, Migrate | RevertMigration):
            return inspection.snapshot_of(state.load_live_case(blob, action.old, None).workflow)
        return inspection.snapshot_of(case.workflow)

    def _begin_case(self, engine: Any, action: Action, counter: InstanceCounter) -> state.LiveCase:
        if not isinstance(action, Start):
            raise Stale("step-case-not-begun")
        workflow = BpmnWorkflow(self.process.spec, self.process.subprocess_specs, script_engine=engine)
        workflow.task_tree.data.update(action.data)
        return state.LiveCase(workflow, counter)

    def _apply_action(self, workflow: SpiffWorkflow, action: Action) -> None:
        match action:
            case Complete(task_id, data):
                _complete_task(workflow, task_id, data)
            case Fire(task_ids):
                self._fire_timers(workflow, task_ids)
            case Message(name, payload, correlations):
                _deliver_event(workflow, BpmnEvent(MessageEventDefinition(name), payload, dict(correlations)))
            case Signal(name, payload):
                _deliver_event(workflow, BpmnEvent(SignalEventDefinition(name), payload))
            case Reschedule(dues, days):
                _set_due_dates(workflow, dues)
                self._extend_deadline(days)
            case Cancel():
                workflow.cancel()
            case Start():
                begin_at_start(workflow, action, self.now)
            case Migrate() | RevertMigration():
                pass

    def _extend_deadline(self, days: float) -> None:
        """Move the deadline by `days` working days; raises Stale when there is none or its clock is paused."""
        clock, calendar = self.asking.clock, self.world.calendar
        if days and (clock is None or clock.since is not None):
            raise Stale("step-deadline-not-running")
        if days and clock is not None:
            clock.extend(calendar, self.now, days)

    def _run_engine(self, workflow: SpiffWorkflow) -> None:
        running.run_until_waiting(workflow, self.passed.note_task)

    def _fire_timers(self, workflow: SpiffWorkflow, task_ids: tuple[int, ...]) -> None:
        """Fire timers one after the other; one that an earlier firing has ended is left out."""
        fired = 0
        for task_id in task_ids:
            task = inspection.find_task(workflow, task_id)
            if task is None or not task._state & TaskState.WAITING or task.internal_data.get("held"):
                continue
            if not timers.fire_at(task, self.now):
                self.skipped.append(task_id)
            self._run_engine(workflow)
            fired += 1
        if not fired:
            raise Stale("step-timer-not-waiting")

    def _build_step(
        self, case: state.LiveCase, before: inspection.CaseView, operators: Operators, *, deadline_moved: bool
    ) -> Step:
        workflow = case.workflow
        self._update_timers(case)
        after = inspection.snapshot_of(workflow)
        opened_tasks = [
            inspection.describe_task(task, self.world)
            for task_id, task in after.tasks.items()
            if task_id not in before.tasks
        ]
        case.assigned_units = inspection.assigned_units(after.tasks.values(), self.world) or case.assigned_units
        thrown_events = tuple(_thrown_event(event) for event in workflow.get_events())
        finished = bool(workflow.is_completed())
        prune(workflow)
        return Step(
            state=state.encode_case(case),
            opened_tasks=tuple(opened_tasks),
            closed_tasks=tuple(task_id for task_id in before.tasks if task_id not in after.tasks),
            timers=tuple(timer for task_id, timer in after.timers.items() if before.timers.get(task_id) != timer),
            cleared_timers=tuple(task_id for task_id in before.timers if task_id not in after.timers),
            new_subscriptions=tuple(
                subscription
                for task_id, awaited in after.subscriptions.items()
                if before.subscriptions.get(task_id) != awaited
                for subscription in awaited
            ),
            ended_subscriptions=tuple(
                task_id for task_id in before.subscriptions if task_id not in after.subscriptions
            ),
            notices=tuple(operators.notices),
            thrown_events=thrown_events,
            marks=tuple(operators.marks),
            path=tuple(self.passed.path),
            skipped_timers=tuple(self.skipped),
            deadline=self._current_deadline(case),
            deadline_moved=deadline_moved,
            finished=finished,
            changed_tasks=tuple(self._changed_tasks(before, after)),
        )

    def _changed_tasks(self, before: inspection.CaseView, after: inspection.CaseView) -> Iterator[OpenedTask]:
        """Open tasks that look different now; only another version of the diagram can cause that."""
        for task_id, task in after.tasks.items():
            earlier = before.tasks.get(task_id)
            if earlier is not None and earlier is not task:
                described = inspection.describe_task(task, self.world)
                if described != inspection.describe_task(earlier, self.world):
                    yield described

    def _update_timers(self, case: state.LiveCase) -> None:
        """Update every timer derived from working time to the case's clock and the calendar of this step."""
        is_paused = case.clock is not None and case.clock.since is not None
        for task in inspection.waiting_tasks(case.workflow):
            basis = timers.basis_of(task)
            if basis is None:
                continue
            if basis.start is None and is_paused:
                task.internal_data["held"] = True
                continue
            task.internal_data.pop("held", None)
            due = compute_due(basis, case.clock, self.world.calendar)
            task.internal_data["event_value"] = due.isoformat()

    def _current_deadline(self, case: state.LiveCase) -> datetime | None:
        if case.clock is None or case.clock.since is not None:
            return None
        return case.clock.instant_at(self.world.calendar)


def _complete_task(workflow: SpiffWorkflow, task_id: int, data: Mapping[str, Any]) -> None:
    task = inspection.find_task(workflow, task_id)
    if task is None or task._state != TaskState.READY or not task.task_spec.manual:
        raise Stale("step-task-not-open")
    task.set_data(**data)
    with naming_element(task):
        task.run()


def _deliver_event(workflow: SpiffWorkflow, event: BpmnEvent) -> None:
    if workflow.is_completed():
        raise Stale("step-case-finished")
    try:
        workflow.send_event(event)
    except WorkflowException as error:
        if (
            type(error) is not WorkflowException
        ):  # The engine's own error for "nobody waits"; failures are its subclasses.
            raise
        raise Stale("step-message-not-awaited", message=event.event_definition.name) from error


def _set_due_dates(workflow: SpiffWorkflow, dues: Mapping[int, datetime]) -> None:
    """Set the due instants of individual timers by hand; they no longer follow the deadline."""
    for task_id, due in dues.items():
        task = inspection.find_task(workflow, task_id)
        if task is None or not task._state & TaskState.WAITING:
            raise Stale("step-timer-not-waiting")
        task.internal_data.pop("basis", None)
        task.internal_data["event_value"] = due.isoformat()


def _thrown_event(event: BpmnEvent) -> ThrownEvent:
    definition = event.event_definition
    return ThrownEvent(type(definition).__name__, definition.name, event.payload, event.correlations)
