"""Four eyes: who may approve what, what voids it, and what is deployed without; on both databases."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

import pytest
from sqlalchemy import insert, select, update

from engine.actor import SYSTEM, Actor, ActStamp
from engine.errors import BadInput, Forbidden, Invalid, NotFound, Stale
from engine.journal import acts, journal
from engine.mailing import draft_mails
from engine.process import definitions
from engine.records.table_differences import find_differing_tables
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import JournalEntry, Mail, ReleaseApproval, RoleAssignment
from engine.studio import drafts, release, release_rule, reviews, sharing
from engine.studio.drafts import DeploymentDraft
from engine.studio.release import ReleaseNote
from engine.studio.reviews import DraftVerdict
from tests.kit.hotline import FILES, HANDLE, NOW, WORLD
from tests.studio.test_sharing import AN, BINH, CHI, DIAGRAM, LINKS, OPERATOR, at_desk, draft

__all__ = ["draft"]

BY = ActStamp(Actor("person:1", "test"), NOW)
WHY = ReleaseNote("Thời hạn dài hơn.", seen=True)
LONGER = HANDLE.replace(b"16", b"24")
CHANGED = {**FILES, DIAGRAM: LONGER}


def asked(tx: Transaction, draft: DeploymentDraft) -> int:
    drafts.save_file(tx, draft, DIAGRAM, LONGER, 0, NOW)
    return reviews.ask_for_review(tx, draft, "Xin xem hạn mới.", at_desk(AN))


def decide(tx: Transaction, draft: DeploymentDraft, person: int, *, approved: bool = True, reason: str = "") -> None:
    read = drafts.load_visible(tx, person, draft.id)
    review = reviews.load_review(tx, read)
    number, digest = (review.id, review.digest) if review is not None else (0, "")
    reviews.decide_review(tx, read, DraftVerdict(approved, reason, number, digest), at_desk(person))


def state(tx: Transaction, draft: DeploymentDraft) -> str:
    review = reviews.load_review(tx, drafts.load_own(tx, AN, draft.id))
    return review.state if review is not None else ""


def told(tx: Transaction, kind: str) -> list[tuple[str, str]]:
    rows = tx.read.execute(select(table_of(Mail)).where(Mail.kind == kind).order_by(Mail.id)).all()
    compose = draft_mails.compose_review_mail if kind == "review" else draft_mails.compose_emergency_mail
    return [(row.recipient, compose(tx, row, "X", WORLD, LINKS)[0]) for row in rows]


def test_an_approved_draft_is_deployed_with_who_approved_it(tx: Transaction, draft: DeploymentDraft) -> None:
    asked(tx, draft)
    with pytest.raises(BadInput, match="second person"):
        release.check_and_deploy(tx, draft, WHY, "vi", BY)
    decide(tx, draft, BINH, reason="Đúng quyết định 12.")
    assert state(tx, draft) == "approved"
    assert release.check_and_deploy(tx, draft, WHY, "vi", BY).number == 2
    row = release.list_deployments(tx)[0]
    assert (row.approved_by, row.approved_at, row.emergency) == ("Bình", NOW, "")
    assert told(tx, "review") == [
        ("person:2", "[1022] Nhờ duyệt bản nháp “Thêm bước duyệt”"),
        ("person:3", "[1022] Nhờ duyệt bản nháp “Thêm bước duyệt”"),
        ("person:1", "[1022] Bản nháp “Thêm bước duyệt” đã được duyệt"),
    ]


def test_who_approved_what_stands_in_the_record_and_an_edit_shows(tx: Transaction, draft: DeploymentDraft) -> None:
    asked(tx, draft)
    decide(tx, draft, BINH)
    release.check_and_deploy(tx, draft, WHY, "vi", BY)
    tx.settle()
    rows = tx.read.execute(select(JournalEntry.act, JournalEntry.actor, JournalEntry.detail).order_by(JournalEntry.seq))
    recorded = [(row.act, row.actor, json.loads(row.detail)["digest"]) for row in rows if row.actor != "system"]
    digest = definitions.digest_of(CHANGED)
    assert recorded == [
        (acts.ASK_REVIEW, "person:1", digest),
        (acts.APPROVE_DRAFT, "person:2", digest),
        (acts.ACTIVATE_DEPLOYMENT, "person:1", digest),
    ]
    assert list(journal.find_breaks(tx)) == []
    assert list(find_differing_tables(tx)) == []
    tx.write().execute(update(ReleaseApproval).values(approved_by="person:3"))
    assert [fault.facts["table"] for fault in find_differing_tables(tx)] == ["release_approval"]


def test_whoever_has_a_part_in_a_draft_does_not_approve_it(tx: Transaction, draft: DeploymentDraft) -> None:
    sharing.add_editor(tx, draft, BINH)
    edited = drafts.load_editable(tx, BINH, draft.id)
    drafts.save_file(tx, edited, PurePosixPath("workflows/mail/new.txt"), b"Thu\n\nNoi dung", None, NOW)
    sharing.remove_editor(tx, draft, BINH)
    asked(tx, draft)
    for person in (AN, BINH):
        with pytest.raises(Forbidden):
            decide(tx, draft, person)
    assert [row.id for row in reviews.list_reviewers(tx, draft)] == [CHI]
    decide(tx, draft, CHI)
    assert state(tx, draft) == "approved"


def test_any_change_after_the_approval_voids_it_and_the_approvers_own_for_good(
    tx: Transaction, draft: DeploymentDraft
) -> None:
    asked(tx, draft)
    decide(tx, draft, BINH)
    drafts.save_file(tx, draft, DIAGRAM, LONGER + b"\n", 1, NOW)
    assert state(tx, draft) == "changed"
    with pytest.raises(BadInput):
        release.check_and_deploy(tx, draft, WHY, "vi", BY)
    drafts.save_file(tx, draft, DIAGRAM, LONGER, 2, NOW)
    assert state(tx, draft) == "approved"  # Exactly what was approved.
    sharing.add_editor(tx, draft, BINH)
    theirs = drafts.load_editable(tx, BINH, draft.id)
    drafts.save_file(tx, theirs, DIAGRAM, b"<a/>", 3, NOW)
    drafts.save_file(tx, theirs, DIAGRAM, LONGER, 4, NOW)
    assert state(tx, draft) == "changed"
    with pytest.raises(BadInput):
        release.check_and_deploy(tx, draft, WHY, "vi", BY)


def test_a_decision_is_of_what_the_page_showed_and_made_once(tx: Transaction, draft: DeploymentDraft) -> None:
    sharing.share_draft(tx, draft, NOW)
    with pytest.raises(NotFound):
        decide(tx, draft, BINH)
    number = asked(tx, draft)
    digest = definitions.digest_of(CHANGED)
    read = drafts.load_visible(tx, BINH, draft.id)
    with pytest.raises(Stale) as changed:
        reviews.decide_review(tx, read, DraftVerdict(True, "", number, "other"), at_desk(BINH))
    assert changed.value.rule == "review-draft-changed"
    with pytest.raises(Invalid):
        decide(tx, draft, BINH, approved=False, reason=" ")
    decide(tx, draft, BINH, approved=False, reason="Thiếu thư nhắc.")
    assert state(tx, draft) == "returned"
    late = drafts.load_visible(tx, CHI, draft.id)
    with pytest.raises(Stale) as decided:
        reviews.decide_review(tx, late, DraftVerdict(True, "", number, digest), at_desk(CHI))
    assert decided.value.facts["who"] == "Bình"
    again = reviews.ask_for_review(tx, draft, "", at_desk(AN))
    with pytest.raises(Stale):
        reviews.decide_review(tx, late, DraftVerdict(True, "", number, digest), at_desk(CHI))
    reviews.decide_review(tx, late, DraftVerdict(True, "", again, digest), at_desk(CHI))
    assert state(tx, draft) == "approved"


def test_an_outdated_draft_is_neither_asked_about_nor_approved(tx: Transaction, draft: DeploymentDraft) -> None:
    with pytest.raises(BadInput):
        reviews.ask_for_review(tx, draft, "", at_desk(AN))  # It changes nothing.
    number = asked(tx, draft)
    newer = {**FILES, DIAGRAM: HANDLE.replace(b"16", b"8")}
    definitions.deploy_files(tx, newer, by=SYSTEM, message="", now=NOW)
    read = drafts.load_visible(tx, BINH, draft.id)
    with pytest.raises(Stale, match="2"):
        reviews.decide_review(tx, read, DraftVerdict(True, "", number, definitions.digest_of(CHANGED)), at_desk(BINH))
    with pytest.raises(Stale):
        reviews.ask_for_review(tx, draft, "", at_desk(AN))


def test_an_administrator_sets_the_rule_and_nobody_else(tx: Transaction, draft: DeploymentDraft) -> None:
    drafts.save_file(tx, draft, DIAGRAM, LONGER, 0, NOW)
    assert release_rule.needs_approval(tx)
    with pytest.raises(Forbidden):
        release_rule.set_release_rule(tx, at_desk(AN), needs=False)
    desk = at_desk(OPERATOR)
    chief = type(desk)(Officer(OPERATOR, frozenset({("O", "administrator")})), desk.origin, desk.now, desk.world)
    release_rule.set_release_rule(tx, chief, needs=False)
    release_rule.begin_without_approval(tx, BY)
    assert release.check_and_deploy(tx, draft, WHY, "vi", BY).number == 2
    assert release.list_deployments(tx)[0].approved_by is None
    tx.settle()
    (entry,) = tx.read.execute(select(JournalEntry.detail).where(JournalEntry.act == acts.SET_RELEASE_RULE)).scalars()
    assert json.loads(entry)["changes"] == {"needs_approval": [True, False]}


def test_a_command_deploys_what_was_approved_or_gives_a_reason_that_administrators_read(
    tx: Transaction, draft: DeploymentDraft
) -> None:
    tx.write().execute(insert(RoleAssignment), {"person_id": OPERATOR, "unit_code": "O", "role": "administrator"})
    assert release.deploy_from_folder(tx, FILES, "", "", BY).new is False
    with pytest.raises(BadInput, match="--emergency"):
        release.deploy_from_folder(tx, CHANGED, "", "", BY)
    asked(tx, draft)
    decide(tx, draft, BINH)
    assert release.deploy_from_folder(tx, CHANGED, "", "", BY).number == 2
    assert release.list_deployments(tx)[0].approved_by == "Bình"
    other = {**FILES, DIAGRAM: HANDLE.replace(b"16", b"8")}
    release.deploy_from_folder(tx, other, "", "Lỗi chặn mọi phản ánh.", BY)
    newest = release.list_deployments(tx)[0]
    assert (newest.number, newest.approved_by, newest.emergency) == (3, None, "Lỗi chặn mọi phản ánh.")
    assert told(tx, "emergency") == [(f"person:{OPERATOR}", "[1022] Bản triển khai 3 không qua duyệt")]
    tx.settle()
    assert tx.read.execute(select(JournalEntry.subject).where(JournalEntry.act == acts.DEPLOY_UNAPPROVED)).scalar() == (
        "deployment:3"
    )


def test_the_first_deployment_of_an_installation_needs_no_approval(tx: Transaction) -> None:
    assert release.deploy_from_folder(tx, FILES, "", "", ActStamp(SYSTEM, NOW)).number == 1
