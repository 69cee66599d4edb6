"""Puts our own elements into a foreign diagram, beside what stands there. For the modules of the conversion alone."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.lint.diagram import kind, properties, tag
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import SPIFF

_PREFIX = "spiffworkflow"


def set_property(element: Element, name: str, value: str) -> None:
    """Give an element a property; one that is there already has the last word and stays."""
    if name in properties(element):
        return
    around = extended(element)
    holder = around.find(f"{{{SPIFF}}}properties")
    if holder is None:
        holder = ours("properties")
        put(around, holder)
    put(holder, ours("property", {"name": name, "value": value}))


def extended(element: Element) -> Element:
    """The element's extension elements, made behind its documentation when there are none."""
    found = element.find(tag("extensionElements"))
    if found is None:
        found = element.makeelement(tag("extensionElements"))
        put(element, found, sum(1 for part in element if kind(part) == "documentation"))
    return found


def ours(name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Element:
    """One of our extension elements."""
    made = etree.Element(f"{{{SPIFF}}}{name}", dict(attributes or {}), nsmap={_PREFIX: SPIFF})
    made.text = text
    return made


def put(parent: Element, child: Element, place: int | None = None) -> None:
    """Insert a child, by default as the last, indented like its neighbours."""
    place = len(parent) if place is None else place
    before = parent[place - 1] if place else None
    space = parent.text if len(parent) else None
    if before is None:
        child.tail = space
    else:
        child.tail, before.tail = before.tail, space
    parent.insert(place, child)


def tidied(root: Element) -> None:
    """Declare our prefix once at the root; every prefix of the file stays, since values may use it."""
    declared = {pair for element in root.iter() for pair in element.nsmap.items()}
    if all(uri == SPIFF for prefix, uri in declared if prefix == _PREFIX):
        kept = [prefix for prefix, _ in declared if prefix is not None]
        etree.cleanup_namespaces(root, top_nsmap={_PREFIX: SPIFF}, keep_ns_prefixes=kept)


def written(root: Element) -> bytes:
    """The file as bytes."""
    tidied(root)
    text = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text + b"\n"
