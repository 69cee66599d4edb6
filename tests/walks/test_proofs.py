"""A proof holds when cases are walked: a walk through a proven diagram stands only where it waits for a condition."""

from __future__ import annotations

import random
from pathlib import PurePosixPath

from engine.bpmn.lint.check import advise_files, prove_files
from engine.bpmn.lint.vocabulary import Vocabulary
from tests.walks import drawing as d
from tests.walks.diagrams import draw
from tests.walks.flows import diagram, users
from tests.walks.oracle.side import Oracle
from tests.walks.runner import LIMIT
from tests.walks.sides import Complete
from tests.walks.walker import BEGIN, walk

SEEDS = range(60)
ANYTHING = Vocabulary(forms=None, mails=None, messages=None, signals=None, names=None)


def test_no_walk_contradicts_a_proof() -> None:
    proven = 0
    for seed in SEEDS:
        rnd = random.Random(seed)
        sketch = draw(rnd)
        files = {PurePosixPath("workflows") / name: xml for name, xml in sketch.files.items()}
        if {verdict.rule for verdict in prove_files(files, ANYTHING)} == {"proof-proven"}:
            proven += 1
            made = walk(sketch.files, None, rnd, LIMIT, nested=sketch.nested)
            waits = "condition catch" in sketch.kinds.values()
            assert made.completed or made.failed or len(made.steps) == LIMIT or waits, seed
    assert proven > 30


def test_goods_that_a_fork_prepares_twice_are_prepared_twice_by_the_oracle() -> None:
    """The shape of a public diagram that its own judges too find unsafe: packed and labelled, and then no join."""
    files = diagram(
        *users("clarify", "pack", "insure", "label", "prepare"),
        *(d.parallel("fork"), d.inclusive("some"), d.inclusive("all"), d.exclusive("merge")),
        flows="begin -> fork; fork -> clarify -> some; some -> insure if x == 1; some -> label else; insure -> all; "
        "label -> all; all -> merge; fork -> pack -> merge; merge -> prepare -> done",
    )
    placed = {PurePosixPath("workflows") / name: xml for name, xml in files.items()}
    assert "proof-twice" in {note.rule for note in advise_files(placed, ANYTHING)}
    oracle = Oracle(files)
    oracle.begin({"x": 0}, BEGIN)
    for name in ("pack", "clarify", "label"):
        oracle.take(Complete(name, 0, {}), BEGIN)
    assert oracle.offers().tasks == [("prepare", 0), ("prepare", 1)]
