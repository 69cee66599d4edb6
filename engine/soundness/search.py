"""Searches all markings of a net, within bounds, for one that must not be.

The bounds are counts, so that the same net always gets the same answer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from engine.soundness.net import Net, Places, Transition
from engine.soundness.reduction import reduce_net


class NetVerdict(Enum):
    """What a search has come to."""

    PROVEN = "proven"
    STUCK = "stuck"
    TWICE = "twice"
    DEAD = "dead"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class SearchLimit:
    """How far a search goes: markings it keeps, transitions it follows."""

    markings: int = 50_000
    firings: int = 1_000_000


@dataclass(frozen=True, slots=True)
class NetProof:
    """The answer for a net.

    `steps`: a shortest way to the fault. `places`: where tokens stay for ever, or meet. `dead`: steps that never
    happen; `alive`: those that do. `ends`: the proper ends that were reached. `markings`: how many were seen.
    """

    verdict: NetVerdict
    steps: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    dead: frozenset[str] = frozenset()
    alive: frozenset[str] = frozenset()
    ends: frozenset[Places] = frozenset()
    markings: int = 0


@dataclass(slots=True)
class _Search:
    net: Net
    ways: dict[Places, tuple[Places, Transition] | None] = field(default_factory=dict)
    """Each marking that was seen, with that before it and what happened between."""
    before: dict[Places, list[Places]] = field(default_factory=dict)
    fired: set[Transition] = field(default_factory=set)
    firings: int = 0

    def steps_to(self, marking: Places) -> tuple[str, ...]:
        """A shortest way to a marking."""
        parts: list[tuple[str, ...]] = []
        way = self.ways[marking]
        while way is not None:
            parts.append(way[1].steps)
            way = self.ways[way[0]]
        return tuple(step for part in reversed(parts) for step in part)

    def alive_steps(self) -> frozenset[str]:
        """What happens on some way."""
        return frozenset(step for each in self.fired for step in (*each.steps, *each.also))


def prove_net(net: Net, limit: SearchLimit) -> NetProof:
    """Whether the net is sound: it can always end, no place gets a second token, every step happens on some way.

    The most serious fault is named with a shortest way to it.
    """
    proof = _prove(_Search(reduce_net(replace(net, momentary=0)), {net.start: None}), net.steps, limit)
    meets_moving = set(proof.places) <= set(net.name_places(net.momentary))
    if proof.verdict is NetVerdict.TWICE and meets_moving:
        # Reductions let a token rest in a momentary place; without them it goes on at once.
        return _prove(_Search(net, {net.start: None}), net.steps, limit)
    return proof


def _prove(search: _Search, steps: frozenset[str], limit: SearchLimit) -> NetProof:
    net, clash = search.net, _explore(search, limit)
    seen = len(search.ways)
    if clash is _EXHAUSTED:
        return NetProof(NetVerdict.UNDECIDED, alive=search.alive_steps(), markings=seen)
    ends = frozenset(marking for marking in search.ways if not marking & ~net.final)
    alive = search.alive_steps()
    if clash is not None:
        marking, transition, places = clash
        way = (*search.steps_to(marking), *transition.steps)
        return NetProof(NetVerdict.TWICE, way, net.name_places(places), alive=alive, ends=ends, markings=seen)
    stuck = _first_stuck(search, ends)
    dead = steps - alive
    if stuck is not None:
        return NetProof(
            NetVerdict.STUCK, search.steps_to(stuck), net.name_places(stuck), dead, alive, ends=ends, markings=seen
        )
    return NetProof(NetVerdict.DEAD if dead else NetVerdict.PROVEN, dead=dead, alive=alive, ends=ends, markings=seen)


_Clash = tuple[Places, Transition, Places]
_EXHAUSTED: _Clash = (0, Transition((), 0, 0), 0)


def _explore(search: _Search, limit: SearchLimit) -> _Clash | None:
    """Visit every marking, nearest first; returns the first meeting of two tokens, or that the limit was reached."""
    net, pending = search.net, deque([search.net.start])
    strict = ~net.gathering
    while pending:
        marking = pending.popleft()
        if not marking & ~net.final:
            continue
        for transition in _next_moves(net, marking):
            search.firings += 1
            rest = marking & ~transition.takes & ~transition.empties
            clash = rest & transition.puts & strict
            if clash & ~net.momentary:
                return marking, transition, clash & ~net.momentary
            if clash:
                continue  # What stands there goes on first.
            search.fired.add(transition)
            following = rest | transition.puts
            if following not in search.ways:
                if len(search.ways) >= limit.markings:
                    return _EXHAUSTED
                search.ways[following] = (marking, transition)
                pending.append(following)
            search.before.setdefault(following, []).append(marking)
        if search.firings > limit.firings:
            return _EXHAUSTED
    return None


def _enabled(transitions: tuple[Transition, ...], marking: Places) -> Iterator[Transition]:
    for transition in transitions:
        if transition.takes & marking == transition.takes and not transition.needs_empty & marking:
            yield transition


def _next_moves(net: Net, marking: Places) -> Iterable[Transition]:
    """What may happen: what leaves a momentary place, where a token is in one."""
    moves = _enabled(net.transitions, marking)
    if not marking & net.momentary:
        return moves
    enabled = list(moves)
    return [each for each in enabled if each.takes & net.momentary] or enabled


def _first_stuck(search: _Search, ends: frozenset[Places]) -> Places | None:
    """The nearest marking from which no proper end can be reached, where nothing can happen rather than a circle."""
    ending, pending = set(ends), list(ends)
    while pending:
        for marking in search.before.get(pending.pop(), ()):
            if marking not in ending:
                ending.add(marking)
                pending.append(marking)
    lost = [marking for marking in search.ways if marking not in ending]
    still = (each for each in lost if next(_enabled(search.net.transitions, each), None) is None)
    return next(still, lost[0] if lost else None)
