"""Signed requests to other systems: a gateway for text messages, a webhook. For delivery.

The signature covers the time and the body, so that neither can be changed nor an old request be sent again; the
identity in `Idempotency-Key` stays the same at every attempt (docs/reference/gateways.md).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime

import urllib3
from urllib3.exceptions import HTTPError

from engine.config.environment import Gateway
from engine.mailing.outcome import Refused, TryAgain

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 15.0
LONGEST_ANSWER = 64 * 1024
LONGEST_WAIT = 3600.0
_AGAIN = frozenset({408, 425, 429})


def signature(key: bytes, at: int, body: bytes) -> str:
    """What a receiver computes too: HMAC-SHA256 over the time in seconds, a dot and the body."""
    return "v1=" + hmac.new(key, b"%d." % at + body, hashlib.sha256).hexdigest()


class HttpGateway:
    """A system that takes signed requests. Threads may share it."""

    def __init__(self, gateway: Gateway, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._gateway = gateway
        self._pool = urllib3.PoolManager(
            retries=False, timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=answer_seconds)
        )

    def send(self, said: Mapping[str, object], identity: str, now: datetime) -> None:
        """Send JSON; raises TryAgain or Refused. Returning means that the other system has taken it."""
        body, at = json.dumps(said, ensure_ascii=False).encode(), int(now.timestamp())
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": identity,
            "X-Tongdai-Timestamp": str(at),
            "X-Tongdai-Signature": signature(self._gateway.key, at, body),
        }
        try:
            answer = self._pool.request(
                "POST", self._gateway.url, body=body, headers=headers, redirect=False, preload_content=False
            )
            answer.read(LONGEST_ANSWER)
            answer.drain_conn() if answer.length_remaining in (0, None) else answer.close()
            answer.release_conn()
        except (HTTPError, OSError) as error:
            raise TryAgain(type(error).__name__, unreachable=True) from error
        _require_taken(answer.status, answer.headers.get("Retry-After", ""))

    def close(self) -> None:
        """Let the connections go."""
        self._pool.clear()


def _require_taken(status: int, retry_after: str) -> None:
    if 200 <= status < 300:
        return
    if status in _AGAIN or status >= 500:
        seconds = min(float(retry_after), LONGEST_WAIT) if retry_after.isdecimal() else 0
        raise TryAgain(f"HTTP {status}", unreachable=status in (429, 503), retry_after=seconds)
    raise Refused(f"HTTP {status}")
