"""Promises of translated expressions: they mean the same, and whatever is outside the grammar is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.coercions import COERCIONS
from engine.bpmn.compiled_texts import compile_text
from engine.bpmn.feel_marks import TEST
from engine.bpmn.language import compile_expression
from engine.bpmn.scripts import ExpressionLanguage
from engine.errors import ScriptError
from engine.studio.importing.expressions import (
    OutsideGrammar,
    is_vendor_expression,
    literal_value,
    translate_expression,
)

SAME = {
    "${amount > 100 && approved == true}": "as_number(amount) > 100 and as_truth(approved) == True",
    "=amount > 100 and approved": "=amount > 100 and approved",
    "#{ not done or a.b['c'] ne \"x\" }": "not as_truth(done) or a['b']['c'] != 'x'",
    "${x == null ? 'none' : items[0].price}": "'none' if x is None else items[0]['price']",
    "${null == x}": "None == x",
    "${a lt 1 and b ge 2 or c mod 2 eq 0}": "as_number(a) < 1 and as_number(b) >= 2 or as_number(c) % 2 == 0",
    "${(a < b) == c}": "(a < b) == as_truth(c)",
    "= if not(done) then 1 else -2.5 ": "=if not(done) then 1 else -2.5",
    "=total between 1 and 5 and ok": "=total between 1 and 5 and ok",
    "=some x in items[price > 1] satisfies x in [1..5]": "=some x in items[price > 1] satisfies x in [1..5]",
    "=order.state != null": "=order.state != null",
    '=[1, "a"]': '=[1, "a"]',
    '="Đồng Nai"': '="Đồng Nai"',
}


@pytest.mark.parametrize("text", SAME)
def test_simple_expressions_are_translated(text: str) -> None:
    assert is_vendor_expression(text)
    assert translate_expression(text) == SAME[text]


# A condition, the data, and what the standard of its language says of it; None where we may only fail.
MEANINGS: list[tuple[str, dict[str, Any], bool | None]] = [
    ("${x == 5}", {"x": "5"}, True),
    ("${x == 5}", {"x": 5.0}, True),
    ("${x == 5}", {"x": None}, False),
    ("${x == 5}", {"x": "five"}, None),
    ("${x != 5}", {"x": None}, True),
    ("${x == '5'}", {"x": 5}, True),
    ("${x == 'true'}", {"x": True}, True),
    ("${x == 'new'}", {"x": 5}, False),
    ("${x > 5}", {"x": "10"}, True),
    ("${x > 5}", {"x": None}, False),
    ("${a + b == 3}", {"a": "1", "b": "2"}, True),
    ("${flag}", {"flag": "false"}, False),
    ("${flag}", {"flag": "true"}, True),
    ("${flag}", {"flag": None}, False),
    ("${flag}", {"flag": 1}, None),
    ("${!flag}", {"flag": "false"}, True),
    ("${flag == false}", {"flag": None}, False),
    ("${flag ? a > 1 : false}", {"flag": "true", "a": 2}, True),
    ("${x % 2 == 0}", {"x": -4}, True),
    ("${x % 2 != 0}", {"x": -3}, True),
    ("=0.1 + 0.2 = 0.3", {}, True),
    ("=a + b = 0.3", {"a": 0.1, "b": 0.2}, True),
    ("=x > 5", {"x": None}, False),
    ("=not(x > 5)", {"x": None}, False),
    ("=not(x > 5)", {"x": 4}, True),
    ("=not(x = 5)", {"x": None}, True),
    ("=not(flag)", {"flag": None}, False),
    ("=not(flag)", {"flag": False}, True),
    ("=flag", {"flag": "false"}, False),
    ("=flag and x > 1", {"flag": "yes", "x": 2}, False),
    ("=not(x > 5 and flag)", {"x": None, "flag": False}, True),
    ("=not(x between 1 and 5)", {"x": None}, False),
    ("=not(x between 1 and 5)", {"x": 7}, True),
    ("=if flag then x > 1 else x > 3", {"flag": None, "x": 2}, False),
]


def as_a_test(condition: str) -> str:
    """A condition as the engine has it."""
    return f"{TEST}{condition[1:]}" if condition.startswith("=") else condition


@pytest.mark.parametrize(("text", "data", "holds"), MEANINGS, ids=str)
def test_a_condition_holds_where_it_holds_in_its_own_language(text: str, data: dict[str, Any], holds: Any) -> None:
    condition = translate_expression(text, is_condition=True)
    language = ExpressionLanguage({})
    if holds is None:
        with pytest.raises(ScriptError):
            language.evaluate(condition, data)
    else:
        assert bool(language.evaluate(as_a_test(condition), data)) is holds


OUTSIDE = {
    "a remainder of another sign": "${-7 % 3}",
    "two names of unknown kinds": "${a == b}",
    "arithmetic with a text": "${a + 'b'}",
    "a number for a truth": "${a && 1}",
    "a method": "${execution.getVariable('x')}",
    "a function of JUEL": "${fn:length(a)}",
    "two expressions": "${a} and ${b}",
    "text around": "${a}-${b}",
    "too many brackets": f"={'(' * 70}a{')' * 70}",
    "too long": "=" + "a" * 30_000,
    "a function that FEEL has not": "=working_hour(2)",
    "empty": "${empty x}",
    "an assignment": "${a = 1}",
    "a lambda": "${x -> x}",
    "nothing": "${}",
    "nothing after the sign": "=",
    "an open bracket": "${(a}",
    "an open text": '="a',
    "half a choice": "${a ? b}",
    "an unknown escape": "${'\\x'}",
    "a word of Python": "${lambda == 1}",
    "a variable of the other engine": "${nrOfInstances > 1}",
    "too many signs": "${" + "!" * 150 + "a}",
    "too many parts": "${" + " + ".join("a" * 200) + "}",
}


@pytest.mark.parametrize("text", OUTSIDE.values(), ids=OUTSIDE)
def test_what_is_outside_the_grammar_is_refused_and_not_guessed(text: str) -> None:
    with pytest.raises(OutsideGrammar) as refused:
        translate_expression(text)
    assert str(refused.value)


@pytest.mark.parametrize("text", ["amount > 100", "== 5", "", "working_hours(2)", "$ {a}", "{a}", '"P1D"'])
def test_our_own_expressions_are_not_foreign(text: str) -> None:
    assert not is_vendor_expression(text)


def test_literals_are_read() -> None:
    assert literal_value('=["a", "b"]') == ["a", "b"]
    assert literal_value("${'a'}") == "a"
    assert literal_value('= ("a") ') == "a"
    for text in ("=x", "=initiator", "=", "${f('a')}", '=f("a", "b")', "=f(1)", '=f("a") + 1'):
        with pytest.raises(OutsideGrammar):
            literal_value(text)


# Each expression three times: in JUEL, in FEEL and in Python, as an author of either would write it.
Triple = tuple[str, str, str]
NAMES = {"a": 3, "b": -2, "c": 0, "yes": True, "no": False}
NUMBERS = st.one_of(st.integers(0, 9).map(str), st.sampled_from(["a", "b", "c"])).map(lambda text: (text,) * 3)
SUMS = st.recursive(
    NUMBERS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: _each("{} {} {}", t[0], (t[1],) * 3, t[2])),
        inner.map(lambda t: _each("({})", t)),
        inner.map(lambda t: _each("-({})", t)),
    ),
    max_leaves=6,
)
COMPARED = {"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
TRUTHS = st.recursive(
    st.one_of(
        st.tuples(SUMS, st.sampled_from(sorted(COMPARED)), SUMS).map(
            lambda t: _each("{} + 0 {} {}", t[0], (t[1], COMPARED[t[1]], t[1]), t[2])
        ),
        st.sampled_from(
            [("yes", "yes", "yes"), ("no", "no", "no"), ("true", "true", "True"), ("false", "false", "False")]
        ),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda t: _each("{} {} {}", t[0], ("&&", "and", "and"), t[1])),
        st.tuples(inner, inner).map(lambda t: _each("{} {} {}", t[0], ("||", "or", "or"), t[1])),
        inner.map(lambda t: _each("{}({})", ("!", "not", "not "), t)),
        inner.map(lambda t: _each("({})", t)),
    ),
    max_leaves=5,
)


def _each(pattern: str, *parts: Triple) -> Triple:
    juel, feel, ours = (pattern.format(*texts) for texts in zip(*parts, strict=True))
    return juel, feel, ours


def value(text: str) -> Any:
    compile_expression(text)
    return eval(text, dict(COERCIONS), dict(NAMES))


@settings(deadline=None)
@given(TRUTHS)
def test_a_translated_expression_means_the_same(triple: Triple) -> None:
    juel, feel, ours = triple
    wanted = value(ours)
    assert value(translate_expression(f"${{{juel}}}", is_condition=True)) == wanted
    kept = translate_expression(f"={feel}", is_condition=True)
    assert kept == f"={feel}"
    assert ExpressionLanguage({}).evaluate(as_a_test(kept), NAMES) == wanted


@given(st.text(alphabet="ab1 .,()[]{}=!<>&|+-*/%?:'\"\\$#andortif\n", max_size=40), st.sampled_from(["${%s}", "=%s"]))
def test_no_text_does_anything_but_translate_or_be_refused(text: str, marks: str) -> None:
    try:
        found = translate_expression(marks % text)
    except OutsideGrammar:
        return
    compile_text(found)
