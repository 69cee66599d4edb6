"""A completed form as a turn of the thread: who filled it in, when, in which step, the answers in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine.cases.instance_record import InstanceRecord
from engine.cases.instance_rows import InstanceEntry, WrittenForm
from engine.cases.reports import PARTICULARS
from engine.clock import parse_instant
from engine.errors import BadInput
from engine.process.act_detail import ActDetail
from engine.world.roles import CITIZEN
from forms.fields import FormField
from web.display import filters
from web.http import request as here

_TEXT_KINDS = frozenset({"textfield", "textarea"})
_REPORTER_KINDS = frozenset({"phone", "email"})
_RESTATED = frozenset(PARTICULARS)


@dataclass(frozen=True, slots=True)
class ThreadEntry:
    """One turn: the step or act, when, by whom in which unit, the answers with their labels; `node` of a step."""

    title: str
    at: datetime
    who: str
    answers: Sequence[tuple[str, str]]
    unit: str = ""
    node: str = ""
    is_form: bool = False


def form_turn(case: InstanceRecord, entry: InstanceEntry, detail: ActDetail, who: str) -> ThreadEntry:
    """The turn of a completed task; `detail` is that of its history entry."""
    task = next((item for item in case.tasks if item.engine_id == detail.task), None)
    stored = submission_of(case, detail.task)
    values = {**detail.form_data, **(json.loads(stored.content) if stored is not None else {})}
    form = case.content.forms.get(task.form) if task is not None else None
    answers = list(answers_of(case, form.inputs if form else {}, values))
    return ThreadEntry(
        title=filters.step_caption(task.name) if task is not None else entry.node,
        at=entry.at,
        who=who,
        answers=answers,
        unit=filters.unit_caption(task.unit_code) if task is not None and task.role != CITIZEN else "",
        node=entry.node,
        is_form=True,
    )


def submission_of(case: InstanceRecord, task_id: int | None) -> WrittenForm | None:
    """What was written in the form of a completed task, by the task's number in the case."""
    return next((row for row in reversed(case.written) if row.task_engine_id == task_id), None)


def answers_of(
    case: InstanceRecord, inputs: Mapping[str, FormField], values: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """The answers in the order of the form; the report's particulars and files stand elsewhere on the page."""
    order = {key: index for index, key in enumerate(inputs)}
    restated = _RESTATED if "content" in inputs else frozenset[str]()
    for key, value in sorted(values.items(), key=lambda item: order.get(item[0], len(order))):
        item = inputs.get(key)
        if key in restated or value in (None, "", [], False) or (item is not None and item.kind == "file"):
            continue
        yield item.caption(here.current_language()) if item else key, _answer_text(case, item, value)


def _answer_text(case: InstanceRecord, item: FormField | None, value: Any) -> str:
    kind = item.kind if item is not None else ""
    if kind in _REPORTER_KINDS and not case.personal:
        return _("(được che)")
    text = format_answer(item, value)
    return case.readable(text) if kind in _TEXT_KINDS or item is None else text


def format_answer(item: FormField | None, value: Any) -> str:
    """An answer in words: a choice by its caption, a unit by its name, an instant in Vietnam time."""
    if isinstance(value, list):
        return ", ".join(format_answer(item, one) for one in value)
    choice = next((one for one in item.choices if one.value == value), None) if item else None
    if choice is not None:
        return choice.caption(here.current_language())
    kind = item.kind if item is not None else ""
    if kind in ("datetime", "date"):
        return _instant_words(str(value)) if kind == "datetime" else "/".join(reversed(str(value).split("-")))
    if kind in ("unit", "commune", "department"):
        return filters.unit_caption(str(value))
    text = filters.phone_text(str(value)) if kind == "phone" else str(value)
    return text if not isinstance(value, bool) else _("có") if value else _("không")


def _instant_words(value: str) -> str:
    try:
        return filters.instant_text(parse_instant(value))
    except BadInput:
        return value
