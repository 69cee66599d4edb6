"""The program's processes under load: started, killed, started again; and the mail server that they send to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from aiosmtpd.controller import Controller

from tests.kit.waiting import free_port
from tests.paths import ROOT

MINUTE = 60.0


class Sink:
    """A mail server's handler that keeps what it accepted: Message-IDs with the number of times."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()
        self._lock = Lock()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Accept a mail."""
        head = envelope.content.decode("utf-8", "replace").split("\r\n\r\n", 1)[0]
        number = next(line[12:].strip() for line in head.split("\r\n") if line.lower().startswith("message-id: "))
        with self._lock:
            self.accepted[number] += 1
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Sink, int]]:
    """A real SMTP server on a free port."""
    sink, port = Sink(), free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield sink, port
    finally:
        controller.stop()


@cache
def start_zygote() -> subprocess.Popen[str]:
    """The zygote of this process, started when the first test needs it; later farms share it."""
    command = [sys.executable, "-m", "tests.faults.zygote"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def end_zygote() -> None:
    """End the zygote of this process, if there is one."""
    if start_zygote.cache_info().currsize:
        with start_zygote() as zygote:
            zygote.communicate(timeout=300)
        start_zygote.cache_clear()


@dataclass
class Farm:
    """Processes of the program by name, and what the zygote calls them."""

    environment: dict[str, str]
    log: Path
    running: dict[str, tuple[str, int]] = field(default_factory=dict)
    ended: list[int] = field(default_factory=list)
    kills: int = 0

    def __enter__(self) -> Farm:
        start_zygote()
        return self

    def __exit__(self, *_error: object) -> None:
        for _command, number in self.running.values():
            os.kill(number, signal.SIGKILL)  # It may have ended; its number is its own until it is waited for.
            self.ended.append(number)
        for number in self.ended:
            _order({"wait": number})

    def start(self, name: str, command: str) -> None:
        """Start a process of the program under a name."""
        number = _order({"command": command, "environment": {**self.environment, "FAULT_LOG": str(self.log)}})
        self.running[name] = command, number

    def stop(self, name: str) -> int:
        """Ask a process to stop and wait until it has; returns its exit code."""
        _command, number = self.running.pop(name)
        os.kill(number, signal.SIGTERM)
        return _order({"wait": number})

    def kill(self, name: str) -> None:
        """Kill a process at once, as a lost machine would end it, and start it again."""
        self.start(name, self.end(name))

    def end(self, name: str) -> str:
        """Kill a process for good; returns what it was."""
        command, number = self.running.pop(name)
        os.kill(number, signal.SIGKILL)
        self.ended.append(number)
        self.kills += 1
        return command


def _order(order: dict[str, object]) -> int:
    """What the zygote answers to an order."""
    zygote = start_zygote()
    assert zygote.stdin is not None
    assert zygote.stdout is not None
    zygote.stdin.write(json.dumps(order) + "\n")
    zygote.stdin.flush()
    return int(zygote.stdout.readline())
