"""The command `figures`: what it says of figures that agree, differ, or were never counted."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import insert

from engine.statistics import check
from engine.store import db
from engine.store.db import transaction
from engine.store.models import FigureFold
from tests.web.cli.test_commands import Tongdai


@pytest.fixture
def tongdai(tmp_path: Path, sqlite_template: Path) -> Tongdai:
    """The command line with a migrated, empty database."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(sqlite_template, tmp_path / "var" / "tongdai.sqlite3")
    return Tongdai(tmp_path)


def test_figures_that_wait_for_the_worker_after_an_upgrade_are_not_called_wrong(tongdai: Tongdai) -> None:
    engine = db.engine_for(tongdai.url)
    with transaction(engine) as tx:
        tx.write().execute(insert(FigureFold).values(scale=check.NOT_BUILT, first=date(1970, 1, 1)))
    engine.dispose()
    assert "have not been counted" in tongdai.refused("figures", "check")
    tongdai.done("figures", "rebuild")
    assert "agree" in tongdai.done("figures", "check")
