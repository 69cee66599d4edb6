"""Recounts cases from what is stored: derives the spells from a case's own rows.

Reads the report (place, field), the instance (start, end, deadline), its marks, its tasks (who handles it) and, from
history, the citizen's opinion. The rules are those of `engine.process.spells`, applied to rows instead of acts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from engine.process import spells
from engine.process.act_detail import decode_detail
from engine.process.past_acts import JOINED_OPINION
from engine.process.spells import (
    CLOSED_OTHER,
    DEPARTMENT,
    END_BY_MARK,
    HANDLING_ROLES,
    HOTLINE_ROLES,
    ON_TIME,
    OPINION_BY_ANSWER,
    OPINION_KEY,
)
from engine.store.columns import table_of
from engine.store.models import History, Instance, Mark, Report, Spell, Task
from engine.store.unreadable import UnreadableDay

COLUMNS = (
    "instance_id", "report_id", "unit", "field", "began_at", "began_on", "began_hour", "began_by", "due_at", "ended_at",
    "ended_on", "ended_by", "transferred_on", "opinion", "opinion_on",
)  # fmt: skip

BATCH = 1000

_spell, _instance, _report = table_of(Spell), table_of(Instance), table_of(Report)
_mark, _task, _history = table_of(Mark), table_of(Task), table_of(History)
_other = _instance.alias("other")
_instance_ids: Any = bindparam("ids", expanding=True)
_SELECT_CASES = (
    select(
        _instance.c.id,
        _instance.c.report_id,
        _report.c.place,
        _report.c.field,
        _instance.c.started_at,
        _instance.c.finished_at,
        _instance.c.due_at,
        exists().where(_other.c.report_id == _instance.c.report_id, _other.c.id < _instance.c.id).label("again"),
    )
    .join(_report, _report.c.id == _instance.c.report_id)
    .where(_instance.c.id.in_(_instance_ids))
    .order_by(_instance.c.id)
)
_COUNTED_MARKS = (*END_BY_MARK, *spells.TRANSFER_MARKS, spells.RESOLVED_MARK, spells.REOPENED_MARK, "overdue")
_SELECT_MARKS = (
    select(_mark.c.instance_id, _mark.c.status, _mark.c.at, _mark.c.due_at)
    .where(_mark.c.instance_id.in_(_instance_ids), _mark.c.status.in_(_COUNTED_MARKS))
    .order_by(_mark.c.id)
)
_SELECT_TASKS = (
    select(_task.c.instance_id, _task.c.role, _task.c.unit_code)
    .where(_task.c.instance_id.in_(_instance_ids), _task.c.role.not_in(sorted(HOTLINE_ROLES)))
    .order_by(_task.c.id)
)
_SELECT_OPINIONS = (
    select(_history.c.instance_id, _history.c.at, _history.c.action, _history.c.detail)
    .where(
        _history.c.instance_id.in_(_instance_ids),
        _history.c.action.in_(("complete", JOINED_OPINION)),
        _history.c.detail.contains(f'"{OPINION_KEY}":', autoescape=True),
    )
    .order_by(_history.c.instance_id, _history.c.seq)
)
_SELECT_SAME_REPORTS = select(_instance.c.id).where(
    _instance.c.report_id.in_(select(_other.c.report_id).where(_other.c.id.in_(_instance_ids)))
)
_SELECT_STORED = (
    select(*(_spell.c[name] for name in COLUMNS)).where(_spell.c.instance_id.in_(_instance_ids)).order_by(_spell.c.id)
)


@dataclass(slots=True)
class CaseRecords:
    """What is stored about one case besides its row."""

    marks: list[Any] = field(default_factory=list)
    handler: Any = None
    handled: bool = False
    opinions: list[tuple[datetime, str]] = field(default_factory=list)
    joined_opinions: list[tuple[datetime, str]] = field(default_factory=list)


def derive_work_periods(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The spells derived from the rows of these instances, by instance; a case without a report has none."""
    records: dict[int, CaseRecords] = defaultdict(CaseRecords)
    for mark in connection.execute(_SELECT_MARKS, {"ids": ids}):
        records[mark.instance_id].marks.append(mark)
    for task in connection.execute(_SELECT_TASKS, {"ids": ids}):
        records[task.instance_id].handled = True
        if task.role in HANDLING_ROLES:
            records[task.instance_id].handler = task
    for row in connection.execute(_SELECT_OPINIONS, {"ids": ids}):
        detail = decode_detail(row.detail)
        joined = row.action == JOINED_OPINION
        opinion = OPINION_BY_ANSWER.get(detail.satisfied if joined else str(detail.form_data.get(OPINION_KEY)))
        if opinion is not None:
            case = records[row.instance_id]
            (case.joined_opinions if joined else case.opinions).append((row.at, opinion))
    return {case.id: _case_periods(case, records[case.id]) for case in connection.execute(_SELECT_CASES, {"ids": ids})}


