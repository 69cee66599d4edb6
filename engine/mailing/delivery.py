"""Delivers mails: claims them with a lease, composes them, sends them outside any transaction, marks them as sent.

A mail is sent at least once, always with the same Message-ID: twice only if the worker dies, or the connection is
lost, after the server accepts it and before it is marked. A server's 4xx and lost connections are retried with
increasing delays; a 5xx becomes an incident.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Row, or_, select, update

from engine.actor import parse_party
from engine.errors import BadInput, EngineError, NotFound
from engine.mailing import letters
from engine.mailing.channels import Channels
from engine.mailing.citizen_mails import RECEIPT
from engine.mailing.letters import MailContext
from engine.mailing.outcome import PermanentFailure, TransientFailure, retry_pause
from engine.mailing.recipients import MAIL, SMS, WEBHOOK
from engine.process import incidents, outbox
from engine.process.incidents import NewIncident
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Mail, NoticeRecipient, Outbox
from engine.store.unreadable import READING_FAULTS

BATCH = 10
# When a worker dies, another one takes over its mails after the lease. A batch takes less: no mail is started after
# BEGUN_WITHIN, and an unresponsive server holds one up for at most 85 seconds (engine.mailing.smtp).
LEASE = timedelta(minutes=2)
BEGUN_WITHIN = timedelta(seconds=20)
MAX_ATTEMPTS = 12
# The rule that reports an abandoned mail, by channel and kind of recipient.
_GIVEN_UP_RULES = {
    (MAIL, "person"): "officer-mail-given-up",
    (MAIL, "report"): "citizen-mail-given-up",
    (SMS, "person"): "officer-sms-given-up",
    (SMS, "report"): "citizen-sms-given-up",
    (WEBHOOK, WEBHOOK): "webhook-given-up",
}

_UNREADABLE = "mail-unreadable"
# A mail that nobody gets because a row was damaged is told even where it belongs to no case.
_DAMAGED = frozenset({_UNREADABLE, "journal-row-unreadable", "told-act-gone"})

_mail, _recipient, _outbox = table_of(Mail), table_of(NoticeRecipient), table_of(Outbox)

OutcomeCallback = Callable[[str, str], None]
"""Receives each mail's channel and outcome: "sent", "later" or "refused"."""


@dataclass(slots=True)
class DeliveryCounts:
    """Outcome counts of one delivery run."""

    sent: int = 0
    later: int = 0
    refused: int = 0

    def count_outcome(self, outcome: str) -> None:
        """Count one mail."""
        setattr(self, outcome, getattr(self, outcome) + 1)


def send_due_mails(
    engine: Engine, clock: Callable[[], datetime], context: MailContext, channels: Channels, on_outcome: OutcomeCallback
) -> DeliveryCounts:
    """Send due mails over the configured channels until the queue is empty or a server is unavailable."""
    counts = DeliveryCounts()
    going = True
    while going:
        with transaction(engine) as tx:
            started_at = clock()
            mails = _claim_mails(tx, started_at, channels.names)
        for index, mail in enumerate(mails):
            outcome, going = _send_mail(engine, mail, clock, context, channels)
            counts.count_outcome(outcome)
            on_outcome(mail.channel, outcome)
            if not going or clock() - started_at > BEGUN_WITHIN:
                _release_leases(engine, mails[index + 1 :])
                break
        going = going and len(mails) == BATCH
    return counts


