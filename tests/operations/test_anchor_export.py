"""Promises of the daily anchor: made without any setting, never made anew from forged rows, sent to a second place."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from engine.cases import intake
from engine.config import environment
from engine.config.secret_key import anchor_keys
from engine.mailing.outcome import PermanentFailure, TransientFailure
from engine.operations import anchor_export
from engine.operations.anchor_export import RETRY_AFTER, AnchorExporter
from engine.process import definitions, incidents
from engine.records import anchors
from engine.store.db import transaction
from engine.store.models import AnchorExport
from tests.kit.hotline import NEW, NOW, WHO, WORLD, deployed

NAME = "anchor_20261125.json"
AUDITOR = "kiemtoan@dongnai.example"
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass
class Post:
    """A mail server that answers as it is told."""

    answers: list[Exception] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)

    def send(self, mail: EmailMessage) -> None:
        if self.answers:
            raise self.answers.pop(0)
        self.taken.append(mail)


def exporter(engine: Engine, var: Path, post: Post | None = None, **other: str) -> AnchorExporter:
    """An exporter of an installation with one case."""
    settings = environment.load_settings({"TONGDAI_VAR": str(var), **other})
    return AnchorExporter(engine, settings, anchor_keys(settings), post)


def file_case(engine: Engine) -> None:
    with transaction(engine) as tx:
        deployed(tx)
        intake.file_report(tx, NEW, definitions.find_by_key(tx, "handle"), WHO, WORLD)


def newest(engine: Engine) -> AnchorExport:
    with transaction(engine) as tx:
        row: AnchorExport | None = anchor_export.load_newest(tx)
    assert row is not None
    return row


def test_it_is_made_once_a_day_with_a_key_of_this_machine(engine_db: Engine, tmp_path: Path) -> None:
    file_case(engine_db)
    ours = exporter(engine_db, tmp_path)
    assert ours.export_daily(NOW)
    assert not ours.export_daily(NOW)
    assert (tmp_path / "anchor_key").stat().st_mode & 0o777 == 0o600
    assert list(anchors.read_anchor(tmp_path / NAME, ours.keys).heads.ids) == [1]
    row = newest(engine_db)
    assert (row.at, row.cases, row.digest) == (NOW, 1, anchors.file_digest(tmp_path / NAME))
    assert (row.copied_at, row.mailed_at) == (None, None)


def test_a_configured_key_signs_and_older_anchors_stay_readable(engine_db: Engine, tmp_path: Path) -> None:
    file_case(engine_db)
    exporter(engine_db, tmp_path).export_daily(NOW)
    configured = exporter(engine_db, tmp_path, TONGDAI_ANCHOR_KEY="k" * 32)
    assert configured.keys[0] == b"k" * 32
    assert anchors.read_anchor(tmp_path / NAME, configured.keys).at == NOW


def test_whoever_removes_the_note_of_the_export_gets_no_new_one(engine_db: Engine, tmp_path: Path) -> None:
    file_case(engine_db)
    ours = exporter(engine_db, tmp_path)
    ours.export_daily(NOW)
    before = (tmp_path / NAME).read_bytes()
    file_case(engine_db)
    with transaction(engine_db) as tx:
        tx.write().execute(delete(AnchorExport))
    assert ours.export_daily(NOW)
    assert (tmp_path / NAME).read_bytes() == before


def test_it_is_copied_to_the_second_folder_when_that_is_there_again(engine_db: Engine, tmp_path: Path) -> None:
    file_case(engine_db)
    second = tmp_path / "second"
    second.touch()  # A file where the folder should be: it cannot be written.
    ours = exporter(engine_db, tmp_path, TONGDAI_ANCHOR_FOLDER=str(second))
    ours.export_daily(NOW)
    for _ in range(3):
        ours.send_newest(NOW)
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
    assert f"could not be copied to {second}" in incidents.incident_sentence(incident, "en")
    second.unlink()
    ours.send_newest(NOW + RETRY_AFTER - timedelta(seconds=1))
    assert newest(engine_db).copied_at is None
    ours.send_newest(NOW + RETRY_AFTER)
    assert newest(engine_db).copied_at == NOW + RETRY_AFTER
    assert (second / NAME).read_bytes() == (tmp_path / NAME).read_bytes()


def test_an_auditor_gets_the_anchor_and_its_digest_once(engine_db: Engine, tmp_path: Path) -> None:
    file_case(engine_db)
    post = Post([TransientFailure("451 later")])
    ours = exporter(engine_db, tmp_path, post, TONGDAI_ANCHOR_MAIL=AUDITOR)
    ours.export_daily(NOW)
    for at in (NOW, NOW, NOW + RETRY_AFTER, NOW + 2 * RETRY_AFTER):
        ours.send_newest(at)
    (mail,) = post.taken
    assert mail["To"] == AUDITOR
    body = mail.get_body(("plain",))
    assert body is not None
    assert newest(engine_db).digest in body.get_content()
    (attachment,) = mail.iter_attachments()
    assert gzip.decompress(attachment.get_content()) == (tmp_path / NAME).read_bytes()
    assert newest(engine_db).mailed_at == NOW + RETRY_AFTER


def test_an_address_that_is_refused_is_an_incident_and_a_large_anchor_goes_by_its_digest(
    engine_db: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_case(engine_db)
    post = Post([PermanentFailure("550 no such user")])
    ours = exporter(engine_db, tmp_path, post, TONGDAI_ANCHOR_MAIL=AUDITOR)
    ours.export_daily(NOW)
    ours.send_newest(NOW)
    with transaction(engine_db) as tx:
        (incident,) = incidents.list_oldest_first(tx)
    assert "550 no such user" in incidents.incident_sentence(incident, "en")
    monkeypatch.setattr(anchor_export, "MAX_ATTACHMENT", 1)
    ours.send_newest(NOW + RETRY_AFTER)
    assert list(post.taken[0].iter_attachments()) == []
