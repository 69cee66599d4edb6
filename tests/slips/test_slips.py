"""Slips made at random on the shipped files: each is stopped with a sentence that names it, or nothing goes otherwise.

`make faults SLIPS=100` makes a hundred; the ordinary run takes a few, always the same.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from engine.process import definitions
from tests.paths import ROOT
from tests.slips.drawing_slips import DRAWING_SLIPS
from tests.slips.file_slips import FILE_SLIPS
from tests.slips.judge import HARMLESS, judge
from tests.slips.slip import Slip
from tests.slips.text_slips import TEXT_SLIPS

SHIPPED = definitions.read_deployment_folder(ROOT)
KINDS = {**DRAWING_SLIPS, **TEXT_SLIPS, **FILE_SLIPS}
SLIPS, SEED = int(os.environ.get("SLIPS", "6")), int(os.environ.get("SLIPS_SEED", "20261130"))
ATTEMPTS = 60


def make_slip(number: int) -> Slip:
    """The slip of a number: kinds take turns in an order that the seed decides."""
    kinds = sorted(KINDS)
    Random(SEED).shuffle(kinds)
    kind, dice = kinds[number % len(kinds)], Random(f"{SEED} {number}")
    return next(slip for _ in range(ATTEMPTS) if (slip := KINDS[kind](dice, SHIPPED)) is not None)


@pytest.mark.parametrize("number", range(SLIPS))
def test_a_slip_is_stopped_by_a_sentence_that_names_it_or_changes_nothing(number: int) -> None:
    slip = make_slip(number)
    judgement = judge(slip, SHIPPED)
    print(f"{judgement.outcome}: {slip.kind}, {slip.path}: {slip.about[:200]}")  # noqa: T201 - read in the long form.
    assert judgement.outcome == HARMLESS or judgement.is_named, (slip.kind, slip.path, slip.about, judgement.sentences)


@pytest.mark.slow
def test_every_kind_of_slip_can_be_made() -> None:
    for number in range(len(KINDS)):
        assert make_slip(number).files != SHIPPED
