"""Measures the channel: very many connections of officers, what they cost while nothing comes, how soon news is there.

The server is a process of its own (`tongdai web`); its processor time and memory are what Linux says of it. News is an
announcement in a transaction of its own, its time from the end of the commit to the event at the browser's end.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from sqlalchemy import Engine

from engine.clock import now
from engine.config.environment import Settings
from engine.live.announcements import EVERYBODY, LISTS, announce, person_receiver
from engine.replay import demo_accounts
from engine.staff import accounts
from engine.staff.proofs import Proof
from engine.store.db import transaction
from web.app import create_app
from web.benchmark.server_process import server_process
from web.http.event_streams import SPACING_SECONDS
from web.http.page_server import allow_many_files

NEWS = 100  # Pieces of news for one person each.
OPENING_AT_ONCE = 20


@dataclass(slots=True)
class ChannelLoad:
    """What was measured: seconds, kilobytes, and the share of one processor that the server took."""

    streams: int
    opened_in: float = 0
    kilobytes_each: float = 0
    idle_share: float = 0
    heard_after: Sequence[float] = ()
    all_heard_in: float = 0

    @property
    def p50(self) -> float:
        """The median from commit to event."""
        return median(self.heard_after)

    @property
    def p99(self) -> float:
        """Of a hundred events, 99 were there by then."""
        return quantiles(self.heard_after, n=100)[-1]


@dataclass(slots=True)
class _Listener:
    """One open stream, and when its last event came."""

    person: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def next_event(self) -> str:
        while line := await self.reader.readline():
            if line.startswith(b"data: "):
                return line[6:].strip().decode()
        raise RuntimeError("A stream has ended.")

    async def hear_lists(self) -> float:
        while await self.next_event() != LISTS:
            pass  # A beat.
        return perf_counter()


def measure_channel(engine: Engine, settings: Settings, streams: int, seconds: float) -> ChannelLoad:
    """Hold so many streams open, `seconds` of them without any news, on the configured demonstration."""
    allow_many_files()
    cookies = _open_sessions(engine, settings, streams)
    with server_process("web") as (port, process):
        return asyncio.run(_measure(engine, port, process, cookies, seconds))


def _open_sessions(engine: Engine, settings: Settings, number: int) -> list[tuple[int, str]]:
    """So many sessions of officers in turn, of whom nobody asks a second factor, each as its person and its cookie."""
    app = create_app(settings, engine)
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with transaction(engine) as tx:
        people = demo_accounts.people_without_factors(tx, now())
        whose = [people[turn % len(people)] for turn in range(number)]
        proof = Proof(frozenset({"password"}), now())
        tokens = [accounts.open_session(tx, person, proof, now()) for person in whose]
    name = app.config["SESSION_COOKIE_NAME"]
    cookies = [f"{name}={serializer.dumps({'_user_id': token, '_fresh': True})}" for token in tokens]
    return list(zip(whose, cookies, strict=True))


async def _measure(
    engine: Engine, port: int, process: int, cookies: Sequence[tuple[int, str]], seconds: float
) -> ChannelLoad:
    load = ChannelLoad(len(cookies))
    before, began = _memory(process), perf_counter()
    listeners = await _open_all(port, cookies)
    load.opened_in = perf_counter() - began
    load.kilobytes_each = (_memory(process) - before) / len(listeners)
    used, began = _processor_seconds(process), perf_counter()
    await asyncio.sleep(seconds)
    load.idle_share = (_processor_seconds(process) - used) / (perf_counter() - began)
    load.heard_after = [await _time_news(engine, listeners, turn) for turn in range(NEWS)]
    await asyncio.sleep(2 * SPACING_SECONDS)
    load.all_heard_in = await _time_for_all(engine, listeners)
    for listener in listeners:
        listener.writer.close()
    for listener in listeners:
        with suppress(OSError):
            await listener.writer.wait_closed()
    return load


async def _open_all(port: int, cookies: Sequence[tuple[int, str]]) -> list[_Listener]:
    turns = asyncio.Semaphore(OPENING_AT_ONCE)

    async def open_one(person: int, cookie: str) -> _Listener:
        async with turns:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n\r\n".encode())
            listener = _Listener(person, reader, writer)
            await listener.next_event()  # The first beat.
            return listener

    return await asyncio.gather(*(open_one(*one) for one in cookies))


async def _time_news(engine: Engine, listeners: Sequence[_Listener], turn: int) -> float:
    """The seconds from a commit until the person whom it concerns has heard of it on every stream of theirs."""
    person = listeners[turn * 37 % len(listeners)].person
    own = [asyncio.create_task(one.hear_lists()) for one in listeners if one.person == person]
    committed = await asyncio.to_thread(_announce, engine, person_receiver(person))
    heard = max(await asyncio.gather(*own))
    await asyncio.sleep(SPACING_SECONDS / 10)
    return heard - committed


async def _time_for_all(engine: Engine, listeners: Sequence[_Listener]) -> float:
    everyone = [asyncio.create_task(one.hear_lists()) for one in listeners]
    committed = await asyncio.to_thread(_announce, engine, EVERYBODY)
    return max(await asyncio.gather(*everyone)) - committed


def _announce(engine: Engine, receiver: str) -> float:
    with transaction(engine) as tx:
        announce(tx, LISTS, {receiver})
    return perf_counter()


def _memory(process: int) -> float:
    """The kilobytes of memory that a process holds (Linux, proc(5))."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return float(next(line.split()[1] for line in lines if line.startswith("VmRSS:")))


def _processor_seconds(process: int) -> float:
    """The seconds of processor time that a process has used (Linux, proc(5))."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
