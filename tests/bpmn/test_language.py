"""What the language refuses and what the refusal says, what compiling tells, and where the bounds lie."""

from __future__ import annotations

import ast
import contextlib
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.guards import PURE_FUNCTIONS
from engine.bpmn.language import FUNCTIONS, MAX_DEPTH, compile_expression, compile_script
from engine.bpmn.scripts import ExpressionLanguage
from engine.errors import ScriptError
from engine.translation.sentences.expressions import SENTENCES
from engine.translation.wording import say
from tests.paths import ROOT


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "Nothing is written here; an expression is expected."),
        ("  # later", "Nothing is written here; an expression is expected."),
        ("reply.outcome", "Line 1, column 6 of `reply.outcome`: '.' is not part of the language."),
        ("case **2", "Line 1, column 6 of `case **2`: '**' is not part of the language."),
        ("1 and\nlambda: 2", "Line 2, column 1 of `lambda: 2`: 'lambda' is not part of the language."),
        ('f"{case}"', "Line 1, column 2 of `f\"{case}\"`: '\"{case}\"' stands directly after 'f'."),
        ('"a" "b"', 'Line 1, column 5 of `"a" "b"`: two texts stand side by side: a comma or an operator is missing.'),
        ("_case", "Line 1, column 1 of `_case`: '_case' begins with '_', which names may not."),
        ("case = 1", "Line 1, column 6 of `case = 1`: '=' gives a name a value; to compare write '=='."),
        ("case ==", "Line 1, column 8 of `case ==`: it cannot be read (invalid syntax)."),
        ("(case", "Line 1, column 2 of `(case`: a bracket is not closed."),
        ("case)", "Line 1, column 5 of `case)`: a bracket closes that was not opened."),
        ("open('x')", "Line 1, column 1 of `open('x')`: there is no function 'open'."),
        ('"xã" == items[0:1]', 'Line 1, column 15 of `"xã" == items[0:1]`: a slice is not part of the language.'),
        ("{1: 2}", "Line 1, column 1 of `{1: 2}`: the keys between braces are texts."),
        ("case is 17", "Line 1, column 1 of `case is 17`: 'is' compares with None only; write '=='."),
        ("None is None", "Line 1, column 1 of `None is None`: a constant is never None."),
        ("len", "Line 1, column 1 of `len`: 'len' is a function: it can only be called."),
        ("case == 1\xa0", "Line 1, column 10 of `case == 1`: the character U+00A0 is not part of the language."),
        ("“case”", "Line 1, column 1 of `“case”`: '“' is not part of the language."),
    ],
)  # fmt: skip
def test_a_refusal_names_what_is_not_allowed_and_where(source: str, sentence: str) -> None:
    with pytest.raises(ScriptError) as caught:
        compile_expression(source)
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("source", "vietnamese"),
    [
        ("", "Chưa viết gì ở đây; cần một biểu thức."),
        ("reply.outcome", "Dòng 1, cột 6 của `reply.outcome`: '.' không thuộc ngôn ngữ biểu thức."),
        ("case ==", "Dòng 1, cột 8 của `case ==`: viết không đúng cú pháp."),
        ("1 if case", "Dòng 1, cột 1 của `1 if case`: sau 'if' trong biểu thức thiếu phần 'else'."),
        ("[1 2]", "Dòng 1, cột 2 của `[1 2]`: viết không đúng cú pháp; có thể thiếu dấu phẩy."),
        ("[1)", "Dòng 1, cột 3 của `[1)`: dấu đóng ngoặc không cùng loại với dấu mở ngoặc."),
        ("007", "Dòng 1, cột 1 của `007`: số không được bắt đầu bằng chữ số 0."),
        ("case = 1", "Dòng 1, cột 6 của `case = 1`: '=' là phép gán giá trị cho một tên; để so sánh hãy viết '=='."),
    ],
)
def test_a_refusal_is_said_in_vietnamese_too(source: str, vietnamese: str) -> None:
    with pytest.raises(ScriptError) as caught:
        compile_expression(source)
    assert say(caught.value, "vi") == vietnamese


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("if case\n    level = 1", "expression-colon-missing"),
        ("if case:\nlevel = 1", "expression-block-missing"),
        ("level = 1\n    case = 2", "expression-indent"),
        ("1 = level", "expression-assignment-target"),
        ("level", "expression-value-alone"),
        ("a = b = 1", "expression-several-names"),
    ],
)
def test_what_pythons_parser_says_of_a_script_is_a_rule_of_ours(source: str, rule: str) -> None:
    with pytest.raises(ScriptError) as caught:
        compile_script(source)
    reason = caught.value.facts["reason"]
    assert isinstance(reason, ScriptError)
    assert reason.rule == rule


