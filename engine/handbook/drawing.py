"""A diagram as marks on paper: outlines, lines and texts in the units of its drawing, for a picture or a page.

Shapes are those of BPMN 2.0, chapter 7: thin and thick circles, diamonds, rounded boxes. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from engine.bpmn.lint.diagram import ACTIVITIES, EVENTS, GATEWAYS, bpmn_tag, element_kind, event_definitions
from engine.bpmn.lint.finding import Element, caption_of
from engine.studio.diff.xml import parse_coordinate
from engine.translation.catalogue import Language
from engine.translation.wording import fact_text

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # Left, top, width, height.
Outline = Literal["box", "round", "circle", "diamond"]
MARGIN, TYPE_SIZE, POOL_BAND = 10.0, 12.0, 30.0
THIN, THICK = 1.5, 3.5
_HOLDERS = {"participant": 0, "lane": 1}
_Drawn = tuple[Element, Element]  # An element and its shape.
_GATEWAY_SIGNS = {"parallelGateway": "+", "inclusiveGateway": "O", "exclusiveGateway": "×"}
_EVENT_SIGNS = {"timerEventDefinition": "T", "messageEventDefinition": "M", "signalEventDefinition": "S"}
_EVENT_SIGNS |= {"errorEventDefinition": "E", "terminateEventDefinition": "●", "escalationEventDefinition": "A"}


@dataclass(frozen=True, slots=True)
class DrawnOutline:
    """The outline of an element; `stroke` is the width of its line, `inner` says that there is a second line within."""

    outline: Outline
    box: Box
    stroke: float = THIN
    inner: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A flow with an arrow at its end, or an association without."""

    points: tuple[Point, ...]
    arrow: bool


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A text within a box, which is centred in it; `upright` texts run from below to above."""

    text: str
    box: Box
    size: float = TYPE_SIZE
    upright: bool = False


@dataclass(frozen=True, slots=True)
class DrawnSheet:
    """All marks of a diagram in the order in which they are drawn, and the size of the whole; its corner is at 0, 0."""

    marks: tuple[DrawnOutline | DrawnLine | DrawnText, ...]
    width: float
    height: float


def draw_diagram(root: Element, language: Language) -> DrawnSheet:
    """The marks of a diagram with its captions in `language`; an empty sheet where nothing is drawn."""
    elements = {str(one.get("id")): one for one in root.iter(bpmn_tag("*")) if one.get("id")}
    shapes = [(elements.get(str(shape.get("bpmnElement"))), shape) for shape in root.iter("{*}BPMNShape")]
    edges = [(elements.get(str(edge.get("bpmnElement"))), edge) for edge in root.iter("{*}BPMNEdge")]
    boxes = [box for _element, shape in (*shapes, *edges) for box in _boxes(shape)]
    points = [point for _element, edge in edges for point in _points(edge)]
    if not boxes and not points:
        return DrawnSheet((), 0, 0)
    left = min([*(box[0] for box in boxes), *(x for x, _y in points)]) - MARGIN
    top = min([*(box[1] for box in boxes), *(y for _x, y in points)]) - MARGIN
    right = max([*(box[0] + box[2] for box in boxes), *(x for x, _y in points)]) + MARGIN
    bottom = max([*(box[1] + box[3] for box in boxes), *(y for _x, y in points)]) + MARGIN
    behind, before = _split_shapes(shapes)
    marks = [*_shape_marks(behind, language), *_edge_marks(edges, language), *_shape_marks(before, language)]
    return DrawnSheet(tuple(_moved(mark, -left, -top) for mark in marks), right - left, bottom - top)


def _boxes(shape: Element) -> Iterator[Box]:
    for bounds in shape.iter("{*}Bounds"):
        x, y, width, height = (parse_coordinate(bounds.get(side)) for side in ("x", "y", "width", "height"))
        yield x, y, width, height


def _points(edge: Element) -> list[Point]:
    return [(parse_coordinate(one.get("x")), parse_coordinate(one.get("y"))) for one in edge.iter("{*}waypoint")]


def _edge_marks(edges: list[tuple[Element | None, Element]], language: Language) -> Iterator[DrawnLine | DrawnText]:
    for element, edge in edges:
        if element is not None and len(points := _points(edge)) > 1:
            yield DrawnLine(tuple(points), element_kind(element) in ("sequenceFlow", "messageFlow"))
            yield from _label(element, edge, language)


def _split_shapes(shapes: list[tuple[Element | None, Element]]) -> tuple[list[_Drawn], list[_Drawn]]:
    """What holds other shapes, the outermost first, and what stands before the lines."""
    named = [(element, shape) for element, shape in shapes if element is not None]
    holders = [pair for pair in named if element_kind(pair[0]) in _HOLDERS or pair[1].get("isExpanded") == "true"]
    others = [pair for pair in named if pair not in holders]
    return sorted(holders, key=lambda pair: (_HOLDERS.get(element_kind(pair[0]), 2), -_area(pair[1]))), others


def _area(shape: Element) -> float:
    return max((width * height for _left, _top, width, height in _boxes(shape)), default=0)


def _shape_marks(shapes: list[_Drawn], language: Language) -> Iterator[DrawnOutline | DrawnText]:
    for element, shape in shapes:
        box = next((box for bounds in shape.iterchildren("{*}Bounds") for box in _boxes_of(bounds)), None)
        if box is not None:
            yield from _element_marks(element, shape, box, language)


def _boxes_of(bounds: Element) -> Iterator[Box]:
    x, y, width, height = (parse_coordinate(bounds.get(side)) for side in ("x", "y", "width", "height"))
    yield x, y, width, height


def _element_marks(
    element: Element, shape: Element, box: Box, language: Language
) -> Iterator[DrawnOutline | DrawnText]:
    kind, name = element_kind(element), _name(element, language)
    left, top, width, height = box
    if kind in ("participant", "lane"):
        yield DrawnOutline("box", box)
        yield DrawnText(name, (left, top, POOL_BAND, height), upright=True)
    elif kind in ACTIVITIES:
        large = shape.get("isExpanded") == "true"
        is_call, is_event = kind == "callActivity", element.get("triggeredByEvent") == "true"
        yield DrawnOutline("round", box, THICK if is_call else THIN, dashed=is_event)
        yield DrawnText(name, (left + 4, top + 2, width - 8, 20 if large else height - 4))
    elif kind in GATEWAYS:
        yield DrawnOutline("diamond", box)
        yield DrawnText(_GATEWAY_SIGNS.get(kind, ""), box, size=22)
        if kind == "eventBasedGateway":
            yield DrawnOutline("circle", (left + width / 4, top + height / 4, width / 2, height / 2), inner=True)
        yield from _label(element, shape, language)
    elif kind in EVENTS:
        yield from _event_marks(element, kind, box)
        yield from _label(element, shape, language)
    elif kind == "textAnnotation":
        yield DrawnText(" ".join("".join(map(str, element.itertext())).split()), box, size=TYPE_SIZE - 1)
    else:
        yield DrawnOutline("box", box, dashed=True)
        yield from _label(element, shape, language)


def _event_marks(element: Element, kind: str, box: Box) -> Iterator[DrawnOutline | DrawnText]:
    inner = kind in ("boundaryEvent", "intermediateCatchEvent", "intermediateThrowEvent")
    dashed = "false" in (element.get("cancelActivity"), element.get("isInterrupting"))
    yield DrawnOutline("circle", box, THICK if kind == "endEvent" else THIN, inner=inner, dashed=dashed)
    signs = (_EVENT_SIGNS.get(element_kind(one), "") for one in event_definitions(element))
    yield DrawnText(next(signs, ""), box, size=14)


def _label(element: Element, shape: Element, language: Language) -> Iterator[DrawnText]:
    """The name of an element beside it, where the drawing places it."""
    name = _name(element, language) if element.get("name") else ""
    label = next(shape.iterchildren("{*}BPMNLabel"), None)
    bounds = None if label is None else next(label.iterchildren("{*}Bounds"), None)
    if name and bounds is not None:
        left, top, width, height = next(_boxes_of(bounds))
        yield DrawnText(name, (left - 6, top, width + 12, height), size=TYPE_SIZE - 1)
    elif name and element_kind(element) in (*EVENTS, *GATEWAYS):
        left, top, width, height = next(_boxes(shape))
        yield DrawnText(name, (left - 35, top + height + 2, width + 70, 26), size=TYPE_SIZE - 1)


def _name(element: Element, language: Language) -> str:
    caption = caption_of(element)
    return "" if caption is None else fact_text(caption, language)


def _moved(mark: DrawnOutline | DrawnLine | DrawnText, x: float, y: float) -> DrawnOutline | DrawnLine | DrawnText:
    match mark:
        case DrawnLine(points, arrow):
            return DrawnLine(tuple((a + x, b + y) for a, b in points), arrow)
        case DrawnText(text, (left, top, width, height), size, upright):
            return DrawnText(text, (left + x, top + y, width, height), size, upright)
        case DrawnOutline(outline, (left, top, width, height), stroke, inner, dashed):
            return DrawnOutline(outline, (left + x, top + y, width, height), stroke, inner, dashed)
