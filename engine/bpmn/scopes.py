"""Paths of one scope share its data.

A process, with the sub-processes drawn inside it, is one scope (BPMN 2.0, 10.4): its parallel branches and the paths of
its events read and write the same values, and the last writer wins. SpiffWorkflow gives every task a copy and merges
the copies at joins, where an old copy may win; here all tasks of a scope hold one dictionary.

Data of its own (`OwnData`) has each instance of a multi-instance activity, each called process and each task with data
associations. It begins as a copy and remembers what was written, and that alone goes back at the end: what is declared
as output, or what was written when nothing is declared.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import MultiInstanceTask, StandardLoopTask
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.task import Task

from engine.bpmn.failures import task_failure
from engine.bpmn.library_types import SpiffSpec, SpiffTask, SpiffWorkflow
from engine.bpmn.listeners import KEYS, ScopeListener
from engine.errors import ScriptError

RESULTS = "results"
"""Where a repeated activity notes of which of its instances the collected results are, in their order."""


class OwnData(dict[str, Any]):
    """Data that stays apart from its scope until it is published; `written` are the names set since, in order."""

    __slots__ = ("written",)

    def __init__(self, values: Mapping[str, Any], written: Iterable[str] = ()) -> None:
        """Begin with these values; `written` are those of them that have been set here already."""
        super().__init__(values)
        self.written = dict.fromkeys(written)

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.written[name] = None

    def __delitem__(self, name: str) -> None:
        super().__delitem__(name)
        self.written.pop(name, None)

    def update(self, *others: Any, **values: Any) -> None:
        """Set several values."""
        for name, value in dict(*others, **values).items():
            self[name] = value

    def pop(self, name: str, *default: Any) -> Any:
        """Take a value out."""
        self.written.pop(name, None)
        return super().pop(name, *default)

    def written_values(self) -> dict[str, Any]:
        """What was set since the beginning."""
        return {name: self[name] for name in self.written if name in self}


def has_own_data(spec: SpiffSpec) -> bool:
    """Whether the tasks of an element read and write a copy while they run."""
    return bool(
        spec.data_input_associations
        or spec.data_output_associations
        or spec.io_specification is not None
        or isinstance(spec, MultiInstanceTask)
    )


def is_instance(task: SpiffTask) -> bool:
    """Whether a task is one instance of a multi-instance activity."""
    container = task.parent
    return (
        container is not None
        and isinstance(container.task_spec, MultiInstanceTask)
        and bool(task.task_spec.name == container.task_spec.task_spec)
    )


def shared_data(task: SpiffTask) -> Any:
    """The data that a task's followers share; a task with data of its own has published it before they begin."""
    while has_own_data(task.task_spec) and task.parent is not None:
        task = task.parent
    return task.data


def collections_of(spec: SpiffSpec) -> set[str]:
    """The names that a multi-instance activity holds while it runs: the collection it reads and the one it makes."""
    return {reference.bpmn_id for reference in (spec.data_input, spec.data_output) if reference is not None}


def is_made_in_place(spec: SpiffSpec) -> bool:
    """Whether a multi-instance activity replaces the items it reads by its results."""
    if spec.data_input is None or spec.data_output is None:
        return False
    return bool(spec.data_input.bpmn_id == spec.data_output.bpmn_id)


def _inherit_data(task: SpiffTask) -> None:
    """What a task works with from now on: its scope's data itself, or a copy where it stays apart."""
    parent, spec = task.parent, task.task_spec
    if is_instance(task):
        if not isinstance(task.data, OwnData):
            task.data = _instance_data(parent, task.data)
    elif isinstance(parent.task_spec, StandardLoopTask) and spec.name == parent.task_spec.task_spec:
        task.data = parent.data
    elif has_own_data(spec):
        task.data = OwnData(shared_data(parent))
        if isinstance(spec, MultiInstanceTask):
            _forget_old_results(spec, task.data)
    else:
        task.data = shared_data(parent)


def _instance_data(container: Any, item: Mapping[str, Any]) -> OwnData:
    """What an instance begins with: the scope's values of now, the collections as they were read, its item."""
    spec = container.task_spec
    held = {name: container.data[name] for name in collections_of(spec) if name in container.data}
    values = {**shared_data(container), **held, **item}
    if spec.output_item is not None and spec.output_item.bpmn_id not in item:
        values.pop(spec.output_item.bpmn_id, None)  # Its result is its own: it begins with none.
    return OwnData(values)


def _forget_old_results(spec: SpiffSpec, data: OwnData) -> None:
    """The results of an earlier turn do not belong to this one; what shape they had is kept."""
    output = spec.data_output
    if output is None or is_made_in_place(spec) or output.bpmn_id not in data:
        return
    if isinstance(data.pop(output.bpmn_id), dict):
        data[output.bpmn_id] = {}


