"""One line of each report on a list of cases, masked, so that those who watch see what they watch (R4, R9, R14)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import func, select

from engine.cases.masking import matter_line
from engine.cases.tasks import Desk
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Task

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)


def load_lines(tx: Transaction, desk: Desk, codes: Iterable[str]) -> Mapping[str, str]:
    """The lines of the reports with these codes, by code; only of cases that the officer may open.

    Lists that count by unit hold cases whose page is closed to some who read them; these have no line.
    """
    latest = func.max(_instance.c.id).label("instance_id")
    columns = [_report.c[name] for name in ("code", "place", "content", "reporter_name", "phone", "address", "email")]
    query = (
        select(*columns, latest)
        .join(_instance, _instance.c.report_id == _report.c.id)
        .where(_report.c.code.in_(sorted(set(codes))))
        .group_by(_report.c.id)
    )
    rows = tx.read.execute(query).all()
    posts = posts_by_case(tx, [row.instance_id for row in rows])
    return {
        row.code: matter_line(row)
        for row in rows
        if access.may_see_case(desk.officer, desk.world.units, row.place, posts.get(row.instance_id, set()))
    }


def posts_by_case(tx: Transaction, instance_ids: list[int]) -> dict[int, set[tuple[str, str]]]:
    """The posts in which each case has had tasks, as (unit, role)."""
    posts: dict[int, set[tuple[str, str]]] = {}
    query = select(_task.c.instance_id, _task.c.unit_code, _task.c.role).where(_task.c.instance_id.in_(instance_ids))
    for instance_id, unit, role in tx.read.execute(query.distinct()):
        posts.setdefault(instance_id, set()).add((unit, role))
    return posts
