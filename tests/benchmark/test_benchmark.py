"""Promises of the measurement: the named figures come out of one run, and a recording sends what the product sent."""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, func, insert, select, update
from sqlalchemy.engine import make_url

from engine.benchmark import cases, floor, long_instances, run, timers, workers
from engine.benchmark.floor import StatementRecording
from engine.benchmark.run import BenchmarkFigure
from engine.store import db, schema_migrations
from engine.store.db import transaction
from engine.store.models import History, Holiday, Instance, Outbox, Person, Task
from engine.translation.wording import Term, fact_text
from tests.paths import ROOT
from web.cli import main

COMPARED = {
    "sqlite": ["completion_sqlite_full", "full_json_speedup", "state_bytes", "wal_bytes"],
    "postgresql": [
        *("completion_postgresql", "state_bytes_postgresql", "wal_bytes_postgresql"),
        *("fire_rate_1_workers", "fire_rate_2_workers"),
    ],
}
ONCE = ["growth_exponent", "due_search_100k", "due_search_1m", "fire_rate"]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A measurement of seconds instead of minutes: few cases, one round, thousands of timers instead of a million."""
    monkeypatch.setattr(run, "CASES", 2)
    monkeypatch.setattr(run, "ROUNDS", 1)
    monkeypatch.setattr(run, "FIRED", 6)
    monkeypatch.setattr(workers, "WORKERS", (1, 2))
    for name, value in (("SHORT", 4), ("LONG", 12), ("SAMPLE", 4)):
        monkeypatch.setattr(long_instances, name, value)
    for name, value in (("FIRES", 4), ("SEARCHES", 3)):
        monkeypatch.setattr(timers, name, value)
    fill = timers._fill_waiting
    monkeypatch.setattr(timers, "_fill_waiting", lambda engine, first, last: fill(engine, first // 500, last // 500))


def complete(figures: list[BenchmarkFigure]) -> None:
    """Every figure is a number, and what is compared says with what."""
    assert all(math.isfinite(figure.value) for figure in figures)
    assert all(figure.value > 0 for figure in figures if figure.name != "growth_exponent")
    compared = [figure for figure in figures if figure.ratio is not None]
    assert all(figure.ratio and figure.ratio > 0 and figure.baseline for figure in compared)
    with_ratio = {figure.name for figure in compared}
    named = {"completion_sqlite_full", "full_json_speedup", "completion_postgresql", "fire_rate"}
    named |= {"fire_rate_1_workers", "fire_rate_2_workers"}
    assert with_ratio == named & {figure.name for figure in figures}


@pytest.mark.slow
@pytest.mark.usefixtures("small")
def test_one_run_gives_every_named_figure_and_says_what_it_is_doing() -> None:
    told: list[str | Term] = []
    figures = run.measure_engine(ROOT, None, told.append)
    assert [figure.name for figure in figures] == [*COMPARED["sqlite"], *ONCE]
    complete(figures)
    assert [fact_text(what, "en") for what in told] == ["sqlite_full: 1/1", "long instances", "1 M waiting timers"]
    assert [fact_text(what, "vi") for what in told][1:] == ["hồ sơ chạy dài", "1 triệu hẹn giờ đang chờ"]


@pytest.mark.usefixtures("small")
def test_postgresql_is_measured_beside_and_its_scratch_databases_are_dropped(postgres_url: str) -> None:
    def databases() -> set[str]:
        engine = db.engine_for(postgres_url)
        with transaction(engine) as tx:
            found = set(tx.read.exec_driver_sql("SELECT datname FROM pg_database").scalars())
        engine.dispose()
        return {str(name) for name in found if str(name).startswith("tongdai_bench")}

    figures = run.measure_engine(ROOT, postgres_url, lambda _: None)
    assert [figure.name for figure in figures] == [*COMPARED["sqlite"], *COMPARED["postgresql"], *ONCE]
    complete(figures)
    assert databases() == set()


@pytest.mark.usefixtures("small")
def test_the_command_prints_the_figures_and_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = BenchmarkFigure("state_bytes", 1520.0, "bytes", 0.5, "something")
    monkeypatch.setattr(run, "measure_engine", lambda root, url, tick: [figure])
    out = tmp_path / "figures.json"
    result = CliRunner().invoke(main, ["bench", "--json", str(out)], env={"TONGDAI_VAR": str(tmp_path)})
    assert result.exit_code == 0
    assert "state_bytes" in result.output
    assert json.loads(out.read_text("utf-8")) == [
        {"name": "state_bytes", "value": 1520.0, "unit": "bytes", "ratio": 0.5, "baseline": "something"}
    ]


def test_the_figures_are_written_in_english() -> None:
    figure = BenchmarkFigure("fire_rate", 2.0, run.FIRES_PER_SECOND, 0.5, run.RAW_DRIVER)
    assert run.figure_document(figure) == {
        "name": "fire_rate",
        "value": 2.0,
        "unit": "fires/s",
        "ratio": 0.5,
        "baseline": "raw driver, same statements",
    }


# The cases that are measured


@pytest.fixture
def prepared(tmp_path: Path, sqlite_template: Path) -> Iterator[tuple[Engine, cases.BenchmarkOffice, str]]:
    """A database with the province, an officer, the shipped files and two begun cases."""
    file = tmp_path / "bench.sqlite3"
    file.write_bytes(sqlite_template.read_bytes())
    engine = db.engine_for(f"sqlite:///{file}", durable=False)
    office = cases.prepare_office(engine, ROOT)
    cases.start_cases(engine, office, 2)
    yield engine, office, str(file)
    engine.dispose()


def count(engine: Engine, table: type) -> int:
    with transaction(engine) as tx:
        return int(tx.read.execute(select(func.count()).select_from(table)).scalar_one())


def test_every_case_goes_the_whole_usual_way(prepared: tuple[Engine, cases.BenchmarkOffice, str]) -> None:
    engine, office, _ = prepared
    assert cases.complete_all(engine, office) == 2 * len(cases.HAPPY_PATH)
    with transaction(engine) as tx:
        assert set(tx.read.execute(select(Instance.status)).scalars()) == {"finished"}
        nodes = tx.read.execute(select(Task.node).where(Task.instance_id == 1).order_by(Task.id)).scalars().all()
    assert nodes == list(cases.HAPPY_PATH)


# Recordings


def test_a_recording_has_the_writes_of_each_transaction_and_no_reads(engine_db: Engine) -> None:
    def work() -> None:
        with transaction(engine_db) as tx:
            assert tx.read.execute(select(Person.id)).all() == []
            tx.write().execute(insert(Person), {"id": 1, "login": "an", "name": "An"})
            tx.write().execute(update(Person).values(name="Bình"))
        with transaction(engine_db) as tx:
            assert tx.read.execute(select(Person.name)).scalar_one() == "Bình"
        with transaction(engine_db) as tx:
            tx.write().execute(insert(Person), [{"id": n, "login": f"p{n}", "name": "P"} for n in (2, 3)])

    recording = floor.record_statements(engine_db, work)
    verbs = [[sql.split()[0] for sql, _, _ in statements] for statements in recording.transactions]
    assert verbs == [["INSERT", "UPDATE"], ["INSERT"]]


def test_what_happens_after_the_recording_is_not_in_it(engine_db: Engine) -> None:
    def write(number: int) -> None:
        with transaction(engine_db) as tx:
            tx.write().execute(insert(Person), {"id": number, "login": f"p{number}", "name": "P"})

    recording = floor.record_statements(engine_db, lambda: write(1))
    with pytest.raises(ZeroDivisionError):
        floor.record_statements(engine_db, lambda: 1 / 0)
    write(2)
    assert len(recording.transactions) == 1


def test_a_transaction_without_writes_is_no_transaction() -> None:
    recording = StatementRecording()
    recording.note_statement("SELECT 1", (), many=False)
    recording.note_commit()
    assert recording.transactions == []


def rows(database: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything that completions leave behind."""
    connection = sqlite3.connect(database)
    tables = [table.__tablename__ for table in (Instance, Task, History, Outbox)]
    found = {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in tables}
    connection.close()
    return found


