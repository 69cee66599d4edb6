"""Measures the product's own path against what it rests on. Called by the command line; nothing here is a test.

Every figure that compares is a median of interleaved rounds of one run: machines differ by a factor of two from minute
to minute, ratios of one run do not. The floor is the product's own statements through the raw driver.
"""

from __future__ import annotations

import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psycopg
from sqlalchemy import Engine, event, func, make_url, select, text

from engine.benchmark import cases, long_instances
from engine.benchmark import floor as raw
from engine.benchmark import plain as plainly
from engine.benchmark import timers as waiting
from engine.benchmark import workers as several
from engine.benchmark.cases import Office
from engine.benchmark.floor import Recording
from engine.province import snapshot
from engine.store import schema_migrations
from engine.store.columns import table_of
from engine.store.db import connect, transaction
from engine.store.models import Instance

CASES = 25
ROUNDS = 5
FIRED = 500
Tick = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; `ratio` compares it with `baseline`, in the same run."""

    name: str
    value: float
    unit: str
    ratio: float | None = None
    baseline: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    """One kind of database: its name, the URL of a prepared database, how to copy it, how to send it a recording."""

    name: str
    url: str
    copy: Callable[[], str]
    replay: Callable[[str, Recording], int]


def run(root: Path, postgresql: str | None, tick: Tick) -> list[Figure]:
    """All figures; `postgresql` is a server where scratch databases may be made, `tick` is told of progress."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder, _sqlite(Path(folder)) as store:
        figures += _compare(store, root, tick)
    if postgresql:
        with _postgresql(postgresql) as store:
            figures += _compare(store, root, tick)
            tick("several workers")
            figures += _several(store)
    tick("long instances")
    figures.append(Figure("growth_exponent", long_instances.exponent(), "", baseline="30 turns to 3,000 turns"))
    with tempfile.TemporaryDirectory() as folder:
        tick("1 M waiting timers")
        figures += _timers(f"sqlite:///{Path(folder) / 'timers.sqlite3'}", root)
    return figures


def _compare(store: Store, root: Path, tick: Tick) -> list[Figure]:
    """Completions per second against the floor, and on SQLite against plain SpiffWorkflow with full JSON."""
    office = _prepared(store, root)
    recording = _recorded(store, office)
    product, minimal, plain = [], [], []
    for number in range(ROUNDS):
        tick(f"{store.name}, round {number + 1} of {ROUNDS}")
        product.append(_product(store, office))
        minimal.append(_timed(lambda url: store.replay(url, recording), store.copy()))
        if store.name == "sqlite_full":
            plain.append(_timed(lambda url: plainly.run(url, root, office, recording), store.copy()))
    found = [_against(f"completion_{store.name}", product, minimal, "raw driver, same statements")]
    if plain:
        found.append(_against("full_json_speedup", product, plain, "plain SpiffWorkflow, full JSON, same rows"))
    return [*found, *_sizes(store, office)]


def _against(name: str, ours: list[float], theirs: list[float], baseline: str, unit: str = "completions/s") -> Figure:
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    return Figure(name, statistics.median(ours), unit, ratio, baseline)


def _prepared(store: Store, root: Path) -> Office:
    schema_migrations.upgrade(store.url)
    engine = connect(store.url)
    office = cases.prepare(engine, root)
    cases.begin(engine, office, CASES)
    engine.dispose()
    return office


def _recorded(store: Store, office: Office) -> Recording:
    engine = connect(store.copy())
    recording = raw.record(engine, lambda: cases.complete_all(engine, office))
    engine.dispose()
    return recording


def _product(store: Store, office: Office) -> float:
    engine = connect(store.copy())
    started = perf_counter()
    count = cases.complete_all(engine, office)
    seconds = perf_counter() - started
    engine.dispose()
    return count / seconds


def _timed(work: Callable[[str], int], url: str) -> float:
    started = perf_counter()
    count = work(url)
    return count / (perf_counter() - started)


