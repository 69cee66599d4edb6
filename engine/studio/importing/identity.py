"""Ids for what has none: optional in BPMN, needed here to draw a case's way, keep its history and migrate it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.diagram import NODES, element_kind
from engine.bpmn.lint.elements import ID_PATTERN, RESERVED_ID_SUFFIXES, RESERVED_IDS
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import BPMN
from engine.bpmn.lint.references import LANE_PREFIX
from engine.bpmn.lint.vocabulary import ROLES
from engine.studio.importing.processes import without_drawn_processes
from engine.studio.importing.report import ImportContext
from engine.studio.importing.sketch import Sketch

_DECLARED = frozenset({"message", "signal", "error", "escalation"})
_NAMED_KINDS = frozenset({*NODES, *_DECLARED, "process"})
_REFERENCES = frozenset({"incoming", "outgoing", "source", "target"})


def give_ids(context: ImportContext, sketch: Sketch) -> None:
    """Give an id to every node, flow and declaration without one: by its kind, its name or its ends.

    The same file always gets the same ids.
    """
    _rename_refused_ids(context, sketch)
    flows: dict[Element, list[str]] = {}
    for element in context.root.iter(f"{{{BPMN}}}*"):
        kind, parent = element_kind(element), element.getparent()
        if element.get("id") or parent is None:
            continue
        if kind == "sequenceFlow":
            flow_id = sketch.fresh_id(f"Flow_{element.get('sourceRef')}_{element.get('targetRef')}")
            element.set("id", flow_id)
            flows.setdefault(parent, []).append(flow_id)
        elif kind in _NAMED_KINDS:
            element.set("id", sketch.fresh_id(f"{_title(element)}_{element.get('name') or ''}".rstrip("_")))
            context.record_conversion(element, "id", "", element.get("id") or "")
    for scope, given in flows.items():
        context.record_conversion(scope, "flow-ids", "", ", ".join(given), count=len(given))


def strip_prefixes(context: ImportContext) -> None:
    """Refer to what the file declares by its id alone: BPMN's references are qualified names, `tns:message`."""
    ids = {element.get("id") for element in context.root.iter("*")}
    with without_drawn_processes(context.root):
        elements = list(context.root.iter(f"{{{BPMN}}}*"))
    for element in elements:
        for name, value in list(element.attrib.items()):
            prefix, _, local = str(value).partition(":")
            is_reference = str(name).endswith("Ref") or name == "calledElement"
            if is_reference and prefix in element.nsmap and local in ids and value not in ids:
                element.set(name, local)
                context.record_conversion(element, "reference", str(value), local)


def _rename_refused_ids(context: ImportContext, sketch: Sketch) -> None:
    """Rename what the engine takes for its own names or cannot read, wherever it is referred to."""
    renamed: dict[str, str] = {}
    for element in context.root.iter(f"{{{BPMN}}}*"):
        old = element.get("id")
        if old and old not in renamed and (_is_refused(old) or _is_taken_for_role(element, old)):
            renamed[old] = sketch.fresh_id(f"{_title(element)}_{old}")
            context.record_conversion(element, "id-renamed", old, renamed[old])
    for element in context.root.iter("*") if renamed else ():
        for name, value in list(element.attrib.items()):
            if value in renamed and name != "name":
                element.set(name, renamed[value])
        text = (element.text or "").strip()
        if text in renamed and _is_reference(element):
            element.text = renamed[text]
    for old, new in renamed.items():
        sketch.canvas.rename(old, new)


def _is_refused(element_id: str) -> bool:
    is_reserved = element_id in RESERVED_IDS or element_id.endswith(RESERVED_ID_SUFFIXES)
    return is_reserved or ID_PATTERN.fullmatch(element_id) is None


def _is_taken_for_role(element: Element, element_id: str) -> bool:
    """Whether a lane of another tool has an id by which lanes here name their role."""
    is_lane = element_kind(element) == "lane" and element_id.startswith(LANE_PREFIX)
    return is_lane and element_id.removeprefix(LANE_PREFIX) not in ROLES


def _is_reference(element: Element) -> bool:
    kind = element_kind(element)
    return kind in _REFERENCES or kind.endswith(("Ref", "Refs"))


def declarations(root: Element) -> Iterator[Element]:
    """The messages, signals, errors and escalations of a file."""
    return (element for element in root if element_kind(element) in _DECLARED)


def _title(element: Element) -> str:
    kind = element_kind(element)
    return f"{kind[:1].upper()}{kind[1:]}"
