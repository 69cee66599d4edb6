"""The office's reports to the People's Committee: their plan, drafts and issued ones."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.briefings import cadences, drafting, issuing, plans, reading
from engine.briefings.plans import CadencePlan
from engine.briefings.texts import MAX_LENGTHS, PARTS, EditedTexts
from engine.cases import attachments, file_kinds
from engine.directives.language import UnfitTemplate
from engine.documents.paper_register import DRAFT
from engine.errors import BadInput
from engine.mailing.briefing_mails import briefing_file_name
from engine.staff import access
from engine.statistics.period import ReportingPeriod
from engine.store.json_text import stored_list
from engine.translation.wording import say
from web.http import downloads
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits, sent_version
from web.http.request import current_desk, current_language, current_officer, requires_permission, tx

blueprint = Blueprint("briefings", __name__)

WATCH, EDIT, ISSUE = "watch_chase", "chase", "issue_directives"
WORD_TYPE = file_kinds.MEDIA_TYPES[".docx"]
CADENCE_CAPTIONS = {cadences.WEEK: lazy_gettext("Báo cáo tuần"), cadences.MONTH: lazy_gettext("Báo cáo tháng")}
PART_CAPTIONS = {
    "situation": lazy_gettext("I. Tình hình tiếp nhận, giải quyết"),
    "chase": lazy_gettext("II. Công tác đôn đốc, hồ sơ quá hạn"),
    "assessment": lazy_gettext("III. Đánh giá"),
    "proposals": lazy_gettext("IV. Kiến nghị, đề xuất"),
}


@blueprint.get("/briefings")
@requires_permission(WATCH)
def show_briefings() -> ResponseReturnValue:
    """List the reports, and the plan by which they are drafted."""
    return _render_list()


def _render_list(fault: str = "", status: int = 200) -> ResponseReturnValue:
    rows, following = reading.list_briefings(tx(), parse_digits(request.args.get("before", "")))
    page = render_template(
        "briefings.html",
        rows=rows,
        following=following,
        plans=plans.load_plans(tx()),
        captions=CADENCE_CAPTIONS,
        fault=fault,
        typed=request.form if fault else {},
        **_permissions(),
    )
    return page, status


def _permissions() -> dict[str, bool]:
    officer = current_officer()
    return {name: access.has_permission(officer, act) for name, act in (("may_edit", EDIT), ("may_issue", ISSUE))}


@blueprint.post("/briefings/plan/<cadence>")
@requires_permission(ISSUE)
def submit_plan(cadence: str) -> ResponseReturnValue:
    """Say whether reports of a cadence are drafted by themselves, and where issued ones are sent."""
    plan = CadencePlan(cadence, request.form.get("active") == "yes", request.form.get("address", "").strip())
    try:
        plans.set_plan(tx(), current_desk(), plan)
    except BadInput as error:
        return _render_list(say(error, current_language()), 422)
    flash(_("Đã lưu lịch báo cáo."), "success")
    return redirect(url_for("briefings.show_briefings"))


@blueprint.post("/briefings")
@requires_permission(EDIT)
def draft_briefing() -> ResponseReturnValue:
    """Draft the report on the newest period by hand."""
    try:
        number = drafting.draft_newest(tx(), current_desk(), request.form.get("cadence", ""))
    except BadInput as error:
        return _render_list(say(error, current_language()), 422)
    flash(_("Đã lập dự thảo báo cáo từ số liệu. Xem lại và bổ sung trước khi ban hành."), "success")
    return redirect(url_for("briefings.show_briefing", number=number))


@blueprint.get("/briefings/<int:number>")
@requires_permission(WATCH)
def show_briefing(number: int) -> ResponseReturnValue:
    """Show a draft to finish, or an issued report."""
    return _render_briefing(number)


def _render_briefing(number: int, fault: str = "", status: int = 200) -> ResponseReturnValue:
    row = reading.find_briefing(tx(), number)
    period = ReportingPeriod(row.first, row.last)
    page = render_template(
        "briefing.html",
        row=row,
        is_draft=row.state == DRAFT,
        asks=request.args.get("ask") == "issue",
        figures=stored_list(row.figures),
        period=cadences.period_name(row.cadence, period),
        period_days={"from": row.first.isoformat(), "to": row.last.isoformat()},
        mail=reading.find_mail(tx(), number),
        plan=plans.load_plans(tx()).get(row.cadence, CadencePlan(row.cadence)),
        parts={key: PART_CAPTIONS[key] for key in PARTS},
        longest=MAX_LENGTHS,
        fault=fault,
        typed=request.form if fault else {},
        **_permissions(),
    )
    return page, status


@blueprint.get("/briefings/<int:number>/file")
@requires_permission(WATCH)
def download_briefing(number: int) -> ResponseReturnValue:
    """Download the issued document, or a preview of the draft as it would be issued now."""
    row = reading.find_briefing(tx(), number)
    if row.state != DRAFT:
        return _word_response(attachments.load_content(tx(), row.digest), briefing_file_name(row))
    try:
        return _word_response(issuing.preview_briefing(tx(), current_desk(), row), _("du-thao-bao-cao.docx"))
    except UnfitTemplate as error:
        return _render_briefing(number, say(error, current_language()), 422)


def _word_response(content: bytes, name: str) -> ResponseReturnValue:
    return downloads.file_response(content, WORD_TYPE, name)


@blueprint.post("/briefings/<int:number>")
@requires_permission(EDIT)
def save_briefing_texts(number: int) -> ResponseReturnValue:
    """Save the texts of a draft."""
    try:
        _apply_edits(number)
    except BadInput as error:
        return _render_briefing(number, say(error, current_language()), 422)
    flash(_("Đã lưu dự thảo."), "success")
    return redirect(url_for("briefings.show_briefing", number=number))


def _apply_edits(number: int) -> None:
    """Save the submitted texts; raises BadInput naming the field."""
    texts = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in MAX_LENGTHS}
    drafting.edit_briefing(tx(), current_desk(), (number, sent_version()), EditedTexts(**texts))


@blueprint.post("/briefings/<int:number>/rewrite")
@requires_permission(EDIT)
def rewrite_briefing_draft(number: int) -> ResponseReturnValue:
    """Write a draft anew from the figures of now."""
    drafting.rewrite_briefing(tx(), current_desk(), number, sent_version())
    flash(_("Đã lập lại dự thảo từ số liệu mới nhất."), "success")
    return redirect(url_for("briefings.show_briefing", number=number))


@blueprint.post("/briefings/<int:number>/issue")
@requires_permission(ISSUE)
@requires_fresh_proof
def issue_briefing_draft(number: int) -> ResponseReturnValue:
    """Number and send a draft after asking once; a user who may edit it issues it as shown on their page."""
    version, confirmed = sent_version(), request.form.get("confirmed") == "yes"
    try:
        if "subject" in request.form and access.has_permission(current_officer(), EDIT):
            _apply_edits(number)
            version += 1
        if not confirmed:
            return redirect(url_for("briefings.show_briefing", number=number, ask="issue") + "#confirm")
        issuing.issue_briefing(tx(), current_desk(), number, version)
    except BadInput as error:
        return _render_briefing(number, say(error, current_language()), 422)
    flash(_("Đã ban hành báo cáo."), "success")
    return redirect(url_for("briefings.show_briefing", number=number))


@blueprint.post("/briefings/<int:number>/discard")
@requires_permission(EDIT)
def discard_briefing_draft(number: int) -> ResponseReturnValue:
    """Discard a draft."""
    drafting.discard_briefing(tx(), current_desk(), number, sent_version())
    flash(_("Đã bỏ dự thảo."), "success")
    return redirect(url_for("briefings.show_briefings"))
