"""The last rule: SpiffWorkflow's own parser accepts the files. For this package only.

It is asked when nothing else was found, so that its terse exceptions stay the rare case.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser

from engine.bpmn.lint.deployment import Deployment
from engine.bpmn.lint.diagram import Diagram, extension
from engine.bpmn.lint.finding import Finding, shown
from engine.bpmn.lint.table import Decision

Placed = tuple[PurePosixPath, Finding]


def trial(deployment: Deployment) -> list[Placed]:
    """What the parser refuses, and in which file. What a refused file would only drag along is not tried."""
    parser: Any = SpiffBpmnParser()
    tried = [diagram for diagram in deployment.diagrams if _is_complete(diagram, deployment)]
    return (
        [problem for decision in deployment.decisions for problem in _tried_table(parser, decision)]
        or [problem for diagram in tried for problem in _tried(diagram, parser.add_bpmn_xml, diagram.root)]
        or [problem for diagram in tried for problem in _tried(diagram, _parse_all, parser, diagram)]
    )


def _tried_table(parser: Any, decision: Decision) -> list[Placed]:
    root = decision.element.getroottree().getroot()
    return _tried(decision, parser.add_dmn_xml, root) or _tried(decision, parser.dmn_parsers[decision.id].parse)


def _is_complete(diagram: Diagram, deployment: Deployment) -> bool:
    """Whether the decisions of a diagram are among the files: the parser insists on them, also for a file alone."""
    called = {extension(node.element, "calledDecisionId") for node in diagram.of_kind("businessRuleTask")}
    return called <= deployment.decision_ids.keys()


def _parse_all(parser: Any, diagram: Diagram) -> None:
    """Parse a process and the sub-processes in it, each of which the parser only notes while it reads the outer one."""
    rest = {process.get("id") or "" for process in diagram.processes}
    while rest:
        before = set(parser.process_parsers)
        for key in sorted(rest):
            parser.get_spec(key)
        rest = set(parser.process_parsers) - before


def _tried(read: Diagram | Decision, step: Callable[..., object], *arguments: object) -> list[Placed]:
    """Take one step of the parser over a file; the problem if it raises."""
    try:
        step(*arguments)
    except Exception as error:  # noqa: BLE001 - the parser's helpers raise anything
        if "RecursionError" in repr(error):
            return [(read.path, Finding("path-too-long"))]
        element = str(getattr(error, "id", "") or "")
        return [(read.path, Finding("engine-refuses", 0, element, {"detail": shown(str(error), 200).rstrip(".")}))]
    return []
