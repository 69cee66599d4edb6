"""Updates the spells of cases, from which figures are counted, with every act.

A spell is a period during which a case is being worked on. It begins with receipt or the mark `reopened`; it ends with
the marks `resolved`, `false_report`, `diverted`, `withdrawn` and `merged`, or with the end of the process. Spells are
written in the step's own transaction, one row each, so no writer waits for another. A spell has the deadline only once
somebody beyond the hotline has had a task of the case: the time to take a report in is the hotline's, and makes no
commune late. `engine.process.spell_recount` derives the same from what is stored; the nightly check compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Date,
    Integer,
    Select,
    String,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from engine.bpmn.actions import Complete, Step
from engine.clock import VIETNAM
from engine.store.columns import Instant, table_of
from engine.store.models import FigureFold, Instance, Report, Spell, Task
from engine.store.statements import CompiledStatement
from engine.world.roles import names_of

RECEIVED, REOPENED = "received", "reopened"
# Not work: the opinion of a citizen whose report has joined the case, which counts beside that of its own citizen.
JOINED = "joined"
ON_TIME, LATE, FALSE_REPORT, CLOSED_OTHER = "on_time", "late", "false_report", "otherwise"
SATISFIED, DISSATISFIED = "satisfied", "dissatisfied"
DAY, MONTH = "day", "month"

RESOLVED_MARK, REOPENED_MARK = "resolved", "reopened"
# What the other marks that end a spell are counted as.
END_BY_MARK = {
    "false_report": FALSE_REPORT,
    "diverted": CLOSED_OTHER,
    "withdrawn": CLOSED_OTHER,
    "merged": CLOSED_OTHER,
}
TRANSFER_MARKS = frozenset({"transferred", "recalled"})
# The citizen's opinion of the result: the process value from the form `feedback`, and what it is counted as.
OPINION_KEY = "satisfied"
OPINION_BY_ANSWER = {"yes": SATISFIED, "no": DISSATISFIED}
# A case belongs to the department that has, or had, its newest task of these roles; otherwise to its place.
DEPARTMENT = "department"
HANDLING_ROLES = names_of(lambda role: role.handles)
# Tasks of these roles handle no case: a report that is being taken in, a citizen who is being asked.
HOTLINE_ROLES = names_of(lambda role: role.hotline)

_spell, _instance, _report, _rollup = table_of(Spell), table_of(Instance), table_of(Report), table_of(FigureFold)
_task = table_of(Task)
_of_instance = _spell.c.instance_id == bindparam("b_instance", type_=Integer)
_open = _of_instance & _spell.c.ended_at.is_(None)
_BEGIN_NAMES = ("instance_id", "report_id", "unit", "field", "began_at", "began_on", "began_hour", "began_by")
_BEGIN_COLUMNS = (
    bindparam("b_at", type_=Instant),
    bindparam("b_on", type_=Date),
    bindparam("b_hour", type_=Integer),
)
_earlier = exists().where(
    _instance.c.report_id == _report.c.id, _instance.c.id != bindparam("b_instance", type_=Integer)
)


def _is_newest(column: Any) -> Any:
    newest = _spell.alias()
    newest_id = select(func.max(newest.c.id)).where(
        newest.c.instance_id == bindparam("b_instance", type_=Integer), newest.c.began_by != JOINED
    )
    return column == newest_id.scalar_subquery()


def _insert_from(source: Select[Any]) -> CompiledStatement:
    return CompiledStatement(insert(_spell).from_select(_BEGIN_NAMES, source))


_INSERT_FIRST = _insert_from(
    select(
        bindparam("b_instance", type_=Integer),
        _report.c.id,
        _report.c.place,
        _report.c.field,
        *_BEGIN_COLUMNS,
        case((_earlier, REOPENED), else_=RECEIVED),
    ).where(_report.c.id == bindparam("b_report", type_=Integer))
)
_INSERT_REOPENED = _insert_from(
    select(
        _spell.c.instance_id,
        _spell.c.report_id,
        _spell.c.unit,
        _spell.c.field,
        *_BEGIN_COLUMNS,
        bindparam("b_by", type_=String),
    ).where(_is_newest(_spell.c.id), _spell.c.ended_at.is_not(None))
)
_INSERT_OPINION = CompiledStatement(
    insert(_spell).from_select(
        (*_BEGIN_NAMES, "ended_at", "opinion", "opinion_on"),
        select(
            _spell.c.instance_id,
            _spell.c.report_id,
            _spell.c.unit,
            _spell.c.field,
            *_BEGIN_COLUMNS,
            bindparam("b_by", type_=String),
            bindparam("b_ended", type_=Instant),
            bindparam("b_opinion", type_=String),
            bindparam("b_opinion_on", type_=Date),
        ).where(_is_newest(_spell.c.id)),
    )
)
_UPDATE_OPEN = CompiledStatement(update(_spell).where(_open))
_handled = exists().where(
    _task.c.instance_id == bindparam("b_instance", type_=Integer),
    *(_task.c.role != role for role in sorted(HOTLINE_ROLES)),  # A list would be expanded at each execution.
)
_WAS_HANDLED = CompiledStatement(select(literal(1).label("handled")).where(_handled))
_UPDATE_DUE = CompiledStatement(update(_spell).where(_open, _handled).values(due_at=bindparam("b_due", type_=Instant)))
_UPDATE_TRANSFER = CompiledStatement(update(_spell).where(_open, _spell.c.transferred_on.is_(None)))
_UPDATE_OPINION = CompiledStatement(
    update(_spell).where(_is_newest(_spell.c.id), _spell.c.ended_at.is_not(None), _spell.c.opinion.is_(None))
)
_REPORT_PLACE = select(_report.c.place).where(_report.c.id == _spell.c.report_id).scalar_subquery()
_NEW_UNIT = bindparam("b_unit", type_=String)
_UPDATE_UNIT = CompiledStatement(update(_spell).where(_of_instance, _spell.c.unit != _NEW_UNIT).values(unit=_NEW_UNIT))
_RESET_UNIT = CompiledStatement(
    update(_spell).where(_of_instance, _spell.c.unit != _REPORT_PLACE).values(unit=_REPORT_PLACE)
)
_DELETE_ROLLUP = CompiledStatement(
    delete(_rollup).where(_rollup.c.scale == bindparam("b_scale"), _rollup.c.first == bindparam("b_first", type_=Date))
)
_DAY_COLUMNS = ("began_on", "ended_on", "transferred_on", "opinion_on")
_SELECT_DAYS = select(*(_spell.c[name] for name in _DAY_COLUMNS)).where(_of_instance)


def day_of(at: datetime) -> date:
    """The day of an instant, in Vietnam."""
    return at.astimezone(VIETNAM).date()


def begin_columns(at: datetime, by: str) -> dict[str, object]:
    """The columns of a spell that begins at `at`."""
    local = at.astimezone(VIETNAM)
    return {"began_at": at, "began_on": local.date(), "began_hour": local.hour, "began_by": by}


def end_columns(at: datetime, by: str, due: datetime | None) -> dict[str, object]:
    """The columns of a spell that ends at `at`, given the deadline in force then; ON_TIME may become LATE."""
    late = by == ON_TIME and due is not None and at > due
    return {"ended_at": at, "ended_on": day_of(at), "ended_by": LATE if late else by, "due_at": due}


def begin_case(connection: Connection, instance_id: int, report_id: int | None, now: datetime) -> None:
    """Begin the first spell of a case; an instance without a report is not a case."""
    if report_id is not None:
        _INSERT_FIRST.send(connection, {"b_instance": instance_id, "b_report": report_id, **_begin_parameters(now)})
        invalidate_rollups(connection, [day_of(now)])


def _begin_parameters(now: datetime) -> dict[str, object]:
    columns = begin_columns(now, "")
    return {"b_at": now, "b_on": columns["began_on"], "b_hour": columns["began_hour"]}


def apply_step(connection: Connection, instance_id: int, action: object, step: Step, now: datetime) -> None:
    """Apply a step to the spells of a case; most steps change nothing."""
    counted = _record_opinion(connection, instance_id, action, now)
    due = _deadline_of_handling(connection, instance_id, step)
    for mark in step.marks:
        counted |= _apply_mark(connection, instance_id, mark, due, now)
    roles = [item for item in step.opened_tasks if item.role in HANDLING_ROLES]
    if roles and roles[-1].role == DEPARTMENT:
        _assign_unit(connection, instance_id, roles[-1].unit)
    elif roles and (step.deadline_moved or step.marks):  # Leaving a department always sets a new deadline.
        _assign_unit(connection, instance_id, None)
    if step.deadline_moved or any(item.role not in HOTLINE_ROLES for item in step.opened_tasks):
        _UPDATE_DUE.send(connection, {"b_instance": instance_id, "b_due": step.deadline})
    if step.finished:
        counted |= _end_open(connection, instance_id, CLOSED_OTHER, due, now)
    if counted:
        invalidate_rollups(connection, [day_of(now)])


def _deadline_of_handling(connection: Connection, instance_id: int, step: Step) -> datetime | None:
    """The deadline that the end of a spell is judged by, None while only the hotline has had the case."""
    if step.deadline is None or not (step.marks or step.finished):
        return None
    handled = _WAS_HANDLED.read_row(connection, {"b_instance": instance_id}) is not None
    return step.deadline if handled else None


def _record_opinion(connection: Connection, instance_id: int, action: object, now: datetime) -> bool:
    """Record the citizen's opinion; only the first one on a result counts."""
    opinion = OPINION_BY_ANSWER.get(str(action.data.get(OPINION_KEY))) if isinstance(action, Complete) else None
    if opinion is None:
        return False
    return (
        _UPDATE_OPINION.write(connection, {"b_instance": instance_id, "opinion": opinion, "opinion_on": day_of(now)})
        > 0
    )


