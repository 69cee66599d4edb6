"""Promises of scenarios about repeated tasks, of which several are open under one name."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.scenarios import scenario_table
from engine.scenarios.files import BadScenario, read_scenario
from engine.scenarios.scenario_text import render_scenario
from tests.kit import hotline
from tests.kit.hotline import diagram, node, script, user_task
from tests.scenarios.test_runner import FILE, failure, scenario

EACH = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>places</bpmn:loopDataInputRef>"
    '<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef><bpmn:inputDataItem id="one"/>'
    '<bpmn:outputDataItem id="zero"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
)


def asking_each() -> CompiledDeployment:
    """A process that asks about "a" and about "b" at the same time, and goes on to `work`."""
    ask = user_task("ask").replace("</bpmn:userTask>", EACH)
    listed = script("list", 'places = ["a", "b"]')
    parts = [node("startEvent", "begin"), listed, ask, user_task("work"), node("endEvent", "done")]
    drawn = diagram("handle", parts, "begin > list > ask > work > done")
    return definitions.compile_files({**hotline.FILES, PurePosixPath("workflows/handle.bpmn"): drawn})


@pytest.mark.parametrize("which", [{"item": "b"}, {"number": 2}])
def test_a_step_addresses_one_of_several_tasks_of_one_name(which: dict[str, object]) -> None:
    content = asking_each()
    second = {"task": "ask", "which": which, "data": {"note": "x", "zero": 9}}
    first = {"task": "ask", "which": {"item": "a"}, "data": {"note": "x", "zero": 3}}
    both = {"expect": {"open": ["work"], "data": {"results": [3, 9]}}}
    assert failure(second, first, both, content=content) == ""
    assert "no such" in failure({"task": "ask", "which": {"item": "c"}}, content=content)
    assert "no such" in failure({"task": "ask", "which": {"number": 3}}, content=content)


def test_tasks_of_one_name_are_addressed_and_expected_by_their_units() -> None:
    content = asking_each()
    held = {"expect": {"unit": {"ask": [hotline.PLACE, hotline.PLACE]}}}
    done = {"task": "ask", "which": {"unit": hotline.PLACE}, "data": {"note": "x", "zero": 1}}
    assert failure(held, done, {"expect": {"unit": {"ask": [hotline.PLACE]}}}, content=content) == ""
    assert failure({"expect": {"unit": {"ask": [hotline.PLACE]}}}, content=content) != ""


def test_an_address_is_kept_by_the_file_and_by_the_table() -> None:
    written = scenario({"task": "ask", "which": {"item": "b"}}, {"task": "ask", "which": {"number": 2}, "take": True})
    assert read_scenario(FILE, render_scenario(written)) == written
    table = scenario_table.from_scenario(written)
    assert [row.which for row in table.rows] == ["item: b", "number: 2"]
    assert scenario_table.to_scenario(FILE, table) == written


@pytest.mark.parametrize("which", [{}, {"number": 0}, {"number": True}, {"who": "x"}, {"item": 1, "number": 1}])
def test_an_address_that_says_nothing_is_refused(which: dict[str, object]) -> None:
    with pytest.raises(BadScenario):
        scenario({"task": "ask", "which": which})


def test_of_the_instances_of_a_repeated_task_a_step_does_the_first_that_is_open() -> None:
    """The collection is read once: a change of it changes neither the number of instances nor their results."""
    content = asking_each()
    asked = [{"task": "ask", "data": {"note": "x", "zero": zero}} for zero in (3, 4)]
    assert failure(*asked, {"expect": {"open": ["work"], "data": {"results": [3, 4]}}}, content=content) == ""
    assert "not open" in failure(*asked, {"task": "ask"}, content=content)
