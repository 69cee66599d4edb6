"""Composes the content of a mail from its row at the time it is sent.

A notice is rendered from its template; a digest lists the subjects of its notices; the daily mail lists what is due; a
mail about reveals lists the cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from typing import Any

from sqlalchemy import Row, select

from engine.actor import parse_party
from engine.cases import expected_time, report_keys, tracking_link
from engine.errors import BadInput, NotFound
from engine.journal.owner_mails import FORMER_ADDRESS, RIGHTS
from engine.mailing import (
    briefing_mails,
    citizen_mails,
    daily,
    draft_mails,
    duty_mails,
    facts,
    job_mails,
    reveal_mails,
    sign_in_mails,
)
from engine.mailing.absence_mails import compose_absence_mail
from engine.mailing.batching import DAILY, NOTICE
from engine.mailing.citizen_mails import CODE, RECEIPT, ReceiptFacts
from engine.mailing.facts import PageLinks
from engine.mailing.letter import RenderedMail
from engine.mailing.recipients import SMS
from engine.mailing.rights_mails import compose_rights_mail
from engine.mailing.sms import fit_in_parts
from engine.mailing.template import fill_template
from engine.process import definitions
from engine.staff import duty_roster
from engine.staff.substitutes import ABSENCE_MAIL
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import NoticeRecipient, Outbox, Person, Report
from engine.translation.catalogue import N_, translate
from engine.world.world import World

_recipient, _outbox, _person, _report = table_of(NoticeRecipient), table_of(Outbox), table_of(Person), table_of(Report)

# What is written to one officer about their own work, by kind.
_TO_OFFICERS = {
    ABSENCE_MAIL: compose_absence_mail,
    duty_mails.DUTY: duty_mails.compose_duty_mail,
    draft_mails.COMMENT: draft_mails.compose_comment_mail,
    draft_mails.REVIEW: draft_mails.compose_review_mail,
    job_mails.JOB: job_mails.compose_job_mail,
    draft_mails.EMERGENCY: draft_mails.compose_emergency_mail,
}
_DIGEST_SUBJECT = N_("[1022] {count} thông báo về hồ sơ của đơn vị")
_DIGEST_OPENING = N_("Trong một giờ qua có nhiều thông báo, xin gửi chung trong một thư:")
_DIGEST_CLOSING = N_("Mở “Việc cần xử lý”: {link}")


@dataclass(frozen=True, slots=True)
class MailContext:
    """What composing needs besides the mail: the world, the page links, the sender, the unsubscribe URL of a person.

    `secret` signs citizens' links and makes their codes; without it mails are shown to officers, not sent.
    """

    world: World
    pages: PageLinks
    sender: str
    unsubscribe: Callable[[int], str]
    secret: bytes | None = None


def message_id(mail: Row[Any], sender: str) -> str:
    """The Message-ID of a mail, the same for every attempt."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    return f"<{mail.id}.{mail.created_at:%Y%m%d%H%M%S%f}@{domain}>"


def compose_mail(tx: Transaction, mail: Row[Any], context: MailContext, now: datetime) -> RenderedMail:
    """Compose a mail; raises NotFound if its recipient no longer has an address, BadInput if its text is faulty."""
    recipient_id = _recipient_key(mail)[1]
    name, address, code = _recipient_details(tx, *_recipient_key(mail), closed_too=mail.kind == RIGHTS)
    if mail.channel == SMS and _recipient_key(mail)[0] == "person":
        address = duty_roster.duty_number(tx, recipient_id, mail.created_at)
    if mail.kind == FORMER_ADDRESS:
        address = sign_in_mails.former_address(tx, mail.about)
    if not address:
        raise NotFound("mail-address-missing")
    subject, text = _subject_and_text(tx, mail, context, name, code, now)
    unsubscribe_url = context.unsubscribe(recipient_id) if mail.kind == DAILY else ""
    message_identity = message_id(mail, context.sender)
    return RenderedMail(
        message_id=message_identity,
        to_name=name,
        to_address=address,
        subject=subject,
        text=text,
        sent_at=mail.created_at,
        unsubscribe=unsubscribe_url,
        attached=briefing_mails.attached_document(tx, recipient_id) if mail.kind == briefing_mails.BRIEFING else None,
    )


def _subject_and_text(
    tx: Transaction, mail: Row[Any], context: MailContext, name: str, code: str, now: datetime
) -> tuple[str, str]:
    if mail.kind == DAILY:
        return daily.compose_summary(tx, _recipient_key(mail)[1], context.world, context.pages, now)
    if mail.kind in _TO_OFFICERS:
        return _TO_OFFICERS[mail.kind](tx, mail, name, context.world, context.pages)
    if mail.kind == RIGHTS or mail.kind in sign_in_mails.KINDS:
        return _text_about_account(tx, mail, context)
    if mail.kind in (reveal_mails.REVEALS, briefing_mails.BRIEFING):
        return _text_about_papers(tx, mail, context)
    if mail.kind in (CODE, RECEIPT):
        return _text_about_following(tx, mail, context, code, now)
    return _compose_notices(tx, mail, context, code, now)


def _text_about_papers(tx: Transaction, mail: Row[Any], context: MailContext) -> tuple[str, str]:
    """What supervisors are told of masks that were lifted, and the committee of a report."""
    if mail.kind == briefing_mails.BRIEFING:
        return briefing_mails.compose_briefing_mail(tx, _recipient_key(mail)[1])
    return reveal_mails.compose_about_reveals(tx, mail.about, context.world, context.pages.language)


