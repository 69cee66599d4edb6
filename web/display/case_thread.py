"""What was done and said on a case in order of time: who, in which step, when, in which words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from engine.cases import dossier
from engine.cases.dossier import Dossier
from engine.cases.masking import reason_masker
from engine.cases.reports import PARTICULARS
from engine.clock import parse_instant
from engine.errors import BadInput
from engine.process import past_acts
from engine.world.unit_tree import CITIZEN
from forms.fields import FormField
from web.display import filters, history_text
from web.http import request as here

NEWEST_OPEN = 2  # Forms; what was said after the earlier of them is open too.
CONTACT = "contact"
# Acts beside the steps in which somebody says something to those who work on the case.
_SPOKEN_ACTS = frozenset(
    {
        *(past_acts.MESSAGE, past_acts.RESCHEDULE, past_acts.JOINED_OPINION),
        *("note", "remind", "directive", "repeat", "split", "answer_review"),
    }
)
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


def build_thread(case: Dossier) -> list[ThreadEntry]:
    """The turns of a case, oldest first, as its reader may see them."""
    report = case.report
    label = filters.channel_caption(report.channel)
    filed = ThreadEntry(_("Phản ánh"), report.received_at, str(label), [("", case.readable(report.content))])
    turns = [turn for entry in case.entries for turn in _turns_of(case, entry)]
    return [filed, *turns]


def split_thread(thread: Sequence[ThreadEntry]) -> tuple[Sequence[ThreadEntry], Sequence[ThreadEntry]]:
    """The turns that are old, and those to show open."""
    forms = [index for index, turn in enumerate(thread) if turn.is_form and turn.answers]
    first = forms[-NEWEST_OPEN:][0] if forms else 0
    return thread[:first], thread[first:]


def _turns_of(case: Dossier, entry: Any) -> Iterator[ThreadEntry]:
    detail = json.loads(entry.detail)
    who = history_text.author_name(case, entry)
    if entry.action == past_acts.COMPLETE:
        yield _form_turn(case, entry, detail, who)
    elif entry.action == CONTACT:
        yield ThreadEntry(_("Liên hệ người dân"), entry.at, who, list(_contact_answers(case, entry, detail)))
    elif entry.action in _SPOKEN_ACTS and (entry.action != past_acts.RESCHEDULE or detail.get("extend")):
        masked = None if case.personal else reason_masker(*case.reporters)
        names = dossier.element_names(case, here.current_language())
        sentence = history_text.act_sentence(case, names, entry, masked)
        yield ThreadEntry(sentence, entry.at, who, list(_words_beside_tasks(case, entry)))


def _form_turn(case: Dossier, entry: Any, detail: Mapping[str, Any], who: str) -> ThreadEntry:
    task = next((item for item in case.tasks if item.engine_id == detail.get("task")), None)
    stored = submission_of(case, detail.get("task"))
    values = {**detail.get("data", {}), **(json.loads(stored.content) if stored is not None else {})}
    form = case.content.forms.get(task.form) if task is not None else None
    answers = list(_answers(case, form.inputs if form else {}, values))
    return ThreadEntry(
        title=filters.step_caption(task.name) if task is not None else entry.node,
        at=entry.at,
        who=who,
        answers=answers,
        unit=filters.unit_caption(task.unit_code) if task is not None and task.role != CITIZEN else "",
        node=entry.node,
        is_form=True,
    )


def written_beside_tasks(case: Dossier) -> list[Any]:
    """What was written in a form without a task: by a citizen whose report another one's case answers, or answered."""
    numbers = {task.engine_id for task in case.tasks}
    return [row for row in case.written if row.task_engine_id not in numbers]


def _words_beside_tasks(case: Dossier, entry: Any) -> Iterator[tuple[str, str]]:
    for row in written_beside_tasks(case):
        if (row.at, row.actor) == (entry.at, entry.actor):
            form = case.content.forms.get(row.form)
            yield from _answers(case, form.inputs if form else {}, json.loads(row.content))


def submission_of(case: Dossier, task_id: int | None) -> Any | None:
    """What was written in the form of a completed task, by the task's number in the case."""
    return next((row for row in reversed(case.written) if row.task_engine_id == task_id), None)


def _answers(case: Dossier, inputs: Mapping[str, FormField], values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The answers in the order of the form; the report's particulars and files stand elsewhere on the page."""
    order = {key: index for index, key in enumerate(inputs)}
    restated = _RESTATED if "content" in inputs else frozenset[str]()
    for key, value in sorted(values.items(), key=lambda item: order.get(item[0], len(order))):
        item = inputs.get(key)
        if key in restated or value in (None, "", [], False) or (item is not None and item.kind == "file"):
            continue
        yield item.caption(here.current_language()) if item else key, _answer_text(case, item, value)


def _answer_text(case: Dossier, item: FormField | None, value: Any) -> str:
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


def _contact_answers(case: Dossier, entry: Any, detail: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    means = filters.choice_captions("verify", "contact_by")
    reached = _("liên lạc được") if detail.get("reached") else _("không liên lạc được")
    yield "", f"{means.get(detail.get('means', ''), detail.get('means', ''))}, {reached}"
    made = (row for row in case.contacts if (row.recorded_at, row.recorded_by) == (entry.at, entry.actor))
    note = next((row.note for row in made if row.means == detail.get("means")), "")
    if note:
        yield "", case.readable(note)
