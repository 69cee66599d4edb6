"""What an officer has begun without a report, as data of their own: given to them and corrected at their request.

Theirs is what they wrote in the form that began it, and its files. What others wrote in it is not theirs alone.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import insert, update

from engine.bpmn.starting import list_start_events
from engine.cases.tasks import Desk
from engine.errors import BadInput, Invalid, NotFound, Stale
from engine.journal.salted_digests import salted_digests
from engine.matters import reading
from engine.matters.reading import CORRECTION, MatterRecord
from engine.privacy import requests
from engine.privacy.requests import DataSubjectRequest
from engine.process import history, matters
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Matter, Submission
from forms.fields import FormField, build_reader, tidy_answer

_matter, _submission = table_of(Matter), table_of(Submission)
_TEXT_KINDS = frozenset({"textfield", "textarea", "phone", "email"})


def load_begun_work(tx: Transaction, desk: Desk, request: DataSubjectRequest) -> list[MatterRecord]:
    """What the request's officer has begun and is not erased; raises Forbidden."""
    access.require_permission(desk.officer, requests.PERMISSION)
    return [reading.load_matter(tx, desk, row) for row in request.matters if row.anonymised_at is None]


def correctable_answers(record: MatterRecord) -> dict[str, tuple[FormField, str]]:
    """The texts in the form that began it, by key, each with its field; what the process keeps to route by stays."""
    form, answers = reading.start_form_of(record), reading.start_answers(record)
    fields = form.inputs.values() if form is not None else ()
    texts = [field for field in fields if field.kind in _TEXT_KINDS and field.store == "case"]
    return {field.key: (field, str(answers.get(field.key) or "")) for field in texts}


def correct_begun_work(
    tx: Transaction, desk: Desk, request: DataSubjectRequest, instance_id: int, answers: Mapping[str, str], reason: str
) -> None:
    """Correct texts of the form that began an instance, by key; the reason goes into its history.

    Raises Forbidden, BadInput naming the field, NotFound for what is outside the request, Stale.
    """
    record = next((one for one in load_begun_work(tx, desk, request) if one.case.id == instance_id), None)
    if record is None:
        raise NotFound("report-outside-data-request")
    if not request.open or request.row.kind != requests.CORRECT:
        raise Stale("data-request-answered-already")
    requests.require_reason(reason)
    before = correctable_answers(record)
    new = {key: _read_answer(before[key][0], value) for key, value in answers.items() if key in before}
    changed = {key: value for key, value in new.items() if value != before[key][1]}
    if not changed:
        raise BadInput("correction-changes-nothing")
    _store_correction(tx, desk, record, reason, {**changed, **{f"before_{key}": before[key][1] for key in changed}})
    event = next((one for one in list_start_events(record.process) if one.matter in changed), None)
    if event is not None:
        columns = matters.line_columns(record.matter.code, record.matter.name, changed[event.matter])
        tx.write().execute(update(_matter).where(_matter.c.instance_id == instance_id).values(columns))


def _read_answer(field: FormField, text: str) -> str:
    """A corrected answer as its form stores it; raises Invalid."""
    try:
        value = build_reader(field).deserialize(tidy_answer(field, text))
    except ValidationError as error:
        problem: Any = error.messages[0]  # An AnswerProblem: `forms` words nothing itself.
        raise Invalid(field.key, problem.rule, **problem.facts) from error
    if field.required and not value:
        raise Invalid(field.key, "form-answer-required")
    return str(value or "")


def _store_correction(
    tx: Transaction, desk: Desk, record: MatterRecord, reason: str, answers: Mapping[str, str]
) -> None:
    """Keep the answers beside the form, and their digests in the history."""
    salt, instance_id = secrets.token_bytes(16), record.case.id
    fields = sorted(key for key in answers if not key.startswith("before_"))
    detail = ActDetail(reason=reason, fields=tuple(fields), personal=salted_digests(salt, answers))
    history.append_entry(tx, instance_id, AuditEntry(desk.now, desk.who, CORRECTION, "", detail))
    row = {"instance_id": instance_id, "task_engine_id": 0, "at": desk.now, "actor": desk.who.actor, "form": CORRECTION}
    content = json.dumps(answers, ensure_ascii=False)
    tx.write().execute(insert(_submission), {**row, "content": content, "salt": salt})
