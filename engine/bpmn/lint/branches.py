"""Notes on parallel branches that write one name: they share their data, so whoever is done last decides.

This is how BPMN has it (2.0, 10.4) and may be meant, so it is no problem, but an analyst should know it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.bpmn.compiled_texts import compile_script_text
from engine.bpmn.lint import graph
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import (
    Diagram,
    FlowNode,
    bpmn_tag,
    extension_properties,
    extension_text,
    operator_of,
)
from engine.bpmn.lint.events import is_interrupting
from engine.bpmn.lint.finding import Finding, caption_of, finding_at
from engine.bpmn.lint.typed import AROUND_SCRIPT_TAGS, SCRIPT_TAG, VARIABLE_TAGS
from engine.errors import ScriptError

_PARALLEL = ("parallelGateway", "inclusiveGateway")
Writers = dict[str, FlowNode]
"""The names that a path writes, each with the first step that does."""


def note_shared_names(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Each pair of paths that run at the same time and write one name."""
    for place, paths in parallel_paths(diagram):
        yield from _note_paths(diagram, deployment, place, paths)


def parallel_paths(diagram: Diagram) -> Iterator[tuple[FlowNode, list[set[str]]]]:
    """Where paths begin that run at the same time, a gateway or an event, and the nodes that each can reach."""
    for gateway in diagram.nodes_of_kind(*_PARALLEL):
        starts = [flow.target for flow in diagram.outgoing_flows.get(gateway.id, ()) if flow.target in diagram.nodes]
        if len(starts) > 1:
            yield gateway, [graph.reachable_nodes(diagram.successors, [start]) for start in starts]
    for event in diagram.nodes_of_kind("boundaryEvent"):
        host = diagram.nodes.get(event.element.get("attachedToRef") or "")
        if host is not None and not is_interrupting(event):
            yield event, [_flow_reach(diagram, event.id), _flow_reach(diagram, host.id)]


def _note_paths(
    diagram: Diagram, deployment: DeploymentIndex, place: FlowNode, paths: list[set[str]]
) -> Iterator[Finding]:
    for first, second in combinations(paths, 2):
        left = path_writers(diagram, deployment, first - second)
        right = path_writers(diagram, deployment, second - first)
        for name in sorted(left.keys() & right.keys()):
            steps = [caption_of(node.element) or node.id for node in (left[name], right[name])]
            yield finding_at(place.element, "branches-write", name=name, first=steps[0], second=steps[1])


def _flow_reach(diagram: Diagram, start: str) -> set[str]:
    """What can be reached along flows alone."""
    flows = {key: [flow.target for flow in outgoing] for key, outgoing in diagram.outgoing_flows.items()}
    return graph.reachable_nodes(flows, [start])


def path_writers(diagram: Diagram, deployment: DeploymentIndex, path: set[str]) -> Writers:
    """What the steps of a path write, those in its sub-processes included."""
    writers: Writers = {}
    for node in diagram.nodes.values():
        if node.id in path or any(host.id in path for host in diagram.enclosing_sub_processes(node)):
            for name in _names_written(node, deployment):
                if not name.startswith("_"):  # What operators leave, which holds nothing.
                    writers.setdefault(name, node)
    return writers


def _names_written(node: FlowNode, deployment: DeploymentIndex) -> Iterator[str]:
    for script in node.element.iterchildren(SCRIPT_TAG):
        yield from _assigned(script.text)
    for tag in AROUND_SCRIPT_TAGS:
        for script in node.element.iterfind(f"{bpmn_tag('extensionElements')}/{tag}"):
            yield from _assigned(script.text)
    if node.kind == "subProcess":
        return
    yield from ((item.text or "").strip() for item in node.element.iter(*VARIABLE_TAGS))
    operator = operator_of(node.element)
    if operator is not None and operator.get("resultVariable"):
        yield str(operator.get("resultVariable"))
    forms = deployment.vocabulary.forms or {}
    yield from forms.get(extension_properties(node.element).get("form", ""), ())
    decision = deployment.decisions_by_id.get(extension_text(node.element, "calledDecisionId") or "")
    if decision is not None:
        yield from (column.text for column in decision.outputs)


def _assigned(script: str | None) -> frozenset[str]:
    try:
        return compile_script_text(script or "").assigned
    except ScriptError:
        return frozenset()
