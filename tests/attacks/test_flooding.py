"""Clients that hold connections, send too much or too slowly do not keep others out (review A9, A10)."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Event
from types import SimpleNamespace
from urllib.parse import urlencode, urlsplit

import pytest
from argon2.exceptions import VerifyMismatchError

from engine.staff import passwords
from tests.kit.site import Site
from web.http import page_server
from web.http.page_server import QUIET_SECONDS
from web.http.security import MOST_BYTES
from web.serve import in_thread

HALF_OPEN = 300


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    with in_thread(site.app) as address:
        yield address


def connected(address: str) -> socket.socket:
    """A connection to the server."""
    where = urlsplit(address)
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=300)


def test_hundreds_of_half_sent_requests_leave_room_for_others(address: str) -> None:
    with ExitStack() as stack:
        for _number in range(HALF_OPEN):
            stack.enter_context(connected(address)).sendall(b"POST /report HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        with urllib.request.urlopen(f"{address}/healthz", timeout=60) as answer:
            assert answer.read() == b"ok\n"


def test_a_header_that_trickles_in_does_not_keep_its_connection_alive() -> None:
    now = 1_000_000
    near, far = socket.socketpair()
    with near, far:
        server = SimpleNamespace(active_channels={}, add_task=lambda _channel: None)
        adjustments = SimpleNamespace(
            outbuf_overflow=1024, max_request_header_size=1024, max_request_body_size=1024, url_scheme="http"
        )
        channel = page_server._Channel(server, near, ("", 0), adjustments, map={})
        for byte in (b"G", b"E", b"T"):
            now += QUIET_SECONDS - 1
            channel.last_activity = now  # As the server notes for each byte that arrives.
            channel.received(byte)
        assert now - channel.last_activity > QUIET_SECONDS
        channel.received(b" / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert channel.header_began is None


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 300 * 1024 * 1024, 10**30])
def test_a_body_over_the_limit_is_refused_by_its_header_alone(address: str, size: int) -> None:
    with connected(address) as connection:
        connection.sendall(f"POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n".encode())
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 413 ")
    assert "Tệp hoặc nội dung gửi lên vượt quá giới hạn 32 MB." in answer
    assert '<section lang="en">' in answer


@pytest.mark.slow
def test_a_body_of_unknown_size_is_cut_at_the_limit(address: str) -> None:
    piece = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    with connected(address) as connection:
        connection.sendall(b"POST /report HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        sent_pieces = 0
        try:
            while sent_pieces < 100:
                connection.sendall(piece)
                sent_pieces += 1
        except OSError:  # The server has answered and closed.
            pass
    assert sent_pieces < 100


LARGEST_HEADER = 256 * 1024
LONG = b"GET / HTTP/1.1\r\nX: "


@pytest.mark.parametrize("sent", [b"GET / HTTP/1.1\r\nno header\r\n\r\n", LONG.ljust(LARGEST_HEADER, b"y")])
def test_what_is_not_http_is_told_in_both_languages(address: str, sent: bytes) -> None:
    with connected(address) as connection:
        connection.sendall(sent)
        answer = connection.makefile("rb").read().decode()
    assert answer.startswith(("HTTP/1.0 4", "HTTP/1.1 4"))
    assert "Yêu cầu không hợp lệ" in answer
    assert '<section lang="en">' in answer


SIGN_INS = 200


class _StuckHasher:
    """Hashes that take as long as they like: until the test says so."""

    def __init__(self) -> None:
        self.released = Event()

    def verify(self, _hash: str, _password: str) -> bool:
        """Not this password, after a long while."""
        self.released.wait()
        raise VerifyMismatchError


def test_a_flood_of_wrong_passwords_holds_no_other_page_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert passwords.MOST_WAITING + 1 < page_server.THREADS
    hasher = _StuckHasher()
    monkeypatch.setattr(passwords, "_hasher", hasher)
    monkeypatch.setattr(passwords, "_decoy_hash", lambda: "")
    visitor = site.browser()
    token, cookie = visitor.token(), visitor.client.get_cookie("tongdai")
    assert cookie is not None
    statuses = []
    with ExitStack() as stack:
        pages = stack.enter_context(page_server.running_pages(site.app, "127.0.0.1", 0))  # With all its threads.
        stack.callback(hasher.released.set)
        address = f"http://127.0.0.1:{pages.port}"
        connections = [stack.enter_context(connected(address)) for _number in range(SIGN_INS)]
        for number, connection in enumerate(connections):
            form = urlencode({"csrf_token": token, "login": f"ai.do.{number}", "password": "sai"}).encode()
            head = f"POST /sign-in HTTP/1.1\r\nHost: x\r\nCookie: tongdai={cookie.value}\r\nConnection: close\r\n"
            kind = "Content-Type: application/x-www-form-urlencoded\r\n"
            connection.sendall(f"{head}{kind}Content-Length: {len(form)}\r\n\r\n".encode() + form)
        with urllib.request.urlopen(f"{address}/healthz", timeout=300) as answer:  # While nothing is hashed to its end.
            assert answer.read() == b"ok\n"
        hasher.released.set()
        statuses = [int(connection.makefile("rb").readline().split()[1]) for connection in connections]
    assert set(statuses) <= {401, 429, 503}
    assert statuses.count(503) > SIGN_INS / 2