def _complete_task_data(spec: SpiffSpec, task: SpiffTask) -> None:
    """The library's hook, which then publishes what a task with data of its own has written."""
    io = spec.io_specification
    outputs = {item.bpmn_id for item in io.data_outputs} if io is not None else set()
    for item in io.data_outputs if outputs else ():
        if not item.exists(task):
            _refuse_missing(task, "running-output-missing", item)
    for association in spec.data_output_associations:
        association.set(task)
    for association in spec.data_input_associations:
        task.data.pop(association.bpmn_id, None)
    if has_own_data(spec):
        _publish_data(task, outputs)
    super(BpmnTaskSpec, spec)._on_complete_hook(task)


def _publish_data(task: SpiffTask, outputs: set[str]) -> None:
    scope, data = shared_data(task.parent), task.data
    written = data.written_values() if isinstance(data, OwnData) else dict(data)
    scope.update({name: data[name] for name in outputs} if outputs else written)
    task.data = scope


def _merge_instance(spec: SpiffSpec, _workflow: SpiffWorkflow, child: SpiffTask) -> None:
    """What comes of a finished instance: its result into the collection, or what it wrote into the scope."""
    container = child.parent
    if spec.data_output is not None and spec.output_item is not None:
        if not spec.output_item.exists(child):
            _refuse_missing(child, "running-result-missing", spec.output_item)
        _collect_result(spec, container, child)
    else:
        item = spec.input_item.bpmn_id if spec.input_item is not None else ""
        written = child.data.written_values() if isinstance(child.data, OwnData) else dict(child.data)
        shared_data(container).update({name: value for name, value in written.items() if name != item})
    container.internal_data["merged"].append(str(child.id))


def _collect_result(spec: SpiffSpec, container: Any, child: SpiffTask) -> None:
    """Put an instance's result into a new collection: the values of the old one may be shared."""
    results, result = spec.data_output.get(container), spec.output_item.get(child)
    key = child.internal_data.get("key_or_index")
    if isinstance(results, dict):
        collected: Any = {**results, key: result}
    elif is_made_in_place(spec):
        collected = [result if index == key else value for index, value in enumerate(results)]
    else:
        place = _place_of_result(container, key, len(results))
        collected = [*results[:place], result, *results[place:]]
    spec.data_output.set(container, collected)


def _refuse_missing(task: SpiffTask, rule: str, item: Any) -> NoReturn:
    """Fail a task whose declared data has no value."""
    error = ScriptError(rule, name=item.bpmn_id)
    raise task_failure(task, error) from error


def _place_of_result(container: Any, index: Any, count: int) -> int:
    """Where a result belongs: the results have the order of the items, in whatever order the instances end.

    In a case from before, nobody knows whose the results so far are, and it goes behind them.
    """
    done = container.internal_data.setdefault(RESULTS, [])
    if len(done) != count or type(index) is not int:
        return count
    place = bisect(done, index)
    done.insert(place, index)
    return place


def _enter_sub_process(_spec: SpiffSpec, task: SpiffTask, part: SpiffWorkflow) -> None:
    """A sub-process works on the data of the scope it is drawn in."""
    part.task_tree.data = task.data
    if isinstance(task.parent.task_spec, ScopeListener):
        part.correlations.update(task.parent.internal_data.get(KEYS, {}))


def _leave_sub_process(_spec: SpiffSpec, task: SpiffTask, part: SpiffWorkflow) -> None:
    """Nothing to bring back, unless the parts were read by the library's own serializer, which copies."""
    if part.task_tree.data is not task.data:
        task.data = part.last_task.data


def _enter_called_process(_spec: SpiffSpec, task: SpiffTask, part: SpiffWorkflow) -> None:
    """A called process gets the inputs it declares, or a copy of everything."""
    declared = part.spec.io_specification
    inputs = declared.data_inputs if declared is not None else []
    for item in inputs:
        if not item.exists(task):
            _refuse_missing(task, "running-input-missing", item)
    part.task_tree.data = OwnData({item.bpmn_id: item.get(task) for item in inputs} if inputs else task.data)


def _leave_called_process(_spec: SpiffSpec, task: SpiffTask, part: SpiffWorkflow) -> None:
    """A called process gives back the outputs it declares, or what it has written."""
    declared, data = part.spec.io_specification, part.task_tree.data
    if not isinstance(data, OwnData):
        data = OwnData(part.last_task.data, part.last_task.data)
    outputs = declared.data_outputs if declared is not None else []
    for item in outputs:
        if item.bpmn_id not in data:
            _refuse_missing(task, "running-output-missing", item)
    task.data.update({item.bpmn_id: data[item.bpmn_id] for item in outputs} if outputs else data.written_values())


Task._inherit_data = _inherit_data
BpmnTaskSpec._on_complete_hook = _complete_task_data
MultiInstanceTask.merge_child = _merge_instance
SubWorkflowTask.copy_data = _enter_sub_process
SubWorkflowTask.update_data = _leave_sub_process
CallActivity.copy_data = _enter_called_process
CallActivity.update_data = _leave_called_process
