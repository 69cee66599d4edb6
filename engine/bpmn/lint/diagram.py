"""A BPMN file as the rules see it: processes, scopes, nodes, flows and what they refer to.

For this package and the studio.

A scope is a process or a sub-process: what the engine runs as one task tree. Nothing here judges; whatever is doubled
or dangling is kept as far as it can be named, so that every rule can report its own part.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from lxml import etree

from engine.bpmn.lint import graph
from engine.bpmn.lint.document import Document
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import BPMN, SCOPES, SPIFF

ROOT = f"{{{BPMN}}}definitions"
GATEWAYS = frozenset({"exclusiveGateway", "inclusiveGateway", "parallelGateway", "eventBasedGateway", "complexGateway"})
SPLITTING = frozenset({"exclusiveGateway", "inclusiveGateway"})
JOINING = frozenset({"parallelGateway", "inclusiveGateway"})
EVENTS = frozenset({"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"})
TASKS = frozenset(
    {"userTask", "serviceTask", "scriptTask", "businessRuleTask", "sendTask", "receiveTask", "task", "manualTask"}
)
CONTAINERS = frozenset({"subProcess", "transaction", "adHocSubProcess", "callActivity"})
ACTIVITIES = TASKS | CONTAINERS
NODES = GATEWAYS | EVENTS | ACTIVITIES


@dataclass(frozen=True, slots=True)
class Node:
    """An event, gateway or activity; `scope` is the id of the process or sub-process around it."""

    id: str
    kind: str
    element: Element
    scope: str

    @property
    def repeats(self) -> bool:
        """Whether it is a multi-instance or looped activity."""
        return any(kind(child).endswith("LoopCharacteristics") for child in self.element)

    @property
    def on_event(self) -> bool:
        """Whether it is an event sub-process."""
        return self.kind == "subProcess" and self.element.get("triggeredByEvent") == "true"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow; `scope` is the id of the process or sub-process it stands in."""

    id: str
    source: str
    target: str
    element: Element
    scope: str

    @property
    def condition(self) -> Element | None:
        """The element that holds the flow's condition, if any."""
        return first(self.element, "conditionExpression")


@dataclass(frozen=True)
class Diagram:
    """One BPMN file."""

    path: PurePosixPath
    root: Element
    processes: tuple[Element, ...]
    nodes: dict[str, Node]
    flows: tuple[Flow, ...]
    scopes: dict[str, list[Node]] = field(default_factory=dict)

    @cached_property
    def outgoing(self) -> dict[str, list[Flow]]:
        """The flows that leave each node."""
        return _grouped(self.flows, "source")

    @cached_property
    def incoming(self) -> dict[str, list[Flow]]:
        """The flows that enter each node."""
        return _grouped(self.flows, "target")

    @cached_property
    def boundaries(self) -> dict[str, list[Node]]:
        """The boundary events attached to each activity of their own scope."""
        attached: dict[str, list[Node]] = {}
        for node in self.of_kind("boundaryEvent"):
            attached.setdefault(node.element.get("attachedToRef") or "", []).append(node)
        return attached

    @cached_property
    def edges(self) -> dict[str, list[str]]:
        """Where work can go next from each node: along its flows, and to its boundary events."""
        edges: dict[str, list[str]] = {key: [event.id for event in self.boundaries.get(key, ())] for key in self.nodes}
        for flow in self.flows:
            if self.inside_one_scope(flow):
                edges[flow.source].append(flow.target)
        return edges

    @cached_property
    def on_cycles(self) -> set[str]:
        """The nodes that lie on a loop of flows (or of flows and boundary events) in their scope."""
        return graph.on_cycles(self.edges)

    @cached_property
    def declared(self) -> dict[str, dict[str, Element]]:
        """The messages, signals, errors and escalations of the file by kind and id."""
        kinds: dict[str, dict[str, Element]] = {}
        for element in self.root:
            kinds.setdefault(kind(element), {}).setdefault(element.get("id") or "", element)
        return kinds

    def inside_one_scope(self, flow: Flow) -> bool:
        """Whether a flow joins two nodes of the scope it stands in."""
        source, target = self.nodes.get(flow.source), self.nodes.get(flow.target)
        return source is not None and target is not None and source.scope == target.scope == flow.scope

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """The nodes of some kinds, in the order of the file."""
        return (node for node in self.nodes.values() if node.kind in kinds)

    def is_process(self, scope: str) -> bool:
        """Whether a scope is a whole process."""
        return scope not in self.nodes

    def hosts(self, node: Node) -> Iterator[Node]:
        """The sub-processes around a node, innermost first."""
        seen = {node.id}
        host = self.nodes.get(node.scope)
        while host is not None and host.id not in seen:
            yield host
            seen.add(host.id)
            host = self.nodes.get(host.scope)

    def process_of(self, node: Node) -> str:
        """The id of the process around a node."""
        scope = node.scope
        for host in self.hosts(node):
            scope = host.scope
        return scope


