"""A mail's row becomes what is said to its recipient, read when it is sent. For delivery and the mailbox page.

A notice reads as its template says; a digest lists the subjects of its notices; the daily mail lists what is due.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from sqlalchemy import Row, select

from engine.errors import BadInput, NotFound
from engine.mailing import daily, facts
from engine.mailing.batching import DAILY, NOTICE
from engine.mailing.facts import Pages
from engine.mailing.letter import Letter
from engine.mailing.template import render
from engine.process import definitions
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import NoticeRecipient, Outbox, Person, Report
from engine.world.world import World

_recipient, _outbox, _person, _report = table_of(NoticeRecipient), table_of(Outbox), table_of(Person), table_of(Report)

_DIGEST = {
    "vi": (
        "[1022] {count} thông báo về hồ sơ của đơn vị",
        "Trong một giờ qua có nhiều thông báo, xin gửi chung trong một thư:",
        "Mở hộp việc: {link}",
    ),
    "en": (
        "[1022] {count} notices on cases of your unit",
        "There were many notices within the hour; they come together in one mail:",
        "Open the inbox: {link}",
    ),
}


@dataclass(frozen=True, slots=True)
class Writing:
    """What writing needs beside the mail itself: the world, the pages, the sender, how a digest is unsubscribed."""

    world: World
    pages: Pages
    sender: str
    unsubscribe: Callable[[int], str]


def message_id(mail: Row[Any], sender: str) -> str:
    """The Message-ID of a mail, the same at every attempt."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return f"<{mail.id}.{mail.created_at:%Y%m%d%H%M%S%f}@{domain}>"


def letter(tx: Transaction, mail: Row[Any], writing: Writing, now: datetime) -> Letter:
    """What a mail says to whom; raises NotFound when its recipient has no address any more, BadInput for its text."""
    kind, _colon, number = mail.recipient.partition(":")
    name, address, code = _addressee(tx, kind, int(number))
    if not address:
        raise NotFound(f"{mail.recipient} has no address.")
    if mail.kind == DAILY:
        subject, text = daily.text(tx, int(number), writing.world, writing.pages, now)
    else:
        subject, text = _of_notices(tx, mail, writing, code, now)
    optional = writing.unsubscribe(int(number)) if mail.kind == DAILY else ""
    identity = message_id(mail, writing.sender)
    return Letter(
        message_id=identity,
        to_name=name,
        to_address=address,
        subject=subject,
        text=text,
        sent_at=mail.created_at,
        unsubscribe=optional,
    )


def follow_link(tx: Transaction, mail: Row[Any], writing: Writing) -> str:
    """A citizen's page of the report that a mail is about."""
    number = int(mail.recipient.rpartition(":")[2])
    return writing.pages.follow(tx.read.execute(select(_report.c.code).where(_report.c.id == number)).scalar_one())


def _addressee(tx: Transaction, kind: str, number: int) -> tuple[str, str, str]:
    """Name and address of an officer or a citizen, and of a citizen the report's code."""
    if kind == "person":
        officer = select(_person.c.name, _person.c.email).where(_person.c.id == number, _person.c.active)
        found = tx.read.execute(officer).one_or_none()
        return (found.name, found.email or "", "") if found is not None else ("", "", "")
    citizen = select(_report.c.reporter_name, _report.c.email, _report.c.phone, _report.c.code)
    row = tx.read.execute(citizen.where(_report.c.id == number)).one()
    return row.reporter_name, row.email or row.phone, row.code


def _of_notices(tx: Transaction, mail: Row[Any], writing: Writing, code: str, now: datetime) -> tuple[str, str]:
    rows = notices_of(tx, mail)
    said = [written(tx, row, row.unit_code or "", writing, code=code, now=now) for row in rows]
    if not said:
        raise BadInput("The mail has no notice any more.")
    if mail.kind == NOTICE:
        return said[0]
    subject, opening, closing = _DIGEST[writing.pages.language]
    lines = [f"- {line}: {writing.pages.of(row)}" for (line, _body), row in zip(said, rows, strict=True)]
    text = "\n\n".join((opening, "\n".join(lines), closing.format(link=f"{writing.pages.site}/inbox")))
    return subject.format(count=len(rows)), text


def notices_of(tx: Transaction, mail: Row[Any]) -> list[Row[Any]]:
    """The notices that a mail tells of, as `facts.notices` has them, each with the unit for which it is got."""
    wanted = (
        facts.notices()
        .add_columns(_recipient.c.unit_code)
        .join(_recipient, _recipient.c.outbox_id == _outbox.c.id)
        .where(_recipient.c.mail_id == mail.id)
        .order_by(_outbox.c.id)
    )
    return list(tx.read.execute(wanted).all())


def written(
    tx: Transaction, row: Row[Any], unit: str, writing: Writing, *, code: str = "", now: datetime
) -> tuple[str, str]:
    """Subject and text of one notice; a citizen, whose code is given, reads that code and a link of their own."""
    known = facts.of_notice(tx, row, writing.world, writing.pages, unit, now)
    if code:
        known["case"]["code"], known["link"] = code, writing.pages.follow(code)
    template = definitions.content(tx, row.digest).mails.get(row.template)
    if template is None:
        raise BadInput(f"The deployment has no mail template {row.template!r}.")
    return render(template, known)
