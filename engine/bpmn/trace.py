"""Records which elements and flows of the diagrams a step walked.

A flow is identified by its process, source and target; two flows between the same two elements count as one.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import IntermediateCatchEvent
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.library_types import SpiffTask, SpiffWorkflow
from engine.safe_xml import parse_xml

REACHED_STATES = TaskState.WAITING | TaskState.READY | TaskState.STARTED | TaskState.FINISHED_MASK
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
# Nothing else in a process (lanes, notes, data, groups, loop characteristics) is ever walked.
_NODE_SUFFIXES = ("task", "Task", "Event", "Gateway", "subProcess", "transaction", "callActivity")

NodeKey = tuple[str, str]
FlowKey = tuple[str, str, str]


@dataclass(slots=True)
class Trace:
    """What was walked, collected over any number of steps."""

    nodes: set[NodeKey] = field(default_factory=set)
    flows: set[FlowKey] = field(default_factory=set)

    def observe(self, workflow: SpiffWorkflow, since: int) -> None:
        """Collect what changed since the counter was at `since`; called before the step's tree is pruned."""
        for part in (workflow, *workflow.subprocesses.values()):
            for task in part.tasks.values():
                if task.last_state_change > since and task._state & REACHED_STATES and task.task_spec.bpmn_id:
                    self._add_reached(part, task, since)

    def _add_reached(self, part: SpiffWorkflow, task: SpiffTask, since: int) -> None:
        parent = task.parent
        while parent is not None and parent.last_state_change > since and not parent.task_spec.bpmn_id:
            parent = parent.parent
        is_new = parent is not None and parent.last_state_change > since and parent.task_spec.bpmn_id
        source = parent.task_spec.bpmn_id if is_new else None
        turn = None if _only_listens(task) else task.last_state_change
        self.add_reached(part.spec.name, source, task.task_spec.bpmn_id, turn)

    def add_reached(self, process: str, source: str | None, element: str, turn: int | None) -> None:  # noqa: ARG002
        """Collect an element, and the flow from `source` by which it was reached.

        Of later ones `turn` is higher; it is None of what no token went through, such as an event that waits at a step.
        """
        self.nodes.add((process, element))
        if source is not None:
            self.flows.add((process, source, element))


def _only_listens(task: SpiffTask) -> bool:
    """Whether no token stands or went on: an event that waits at a step or for a sub-process, or what was cancelled."""
    if task._state & TaskState.CANCELLED:
        return True
    return bool(task._state & TaskState.WAITING) and not isinstance(task.task_spec, IntermediateCatchEvent)


@dataclass(frozen=True, slots=True)
class DiagramGraph:
    """Everything in a diagram that can be walked."""

    nodes: frozenset[NodeKey]
    flows: frozenset[FlowKey]


def parse_diagram_graph(content: bytes) -> DiagramGraph:
    """The elements and flows of a BPMN file, sub-processes included."""
    nodes: set[NodeKey] = set()
    flows: set[FlowKey] = set()
    root = parse_xml(content)
    for process in root.iter(f"{BPMN}process", f"{BPMN}subProcess"):
        for child in process.iterchildren(tag=etree.Element):
            kind, process_id = str(child.tag).removeprefix(BPMN), str(process.get("id"))
            if kind == "sequenceFlow":
                flows.add((process_id, str(child.get("sourceRef")), str(child.get("targetRef"))))
            elif child.tag.startswith(BPMN) and kind.endswith(_NODE_SUFFIXES) and child.get("id"):
                nodes.add((process_id, str(child.get("id"))))
    return DiagramGraph(frozenset(nodes), frozenset(flows))
