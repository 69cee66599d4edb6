"""Promises of the backup's file and its commands: whole or not there, and a damaged one is told and puts nothing in."""

from __future__ import annotations

import hashlib
import os
import resource
import secrets
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, insert

from engine.backup import archive, backup, table_rows
from engine.backup.archive import FORMAT, MANIFEST
from engine.bpmn.actions import Start
from engine.errors import BadInput
from engine.process import instances
from engine.process.acts import Command
from engine.store import schema_migrations
from engine.store.db import engine_for, transaction
from engine.store.models import StoredFile
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, WHO, WORLD
from tests.web.cli.test_commands import Tongdai

Entries = dict[str, bytes]
# Every how manieth byte of a backup is flipped in a test run; FAULT_LONG flips each.
STRIDE = 1 if "FAULT_LONG" in os.environ else 97


@pytest.fixture
def tongdai(backed_up: Path, tmp_path: Path) -> Tongdai:
    """The command line with a small province, a case and a file; `good` beside it is its backup."""
    shutil.copytree(backed_up, tmp_path, dirs_exist_ok=True)
    return Tongdai(tmp_path)


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Path:
    """The folder that each test gets a copy of."""
    folder = tmp_path_factory.mktemp("backed_up")
    tongdai = Tongdai(folder)
    (folder / "var").mkdir()
    shutil.copyfile(sqlite_template, folder / "var" / "tongdai.sqlite3")
    with database(tongdai.url) as engine, transaction(engine) as tx:
        hotline.desk(tx, (hotline.PLACE, "commune"))
        instances.start_instance(tx, hotline.deployed(tx), Command(Start(DATA), WHO, NOW), WORLD)
        tx.write().execute(insert(StoredFile), {"digest": "d" * 64, "content": secrets.token_bytes(100)})
    tongdai.done("backup", folder / "good")
    return folder


@contextmanager
def database(url: str) -> Iterator[Engine]:
    """An engine that is closed afterwards."""
    engine = engine_for(url, durable=False)
    yield engine
    engine.dispose()


@pytest.fixture
def empty(tongdai: Tongdai, sqlite_template: Path) -> str:
    """The URL of a migrated database without rows."""
    file = tongdai.folder / "empty.sqlite3"
    shutil.copyfile(sqlite_template, file)
    return f"sqlite:///{file}"


def entries(file: Path) -> Entries:
    """What a zip file holds."""
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def pack(file: Path, content: Entries, method: int = zipfile.ZIP_DEFLATED) -> None:
    """Write a zip file."""
    with zipfile.ZipFile(file, "w", method) as packed:
        for name, text in content.items():
            packed.writestr(name, text)


def manifest(content: Entries, change: Callable[[Any], object]) -> None:
    """Change the manifest."""
    told = msgspec.json.decode(content[MANIFEST])
    change(told)
    content[MANIFEST] = msgspec.json.encode(told)


def forge(content: Entries, table: str, old: bytes, new: bytes) -> None:
    """Change a table's rows, and the manifest so that it agrees."""
    name = archive.entry_name(table)
    assert old in content[name]
    content[name] = content[name].replace(old, new)
    digest = hashlib.sha256(content[name]).hexdigest()
    manifest(content, lambda told: told["tables"][table].update(sha256=digest))


def replace(name: str, old: bytes, new: bytes) -> Callable[[Entries], None]:
    """The damage that changes an entry and nothing else."""

    def act(content: Entries) -> None:
        assert old in content[name]
        content[name] = content[name].replace(old, new)

    return act


