"""Which elements and flows of the diagrams a step walked. For tests of diagrams and for pages that draw the path.

A flow is known by its process, source and target; two flows between the same two elements count as one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from SpiffWorkflow.util.task import TaskState

REACHED = TaskState.WAITING | TaskState.READY | TaskState.STARTED | TaskState.FINISHED_MASK
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
# Everything else that stands in a process (lanes, notes, data, groups, loop characteristics) is never walked.
_NODES = ("task", "Task", "Event", "Gateway", "subProcess", "transaction", "callActivity")

Node = tuple[str, str]
Flow = tuple[str, str, str]


@dataclass(slots=True)
class Trace:
    """What was walked, collected over any number of steps."""

    nodes: set[Node] = field(default_factory=set)
    flows: set[Flow] = field(default_factory=set)

    def observe(self, workflow: Any, since: int) -> None:
        """Collect what changed after the counter stood at `since`; called before the step's tree is pruned."""
        for part in (workflow, *workflow.subprocesses.values()):
            for task in part.tasks.values():
                if task.last_state_change > since and task._state & REACHED and task.task_spec.bpmn_id:
                    self._reached(part, task, since)

    def _reached(self, part: Any, task: Any, since: int) -> None:
        process, node = part.spec.name, task.task_spec.bpmn_id
        self.nodes.add((process, node))
        parent = task.parent
        while parent is not None and parent.last_state_change > since and not parent.task_spec.bpmn_id:
            parent = parent.parent
        if parent is not None and parent.last_state_change > since and parent.task_spec.bpmn_id:
            self.flows.add((process, parent.task_spec.bpmn_id, node))


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything a diagram draws that can be walked."""

    nodes: frozenset[Node]
    flows: frozenset[Flow]


def drawn(content: bytes) -> Drawn:
    """The elements and flows of a BPMN file, sub-processes included."""
    nodes: set[Node] = set()
    flows: set[Flow] = set()
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    for process in root.iter(f"{BPMN}process", f"{BPMN}subProcess"):
        for child in process.iterchildren(tag=etree.Element):
            kind, name = str(child.tag).removeprefix(BPMN), str(process.get("id"))
            if kind == "sequenceFlow":
                flows.add((name, str(child.get("sourceRef")), str(child.get("targetRef"))))
            elif child.tag.startswith(BPMN) and kind.endswith(_NODES) and child.get("id"):
                nodes.add((name, str(child.get("id"))))
    return Drawn(frozenset(nodes), frozenset(flows))
