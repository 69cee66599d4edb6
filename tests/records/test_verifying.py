"""Proving the record: a walk in slices by any worker, against the anchor of an earlier day; breaks become incidents."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select, update

from engine.cases import intake
from engine.errors import StepFailed
from engine.process import definitions, history, incidents
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.process.stored_faults import stored_sentence
from engine.records import anchors, batch_cursor, verifying
from engine.records.verifying import HistoryVerifier
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import History, Incident, Sweep
from tests.kit.hotline import NEW, NOW, WHO, WORLD, deployed

KEY = b"k" * 32
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def cases(engine_db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Five cases and the anchor of today; a slice is two cases."""
    monkeypatch.setattr(verifying, "SLICE", 2)
    with transaction(engine_db) as tx:
        deployed(tx)
        definition = definitions.find_by_key(tx, "handle")
        ids = [intake.file_report(tx, NEW, definition, WHO, WORLD).instance_id for _ in range(5)]
        (tmp_path / "anchor_20261125.json").write_text(anchors.create_anchor(tx, NOW, KEY), encoding="utf-8")
    return ids


def night(engine: Engine, folder: Path, key: bytes = KEY) -> Sweep:
    """One whole walk, each slice by another worker."""
    while HistoryVerifier(engine, folder, (key,)).verify_slice(TOMORROW):
        pass
    with transaction(engine) as tx:
        return tx.read.execute(select(table_of(Sweep)).order_by(Sweep.id.desc())).first()  # type: ignore[return-value]


def test_a_whole_record_holds_and_is_checked_once_a_night(engine_db: Engine, cases: list[int], tmp_path: Path) -> None:
    with transaction(engine_db) as tx:  # Cases go on; the anchor knows their past.
        history.append_entry(tx, cases[0], AuditEntry(NOW, WHO, "note", ""))
    sweep = night(engine_db, tmp_path)
    assert (sweep.looked_at, sweep.found, sweep.beside) == (5, 0, "anchor_20261125.json")
    assert sweep.finished_at == TOMORROW
    assert night(engine_db, tmp_path).id == sweep.id


def test_a_slice_counts_only_for_whoever_is_first(engine_db: Engine, cases: list[int], tmp_path: Path) -> None:
    with transaction(engine_db) as tx:
        sweep = batch_cursor.sweep_to_advance(tx, batch_cursor.HISTORY, TOMORROW)
    assert HistoryVerifier(engine_db, tmp_path, (KEY,)).verify_slice(TOMORROW)
    with transaction(engine_db) as tx:
        assert not batch_cursor.advance_sweep(tx, sweep, looked_at=99)
    assert night(engine_db, tmp_path).looked_at == len(cases)


def test_a_case_written_anew_with_its_head_shows_against_the_anchor(
    engine_db: Engine, cases: list[int], tmp_path: Path
) -> None:
    victim = cases[3]
    with transaction(engine_db) as tx:
        rows = table_of(History)
        row = dict(tx.read.execute(select(rows).where(rows.c.instance_id == victim)).one()._mapping)
        forged = history.next_link(
            victim, history.ChainState(), AuditEntry(row["at"], WHO, "start", "", ActDetail(reason="forged"))
        )
        tx.write().execute(delete(rows).where(rows.c.instance_id == victim))
        history.insert_link(tx.write(), forged)
        instance = history._instance
        tx.write().execute(update(instance).where(instance.c.id == victim).values(history_head=forged.chain.head))
        assert list(history.find_breaks(tx)) == []
    sweep = night(engine_db, tmp_path)
    assert (sweep.found, sweep.looked_at) == (2, 5)  # Nor does the forged start know the open task.
    assert "the anchor knows another content" in stored_sentence(sweep.first, "en")
    assert "bản lưu đối chiếu ghi nội dung khác" in stored_sentence(sweep.first, "vi")
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
    assert (incident.instance_id, incident.kind) == (victim, incidents.HISTORY)
    with pytest.raises(StepFailed):  # Its chain holds, so looking at that again proves nothing.
        incidents.retry_incident(engine_db, incident.id, WHO, TOMORROW, WORLD)


def test_a_torn_anchor_and_a_case_that_is_gone_are_told_too(
    engine_db: Engine, cases: list[int], tmp_path: Path
) -> None:
    file = tmp_path / "anchor_20261125.json"
    text = file.read_text(encoding="utf-8")
    gone = text.replace('"heads": [', f'"heads": [[{cases[-1] + 7}, 3, "{"00" * 32}"], ')
    file.write_text(gone, encoding="utf-8")
    sweep = night(engine_db, tmp_path)
    assert (sweep.found, sweep.looked_at) == (1, 5)
    assert "signature is wrong" in stored_sentence(sweep.first, "en")
    with transaction(engine_db) as tx:
        (incident,) = tx.read.execute(select(table_of(Incident))).all()
        assert incident.instance_id is None
        batch_cursor.start_sweep(tx, batch_cursor.HISTORY, "person:1", TOMORROW)
        body = json.loads(gone)
        body.pop("signature")
        signed = {**body, "signature": anchors._anchor_signature(body, KEY)}
    file.write_text(json.dumps(signed), encoding="utf-8")
    assert "it is gone" in stored_sentence(night(engine_db, tmp_path).first, "en")
