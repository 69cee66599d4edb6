"""Fetches new mails from a mailbox over IMAP (RFC 3501) and keeps what citizens write.

A mail is marked as read only after it has been kept: a process that dies between the two finds it again, and keeps it
once. What cannot be a message, because a machine sent it or because it is too large, is marked too and stays in the
mailbox.
"""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from engine.channels import conversations
from engine.channels.incoming_mail import MOST_BYTES, read_mail
from engine.config.environment import MailServer
from engine.store.db import transaction

SECONDS = 30.0
MOST_AT_ONCE = 50
SECURE, STARTTLS = "imaps", "imap+starttls"


class MailboxAway(Exception):
    """The mailbox could not be read; another attempt follows."""


@dataclass(slots=True)
class MailboxTotals:
    """How many mails were kept, had been kept before, and were left alone."""

    kept: int = 0
    repeated: int = 0
    ignored: int = 0


def read_mailbox(database: Engine, server: MailServer, own_address: str, now: datetime) -> MailboxTotals:
    """Keep the new mails of the mailbox, each in a transaction of its own; raises MailboxAway."""
    totals = MailboxTotals()
    try:
        with _open_mailbox(server) as mailbox:
            for uid in _unseen(mailbox):
                raw = _fetch(mailbox, uid)
                _keep_mail(database, raw, own_address, now, totals)
                mailbox.uid("STORE", uid, "+FLAGS", "(\\Seen)")
    except (imaplib.IMAP4.error, OSError, ssl.SSLError) as error:
        raise MailboxAway(type(error).__name__) from error
    return totals


def _keep_mail(database: Engine, raw: bytes, own_address: str, now: datetime, totals: MailboxTotals) -> None:
    message = read_mail(raw, own_address) if raw else None
    if message is None:
        totals.ignored += 1
        return
    with transaction(database) as tx:
        kept = conversations.keep_message(tx, message, now)
    totals.repeated += kept.repeated
    totals.kept += not kept.repeated


@contextmanager
def _open_mailbox(server: MailServer) -> Iterator[imaplib.IMAP4]:
    context = ssl.create_default_context()
    mailbox: imaplib.IMAP4
    if server.security == SECURE:
        mailbox = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=SECONDS)
    else:
        mailbox = imaplib.IMAP4(server.host, server.port, timeout=SECONDS)
    with mailbox:
        if server.security == STARTTLS:
            mailbox.starttls(context)
        mailbox.login(server.user, server.password)
        mailbox.select("INBOX")
        yield mailbox


def _unseen(mailbox: imaplib.IMAP4) -> list[str]:
    _status, uids = mailbox.uid("SEARCH", "UNSEEN")
    return [uid.decode() for uid in (uids[0] or b"").split()][:MOST_AT_ONCE]


def _fetch(mailbox: imaplib.IMAP4, uid: str) -> bytes:
    """A mail whole; b"" for one that is too large, or gone."""
    _status, sizes = mailbox.uid("FETCH", uid, "(RFC822.SIZE)")
    size = int("".join(sign for sign in str(sizes[0]).partition("RFC822.SIZE")[2] if sign.isdigit()) or 0)
    if not 0 < size <= MOST_BYTES:
        return b""
    _status, parts = mailbox.uid("FETCH", uid, "(BODY.PEEK[])")
    return next((part[1] for part in parts if isinstance(part, tuple)), b"")
