"""The mails about drafts of the process: remarks on them, to whoever owns one or has written in the same thread."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select

from engine.actor import parse_party, person_key
from engine.errors import NotFound
from engine.mailing.facts import PageLinks
from engine.mailing.recipients import MAIL
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Mail, Person, StudioComment, StudioDraft
from engine.translation.catalogue import N_, translate
from engine.world.world import World

COMMENT = "comment"
MOST_SHOWN = 20  # Remarks in one mail.
_GREETING = N_("Kính gửi {name},")
_LINK = N_("Mở bản nháp: {link}")
_SUBJECT = N_("[1022] Nhận xét về bản nháp “{title}”")
_OPENING = N_("Bản nháp quy trình “{title}” có nhận xét mới:")

_mail, _person = table_of(Mail), table_of(Person)
_draft, _comment = table_of(StudioDraft), table_of(StudioComment)


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


def word_draft_mail(
    subject: str, parts: tuple[str, ...], facts: dict[str, str], draft_id: int, pages: PageLinks
) -> tuple[str, str]:
    """Subject and text: the first of the parts is a sentence with facts, the others stand as they are."""
    opening, *rest = parts

    def word(sentence: str, **more: str) -> str:
        return translate(sentence, pages.language).format(**facts, **more)

    link = word(_LINK, link=f"{pages.site}/studio/drafts/{draft_id}/review")
    return word(subject), "\n\n".join((word(_GREETING), word(opening), *filter(None, rest), link))
