"""A proof holds when cases are walked: a walk through a proven diagram stands only where it waits for a condition."""

from __future__ import annotations

import random
from pathlib import PurePosixPath

from engine.bpmn.lint.check import prove_files
from engine.bpmn.lint.vocabulary import Vocabulary
from tests.walks.diagrams import draw
from tests.walks.runner import LIMIT
from tests.walks.walker import walk

SEEDS = range(60)


def test_no_walk_contradicts_a_proof() -> None:
    vocabulary = Vocabulary(forms=None, mails=None, messages=None, signals=None, names=None)
    proven = 0
    for seed in SEEDS:
        rnd = random.Random(seed)
        diagram = draw(rnd)
        files = {PurePosixPath("workflows") / name: xml for name, xml in diagram.files.items()}
        if {verdict.rule for verdict in prove_files(files, vocabulary)} == {"proof-proven"}:
            proven += 1
            made = walk(diagram.files, None, rnd, LIMIT, nested=diagram.nested)
            waits = "condition catch" in diagram.kinds.values()
            assert made.completed or made.failed or len(made.steps) == LIMIT or waits, seed
    assert proven > 30