def load_work_periods(connection: Connection, ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The stored spells of these instances, by instance."""
    periods: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(_SELECT_STORED, {"ids": ids}):
        periods[row.instance_id].append(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name for it.
    for rows in periods.values():
        rows.sort(key=_is_joined)
    return periods


def _is_joined(row: dict[str, object]) -> bool:
    return bool(row["began_by"] == spells.JOINED)


def recount_instances(connection: Connection, ids: Iterable[int]) -> None:
    """Replace the spells of these instances, and of others of the same reports, with those derived from their rows.

    Invalidates the rollups of their days.
    """
    for batch in split_ids(sorted(set(ids))):
        _replace_periods(connection, sorted(connection.execute(_SELECT_SAME_REPORTS, {"ids": batch}).scalars()))


def _replace_periods(connection: Connection, ids: Sequence[int]) -> None:
    before = [row for rows in load_work_periods(connection, ids).values() for row in rows]
    after = [row for rows in derive_work_periods(connection, ids).values() for row in rows]
    connection.execute(delete(_spell).where(_spell.c.instance_id.in_(_instance_ids)), {"ids": ids})
    if after:
        connection.execute(insert(_spell), after)
    spells.invalidate_rollups(connection, counted_days([*before, *after]))


def split_ids(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in batches that fit into one statement."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def counted_days(rows: Iterable[dict[str, Any]]) -> set[date]:
    """The days on which these spells are counted."""
    counted = {row[name] for row in rows for name in ("began_on", "ended_on", "transferred_on", "opinion_on")} - {None}
    return {day for day in counted if not isinstance(day, UnreadableDay)}


def _case_periods(case: Any, records: CaseRecords) -> list[dict[str, object]]:
    handler = records.handler
    at_department = handler is not None and handler.role == DEPARTMENT
    common = dict.fromkeys(COLUMNS) | {
        "instance_id": case.id,
        "report_id": case.report_id,
        "unit": handler.unit_code if at_department else case.place,
        "field": case.field,
    }
    first = spells.REOPENED if case.again else spells.RECEIVED
    periods = [common | spells.begin_columns(case.started_at, first)]
    opinions = list(records.opinions)
    for mark in records.marks:
        if mark.status == spells.REOPENED_MARK and periods[-1]["ended_at"] is not None:
            _take_opinion(periods[-1], opinions, mark.at)
            periods.append(common | spells.begin_columns(mark.at, spells.REOPENED))
        elif periods[-1]["ended_at"] is None:
            due = _deadline_at_mark(case, records.marks, mark) if records.handled else None
            _apply_mark(periods[-1], mark, due)
    if periods[-1]["ended_at"] is None:
        due = case.due_at if records.handled else None
        periods[-1]["due_at"] = due
        if case.finished_at is not None:
            periods[-1] |= spells.end_columns(case.finished_at, CLOSED_OTHER, due)
    else:
        _take_opinion(periods[-1], opinions, None)
    return [*periods, *(_joined_opinion(common, at, opinion) for at, opinion in records.joined_opinions)]


def _joined_opinion(common: dict[str, object], at: datetime, opinion: str) -> dict[str, object]:
    """What `spells.add_joined_opinion` writes."""
    columns = {**spells.begin_columns(at, spells.JOINED), "ended_at": at}
    return common | columns | {"opinion": opinion, "opinion_on": spells.day_of(at)}


def _apply_mark(period: dict[str, object], mark: Any, due: datetime | None) -> None:
    """Apply a mark to an open spell."""
    by = ON_TIME if mark.status == spells.RESOLVED_MARK else END_BY_MARK.get(mark.status)
    if by is not None:
        period |= spells.end_columns(mark.at, by, due)
    elif mark.status in spells.TRANSFER_MARKS and period["transferred_on"] is None:
        period["transferred_on"] = spells.day_of(mark.at)


def _take_opinion(period: dict[str, object], opinions: list[tuple[datetime, str]], before: datetime | None) -> None:
    """Assign the next opinion to a spell that has ended; one given after `before` belongs to a later spell."""
    if opinions and (before is None or opinions[0][0] <= before):
        at, period["opinion"] = opinions.pop(0)
        period["opinion_on"] = spells.day_of(at)


def _deadline_at_mark(case: Any, marks: Sequence[Any], mark: Any) -> Any:
    """The deadline in force at a mark. Old marks, which do not store it, get the best known value.

    The last end of a case uses the case's own deadline; before a reopening, the mark `overdue` of that time is the
    instant at which the deadline passed.
    """
    if mark.due_at is not None:
        return mark.due_at
    later = marks[[item is mark for item in marks].index(True) + 1 :]
    if not any(item.status == spells.REOPENED_MARK for item in later):
        return case.due_at
    return _passed_deadline(marks, mark)


def _passed_deadline(marks: Sequence[Any], mark: Any) -> datetime | None:
    passed: datetime | None = None
    for item in marks:
        if item is mark:
            break
        if item.status == spells.REOPENED_MARK:
            passed = None
        elif item.status == "overdue":
            passed = item.at
    return passed
