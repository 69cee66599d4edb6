"""Event streams: connections that stay open, over which pages hear that something has come (server-sent events).

All of them are one thread's work (asyncio), so that 2,000 cost no thread each. An event has a kind and nothing else:
the page then asks by a request of its own. Those who are told at once would all ask at once: so they are told in
turn, first whoever shares an event with few.
"""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from socket import socket
from threading import Thread
from typing import cast

from engine.live.announcements import EVERYBODY, Announcement

MOST_STREAMS = 5000
MOST_PER_PERSON = 20  # A browser holds one for all its pages.
BEAT_SECONDS = 25.0  # Shorter than the patience of proxies, and than that of the page (channel.js).
QUIET_SECONDS = 15.0  # Of the database: longer, and beats stop, so that pages ask by themselves again.
TURN_SECONDS, TOLD_IN_TURN = 0.05, 10  # 200 a second, who then ask.
SPACING_SECONDS = 0.5  # Between two events of a kind on one stream.
BEAT, COMMENT = b"data: beat\n\n", b":\n\n"
MOST_UNSENT = 16_384  # Bytes; who takes no more of them is gone.
FEW = 50


@dataclass(frozen=True, slots=True)
class StreamHolder:
    """Whose stream it is: the session's digest and the person."""

    digest: str
    person_id: int


