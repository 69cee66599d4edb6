"""A draft of an older deployment is brought up to date before it is deployed, so that nobody's work is undone."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from sqlalchemy import insert

from engine.actor import SYSTEM, Actor, ActStamp
from engine.errors import Stale
from engine.process import definitions
from engine.store.db import Transaction
from engine.store.models import Person
from engine.studio import draft_update, drafts, release, release_rule
from engine.studio.drafts import DeploymentDraft
from engine.studio.release import ReleaseNote
from tests.kit.hotline import FILES, HANDLE, NOW

AN = 1
BY = ActStamp(Actor("person:1", "test"), NOW)
DIAGRAM, NEW = PurePosixPath("workflows/handle.bpmn"), PurePosixPath("workflows/mail/new.txt")
MAIL = PurePosixPath("workflows/mail/reminder.txt")
WHY = ReleaseNote("Thời hạn dài hơn.", seen=True)
TEXT = FILES[MAIL].decode()


@pytest.fixture
def draft(tx: Transaction) -> DeploymentDraft:
    tx.write().execute(insert(Person), {"id": AN, "login": "an", "name": "An"})
    definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
    release_rule.begin_without_approval(tx, BY)
    return drafts.load_own(tx, AN, drafts.create_from_deployment(tx, AN, "Thêm bước duyệt", NOW))


def deploy(tx: Transaction, changed: dict[PurePosixPath, bytes]) -> None:
    """What a colleague deploys meanwhile."""
    definitions.deploy_files(tx, {**FILES, **changed}, by=SYSTEM, message="", now=NOW)


def test_a_draft_of_an_older_deployment_is_not_deployed(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, DIAGRAM, HANDLE.replace(b"16", b"24"), 0, NOW)
    deploy(tx, {MAIL: f"{TEXT}Cảm ơn.\n".encode()})
    assert draft_update.is_outdated(tx, draft)
    with pytest.raises(Stale) as refused:
        release.check_and_deploy(tx, draft, WHY, "vi", BY)
    assert (refused.value.rule, refused.value.facts) == ("draft-outdated", {"base": 1, "newest": 2})
    assert draft_update.update_draft(tx, draft, {}, NOW).conflicts == []
    current = drafts.load_own(tx, AN, draft.id)
    assert not draft_update.is_outdated(tx, current)
    release.check_and_deploy(tx, current, WHY, "vi", BY)
    files = definitions.load_stored_files(tx, definitions.digest_of_number(tx, 3))
    assert files[MAIL].decode().endswith("Cảm ơn.\n")
    assert files[DIAGRAM] == HANDLE.replace(b"16", b"24")


def test_a_file_that_both_changed_in_other_places_has_both_changes(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, MAIL, TEXT.replace("\n", " (gấp)\n", 1).encode(), 0, NOW)
    drafts.save_file(tx, draft, NEW, b"Moi\n\nMoi\n", None, NOW)
    deploy(tx, {MAIL: f"{TEXT}\nCảm ơn.\n".encode(), DIAGRAM: HANDLE.replace(b"16", b"24")})
    assert draft_update.update_draft(tx, draft, {}, NOW).conflicts == []
    current = drafts.load_own(tx, AN, draft.id)
    files = drafts.load_files(tx, current)
    assert files[MAIL].decode().startswith(TEXT.split("\n")[0] + " (gấp)\n")
    assert files[MAIL].decode().endswith("Cảm ơn.\n")
    assert files[DIAGRAM] == HANDLE.replace(b"16", b"24")
    assert set(drafts.load_changes(tx, current)) == {MAIL, NEW}
    with pytest.raises(Stale):  # A window that is still open has the version before.
        drafts.save_file(tx, current, MAIL, b"old\n\nwindow", 1, NOW)


def test_what_both_changed_is_chosen_and_until_then_nothing_changes(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, MAIL, b"Mine\n\nx\n", 0, NOW)
    deploy(tx, {MAIL: b"Theirs\n\nx\n"})
    planned = draft_update.update_draft(tx, draft, {}, NOW)
    (conflict,) = planned.conflicts
    assert drafts.load_own(tx, AN, draft.id).number == 1
    assert drafts.load_file(tx, draft, MAIL) == (b"Mine\n\nx\n", 1)
    draft_update.update_draft(tx, draft, {conflict.key: "theirs"}, NOW)
    assert drafts.load_changes(tx, drafts.load_own(tx, AN, draft.id)) == {}


def test_a_file_that_the_newest_removed_and_one_that_the_draft_removed(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, MAIL, None, 0, NOW)
    deploy(tx, {MAIL: b"Theirs\n\nx\n"})
    (conflict,) = draft_update.plan_update(tx, draft, {}).conflicts
    assert (conflict.path, conflict.part.what) == (MAIL, "file")
    draft_update.update_draft(tx, draft, {conflict.key: "mine"}, NOW)
    assert drafts.load_changes(tx, drafts.load_own(tx, AN, draft.id)) == {MAIL: None}


def test_going_back_to_an_old_deployment_counts_as_a_newer_one(tx: Transaction, draft: DeploymentDraft) -> None:
    deploy(tx, {MAIL: b"Theirs\n\nx\n"})
    second = drafts.load_own(tx, AN, drafts.create_from_deployment(tx, AN, "Khác", NOW))
    deploy(tx, {})  # The first once more.
    assert draft_update.is_outdated(tx, second)
    assert not draft_update.is_outdated(tx, draft)
