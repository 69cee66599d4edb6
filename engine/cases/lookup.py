"""Searches the cases that an officer may see.

By a full case code, and by words of the matter, everybody finds what they may open. A full phone number is the
operator's daily question; all others by number, and everybody by name and other personal words, find only cases whose
reporter they may see (R14).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select, union

from engine.cases import calls, inbox, reveals, text_search
from engine.cases.tasks import Desk
from engine.errors import BadInput, NotFound
from engine.process.instances import OPEN
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Task

MAX_RESULTS = 50
_MAX_SCANNED = 200

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)


@dataclass(frozen=True, slots=True)
class CaseSearch:
    """The newest matching cases, at most MAX_RESULTS; `exact` when the text was a code or number.

    `fault` is what is wrong with a text that looks like a code: its check letter.

    The rows are (id, code, received_at, field, place, status, due_at, instance_id), nothing personal.
    """

    rows: Sequence[Any]
    exact: bool
    fault: BadInput | None = None


def find_cases(tx: Transaction, desk: Desk, text: str) -> CaseSearch:
    """The cases that match a code, a full phone number or words, as far as the officer may know of them.

    Digits that may be a code or a word find both, the case first.
    """
    try:
        key = text_search.parse_exact(text)
    except BadInput as fault:
        return CaseSearch(_rows_by_words(tx, desk, text), exact=False, fault=fault)
    if key is None:
        return CaseSearch(_rows_by_words(tx, desk, text), exact=False)
    if key.phone and not access.has_permission(desk.officer, calls.PERMISSION):
        readable = _readable_reports(tx, desk, key.condition)
        return CaseSearch(_visible_rows(tx, desk, _report.c.id.in_(readable), readable), exact=True)
    named = _visible_rows(tx, desk, key.condition, ())
    if key.certain:
        return CaseSearch(named, exact=True)
    others = [row for row in _rows_by_words(tx, desk, text) if row.id not in {named_row.id for named_row in named}]
    return CaseSearch([*named, *others][:MAX_RESULTS], exact=False)


def _rows_by_words(tx: Transaction, desk: Desk, text: str) -> Sequence[Any]:
    """The cases with these words: in everything where the officer may see who reported, else in their matter."""
    readable = _readable_reports(tx, desk, text_search.words_condition(text)) if text_search.has_words(text) else ()
    scanned = text_search.find_by_matter(tx, text, _MAX_SCANNED)
    return _visible_rows(tx, desk, _report.c.id.in_({*readable, *scanned}), readable)


def _visible_rows(
    tx: Transaction, desk: Desk, condition: ColumnElement[bool], readable: Collection[int]
) -> Sequence[Any]:
    """The matching cases that the officer may open; those in `readable` need no further check."""
    columns = [_report.c[name] for name in ("id", "code", "received_at", "field", "place")]
    query = (
        select(*columns, _instance.c.status, _instance.c.due_at, _instance.c.id.label("instance_id"))
        .join(_instance, _instance.c.report_id == _report.c.id)
        .where(condition)
        .order_by(_report.c.id.desc())
        .limit(_MAX_SCANNED)
    )
    rows = tx.read.execute(query).all()
    posts = _posts_by_case(tx, [row.instance_id for row in rows])
    visible = [
        row
        for row in rows
        if row.id in readable
        or access.may_see_case(desk.officer, desk.world.units, row.place, posts.get(row.instance_id, set()))
    ]
    return visible[:MAX_RESULTS]


def _readable_reports(tx: Transaction, desk: Desk, condition: ColumnElement[bool]) -> list[int]:
    """The newest matching reports whose reporter the officer may see: of cases handled, and of cases revealed.

    Only these reports are tested against the condition, so that nobody searches what is masked for them.
    """
    revealed = reveals.cases_in_force(tx, desk)
    places = [(_task.c.state == OPEN) & place for place in inbox.handled_places(desk.officer)]
    open_tasks = union(*(select(_task.c.id, _task.c.instance_id).where(place) for place in places)).subquery()
    columns = [_task.c[name] for name in ("unit_code", "role", "assignee_id", "owner_id")]
    handled = (
        select(_instance.c.report_id, *columns)
        .select_from(open_tasks)
        .join(_task, _task.c.id == open_tasks.c.id)
        .join(_instance, _instance.c.id == open_tasks.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(condition)
    )
    ids = {row.report_id for row in tx.read.execute(handled) if access.handles_task(desk.officer, row)}
    if revealed:
        query = select(_report.c.id).join(_instance, _instance.c.report_id == _report.c.id)
        ids.update(tx.read.execute(query.where(_instance.c.id.in_(revealed), condition)).scalars())
    return sorted(ids, reverse=True)[:_MAX_SCANNED]


def case_id_by_code(tx: Transaction, code: str) -> int:
    """The id of the case with this code; raises NotFound."""
    query = select(_instance.c.id).join(_report, _report.c.id == _instance.c.report_id).where(_report.c.code == code)
    instance_id: int | None = tx.read.execute(query.order_by(_instance.c.id).limit(1)).scalar()
    if instance_id is None:
        raise NotFound("case-code-unknown", code=code)
    return instance_id


def _posts_by_case(tx: Transaction, instance_ids: list[int]) -> dict[int, set[tuple[str, str]]]:
    """The posts in which each case has had tasks, as (unit, role)."""
    posts: dict[int, set[tuple[str, str]]] = {}
    query = select(_task.c.instance_id, _task.c.unit_code, _task.c.role).where(_task.c.instance_id.in_(instance_ids))
    for instance_id, unit, role in tx.read.execute(query.distinct()):
        posts.setdefault(instance_id, set()).add((unit, role))
    return posts
