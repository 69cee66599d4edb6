"""Compares two versions of a BPMN diagram by the elements that are drawn.

Elements are matched by id. Position, waypoints and the order in the file carry no meaning; a changed position is
reported separately, as a move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.lint.diagram import bpmn_tag, element_kind
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import HOLDERS, SCOPES
from engine.studio.diff.change import MOVED, DiffFact, DiffItem, ElementChange, compare_items
from engine.studio.diff.xml import (
    Bounds,
    flatten_element,
    format_place,
    is_same_place,
    own_text,
    parse_coordinate,
    shape_bounds,
)

# Child nodes of a scope that are not elements of it.
_ELEMENT_PARTS = frozenset(
    {
        *("documentation", "extensionElements", "laneSet", "childLaneSet", "ioSpecification", "property"),
        *("dataInputAssociation", "dataOutputAssociation", "standardLoopCharacteristics"),
        *("multiInstanceLoopCharacteristics", "incoming", "outgoing", "flowNodeRef"),
    }
)
# Already compared through the flows, the lanes or other elements.
_COMPARED_ELSEWHERE = frozenset({"incoming", "outgoing", "flowNodeRef", "laneSet", "childLaneSet"})
_REFERENCES = frozenset(
    {
        *("sourceRef", "targetRef", "attachedToRef", "default", "processRef"),
        *("messageRef", "signalRef", "errorRef", "escalationRef", "dataObjectRef"),
    }
)
_TIMER_KINDS = ("timeDate", "timeDuration", "timeCycle")
_TIMER, _PROPERTY = "/timerEventDefinition/", "/extensionElements/properties/property["
_OPERATOR = "/extensionElements/serviceTaskOperator"
_PARAMETER = f"{_OPERATOR}/parameters/parameter["
_LOOP = "/multiInstanceLoopCharacteristics"
_PART_NAMES = {
    "": "text",
    "/text": "text",
    "@name": "name",
    "@sourceRef": "source",
    "@targetRef": "target",
    "@attachedToRef": "host",
    "@default": "default",
    "@calledElement": "called",
    "@cancelActivity": "interrupting",
    "@isInterrupting": "interrupting",
    "/documentation": "documentation",
    "/conditionExpression": "condition",
    "/script": "script",
    "/extensionElements/preScript": "script_before",
    "/extensionElements/postScript": "script_after",
    "/extensionElements/instructionsForEndUser": "instructions",
    "/extensionElements/calledDecisionId": "decision",
    f"{_OPERATOR}@id": "operator",
    f"{_OPERATOR}@resultVariable": "result",
    "/messageEventDefinition@messageRef": "message",
    "@messageRef": "message",
    "/signalEventDefinition@signalRef": "signal",
    "/errorEventDefinition@errorRef": "error",
    "/escalationEventDefinition@escalationRef": "escalation",
    _LOOP: "multi_instance",
    f"{_LOOP}@isSequential": "sequential",
    f"{_LOOP}/loopCardinality": "cardinality",
    f"{_LOOP}/loopDataInputRef": "collection",
    f"{_LOOP}/inputDataItem@id": "item",
    f"{_LOOP}/loopDataOutputRef": "results",
    f"{_LOOP}/outputDataItem@id": "result_item",
    f"{_LOOP}/completionCondition": "completion",
    "/standardLoopCharacteristics": "loop",
    "/standardLoopCharacteristics@loopMaximum": "cardinality",
    "/standardLoopCharacteristics/loopCondition": "loop_condition",
}


def compare_diagrams(old: Element, new: Element) -> list[ElementChange]:
    """Every change between the root elements of two diagrams."""
    before, after = _DiagramVersion(old), _DiagramVersion(new)
    changes = [
        change for change in compare_items(before.items, after.items) if not _is_scope_rename(change, before, after)
    ]
    moved = {key for key in before.items if key in after.items and _has_moved(before.places, after.places, key)}
    rerouted = {key for key in before.items if key in after.items and _is_rerouted(before, after, key, moved)}
    for key in (key for key in after.items if key in moved | rerouted):
        item = after.items[key]
        places = (drawing.places[key] if key in moved else drawing.courses[key] for drawing in (before, after))
        changes.append(ElementChange(MOVED, item.id, item.name, item.kind, *map(format_place, places)))
    return changes


def _is_scope_rename(change: ElementChange, before: _DiagramVersion, after: _DiagramVersion) -> bool:
    """Whether an element's sub-process changed only because that sub-process has a new id."""
    if change.what != "scope" or change.before is None or change.after is None:
        return False
    old, new = (drawing.items[change.element].facts["scope"].value for drawing in (before, after))
    return old not in after.items and new not in before.items


def _has_moved(old: Mapping[str, Bounds], new: Mapping[str, Bounds], key: str) -> bool:
    return key in old and key in new and not is_same_place(old[key], new[key])


