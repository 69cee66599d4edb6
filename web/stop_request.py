"""How a process that runs until stopped learns that it is to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from socket import socketpair

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class StopRequest:
    """Whether somebody has asked the process to stop, by SIGTERM or SIGINT.

    The handler does nothing: it would run in the middle of whatever the main thread does, and could not tell it
    anything without a lock that this may be holding. Python writes a byte for each signal instead.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socketpair()
        self._writer.settimeout(0)  # A signal must never wait for the reader.

    @contextmanager
    def observed(self) -> Iterator[StopRequest]:
        """Watch for the signals within the block."""
        pipe_before = signal.set_wakeup_fd(self._writer.fileno())
        before = {number: signal.signal(number, lambda *_: None) for number in STOP_SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(pipe_before)
            self._reader.close()
            self._writer.close()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for a request; False if none came in time."""
        self._reader.settimeout(seconds)
        try:
            return bool(self._reader.recv(1))
        except TimeoutError:
            return False
