"""What can be wrong with a form or with answers to it, as values: which rule is broken, with which facts.

A rule is the key of a sentence, and whoever shows a problem has the sentences: a form speaks no language. Nobody else
may word a problem either: `marshmallow_messages` gives one of ours for each message that a field can raise, so that
none of marshmallow's English constants reaches a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_FACT = 300  # Names and values in a document may be of any length; a sentence about them may not.


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """One thing wrong with an answer."""

    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return _rule_text(self.rule, self.facts)


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing wrong with a form's document, so that its author can mend it.

    `path` leads to the entry in the document, `key` names the field it belongs to.
    """

    path: str
    rule: str
    key: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.path, f"({self.key})" if self.key else "")))
        what = _rule_text(self.rule, self.facts)
        return f"{where}: {what}" if where else what


class BadForm(Exception):
    """The form has problems."""

    def __init__(self, problems: list[FormProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def _rule_text(rule: str, facts: Mapping[str, object]) -> str:
    """A rule with its facts as a programmer reads them."""
    shown = ", ".join(f"{name}={fact}" for name, fact in facts.items())
    return f"{rule} ({shown})" if shown else rule


def bounded_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts as a sentence holds them: whole amounts as whole numbers, what is no number as a text not too long."""
    return {name: _bounded_fact(fact) for name, fact in facts.items()}


def _bounded_fact(fact: object) -> object:
    if isinstance(fact, AnswerProblem):
        return fact
    return _plain_number(fact) if isinstance(fact, int | float) else str(fact)[:MAX_FACT]


# Each key that a marshmallow field or schema in use here can raise by itself, and the rule that stands for it.
_RULES_BY_KEY: Mapping[str, str] = {
    "required": "form-answer-required",
    "null": "form-answer-required",
    "validator_failed": "form-answer-invalid",
    "invalid": "form-answer-invalid",
    "invalid_utf8": "form-answer-characters",
    "special": "form-answer-number",
    "too_large": "form-answer-number-size",
    "type": "form-answer-form",
    "unknown": "form-answer-unknown",
}


def answer_problem(rule: str, **amounts: float) -> AnswerProblem:
    """The problem of an answer that breaks `rule`; whole amounts are whole numbers."""
    return AnswerProblem(rule, bounded_facts(amounts))


def _plain_number(amount: float) -> float:
    return int(amount) if amount == int(amount) else amount


def marshmallow_messages(invalid: str = "form-answer-invalid") -> dict[str, Any]:
    """A problem for every key marshmallow may raise; `invalid` names the rule for a value of the wrong shape.

    marshmallow takes a text or a list for a message, and hands a list on as it is.
    """
    return {key: [AnswerProblem(rule)] for key, rule in {**_RULES_BY_KEY, "invalid": invalid}.items()}


def flatten_problems(messages: object) -> list[AnswerProblem]:
    """marshmallow's messages of one field as a flat list, each problem once: list items come as {index: [..]}."""
    if isinstance(messages, AnswerProblem):
        return [messages]
    nested: Iterable[object] = ()
    if isinstance(messages, Mapping):
        nested = messages.values()
    elif isinstance(messages, list):
        nested = messages
    problems: list[AnswerProblem] = []
    for part in nested:
        problems += [problem for problem in flatten_problems(part) if problem not in problems]
    return problems