def add_joined_opinion(connection: Connection, instance_id: int, answer: str, now: datetime) -> None:
    """Count the opinion, "yes" or "no", of a citizen whose report has joined the case."""
    opinion = {"b_opinion": OPINION_BY_ANSWER[answer], "b_opinion_on": day_of(now), "b_ended": now, "b_by": JOINED}
    _INSERT_OPINION.send(connection, {"b_instance": instance_id, **_begin_parameters(now), **opinion})
    invalidate_rollups(connection, [day_of(now)])


def _apply_mark(connection: Connection, instance_id: int, mark: str, due: datetime | None, now: datetime) -> bool:
    """Apply a mark; returns whether it counts."""
    if mark in TRANSFER_MARKS:
        return _UPDATE_TRANSFER.write(connection, {"b_instance": instance_id, "transferred_on": day_of(now)}) > 0
    if mark == REOPENED_MARK:
        parameters = {"b_instance": instance_id, "b_by": REOPENED, **_begin_parameters(now)}
        return _INSERT_REOPENED.write(connection, parameters) > 0
    by = ON_TIME if mark == RESOLVED_MARK else END_BY_MARK.get(mark)
    return by is not None and _end_open(connection, instance_id, by, due, now)


def _end_open(connection: Connection, instance_id: int, by: str, due: datetime | None, now: datetime) -> bool:
    return _UPDATE_OPEN.write(connection, {"b_instance": instance_id, **end_columns(now, by, due)}) > 0


