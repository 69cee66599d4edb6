"""Keeps what citizens write through other channels, each message once, until an operator makes a report of it.

A message that names a case of its sender's goes to that case: the code must be whole, with its check letter, and the
sender's address or number the report's. Everything else waits for an operator, one conversation for each sender.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select, update

from engine.actor import ActStamp
from engine.cases import case_code, reports
from engine.errors import BadInput, Invalid, NotFound, Stale
from engine.journal import acts, journal
from engine.process import history
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.staff.access import CITIZEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.insert_once import insert_once
from engine.store.models import Conversation, ConversationMessage, Instance, Report
from engine.store.typed_rows import read_row, read_rows
from forms.positions import position_text
from forms.texts import national_number

MAIL, SMS, ZALO = CHANNELS = ("mail", "sms", "zalo")
# The channel that a report has which was made of a conversation.
REPORT_CHANNELS = {MAIL: "mail", SMS: "app", ZALO: "app"}
OPEN, FILED, DROPPED, OF_CASE = "open", "filed", "dropped", "case"
LONGEST_ID, LONGEST_SENDER, LONGEST_TEXT, LONGEST_SUBJECT = 500, 254, 10_000, 500
KEPT_AFTER_DROPPING = timedelta(days=30)
MOST_LISTED = 100

_CODE = re.compile(r"(?<!\w)[A-Za-z]{2}-\d\d-\d{6,9}-[A-Za-z](?!\w)")
_conversation, _message = table_of(Conversation), table_of(ConversationMessage)
_report, _instance = table_of(Report), table_of(Instance)


@dataclass(frozen=True, slots=True)
class IncomingMessage:
    """A message as its channel delivers it: what the channel calls it, who wrote, what, and where it is about."""

    channel: str
    message_id: str
    sender: str
    text: str
    subject: str = ""
    position: str = ""

    def __post_init__(self) -> None:
        """Raise Invalid for a part that is missing or too long."""
        if self.channel not in CHANNELS:
            raise Invalid("channel", "message-channel-unknown")
        bounds = {"message_id": LONGEST_ID, "sender": LONGEST_SENDER, "text": LONGEST_TEXT}
        for name, most in bounds.items():
            value = getattr(self, name)
            if not value.strip() or len(value) > most or "\x00" in value:
                raise Invalid(name, "message-part-length", name=name, most=most)
        if len(self.subject) > LONGEST_SUBJECT or "\x00" in self.subject:
            raise Invalid("subject", "message-part-length", name="subject", most=LONGEST_SUBJECT)
        if self.position and not position_text(self.position):
            raise Invalid("position", "form-answer-position")

    @property
    def peer(self) -> str:
        """The sender as conversations and reports know them."""
        if self.channel == SMS:
            return national_number(self.sender) or self.sender.strip()
        return self.sender.strip().casefold()

    @property
    def digest(self) -> str:
        """What tells this message from all others of its channel."""
        return hashlib.sha256(self.message_id.strip().encode()).hexdigest()


class KeptMessage(NamedTuple):
    """Where a message is kept, whether it had been before, and the code of the case that it is about, "" for none."""

    conversation_id: int
    repeated: bool
    code: str


class OpenConversation(NamedTuple):
    """A conversation that waits for an operator."""

    id: int
    channel: str
    peer: str
    began_at: datetime
    messages: int


class ReadMessage(NamedTuple):
    """A message as it is read."""

    subject: str
    text: str
    position: str
    received_at: datetime


def keep_message(tx: Transaction, message: IncomingMessage, now: datetime) -> KeptMessage:
    """Keep a message; one that was kept before changes nothing."""
    known = _find_kept(tx, message)
    if known is not None:
        return known
    case = _case_of(tx, message)
    conversation_id = _conversation_of(tx, message, case, now)
    connection = tx.write()
    row = {"conversation_id": conversation_id, "channel": message.channel, "digest": message.digest}
    row |= {"subject": message.subject, "text": message.text, "received_at": now}
    row |= {"position": position_text(message.position) or ""}
    added = connection.execute(insert_once(connection, _message).returning(_message.c.id), row).scalar()
    if added is not None and case is not None:
        _tell_case(tx, case, message, now)
    return KeptMessage(conversation_id, added is None, case.code if case is not None else "")


def _find_kept(tx: Transaction, message: IncomingMessage) -> KeptMessage | None:
    query = select(_message.c.conversation_id, _report.c.code)
    query = query.join(_conversation, _conversation.c.id == _message.c.conversation_id)
    query = query.outerjoin(_report, _report.c.id == _conversation.c.report_id)
    of_channel = (_message.c.channel == message.channel) & (_message.c.digest == message.digest)
    row = tx.read.execute(query.where(of_channel)).one_or_none()
    return None if row is None else KeptMessage(row.conversation_id, repeated=True, code=row.code or "")


def _case_of(tx: Transaction, message: IncomingMessage) -> Any | None:
    """The open case of the sender's own report that the message names; None for any other."""
    codes = []
    for text in _CODE.findall(f"{message.subject}\n{message.text}")[:10]:
        try:
            codes.append(case_code.parse_code(text, ""))
        except BadInput:
            continue
    query = select(_report.c.id, _report.c.code, _report.c.email, _report.c.phone, _report.c.second_phone)
    query = query.add_columns(_instance.c.id.label("instance_id")).join(
        _instance, _instance.c.report_id == _report.c.id
    )
    rows = tx.read.execute(query.where(_report.c.code.in_(codes), _instance.c.finished_at.is_(None))).all()
    return next((row for row in rows if _is_sender(row, message)), None)


