"""Rules on ids, elements and processes: what a BPMN file may contain."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import CONTAINERS, NODES, Diagram, element_kind
from engine.bpmn.lint.finding import Element, Finding, finding_at, line_of
from engine.bpmn.lint.namespaces import BPMN, SCOPES, SPIFF
from engine.bpmn.lint.tolerances import is_passed

_NUMBER_PATTERN = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,30})?(?:[eE]-?[0-9]{1,2})?")
ID_PATTERN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
RESERVED_IDS = frozenset({"Start", "End", "StartEventSplit", "StartEventJoin", "Root"})
RESERVED_ID_SUFFIXES = (".EndJoin", ".BoundaryEventSplit", ".BoundaryEventJoin")
REFUSED_ELEMENTS = {
    "adHocSubProcess": "ad-hoc",
    "transaction": "transaction",
    "cancelEventDefinition": "transaction",
    "compensateEventDefinition": "compensation",
}
PLAIN_TASKS = frozenset({"task", "manualTask"})
UNSUPPORTED_NODES = PLAIN_TASKS | {"complexGateway"}
ALLOWED_ANYWHERE = frozenset({"documentation", "extensionElements", "textAnnotation", "association", "group"})
ALLOWED_IN_SCOPE = ALLOWED_ANYWHERE | {
    *(NODES - UNSUPPORTED_NODES), "sequenceFlow", "laneSet", "dataObject", "dataObjectReference", "property",
    "performer", "humanPerformer", "potentialOwner", "resourceRole", "auditing", "monitoring",
    "incoming", "outgoing", "ioSpecification", "dataInputAssociation", "dataOutputAssociation",
    "standardLoopCharacteristics", "multiInstanceLoopCharacteristics", "categoryValueRef",
}  # fmt: skip
ALLOWED_IN_FILE = ALLOWED_ANYWHERE | {
    "process", "collaboration", "message", "signal", "error", "escalation", "correlationProperty", "itemDefinition",
    "category", "interface", "endPoint", "resource", "partnerEntity", "partnerRole", "relationship",
    *(f"{trigger}EventDefinition" for trigger in (
        "message", "signal", "timer", "conditional", "error", "escalation", "terminate", "link",
    )),
}  # fmt: skip


def check_ids(diagram: Diagram) -> Iterator[Finding]:
    """Ids are present, unique and valid: task names inside SpiffWorkflow, keys elsewhere (measured)."""
    seen: dict[str, Element] = {}
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        element_id = element.get("id")
        if element_id is None:
            if element_kind(element) in {*NODES, "process", "sequenceFlow", "message", "signal", "error", "escalation"}:
                yield finding_at(element, "id-missing", kind=element_kind(element))
            continue
        if element_id in seen:
            yield finding_at(element, "id-duplicate", id=element_id, line=str(line_of(seen[element_id])))
        seen.setdefault(element_id, element)
        yield from _check_id(element, element_id)


def _check_id(element: Element, element_id: str) -> Iterator[Finding]:
    if ID_PATTERN.fullmatch(element_id) is None:
        yield finding_at(element, "id-pattern", id=element_id)
    elif element_id in RESERVED_IDS or element_id.endswith(RESERVED_ID_SUFFIXES):
        yield finding_at(element, "id-reserved", id=element_id)


def check_refused_elements(diagram: Diagram) -> Iterator[Finding]:
    """Rejects constructs that were never tried out or that SpiffWorkflow lacks (measured)."""
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        if element_kind(element) in REFUSED_ELEMENTS:
            yield finding_at(element, REFUSED_ELEMENTS[element_kind(element)])
        if element.get("isForCompensation") == "true":
            yield finding_at(element, "compensation")


def check_unsupported_elements(diagram: Diagram) -> Iterator[Finding]:
    """Finds elements that the parser silently skips or fails on: a plain task, for example, waits for no one."""
    for element in diagram.root.iter(f"{{{BPMN}}}*"):
        parent = element.getparent()
        if parent is None or element_kind(element) in REFUSED_ELEMENTS:
            continue
        if parent is diagram.root:
            allowed = ALLOWED_IN_FILE
        elif element_kind(parent) in SCOPES:
            allowed = ALLOWED_IN_SCOPE
        else:
            continue
        if element_kind(element) in PLAIN_TASKS and is_passed(element):
            continue
        if element_kind(element) not in allowed:
            yield finding_at(element, "element-unsupported", kind=element_kind(element))


REQUIRED_ATTRIBUTES = {
    "property": ("name", "value"),
    "serviceTaskOperator": ("id",),
    "parameter": ("id", "type"),
}


def check_required_attributes(diagram: Diagram) -> Iterator[Finding]:
    """Finds missing attributes without which SpiffWorkflow's parser fails with a bare KeyError."""
    for name, required in REQUIRED_ATTRIBUTES.items():
        for element in diagram.root.iter(f"{{{SPIFF}}}{name}"):
            for attribute in required:
                if element.get(attribute) is None:
                    yield finding_at(element, "attribute-missing", name=name, attribute=attribute)


