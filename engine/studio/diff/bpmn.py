"""What differs between two versions of a diagram, by the elements that are drawn. Imported by the difference alone.

An element is known by its id. Where it stands, how its flows run and in which order the file names things say nothing;
a place says so itself, as a move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.bpmn.lint.diagram import kind, tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import HOLDERS, SCOPES
from engine.studio.diff.change import MOVED, Change, Fact, Item, compared
from engine.studio.diff.xml import Bounds, bounds, flat, number, own_text, place_text, same_place

# What stands among the elements of a scope without being one of them.
_PARTS = frozenset(
    {
        *("documentation", "extensionElements", "laneSet", "childLaneSet", "ioSpecification", "property"),
        *("dataInputAssociation", "dataOutputAssociation", "standardLoopCharacteristics"),
        *("multiInstanceLoopCharacteristics", "incoming", "outgoing", "flowNodeRef"),
    }
)
# Said by the flows, by the lanes or by other elements already.
_ELSEWHERE = frozenset({"incoming", "outgoing", "flowNodeRef", "laneSet", "childLaneSet"})
_REFERENCES = frozenset(
    {
        *("sourceRef", "targetRef", "attachedToRef", "default", "processRef"),
        *("messageRef", "signalRef", "errorRef", "escalationRef", "dataObjectRef"),
    }
)
_TIMES = ("timeDate", "timeDuration", "timeCycle")
_TIMER, _PROPERTY = "/timerEventDefinition/", "/extensionElements/properties/property["
_OPERATOR = "/extensionElements/serviceTaskOperator"
_PARAMETER = f"{_OPERATOR}/parameters/parameter["
_LOOP = "/multiInstanceLoopCharacteristics"
_WHATS = {
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


def difference(old: Element, new: Element) -> list[Change]:
    """Every change between the root elements of two diagrams."""
    before, after = _Drawing(old), _Drawing(new)
    found = [change for change in compared(before.items, after.items) if not _follows(change, before, after)]
    moved = {key for key in before.items if key in after.items and _moved(before.places, after.places, key)}
    rerouted = {key for key in before.items if key in after.items and _rerouted(before, after, key, moved)}
    for key in (key for key in after.items if key in moved | rerouted):
        item = after.items[key]
        places = (drawing.places[key] if key in moved else drawing.courses[key] for drawing in (before, after))
        found.append(Change(MOVED, item.id, item.name, item.kind, *map(place_text, places)))
    return found


def _follows(change: Change, before: _Drawing, after: _Drawing) -> bool:
    """Whether an element stands in another sub-process only because that one has another id now."""
    if change.what != "scope" or change.before is None or change.after is None:
        return False
    old, new = (drawing.items[change.element].facts["scope"].value for drawing in (before, after))
    return old not in after.items and new not in before.items


def _moved(old: Mapping[str, Bounds], new: Mapping[str, Bounds], key: str) -> bool:
    return key in old and key in new and not same_place(old[key], new[key])


def _rerouted(before: _Drawing, after: _Drawing, key: str, moved: set[str]) -> bool:
    """Whether a flow was drawn another way by itself, not because one of its ends moved or is another one."""
    ends = [after.items[key].facts.get(end) for end in ("source", "target")]
    if ends != [before.items[key].facts.get(end) for end in ("source", "target")]:
        return False
    return _moved(before.courses, after.courses, key) and moved.isdisjoint(end.value for end in ends if end)


class _Drawing:
    """One version: its elements by id, where their shapes stand and how their flows run."""

    def __init__(self, root: Element) -> None:
        self.elements = dict(_drawn(root))
        self.lanes = _lanes(root)
        self.places = bounds(root, "bpmnElement")
        self.courses = _courses(root)
        self.items = {key: self._item(key, element) for key, element in self.elements.items()}

    def label(self, key: str) -> str:
        """What people call an element; a flow without a name by its ends."""
        element = self.elements.get(key)
        if element is None:
            return key
        name = element.get("name") or "".join(map(own_text, element.findall(tag("text"))))
        if not name and element.get("sourceRef") and element.get("targetRef"):
            return " → ".join(self.label(element.get(end) or "") for end in ("sourceRef", "targetRef"))
        return " ".join(name.split()) or (element.get("id") or "")

    def _item(self, key: str, element: Element) -> Item:
        facts = {"kind": Fact(kind(element), kind(element)), **self._facts(element)}
        around = _scope(element)
        if around:
            facts["scope"] = Fact(around, self.label(around))
        if kind(element) == "boundaryEvent":
            facts.setdefault("interrupting", Fact("true", "true"))
        if key in self.lanes:
            facts["lane"] = Fact(self.lanes[key], self.label(self.lanes[key]))
        return Item(element.get("id") or "", kind(element), self.label(key), facts)

    def _facts(self, element: Element) -> dict[str, Fact]:
        found: dict[str, Fact] = {}
        for way, value in flat(element, self._elsewhere).items():
            refers = way.rpartition("@")[2] in _REFERENCES
            if way.startswith(_TIMER) and way.removeprefix(_TIMER) in _TIMES:
                found["timer_kind"] = Fact(way.removeprefix(_TIMER), way.removeprefix(_TIMER))
            found[what(way)] = Fact(value, self.label(value) if refers else value)
        return found

    def _elsewhere(self, part: Element) -> bool:
        return kind(part) in _ELSEWHERE or (part.get("id") in self.elements and _is_drawn(part))


def what(way: str) -> str:
    """What people call the part of an element that a way leads to."""
    if way in _WHATS:
        return _WHATS[way]
    if way.startswith(_TIMER) and way.removeprefix(_TIMER) in _TIMES:
        return "timer"
    if way.startswith(_PROPERTY) and way.endswith("]@value"):
        return f"property:{way[len(_PROPERTY) : -len(']@value')]}"
    if way.startswith(_PARAMETER) and way.endswith("]@value"):
        return f"parameter:{way[len(_PARAMETER) : -len(']@value')]}"
    if way.endswith("EventDefinition") and way.count("/") == 1:
        return f"trigger:{way[1:].removesuffix('EventDefinition')}"
    return f"part:{way.replace('/extensionElements', '').lstrip('/')}"


def _drawn(root: Element) -> Iterator[tuple[str, Element]]:
    """The elements by id; a second one with the same id gets a key of its own."""
    seen: dict[str, int] = {}
    for element in root.iter(tag("*")):
        key = element.get("id")
        if key and _is_drawn(element):
            seen[key] = seen.get(key, 0) + 1
            yield key if seen[key] == 1 else f"{key} #{seen[key]}", element


def _is_drawn(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and kind(parent) in HOLDERS and kind(element) not in _PARTS


def _scope(element: Element) -> str:
    """The id of the sub-process around an element; empty directly in a process."""
    parent = element.getparent()
    inside = parent is not None and kind(parent) in SCOPES - {"process"}
    return (parent.get("id") or "") if parent is not None and inside else ""


def _lanes(root: Element) -> dict[str, str]:
    """The innermost lane of each node."""
    return {(ref.text or "").strip(): lane.get("id") or "" for lane in root.iter(tag("lane")) for ref in _members(lane)}


def _members(lane: Element) -> list[Element]:
    return lane.findall(tag("flowNodeRef"))


def _courses(root: Element) -> dict[str, Bounds]:
    """The points of each drawn flow, by its id."""
    found: dict[str, Bounds] = {}
    for edge in root.iter("{*}BPMNEdge"):
        points = [number(point.get(side)) for point in edge.findall("{*}waypoint") for side in ("x", "y")]
        found.setdefault(edge.get("bpmnElement") or "", tuple(points))
    return found
