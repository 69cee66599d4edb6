"""Faults as plain values, which can be compared, stored and sent to another process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.translation.wording import Fault


@dataclass(frozen=True, slots=True)
class PlainFault:
    """The rule and facts of an error, without the error."""

    rule: str
    facts: Mapping[str, object]


def plain_fault(fault: Fault) -> PlainFault:
    """The same fault as a plain value; errors among its facts become plain too."""
    return PlainFault(fault.rule, {name: _plain_fact(fact) for name, fact in fault.facts.items()})


def _plain_fact(fact: object) -> object:
    match fact:
        case list() | tuple():
            return [_plain_fact(item) for item in fact]
        case object(rule=str(), facts=Mapping()):
            return plain_fault(fact)
    return fact
