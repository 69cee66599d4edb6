"""A BPMN file as the rules see it: processes, scopes, nodes, flows and what they refer to.

A scope is a process or a sub-process: what the engine runs as one task tree. Nothing is judged here: duplicate or
dangling elements are kept as far as they can be named, so that every rule can report its own part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.lint import graph
from engine.bpmn.lint.document import XmlDocument
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import BPMN, SCOPES, SPIFF

ROOT_TAG = f"{{{BPMN}}}definitions"
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
JOINING = frozenset({"inclusiveGateway", "parallelGateway"})
SPLITTING = frozenset({"exclusiveGateway", "inclusiveGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASKS = frozenset(
    {"userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask", "task", "manualTask"}
)
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess", "callActivity"})
ACTIVITIES = TASKS | CONTAINERS
NODES = GATEWAYS | EVENTS | ACTIVITIES


@dataclass(frozen=True, slots=True)
class FlowNode:
    """An event, gateway or activity; `scope` is the id of the enclosing process or sub-process."""

    id: str
    kind: str
    element: Element
    scope: str

    @property
    def is_repeated(self) -> bool:
        """Whether it is a multi-instance or looped activity."""
        return any(element_kind(child).endswith("LoopCharacteristics") for child in self.element)

    @property
    def is_event_sub_process(self) -> bool:
        """Whether it is an event sub-process."""
        return self.kind == "subProcess" and self.element.get("triggeredByEvent") == "true"


@dataclass(frozen=True, slots=True)
class SequenceFlow:
    """A sequence flow; `scope` is the id of the enclosing process or sub-process."""

    id: str
    source: str
    target: str
    element: Element
    scope: str

    @property
    def condition(self) -> Element | None:
        """The element that holds the flow's condition, if any."""
        return first_child(self.element, "conditionExpression")


