"""An analyst's draft: an overlay on a deployment, with versions, apart from everybody else's; on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

import pytest
from sqlalchemy import insert

from engine.actor import SYSTEM
from engine.errors import BadInput, NotFound, Stale
from engine.process import definitions
from engine.store.db import Transaction
from engine.store.models import Person
from engine.studio import drafts
from engine.studio.drafts import DeploymentDraft
from tests.kit.hotline import FILES, NOW

DIAGRAM, NEW = PurePosixPath("workflows/handle.bpmn"), PurePosixPath("workflows/mail/new.txt")
AN, BINH = 1, 2


@pytest.fixture
def draft(tx: Transaction) -> DeploymentDraft:
    people = [{"id": AN, "login": "an", "name": "An"}, {"id": BINH, "login": "binh", "name": "Bình"}]
    tx.write().execute(insert(Person), people)
    definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
    return drafts.load_own(tx, AN, drafts.create_from_deployment(tx, AN, "Thêm bước duyệt", NOW))


def test_a_new_draft_is_its_base(tx: Transaction, draft: DeploymentDraft) -> None:
    assert drafts.load_files(tx, draft) == FILES
    assert [(row.path, row.version) for row in drafts.list_file_versions(tx, draft)] == [
        (path, 0) for path in sorted(FILES)
    ]
    assert drafts.load_file(tx, draft, DIAGRAM) == (FILES[DIAGRAM], 0)


def test_files_are_changed_added_left_out_and_come_back(tx: Transaction, draft: DeploymentDraft) -> None:
    later = NOW + timedelta(minutes=1)
    assert drafts.save_file(tx, draft, DIAGRAM, b"<a/>", 0, later) == 1
    assert drafts.save_file(tx, draft, DIAGRAM, b"<b/>", 1, later) == 2
    assert drafts.save_file(tx, draft, NEW, b"Thu", None, later) == 1
    reminder = PurePosixPath("workflows/mail/reminder.txt")
    assert drafts.save_file(tx, draft, reminder, None, 0, later) == 1
    files = drafts.load_files(tx, draft)
    assert (files[DIAGRAM], files[NEW], reminder in files) == (b"<b/>", b"Thu", False)
    assert reminder not in [row.path for row in drafts.list_file_versions(tx, draft)]
    with pytest.raises(NotFound):
        drafts.load_file(tx, draft, reminder)
    assert drafts.save_file(tx, draft, reminder, b"Lai", None, later) == 2
    assert drafts.load_file(tx, draft, reminder) == (b"Lai", 2)
    assert drafts.load_own(tx, AN, draft.id).saved_at == later


@pytest.mark.parametrize("version", [1, None])
def test_a_file_that_moved_on_is_not_overwritten(tx: Transaction, draft: DeploymentDraft, version: int | None) -> None:
    with pytest.raises(Stale):
        drafts.save_file(tx, draft, DIAGRAM, b"<a/>", version, NOW)
    drafts.save_file(tx, draft, DIAGRAM, b"<a/>", 0, NOW)
    with pytest.raises(Stale):
        drafts.save_file(tx, draft, DIAGRAM, b"<b/>", 0, NOW)
    assert drafts.load_file(tx, draft, DIAGRAM) == (b"<a/>", 1)


@pytest.mark.parametrize(
    "path",
    [
        "workflows/x.exe",
        "x.bpmn",
        "forms/x.bpmn",
        "workflows/mail/x.json",
        "workflows/../forms/x.json",
        "workflows/a\nb.bpmn",
        f"workflows/{'x' * 200}.bpmn",
    ],
)
def test_what_has_no_place_in_a_deployment_is_refused(tx: Transaction, draft: DeploymentDraft, path: str) -> None:
    with pytest.raises(BadInput):
        drafts.save_file(tx, draft, PurePosixPath(path), b"x", None, NOW)


def test_a_file_that_is_far_too_large_is_refused(tx: Transaction, draft: DeploymentDraft) -> None:
    with pytest.raises(BadInput, match="MB"):
        drafts.save_file(tx, draft, DIAGRAM, b"x" * (drafts.MAX_FILE_BYTES + 1), 0, NOW)


def test_drafts_are_apart_and_analysts_hear_of_each_other(tx: Transaction, draft: DeploymentDraft) -> None:
    other = drafts.load_own(tx, BINH, drafts.create_from_deployment(tx, BINH, "Sửa thư", NOW))
    drafts.save_file(tx, other, DIAGRAM, b"<other/>", 0, NOW)
    assert drafts.load_files(tx, draft) == FILES
    assert [(row.name, row.path) for row in drafts.list_concurrent_edits(tx, draft)] == [("Bình", str(DIAGRAM))]
    assert drafts.list_concurrent_edits(tx, other) == []
    with pytest.raises(NotFound):
        drafts.load_own(tx, AN, other.id)


def test_a_discarded_draft_is_gone(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, DIAGRAM, b"<a/>", 0, NOW)
    drafts.delete_with_files(tx, draft)
    assert drafts.list_by_author(tx, AN) == []


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_a_draft_needs_a_title(tx: Transaction, draft: DeploymentDraft, title: str) -> None:
    del draft
    with pytest.raises(BadInput):
        drafts.create_from_deployment(tx, AN, title, NOW)