UNIT = b'"Bi\xc3\xaan H\xc3\xb2a"'
DAMAGES: dict[str, tuple[Callable[[Entries], object], str]] = {
    "no manifest": (lambda c: c.pop(MANIFEST), "is no backup of this program: it has no manifest.json"),
    "manifest no JSON": (lambda c: c.update({MANIFEST: b"{"}), "The manifest of"),
    "manifest of something else": (lambda c: c.update({MANIFEST: b'{"format": 1, "x": 2}'}), "The manifest of"),
    "manifest no UTF-8": (lambda c: c.update({MANIFEST: b'{"format": 1, "revision": "\xff"}'}), "The manifest of"),
    "other format": (lambda c: manifest(c, lambda m: m.update(format=2)), f"has format 2; this program reads {FORMAT}"),
    "newer revision": (
        lambda c: manifest(c, lambda m: m.update(revision="20991231_0000")),
        "has revision 20991231_0000; does it come from a newer program?",
    ),
    "no revision": (lambda c: manifest(c, lambda m: m.update(revision="head")), "The manifest of"),
    "no table": (lambda c: c.pop("unit.jsonl"), "it has no unit.jsonl"),
    "strange table": (
        lambda c: manifest(c, lambda m: m["tables"].update({"../x": m["tables"]["unit"]})),
        "the tables of its revision: '../x' is another one",
    ),
    "table left out": (lambda c: manifest(c, lambda m: m["tables"].pop("timer")), "'timer' is another one"),
    "other columns": (
        lambda c: manifest(c, lambda m: m["tables"]["unit"]["columns"].update(name="bytes")),
        "'unit' is another one",
    ),
    "changed row": (replace("unit.jsonl", UNIT, b'"Long Kh\xc3\xa1nh"'), "Table unit: its rows are not those"),
    "row too few": (
        lambda c: c.update({"stored_file.jsonl": b""}),
        "Table stored_file has 0 rows in the backup, its manifest says 1",
    ),
    "row too many": (
        lambda c: c.update({"stored_file.jsonl": c["stored_file.jsonl"] * 2}),
        "has more rows of table stored_file than its manifest says",
    ),
    "no row": (replace("unit.jsonl", UNIT, b"17"), "Table unit, row 2: this is no row of the table"),
    "half a row": (replace("unit.jsonl", b",null", b""), "Table unit, row 1: this is no row of the table"),
    "no UTF-8": (replace("unit.jsonl", UNIT, b'"\xff\xfe"'), "Table unit, row 2: this is no row of the table"),
    "row that points nowhere": (
        lambda c: forge(c, "task", b"[null,null,null,", b"[999,null,null,"),
        "Table task: the database refused rows of the backup: FOREIGN KEY constraint failed.",
    ),
    "instant out of range": (
        lambda c: forge(c, "deployment", b"2026-11-25T03:00:00Z", b"9999-12-31T23:59:59-12:00"),
        "Table deployment: the database refused rows of the backup",
    ),
    "forged history": (
        lambda c: forge(c, "history", b'"person:1"', b'"person:2"'),
        "do not agree with their chains: case 1, history row 1: its content was changed",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("damage", "said"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_backup_is_told_and_nothing_is_put_in(
    tongdai: Tongdai, empty: str, damage: Callable[[Entries], object], said: str
) -> None:
    content = entries(tongdai.folder / "good")
    damage(content)
    pack(tongdai.folder / "bad", content)
    assert said in tongdai.refused("restore", tongdai.folder / "bad", TONGDAI_DATABASE=empty)
    assert schema_migrations.current_revision(empty) == schema_migrations.head_revision()
    with database(empty) as engine, transaction(engine) as tx:
        assert table_rows.first_filled_table(tx.read) is None
    tongdai.done("restore", tongdai.folder / "good", TONGDAI_DATABASE=empty)


def test_the_damages_above_are_what_is_wrong(tongdai: Tongdai) -> None:
    pack(tongdai.folder / "same", entries(tongdai.folder / "good"))
    assert "can be restored" in tongdai.done("backup-check", tongdai.folder / "same")


@pytest.mark.slow
def test_no_flipped_byte_and_no_cut_goes_unnoticed(tongdai: Tongdai) -> None:
    good = (tongdai.folder / "good").read_bytes()
    file = tongdai.folder / "bad"

    def read() -> Any:
        with archive.open_reader(file) as reader:
            return reader.manifest, {name: list(reader.table_lines(name)) for name in reader.manifest.tables}

    file.write_bytes(good)
    whole, harmless = read(), 0
    spoilt = [good[:at] + bytes([good[at] ^ 0x41]) + good[at + 1 :] for at in range(0, len(good), STRIDE)]
    cut = [good[:length] for length in range(0, len(good), 13 * STRIDE)]
    for content in spoilt + cut:
        file.write_bytes(content)
        with suppress(BadInput):
            assert read() == whole  # A byte that says nothing, such as an entry's time.
            harmless += 1
    assert harmless < (len(spoilt) + len(cut)) / 2


def test_what_could_fill_the_memory_is_refused(tongdai: Tongdai, monkeypatch: pytest.MonkeyPatch) -> None:
    content = entries(tongdai.folder / "good")
    content["unit.jsonl"] = b" " * 200_000
    pack(tongdai.folder / "bomb", content)
    monkeypatch.setattr(archive, "LONGEST_LINE", 100_000)
    assert "a line of unit.jsonl is too long" in tongdai.refused("backup-check", tongdai.folder / "bomb")
    monkeypatch.setattr(archive, "LARGEST_MANIFEST", 10)
    assert "a line of manifest.json is too long" in tongdai.refused("backup-check", tongdai.folder / "good")


def test_another_compression_is_refused(tongdai: Tongdai) -> None:
    pack(tongdai.folder / "bad", entries(tongdai.folder / "good"), zipfile.ZIP_LZMA)
    assert "compressed in a way" in tongdai.refused("backup-check", tongdai.folder / "bad")


def test_an_encrypted_entry_is_told(tongdai: Tongdai) -> None:
    content = bytearray((tongdai.folder / "good").read_bytes())
    content[content.rfind(b"PK\x01\x02") + 8] |= 1  # The manifest is the last entry of the directory.
    (tongdai.folder / "bad").write_bytes(content)
    assert "is damaged at manifest.json" in tongdai.refused("backup-check", tongdai.folder / "bad")


@pytest.mark.parametrize("command", ["restore", "backup-check"])
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere", "nowhere cannot be read: No such file or directory."),
        (".", "cannot be read: Is a directory."),
        ("text", "text is no backup of this program, or was cut off"),
        ("nothing", "nothing is no backup of this program, or was cut off"),
        ("good/below", "cannot be read: Not a directory."),
    ],
)
def test_what_is_no_backup_is_told(tongdai: Tongdai, empty: str, command: str, name: str, said: str) -> None:
    (tongdai.folder / "text").write_text("không phải bản sao lưu\n" * 50, "utf-8")
    (tongdai.folder / "nothing").touch()
    assert said in tongdai.refused(command, tongdai.folder / name, TONGDAI_DATABASE=empty)


# Writing


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_file_is_for_its_owner_alone_and_readable_by_others_programs(tongdai: Tongdai) -> None:
    good = tongdai.folder / "good"
    assert good.stat().st_mode & 0o777 == 0o600
    content = entries(good)
    told = msgspec.json.decode(content[MANIFEST])
    assert (told["format"], told["revision"], told["database"]) == (FORMAT, schema_migrations.head_revision(), "sqlite")
    for name, summary in told["tables"].items():
        lines = content.pop(archive.entry_name(name)).splitlines(keepends=True)
        assert len(lines) == summary["rows"]
        assert hashlib.sha256(b"".join(lines)).hexdigest() == summary["sha256"]
        assert all(len(msgspec.json.decode(line)) == len(summary["columns"]) for line in lines)
    assert content.keys() == {MANIFEST}


@pytest.mark.parametrize("name", ["good", ".", "link"])
def test_a_backup_never_replaces_a_file(tongdai: Tongdai, name: str) -> None:
    (tongdai.folder / "link").symlink_to("nowhere")
    before, good = names(tongdai.folder), (tongdai.folder / "good").read_bytes()
    assert "is there already" in tongdai.refused("backup", tongdai.folder / name)
    assert ((tongdai.folder / "good").read_bytes(), names(tongdai.folder)) == (good, before)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere/b", "cannot be written: No such file or directory."),
        ("good/b", "cannot be written: Not a directory."),
        ("b" * 300, "cannot be written: File name too long."),
    ],
)
def test_a_file_that_cannot_be_written_is_told(tongdai: Tongdai, name: str, said: str) -> None:
    assert said in tongdai.refused("backup", tongdai.folder / name)


