"""Promises of the backup: one state of the database, put back exactly or not at all, from either database to either."""

from __future__ import annotations

import os
import shutil
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, ForeignKey, Table, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from engine.backup import backup, table_rows
from engine.backup.backup import back_up_database, restore_database
from engine.bpmn.actions import Complete, Start
from engine.cases import tasks, text_search
from engine.cases.tasks import Desk
from engine.errors import BadInput
from engine.process import history, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.history import AuditEntry, ChainState
from engine.staff import access
from engine.store import schema_migrations
from engine.store.columns import table_of
from engine.store.db import engine_for, read_snapshot, transaction
from engine.store.models import NEVER, Deployment, History, Instance, Outbox, ProcessDefinition, StoredFile, Task, Unit
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, WHO, WORLD
from tests.kit.site import FOCAL, NEW, OPERATOR, Site
from tests.web.cli.test_commands import Tongdai

METADATA = Instance.metadata  # All tables share it.
OLD = "20261125_0236"
both = pytest.mark.parametrize("empty_database", ["sqlite", "postgresql"], indirect=True)
# From each database to the other; `make faults` also goes from each to its own kind.
CROSSWISE = [("sqlite", "postgresql"), ("postgresql", "sqlite")]
if "FAULT_LONG" in os.environ:
    CROSSWISE += [("sqlite", "sqlite"), ("postgresql", "postgresql")]
crosswise = pytest.mark.parametrize(("database", "empty_database"), CROSSWISE, indirect=True)
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

# What a file or a database could keep otherwise than it was.
ODD: dict[type, tuple[Any, ...]] = {
    int: (7, 0, -(2**31), 2**31 - 1),
    float: (0.30000000000000004, -1e-300, 1e22, 0.0),
    bool: (True, False, True, False),
    str: ("Đồng Nai “1022”\n\t\\\u2028", "", "\U0001f4de" * 3, "\ufeff'; --"),
    bytes: (bytes(range(256)), b"", b"\n", b"\xff" * 1000),
    datetime: (NEVER, NOW, NOW + timedelta(microseconds=1), datetime(1900, 2, 28, 23, 59, 59, 999999, UTC)),
    date: (date(2026, 2, 12), date(1980, 1, 1), date(2099, 12, 31), date(2000, 2, 29)),
}


def nothing(_done: int, _total: int) -> None:
    """Nobody looks at the progress."""


