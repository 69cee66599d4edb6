"""The event log: read back by an independent reader it says what the history says, and nobody's name."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import rustxes  # type: ignore[import-untyped]  # It carries no types.
from click.testing import CliRunner
from sqlalchemy import Engine, select

from engine.bpmn.actions import Message
from engine.cases import intake, tasks
from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.process import definitions, instances
from engine.process.acts import Command
from engine.records import xes
from engine.store.columns import table_of
from engine.store.db import read_snapshot, transaction
from engine.store.models import History, Report, Task
from tests.kit.hotline import NEW, NOW, PLACE, WHO, WORLD, deployed, desk
from web.cli import main

CASES = 7
START, END = NOW - timedelta(hours=1), NOW + timedelta(days=CASES)


@pytest.fixture
def filled(engine_db: Engine, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Cases on following days, one with a claimed task and one that ended; written three at a time."""
    monkeypatch.setattr(xes, "AT_ONCE", 3)
    with transaction(engine_db) as tx:
        officer = desk(tx, (PLACE, "commune"))
        deployed(tx)
        definition = definitions.find_by_key(tx, "handle")
        for day in range(CASES):
            at = NOW + timedelta(days=day)
            filed = intake.file_report(tx, replace(NEW, received_at=at), definition, WHO, WORLD)
        task = tx.read.execute(select(Task.id, Task.version).where(Task.instance_id == filed.instance_id)).one()
        tasks.claim(tx, replace(officer, now=at), task.id, task.version)
        instances.take_step(tx, 1, Command(Message("withdraw"), WHO, at), WORLD)
    return engine_db


def test_an_independent_reader_finds_exactly_the_history(filled: Engine, tmp_path: Path) -> None:
    file = tmp_path / "log.xes"
    with read_snapshot(filled) as tx:
        done = xes.export_to_file(tx, START, END, file)
        rows = tx.read.execute(select(table_of(History)).order_by(History.instance_id, History.seq)).all()
        codes = {row.id: row.code for row in tx.read.execute(select(Report.id, Report.code))}
    log, _told = rustxes.import_xes(str(file))
    assert (done.traces, done.events) == (CASES, len(rows))
    read = Counter((one["case:concept:name"], one["act"], one["time:timestamp"]) for one in log.to_dicts())
    written = Counter((codes[row.instance_id], row.action, row.at) for row in rows)
    assert {(code, act, at.timestamp()): n for (code, act, at), n in read.items()} == {
        (code, act, at.timestamp()): n for (code, act, at), n in written.items()
    }
    assert set(log["org:resource"]) == {f"{PLACE}/commune"}
    assert dict(zip(log["act"], log["lifecycle:transition"], strict=True)) | {} == {
        "start": "complete",
        "claim": "assign",
        "message": "unknown",
    }
    raw = file.read_text(encoding="utf-8")
    for personal in (NEW.reporter_name, NEW.address, NEW.content, NEW.email, "0912345678", "person:", "Officer"):
        assert personal not in raw


def test_only_cases_begun_in_the_period_are_written_and_impossible_ones_refused(filled: Engine) -> None:
    target = BytesIO()
    with read_snapshot(filled) as tx:
        assert xes.export_log(tx, NOW + timedelta(days=2), NOW + timedelta(days=4), target).traces == 2
        assert xes.export_log(tx, NOW - timedelta(days=9), NOW - timedelta(days=8), BytesIO()).traces == 0
        with pytest.raises(BadInput):
            xes.export_log(tx, END, START, BytesIO())


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_command_writes_a_compressed_log_and_replaces_nothing(
    database: str, filled: Engine, tmp_path: Path
) -> None:
    file, day = tmp_path / "log.xes.gz", f"{NOW.astimezone(VIETNAM):%Y-%m-%d}"

    def run(*arguments: str) -> str:
        environ = {"TONGDAI_DATABASE": database, "TONGDAI_LANGUAGE": "en"}
        result = CliRunner().invoke(main, ["export-xes", *arguments], env=environ)
        assert "Traceback" not in result.output
        return result.output

    assert "1 cases" in run(str(file), "--from", day, "--to", day)
    assert gzip.decompress(file.read_bytes()).count(b"<trace>") == 1
    assert "is there already" in run(str(file), "--from", day, "--to", day)
    assert "ends before" in run(str(tmp_path / "x.xes"), "--from", day, "--to", "2020-01-01")
    assert "does not match" in run(str(tmp_path / "x.xes"), "--from", "hôm qua", "--to", day)
    assert not (tmp_path / "x.xes").exists()
