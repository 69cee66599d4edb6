"""Data subject requests: access, correction and erasure (Decree 13/2023/NĐ-CP, articles 14 to 16).

A request is opened once the citizen's identity has been checked, and must be answered within 72 hours. Its reports are
found by phone number and name: other people who reported from the same number are not part of it.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from engine.cases import calls, code_search, reports
from engine.cases.tasks import Desk
from engine.errors import BadInput, Invalid, NotFound, Stale
from engine.journal import acts, journal
from engine.journal.salted_digests import salted_digests
from engine.privacy import matter_retention, retention
from engine.process import history
from engine.process.act_detail import NO_DETAIL, ActDetail
from engine.process.history import AuditEntry
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.json_text import stored_list
from engine.store.models import DataHold, DataRequest, Instance, Matter, MatterHold, Report, Submission
from engine.text import strip_diacritics
from forms import texts
from forms.phones import phone_entry_text
from forms.positions import position_text
from forms.texts import national_number

PERMISSION = "privacy"
GET, CORRECT, ERASE = KINDS = ("access", "correct", "erase")
DONE, PARTLY, REFUSED = OUTCOMES = ("done", "partly", "refused")
ANSWER_WITHIN = timedelta(hours=72)
PAGE_SIZE = 50
ERASURE_REASON = "theo yêu cầu của chủ thể dữ liệu"  # As the case's history shows it, worded as an officer would.
CORRECTABLE = ("reporter_name", "phone", "address", "position", "email")
MAY_BE_EMPTY = ("position", "email")
REASON_LENGTHS = SHORTEST_REASON, LONGEST_REASON = 5, 500
MAX_FIELD_LENGTH, LONGEST_ANSWER = 300, 2000
_PARTICULAR_RULES: Mapping[str, str] = {
    "reporter_name": "reporter-name-length",
    "phone": "data-subject-phone-invalid",
    "address": "reporter-address-length",
    "position": "form-answer-position",
    "email": "reporter-email-invalid",
}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")

_request, _report, _instance = table_of(DataRequest), table_of(Report), table_of(Instance)
_hold, _submission = table_of(DataHold), table_of(Submission)
_matter, _matter_hold = table_of(Matter), table_of(MatterHold)


@dataclass(frozen=True, slots=True)
class NewDataSubjectRequest:
    """What is requested, by whom, and how their identity was checked."""

    kind: str
    phone: str
    name: str
    identity: str


def open_data_request(tx: Transaction, desk: Desk, new: NewDataSubjectRequest) -> int:
    """Open a request and find its reports; returns its id. Raises Forbidden, BadInput naming the field."""
    access.require_permission(desk.officer, PERMISSION)
    phone, name = national_number(new.phone), _tidy_field(new.name)
    if new.kind not in KINDS:
        raise Invalid("kind", "data-request-kind-unknown")
    if phone is None:
        raise Invalid("phone", "data-subject-phone-invalid")
    _require_length("name", "data-subject-name-length", name, (2, MAX_FIELD_LENGTH))
    _require_length("identity", "identity-check-length", new.identity.strip(), REASON_LENGTHS)
    row = {
        "kind": new.kind,
        "phone": phone,
        "name": name,
        "identity": _tidy_field(new.identity),
        "reports": json.dumps(_reports_of_person(tx, phone, name)),
        "matters": json.dumps(matter_retention.matters_of_person(tx, phone, name)),
        "received_at": desk.now,
        "received_by": desk.who.actor,
        "due_at": desk.now + ANSWER_WITHIN,
    }
    request_id: int = tx.write().execute(insert(_request).returning(_request.c.id), row).scalar_one()
    journal.record(tx, desk.stamp, acts.OPEN_DATA_REQUEST, f"data_request:{request_id}", kind=new.kind)
    return request_id


def _tidy_field(text: str) -> str:
    """The text as forms store it; what nobody could store stays as it is, for its check."""
    tidied = texts.tidy_text(text, MAX_FIELD_LENGTH)
    return text if tidied == texts.BLOCKED else tidied


def _require_length(field: str, rule: str, text: str, lengths: tuple[int, int]) -> None:
    least, most = lengths
    if not least <= len(text) <= most or not text.isprintable():
        raise Invalid(field, rule, least=least, most=most)


def _reports_of_person(tx: Transaction, phone: str, name: str) -> list[int]:
    """The reports from this number under this name, however it is spelled, or under no name."""
    query = select(_report.c.id, _report.c.reporter_name).where(
        reports.has_phone(phone), _report.c.anonymised_at.is_(None)
    )
    rows = tx.read.execute(query.order_by(_report.c.id)).all()
    return [row.id for row in rows if strip_diacritics(row.reporter_name) in ("", strip_diacritics(name))]


@dataclass(frozen=True, slots=True)
class DataSubjectRequest:
    """A request with its reports, how many others came from the same number, and what its officer has begun."""

    row: Any
    reports: Sequence[Any]
    others: int
    matters: Sequence[Any] = ()

    @property
    def open(self) -> bool:
        """Whether the request still awaits an answer."""
        return self.row.closed_at is None


def load_data_request(tx: Transaction, request_id: int) -> DataSubjectRequest:
    """One request; raises NotFound."""
    row = tx.read.execute(select(_request).where(_request.c.id == request_id)).one_or_none()
    if row is None:
        raise NotFound("data-request-unknown")
    ids = stored_list(row.reports)
    report_rows = tx.read.execute(select(_report).where(_report.c.id.in_(ids)).order_by(_report.c.id)).all()
    same = select(_report.c.id).where(reports.has_phone(row.phone)) if row.phone else None
    others = set(tx.read.execute(same).scalars()) - set(ids) if same is not None else set()
    begun = select(_matter).where(_matter.c.instance_id.in_(stored_list(row.matters))).order_by(_matter.c.instance_id)
    return DataSubjectRequest(row, report_rows, len(others), tx.read.execute(begun).all())


def list_data_requests(tx: Transaction, before: int | None = None) -> Sequence[Any]:
    """Open requests, most urgent first, then one page of closed ones, newest first."""
    waiting = select(_request).where(_request.c.closed_at.is_(None)).order_by(_request.c.due_at, _request.c.id)
    closed = select(_request).where(_request.c.closed_at.is_not(None)).order_by(_request.c.id.desc()).limit(PAGE_SIZE)
    if before is not None:
        return tx.read.execute(closed.where(_request.c.id < before)).all()
    return [*tx.read.execute(waiting), *tx.read.execute(closed)]


def close_data_request(tx: Transaction, desk: Desk, request_id: int, outcome: str, answer: str) -> None:
    """Record the outcome of a request; a refusal needs a reason. Raises Forbidden, BadInput, NotFound, Stale."""
    access.require_permission(desk.officer, PERMISSION)
    if outcome not in OUTCOMES:
        raise Invalid("outcome", "data-request-outcome-unknown")
    rule, least = (
        ("refusal-reason-length", SHORTEST_REASON) if outcome == REFUSED else ("data-request-answer-length", 0)
    )
    _require_length("answer", rule, answer.strip(), (least, LONGEST_ANSWER))
    row = {"closed_at": desk.now, "closed_by": desk.who.actor, "outcome": outcome, "answer": answer.strip()}
    update_open = update(_request).where(_request.c.id == request_id, _request.c.closed_at.is_(None))
    if tx.write().execute(update_open.values(**row)).rowcount != 1:
        load_data_request(tx, request_id)
        raise Stale("data-request-answered-already")
    journal.record(tx, desk.stamp, acts.CLOSE_DATA_REQUEST, f"data_request:{request_id}", outcome=outcome)


def fulfil_correction(
    tx: Transaction, desk: Desk, request: DataSubjectRequest, report_id: int, corrections: Mapping[str, str]
) -> None:
    """Correct particulars of a report at the citizen's request; `corrections["reason"]` goes into the case's history.

    Raises Forbidden, BadInput naming the field, NotFound for a report outside the request, Stale.
    """
    access.require_permission(desk.officer, PERMISSION)
    report = next((row for row in request.reports if row.id == report_id), None)
    if report is None or report.anonymised_at is not None:
        raise NotFound("report-outside-data-request")
    if not request.open or request.row.kind != CORRECT:
        raise Stale("data-request-answered-already")
    reason = corrections.get("reason", "").strip()
    require_reason(reason)
    new_values = {name: _tidy_field(corrections[name]) for name in CORRECTABLE if name in corrections}
    changed = {
        name: value
        for name, value in _checked_particulars(new_values).items()
        if value != reports.particular_of(report, name)
    }
    if not changed:
        raise BadInput("correction-changes-nothing")
    salt = secrets.token_bytes(16)
    before = {f"before_{name}": reports.particular_of(report, name) for name in changed}
    reports.correct_particulars(tx, report_id, changed)
    fields = tuple(sorted(changed))
    detail = ActDetail(reason=reason, fields=fields, personal=salted_digests(salt, {**changed, **before}))
    for instance_id in _case_ids(tx, report_id):
        history.append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, "correct", "", detail))
        row = {"instance_id": instance_id, "task_engine_id": 0, "at": desk.now, "actor": desk.who.actor}
        content = json.dumps({**changed, **before}, ensure_ascii=False)
        tx.write().execute(insert(_submission), {**row, "form": CORRECT, "content": content, "salt": salt})
    digests = salted_digests(reports.salt_of(tx, report_id), changed)
    joined = ActDetail(reason=reason, fields=fields, report=digests)
    _record_at_joined_cases(tx, desk, report_id, "correct", joined)


def require_reason(reason: str) -> None:
    """Require the reason of a correction; raises Invalid."""
    _require_length("reason", "correction-reason-length", reason, REASON_LENGTHS)


def _record_at_joined_cases(tx: Transaction, desk: Desk, report_id: int, act: str, detail: ActDetail) -> None:
    """Record an act on a report that joined another one's case, in that case's history."""
    for instance_id, code in calls.list_joined_cases(tx, [report_id]):
        history.append_entry(
            tx, instance_id, AuditEntry(desk.now, desk.who, act, "", msgspec.structs.replace(detail, code=code))
        )


def _checked_particulars(new: Mapping[str, str]) -> dict[str, str]:
    checked = dict(new)
    for name, value in new.items():
        if len(value) > MAX_FIELD_LENGTH or not value.isprintable() or (not value and name not in MAY_BE_EMPTY):
            raise Invalid(name, _PARTICULAR_RULES[name], most=MAX_FIELD_LENGTH)
    if "phone" in new:
        entry = phone_entry_text(new["phone"])
        if entry is None:
            raise Invalid("phone", "data-subject-phone-invalid")
        checked["phone"] = entry
    if new.get("email"):
        checked["email"] = texts.mail_address(new["email"])
        if not _EMAIL.fullmatch(checked["email"]):
            raise Invalid("email", _PARTICULAR_RULES["email"])
    if new.get("position"):
        position = position_text(new["position"])
        if position is None:
            raise Invalid("position", _PARTICULAR_RULES["position"])
        checked["position"] = position
    return checked


def _case_ids(tx: Transaction, report_id: int) -> list[int]:
    query = select(_instance.c.id).where(_instance.c.report_id == report_id).order_by(_instance.c.id)
    return list(tx.read.execute(query).scalars())


def fulfil_erasure(tx: Transaction, desk: Desk, request: DataSubjectRequest) -> dict[str, str]:
    """Erase what a request is about and has ended; returns why each of the others is kept, by code.

    Raises Forbidden, Stale. The requester's name and number are erased too once every report is.
    """
    access.require_permission(desk.officer, PERMISSION)
    if not request.open or request.row.kind != ERASE:
        raise Stale("data-request-answered-already")
    ids = [row.id for row in request.reports if row.anonymised_at is None]
    plan = retention.plan_erasure(tx, ids, desk.now)
    if plan.ready:
        retention.erase_reports(tx, plan.ready, desk.who, desk.now, ERASURE_REASON)
    begun = [row.instance_id for row in request.matters if row.anonymised_at is None]
    matter_plan = matter_retention.plan_matter_erasure(tx, begun, desk.now, None)
    if matter_plan.ready:
        matter_retention.erase_matters(tx, matter_plan.ready, desk.who, desk.now, ERASURE_REASON)
    if not plan.retention_reasons and not matter_plan.retention_reasons:
        statement = update(_request).where(_request.c.id == request.row.id)
        tx.write().execute(statement.values(phone="", name="", identity=""))
    codes = {row.id: row.code for row in request.reports}
    stays = {codes[report_id]: why for report_id, why in plan.retention_reasons.items()}
    own_codes = {row.instance_id: row.code for row in request.matters}
    return stays | {own_codes[instance_id]: why for instance_id, why in matter_plan.retention_reasons.items()}


def place_hold(tx: Transaction, desk: Desk, code: str, reason: str) -> None:
    """Retain the data of a report, or of work without one, until the hold is released.

    Raises Forbidden, BadInput, NotFound.
    """
    access.require_permission(desk.officer, PERMISSION)
    _require_length("reason", "data-hold-reason-length", reason.strip(), REASON_LENGTHS)
    begun = code_search.begun_instance(tx, code)
    if begun is not None:
        _hold_matter(tx, desk, begun, reason.strip())
        return
    report_id = code_search.find_report_id(tx, code)
    if tx.read.execute(select(_hold.c.report_id).where(_hold.c.report_id == report_id)).first() is not None:
        raise BadInput("data-held-already")
    row = {"report_id": report_id, "reason": reason.strip(), "at": desk.now, "by": desk.who.actor}
    tx.write().execute(insert(_hold), row)
    for instance_id in _case_ids(tx, report_id):
        history.append_entry(
            tx, instance_id, AuditEntry(desk.now, desk.who, "hold", "", ActDetail(reason=reason.strip()))
        )
    _record_at_joined_cases(tx, desk, report_id, "hold", ActDetail(reason=reason.strip()))


def _hold_matter(tx: Transaction, desk: Desk, instance_id: int, reason: str) -> None:
    if tx.read.execute(select(_matter_hold).where(_matter_hold.c.instance_id == instance_id)).first() is not None:
        raise BadInput("data-held-already")
    row = {"instance_id": instance_id, "reason": reason, "at": desk.now, "by": desk.who.actor}
    tx.write().execute(insert(_matter_hold), row)
    history.append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, "hold", "", ActDetail(reason=reason)))


def release_hold(tx: Transaction, desk: Desk, code: str) -> None:
    """Release a hold; raises Forbidden, BadInput, NotFound."""
    access.require_permission(desk.officer, PERMISSION)
    begun = code_search.begun_instance(tx, code)
    if begun is not None:
        if tx.write().execute(_matter_hold.delete().where(_matter_hold.c.instance_id == begun)).rowcount != 1:
            raise NotFound("data-not-held")
        history.append_entry(tx, begun, AuditEntry(desk.now, desk.who, "release_hold", ""))
        return
    report_id = code_search.find_report_id(tx, code)
    if tx.write().execute(_hold.delete().where(_hold.c.report_id == report_id)).rowcount != 1:
        raise NotFound("data-not-held")
    for instance_id in _case_ids(tx, report_id):
        history.append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, "release_hold", ""))
    _record_at_joined_cases(tx, desk, report_id, "release_hold", NO_DETAIL)


def list_holds(tx: Transaction) -> Sequence[Any]:
    """Current holds as (code, reason, at, by), newest first."""
    reports = select(_report.c.code, _hold.c.reason, _hold.c.at, _hold.c.by)
    matters = select(_matter.c.code, _matter_hold.c.reason, _matter_hold.c.at, _matter_hold.c.by)
    rows = [
        *tx.read.execute(reports.join(_report, _report.c.id == _hold.c.report_id)),
        *tx.read.execute(matters.join(_matter, _matter.c.instance_id == _matter_hold.c.instance_id)),
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)
