"""Measures the monitor's figures and the appendix on a province with very many cases.

Measured in this process, without rendering pages: medians over rounds in which each query runs once, and CPU time,
which other load on the machine disturbs less.
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
from engine.statistics.lists import MeasureFilter
from engine.statistics.monitor import MonitorView
from engine.statistics.period import ReportingPeriod
from engine.statistics.scope import FiguresScope
from engine.store.db import transaction
from engine.translation.catalogue import N_
from engine.translation.wording import Term
from engine.world.world import World

PROVINCE = Term(N_("tỉnh"))
SAMPLED_KINDS = {"district": Term(N_("huyện")), "commune": Term(N_("xã"))}


@dataclass(slots=True)
class Timing:
    """How long something took, in seconds."""

    what: Term
    whose: Term
    walls: list[float] = field(default_factory=list)
    processors: list[float] = field(default_factory=list)

    @property
    def wall(self) -> float:
        """The median wall time."""
        return median(self.walls)

    @property
    def processor(self) -> float:
        """The median CPU time of this process; excludes a separate database server."""
        return median(self.processors)


def measure_statistics(engine: Engine, world: World, now: datetime, rounds: int) -> list[Timing]:
    """Time the monitor, the appendix for several periods and the longest lists, for province, district and commune."""
    timed_reads = [(Timing(what, whose), read) for what, whose, read in _measurements(engine, world, now)]
    for _round in range(rounds + 1):
        for timing, read in timed_reads:
            wall, processor = perf_counter(), process_time()
            read()
            timing.walls.append(perf_counter() - wall)
            timing.processors.append(process_time() - processor)
    for timing, _act in timed_reads:  # The first round fills caches.
        del timing.walls[0], timing.processors[0]
    return [timing for timing, _act in timed_reads]


def measure_nightly_check(engine: Engine, now: datetime) -> Timing:
    """Time one run of the nightly comparison."""
    timing = Timing(Term(N_("đối chiếu hằng đêm")), PROVINCE)
    wall, processor = perf_counter(), process_time()
    check.compare_figures(engine, now)
    timing.walls.append(perf_counter() - wall)
    timing.processors.append(process_time() - processor)
    return timing


def _measurements(engine: Engine, world: World, now: datetime) -> Iterator[tuple[Term, Term, Callable[[], object]]]:
    whole = scope.whole_province(world.units)
    usual_period = monitor.last_thirty_days(now)
    year = usual_period.last.year
    last_year = ReportingPeriod(date(year - 1, 1, 1), date(year - 1, 12, 31))
    periods = {
        Term(N_("phụ lục, 30 ngày")): usual_period,
        Term(N_("phụ lục, năm trước")): last_year,
        Term(N_("phụ lục, 17 tháng lẻ")): ReportingPeriod(date(year - 2, 3, 7), date(year - 1, 8, 19)),
    }
    for whose, unit_scope in _sample_scopes(whole, world):
        yield (
            Term(N_("trang theo dõi")),
            whose,
            partial(_read_board, engine, MonitorView(unit_scope, usual_period, world), now),
        )
        for name, period in periods.items():
            yield name, whose, partial(_read_appendix, engine, MonitorView(unit_scope, period, world), now)
        filters = MeasureFilter("resolved", unit_scope.unit_codes(world.units), "", last_year)
        yield Term(N_("danh sách một năm, kèm số dòng")), whose, partial(_read_list, engine, filters, now)


def _sample_scopes(whole: FiguresScope, world: World) -> Iterator[tuple[Term, FiguresScope]]:
    yield PROVINCE, whole
    for kind, caption in SAMPLED_KINDS.items():
        unit = next(
            (candidate for candidate in world.units.units if candidate.kind == kind and not candidate.closed), None
        )
        if unit is not None:
            yield caption, scope.narrow_scope(whole, world.units, unit.code)


def _read_board(engine: Engine, view: MonitorView, now: datetime) -> object:
    with transaction(engine) as tx:
        return monitor.build_board(tx, view, now)


def _read_appendix(engine: Engine, view: MonitorView, now: datetime) -> object:
    with transaction(engine) as tx:
        return appendix.compile_appendix(tx, view.scope, view.period, view.units, now)


def _read_list(engine: Engine, filters: MeasureFilter, now: datetime) -> object:
    with transaction(engine) as tx:
        return lists.count_cases(tx, filters, now), lists.list_cases(tx, filters, now)
