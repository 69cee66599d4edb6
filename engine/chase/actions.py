"""Bulk actions of the provincial office on overdue cases: each is an act of the process with one reason (R9).

If the case's task Đôn đốc is open, the act completes it; otherwise it is a message or an extension. Every case has its
own savepoint, and failures are reported with their reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, select

from engine.bpmn.actions import Message, Notice, Reschedule, Step
from engine.cases import corrections, own_work, tasks
from engine.cases.tasks import Desk, InvalidForm
from engine.chase.worklist import CHASE, open_work_by_case
from engine.clock import VIETNAM
from engine.errors import EngineError, Forbidden, Invalid, NotFound, Stale, StepFailed
from engine.process import history, instances, outbox, rescheduling
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.history import AuditEntry
from engine.process.instances import ACTIVE, OPEN
from engine.process.outbox import OFFICE_REMINDER
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Outbox, Report, Task, Timer
from engine.store.typed_rows import columns_named, read_row
from engine.world.world import World

PERMISSION = "chase"
ACTS = ("extend", "transfer", "recall", "remind", "note")
MAX_CASES = 50
MAX_DAYS = 30
_PAUSE_TIMER = (
    "wait_chase_again"  # The ladder's pause after "keep watching": an extension moves its end past the deadline.
)

_instance, _report, _task, _timer = table_of(Instance), table_of(Report), table_of(Task), table_of(Timer)
_outbox = table_of(Outbox)


@dataclass(frozen=True, slots=True)
class ChaseOrder:
    """What to do with the chosen cases: an act of ACTS, the reason, working days to extend by, a department's code."""

    act: str
    reason: str
    days: int = 0
    department: str = ""

    def __post_init__(self) -> None:
        if self.act not in ACTS:
            raise Invalid("act", "chase-act-unknown")
        corrections.require_reason(self.reason)
        if self.act == "extend" and not 1 <= self.days <= MAX_DAYS:
            raise Invalid("days", "chase-days-range", most=MAX_DAYS)


@dataclass(frozen=True, slots=True)
class ChaseOutcome:
    """The outcome for one case: `why` is why the act was not done; `due_at` is the new deadline of an extension."""

    code: str
    why: EngineError | None = None
    due_at: datetime | None = None


class ChaseTask(NamedTuple):
    """A task Đôn đốc and the version of it that was read."""

    id: int
    version: int


class _LockedCase(NamedTuple):
    id: int
    version: int
    status: str
    due_at: datetime | None


class _Refusal(Stale):
    """An act refused for one of the cases."""


def carry_out_order(
    tx: Transaction, desk: Desk, chosen: Sequence[tuple[int, int]], order: ChaseOrder
) -> list[ChaseOutcome]:
    """Carry out an act on cases given as (id, version); returns the outcome of each, ordered by code.

    A case that has changed since the page was rendered is skipped, so two officers never do an act twice. Raises
    Forbidden, Invalid for too many cases or no department.
    """
    access.require_permission(desk.officer, PERMISSION)
    if len(chosen) > MAX_CASES:
        raise Invalid("cases", "chase-cases-too-many", most=MAX_CASES)
    if order.act == "transfer":
        _require_department(desk.world, order.department)
    outcomes = []
    for instance_id, version in sorted(
        set(chosen)
    ):  # In the same order everywhere, so that two officers never deadlock.
        outcomes.append(_try_case(tx, desk, (instance_id, version), order))
    return sorted((outcome for outcome in outcomes if outcome is not None), key=lambda outcome: outcome.code)


def _require_department(world: World, code: str) -> None:
    if not world.units.knows(code) or world.units.get(code).kind != "department" or world.units.get(code).closed:
        raise Invalid("department", "chase-department-unknown")


def _try_case(tx: Transaction, desk: Desk, chosen: tuple[int, int], order: ChaseOrder) -> ChaseOutcome | None:
    code: str | None = tx.read.execute(_code_query(chosen[0])).scalar()
    if code is None:
        return None
    try:
        with tx.write().begin_nested():
            return ChaseOutcome(code, due_at=_apply_order(tx, desk, _lock_case(tx, chosen), order))
    except (_Refusal, Invalid) as refusal:
        return ChaseOutcome(code, refusal)
    except Forbidden:
        return ChaseOutcome(code, Forbidden("chase-task-held"))
    except (Stale, NotFound):
        return ChaseOutcome(code, Stale("chase-not-possible-now"))
    except (StepFailed, InvalidForm):
        return ChaseOutcome(code, StepFailed("chase-step-failed"))


def _code_query(instance_id: int) -> Select[str]:
    query = select(_report.c.code).join(_instance, _instance.c.report_id == _report.c.id)
    return query.where(_instance.c.id == instance_id)


def _lock_case(tx: Transaction, chosen: tuple[int, int]) -> _LockedCase:
    """The case's row, locked until the transaction ends; raises _Refusal when it has changed."""
    query = select(*columns_named(_instance, _LockedCase._fields)).where(_instance.c.id == chosen[0])
    row = read_row(tx.write(), query.with_for_update(), _LockedCase)
    if row is None or row.version != chosen[1] or row.status != ACTIVE:
        raise _Refusal("chase-case-changed")
    return row