@dataclass(frozen=True)
class Diagram:
    """One BPMN file."""

    path: PurePosixPath
    root: Element
    processes: tuple[Element, ...]
    nodes: dict[str, FlowNode]
    flows: tuple[SequenceFlow, ...]
    scopes: dict[str, list[FlowNode]] = field(default_factory=dict)

    @cached_property
    def outgoing_flows(self) -> dict[str, list[SequenceFlow]]:
        """The flows that leave each node."""
        return _group_flows(self.flows, "source")

    @cached_property
    def incoming_flows(self) -> dict[str, list[SequenceFlow]]:
        """The flows that enter each node."""
        return _group_flows(self.flows, "target")

    @cached_property
    def boundary_events(self) -> dict[str, list[FlowNode]]:
        """The boundary events attached to each activity of their own scope."""
        attached: dict[str, list[FlowNode]] = {}
        for node in self.nodes_of_kind("boundaryEvent"):
            attached.setdefault(node.element.get("attachedToRef") or "", []).append(node)
        return attached

    @cached_property
    def successors(self) -> dict[str, list[str]]:
        """The nodes that can follow each node: along its flows, and its boundary events."""
        successors: dict[str, list[str]] = {
            node_id: [event.id for event in self.boundary_events.get(node_id, ())] for node_id in self.nodes
        }
        for flow in self.flows:
            if self.stays_in_scope(flow):
                successors[flow.source].append(flow.target)
        return successors

    @cached_property
    def nodes_in_loops(self) -> set[str]:
        """The nodes that lie on a loop of flows (or of flows and boundary events) in their scope."""
        return graph.nodes_on_cycles(self.successors)

    @cached_property
    def root_elements(self) -> dict[str, dict[str, Element]]:
        """The messages, signals, errors and escalations of the file by kind and id."""
        by_kind: dict[str, dict[str, Element]] = {}
        for element in self.root:
            by_kind.setdefault(element_kind(element), {}).setdefault(element.get("id") or "", element)
        return by_kind

    def stays_in_scope(self, flow: SequenceFlow) -> bool:
        """Whether a flow connects two nodes of its own scope."""
        source, target = self.nodes.get(flow.source), self.nodes.get(flow.target)
        return source is not None and target is not None and source.scope == target.scope == flow.scope

    def nodes_of_kind(self, *kinds: str) -> Iterator[FlowNode]:
        """The nodes of the given kinds, in file order."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def is_process(self, scope: str) -> bool:
        """Whether a scope is a whole process."""
        return scope not in self.nodes

    def enclosing_sub_processes(self, node: FlowNode) -> Iterator[FlowNode]:
        """The sub-processes that enclose a node, innermost first."""
        seen = {node.id}
        host = self.nodes.get(node.scope)
        while host is not None and host.id not in seen:
            yield host
            seen.add(host.id)
            host = self.nodes.get(host.scope)

    def process_of(self, node: FlowNode) -> str:
        """The id of the process that contains a node."""
        scope = node.scope
        for host in self.enclosing_sub_processes(node):
            scope = host.scope
        return scope


def from_document(document: XmlDocument) -> Diagram:
    """The diagram in a parsed document."""
    processes = tuple(document.root.iter(bpmn_tag("process")))
    nodes: dict[str, FlowNode] = {}
    flows: list[SequenceFlow] = []
    scopes: dict[str, list[FlowNode]] = {process.get("id") or "": [] for process in processes}
    for element in document.root.iter(f"{{{BPMN}}}*"):
        name, parent = element_kind(element), element.getparent()
        if parent is None or element_kind(parent) not in SCOPES:
            continue
        scope = parent.get("id") or ""
        if name == "sequenceFlow":
            flows.append(_sequence_flow(element, scope))
        elif name in NODES and element.get("id") and element.get("id") not in nodes:
            node = FlowNode(element.get("id") or "", name, element, scope)
            nodes[node.id] = node
            scopes.setdefault(scope, []).append(node)
    return Diagram(document.path, document.root, processes, nodes, tuple(flows), scopes)


def _sequence_flow(element: Element, scope: str) -> SequenceFlow:
    source, target = element.get("sourceRef") or "", element.get("targetRef") or ""
    return SequenceFlow(element.get("id") or "", source, target, element, scope)


def _group_flows(flows: tuple[SequenceFlow, ...], end: str) -> dict[str, list[SequenceFlow]]:
    groups: dict[str, list[SequenceFlow]] = {}
    for flow in flows:
        groups.setdefault(getattr(flow, end), []).append(flow)
    return groups


def bpmn_tag(name: str) -> str:
    """The qualified name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def element_kind(element: Element) -> str:
    """The local name of a BPMN element; empty for comments and elements of other namespaces."""
    if not isinstance(element.tag, str) or not element.tag.startswith(f"{{{BPMN}}}"):
        return ""
    return element.tag[len(BPMN) + 2 :]


def first_child(element: Element, name: str) -> Element | None:
    """The first BPMN child with that name."""
    return element.find(bpmn_tag(name))


def text_of(element: Element | None) -> str:
    """The text of an element without surrounding whitespace; empty for None."""
    return (element.text or "").strip() if element is not None else ""


def extension_elements(element: Element, name: str) -> list[Element]:
    """The `spiffworkflow:` elements with that name among an element's own extensions."""
    return element.findall(f"{bpmn_tag('extensionElements')}/{{{SPIFF}}}{name}")


def extension_text(element: Element, name: str) -> str | None:
    """The text of the last extension with that name (the one the engine keeps), or None."""
    elements = extension_elements(element, name)
    return (elements[-1].text or "").strip() if elements else None


def extension_properties(element: Element) -> dict[str, str]:
    """The `spiffworkflow:property` values of an element by name."""
    path = f"{bpmn_tag('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property"
    return {part.get("name") or "": part.get("value") or "" for part in element.findall(path)}


def operator_of(element: Element) -> Element | None:
    """The operator of a service task: the last one if there are several, as the engine keeps it."""
    operators = extension_elements(element, "serviceTaskOperator")
    return operators[-1] if operators else None


def operator_parameters(operator: Element) -> dict[str, Element]:
    """The parameters of an operator by name."""
    return {part.get("id") or "": part for part in operator.iter(f"{{{SPIFF}}}parameter")}


def event_definitions(element: Element) -> list[Element]:
    """The event definitions of an event or a send or receive task."""
    return [child for child in element if element_kind(child).endswith("EventDefinition")]


def local_name_of(element: Element) -> str:
    """The local name of any element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
