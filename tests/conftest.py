"""Fixtures for every test: databases that are migrated and empty, one for each test, on SQLite and on PostgreSQL.

Ask for `database` (a URL), `engine_db` (an engine) or `tx` (an open boundary) and the test runs on both. A test that is
about one of them says `@pytest.mark.parametrize("database", ["sqlite"], indirect=True)`.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from copy import copy
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from hypothesis import settings
from sqlalchemy import Engine

from engine.province.snapshot import WorldCache
from engine.replay import demo
from engine.staff import passwords
from engine.store import db, schema_migrations
from tests.kit import postgres
from tests.kit import site as site_helper
from tests.kit.compiled import share_addresses, share_checks, share_statements
from tests.kit.demonstration import Demonstration, make_demonstration
from tests.kit.made_once import make_once
from tests.kit.reused import Reused, administer, beside

TEMPLATE = "template_migrated"
IN_WORKER = "PYTEST_XDIST_WORKER" in os.environ
NUMBERS = count()

# A shared machine is slow at times; how long one example took says nothing about the program.
settings.register_profile("hotline", deadline=None, print_blob=True)
settings.load_profile("hotline")

# Modules and tests of a run stay to its end: looking for garbage among them again and again took a sixth of its time.
gc.set_threshold(20_000, 20, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a test needs by what it asks for, so that `make quick` can leave it out."""
    for item in items:
        names, callspec = getattr(item, "fixturenames", ()), getattr(item, "callspec", None)
        if "chromium" in names:
            item.add_marker("chromium")
        if "postgres_url" in names or (callspec and "postgresql" in callspec.params.values()):
            item.add_marker("postgresql")


def pytest_collection_finish() -> None:
    """Leave what there is before the first test out of every search for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Passwords are hashed with the least effort: what argon2 costs is its own promise, not ours."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def shared_compilations() -> Iterator[None]:
    """Addresses, statements and checked files are looked at once for all applications and databases of this process."""
    with pytest.MonkeyPatch.context() as patch:
        share_checks(patch)
        share_addresses(patch)
        share_statements(patch)
        yield


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of this test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if IN_WORKER else base


@pytest.fixture(scope="session")
def postgres_url(run_folder: Path) -> str:
    """URL of this run's own PostgreSQL server, started when the first test asks."""
    run = os.getppid() if IN_WORKER else os.getpid()
    return make_once(run_folder / "postgres_url", lambda: postgres.url_for_run(run))


@pytest.fixture(scope="session")
def sqlite_template(run_folder: Path) -> Path:
    """A migrated, empty SQLite database to copy."""
    file = run_folder / "template.sqlite3"

    def make() -> str:
        schema_migrations.upgrade(f"sqlite:///{file}")
        return str(file)

    return Path(make_once(run_folder / "sqlite_template", make))


@pytest.fixture(scope="session")
def postgres_template(run_folder: Path, postgres_url: str) -> str:
    """Name of a migrated, empty database on the run's server."""

    def make() -> str:
        administer(postgres_url, f"CREATE DATABASE {TEMPLATE}")
        schema_migrations.upgrade(beside(postgres_url, TEMPLATE))
        return TEMPLATE

    return make_once(run_folder / "postgres_template", make)


@pytest.fixture(scope="session")
def postgres_reused(postgres_url: str, postgres_template: str) -> Reused:
    """The database that the tests of this process use one after the other."""
    return Reused(postgres_url, postgres_template)


@pytest.fixture
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without any table; parametrise it indirectly with "sqlite" or "postgresql"."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        url = request.getfixturevalue("postgres_url")
        name = f"empty_{os.getpid()}_{next(NUMBERS)}"
        administer(url, f"CREATE DATABASE {name} TEMPLATE template0")
        yield beside(url, name)
        administer(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a migrated, empty database of this test alone."""
    if request.param == "sqlite":
        file = tmp_path / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), file)
        yield f"sqlite:///{file}"
    else:
        reused: Reused = request.getfixturevalue("postgres_reused")
        yield reused.emptied()


@pytest.fixture
def engine_db(database: str) -> Iterator[Engine]:
    """An engine of `database`."""
    engine = db.engine_for(database, durable=False)
    yield engine
    engine.dispose()


@pytest.fixture
def tx(engine_db: Engine) -> Iterator[db.Transaction]:
    """The boundary that a request or a command would open; the test's end commits."""
    with db.transaction(engine_db) as transaction:
        yield transaction


@pytest.fixture(scope="session")
def province_template(run_folder: Path, sqlite_template: Path) -> Path:
    """A SQLite database with the staffed province of 2021 and this repository's deployment, to copy."""
    file = run_folder / "province.sqlite3"

    def make() -> str:
        shutil.copyfile(sqlite_template, file)
        engine = db.engine_for(f"sqlite:///{file}", durable=False)
        demo.set_up_province(engine, "three_level", site_helper.deployment(), site_helper.NOW)
        engine.dispose()
        return str(file)

    return Path(make_once(run_folder / "province_template", make))


@pytest.fixture(scope="session")
def province_world(province_template: Path, tmp_path_factory: pytest.TempPathFactory) -> WorldCache:
    """The world of that province, loaded once: whatever changes it later counts on, as for any server."""
    file = tmp_path_factory.mktemp("world") / "province.sqlite3"
    shutil.copyfile(province_template, file)
    engine, worlds = db.engine_for(f"sqlite:///{file}", durable=False), WorldCache(site_helper.CHASE_CAP)
    with db.transaction(engine) as tx:
        worlds.get(tx)
    engine.dispose()
    return worlds


@pytest.fixture
def site(province_template: Path, province_world: WorldCache, tmp_path: Path) -> Iterator[site_helper.Site]:
    """A web application on a province of its own, on SQLite."""
    file = tmp_path / "site.sqlite3"
    shutil.copyfile(province_template, file)
    engine = db.engine_for(f"sqlite:///{file}", durable=False)
    yield site_helper.Site(engine, tmp_path, copy(province_world))
    engine.dispose()


@pytest.fixture(scope="session")
def demonstrations(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Demonstration]:
    """Gives a copy of the demonstration of a kind of province, which was made once for the whole run."""

    def copied(province: str) -> Demonstration:
        made = Demonstration(run_folder / f"demonstration_{province}", province)
        make_once(run_folder / f"made_{province}", partial(make_demonstration, made))
        return made.copy_to(tmp_path_factory.mktemp("demonstration") / province)

    return copied
