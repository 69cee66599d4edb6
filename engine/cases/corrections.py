"""Corrections of mistakes while work continues: each is an act in the history with its reason (R18).

The diagrams define what follows from each correction: they wait for these messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select, update

from engine.bpmn.actions import Message
from engine.cases import calls, intake, joined_reports, own_work, report_links, reports
from engine.cases.case_in_hand import CaseInHand, open_case
from engine.cases.intake import FiledReport, NewReport
from engine.cases.report_links import MERGED, SPLIT
from engine.cases.tasks import Desk
from engine.errors import BadInput, Forbidden, Invalid, NotFound
from engine.process import history, instances, known_fields
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.history import AuditEntry
from engine.process.instances import ACTIVE
from engine.staff import access
from engine.staff.access import Officer
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, ReportLink
from engine.world.world import World

# What a part inherits from the whole.
INHERITED_FIELDS = ("reporter_name", "phone", "address", "position", "email", "channel")
SHORTEST_REASON, LONGEST_REASON = 5, 500

_report, _instance, _link = table_of(Report), table_of(Instance), table_of(ReportLink)


def reroute(tx: Transaction, desk: Desk, opened: CaseInHand, target: Mapping[str, str], reason: str) -> None:
    """Correct the place or the field, as {"place": code, "field": key}, and reroute the case.

    Raises Forbidden, BadInput, and Stale when the case cannot be rerouted in its current state.
    """
    _check_correction(tx, desk, "reroute", opened, reason)
    changed = {key: value for key, value in target.items() if value and value != getattr(opened.report, key)}
    if not changed:
        raise BadInput("reroute-changes-nothing")
    _check_target(tx, desk.world, changed)
    _send_message(tx, desk, opened, "reroute", changed, reason)
    reports.correct_particulars(tx, opened.report.id, changed)


def _check_target(tx: Transaction, world: World, target: Mapping[str, str]) -> None:
    """Raise Invalid for an unknown place or field."""
    if "place" in target and not world.units.knows_commune(target["place"]):
        raise Invalid("place", "correction-place-unknown")
    if "field" in target and target["field"] not in known_fields.active_keys(tx):
        raise Invalid("field", "correction-field-unknown")


def withdraw(tx: Transaction, desk: Desk, opened: CaseInHand, reason: str) -> None:
    """Withdraw the report on behalf of the citizen: the case ends."""
    _check_correction(tx, desk, "withdraw", opened, reason)
    _send_message(tx, desk, opened, "withdraw", None, reason)


def recall(tx: Transaction, desk: Desk, opened: CaseInHand, reason: str) -> None:
    """Recall the case to the provincial office from the people handling it (R9)."""
    _check_correction(tx, desk, "recall", opened, reason)
    _send_message(tx, desk, opened, "recall", None, reason)


def split_report(tx: Transaction, desk: Desk, opened: CaseInHand, part: Mapping[str, str], reason: str) -> FiledReport:
    """Split one part, as {"content", "field", "place"}, into its own report, which begins at the hotline.

    Raises Forbidden, BadInput naming the field.
    """
    _check_correction(tx, desk, "split", opened, reason)
    inherited: dict[str, Any] = {name: reports.particular_of(opened.report, name) for name in INHERITED_FIELDS}
    part_fields = {name: part.get(name, "").strip() for name in ("content", "field", "place")}
    if not part_fields["content"]:
        raise Invalid("content", "split-content-missing")
    _check_target(tx, desk.world, part_fields)
    new_report = NewReport(received_at=desk.now, urgency=opened.report.urgency, **{**inherited, **part_fields})
    who = desk.who
    filed = intake.file_report(tx, new_report, calls.report_definition(tx, desk.world), who, desk.world)
    report_links.add_link(tx, filed.report_id, opened.report.id, SPLIT, desk.now, reason=reason)
    detail = ActDetail(code=filed.code, reason=reason, absent=_behalf(desk, "split", opened))
    history.append_entry(tx, opened.case.id, AuditEntry(desk.now, who, SPLIT, "", detail))
    return filed


def merge_into(tx: Transaction, desk: Desk, opened: CaseInHand, into: str, reason: str) -> None:
    """Merge the case into another open one, which continues alone; raises Forbidden, BadInput, NotFound, Stale.

    The officer has to see both.
    """
    _check_correction(tx, desk, "merge", opened, reason)
    main_report_id, main_instance_id = intake.find_open_case(tx, into)
    main = open_case(tx, desk, main_instance_id)
    code = main.report.code
    if main_report_id == opened.report.id:
        raise Invalid("into", "merge-into-itself")
    _require_other_eyes(tx, desk, "merge", main)
    if _merge_target(tx, main_report_id) is not None:
        raise Invalid("into", "merge-into-merged", code=code)
    _merge_case(tx, desk, opened, (main_report_id, code), reason)


def merge_duplicate(tx: Transaction, desk: Desk, opened: CaseInHand, into: str) -> str:
    """Merge a report that is being taken in into the open case that answers the report `into` (R1, R18).

    Returns that case's code. As when a caller joins a case, no reason is asked. Raises Forbidden, BadInput, NotFound
    when that case has ended, Stale when the report's own case cannot be merged where it is.
    """
    require_correction(desk, "merge", opened)
    _require_other_eyes(tx, desk, "merge", opened)
    main_report_id, main_instance_id = intake.find_answering_case(tx, into)
    if main_report_id == opened.report.id:
        raise Invalid("into", "merge-into-itself")
    code: str = open_case(tx, desk, main_instance_id).report.code
    _merge_case(tx, desk, opened, (main_report_id, code), "")
    return code


def _merge_case(tx: Transaction, desk: Desk, opened: CaseInHand, main: tuple[int, str], reason: str) -> None:
    """Let the case wait for the main one, given by the id and the code of its report."""
    main_report_id, code = main
    _send_message(tx, desk, opened, MERGED, {"into": code}, reason)
    report_links.add_link(tx, opened.report.id, main_report_id, MERGED, desk.now, reason=reason)


def unmerge(tx: Transaction, desk: Desk, opened: CaseInHand, reason: str) -> None:
    """Let a merged case continue by itself; raises Forbidden, NotFound, Stale."""
    _check_correction(tx, desk, "merge", opened, reason)
    if _merge_target(tx, opened.report.id) is None:
        raise NotFound("case-not-merged")
    _send_message(tx, desk, opened, "unmerged", None, reason)
    undone = (_link.c.report_id == opened.report.id) & (_link.c.kind == MERGED) & _link.c.undone_at.is_(None)
    tx.write().execute(update(_link).where(undone).values(undone_at=desk.now))


def require_correction(desk: Desk, act: str, opened: CaseInHand) -> None:
    """Raise Forbidden unless a role of the officer allows the correction of this case."""
    if not _may_correct(desk.officer, act, opened, desk.world):
        raise Forbidden("roles-do-not-allow")


def _may_correct(officer: Officer, act: str, opened: CaseInHand, world: World) -> bool:
    """Whether one role both allows the correction and shows the case: a role elsewhere does not count for it.

    Nor does a task that the role has had and done: the case may have gone to another place since. Officers who may
    merge may unmerge.
    """
    allowed = access.limit_to(officer, "merge" if act in (MERGED, "unmerge", "unmerged") else act)
    at_work = {(task.unit_code, task.role) for task in opened.open_tasks}
    return bool(allowed.roles) and access.may_see_case(allowed, world.units, opened.report.place, at_work)


def _behalf(desk: Desk, act: str, opened: CaseInHand) -> str:
    return desk.behalf(lambda officer: _may_correct(officer, act, opened, desk.world))


def _check_correction(tx: Transaction, desk: Desk, act: str, opened: CaseInHand, reason: str) -> None:
    require_correction(desk, act, opened)
    require_reason(reason)
    _require_other_eyes(tx, desk, act, opened)


def _require_other_eyes(tx: Transaction, desk: Desk, act: str, opened: CaseInHand) -> None:
    """Raise Invalid where a substitute would decide about work of their own, or anybody about what they did as one."""
    borrows = bool(_behalf(desk, act, opened))
    own_work.require_other_eyes(tx, desk.officer, opened.case.id, "reason", borrows=borrows)


def require_reason(reason: str) -> None:
    """Raise Invalid unless the reason is long enough and legible to later readers."""
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Invalid("reason", "reason-length", least=SHORTEST_REASON, most=LONGEST_REASON)
    if not reason.isprintable():
        raise Invalid("reason", "reason-unreadable")


def _send_message(tx: Transaction, desk: Desk, opened: CaseInHand, name: str, payload: Any, reason: str) -> None:
    detail = ActDetail(reason=reason, absent=_behalf(desk, name, opened))
    act = Command(Message(name, payload), desk.who, desk.now, detail=detail)
    instances.take_step(tx, opened.case.id, act, desk.world)


def _merge_target(tx: Transaction, report_id: int) -> int | None:
    """The report that this one is currently merged into."""
    query = select(_link.c.other_id).where(
        _link.c.report_id == report_id, _link.c.kind == MERGED, _link.c.undone_at.is_(None)
    )
    main_report_id: int | None = tx.read.execute(query).scalar()
    return main_report_id


def is_merged(tx: Transaction, opened: CaseInHand) -> bool:
    """Whether the case waits for another one's result."""
    return _merge_target(tx, opened.report.id) is not None


def list_available(opened: CaseInHand, desk: Desk, *, merged: bool) -> list[str]:
    """The corrections that the officer's roles allow and that make sense in the case's state.

    `merged` says whether it waits for another case's result.
    """
    if opened.case.status != ACTIVE:
        return []
    acts = ["unmerge"] if merged else ["reroute", "split", "merge", "withdraw", "recall"]
    return [act for act in acts if _may_correct(desk.officer, act, opened, desk.world)]


def close_merged(engine: Engine, now: datetime, world: World) -> int:
    """Carry the ends of main cases to the cases merged into them and to the reports that joined them.

    Returns how many of them ended with the main case, or go on because it brought no result.
    """
    return joined_reports.settle_ended_cases(engine, now, world)
