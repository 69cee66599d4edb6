"""Conditions over a form's answers: what hides a field, and what a rule of the form refuses.

They are written in a small part of FEEL: comparisons, `in ("a", "b")`, `list contains(many, "a")`, `and`, `or`,
`not(…)`.
A text is parsed once into a tree of lists, texts and numbers; `evaluate_tree` gives it meaning, and the page's script
`web/static/answers.js` gives the same tree the same meaning (tests/forms/test_page_evaluation.py compares them).
Nothing, an answer that was left blank or is hidden, is equal to null only; an order with it is neither true nor false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from forms.texts import VIETNAM

# What the table of evidence may ask of a result: nothing, a photo, a visit, or one of the two.
EVIDENCE_KINDS = ("none", "photo", "visit", "photo_or_visit")
# The facts that rules may name besides the form's fields: of time, and of the case with the values each may have.
TIME_FACTS = ("now", "received", "opened")
CASE_FACTS: Mapping[str, tuple[str, ...]] = {"evidence": EVIDENCE_KINDS}
FACT_NAMES = (*TIME_FACTS, *CASE_FACTS)

# What a value is compared as: as it is, or, for days and moments, as far as both sides say. A page's time boxes know
# minutes, so seconds do not count.
_LENGTHS: Mapping[str, int | None] = {"text": None, "day": 10, "minute": 16, "time": 5}
_OPERATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

Tree = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class AnswerCondition:
    """A parsed condition: its tree, which pages get as JSON, and the keys and facts that it names."""

    tree: Tree
    names: frozenset[str]

    def holds(self, answers: Mapping[str, object]) -> bool:
        """Whether it is true of loaded answers; a key that is missing from them counts as an answer left blank."""
        return evaluate_tree(self.tree, answers) is True


@dataclass(frozen=True, slots=True)
class FieldRule:
    """A rule across fields and time, stated at one field: `refuses` is true of answers that are not accepted.

    The sentence is its author's own, in both languages.
    """

    refuses: AnswerCondition
    sentence: str
    sentence_en: str = ""


@dataclass(frozen=True, slots=True)
class FormFacts:
    """What rules may ask besides the answers: the time, when the report came in, when the task was opened.

    `evidence` is what the case's process asks of a result, one of EVIDENCE_KINDS; empty where it has no table of that.
    """

    now: datetime | None = None
    received: datetime | None = None
    opened: datetime | None = None
    evidence: str = ""

    def values(self) -> dict[str, object]:
        """The facts in the shape of answers; an unknown one is nothing, so no comparison with it is true."""
        times = {name: _instant_text(getattr(self, name)) for name in TIME_FACTS}
        return {**times, "evidence": self.evidence or None}


def _instant_text(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(VIETNAM).isoformat(timespec="seconds")


def evaluate_tree(tree: Tree, answers: Mapping[str, object]) -> bool | None:
    """True, false, or None where nothing is compared with something, as in FEEL."""
    match tree:
        case ("and", *parts):
            return _combine([evaluate_tree(part, answers) for part in parts], decisive=False)
        case ("or", *parts):
            return _combine([evaluate_tree(part, answers) for part in parts], decisive=True)
        case ("not", part):
            value = evaluate_tree(part, answers)
            return None if value is None else not value
        case ("compare", sign, kind, left, right):
            return _compare(sign, _operand(kind, left, answers), _operand(kind, right, answers))
        case ("in", kind, left, values):
            value = _operand(kind, left, answers)
            return None if value is None else value in [_comparable(kind, item) for item in values]
        case ("contains", name, item):
            chosen = answers.get(name)
            return isinstance(chosen, list) and item in chosen
    raise ValueError(tree)


def _combine(values: list[bool | None], *, decisive: bool) -> bool | None:
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _operand(kind: str, part: Tree, answers: Mapping[str, object]) -> Any:
    value = answers.get(part[1]) if part[0] == "name" else part[1]
    return _comparable(kind, value)


def _comparable(kind: str, value: Any) -> Any:
    if value is None or value == []:
        return None
    return value[: _LENGTHS[kind]] if kind in _LENGTHS and isinstance(value, str) else value


def _compare(sign: str, left: Any, right: Any) -> bool | None:
    if sign == "=":
        return bool(left == right)
    if sign == "!=":
        return bool(left != right)
    return None if left is None or right is None else _OPERATIONS[sign](left, right)
