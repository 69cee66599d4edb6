"""Notices of one recipient become mails: one each, or a digest when they are too many within the hour. For the worker.

Emergencies and what goes to citizens or other systems are never put together with others.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, func, insert, select, update

from engine.mailing import facts
from engine.mailing.recipients import MAIL
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Instance, Mail, NoticeRecipient, Outbox, Person, Report

NOTICE, DIGEST, DAILY = "notice", "digest", "daily"
HOUR = timedelta(hours=1)
RECIPIENTS = 100

_mail, _waiting, _person = table_of(Mail), table_of(NoticeRecipient), table_of(Person)
_outbox, _instance, _report = table_of(Outbox), table_of(Instance), table_of(Report)


def pack(engine: Engine, now: datetime, most: int) -> int:
    """Make mails of what waits; a person gets at most `most` single ones an hour. Returns how many mails were made."""
    made, after = 0, ""
    while True:
        with transaction(engine) as tx:
            names = tx.read.execute(_names(after)).scalars().all()
        for name in names:
            with transaction(engine) as tx:
                made += _pack(tx.write(), name, now, most)
        if len(names) < RECIPIENTS:
            return made
        after = names[-1]


def _names(after: str) -> Select[Any]:
    return (
        select(_waiting.c.recipient)
        .where(_waiting.c.mail_id.is_(None), _waiting.c.recipient > after)
        .distinct()
        .order_by(_waiting.c.recipient)
        .limit(RECIPIENTS)
    )


def _pack(connection: Connection, name: str, now: datetime, most: int) -> int:
    if not _ours(connection, name):
        return 0
    rows = connection.execute(_notices(name)).all()
    alone = [row for row in rows if row.channel != MAIL or not name.startswith("person:") or facts.emergency(row)]
    others = [row for row in rows if row not in alone]
    for row in alone:
        _make(connection, NOTICE, [row], now)
    return len(alone) + _pack_together(connection, name, others, now, most)


def _ours(connection: Connection, name: str) -> bool:
    """Whether no other worker is packing for the same person, which would make their mails too many together."""
    kind, _colon, number = name.partition(":")
    if kind != "person":
        return True
    person = select(_person.c.id).where(_person.c.id == int(number)).with_for_update(skip_locked=True)
    return connection.execute(person).scalar() is not None


def _notices(name: str) -> Select[Any]:
    """What waits for a recipient; rows that another worker is packing are left to it."""
    return (
        select(_waiting.c.outbox_id, _waiting.c.channel, _waiting.c.recipient, _report.c.urgency)
        .join(_outbox, _outbox.c.id == _waiting.c.outbox_id)
        .join(_instance, _instance.c.id == _outbox.c.instance_id)
        .outerjoin(_report, _report.c.id == _instance.c.report_id)
        .where(_waiting.c.recipient == name, _waiting.c.mail_id.is_(None))
        .order_by(_waiting.c.outbox_id)
        .with_for_update(of=_waiting, skip_locked=True)
    )


def _pack_together(connection: Connection, name: str, rows: Sequence[Row[Any]], now: datetime, most: int) -> int:
    """One mail each while there are few; else one digest, and what comes later within the hour waits for the next."""
    if not rows:
        return 0
    lately = (
        select(_mail.c.kind, func.count())
        .where(_mail.c.recipient == name, _mail.c.kind.in_((NOTICE, DIGEST)), _mail.c.created_at > now - HOUR)
        .group_by(_mail.c.kind)
    )
    made = {row[0]: row[1] for row in connection.execute(lately)}
    if DIGEST in made:
        return 0
    if made.get(NOTICE, 0) + len(rows) > most:
        _make(connection, DIGEST, rows, now)
        return 1
    for row in rows:
        _make(connection, NOTICE, [row], now)
    return len(rows)


def _make(connection: Connection, kind: str, rows: Sequence[Row[Any]], now: datetime) -> None:
    first = rows[0]
    mail = {
        "channel": first.channel,
        "recipient": first.recipient,
        "kind": kind,
        "about": str(first.outbox_id),
        "created_at": now,
        "available_at": now,
    }
    number = connection.execute(insert(_mail).returning(_mail.c.id), mail).scalar_one()
    put = update(_waiting).where(
        _waiting.c.recipient == first.recipient,
        _waiting.c.channel == first.channel,
        _waiting.c.outbox_id.in_([row.outbox_id for row in rows]),
    )
    connection.execute(put.values(mail_id=number))