def test_a_full_disk_leaves_no_file(tongdai: Tongdai) -> None:
    with database(tongdai.url) as engine, transaction(engine) as tx:
        tx.write().execute(insert(StoredFile), {"digest": "e" * 64, "content": secrets.token_bytes(400_000)})
    before = names(tongdai.folder)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        said = tongdai.refused("backup", tongdai.folder / "b")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "b cannot be written: File too large." in said
    assert names(tongdai.folder) == before


def test_a_backup_that_is_broken_off_leaves_no_file(tongdai: Tongdai, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "TICK_EVERY", 1)
    before = names(tongdai.folder)

    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with database(tongdai.url) as engine, pytest.raises(KeyboardInterrupt):
        backup.back_up_database(engine, tongdai.folder / "b", NOW, interrupt)
    assert names(tongdai.folder) == before


# Commands


def test_backing_up_checking_and_restoring_say_what_they_did(
    tongdai: Tongdai, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tongdai.folder / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tongdai.folder / "scratch"))
    tables = len(entries(tongdai.folder / "good")) - 1
    written = tongdai.done("backup", tongdai.folder / "b")
    assert f" rows of {tables} tables.\nEvery history agrees with its chain.\n" in written
    checked = tongdai.done("backup-check", tongdai.folder / "b", TONGDAI_DATABASE="sqlite:////nowhere/at/all")
    assert "b can be restored: " in checked
    assert " of sqlite.\nEvery history agrees with its chain.\n" in checked
    assert names(tongdai.folder / "scratch") == set()
    assert tongdai.done("restore", tongdai.folder / "b", TONGDAI_DATABASE=empty).startswith("Restored: ")


def test_a_database_with_rows_is_not_restored_into(tongdai: Tongdai) -> None:
    said = tongdai.refused("restore", tongdai.folder / "good")
    assert said == "Table activation has rows already; a backup is restored into an empty database."


def test_a_database_that_is_not_there_yet_is_made(tongdai: Tongdai) -> None:
    url = f"sqlite:///{tongdai.folder / 'new' / 'deep' / 'hotline.sqlite3'}"
    tongdai.done("restore", tongdai.folder / "good", TONGDAI_DATABASE=url)
    assert "agrees" in tongdai.done("history", "verify", TONGDAI_DATABASE=url)


def test_a_database_without_tables_has_nothing_to_back_up(tongdai: Tongdai) -> None:
    url = f"sqlite:///{tongdai.folder / 'none.sqlite3'}"
    said = tongdai.refused("backup", tongdai.folder / "b", TONGDAI_DATABASE=url)
    assert said == "The database has no tables, so there is nothing to back up; tongdai migrate makes them."
    assert not (tongdai.folder / "b").exists()
