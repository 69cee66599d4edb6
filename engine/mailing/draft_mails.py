"""The mails about drafts of the process: remarks on them, reviews, and deployments that nobody approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from engine.actor import parse_party, person_key
from engine.errors import NotFound
from engine.mailing.facts import PageLinks
from engine.mailing.recipients import MAIL
from engine.staff.access import PERMISSIONS
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    Activation,
    Deployment,
    Mail,
    Person,
    ReleaseApproval,
    RoleAssignment,
    StudioComment,
    StudioDraft,
    StudioReview,
)
from engine.translation.catalogue import N_, translate
from engine.world.world import World

COMMENT, REVIEW, EMERGENCY = "comment", "review", "emergency"
ASKED, APPROVED, RETURNED = "asked", "approved", "returned"
MOST_SHOWN = 20  # Remarks in one mail.
_GREETING = N_("Kính gửi {name},")
_LINK = N_("Mở bản nháp: {link}")
_SUBJECT = N_("[1022] Nhận xét về bản nháp “{title}”")
_OPENING = N_("Bản nháp quy trình “{title}” có nhận xét mới:")
# Subject and opening by what has happened to a review.
_REVIEWS: Mapping[str, tuple[str, str]] = {
    ASKED: (
        N_("[1022] Nhờ duyệt bản nháp “{title}”"),
        N_("{person} nhờ duyệt bản nháp quy trình “{title}” trước khi triển khai."),
    ),
    APPROVED: (
        N_("[1022] Bản nháp “{title}” đã được duyệt"),
        N_("{person} đã duyệt bản nháp quy trình “{title}”; nay có thể triển khai. Sửa tiếp thì phải nhờ duyệt lại."),
    ),
    RETURNED: (N_("[1022] Bản nháp “{title}” bị trả lại"), N_("{person} trả lại bản nháp quy trình “{title}”.")),
}
_EMERGENCY_SUBJECT = N_("[1022] Bản triển khai {number} không qua duyệt")
_EMERGENCY_TEXT = N_(
    "Bản triển khai {number} vừa được đưa vào chạy tại máy chủ mà chưa ai duyệt, vì lý do khẩn cấp: {reason} Đề nghị "
    "xem lại; việc này đã ghi vào nhật ký."
)

_mail, _person = table_of(Mail), table_of(Person)
_draft, _comment, _review = table_of(StudioDraft), table_of(StudioComment), table_of(StudioReview)
_assignment, _deployment = table_of(RoleAssignment), table_of(Deployment)
_activation, _approval = table_of(Activation), table_of(ReleaseApproval)


def plan_comment_mails(
    tx: Transaction, remark: tuple[int, int], readers: Iterable[int], now: datetime, send_at: datetime
) -> None:
    """Plan a mail about a remark, by draft and number, to each reader.

    Where one about this draft still waits, that one will have it.
    """
    draft_id, comment_id = remark
    for reader in sorted(readers):
        waiting = select(_mail.c.id).where(
            _mail.c.recipient == person_key(reader),
            _mail.c.kind == COMMENT,
            _mail.c.sent_at.is_(None),
            _mail.c.available_at > now,
            _mail.c.about.startswith(f"{draft_id}:"),
        )
        if tx.read.execute(waiting.limit(1)).scalar() is None:
            plan_draft_mail(tx, reader, COMMENT, f"{draft_id}:{comment_id}", (now, send_at))


def plan_draft_mail(tx: Transaction, reader: int, kind: str, about: str, times: tuple[datetime, datetime]) -> None:
    """Plan one mail about a draft to somebody who has an address; `times` are when it was made and may be sent."""
    address = tx.read.execute(select(_person.c.email).where(_person.c.id == reader, _person.c.active)).scalar()
    if address:
        row = {"channel": MAIL, "recipient": person_key(reader), "kind": kind, "about": about}
        tx.write().execute(insert(_mail), {**row, "created_at": times[0], "available_at": times[1]})


def compose_comment_mail(
    tx: Transaction, mail: Row[Any], name: str, _world: World, pages: PageLinks
) -> tuple[str, str]:
    """Subject and text of a mail with the remarks since the one it was planned for; raises NotFound without any."""
    draft_id, _colon, first = mail.about.partition(":")
    reader = parse_party(mail.recipient).person_id
    query = (
        select(_comment.c.text, _person.c.name, _draft.c.title)
        .join(_person, _person.c.id == _comment.c.person_id)
        .join(_draft, _draft.c.id == _comment.c.draft_id)
        .where(_comment.c.draft_id == int(draft_id), _comment.c.id >= int(first), _comment.c.person_id != reader)
        .order_by(_comment.c.id)
        .limit(MOST_SHOWN)
    )
    rows = tx.read.execute(query).all()
    if not rows:
        raise NotFound("draft-unknown", draft=draft_id)
    lines = "\n".join(f"- {row.name}: {row.text}" for row in rows)
    return word_draft_mail(_SUBJECT, (_OPENING, lines), {"title": rows[0].title, "name": name}, int(draft_id), pages)


def compose_review_mail(tx: Transaction, mail: Row[Any], name: str, _world: World, pages: PageLinks) -> tuple[str, str]:
    """Subject and text of a mail about a review that was asked for or decided; raises NotFound when it is gone."""
    number, _colon, event = mail.about.partition(":")
    query = select(_review, _draft.c.title).join(_draft, _draft.c.id == _review.c.draft_id)
    row = tx.read.execute(query.where(_review.c.id == int(number))).one_or_none()
    if row is None:
        raise NotFound("review-unknown")
    person = row.asked_by if event == ASKED else row.decided_by
    who = tx.read.execute(select(_person.c.name).where(_person.c.id == person)).scalar_one()
    subject, opening = _REVIEWS[event]
    facts = {"title": row.title, "name": name, "person": who}
    return word_draft_mail(subject, (opening, row.note if event == ASKED else row.reason), facts, row.draft_id, pages)


def plan_emergency_mails(tx: Transaction, number: int, now: datetime) -> None:
    """Plan the mail to every administrator about the deployment that has just been activated without approval."""
    turn = tx.read.execute(select(_deployment.c.turn).where(_deployment.c.number == number)).scalar_one()
    roles = PERMISSIONS["administer"].roles
    holders = select(_assignment.c.person_id).where(_assignment.c.role.in_(roles)).distinct()
    for reader in sorted(tx.read.execute(holders).scalars()):
        plan_draft_mail(tx, reader, EMERGENCY, str(turn), (now, now))


def compose_emergency_mail(
    tx: Transaction, mail: Row[Any], name: str, _world: World, pages: PageLinks
) -> tuple[str, str]:
    """Subject and text of the mail about a deployment without approval."""
    query = (
        select(_deployment.c.number, _approval.c.emergency)
        .join(_activation, _activation.c.deployment_id == _deployment.c.id)
        .join(_approval, _approval.c.turn == _activation.c.turn)
        .where(_activation.c.turn == int(mail.about))
    )
    row = tx.read.execute(query).one()
    facts = {"number": str(row.number), "reason": row.emergency, "name": name}
    subject, *texts = (translate(text, pages.language) for text in (_EMERGENCY_SUBJECT, _GREETING, _EMERGENCY_TEXT))
    return subject.format(**facts), "\n\n".join(text.format(**facts) for text in texts)


def word_draft_mail(
    subject: str, parts: tuple[str, ...], facts: dict[str, str], draft_id: int, pages: PageLinks
) -> tuple[str, str]:
    """Subject and text: the first of the parts is a sentence with facts, the others stand as they are."""
    opening, *rest = parts

    def word(sentence: str, **more: str) -> str:
        return translate(sentence, pages.language).format(**facts, **more)

    link = word(_LINK, link=f"{pages.site}/studio/drafts/{draft_id}/review")
    return word(subject), "\n\n".join((word(_GREETING), word(opening), *filter(None, rest), link))
