"""Promises of scenarios about repeated tasks, of which several are open under one name."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.process import definitions
from tests.kit import hotline
from tests.kit.hotline import diagram, node, script, user_task
from tests.scenarios.test_runner import failure

EACH = (
    "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopDataInputRef>places</bpmn:loopDataInputRef>"
    '<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef><bpmn:inputDataItem id="one"/>'
    '<bpmn:outputDataItem id="zero"/></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>'
)


def test_of_the_instances_of_a_repeated_task_a_step_does_the_first_that_is_open() -> None:
    """The collection is read once: a change of it changes neither the number of instances nor their results."""
    ask = user_task("ask").replace("</bpmn:userTask>", EACH)
    listed = script("list", 'places = ["a", "b"]')
    parts = [node("startEvent", "begin"), listed, ask, user_task("work"), node("endEvent", "done")]
    drawn = diagram("handle", parts, "begin > list > ask > work > done")
    content = definitions.compile_files({**hotline.FILES, PurePosixPath("workflows/handle.bpmn"): drawn})
    asked = [{"task": "ask", "data": {"note": "x", "zero": zero}} for zero in (3, 4)]
    assert failure(*asked, {"expect": {"open": ["work"], "data": {"results": [3, 4]}}}, content=content) == ""
    assert "not open" in failure(*asked, {"task": "ask"}, content=content)
