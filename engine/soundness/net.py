"""Nets of places and transitions in which a place holds at most one token.

A set of places is a number with one bit for each, so that a marking is a number too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Places = int
"""A set of places, or a marking: bit n stands for place n. A negative number is all places but some."""
EVERYWHERE: Places = -1


@dataclass(frozen=True, slots=True)
class Transition:
    """What may happen: it takes a token from each place of `takes` and puts one into each of `puts`.

    `needs_empty`: places that must hold nothing. `empties`: places whose tokens go with it. `steps`: the names of what
    happens, in order, for a counter-example. `also`: names that happen in its place, as far as the search is concerned.
    """

    steps: tuple[str, ...]
    takes: Places
    puts: Places
    needs_empty: Places = 0
    empties: Places = 0
    also: frozenset[str] = frozenset()

    @property
    def is_plain(self) -> bool:
        """Whether it only takes and puts."""
        return not (self.needs_empty or self.empties)


@dataclass(frozen=True, slots=True)
class Net:
    """A net with its first marking; it has ended properly when no place but those of `final` holds a token.

    `gathering`: places where a second token joins the first; in all others it is a fault. `momentary`: places that a
    token leaves before anything else happens, so that another one does not find it there.
    """

    names: tuple[str, ...]
    transitions: tuple[Transition, ...]
    start: Places
    final: Places
    gathering: Places = 0
    momentary: Places = 0

    def name_places(self, places: Places) -> tuple[str, ...]:
        """The names of a set of places."""
        return tuple(self.names[place] for place in places_in(places))

    @property
    def steps(self) -> frozenset[str]:
        """The names of everything that may happen."""
        return frozenset(step for transition in self.transitions for step in transition.steps)


@dataclass(slots=True)
class NetBuilder:
    """Collects places by name and transitions."""

    numbers: dict[str, int] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)

    def place(self, name: str) -> Places:
        """The place with this name, made when it is new."""
        return 1 << self.numbers.setdefault(name, len(self.numbers))

    def add_transition(
        self, steps: tuple[str, ...], takes: Places, puts: Places, needs_empty: Places = 0, empties: Places = 0
    ) -> None:
        """Add what may happen."""
        self.transitions.append(Transition(steps, takes, puts, needs_empty, empties))

    def build_net(self, start: Places, final: Places, gathering: Places = 0, momentary: Places = 0) -> Net:
        """The net of what has been collected."""
        return Net(tuple(self.numbers), tuple(self.transitions), start, final, gathering, momentary)


def places_in(places: Places) -> Iterator[int]:
    """The numbers of the places of a set, lowest first."""
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest
