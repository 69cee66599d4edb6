"""Promises of `tongdai message` and `tongdai signal`: checked, given to who is meant, recorded, answered."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from engine.actor import SYSTEM, ActStamp
from engine.bpmn.actions import Start
from engine.cases import intake, outside_events
from engine.cases.outside_events import OutsideEvent
from engine.process import definitions, instances
from engine.process.acts import Command
from engine.store import db
from engine.store.db import transaction
from engine.store.models import History, Instance, JournalEntry, Matter, SignalBroadcast, Task
from engine.store.models import Unit as UnitRow
from tests.kit.hotline import DATA, NEW, NOW, UNITS, WHO, WORLD
from tests.kit.record import differences
from tests.process import test_messages, test_signals, test_start_timers
from tests.web.cli.test_commands import Tongdai

FILES = {**test_messages.FILES, **test_signals.FILES}


class Server(Tongdai):
    """A database with cases of several processes, and what is in it."""

    def prepare(self, template: Path) -> Server:
        (self.folder / "var").mkdir()
        shutil.copyfile(template, self.folder / "var" / "tongdai.sqlite3")
        self.engine = db.engine_for(self.url, durable=False)
        with transaction(self.engine) as tx:
            rows = [{"code": u.code, "name": u.name, "kind": u.kind, "parent_code": u.parent} for u in UNITS]
            tx.write().execute(insert(UnitRow), rows)
            definitions.deploy_files(tx, FILES, by=SYSTEM, message="", now=NOW)
        return self

    def begin(self, key: str, **data: object) -> int:
        start = Command(Start({**DATA, "parts": 4, "heard": 0, "damage": 1, **data}), WHO, NOW)
        with transaction(self.engine) as tx:
            return instances.start_instance(tx, definitions.find_by_key(tx, key), start, WORLD)[0]

    def open_nodes(self, instance: int) -> list[str]:
        with transaction(self.engine) as tx:
            query = select(Task.node).where(Task.instance_id == instance, Task.state == "open")
            return list(tx.read.execute(query).scalars())

    def journal(self) -> list[tuple[str, str, dict[str, object]]]:
        with transaction(self.engine) as tx:
            rows = tx.read.execute(select(JournalEntry).where(JournalEntry.chain == "event").order_by(JournalEntry.seq))
            return [(row.act, row.subject, json.loads(row.detail)) for row in rows]


@pytest.fixture
def server(tmp_path: Path, sqlite_template: Path) -> Server:
    return Server(tmp_path).prepare(sqlite_template)


def test_a_message_goes_to_the_case_whose_key_it_has(server: Server) -> None:
    others = [server.begin("asking", case=8), server.begin("asking", case=7)]
    output = server.done("message", "answered", "--key", "case_no=7", "--data", 'text="xong"')
    assert output == f"The message “answered” has reached case {others[1]}.\n"
    assert [server.open_nodes(case) for case in others] == [[], ["read"]]
    assert server.journal() == [("event.message", "message:answered", {"cases": [str(others[1])]})]
    with transaction(server.engine) as tx:
        row = tx.read.execute(select(History).where(History.action == "message")).one()
        detail = json.loads(row.detail)
    assert (row.instance_id, row.actor, row.origin) == (others[1], "administrator", "cli")
    assert detail["data"] == {"text": "xong", "case_no": 7}


REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("answred", "--key", "case_no=7"), "There is no diagram that waits for the message “answred”."),
    (("answered", "--key", "case=7"), "The message has no key “case”. Its keys: case_no."),
    (("answered",), "The key “case_no” is missing"),
    (("answered", "--key", "case_no=bảy"), 'The key “case_no” is "bảy", while waiting cases have keys like 7'),
    (("answered", "--key", "case_no=7", "--data", "case_no=8"), "“case_no” is given as 7, but the data say 8"),
    (("answered", "--key", "case_no=9"), "No case is waiting for the message “answered” with these keys"),
    (("answered", "--key", "case_no"), "“case_no” must have the form NAME=VALUE."),
    (("answered", "--key", "case_no=7", "--data", "text=xong"), "The value of text is not JSON: xong."),
    (("answered", "--key", "case_no=7", "--data", "rate=NaN"), "The value of rate is not JSON: NaN."),
    (("answered", "--key", "case_no=7", "--data", "a-b=1"), "“a-b” cannot be the name of a value."),
    (("withdraw",), "The message “withdraw” has no keys, so name the case in --case."),
    (("merged", "--case", "1"), "“merged” is part of something that is done on the page of a case"),
]


def test_a_message_that_cannot_be_meant_is_refused_and_nothing_is_sent(
    server: Server,
) -> None:
    waiting = server.begin("asking", case=7)
    for arguments, words in REFUSED:
        assert words in server.refused("message", *arguments)
    assert server.open_nodes(waiting) == []
    assert server.journal() == []


def test_a_message_to_a_named_case_needs_no_key(server: Server) -> None:
    with transaction(server.engine) as tx:
        filed = intake.file_report(tx, NEW, definitions.find_by_key(tx, "handle"), WHO, WORLD)
    output = server.done("message", "withdraw", "--case", filed.code)
    assert output == f"The message “withdraw” has reached case {filed.code}.\n"
    with transaction(server.engine) as tx:
        assert (
            tx.read.execute(select(Instance.status).where(Instance.id == filed.instance_id)).scalar_one() == "finished"
        )
    server.refused("message", "withdraw", "--case", filed.code)
    server.refused("message", "withdraw", "--case", "DN-26-999999")


def deploy_called(server: Server) -> None:
    """Beside the others a process that starts with the message "ping", and the same with a key."""
    files = FILES | {PurePosixPath("workflows/called.bpmn"): test_start_timers.CALLED}
    with transaction(server.engine) as tx:
        definitions.deploy_files(tx, files, by=SYSTEM, message="", now=NOW)


def begun(server: Server) -> list[Any]:
    with transaction(server.engine) as tx:
        assert differences(tx) == []
        return list(tx.read.execute(select(Matter.code, Matter.instance_id, Matter.unit_code).order_by(Matter.code)))


def test_a_message_that_no_case_waits_for_begins_the_process_that_starts_with_it(server: Server) -> None:
    server.refused("message", "ping")
    deploy_called(server)
    output = server.done("message", "ping", "--data", "field=3")
    (row,) = begun(server)
    assert output == f"The message “ping” has begun {row.code}.\n"
    assert server.open_nodes(row.instance_id) == ["answer"]
    assert test_signals.data(server.engine, row.instance_id, "called")["brought"] == {"field": 3}
    assert server.journal() == [("event.message", "message:ping", {"cases": [row.code]})]
    with transaction(server.engine) as tx:
        entry = tx.read.execute(select(History).where(History.instance_id == row.instance_id)).one()
    assert (entry.action, entry.actor, entry.origin) == ("start", "administrator", "cli")
    server.refused("message", "ping", "--case", row.code)


def test_what_dies_before_the_end_of_a_message_has_begun_nothing_and_many_at_once_one_each(server: Server) -> None:
    deploy_called(server)
    stamp, barrier = ActStamp(SYSTEM, NOW), Barrier(4)

    def send(*, dies: bool = False) -> int:
        with transaction(server.engine) as tx:
            receipt = outside_events.send_message(tx, OutsideEvent("ping"), stamp, WORLD)
            if dies:
                raise KeyboardInterrupt
            return receipt.instance_id

    with pytest.raises(KeyboardInterrupt):
        send(dies=True)
    assert begun(server) == []

    def send_with_others(_number: int) -> int:
        barrier.wait()
        return send()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(send_with_others, range(4)))
    assert sorted(row.instance_id for row in begun(server)) == sorted(sent)
    assert len({row.code for row in begun(server)}) == len(server.journal()) == 4


def test_a_signal_goes_to_all_that_wait_and_is_answered_with_who_got_it(server: Server) -> None:
    ears, broken = [server.begin("ear"), server.begin("ear")], server.begin("ear", parts=0)
    output = server.done("signal", "storm_over", "--data", "roofs=3")
    assert [line for line in output.splitlines() if line] == [
        "The signal “storm_over”: 3 cases waited, 2 have got it, 1 failed, 0 wait no more.",
        f"Got it: {ears[0]}, {ears[1]}",
        "See the cases that failed with: tongdai incident list",
    ]
    assert [server.open_nodes(case) for case in [*ears, broken]] == [["clear"], ["clear"], []]
    assert test_signals.data(server.engine, ears[0], "ear")["report"] == {"roofs": 3}
    assert server.journal() == [("event.signal", "signal:storm_over", {})]
    with transaction(server.engine) as tx:
        assert tx.read.execute(select(func.count()).where(History.action == "signal")).scalar_one() == 2
        row = tx.read.execute(select(SignalBroadcast)).one()
    assert (row.sender_id, row.thrown_by, row.origin, row.done_at is not None) == (None, "administrator", "cli", True)


def test_a_signal_is_checked_too(server: Server) -> None:
    assert "waits for the signal “storm”" in server.refused("signal", "storm")
    assert "must have the form" in server.refused("signal", "storm_over", "--data", "roofs")
    assert "0 cases waited" in server.done("signal", "storm_over")
    assert len(server.journal()) == 1
