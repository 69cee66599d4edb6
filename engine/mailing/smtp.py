"""SMTP transport: pooled connections, TLS, login, and every answer classified as transient or permanent.

Never sends anything twice: if the connection is lost after the end of the mail, the caller retries with the same
Message-ID.
"""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from queue import Empty, LifoQueue

from engine.config.environment import MailServer
from engine.mailing.outcome import PermanentFailure, TransientFailure

CONNECT_SECONDS, ANSWER_SECONDS = 10.0, 15.0
MAX_IDLE = 2  # Connections per worker.
# Answers about the session, not the mail: any other mail would get the same answer.
_SERVER_FULL = (421, 450, 451, 452, 454)


class SmtpTransport:
    """A mail server with a pool of idle connections. Thread-safe."""

    def __init__(
        self, server: MailServer, *, tls: ssl.SSLContext | None = None, answer_seconds: float = ANSWER_SECONDS
    ) -> None:
        self._server, self._answer = server, answer_seconds
        self._tls = tls or ssl.create_default_context()
        self._free: LifoQueue[smtplib.SMTP] = LifoQueue(MAX_IDLE)

    def send(self, mail: EmailMessage) -> None:
        """Send a mail; returns once the server has accepted it. Raises TransientFailure or PermanentFailure."""
        connection = self._ready_connection()
        try:
            connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            self._return_idle(connection)
            raise _failure_of(*next(iter(error.recipients.values()))) from error
        except smtplib.SMTPResponseException as error:
            self._return_idle(connection)
            raise _failure_of(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            connection.close()
            raise _connection_lost(error) from error
        self._return_idle(connection)

    def close(self) -> None:
        """Quit every idle connection."""
        while (connection := self._take_idle()) is not None:
            try:
                connection.quit()
            except (smtplib.SMTPException, OSError):
                connection.close()

    def _ready_connection(self) -> smtplib.SMTP:
        """An idle connection that still responds, or a new one."""
        while (connection := self._take_idle()) is not None:
            try:
                if connection.noop()[0] == 250 and connection.rset()[0] == 250:
                    return connection
            except (smtplib.SMTPException, OSError):
                pass
            connection.close()
        try:
            return self._open_connection()
        except smtplib.SMTPResponseException as error:
            # Includes a wrong password: for the administrator to fix, and no reason to lose a mail.
            raise TransientFailure(f"{error.smtp_code} {_decode_answer(error.smtp_error)}", unreachable=True) from error
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            raise TransientFailure(f"{type(error).__name__}: {error}", unreachable=True) from error

    def _open_connection(self) -> smtplib.SMTP:
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

    def _take_idle(self) -> smtplib.SMTP | None:
        try:
            return self._free.get_nowait()
        except Empty:
            return None

    def _return_idle(self, connection: smtplib.SMTP) -> None:
        if self._free.full() or connection.sock is None:
            connection.close()
        else:
            self._free.put_nowait(connection)


def _failure_of(code: int, answer: bytes | str) -> TransientFailure | PermanentFailure:
    """Classify a server's answer: 5xx is permanent, everything else is retried."""
    reason = f"{code} {_decode_answer(answer)}"
    if 500 <= code < 600:
        return PermanentFailure(reason)
    return TransientFailure(reason, unreachable=code in _SERVER_FULL or not 400 <= code < 500)


def _connection_lost(error: Exception) -> TransientFailure:
    return TransientFailure(f"{type(error).__name__}: {error}", unreachable=True)


def _decode_answer(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