def _assign_unit(connection: Connection, instance_id: int, unit: str | None) -> None:
    """Assign a case and everything counted for it to a unit, None for its place."""
    if unit is None:
        changed = _RESET_UNIT.write(connection, {"b_instance": instance_id})
    else:
        changed = _UPDATE_UNIT.write(connection, {"b_instance": instance_id, "b_unit": unit})
    if changed:
        invalidate_rollups(connection, _days_among(connection.execute(_SELECT_DAYS, {"b_instance": instance_id})))


def apply_correction(connection: Connection, report_id: int, before: Any, after: Any) -> None:
    """Move what is counted for a report when its place or field changes. Both are (place, field)."""
    if before == after:
        return
    of_report = _spell.c.report_id == report_id
    unit = case((_spell.c.unit == before[0], after[0]), else_=_spell.c.unit)
    connection.execute(update(_spell).where(of_report).values(unit=unit, field=after[1]))
    days = select(*(_spell.c[name] for name in _DAY_COLUMNS)).where(of_report)
    invalidate_rollups(connection, _days_among(connection.execute(days)))


def _days_among(rows: Iterable[Any]) -> set[date]:
    """The days on which something is counted."""
    return {getattr(row, name) for row in rows for name in _DAY_COLUMNS} - {None}


def invalidate_rollups(connection: Connection, days: Iterable[date]) -> None:
    """Invalidates the rollups of these days and of their months."""
    first = {(DAY, day) for day in days} | {(MONTH, day.replace(day=1)) for day in days}
    rows = [{"b_scale": scale, "b_first": day} for scale, day in sorted(first)]
    if rows:
        _DELETE_ROLLUP.send(connection, rows)