RULES = {
    node.value
    for name in (
        *(
            "language",
            "guards",
            "coercions",
            "failures",
            "scripts",
            "functions",
            "operators",
            "clockwork",
            "timers",
            "step",
        ),
        *(
            "decision_tables",
            "comparisons",
            "repetitions",
            "scopes",
            "passed_elements",
            "message_keys",
            "feel_language",
            "feel_values",
            "feel_conversion",
        ),
    )
    for node in ast.walk(ast.parse((ROOT / f"engine/bpmn/{name}.py").read_text(encoding="utf-8")))
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
}


def test_every_sentence_of_the_language_has_a_rule_that_something_breaks() -> None:
    rules = {rule for rule in SENTENCES if not rule.startswith(("step-", "checker-"))}
    assert rules - RULES == set()
    prefixed = {text for text in RULES if re.fullmatch(r"(expression|running|value-kind|step|table)-[a-z-]+", text)}
    assert prefixed - SENTENCES.keys() == set()


def test_functions_offered_are_those_of_the_contract() -> None:
    pure = {"len", "min", "max", "abs", "round", "int", "float", "str", "bool", "sum", "sorted", "any", "all"}
    pure |= {"as_number", "as_text", "as_truth"}
    times = {"now", "working_hours", "working_days", "clock_hours", "reminder", "deadline", "chase_cap"}
    times |= {"overdue_by", "overdue_by_hours"}
    units = {"unit_above", "tier2_of", "unit_kind", "unit_name", "serving", "province_has_districts"}
    assert pure | times | units == FUNCTIONS
    assert PURE_FUNCTIONS.keys() == pure


def test_a_function_the_language_does_not_know_is_refused() -> None:
    with pytest.raises(ScriptError, match="no function open"):
        ExpressionLanguage({"open": open})


def test_compiled_tells_the_names_it_reads_and_writes() -> None:
    assert compile_expression('len(a) if b else c["k"]').names == {"a", "b", "c"}
    script = compile_script('x = a\ny += 1\nd["k"] = x\nif b:\n    z = 1')
    assert script.names == {"a", "x", "y", "d", "b"}
    assert script.assigned == {"x", "y", "d", "z"}
    assert script.changed == {"d"}


def test_depth_is_bounded_for_expressions_that_read_from_left_to_right() -> None:
    assert ExpressionLanguage({}).evaluate("1" + "+1" * (MAX_DEPTH - 3), {}) == MAX_DEPTH - 2
    with pytest.raises(ScriptError, match="nested too deeply"):
        compile_expression("1" + "+1" * MAX_DEPTH)


SIGNS = ["(", ")", "[", "]", "{", "}", ",", ":", "=", "==", "<", "+", "-", "*", "%", "/", ".", "\n", "\n    "]
PARTS = ["a", "b", "len", "max", "if", "else", "and", "not", "in", "is", "None", "1", "0.5", "for", '"t"', "'%d'"]
TEXT = st.text(st.sampled_from("abx01. \n\"'()[]{}<>=!+-*/%,:#_\\?ôif and orlen"), max_size=40)
WORDS = st.lists(st.sampled_from(SIGNS + PARTS), max_size=25).map(" ".join)


@given(source=st.one_of(TEXT, WORDS))
def test_any_text_comes_to_plain_data_or_is_refused(source: str) -> None:
    language, data = ExpressionLanguage({}), {"a": [1, "x"], "b": {"k": 2}}
    for run in (language.evaluate, language.execute):
        value: object = None
        with contextlib.suppress(ScriptError):
            value = run(source, data)
        json.dumps([value, data], allow_nan=False)
