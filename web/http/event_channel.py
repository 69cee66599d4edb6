"""The channel over which open pages hear that something has come: streams, and the thread that hears the database.

A request for it is an ordinary one, with the same session, and the server hands its connection over
(`web.http.page_server`). Sessions are looked at again and again: one that has ended loses its streams within seconds,
and each is told what its person's units are told now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from socket import socket
from threading import Event, Thread

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from engine.live.listening import MISSED, Listener, ListenerLost, listening
from engine.operations.log import get_logger
from engine.staff import channel_holders
from engine.store.db import transaction
from web.http.event_streams import EventStreams, StreamHolder

AUDIT_SECONDS = 5.0
AGAIN_SECONDS = 3.0  # After the database was lost.

HAND_OVER = "tongdai.hand_over"  # In the WSGI environment: takes the function that gets the connection and the header.
Receiver = Callable[[socket, bytes], None]

THREAD = "channel"  # By this name figures of requests leave out what the channel asks.

log = get_logger()


class EventChannel:
    """The streams of this process, and what is announced to them."""

    def __init__(self, database: Engine, clock: Callable[[], datetime], streams: EventStreams) -> None:
        self._database, self._clock, self._streams = database, clock, streams
        self._stop = Event()
        self._thread = Thread(target=self._listen_until_stopped, name=THREAD)

    @contextmanager
    def running(self) -> Iterator[EventChannel]:
        """Listen in a thread."""
        self._thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            self._thread.join()

    def has_room(self, person_id: int) -> bool:
        """Whether this person may hold one more stream."""
        return self._streams.has_room(person_id)

    def receiver_of(self, holder: StreamHolder, receivers: frozenset[str]) -> Receiver:
        """What the server hands the connection of a request to."""
        return lambda connection, head: self._streams.keep(connection, holder, receivers, head)

    def audit_sessions(self) -> None:
        """End the streams of sessions that have ended, and learn whose units have changed."""
        asked = self._streams.digests()
        with transaction(self._database) as tx:
            receivers = channel_holders.receivers_by_session(tx, asked, self._clock())
        self._streams.replace(asked, receivers)

    def _listen_until_stopped(self) -> None:
        while not self._stop.is_set():
            try:
                with listening(self._database, self._stop) as listener:
                    self._streams.tell(MISSED)
                    self._listen(listener)
            except ListenerLost:
                log.warning("channel.lost")
                self._stop.wait(AGAIN_SECONDS)

    def _listen(self, listener: Listener) -> None:
        audited_at = self._streams.seconds()
        while not self._stop.is_set():
            self._streams.confirm()
            for news in listener.wait(AUDIT_SECONDS):
                self._streams.tell(news)
            if self._streams.seconds() - audited_at >= AUDIT_SECONDS:
                audited_at = self._streams.seconds()
                with suppress(DBAPIError):
                    self.audit_sessions()


@contextmanager
def running_channel(database: Engine, clock: Callable[[], datetime]) -> Iterator[EventChannel]:
    """The channel of a server process, in two threads of its own; leaving ends all streams."""
    streams = EventStreams()
    with streams.running(), EventChannel(database, clock, streams).running() as channel:
        yield channel
