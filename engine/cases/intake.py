"""Intake of a citizen's report: checks it, stores it with its personal data and starts a process instance (R1).

The process itself gets only routing facts: field, urgency, place, channel.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from engine.actor import Actor
from engine.bpmn.actions import Start, Step
from engine.cases import code_search, report_links, reports
from engine.cases.emergency_words import list_emergency_words
from engine.clock import VIETNAM
from engine.errors import Invalid, NotFound
from engine.process import definitions, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.code_format import format_code
from engine.process.definitions import DefinitionRef
from engine.process.report_fields import ReportField
from engine.province import provinces
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report
from engine.translation.catalogue import N_
from engine.translation.wording import Term
from engine.world.world import World
from forms import texts
from forms.phones import phone_entry_text
from forms.positions import position_text

URGENCIES = ("normal", "urgent", "emergency")
CHANNELS = ("phone", "web", "app", "mail")
JUDGED_CHANNEL = "phone"  # An operator says how urgent it is while the caller speaks.
MAX_TEXT_LENGTH = 10_000
TEXTS = ("reporter_name", "address", "position", "email", "content")

# What people call the parts of a report.
CAPTIONS = {
    "field": Term(N_("lĩnh vực")),
    "urgency": Term(N_("mức độ khẩn")),
    "channel": Term(N_("kênh tiếp nhận")),
    "reporter_name": Term(N_("họ tên người phản ánh")),
    "phone": Term(N_("số điện thoại")),
    "address": Term(N_("địa chỉ")),
    "position": Term(N_("vị trí trên bản đồ")),
    "email": Term(N_("thư điện tử")),
    "content": Term(N_("nội dung phản ánh")),
    "received_at": Term(N_("thời điểm tiếp nhận")),
    "due": Term(N_("hạn giải quyết")),
}

_report = table_of(Report)


@dataclass(frozen=True, slots=True)
class NewReport:
    """The content of a report to file.

    `place` is a commune's code, `phone` what a telephone field holds, `position` a point on the map or ""; `due` is an
    explicit deadline on the 24/7 clock if somebody else has set one; `call_seconds` is how long the call lasted, None
    when it was none or was not measured.
    In an emergency the name may be missing and is completed later (R18), as in the form `receive`.
    """

    received_at: datetime
    channel: str
    field: str
    urgency: str
    place: str
    reporter_name: str = ""
    phone: str = ""
    address: str = ""
    position: str = ""
    email: str = ""
    content: str = ""
    due: datetime | None = None
    call_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class FiledReport:
    """A filed report: its row, its code, its process instance and the first step."""

    report_id: int
    code: str
    instance_id: int
    step: Step


@dataclass(frozen=True, slots=True)
class UnstartedReport:
    """A report without a process yet: its row, its code, and what history keeps of its particulars."""

    id: int
    code: str
    digests: Mapping[str, str]


def file_report(
    tx: Transaction, new_report: NewReport, definition: DefinitionRef, who: Actor, world: World
) -> FiledReport:
    """Store a report and start its process at `new_report.received_at`; raises Invalid for an invalid field."""
    fields = definitions.load_deployment(tx, definition.digest).report_fields
    report = _raise_urgency(check_report(new_report, world, fields))
    stored = store_report(tx, report)
    start = Start(routing_facts(report, stored.id, stored.code))
    act = Command(start, who, report.received_at, detail=ActDetail(report=stored.digests))
    instance_id, step = instances.start_instance(tx, definition, act, world, report_id=stored.id)
    return FiledReport(stored.id, stored.code, instance_id, step)


def _raise_urgency(report: NewReport) -> NewReport:
    """A report that nobody has judged yet is urgent if it speaks of an emergency; at the telephone somebody has."""
    if report.channel == JUDGED_CHANNEL or report.urgency != "normal" or not list_emergency_words(report.content):
        return report
    return replace(report, urgency="urgent")


def store_report(tx: Transaction, report: NewReport) -> UnstartedReport:
    """Store a checked report without starting a process."""
    connection = tx.write()
    row = {key: value for key, value in asdict(report).items() if key != "due"} | {"salt": reports.new_salt()}
    row |= reports.phone_columns(report.phone)
    insertion = insert(_report).returning(_report.c.id)
    report_id: int = connection.execute(insertion, row | reports.derived_columns(row)).scalar_one()
    code = format_code(provinces.load_identity(tx).letters, report.received_at.astimezone(VIETNAM).year, report_id)
    connection.execute(update(_report).where(_report.c.id == report_id).values(code=code))
    return UnstartedReport(report_id, code, reports.particulars_digests(row))


def find_open_case(tx: Transaction, code: str) -> tuple[int, int]:
    """The ids of the report with this code and of its open case; for one that joined another's case, of that one.

    Raises BadInput for an invalid code, NotFound.
    """
    code = code_search.resolve_code(tx, code)
    report_id = tx.read.execute(select(_report.c.id).where(_report.c.code == code)).scalar()
    if report_id is None:
        raise NotFound("open-case-unknown", code=code)
    instance_id = report_links.open_case_id(tx, report_id)
    if instance_id is None:
        report_id = report_links.main_report_id(tx, report_id)
        instance_id = report_links.open_case_id(tx, report_id)
    if instance_id is None:
        raise NotFound("open-case-unknown", code=code)
    return report_id, instance_id


def find_answering_case(tx: Transaction, code: str) -> tuple[int, int]:
    """The ids of the report whose open case answers the report with this code, and of that case.

    They are its own unless it hangs on another. Raises BadInput for an invalid code, NotFound when that case has ended.
    """
    named_report_id, _named_case = find_open_case(tx, code)
    report_id = report_links.main_report_id(tx, named_report_id)
    instance_id = report_links.open_case_id(tx, report_id)
    if instance_id is None:
        raise NotFound("open-case-unknown", code=code)
    return report_id, instance_id


def routing_facts(report: Any, report_id: int, code: str) -> dict[str, object]:
    """The facts of a new or stored report that the process may know: nothing personal."""
    due = getattr(report, "due", None)
    return {
        "case": report_id,
        "code": code,
        "field": report.field,
        "urgency": report.urgency,
        "place": report.place,
        "channel": report.channel,
        "due": due.isoformat() if due else None,
    }


def check_report(report: NewReport, world: World, fields: Iterable[ReportField]) -> NewReport:
    """The report with its texts, address of mail and phone number normalised, whichever entrance it came by.

    `fields` are those it may have. Raises Invalid for the first invalid value (R1).
    """
    _require_known_values(report, world, tuple(field.key for field in fields))
    for name in TEXTS:
        _require_storable(name, getattr(report, name))
    tidied: dict[str, Any] = {name: _normalise_text(name, getattr(report, name)) for name in TEXTS}
    report = replace(report, **tidied)
    for name, at in (("received_at", report.received_at), ("due", report.due)):
        if at is not None and at.tzinfo is None:
            raise Invalid(name, "report-time-without-zone", caption=CAPTIONS[name], at=at)
    _require_particulars(report)
    if not report.phone:
        return report
    phone = phone_entry_text(report.phone)
    if phone is None:
        raise Invalid("phone", "report-phone-malformed")
    return replace(report, phone=phone)


def _normalise_text(name: str, text: str) -> str:
    """The text as forms store it; raises Invalid."""
    tidied = texts.tidy_text(text, MAX_TEXT_LENGTH, lines=name == "content")
    if tidied == texts.BLOCKED:
        raise Invalid(name, "report-text-unreadable", caption=CAPTIONS[name])
    if name == "position" and tidied:
        position = position_text(tidied)
        if position is None:
            raise Invalid(name, "form-answer-position")
        return position
    return texts.mail_address(tidied) if name == "email" else tidied


def _require_known_values(report: NewReport, world: World, fields: Sequence[str]) -> None:
    for name, value, allowed in (
        ("field", report.field, fields),
        ("urgency", report.urgency, URGENCIES),
        ("channel", report.channel, CHANNELS),
    ):
        if value not in allowed:
            raise Invalid(name, "report-value-unknown", caption=CAPTIONS[name], value=value, allowed=allowed)
    if not world.units.knows_commune(report.place):
        raise Invalid("place", "report-place-unknown", place=report.place)


def _require_particulars(report: NewReport) -> None:
    """Require name, phone number and address (R1); in an emergency the name may follow later (R18)."""
    all_missing = reports.missing_particulars(asdict(report))
    missing = [name for name in all_missing if report.urgency != "emergency" or name != "reporter_name"]
    if missing:
        raise Invalid(missing[0], "report-incomplete", caption=CAPTIONS[missing[0]])


def _require_storable(name: str, text: str) -> None:
    """Reject texts that are too long; how they are spelled is looked at afterwards."""
    if len(text) > MAX_TEXT_LENGTH:
        raise Invalid(name, "report-text-too-long", caption=CAPTIONS[name], most=MAX_TEXT_LENGTH)