def build(document: Document) -> Diagram:
    """The diagram in a document."""
    processes = tuple(document.root.iter(tag("process")))
    nodes: dict[str, Node] = {}
    flows: list[Flow] = []
    scopes: dict[str, list[Node]] = {process.get("id") or "": [] for process in processes}
    for element in document.root.iter(f"{{{BPMN}}}*"):
        name, parent = kind(element), element.getparent()
        if parent is None or kind(parent) not in SCOPES:
            continue
        scope = parent.get("id") or ""
        if name == "sequenceFlow":
            flows.append(_flow(element, scope))
        elif name in NODES and element.get("id") and element.get("id") not in nodes:
            node = Node(element.get("id") or "", name, element, scope)
            nodes[node.id] = node
            scopes.setdefault(scope, []).append(node)
    return Diagram(document.path, document.root, processes, nodes, tuple(flows), scopes)


def _flow(element: Element, scope: str) -> Flow:
    source, target = element.get("sourceRef") or "", element.get("targetRef") or ""
    return Flow(element.get("id") or "", source, target, element, scope)


def _grouped(flows: tuple[Flow, ...], end: str) -> dict[str, list[Flow]]:
    groups: dict[str, list[Flow]] = {}
    for flow in flows:
        groups.setdefault(getattr(flow, end), []).append(flow)
    return groups


def tag(name: str) -> str:
    """The full name of a BPMN element."""
    return f"{{{BPMN}}}{name}"


def kind(element: Element) -> str:
    """The local name of a BPMN element; empty for comments and elements of other namespaces."""
    if not isinstance(element.tag, str) or not element.tag.startswith(f"{{{BPMN}}}"):
        return ""
    return element.tag[len(BPMN) + 2 :]


def first(element: Element, name: str) -> Element | None:
    """The first BPMN child of that name."""
    return element.find(tag(name))


def text_of(element: Element | None) -> str:
    """The text of an element without surrounding space; empty for None."""
    return (element.text or "").strip() if element is not None else ""


def extensions(element: Element, name: str) -> list[Element]:
    """The `spiffworkflow:` elements of that name among an element's own extensions."""
    return element.findall(f"{tag('extensionElements')}/{{{SPIFF}}}{name}")


def extension(element: Element, name: str) -> str | None:
    """The text of the last extension of that name (the one the engine keeps), or None when there is none."""
    found = extensions(element, name)
    return (found[-1].text or "").strip() if found else None


def properties(element: Element) -> dict[str, str]:
    """The `spiffworkflow:property` values of an element by name."""
    path = f"{tag('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property"
    return {part.get("name") or "": part.get("value") or "" for part in element.findall(path)}


def operator_of(element: Element) -> Element | None:
    """The operator of a service task; of several, the last, which the engine keeps."""
    found = extensions(element, "serviceTaskOperator")
    return found[-1] if found else None


def parameters(operator: Element) -> dict[str, Element]:
    """The parameters of an operator by name."""
    return {part.get("id") or "": part for part in operator.iter(f"{{{SPIFF}}}parameter")}


def definitions(element: Element) -> list[Element]:
    """The event definitions of an event or a send or receive task."""
    return [child for child in element if kind(child).endswith("EventDefinition")]


def local(element: Element) -> str:
    """The local name of any element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
