"""What is replaced inside SpiffWorkflow is still what it was when the replacement was written.

A failing digest asks to read the library's new version of that function, to mend ours in engine/bpmn/spiff.py, to run
`make walks`, and only then to write the new digest here.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest
import SpiffWorkflow
from SpiffWorkflow import task
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.workflow import Workflow

from engine.bpmn import library_paths, spiff

LIBRARY = Path(SpiffWorkflow.__file__).parent
REPLACED = {
    ("bpmn/parser/BpmnParser.py", "BpmnValidator.__init__"): "3bf3bff3158102e0",
    ("task.py", "Task.collect_log_extras"): "3896cfbc97a8cb19",
    ("workflow.py", "Workflow.collect_log_extras"): "c4657446d63e90b2",
    ("bpmn/util/subworkflow.py", "BpmnSubWorkflow.collect_log_extras"): "f32b014751ba7ffb",
    ("task.py", "Task._set_state"): "4c5709fff4edf850",
    ("workflow.py", "Workflow.update_waiting_tasks"): "78b490b43b02e316",
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


@pytest.mark.parametrize("version", ["3.1.2", "3.3.0", "4.0.0", "3.20.1"])
def test_another_version_is_refused_with_a_sentence_that_says_which_to_install(version: str) -> None:
    with pytest.raises(
        ImportError, match=rf"SpiffWorkflow {version} is installed.*pip install 'SpiffWorkflow==3\.2\.\*'"
    ):
        spiff.require_supported(version)


def test_the_version_read_is_taken() -> None:
    spiff.require_supported("3.2.0")
