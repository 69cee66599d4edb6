"""Problems with a form or with answers to it, as values: the broken rule and its facts.

A rule is the key of a sentence; the code that shows a problem has the sentences, so forms are independent of language.
`marshmallow_messages` replaces every message that a field can raise, so that none of marshmallow's English constants
reaches a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

MAX_FACT = 300  # Names and values in a document may have any length; a sentence about them may not.


@dataclass(frozen=True, slots=True)
class AnswerProblem:
    """One problem with an answer."""

    rule: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return _rule_text(self.rule, self.facts)


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One problem in a form's document, for its author to fix.

    `path` locates the entry in the document, `key` is the field it belongs to.
    """

    path: str
    rule: str
    key: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        where = " ".join(filter(None, (self.path, f"({self.key})" if self.key else "")))
        what = _rule_text(self.rule, self.facts)
        return f"{where}: {what}" if where else what


@dataclass(frozen=True, slots=True)
class AuthorSentence:
    """A fact that the form's author wrote in both languages: the whole sentence of a rule."""

    vietnamese: str
    english: str

    def __str__(self) -> str:
        return self.vietnamese


class BadForm(Exception):
    """The form has problems."""

    def __init__(self, problems: list[FormProblem]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


def _rule_text(rule: str, facts: Mapping[str, object]) -> str:
    """A rule with its facts, for developers."""
    shown = ", ".join(f"{name}={fact}" for name, fact in facts.items())
    return f"{rule} ({shown})" if shown else rule


def bounded_facts(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts as used in sentences: whole amounts as integers, anything but numbers and problems as bounded text."""
    return {name: _bounded_fact(fact) for name, fact in facts.items()}


def _bounded_fact(fact: object) -> object:
    if isinstance(fact, AnswerProblem | AuthorSentence):
        return fact
    return _plain_number(fact) if isinstance(fact, int | float) else str(fact)[:MAX_FACT]


# Each error key that the marshmallow fields and schemas used here can raise themselves, and the rule that replaces it.
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
    """The problem of an answer that breaks `rule`; whole amounts become integers."""
    return AnswerProblem(rule, bounded_facts(amounts))


def _plain_number(amount: float) -> float:
    return int(amount) if amount == int(amount) else amount


def marshmallow_messages(invalid: str = "form-answer-invalid") -> dict[str, Any]:
    """A problem for every error key marshmallow may raise; `invalid` is the rule for a value of the wrong type.

    marshmallow accepts a text or a list as a message, and passes a list on unchanged.
    """
    return {key: [AnswerProblem(rule)] for key, rule in {**_RULES_BY_KEY, "invalid": invalid}.items()}


def flatten_problems(messages: object) -> list[AnswerProblem]:
    """marshmallow's messages for one field as a flat list without duplicates: list items come as {index: [..]}."""
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
