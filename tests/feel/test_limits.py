"""No text and no value makes FEEL take long or much: a corpus of bombs."""

from __future__ import annotations

import contextlib
import tracemalloc

import pytest

from engine.feel.expression import evaluate
from engine.feel.reasons import FeelSyntaxError
from tests.kit.speed import processor_time, tenth_of_a_second

BYTES = 64 * 2**20
A = "a" * 5000
BOMBS = {
    "a long range": "for i in 1..1000000000 return i",
    "ranges multiplied": "for a in 1..100000, b in 1..100000 return a * b",
    "deep brackets": "(" * 5000 + "1" + ")" * 5000,
    "deep lists": "[" * 59 + "1" + "]" * 59,
    "many signs": "-" * 15000 + "1",
    "a long sum": "+".join(["1"] * 9000),
    "towers of powers": "9 ** 9 ** 9 ** 9",
    "a number of many digits": "1" * 15000,
    "a text that doubles": 'for i in 1..60 return if i = 1 then "aaaaaaaaaaaa" else partial[-1] + partial[-1]',
    "a list that doubles": "for i in 1..60 return if i = 1 then [1, 2] else concatenate(partial[-1], partial[-1])",
    "copies of what there is": "for i in 1..100000 return partial",
    "a pattern that goes back": f'matches("{"a" * 40}!", "^(a+)+$")',
    "a pattern with many stars": f'matches("{A}", "(a*)*(a*)*(a*)*b")',
    "a pattern with references": f'matches("{"a" * 300}", "^(a|aa)+\\\\1b$")',
    "a pattern that is repeated": 'matches("a", "(((a{1000}){1000}){1000})")',
    "a replacement that grows": f'replace("{A}", "a", "{A}")',
    "a function that calls itself": "{f: function(x) f(x), y: f(1)}.y",
    "a function that calls itself twice": "{f: function(g, n) g(g, n - 1) + g(g, n - 1), y: f(f, 100)}.y",
    "a sort of much": "sort(for i in 1..50000 return -i, function(a, b) a < b)",
    "all pairs of much": "distinct values(for i in 1..20000 return i)",
    "all days of history": 'for d in @"0001-01-01"..@"9999-12-31" return d',
    "contexts without end": "for i in 1..100000 return {a: i, b: i, c: i}",
    "a text without end": '"' + "\\" * 15000,
    "one name of many words": "a " * 9000,
    "a path without end": "a" + ".a" * 9000,
    "calls of calls": "a" + "()" * 9000,
    "many declared names": "{" + "a b: 1, " * 2000 + "c: 1}",
    "durations beyond time": '@"P999999999Y" * 999999999',
    "dates beyond time": 'date(999999999, 12, 31) + @"P999999999Y"',
}


def attempt(text: str) -> None:
    with contextlib.suppress(FeelSyntaxError):
        evaluate(text)


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_time(name: str) -> None:
    attempt("1")  # The grammar is made once.
    limit = 10 * tenth_of_a_second()  # A second on a quiet machine.
    assert any(processor_time(lambda: attempt(BOMBS[name])) < limit for _ in range(3))  # Others may have slowed it.


HEAVY = ("a text that doubles", "a list that doubles", "copies of what there is", "contexts without end")


@pytest.mark.parametrize("name", HEAVY)
def test_a_bomb_stays_small(name: str) -> None:
    attempt("1")
    tracemalloc.start()
    attempt(BOMBS[name])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < BYTES


def test_a_limit_is_the_reason() -> None:
    answer = evaluate("for i in 1..1000000000 return i")
    assert (answer.value, [reason.rule for reason in answer.reasons]) == (None, ["feel-too-many-steps"])
