"""Faults in a text column: the rule and its facts as JSON, rendered later in the reader's language.

A row from an older version of the program holds a sentence, which is shown unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from engine.translation.catalogue import SOURCE, Language
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Fault, Term, fact_text, say


def encode_fault(fault: Fault) -> str:
    """A fault as the text that `stored_sentence` reads; equal faults have equal texts."""
    return json.dumps(_native_fault(fault), ensure_ascii=False, sort_keys=True)


def _native_fault(fault: Fault) -> dict[str, object]:
    return {"rule": fault.rule, "facts": {name: _native_fact(fact) for name, fact in fault.facts.items()}}


def _native_fact(fact: object) -> Any:
    """A fact in JSON: faults and terms stay translatable, everything else is the same in both languages."""
    match fact:
        case Term(sentence):
            return {"term": sentence}
        case str() | int() | float() | None:
            return fact
        case list() | tuple():
            return [_native_fact(item) for item in fact]
        case set() | frozenset():
            return sorted(fact_text(item, SOURCE) for item in fact)
        case object(rule=str(), facts=Mapping()):
            return _native_fault(fact)
    return fact_text(fact, SOURCE)


def stored_sentence(text: str, language: Language) -> str:
    """A stored fault as a sentence in `language`; text that is not a fault, such as an older sentence, is returned.

    A fault whose rule has changed its facts since it was stored is shown by the name of its rule.
    """
    fault = _decode_fault(text)
    if fault is None:
        return text
    try:
        return say(fault, language)
    except (KeyError, IndexError):
        return fault.rule


def _decode_fault(text: str) -> PlainFault | None:
    try:
        content = json.loads(text)
    except ValueError:
        return None
    fault = _read_fact(content)
    return fault if isinstance(fault, PlainFault) else None


def _read_fact(content: Any) -> object:
    match content:
        case {"rule": str(rule), "facts": dict(facts)}:
            return PlainFault(rule, {name: _read_fact(fact) for name, fact in facts.items()})
        case {"term": str(sentence)}:
            return Term(sentence)
        case list():
            return [_read_fact(item) for item in content]
    return content
