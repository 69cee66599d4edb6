"""A diagram while the import changes it: its nodes and flows by id, and the acts that add and connect them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from engine.bpmn.lint.diagram import NODES, bpmn_tag, element_kind
from engine.bpmn.lint.elements import RESERVED_ID_SUFFIXES, RESERVED_IDS
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import BPMN, SCOPES
from engine.studio.importing.canvas import Canvas
from engine.studio.importing.tree import insert_child

_NO_ID_LETTER = re.compile(r"[^A-Za-z0-9_.-]+")
_LONGEST_BASE = 80
_BEFORE_REFERENCES = ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef")


class Sketch:
    """The nodes and flows of a file. Ids are those of the file as long as it has them; made ones never collide."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.ids = {element.get("id") for element in root.iter("*") if element.get("id")}
        self.canvas = Canvas(root)
        self.has_references = next(root.iter(bpmn_tag("incoming"), bpmn_tag("outgoing")), None) is not None

    @cached_property
    def nodes(self) -> dict[str, Element]:
        """The flow nodes by id, the first of each."""
        nodes: dict[str, Element] = {}
        for element in self._parts_of_scopes():
            if element_kind(element) in NODES and element.get("id"):
                nodes.setdefault(element.get("id") or "", element)
        return nodes

    @cached_property
    def outgoing(self) -> dict[str, list[Element]]:
        """The flows that leave each node, in file order."""
        return self._flows_by("sourceRef")

    @cached_property
    def incoming(self) -> dict[str, list[Element]]:
        """The flows that enter each node, in file order."""
        return self._flows_by("targetRef")

    def _flows_by(self, end: str) -> dict[str, list[Element]]:
        flows: dict[str, list[Element]] = {}
        for element in self._parts_of_scopes():
            if element_kind(element) == "sequenceFlow":
                flows.setdefault(element.get(end) or "", []).append(element)
        return flows

    def _parts_of_scopes(self) -> Iterator[Element]:
        for element in self.root.iter(f"{{{BPMN}}}*"):
            parent = element.getparent()
            if parent is not None and element_kind(parent) in SCOPES:
                yield element

    def fresh_id(self, base: str) -> str:
        """An id that nothing in the file has, made of letters that every tool takes. The same file gives the same."""
        base = _NO_ID_LETTER.sub("_", base)[:_LONGEST_BASE]
        if not base[:1].isalpha() and base[:1] != "_":
            base = f"_{base}"
        number, made = 1, base
        while made in self.ids or made in RESERVED_IDS or made.endswith(RESERVED_ID_SUFFIXES):
            number, made = number + 1, f"{base}_{number + 1}"
        self.ids.add(made)
        return made

    def add_node(self, scope: Element, kind: str, base: str) -> Element:
        """Add a node to a process or sub-process."""
        node = scope.makeelement(bpmn_tag(kind), {"id": self.fresh_id(base)})
        insert_child(scope, node)
        self.nodes[node.get("id") or ""] = node
        return node

    def add_flow(self, source: Element, target: Element) -> Element:
        """Add a flow between two nodes of one scope, drawn if both are."""
        source_id, target_id = source.get("id") or "", target.get("id") or ""
        ends = {"sourceRef": source_id, "targetRef": target_id}
        flow_id = self.fresh_id(f"Flow_{source_id}_{target_id}")
        scope = source.getparent()
        assert scope is not None
        flow = scope.makeelement(bpmn_tag("sequenceFlow"), {"id": flow_id, **ends})
        insert_child(scope, flow)
        self.outgoing.setdefault(source_id, []).append(flow)
        self.incoming.setdefault(target_id, []).append(flow)
        self._refer(source, "outgoing", flow_id)
        self._refer(target, "incoming", flow_id)
        self.canvas.draw_flow(flow_id, source_id, target_id)
        return flow

    def move_flows(self, source: Element, new_source: Element) -> list[Element]:
        """Let all flows of one node leave from another; returns them."""
        flows = self.outgoing.pop(source.get("id") or "", [])
        for reference in source.findall(bpmn_tag("outgoing")):
            source.remove(reference)
        for flow in flows:
            flow.set("sourceRef", new_source.get("id") or "")
            self._refer(new_source, "outgoing", flow.get("id") or "")
            self.canvas.move_source(flow.get("id") or "", new_source.get("id") or "")
        self.outgoing.setdefault(new_source.get("id") or "", []).extend(flows)
        return flows

    def divert_flow(self, flow: Element, node: Element) -> None:
        """Let a flow lead to another node of its scope."""
        flow_id, old_id, new_id = (part or "" for part in (flow.get("id"), flow.get("targetRef"), node.get("id")))
        self.incoming[old_id].remove(flow)
        self.incoming.setdefault(new_id, []).append(flow)
        for reference in self.nodes[old_id].findall(bpmn_tag("incoming")):
            if (reference.text or "").strip() == flow_id:
                self.nodes[old_id].remove(reference)
        flow.set("targetRef", new_id)
        self._refer(node, "incoming", flow_id)
        self.canvas.move_target(flow_id, new_id)

    def _refer(self, node: Element, kind: str, flow_id: str) -> None:
        """Note a flow at its node, in a file whose nodes have such notes."""
        if not self.has_references:
            return
        reference = node.makeelement(bpmn_tag(kind))
        reference.text = flow_id
        before = {*_BEFORE_REFERENCES, "incoming", *([kind] if kind == "outgoing" else [])}
        insert_child(node, reference, sum(1 for part in node if element_kind(part) in before))