def _is_sender(row: Any, message: IncomingMessage) -> bool:
    if message.channel == MAIL:
        return bool(row.email) and row.email.strip().casefold() == message.peer
    return message.channel == SMS and message.peer in {row.phone, row.second_phone} - {"", None}


def _conversation_of(tx: Transaction, message: IncomingMessage, case: Any | None, now: datetime) -> int:
    connection = tx.write()
    state, report_id = (OPEN, None) if case is None else (OF_CASE, case.id)
    row = {"channel": message.channel, "peer": message.peer, "state": state, "report_id": report_id, "began_at": now}
    connection.execute(insert_once(connection, _conversation), row)
    same = (_conversation.c.channel == message.channel) & (_conversation.c.peer == message.peer)
    which = _conversation.c.state == OPEN if case is None else _conversation.c.report_id == report_id
    return int(connection.execute(select(_conversation.c.id).where(same, which)).scalar_one())


def _tell_case(tx: Transaction, case: Any, message: IncomingMessage, now: datetime) -> None:
    """Put what the citizen wrote among the contacts of their case, where its officers read it."""
    note = "\n".join(part for part in (message.subject, message.text) if part)
    row = {"at": now, "means": message.channel, "reached": True, "note": note}
    who = CITIZEN.who(f"channel:{message.channel}")
    reports.add_contact(tx, case.id, {**row, "recorded_at": now, "recorded_by": who.actor})
    digest = reports.note_digest(reports.salt_of(tx, case.id), note)
    detail = ActDetail(means=message.channel, reached=True, note=digest)
    history.append_entry(tx, case.instance_id, AuditEntry(now, who, "citizen_message", "", detail))


def list_open(tx: Transaction) -> list[OpenConversation]:
    """The conversations that wait, the oldest first."""
    columns = (_conversation.c.id, _conversation.c.channel, _conversation.c.peer, _conversation.c.began_at)
    query = select(*columns, func.count(_message.c.id).label("messages"))
    query = query.join(_message, _message.c.conversation_id == _conversation.c.id)
    query = query.where(_conversation.c.state == OPEN).group_by(*columns).order_by(_conversation.c.began_at)
    return read_rows(tx.read, query.limit(MOST_LISTED), OpenConversation)


def load_open(tx: Transaction, conversation_id: int) -> tuple[OpenConversation, list[ReadMessage]]:
    """A conversation that waits, with its messages in order; raises NotFound."""
    columns = (_conversation.c.id, _conversation.c.channel, _conversation.c.peer, _conversation.c.began_at)
    of_it = select(func.count(_message.c.id)).where(_message.c.conversation_id == conversation_id)
    query = select(*columns, of_it.scalar_subquery().label("messages"))
    which = (_conversation.c.id == conversation_id) & (_conversation.c.state == OPEN)
    row = read_row(tx.read, query.where(which), OpenConversation)
    if row is None:
        raise NotFound("conversation-unknown")
    parts = (_message.c.subject, _message.c.text, _message.c.position, _message.c.received_at)
    messages = select(*parts).where(_message.c.conversation_id == conversation_id).order_by(_message.c.id)
    return row, read_rows(tx.read, messages, ReadMessage)


def close_as_filed(tx: Transaction, conversation_id: int, report_id: int, by: ActStamp) -> None:
    """A report was made of a conversation; raises Stale when somebody else has closed it."""
    _end(tx, conversation_id, {"state": FILED, "report_id": report_id}, by)


def drop_conversation(tx: Transaction, conversation_id: int, by: ActStamp) -> None:
    """Nothing is to be made of a conversation; raises Stale when somebody else has closed it."""
    _end(tx, conversation_id, {"state": DROPPED}, by)
    journal.record(tx, by, acts.DROP_CONVERSATION, f"conversation:{conversation_id}")


def _end(tx: Transaction, conversation_id: int, values: dict[str, object], by: ActStamp) -> None:
    waiting = (_conversation.c.id == conversation_id) & (_conversation.c.state == OPEN)
    ended = {**values, "ended_at": by.at, "ended_by": by.who.actor}
    if tx.write().execute(update(_conversation).where(waiting).values(ended)).rowcount != 1:
        raise Stale("conversation-closed")


def delete_dropped(tx: Transaction, now: datetime) -> None:
    """Delete the conversations of which nothing was made, some time after."""
    old = (_conversation.c.state == DROPPED) & (_conversation.c.ended_at < now - KEPT_AFTER_DROPPING)
    ids = select(_conversation.c.id).where(old)
    tx.write().execute(delete(_message).where(_message.c.conversation_id.in_(ids)))
    tx.write().execute(delete(_conversation).where(old))
