"""Measures the monitor's figures and the appendix on a province with very many cases. Called by the command line alone.

In this process, without a page around them: medians of rounds in which everything is asked once, and the processor's
time, which neighbours disturb less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from statistics import median
from time import perf_counter, process_time

from sqlalchemy import Engine

from engine.statistics import appendix, check, lists, monitor, scope
from engine.statistics.lists import Wanted
from engine.statistics.monitor import View
from engine.statistics.period import Period
from engine.statistics.scope import Scope
from engine.store.db import transaction
from engine.world.world import World


@dataclass(slots=True)
class Timed:
    """How long something took, in seconds."""

    what: str
    whose: str
    walls: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """The median."""
        return median(self.walls)

    @property
    def processor(self) -> float:
        """The median of the processor's time of this process; a server of its own is not in it."""
        return median(self.processors)


def run(engine: Engine, world: World, now: datetime, rounds: int) -> list[Timed]:
    """The monitor, the appendix of several periods and the longest lists, for the province, a district, a commune."""
    acts = [(Timed(what, whose), act) for what, whose, act in _acts(engine, world, now)]
    for _round in range(rounds + 1):
        for timed, act in acts:
            wall, processor = perf_counter(), process_time()
            act()
            timed.walls.append(perf_counter() - wall)
            timed.processors.append(process_time() - processor)
    for timed, _act in acts:  # The first round fills caches.
        del timed.walls[0], timed.processors[0]
    return [timed for timed, _act in acts]


def once(engine: Engine, now: datetime) -> Timed:
    """The nightly comparison, once."""
    timed = Timed("nightly check", "province")
    wall, processor = perf_counter(), process_time()
    check.check(engine, now)
    timed.walls.append(perf_counter() - wall)
    timed.processors.append(process_time() - processor)
    return timed


def _acts(engine: Engine, world: World, now: datetime) -> Iterator[tuple[str, str, Callable[[], object]]]:
    whole = scope.whole(world.units)
    usual = monitor.usual(now)
    year = usual.last.year
    periods = {
        "30 days": usual,
        "last year": Period(date(year - 1, 1, 1), date(year - 1, 12, 31)),
        "17 odd months": Period(date(year - 2, 3, 7), date(year - 1, 8, 19)),
    }
    for whose, seen in _scopes(whole, world):
        yield "monitor", whose, partial(_board, engine, View(seen, usual, world), now)
        for name, period in periods.items():
            yield (
                f"appendix, {name}",
                whose,
                partial(_appendix, engine, View(seen, period, world), now),
            )
        wanted = Wanted("resolved", seen.codes(world.units), "", periods["last year"])
        yield "list of a year, with its length", whose, partial(_list, engine, wanted, now)


def _scopes(whole: Scope, world: World) -> Iterator[tuple[str, Scope]]:
    yield "province", whole
    for kind in ("district", "commune"):
        unit = next((one for one in world.units.units if one.kind == kind and not one.closed), None)
        if unit is not None:
            yield kind, scope.narrow(whole, world.units, unit.code)


def _board(engine: Engine, view: View, now: datetime) -> object:
    with transaction(engine) as tx:
        return monitor.board(tx, view, now)


def _appendix(engine: Engine, view: View, now: datetime) -> object:
    with transaction(engine) as tx:
        return appendix.appendix(tx, view.seen, view.period, view.units, now)


def _list(engine: Engine, wanted: Wanted, now: datetime) -> object:
    with transaction(engine) as tx:
        return lists.count(tx, wanted, now), lists.listed(tx, wanted, now)
