"""Delivery failures reported by a server or gateway: transient or permanent."""

from __future__ import annotations

import re
from datetime import timedelta

MAX_REASON_LENGTH = 200
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=4)
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


def redact_reason(text: str) -> str:
    """Shorten a server's answer and remove addresses, because it goes into incidents and logs (R14)."""
    return " ".join(_ADDRESS.sub("…", text).split())[:MAX_REASON_LENGTH]


def retry_pause(attempts: int, retry_after: float = 0) -> timedelta:
    """How long to wait after so many attempts: a minute, doubled each time; not less than `retry_after` seconds."""
    doubled: timedelta = FIRST_PAUSE * 2 ** (attempts - 1)
    return max(min(doubled, LONGEST_PAUSE), timedelta(seconds=retry_after))


class TransientFailure(Exception):
    """Worth retrying. `unreachable`: nothing else would get through either. `retry_after`: seconds, if given."""

    def __init__(self, reason: str, *, unreachable: bool = False, retry_after: float = 0) -> None:
        super().__init__(redact_reason(reason))
        self.unreachable, self.retry_after = unreachable, retry_after


class PermanentFailure(Exception):
    """Not worth retrying: the same message will always fail."""

    def __init__(self, reason: str) -> None:
        super().__init__(redact_reason(reason))
