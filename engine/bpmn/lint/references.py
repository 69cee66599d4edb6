"""Rules on who does a task and what it refers to: roles, lanes, forms, decisions, processes."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import (
    Diagram,
    FlowNode,
    bpmn_tag,
    extension_properties,
    extension_text,
    first_child,
    text_of,
)
from engine.bpmn.lint.finding import Element, Finding, finding_at

LANE_PREFIX = "lane_"
"""A lane's id is this prefix and its role: `lane_commune`."""


def check_roles(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """The role is set in the task's properties: the engine keeps only a lane's label, which a translation changes."""
    for node in diagram.nodes_of_kind("userTask"):
        role = extension_properties(node.element).get("role", "")
        if not role:
            yield finding_at(node.element, "role-missing")
        elif role not in deployment.vocabulary.roles:
            yield finding_at(node.element, "role-unknown", role=role, known=join_names(deployment.vocabulary.roles))


def check_task_lanes(diagram: Diagram) -> Iterator[Finding]:
    """If lanes are drawn, a task is in the lane of its role. A sub-process may span several lanes."""
    lanes = _lanes_by_node(diagram)
    if not lanes:
        return
    for node in diagram.nodes_of_kind("userTask"):
        role, lane = extension_properties(node.element).get("role", ""), lanes.get(node.id)
        if lane is None and diagram.is_process(node.scope):
            yield finding_at(node.element, "lane-missing")
        elif lane is not None and role and (lane.get("id") or "").removeprefix(LANE_PREFIX) != role:
            yield finding_at(node.element, "role-lane", role=role, lane=lane.get("id"))


def check_lanes(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A lane's id names its role, and its label is not that of another role."""
    labels = deployment.vocabulary.lane_labels
    for lane in _role_lanes(diagram):
        lane_id = lane.get("id") or ""
        role = lane_id.removeprefix(LANE_PREFIX)
        if role not in deployment.vocabulary.roles:
            yield finding_at(lane, "lane-unknown", lane=lane_id, known=join_names(deployment.vocabulary.roles))
            continue
        label = lane.get("name") or ""
        if label not in labels.get(role, {label}) and any(label in names for names in labels.values()):
            yield finding_at(lane, "lane-label", label=label, role=role)


def _role_lanes(diagram: Diagram) -> list[Element]:
    """The innermost lanes that stand for a role; any other lane is documentation."""
    lanes = (lane for lane in diagram.root.iter(bpmn_tag("lane")) if first_child(lane, "childLaneSet") is None)
    return [lane for lane in lanes if (lane.get("id") or "").startswith(LANE_PREFIX)]


def _lanes_by_node(diagram: Diagram) -> dict[str, Element]:
    return {
        text_of(reference): lane for lane in _role_lanes(diagram) for reference in lane.findall(bpmn_tag("flowNodeRef"))
    }


def check_forms(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Every user task has a form in the deployment: `form` is the name of `forms/<form>.json`."""
    for node in diagram.nodes_of_kind("userTask"):
        form = extension_properties(node.element).get("form", "")
        if not form:
            yield finding_at(node.element, "form-missing")
        elif deployment.form_keys is not None and form not in deployment.form_keys:
            yield finding_at(node.element, "form-unknown", form=form)


def check_ladders(diagram: Diagram) -> Iterator[Finding]:
    """`ladder` has only one value, `no`, for tasks that are not the work a notice is about."""
    for node in diagram.nodes_of_kind("userTask"):
        value = extension_properties(node.element).get("ladder")
        if value not in {None, "no"}:
            yield finding_at(node.element, "ladder-value", value=value)


def check_called_decisions(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A business rule task refers to a decision in the deployment."""
    for node in diagram.nodes_of_kind("businessRuleTask"):
        decision = extension_text(node.element, "calledDecisionId")
        outside_decisions = deployment.vocabulary.decisions
        if not decision:
            yield finding_at(node.element, "decision-missing")
        elif outside_decisions is not None and decision not in outside_decisions | deployment.decisions_by_id.keys():
            yield finding_at(node.element, "decision-unknown", decision=decision)


def check_called_processes(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """A call activity refers to a process in the deployment, without recursion."""
    for node in diagram.nodes_of_kind("callActivity"):
        called = node.element.get("calledElement") or ""
        outside_processes = deployment.vocabulary.processes
        if not called:
            yield finding_at(node.element, "call-missing")
        elif outside_processes is not None and called not in outside_processes | deployment.diagrams_by_process.keys():
            yield finding_at(node.element, "call-unknown", called=called)
        elif _is_recursive_call(diagram, node, called, deployment):
            yield finding_at(node.element, "call-recursive", called=called)


def _is_recursive_call(diagram: Diagram, node: FlowNode, called: str, deployment: DeploymentIndex) -> bool:
    return called in deployment.recursive_processes and diagram.process_of(node) in deployment.recursive_processes


def join_names(names: frozenset[str]) -> str:
    """Sorted names, joined for a sentence."""
    return ", ".join(sorted(names))
