"""One Vietnamese sentence for every rule that somebody can break, by room; the catalogue has the English ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.translation.sentences import (
    answers,
    briefings,
    callbacks,
    cases,
    channels,
    decisions,
    directives,
    expressions,
    forms,
    identity,
    journal,
    kinds,
    mailing,
    operations,
    outside_events,
    privacy,
    process,
    province,
    scenarios,
    simulation,
    staff,
    store,
    studio,
)

_ROOMS = (
    *(answers, briefings, callbacks, cases, channels, decisions, directives, expressions, forms, identity, journal),
    *(kinds, mailing, operations, outside_events, privacy, process, province, scenarios, simulation, staff),
    *(store, studio),
)


def merge(tables: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """One table of all; raises ValueError when two say something of one rule."""
    merged: dict[str, str] = {}
    for table in tables:
        twice = sorted(merged.keys() & table.keys())
        if twice:
            raise ValueError(f"rules with two sentences: {', '.join(twice)}")
        merged |= table
    return merged


SENTENCES: Mapping[str, str] = merge(room.SENTENCES for room in _ROOMS)
