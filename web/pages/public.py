"""Pages for citizens: file a report, track it by code and phone number, rate the result or have it reopened (R11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, calls, intake, tracking
from engine.cases.attachments import UnacceptableFile
from engine.cases.tasks import Desk, InvalidForm
from engine.cases.tracking import CitizenContext, ReportProgress
from engine.clock import parse_instant
from engine.errors import Stale
from engine.privacy.disclosures import FOLLOW
from engine.staff import rate_limits
from engine.staff.access import CITIZEN
from engine.staff.rate_limits import RateLimit
from forms.schema import Form
from web.display import form_view
from web.display.form_view import Faults, FilledForm
from web.http import disclosure_log
from web.http.request import current_world, public_page, request_origin, request_time, tx

blueprint = Blueprint("public", __name__)

ResponseReturnValue = Any
FILING = RateLimit("reports from an address", 10, timedelta(hours=1))
FILING_BY_NUMBER = RateLimit("reports from a number", 5, timedelta(days=1))
REMEMBERED_FOR = timedelta(minutes=30)
ASKED_FIELDS = ("reporter_name", "phone", "email", "place", "address", "field", "content", "files")
PRESET_VALUES = {"outcome": "handed_over", "urgency": "normal"}
SIDE_TASKS = frozenset({"chase", "complete_report"})  # Tasks alongside the actual work.
HONEYPOT = "website"  # People do not see this field; bots fill it in.

STAGE_SENTENCES = {
    "receive": lazy_gettext("Tổng đài đang xem xét phản ánh."),
    "complete_report": lazy_gettext("Đang được xử lý; tổng đài sẽ gọi lại để hỏi thêm."),
    "assign": lazy_gettext("Đã chuyển đến đơn vị phụ trách địa bàn."),
    "verify": lazy_gettext("Đơn vị đang xác minh và sẽ liên hệ với ông/bà."),
    "resolve": lazy_gettext("Đơn vị đang giải quyết."),
    "resolve_tier2": lazy_gettext("Đơn vị đang giải quyết."),
    "check": lazy_gettext("Đơn vị cấp trên đang kiểm tra kết quả."),
    "decide_unreachable": lazy_gettext("Chưa liên lạc được với ông/bà; đơn vị đang quyết định bước tiếp theo."),
    "propose_transfer": lazy_gettext("Đang chuyển đến cơ quan có thẩm quyền."),
    "coordinate": lazy_gettext("Đang chuyển đến cơ quan có thẩm quyền."),
    "handle": lazy_gettext("Sở, ngành đang giải quyết."),
    "answer": lazy_gettext("Đã có kết quả; tổng đài sẽ báo cho ông/bà."),
    "feedback": lazy_gettext("Đã trả lời. Xin cho biết ông/bà có hài lòng không."),
    "provincial_decision": lazy_gettext("Văn phòng UBND tỉnh đang xem xét quyết định."),
}
# Shown for other stages, such as inquiries into a suspicion, which are not disclosed before they end.
OTHER_STAGE = lazy_gettext("Đơn vị đang xác minh.")


@blueprint.get("/report")
@public_page
def show_report_form() -> ResponseReturnValue:
    """Show the form to file a report."""
    return _render_report_form(FilledForm(calls.receive_form(tx(), current_world())))


def _render_report_form(filled: FilledForm, status: int = 200) -> ResponseReturnValue:
    page = render_template(
        "report.html",
        shown=filled,
        asked=ASKED_FIELDS,
        trap=HONEYPOT,
        communes=form_view.communes_by_parent(),
        organisations=(),
        hidden_when=lambda _item: (),
    )
    return page, status


@blueprint.post("/report")
@public_page
def submit_report() -> ResponseReturnValue:
    """File the report, with the same checks as at the hotline."""
    form = calls.receive_form(tx(), current_world())
    typed = {key: value for key, value in form_view.submitted_answers(form).items() if key in ASKED_FIELDS}
    if request.form.get(HONEYPOT):
        return redirect(url_for("auth.show_front_page"))
    address = request.remote_addr or ""
    if rate_limits.count_try(tx(), FILING, address, request_time()) is not None:
        return render_template("too_often.html"), 429
    try:
        code = _file_report(form, typed)
    except InvalidForm as invalid:
        return _render_report_form(FilledForm(form, typed, invalid.errors), 422)
    except UnacceptableFile as error:
        return _render_report_form(FilledForm(form, typed, {"files": [error]}), 422)
    if code is None:
        return render_template("too_often.html"), 429
    return render_template("filed.html", code=code)


def _file_report(form: Form, typed: dict[str, object]) -> str | None:
    """File it; returns its code, None if the phone number has filed too many. Raises InvalidForm, UnacceptableFile."""
    desk = Desk(CITIZEN, request_origin(), request_time(), current_world())
    new = calls.build_report(tx(), desk, {**typed, **PRESET_VALUES}, "web")
    uploads = [upload for files in form_view.submitted_uploads(form).values() for upload in files]
    for upload in uploads:
        attachments.extension_of(upload)
    attachments.require_few_files(len(uploads))
    if rate_limits.count_try(tx(), FILING_BY_NUMBER, new.phone, request_time()) is not None:
        return None
    filed = intake.file_report(
        tx(), new, calls.report_definition(tx(), current_world()), CITIZEN.who(request_origin()), current_world()
    )
    attachments.add_files(tx(), filed.report_id, uploads, CITIZEN.who(request_origin()).actor, request_time())
    return filed.code


@blueprint.get("/follow")
@public_page
def show_progress() -> ResponseReturnValue:
    """Show the form, or the report that was looked up recently."""
    progress = _remembered_report()
    if progress is None:
        return render_template("follow.html", code=request.args.get("code", "")[:20])
    return _render_progress(progress)


def _remembered_report() -> ReportProgress | None:
    """The report that this visitor has proved to know, for half an hour."""
    followed = session.get("followed")
    if not isinstance(followed, list) or parse_instant(followed[1]) < request_time():
        return None
    return tracking.load_progress(tx(), followed[0])


@blueprint.post("/follow")
@public_page
def look_up_report() -> ResponseReturnValue:
    """Look up a report by code and phone number; any mismatch gets the same answer."""
    code, phone = request.form.get("code", "")[:40], request.form.get("phone", "")[:40]
    until = tracking.count_lookup(tx(), code, request.remote_addr or "", request_time())
    if until is not None:
        return render_template("follow.html", code=code, until=until), 429
    report_id = tracking.find_report(tx(), code, phone)
    if report_id is None:
        return render_template("follow.html", code=code, wrong=True), 404
    session["followed"] = [report_id, (request_time() + REMEMBERED_FOR).isoformat()]
    return redirect(url_for("public.show_progress"))


@blueprint.post("/follow/leave")
@public_page
def forget_report() -> ResponseReturnValue:
    """Forget which report was shown, on a shared computer."""
    session.pop("followed", None)
    return redirect(url_for("public.show_progress"))


def _render_progress(progress: ReportProgress, faults: Faults | None = None, status: int = 200) -> ResponseReturnValue:
    disclosure_log.record_disclosure(FOLLOW, [progress.report.id])
    main_tasks = [task for task in progress.open_tasks if task.node not in SIDE_TASKS] or progress.open_tasks
    stages = [(str(STAGE_SENTENCES.get(task.node, OTHER_STAGE)), task) for task in main_tasks]
    errors = form_view.fault_sentences(faults or {})
    page = render_template("progress.html", seen=progress, stages=stages, errors=errors, typed=request.form)
    return page, status


@blueprint.post("/follow/opinion")
@public_page
def submit_opinion() -> ResponseReturnValue:
    """Rate the result; dissatisfaction with a reason reopens the case one level up."""
    progress = _remembered_report()
    if progress is None:
        return redirect(url_for("public.show_progress"))
    keys = ("satisfied", "rating", "dissatisfied_reason", "comment")
    values = {key: request.form[key] for key in keys if request.form.get(key)}
    if values.get("satisfied") == "yes":
        values.pop("dissatisfied_reason", None)
    try:
        context = CitizenContext(request_origin(), request_time())
        tracking.submit_feedback(tx(), progress, values, current_world(), context)
    except InvalidForm as invalid:
        return _render_progress(progress, invalid.errors, 422)
    except Stale:
        faults = {"_schema": [_("Ý kiến đã được ghi nhận trước đó.")]}
        return _render_progress(tracking.load_progress(tx(), progress.report.id), faults, 409)
    return redirect(url_for("public.show_progress"))
