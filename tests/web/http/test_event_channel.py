"""Pages hear over an open connection that something has come: who hears what, until when, and how many."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.actor import Actor, ActStamp
from engine.live.announcements import LISTS, announce, person_receiver, unit_receiver
from engine.live.listening import Listener, ListenerLost
from engine.live.listening import listening as hear
from engine.process import instances
from engine.staff import accounts, people
from engine.store.db import transaction
from engine.store.models import Person
from tests.kit.site import COMMUNE, FOCAL, NEW, OPERATOR, Site
from tests.kit.streams import open_stream
from tests.kit.waiting import wait_for
from web.http import event_channel, event_streams
from web.http.event_channel import EventChannel
from web.serve import in_thread

BEAT, CALL = "beat", "call"


@pytest.fixture
def address(site: Site) -> Iterator[str]:
    """The site, served."""
    with in_thread(site.app) as address:
        yield address


def number_of(site: Site, login: str) -> int:
    return int(site.read(select(Person.id).where(Person.login == login))[0].id)


def announce_to(site: Site, kind: str, receiver: str) -> None:
    site.write(announce, kind, {receiver})


def channel_of(site: Site) -> EventChannel:
    assert site.app.channel is not None
    return site.app.channel


def test_a_filed_report_is_heard_in_its_unit_and_nowhere_else(site: Site, address: str) -> None:
    browsers = [site.browser(login) for login in (OPERATOR, FOCAL)]
    with open_stream(address, browsers[0]) as operator, open_stream(address, browsers[1]) as focal:
        assert operator.response.getheader("Content-Type") == "text/event-stream"
        assert operator.response.getheader("X-Accel-Buffering") == "no"
        assert (operator.next(), focal.next()) == (BEAT, BEAT)
        site.file(urgency="emergency")
        assert operator.next() == LISTS
        announce_to(site, CALL, person_receiver(number_of(site, FOCAL)))
        assert focal.next() == CALL  # And not the report before.


def test_a_task_is_announced_to_whom_it_is_given_and_what_becomes_urgent_to_its_unit(site: Site, address: str) -> None:
    colleague = f"lanhdao.{NEW.place}"
    filed = site.file()
    browser, head = site.browser(OPERATOR), site.browser(colleague)
    with open_stream(address, head) as stream:
        assert stream.next() == BEAT
        site.write(instances.rank_open_tasks, filed.report_id, "urgent")
        announce_to(site, CALL, person_receiver(number_of(site, colleague)))
        assert stream.next() == CALL
    with open_stream(address, browser) as stream:
        assert stream.next() == BEAT
        site.write(instances.rank_open_tasks, filed.report_id, "emergency")
        assert stream.next() == LISTS
    head = site.browser("lanhdao.75.1022")
    with open_stream(address, head) as stream:
        assert stream.next() == BEAT
        task = site.open_tasks(filed.instance_id)[0]
        browser.post(f"/tasks/{task.id}/hand-over", {"version": task.version, "colleague": "lanhdao.75.1022"})
        assert stream.next() == LISTS


def test_a_stream_ends_with_its_session_and_follows_its_persons_units(site: Site, address: str) -> None:
    leaving, staying, channel = site.browser(OPERATOR), site.browser(COMMUNE), channel_of(site)
    with open_stream(address, leaving) as left, open_stream(address, staying) as kept:
        assert (left.next(), kept.next()) == (BEAT, BEAT)
        leaving.post("/sign-out")
        stamp = ActStamp(Actor("person:1", "test"), site.now)
        site.write(people.grant_role, number_of(site, COMMUNE), "731", "tier2_focal", stamp)
        channel.audit_sessions()
        assert left.next() == ""
        announce_to(site, LISTS, unit_receiver("731"))
        assert kept.next() == LISTS
        site.now += accounts.IDLE_TIMEOUT
        channel.audit_sessions()
        assert kept.next() == ""


def test_strangers_get_no_stream_and_nobody_gets_too_many(
    site: Site, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "MOST_PER_PERSON", 1)
    with open_stream(address) as stranger:
        assert stranger.response.status == 401
    browser = site.browser(OPERATOR)
    assert browser.get("/live").status_code == 204  # Asked of no server that keeps connections.
    with open_stream(address, browser) as first:
        assert first.next() == BEAT
        with open_stream(address, browser) as second:
            assert (second.response.status, second.response.getheader("Retry-After")) == (503, "10")
    wait_for(lambda: channel_of(site).has_room(number_of(site, OPERATOR)))


def test_of_streams_that_are_asked_for_at_once_those_too_many_end(
    site: Site, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_streams, "MOST_PER_PERSON", 1)
    monkeypatch.setattr(channel_of(site), "has_room", lambda _person: True)  # As if all had looked before any entered.
    browser = site.browser(OPERATOR)
    with open_stream(address, browser) as first, open_stream(address, browser) as second:
        assert sorted([first.next(), second.next()]) == ["", BEAT]


def test_streams_cost_no_thread_each_and_who_shares_an_event_with_few_hears_it_first(site: Site, address: str) -> None:
    browser, before = site.browser(OPERATOR), threading.active_count()
    alone = site.browser(FOCAL)
    with ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(event_streams, "MOST_PER_PERSON", 100)
        many = [stack.enter_context(open_stream(address, browser)) for _turn in range(60)]
        last = stack.enter_context(open_stream(address, alone))
        assert {stream.next() for stream in (*many, last)} == {BEAT}
        assert threading.active_count() <= before + 1
        announce_to(site, LISTS, "*")
        announce_to(site, CALL, person_receiver(number_of(site, FOCAL)))
        heard = [last.next(), last.next()]
        assert sorted(heard) == [CALL, LISTS]
        assert {stream.next() for stream in many} == {LISTS}


def test_after_the_database_was_lost_everybody_is_told_once(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    losses, lost = iter([True]), Event()

    @contextmanager
    def listening(engine: Engine, stop: Event) -> Iterator[Listener]:
        with hear(engine, stop) as listener:
            if next(losses, False):
                lost.wait(60)
                raise ListenerLost
            yield listener

    monkeypatch.setattr(event_channel, "listening", listening)
    monkeypatch.setattr(event_channel, "AGAIN_SECONDS", 0)
    browser: Any = site.browser(OPERATOR)
    with in_thread(site.app) as address, open_stream(address, browser) as stream:
        lost.set()
        heard = [stream.next(), stream.next()]
        assert sorted(heard) == [BEAT, LISTS]  # No beat before the database is heard.


def test_a_listening_server_holds_no_transaction_open(site: Site, address: str) -> None:
    with open_stream(address, site.browser(OPERATOR)) as stream:
        assert stream.next() == BEAT
        with transaction(site.engine) as tx:
            assert tx.read.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()[0] == 0