def _text_about_account(tx: Transaction, mail: Row[Any], context: MailContext) -> tuple[str, str]:
    """What the owner of an account is told: changed rights, or changes of what proves who they are."""
    if mail.kind == RIGHTS:
        return compose_rights_mail(tx, mail, context.world, context.pages)
    return sign_in_mails.compose_sign_in_mail(tx, mail, context.pages, context.secret)


def _text_about_following(
    tx: Transaction, mail: Row[Any], context: MailContext, code: str, now: datetime
) -> tuple[str, str]:
    """What a citizen needs to follow a report: a one-time code, or the receipt with its link."""
    language = context.pages.language
    if mail.kind == CODE:
        return citizen_mails.compose_code(tx, mail.about, code, context.secret, language, now)
    report_id = _recipient_key(mail)[1]
    due = expected_time.expected_deadline(tx, report_id, context.world, now)
    receipt = ReceiptFacts(code, _tracking_url(tx, mail, context, code), tracking_link.LIFETIME.days, due)
    return citizen_mails.compose_receipt(mail.about, receipt, language)


def compose_text_message(
    tx: Transaction, mail: Row[Any], rendered: RenderedMail, context: MailContext, parts: int
) -> str:
    """The same mail as a text message: a code in its sentence, everything else as its subject and a link."""
    if mail.kind == CODE:
        return rendered.text.partition("\n")[0]
    if _recipient_key(mail)[0] == "person":
        return fit_in_parts(rendered.subject, f"{context.pages.site}/inbox", parts)
    code = _recipient_details(tx, *_recipient_key(mail))[2]
    return fit_in_parts(rendered.subject, _tracking_url(tx, mail, context, code), parts)


def _recipient_key(mail: Row[Any]) -> tuple[str, int]:
    recipient = parse_party(mail.recipient)
    return recipient.kind, int(recipient.key)


def _tracking_url(tx: Transaction, mail: Row[Any], context: MailContext, code: str) -> str:
    """The URL of the citizen's page, which opens it without a key; when mails are only shown, one that asks for it."""
    if context.secret is None:
        return context.pages.tracking_url(code)
    _kind, report_id = _recipient_key(mail)
    serial = report_keys.key_serial(tx, report_id)
    return context.pages.signed_tracking_url(
        tracking_link.sign_link(context.secret, report_id, serial, mail.created_at)
    )


def _recipient_details(
    tx: Transaction, kind: str, recipient_id: int, *, closed_too: bool = False
) -> tuple[str, str, str]:
    """Name and address of an officer, citizen or authority, plus the report's code for a citizen.

    An officer whose account is closed is written to only about that (`closed_too`).
    """
    if kind == "person":
        officer_query = select(_person.c.name, _person.c.email).where(_person.c.id == recipient_id)
        query = officer_query if closed_too else officer_query.where(_person.c.active)
        person = tx.read.execute(query).one_or_none()
        return (person.name, person.email or "", "") if person is not None else ("", "", "")
    if kind == briefing_mails.BRIEFING:
        return "", briefing_mails.briefing_address(tx, recipient_id), ""
    citizen_query = select(_report.c.reporter_name, _report.c.email, _report.c.phone, _report.c.code)
    row = tx.read.execute(citizen_query.where(_report.c.id == recipient_id)).one()
    return row.reporter_name, row.email or row.phone, row.code


def _compose_notices(
    tx: Transaction, mail: Row[Any], context: MailContext, code: str, now: datetime
) -> tuple[str, str]:
    rows = notices_of_mail(tx, mail)
    own = (code, _tracking_url(tx, mail, context, code)) if code else None
    rendered = [_compose_notice(tx, row, context, own, now) for row in rows]
    if not rendered:
        raise BadInput("mail-without-notice")
    if mail.kind == NOTICE:
        return rendered[0]
    subject, opening, closing = (
        translate(text, context.pages.language) for text in (_DIGEST_SUBJECT, _DIGEST_OPENING, _DIGEST_CLOSING)
    )
    lines = [
        f"- {notice_subject}: {context.pages.notice_url(row)}"
        for (notice_subject, _body), row in zip(rendered, rows, strict=True)
    ]
    text = "\n\n".join((opening, "\n".join(lines), closing.format(link=f"{context.pages.site}/inbox")))
    return subject.format(count=len(rows)), text


def notices_of_mail(tx: Transaction, mail: Row[Any]) -> list[Row[Any]]:
    """The notices in a mail, as rows of `facts.notice_query` with the unit that each was received for."""
    query = (
        facts.notice_query()
        .add_columns(_recipient.c.unit_code)
        .join(_recipient, _recipient.c.outbox_id == _outbox.c.id)
        .where(_recipient.c.mail_id == mail.id)
        .order_by(_outbox.c.id)
    )
    return list(tx.read.execute(query).all())


def _compose_notice(
    tx: Transaction, row: Row[Any], context: MailContext, own: tuple[str, str] | None, now: datetime
) -> tuple[str, str]:
    """Subject and text of one notice; a citizen's shows their own code and link, the pair `own`."""
    values = facts.notice_facts(tx, row, context.world, context.pages, row.unit_code or "", now)
    if own is not None:
        values["case"]["code"], values["link"] = own
    template = definitions.load_deployment(tx, row.digest).mails.get(row.template)
    if template is None:
        raise BadInput("mail-template-unknown", template=row.template)
    return fill_template(context.world.province.own_words(template), values)
