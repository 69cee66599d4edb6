"""Ends connections that take too long altogether: a limit between two bytes alone lets one hold all others up."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Timer
from typing import Any

MOST_SECONDS = 30.0


def hanging_up(kind: type[Any]) -> type[Any]:
    """The connections of urllib3 of this kind, which are ended MOST_SECONDS after they were begun."""

    class EndedConnection(kind):  # type: ignore[misc]  # Of a plain address or of HTTPS.
        _end: Timer | None = None

        def connect(self) -> None:
            self._end = Timer(MOST_SECONDS, self._hang_up)
            self._end.daemon = True
            self._end.start()
            super().connect()

        def close(self) -> None:
            if self._end is not None:
                self._end.cancel()
            super().close()

        def _hang_up(self) -> None:
            """Have whoever reads see the end of the connection."""
            open_socket = self.sock
            with suppress(OSError):
                if open_socket is not None:
                    open_socket.shutdown(socket.SHUT_RDWR)

    return EndedConnection
