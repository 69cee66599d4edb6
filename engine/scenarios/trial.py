"""Tries the scenarios of a draft: reports what failed, the path each one took, and what none of them covered.

Every run ends: each scenario takes a limited number of process steps, and so do all of them together; a step itself
passes a limited number of elements.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.trace import FlowKey, NodeKey, Trace, parse_diagram_graph
from engine.errors import EngineError, InvalidFiles
from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.scenarios import deployment_check
from engine.scenarios.beginning import UnmetExpectation
from engine.scenarios.course import ScenarioCourse
from engine.scenarios.deployment_check import Units
from engine.scenarios.files import SHIPPED_PROVINCES, Provinces, Scenario, read_scenario
from engine.scenarios.runner import (
    ScenarioCoverage,
    ScenarioFailure,
    run_scenario,
    scenario_paths,
)
from engine.translation.catalogue import Language
from engine.translation.wording import say

Files = Mapping[PurePosixPath, bytes]

# The longest shipped scenario takes 42 steps; a step takes about 2 ms.
MAX_STEPS = 500
# For all scenarios of one trial together; the shipped ones take 600.
MAX_STEPS_OF_ALL = 10_000
MAX_SCENARIO_STEPS = 1_000  # Steps written in one scenario, including its expectations.


@dataclass(frozen=True, slots=True)
class BlockingProblem:
    """A problem in the draft's files that prevents the scenarios from running."""

    file: str
    line: int
    element: str
    rule: str
    message: str


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """One scenario: why it failed, in the reader's language (empty if it passed), and the path it took.

    `step` counts the scenario's steps from 1; 0 is its start. Elements are (process, id), sequence flows (process,
    source, target); an embedded sub-process also counts as a process.
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
    """Coverage of one diagram: how many elements and sequence flows it has, and which ones no scenario covered."""

    path: str
    nodes: int
    flows: int
    missing_nodes: tuple[NodeKey, ...]
    missing_flows: tuple[FlowKey, ...]


@dataclass(frozen=True, slots=True)
class TrialResult:
    """The result of a trial. If there are mistakes, no scenario was run."""

    mistakes: tuple[BlockingProblem, ...] = ()
    scenarios: tuple[ScenarioRun, ...] = ()
    coverage: tuple[DiagramCoverage, ...] = ()


def try_scenarios(
    files: Files,
    language: Language = "vi",
    only: PurePosixPath | None = None,
    provinces: Provinces = SHIPPED_PROVINCES,
) -> TrialResult:
    """Check the files, then run their scenarios in path order, or `only` the one at that path."""
    problems = deployment_check.problems_in(files, language, provinces)
    if problems:
        return TrialResult(
            tuple(
                BlockingProblem(str(problem.file), problem.line, problem.element, problem.rule, problem.message)
                for problem in problems
            )
        )
    paths = [path for path in scenario_paths(files) if only in (None, path)]
    return summarise_runs(files, _run_scenarios(files, paths, language, provinces))


def summarise_runs(files: Files, runs: Sequence[ScenarioRun]) -> TrialResult:
    """The result of runs over files without problems, with what none of them covered."""
    trace = Trace(
        {node for scenario_run in runs for node in scenario_run.nodes},
        {flow for scenario_run in runs for flow in scenario_run.flows},
    )
    diagrams = {path: parse_diagram_graph(data) for path, data in sorted(files.items()) if path.suffix == ".bpmn"}
    coverage = ScenarioCoverage(trace, diagrams)
    return TrialResult((), tuple(runs), tuple(_diagram_coverage(coverage, path) for path in diagrams))


def list_failures(
    files: Files,
    language: Language = "vi",
    provinces: Provinces = SHIPPED_PROVINCES,
    units: Units | None = None,
) -> list[str]:
    """One sentence per failing scenario, so that the person deploying the files gives a reason.

    Checks the files, codes of units too where `units` are given, and runs their scenarios, each once. Raises
    InvalidFiles if the files do not pass the check.
    """
    problems = deployment_check.problems_in(files, language, provinces, units=units)
    if problems:
        raise InvalidFiles(problems)
    return [
        f"{scenario_run.path}: {scenario_run.failure}"
        for scenario_run in _run_scenarios(files, scenario_paths(files), language, provinces)
        if scenario_run.failure
    ]


@dataclass(frozen=True, slots=True)
class TriedScenario:
    """One scenario after its run: why it failed, None if it passed; the way and the course it took."""

    scenario: Scenario
    failure: EngineError | None
    trace: Trace
    course: ScenarioCourse


def run_files(
    files: Files,
    paths: Sequence[PurePosixPath] | None = None,
    provinces: Provinces = SHIPPED_PROVINCES,
    *,
    tick: Callable[[], None] | None = None,
) -> list[TriedScenario]:
    """Run the scenarios of files without problems, in path order, or only those at `paths`; `tick` hears of each."""
    content, remaining, tried = definitions.compile_files(files), MAX_STEPS_OF_ALL, []
    for path in scenario_paths(files) if paths is None else paths:
        trace = LimitedTrace(min(MAX_STEPS, remaining))
        tried.append(_run_limited(content, read_scenario(path, files[path], provinces), trace))
        remaining -= min(remaining, trace.steps)
        if tick is not None:
            tick()
    return tried


def _run_scenarios(
    files: Files, paths: Sequence[PurePosixPath], language: Language, provinces: Provinces
) -> list[ScenarioRun]:
    return [describe_run(one, language) for one in run_files(files, paths, provinces)]


def _run_limited(content: CompiledDeployment, scenario: Scenario, trace: LimitedTrace) -> TriedScenario:
    count = len(scenario.steps)
    if count > MAX_SCENARIO_STEPS:
        failure: EngineError = UnmetExpectation("scenario-has-too-many-steps", count=count, most=MAX_SCENARIO_STEPS)
        return TriedScenario(scenario, failure, trace, ScenarioCourse())
    try:
        outcome = run_scenario(content, scenario, trace)
    except Exception as error:  # noqa: BLE001 - one broken scenario must not stop the others.
        failure = UnmetExpectation("scenario-cannot-run", kind=type(error).__name__)
        return TriedScenario(scenario, failure, trace, ScenarioCourse())
    return TriedScenario(scenario, outcome.failure, trace, outcome.course)


def describe_run(tried: TriedScenario, language: Language) -> ScenarioRun:
    """A run with its failure as a sentence."""
    scenario, failure = tried.scenario, tried.failure
    return ScenarioRun(
        path=str(scenario.path),
        name=scenario.name,
        process=scenario.process,
        failure="" if failure is None else say(failure, language),
        step=failure.step if isinstance(failure, ScenarioFailure) else 0,
        nodes=tuple(sorted(tried.trace.nodes)),
        flows=tuple(sorted(tried.trace.flows)),
    )


class LimitedTrace(Trace):
    """Traces one scenario and fails it when it exceeds a limited number of process steps."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.limit, self.steps = limit, 0

    def observe(self, workflow: Any, since: int) -> None:
        """Count one step and collect its trace; raises UnmetExpectation above the limit."""
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