class _Stream(asyncio.Protocol):
    """One connection, whose request has been answered up to the end of the header."""

    def __init__(self, streams: EventStreams, holder: StreamHolder, receivers: frozenset[str], head: bytes) -> None:
        self.holder, self.receivers = holder, receivers
        self.told_at: dict[str, float] = {}
        self._streams, self._head = streams, head
        self._transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the header, and when to come back once the stream has ended: not all at the same moment."""
        self._transport = cast("asyncio.WriteTransport", transport)
        pause = 2000 + self._transport.get_extra_info("socket").fileno() * 37 % 80 * 100
        self.send(self._head + b"retry: %d\n\n" % pause)
        self._streams.enter(self)

    def connection_lost(self, _exc: Exception | None) -> None:
        """Forget the stream."""
        self._streams.leave(self)

    def send(self, text: bytes) -> None:
        """Send something, unless too much waits for a reader who takes nothing."""
        assert self._transport is not None
        if self._transport.get_write_buffer_size() > MOST_UNSENT:
            self._transport.abort()
        else:
            self._transport.write(text)

    def close(self) -> None:
        """End the stream; its page will ask for another one, if it may."""
        assert self._transport is not None
        self._transport.close()


class EventStreams:
    """All open streams of this process. `keep`, `tell`, `confirm` and `replace` may be called from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, name="streams")
        self._streams: set[_Stream] = set()
        self._by_person: Counter[int] = Counter()
        self._by_receiver: dict[str, set[_Stream]] = {}
        self._due: OrderedDict[tuple[_Stream, str], None] = OrderedDict()
        self._turn: asyncio.TimerHandle | None = None
        self._confirmed_at = self._loop.time() - 2 * QUIET_SECONDS

    @contextmanager
    def running(self) -> Iterator[EventStreams]:
        """Run the loop in its thread; leaving ends all streams."""
        self._loop.call_soon(self._beat)
        self._thread.start()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._end)
            self._thread.join()
            self._loop.close()

    def _end(self) -> None:
        for stream in list(self._streams):
            stream.close()
        self._loop.call_later(TURN_SECONDS, self._loop.stop)  # By then the connections are closed.

    def seconds(self) -> float:
        """The loop's clock, which only goes forward."""
        return self._loop.time()

    def has_room(self, person_id: int) -> bool:
        """Whether this person may hold one more; of several who ask at once, `enter` ends those too many."""
        return len(self._streams) < MOST_STREAMS and self._by_person[person_id] < MOST_PER_PERSON

    def digests(self) -> set[str]:
        """The sessions whose streams are open."""
        return {stream.holder.digest for stream in list(self._streams)}

    def keep(self, connection: socket, holder: StreamHolder, receivers: frozenset[str], head: bytes) -> None:
        """Take over a connection after the header `head` of its answer."""
        connection.settimeout(0)
        asyncio.run_coroutine_threadsafe(self._join(connection, _Stream(self, holder, receivers, head)), self._loop)

    async def _join(self, connection: socket, stream: _Stream) -> None:
        try:
            await self._loop.connect_accepted_socket(lambda: stream, connection)
        except OSError:
            connection.close()  # Its browser has gone.

    def tell(self, news: Announcement) -> None:
        """Tell the streams of the receivers."""
        self._loop.call_soon_threadsafe(self._tell, news)

    def confirm(self) -> None:
        """Say that the database is being heard."""
        self._loop.call_soon_threadsafe(self._confirm)

    def replace(self, asked: set[str], receivers: Mapping[str, frozenset[str]]) -> None:
        """Give the streams of the sessions `asked` their receivers, and end those of sessions that have none."""
        self._loop.call_soon_threadsafe(self._replace, asked, receivers)

    def enter(self, stream: _Stream) -> None:
        """Count a new stream, or end it when others have taken its place meanwhile; called by its connection."""
        if not self.has_room(stream.holder.person_id):
            stream.close()
            return
        self._streams.add(stream)
        self._by_person[stream.holder.person_id] += 1
        self._index(stream)
        stream.send(self._pulse())

    def leave(self, stream: _Stream) -> None:
        """Forget a stream; called by its connection."""
        if stream in self._streams:
            self._streams.remove(stream)
            self._by_person -= Counter({stream.holder.person_id: 1})
            self._unindex(stream)
            for kind in stream.told_at:
                self._due.pop((stream, kind), None)

    def _index(self, stream: _Stream) -> None:
        for receiver in stream.receivers:
            self._by_receiver.setdefault(receiver, set()).add(stream)

    def _unindex(self, stream: _Stream) -> None:
        for receiver in stream.receivers:
            sharing = self._by_receiver[receiver]
            sharing.remove(stream)
            if not sharing:
                del self._by_receiver[receiver]

    def _replace(self, asked: set[str], receivers: Mapping[str, frozenset[str]]) -> None:
        for stream in list(self._streams):
            digest = stream.holder.digest
            if digest in asked and digest not in receivers:
                stream.close()
            elif digest in asked and receivers[digest] != stream.receivers:
                self._unindex(stream)
                stream.receivers = receivers[digest]
                self._index(stream)

    def _tell(self, news: Announcement) -> None:
        if EVERYBODY in news.receivers:
            streams = set(self._streams)
        else:
            streams = set().union(*(self._by_receiver.get(receiver, ()) for receiver in news.receivers))
        for stream in streams:
            stream.told_at.setdefault(news.kind, -SPACING_SECONDS)
            self._due.setdefault((stream, news.kind))
            if len(streams) <= FEW:
                self._due.move_to_end((stream, news.kind), last=False)
        if self._turn is None:
            self._take_turn()

    def _take_turn(self) -> None:
        """Send the events of one turn; the next one comes a moment later, until nobody is left."""
        now = self._loop.time()
        ready = (one for one in self._due if one[0].told_at[one[1]] + SPACING_SECONDS <= now)
        ready_now = list(islice(ready, TOLD_IN_TURN))
        for stream, kind in ready_now:
            del self._due[stream, kind]
            stream.told_at[kind] = now
            stream.send(b"data: %s\n\n" % kind.encode())
        going = bool(ready_now or self._due)
        self._turn = self._loop.call_later(TURN_SECONDS, self._take_turn) if going else None

    def _confirm(self) -> None:
        was_quiet, self._confirmed_at = self._pulse() == COMMENT, self._loop.time()
        if was_quiet:
            for stream in self._streams:
                stream.send(BEAT)

    def _pulse(self) -> bytes:
        """A beat, or a comment that only keeps the connection while the database is not heard."""
        return BEAT if self._loop.time() - self._confirmed_at < QUIET_SECONDS else COMMENT

    def _beat(self) -> None:
        for stream in list(self._streams):
            stream.send(self._pulse())
        self._loop.call_later(BEAT_SECONDS, self._beat)
