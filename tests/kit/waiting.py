"""Waiting for what other processes do, on the condition itself; the limits are a last net, never a measure."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Event


def wait_for(condition: Callable[[], object], seconds: float = 300, patience: float = 0.1) -> None:
    """Wait until something real has happened; fails the test when it has not in time."""
    still = Event()
    for _try in range(int(seconds / patience)):
        if condition():
            return
        still.wait(patience)
    assert condition(), "It has not happened in time."


def listening(port: int) -> bool:
    """Whether something answers on a port of this machine."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10):
        return True
    return False


def free_port() -> int:
    """A port that nobody uses now, outside of those that connections get by chance."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
