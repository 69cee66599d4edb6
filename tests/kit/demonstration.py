"""The demonstration with a part of its reports, made once for a test run in each kind of province."""

from __future__ import annotations

import pickle
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.config import environment
from engine.config.environment import Settings
from engine.replay import demo
from engine.replay.csv_files import ReportFile
from engine.replay.demo import DemoStatus
from engine.store import db, schema_migrations
from tests.kit.site import deployment

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)  # A Tuesday morning in office hours.
# Every how manieth report it has: what a test promises of all cases it promises of these.
EVERY = 4
FILE, STATUS = "demo.sqlite3", "status.pickle"


@dataclass(frozen=True)
class Demonstration:
    """A demonstration's folder, with its database and its key, and its province."""

    folder: Path
    province: str

    @property
    def settings(self) -> Settings:
        """The settings that it was made with."""
        return replace(environment.load_settings({"TONGDAI_VAR": str(self.folder)}), province=self.province)

    @property
    def status(self) -> DemoStatus:
        """What its first run said."""
        status: DemoStatus = pickle.loads((self.folder / STATUS).read_bytes())
        return status

    def open(self) -> Engine:
        """An engine of its database."""
        return db.engine_for(f"sqlite:///{self.folder / FILE}", durable=False)

    def copy_to(self, folder: Path) -> Demonstration:
        """A copy of it in a new folder."""
        shutil.copytree(self.folder, folder)
        return replace(self, folder=folder)


def make_demonstration(made: Demonstration) -> str:
    """Make it, in a folder that is not there yet; returns the folder."""
    made.folder.mkdir()
    engine = made.open()
    schema_migrations.upgrade(engine.url.render_as_string())
    with pytest.MonkeyPatch.context() as patch:
        everything = demo.read_demo
        patch.setattr(demo, "read_demo", lambda *given: ReportFile(everything(*given).rows[::EVERY]))
        status = demo.make_or_resume(engine, made.settings, deployment(), NOW)
    engine.dispose()
    (made.folder / STATUS).write_bytes(pickle.dumps(status))
    return str(made.folder)
