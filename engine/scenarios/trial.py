"""The scenarios of a draft, run for the browser: what failed, the way that each walked, and what none walks.

Called by the studio and before a deployment. Every run ends: a scenario takes a limited number of steps of the process,
and so do all of them together; a step itself passes a limited number of elements.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.trace import Flow, Node, Trace, drawn
from engine.errors import Problems
from engine.process import definitions
from engine.process.definitions import Content
from engine.scenarios import deployment_check
from engine.scenarios.files import Scenario, read
from engine.scenarios.runner import Coverage, Unmet, run_one, scenario_paths
from forms.messages import Language

Files = Mapping[PurePosixPath, bytes]

# The longest shipped scenario takes 42 steps, one of them about 2 ms.
MAX_STEPS = 500
# What all scenarios of one trial take together: the shipped ones 600.
MAX_STEPS_OF_ALL = 10_000
MAX_LINES = 1_000  # Steps that a scenario itself may have; its expectations are among them.

_PLACE = re.compile(r"step (\d+): ")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A problem of the draft's files, which keeps the scenarios from being run."""

    file: str
    line: int
    element: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One scenario: the sentence of its first step that did not hold (empty when all did), and the way it walked.

    `step` counts the scenario's steps from 1; 0 stands for its start. Elements are (process, id), flows (process,
    source, target); a process is also an embedded sub-process.
    """

    path: str
    name: str
    process: str
    failure: str
    step: int
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Walked:
    """How much of one diagram the scenarios walked: how many elements and flows it has, and which none walked."""

    path: str
    nodes: int
    flows: int
    missing_nodes: tuple[Node, ...]
    missing_flows: tuple[Flow, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """What a trial found. Where there are mistakes nothing was run."""

    mistakes: tuple[Mistake, ...] = ()
    scenarios: tuple[Tried, ...] = ()
    coverage: tuple[Walked, ...] = ()


def run(files: Files, language: Language = "vi", only: PurePosixPath | None = None) -> Trial:
    """Check the files, then run their scenarios in the order of their paths, or `only` the one at that path."""
    problems = deployment_check.check(files, language)
    if problems:
        return Trial(tuple(Mistake(str(p.file), p.line, p.element, p.rule, p.message) for p in problems))
    paths = [path for path in scenario_paths(files) if only in (None, path)]
    tried = _tried(files, paths)
    walked = Trace({node for one in tried for node in one.nodes}, {flow for one in tried for flow in one.flows})
    diagrams = {path: drawn(data) for path, data in sorted(files.items()) if path.suffix == ".bpmn"}
    coverage = Coverage(walked, diagrams)
    return Trial((), tuple(tried), tuple(_walked(coverage, path) for path in diagrams))


def failing(files: Files, language: Language = "vi") -> list[str]:
    """A sentence for each scenario that does not hold, so that whoever deploys the files gives a reason.

    Raises Problems when the files do not pass the check.
    """
    problems = deployment_check.check(files, language)
    if problems:
        raise Problems(problems)
    return [f"{one.path}: {one.failure}" for one in _tried(files, scenario_paths(files)) if one.failure]


def _tried(files: Files, paths: Sequence[PurePosixPath]) -> list[Tried]:
    content, left, tried = definitions.build(files), MAX_STEPS_OF_ALL, []
    for path in paths:
        trace = Limited(min(MAX_STEPS, left))
        tried.append(_try(content, read(path, files[path]), trace))
        left -= min(left, trace.steps)
    return tried


def _try(content: Content, scenario: Scenario, trace: Limited) -> Tried:
    try:
        failure = _too_long(scenario) or run_one(content, scenario, trace).failure
    except Exception as error:  # noqa: BLE001 - one odd scenario must not keep the others from being run.
        failure = f"The scenario cannot be run ({type(error).__name__})."
    place = _PLACE.match(failure)
    return Tried(
        path=str(scenario.path),
        name=scenario.name,
        process=scenario.process,
        failure=failure,
        step=int(place[1]) if place is not None else 0,
        nodes=tuple(sorted(trace.nodes)),
        flows=tuple(sorted(trace.flows)),
    )


def _too_long(scenario: Scenario) -> str:
    lines = len(scenario.steps)
    return f"The scenario has {lines} steps; it can have {MAX_LINES}." if lines > MAX_LINES else ""


class Limited(Trace):
    """What one scenario walks, in a limited number of steps of the process: whoever takes more fails."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit, self.steps = limit, 0

    def observe(self, workflow: Any, since: int) -> None:
        """Count one step and collect what it walked; raises Unmet when it is one too many."""
        self.steps += 1
        if self.steps <= self.limit:
            super().observe(workflow, since)
        elif self.limit < MAX_STEPS:
            raise Unmet(
                f"the scenarios of this trial have taken {MAX_STEPS_OF_ALL} steps of processes; this is the end."
            )
        else:
            raise Unmet(
                f"the scenario never ends: it has taken {MAX_STEPS} steps of the process, and the next one is due; "
                "look for a timer that starts itself again."
            )


def _walked(coverage: Coverage, path: PurePosixPath) -> Walked:
    there = coverage.drawn[path]
    nodes, flows = coverage.missing(path)
    return Walked(str(path), len(there.nodes), len(there.flows), tuple(nodes), tuple(flows))
