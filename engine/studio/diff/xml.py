"""Flattens an XML element into facts independent of how it is written: prefixes, attribute order, indentation."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping

from engine.bpmn.lint.diagram import local_name_of
from engine.bpmn.lint.finding import Element

Bounds = tuple[float, ...]

# Attributes in these namespaces describe how a file is written or drawn, not what it means.
_EDITOR_NAMESPACES = (
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://bpmn.io/schema/",
    "http://camunda.org/schema/modeler/",
    "http://www.omg.org/spec/BPMN/non-normative/color/",
)
# Defaults of omitted attributes; some editors write them, others do not.
_DEFAULTS = {
    "cancelActivity": "true",
    "isInterrupting": "true",
    "parallelMultiple": "false",
    "isSequential": "false",
    "triggeredByEvent": "false",
    "isForCompensation": "false",
    "testBefore": "false",
    "instantiate": "false",
    "isClosed": "false",
    "isCollection": "false",
    "startQuantity": "1",
    "completionQuantity": "1",
    "behavior": "All",
    "eventGatewayType": "Exclusive",
    "gatewayDirection": "Unspecified",
    "associationDirection": "None",
    "textFormat": "text/plain",
    "processType": "None",
    "hitPolicy": "UNIQUE",
    "preferredOrientation": "Rule-as-Row",
}
_NAMED_PARTS = ("property", "parameter")


def flatten_element(element: Element, skips: Callable[[Element], bool]) -> dict[str, str]:
    """An element's facts by path: `@name`, `/script`, `/x/y@z`; parts for which `skips` is true are omitted."""
    return dict(_walk_facts(element, "", skips))


def _walk_facts(element: Element, path: str, skips: Callable[[Element], bool]) -> Iterator[tuple[str, str]]:
    attributes = {str(name): str(value) for name, value in element.attrib.items()}
    attributes = {name: value for name, value in attributes.items() if _is_meaningful(element, name, value, path)}
    text = own_text(element)
    parts = [part for part in element if isinstance(part.tag, str)]
    if text or _is_significant(element) or (path and not parts and not attributes):
        yield path, text
    yield from ((f"{path}@{_short_name(name)}", value) for name, value in attributes.items())
    counts: dict[str, int] = {}
    for part in parts:
        if skips(part):
            continue
        step = _path_step(part)
        counts[step] = counts.get(step, 0) + 1
        yield from _walk_facts(part, f"{path}/{step}" if counts[step] == 1 else f"{path}/{step}#{counts[step]}", skips)


def _is_significant(element: Element) -> bool:
    """Whether the mere presence of an element has meaning: a trigger or a loop, whatever it contains."""
    return local_name_of(element).endswith(("EventDefinition", "LoopCharacteristics"))


def _is_meaningful(element: Element, name: str, value: str, path: str) -> bool:
    """Whether an attribute has meaning. The ids of parts have none, unless they name a variable or an operator."""
    if name == "id":
        return bool(path) and (local_name_of(element).endswith("DataItem") or "spiffworkflow" in str(element.tag))
    namespace, _, bare_name = name.rpartition("}")
    if namespace[1:].startswith(_EDITOR_NAMESPACES):
        return False
    return bool(namespace) or _DEFAULTS.get(bare_name) != value


def _path_step(part: Element) -> str:
    """The path step of a part; parts with a name of their own are distinguished by it."""
    name = _short_name(str(part.tag))
    own_name = part.get("name") or part.get("id") if local_name_of(part) in _NAMED_PARTS else None
    return f"{name}[{own_name}]" if own_name else name


def _short_name(name: str) -> str:
    """A name qualified by its namespace, which is omitted for BPMN, DMN and SpiffWorkflow."""
    namespace, _, bare_name = name.rpartition("}")
    if not namespace or "/spec/BPMN/" in namespace or "/spec/DMN/" in namespace:
        return bare_name
    return bare_name if "spiffworkflow" in namespace else f"{namespace[1:]}:{bare_name}"


def own_text(element: Element) -> str:
    """The text directly in an element, without its indentation."""
    pieces = [element.text or "", *(part.tail or "" for part in element)]
    if len(element):
        return " ".join(stripped for piece in pieces if (stripped := piece.strip()))
    return textwrap.dedent(pieces[0]).strip()


def shape_bounds(root: Element, reference_attribute: str) -> Mapping[str, Bounds]:
    """Position and size of each drawn shape, by the element id in the attribute `reference_attribute`."""
    places: dict[str, Bounds] = {}
    for shape in root.iter("{*}BPMNShape", "{*}DMNShape"):
        box = shape.find("{http://www.omg.org/spec/DD/20100524/DC}Bounds")
        box = box if box is not None else next((part for part in shape if local_name_of(part) == "Bounds"), None)
        if box is not None:
            place = tuple(parse_coordinate(box.get(side)) for side in ("x", "y", "width", "height"))
            places.setdefault(shape.get(reference_attribute) or "", place)
    return places


def parse_coordinate(text: str | None) -> float:
    """Parse a coordinate; 0 if it is invalid, which the linter reports."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def is_same_place(old: Bounds, new: Bounds) -> bool:
    """Whether two positions differ by less than one unit, as they do after rounding by another editor."""
    return len(old) == len(new) and all(abs(a - b) < 1 for a, b in zip(old, new, strict=True))


def format_place(place: Bounds) -> str:
    """A position as readable text."""
    return ", ".join(str(round(side)) for side in place)
