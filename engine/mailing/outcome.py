"""What a server or gateway can answer to something that is sent: try again, or never. For transports and delivery."""

from __future__ import annotations

import re

MAX_REASON_LENGTH = 200
_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


def redact_reason(text: str) -> str:
    """What a server said, short and without addresses: it goes into incidents and logs (R14)."""
    return " ".join(_ADDRESS.sub("…", text).split())[:MAX_REASON_LENGTH]


class TransientFailure(Exception):
    """It did not work now. `unreachable`: nothing else would get through either. `retry_after`: seconds, when named."""

    def __init__(self, reason: str, *, unreachable: bool = False, retry_after: float = 0) -> None:
        super().__init__(redact_reason(reason))
        self.unreachable, self.retry_after = unreachable, retry_after


class PermanentFailure(Exception):
    """It will never work as it is."""

    def __init__(self, reason: str) -> None:
        super().__init__(redact_reason(reason))
