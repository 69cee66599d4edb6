"""What citizens say of finished cases when they are called back: reached, satisfied, and whether the result is true."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import astuple, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select, update

from engine.cases import own_work
from engine.cases.tasks import Desk
from engine.errors import BadInput, Forbidden, NotFound, Stale
from engine.journal import acts, journal
from engine.process.spells import day_of
from engine.staff import access
from engine.statistics import days, scope
from engine.statistics.period import CallbackFigures, ReportingPeriod
from engine.statistics.scope import FiguresScope
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Callback, Instance, Report

ACT = "call_back"
WAITING_DAYS = 30  # Whoever was not reached by then is not called any more.
COUNTED_DAYS = 90
MOST_LISTED = 200

_callback, _instance, _report = table_of(Callback), table_of(Instance), table_of(Report)
_LAID_OUT = (
    select(
        *(_callback.c[name] for name in ("id", "instance_id", "unit_code", "field", "draw", "tries", "reached")),
        _report.c.code,
    )
    .join(_instance, _instance.c.id == _callback.c.instance_id)
    .join(_report, _report.c.id == _instance.c.report_id)
)


@dataclass(frozen=True, slots=True)
class CallbackVerdict:
    """What was heard; the two opinions are None when the citizen was not reached, and what was not said is too."""

    reached: bool | None
    satisfied: bool | None = None
    truthful: bool | None = None


def list_waiting_callbacks(tx: Transaction, desk: Desk) -> Sequence[Any]:
    """The drawn cases of the officer's units whose citizens are still to be reached, oldest first."""
    since = day_of(desk.now) - timedelta(days=WAITING_DAYS)
    waiting = or_(_callback.c.reached.is_(None), _callback.c.reached.is_(False))
    query = _LAID_OUT.where(waiting, _callback.c.draw >= since, *_in_scope(desk))
    return tx.read.execute(query.order_by(_callback.c.draw, _callback.c.id).limit(MOST_LISTED)).all()


def count_verdicts(tx: Transaction, desk: Desk) -> Sequence[Any]:
    """By unit, of the last days' draws: drawn, called, reached, satisfied, and true."""
    since = day_of(desk.now) - timedelta(days=COUNTED_DAYS)
    return tx.read.execute(_verdicts_by_unit().where(_callback.c.draw >= since, *_in_scope(desk))).all()


def sum_verdicts(tx: Transaction, period: ReportingPeriod, codes: Collection[str] | None) -> dict[str, CallbackFigures]:
    """By unit, of the cases drawn for the days of a period: what `count_verdicts` counts; `codes` None for all units.

    A case is drawn for the day on which it was resolved; what its citizen says later still counts there.
    """
    within: list[ColumnElement[bool]] = [_callback.c.draw.between(period.first, period.last)]
    if codes is not None:
        within.append(days.among_units(_callback.c.unit_code, codes))
    return {row.unit_code: CallbackFigures(*row[1:]) for row in tx.read.execute(_verdicts_by_unit().where(*within))}


def add_verdicts(parts: Iterable[CallbackFigures]) -> CallbackFigures:
    """The sum of several units' counts."""
    rows = [astuple(part) for part in parts]
    return CallbackFigures(*map(sum, zip(*rows, strict=True))) if rows else CallbackFigures()


def _verdicts_by_unit() -> Select[Any]:
    """One row for each unit: its code and the columns of `CallbackFigures`."""
    counted = [
        func.count(_callback.c.called_at).label("called"),
        *(_count_yes(name) for name in ("reached", "satisfied", "truthful")),
    ]
    query = select(_callback.c.unit_code, func.count().label("drawn"), *counted)
    return query.group_by(_callback.c.unit_code).order_by(_callback.c.unit_code)


def _count_yes(name: str) -> ColumnElement[int]:
    return func.count().filter(_callback.c[name].is_(True)).label(name)


def record_verdict(tx: Transaction, desk: Desk, number: int, verdict: CallbackVerdict) -> None:
    """Record a call; one that reached nobody may be repeated.

    Raises Forbidden, NotFound, BadInput for opinions that are missing or on the officer's own work, Stale when the
    citizen was reached already.
    """
    access.require_permission(desk.officer, ACT)
    if verdict.reached is None or (verdict.reached and None in (verdict.satisfied, verdict.truthful)):
        raise BadInput("callback-verdict-incomplete")
    row = tx.read.execute(_LAID_OUT.where(_callback.c.id == number)).one_or_none()
    if row is None:
        raise NotFound("callback-unknown")
    if not _own_scope(desk).contains_unit(desk.world.units, row.unit_code):
        raise Forbidden("unit-outside-scope")
    borrows = bool(desk.behalf_by(ACT))
    own_work.require_other_eyes(tx, desk.officer, row.instance_id, "verdict", borrows=borrows)
    values = {
        "reached": verdict.reached,
        "satisfied": verdict.satisfied if verdict.reached else None,
        "truthful": verdict.truthful if verdict.reached else None,
    }
    again = or_(_callback.c.reached.is_(None), _callback.c.reached.is_(False))
    change = update(_callback).where(_callback.c.id == number, again)
    called = {"tries": _callback.c.tries + 1, "called_at": desk.now, "called_by": desk.who.actor}
    if tx.write().execute(change.values(**values, **called)).rowcount != 1:
        raise Stale("callback-recorded")
    journal.record(tx, desk.stamp, acts.RECORD_CALLBACK, f"case:{row.code}", **values)


def _own_scope(desk: Desk) -> FiguresScope:
    """The units for which the officer calls: of the roles that allow it, not of those in which they are checked."""
    return scope.scope_of(access.limit_to(desk.officer, ACT), desk.world.units)


def _in_scope(desk: Desk) -> list[ColumnElement[bool]]:
    codes = _own_scope(desk).unit_codes(desk.world.units)
    return [] if codes is None else [days.among_units(_callback.c.unit_code, codes)]
