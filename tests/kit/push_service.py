"""A push service on this machine and a browser behind it, which reads its messages by the standards alone."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from urllib3 import HTTPConnectionPool

HOST = "push.example.vn"
CURVE = ec.SECP256R1()


def text_of(content: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def bytes_of(text: str) -> bytes:
    """What base64url without padding means."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def encoded(key: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as an uncompressed point."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@dataclass
class PushedBrowser:
    """A browser that has subscribed: its keys, where its service is, what it was sent."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = b"0123456789abcdef"
    path: str = "/send/abc?d=1"

    @property
    def form(self) -> dict[str, str]:
        """What its page sends to subscribe."""
        point = text_of(encoded(self.key.public_key()))
        return {"endpoint": f"https://{HOST}{self.path}", "point": point, "secret": text_of(self.secret)}

    def read(self, body: bytes) -> bytes:
        """A message as RFC 8291 has it decrypted."""
        salt, sender = body[:16], body[21 : 21 + body[20]]
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))
        info = b"WebPush: info\0" + encoded(self.key.public_key()) + sender
        secret = HKDF(SHA256(), 32, self.secret, info).derive(shared)
        content_key = HKDF(SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(secret)
        nonce = HKDF(SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(secret)
        text = AESGCM(content_key).decrypt(nonce, body[21 + body[20] :], None)
        assert text.endswith(b"\x02")
        return text[:-1]


@dataclass
class PushService:
    """What was sent to the service, and what it answers next."""

    port: int = 0
    sent: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def connect(self, host: str) -> HTTPConnectionPool:
        """Connections for whoever asks for the service by its name."""
        assert host == HOST
        return HTTPConnectionPool("127.0.0.1", self.port)


def claims_of(headers: dict[str, str]) -> dict[str, Any]:
    """What the sender says of itself, once its signature has been checked (RFC 8292)."""
    parts = dict(part.strip().split("=", 1) for part in headers["Authorization"].removeprefix("vapid ").split(","))
    signed, _dot, signature = parts["t"].rpartition(".")
    halves = bytes_of(signature)
    first, second = int.from_bytes(halves[:32], "big"), int.from_bytes(halves[32:], "big")
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, bytes_of(parts["k"]))
    key.verify(encode_dss_signature(first, second), signed.encode(), ec.ECDSA(SHA256()))
    head, claims = (json.loads(bytes_of(part)) for part in signed.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}
    return {**claims, "key": parts["k"]}


@contextmanager
def running_service() -> Iterator[PushService]:
    """A service on a free port."""
    service = PushService()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.sent.append((self.path, dict(self.headers.items()), body))
            status, headers = service.answers.pop(0) if service.answers else (201, {})
            self.send_response(status)
            for name, value in {**headers, "Content-Length": "0"}.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_line: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield service
        server.shutdown()
        thread.join()
