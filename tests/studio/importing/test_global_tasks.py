"""Promises of global tasks: a call activity calls them like a process."""

from __future__ import annotations

import pytest

from engine.bpmn.actions import Start
from engine.bpmn.parser import parse_processes
from engine.bpmn.step import advance
from engine.studio.importing.conversion import convert_each_process
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import flows, node, process
from tests.kit.hotline import DATA, NOW, WORLD
from tests.studio.importing.rewritten import BEGIN, DONE, PASS


@pytest.mark.parametrize(
    ("kind", "inside"), [("globalUserTask", ""), ("globalScriptTask", "<bpmn:script>x = 1</bpmn:script>")]
)
def test_a_global_task_is_called_like_a_process(kind: str, inside: str) -> None:
    caller = process(
        BEGIN,
        node("callActivity", "call", attributes='calledElement="n:common"'),
        DONE,
        flows("begin -> call -> done"),
    )
    content = draw.definitions(f'<bpmn:{kind} id="common" name="Chung">{inside}</bpmn:{kind}>', caller)
    content = content.replace(b"<bpmn:definitions ", b'<bpmn:definitions xmlns:n="http://example.org/n" ')
    files = {f"{number}.bpmn": file.content for number, file in enumerate(convert_each_process(content, {}, PASS))}
    handled = parse_processes(files)
    assert set(handled) == {"report", "common"}
    step = advance(handled["report"], None, Start(DATA), NOW, WORLD)
    assert [task.node for task in step.opened_tasks] == (["common_task"] if kind == "globalUserTask" else [])
    assert step.finished == (kind == "globalScriptTask")
