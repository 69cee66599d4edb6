"""Databases with cases of the past: the demonstration with every fourth report, in both kinds of province."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.config import environment
from engine.replay import demo
from engine.replay.csv_files import ReportFile
from engine.store import db, schema_migrations
from tests.kit.site import deployment
from tests.simulation.drafts import NOW


def demonstration(file: Path, province: str) -> Engine:
    """The demonstration of a province with every fourth of its reports."""
    engine = db.engine_for(f"sqlite:///{file}", durable=False)
    schema_migrations.upgrade(engine.url.render_as_string())
    everything = demo.read_demo
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo, "read_demo", lambda *given: ReportFile(everything(*given).rows[::4]))
        demo.make_or_resume(engine, replace(environment.load_settings({}), province=province), deployment(), NOW)
    return engine


@pytest.fixture(scope="session")
def three_level(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The province of 2021."""
    engine = demonstration(tmp_path_factory.mktemp("simulation") / "three.sqlite3", "three_level")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def two_level(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The province of 2025."""
    engine = demonstration(tmp_path_factory.mktemp("simulation") / "two.sqlite3", "two_level")
    yield engine
    engine.dispose()
