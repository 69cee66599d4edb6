"""The appendix against a count of its own, over a replayed part of Baltimore's requests (R10).

The whole file is counted with REPLAY_ALL=1.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.province import units
from engine.replay import runner
from engine.replay.actors import load_actor_table
from engine.replay.csv_files import parse_mapping, read_mapping
from engine.replay.runner import ReplayRequest
from engine.statistics import scope
from engine.statistics.appendix import compile_appendix
from engine.statistics.period import Figures, ReportingPeriod
from engine.store.db import transaction
from tests.kit.reports import MAPPING as COURSES
from tests.kit.reports import PLACE, row, write
from tests.kit.site import deployment
from tests.paths import PROVINCE_DATA, ROOT
from tests.statistics import independent

BALTIMORE = ROOT.parent / "shared" / "data" / "baltimore_311_sample_2014_2019.csv"
MAPPING = PROVINCE_DATA / "replay_baltimore.yaml"
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
EVERY = 1 if os.environ.get("REPLAY_ALL") else 240

PERIODS = (
    ReportingPeriod(date(2018, 4, 1), date(2018, 4, 30)),
    ReportingPeriod(date(2017, 7, 1), date(2017, 9, 30)),
    ReportingPeriod(date(2016, 7, 1), date(2016, 12, 31)),
    ReportingPeriod(date(2018, 1, 1), date(2018, 12, 31)),
    ReportingPeriod(date(2017, 3, 15), date(2018, 11, 2)),
    ReportingPeriod(date(2018, 6, 5), date(2018, 6, 5)),
    ReportingPeriod(date(2019, 1, 1), date(2026, 11, 24)),
)
UNITS = ("75", "731", "741", "75.SYT", "25993", PLACE)
APART = 8  # Days between two of the made-up reports.


def part_of_baltimore(folder: Path) -> ReplayRequest:
    """Some of Baltimore's requests, or all of them."""
    if not BALTIMORE.exists():
        pytest.skip("the folder ../shared/data with the file of Baltimore is not here")
    with BALTIMORE.open(encoding="utf-8-sig", newline="") as source:
        rows = list(csv.DictReader(source))[::EVERY]
    file = folder / "part.csv"
    with file.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return ReplayRequest(file, read_mapping(MAPPING), deployment(), 10)


def every_course(folder: Path) -> ReplayRequest:
    """Reports that take every course a case can take: answered twice, false, handed on, taken back …"""
    rows = []
    for number, course in enumerate(sorted(load_actor_table().courses) * 2):
        received = date(2018, 1, 2) + timedelta(days=APART * number)
        closed = received + timedelta(days=45)
        rows.append(row(f"{received} 08:00", f"{closed} 16:00", course=course, id=f"{course} {number}"))
    return ReplayRequest(write(folder / "reports.csv", *rows), parse_mapping(COURSES), deployment(), 10)


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("database", "order"),
    [("sqlite", part_of_baltimore), ("postgresql", every_course)],
    indirect=["database"],
)
def test_every_figure_is_what_a_plain_count_of_the_rows_gives(
    database: str, order: Callable[[Path], ReplayRequest], engine_db: Engine, tmp_path: Path
) -> None:
    runner.replay_file(database, order(tmp_path), NOW, lambda _done, _total: None)
    now = NOW.replace(tzinfo=None)
    with transaction(engine_db) as tx:
        found, above = independent.cases(tx.read), independent.units_above(tx.read)
        tree = units.load_unit_tree(tx.read)
        of_unit = independent.by(found, lambda case: above[case.unit])
        figures = 0
        for code in UNITS:
            seen = scope.narrow_scope(scope.whole_province(tree), tree, code)
            of_field = independent.by(of_unit[code], lambda case: {case.topic})
            for period in PERIODS:
                made = compile_appendix(tx, seen, period, tree, NOW)
                days = (period.first, period.last, now)
                assert positive(made.total) == independent.count(of_unit[code], *days), (code, period)
                for one in made.units:
                    assert positive(one.figures) == independent.count(of_unit[one.code], *days), (one, period)
                for one in made.fields:
                    assert positive(one.figures) == independent.count(of_field[one.code], *days), (one, period)
                figures += 13 * (1 + len(made.units) + len(made.fields))
    assert figures > 10_000


def positive(figures: Figures) -> independent.Count:
    """The figures that are not nought."""
    return {name: number for name, number in asdict(figures).items() if number}
