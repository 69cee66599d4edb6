"""Directives: drafts, and issued ones with their files and answers (R9)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, file_kinds, matter_lines, tasks
from engine.clock import parse_instant
from engine.directives import drafting, issuing, reading
from engine.directives.drafting import DraftTexts
from engine.directives.language import UnfitTemplate
from engine.directives.reading import DirectiveDetails
from engine.documents.paper_register import DRAFT
from engine.errors import BadInput, Invalid, Stale
from engine.staff import access
from engine.translation.wording import say
from web.display import filters, form_view
from web.display.form_view import FilledForm
from web.http import downloads
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits, sent_version
from web.http.request import current_desk, current_language, current_officer, current_world, requires_permission, tx
from web.pages import form_pages

blueprint = Blueprint("directives", __name__)

CHASE, ISSUE = "chase", "issue_directives"
# "V/v" stands before the subject wherever it is shown; whoever types it too does not have it twice.
ABOUT = re.compile(r"^v/v[\s:.]*", re.IGNORECASE)
WORD_TYPE = file_kinds.MEDIA_TYPES[".docx"]
# State of a unit: caption, icon and CSS classes.
STATE_CAPTIONS = {
    "sent": (lazy_gettext("đã gửi, chưa xem"), "envelope", ""),
    "received": (lazy_gettext("đã nhận"), "envelope-open", ""),
    "answered": (lazy_gettext("đã báo cáo, chờ xem xét"), "reply", "tag"),
    "accepted": (lazy_gettext("đã chấp nhận báo cáo"), "check-circle-fill", "tag tag-done"),
}


@blueprint.get("/directives")
def show_directives() -> ResponseReturnValue:
    """List the directives that the officer may see, with the state of each unit."""
    before = request.args.get("before", "")
    rows, following = reading.list_visible_directives(
        tx(), current_officer(), current_world().units, parse_digits(before)
    )
    may_issue = access.has_permission(current_officer(), ISSUE)
    return render_template(
        "directives.html", rows=rows, following=following, states=STATE_CAPTIONS, may_issue=may_issue
    )


@blueprint.get("/directives/<int:number>")
def show_directive(number: int) -> ResponseReturnValue:
    """Show a draft to finish, or an issued directive with its file, cases and answers."""
    full = _load_directive(number)
    reading.mark_received(tx(), current_desk(), full)
    return _render_directive(full)


def _load_directive(number: int) -> DirectiveDetails:
    return reading.load_directive(tx(), current_officer(), current_world().units, number)


def _render_directive(
    full: DirectiveDetails, fault: str = "", shown: Mapping[int, FilledForm] | None = None, status: int = 200
) -> ResponseReturnValue:
    lines = matter_lines.load_lines(tx(), current_desk(), [case.code for case in full.cases])
    if full.row.state == DRAFT:
        return _render_draft(full, lines, fault), status
    waiting = {task.instance_id: task for task in full.tasks}
    of_unit = next((item.instance_id for item in full.units if item.unit == request.args.get("unit")), None)
    task = waiting.get(of_unit) or next(iter(full.tasks), None)
    if shown:
        task = next(item for item in full.tasks if item.id in shown)
    work = _task_form(task, shown or {}) if task is not None else None
    page = render_template(
        "directive.html",
        full=full,
        lines=lines,
        fault=fault,
        work=work,
        waiting=waiting,
        answers=[(answer, _captioned_answers(answer)) for answer in reversed(full.answers)],
        states=STATE_CAPTIONS,
        communes={},
        organisations=[],
        hidden_when=form_view.field_attributes,
    )
    return page, status


def _render_draft(full: DirectiveDetails, lines: Mapping[str, str], fault: str) -> str:
    permissions = {
        name: access.has_permission(current_officer(), act) for name, act in (("may_edit", CHASE), ("may_issue", ISSUE))
    }
    return render_template(
        "directive_draft.html",
        asks=request.args.get("ask") == "issue",
        full=full,
        lines=lines,
        fault=fault,
        typed=request.form if fault else {},
        longest=drafting.MAX_LENGTHS,
        most_days=drafting.MAX_DAYS,
        **permissions,
    )


def _task_form(task: Any, shown: Mapping[int, FilledForm]) -> tuple[Any, FilledForm, str]:
    """A task that the officer may work on, its filled form, and its instructions."""
    form, instructions = reading.form_of_task(tx(), task, current_language())
    return task, shown.get(task.id) or FilledForm(form), instructions


def _captioned_answers(answer: Any) -> list[tuple[str, str]]:
    """Answers with the captions of their form."""
    form = answer.fields
    captioned = []
    for key, value in answer.values.items():
        item = form.inputs.get(key) if form else None
        if value not in (None, "", []):
            captioned.append(
                (item.caption(current_language()) if item else key, _format_value(item.kind if item else "", value))
            )
    return captioned


def _format_value(kind: str, value: Any) -> str:
    if kind == "datetime":
        return filters.instant_text(parse_instant(str(value)))
    if kind == "date":
        year, month, day = str(value).split("-")
        return f"{day}/{month}/{year}"
    return str(value)


@blueprint.get("/directives/<int:number>/file")
def download_directive(number: int) -> ResponseReturnValue:
    """Download the issued document, or a preview of the draft as it would be issued now."""
    row = reading.find_directive(tx(), current_officer(), current_world().units, number)
    if row.state == DRAFT:
        try:
            return _word_response(
                issuing.preview_directive(tx(), current_desk(), row), _("du-thao-van-ban-don-doc.docx")
            )
        except UnfitTemplate as error:
            return _render_directive(_load_directive(number), say(error, current_language()), status=422)
    name = f"{row.symbol.replace('/', '-')}-{row.year}.docx"
    return _word_response(attachments.load_content(tx(), row.digest), name)


def _word_response(content: bytes, name: str) -> ResponseReturnValue:
    return downloads.file_response(content, WORD_TYPE, name)


@blueprint.post("/directives/<int:number>")
@requires_permission(CHASE)
def save_directive_texts(number: int) -> ResponseReturnValue:
    """Save the texts and the cases of a draft."""
    try:
        _apply_edits(number)
    except BadInput as error:
        return _render_directive(_load_directive(number), say(error, current_language()), status=422)
    flash(_("Đã lưu dự thảo."), "success")
    return redirect(url_for("directives.show_directive", number=number))


def _apply_edits(number: int) -> bool:
    """Save the submitted draft; returns whether all its cases are still overdue. Raises BadInput naming the field."""
    form = request.form
    days = form.get("days", "").strip()
    texts = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in drafting.MAX_LENGTHS}
    texts["subject"] = ABOUT.sub("", texts["subject"])
    cases = [case for item in form.getlist("case") if (case := parse_digits(item)) is not None]
    new_texts = DraftTexts(**texts, days=parse_digits(days) or 0)
    return drafting.edit_directive(tx(), current_desk(), (number, sent_version()), new_texts, cases)


@blueprint.post("/directives/<int:number>/issue")
@requires_permission(ISSUE)
@requires_fresh_proof
def issue_directive_draft(number: int) -> ResponseReturnValue:
    """Number and send a draft after asking once; a user who may edit it issues it as shown on their page."""
    version, unchanged = sent_version(), True
    confirmed = request.form.get("confirmed") == "yes"
    try:
        if "subject" in request.form and access.has_permission(current_officer(), CHASE):
            unchanged, version = _apply_edits(number), version + 1
        if unchanged and not confirmed:
            return redirect(url_for("directives.show_directive", number=number, ask="issue") + "#confirm")
        issued = unchanged and issuing.issue_directive(tx(), current_desk(), number, version)
    except BadInput as error:
        return _render_directive(_load_directive(number), say(error, current_language()), status=422)
    if issued:
        flash(_("Đã ban hành văn bản và gửi đến các đơn vị."), "success")
    else:
        flash(_("Danh sách hồ sơ đã thay đổi từ khi soạn và vừa được cập nhật. Xem lại rồi ban hành."), "warning")
    return redirect(url_for("directives.show_directive", number=number))


@blueprint.post("/directives/<int:number>/discard")
@requires_permission(CHASE)
def discard_directive_draft(number: int) -> ResponseReturnValue:
    """Discard a draft."""
    try:
        drafting.discard_directive(tx(), current_desk(), number, sent_version())
    except Invalid as refused:
        flash(say(refused, current_language()), "danger")
        return redirect(url_for("directives.show_directive", number=number))
    flash(_("Đã bỏ dự thảo."), "success")
    return redirect(url_for("directives.show_directives"))


@blueprint.post("/directives/<int:number>/tasks/<int:task_id>")
def complete_directive_task(number: int, task_id: int) -> ResponseReturnValue:
    """Complete a unit's answer, or the office's decision on it."""
    full = _load_directive(number)
    task = next((item for item in full.tasks if item.id == task_id), None)
    if task is None:
        raise Stale("directive-task-gone")
    form, _instructions = reading.form_of_task(tx(), task, current_language())
    typed = form_view.submitted_answers(form)
    try:
        tasks.complete(tx(), current_desk(), task_id, sent_version(), typed)
    except form_pages.REFUSALS as refused:
        faults = form_pages.faults_of(refused, form, {})
        return _render_directive(full, shown={task_id: FilledForm(form, typed, faults)}, status=422)
    step = filters.step_caption(task.name)
    flash(_("Đã hoàn thành “%(task)s” về văn bản số %(code)s.", task=step, code=full.row.symbol), "success")
    return redirect(url_for("directives.show_directive", number=number))
