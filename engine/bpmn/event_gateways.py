"""Event gateways: a message that a case waits for there belongs to the case as it does at an event of its own.

SpiffWorkflow puts the events behind a gateway into one definition, and leaves out what each does when it begins to
wait: to take the values of the case's own correlation keys. Without them any message of that name would fit.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.event_definitions import MultipleEventDefinition
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition

from engine.bpmn.library_types import SpiffTask


class GatewayEvents(MultipleEventDefinition):
    """The events that an event gateway waits for."""

    def update_task(self, task: SpiffTask) -> None:
        """Take the case's own keys of each message."""
        for part in self.event_definitions:
            if isinstance(part, MessageEventDefinition):
                part.update_task(task)
