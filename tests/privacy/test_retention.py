"""Forgetting: every column is declared, nothing personal is left anywhere, chains hold, what is needed stays."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, insert, inspect, select, text, update

from engine.bpmn.actions import Cancel
from engine.cases import intake, text_search
from engine.cases.intake import FiledReport
from engine.privacy import inventory, retention
from engine.privacy.retention import NightlyErasure
from engine.process import definitions, history, instances
from engine.process.acts import Command
from engine.store.columns import Base, table_of
from engine.store.db import Transaction, transaction
from engine.store.models import (
    AnswerReview,
    Attachment,
    Contact,
    Conversation,
    ConversationMessage,
    DataHold,
    DataRequest,
    Draft,
    History,
    Look,
    PublishedAnswer,
    Question,
    Report,
    ReportLink,
    SavedFilter,
    StoredFile,
    Submission,
    Sweep,
    Task,
    TrackingKey,
)
from tests.kit.hotline import NEW, NOW, WHO, WORLD, deployed, desk
from tests.paths import DOCS
from web.cli import main

DOCUMENT = DOCS / "reference" / "personal_data.md"
DAYS = 100
LATER = NOW + timedelta(days=DAYS, hours=1)
MARK = "zqmarker"
PHONE = "0987654321"


def file(tx: Transaction, at: datetime = NOW, **other: Any) -> FiledReport:
    """A case that has ended where it began."""
    filed = intake.file_report(
        tx, replace(NEW, received_at=at, **other), definitions.find_by_key(tx, "handle"), WHO, WORLD
    )
    instances.take_step(tx, filed.instance_id, Command(Cancel(), WHO, at), WORLD)
    return filed


def add(tx: Transaction, model: type[Base], **values: Any) -> None:
    tx.write().execute(insert(table_of(model)), values)


def test_every_column_of_every_table_is_declared_once_and_documented() -> None:
    there = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    free = [
        f"{table}.{column}" for table, columns in inventory.IMPERSONAL_COLUMNS.items() for column in columns.split()
    ]
    declared = [*inventory.ERASED_COLUMNS, *inventory.ERASED_WORK_COLUMNS, *inventory.RETAINED_COLUMNS, *free]
    assert sorted(declared) == sorted(there), "Say in engine/privacy/inventory.py whether it is personal."
    written = DOCUMENT.read_text(encoding="utf-8")
    for name, why in {
        **inventory.ERASED_COLUMNS,
        **inventory.ERASED_WORK_COLUMNS,
        **inventory.RETAINED_COLUMNS,
    }.items():
        assert f"| `{name}` | {why} |" in written


def marked(tx: Transaction) -> FiledReport:
    """An ended case with a marker in every column that is declared personal."""
    desk(tx, ("75.VP", "provincial_office"))
    deployed(tx)
    told: Any = {"reporter_name": f"{MARK} tên", "address": f"{MARK} phố", "content": f"{MARK} nội dung"}
    filed = file(tx, phone=f"{PHONE} ({MARK})", email=f"{MARK}@example.org", **told)
    number, instance_id = filed.report_id, filed.instance_id
    task = tx.read.execute(select(Task.id).where(Task.instance_id == instance_id)).scalars().first()
    answers = json.dumps({"note": MARK, "outcome": "correct"})
    written = {"task_engine_id": 1, "at": NOW, "actor": "person:1", "form": "note", "content": answers}
    add(tx, Submission, instance_id=instance_id, salt=MARK.encode(), **written)
    common = {"at": NOW, "means": "phone", "reached": True, "recorded_at": NOW, "recorded_by": "person:1"}
    add(tx, Contact, report_id=number, note=MARK, **common)
    add(tx, Draft, person_id=1, key=f"task:{task}", content=MARK, saved_at=NOW)
    tx.write().execute(
        update(Report).where(Report.id == number).values(salt=MARK.encode(), position=MARK, second_phone=PHONE)
    )
    other = file(tx, phone="0911111111")
    add(tx, ReportLink, report_id=number, other_id=other.report_id, kind="split", reason=MARK, created_at=NOW)
    seen = {"viewer": "citizen", "purpose": "follow", "period": NOW, "at": NOW}
    add(tx, Look, report_id=number, origin=MARK, **seen)
    add(tx, TrackingKey, report_id=number, digest=MARK.encode(), serial=1, issued_at=NOW, issued_by="citizen")
    add(tx, Question, field="health", text=MARK, asked_at=NOW, asked_by="person:1")
    review = {"unit_code": "731", "field": "health", "verdict": "good", "at": NOW, "reviewer_id": 1}
    more = {"reviewer_unit": "75.VP", "replied_at": NOW, "replied_by": 1}
    add(tx, AnswerReview, instance_id=instance_id, note=MARK, reply=MARK, **review, **more)
    _add_conversation(tx, number)
    add(tx, PublishedAnswer, instance_id=instance_id, text=MARK, decided_at=NOW, decided_by=1)
    add(tx, SavedFilter, person_id=1, name="x", query=f"view=queue&text={PHONE}")
    add(tx, SavedFilter, person_id=1, name="y", query=f"text=%2B84+{PHONE[1:4]}.{PHONE[4:]}+r%C3%A1c")
    asked = {"reports": f"[{number}]", "received_at": NOW, "received_by": "person:1", "due_at": NOW, "closed_at": NOW}
    add(tx, DataRequest, kind="access", phone=PHONE, name=MARK, identity=MARK, outcome="done", **asked)
    for report_id, name, digest in ((number, f"{MARK}.png", "own"), (number, "b.png", "both")):
        add(tx, StoredFile, digest=digest, content=f"{MARK} {digest}".encode())
        add(tx, StoredFile, digest=f"{digest} small", content=f"{MARK} {digest} small".encode())
        _attach(tx, report_id, name, digest)
    _attach(tx, other.report_id, "c.png", "both")
    return filed


def _add_conversation(tx: Transaction, report_id: int) -> None:
    wrote = {"channel": "mail", "peer": MARK, "state": "filed", "report_id": report_id, "began_at": NOW}
    add(tx, Conversation, id=1, **wrote)
    sent = {"channel": "mail", "digest": "1", "subject": MARK, "text": MARK, "position": MARK, "received_at": NOW}
    add(tx, ConversationMessage, conversation_id=1, **sent)


def _attach(tx: Transaction, report_id: int, name: str, digest: str) -> None:
    how = {"media_type": "image/png", "size": 1, "added_at": NOW, "added_by": "citizen"}
    add(tx, Attachment, report_id=report_id, name=name, digest=digest, thumbnail=f"{digest} small", **how)


def found(engine: Engine) -> set[str]:
    """Where a marker stands, in any column of any table of the database itself, the search's own too."""
    places = set()
    with engine.connect() as connection:
        for table in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{table}"')).mappings().all()
            for row in rows:
                for column, value in row.items():
                    raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    if MARK.encode() in raw or PHONE.encode() in raw:
                        places.add(f"{table}.{column}")
    return places


