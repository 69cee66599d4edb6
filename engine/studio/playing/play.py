"""A play as the page keeps it: a scenario without expectations, and how many of its acts have been taken.

Every request takes the acts again from the beginning, so nothing of a play is stored, and a step back is one act fewer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import PurePosixPath

from engine.errors import BadInput
from engine.scenarios.files import Provinces, Scenario, ScenarioStep, read_scenario
from engine.scenarios.scenario_text import render_scenario

MAX_ACTS = 200
PLAY_PATH = PurePosixPath("workflows/tests/play.yaml")  # A placeholder: a play is no file.


@dataclass(frozen=True, slots=True)
class Play:
    """The acts of `scenario`, of which the first `done` have been taken; those behind it can be taken as they are."""

    scenario: Scenario
    done: int = 0

    @property
    def text(self) -> str:
        """The scenario as its file would be."""
        return render_scenario(self.scenario).decode()

    @property
    def next_act(self) -> ScenarioStep | None:
        """The act that comes next of itself; None at the end of what there is."""
        return self.scenario.steps[self.done] if self.done < len(self.scenario.steps) else None

    def as_played(self) -> Scenario:
        """The scenario with the acts that have been taken, alone."""
        return replace(self.scenario, steps=self.scenario.steps[: self.done])

    def with_act(self, act: ScenarioStep) -> Play:
        """The play with one act more; what would have come next is dropped. Raises BadInput after MAX_ACTS."""
        steps = numbered_steps([*self.scenario.steps[: self.done], act])
        if len(steps) > MAX_ACTS:
            raise BadInput("play-too-long", most=MAX_ACTS)
        return Play(replace(self.scenario, steps=steps), self.done + 1)

    def moved_by(self, acts: int) -> Play:
        """The play so many acts further, or back."""
        return replace(self, done=min(max(0, self.done + acts), len(self.scenario.steps)))


def read_play(text: str, done: int, provinces: Provinces) -> Play:
    """The play that the page has sent back; raises BadInput for what is none."""
    play = begin_play(read_scenario(PLAY_PATH, text.encode(), provinces))
    return play.moved_by(done)


def begin_play(scenario: Scenario) -> Play:
    """A play that can follow a scenario; what it expects is left out, and the forms that it wants refused."""
    steps = numbered_steps(list(_acts_of(scenario)))
    if len(steps) > MAX_ACTS:
        raise BadInput("play-too-long", most=MAX_ACTS)
    return Play(replace(scenario, path=PLAY_PATH, steps=steps))


def numbered_steps(steps: list[ScenarioStep]) -> tuple[ScenarioStep, ...]:
    """The steps with their numbers, from 1."""
    return tuple(replace(step, number=number) for number, step in enumerate(steps, 1))


def _acts_of(scenario: Scenario) -> Iterator[ScenarioStep]:
    """The steps that do something; of the others the time that passes."""
    for step, following in zip_longest(scenario.steps, scenario.steps[1:]):
        is_refused = following is not None and following.kind == "expect" and "refused" in (following.values or {})
        if step.kind != "expect" and not is_refused:
            yield step
        elif step.at is not None:
            yield ScenarioStep(step.number, "until", at=step.at)
        elif step.after:
            yield ScenarioStep(step.number, "wait", after=step.after)
