"""What citizens ask of their data: to get it, to have it corrected or erased (Decree 13/2023/NĐ-CP, articles 14 to 16).

Called by pages of the provincial office and administrators. A request is opened after the citizen's identity was
checked, and has to be answered within 72 hours. What it is about is found by number and name: others who reported from
the same number are not part of it.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from engine.cases import case_code, reports
from engine.cases.tasks import Desk
from engine.errors import BadInput, NotFound, Stale
from engine.privacy import retention
from engine.process import history
from engine.process.history import Entry
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import DataHold, DataRequest, Instance, Report, Submission
from engine.text import fold
from forms.texts import national_number

ACT = "privacy"
GET, CORRECT, ERASE = KINDS = ("access", "correct", "erase")
DONE, PARTLY, REFUSED = OUTCOMES = ("done", "partly", "refused")
TIME = timedelta(hours=72)
PAGE = 50
CORRECTABLE = ("reporter_name", "phone", "address", "email")
SHORTEST_REASON, LONGEST_REASON, LONGEST = 5, 500, 300
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

_request, _report, _instance = table_of(DataRequest), table_of(Report), table_of(Instance)
_hold, _submission = table_of(DataHold), table_of(Submission)


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is asked, by whom, and how their identity was checked."""

    kind: str
    phone: str
    name: str
    identity: str


def open_request(tx: Transaction, desk: Desk, new: NewRequest) -> int:
    """Open a request and find what it is about; returns its id. Raises Forbidden, BadInput naming the field."""
    access.require(desk.officer, ACT)
    phone, name = national_number(new.phone), new.name.strip()
    if new.kind not in KINDS:
        raise BadInput("kind: there is no such request.")
    if phone is None:
        raise BadInput("phone: this is not a Vietnamese subscriber's number.")
    _require_text("name", name, 2, LONGEST)
    _require_text("identity", new.identity.strip(), SHORTEST_REASON, LONGEST_REASON)
    row = {
        "kind": new.kind,
        "phone": phone,
        "name": name,
        "identity": new.identity.strip(),
        "reports": json.dumps(_own(tx, phone, name)),
        "received_at": desk.now,
        "received_by": desk.who.actor,
        "due_at": desk.now + TIME,
    }
    number: int = tx.write().execute(insert(_request).returning(_request.c.id), row).scalar_one()
    return number


def _require_text(field: str, text: str, least: int, most: int) -> None:
    if not least <= len(text) <= most or not text.isprintable():
        raise BadInput(f"{field}: {least} to {most} signs.")


def _own(tx: Transaction, phone: str, name: str) -> list[int]:
    """The reports from this number under this name, however it is written; without any name, too."""
    wanted = select(_report.c.id, _report.c.reporter_name).where(
        _report.c.phone == phone, _report.c.anonymised_at.is_(None)
    )
    rows = tx.read.execute(wanted.order_by(_report.c.id)).all()
    return [row.id for row in rows if fold(row.reporter_name) in ("", fold(name))]


@dataclass(frozen=True, slots=True)
class Request:
    """A request with the reports that it is about, and how many others came from the same number."""

    row: Any
    reports: Sequence[Any]
    others: int

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.row.closed_at is None


def read(tx: Transaction, number: int) -> Request:
    """One request; raises NotFound."""
    row = tx.read.execute(select(_request).where(_request.c.id == number)).one_or_none()
    if row is None:
        raise NotFound(f"There is no request {number}.")
    ids = json.loads(row.reports)
    found = tx.read.execute(select(_report).where(_report.c.id.in_(ids)).order_by(_report.c.id)).all()
    same = select(_report.c.id).where(_report.c.phone == row.phone) if row.phone else None
    others = set(tx.read.execute(same).scalars()) - set(ids) if same is not None else set()
    return Request(row, found, len(others))


def listed(tx: Transaction, before: int | None = None) -> Sequence[Any]:
    """Open requests, the most urgent first, then one page of closed ones, the newest first."""
    waiting = select(_request).where(_request.c.closed_at.is_(None)).order_by(_request.c.due_at, _request.c.id)
    closed = select(_request).where(_request.c.closed_at.is_not(None)).order_by(_request.c.id.desc()).limit(PAGE)
    if before is not None:
        return tx.read.execute(closed.where(_request.c.id < before)).all()
    return [*tx.read.execute(waiting), *tx.read.execute(closed)]


def close(tx: Transaction, desk: Desk, number: int, outcome: str, answer: str) -> None:
    """Note what became of a request; a refusal says why. Raises Forbidden, BadInput, NotFound, Stale."""
    access.require(desk.officer, ACT)
    if outcome not in OUTCOMES:
        raise BadInput("outcome: there is no such one.")
    _require_text("answer", answer.strip(), SHORTEST_REASON if outcome == REFUSED else 0, 2000)
    row = {"closed_at": desk.now, "closed_by": desk.who.actor, "outcome": outcome, "answer": answer.strip()}
    still = update(_request).where(_request.c.id == number, _request.c.closed_at.is_(None))
    if tx.write().execute(still.values(**row)).rowcount != 1:
        read(tx, number)
        raise Stale("The request has been answered already.")


