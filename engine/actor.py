"""Who acts, and from where: a value that every act carries (R13)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Party:
    """Whom or what a row of the record or a mail names: a kind and a key, written "person:12"; "system" has no key."""

    kind: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}" if self.key else self.kind

    @property
    def number(self) -> int | None:
        """The number that its key is; None for one that is none."""
        return int(self.key) if self.key.isascii() and self.key.isdigit() else None

    @property
    def person_id(self) -> int | None:
        """The person whom it names; None for anything else."""
        return self.number if self.kind == PERSON else None


def parse_party(written: str | None) -> Party:
    """What a row names: the other way round than `str`."""
    kind, _colon, key = (written or "").partition(":")
    return Party(kind, key)


def person_key(person_id: int) -> str:
    """How rows name a person: person:12."""
    return str(Party(PERSON, str(person_id)))


def person_ids(written: Iterable[str | None]) -> set[int]:
    """The people among those whom rows name."""
    parties = (parse_party(one).person_id for one in written)
    return {person_id for person_id in parties if person_id is not None}


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
