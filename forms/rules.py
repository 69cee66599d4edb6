"""Reads the rules of a field from its properties in the form's document.

A rule is up to three properties, which the form editor shows and keeps: `refuse`, a condition that no accepted answer
fulfils, `refuse_vi`, what is said then, and `refuse_en`, the same in English. A second rule is `refuse_2`, and so on.
"""

from __future__ import annotations

from collections.abc import Mapping

from forms.condition_text import BadCondition, parse_condition
from forms.conditions import FACT_NAMES, FieldRule
from forms.fields import FormField
from forms.parts import DocumentPart

MAX_CONDITION = 500
MAX_SENTENCE = 500

_NAMES = ("refuse", *(f"refuse_{number}" for number in range(2, 10)))
RULE_KEYS = frozenset(f"{name}{ending}" for name in _NAMES for ending in ("", "_vi", "_en"))


def read_rules(properties: DocumentPart, fields: Mapping[str, FormField]) -> tuple[FieldRule, ...]:
    """The rules among a field's properties; they may name every field of the form, facts of time and of the case."""
    rules = (_read_rule(properties, name, fields) for name in _NAMES if _is_mentioned(properties, name))
    return tuple(rule for rule in rules if rule is not None)


def _is_mentioned(properties: DocumentPart, name: str) -> bool:
    return any(f"{name}{ending}" in properties.source for ending in ("", "_vi", "_en"))


def _read_rule(properties: DocumentPart, name: str, fields: Mapping[str, FormField]) -> FieldRule | None:
    text = properties.read_text(name, MAX_CONDITION, required=True)
    sentence = properties.read_caption(f"{name}_vi", MAX_SENTENCE, required=True)
    english = properties.read_caption(f"{name}_en", MAX_SENTENCE)
    if not text:
        return None
    known = {key: field for key, field in fields.items() if key}
    try:
        return FieldRule(parse_condition(text, known, facts=True, unknown="form-rule-name"), sentence, english)
    except BadCondition as error:
        properties.report_problem(name, error.rule, facts=", ".join(FACT_NAMES), **error.facts)
        return None
