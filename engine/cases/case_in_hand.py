"""A report's case with what an act on it needs: itself, its report and its tasks; and who may open it (R4, R14)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from engine.cases import code_search, instance_record
from engine.cases.instance_record import tasks_of_instance
from engine.cases.instance_rows import InstanceRow, InstanceTask
from engine.cases.tasks import Desk
from engine.errors import Forbidden, NotFound
from engine.process.instances import OPEN
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, Task

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)


@dataclass(frozen=True, slots=True)
class CaseInHand:
    """A case that an officer may open; `handling` says whether they may do one of its open tasks."""

    case: InstanceRow
    report: Any
    tasks: Sequence[InstanceTask]
    handling: bool

    @property
    def open_tasks(self) -> list[InstanceTask]:
        """The tasks that have still to be done."""
        return [task for task in self.tasks if task.state == OPEN]


def open_case(tx: Transaction, desk: Desk, instance_id: int) -> CaseInHand:
    """The case, if the officer may see it; raises NotFound, Forbidden."""
    case = instance_record.find_instance(tx, instance_id)
    if case is None or case.report_id is None:
        raise NotFound("case-missing")
    report = tx.read.execute(select(_report).where(_report.c.id == case.report_id)).one()
    tasks = tasks_of_instance(tx, instance_id)
    handling = is_handling(desk.officer, tasks)
    posts = {(task.unit_code, task.role) for task in tasks}
    if not handling and not access.may_see_case(desk.officer, desk.world.units, report.place, posts):
        raise Forbidden("case-of-other-units")
    return CaseInHand(case, report, tasks, handling)


def open_by_code(tx: Transaction, desk: Desk, code: str) -> CaseInHand:
    """The latest case of the report with this code; raises BadInput for an invalid code, NotFound, Forbidden."""
    return open_case(tx, desk, latest_case_of(tx, code))


def latest_case_of(tx: Transaction, code: str) -> int:
    """The number of the latest case of a report; raises BadInput for an invalid code, NotFound."""
    code = code_search.resolve_code(tx, code)
    query = (
        select(_instance.c.id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(_report.c.code == code)
        .order_by(_instance.c.id.desc())
        .limit(1)
    )
    instance_id: int | None = tx.read.execute(query).scalar()
    if instance_id is None:
        raise NotFound("case-code-unknown", code=code)
    return instance_id


def is_handling(officer: Officer, tasks: Sequence[InstanceTask]) -> bool:
    """Whether an officer handles a case: may do one of its open tasks."""
    return any(task.state == OPEN and access.handles_task(officer, task) for task in tasks)
