"""Promises of requests to other systems: signed so that a receiver can check them, every answer sorted."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from engine.config.environment import SignedEndpoint
from engine.mailing.gateway import MAX_RETRY_AFTER, HttpGateway
from engine.mailing.outcome import PermanentFailure, TransientFailure

KEY = b"0123456789abcdef0123456789abcdef"
NOW = datetime(2026, 11, 26, 2, 0, tzinfo=UTC)
SAID = {"to": "+84912345678", "text": "Phản ánh đã có kết quả", "id": "<7@1022.example>"}


class Receiver(BaseHTTPRequestHandler):
    """Checks what arrives as the documentation tells receivers to, and answers as it is told."""

    protocol_version = "HTTP/1.1"
    status, headers_said, body_said = 200, {}, b"{}"  # type: ignore[var-annotated]
    received: list[dict[str, object]] = []  # noqa: RUF012 - one server, one test.

    def do_POST(self) -> None:
        """One request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        at = self.headers["X-Tongdai-Timestamp"]
        expected = hmac.new(KEY, at.encode() + b"." + body, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(self.headers["X-Tongdai-Signature"], f"v1={expected}")
        self.received.append({"good": good, "identity": self.headers["Idempotency-Key"], "said": json.loads(body)})
        self.send_response(self.status)
        for name, value in self.headers_said.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.body_said)))
        self.end_headers()
        self.wfile.write(self.body_said)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@contextmanager
def receiving(
    status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"{}"
) -> Iterator[type[Receiver]]:
    """A server on a free port; its class knows where and what it received."""
    handler = type(
        "Told", (Receiver,), {"status": status, "headers_said": headers or {}, "body_said": body, "received": []}
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    handler.port = server.server_address[1]  # type: ignore[attr-defined]
    try:
        yield handler
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def sent(handler: type[Receiver]) -> None:
    gateway = HttpGateway(SignedEndpoint(f"http://127.0.0.1:{handler.port}/send?v=1", KEY))  # type: ignore[attr-defined]
    try:
        gateway.send(SAID, "<7@1022.example>", NOW)
    finally:
        gateway.close()


def test_a_receiver_can_check_who_sent_it() -> None:
    with receiving(202) as handler:
        sent(handler)
    assert handler.received == [{"good": True, "identity": "<7@1022.example>", "said": SAID}]


@pytest.mark.parametrize(
    ("status", "outcome", "unreachable"),
    [
        *((code, TransientFailure, False) for code in (408, 425, 500, 502)),
        *((code, TransientFailure, True) for code in (429, 503)),
        *((code, PermanentFailure, False) for code in (301, 302, 400, 401, 404, 410, 422)),
    ],
)
def test_every_answer_is_later_or_never(status: int, outcome: type[Exception], unreachable: bool) -> None:
    with receiving(status, {"Location": "http://127.0.0.1:9/"}) as handler, pytest.raises(outcome) as error:
        sent(handler)
    assert getattr(error.value, "unreachable", False) is unreachable
    assert len(handler.received) == 1


@pytest.mark.parametrize(
    ("said", "seconds"), [("120", 120), ("999999", MAX_RETRY_AFTER), ("Wed, 21 Oct", 0), ("-5", 0)]
)
def test_when_to_come_again_is_heeded_within_reason(said: str, seconds: float) -> None:
    with receiving(503, {"Retry-After": said}) as handler, pytest.raises(TransientFailure) as error:
        sent(handler)
    assert error.value.retry_after == seconds


def test_a_huge_answer_is_not_read_to_its_end() -> None:
    with receiving(200, body=b"x" * 5_000_000) as handler:
        sent(handler)
    assert len(handler.received) == 1


def test_a_gateway_that_is_not_there_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    gateway = HttpGateway(SignedEndpoint(f"http://127.0.0.1:{port}/", KEY))
    with pytest.raises(TransientFailure) as error:
        gateway.send(SAID, "x", NOW)
    assert error.value.unreachable


def test_a_gateway_that_does_not_answer_is_tried_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        gateway = HttpGateway(SignedEndpoint(f"http://127.0.0.1:{silent.getsockname()[1]}/", KEY), answer_seconds=0.2)
        with pytest.raises(TransientFailure):
            gateway.send(SAID, "x", NOW)
        gateway.close()
