"""Rules on ids, elements and processes: what a BPMN file may consist of. For this package only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import CONTAINERS, NODES, Diagram, kind
from engine.bpmn.lint.finding import Element, Finding, at, line_of
from engine.bpmn.lint.namespaces import BPMN, SCOPES, SPIFF

_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,30})?(?:[eE]-?[0-9]{1,2})?")
ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
RESERVED = frozenset({"Start", "End", "StartEventSplit", "StartEventJoin", "Root"})
RESERVED_ENDINGS = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")
REFUSED = {
    "adHocSubProcess": "ad-hoc",
    "transaction": "transaction",
    "cancelEventDefinition": "transaction",
    "compensateEventDefinition": "compensation",
    "dataStore": "data-store",
    "dataStoreReference": "data-store",
    "messageFlow": "message-flow",
}
UNSUPPORTED_NODES = frozenset({"task", "manualTask", "complexGateway"})
COMMON = frozenset({"documentation", "extensionElements", "textAnnotation", "association", "group"})
IN_SCOPE = COMMON | {
    *(NODES - UNSUPPORTED_NODES), "sequenceFlow", "laneSet", "dataObject", "dataObjectReference", "property",
    "incoming", "outgoing", "ioSpecification", "dataInputAssociation", "dataOutputAssociation",
    "standardLoopCharacteristics", "multiInstanceLoopCharacteristics",
}  # fmt: skip
IN_FILE = COMMON | {
    "process", "collaboration", "message", "signal", "error", "escalation", "correlationProperty", "itemDefinition",
    "category",
}  # fmt: skip


def ids(diagram: Diagram) -> Iterator[Finding]:
    """Ids are task names inside SpiffWorkflow and keys everywhere else (ecosystem trap T1)."""
    seen: dict[str, Element] = {}
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        key = element.get("id")
        if key is None:
            if kind(element) in {*NODES, "process", "sequenceFlow", "message", "signal", "error", "escalation"}:
                yield at(element, "id-missing", kind=kind(element))
            continue
        if key in seen:
            yield at(element, "id-duplicate", id=key, line=line_of(seen[key]))
        seen.setdefault(key, element)
        yield from _odd_id(element, key)


def _odd_id(element: Element, key: str) -> Iterator[Finding]:
    if ID.fullmatch(key) is None:
        yield at(element, "id-pattern", id=key)
    elif key in RESERVED or key.endswith(RESERVED_ENDINGS):
        yield at(element, "id-reserved", id=key)


def refused_elements(diagram: Diagram) -> Iterator[Finding]:
    """Constructs that were never walked or that SpiffWorkflow does not have (store_constructs, last table)."""
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        if kind(element) in REFUSED:
            yield at(element, REFUSED[kind(element)])
        if element.get("isForCompensation") == "true":
            yield at(element, "compensation")


def unsupported_elements(diagram: Diagram) -> Iterator[Finding]:
    """Elements the parser skips in silence or stops at: a plain task waits for nobody's answer, for example."""
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        parent = element.getparent()
        if parent is None or kind(element) in REFUSED:
            continue
        if parent is diagram.root:
            allowed = IN_FILE
        elif kind(parent) in SCOPES:
            allowed = IN_SCOPE
        else:
            continue
        if kind(element) not in allowed:
            yield at(element, "element-unsupported", kind=kind(element))


ATTRIBUTES = {
    "property": ("name", "value"),
    "serviceTaskOperator": ("id",),
    "parameter": ("id", "type"),
}


def attributes(diagram: Diagram) -> Iterator[Finding]:
    """The attributes without which SpiffWorkflow's parser stops with a bare KeyError."""
    for name, needed in ATTRIBUTES.items():
        for element in diagram.root.iter(f"{{{SPIFF}}}{name}"):
            for attribute in needed:
                if element.get(attribute) is None:
                    yield at(element, "attribute-missing", name=name, attribute=attribute)


def comments(diagram: Diagram) -> Iterator[Finding]:
    """SpiffWorkflow's parser asks every child of a script task for its tag's name, which a comment does not have."""
    for node in diagram.of_kind("scriptTask"):
        for comment in node.element.iterchildren(etree.Comment):
            yield at(comment, "comment-misplaced")


def layout(diagram: Diagram) -> Iterator[Finding]:
    """The engine orders branches by where they are drawn, so a shape's place must be a number."""
    for bounds in diagram.root.iter("{*}Bounds"):
        for attribute in ("x", "y"):
            if _NUMBER.fullmatch(bounds.get(attribute, "0")) is None:
                yield at(bounds, "layout-number", attribute=attribute)


def processes(diagram: Diagram) -> Iterator[Finding]:
    """One executable process per file: the file is what is deployed, versioned and named."""
    if not diagram.processes:
        yield at(diagram.root, "process-missing")
    for process in diagram.processes[1:]:
        yield at(process, "several-processes")
    for process in diagram.processes:
        if process.get("isExecutable", "true") != "true":
            yield at(process, "process-not-executable")


def starts_and_ends(diagram: Diagram) -> Iterator[Finding]:
    """Every scope starts and ends; a sub-process has one start, a process one that needs no trigger."""
    for scope, element in _scope_elements(diagram):
        nodes = diagram.scopes.get(scope, [])
        starts = [node.element for node in nodes if node.kind == "startEvent"]
        plain = [start for start in starts if not _triggered(start)]
        if not starts:
            yield at(element, "start-missing")
        if not any(node.kind == "endEvent" for node in nodes):
            yield at(element, "end-missing")
        for extra in (plain if diagram.is_process(scope) else starts)[1:]:
            yield at(extra, "several-starts")


def _scope_elements(diagram: Diagram) -> Iterator[tuple[str, Element]]:
    for process in diagram.processes:
        yield process.get("id") or "", process
    for node in diagram.of_kind("subProcess"):
        yield node.id, node.element


def _triggered(event: Element) -> bool:
    return any(kind(child).endswith("EventDefinition") for child in event)


def doubled_scopes(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """Processes and sub-processes of all files share one table in the engine's parser."""
    for process in diagram.processes:
        first = deployment.scope_files.get(process.get("id") or "")
        if first is not None and first is not diagram:
            yield at(process, "process-duplicate", id=process.get("id"), file=first.path)
    for node in diagram.of_kind(*(CONTAINERS - {"callActivity"})):
        first = deployment.scope_files.get(node.id)
        if first is not None and first is not diagram:
            yield at(node.element, "subprocess-duplicate", id=node.id, file=first.path)
