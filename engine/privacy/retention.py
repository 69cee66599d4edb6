"""Which reports may be forgotten, and forgetting them: after the time of retention, or earlier when asked (R14).

Called by the worker, a command and pages. What belongs together is kept together: while a case is open, or its data is
held, everything that is linked to it stays. The chain of a case's history holds afterwards: it never had the data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, or_, select, update
from sqlalchemy import text as sql

from engine.actor import SYSTEM, Who
from engine.privacy import erasure
from engine.process import history
from engine.process.history import Entry
from engine.records import batch_cursor
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import DataHold, DataRequest, Instance, Question, Report, ReportLink

WINDOW = 2000  # Ids looked through at once.
SLICE = 50  # Reports forgotten in one transaction.
OPEN, LINKED, HELD, RECENT = "open", "linked", "held", "recent"

_report, _instance, _link, _hold = table_of(Report), table_of(Instance), table_of(ReportLink), table_of(DataHold)
_question, _request = table_of(Question), table_of(DataRequest)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which of some reports may be forgotten, and why each of the others may not."""

    ready: list[int]
    kept: dict[int, str]


@dataclass(slots=True)
class Done:
    """What was, or would be, done: reports, rows by table, and how many reports stay for which reason."""

    reports: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)


def plan(tx: Transaction, ids: Sequence[int], cutoff: datetime) -> Plan:
    """Look at reports that are not forgotten yet; cases must have ended by `cutoff`."""
    family = _families(tx, ids)
    everyone = set().union(*family.values()) if family else set()
    state = _states(tx, everyone, cutoff)
    plan_ = Plan([], {})
    for number in ids:
        others = {state.get(other, "") for other in family[number] - {number}}
        own = state.get(number, "")
        if HELD in others | {own}:
            plan_.kept[number] = HELD
        elif own:
            plan_.kept[number] = own
        elif others - {""}:
            plan_.kept[number] = LINKED
        else:
            plan_.ready.append(number)
    return plan_


def _families(tx: Transaction, ids: Iterable[int]) -> dict[int, set[int]]:
    """For each report all that are linked to it, itself included, over any number of links."""
    beside: dict[int, set[int]] = {}
    asked: set[int] = set()
    todo = set(ids)
    while todo:
        wanted = select(_link.c.report_id, _link.c.other_id).where(
            or_(_link.c.report_id.in_(todo), _link.c.other_id.in_(todo)), _link.c.undone_at.is_(None)
        )
        asked |= todo
        for one, other in tx.read.execute(wanted):
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
        todo = set(beside) - asked
    return {number: _reached(number, beside) for number in ids}


def _reached(start: int, beside: dict[int, set[int]]) -> set[int]:
    found, todo = {start}, [start]
    while todo:
        new = beside.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def _states(tx: Transaction, ids: Iterable[int], cutoff: datetime) -> dict[int, str]:
    """Why reports must stay: held, with an open case, or ended too recently; the others are left out."""
    found: dict[int, str] = {}
    wanted = sorted(ids)
    late = func.max(func.coalesce(_instance.c.finished_at, _instance.c.started_at)).label("late")
    running = func.sum(sql("CASE WHEN instance.status = 'active' THEN 1 ELSE 0 END")).label("running")
    cases = select(_report.c.id, _report.c.received_at, late, running)
    cases = cases.outerjoin(_instance, _instance.c.report_id == _report.c.id).where(_report.c.id.in_(wanted))
    for row in tx.read.execute(cases.group_by(_report.c.id, _report.c.received_at)):
        if row.running:
            found[row.id] = OPEN
        elif (row.late or row.received_at) > cutoff:
            found[row.id] = RECENT
    holds = select(_hold.c.report_id).where(_hold.c.report_id.in_(wanted))
    return found | dict.fromkeys(tx.read.execute(holds).scalars(), HELD)


def forget(tx: Transaction, ids: Sequence[int], who: Who, now: datetime, reason: str = "") -> Counter[str]:
    """Forget reports whose plan says that they may be; returns rows by table. Each case's history says so."""
    connection = tx.write()
    which = erasure.chosen(tx, ids)
    with _overwriting(connection):
        rows = Counter(erasure.clear(tx, which))
    connection.execute(update(_report).where(_report.c.id.in_(ids)).values(anonymised_at=now))
    detail = {"reason": reason} if reason else {}
    for instance_id in which.instances:
        history.record(tx, instance_id, Entry(now, who, "anonymise", "", detail))
    return rows


@contextmanager
def _overwriting(connection: Connection) -> Iterator[None]:
    """On SQLite, what is deleted would stay in the file until its place is needed, and in the index of words until its
    parts are merged."""
    if connection.dialect.name != "sqlite":
        yield
        return
    before = connection.execute(sql("PRAGMA secure_delete")).scalar_one()
    connection.execute(sql("PRAGMA secure_delete = ON"))
    yield
    connection.execute(sql("INSERT INTO report_search(report_search, rank) VALUES ('merge', -64)"))
    connection.execute(sql(f"PRAGMA secure_delete = {int(before)}"))


