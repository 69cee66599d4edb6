"""An analyst's draft: an overlay on a deployment, with versions, apart from everybody else's; on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

import pytest
from sqlalchemy import insert

from engine.errors import BadInput, NotFound, Stale
from engine.process import definitions
from engine.store.db import Transaction
from engine.store.models import Person
from engine.studio import drafts
from engine.studio.drafts import Draft
from tests.kit.hotline import FILES, NOW

DIAGRAM, NEW = PurePosixPath("workflows/handle.bpmn"), PurePosixPath("workflows/mail/new.txt")
AN, BINH = 1, 2


@pytest.fixture
def draft(tx: Transaction) -> Draft:
    people = [{"id": AN, "login": "an", "name": "An"}, {"id": BINH, "login": "binh", "name": "Bình"}]
    tx.write().execute(insert(Person), people)
    definitions.deploy(tx, FILES, by="test", message="", now=NOW)
    return drafts.find(tx, AN, drafts.begin(tx, AN, "Thêm bước duyệt", NOW))


def test_a_new_draft_is_its_base(tx: Transaction, draft: Draft) -> None:
    assert drafts.files(tx, draft) == FILES
    assert [(row.path, row.version) for row in drafts.listing(tx, draft)] == [(path, 0) for path in sorted(FILES)]
    assert drafts.read(tx, draft, DIAGRAM) == (FILES[DIAGRAM], 0)


def test_files_are_changed_added_left_out_and_come_back(tx: Transaction, draft: Draft) -> None:
    later = NOW + timedelta(minutes=1)
    assert drafts.write(tx, draft, DIAGRAM, b"<a/>", 0, later) == 1
    assert drafts.write(tx, draft, DIAGRAM, b"<b/>", 1, later) == 2
    assert drafts.write(tx, draft, NEW, b"Thu", None, later) == 1
    reminder = PurePosixPath("workflows/mail/reminder.txt")
    assert drafts.write(tx, draft, reminder, None, 0, later) == 1
    files = drafts.files(tx, draft)
    assert (files[DIAGRAM], files[NEW], reminder in files) == (b"<b/>", b"Thu", False)
    assert reminder not in [row.path for row in drafts.listing(tx, draft)]
    with pytest.raises(NotFound):
        drafts.read(tx, draft, reminder)
    assert drafts.write(tx, draft, reminder, b"Lai", None, later) == 2
    assert drafts.read(tx, draft, reminder) == (b"Lai", 2)
    assert drafts.find(tx, AN, draft.id).saved_at == later


@pytest.mark.parametrize("version", [1, None])
def test_a_file_that_moved_on_is_not_overwritten(tx: Transaction, draft: Draft, version: int | None) -> None:
    with pytest.raises(Stale):
        drafts.write(tx, draft, DIAGRAM, b"<a/>", version, NOW)
    drafts.write(tx, draft, DIAGRAM, b"<a/>", 0, NOW)
    with pytest.raises(Stale):
        drafts.write(tx, draft, DIAGRAM, b"<b/>", 0, NOW)
    assert drafts.read(tx, draft, DIAGRAM) == (b"<a/>", 1)


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
def test_what_has_no_place_in_a_deployment_is_refused(tx: Transaction, draft: Draft, path: str) -> None:
    with pytest.raises(BadInput):
        drafts.write(tx, draft, PurePosixPath(path), b"x", None, NOW)


def test_a_file_that_is_far_too_large_is_refused(tx: Transaction, draft: Draft) -> None:
    with pytest.raises(BadInput, match="MB"):
        drafts.write(tx, draft, DIAGRAM, b"x" * (drafts.MOST_BYTES + 1), 0, NOW)


def test_drafts_are_apart_and_analysts_hear_of_each_other(tx: Transaction, draft: Draft) -> None:
    other = drafts.find(tx, BINH, drafts.begin(tx, BINH, "Sửa thư", NOW))
    drafts.write(tx, other, DIAGRAM, b"<other/>", 0, NOW)
    assert drafts.files(tx, draft) == FILES
    assert [(row.name, row.path) for row in drafts.others(tx, draft)] == [("Bình", str(DIAGRAM))]
    assert drafts.others(tx, other) == []
    with pytest.raises(NotFound):
        drafts.find(tx, AN, other.id)


def test_a_discarded_draft_is_gone(tx: Transaction, draft: Draft) -> None:
    drafts.write(tx, draft, DIAGRAM, b"<a/>", 0, NOW)
    drafts.discard(tx, draft)
    assert drafts.listed(tx, AN) == []


@pytest.mark.parametrize("title", ["", "x" * 201])
def test_a_draft_needs_a_title(tx: Transaction, draft: Draft, title: str) -> None:
    del draft
    with pytest.raises(BadInput):
        drafts.begin(tx, AN, title, NOW)


def test_a_draft_follows_a_newer_deployment_unless_both_changed_a_file(tx: Transaction, draft: Draft) -> None:
    drafts.write(tx, draft, NEW, b"Thu", None, NOW)
    definitions.deploy(tx, {**FILES, DIAGRAM: FILES[DIAGRAM] + b" "}, by="test", message="", now=NOW)
    assert drafts.rebase(tx, draft, NOW) == []
    now_based = drafts.find(tx, AN, draft.id)
    assert (now_based.number, drafts.files(tx, now_based)[DIAGRAM]) == (2, FILES[DIAGRAM] + b" ")
    drafts.write(tx, now_based, DIAGRAM, b"<mine/>", 0, NOW)
    definitions.deploy(tx, {**FILES, DIAGRAM: FILES[DIAGRAM] + b"  "}, by="test", message="", now=NOW)
    assert drafts.rebase(tx, now_based, NOW) == [DIAGRAM]
    assert drafts.find(tx, AN, draft.id).number == 2
