"""An error is said in its reader's language: one sentence for each rule, whatever its facts are."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from engine.clock import VIETNAM
from engine.errors import BadInput, Invalid, NotFound, StepFailed
from engine.translation import sentences
from engine.translation.catalogue import N_
from engine.translation.wording import Term, fact_text, say, say_rule


def test_an_error_carries_its_rule_its_facts_and_its_field() -> None:
    error = Invalid("due", "due-in-the-past", due=date(2026, 11, 29))
    assert (error.field, error.rule, error.facts) == ("due", "due-in-the-past", {"due": date(2026, 11, 29)})


def test_an_error_without_a_rule_says_what_every_error_of_its_kind_says() -> None:
    assert say(NotFound(), "vi") == "Không có mục này."
    assert str(BadInput()) == say(BadInput(), "en") == "The input cannot be used."


@pytest.mark.parametrize(
    ("fact", "vietnamese", "english"),
    [
        ("văn bản", "văn bản", "văn bản"),
        (1234.5, "1.234,5", "1,234.5"),
        (0.000001, "0,000001", "0.000001"),
        (10**15, "1.000.000.000.000.000", "1,000,000,000,000,000"),
        (True, "True", "True"),
        (date(2026, 2, 1), "01/02/2026", "01/02/2026"),
        (datetime(2026, 2, 1, 8, 5, tzinfo=VIETNAM), "08:05 01/02/2026", "08:05 01/02/2026"),
        (["b", "a"], "b, a", "b, a"),
        ({"b", "a"}, "a, b", "a, b"),
        (Term(N_("Không có mục này.")), "Không có mục này.", "There is no such thing."),
        (StepFailed(node="x"), "Quy trình không đi tiếp được bước này.", "The process could not take this step."),
    ],
)
def test_facts_are_written_the_way_of_the_language(fact: object, vietnamese: str, english: str) -> None:
    assert (fact_text(fact, "vi"), fact_text(fact, "en")) == (vietnamese, english)


def test_a_rule_has_one_sentence_alone() -> None:
    with pytest.raises(ValueError, match="rules with two sentences: b"):
        sentences.merge([{"a": "1", "b": "2"}, {"b": "3"}])


def test_a_rule_that_nobody_worded_is_shown_as_it_is() -> None:
    assert say_rule("never-worded", {}, "vi") == "never-worded"
