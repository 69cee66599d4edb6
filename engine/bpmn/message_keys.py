"""Correlation keys of messages (BPMN 2.0, 8.4.2): a key is usable when each of its properties has a value.

SpiffWorkflow compares keys as Python does, for which 1 is True, and takes two that say nothing for the same, so that a
message without its number would reach whoever has none either. Here a key that lacks a value is left out: a case
without keys has not spoken yet, and what is sent by a key must have one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.event_definitions.message import MessageEventDefinition as PlainMessage
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition

from engine.bpmn.comparisons import equal_values
from engine.bpmn.failures import task_failure
from engine.bpmn.library_types import SpiffDefinition, SpiffTask
from engine.errors import ScriptError

KeyValues = Mapping[str, Mapping[str, Any]]
"""Correlation key -> property -> value."""

_calculate = PlainMessage.calculate_correlations


def usable_keys(keys: KeyValues) -> dict[str, Mapping[str, Any]]:
    """The keys whose properties all have a value."""
    return {key: values for key, values in keys.items() if None not in values.values()}


def compute_keys(definition: SpiffDefinition, engine: Any, properties: Any, data: Mapping[str, Any]) -> Any:
    """The usable keys that a message's payload, or a case's own data, has."""
    return usable_keys(_calculate(definition, engine, properties, data)) if properties else {}


def catches_message(definition: SpiffDefinition, task: SpiffTask, event: Any) -> bool:
    """Whether a waiting task takes a message: the names are the same, and a key, where both sides have keys."""
    own = task.workflow.correlations
    is_ours = definition == event.event_definition
    if not (is_ours and definition.correlation_properties and own):
        return bool(is_ours)
    return any(equal_values(value, own.get(key)) for key, value in event.correlations.items())


def throw_message(definition: SpiffDefinition, task: SpiffTask) -> None:
    """Send a message; one that is sent by a key fails its step when its payload has no value for any."""
    payload: dict[str, Any] = {}
    keys: dict[str, Any] = {}
    workflow = task.workflow
    if definition.expression is not None:
        payload = workflow.script_engine.evaluate(task, definition.expression)
        keys = definition.get_correlations(task, payload)
        if definition.correlation_properties and not keys:
            names = sorted({part.name for part in definition.correlation_properties})
            error = ScriptError("running-message-keys", message=definition.name, keys=names)
            raise task_failure(task, error) from error
    workflow.correlations.update(keys)
    workflow.top_workflow.catch(BpmnEvent(definition, payload=payload, correlations=keys))


PlainMessage.calculate_correlations = compute_keys
PlainMessage.catches = catches_message
MessageEventDefinition.throw = throw_message
