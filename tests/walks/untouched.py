"""SpiffWorkflow as it is installed, imported a second time: nothing that the program changes in it is changed here.

The program gives SpiffWorkflow its ids and its clock and replaces some of its methods. The plain side must not profit
from that, nor suffer. Only the plain side imports this module.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

_PACKAGE = "SpiffWorkflow"
_MODULES = {
    "task": "task",
    "timer": "bpmn.specs.event_definitions.timer",
    "workflow": "bpmn.workflow",
    "util": "bpmn.util",
    "process": "spiff.parser.process",
    "events": "spiff.specs.event_definitions",
}


def _names() -> list[str]:
    return [name for name in sys.modules if name == _PACKAGE or name.startswith(f"{_PACKAGE}.")]


def _second_import() -> dict[str, ModuleType]:
    kept = {name: sys.modules.pop(name) for name in _names()}
    try:
        return {key: importlib.import_module(f"{_PACKAGE}.{path}") for key, path in _MODULES.items()}
    finally:
        for name in _names():
            del sys.modules[name]
        sys.modules.update(kept)


_found = _second_import()
task, timer = _found["task"], _found["timer"]
BpmnWorkflow = _found["workflow"].BpmnWorkflow
BpmnEvent = _found["util"].BpmnEvent
SpiffBpmnParser = _found["process"].SpiffBpmnParser
MessageEventDefinition = _found["events"].MessageEventDefinition
SignalEventDefinition = _found["events"].SignalEventDefinition