def test_nothing_personal_is_left_after_forgetting_and_the_chain_holds(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        filed = marked(tx)
    before = found(engine_db)
    # Known by what they are, not by what stands in them.
    keys = {"attachment.digest", "attachment.thumbnail", "stored_file.digest"}
    assert {place for place in before if not place.startswith("report_search")} == set(inventory.ERASED_COLUMNS) - keys
    assert retention.rehearse(engine_db, LATER, DAYS).reports == 2
    assert found(engine_db) == before
    with transaction(engine_db) as tx:
        tx.write().execute(update(table_of(Report)).where(Report.id != filed.report_id).values(received_at=LATER))
        add(tx, DataHold, report_id=filed.report_id, reason="Thanh tra", at=NOW, by="person:1")
    assert retention.erase_expired(engine_db, LATER, DAYS, WHO).retained_by_reason[retention.HELD] == 1
    with transaction(engine_db) as tx:
        tx.write().execute(table_of(DataHold).delete())
    done = retention.erase_expired(engine_db, LATER, DAYS, WHO)
    # The other report shares a file and is too young: its bytes stay for it alone.
    assert (done.reports, done.rows["attachment"], done.rows["stored_file"]) == (1, 2, 2)
    assert found(engine_db) == {"stored_file.content"}
    with transaction(engine_db) as tx:
        assert list(history.find_breaks(tx)) == []
        assert text_search.find_report_ids(tx, MARK, 10, newest=True) == []
        kept = tx.read.execute(select(Submission.content, Submission.salt)).one()
        assert (json.loads(kept.content), kept.salt) == ({"outcome": "correct"}, b"")
        row = tx.read.execute(select(table_of(Report)).where(Report.id == filed.report_id)).one()
        assert (row.code, row.field, row.place, row.complete) == (filed.code, NEW.field, NEW.place, True)
        acts = tx.read.execute(select(History.action).where(History.instance_id == filed.instance_id)).scalars()
        assert list(acts)[-1] == "anonymise"


def test_what_is_open_recent_or_linked_to_such_stays_over_any_number_of_links(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        deployed(tx)
        chain = [file(tx).report_id for _ in range(4)]
        running = intake.file_report(tx, NEW, definitions.find_by_key(tx, "handle"), WHO, WORLD).report_id
        young = file(tx, LATER).report_id
        for one, other in zip(chain, [*chain[1:], running], strict=True):
            add(tx, ReportLink, report_id=one, other_id=other, kind="merged", reason="", created_at=NOW)
        undone = {"report_id": chain[0], "other_id": young, "kind": "merged", "created_at": NOW, "undone_at": NOW}
        free = file(tx).report_id
        add(tx, ReportLink, reason="", **undone)
        plan = retention.plan_erasure(tx, [*chain, running, young, free], LATER - timedelta(days=DAYS))
        assert plan.ready == [free]
        assert plan.retention_reasons == {**dict.fromkeys(chain, "linked"), running: "open", young: "recent"}


def test_the_night_forgets_in_slices_and_goes_on_where_it_stopped(
    engine_db: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "SLICE_SIZE", 2)
    monkeypatch.setattr(retention, "SCAN_WINDOW", 3)
    with transaction(engine_db) as tx:
        deployed(tx)
        for _ in range(7):
            file(tx)
    turns = 1
    while NightlyErasure(engine_db, DAYS).erase_slice(LATER):  # Another worker each time.
        turns += 1
    assert turns >= 4
    with transaction(engine_db) as tx:
        assert len(retention.list_erased_codes(tx)) == 7
        sweep = tx.read.execute(select(table_of(Sweep))).one()
        assert (sweep.found, sweep.looked_at, sweep.finished_at) == (7, 7, LATER)
    assert not NightlyErasure(engine_db, DAYS).erase_slice(LATER)
    assert NightlyErasure(engine_db, DAYS).erase_slice(LATER + timedelta(days=1))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_command_rehearses_forgets_and_repeats_what_a_backup_brought_back(
    database: str, engine_db: Engine, tmp_path: Path
) -> None:
    with transaction(engine_db) as tx:
        deployed(tx)
        code = file(tx, NOW - timedelta(days=9000)).code
        file(tx)

    def run(*arguments: str) -> Any:
        environ = {"TONGDAI_DATABASE": database, "TONGDAI_LANGUAGE": "en"}
        result = CliRunner().invoke(main, ["anonymise", *arguments], env=environ)
        assert "Traceback" not in result.output
        return result

    told = run("--dry-run").output
    assert "1 reports would be anonymised" in told
    assert "not old enough" in told
    assert "1 reports anonymised" in run().output
    kept = tmp_path / "codes.txt"
    run("--list", str(kept))
    assert kept.read_text() == f"{code}\n"
    with transaction(engine_db) as tx:  # As a backup of before would have it.
        tx.write().execute(update(table_of(Report)).values(anonymised_at=None, reporter_name="Lại"))
    assert "1 cases anonymised again" in run("--codes", str(kept)).output
    for wrong in (["--list", str(kept)], ["--codes", str(kept), "--dry-run"], ["--codes", str(tmp_path / "none")]):
        assert run(*wrong).exit_code == 1
    kept.write_text("=cmd|x\n")
    assert run("--codes", str(kept)).exit_code == 1
