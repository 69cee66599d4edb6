"""Inserts our elements into a foreign diagram, next to what it already contains."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from engine.bpmn.lint.diagram import bpmn_tag, element_kind, extension_properties
from engine.bpmn.lint.finding import Element
from engine.bpmn.lint.namespaces import SPIFF

_PREFIX = "spiffworkflow"


def set_property(element: Element, name: str, value: str) -> None:
    """Set a property on an element; an existing value wins and is kept."""
    if name in extension_properties(element):
        return
    extensions = ensure_extensions(element)
    container = extensions.find(f"{{{SPIFF}}}properties")
    if container is None:
        container = make_extension("properties")
        insert_child(extensions, container)
    insert_child(container, make_extension("property", {"name": name, "value": value}))


def replace_property(element: Element, name: str, value: str) -> None:
    """Set a property on an element, also if it has one."""
    for part in element.iterfind(f"{bpmn_tag('extensionElements')}/{{{SPIFF}}}properties/{{{SPIFF}}}property"):
        if part.get("name") == name:
            part.set("value", value)
            return
    set_property(element, name, value)


def ensure_extensions(element: Element) -> Element:
    """The element's extension elements, created after its documentation if missing."""
    extensions = element.find(bpmn_tag("extensionElements"))
    if extensions is None:
        extensions = element.makeelement(bpmn_tag("extensionElements"))
        insert_child(element, extensions, sum(1 for part in element if element_kind(part) == "documentation"))
    return extensions


def make_extension(name: str, attributes: Mapping[str, str] | None = None, text: str | None = None) -> Element:
    """Create one of our extension elements."""
    element = etree.Element(f"{{{SPIFF}}}{name}", dict(attributes or {}), nsmap={_PREFIX: SPIFF})
    element.text = text
    return element


def declare_element(root: Element, kind: str, key: str, **attributes: str) -> Element:
    """Declare a message, an error or the like at the head of a file, before the first process or pool."""
    element = root.makeelement(bpmn_tag(kind), {"id": key, **attributes})
    places = (index for index, part in enumerate(root) if element_kind(part) in {"process", "collaboration"})
    insert_child(root, element, next(places, len(root)))
    return element


def insert_child(parent: Element, child: Element, index: int | None = None) -> None:
    """Insert a child, last by default, indented like its siblings."""
    # Places are found from the end without counting, which takes as long as there are siblings.
    previous = next(parent.iterchildren(reversed=True), None) if index is None else parent[index - 1] if index else None
    indentation = parent.text if previous is not None or next(parent.iterchildren(), None) is not None else None
    if previous is None:
        child.tail = indentation
        parent.insert(0, child)
    else:
        tail = previous.tail
        previous.addnext(child)
        child.tail, previous.tail = tail, indentation


def tidy_namespaces(root: Element) -> None:
    """Declare our prefix once at the root; every prefix in the file stays, since values may use it."""
    declarations = {pair for element in root.iter() for pair in element.nsmap.items()}
    if all(uri == SPIFF for prefix, uri in declarations if prefix == _PREFIX):
        prefixes = [prefix for prefix, _ in declarations if prefix is not None]
        etree.cleanup_namespaces(root, top_nsmap={_PREFIX: SPIFF}, keep_ns_prefixes=prefixes)


def serialize_diagram(root: Element) -> bytes:
    """Serialize the diagram file to bytes."""
    tidy_namespaces(root)
    text = etree.tostring(root.getroottree(), encoding="UTF-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + text + b"\n"
