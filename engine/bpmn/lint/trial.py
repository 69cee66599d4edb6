"""The last rule: SpiffWorkflow's own parser accepts the files.

It runs only when nothing else was found, so that its terse exceptions remain rare.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, extension_text
from engine.bpmn.lint.finding import Finding
from engine.bpmn.parser import DiagramParser
from engine.text import shorten_text

FileFinding = tuple[PurePosixPath, Finding]


def try_parser(deployment: DeploymentIndex) -> list[FileFinding]:
    """What the parser rejects, and in which file; stops at the first stage that fails, as later errors only follow."""
    parser: Any = DiagramParser()
    parser.decisions = dict.fromkeys(deployment.decisions_by_id)
    complete_diagrams = [diagram for diagram in deployment.diagrams if _has_all_decisions(diagram, deployment)]
    return [
        problem for diagram in complete_diagrams for problem in _try_step(diagram, parser.add_bpmn_xml, diagram.root)
    ] or [problem for diagram in complete_diagrams for problem in _try_step(diagram, _parse_processes, parser, diagram)]


def _has_all_decisions(diagram: Diagram, deployment: DeploymentIndex) -> bool:
    """Whether the decisions of a diagram are among the files: the parser requires them, even for a single file."""
    called = {extension_text(node.element, "calledDecisionId") for node in diagram.nodes_of_kind("businessRuleTask")}
    return called <= deployment.decisions_by_id.keys()


def _parse_processes(parser: Any, diagram: Diagram) -> None:
    """Parse a process and its sub-processes, which the parser only registers while it reads the outer one."""
    pending = {process.get("id") or "" for process in diagram.processes}
    while pending:
        known = set(parser.process_parsers)
        for process_id in sorted(pending):
            parser.get_spec(process_id)
        pending = set(parser.process_parsers) - known


def _try_step(model: Diagram, step: Callable[..., object], *arguments: object) -> list[FileFinding]:
    """Run one step of the parser on a file; the problem if it raises."""
    try:
        step(*arguments)
    except Exception as error:  # noqa: BLE001 - the parser's helpers raise anything
        if "RecursionError" in repr(error):
            return [(model.path, Finding("path-too-long"))]
        element = str(getattr(error, "id", "") or "")
        return [
            (model.path, Finding("engine-refuses", 0, element, {"detail": shorten_text(str(error), 200).rstrip(".")}))
        ]
    return []
