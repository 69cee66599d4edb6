"""A mail server that keeps what it receives and forwards nothing: the demonstration's mailbox."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from socket import socket
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller

MAX_MAIL_SIZE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class ReceivedMail:
    """A mail as it arrived."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str


class DevMailbox:
    """The latest received mails, and the port that receives them."""

    def __init__(self, capacity: int) -> None:
        self.port = 0
        self._mails: deque[ReceivedMail] = deque(maxlen=capacity)
        self._lock = Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name.
        """Accept a mail."""
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        text, html = mail.get_body(("plain",)), mail.get_body(("html",))
        received = ReceivedMail(
            str(mail["Message-ID"] or ""),
            str(mail["To"] or ""),
            str(mail["Subject"] or ""),
            text.get_content() if text else "",
            html.get_content() if html else "",
        )
        with self._lock:
            self._mails.append(received)
        return "250 OK"

    def mails(self) -> list[ReceivedMail]:
        """The received mails, newest first."""
        with self._lock:
            return list(reversed(self._mails))


@contextmanager
def run_dev_mailbox(host: str, port: int, capacity: int = 200) -> Iterator[DevMailbox]:
    """Receive mails for the duration of the block; port 0 picks a free one."""
    mailbox = DevMailbox(capacity)
    mailbox.port = port or _free_port(host)
    controller = Controller(mailbox, hostname=host, port=mailbox.port, data_size_limit=MAX_MAIL_SIZE)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def _free_port(host: str) -> int:
    """A free port; aiosmtpd needs to know its port in advance."""
    with socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
    return port
