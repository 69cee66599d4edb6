"""Makes a net smaller without changing whether it is sound.

Four rules, until none applies (Murata 1989, 5.1). A place is left by steps that need nothing else: they happen with
what fills it. A transition puts back what it has taken: it can happen whenever its place has been filled. Two places
are filled and emptied by the same transitions: one says it all. Two transitions take and put the same: one does. Places
that others look at, by asking whether they are empty, stay.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from engine.soundness.net import Net, Places, Transition, places_in


def reduce_net(net: Net) -> Net:
    """A smaller net with the same answer; its transitions carry the steps of all those they stand for."""
    kept = net.start | net.final | net.gathering
    for transition in net.transitions:
        # Who asks for or empties all places does so as well when a token has gone on to the next.
        for mask in (transition.needs_empty, transition.empties):
            kept |= max(mask, 0)
    transitions = _without_twins(net.transitions)
    while True:
        before = len(transitions), _used(transitions)
        transitions = _drop_idle(_fuse_series(transitions, kept), kept)
        transitions = _without_twins(_drop_parallel_places(transitions, kept))
        if (len(transitions), _used(transitions)) == before:
            return replace(net, transitions=tuple(transitions))


def _used(transitions: list[Transition]) -> Places:
    used = 0
    for transition in transitions:
        used |= transition.takes | transition.puts
    return used


def _without_twins(transitions: tuple[Transition, ...] | list[Transition]) -> list[Transition]:
    """One transition for all that do the same; what takes and puts back the same changes nothing, but must be known."""
    kinds: dict[tuple[int, int, int, int], Transition] = {}
    for transition in transitions:
        key = (transition.takes, transition.puts, transition.needs_empty, transition.empties)
        twin = kinds.get(key)
        kinds[key] = (
            transition if twin is None else replace(twin, also=twin.also | transition.also | {*transition.steps})
        )
    return list(kinds.values())


def _neighbours(transitions: list[Transition]) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """For each place the transitions that fill it, and those that take from it, by number."""
    filling: dict[int, set[int]] = defaultdict(set)
    taking: dict[int, set[int]] = defaultdict(set)
    for number, transition in enumerate(transitions):
        for place in places_in(transition.puts):
            filling[place].add(number)
        for place in places_in(transition.takes):
            taking[place].add(number)
    return filling, taking


def _fuse_series(transitions: list[Transition], kept: Places) -> list[Transition]:
    """Let what leaves a place happen with what fills it, where it waits for nothing else."""
    current: dict[int, Transition] = dict(enumerate(transitions))
    filling, taking = _neighbours(transitions)
    free = len(transitions)
    for place in [place for place in filling if not kept >> place & 1]:
        leaving, entering = sorted(taking.get(place, ())), sorted(filling[place])
        if not _is_series(place, [current[number] for number in leaving], [current[number] for number in entering]):
            continue
        fused = [_fuse(current[first], current[second], place) for first in entering for second in leaving]
        for number in {*leaving, *entering}:
            gone = current.pop(number)
            for other in places_in(gone.puts):
                filling[other].discard(number)
            for other in places_in(gone.takes):
                taking[other].discard(number)
        for transition in fused:
            current[free] = transition
            for other in places_in(transition.puts):
                filling[other].add(free)
            for other in places_in(transition.takes):
                taking[other].add(free)
            free += 1
    return list(current.values())


def _is_series(place: int, leaving: list[Transition], entering: list[Transition]) -> bool:
    bit = 1 << place
    if not leaving or not entering or (len(leaving) > 1 and len(entering) > 1):
        return False
    waits = any(
        second.takes != bit or not second.puts or not second.is_plain or second.puts & bit for second in leaving
    )
    # What fills it must not put beside it what leaving it puts too: that would hide a second token.
    return not waits and not any(
        first.takes & bit or first.puts & ~bit & second.puts for first in entering for second in leaving
    )


def _fuse(first: Transition, second: Transition, place: int) -> Transition:
    puts = first.puts & ~(1 << place) | second.puts
    return replace(first, steps=(*first.steps, *second.steps), puts=puts, also=first.also | second.also)


def _drop_idle(transitions: list[Transition], kept: Places) -> list[Transition]:
    """Take out what puts its only token back; those who fill its place say that it happens."""
    idle: dict[Places, frozenset[str]] = {}
    for each in transitions:
        if each.is_plain and each.takes == each.puts and each.takes.bit_count() == 1 and not each.takes & kept:
            idle[each.takes] = idle.get(each.takes, frozenset()) | each.also | {*each.steps}
    staying = [each for each in transitions if not (each.is_plain and each.takes == each.puts and each.takes in idle)]
    for place, names in idle.items():
        staying = [replace(each, also=each.also | names) if each.puts & place else each for each in staying]
    return staying


def _drop_parallel_places(transitions: list[Transition], kept: Places) -> list[Transition]:
    filling, taking = _neighbours(transitions)
    seen: set[tuple[frozenset[int], frozenset[int]]] = set()
    dropped = 0
    for place in sorted(filling.keys() | taking.keys()):
        if kept >> place & 1:
            continue
        key = frozenset(filling[place]), frozenset(taking[place])
        if key in seen:
            dropped |= 1 << place
        seen.add(key)
    if not dropped:
        return transitions
    return [replace(each, takes=each.takes & ~dropped, puts=each.puts & ~dropped) for each in transitions]
