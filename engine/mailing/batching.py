"""Turns a recipient's notices into mails: one each, or a digest when there are too many within the hour.

Emergencies and notices to citizens or other systems are never combined with others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from engine.actor import parse_party, person_ids
from engine.mailing import facts
from engine.mailing.recipients import MAIL
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Instance, Mail, NoticeRecipient, Outbox, Person, Report

NOTICE, DIGEST, DAILY = "notice", "digest", "daily"
ONE_HOUR = timedelta(hours=1)
RECIPIENTS = 100

_mail, _recipient, _person = table_of(Mail), table_of(NoticeRecipient), table_of(Person)
_outbox, _instance, _report = table_of(Outbox), table_of(Instance), table_of(Report)


def batch_notices(engine: Engine, now: datetime, hourly_limit: int) -> int:
    """Create mails for the waiting notices; a person gets at most `hourly_limit` single mails an hour.

    Returns the number of mails created.
    """
    mail_count, after = 0, ""
    while True:
        with transaction(engine) as tx:
            recipients = tx.read.execute(_waiting_recipients(after)).scalars().all()
        for recipient in recipients:
            with transaction(engine) as tx:
                mail_count += _batch_for_recipient(tx.write(), recipient, now, hourly_limit)
        if len(recipients) < RECIPIENTS:
            return mail_count
        after = recipients[-1]


def _waiting_recipients(after: str) -> Select[Any]:
    return (
        select(_recipient.c.recipient)
        .where(_recipient.c.mail_id.is_(None), _recipient.c.recipient > after)
        .distinct()
        .order_by(_recipient.c.recipient)
        .limit(RECIPIENTS)
    )


def _batch_for_recipient(connection: Connection, recipient: str, now: datetime, hourly_limit: int) -> int:
    if not _lock_recipient(connection, recipient):
        return 0
    rows = connection.execute(_waiting_notices(recipient)).all()
    single = [row for row in rows if row.channel != MAIL or not person_ids([recipient]) or facts.is_emergency(row)]
    batchable = [row for row in rows if row not in single]
    for row in single:
        _create_mail(connection, NOTICE, [row], now)
    return len(single) + _batch_together(connection, recipient, batchable, now, hourly_limit)


def _lock_recipient(connection: Connection, recipient: str) -> bool:
    """Lock a person; False while another worker batches for them, since together both could exceed the limit."""
    person_id = parse_party(recipient).person_id
    if person_id is None:
        return True
    query = select(_person.c.id).where(_person.c.id == person_id).with_for_update(skip_locked=True)
    return connection.execute(query).scalar() is not None


def _waiting_notices(recipient: str) -> Select[Any]:
    """The notices waiting for a recipient, without rows that another worker is batching."""
    return (
        select(_recipient.c.outbox_id, _recipient.c.channel, _recipient.c.recipient, _report.c.urgency)
        .join(_outbox, _outbox.c.id == _recipient.c.outbox_id)
        .join(_instance, _instance.c.id == _outbox.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .where(_recipient.c.recipient == recipient, _recipient.c.mail_id.is_(None))
        .order_by(_recipient.c.outbox_id)
        .with_for_update(of=_recipient, skip_locked=True)
    )


def _batch_together(
    connection: Connection, recipient: str, rows: Sequence[Row[Any]], now: datetime, hourly_limit: int
) -> int:
    """Create one mail each for a few notices, one digest for more; later ones within the hour wait for the next."""
    if not rows:
        return 0
    recent_mails = (
        select(_mail.c.kind, func.count())
        .where(_mail.c.recipient == recipient, _mail.c.kind.in_((NOTICE, DIGEST)), _mail.c.created_at > now - ONE_HOUR)
        .group_by(_mail.c.kind)
    )
    recent_counts = {row[0]: row[1] for row in connection.execute(recent_mails)}
    if DIGEST in recent_counts:
        return 0
    if recent_counts.get(NOTICE, 0) + len(rows) > hourly_limit:
        _create_mail(connection, DIGEST, rows, now)
        return 1
    for row in rows:
        _create_mail(connection, NOTICE, [row], now)
    return len(rows)


def _create_mail(connection: Connection, kind: str, rows: Sequence[Row[Any]], now: datetime) -> None:
    first = rows[0]
    mail = {
        "channel": first.channel,
        "recipient": first.recipient,
        "kind": kind,
        "about": str(first.outbox_id),
        "created_at": now,
        "available_at": now,
    }
    mail_id = connection.execute(insert(_mail).returning(_mail.c.id), mail).scalar_one()
    assignment = update(_recipient).where(
        _recipient.c.recipient == first.recipient,
        _recipient.c.channel == first.channel,
        _recipient.c.outbox_id.in_([row.outbox_id for row in rows]),
    )
    connection.execute(assignment.values(mail_id=mail_id))
