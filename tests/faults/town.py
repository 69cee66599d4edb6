"""A staffed province at work around the clock, with cases whose timers are due, and what must hold of it afterwards."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, or_, select, update

from engine import clock
from engine.actor import SYSTEM, Actor, ActStamp
from engine.cases import intake
from engine.mailing.letters import message_id
from engine.process import definitions
from engine.province import office_calendar, snapshot
from engine.replay import demo
from engine.staff import accounts, people
from engine.store.db import Transaction, transaction
from engine.store.models import (
    History,
    Instance,
    Mail,
    NoticeRecipient,
    Outbox,
    Person,
    Task,
    Timer,
    Unit,
)
from tests.faults.load import Acknowledged
from tests.kit.record import differences
from tests.kit.site import NEW, PASSWORD
from tests.paths import ROOT

SENDER = "1022 <hotline@1022.example>"
OPERATORS = ("canbo.75.1022", "lanhdao.75.1022")


def found(engine: Engine, now: datetime) -> None:
    """Found the province; its offices never close, so that nothing depends on the hour of the test.

    Two operators also head every other unit: what they do is every act of a case's way, not only taking calls.
    """
    demo.set_up_province(engine, "three_level", definitions.read_deployment_folder(ROOT), now)
    open_all_day(engine)
    with transaction(engine) as tx:
        for login in OPERATORS:
            accounts.record_password(tx, accounts.set_password(tx, login, PASSWORD, now=now), ActStamp(SYSTEM, now))
        _let_head(tx)


def _let_head(tx: Transaction) -> None:
    operators = tx.read.execute(select(Person.id).where(Person.login.in_(OPERATORS))).scalars().all()
    units = tx.read.execute(select(Unit.code)).scalars().all()
    by = ActStamp(SYSTEM, clock.now())
    for person in operators:
        for unit in units:
            people.grant_role(tx, person, unit, "unit_head", by)


def open_all_day(engine: Engine) -> None:
    """Let offices stay open day and night."""
    with transaction(engine) as tx:
        office_calendar.replace_hours(
            tx, "default", [(day, "00:00", "24:00") for day in range(1, 9)], ActStamp(SYSTEM, clock.now())
        )


def file(engine: Engine, number: int, at: datetime) -> None:
    """File reports at an instant of the past: their first timers are due."""
    with transaction(engine) as tx:
        world = snapshot.load_world(tx, 10)
        definition = definitions.find_by_key(tx, "citizen_report")
        for _ in range(number):
            intake.file_report(tx, replace(NEW, received_at=at), definition, Actor("person:1", "test"), world)


def idle(engine: Engine, limit: timedelta = timedelta(0)) -> Callable[[], bool]:
    """Whether nothing is due any more: no timer, no notice, no mail."""

    def asked() -> bool:
        now = clock.now() - limit
        with transaction(engine) as tx:
            due = [
                select(func.count()).select_from(Timer).where(Timer.wake <= now),
                select(func.count()).select_from(Outbox).where(Outbox.sent_at.is_(None), Outbox.available_at <= now),
                select(func.count()).select_from(Mail).where(Mail.sent_at.is_(None), Mail.available_at.is_not(None)),
            ]
            return not any(tx.read.execute(statement).scalar() for statement in due)

    return asked


def end_leases(engine: Engine) -> None:
    """Let the time pass after which a worker takes over what another one, or itself before a fault, has leased."""
    with transaction(engine) as tx:
        tx.write().execute(update(Mail).values(leased_until=None))


def fired_twice(engine: Engine) -> list[tuple[Any, int]]:
    """Timers that the history says to have fired more than once at one due instant."""
    seen: Counter[tuple[int, int, str]] = Counter()
    with transaction(engine) as tx:
        for row in tx.read.execute(select(History).where(History.action == "fire")):
            detail = json.loads(row.detail)
            seen.update((row.instance_id, timer, detail["due"]) for timer in detail["fired"])
    return [(key, count) for key, count in seen.items() if count > 1]


def fired(engine: Engine) -> int:
    """How many timers have fired, as the history says."""
    with transaction(engine) as tx:
        wanted = select(func.count()).select_from(History).where(History.action == "fire")
        return int(tx.read.execute(wanted).scalar_one())


def lost(engine: Engine, acknowledged: Iterable[Acknowledged]) -> list[Acknowledged]:
    """Acts that were answered with success and are not there; of calls, those that are more than their cases."""
    missing = Counter(_by_actor(engine, acknowledged))
    with transaction(engine) as tx:
        done = select(Task.id, Task.node, Task.closed_by).where(Task.state == "done")
        missing -= Counter(Acknowledged(row.node, row.id, row.closed_by) for row in tx.read.execute(done))
        acts = select(History.instance_id, History.action, History.actor, History.detail)
        rows = tx.read.execute(acts.where(History.action.in_(("start", "claim")))).all()
        tasks = {(row.instance_id, row.engine_id): row.id for row in tx.read.execute(select(Task))}
    for row in rows:
        if row.action == "start":
            missing -= Counter([Acknowledged("call", None, row.actor)])
        else:
            task = tasks[row.instance_id, json.loads(row.detail)["task"]]
            missing -= Counter([Acknowledged("claim", task, row.actor)])
    return list(missing.elements())


def _by_actor(engine: Engine, acknowledged: Iterable[Acknowledged]) -> Iterator[Acknowledged]:
    """The same acts with the name that the history gives to whoever did them."""
    with transaction(engine) as tx:
        actors = {row.login: f"person:{row.id}" for row in tx.read.execute(select(Person.login, Person.id))}
    for done in acknowledged:
        yield done._replace(login=actors[done.login])


def broken(engine: Engine) -> list[str]:
    """What is stored and is not what the history says, chains that do not hold among it."""
    with transaction(engine) as tx:
        return differences(tx)


def mails_agree(engine: Engine, accepted: Counter[str]) -> tuple[set[str], set[str]]:
    """Message-IDs of sent mails that the mail server never saw, and those it saw that nobody wrote."""
    with transaction(engine) as tx:
        rows = tx.read.execute(select(Mail)).all()
    sent = {message_id(row, SENDER) for row in rows if row.sent_at is not None}
    made = {message_id(row, SENDER) for row in rows}
    return sent - accepted.keys(), accepted.keys() - made


def told_twice(engine: Engine) -> list[Any]:
    """Notices that are in more than one mail to the same person, or cases that have one twice."""
    per_person = (
        select(NoticeRecipient.outbox_id, NoticeRecipient.recipient)
        .group_by(NoticeRecipient.outbox_id, NoticeRecipient.recipient, NoticeRecipient.channel)
        .having(func.count() > 1)
    )
    per_case = (
        select(Outbox.instance_id, Outbox.rung, Outbox.occurrence)
        .where(Outbox.kind == "notice")
        .group_by(Outbox.instance_id, Outbox.rung, Outbox.occurrence)
        .having(func.count() > 1)
    )
    with transaction(engine) as tx:
        return [*tx.read.execute(per_person).all(), *tx.read.execute(per_case).all()]


def half_written(engine: Engine) -> list[Any]:
    """Open tasks of finished cases, and timers or open tasks of none."""
    ended = select(Task.id).join(Instance, Instance.id == Task.instance_id)
    waiting = select(Timer.id).join(Instance, Instance.id == Timer.instance_id)
    with transaction(engine) as tx:
        return [
            *tx.read.execute(ended.where(Task.state == "open", Instance.status == "finished")).all(),
            *tx.read.execute(waiting.where(or_(Instance.status == "finished"))).all(),
        ]
