"""The library's classes by the names that annotations give them.

SpiffWorkflow carries no types, so mypy takes each of them for Any; readers see what is meant.
"""

from __future__ import annotations

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition
from SpiffWorkflow.bpmn.util.event import BpmnEvent, EventManager
from SpiffWorkflow.bpmn.workflow import BpmnBaseWorkflow
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task

SpiffTask = Task
"""A task of an instance: one passage through an element."""
SpiffWorkflow = BpmnBaseWorkflow
"""An instance, or the part of it that runs in a sub-process or a called process."""
SpiffSpec = TaskSpec
"""An element of a diagram, as the library has parsed it."""
SpiffProcess = BpmnProcessSpec
"""A process, as the library has parsed it."""
SpiffDefinition = EventDefinition
"""What an event waits for or throws."""
SpiffEvent = BpmnEvent
"""An event on its way to whoever waits for it."""
SpiffEvents = EventManager
"""The tasks of an instance that wait for events."""
