"""Promises of sending: real servers, with TLS and passwords; every evil answer is sorted into later or never."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from engine.config.environment import MailServer
from engine.mailing.dev_server import ReceivedMail, run_dev_mailbox
from engine.mailing.letter import build_message
from engine.mailing.outcome import PermanentFailure, TransientFailure
from engine.mailing.smtp import SmtpTransport
from tests.kit.waiting import free_port
from tests.mailing.test_letter import LETTERS, SENDER

HERE = "127.0.0.1"
MAIL = build_message(LETTERS["overdue"], SENDER)
SECONDS = 0.5  # As long as an evil server is waited for.


@contextmanager
def posting(server: MailServer, tls: ssl.SSLContext | None = None, seconds: float = 5) -> Iterator[SmtpTransport]:
    post = SmtpTransport(server, tls=tls, answer_seconds=seconds)
    try:
        yield post
    finally:
        post.close()


def test_a_mail_arrives_as_it_was_written() -> None:
    with run_dev_mailbox(HERE, 0) as catcher, posting(MailServer("smtp", HERE, catcher.port)) as post:
        post.send(MAIL)
        post.send(build_message(LETTERS["daily"], SENDER))
        newest, first = catcher.mails()
    assert isinstance(first, ReceivedMail)
    assert (first.message_id, first.subject) == (LETTERS["overdue"].message_id, LETTERS["overdue"].subject)
    assert first.text.strip().replace("\r\n", "\n") == LETTERS["overdue"].text
    assert "<html" in first.html
    assert newest.message_id == LETTERS["daily"].message_id


def test_the_catcher_keeps_the_last_mails_only() -> None:
    with run_dev_mailbox(HERE, 0, capacity=2) as catcher, posting(MailServer("smtp", HERE, catcher.port)) as post:
        for _ in range(3):
            post.send(MAIL)
        assert len(catcher.mails()) == 2


class Taking:
    """A server's handler that counts its sessions and mails."""

    def __init__(self) -> None:
        self.mails, self.sessions = 0, set[int]()

    async def handle_DATA(self, server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        self.mails += 1
        self.sessions.add(id(server))
        return "250 OK"


@contextmanager
def serving(handler: Any, **more: Any) -> Iterator[int]:
    controller = Controller(handler, hostname=HERE, port=free_port(), **more)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


def test_a_connection_is_used_again() -> None:
    taking = Taking()
    with serving(taking) as port, posting(MailServer("smtp", HERE, port)) as post:
        for _ in range(3):
            post.send(MAIL)
    assert (taking.mails, len(taking.sessions)) == (3, 1)


def test_a_connection_that_the_server_has_closed_meanwhile_costs_nothing() -> None:
    taking = Taking()
    port = free_port()
    with posting(MailServer("smtp", HERE, port)) as post:
        for _ in range(2):
            controller = Controller(taking, hostname=HERE, port=port)
            controller.start()
            post.send(MAIL)
            controller.stop()
    assert taking.mails == 2


def authority() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server shows, and what a client trusts."""
    ca = trustme.CA()
    shown, trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    ca.issue_cert(HERE).configure_cert(shown)
    ca.configure_trust(trusted)
    return shown, trusted


def sign_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: LoginPassword) -> AuthResult:
    """One user."""
    return AuthResult(success=(data.login, data.password) == (b"tongdai", b"secret"))


@pytest.mark.slow
@pytest.mark.parametrize(("password", "works"), [("secret", True), ("wrong", False)])
def test_over_starttls_with_a_password(password: str, works: bool) -> None:
    shown, trusted = authority()
    more = {"tls_context": shown, "authenticator": sign_in, "auth_required": True, "require_starttls": True}
    taking = Taking()
    with serving(taking, **more) as port:
        server = MailServer("smtp+starttls", HERE, port, "tongdai", password)
        with posting(server, trusted) as post:
            if works:
                post.send(MAIL)
            else:
                with pytest.raises(TransientFailure) as error:
                    post.send(MAIL)
                assert error.value.unreachable
    assert taking.mails == int(works)


def test_over_tls_from_the_first_byte() -> None:
    shown, trusted = authority()
    taking = Taking()
    with (
        serving(taking, ssl_context=shown, server_hostname=HERE) as port,
        posting(MailServer("smtps", HERE, port), trusted) as post,
    ):
        post.send(MAIL)
    assert taking.mails == 1


def test_a_certificate_that_nobody_knows_is_not_trusted() -> None:
    shown, _trusted = authority()
    taking = Taking()
    with (
        serving(taking, tls_context=shown) as port,
        posting(MailServer("smtp+starttls", HERE, port)) as post,
        pytest.raises(TransientFailure, match="certificate"),
    ):
        post.send(MAIL)
    assert taking.mails == 0


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    taking = Taking()
    with (
        serving(taking) as port,
        posting(MailServer("smtp+starttls", HERE, port)) as post,
        pytest.raises(TransientFailure),
    ):
        post.send(MAIL)
    assert taking.mails == 0


Act = Callable[[socket.socket], None]


def script(**answers: bytes | None) -> Act:
    """A server that answers each command as told; None closes the connection, "" says nothing."""

    def act(client: socket.socket) -> None:
        lines = client.makefile("rb")
        client.sendall(answers.get("hello", b"220 here\r\n") or b"")
        data = False
        for line in lines:
            word = line[:4].decode("ascii", "replace").strip().upper()
            if data:
                if line != b".\r\n":
                    continue
                data, word = False, "DOT"
            said = answers.get(word.lower(), {"DATA": b"354 go\r\n"}.get(word, b"250 fine\r\n"))
            if said is None:
                return
            data = word == "DATA" and said.startswith(b"354")
            client.sendall(said)

    return act


@contextmanager
def evil(act: Act) -> Iterator[int]:
    """A server for a few connections."""
    with socket.create_server((HERE, 0)) as listener:
        listener.settimeout(10)

        def serve() -> None:
            while True:
                try:
                    client, _address = listener.accept()
                except OSError:
                    return
                with client:
                    try:
                        act(client)
                    except OSError:
                        continue

        thread = Thread(target=serve)
        thread.start()
        port: int = listener.getsockname()[1]
        try:
            yield port
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("act", "outcome", "unreachable"),
    [
        pytest.param(script(dot=None), TransientFailure, True, id="dies after the mail's end, before answering"),
        pytest.param(script(dot=b""), TransientFailure, True, id="never answers"),
        pytest.param(script(hello=b""), TransientFailure, True, id="never says hello"),
        pytest.param(script(hello=b"\xff\xfe\x00garbage\r\n"), TransientFailure, True, id="says garbage"),
        pytest.param(script(rcpt=b"garbage\r\n"), TransientFailure, True, id="answers garbage"),
        pytest.param(script(hello=b"421 busy\r\n"), TransientFailure, True, id="is busy"),
        pytest.param(script(hello=b"554 go away\r\n"), TransientFailure, True, id="lets nobody in"),
        pytest.param(script(data=b"451 later\r\n"), TransientFailure, True, id="takes no data now"),
        pytest.param(script(rcpt=b"450 greylisted\r\n"), TransientFailure, True, id="knows the recipient later"),
        pytest.param(
            script(rcpt=b"550 no such user <x@y>\r\n"), PermanentFailure, False, id="does not know the recipient"
        ),
        pytest.param(script(mail=b"553 not you\r\n"), PermanentFailure, False, id="does not like the sender"),
        pytest.param(script(dot=b"552 too large\r\n"), PermanentFailure, False, id="does not take the mail"),
    ],
)
def test_every_evil_answer_is_later_or_never(act: Act, outcome: type[Exception], unreachable: bool) -> None:
    with (
        evil(act) as port,
        posting(MailServer("smtp", HERE, port), seconds=SECONDS) as post,
        pytest.raises(outcome) as error,
    ):
        post.send(MAIL)
    assert getattr(error.value, "unreachable", False) is unreachable
    assert "@" not in str(error.value)


def test_a_server_that_is_not_there_is_tried_again() -> None:
    with posting(MailServer("smtp", HERE, free_port())) as post, pytest.raises(TransientFailure) as error:
        post.send(MAIL)
    assert error.value.unreachable
