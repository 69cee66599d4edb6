"""The ways out that are set up: a mail server, a gateway for text messages, another system's webhook. For the worker.

Preparing reads the database, sending does not: between the two no connection to the database is held.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from engine.config.environment import MailServer, Settings
from engine.errors import BadInput
from engine.mailing import letters
from engine.mailing.facts import addressed
from engine.mailing.gateway import HttpGateway
from engine.mailing.letter import message
from engine.mailing.letters import Writing
from engine.mailing.recipients import MAIL, SMS, WEBHOOK
from engine.mailing.sms import shorten
from engine.mailing.smtp import Post
from engine.store.db import Transaction

SMS_PARTS = 3


@dataclass(frozen=True, slots=True)
class Outlets:
    """What is set up; the channels that are not have their mails wait."""

    post: Post | None = None
    sms: HttpGateway | None = None
    webhook: HttpGateway | None = None

    @property
    def channels(self) -> frozenset[str]:
        """The channels there are."""
        known = {MAIL: self.post, SMS: self.sms, WEBHOOK: self.webhook}
        return frozenset(name for name, outlet in known.items() if outlet is not None)

    def close(self) -> None:
        """Let the connections go."""
        for outlet in (self.post, self.sms, self.webhook):
            if outlet is not None:
                outlet.close()

    def prepare(self, tx: Transaction, mail: Row[Any], writing: Writing, now: datetime) -> Callable[[], None]:
        """Read what a mail says; returns what sends it. Raises BadInput or NotFound when it cannot be said."""
        if mail.channel == WEBHOOK:
            return self._told(tx, mail, writing, now)
        letter = letters.letter(tx, mail, writing, now)
        if mail.channel == SMS and self.sms is not None:
            text = shorten(letter.subject, letters.follow_link(tx, mail, writing), SMS_PARTS)
            gateway = self.sms
            body = {"to": f"+84{letter.to_address.lstrip('0')}", "text": text, "id": letter.message_id}
            return lambda: gateway.send(body, letter.message_id, now)
        assert self.post is not None
        post, mime = self.post, message(letter, writing.sender)
        return lambda: post.send(mime)

    def _told(self, tx: Transaction, mail: Row[Any], writing: Writing, now: datetime) -> Callable[[], None]:
        rows = letters.notices_of(tx, mail)
        if not rows or self.webhook is None:
            raise BadInput("The mail has no notice any more.")
        row, identity, gateway = rows[0], letters.message_id(mail, writing.sender), self.webhook
        body = {
            "id": identity,
            "event": "notice",
            "case": row.code,
            "rung": row.rung,
            "occurrence": row.occurrence,
            "units": addressed(row),
            "at": row.created_at.isoformat(),
        }
        return lambda: gateway.send(body, identity, now)


def opened(settings: Settings) -> Outlets:
    """The outlets that the settings name."""
    return Outlets(
        Post(settings.smtp) if settings.smtp else None,
        HttpGateway(settings.sms) if settings.sms else None,
        HttpGateway(settings.webhook) if settings.webhook else None,
    )


def to_mail_server(server: MailServer) -> Outlets:
    """Mails alone, to this server; for the demonstration."""
    return Outlets(Post(server))
