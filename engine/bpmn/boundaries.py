"""Boundary events as BPMN has them (10.5.4, 13.5.3), where SpiffWorkflow has them otherwise.

One that does not interrupt fires as often as it is triggered while its task is open, and each firing is a token of its
own that goes on when the task has ended. SpiffWorkflow takes a message, a signal or an escalation once, and hangs the
paths that a repeating timer begins on the waiting event, with which it withdraws them. Here a firing gets a task of its
own beside the event, which waits on unchanged.

One that interrupts ends its activity at once. SpiffWorkflow lets what is ready inside go on first, and so interrupted
work would still send messages and write data.

An error or an escalation goes from activity to activity outwards, to the first that has an event for it on its border:
the one that names its code, or else one that names none. SpiffWorkflow gives it to every border in the whole case.

A message is consumed by one receiver: what has waited for it longest, and of what began to wait together what is drawn
first; an event sub-process begins with what nothing else in the case takes. A signal reaches everything that waits for
it, in the case and outside. SpiffWorkflow gives both to everybody in the case, and lets out what nobody took.

The events on the border of an activity end with it. SpiffWorkflow has a join for that, which also takes those of
another turn of the same activity that a path from its own border has begun; here an activity ends its events itself.

When a repeated activity is interrupted, its instances end. SpiffWorkflow forgets them first, and then finds the
sub-processes that run in them without an owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions.timer import CycleTimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import LoopTask
from SpiffWorkflow.bpmn.util.event import BpmnEvent, EventManager
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
    SignalEventDefinition,
)
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.library_types import (
    SpiffDefinition,
    SpiffEvent,
    SpiffEvents,
    SpiffProcess,
    SpiffSpec,
    SpiffTask,
    SpiffWorkflow,
)
from engine.bpmn.listeners import KEYS, ScopeListener, interrupt_scope, listeners_in
from engine.bpmn.waiting_order import tasks_in_waiting_order

READY = TaskState.READY
_cancel, _complete = Task.cancel, Task.complete


def fire_beside(event: SpiffTask, trigger: SpiffEvent = None) -> None:
    """Begin the path of a waiting boundary event, which goes on waiting; `trigger` is the event it has caught."""
    spec, split = event.task_spec, event.parent
    fired = split._add_child(spec, TaskState.FUTURE)
    if isinstance(spec.event_definition, CycleTimerEventDefinition):
        fired.internal_data.update(event_fired=True, event_value=event.internal_data["event_value"])
        for output in spec.outputs:
            fired._add_child(output, TaskState.FUTURE)
    elif trigger is None:
        fired.internal_data["event_fired"] = True
    else:
        _take_trigger(fired, trigger)
    spec._predict(fired, mask=TaskState.NOT_FINISHED_MASK)
    spec._update(fired)


def _take_trigger(fired: SpiffTask, trigger: SpiffEvent) -> None:
    """Take an event. The keys of a message that begins an event sub-process are not those of the scope around it."""
    spec, correlations = fired.task_spec, fired.workflow.correlations
    kept = dict(correlations)
    spec.event_definition.catch(fired, trigger)
    if isinstance(spec, ScopeListener):
        correlations.clear()
        correlations.update(kept)
        if trigger.correlations:
            fired.internal_data[KEYS] = dict(trigger.correlations)


def catch_boundary_event(spec: SpiffSpec, event: SpiffTask, trigger: SpiffEvent) -> None:
    """Take a trigger; an event that interrupts is noted for `end_interrupted`."""
    if spec.cancel_activity:
        _take_trigger(event, trigger)
        event._set_state(TaskState.WAITING)
        note_interruption(event)
    else:
        fire_beside(event, trigger)


def end_interrupted(workflow: SpiffWorkflow) -> None:
    """End the activities whose interrupting events have caught something, with all that goes on in them."""
    events = _interruptions(workflow)
    while events:
        event = events.pop(0)
        if event._state == READY and isinstance(event.task_spec, ScopeListener):
            interrupt_scope(event)
        elif event._state == READY and event.parent is not None:
            for task in event.parent.children:
                is_event = isinstance(task.task_spec, BoundaryEvent)
                if task._state == TaskState.WAITING if is_event else not task._state & TaskState.FINISHED_MASK:
                    task.cancel()


def throw_outwards(definition: SpiffDefinition, task: SpiffTask) -> None:
    """Throw an error or an escalation out of the process or sub-process that a task stands in."""
    payload = None
    if definition.expression is not None:
        payload = task.workflow.script_engine.evaluate(task, definition.expression)
    task.workflow.top_workflow.catch(BpmnEvent(definition, payload=payload, target=task.workflow))


def catch_event(manager: SpiffEvents, trigger: SpiffEvent, internal: bool = True) -> int:  # noqa: FBT001, FBT002 - as the library
    """Give an event to whoever in the case waits for it; how many did. One with a target goes outwards from there."""
    if trigger.target is None:
        return _catch_in_case(manager, trigger, is_thrown=internal)
    for events in _events_outwards(trigger.target):
        for event in sorted(events, key=_catches_all):
            if event.task_spec.catches(event, trigger):
                event.task_spec.catch(event, trigger)
                event.task_spec._update(event)
                return 1
    manager.workflow.bpmn_events.append(trigger)
    return 0


def _catch_in_case(manager: SpiffEvents, trigger: SpiffEvent, *, is_thrown: bool) -> int:
    """Give a message to one receiver and a signal to all; what is `is_thrown` in the case is kept for the outside."""
    receivers = _receivers(manager, trigger)
    if is_thrown and (not receivers or isinstance(trigger.event_definition, SignalEventDefinition)):
        manager.workflow.bpmn_events.append(trigger)
    for task in receivers:
        task.task_spec.catch(task, trigger)
        task.task_spec._update(task)
    return len(receivers)


def _receivers(manager: SpiffEvents, trigger: SpiffEvent) -> list[SpiffTask]:
    """The tasks that take an event; a message begins an event sub-process only when nobody else waits for it."""
    waiting = _waiting_for(manager, trigger)
    if not isinstance(trigger.event_definition, MessageEventDefinition):
        return waiting
    return sorted(waiting, key=lambda task: isinstance(task.task_spec, ScopeListener))[:1]


def _waiting_for(manager: SpiffEvents, trigger: SpiffEvent) -> list[SpiffTask]:
    return [task for task in tasks_in_waiting_order(manager) if task.task_spec.catches(task, trigger)]


def _catches_all(event: SpiffTask) -> bool:
    """Whether an event names no code: one that names the code comes before it, whatever is drawn first."""
    return getattr(event.task_spec.event_definition, "code", None) is None


def _events_outwards(part: SpiffWorkflow) -> Iterator[list[SpiffTask]]:
    """What may hear something thrown in a scope: its listeners, those on its border, and so on with the scope around.

    What is thrown in an event sub-process is not for its own listener.
    """
    within = ""
    while True:
        yield [event for event in listeners_in(part) if within not in event.task_spec._outputs]
        if part.parent_task_id is None:
            return
        activity = part.top_workflow.get_task_from_id(part.parent_task_id)
        yield _events_on_border(activity)
        part, within = activity.workflow, activity.task_spec.name


def _events_on_border(activity: Any) -> list[SpiffTask]:
    """The boundary events of an activity; of an instance of a repeated one, those of the whole."""
    if activity.parent is not None and isinstance(activity.parent.task_spec, LoopTask):
        activity = activity.parent
    siblings = activity.parent.children if activity.parent is not None else []
    return [
        task
        for task in siblings
        if isinstance(task.task_spec, BoundaryEvent) and not isinstance(task.task_spec, ScopeListener)
    ]


def complete_task(task: SpiffTask) -> None:
    """The library's way; the events on the border of an activity end with it."""
    split = task.parent
    is_guarded = split is not None and isinstance(split.task_spec, BoundaryEventSplit)
    for event in split.children if is_guarded and not isinstance(task.task_spec, BoundaryEvent) else ():
        if event._state == TaskState.WAITING and isinstance(event.task_spec, BoundaryEvent):
            event.cancel()
    _complete(task)


