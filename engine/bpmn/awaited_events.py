"""What the diagrams of a process can be waiting for: messages and signals, what addresses them, where values go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition, SignalEventDefinition

from engine.bpmn.actions import AWAITS_MESSAGE, AWAITS_SIGNAL
from engine.bpmn.library_types import SpiffDefinition
from engine.bpmn.parser import Process
from engine.bpmn.scripts import ExpressionLanguage


@dataclass(frozen=True, slots=True)
class CorrelationPart:
    """One property by which a message finds its case: its name, the keys it belongs to, where the message has it."""

    name: str
    keys: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class AwaitedEvent:
    """A message or signal that an element of a diagram waits for; `variable` takes the value, "" when none does."""

    kind: str
    name: str
    variable: str = ""
    parts: tuple[CorrelationPart, ...] = ()


def awaited_events(process: Process) -> Iterator[AwaitedEvent]:
    """Every message and signal that a process, or what it calls, can wait for; what is drawn twice comes twice."""
    for spec in (process.spec, *process.subprocess_specs.values()):
        for task_spec in spec.task_specs.values():
            if hasattr(task_spec, "catches"):
                yield from _events_of(task_spec.event_definition)


def _events_of(definition: SpiffDefinition) -> Iterator[AwaitedEvent]:
    for part in definition.event_definitions if isinstance(definition, MultipleEventDefinition) else (definition,):
        if isinstance(part, SignalEventDefinition):
            yield AwaitedEvent(AWAITS_SIGNAL, part.name, part.variable or "")
        elif isinstance(part, MessageEventDefinition):
            parts = [
                CorrelationPart(item.name, tuple(item.correlation_keys), item.retrieval_expression)
                for item in part.correlation_properties
            ]
            yield AwaitedEvent(AWAITS_MESSAGE, part.name, part.message_var or "", tuple(dict.fromkeys(parts)))


def carried_values(event: AwaitedEvent, payload: Mapping[str, Any]) -> dict[str, Any]:
    """The value of each correlation property in a message's payload, None where it is missing; raises ScriptError."""
    language = ExpressionLanguage({})
    return {part.name: language.evaluate(part.path, payload) for part in event.parts}


def correlation_keys(event: AwaitedEvent, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The correlation keys of a message: key -> property -> value."""
    keys: dict[str, dict[str, Any]] = {}
    for part in event.parts:
        for key in part.keys:
            keys.setdefault(key, {})[part.name] = values[part.name]
    return keys
