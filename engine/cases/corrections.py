"""Putting mistakes right while work goes on: each correction is an act in the history with its reason (R18).

Called by pages and, for cases that ended with the one they were merged into, by the tick. The diagrams say what follows
from each: they wait for these messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, insert, select, update

from engine.actor import SYSTEM
from engine.bpmn.actions import Message
from engine.cases import calls, case_code, intake, reports
from engine.cases.dossier import Dossier
from engine.cases.intake import FIELDS, Filed, NewReport
from engine.cases.tasks import Desk
from engine.errors import BadInput, NotFound, Stale, StepFailed
from engine.process import history, instances
from engine.process.acts import Act
from engine.process.history import Entry
from engine.process.instances import ACTIVE, FINISHED
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Report, ReportLink
from engine.world.world import World

MERGED, SPLIT = "merged", "split"
KEPT = ("reporter_name", "phone", "address", "email", "channel")  # What a part takes over from the whole.
SHORTEST_REASON, LONGEST_REASON = 5, 500

_report, _instance, _link = table_of(Report), table_of(Instance), table_of(ReportLink)


def reroute(tx: Transaction, desk: Desk, case: Dossier, to: Mapping[str, str], reason: str) -> None:
    """Correct the place or the field, as {"place": code, "field": key}: the case is routed anew.

    Raises Forbidden, BadInput, and Stale when the case cannot be routed anew where it stands.
    """
    _may(desk, "reroute", reason)
    changed = {key: value for key, value in to.items() if value and value != getattr(case.report, key)}
    if not changed:
        raise BadInput("Neither the place nor the field is another one.")
    if "place" in changed and not desk.world.units.knows_commune(changed["place"]):
        raise BadInput("place: this is not a commune.")
    if "field" in changed and changed["field"] not in FIELDS:
        raise BadInput("field: there is no such field.")
    _tell(tx, desk, case.case.id, "reroute", changed, reason)
    reports.correct(tx, case.report.id, changed)


def withdraw(tx: Transaction, desk: Desk, case: Dossier, reason: str) -> None:
    """The citizen takes the report back: the case ends."""
    _may(desk, "withdraw", reason)
    _tell(tx, desk, case.case.id, "withdraw", None, reason)


def recall(tx: Transaction, desk: Desk, case: Dossier, reason: str) -> None:
    """The provincial office takes the case away from those who handle it (R9)."""
    _may(desk, "recall", reason)
    _tell(tx, desk, case.case.id, "recall", None, reason)


def split(tx: Transaction, desk: Desk, case: Dossier, part: Mapping[str, str], reason: str) -> Filed:
    """Make a report of its own of one part, as {"content", "field", "place"}; it begins at the hotline.

    Raises Forbidden, BadInput naming the field.
    """
    _may(desk, "split", reason)
    told: dict[str, Any] = {
        name: getattr(case.report, name) for name in ("reporter_name", "phone", "address", "email", "channel")
    }
    wanted = {name: part.get(name, "").strip() for name in ("content", "field", "place")}
    if not wanted["content"]:
        raise BadInput("content: say what the part is about.")
    new = NewReport(received_at=desk.now, urgency=case.report.urgency, **{**told, **wanted})
    who = desk.who
    filed = intake.file_report(tx, new, calls.definition(tx, desk.world), who, desk.world)
    _join(tx, desk, filed.report_id, case.report.id, (SPLIT, reason))
    history.record(tx, case.case.id, Entry(desk.now, who, SPLIT, "", {"code": filed.code, "reason": reason}))
    return filed


def merge(tx: Transaction, desk: Desk, case: Dossier, into: str, reason: str) -> None:
    """Let the case end with another open one, which goes on alone; raises Forbidden, BadInput, NotFound, Stale."""
    _may(desk, "merge", reason)
    main, _main_case = intake.open_case(tx, into)
    if main == case.report.id or _merged_into(tx, main) is not None:
        raise BadInput("A case cannot be merged into itself or into one that is merged itself.")
    _tell(tx, desk, case.case.id, MERGED, {"into": case_code.parse(into)}, reason)
    _join(tx, desk, case.report.id, main, (MERGED, reason))


def unmerge(tx: Transaction, desk: Desk, case: Dossier, reason: str) -> None:
    """Let a merged case go on by itself; raises Forbidden, NotFound, Stale."""
    _may(desk, "merge", reason)
    if _merged_into(tx, case.report.id) is None:
        raise NotFound("The case is not merged.")
    _tell(tx, desk, case.case.id, "unmerged", None, reason)
    undone = (_link.c.report_id == case.report.id) & (_link.c.kind == MERGED) & _link.c.undone_at.is_(None)
    tx.write().execute(update(_link).where(undone).values(undone_at=desk.now))


def require(desk: Desk, act: str) -> None:
    """Raise Forbidden unless a role of the officer allows the correction; who may merge may unmerge."""
    access.require(desk.officer, "merge" if act == "unmerge" else act)


def _may(desk: Desk, act: str, reason: str) -> None:
    require(desk, act)
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON or not reason.isprintable():
        raise BadInput(f"reason: {SHORTEST_REASON} to {LONGEST_REASON} signs.")


def _tell(tx: Transaction, desk: Desk, instance_id: int, name: str, payload: Any, reason: str) -> None:
    detail = {"reason": reason}
    act = Act(Message(name, payload), desk.who, desk.now, detail=detail)
    instances.take(tx, instance_id, act, desk.world)


def _join(tx: Transaction, desk: Desk, report_id: int, other_id: int, why: tuple[str, str]) -> None:
    row = {"report_id": report_id, "other_id": other_id, "kind": why[0], "reason": why[1], "created_at": desk.now}
    tx.write().execute(insert(_link), row)


def _merged_into(tx: Transaction, report_id: int) -> int | None:
    """The report that this one is merged into now."""
    wanted = select(_link.c.other_id).where(
        _link.c.report_id == report_id, _link.c.kind == MERGED, _link.c.undone_at.is_(None)
    )
    found: int | None = tx.read.execute(wanted).scalar()
    return found


def possible(case: Dossier, desk: Desk) -> list[str]:
    """The corrections that the officer's roles allow and the case's state makes sense of."""
    if case.case.status != ACTIVE:
        return []
    merged = any(link.kind == MERGED and link.outgoing for link in case.links)
    acts = ["unmerge"] if merged else ["reroute", "split", "merge", "withdraw", "recall"]
    return [act for act in acts if access.may(desk.officer, "merge" if act == "unmerge" else act)]


def close_merged(engine: Engine, now: datetime, world: World) -> int:
    """End the cases whose main case has ended, so that their citizens are told; returns how many."""
    main = _instance.alias("main")
    wanted = (
        select(_instance.c.id)
        .join(_link, _link.c.report_id == _instance.c.report_id)
        .join(main, main.c.report_id == _link.c.other_id)
        .where(
            _link.c.kind == MERGED,
            _link.c.undone_at.is_(None),
            _instance.c.status == ACTIVE,
            main.c.status == FINISHED,
        )
    )
    with transaction(engine) as tx:
        waiting = list(tx.read.execute(wanted).scalars())
    done = 0
    for instance_id in waiting:
        try:
            with transaction(engine) as tx:
                instances.take(tx, instance_id, Act(Message("merged_closed"), SYSTEM, now), world)
        except (Stale, StepFailed):
            continue
        done += 1
    return done
