"""Parallel and inclusive gateways by tokens: each arrival waits until it is taken, and is taken once.

SpiffWorkflow keeps the arrivals of earlier turns and counts them again, and when a gateway is passed a second time it
drops what the first passing has begun. Here an arrival is a task that waits; a gateway that fires takes one for each
incoming flow that has one and goes on as the last (BPMN 2.0, 13.4.2 and 13.4.3). A gateway with one incoming flow only
splits.

A parallel gateway needs an arrival on each flow. An inclusive one fires when no other token can still come to a flow
that has none, unless that token can come to one that has.

A path may lead back without a choice on the way, through a parallel gateway; SpiffWorkflow would predict it for ever.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway import InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.library_types import SpiffProcess, SpiffSpec, SpiffTask

WAITING, FUTURE = TaskState.WAITING, TaskState.FUTURE
ACTIVE = TaskState.READY | WAITING | TaskState.STARTED


def arrive(spec: SpiffSpec, task: SpiffTask) -> bool:
    """A token comes to a gateway, or one that waits there looks again; whether the gateway fires with it."""
    if len(spec._inputs) > 1:
        arrivals = dict(_arrivals(spec, task))
        own = task.parent.task_spec.name
        is_complete = _has_all if isinstance(spec, ParallelGateway) else _has_all_that_come
        if not is_complete(spec, task, Counter({own: 1}) + Counter({name: len(arrivals[name]) for name in arrivals})):
            task._set_state(WAITING)
            return False
        for name, others in arrivals.items():
            needed = spec._inputs.count(name) - (name == own)
            for other in sorted(others, key=lambda other: int(other.last_state_change))[:needed]:
                other.cancel()
    task._inherit_data()
    return True


def _arrivals(spec: SpiffSpec, task: SpiffTask) -> Iterator[tuple[str, list[SpiffTask]]]:
    """The other tokens that wait at a gateway, by the element they come from."""
    waiting = [
        other
        for other in task.workflow.tasks.values()
        if other._state == WAITING and other.task_spec is spec and other is not task
    ]
    for name in dict.fromkeys(other.parent.task_spec.name for other in waiting):
        yield name, [other for other in waiting if other.parent.task_spec.name == name]


def _has_all(spec: SpiffSpec, _task: SpiffTask, arrived: Counter[str]) -> bool:
    return all(arrived[name] >= needed for name, needed in Counter(spec._inputs).items())


def _has_all_that_come(spec: SpiffSpec, task: SpiffTask, arrived: Counter[str]) -> bool:
    empty = set(spec._inputs) - arrived.keys()
    if not empty:
        return len(set(spec._inputs)) == len(spec._inputs) or not _is_expected(spec, task)
    for other in task.workflow.tasks.values():
        if not _is_token(other):
            continue
        if other.task_spec is spec:
            if other._state == FUTURE and other.parent.task_spec.name in empty:
                return False
        else:
            reached = spec.inputs_ahead[other.task_spec.name]
            if reached & empty and not reached & arrived.keys():
                return False
    return True


def _is_expected(spec: SpiffSpec, task: SpiffTask) -> bool:
    """Whether another token is on its way along a second flow from an element that has sent one."""
    others = task.workflow.tasks.values()
    return any(other._state == FUTURE and other.task_spec is spec and _is_token(other) for other in others)


def _is_token(task: SpiffTask) -> bool:
    """Whether a token is at a task, or on its way to it."""
    if task._state & ACTIVE:
        return True
    parent = task.parent
    return bool(task._state == FUTURE and parent is not None and parent._state == TaskState.COMPLETED)


def prepare_joins(process_spec: SpiffProcess) -> None:
    """Find for each inclusive join which of its incoming flows a token at each element of its process may come to."""
    for join in process_spec.task_specs.values():
        if isinstance(join, InclusiveGateway) and len(join._inputs) > 1:
            join.inputs_ahead = {
                name: frozenset(_sources_ahead(join, process_spec, name)) for name in process_spec.task_specs
            }


def _sources_ahead(join: SpiffSpec, process_spec: SpiffProcess, start: str) -> Iterator[str]:
    specs, seen, pending = process_spec.task_specs, {join.name}, [start]
    while pending:
        name = pending.pop()
        if name in seen or name not in specs:
            continue
        seen.add(name)
        outputs = specs[name]._outputs
        if join.name in outputs:
            yield name
        pending += outputs


def pass_on(_spec: SpiffSpec, task: SpiffTask) -> bool:
    """A gateway fires; what earlier passings have begun goes on."""
    task._inherit_data()
    return True


def predict_path(
    spec: SpiffSpec,
    task: SpiffTask,
    seen: list[SpiffTask] | None = None,
    looked_ahead: int = 0,
    mask: int = TaskState.PREDICTED_MASK,
) -> None:
    """The library's prediction, which ends where a path comes back: without a choice on the way it would not end."""
    before = [*(seen or ()), spec]
    if task._state & mask:
        spec._predict_hook(task)
    if task._state & TaskState.DEFINITE_MASK or looked_ahead + 1 < spec.lookahead:
        for child in task.children:
            if child._state & mask and child.task_spec not in before:
                child.task_spec._predict(child, before, looked_ahead + 1, mask)


def reach(spec: SpiffSpec, task: SpiffTask) -> None:
    """The library's update; where the prediction ended it goes on."""
    if task._state & TaskState.PREDICTED_MASK:
        spec._predict(task)
    elif task._state == FUTURE and not task._children and spec._outputs:
        spec._predict(task, mask=TaskState.NOT_FINISHED_MASK)
    if spec._update_hook(task):
        task._ready()


TaskSpec._predict = predict_path
TaskSpec._update = reach
ParallelGateway._update_hook = arrive
InclusiveGateway._update_hook = arrive
UnstructuredJoin._run_hook = pass_on
