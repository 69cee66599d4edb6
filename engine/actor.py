"""Who acts, and from where: a value that every act carries (R13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where: `actor` is "person:12", "system", "citizen" …; `origin` a place such as "cli"."""

    actor: str
    origin: str


@dataclass(frozen=True, slots=True)
class ActStamp:
    """Who acts, from where, and when: what the journal writes of every act outside cases."""

    who: Actor
    at: datetime


SYSTEM = Actor("system", "worker")
