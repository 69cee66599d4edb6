"""The HTTP server (waitress): whose address counts, what is refused before it is stored, an orderly stop.

A request whose page asks for it (`event_channel.HAND_OVER`) does not end: its connection is handed over.

The commands and the tests serve pages through this one function, so that what is tested is what runs.
"""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import Any

from waitress import create_server, wasyncore
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask

from engine.config.environment import Settings
from web.http.event_channel import HAND_OVER, Receiver, running_channel
from web.http.plain_pages import render_plain_page
from web.http.ports import port_error
from web.http.request import Application
from web.http.security import MOST_BYTES

THREADS = 8
# Half-sent requests of slow or hostile clients hold connections, not threads: a thousand of them leave room for others.
CONNECTIONS = 2000
# A connection without anything new for so long is closed. Longer than proxies keep theirs for the next request (nginx:
# 60 s), or they would send one into a connection that is just being closed.
QUIET_SECONDS = 120
MOST_FILES = 16_384
FORWARDED = "x-forwarded-for x-forwarded-proto x-forwarded-host"


class _ErrorPage(ErrorTask):
    """A request refused before the application sees it, answered with a page in both languages."""

    def execute(self) -> None:
        body = render_plain_page(self.request.error.code).encode()
        self.status = f"{self.request.error.code} {self.request.error.reason}"
        self.response_headers += [("Content-Type", "text/html; charset=utf-8"), ("X-Content-Type-Options", "nosniff")]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _PageTask(WSGITask):
    """A request whose connection the page may have handed over instead of answering it.

    What gets it works on a duplicate; the server closes its own end and forgets the connection without a word.
    """

    receiver: Receiver | None = None

    def get_environment(self) -> dict[str, object]:
        environ: dict[str, object] = super().get_environment()
        environ[HAND_OVER] = self._hand_over
        return environ

    def _hand_over(self, receiver: Receiver) -> None:
        self.receiver = receiver

    @property
    def is_stream(self) -> bool:
        """Whether the answer goes on after its header."""
        return self.receiver is not None and self.status.startswith("200 ")

    @property
    def has_body(self) -> bool:
        """A stream has neither length nor chunks: it ends with its connection."""
        return not self.is_stream and bool(super().has_body)

    def finish(self) -> None:
        if self.receiver is None or not self.is_stream:
            super().finish()
            return
        self.set_close_on_finish()
        head = self.build_response_header()
        self.wrote_header = True
        self.receiver(self.channel.socket.dup(), head)


class _Channel(HTTPChannel):
    """A connection whose quiet time runs from the first byte of a request's header, so that trickling does not help."""

    task_class = _PageTask
    error_task_class = _ErrorPage
    last_activity: float
    header_began: float | None = None

    def received(self, data: bytes) -> Any:
        outcome = super().received(data)
        unfinished = self.request is not None and not self.request.headers_finished
        self.header_began = (self.header_began or self.last_activity) if unfinished else None
        if self.header_began is not None:
            self.last_activity = self.header_began
        return outcome


@dataclass(frozen=True, slots=True)
class PageServer:
    """A running server: its port and the thread of its loop."""

    port: int
    thread: Thread


@contextmanager
def running_pages(app: Application, host: str, port: int, threads: int = THREADS) -> Iterator[PageServer]:
    """Serve the application's pages from a thread; leaving finishes the requests in hand.

    Raises BadSetting if the address cannot be had.
    """
    sockets: dict[int, Any] = {}
    allow_many_files()
    server = _listen(app, host, port, threads, sockets)
    listeners = [each for each in sockets.values() if hasattr(each, "channel_class")]
    for listener in listeners:
        listener.channel_class = _Channel
    thread = Thread(target=server.run, name="pages")
    with running_channel(app.database, app.clock) as channel:
        app.channel = channel
        thread.start()
        try:
            yield PageServer(listeners[0].effective_port, thread)
        finally:
            app.channel = None
            listeners[0].task_dispatcher.shutdown()
            # Only the loop's own thread may close its sockets; closed from here, its next wait would fail.
            listeners[0].trigger.pull_trigger(lambda: wasyncore.close_all(sockets))
            thread.join()


def allow_many_files() -> None:
    """Have this process open as many connections as the system lets it; most systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < MOST_FILES:
        most = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _listen(app: Application, host: str, port: int, threads: int, sockets: dict[int, Any]) -> Any:
    """The server, listening on one or more addresses; it keeps all its connections in `sockets`."""
    try:
        return create_server(
            app,
            map=sockets,
            host=host,
            port=port,
            threads=threads,
            ident="tongdai",
            connection_limit=CONNECTIONS,
            channel_timeout=QUIET_SECONDS,
            asyncore_use_poll=True,  # select() knows no more than 1,024 connections.
            max_request_body_size=MOST_BYTES + 1,
            **_proxy_options(app.settings),
        )
    except OSError as error:
        wasyncore.close_all(sockets)
        raise port_error(error, host, port, "TONGDAI_PORT") from error


def _proxy_options(settings: Settings) -> dict[str, object]:
    """Whom to take for the client: the address that the last known proxy names, if it comes from that proxy's address.

    Without proxies nothing reads these headers; they stay, so that /metrics sees a proxy that nobody configured.
    """
    if not settings.proxies:
        return {"clear_untrusted_proxy_headers": False}
    return {
        "clear_untrusted_proxy_headers": True,
        "trusted_proxy": settings.proxy_address,
        "trusted_proxy_count": settings.proxies,
        "trusted_proxy_headers": FORWARDED,
    }
