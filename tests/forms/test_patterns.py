"""Patterns: what they accept, and that none of those accepted can keep the server busy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.translation.sentences.forms import SENTENCES
from engine.translation.wording import say
from forms.patterns import MAX_TEXT, BadPattern, compile_pattern
from forms.problems import FormProblem

SLOW = [
    *[r"^(a+)+$", r"^(a*)*$", r"^(a|a)*$", r"^(a|ab)+$", r"^(\d+,?)+$", r"^((a?){20}){20}$", r"^(a?b?){30}$"],
    *[r"^\w*\w*\w*$", r"^.*.*.*x$", r"^(a{1,500}){2,}$", r"^" + "a?" * 30 + "$"],
]
OUTSIDE = [
    (r"[0-9]+", "ends"),
    (r"^[0-9]+", "ends"),
    (r"^$", "ends"),
    (r"^a|b$", "outside"),
    (r"^a)$", "outside"),
    (r"^(a$", "open"),
    (r"^()$", "empty"),
    (r"^(a|)$", "empty"),
    (r"^(?=a)a$", "extension"),
    (r"^(?P<x>a)$", "extension"),
    (r"^(a)\1$", "escape"),
    (r"^\bword\b$", "escape"),
    (r"^a\$", "escape"),
    (r"^[\b]$", "escape"),
    (r"^a+?$", "repeat"),
    (r"^a**$", "repeat"),
    (r"^*a$", "repeat"),
    (r"^a{,3}$", "count"),
    (r"^a{3,2}$", "range"),
    (r"^a{0}$", "range"),
    (r"^a{501}$", "range"),
    (r"^a^b$", "sign"),
    (r"^a]$", "sign"),
    (r"^[]$", "class"),
    (r"^[a$", "class"),
    (r"^[[a]$", "class"),
    (r"^[a--b]$", "doubled"),
    (r"^[z-a]$", "syntax"),
    (r"^" + "(" * 6 + "a" + ")" * 6 + "$", "depth"),
    (r"^" + "a" * 200 + "$", "long"),
]


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        (r"^[0-9]{3,4}[ .-]?[0-9]{3}$", "091 234"),
        (r"^\d+(,\d{1,2})?$", "12,5"),
        (r"^(?:[A-Z]{2}|[a-z]{2})\.\w*$", "DN.x_1"),
        (r"^[^@\s]+@\w{1,10}\.vn$", "an@dongnai.vn"),
        (r"^(0[1-9]|[12]\d|3[01])/(0[1-9]|1[0-2])$", "31/12"),
        (r"^[À-ỹA-Za-z ]{2,}$", "Ấp Ở Ổ"),
        (r"^\(a\)\$$", "(a)$"),
        (r"^((ab){2}c){1,20}$", "ababc"),
    ],
)
def test_ordinary_patterns_work(pattern: str, value: str) -> None:
    assert compile_pattern(pattern).fullmatch(value)


@pytest.mark.parametrize("pattern", SLOW)
def test_patterns_that_could_take_very_long_are_refused(pattern: str) -> None:
    with pytest.raises(BadPattern) as caught:
        compile_pattern(pattern)
    assert caught.value.rule == "form-pattern-slow"


@pytest.mark.parametrize(("pattern", "rule"), OUTSIDE)
def test_a_pattern_outside_the_language_is_refused_with_a_reason(pattern: str, rule: str) -> None:
    with pytest.raises(BadPattern) as caught:
        compile_pattern(pattern)
    assert caught.value.rule == f"form-pattern-{rule}"
    problem = FormProblem("", caught.value.rule, facts=caught.value.facts)
    assert say(problem, "vi").endswith(".")
    assert say(problem, "en").endswith(".")


def test_every_reason_to_refuse_a_pattern_is_driven() -> None:
    assert {f"form-pattern-{rule}" for _, rule in OUTSIDE} | {"form-pattern-slow"} == {
        rule for rule in SENTENCES if rule.startswith("form-pattern-")
    }


pieces = st.sampled_from([*"ab.()|*+?", "[ab]", "\\d", "\\w", "{2}", "{1,3}", "{2,}", "(?:"])


@pytest.mark.timeout(600)
@given(st.lists(pieces, min_size=1, max_size=12).map("".join))
def test_an_accepted_pattern_ends_soon_on_hostile_text(inner: str) -> None:
    try:
        compiled = compile_pattern(f"^{inner}$")
    except BadPattern:
        return
    for hostile in ("a" * (MAX_TEXT - 1) + "!", "ab" * (MAX_TEXT // 2 - 1) + "!"):
        compiled.fullmatch(hostile)
