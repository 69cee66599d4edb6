"""How a demonstration's reports are followed: all have one tracking key, which pages refuse outside a demonstration."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from engine.cases import report_keys
from engine.process.instances import FINISHED, OPEN
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Task, TrackingKey

KEY = "1022-1022"
BY = "demo"
# The stages of the reports that the start page offers; the last is one without an open task.
OFFERED_STAGES = ("feedback", "resolve")

_report, _instance, _task, _key = table_of(Report), table_of(Instance), table_of(Task), table_of(TrackingKey)


def give_shared_key(tx: Transaction, secret: bytes, now: datetime) -> None:
    """Give the shared key to every report that has none."""
    without = select(_report.c.id).outerjoin(_key, _key.c.report_id == _report.c.id).where(_key.c.report_id.is_(None))
    for report_id in tx.read.execute(without).scalars().all():
        report_keys.store_key(tx, secret, report_id, KEY, BY, now)


def list_offered(tx: Transaction) -> Sequence[Any]:
    """The newest report with the shared key at each stage and the newest finished one, as (code, node)."""
    at_stage = (
        select(func.max(_report.c.id).label("id"), _task.c.node)
        .join(_instance, _instance.c.report_id == _report.c.id)
        .join(_task, _task.c.instance_id == _instance.c.id)
        .join(_key, _key.c.report_id == _report.c.id)
        .where(_key.c.issued_by == BY)
    )
    open_now = at_stage.where(_task.c.state == OPEN, _task.c.node.in_(OFFERED_STAGES)).group_by(_task.c.node)
    finished = at_stage.where(_instance.c.status == FINISHED, _task.c.node == "answer").group_by(_task.c.node)
    offered = open_now.union_all(finished).subquery()
    query = select(_report.c.code, offered.c.node).join(offered, offered.c.id == _report.c.id)
    return tx.read.execute(query.order_by(_report.c.id.desc())).all()
