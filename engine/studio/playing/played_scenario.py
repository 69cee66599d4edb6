"""Makes a scenario of a play: its acts, each with what was seen after it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from engine.errors import BadInput
from engine.process.definitions import CompiledDeployment
from engine.scenarios.files import Scenario, ScenarioStep
from engine.scenarios.runner import run_scenario
from engine.scenarios.scenario_text import spell_instant
from engine.studio.playing.play import Play, numbered_steps
from engine.studio.playing.played_case import PlayedAct, PlayedCase
from engine.text import strip_diacritics

MOST_NAMED = 40
FOLDER = PurePosixPath("workflows/tests")


def scenario_of_play(content: CompiledDeployment, play: Play, name: str) -> Scenario:
    """The scenario of a play, which holds when it is run.

    Raises FailedAct, and BadInput for a play without any act, a missing name, or one whose scenario does not hold.
    """
    if not name.strip():
        raise BadInput("play-without-name")
    if not play.done:
        raise BadInput("play-without-acts")
    case = PlayedCase(content, play)
    steps = [step for act in case.acts for step in _steps_of(act)]
    scenario = replace(play.scenario, name=name.strip(), steps=numbered_steps(steps))
    failure = run_scenario(content, scenario).failure
    if failure is not None:
        raise BadInput("play-does-not-hold", reason=failure)
    return scenario


def name_file(name: str, taken: Mapping[PurePosixPath, bytes]) -> PurePosixPath:
    """A free path for a scenario of this name."""
    stem = re.sub(r"[^a-z0-9]+", "_", strip_diacritics(name))[:MOST_NAMED].strip("_") or "play"
    numbers = (FOLDER / f"{stem}{f'_{number}' if number > 1 else ''}.yaml" for number in range(1, len(taken) + 2))
    return next(path for path in numbers if path not in taken)


def _steps_of(act: PlayedAct) -> Iterator[ScenarioStep]:
    if act.step is not None:
        yield act.step
    yield ScenarioStep(0, "expect", values=_written(act.expectation))


def _written(expectation: Mapping[str, Any]) -> dict[str, Any]:
    """An expectation as a file has it: instants as texts."""
    at = expectation.get("deadline")
    return {**expectation, "deadline": spell_instant(at)} if at is not None else dict(expectation)