def _apply_order(tx: Transaction, desk: Desk, case: _LockedCase, order: ChaseOrder) -> datetime | None:
    """Carry out the act; returns the new deadline of an extension."""
    if order.act == "note":
        history.append_entry(tx, case.id, AuditEntry(desk.now, desk.who, "note", "", _recorded(desk, order)))
        return None
    if order.act == "remind":
        _remind_units(tx, desk, case, order)
        return None
    own_work.require_other_eyes(tx, desk.officer, case.id, "cases", borrows=bool(desk.behalf_by(PERMISSION)))
    task = find_chase_task(tx, case.id)
    if task is not None:
        return _complete_by_order(tx, desk, task, order)
    if order.act == "extend":
        return _order_extension(tx, desk, case.id, order)
    _recall_case(tx, desk, case.id, order)
    return None


def _recorded(desk: Desk, order: ChaseOrder, units: Sequence[str] = ()) -> ActDetail:
    """What history records of an act of the desk: reason, for whom a substitute does it, which units it is about."""
    return ActDetail(reason=order.reason, absent=desk.behalf_by(PERMISSION), units=tuple(units))


def find_chase_task(tx: Transaction, instance_id: int) -> ChaseTask | None:
    """The open task Đôn đốc of a case; None when there is none."""
    is_chase = (_task.c.instance_id == instance_id) & (_task.c.state == OPEN) & (_task.c.form == CHASE)
    query = select(*columns_named(_task, ChaseTask._fields)).where(is_chase).limit(1)
    return read_row(tx.read, query, ChaseTask)


def complete_chase_task(
    tx: Transaction, desk: Desk, task: ChaseTask, answers: Mapping[str, object], reason: str
) -> Step:
    """Complete the task Đôn đốc with a decision; raises as `tasks.complete` does."""
    return tasks.complete(tx, desk, task.id, task.version, {**answers, "chase_reason": reason})


def _complete_by_order(tx: Transaction, desk: Desk, task: ChaseTask, order: ChaseOrder) -> datetime | None:
    answers: dict[str, object] = {"chase_decision": order.act}
    if order.act == "extend":
        answers["extend_days"] = order.days
    if order.act == "transfer":
        answers["department"] = order.department
    step = complete_chase_task(tx, desk, task, answers, order.reason)
    return step.deadline if order.act == "extend" else None


def _order_extension(tx: Transaction, desk: Desk, instance_id: int, order: ChaseOrder) -> datetime | None:
    before = tx.read.execute(select(_instance.c.overdue_at).where(_instance.c.id == instance_id)).one()
    act = Command(Reschedule(extend=order.days), desk.who, desk.now, detail=_recorded(desk, order))
    step = instances.take_step(tx, instance_id, act, desk.world)
    query = select(_timer.c.engine_id).where(_timer.c.instance_id == instance_id, _timer.c.node == _PAUSE_TIMER)
    timer_ids = tx.read.execute(query).scalars().all()
    if timer_ids and step.deadline is not None:
        day = desk.world.calendar.add(step.deadline, desk.world.calendar.day_length())
        move = Command(Reschedule(dict.fromkeys(timer_ids, day)), desk.who, desk.now, detail=_recorded(desk, order))
        instances.take_step(tx, instance_id, move, desk.world)
    if rescheduling.is_overdue_no_more(before, step.deadline, desk.now):
        with suppress(Stale):  # Diagrams that do not know the message stay where they are.
            instances.take_step(tx, instance_id, rescheduling.watching_command(act), desk.world)
    return step.deadline


def _recall_case(tx: Transaction, desk: Desk, instance_id: int, order: ChaseOrder) -> None:
    """Recall, or transfer by a recall that names the department; older diagrams support only the recall."""
    payload = {"department": order.department} if order.act == "transfer" else None
    act = Command(Message("recall", payload), desk.who, desk.now, detail=_recorded(desk, order))
    step = instances.take_step(tx, instance_id, act, desk.world)
    if order.act == "transfer" and "transferred" not in step.marks:
        raise _Refusal("chase-not-possible-now")


def _remind_units(tx: Transaction, desk: Desk, case: _LockedCase, order: ChaseOrder) -> None:
    """Send a notice to the units that have the case; a second one on the same day is refused."""
    units = sorted({task.unit_code for task in open_work_by_case(tx, [case.id]).get(case.id, ())})
    if not units:
        raise _Refusal("chase-not-possible-now")
    day = int(f"{desk.now.astimezone(VIETNAM):%Y%m%d}")
    reminders = select(_outbox.c.id).where(_outbox.c.instance_id == case.id, _outbox.c.rung == OFFICE_REMINDER)
    if tx.read.execute(reminders.where(_outbox.c.occurrence == day)).first() is not None:
        raise _Refusal("chase-reminded-today")
    template = "overdue" if case.due_at is not None and case.due_at <= desk.now else "reminder"
    notice = Notice(OFFICE_REMINDER, day, template, tuple(units), "")
    outbox.enqueue_rows(tx.write(), case.id, [outbox.notice_row(notice)], desk.now)
    history.append_entry(tx, case.id, AuditEntry(desk.now, desk.who, "remind", "", _recorded(desk, order, units)))
