"""Measures the product's own path against the drivers and libraries it is built on; nothing here is a test.

Every comparison is a median over interleaved rounds of one run: machines vary by a factor of two from minute to minute,
ratios within one run do not. The floor is the product's own statements through the raw driver.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

import psycopg
from sqlalchemy import Engine, event, func, make_url, select, text

from engine.benchmark import cases, long_instances
from engine.benchmark import floor as raw
from engine.benchmark import plain as plainly
from engine.benchmark import timers as waiting
from engine.benchmark import workers as several
from engine.benchmark.cases import BenchmarkOffice
from engine.benchmark.floor import StatementRecording
from engine.province import snapshot
from engine.store import schema_migrations
from engine.store.columns import table_of
from engine.store.db import engine_for, transaction
from engine.store.models import Instance
from engine.translation.catalogue import N_
from engine.translation.wording import Term, fact_text

CASES = 25
ROUNDS = 5
FIRED = 500
Tick = Callable[[str | Term], None]

RAW_DRIVER = Term(N_("trình điều khiển thuần, cùng câu lệnh"))
COMPLETIONS_PER_SECOND, FIRES_PER_SECOND = Term(N_("lần hoàn thành/giây")), Term(N_("lần chạy hẹn giờ/giây"))
BYTES, BYTES_PER_COMPLETION = Term(N_("byte")), Term(N_("byte mỗi lần hoàn thành"))


@dataclass(frozen=True, slots=True)
class BenchmarkFigure:
    """One measured value; `ratio` compares it with `baseline` in the same run."""

    name: str
    value: float
    unit: str | Term
    ratio: float | None = None
    baseline: str | Term = ""


@dataclass(frozen=True, slots=True)
class BenchmarkStore:
    """One kind of database: its name, the URL of a prepared database, how to copy it, how to replay a recording."""

    name: str
    url: str
    copy: Callable[[], str]
    replay: Callable[[str, StatementRecording], int]


def measure_engine(root: Path, postgresql: str | None, tick: Tick) -> list[BenchmarkFigure]:
    """Measure all figures; `postgresql` is a server for scratch databases, `tick` gets progress."""
    figures: list[BenchmarkFigure] = []
    with tempfile.TemporaryDirectory() as folder, _sqlite_store(Path(folder)) as store:
        figures += _completion_figures(store, root, tick)
    if postgresql:
        with _postgresql_store(postgresql) as store:
            figures += _completion_figures(store, root, tick)
            tick(Term(N_("nhiều tiến trình xử lý")))
            figures += _worker_figures(store)
    tick(Term(N_("hồ sơ chạy dài")))
    figures.append(
        BenchmarkFigure(
            "growth_exponent", long_instances.growth_exponent(), "", baseline=Term(N_("từ 30 vòng đến 3.000 vòng"))
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        tick(Term(N_("1 triệu hẹn giờ đang chờ")))
        figures += _timer_figures(f"sqlite:///{Path(folder) / 'timers.sqlite3'}", root)
    return figures


def figure_document(figure: BenchmarkFigure) -> dict[str, object]:
    """A figure for JSON, in English."""
    return {**asdict(figure), "unit": fact_text(figure.unit, "en"), "baseline": fact_text(figure.baseline, "en")}


def _completion_figures(store: BenchmarkStore, root: Path, tick: Tick) -> list[BenchmarkFigure]:
    """Completions per second against the floor, and on SQLite against plain SpiffWorkflow with full JSON."""
    office = _prepare_store(store, root)
    recording = _record_completions(store, office)
    product, minimal, plain = [], [], []
    for number in range(ROUNDS):
        tick(f"{store.name}: {number + 1}/{ROUNDS}")
        product.append(_product_rate(store, office))
        minimal.append(_rate_of(lambda url: store.replay(url, recording), store.copy()))
        if store.name == "sqlite_full":
            plain.append(_rate_of(lambda url: plainly.run_baseline(url, root, office, recording), store.copy()))
    figures = [_compared_figure(f"completion_{store.name}", product, minimal, RAW_DRIVER)]
    if plain:
        figures.append(
            _compared_figure(
                "full_json_speedup", product, plain, Term(N_("SpiffWorkflow thuần, JSON đầy đủ, cùng các dòng"))
            )
        )
    return [*figures, *_size_figures(store, office)]


def _compared_figure(
    name: str, ours: list[float], theirs: list[float], baseline: str | Term, unit: str | Term = COMPLETIONS_PER_SECOND
) -> BenchmarkFigure:
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return BenchmarkFigure(name, statistics.median(ours), unit, ratio, baseline)


def _prepare_store(store: BenchmarkStore, root: Path) -> BenchmarkOffice:
    schema_migrations.upgrade(store.url)
    engine = engine_for(store.url)
    office = cases.prepare_office(engine, root)
    cases.start_cases(engine, office, CASES)
    engine.dispose()
    return office


def _record_completions(store: BenchmarkStore, office: BenchmarkOffice) -> StatementRecording:
    engine = engine_for(store.copy())
    recording = raw.record_statements(engine, lambda: cases.complete_all(engine, office))
    engine.dispose()
    return recording


def _product_rate(store: BenchmarkStore, office: BenchmarkOffice) -> float:
    engine = engine_for(store.copy())
    started = perf_counter()
    count = cases.complete_all(engine, office)
    seconds = perf_counter() - started
    engine.dispose()
    return count / seconds


def _rate_of(work: Callable[[str], int], url: str) -> float:
    started = perf_counter()
    count = work(url)
    return count / (perf_counter() - started)


def _size_figures(store: BenchmarkStore, office: BenchmarkOffice) -> list[BenchmarkFigure]:
    """Bytes of a case's state (median over its life) and of write-ahead log per completion."""
    url = store.copy()
    engine = engine_for(url)
    if store.name == "sqlite_full":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA wal_autocheckpoint = 0"))
    sizes: list[int] = []
    before = _log_bytes(engine, url)
    count = 0
    while completed := cases.complete_round(engine, office):
        count += completed
        with transaction(engine) as tx:
            sizes += tx.read.execute(select(func.length(table_of(Instance).c.state))).scalars().all()
    log_bytes = (_log_bytes(engine, url) - before) / count
    engine.dispose()
    suffix = "" if store.name == "sqlite_full" else f"_{store.name}"
    return [
        BenchmarkFigure(f"state_bytes{suffix}", statistics.median(sizes), BYTES),
        BenchmarkFigure(f"wal_bytes{suffix}", log_bytes, BYTES_PER_COMPLETION),
    ]