def _claim_mails(tx: Transaction, now: datetime, channels: Collection[str]) -> Sequence[Row[Any]]:
    """Claim a batch of due mails for this worker until the lease expires."""
    connection = tx.write()
    query = (
        select(_mail)
        .where(
            _mail.c.sent_at.is_(None),
            _mail.c.available_at <= now,
            _mail.c.channel.in_(sorted(channels)),
            or_(_mail.c.leased_until.is_(None), _mail.c.leased_until <= now),
        )
        .order_by(_mail.c.available_at, _mail.c.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    rows = connection.execute(query).all()
    if rows:
        lease = update(_mail).where(_mail.c.id.in_([row.id for row in rows]))
        connection.execute(lease.values(leased_until=now + LEASE))
    return rows


def _release_leases(engine: Engine, mails: Sequence[Row[Any]]) -> None:
    with transaction(engine) as tx:
        unsent = update(_mail).where(_mail.c.id.in_([mail.id for mail in mails]), _mail.c.sent_at.is_(None))
        tx.write().execute(unsent.values(leased_until=None))


def _send_mail(
    engine: Engine, mail: Row[Any], clock: Callable[[], datetime], context: MailContext, channels: Channels
) -> tuple[str, bool]:
    """Send one mail; returns its outcome and whether the next one is worth trying now."""
    try:
        _prepare_mail(engine, mail, clock(), context, channels)()
    except (PermanentFailure, BadInput, NotFound) as error:
        with transaction(engine) as tx:
            _give_up_mail(tx, mail, clock(), error)
        return "refused", True
    except TransientFailure as error:
        with transaction(engine) as tx:
            will_retry = _retry_later(tx, mail, clock(), error)
        return ("later" if will_retry else "refused"), not error.unreachable
    with transaction(engine) as tx:
        tx.write().execute(update(_mail).where(_mail.c.id == mail.id).values(sent_at=clock(), leased_until=None))
    return "sent", True


def _prepare_mail(
    engine: Engine, mail: Row[Any], now: datetime, context: MailContext, channels: Channels
) -> Callable[[], None]:
    """What sends the mail; raises BadInput or NotFound, also for a row that somebody damaged: the others are sent."""
    try:
        with transaction(engine) as tx:
            return channels.prepare_mail(tx, mail, context, now)
    except (BadInput, NotFound):
        raise
    except READING_FAULTS as error:
        raise BadInput(_UNREADABLE, about=mail.about or "", detail=type(error).__name__) from error


def _retry_later(tx: Transaction, mail: Row[Any], now: datetime, error: TransientFailure) -> bool:
    """Schedule a retry after a minute, doubling the delay each time; False when that was the last attempt."""
    attempts = mail.attempts + 1
    if attempts >= MAX_ATTEMPTS:
        _give_up_mail(tx, mail, now, error)
        return False
    pause = retry_pause(attempts, error.retry_after or 0)
    retry = update(_mail).where(_mail.c.id == mail.id)
    tx.write().execute(retry.values(attempts=attempts, available_at=now + pause, leased_until=None))
    return True


def _give_up_mail(tx: Transaction, mail: Row[Any], now: datetime, error: Exception) -> None:
    """Keep the mail unsent and raise an incident on its first notice's case, or on that of the report it acknowledges.

    Any other without notices only counts, unless what it is about was damaged or removed.
    """
    notices = letters.notices_of_mail(tx, mail)
    connection = tx.write()
    values = {"attempts": mail.attempts + 1, "available_at": None, "leased_until": None}
    connection.execute(update(_mail).where(_mail.c.id == mail.id).values(values))
    is_damaged = isinstance(error, EngineError) and error.rule in _DAMAGED
    if notices or mail.kind == RECEIPT or is_damaged:
        fault, case_id = _given_up_fault(mail, error), notices[0].instance_id if notices else _case_of(tx, mail)
        incidents.open_incident(
            connection, NewIncident(case_id, outbox.MAIL, fault, str(mail.id), now, attempts=mail.attempts + 1)
        )


def _case_of(tx: Transaction, mail: Row[Any]) -> int | None:
    """The case of the report whose citizen a mail goes to; none for a report without one of its own."""
    recipient = parse_party(mail.recipient)
    if recipient.kind != "report":
        return None
    query = select(Instance.id).where(Instance.report_id == int(recipient.key)).order_by(Instance.id)
    return tx.read.execute(query).scalars().first()


def _given_up_fault(mail: Row[Any], error: Exception) -> EngineError:
    """The fault that an incident reports: the reason is our own fault, or the text of the server's answer."""
    recipient = parse_party(mail.recipient)
    reason = error if isinstance(error, EngineError) else str(error)
    rule = _GIVEN_UP_RULES.get((mail.channel, recipient.kind), "officer-mail-given-up")
    return EngineError(rule, number=recipient.key, reason=reason)
