"""The proof on random diagrams: stored and restored after every step, a case does what the oracle says."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.walks import __main__ as command
from tests.walks import runner
from tests.walks.diagrams import Diagram, diagrams, draw
from tests.walks.record import load, record, save
from tests.walks.runner import LIMIT, run, spread
from tests.walks.sides import REFUSED, Step, View
from tests.walks.stored import Stored
from tests.walks.walker import replay, walk

LONG = "WALKS_LONG" in os.environ  # As `make walks` has it, after its own walks.
WALKS, PARTS = (500, 5) if LONG else (150, 3)


@pytest.mark.slow
# What fails here is due to the change; chance walks in `make walks`.
@settings(max_examples=100 if LONG else 25, derandomize=True)
@given(diagram=diagrams(), rnd=st.randoms(use_true_random=False))
def test_a_stored_case_does_what_the_oracle_says(diagram: Diagram, rnd: random.Random) -> None:
    made = walk(diagram.files, Stored.of(diagram.files), rnd, LIMIT, nested=diagram.nested)
    assert made.difference == [], made.steps


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_a_stored_case_does_what_the_oracle_says_on_known_seeds(part: int) -> None:
    tally = run(range(part * WALKS // PARTS, (part + 1) * WALKS // PARTS))
    assert [(item.seed, item.steps, item.difference) for item in tally.records] == []


class Forgetful(Stored):
    """A stored side that loses one value of each open task."""

    def view(self) -> View:
        seen = super().view()
        return replace(seen, open=tuple((element, data.replace('"x"', '"y"')) for element, data in seen.open))


class Refusing(Stored):
    """A stored side that takes no step."""

    def take(self, step: Step, now: datetime) -> str:
        return REFUSED


def test_a_lost_value_is_noticed() -> None:
    diagram = draw(random.Random(1))
    made = walk(diagram.files, Forgetful.of(diagram.files), random.Random(2), LIMIT)
    assert made.steps == []
    assert [line.partition(":")[0] for line in made.difference] == ["open"]


def test_a_step_that_only_one_side_takes_is_noticed() -> None:
    diagram = draw(random.Random(1))
    made = walk(diagram.files, Refusing.of(diagram.files), random.Random(2), LIMIT)
    assert len(made.steps) == 1
    assert made.difference[-1] == "outcome: 'done' is not 'refused'"


def test_a_saved_walk_is_walked_again(tmp_path: Path) -> None:
    rnd = random.Random(3)
    diagram = draw(rnd)
    made = walk(diagram.files, None, rnd, LIMIT, nested=diagram.nested)
    item = load(save(tmp_path, record(3, diagram, made)))
    again = replay(item.files, None, item.data, item.steps)
    assert (again.steps, again.outcomes, again.passed) == (made.steps, made.outcomes, made.passed)


def test_the_command_fails_when_a_walk_differs_and_saves_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(runner, "Stored", Forgetful)
    monkeypatch.setattr(command, "spread", lambda first, number, jobs, progress: run(range(first, first + number)))
    assert command.main(["3", "--seed", "40"]) == 1
    assert "seed 40, saved as" in capsys.readouterr().out
    assert sorted(place.name for place in tmp_path.iterdir()) == ["40", "41", "42"]
    assert command.main(["--replay", str(tmp_path / "40")]) == 0
    assert "do not differ" in capsys.readouterr().out


@pytest.mark.slow
def test_walks_over_several_processes_are_all_counted() -> None:
    seen: list[int] = []
    total = spread(0, 30, 2, lambda tally: seen.append(tally.walks))
    assert (total.walks, seen[-1], len(seen)) == (30, 30, 2)
    assert total.reached["user task"] > 20