def _log_bytes(engine: Engine, url: str) -> int:
    if engine.dialect.name == "sqlite":
        log = Path(f"{make_url(url).database}-wal")
        return log.stat().st_size if log.exists() else 0
    with transaction(engine) as tx:
        return int(tx.read.execute(text("SELECT pg_current_wal_insert_lsn() - '0/0'")).scalar_one())


def _timer_figures(url: str, root: Path) -> list[BenchmarkFigure]:
    schema_migrations.upgrade(url)
    engine = engine_for(url)
    office = cases.prepare_office(engine, root)
    measures = waiting.measure_timers(engine, office)
    engine.dispose()
    return [
        BenchmarkFigure(
            "due_search_100k", measures.search_100k_ms, "ms", baseline=Term(N_("200 đến hạn trong 100.000 đang chờ"))
        ),
        BenchmarkFigure(
            "due_search_1m", measures.search_1m_ms, "ms", baseline=Term(N_("200 đến hạn trong 1.000.000 đang chờ"))
        ),
        BenchmarkFigure("fire_rate", measures.fires_per_second, FIRES_PER_SECOND, measures.ratio, RAW_DRIVER),
    ]


def _worker_figures(store: BenchmarkStore) -> list[BenchmarkFigure]:
    """Timers per second of one, two and four workers, each run on a fresh database, against one raw connection."""
    minimal: list[float] = []
    rates: dict[int, list[float]] = {number: [] for number in several.WORKERS}
    for _ in range(ROUNDS):
        minimal.append(_raw_fire_rate(store))
        for number, samples in rates.items():
            fired, seconds = several.race_workers(_copy_with_due_timers(store), number)
            samples.append(fired / seconds)
    return [
        _compared_figure(f"fire_rate_{number}_workers", samples, minimal, RAW_DRIVER, FIRES_PER_SECOND)
        for number, samples in rates.items()
    ]


def _copy_with_due_timers(store: BenchmarkStore) -> str:
    """The URL of a copy whose timers are due."""
    url = store.copy()
    engine = engine_for(url)
    several.start_waiting_cases(engine, FIRED)
    engine.dispose()
    return url


def _raw_fire_rate(store: BenchmarkStore) -> float:
    """Timers per second when the raw driver sends the statements of one worker."""
    engine = engine_for(_copy_with_due_timers(store))
    with transaction(engine) as tx:
        world = snapshot.load_world(tx, 10)
    recording = raw.record_statements(engine, lambda: several.fire_all(engine, world))
    target = _copy_with_due_timers(store)
    started = perf_counter()
    store.replay(target, recording)
    return FIRED / (perf_counter() - started)


@contextmanager
def _sqlite_store(folder: Path) -> Iterator[BenchmarkStore]:
    base, numbers = folder / "base.sqlite3", iter(range(10_000))

    def copy() -> str:
        target = folder / f"copy_{next(numbers)}.sqlite3"
        shutil.copyfile(base, target)
        return f"sqlite:///{target}"

    yield BenchmarkStore(
        "sqlite_full",
        f"sqlite:///{base}",
        copy,
        lambda url, recording: raw.replay_sqlite(str(make_url(url).database), recording),
    )


@contextmanager
def _postgresql_store(server: str) -> Iterator[BenchmarkStore]:
    plain = make_url(server).set(drivername="postgresql")
    base, numbers, databases = "tongdai_bench", iter(range(10_000)), []

    def make(name: str, template: str) -> str:
        with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        databases.append(name)
        return plain.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    def drop(name: str) -> None:
        with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    try:
        yield BenchmarkStore(
            "postgresql",
            make(base, "template0"),
            lambda: make(f"{base}_{next(numbers)}", base),
            lambda url, recording: raw.replay_postgresql(url.replace("+psycopg", ""), recording),
        )
    finally:
        for name in databases:
            drop(name)