def test_a_replayed_recording_leaves_what_the_product_left(
    prepared: tuple[Engine, cases.BenchmarkOffice, str], tmp_path: Path
) -> None:
    engine, office, database = prepared
    copy = str(tmp_path / "copy.sqlite3")
    with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    recording = floor.record_statements(engine, lambda: cases.complete_all(engine, office))
    assert rows(copy) != rows(database)
    assert floor.replay_sqlite(copy, recording) == 2 * len(cases.HAPPY_PATH)
    assert rows(copy) == rows(database)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_recording_of_postgresql_replays_through_its_driver(engine_db: Engine, database: str) -> None:
    def work() -> None:
        with transaction(engine_db) as tx:
            tx.write().execute(insert(Person), [{"id": n, "login": f"p{n}", "name": "P"} for n in (1, 2)])
            tx.write().execute(update(Person).where(Person.id == 1).values(name="An"))

    recording = floor.record_statements(engine_db, work)
    with transaction(engine_db) as tx:
        tx.write().execute(Person.__table__.delete())  # type: ignore[attr-defined]  # SQLAlchemy types it as FromClause
    url = make_url(database).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    assert floor.replay_postgresql(url.replace("+psycopg", ""), recording) == 1
    with transaction(engine_db) as tx:
        assert [tuple(row) for row in tx.read.execute(select(Person.id, Person.name).order_by(Person.id))] == [
            (1, "An"),
            (2, "P"),
        ]


def test_the_growth_of_a_loop_is_measured_between_its_lengths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_instances, "_turn_costs", lambda: [float(turn + 1) for turn in range(long_instances.LONG)])
    assert long_instances.growth_exponent() == pytest.approx(1, abs=0.01)
    monkeypatch.setattr(long_instances, "_turn_costs", lambda: [1.0] * long_instances.LONG)
    assert long_instances.growth_exponent() == 0


def test_scratch_databases_are_migrated_like_the_real_one(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'scratch.sqlite3'}"
    schema_migrations.upgrade(url)
    engine = db.engine_for(url)
    assert count(engine, Holiday) == 0
    engine.dispose()
