"""What becomes of the reports that hang on another one's case when that case ends, and when they leave it (R1, R18).

A result ends them too, and their citizens are told. Any other end (withdrawn, false, diverted) is one citizen's: the
others go on, and the oldest of them becomes the main case. Each act is in the history of every case that it concerns.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, exists, select

from engine.actor import SYSTEM, Actor
from engine.bpmn.actions import Complete, Message, Start
from engine.cases import calls, intake, reports
from engine.cases.case_ends import case_standing
from engine.cases.report_links import (
    MERGED,
    REPEAT,
    HangingReport,
    add_link,
    link_in_force,
    list_hanging_reports,
    main_report_id,
    newest_case_id,
    open_case_id,
    settle_links,
    undo_link,
)
from engine.errors import Stale, StepFailed
from engine.process import history, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.attempts import REFUSALS
from engine.process.history import AuditEntry
from engine.process.instances import ACTIVE, FINISHED
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Report, ReportLink, Task
from engine.world.world import World

ASKED_AGAIN, UNMERGED, MERGED_CLOSED = "asked_again", "unmerged", "merged_closed"

_report, _instance, _link, _task = table_of(Report), table_of(Instance), table_of(ReportLink), table_of(Task)


@dataclass(frozen=True, slots=True)
class CitizenWords:
    """What a citizen has written in a form: its key, the values for the process, and those that are personal."""

    form: str
    process: Mapping[str, object]
    personal: Mapping[str, object]


def settle_ended_cases(engine: Engine, now: datetime, world: World) -> int:
    """Carry the ends of main cases to the reports that hang on them; returns how many reports it reached."""
    count = 0
    with transaction(engine) as tx:
        main_ids = list(tx.read.execute(_ended_mains()).scalars())
    for report_id in main_ids:
        count += _settle_main(engine, report_id, now, world)
    return count


def _ended_mains() -> Any:
    """The reports whose case has ended, on which others hang that have not been reached yet."""
    mine = _instance.c.report_id == _link.c.other_id
    return (
        select(_link.c.other_id)
        .where(
            _link.c.undone_at.is_(None),
            _link.c.settled_at.is_(None),
            _link.c.kind.in_((REPEAT, MERGED)),
            exists().where(mine, _instance.c.status == FINISHED),
            ~exists().where(mine, _instance.c.status == ACTIVE),
        )
        .distinct()
        .order_by(_link.c.other_id)
    )


def _settle_main(engine: Engine, report_id: int, now: datetime, world: World) -> int:
    with transaction(engine) as tx:
        instance_id = newest_case_id(tx, report_id)
        if instance_id is None or main_report_id(tx, report_id) != report_id:
            return 0  # It hangs on another itself, whose end decides.
        has_result = case_standing(tx, instance_id).has_result
        hanging = list_hanging_reports(tx, report_id)
    if not has_result:
        return _pass_on(engine, report_id, now, world)
    return sum(_tell_result(engine, row, now, world) for row in hanging)


def _tell_result(engine: Engine, row: HangingReport, now: datetime, world: World) -> bool:
    """End a report's own case, if it has one, because its main case has a result; False when others were faster."""
    try:
        with transaction(engine) as tx:
            own = open_case_id(tx, row.id)
            if own is not None:
                instances.take_step(tx, own, Command(Message(MERGED_CLOSED), SYSTEM, now), world)
            settle_links(tx, [row.link_id], now)
    except (Stale, StepFailed, *REFUSALS):
        return False
    return own is not None


def _pass_on(engine: Engine, report_id: int, now: datetime, world: World) -> int:
    """Let the reports of a case that ended without a result go on under the oldest of them."""
    try:
        with transaction(engine) as tx:
            return pass_on_main(tx, report_id, SYSTEM, now, world)
    except (Stale, StepFailed, *REFUSALS):
        return 0


def pass_on_main(tx: Transaction, report_id: int, who: Actor, now: datetime, world: World) -> int:
    """Make the oldest report that hangs on this one the main one of the others; returns how many go on."""
    hanging, case_id = list_hanging_reports(tx, report_id), newest_case_id(tx, report_id)
    if not hanging or case_id is None:
        return 0
    heir, others = hanging[0], hanging[1:]
    moved = [row for row in others if row.parent_id != heir.id]
    code = _code_of(tx, report_id)
    end = case_standing(tx, case_id).mark
    detail = ActDetail(code=heir.code, codes=tuple(row.code for row in others), end=end)
    history.append_entry(tx, case_id, AuditEntry(now, who, "passed_on", "", detail))
    for row in (heir, *moved):
        _unhang(tx, row, report_id, who, now)
    heir_case = _continue_alone(
        tx, heir.id, code, Command(Message(UNMERGED), who, now, detail=ActDetail(origin=code)), world
    )
    for row in moved:
        _hang_on(tx, row, heir, heir_case, Command(Message(MERGED), who, now), code)
    return len(hanging)


