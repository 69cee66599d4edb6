"""Who acts, and from where: a value that every act carries (R13)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and from where: `actor` is "person:12", "system", "citizen" …; `origin` a place such as "cli"."""

    actor: str
    origin: str


SYSTEM = Actor("system", "worker")
