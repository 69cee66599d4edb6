"""Promises of the figures: what is kept is what a full count finds, and what a plain count of the histories finds."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update

from engine.errors import BadInput, Forbidden, NotFound
from engine.replay import demo
from engine.staff.access import Officer
from engine.statistics import appendix, check, lists, monitor, rollups, scope
from engine.statistics.lists import MeasureFilter
from engine.statistics.monitor import MonitorView
from engine.statistics.period import Appendix, Figures, FiguresRow, ReportingPeriod
from engine.statistics.scope import FiguresScope
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Figure, FigureFold, Spell
from engine.world.unit_tree import UnitTree
from tests.kit.hotline import NOW, PLACE, UNITS
from tests.kit.site import deployment
from tests.statistics import wandering
from tests.statistics.wandering import Wander

TREE = UnitTree(UNITS, None)
# Each province on each database with REPLAY_ALL=1; in the ordinary run each of them once.
PAIRS = [("three_level", "postgresql"), ("two_level", "sqlite"), ("three_level", "sqlite"), ("two_level", "postgresql")]
COUNTED, LONG = (PAIRS, 260) if os.environ.get("REPLAY_ALL") else (PAIRS[:2], 150)


@pytest.fixture
def wander(province: str, engine_db: Engine) -> Wander:
    """A province after many random acts; that of 2021 was reorganised on the way."""
    demo.set_up_province(engine_db, province, deployment(), NOW)
    made = Wander(engine_db, Random(f"{province} {engine_db.dialect.name}"))
    made.go(LONG)
    if province == "three_level":
        made.reorganise()
        made.go(60)
    return made


@pytest.fixture
def short(engine_db: Engine) -> Wander:
    """A province after a few random acts."""
    demo.set_up_province(engine_db, "two_level", deployment(), NOW)
    made = Wander(engine_db, Random(engine_db.dialect.name))
    made.go(60)
    return made


@pytest.mark.slow
@pytest.mark.parametrize(("province", "database"), COUNTED, indirect=["database"])
def test_what_is_kept_is_a_full_count_and_a_plain_count(wander: Wander) -> None:
    checked = check.run_nightly(wander.engine, wander.now)
    assert checked is not None
    assert checked.agrees, checked.examples
    lives, units = wandering.lives(wander), wander.world.units
    assert {one.as_ for one in lives} >= {"on_time", "late", "ended_otherwise", ""}
    today = monitor.last_thirty_days(wander.now).last
    begun = min(one.begun for one in lives)
    middle = begun + (today - begun) / 2
    for period in (
        ReportingPeriod(begun, today),
        ReportingPeriod(begun, middle),
        ReportingPeriod(middle, today),
        ReportingPeriod(middle, middle),
    ):
        with transaction(wander.engine) as tx:
            made = appendix.compile_appendix(tx, scope.whole_province(units), period, units, wander.now)
        assert made.total == wandering.count(lives, period, wander.now), period
        _agree(made)
        for row in [*made.units, *made.fields]:
            if row in made.units:
                own = [one for one in lives if wandering.below(units, one.unit, row.code)]
            else:
                own = [one for one in lives if one.field == row.code]
            assert row.figures == wandering.count(own, period, wander.now), (row.code, period)
        _lists_are_as_long_as_their_numbers(wander, made, period)

    with transaction(wander.engine) as tx:
        view = MonitorView(scope.whole_province(units), monitor.last_thirty_days(wander.now), wander.world)
        board = monitor.build_board(tx, view, wander.now)
    assert sum(one.received for one in board.months) == sum(one.by == "received" for one in lives)
    ended = [one.as_ for one in lives if one.ended and one.ended >= view.period.first]
    assert sum(one.on_time + one.late for one in board.days) == sum(one in ("on_time", "late") for one in ended)
    assert sum(line.stock.open for line in board.fields) == board.stock.open == sum(not one.ended for one in lives)


def _agree(made: Appendix) -> None:
    for figures in (made.total, *(row.figures for row in [*made.units, *made.fields])):
        assert figures.carried_over + figures.received + figures.reopened == (
            figures.resolved + figures.false + figures.ended_otherwise + figures.in_progress
        )
        assert figures.on_time + figures.late == figures.resolved
        assert figures.overdue <= figures.in_progress
        assert {type(number) for number in asdict(figures).values()} == {int}
    assert made.total == appendix.sum_figures(row.figures for row in made.fields)
    assert made.total == appendix.sum_figures(row.figures for row in made.units if row.depth == 0)


def _lists_are_as_long_as_their_numbers(wander: Wander, made: Appendix, period: ReportingPeriod) -> None:
    units = wander.world.units
    busiest = max(made.units[1:], key=lambda row: row.figures.received)
    of_field = max(made.fields, key=lambda row: row.figures.received)
    whole = scope.whole_province(units)
    asked = [("", "", made.total), (busiest.code, "", busiest.figures), ("", of_field.code, of_field.figures)]
    with transaction(wander.engine) as tx:
        for unit, field, figures in asked:
            codes = (scope.narrow_scope(whole, units, unit) if unit else whole).unit_codes(units)
            for measure, number in asdict(figures).items():
                wanted = MeasureFilter(measure, codes, field, period)
                assert lists.count_cases(tx, wanted, wander.now) == number, measure
                assert len(_all(tx, wanted, wander)) == number, measure


def _all(tx: object, wanted: MeasureFilter, wander: Wander) -> list[lists.ListedCase]:
    """All pages of a list, seven lines each."""
    rows: list[lists.ListedCase] = []
    after = ""
    while True:
        page = lists.list_cases(tx, wanted, wander.now, after, limit=7)  # type: ignore[arg-type]
        rows += page.rows
        after = page.following
        if not after:
            return rows


def test_a_difference_is_found_named_and_mended(short: Wander) -> None:
    with transaction(short.engine) as tx:
        tx.write().execute(
            update(table_of(Spell))
            .where(Spell.id == select(func.min(Spell.id)).scalar_subquery())
            .values(field="other", unit="75")
        )
    rollups.roll_up_past_days(short.engine, short.now)
    with transaction(short.engine) as tx:
        tx.write().execute(update(table_of(Figure)).where(Figure.scale == "day").values(received=Figure.received + 1))
    found = check.compare_figures(short.engine, short.now)
    assert (found.cases_wrong, found.agrees) == (1, False)
    assert found.sums_wrong > 1
    check.rebuild_figures(short.engine, short.now)
    assert check.compare_figures(short.engine, short.now).agrees
    with transaction(short.engine) as tx:  # A database of before the figures.
        tx.write().execute(delete(table_of(Spell)))
        tx.write().execute(delete(table_of(FigureFold)))
        tx.write().execute(insert(table_of(FigureFold)).values(scale=check.NOT_BUILT, first=date(1970, 1, 1)))
    again = check.run_nightly(short.engine, short.now + timedelta(days=1))
    assert again is not None
    assert again.agrees
    assert check.run_nightly(short.engine, short.now + timedelta(days=1)) is None


@pytest.mark.parametrize(
    ("first", "last", "rule"),
    [(0, -1, "period-reversed"), (0, 1, "period-in-future"), (-365 * 12, 0, "period-too-long")],
)
def test_impossible_periods_are_refused(first: int, last: int, rule: str) -> None:
    today = monitor.last_thirty_days(NOW).last
    with pytest.raises(BadInput) as refused:
        appendix.require_valid_period(ReportingPeriod(today + timedelta(days=first), today + timedelta(days=last)), NOW)
    assert refused.value.rule == rule


def officer(*roles: tuple[str, str]) -> Officer:
    return Officer(1, frozenset(roles))


@pytest.mark.parametrize(
    ("roles", "top", "everything"),
    [
        ([("75.VP", "provincial_office")], ("75",), True),
        ([("731", "tier2_focal")], ("731",), False),
        ([("731", "unit_head"), (PLACE, "unit_head")], ("731",), False),
        ([(PLACE, "unit_head")], (PLACE,), False),
    ],
)
def test_a_scope_is_the_own_unit_and_what_is_below(
    roles: Iterable[tuple[str, str]], top: tuple[str, ...], everything: bool
) -> None:
    found = scope.scope_of(officer(*roles), TREE)
    assert (found.top, found.everything) == (top, everything)
    assert found.contains_unit(TREE, PLACE)


def test_a_scope_ends_at_its_units(tx: Transaction) -> None:
    with pytest.raises(Forbidden):
        scope.scope_of(officer((PLACE, "commune")), TREE)
    own = scope.scope_of(officer((PLACE, "unit_head")), TREE)
    with pytest.raises(Forbidden):
        scope.narrow_scope(own, TREE, "731")
    with pytest.raises(NotFound):
        scope.narrow_scope(own, TREE, "nowhere")
    with pytest.raises(BadInput):
        lists.require_measure(tx, "beautiful", "", period=True)


def test_few_cases_prove_little_about_best_and_worst() -> None:
    def row(code: str, on_time: int, late: int) -> FiguresRow:
        return FiguresRow(code, code, 1, Figures(resolved=on_time + late, on_time=on_time, late=late))

    units = scope.whole_province(TREE)
    assert isinstance(units, FiguresScope)
    rows = [row("few", 9, 0), row("good", 40, 0), row("ten", 10, 0), row("bad", 5, 30), row("worse", 1, 9)]
    tree = UnitTree([*UNITS, *(type(UNITS[0])(one.code, one.code, "commune", "731") for one in rows)], None)
    best, worst = appendix.rank_units(rows, tree, appendix.sum_figures(one.figures for one in rows))
    assert [one.code for one in best] == ["good", "ten"]
    assert [one.code for one in worst] == ["bad", "worse"]
