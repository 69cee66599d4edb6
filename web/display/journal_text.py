"""Words the journal: what was done, to whom or what, and what changed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask_babel import gettext as _

from engine.actor import PERSON, parse_party, person_ids
from engine.clock import parse_instant
from web.display import filters, history_text
from web.display.history_text import PersonNames
from web.display.journal_captions import (
    FACT_CAPTIONS,
    PROOF_CAPTIONS,
    REFUSAL_CAPTIONS,
    SUBJECT_PATTERNS,
    VALUE_CAPTIONS,
)

MOST_ITEMS = 6  # Of a long list, as of units; the rest is counted.
DIGEST_LENGTH = 12  # As much of a digest as tells it apart.


def _moment_text(text: str) -> str:
    return filters.instant_text(parse_instant(text))


_PROOFS = ("seals", "tables", "mark", "loans", "used")  # Digests for `tongdai history verify`, of use to no reader.
_FORMATS: Mapping[str, Callable[[str], str]] = {
    "role": filters.role_caption,
    "unit": filters.unit_caption,
    "owner": filters.unit_caption,
    "field": filters.field_caption,
    "first": filters.typed_day,
    "week": filters.typed_day,
    "last": filters.typed_day,
    "until": _moment_text,
    "made_at": _moment_text,
    "digest": lambda text: text[:DIGEST_LENGTH],
    "reason": lambda text: str(REFUSAL_CAPTIONS.get(text, text)),
    "call_reason": filters.call_reason_caption,
    "proof": lambda text: str(PROOF_CAPTIONS.get(text, text)),
    "message": str,
    "name": str,
    "source": str,
}


def subject_text(people: PersonNames, subject: str) -> str:
    """What an act was done to, such as a person's name or a day; empty for the province or the program as a whole."""
    kind, key = parse_party(subject).kind, parse_party(subject).key
    if kind == PERSON:
        return history_text.actor_name(people, subject)
    if kind == "day":
        return filters.typed_day(key)
    if kind == "unit_kind":
        return str(filters.UNIT_KIND_CAPTIONS.get(key, key))
    return str(SUBJECT_PATTERNS[kind]) % {"key": key} if kind in SUBJECT_PATTERNS and key else ""


def facts_text(people: PersonNames, detail: str) -> str:
    """The facts of an act in words: each with its name, changes as before → after."""
    facts = json.loads(detail)
    changes = facts.pop("changes", {})
    for name in _PROOFS:
        facts.pop(name, None)
    return "; ".join([*_changes_texts(people, changes), *_facts_texts(people, facts)])


def _changes_texts(people: PersonNames, changes: Mapping[str, Any]) -> Iterator[str]:
    for name, (before, after) in sorted(changes.items()):
        if before != after:
            values = [_value_text(people, name, value) or _("(trống)") for value in (before, after)]
            yield f"{_fact_caption(name)}: {values[0]} → {values[1]}"


def _facts_texts(people: PersonNames, facts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in sorted(facts.items()):
        text = _value_text(people, name, value)
        if text:
            yield f"{_fact_caption(name)}: {text}"


def _fact_caption(name: str) -> str:
    return str(FACT_CAPTIONS.get(name, name))


def _value_text(people: PersonNames, name: str, value: Any) -> str:
    match value:
        case bool():
            return _("có") if value else _("không")
        case int():
            return filters.number_text(value)
        case dict():
            return _value_text(people, name, [f"{old} → {new}" for old, new in sorted(value.items())])
        case list():
            texts = [_item_text(people, name, item) for item in value[:MOST_ITEMS]]
            return ", ".join(
                texts + ([_("và %(num)s mục nữa", num=len(value) - MOST_ITEMS)] if value[MOST_ITEMS:] else [])
            )
    return _item_text(people, name, str(value))


def _item_text(people: PersonNames, name: str, item: Any) -> str:
    """One value by the name of its fact."""
    if isinstance(item, list):  # A role in a unit, and who holds it there.
        unit, role, *holders = item
        caption = f"{filters.role_caption(role)} ({filters.unit_caption(unit)})"
        return ": ".join([*(history_text.actor_name(people, one) for one in holders), caption])
    text = str(item)
    if person_ids([text]):
        return history_text.actor_name(people, text)
    if name in _FORMATS and text:
        return _FORMATS[name](text)
    return str(VALUE_CAPTIONS.get(text, text))