def correct(tx: Transaction, desk: Desk, request: Request, report_id: int, said: Mapping[str, str]) -> None:
    """Correct particulars of a report as its citizen asks, as an act in the case's history with `reason` among `said`.

    Raises Forbidden, BadInput naming the field, NotFound for a report that the request is not about, Stale.
    """
    access.require(desk.officer, ACT)
    report = next((row for row in request.reports if row.id == report_id), None)
    if report is None or report.anonymised_at is not None:
        raise NotFound("The request is not about this report.")
    if not request.open or request.row.kind != CORRECT:
        raise Stale("The request has been answered already.")
    reason = said.get("reason", "").strip()
    _require_text("reason", reason, SHORTEST_REASON, LONGEST_REASON)
    new = {name: said[name].strip() for name in CORRECTABLE if name in said}
    changed = {name: value for name, value in _checked(new).items() if value != getattr(report, name)}
    if not changed:
        raise BadInput("Nothing is another than before.")
    salt = secrets.token_bytes(16)
    before = {f"before_{name}": getattr(report, name) for name in changed}
    reports.correct(tx, report_id, changed)
    detail = {"reason": reason, "fields": sorted(changed), "personal": history.salted(salt, {**changed, **before})}
    for instance_id in _cases(tx, report_id):
        history.record(tx, instance_id, Entry(desk.now, desk.who, "correct", "", detail))
        row = {"instance_id": instance_id, "task_engine_id": 0, "at": desk.now, "actor": desk.who.actor}
        content = json.dumps({**changed, **before}, ensure_ascii=False)
        tx.write().execute(insert(_submission), {**row, "form": CORRECT, "content": content, "salt": salt})


def _checked(new: Mapping[str, str]) -> dict[str, str]:
    checked = dict(new)
    for name, value in new.items():
        if len(value) > LONGEST or not value.isprintable() or (not value and name != "email"):
            raise BadInput(f"{name}: 1 to {LONGEST} signs.")
    if "phone" in new:
        phone = national_number(new["phone"])
        if phone is None:
            raise BadInput("phone: this is not a Vietnamese subscriber's number.")
        checked["phone"] = phone
    if new.get("email") and not _EMAIL.fullmatch(new["email"]):
        raise BadInput("email: this is not an address.")
    return checked


def _cases(tx: Transaction, report_id: int) -> list[int]:
    wanted = select(_instance.c.id).where(_instance.c.report_id == report_id).order_by(_instance.c.id)
    return list(tx.read.execute(wanted).scalars())


def erase(tx: Transaction, desk: Desk, request: Request) -> dict[str, str]:
    """Forget the reports of a request whose cases have ended; returns why each of the others stays, by code.

    Raises Forbidden, Stale. Name and number of who asked are forgotten too when everything is.
    """
    access.require(desk.officer, ACT)
    if not request.open or request.row.kind != ERASE:
        raise Stale("The request has been answered already.")
    ids = [row.id for row in request.reports if row.anonymised_at is None]
    plan = retention.plan(tx, ids, desk.now)
    if plan.ready:
        retention.forget(tx, plan.ready, desk.who, desk.now, "data subject")
    if not plan.kept:
        gone = update(_request).where(_request.c.id == request.row.id)
        tx.write().execute(gone.values(phone="", name="", identity=""))
    codes = {row.id: row.code for row in request.reports}
    return {codes[number]: why for number, why in plan.kept.items()}


def hold(tx: Transaction, desk: Desk, code: str, reason: str) -> None:
    """Keep the data of a report until the hold is released; raises Forbidden, BadInput, NotFound."""
    access.require(desk.officer, ACT)
    _require_text("reason", reason.strip(), SHORTEST_REASON, LONGEST_REASON)
    report_id = _report_of(tx, code)
    if tx.read.execute(select(_hold.c.report_id).where(_hold.c.report_id == report_id)).first() is not None:
        raise BadInput("hold: the data is held already.")
    row = {"report_id": report_id, "reason": reason.strip(), "at": desk.now, "by": desk.who.actor}
    tx.write().execute(insert(_hold), row)
    for instance_id in _cases(tx, report_id):
        history.record(tx, instance_id, Entry(desk.now, desk.who, "hold", "", {"reason": reason.strip()}))


def release(tx: Transaction, desk: Desk, code: str) -> None:
    """End a hold; raises Forbidden, BadInput, NotFound."""
    access.require(desk.officer, ACT)
    report_id = _report_of(tx, code)
    if tx.write().execute(_hold.delete().where(_hold.c.report_id == report_id)).rowcount != 1:
        raise NotFound("The data is not held.")
    for instance_id in _cases(tx, report_id):
        history.record(tx, instance_id, Entry(desk.now, desk.who, "release_hold", "", {}))


def holds(tx: Transaction) -> Sequence[Any]:
    """What is held, as (code, reason, at, by), the newest first."""
    wanted = select(_report.c.code, _hold.c.reason, _hold.c.at, _hold.c.by)
    return tx.read.execute(wanted.join(_report, _report.c.id == _hold.c.report_id).order_by(_hold.c.at.desc())).all()


def _report_of(tx: Transaction, code: str) -> int:
    found: int | None = tx.read.execute(select(_report.c.id).where(_report.c.code == case_code.parse(code))).scalar()
    if found is None:
        raise NotFound(f"There is no case {code}.")
    return found
