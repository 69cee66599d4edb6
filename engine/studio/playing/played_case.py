"""Where the case of a play stands after its acts: what is open, waits, was passed, and what its data have become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.bpmn.starting import StartEvent, list_start_events
from engine.bpmn.virtual_case import CourseTask
from engine.errors import EngineError, StepFailed
from engine.process.definitions import CompiledDeployment
from engine.scenarios.files import ScenarioStep
from engine.scenarios.new_effects import NewEffects
from engine.scenarios.runner import SteppedScenario
from engine.studio.playing.passed_order import PassedElement, PassedOrder
from engine.studio.playing.play import Play


@dataclass(frozen=True, slots=True)
class PlayedAct:
    """An act that was taken: what it passed in order, the data before it, and what a scenario would expect after it."""

    step: ScenarioStep | None
    passed: tuple[PassedElement, ...]
    data_before: Mapping[str, Any]
    expectation: Mapping[str, Any]


class FailedAct(EngineError):
    """An act of a play cannot be taken: at which element of the drawing, "" where none is to blame, and why."""

    def __init__(self, element: str, reason: EngineError) -> None:
        super().__init__(reason.rule, **reason.facts)
        self.element, self.reason = element, reason


class PlayedCase:
    """The case of a play, with the acts that brought it here; raises FailedAct for one that cannot be taken."""

    def __init__(self, content: CompiledDeployment, play: Play) -> None:
        self.trace = PassedOrder()
        self.run = SteppedScenario(content, play.scenario, self.trace)
        self.acts: list[PlayedAct] = []
        if not self.starts:
            self._take(None)
        for step in play.as_played().steps:
            self._take(step)

    @property
    def now(self) -> datetime:
        """What the case's clock shows."""
        return self.run.now

    @property
    def starts(self) -> list[StartEvent]:
        """The start events among which the play has to choose: those with a form, unless one begins by itself."""
        events = list_start_events(self.run.case.process)
        plain = [event for event in events if not event.trigger]
        return events if not plain or any(event.form for event in plain) else []

    @property
    def open_tasks(self) -> list[CourseTask]:
        """The open tasks in the order in which they opened."""
        return [task for _, task in sorted(self.run.case.open.items())]

    @property
    def data(self) -> Mapping[str, Any]:
        """The data of the case as they are now."""
        return self.run.case.process_data()

    def _take(self, step: ScenarioStep | None) -> None:
        """Take an act, or begin without one; notes what it has led to."""
        run = self.run
        before, was_open, given = self.data, set(run.case.open), set(run.notices)
        marks, deadline = len(run.marks), run.case.deadline
        try:
            self._run_step(step)
        except EngineError as error:
            raise FailedAct(_element_of(error, step), error) from error
        news = NewEffects(
            set(run.case.open) - was_open,
            {rung for rung, _ in run.notices - given},
            run.marks[marks:],
            run.case.finished,
        )
        opened = {number: (task.node, task.unit) for number, task in run.case.open.items()}
        expectation = news.expectation(opened, run.notices)
        if run.case.deadline != deadline:
            expectation["deadline"] = run.case.deadline
        self.acts.append(PlayedAct(step, self.trace.take_passed(), before, expectation))

    def _run_step(self, step: ScenarioStep | None) -> None:
        if step is None:
            self.run.start_instance()
            return
        self.run.run_step(step)
        self.run.advance_clock(self.run.now)  # What is long due happens at once.
        if self.run.refused is not None:
            raise self.run.refused


def _element_of(error: EngineError, step: ScenarioStep | None) -> str:
    """Where an act failed: at the element that the engine names, else at that of the act."""
    node = error.node if isinstance(error, StepFailed) else ""
    return node or (step.name if step is not None and step.kind in ("task", "begin") else "")
