"""Drafts in company: who reads, edits, and counts as an author, and what others remark; on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath

import pytest
from sqlalchemy import delete, insert, select, update

from engine.actor import SYSTEM
from engine.cases.tasks import Desk
from engine.errors import BadInput, Forbidden, Invalid, NotFound
from engine.mailing import draft_mails
from engine.mailing.facts import PageLinks
from engine.process import definitions
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import DeploymentFile, Mail, Person, RoleAssignment, StudioComment, Unit
from engine.studio import comments, drafts, sharing
from engine.studio.comments import CommentPlace
from engine.studio.drafts import DeploymentDraft
from tests.kit.hotline import FILES, NOW, WORLD

AN, BINH, CHI, OPERATOR = 1, 2, 3, 4
DIAGRAM = PurePosixPath("workflows/handle.bpmn")
HERE = CommentPlace(str(DIAGRAM), "handle", 0)
LINKS = PageLinks("https://1022.example", "vi")


@pytest.fixture
def draft(tx: Transaction) -> DeploymentDraft:
    people = [(AN, "an", "An"), (BINH, "binh", "Bình"), (CHI, "chi", "Chi"), (OPERATOR, "ong", "Ông")]
    rows = [{"id": key, "login": login, "name": name, "email": f"{login}@example.vn"} for key, login, name in people]
    tx.write().execute(insert(Person), rows)
    tx.write().execute(insert(Unit), {"code": "O", "name": "Văn phòng", "kind": "office"})
    roles = [(key, "analyst") for key in (AN, BINH, CHI)] + [(OPERATOR, "operator")]
    tx.write().execute(
        insert(RoleAssignment), [{"person_id": key, "unit_code": "O", "role": role} for key, role in roles]
    )
    definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
    return drafts.load_own(tx, AN, drafts.create_from_deployment(tx, AN, "Thêm bước duyệt", NOW))


def at_desk(person: int, minutes: int = 0) -> Desk:
    return Desk(Officer(person, frozenset()), "test", NOW + timedelta(minutes=minutes), WORLD)


def test_a_draft_is_its_owners_until_it_is_shared(tx: Transaction, draft: DeploymentDraft) -> None:
    with pytest.raises(NotFound):
        drafts.load_visible(tx, BINH, draft.id)
    sharing.share_draft(tx, draft, NOW)
    read = drafts.load_visible(tx, BINH, draft.id)
    assert (read.owner, read.is_own, read.may_edit) == ("An", False, False)
    assert [one.id for one in drafts.list_visible(tx, BINH)] == [draft.id]
    assert drafts.list_by_author(tx, BINH) == []
    sharing.unshare_draft(tx, draft)
    assert drafts.list_visible(tx, BINH) == []


def test_a_reader_changes_nothing_whatever_is_called(tx: Transaction, draft: DeploymentDraft) -> None:
    sharing.share_draft(tx, draft, NOW)
    read = drafts.load_visible(tx, BINH, draft.id)
    with pytest.raises(Forbidden):
        drafts.load_editable(tx, BINH, draft.id)
    with pytest.raises(Forbidden):
        drafts.save_file(tx, read, DIAGRAM, b"<a/>", 0, NOW)
    with pytest.raises(Forbidden):
        drafts.restore_file(tx, read, DIAGRAM, NOW)
    with pytest.raises(Forbidden):
        drafts.delete_with_files(tx, read)
    with pytest.raises(Forbidden):
        sharing.unshare_draft(tx, read)
    assert drafts.load_files(tx, draft) == FILES


def test_whom_the_owner_adds_edits_and_stays_an_author_when_removed(tx: Transaction, draft: DeploymentDraft) -> None:
    assert [row.name for row in sharing.list_analysts(tx)] == ["An", "Bình", "Chi"]
    sharing.add_editor(tx, draft, BINH)
    sharing.add_editor(tx, draft, CHI)
    edited = drafts.load_editable(tx, BINH, draft.id)
    assert sharing.list_authors(tx, draft) == {AN}
    drafts.save_file(tx, edited, DIAGRAM, b"<a/>", 0, NOW)
    for person in (BINH, CHI):
        sharing.remove_editor(tx, draft, person)
    assert sharing.list_editors(tx, draft) == []
    assert sharing.list_authors(tx, draft) == {AN, BINH}
    with pytest.raises(NotFound):
        drafts.load_visible(tx, BINH, draft.id)
    sharing.forget_edits(tx, draft)
    assert sharing.list_authors(tx, draft) == {AN}


def test_only_analysts_edit_drafts(tx: Transaction, draft: DeploymentDraft) -> None:
    with pytest.raises(NotFound):
        sharing.add_editor(tx, draft, OPERATOR)
    sharing.add_editor(tx, draft, AN)
    assert sharing.list_editors(tx, draft) == []


def test_a_draft_whose_deployment_is_gone_says_so(tx: Transaction, draft: DeploymentDraft) -> None:
    tx.write().execute(delete(DeploymentFile))
    with pytest.raises(NotFound) as gone:
        drafts.load_files(tx, draft)
    assert gone.value.rule == "draft-base-gone"
    drafts.delete_with_files(tx, draft)
    assert drafts.list_visible(tx, AN) == []


def test_remarks_are_answered_resolved_and_opened_again(tx: Transaction, draft: DeploymentDraft) -> None:
    sharing.share_draft(tx, draft, NOW)
    read = drafts.load_visible(tx, BINH, draft.id)
    first = comments.add_comment(tx, read, HERE, " Vì sao 16 giờ? ", at_desk(BINH))
    comments.add_comment(tx, read, CommentPlace(), "Rất gọn.", at_desk(BINH))
    comments.reply_to_comment(tx, draft, first, "Theo Quyết định 12.", at_desk(AN))
    comments.resolve_comment(tx, draft, first, NOW)
    thread = comments.list_threads(tx, read)[1]
    assert [(one.author, one.text) for one in thread.remarks] == [
        ("Bình", "Vì sao 16 giờ?"),
        ("An", "Theo Quyết định 12."),
    ]
    assert (thread.place, thread.resolved_at, thread.resolved_by) == (HERE, NOW, "An")
    assert comments.count_open(tx, [draft.id]) == {draft.id: 1}
    comments.reply_to_comment(tx, read, first, "Chưa rõ.", at_desk(BINH))
    assert comments.count_open(tx, [draft.id]) == {draft.id: 2}
    drafts.delete_with_files(tx, draft)
    assert tx.read.execute(select(StudioComment)).all() == []


@pytest.mark.parametrize(
    ("place", "text", "error"),
    [
        (HERE, "  ", Invalid),
        (HERE, "x" * 2001, Invalid),
        (CommentPlace("workflows/none.bpmn"), "x", NotFound),
        (CommentPlace("", "handle"), "x", BadInput),
        (CommentPlace(str(DIAGRAM), "", -1), "x", BadInput),
        (CommentPlace(str(DIAGRAM), "x" * 201), "x", BadInput),
    ],
)
def test_a_remark_needs_words_and_a_place(
    tx: Transaction, draft: DeploymentDraft, place: CommentPlace, text: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        comments.add_comment(tx, draft, place, text, at_desk(AN))
    with pytest.raises(NotFound):
        comments.resolve_comment(tx, draft, 7, NOW)


def test_the_owner_gets_one_mail_about_what_is_said_within_ten_minutes(tx: Transaction, draft: DeploymentDraft) -> None:
    sharing.share_draft(tx, draft, NOW)
    read = drafts.load_visible(tx, BINH, draft.id)
    for minutes in (0, 5):
        comments.add_comment(tx, read, HERE, f"Sau {minutes} phút", at_desk(BINH, minutes))
    first = comments.list_threads(tx, draft)[0].id
    comments.reply_to_comment(tx, draft, first, "Cảm ơn.", at_desk(AN, 6))
    mails = {row.recipient: row for row in tx.read.execute(select(table_of(Mail)))}
    assert set(mails) == {"person:1", "person:2"}
    subject, text = draft_mails.compose_comment_mail(tx, mails["person:1"], "An", WORLD, LINKS)
    assert "Thêm bước duyệt" in subject
    assert "Bình: Sau 0 phút\n- Bình: Sau 5 phút" in text
    assert f"https://1022.example/studio/drafts/{draft.id}/review" in text
    tx.write().execute(update(Mail).values(sent_at=NOW))
    comments.add_comment(tx, read, HERE, "Hôm sau", at_desk(BINH, 1440))
    assert len(tx.read.execute(select(Mail.id).where(Mail.recipient == "person:1")).all()) == 2
