"""Locates elements in an older diagram that a newer one no longer has, so that the drawing shows the gap."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from lxml import etree

from engine.safe_xml import recover_xml

_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_BOUNDS = "{http://www.omg.org/spec/DD/20100524/DC}Bounds"
_POINT = "{http://www.omg.org/spec/DD/20100524/DI}waypoint"


@dataclass(frozen=True, slots=True)
class ElementOutline:
    """Where an element was drawn, in diagram units: the corners of a box, or the points of a line."""

    points: tuple[tuple[float, float], ...]
    line: bool


def outlines_of(content: bytes, elements: Collection[str]) -> dict[str, ElementOutline]:
    """The outlines of the given elements of a diagram; those without a readable shape or edge are omitted."""
    root = recover_xml(content)
    outlines = {} if root is None else dict(_drawn_outlines(root))
    return {element: outline for element, outline in outlines.items() if element in elements and outline.points}


def _drawn_outlines(root: etree._Element) -> Iterator[tuple[str, ElementOutline]]:
    for shape in root.iter(f"{_DI}BPMNShape"):
        yield str(shape.get("bpmnElement")), ElementOutline(tuple(_box_corners(shape.find(_BOUNDS))), line=False)
    for edge in root.iter(f"{_DI}BPMNEdge"):
        yield str(edge.get("bpmnElement")), ElementOutline(tuple(_edge_points(edge)), line=True)


def _box_corners(bounds: etree._Element | None) -> Iterator[tuple[float, float]]:
    if bounds is None:
        return
    try:
        x, y, width, height = (float(str(bounds.get(name))) for name in ("x", "y", "width", "height"))
    except ValueError:
        return
    yield x, y
    yield x + width, y + height


def _edge_points(edge: etree._Element) -> Iterator[tuple[float, float]]:
    for point in edge.iter(_POINT):
        try:
            yield float(str(point.get("x"))), float(str(point.get("y")))
        except ValueError:
            return
