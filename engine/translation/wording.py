"""Words a broken rule: its one sentence in the reader's language, with the facts filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Protocol

from engine.translation.catalogue import SOURCE, Language, translate
from engine.translation.sentences import SENTENCES

_FORMATS: dict[type, str] = {datetime: "%H:%M %d/%m/%Y", date: "%d/%m/%Y", time: "%H:%M"}


class Fault(Protocol):
    """What broke which rule: an error of the program, a problem of a form, a finding of the checker."""

    @property
    def rule(self) -> str:
        """The key of its sentence."""

    @property
    def facts(self) -> Mapping[str, object]:
        """The values for the sentence's placeholders."""


@dataclass(frozen=True, slots=True)
class Term:
    """A fact that is itself a word of the program, such as the name of a kind: its Vietnamese, marked with `N_`."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Caption:
    """A fact that its author wrote in both languages, such as the name of a step."""

    vietnamese: str
    english: str


def say(fault: Fault, language: Language) -> str:
    """The sentence of `fault` in `language`."""
    return say_rule(fault.rule, fault.facts, language)


def say_rule(rule: str, facts: Mapping[str, object], language: Language) -> str:
    """The sentence of a rule; a rule without one, possible only through a bug, is shown unchanged."""
    sentence = SENTENCES.get(rule)
    if sentence is None:
        return rule
    return translate(sentence, language).format_map({name: fact_text(fact, language) for name, fact in facts.items()})


def fact_text(fact: object, language: Language) -> str:
    """A fact as shown in a sentence: numbers and instants in the language's format, faults and terms translated."""
    match fact:
        case Term(sentence):
            text = translate(sentence, language)
        case object(vietnamese=str(vietnamese), english=str(english)):
            text = vietnamese if language == SOURCE else english
        case set() | frozenset():
            text = ", ".join(sorted(fact_text(item, language) for item in fact))
        case list() | tuple():
            text = ", ".join(fact_text(item, language) for item in fact)
        case int() | float() if not isinstance(fact, bool):
            text = amount_text(fact, language)
        case date() | time():
            text = format(fact, _FORMATS.get(type(fact), ""))  # What stands for an unreadable one has its own.
        case object(rule=str(rule), facts=facts):
            text = say_rule(rule, facts, language)
        case _:
            text = str(fact)
    return text


def amount_text(amount: float, language: Language) -> str:
    """1234.5 as "1.234,5" in Vietnamese and "1,234.5" in English."""
    digits = f"{amount:,}" if isinstance(amount, int) else f"{Decimal(str(amount)):,f}"
    return digits.translate(str.maketrans(",.", ".,")) if language == SOURCE else digits