def _is_rerouted(before: _DiagramVersion, after: _DiagramVersion, key: str, moved: set[str]) -> bool:
    """Whether a flow was rerouted by itself, not because one of its ends moved or changed."""
    ends = [after.items[key].facts.get(end) for end in ("source", "target")]
    if ends != [before.items[key].facts.get(end) for end in ("source", "target")]:
        return False
    return _has_moved(before.courses, after.courses, key) and moved.isdisjoint(end.value for end in ends if end)


class _DiagramVersion:
    """One version: its elements by id, the bounds of their shapes and the waypoints of its flows."""

    def __init__(self, root: Element) -> None:
        self.elements = dict(_drawn_elements(root))
        self.lanes = _lane_by_node(root)
        self.places = shape_bounds(root, "bpmnElement")
        self.courses = _flow_waypoints(root)
        self.items = {key: self._build_item(key, element) for key, element in self.elements.items()}

    def label_of(self, key: str) -> str:
        """An element's display name; an unnamed flow is named by its ends."""
        element = self.elements.get(key)
        if element is None:
            return key
        name = element.get("name") or "".join(map(own_text, element.findall(bpmn_tag("text"))))
        if not name and element.get("sourceRef") and element.get("targetRef"):
            return " → ".join(self.label_of(element.get(end) or "") for end in ("sourceRef", "targetRef"))
        return " ".join(name.split()) or (element.get("id") or "")

    def _build_item(self, key: str, element: Element) -> DiffItem:
        facts = {"kind": DiffFact(element_kind(element), element_kind(element)), **self._collect_facts(element)}
        scope = _enclosing_scope(element)
        if scope:
            facts["scope"] = DiffFact(scope, self.label_of(scope))
        if element_kind(element) == "boundaryEvent":
            facts.setdefault("interrupting", DiffFact("true", "true"))
        if key in self.lanes:
            facts["lane"] = DiffFact(self.lanes[key], self.label_of(self.lanes[key]))
        return DiffItem(element.get("id") or "", element_kind(element), self.label_of(key), facts)

    def _collect_facts(self, element: Element) -> dict[str, DiffFact]:
        facts: dict[str, DiffFact] = {}
        for path, value in flatten_element(element, self._is_compared_elsewhere).items():
            is_reference = path.rpartition("@")[2] in _REFERENCES
            if path.startswith(_TIMER) and path.removeprefix(_TIMER) in _TIMER_KINDS:
                facts["timer_kind"] = DiffFact(path.removeprefix(_TIMER), path.removeprefix(_TIMER))
            facts[part_name(path)] = DiffFact(value, self.label_of(value) if is_reference else value)
        return facts

    def _is_compared_elsewhere(self, part: Element) -> bool:
        return element_kind(part) in _COMPARED_ELSEWHERE or (part.get("id") in self.elements and _is_drawn(part))


def part_name(path: str) -> str:
    """The name of the element part at a path."""
    if path in _PART_NAMES:
        return _PART_NAMES[path]
    if path.startswith(_TIMER) and path.removeprefix(_TIMER) in _TIMER_KINDS:
        return "timer"
    if path.startswith(_PROPERTY) and path.endswith("]@value"):
        return f"property:{path[len(_PROPERTY) : -len(']@value')]}"
    if path.startswith(_PARAMETER) and path.endswith("]@value"):
        return f"parameter:{path[len(_PARAMETER) : -len(']@value')]}"
    if path.endswith("EventDefinition") and path.count("/") == 1:
        return f"trigger:{path[1:].removesuffix('EventDefinition')}"
    return f"part:{path.replace('/extensionElements', '').lstrip('/')}"


def _drawn_elements(root: Element) -> Iterator[tuple[str, Element]]:
    """The elements by id; a duplicate id gets a key of its own."""
    counts: dict[str, int] = {}
    for element in root.iter(bpmn_tag("*")):
        key = element.get("id")
        if key and _is_drawn(element):
            counts[key] = counts.get(key, 0) + 1
            yield key if counts[key] == 1 else f"{key} #{counts[key]}", element


def _is_drawn(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and element_kind(parent) in HOLDERS and element_kind(element) not in _ELEMENT_PARTS


def _enclosing_scope(element: Element) -> str:
    """The id of the sub-process enclosing an element; empty if it is directly in a process."""
    parent = element.getparent()
    inside = parent is not None and element_kind(parent) in SCOPES - {"process"}
    return (parent.get("id") or "") if parent is not None and inside else ""


def _lane_by_node(root: Element) -> dict[str, str]:
    """The innermost lane of each node."""
    return {
        (ref.text or "").strip(): lane.get("id") or ""
        for lane in root.iter(bpmn_tag("lane"))
        for ref in _node_references(lane)
    }


def _node_references(lane: Element) -> list[Element]:
    return lane.findall(bpmn_tag("flowNodeRef"))


def _flow_waypoints(root: Element) -> dict[str, Bounds]:
    """The waypoints of each drawn flow, by its id."""
    waypoints: dict[str, Bounds] = {}
    for edge in root.iter("{*}BPMNEdge"):
        points = [parse_coordinate(point.get(side)) for point in edge.findall("{*}waypoint") for side in ("x", "y")]
        waypoints.setdefault(edge.get("bpmnElement") or "", tuple(points))
    return waypoints
