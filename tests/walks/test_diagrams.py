"""Promises of the generator: the checker allows its diagrams, and walks through them meet every construct."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import PurePosixPath

import pytest

from engine.bpmn.lint.check import check_files
from engine.bpmn.lint.vocabulary import Vocabulary
from tests.walks.diagrams import Diagram, draw
from tests.walks.drawing import MESSAGES, Files
from tests.walks.flows import EVENTS, GATEWAYS
from tests.walks.runner import LIMIT
from tests.walks.walker import Walk, walk
from tests.walks.works import ACTIVITIES, BOUNDARIES

SEEDS = range(290, 610)
FORM = PurePosixPath("forms/answer.json")
CONSTRUCTS_BY_HAND = {**GATEWAYS, **EVENTS, **ACTIVITIES, **BOUNDARIES}
CONSTRUCTS = {
    "user task",
    "script task",
    "exclusive split",
    "exclusive merge",
    "parallel split",
    "parallel merge",
    "inclusive split",
    "inclusive merge",
    "branches end apart",
    "loop",
    "event gateway",
    *(
        f"event sub-process {kind}, {way}"
        for kind in ("timer", "message", "signal", "condition", "escalation")
        for way in ("interrupting", "non-interrupting")
    ),
    "event sub-process cycle timer, non-interrupting",
    "event sub-process error, interrupting",
    "signal end",
    "sub-process",
    "call activity",
    "terminate end",
    "error end",
    "multi-instance parallel",
    "multi-instance parallel, until",
    "multi-instance sequential",
    "multi-instance sequential, until",
    "multi-instance by number",
    "multi-instance of sub-process",
    "multi-instance of sub-process, until",
    "multi-instance of call",
    "multi-instance of call, until",
    "multi-instance by number of sub-process",
    "standard loop",
    "standard loop of sub-process",
    "timer catch",
    "message catch",
    "message throw",
    "signal catch",
    "condition catch",
    "boundary condition, interrupting",
    "boundary condition, non-interrupting",
    "signal throw",
    "escalation throw",
    "receive task",
    "send task",
    "correlation asked",
    "correlation answered",
    "data object written",
    "data object read",
    "boundary timer, interrupting",
    "boundary timer, non-interrupting",
    "boundary message, interrupting",
    "boundary message, non-interrupting",
    "boundary signal, interrupting",
    "boundary signal, non-interrupting",
    "boundary escalation, interrupting",
    "boundary escalation, non-interrupting",
    "boundary error, interrupting",
    "boundary cycle timer, non-interrupting",
}


@pytest.fixture(scope="module")
def walks() -> list[tuple[Diagram, Walk]]:
    """One walk of the oracle alone for each seed."""
    made = []
    for seed in SEEDS:
        rnd = random.Random(seed)
        diagram = draw(rnd)
        made.append((diagram, walk(diagram.files, None, rnd, LIMIT, nested=diagram.nested)))
    return made


@pytest.mark.slow
def test_walks_pass_every_construct_several_times(walks: list[tuple[Diagram, Walk]]) -> None:
    reached: Counter[str] = Counter()
    for diagram, made in walks:
        reached.update({kind for element, kind in diagram.kinds.items() if element in made.passed})
    assert set(reached) == CONSTRUCTS
    assert {kind: count for kind, count in reached.items() if count < 2} == {}


def test_most_walks_come_to_an_end_after_a_number_of_steps(walks: list[tuple[Diagram, Walk]]) -> None:
    assert sum(made.completed for _, made in walks) > 0.8 * len(walks)
    assert sum(len(made.steps) for _, made in walks) > 8 * len(walks)


def test_both_kinds_of_values_occur(walks: list[tuple[Diagram, Walk]]) -> None:
    nested = sum(diagram.nested for diagram, _ in walks)
    assert 0.3 * len(walks) < nested < 0.7 * len(walks)


def checked(files: Files) -> list[str]:
    """What the checker says about a deployment of these files."""
    deployment = {PurePosixPath("workflows") / name: xml for name, xml in files.items()}
    vocabulary = Vocabulary(forms=None, mails=None, messages=frozenset(MESSAGES), signals=None, names=None)
    return [str(problem) for problem in check_files({FORM: b"{}", **deployment}, vocabulary, "en")]


@pytest.mark.parametrize("part", range(4))
def test_the_checker_allows_random_diagrams(part: int) -> None:
    for seed in SEEDS[part::16]:
        assert checked(draw(random.Random(seed)).files) == []


@pytest.mark.parametrize("name", CONSTRUCTS_BY_HAND)
def test_the_checker_allows_the_hand_written_constructs(name: str) -> None:
    assert checked(CONSTRUCTS_BY_HAND[name]) == []


def test_a_seed_always_gives_the_same_diagram() -> None:
    assert draw(random.Random(17)) == draw(random.Random(17))
