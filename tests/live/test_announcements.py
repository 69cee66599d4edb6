"""A commit tells every process that listens, a rollback nobody; what a process has missed it makes up for."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from sqlalchemy import Engine, func, select

from engine.live import announcements
from engine.live.announcements import LISTS, Announcement, announce, person_receiver, unit_receiver
from engine.live.listening import MISSED, listening
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import AnnouncementRow

UNIT, PERSON = unit_receiver("731"), person_receiver(7)
NET = 60  # Seconds; what is awaited comes at once.
rows = table_of(AnnouncementRow)


def announce_in_one(engine: Engine, *receivers: str) -> None:
    """A commit that announces to each of the receivers, one after the other."""
    with transaction(engine) as tx:
        for receiver in receivers:
            announce(tx, LISTS, {receiver})


def announce_and_fail(engine: Engine) -> None:
    """A transaction that is rolled back."""
    with transaction(engine) as tx:
        announce(tx, LISTS, {"unit:nobody"})
        raise RuntimeError


def test_a_commit_is_heard_once_with_all_its_receivers_and_a_rollback_never(engine_db: Engine) -> None:
    with listening(engine_db, Event()) as listener:
        with pytest.raises(RuntimeError):
            announce_and_fail(engine_db)
        announce_in_one(engine_db, UNIT, PERSON, UNIT)
        assert listener.wait(NET) == [Announcement(LISTS, frozenset({UNIT, PERSON}))]
        announce_in_one(engine_db, "unit:" + "x" * announcements.MOST_BYTES)
        assert listener.wait(NET) == [MISSED]  # Too many receivers are everybody.


def test_what_is_committed_while_nobody_waits_is_heard_afterwards(engine_db: Engine) -> None:
    with listening(engine_db, Event()) as listener:
        announce_in_one(engine_db, UNIT)
        announce_in_one(engine_db, PERSON)
        heard: list[Announcement] = []
        while len(heard) < 2:
            heard += listener.wait(NET)
        assert [one.receivers for one in heard] == [{UNIT}, {PERSON}]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_process_that_slept_too_long_tells_everybody(engine_db: Engine) -> None:
    with listening(engine_db, Event()) as listener:
        for _turn in range(3):
            announce_in_one(engine_db, UNIT)
        with transaction(engine_db) as tx:
            tx.write().execute(rows.delete().where(rows.c.id < 2))
        assert listener.wait(NET) == [MISSED]
        announce_in_one(engine_db, PERSON)
        assert [one.receivers for one in listener.wait(NET)] == [{PERSON}]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_old_rows_go_and_numbers_go_on(engine_db: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announcements, "KEPT", 2)
    for _turn in range(4):
        announce_in_one(engine_db, UNIT)
    with transaction(engine_db) as tx:
        announcements.delete_old(tx)
    announce_in_one(engine_db, UNIT)
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(rows.c.id).order_by(rows.c.id)).scalars().all() == [3, 4, 5]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_waiting_ends_when_the_process_stops(engine_db: Engine) -> None:
    stop = Event()
    with listening(engine_db, stop) as listener:
        thread = Thread(target=listener.wait, args=(3600,))
        thread.start()
        stop.set()
        thread.join(NET)
        assert not thread.is_alive()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_postgresql_carries_announcements_without_rows(engine_db: Engine) -> None:
    announce_in_one(engine_db, UNIT)
    with transaction(engine_db) as tx:
        assert tx.read.execute(select(func.count()).select_from(rows)).scalar_one() == 0
