"""Puts a new step into the scenarios that come by it: wherever its task is open and nothing in the scenario does it.

Many scenarios fail at once when a step is added to a diagram; most of them need nothing else than somebody who does it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.bpmn.trace import Trace
from engine.errors import EngineError
from engine.process.definitions import CompiledDeployment
from engine.scenarios.files import Scenario, ScenarioStep
from engine.scenarios.runner import SteppedScenario, run_scenario
from engine.scenarios.trial import MAX_STEPS, LimitedTrace, TriedScenario

MOST_TIMES = 20  # How often one scenario may do the new step.


@dataclass(frozen=True, slots=True)
class StepInsertion:
    """A scenario that comes by a step: as it would be with it, where, and how it ends with and without.

    `places` counts the scenario's steps as they are; 0 is its start. A failure is None where the scenario passes.
    """

    scenario: Scenario
    revised: Scenario
    places: tuple[int, ...]
    failure_before: EngineError | None
    failure_after: EngineError | None

    @property
    def is_offered(self) -> bool:
        """Whether the scenario passes with the step."""
        return self.failure_after is None

    @property
    def is_needed(self) -> bool:
        """Whether it fails without, and only for want of the step."""
        return self.failure_before is not None and self.is_offered


def plan_insertions(
    content: CompiledDeployment, tried: Iterable[TriedScenario], task: str, answers: Mapping[str, Any] | None
) -> list[StepInsertion]:
    """What putting a task with its answers into scenarios would do to each that comes by the task and leaves it."""
    step = ScenarioStep(0, "task", task, values=None if answers is None else dict(answers))
    plans = []
    for one in tried:
        if leaves_undone(one, task):
            revised, places = insert_step(content, one.scenario, step)
            if places:
                after = run_scenario(content, revised, LimitedTrace(MAX_STEPS)).failure
                plans.append(StepInsertion(one.scenario, revised, places, one.failure, after))
    return plans


def insert_step(
    content: CompiledDeployment, scenario: Scenario, step: ScenarioStep
) -> tuple[Scenario, tuple[int, ...]]:
    """The scenario with the step wherever its task is open and the next step does not ask for it, and these places."""
    run = SteppedScenario(content, scenario, LimitedTrace(MAX_STEPS))
    steps: list[ScenarioStep] = []
    places: list[int] = []
    rest = list(scenario.steps)
    try:
        run.start_instance()
        while True:
            while _is_open(run, step.name) and not _asks_for(rest[0] if rest else None, step.name):
                if len(places) == MOST_TIMES or run.refused is not None:
                    break
                places.append(len(scenario.steps) - len(rest))
                steps.append(step)
                run.run_step(step)
            if not rest:
                break
            steps.append(rest.pop(0))
            run.run_step(steps[-1])
    except EngineError:
        pass  # What comes after the failure stays as it is; the run of the whole says how it ends.
    numbered = tuple(replace(one, number=number) for number, one in enumerate([*steps, *rest], 1))
    return replace(scenario, steps=numbered), tuple(places)


def leaves_undone(tried: TriedScenario, task: str) -> bool:
    """Whether a scenario comes by a task and has no step that does it."""
    does = any(step.kind == "task" and step.name == task for step in tried.scenario.steps)
    return not does and any(offered.node == task for offered in tried.course.tasks)


def stand_before(content: CompiledDeployment, scenario: Scenario, task: str) -> SteppedScenario | None:
    """The scenario's case where the task is first open; None where it never is."""
    run = SteppedScenario(content, scenario, Trace())
    try:
        run.start_instance()
        for step in scenario.steps:
            if _is_open(run, task):
                break
            run.run_step(step)
    except EngineError:
        pass  # It may have failed at the very task.
    return run if _is_open(run, task) else None


def _is_open(run: SteppedScenario, task: str) -> bool:
    return any(one.node == task for one in run.case.open.values())


def _asks_for(step: ScenarioStep | None, task: str) -> bool:
    """Whether a step does the task or expects it to be open."""
    if step is None:
        return False
    values = step.values or {}
    named = (*(values.get("open") or ()), *(values.get("unit") or ())) if step.kind == "expect" else ()
    return task in named or (step.kind == "task" and step.name == task)
