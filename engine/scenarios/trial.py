"""The scenarios of a draft, run for the browser: what failed, the way that each walked, and what none walks.

Called by the studio and before a deployment. Every run ends: a scenario takes a limited number of steps of the process,
and so do all of them together; a step itself passes a limited number of elements.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.trace import FlowKey, NodeKey, Trace, parse_diagram_graph
from engine.errors import EngineError, InvalidFiles
from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.scenarios import deployment_check
from engine.scenarios.files import Scenario, read_scenario
from engine.scenarios.runner import (
    ScenarioCoverage,
    ScenarioFailure,
    UnmetExpectation,
    run_scenario,
    scenario_paths,
)
from engine.translation.catalogue import Language
from engine.translation.wording import say

Files = Mapping[PurePosixPath, bytes]

# The longest shipped scenario takes 42 steps, one of them about 2 ms.
MAX_STEPS = 500
# What all scenarios of one trial take together: the shipped ones 600.
MAX_STEPS_OF_ALL = 10_000
MAX_SCENARIO_STEPS = 1_000  # Steps that a scenario itself may have; its expectations are among them.


@dataclass(frozen=True, slots=True)
class BlockingProblem:
    """A problem of the draft's files, which keeps the scenarios from being run."""

    file: str
    line: int
    element: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """One scenario: in the reader's language why it does not hold (empty when it does), and the way it walked.

    `step` counts the scenario's steps from 1; 0 stands for its start. Elements are (process, id), flows (process,
    source, target); a process is also an embedded sub-process.
    """

    path: str
    name: str
    process: str
    failure: str
    step: int
    nodes: tuple[NodeKey, ...]
    flows: tuple[FlowKey, ...]


@dataclass(frozen=True, slots=True)
class DiagramCoverage:
    """How much of one diagram the scenarios walked: how many elements and flows it has, and which none walked."""

    path: str
    nodes: int
    flows: int
    missing_nodes: tuple[NodeKey, ...]
    missing_flows: tuple[FlowKey, ...]


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What a trial found. Where there are mistakes nothing was run."""

    mistakes: tuple[BlockingProblem, ...] = ()
    scenarios: tuple[ScenarioRun, ...] = ()
    coverage: tuple[DiagramCoverage, ...] = ()


def try_scenarios(files: Files, language: Language = "vi", only: PurePosixPath | None = None) -> TrialResult:
    """Check the files, then run their scenarios in the order of their paths, or `only` the one at that path."""
    problems = deployment_check.problems_in(files, language)
    if problems:
        return TrialResult(
            tuple(
                BlockingProblem(str(problem.file), problem.line, problem.element, problem.rule, problem.message)
                for problem in problems
            )
        )
    paths = [path for path in scenario_paths(files) if only in (None, path)]
    runs = _run_scenarios(files, paths, language)
    trace = Trace(
        {node for scenario_run in runs for node in scenario_run.nodes},
        {flow for scenario_run in runs for flow in scenario_run.flows},
    )
    diagrams = {path: parse_diagram_graph(data) for path, data in sorted(files.items()) if path.suffix == ".bpmn"}
    coverage = ScenarioCoverage(trace, diagrams)
    return TrialResult((), tuple(runs), tuple(_diagram_coverage(coverage, path) for path in diagrams))


def list_failures(files: Files, language: Language = "vi") -> list[str]:
    """A sentence for each scenario that does not hold, so that whoever deploys the files gives a reason.

    Raises InvalidFiles when the files do not pass the check.
    """
    problems = deployment_check.problems_in(files, language)
    if problems:
        raise InvalidFiles(problems)
    return [
        f"{scenario_run.path}: {scenario_run.failure}"
        for scenario_run in _run_scenarios(files, scenario_paths(files), language)
        if scenario_run.failure
    ]


def _run_scenarios(files: Files, paths: Sequence[PurePosixPath], language: Language) -> list[ScenarioRun]:
    content, remaining, runs = definitions.compile_files(files), MAX_STEPS_OF_ALL, []
    for path in paths:
        trace = LimitedTrace(min(MAX_STEPS, remaining))
        scenario = read_scenario(path, files[path])
        runs.append(_run_result(scenario, trace, _run_limited(content, scenario, trace), language))
        remaining -= min(remaining, trace.steps)
    return runs


def _run_limited(content: CompiledDeployment, scenario: Scenario, trace: LimitedTrace) -> EngineError | None:
    """Why a scenario does not hold, None when it does."""
    count = len(scenario.steps)
    if count > MAX_SCENARIO_STEPS:
        return UnmetExpectation("scenario-has-too-many-steps", count=count, most=MAX_SCENARIO_STEPS)
    try:
        return run_scenario(content, scenario, trace).failure
    except Exception as error:  # noqa: BLE001 - one odd scenario must not keep the others from being run.
        return UnmetExpectation("scenario-cannot-run", kind=type(error).__name__)


def _run_result(
    scenario: Scenario, trace: LimitedTrace, failure: EngineError | None, language: Language
) -> ScenarioRun:
    return ScenarioRun(
        path=str(scenario.path),
        name=scenario.name,
        process=scenario.process,
        failure="" if failure is None else say(failure, language),
        step=failure.step if isinstance(failure, ScenarioFailure) else 0,
        nodes=tuple(sorted(trace.nodes)),
        flows=tuple(sorted(trace.flows)),
    )


class LimitedTrace(Trace):
    """What one scenario walks, in a limited number of steps of the process: whoever takes more fails."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit, self.steps = limit, 0

    def observe(self, workflow: Any, since: int) -> None:
        """Count one step and collect what it walked; raises UnmetExpectation when it is one too many."""
        self.steps += 1
        if self.steps <= self.limit:
            super().observe(workflow, since)
        elif self.limit < MAX_STEPS:
            raise UnmetExpectation("trial-steps-used-up", most=MAX_STEPS_OF_ALL)
        else:
            raise UnmetExpectation("scenario-never-ends", most=MAX_STEPS)


def _diagram_coverage(coverage: ScenarioCoverage, path: PurePosixPath) -> DiagramCoverage:
    diagram = coverage.drawn[path]
    nodes, flows = coverage.uncovered_in(path)
    return DiagramCoverage(str(path), len(diagram.nodes), len(diagram.flows), tuple(nodes), tuple(flows))
