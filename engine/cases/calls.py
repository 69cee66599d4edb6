"""Turns a hotline call into a case in one transaction: filed, received and handed over, answered or diverted (R1, R2).

A call about a case that is already open joins it: the caller gets their own code and is informed of the result with the
others. What was typed is never dropped: a text that belongs to another outcome is a fault to be decided on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from engine.cases import attachments, intake, map_points, own_work, report_links, tasks
from engine.cases.attachments import CleanFile
from engine.cases.intake import FiledReport, NewReport
from engine.cases.reports import PARTICULARS
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import Invalid, NotFound
from engine.process import definitions, history, known_fields
from engine.process.act_detail import ActDetail
from engine.process.definitions import DefinitionRef
from engine.process.history import AuditEntry
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Report, ReportLink, Task
from engine.world.world import World
from forms.schema import Form, FormFacts, InvalidAnswers

FORM = RECEIVE = "receive"
ANSWER = "answer"  # The form in which the hotline records that the citizen was told the result.
EMERGENCY = "emergency"
REPEAT = report_links.REPEAT
# The processes that handle citizens' reports: in a province with districts, and in one without.
REPORT_PROCESSES = ("citizen_report", "citizen_report_two_level")
PERMISSION = "take_calls"
# Form fields that only one outcome has a use for, and the rule that another one breaks.
OUTCOME_TEXTS = {"given_answer": "call-given-answer-left-over", "divert_reason": "call-divert-reason-left-over"}

_report, _link, _task, _instance = table_of(Report), table_of(ReportLink), table_of(Task), table_of(Instance)


@dataclass(frozen=True, slots=True)
class Call:
    """What was entered during a call: the channel, the form's values, the files; how long it lasted, if measured."""

    channel: str
    values: Mapping[str, object]
    files: Mapping[str, Sequence[CleanFile]]
    seconds: int | None = None


def report_definition(tx: Transaction, world: World) -> DefinitionRef:
    """The process definition for citizens' reports in this province; raises NotFound when none is deployed."""
    return definitions.find_by_key(tx, REPORT_PROCESSES[0 if world.units.has_districts else 1])


def receive_form(tx: Transaction, world: World) -> Form:
    """The form that receives a report."""
    schema = definitions.load_deployment(tx, report_definition(tx, world).digest).forms.get(FORM)
    if schema is None:
        raise NotFound("report-form-missing", form=FORM)
    return schema


def register_call(tx: Transaction, desk: Desk, call: Call) -> FiledReport:
    """File the report and complete its first task; raises Forbidden, InvalidForm, UnacceptableFile, StepFailed."""
    access.require_permission(desk.officer, PERMISSION)
    form = receive_form(tx, desk.world)
    _require_nothing_dropped(form, call.values)
    values, _said_below = _follow_point(tx, desk.world, form, _applicable_values(form, call.values))
    new_report = replace(build_report(tx, desk, values, call.channel), call_seconds=call.seconds)
    if new_report.urgency == EMERGENCY and not new_report.reporter_name:
        # An emergency needs no name (R18); one that the caller gave is kept all the same.
        new_report = replace(new_report, reporter_name=str(call.values.get("reporter_name") or "").strip())
    filed = intake.file_report(tx, new_report, report_definition(tx, desk.world), desk.who, desk.world)
    query = select(_task.c.id, _task.c.version).where(_task.c.instance_id == filed.instance_id, _task.c.node == RECEIVE)
    task = tx.read.execute(query).one()
    tasks.complete(tx, desk, task.id, task.version, values, call.files)
    return filed


def _require_nothing_dropped(receive: Form, values: Mapping[str, object]) -> None:
    """Raise InvalidForm for a text that was typed for another outcome: it would be lost without a word."""
    typed = [key for key in OUTCOME_TEXTS if key in receive.inputs and str(values.get(key) or "").strip()]
    hidden = receive.hidden_keys(values)
    lost = [key for key in typed if key in hidden]
    if lost:
        raise InvalidForm({key: [Invalid(key, OUTCOME_TEXTS[key])] for key in lost})