def check_comments(diagram: Diagram) -> Iterator[Finding]:
    """SpiffWorkflow's parser reads the tag name of every child of a script task, which a comment does not have."""
    for node in diagram.nodes_of_kind("scriptTask"):
        for comment in node.element.iterchildren(etree.Comment):
            yield finding_at(comment, "comment-misplaced")


def check_coordinates(diagram: Diagram) -> Iterator[Finding]:
    """The engine orders branches by their position in the drawing, so coordinates must be numbers."""
    for bounds in diagram.root.iter("{*}Bounds"):
        for attribute in ("x", "y"):
            if _NUMBER_PATTERN.fullmatch(bounds.get(attribute, "0")) is None:
                yield finding_at(bounds, "layout-number", attribute=attribute)


def check_single_process(diagram: Diagram) -> Iterator[Finding]:
    """A file has one executable process, because files are what is deployed, versioned and named."""
    if not diagram.processes:
        yield finding_at(diagram.root, "process-missing")
    for process in diagram.processes[1:]:
        yield finding_at(process, "several-processes")
    for process in diagram.processes:
        if process.get("isExecutable", "true") != "true":
            yield finding_at(process, "process-not-executable")


def check_starts_and_ends(diagram: Diagram) -> Iterator[Finding]:
    """Every scope has a start and an end; a sub-process has one start, a process at most one without a trigger."""
    for scope, element in _scope_elements(diagram):
        nodes = diagram.scopes.get(scope, [])
        starts = [node.element for node in nodes if node.kind == "startEvent"]
        plain = [start for start in starts if not _has_trigger(start)]
        if not starts:
            yield finding_at(element, "start-missing")
        if not any(node.kind == "endEvent" for node in nodes):
            yield finding_at(element, "end-missing")
        for extra in (plain if diagram.is_process(scope) else starts)[1:]:
            yield finding_at(extra, "several-starts")


def _scope_elements(diagram: Diagram) -> Iterator[tuple[str, Element]]:
    for process in diagram.processes:
        yield process.get("id") or "", process
    for node in diagram.nodes_of_kind("subProcess"):
        yield node.id, node.element


def _has_trigger(event: Element) -> bool:
    return any(element_kind(child).endswith("EventDefinition") for child in event)


def check_duplicate_scopes(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Ids are unique across files: the engine's parser keeps all processes and sub-processes in one table."""
    for process in diagram.processes:
        first = deployment.diagrams_by_scope.get(process.get("id") or "")
        if first is not None and first is not diagram:
            yield finding_at(process, "process-duplicate", id=process.get("id"), file=first.path)
    for node in diagram.nodes_of_kind(*(CONTAINERS - {"callActivity"})):
        first = deployment.diagrams_by_scope.get(node.id)
        if first is not None and first is not diagram:
            yield finding_at(node.element, "subprocess-duplicate", id=node.id, file=first.path)
