"""The drawing of a diagram: shapes and edges of what the import adds, next to what they belong to.

A file without a drawing stays without.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from lxml import etree

from engine.bpmn.lint.finding import Element

_BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
_DC = "http://www.omg.org/spec/DD/20100524/DC"
_DI = "http://www.omg.org/spec/DD/20100524/DI"
_NAMESPACES = {"bpmndi": _BPMNDI, "dc": _DC, "di": _DI}
_CELL = 40.0
_MOST_TRIES = 12
SIZES = dict.fromkeys(("startEvent", "endEvent", "intermediateThrowEvent"), (36.0, 36.0))
_GATEWAY_SIZE = (50.0, 50.0)
_GAP = 40.0

Box = tuple[float, float, float, float]
"""The left and the upper edge, width and height."""


class Canvas:
    """The shapes and edges of a file by the element they draw, and which places are taken."""

    def __init__(self, root: Element) -> None:
        self.shapes: dict[str, Element] = {}
        self.edges: dict[str, Element] = {}
        self.taken: set[tuple[int, int]] = set()
        for shape in root.iter(f"{{{_BPMNDI}}}BPMNShape"):
            self.shapes.setdefault(shape.get("bpmnElement") or "", shape)
            box = self._box(shape)
            if box is not None and box[2] < 6 * _CELL:
                self.taken.update(_cells(box))
        for edge in root.iter(f"{{{_BPMNDI}}}BPMNEdge"):
            self.edges.setdefault(edge.get("bpmnElement") or "", edge)

    def box_of(self, element_id: str) -> Box | None:
        """Where an element is drawn; None if it is not."""
        shape = self.shapes.get(element_id)
        return self._box(shape) if shape is not None else None

    def draw_beside(self, neighbour: str, element_id: str, kind: str, *, before: bool = False) -> None:
        """Draw an element to the right of another, or `before` it; at a lower free place if this one is taken."""
        box = self.box_of(neighbour)
        if box is None:
            return
        width, height = SIZES.get(kind, _GATEWAY_SIZE)
        left = box[0] - _GAP - width if before else box[0] + box[2] + _GAP
        self._draw(neighbour, element_id, (left, box[1] + box[3] / 2 - height / 2, width, height))

    def draw_inside(self, scope: str, element_id: str, kind: str, share: float) -> None:
        """Draw an element within an expanded sub-process, at this share of its width."""
        box = self.box_of(scope)
        if box is None or self.shapes[scope].get("isExpanded") != "true":
            return
        width, height = SIZES.get(kind, _GATEWAY_SIZE)
        centre = (box[0] + box[2] * share, box[1] + box[3] / 2)
        self._draw(scope, element_id, (centre[0] - width / 2, centre[1] - height / 2, width, height))

    def _draw(self, neighbour: str, element_id: str, box: Box) -> None:
        box = self._free_place(box)
        shape = etree.SubElement(
            self._plane_of(self.shapes[neighbour]),
            f"{{{_BPMNDI}}}BPMNShape",
            {"id": f"{element_id}_di", "bpmnElement": element_id},
            nsmap=_NAMESPACES,
        )
        names = ("x", "y", "width", "height")
        etree.SubElement(shape, f"{{{_DC}}}Bounds", dict(zip(names, map(_number, box), strict=True)))
        self.shapes[element_id] = shape
        self.taken.update(_cells(box))

    def draw_flow(self, flow: str, source: str, target: str) -> None:
        """Draw a flow from the right of one element to the left of another."""
        start, end = self.box_of(source), self.box_of(target)
        if start is None or end is None:
            return
        edge = etree.SubElement(
            self._plane_of(self.shapes[source]),
            f"{{{_BPMNDI}}}BPMNEdge",
            {"id": f"{flow}_di", "bpmnElement": flow},
            nsmap=_NAMESPACES,
        )
        self.edges[flow] = edge
        for x, y in (_right_of(start), _left_of(end)):
            etree.SubElement(edge, f"{{{_DI}}}waypoint", {"x": _number(x), "y": _number(y)})

    def move_source(self, flow: str, source: str) -> None:
        """Let a drawn flow leave from another element."""
        edge, box = self.edges.get(flow), self.box_of(source)
        first = edge.find(f"{{{_DI}}}waypoint") if edge is not None else None
        if first is not None and box is not None:
            first.set("x", _number(_right_of(box)[0]))
            first.set("y", _number(_right_of(box)[1]))

    def move_target(self, flow: str, target: str) -> None:
        """Let a drawn flow lead to another element."""
        edge, box = self.edges.get(flow), self.box_of(target)
        points = edge.findall(f"{{{_DI}}}waypoint") if edge is not None else []
        if points and box is not None:
            points[-1].set("x", _number(_left_of(box)[0]))
            points[-1].set("y", _number(_left_of(box)[1]))

    def rename(self, old: str, new: str) -> None:
        """Let what drew one element draw another."""
        for drawn in (self.shapes, self.edges):
            if old in drawn:
                drawn[new] = drawn.pop(old)
                drawn[new].set("bpmnElement", new)

    def _plane_of(self, shape: Element) -> Element:
        parent = shape.getparent()
        assert parent is not None
        return parent

    def _free_place(self, box: Box) -> Box:
        left, top, width, height = box
        for row in range(_MOST_TRIES):
            place = (left, top + row * 2 * _CELL, width, height)
            if self.taken.isdisjoint(_cells(place)):
                return place
        return box

    def _box(self, shape: Element) -> Box | None:
        bounds = shape.find(f"{{{_DC}}}Bounds")
        with suppress(ValueError):
            if bounds is not None:
                values = [float(bounds.get(name) or "0") for name in ("x", "y", "width", "height")]
                if all(abs(value) < 1e6 for value in values):
                    return values[0], values[1], values[2], values[3]
        return None


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, width, height = box
    for column in range(int(left // _CELL), int((left + width) // _CELL) + 1):
        for row in range(int(top // _CELL), min(int((top + height) // _CELL), int(top // _CELL) + 10) + 1):
            yield column, row


def _right_of(box: Box) -> tuple[float, float]:
    return box[0] + box[2], box[1] + box[3] / 2


def _left_of(box: Box) -> tuple[float, float]:
    return box[0], box[1] + box[3] / 2


def _number(value: float) -> str:
    return f"{value:g}" if abs(value) < 1e5 else f"{value:.1f}"