def content(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with transaction(engine) as tx:
        read = {table.name: tx.read.execute(select(table)).all() for table in METADATA.sorted_tables}
        return {name: sorted((tuple(row) for row in rows), key=repr) for name, rows in read.items()}


def value(kind: type, number: int) -> Any:
    """One of four odd values of a kind; texts all differ, however short they are cut."""
    odd = ODD[kind][number]
    return f"{number} {odd}" if kind is str else odd


def sample(table: Table, number: int, known: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """A row of odd values, unlike the others of its table; every second one has NULL wherever it may."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = getattr(column.type, "impl", column.type).python_type
        pointing: ForeignKey | None = next(iter(column.foreign_keys), None)
        if pointing is not None and pointing.column.table is not table:
            row[column.name] = known[pointing.column.table.name][number][pointing.column.name]
        elif column.nullable and number % 2:
            row[column.name] = None
        elif pointing is not None:
            row[column.name] = value(kind, 3 - number)  # Of two rows one follows its own.
        else:
            odd = value(kind, number)
            row[column.name] = odd[: getattr(column.type, "length", None)] if kind is str else odd
    if table.name == "instance":
        row |= {"history_head": history.GENESIS, "history_count": 0}
    return row


def fill(engine: Engine) -> None:
    """Four rows in every table, and a case with a history."""
    known: dict[str, list[dict[str, Any]]] = {}
    with transaction(engine) as tx:
        for table in METADATA.sorted_tables:
            known[table.name] = [sample(table, number, known) for number in range(4)]
            if table.name != "history":
                # What units point at comes first here, and later in the order of the backup.
                tx.write().execute(insert(table), [known[table.name][number] for number in (1, 3, 0, 2)])
        for at in ODD[datetime]:
            history.append_entry(tx, ODD[int][0], AuditEntry(at, WHO, "note", "", ActDetail(reason=ODD[str][0])))


@pytest.fixture
def target(empty_database: str) -> Iterator[Engine]:
    """An engine of another database, without any table."""
    engine = engine_for(empty_database, durable=False)
    yield engine
    engine.dispose()


@pytest.fixture
def tongdai(database: str, tmp_path: Path) -> Tongdai:
    """The command line with a migrated, empty SQLite database."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(tmp_path / "test.sqlite3", tmp_path / "var" / "tongdai.sqlite3")
    return Tongdai(tmp_path)


@pytest.mark.slow
@crosswise
def test_every_table_comes_back_exactly_from_either_database_to_either(
    engine_db: Engine, target: Engine, tmp_path: Path
) -> None:
    fill(engine_db)
    before = content(engine_db)
    assert min(len(rows) for rows in before.values()) == 4
    kept = back_up_database(engine_db, tmp_path / "b", NOW, nothing)
    assert {name: summary.rows for name, summary in kept.manifest.tables.items()} == dict.fromkeys(before, 4)
    restored = restore_database(target, tmp_path / "b", nothing)
    assert content(target) == before == content(engine_db)
    assert (restored.broken, restored.manifest.database) == ([], engine_db.dialect.name)
    back_up_database(target, tmp_path / "again", NOW, nothing)
    entries = [zipfile.ZipFile(tmp_path / name).read("unit.jsonl") for name in ("b", "again")]
    assert entries[0] == entries[1]


def test_every_table_of_the_models_is_kept_in_an_order_that_can_be_put_in(engine_db: Engine) -> None:
    with read_snapshot(engine_db) as tx:
        found = {rows.name: rows for rows in table_rows.list_tables(tx.read)}
    assert found.keys() == METADATA.tables.keys()
    assert {name: rows.later for name, rows in found.items() if rows.later} == {
        "breach_entry": ("corrects_id",),
        "studio_comment": ("thread_id",),
        "unit": ("parent_code", "successor_code"),
    }
    for name, rows in found.items():
        assert list(rows.columns) == sorted(METADATA.tables[name].columns.keys())


# Officers go on working


def test_a_snapshot_sees_one_state_and_keeps_nothing(engine_db: Engine) -> None:
    wanted = select(func.count()).select_from(table_of(Unit))
    with read_snapshot(engine_db) as tx:
        assert tx.read.execute(wanted).scalar_one() == 0
        with transaction(engine_db) as other:
            other.write().execute(insert(Unit), {"code": "75", "name": "Đồng Nai", "kind": "province"})
        assert tx.read.execute(wanted).scalar_one() == 0
        with suppress(DBAPIError):  # PostgreSQL refuses it.
            tx.write().execute(insert(Unit), {"code": "74", "name": "Bình Dương", "kind": "province"})
    with transaction(engine_db) as later:
        assert later.read.execute(wanted).scalar_one() == 1


def work(engine: Engine, instance: int) -> None:
    """An officer's step: rows of several tables and a link of the history change together."""
    with transaction(engine) as tx:
        task = tx.read.execute(select(Task.engine_id).where(Task.instance_id == instance)).scalars().first()
        assert task is not None
        instances.take_step(tx, instance, Command(Complete(task, {}), WHO, NOW), WORLD)
        instances.start_instance(tx, hotline.deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)


@crosswise
def test_a_backup_during_work_is_the_state_at_its_beginning(
    engine_db: Engine, target: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "TICK_EVERY", 1)
    monkeypatch.setattr(table_rows, "ROWS_AT_ONCE", 2)
    with transaction(engine_db) as tx:
        definition = hotline.deployed(tx)
        waiting = [
            instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)[0] for _ in range(12)
        ]
    before, cases = content(engine_db), len(waiting)

    def tick(_done: int, _total: int) -> None:
        if waiting:
            work(engine_db, waiting.pop(0))

    kept = back_up_database(engine_db, tmp_path / "b", NOW, tick)
    assert not waiting
    assert kept.manifest.tables["instance"].rows == cases
    restore_database(target, tmp_path / "b", nothing)
    assert content(target) == before
    assert len(content(engine_db)["instance"]) == 2 * cases
    with transaction(engine_db) as tx:
        assert list(history.find_breaks(tx)) == []


@pytest.mark.slow
@both
def test_a_restored_database_is_worked_with(site: Site, target: Engine, tmp_path: Path) -> None:
    old = site.file(content="Đèn đường hỏng trước nhà văn hóa.")
    back_up_database(site.engine, tmp_path / "b", NOW, nothing)
    restore_database(target, tmp_path / "b", nothing)
    restored = Site(target, tmp_path)
    new = restored.file(content="Ổ gà lớn gần trường học.")
    assert new.instance_id == old.instance_id + 1
    with transaction(target) as tx:
        assert text_search.find_report_ids(tx, "den duong", 9, newest=True) == [old.report_id]
        assert text_search.find_report_ids(tx, "hoa sen", 9, newest=True) == [new.report_id, old.report_id]
    told = {name: getattr(NEW, name) for name in ("reporter_name", "phone", "address", "place", "field", "urgency")}
    for filed in (old, new):
        task = restored.task(filed.instance_id, "receive")
        with transaction(target) as tx:
            desk = Desk(access.load_officer(tx, access.person_id_of(tx, OPERATOR), NOW), "test", NOW, restored.world())
            form = {**told, "outcome": "handed_over", "content": "Cột điện nghiêng."}
            tasks.complete(tx, desk, task.id, task.version, form)
        assert restored.task(filed.instance_id, "assign")
    with transaction(target) as tx:
        assert text_search.find_report_ids(tx, "den duong", 9, newest=True) == []
        assert text_search.find_report_ids(tx, "cot dien", 9, newest=True) == [new.report_id, old.report_id]
        assert list(history.find_breaks(tx)) == []
    assert old.code in restored.browser(FOCAL).get(f"/cases?text={old.code}").text


# Other revisions, histories that were broken, large files


@pytest.mark.slow
@crosswise
def test_a_backup_of_an_older_revision_is_brought_to_the_newest(
    empty_database: str, target: Engine, engine_db: Engine, tmp_path: Path
) -> None:
    schema_migrations.upgrade(empty_database, OLD)
    begun = history.next_link(1, ChainState(), AuditEntry(NOW, WHO, "start", ""))
    instance = {"id": 1, "definition_id": 1, "status": "active", "version": 1, "state": b"", "started_at": NOW}
    closed = {"history_head": begun.chain.head, "history_count": 1}
    columns = {"kind": "message", "rung": "note", "occurrence": 1, "template": "", "payload": "{}", "created_at": NOW}
    deployment = {"id": 1, "number": 1, "digest": "0" * 64, "created_at": NOW, "created_by": "test", "message": ""}
    with transaction(target) as tx:
        tx.write().execute(insert(Deployment), deployment)
        tx.write().execute(insert(ProcessDefinition), {"id": 1, "deployment_id": 1, "key": "handle", "name": "handle"})
        tx.write().execute(insert(Instance), {**instance, **closed})
        history.insert_link(tx.write(), begun)
        tx.write().execute(insert(Outbox), {"id": 5, "instance_id": 1, **columns})
    assert back_up_database(target, tmp_path / "b", NOW, nothing).manifest.revision == OLD
    restore_database(engine_db, tmp_path / "b", nothing)
    assert (
        schema_migrations.current_revision(engine_db.url.render_as_string(hide_password=False))
        == schema_migrations.head_revision()
    )
    restored = content(engine_db)
    schema_migrations.upgrade(empty_database)
    assert restored == content(target)
    assert [row[0] for row in restored["outbox"]] == [5]


@pytest.mark.slow
@on_sqlite
def test_a_history_that_was_broken_before_is_kept_and_told(tongdai: Tongdai, tmp_path: Path) -> None:
    engine = engine_for(tongdai.url)
    with transaction(engine) as tx:
        definition = hotline.deployed(tx)
        cases = [instances.start_instance(tx, definition, Command(Start(DATA), WHO, NOW), WORLD)[0] for _ in range(2)]
        tx.write().execute(update(History).where(History.instance_id == cases[0]).values(actor="person:9"))
    kept = content(engine)
    broken = f"case {cases[0]}, history row 1: its content was changed\n"
    for command in (("backup", tmp_path / "b"), ("backup-check", tmp_path / "b")):
        result = tongdai.run(*command)
        assert (result.exit_code, broken in result.stderr) == (0, True)
        assert "1 case histories were broken" in result.stderr
    other = engine_for(f"sqlite:///{tmp_path / 'other.sqlite3'}", durable=False)
    assert [item.instance_id for item in restore_database(other, tmp_path / "b", nothing).broken] == [cases[0]]
    assert content(other) == kept


@on_sqlite
@pytest.mark.parametrize("empty_database", ["postgresql"], indirect=True)
def test_what_the_other_database_cannot_keep_is_told_and_nothing_is_put_in(
    engine_db: Engine, target: Engine, tmp_path: Path
) -> None:
    with transaction(engine_db) as tx:
        tx.write().execute(insert(Unit), {"code": "75", "name": "Đồng\0Nai", "kind": "province"})
    back_up_database(engine_db, tmp_path / "b", NOW, nothing)
    with pytest.raises(BadInput, match=r"Table unit: the database refused rows of the backup: .* NUL"):
        restore_database(target, tmp_path / "b", nothing)
    assert not any(content(target).values())


@pytest.mark.slow
def test_large_files_are_never_in_memory_together(
    engine_db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, files = 1_000_000, 30
    monkeypatch.setattr(table_rows, "BYTES_AT_ONCE", size)
    with transaction(engine_db) as tx:
        for number in range(files):
            row = {"digest": f"{number:064}", "content": number.to_bytes(1, "big") * size}
            tx.write().execute(insert(StoredFile), row)
    other = engine_for(f"sqlite:///{tmp_path / 'other.sqlite3'}", durable=False)
    schema_migrations.upgrade(str(other.url))
    tracemalloc.start()
    try:
        back_up_database(engine_db, tmp_path / "b", NOW, nothing)
        restore_database(other, tmp_path / "b", nothing)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        other.dispose()
    assert peak < files * size / 2, "a part of the files, with what everything else takes"
