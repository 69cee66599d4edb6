"""Promises of plain faults: they say what the error says, are equal when it is the same, and travel."""

from __future__ import annotations

import pickle

import pytest

from engine.errors import BadInput, StepFailed
from engine.scenarios.files import BadStep
from engine.translation.catalogue import LANGUAGES, Language
from engine.translation.plain_faults import PlainFault, plain_fault
from engine.translation.wording import say

STEP = BadStep(2, BadInput("scenario-duration-unreadable", text="soon"))
ERROR = StepFailed("in-step", node="verify", step="verify", reason=STEP, causes=[STEP, "x", 1])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plain_fault_says_what_its_error_says(language: Language) -> None:
    assert say(plain_fault(ERROR), language) == say(ERROR, language)


def test_it_is_the_same_after_a_journey() -> None:
    fault = plain_fault(ERROR)
    assert pickle.loads(pickle.dumps(fault)) == fault
    assert fault.facts["causes"] == [plain_fault(STEP), "x", 1]
    assert isinstance(fault.facts["reason"], PlainFault)
