"""Other users of the machine read neither the database nor what lies beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from engine.config.private_files import close_database
from engine.store import schema_migrations
from engine.store.db import engine_for, transaction
from web.cli import main


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """A user whose new files everybody may read, as is usual."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def rights(path: Path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_a_new_database_and_its_folder_are_private(tmp_path: Path) -> None:
    file = tmp_path / "var" / "own.sqlite3"
    schema_migrations.upgrade(f"sqlite:///{file}")
    engine = engine_for(f"sqlite:///{file}")
    with transaction(engine) as tx:
        tx.write().execute(text("CREATE TABLE seen (id INTEGER)"))
        files = sorted(item.name for item in file.parent.iterdir())
        assert files == ["own.sqlite3", "own.sqlite3-shm", "own.sqlite3-wal"]
        assert {rights(item) for item in file.parent.iterdir()} == {"0o600"}
    engine.dispose()
    assert rights(file.parent) == "0o700"


def test_a_database_that_was_open_to_all_is_closed_when_it_is_next_used(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite3"
    for name in ("old.sqlite3", "old.sqlite3-wal"):
        (tmp_path / name).touch(0o644)
    engine = engine_for(f"sqlite:///{file}")
    with transaction(engine) as tx:
        tx.read.execute(text("SELECT 1"))
    engine.dispose()
    assert {rights(item) for item in tmp_path.iterdir()} == {"0o600"}


def test_the_programs_folder_is_closed_by_any_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    var = tmp_path / "var"
    var.mkdir(0o755)
    monkeypatch.setenv("TONGDAI_VAR", str(var))
    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    assert CliRunner().invoke(main, ["backup", str(var / "backup.zip")]).exit_code == 0
    assert rights(var) == "0o700"
    assert {rights(item) for item in var.iterdir()} == {"0o600"}


def test_a_further_connection_takes_no_lock_from_one_that_writes(tmp_path: Path) -> None:
    file = tmp_path / "own.sqlite3"
    engine = engine_for(f"sqlite:///{file}")
    with transaction(engine) as tx:
        tx.write().execute(text("CREATE TABLE seen (id INTEGER)"))
    intruder = f"import sqlite3; sqlite3.connect({str(file)!r}, timeout=0).execute('BEGIN EXCLUSIVE')"
    with transaction(engine) as tx:
        tx.write().execute(text("INSERT INTO seen VALUES (1)"))
        close_database(file)
        other = subprocess.run([sys.executable, "-c", intruder], capture_output=True, text=True, check=False)
        assert "database is locked" in other.stderr
    engine.dispose()


def test_an_existing_database_is_never_opened_beside_sqlite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "old.sqlite3"
    file.touch(0o644)
    opened: list[int] = []
    close = os.close

    def note_and_close(number: int) -> None:
        opened.append(number)
        close(number)

    monkeypatch.setattr(os, "close", note_and_close)
    close_database(file)
    assert opened == []
    assert rights(file) == "0o600"
