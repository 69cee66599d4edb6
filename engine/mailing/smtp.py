"""Mails to a mail server: connections that are kept, TLS, sign-in, and every answer sorted into try again or never.

For delivery. Nothing is ever sent twice from here: a connection that is lost after the mail's end is for the caller to
try again, with the same Message-ID.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from queue import Empty, LifoQueue

from engine.config.environment import MailServer
from engine.mailing.outcome import Refused, TryAgain

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 15.0
KEPT = 2  # Connections of one worker.
# Answers about the session, not the mail: another mail would get the same.
_SERVER_FULL = (421, 450, 451, 452, 454)

Connect = Callable[[], smtplib.SMTP]


class Post:
    """A mail server with the connections to it that are free. Threads may share it."""

    def __init__(
        self, server: MailServer, *, tls: ssl.SSLContext | None = None, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._server, self._answer = server, answer_seconds
        self._tls = tls or ssl.create_default_context()
        self._free: LifoQueue[smtplib.SMTP] = LifoQueue(KEPT)

    def send(self, mail: EmailMessage) -> None:
        """Hand a mail over; raises TryAgain or Refused. Returning means that the server has taken it."""
        connection = self._connection()
        try:
            connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            self._keep(connection)
            raise _sorted(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPResponseException as error:
            self._keep(connection)
            raise _sorted(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            connection.close()
            raise _lost(error) from error
        self._keep(connection)

    def close(self) -> None:
        """Say good-bye on every kept connection."""
        while (connection := self._kept()) is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _connection(self) -> smtplib.SMTP:
        """A kept connection that still answers, or a new one."""
        while (connection := self._kept()) is not None:
            try:
                if connection.noop()[0] == 250 and connection.rset()[0] == 250:
                    return connection
            except (smtplib.SMTPException, OSError):
                pass
            connection.close()
        try:
            return self._open()
        except smtplib.SMTPResponseException as error:
            # Also a wrong password: the administrator's to mend, and no reason to lose a mail.
            raise TryAgain(f"{error.smtp_code} {_text(error.smtp_error)}", unreachable=True) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise TryAgain(f"{type(error).__name__}: {error}", unreachable=True) from error

    def _open(self) -> smtplib.SMTP:
        server, name = self._server, "localhost"
        if server.security == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, name, timeout=CONNECT_SECONDS, context=self._tls
            )
        else:
            connection = smtplib.SMTP(server.host, server.port, name, timeout=CONNECT_SECONDS)
        try:
            assert connection.sock is not None
            connection.sock.settimeout(self._answer)
            if server.security == "smtp+starttls":
                connection.starttls(context=self._tls)
            if server.user:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection

    def _kept(self) -> smtplib.SMTP | None:
        try:
            return self._free.get_nowait()
        except Empty:
            return None

    def _keep(self, connection: smtplib.SMTP) -> None:
        if self._free.full() or connection.sock is None:
            connection.close()
        else:
            self._free.put_nowait(connection)


def _sorted(code: int, text: bytes | str) -> TryAgain | Refused:
    """An answer of the server: 5xx is final, everything else is tried again."""
    said = f"{code} {_text(text)}"
    if 500 <= code < 600:
        return Refused(said)
    return TryAgain(said, unreachable=code in _SERVER_FULL or not 400 <= code < 500)


def _lost(error: Exception) -> TryAgain:
    return TryAgain(f"{type(error).__name__}: {error}", unreachable=True)


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