def _applicable_values(receive: Form, values: Mapping[str, object]) -> dict[str, object]:
    """The values without those that the outcome makes irrelevant: the page offers all of them at once."""
    applicable = dict(values)
    if applicable.get("outcome") == EMERGENCY:
        applicable["urgency"] = EMERGENCY
    hidden = receive.hidden_keys(applicable)
    return {key: value for key, value in applicable.items() if key not in hidden}


def build_report(tx: Transaction, desk: Desk, values: Mapping[str, object], channel: str) -> NewReport:
    """The report described by the form's values; raises InvalidForm with the invalid fields."""
    units, form = desk.world.units, receive_form(tx, desk.world)
    values, off_the_map = _follow_point(tx, desk.world, form, values)
    try:
        facts = FormFacts(now=desk.now, received=desk.now, opened=desk.now)
        parsed = form.load(values, **units.known_codes, facts=facts)
    except InvalidAnswers as invalid:
        raise InvalidForm({**invalid.errors, **off_the_map}) from invalid
    if off_the_map:
        raise InvalidForm(off_the_map)
    answers = {**parsed.case, **parsed.process}
    particulars: dict[str, Any] = {key: str(answers.get(key) or "") for key in PARTICULARS}
    return NewReport(received_at=desk.now, channel=channel, **particulars)


def _follow_point(
    tx: Transaction, world: World, form: Form, values: Mapping[str, object]
) -> tuple[Mapping[str, object], dict[str, list[Invalid]]]:
    """The values with the commune of the point on the map, and what is wrong with the point, by field."""
    if map_points.POSITION not in form.inputs:
        return values, {}
    try:
        return map_points.follow_point(tx, world.units, values), {}
    except Invalid as fault:
        return values, {fault.field: [fault]}


def join_case(tx: Transaction, desk: Desk, call: Call, code: str) -> tuple[int, str]:
    """Join a caller to the open case `code` instead of filing it again; returns the id and code of their own report.

    Raises Forbidden, NotFound, InvalidForm, UnacceptableFile, Invalid for a substitute of the hotline whose own work
    the caller would rate.
    """
    access.require_permission(desk.officer, PERMISSION)
    main_report_id, main_instance_id = intake.find_answering_case(tx, code)
    absent = desk.behalf_by(PERMISSION)
    own_work.require_other_eyes(tx, desk.officer, main_instance_id, "outcome", borrows=bool(absent))
    form, typed = receive_form(tx, desk.world), {**call.values, "outcome": "handed_over"}
    _require_nothing_dropped(form, typed)
    new_report = build_report(tx, desk, _applicable_values(form, typed), call.channel)
    fields = known_fields.active_fields(tx)
    new_report = intake.check_report(replace(new_report, call_seconds=call.seconds), desk.world, fields)
    stored = intake.store_report(tx, new_report)
    files = [file for files in call.files.values() for file in files]
    attachments.add_files(tx, stored.id, files, desk.who.actor, desk.now)
    report_links.add_link(tx, stored.id, main_report_id, REPEAT, desk.now)
    detail = ActDetail(code=stored.code, report=stored.digests, absent=absent)
    history.append_entry(tx, main_instance_id, AuditEntry(desk.now, desk.who, REPEAT, "", detail))
    return stored.id, stored.code


def list_joined_cases(tx: Transaction, report_ids: Sequence[int]) -> list[tuple[int, str]]:
    """For those of the reports that joined a case: the case, whose history records them, and the report's own code."""
    query = (
        select(_instance.c.id, _report.c.code)
        .join(_link, _link.c.other_id == _instance.c.report_id)
        .join(_report, _report.c.id == _link.c.report_id)
        .where(_link.c.report_id.in_(report_ids), _link.c.kind == REPEAT, _link.c.undone_at.is_(None))
        .order_by(_instance.c.id, _report.c.id)
    )
    return [(row.id, row.code) for row in tx.read.execute(query)]


def list_joined_callers(tx: Transaction, report_id: int) -> list[tuple[str, str, str]]:
    """The citizens of all reports that hang on a case and are also told its result, as (code, name, phone)."""
    hanging = report_links.list_hanging_reports(tx, report_id)
    return [(row.code, row.reporter_name, row.phone) for row in hanging]