def candidates(tx: Transaction, after: int, cutoff: datetime) -> tuple[list[int], int | None]:
    """Reports of the next WINDOW ids that are not forgotten and old enough to be looked at; None after the last."""
    last: int | None = tx.read.execute(select(func.max(_report.c.id))).scalar()
    wanted = select(_report.c.id).where(
        _report.c.id > after,
        _report.c.id <= after + WINDOW,
        _report.c.anonymised_at.is_(None),
        _report.c.received_at <= cutoff,
    )
    ids = list(tx.read.execute(wanted.order_by(_report.c.id)).scalars())
    return ids, after + WINDOW if last is not None and after + WINDOW < last else None


class Retention:
    """Carries the nightly walk over all reports on."""

    def __init__(self, database: Engine, days: int) -> None:
        self._database, self._keep = database, timedelta(days=days)

    def work(self, now: datetime) -> bool:
        """Forget one slice; whether there is more to do."""
        cutoff = now - self._keep
        with transaction(self._database) as tx:
            sweep = batch_cursor.tonight(tx, batch_cursor.RETENTION, now)
            if sweep is None:
                return False
            ids, following = candidates(tx, sweep.after, cutoff)
            ready = plan(tx, ids, cutoff).ready
            if len(ready) > SLICE:
                ready, following = ready[:SLICE], ready[SLICE - 1]
                ids = [number for number in ids if number <= following]
            new: dict[str, Any] = {"looked_at": sweep.looked_at + len(ids), "found": sweep.found + len(ready)}
            new |= {"after": following} if following is not None else {"finished_at": now}
            if batch_cursor.carry_on(tx, sweep, **new):
                ready = plan(tx, ready, cutoff).ready  # A case may have been reopened before we wrote.
                if ready:
                    forget(tx, ready, SYSTEM, now)
                if following is None:
                    forget_loose(tx, cutoff)
        return following is not None


def forget_loose(tx: Transaction, cutoff: datetime) -> Counter[str]:
    """Forget what hangs on no report: old questions, and who asked for what of their data."""
    connection = tx.write()
    questions = connection.execute(delete(_question).where(_question.c.asked_at <= cutoff)).rowcount
    old = update(_request).where(_request.c.closed_at <= cutoff, _request.c.phone != "")
    requests = connection.execute(old.values(phone="", name="", identity="")).rowcount
    return Counter({_question.name: questions, _request.name: requests})


def rehearse(database: Engine, now: datetime, days: int) -> Done:
    """What would be forgotten, and why the rest stays; nothing is changed."""
    return _all(database, now, days, None)


def run(database: Engine, now: datetime, days: int, who: Who) -> Done:
    """Forget everything whose time has come, in bounded transactions."""
    return _all(database, now, days, who)


def _all(database: Engine, now: datetime, days: int, who: Who | None) -> Done:
    cutoff, done, after = now - timedelta(days=days), Done(), 0
    following: int | None = 0
    while following is not None:
        with transaction(database) as tx:
            ids, following = candidates(tx, after, cutoff)
            found = plan(tx, ids, cutoff)
        done.kept.update(found.kept.values())
        for start in range(0, len(found.ready), SLICE):
            with transaction(database) as tx:
                _slice(tx, found.ready[start : start + SLICE], (cutoff, now), who, done)
        after = following or 0
    with transaction(database) as tx:
        if who is not None:
            done.rows.update(forget_loose(tx, cutoff))
        young = select(func.count()).select_from(_report).where(_report.c.anonymised_at.is_(None))
        done.kept[RECENT] += int(tx.read.execute(young.where(_report.c.received_at > cutoff)).scalar_one())
    return done


def _slice(tx: Transaction, ids: Sequence[int], at: tuple[datetime, datetime], who: Who | None, done: Done) -> None:
    """One slice of a command's run; looked at again, because a case may have been reopened meanwhile."""
    cutoff, now = at
    if who is not None:
        tx.write()
    ready = plan(tx, ids, cutoff).ready
    done.reports += len(ready)
    if ready and who is not None:
        done.rows.update(forget(tx, ready, who, now))
    elif ready:
        done.rows.update(erasure.count(tx, erasure.chosen(tx, ready)))


def again(tx: Transaction, codes: Sequence[str], who: Who, now: datetime) -> int:
    """Forget reports once more that were forgotten before the database was put back from a backup; returns how many."""
    wanted = select(_report.c.id).where(_report.c.code.in_(codes), _report.c.anonymised_at.is_(None))
    ids = list(tx.read.execute(wanted).scalars())
    ready = plan(tx, ids, now).ready
    if ready:
        forget(tx, ready, who, now)
    return len(ready)


def forgotten(tx: Transaction) -> list[str]:
    """The codes of all reports that are forgotten, to be kept beside a backup."""
    wanted = select(_report.c.code).where(_report.c.anonymised_at.is_not(None)).order_by(_report.c.id)
    return list(tx.read.execute(wanted).scalars())
