"""States as a version of the program stored them, and how they end: made once per format, read for ever after.

`python -m tests.kit.stored_states > tests/data/states_format_1.json` wrote the file of format 1. A change of the format
adds a file and leaves the older ones alone: cases that began with them may be open for months.
"""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Mapping
from typing import Any

from engine.bpmn.actions import Complete, Fire, Start, Step
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.step import advance, process_data_of
from tests.kit.hotline import DATA, NOW, WORLD, catch_timer, diagram, node, service, timer, user_task

_EACH = (
    '<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}">'
    "<bpmn:loopCardinality>3</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
)


def _repeated(name: str, sequential: str) -> str:
    return user_task(name).replace("</bpmn:userTask>", _EACH.format(sequential=sequential) + "</bpmn:userTask>")


_CALLED = diagram(
    "called",
    [
        node("startEvent", "called_begin"),
        user_task("ask"),
        timer("urge", "ask", "reminder(0.5)"),
        node("endEvent", "x"),
        node("endEvent", "urged"),
    ],
    "called_begin > ask > x",
    "urge > urged",
)
_CALLER = diagram(
    "caller",
    [
        node("startEvent", "begin"),
        service("set_deadline", "deadline", hours="16"),
        node("parallelGateway", "fork"),
        '<bpmn:callActivity id="call" name="call" calledElement="called"/>',
        _repeated("together", "false"),
        catch_timer("later", "reminder(0.75)"),
        node("parallelGateway", "join"),
        service("hold", "clock", action="'pause'"),
        _repeated("in_turn", "true"),
        service("go_on", "clock", action="'resume'"),
        catch_timer("last", "deadline()"),
        node("endEvent", "done"),
    ],
    "begin > set_deadline > fork > call > join",
    "fork > together > join",
    "fork > later > join",
    "join > hold > in_turn > go_on > last > done",
)


def process() -> Process:
    """The process of the stored states. It stays as it is: what was stored only fits this one."""
    return parse_processes({"caller.bpmn": _CALLER, "called.bpmn": _CALLED})["caller"]


def history() -> list[dict[str, Any]]:
    """A case from its start to its end: after each step its state, what is open, what waits, the data and the path."""
    found, model, now = [], process(), NOW
    step = advance(model, None, Start(DATA), now, WORLD)
    tasks: dict[int, str] = {}
    timers: dict[int, tuple[str, str]] = {}
    while True:
        follow(step, tasks, timers)
        found.append(told(model, step, tasks, timers))
        if step.finished:
            return found
        step = advance(model, step.state, action(tasks, timers), now, WORLD)


def follow(step: Step, tasks: dict[int, str], timers: dict[int, tuple[str, str]]) -> None:
    """Keep account of what is open and waiting after a step."""
    for number in step.closed_tasks:
        tasks.pop(number)
    for number in step.cleared_timers:
        timers.pop(number)
    tasks.update({item.task_id: item.node for item in step.opened_tasks})
    timers.update({item.task_id: (item.node, item.due.isoformat() if item.due else "held") for item in step.timers})


def action(tasks: Mapping[int, str], timers: Mapping[int, tuple[str, str]]) -> Complete | Fire:
    """The next thing that happens: the first timer of the call fires, then tasks are completed, then timers fire."""
    urging = [number for number, (name, _) in timers.items() if name == "urge"]
    if urging:
        return Fire((urging[0],))
    if tasks:
        number = min(tasks)
        return Complete(number, {f"did_{tasks[number]}": len(tasks)})
    return Fire((min(timers),))


def told(model: Process, step: Step, tasks: Mapping[int, str], timers: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    """What the file keeps of a moment. Numbers of tasks are kept too: the rows of a database name them."""
    return {
        "state": base64.b64encode(step.state).decode(),
        "tasks": {str(number): name for number, name in sorted(tasks.items())},
        "timers": {str(number): list(item) for number, item in sorted(timers.items())},
        "data": process_data_of(model, step.state),
        "path": list(step.path),
        "finished": step.finished,
    }


if __name__ == "__main__":
    json.dump(history(), sys.stdout, ensure_ascii=False, indent=1)
