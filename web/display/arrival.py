"""Why a task waits in a unit, in the words of whoever sent it there; and what stands beside it on its page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from flask_babel import gettext as _

from engine.cases import instance_record, returns
from engine.cases.dossier import Dossier
from engine.cases.instance_rows import InstanceEntry, InstanceTask, WrittenForm
from engine.process import past_acts
from engine.process.act_detail import decode_detail
from engine.world.roles import CITIZEN
from web.display import case_thread, filters, form_turns, history_text
from web.http import request as here

REOPENED = "reopened"  # The mark of a case whose citizen was not satisfied.


def case_page_context(case: Dossier) -> dict[str, object]:
    """What every page of a case shows: its thread and history, and captions for them."""
    older, newest = case_thread.split_thread(case_thread.build_thread(case))
    return {
        "older": older,
        "newest": newest,
        "story": history_text.build_timeline(case),
        "means": filters.choice_captions("verify", "contact_by"),
        "since_receipt": here.request_time() - case.report.received_at,
        "link_kinds": history_text.LINK_CAPTIONS,
        "returned": returns.count_returns(case.entries),
        "last_word": last_word(case),
    }


def arrival_reason(case: Dossier, task: InstanceTask) -> str:
    """One sentence that says why a task waits in this unit; of one that was handed back, also the reason given."""
    entry = instance_record.opening_entry(case, task)
    unit = filters.unit_caption(task.unit_code)
    sentence = _("Việc này thuộc %(unit)s.", unit=unit) if entry is None else _entry_sentence(case, task, entry, unit)
    if task.passed_from:
        passed = ", ".join(filters.unit_caption(code) for code in task.passed_from.split(","))
        sentence += " " + _("%(passed)s chưa có người đảm nhận, nên đơn vị trên xử lý thay.", passed=passed)
    return sentence


def _entry_sentence(case: Dossier, task: InstanceTask, entry: InstanceEntry, unit: str) -> str:
    names = instance_record.element_names(case, here.current_language())
    facts = {
        "unit": unit,
        "task": names.get(entry.node, entry.node),
        "time": filters.instant_text(entry.at),
        "who": history_text.author_name(case, entry),
    }
    if entry.action == past_acts.START:
        return _("Phản ánh đến tổng đài lúc %(time)s và chờ %(unit)s tiếp nhận.", **facts)
    if entry.action == past_acts.FIRE:
        return _("Đến mốc “%(task)s” lúc %(time)s mà hồ sơ chưa xong, nên việc được giao cho %(unit)s.", **facts)
    if entry.action == past_acts.COMPLETE:
        return _completion_sentence(case, task, entry, facts)
    return _("Việc đến %(unit)s lúc %(time)s.", **facts)


def _completion_sentence(case: Dossier, task: InstanceTask, entry: InstanceEntry, facts: Mapping[str, str]) -> str:
    detail = decode_detail(entry.detail)
    reason = given_reason(case, detail.task)
    if REOPENED in detail.marks:
        if reason:
            return _("Người dân chưa hài lòng với kết quả (%(time)s), vì: “%(reason)s”", **facts, reason=reason)
        return _("Người dân chưa hài lòng với kết quả (%(time)s).", **facts)
    if task.engine_id in returns.count_returns(case.entries):
        if reason:
            return _("%(who)s yêu cầu làm lại sau “%(task)s” (%(time)s), vì: “%(reason)s”", **facts, reason=reason)
        return _("%(who)s yêu cầu làm lại sau “%(task)s” (%(time)s).", **facts)
    return _("%(who)s đã hoàn thành “%(task)s” lúc %(time)s, nên việc chuyển đến %(unit)s.", **facts)


def last_word(case: Dossier) -> str:
    """What the citizen said last, or how the last attempt to reach them went; "" before either."""
    words = [(at, text) for at, text in (_citizens_word(case), _last_contact(case)) if text]
    return max(words)[1] if words else ""


def _citizens_word(case: Dossier) -> tuple[datetime, str]:
    numbers = {task.engine_id for task in case.tasks if task.role == CITIZEN}
    beside = case_thread.written_beside_tasks(case)
    for row in reversed(case.written):
        text = _first_text(case, row) if row.task_engine_id in numbers or row in beside else ""
        if text:
            return row.at, _("Người dân (%(time)s): “%(text)s”", time=filters.instant_text(row.at), text=text)
    return case.report.received_at, ""


def _last_contact(case: Dossier) -> tuple[datetime, str]:
    if not case.contacts:
        return case.report.received_at, ""
    last = case.contacts[-1]
    means = filters.choice_captions("verify", "contact_by").get(last.means, last.means)
    reached = _("liên lạc được") if last.reached else _("không liên lạc được")
    sentence = _("Liên hệ gần nhất %(time)s: %(how)s", time=filters.instant_text(last.at), how=f"{means}, {reached}")
    return last.at, f"{sentence}. {case.readable(last.note)}".strip() if last.note else sentence


def given_reason(case: Dossier, task_id: int | None) -> str:
    """The first long text that was written in the form of a completed task, as the reader may see it."""
    stored = form_turns.submission_of(case, task_id)
    return "" if stored is None else _first_text(case, stored)


def _first_text(case: Dossier, stored: WrittenForm) -> str:
    form = case.content.forms.get(stored.form)
    if form is None:
        return ""
    values = json.loads(stored.content)
    texts = (values.get(key) for key, item in form.inputs.items() if item.kind == "textarea")
    return case.readable(next((str(text) for text in texts if text), ""))
