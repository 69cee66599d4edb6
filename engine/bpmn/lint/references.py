"""Rules on who does a task and what it names: roles, lanes, forms, decisions, processes. For this package only."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import Diagram, Node, extension, first, properties, tag, text_of
from engine.bpmn.lint.finding import Element, Finding, at

LANE = "lane_"
"""A lane's id is this and its role: `lane_commune`."""


def roles(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """The role stands in the task's properties: the engine keeps only a lane's label, which a translation changes."""
    for node in diagram.of_kind("userTask"):
        role = properties(node.element).get("role", "")
        if not role:
            yield at(node.element, "role-missing")
        elif role not in deployment.vocabulary.roles:
            yield at(node.element, "role-unknown", role=role, known=listed(deployment.vocabulary.roles))


def lane_roles(diagram: Diagram) -> Iterator[Finding]:
    """Where lanes are drawn, a task stands in the lane of its role. A sub-process may reach over several lanes."""
    lanes = _lane_of(diagram)
    if not lanes:
        return
    for node in diagram.of_kind("userTask"):
        role, lane = properties(node.element).get("role", ""), lanes.get(node.id)
        if lane is None and diagram.is_process(node.scope):
            yield at(node.element, "lane-missing")
        elif lane is not None and role and (lane.get("id") or "").removeprefix(LANE) != role:
            yield at(node.element, "role-lane", role=role, lane=lane.get("id"))


def lanes(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """A lane's id says whose it is, and its label is not another role's."""
    labels = deployment.vocabulary.lane_labels
    for lane in _leaf_lanes(diagram):
        key = lane.get("id") or ""
        role = key.removeprefix(LANE)
        if not key.startswith(LANE) or role not in deployment.vocabulary.roles:
            yield at(lane, "lane-unknown", lane=key, known=listed(deployment.vocabulary.roles))
            continue
        label = lane.get("name") or ""
        if label not in labels.get(role, {label}) and any(label in names for names in labels.values()):
            yield at(lane, "lane-label", label=label, role=role)


def _leaf_lanes(diagram: Diagram) -> list[Element]:
    return [lane for lane in diagram.root.iter(tag("lane")) if first(lane, "childLaneSet") is None]


def _lane_of(diagram: Diagram) -> dict[str, Element]:
    return {text_of(reference): lane for lane in _leaf_lanes(diagram) for reference in lane.findall(tag("flowNodeRef"))}


def forms(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """Every user task has a form of the deployment: `form` is the name of `forms/<form>.json`."""
    for node in diagram.of_kind("userTask"):
        form = properties(node.element).get("form", "")
        if not form:
            yield at(node.element, "form-missing")
        elif deployment.forms is not None and form not in deployment.forms:
            yield at(node.element, "form-unknown", form=form)


def ladders(diagram: Diagram) -> Iterator[Finding]:
    """`ladder` has one value: `no`, for tasks that are not the work a notice is about."""
    for node in diagram.of_kind("userTask"):
        value = properties(node.element).get("ladder")
        if value not in {None, "no"}:
            yield at(node.element, "ladder-value", value=value)


def decisions(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """A business rule task names a decision of the deployment."""
    for node in diagram.of_kind("businessRuleTask"):
        decision = extension(node.element, "calledDecisionId")
        outside = deployment.vocabulary.decisions
        if not decision:
            yield at(node.element, "decision-missing")
        elif outside is not None and decision not in outside | deployment.decision_ids.keys():
            yield at(node.element, "decision-unknown", decision=decision)


def calls(diagram: Diagram, deployment: Deployment) -> Iterator[Finding]:
    """A call activity names a process of the deployment that does not come back to itself."""
    for node in diagram.of_kind("callActivity"):
        called = node.element.get("calledElement") or ""
        outside = deployment.vocabulary.processes
        if not called:
            yield at(node.element, "call-missing")
        elif outside is not None and called not in outside | deployment.processes.keys():
            yield at(node.element, "call-unknown", called=called)
        elif _comes_back(diagram, node, called, deployment):
            yield at(node.element, "call-recursive", called=called)


def _comes_back(diagram: Diagram, node: Node, called: str, deployment: Deployment) -> bool:
    return called in deployment.recursive and diagram.process_of(node) in deployment.recursive


def listed(names: frozenset[str]) -> str:
    """Names for a sentence, in order."""
    return ", ".join(sorted(names))