def _unhang(tx: Transaction, row: HangingReport, main_id: int, who: Actor, now: datetime) -> None:
    """Undo a report's link; what is said at the main case about all of them is said to the case between, if any."""
    undo_link(tx, row.link_id, now)
    between = newest_case_id(tx, row.parent_id) if row.parent_id != main_id else None
    if row.kind == REPEAT and between is not None:
        history.append_entry(tx, between, AuditEntry(now, who, "left_main", "", ActDetail(code=row.code)))


def _hang_on(
    tx: Transaction, row: HangingReport, heir: HangingReport, heir_case: int, act: Command, before: str
) -> None:
    """Hang a report on another one than before, and record it where its link is recorded."""
    add_link(tx, row.id, heir.id, row.kind, act.now)
    if row.kind == REPEAT:
        stored = tx.read.execute(select(_report).where(_report.c.id == row.id)).one()
        digests = reports.particulars_digests({**stored._mapping, "salt": reports.salt_of(tx, row.id)})  # noqa: SLF001
        detail = ActDetail(code=row.code, origin=before, report=digests)
        history.append_entry(tx, heir_case, AuditEntry(act.now, act.who, REPEAT, "", detail))
        return
    own = newest_case_id(tx, row.id)
    if own is not None:
        history.append_entry(
            tx, own, AuditEntry(act.now, act.who, "moved_to_main", "", ActDetail(into=heir.code, origin=before))
        )


def leave_main(tx: Transaction, report_id: int, words: CitizenWords, who: Actor, now: datetime, world: World) -> int:
    """Let a report go on by itself one level up, because its citizen is not satisfied with the common result (R11).

    Returns its own case; a report that has none open gets a new one. Raises Stale, StepFailed.
    """
    link = link_in_force(tx, report_id)
    if link is None:
        raise Stale("opinion-not-awaited")
    undo_link(tx, link.id, now)
    if link.kind == REPEAT:
        case_id, detail = newest_case_id(tx, link.other_id), ActDetail(code=_code_of(tx, report_id))
    else:
        case_id = newest_case_id(tx, report_id) if open_case_id(tx, report_id) is None else None
        detail = ActDetail(origin=link.code)
    if case_id is not None:
        history.append_entry(tx, case_id, AuditEntry(now, who, "left_main", "", detail))
    asking = Command(
        Message(ASKED_AGAIN),
        who,
        now,
        detail=ActDetail(origin=link.code),
        personal=words.personal,
        salt=secrets.token_bytes(16) if words.personal else b"",
        form=words.form,
    )
    return _continue_alone(tx, report_id, link.code, asking, world)


def _continue_alone(tx: Transaction, report_id: int, main_code: str, act: Command, world: World) -> int:
    """Take a step of a report's own waiting case; one that has no open case gets one that waits first."""
    own = open_case_id(tx, report_id)
    if own is not None:
        _take_or_unmerge(tx, own, act, world)
        return own
    own = _start_case(tx, report_id, main_code, act, world)
    if act.action == Message(UNMERGED):
        return own
    try:
        with tx.write().begin_nested():
            instances.take_step(tx, own, Command(Message(MERGED, {}), SYSTEM, act.now), world)
            _take_or_unmerge(tx, own, act, world)
    except Stale:  # The diagrams of this province know no merging: the case begins anew.
        return own
    return own


def _take_or_unmerge(tx: Transaction, instance_id: int, act: Command, world: World) -> None:
    """Take the step; by older diagrams, which do not know it, the case continues where unmerged cases do."""
    try:
        instances.take_step(tx, instance_id, act, world)
    except Stale:
        plain = Command(
            Message(UNMERGED), act.who, act.now, act.detail, personal=act.personal, salt=act.salt, form=act.form
        )
        instances.take_step(tx, instance_id, plain, world)


def _start_case(tx: Transaction, report_id: int, main_code: str, act: Command, world: World) -> int:
    """Start a case for a report that has had none of its own, past the hotline, which has taken it in already."""
    row = tx.read.execute(select(_report).where(_report.c.id == report_id)).one()
    values = {**row._mapping, "salt": reports.salt_of(tx, report_id)}  # noqa: SLF001 - SQLAlchemy's public name for it
    detail = ActDetail(report=reports.particulars_digests(values), origin=main_code)
    start = Command(Start(intake.routing_facts(row, report_id, row.code)), act.who, act.now, detail=detail)
    instance_id, _step = instances.start_instance(
        tx, calls.report_definition(tx, world), start, world, report_id=report_id
    )
    task_query = select(_task.c.engine_id).where(_task.c.instance_id == instance_id, _task.c.node == calls.RECEIVE)
    task_id = tx.read.execute(task_query).scalar()
    if task_id is not None:
        complete = row.complete or row.urgency != calls.EMERGENCY
        data = {"outcome": "handed_over" if complete else calls.EMERGENCY}
        data |= {key: getattr(row, key) for key in ("place", "field", "urgency")}
        taking = Command(Complete(task_id, data), SYSTEM, act.now, form=calls.FORM, node=calls.RECEIVE)
        instances.take_step(tx, instance_id, taking, world)
    return instance_id


def _code_of(tx: Transaction, report_id: int) -> str:
    return str(tx.read.execute(select(_report.c.code).where(_report.c.id == report_id)).scalar_one())
