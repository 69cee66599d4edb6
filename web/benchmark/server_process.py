"""The server as a process of its own, on a free port, for measurements from outside."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from socket import create_connection, create_server
from threading import Event


@contextmanager
def server_process(command: str = "serve") -> Iterator[tuple[int, int]]:
    """Run `tongdai serve`, or another command, on the configured demonstration; yields its port and process number."""
    with create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    options = ["--demonstration"] if command == "serve" else []
    line = [sys.executable, "-c", "from web.cli import main; main()", command, *options]
    environment = {**os.environ, "TONGDAI_PORT": str(port)}
    server = subprocess.Popen(line, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own program.
    try:
        _wait_for_port(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(300)


def _wait_for_port(port: int) -> None:
    patience = Event()
    for _try in range(3000):
        try:
            create_connection(("127.0.0.1", port)).close()
        except OSError:
            patience.wait(0.1)
        else:
            return
    raise RuntimeError("The server did not start.")