def unlink_joins(spec: SpiffProcess) -> None:
    """Leave the joins of boundary events out of all paths; a stored case may still have begun some."""
    for join in [item for item in spec.task_specs.values() if isinstance(item, BoundaryEventJoin)]:
        for name in join._inputs:
            before = spec.task_specs[name]
            before._outputs = [output for output in before._outputs if output != join.name]
        join._inputs = []


def pass_join(_spec: SpiffSpec, _join: SpiffSpec) -> bool:
    """A join of boundary events that a stored case has begun waits for nothing."""
    return True


def accept_join(_join: SpiffSpec) -> None:
    """The library's check of a specification, which wants something to lead to it, at the join of a stored case."""


def cancel_task(task: SpiffTask) -> None:
    """The library's way; the instances of a repeated activity end before it."""
    if isinstance(task.task_spec, LoopTask) and not task._state & TaskState.FINISHED_MASK:
        for child in task.children:
            child.cancel()
    _cancel(task)


def complete_code(definition: SpiffDefinition) -> None:
    """An empty code is none (BPMN 2.0, 10.5.5); an error or escalation goes by its code and needs no name."""
    if isinstance(definition, ErrorEventDefinition | EscalationEventDefinition):
        definition.code = definition.code or None
        definition.name = definition.name or definition.code or ""


def note_interruption(event: SpiffTask) -> None:
    """Note an event that interrupts and has fired, for `end_interrupted`."""
    _interruptions(event.workflow.top_workflow).append(event)


def _interruptions(workflow: SpiffWorkflow) -> list[SpiffTask]:
    events: list[Any] = vars(workflow).setdefault("interruptions", [])
    return events


BoundaryEvent.catch = catch_boundary_event
EventManager.catch = catch_event
BoundaryEventJoin._update_hook = pass_join
BoundaryEventJoin.test = accept_join
Task.cancel = cancel_task
Task.complete = complete_task
ErrorEventDefinition.throw = throw_outwards
EscalationEventDefinition.throw = throw_outwards
