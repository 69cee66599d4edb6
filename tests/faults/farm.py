"""The program's processes under load: started, killed, started again; and the mail server that they send to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
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


@dataclass
class Farm:
    """The zygote, and the processes that it started by name."""

    environment: dict[str, str]
    log: Path
    zygote: subprocess.Popen[str] = field(init=False)
    running: dict[str, tuple[str, int]] = field(default_factory=dict)
    kills: int = 0

    def __enter__(self) -> Farm:
        inherited = {**os.environ, **self.environment, "FAULT_LOG": str(self.log)}
        self.zygote = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.zygote"],
            cwd=ROOT,
            env=inherited,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(self, *_error: object) -> None:
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        self.zygote.stdin.close()
        self.zygote.wait(300)
        self.zygote.stdout.close()

    def start(self, name: str, command: str) -> None:
        """Start a process of the program under a name."""
        assert self.zygote.stdin is not None
        assert self.zygote.stdout is not None
        order = {"command": command, "environment": {**self.environment, "FAULT_LOG": str(self.log)}}
        self.zygote.stdin.write(json.dumps(order) + "\n")
        self.zygote.stdin.flush()
        self.running[name] = command, int(self.zygote.stdout.readline())

    def kill(self, name: str) -> None:
        """Kill a process at once, as a lost machine would end it, and start it again."""
        self.start(name, self.end(name))

    def end(self, name: str) -> str:
        """Kill a process for good; returns what it was."""
        command, number = self.running.pop(name)
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
            self.kills += 1
        return command
