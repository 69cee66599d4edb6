"""One row that somebody damaged in the database hides no other and stops no work: it says what it is, in its place."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from engine.actor import SYSTEM, ActStamp
from engine.config.environment import MailServer
from engine.journal import acts, journal
from engine.mailing import delivery
from engine.mailing.channels import smtp_only
from engine.mailing.dev_server import run_dev_mailbox
from engine.process.incidents import list_oldest_first
from engine.process.stored_faults import stored_sentence
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import JournalEntry, Report, Task
from engine.store.unreadable import NO_INSTANT, UnreadableValue
from tests.kit.filled import FilledCopy
from tests.kit.hotline import NOW
from tests.kit.mails import office
from tests.kit.site import COMMUNE, OFFICE

DAMAGE = (
    *(("at", "'rác'"), ("at", "''"), ("at", "12"), ("detail", "'{{{'"), ("detail", "'[]'"), ("detail", "x'ff00'")),
    *(("detail", "'{\"opened\":[1]}'"), ("detail", '\'{"due":"mai"}\''), ("digest", "'rác'")),
    *(("action", "'100%'"), ("actor", "x'00'"), ("node", "x'00'")),
)
JOURNAL_DAMAGE = (
    *(("at", "'rác'"), ("at", "12"), ("detail", "'{{{'"), ("detail", "'null'"), ("detail", "'{\"changes\":[7]}'")),
    *(("subject", "x'00'"), ("digest", "'rác'"), ("detail", "'{\"posts\":[[]]}'"), ("act", "'100%'")),
)


def test_a_damaged_row_of_history_says_so_and_all_others_stand(filled: FilledCopy) -> None:
    with filled.site() as site:
        office = site.browser(OFFICE)
        code = site.read(select(Report.code).order_by(Report.id))[0].code
        before = {page: office.get(page).text.count("record-row") for page in ("/records", f"/records?code={code}")}
        for column, value in DAMAGE:
            kept = damage(filled, "history", column, value, "instance_id = 1 AND seq = 2")
            for page, rows in before.items():
                answer = office.get(page)
                assert (answer.status_code, answer.text.count("record-row")) == (200, rows), (column, value)
            own, case = office.get(f"/records?code={code}").text, office.get(f"/cases/{code}")
            assert case.status_code == 200, (column, value)
            if column not in ("action", "digest"):  # What is readable stands as it is; the chain shows the edit.
                for text in (own, case.text):
                    assert "Không đọc được dòng 2 của lịch sử hồ sơ" in text, (column, value)
            assert site.browser(COMMUNE).get("/inbox").status_code == 200
            restore(filled, "history", column, kept, "instance_id = 1 AND seq = 2")


def test_a_damaged_row_of_the_journal_says_so_in_the_readers_language(filled: FilledCopy) -> None:
    with filled.site() as site:
        office = site.browser(OFFICE)
        row = site.read(select(JournalEntry.chain, JournalEntry.seq).order_by(JournalEntry.at.desc()))[0]
        where, rows = (
            f"chain = '{row.chain}' AND seq = {row.seq}",
            office.get("/records/journal").text.count("record-row"),
        )
        for column, value in JOURNAL_DAMAGE:
            kept = damage(filled, "journal", column, value, where)
            answer = office.get("/records/journal")
            assert (answer.status_code, answer.text.count("record-row")) == (200, rows), (column, value)
            if column not in ("act", "digest") and "posts" not in value:
                sentence = f"Không đọc được dòng {row.seq} của nhật ký hệ thống, phần {row.chain}"
                assert sentence.lower() in answer.text.lower(), (column, value)
            restore(filled, "journal", column, kept, where)


def damage(filled: FilledCopy, table: str, column: str, value: str, where: str) -> Any:
    """Write something into a column by hand; returns what stood there."""
    with closing(sqlite3.connect(filled.file)) as connection:
        kept = connection.execute(f"SELECT {column} FROM {table} WHERE {where}").fetchone()[0]
        connection.execute(f"UPDATE {table} SET {column} = {value} WHERE {where}")
        connection.commit()
    return kept


def restore(filled: FilledCopy, table: str, column: str, kept: Any, where: str) -> None:
    with closing(sqlite3.connect(filled.file)) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (kept,))
        connection.commit()


@pytest.mark.parametrize(
    ("edit", "finding"),
    [
        (
            "UPDATE history SET at = 'rác' WHERE instance_id = 1 AND seq IN (2, 4)",
            "row {} of the history: cannot be read",
        ),
        ("UPDATE task SET opened_at = 'rác', urgency_rank = 'x' WHERE id = 1", "“receive”, column opened_at"),
        ("UPDATE outbox SET payload = '{{{' WHERE id = 1", "table outbox, row 1, column payload: cannot be read"),
    ],
)
def test_verifying_names_each_row_that_cannot_be_read(filled: FilledCopy, edit: str, finding: str) -> None:
    filled.edit(edit)
    printed = filled.tongdai.run("history", "verify").output
    assert "DN-26-000001-" in printed
    for number in (2, 4) if "{}" in finding else (1,):
        assert finding.format(number) in printed


@pytest.mark.parametrize("damaged", ["detail = '{{{'", "act = 'không có'", "detail = '[]'", "seq = 77"])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_mail_about_a_damaged_row_is_told_once_and_the_others_are_sent(engine_db: Engine, damaged: str) -> None:
    hotline = office(engine_db)
    hotline.address(1, "mot@example.org")
    with transaction(engine_db) as tx:
        for _ in range(3):
            journal.record(tx, ActStamp(SYSTEM, NOW), acts.CLOSE_ACCOUNT, "person:1")
    with transaction(engine_db) as tx:
        seq = tx.read.execute(select(JournalEntry.seq).where(JournalEntry.act == acts.CLOSE_ACCOUNT)).scalars().all()[0]
        tx.write().execute(text(f"UPDATE journal SET {damaged} WHERE seq = {seq} AND chain = 'account'"))
    outcomes: list[str] = []
    with run_dev_mailbox("127.0.0.1", 0) as catcher:
        for _ in range(2):
            outlets = smtp_only(MailServer("smtp", "127.0.0.1", catcher.port))
            delivery.send_due_mails(
                engine_db, lambda: NOW, hotline.writing(), outlets, lambda _channel, outcome: outcomes.append(outcome)
            )
            outlets.close()
        assert len(catcher.mails()) == 2
    assert sorted(outcomes) == ["refused", "sent", "sent"]
    with transaction(engine_db) as tx:
        incidents = [stored_sentence(one.message, "vi") for one in list_oldest_first(tx)]
    assert len(incidents) == 1
    assert incidents[0].startswith("Thư gửi cán bộ số 1 không đi được và đã dừng gửi:")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_stands_for_a_damaged_value_is_never_written(engine_db: Engine) -> None:
    with transaction(engine_db) as tx, pytest.raises(UnreadableValue):
        tx.read.execute(select(Task.id).where(table_of(Task).c.opened_at == NO_INSTANT))
