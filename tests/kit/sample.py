"""The part of many things that an ordinary run tries: each day another one, so that none is left out for long."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

from engine import clock
from engine.clock import VIETNAM

ItemT = TypeVar("ItemT")


def part_of_today(items: Iterable[ItemT], parts: int, whole: str) -> list[ItemT]:
    """Every item of one part among `parts`, spread evenly; all items where the environment has the variable `whole`."""
    if whole in os.environ:
        return list(items)
    return list(items)[today() % parts :: parts]


def today() -> int:
    """The number of the day in Vietnam, counted on and on."""
    return clock.now().astimezone(VIETNAM).toordinal()
