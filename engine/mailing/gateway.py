"""Signed requests to other systems: a gateway for text messages, a webhook.

The signature covers the time and the body, so that neither can be changed and an old request cannot be replayed; the
`Idempotency-Key` stays the same at every attempt (docs/reference/gateways.md).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

import urllib3
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import HTTPError

from engine.config.environment import SignedEndpoint
from engine.mailing.hanging_up import hanging_up
from engine.mailing.outcome import PermanentFailure, TransientFailure

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 15.0
MAX_ANSWER_SIZE = 64 * 1024
MAX_RETRY_AFTER = 3600.0
_RETRY_STATUSES = frozenset({408, 425, 429})


def sign_request(key: bytes, timestamp: int, body: bytes) -> str:
    """The signature, which the receiver recomputes: HMAC-SHA256 over the time in seconds, a dot and the body."""
    return "v1=" + hmac.new(key, b"%d." % timestamp + body, hashlib.sha256).hexdigest()


def signed_headers(key: bytes, request_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a signed request of JSON; `request_id` stays the same at every attempt."""
    timestamp = int(now.timestamp())
    return {
        "Content-Type": "application/json",
        "Idempotency-Key": request_id,
        "X-Tongdai-Timestamp": str(timestamp),
        "X-Tongdai-Signature": sign_request(key, timestamp, body),
    }


class HttpGateway:
    """A system that accepts signed requests. Thread-safe."""

    def __init__(self, gateway: SignedEndpoint, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._gateway = gateway
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=answer_seconds)
        )

    def send(self, payload: Mapping[str, object], request_id: str, now: datetime) -> None:
        """Send JSON; returns once the other system has accepted it. Raises TransientFailure or PermanentFailure."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        headers = signed_headers(self._gateway.key, request_id, body, now)
        try:
            response = self._pool.request(
                "POST", self._gateway.url, body=body, headers=headers, redirect=False, preload_content=False
            )
            response.read(MAX_ANSWER_SIZE)
            response.drain_conn() if response.length_remaining in (0, None) else response.close()
            response.release_conn()
        except (HTTPError, OSError) as error:
            raise TransientFailure(type(error).__name__, unreachable=True) from error
        require_accepted(response.status, response.headers.get("Retry-After", ""))

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()


def post_once(pool: HTTPConnectionPool, target: str, body: bytes, headers: Mapping[str, str]) -> None:
    """Post over connections opened for this alone, which are closed after it; raises as `HttpGateway.send`.

    Where the other side lets a byte come from time to time, the connection is ended after MOST_SECONDS.
    """
    pool.ConnectionCls = hanging_up(pool.ConnectionCls)
    try:
        answer = pool.urlopen(
            "POST", target, body=body, headers=headers, redirect=False, retries=False, preload_content=False
        )
        answer.close()
    except (HTTPError, OSError) as error:
        raise TransientFailure(type(error).__name__, unreachable=True) from error
    finally:
        pool.close()
    require_accepted(answer.status, answer.headers.get("Retry-After", ""))


def require_accepted(status: int, retry_after: str) -> None:
    """Raise TransientFailure or PermanentFailure for an answer that accepts nothing; `retry_after` is its header."""
    if 200 <= status < 300:
        return
    if status in _RETRY_STATUSES or status >= 500:
        seconds = min(float(retry_after), MAX_RETRY_AFTER) if retry_after.isdecimal() else 0
        raise TransientFailure(f"HTTP {status}", unreachable=status in (429, 503), retry_after=seconds)
    raise PermanentFailure(f"HTTP {status}")
