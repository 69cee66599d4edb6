"""What is replaced inside SpiffWorkflow is still what it was when the replacement was written.

A failing digest asks to read the new version of that function in the library, to mend ours in engine/bpmn (spiff.py,
scopes.py, boundaries.py, joins.py, listeners.py, message_keys.py), to run `make walks`, and only then to write the new
digest here.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest
import SpiffWorkflow
from SpiffWorkflow import task
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, _EndJoin
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition as PlainMessage
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent
from SpiffWorkflow.bpmn.specs.mixins.inclusive_gateway import InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.multiinstance_task import (
    MultiInstanceTask,
    ParallelMultiInstanceTask,
    SequentialMultiInstanceTask,
)
from SpiffWorkflow.bpmn.specs.mixins.parallel_gateway import ParallelGateway
from SpiffWorkflow.bpmn.specs.mixins.subworkflow_task import CallActivity, SubWorkflowTask
from SpiffWorkflow.bpmn.specs.mixins.unstructured_join import UnstructuredJoin
from SpiffWorkflow.bpmn.util.event import EventManager
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.spiff.specs.event_definitions import (
    ErrorEventDefinition,
    EscalationEventDefinition,
    MessageEventDefinition,
)
from SpiffWorkflow.workflow import Workflow

from engine.bpmn import boundaries, joins, library_paths, listeners, message_keys, repetitions, scopes, spiff

LIBRARY = Path(SpiffWorkflow.__file__).parent
REPLACED = {
    ("bpmn/parser/BpmnParser.py", "BpmnValidator.__init__"): "3bf3bff3158102e0",
    ("task.py", "Task.collect_log_extras"): "3896cfbc97a8cb19",
    ("workflow.py", "Workflow.collect_log_extras"): "c4657446d63e90b2",
    ("bpmn/util/subworkflow.py", "BpmnSubWorkflow.collect_log_extras"): "f32b014751ba7ffb",
    ("task.py", "Task._set_state"): "4c5709fff4edf850",
    ("workflow.py", "Workflow.update_waiting_tasks"): "78b490b43b02e316",
    ("specs/base.py", "TaskSpec._predict"): "7fe569a294b2873f",
    ("specs/base.py", "TaskSpec._update"): "19c698015fb9738b",
    ("task.py", "Task._inherit_data"): "09e494a7fba5a3ca",
    ("task.py", "Task.cancel"): "a5b2f5f224ec2813",
    ("bpmn/specs/bpmn_task_spec.py", "BpmnTaskSpec._on_complete_hook"): "c55defaa020eaa09",
    ("bpmn/specs/mixins/multiinstance_task.py", "MultiInstanceTask.merge_child"): "ab6c76d90c019fc3",
    ("bpmn/specs/mixins/multiinstance_task.py", "SequentialMultiInstanceTask.add_next_child"): "487493b0db820258",
    ("bpmn/specs/mixins/multiinstance_task.py", "SequentialMultiInstanceTask.init_remaining_items"): "84ad2e0078f96665",
    ("bpmn/specs/mixins/multiinstance_task.py", "ParallelMultiInstanceTask.create_children"): "b2050a9e700fd4f5",
    ("bpmn/specs/mixins/subworkflow_task.py", "SubWorkflowTask.copy_data"): "2b026254bd8e361e",
    ("bpmn/specs/mixins/subworkflow_task.py", "SubWorkflowTask.update_data"): "e5ff63425dfc0b5d",
    ("bpmn/specs/mixins/subworkflow_task.py", "CallActivity.copy_data"): "b381b41f128b1034",
    ("bpmn/specs/mixins/subworkflow_task.py", "CallActivity.update_data"): "ed5da900032eda91",
    ("bpmn/specs/mixins/events/event_types.py", "CatchingEvent.catch"): "11300e8a655117b7",
    ("bpmn/util/event.py", "EventManager.catch"): "283b28a8b33b929d",
    ("bpmn/specs/event_definitions/message.py", "MessageEventDefinition.calculate_correlations"): "cb8b6642073fd996",
    ("bpmn/specs/event_definitions/message.py", "MessageEventDefinition.catches"): "9af2c2fa6deb7081",
    ("spiff/specs/event_definitions.py", "MessageEventDefinition.throw"): "5cce8f2d16300480",
    ("spiff/specs/event_definitions.py", "SpiffItemAwareEventDefinition.throw"): "9115cb441e859efa",
    ("bpmn/specs/event_definitions/timer.py", "CycleTimerEventDefinition.update_task"): "115198aa77af3ab7",
    ("bpmn/specs/mixins/unstructured_join.py", "UnstructuredJoin._update_hook"): "0774f871580298ac",
    ("bpmn/specs/mixins/unstructured_join.py", "UnstructuredJoin._run_hook"): "8bddafb764cfc770",
    ("task.py", "Task.complete"): "0f79a78866919e74",
    ("bpmn/specs/control.py", "BoundaryEventJoin._check_threshold_structured"): "a7f0efc2bc4b4e69",
    ("bpmn/specs/control.py", "_EndJoin._check_threshold_unstructured"): "cf02fa4953540d4b",
    ("bpmn/specs/control.py", "BpmnStartTask.connect_or_add_trigger"): "57d88750c702ff06",
    ("bpmn/specs/mixins/inclusive_gateway.py", "InclusiveGateway._run_hook"): "6b3864d76b1077dd",
}
# The two names of the module `task` that get our counter: how often each is called, and with what.
CALLED = {"uuid4": ["uuid4()"], "time": ["time.time()"]}


def read_library(path: str) -> tuple[str, ast.Module]:
    """The library's own source, before anything is replaced, and its tree."""
    source = (LIBRARY / path).read_text(encoding="utf-8")
    return source, ast.parse(source)


