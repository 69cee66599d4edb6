"""An XML element as facts that do not depend on how it is written: prefixes, order of attributes, indentation.

Imported by the differences of diagrams and of decision tables.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterator, Mapping

from engine.bpmn.lint.diagram import local
from engine.bpmn.lint.finding import Element

Bounds = tuple[float, ...]

# Attributes in these namespaces say how a file is written or drawn, not what it means.
_SILENT = (
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
_NAMING = ("property", "parameter")


def flat(element: Element, skips: Callable[[Element], bool]) -> dict[str, str]:
    """What an element says, by the way to it: `@name`, `/script`, `/x/y@z`; parts that `skips` are left out."""
    return dict(_flat(element, "", skips))


def _flat(element: Element, way: str, skips: Callable[[Element], bool]) -> Iterator[tuple[str, str]]:
    said = {str(name): str(value) for name, value in element.attrib.items()}
    said = {name: value for name, value in said.items() if _speaks(element, name, value, way)}
    text = own_text(element)
    parts = [part for part in element if isinstance(part.tag, str)]
    if text or _counts(element) or (way and not parts and not said):
        yield way, text
    yield from ((f"{way}@{_short(name)}", value) for name, value in said.items())
    seen: dict[str, int] = {}
    for part in parts:
        if skips(part):
            continue
        step = _step(part)
        seen[step] = seen.get(step, 0) + 1
        yield from _flat(part, f"{way}/{step}" if seen[step] == 1 else f"{way}/{step}#{seen[step]}", skips)


def _counts(element: Element) -> bool:
    """Whether it says something that an element is there at all: a trigger or a repetition, whatever is in it."""
    return local(element).endswith(("EventDefinition", "LoopCharacteristics"))


def _speaks(element: Element, name: str, value: str, way: str) -> bool:
    """Whether an attribute says something. The ids of parts do not, unless they name a variable or an operator."""
    if name == "id":
        return bool(way) and (local(element).endswith("DataItem") or "spiffworkflow" in str(element.tag))
    namespace, _, plain = name.rpartition("}")
    if namespace[1:].startswith(_SILENT):
        return False
    return bool(namespace) or _DEFAULTS.get(plain) != value


def _step(part: Element) -> str:
    """The name of a part; parts that have a name of their own are told apart by it."""
    name = _short(str(part.tag))
    own = part.get("name") or part.get("id") if local(part) in _NAMING else None
    return f"{name}[{own}]" if own else name


def _short(name: str) -> str:
    """A name with the last word of its namespace, BPMN's and DMN's own left out."""
    namespace, _, plain = name.rpartition("}")
    if not namespace or "/spec/BPMN/" in namespace or "/spec/DMN/" in namespace:
        return plain
    return plain if "spiffworkflow" in namespace else f"{namespace[1:]}:{plain}"


def own_text(element: Element) -> str:
    """The text directly in an element, without its indentation."""
    pieces = [element.text or "", *(part.tail or "" for part in element)]
    if len(element):
        return " ".join(stripped for piece in pieces if (stripped := piece.strip()))
    return textwrap.dedent(pieces[0]).strip()


def bounds(root: Element, names: str) -> Mapping[str, Bounds]:
    """Place and size of each drawn shape, by the element that the attribute `names`."""
    found: dict[str, Bounds] = {}
    for shape in root.iter("{*}BPMNShape", "{*}DMNShape"):
        box = shape.find("{http://www.omg.org/spec/DD/20100524/DC}Bounds")
        box = box if box is not None else next((part for part in shape if local(part) == "Bounds"), None)
        if box is not None:
            place = tuple(number(box.get(side)) for side in ("x", "y", "width", "height"))
            found.setdefault(shape.get(names) or "", place)
    return found


def number(text: str | None) -> float:
    """A coordinate; 0 for what is none, which the checker reports."""
    try:
        value = float(text or 0)
    except ValueError:
        return 0.0
    return value if math.isfinite(value) else 0.0


def same_place(old: Bounds, new: Bounds) -> bool:
    """Whether two places differ by less than a point, as they do when another editor has rounded them."""
    return len(old) == len(new) and all(abs(a - b) < 1 for a, b in zip(old, new, strict=True))


def place_text(place: Bounds) -> str:
    """A place as people read it."""
    return ", ".join(str(round(side)) for side in place)