def _sizes(store: Store, office: Office) -> list[Figure]:
    """Bytes of a state (median over a case's life) and of write-ahead log for one completion."""
    url = store.copy()
    engine = connect(url)
    if store.name == "sqlite_full":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA wal_autocheckpoint = 0"))
    sizes: list[int] = []
    before = _log_bytes(engine, url)
    count = 0
    while done := cases.complete_round(engine, office):
        count += done
        with transaction(engine) as tx:
            sizes += tx.read.execute(select(func.length(table_of(Instance).c.state))).scalars().all()
    written = (_log_bytes(engine, url) - before) / count
    engine.dispose()
    suffix = "" if store.name == "sqlite_full" else f"_{store.name}"
    return [
        Figure(f"state_bytes{suffix}", statistics.median(sizes), "bytes"),
        Figure(f"wal_bytes{suffix}", written, "bytes per completion"),
    ]


def _log_bytes(engine: Engine, url: str) -> int:
    if engine.dialect.name == "sqlite":
        log = Path(f"{make_url(url).database}-wal")
        return log.stat().st_size if log.exists() else 0
    with transaction(engine) as tx:
        return int(tx.read.execute(text("SELECT pg_current_wal_insert_lsn() - '0/0'")).scalar_one())


def _timers(url: str, root: Path) -> list[Figure]:
    schema_migrations.upgrade(url)
    engine = connect(url)
    office = cases.prepare(engine, root)
    found = waiting.measure(engine, office)
    engine.dispose()
    return [
        Figure("due_search_100k", found.search_100k_ms, "ms", baseline="200 due among 100,000 waiting"),
        Figure("due_search_1m", found.search_1m_ms, "ms", baseline="200 due among 1,000,000 waiting"),
        Figure("fire_rate", found.fires_per_second, "fires/s", found.ratio, "raw driver, same statements"),
    ]


def _several(store: Store) -> list[Figure]:
    """Timers per second of one, two and four workers, each on a database of its own, against one raw connection."""
    minimal: list[float] = []
    rates: dict[int, list[float]] = {number: [] for number in several.WORKERS}
    for _ in range(ROUNDS):
        minimal.append(_raw_fires(store))
        for number, found in rates.items():
            fired, seconds = several.race(_waiting(store), number)
            found.append(fired / seconds)
    return [
        _against(f"fire_rate_{number}_workers", found, minimal, "raw driver, same statements", "fires/s")
        for number, found in rates.items()
    ]


def _waiting(store: Store) -> str:
    """A database whose timers are due."""
    url = store.copy()
    engine = connect(url)
    several.wait(engine, FIRED)
    engine.dispose()
    return url


def _raw_fires(store: Store) -> float:
    """Timers per second when the raw driver sends the statements of one worker."""
    engine = connect(_waiting(store))
    with transaction(engine) as tx:
        world = snapshot.world(tx, 10)
    recording = raw.record(engine, lambda: several.fire_all(engine, world))
    target = _waiting(store)
    started = perf_counter()
    store.replay(target, recording)
    return FIRED / (perf_counter() - started)


@contextmanager
def _sqlite(folder: Path) -> Iterator[Store]:
    base, numbers = folder / "base.sqlite3", iter(range(10_000))

    def copy() -> str:
        target = folder / f"copy_{next(numbers)}.sqlite3"
        shutil.copyfile(base, target)
        return f"sqlite:///{target}"

    yield Store(
        "sqlite_full",
        f"sqlite:///{base}",
        copy,
        lambda url, recording: raw.replay_sqlite(str(make_url(url).database), recording),
    )


@contextmanager
def _postgresql(server: str) -> Iterator[Store]:
    plain = make_url(server).set(drivername="postgresql")
    base, numbers, made = "tongdai_bench", iter(range(10_000)), []

    def make(name: str, template: str) -> str:
        with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        made.append(name)
        return plain.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)

    def drop(name: str) -> None:
        with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())

    try:
        yield Store(
            "postgresql",
            make(base, "template0"),
            lambda: make(f"{base}_{next(numbers)}", base),
            lambda url, recording: raw.replay_postgresql(url.replace("+psycopg", ""), recording),
        )
    finally:
        for name in made:
            drop(name)