def function_text(path: str, name: str) -> str:
    """A method of the library by its qualified name, as it is written but for white space."""
    scope, _, leaf = name.rpartition(".")
    source, tree = read_library(path)
    (owner,) = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == scope]
    (method,) = [node for node in owner.body if isinstance(node, ast.FunctionDef) and node.name == leaf]
    return " ".join((ast.get_source_segment(source, method) or "").split())


@pytest.mark.parametrize("place", REPLACED, ids=lambda place: place[1])
def test_a_replaced_function_is_the_one_that_was_read(place: tuple[str, str]) -> None:
    assert hashlib.sha256(function_text(*place).encode()).hexdigest()[:16] == REPLACED[place]


@pytest.mark.parametrize("name", CALLED)
def test_ids_and_stamps_are_drawn_where_they_were(name: str) -> None:
    _source, tree = read_library("task.py")
    calls = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert sorted(call for call in calls if call.startswith((f"{name}(", f"{name}."))) == CALLED[name]


def test_all_replacements_are_in_place() -> None:
    assert (task.uuid4, task.time) == (spiff._next_id, spiff._CountingTime)
    for owner in (task.Task, Workflow, BpmnSubWorkflow):
        assert owner.collect_log_extras is spiff._empty_log_extras
    assert task.Task._set_state is spiff._set_state
    assert Workflow.update_waiting_tasks is spiff._update_waiting_tasks
    assert library_paths._module.BpmnValidator.__init__ is library_paths.initialise_validator


def test_data_events_and_gateways_are_ours() -> None:
    assert task.Task._inherit_data is scopes._inherit_data
    assert BpmnTaskSpec._on_complete_hook is scopes._complete_task_data
    assert MultiInstanceTask.merge_child is scopes._merge_instance
    assert SequentialMultiInstanceTask.add_next_child is repetitions.add_next_instance
    assert SequentialMultiInstanceTask.init_remaining_items is repetitions.read_items
    assert ParallelMultiInstanceTask.create_children is repetitions.begin_instances
    assert (SubWorkflowTask.copy_data, SubWorkflowTask.update_data) == (
        scopes._enter_sub_process,
        scopes._leave_sub_process,
    )
    assert (CallActivity.copy_data, CallActivity.update_data) == (
        scopes._enter_called_process,
        scopes._leave_called_process,
    )
    assert (task.Task.cancel, task.Task.complete) == (boundaries.cancel_task, boundaries.complete_task)
    assert BoundaryEventJoin._update_hook is boundaries.pass_join
    assert BoundaryEvent.catch is boundaries.catch_boundary_event
    assert EventManager.catch is boundaries.catch_event
    assert PlainMessage.calculate_correlations is message_keys.compute_keys
    assert PlainMessage.catches is message_keys.catches_message
    assert MessageEventDefinition.throw is message_keys.throw_message
    for kind in (ErrorEventDefinition, EscalationEventDefinition):
        assert kind.throw is boundaries.throw_outwards
    assert ParallelGateway._update_hook is InclusiveGateway._update_hook is joins.arrive
    assert UnstructuredJoin._run_hook is joins.pass_on
    assert _EndJoin._check_threshold_unstructured is listeners.may_end
    assert (TaskSpec._predict, TaskSpec._update) == (joins.predict_path, joins.reach)


@pytest.mark.parametrize("version", ["3.1.2", "3.3.0", "4.0.0", "3.20.1"])
def test_another_version_is_refused_with_a_sentence_that_says_which_to_install(version: str) -> None:
    with pytest.raises(
        ImportError, match=rf"SpiffWorkflow {version} is installed.*pip install 'SpiffWorkflow==3\.2\.\*'"
    ):
        spiff.require_supported(version)


def test_the_version_read_is_taken() -> None:
    spiff.require_supported("3.2.0")
