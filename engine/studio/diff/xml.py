"""An XML element as facts that do not depend on how it is written: prefixes, order of attributes, indentation.

Imported by the differences of diagrams and of decision tables.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping

from engine.bpmn.lint.diagram import local_name_of
from engine.bpmn.lint.finding import Element

Bounds = tuple[float, ...]

# Attributes in these namespaces say how a file is written or drawn, not what it means.
_EDITOR_NAMESPACES = (
    "http://www.w3.org/2001/XMLSchema-instance",
    "http://bpmn.io/schema/",
    "http://camunda.org/schema/modeler/",
    "http://www.omg.org/spec/BPMN/non-normative/color/",
)
# What an attribute means when it is left out; editors write it or not.
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
    """What an element says, by the way to it: `@name`, `/script`, `/x/y@z`; parts that `skips` are left out."""
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
    """Whether it says something that an element is there at all: a trigger or a repetition, whatever is in it."""
    return local_name_of(element).endswith(("EventDefinition", "LoopCharacteristics"))


def _is_meaningful(element: Element, name: str, value: str, path: str) -> bool:
    """Whether an attribute says something. The ids of parts do not, unless they name a variable or an operator."""
    if name == "id":
        return bool(path) and (local_name_of(element).endswith("DataItem") or "spiffworkflow" in str(element.tag))
    namespace, _, bare_name = name.rpartition("}")
    if namespace[1:].startswith(_EDITOR_NAMESPACES):
        return False
    return bool(namespace) or _DEFAULTS.get(bare_name) != value


def _path_step(part: Element) -> str:
    """The name of a part; parts that have a name of their own are told apart by it."""
    name = _short_name(str(part.tag))
    own_name = part.get("name") or part.get("id") if local_name_of(part) in _NAMED_PARTS else None
    return f"{name}[{own_name}]" if own_name else name


def _short_name(name: str) -> str:
    """A name with the last word of its namespace, BPMN's and DMN's own left out."""
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
    """Place and size of each drawn shape, by the element that the attribute `reference_attribute`."""
    places: dict[str, Bounds] = {}
    for shape in root.iter("{*}BPMNShape", "{*}DMNShape"):
        box = shape.find("{http://www.omg.org/spec/DD/20100524/DC}Bounds")
        box = box if box is not None else next((part for part in shape if local_name_of(part) == "Bounds"), None)
        if box is not None:
            place = tuple(parse_coordinate(box.get(side)) for side in ("x", "y", "width", "height"))
            places.setdefault(shape.get(reference_attribute) or "", place)
    return places


def parse_coordinate(text: str | None) -> float:
    """A coordinate; 0 for what is none, which the checker reports."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def is_same_place(old: Bounds, new: Bounds) -> bool:
    """Whether two places differ by less than a point, as they do when another editor has rounded them."""
    return len(old) == len(new) and all(abs(a - b) < 1 for a, b in zip(old, new, strict=True))


def format_place(place: Bounds) -> str:
    """A place as people read it."""
    return ", ".join(str(round(side)) for side in place)
