"""The configured delivery channels: a mail server, a gateway for text messages, another system's webhook.

Preparing a mail reads the database, sending it does not: no database connection is held in between.
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
from engine.mailing.facts import units_addressed
from engine.mailing.gateway import HttpGateway
from engine.mailing.letter import build_message
from engine.mailing.letters import MailContext
from engine.mailing.recipients import MAIL, SMS, WEBHOOK
from engine.mailing.smtp import SmtpTransport
from engine.store.db import Transaction

SMS_PARTS = 3


@dataclass(frozen=True, slots=True)
class Channels:
    """The configured channels; mails for any other channel wait."""

    smtp: SmtpTransport | None = None
    sms: HttpGateway | None = None
    webhook: HttpGateway | None = None

    @property
    def names(self) -> frozenset[str]:
        """The names of the configured channels."""
        transports = {MAIL: self.smtp, SMS: self.sms, WEBHOOK: self.webhook}
        return frozenset(name for name, transport in transports.items() if transport is not None)

    def close(self) -> None:
        """Close the connections."""
        for transport in (self.smtp, self.sms, self.webhook):
            if transport is not None:
                transport.close()

    def prepare_mail(self, tx: Transaction, mail: Row[Any], context: MailContext, now: datetime) -> Callable[[], None]:
        """Compose a mail and return the function that sends it. Raises BadInput or NotFound when that is impossible."""
        if mail.channel == WEBHOOK:
            return self._prepare_webhook(tx, mail, context, now)
        mail_content = letters.compose_mail(tx, mail, context, now)
        if mail.channel == SMS and self.sms is not None:
            text = letters.compose_text_message(tx, mail, mail_content, context, SMS_PARTS)
            gateway = self.sms
            body = {"to": f"+84{mail_content.to_address.lstrip('0')}", "text": text, "id": mail_content.message_id}
            return lambda: gateway.send(body, mail_content.message_id, now)
        assert self.smtp is not None
        transport, mime = self.smtp, build_message(mail_content, context.sender)
        return lambda: transport.send(mime)

    def _prepare_webhook(
        self, tx: Transaction, mail: Row[Any], context: MailContext, now: datetime
    ) -> Callable[[], None]:
        rows = letters.notices_of_mail(tx, mail)
        if not rows or self.webhook is None:
            raise BadInput("mail-without-notice")
        row, request_id, gateway = rows[0], letters.message_id(mail, context.sender), self.webhook
        body = {
            "id": request_id,
            "event": "notice",
            "case": row.code,
            "rung": row.rung,
            "occurrence": row.occurrence,
            "units": units_addressed(row),
            "at": row.created_at.isoformat(),
        }
        return lambda: gateway.send(body, request_id, now)


def open_channels(settings: Settings) -> Channels:
    """The channels that the settings configure."""
    return Channels(
        SmtpTransport(settings.smtp) if settings.smtp else None,
        HttpGateway(settings.sms) if settings.sms else None,
        HttpGateway(settings.webhook) if settings.webhook else None,
    )


def names_for_citizens(settings: Settings) -> frozenset[str]:
    """The channels of new messages to citizens: mail, which waits for its server, and text messages with a gateway."""
    return frozenset({MAIL, SMS} if settings.sms else {MAIL})


def smtp_only(server: MailServer) -> Channels:
    """Mail only, through this server; for the demonstration."""
    return Channels(SmtpTransport(server))
