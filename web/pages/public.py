"""Pages of citizens: file a report, follow one with its code and number, rate its result or ask for it again (R11)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, calls, intake, tracking
from engine.cases.attachments import Unacceptable
from engine.cases.tasks import Desk, InvalidForm
from engine.cases.tracking import At, Progress
from engine.clock import parse_instant
from engine.errors import Stale
from engine.privacy.disclosures import FOLLOW
from engine.staff import rate_limits
from engine.staff.access import CITIZEN
from engine.staff.rate_limits import Limit
from forms.schema import Form
from web.display import form_view
from web.display.form_view import Shown
from web.http import disclosure_log
from web.http.request import language, now, origin, public, tx, world

blueprint = Blueprint("public", __name__)

Answer = Any
FILING = Limit("reports from an address", 10, timedelta(hours=1))
FILING_BY_NUMBER = Limit("reports from a number", 5, timedelta(days=1))
REMEMBERED = timedelta(minutes=30)
ASKED = ("reporter_name", "phone", "email", "place", "address", "field", "content", "files")
SET = {"outcome": "handed_over", "urgency": "normal"}
BESIDE = frozenset({"chase", "complete_report"})  # What goes on beside the work itself.
TRAP = "website"  # People do not see this field; programs fill it in.

STAGES = {
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
# What stands for the other stages, such as inquiries into a suspicion, of which nobody is told before they end.
OTHERWISE = lazy_gettext("Đơn vị đang xác minh.")


@blueprint.get("/report")
@public
def report() -> Answer:
    """The form to file a report."""
    return _report_page(Shown(calls.form(tx(), world())))


def _report_page(shown: Shown, status: int = 200) -> Answer:
    page = render_template(
        "report.html",
        shown=shown,
        asked=ASKED,
        trap=TRAP,
        communes=form_view.communes(),
        organisations=(),
        hidden_when=lambda _item: (),
    )
    return page, status


@blueprint.post("/report")
@public
def file() -> Answer:
    """File it, with the same checks as at the hotline."""
    form = calls.form(tx(), world())
    typed = {key: value for key, value in form_view.answers(form).items() if key in ASKED}
    if request.form.get(TRAP):
        return redirect(url_for("auth.start"))
    address = request.remote_addr or ""
    if rate_limits.take(tx(), FILING, address, now()) is not None:
        return render_template("too_often.html"), 429
    try:
        code = _file(form, typed)
    except InvalidForm as invalid:
        return _report_page(Shown(form, typed, invalid.errors), 422)
    except Unacceptable as error:
        return _report_page(Shown(form, typed, {"files": [form_view.refusal(error)]}), 422)
    if code is None:
        return render_template("too_often.html"), 429
    return render_template("filed.html", code=code)


def _file(form: Form, typed: dict[str, object]) -> str | None:
    """The code of the filed report, None when its number has filed too many; raises InvalidForm, Unacceptable."""
    desk = Desk(CITIZEN, origin(), now(), world(), language())
    new = calls.checked(tx(), desk, {**typed, **SET}, "web")
    uploads = [upload for files in form_view.uploads(form).values() for upload in files]
    for upload in uploads:
        attachments.kind_of(upload)
    if len(uploads) > attachments.MOST:
        raise Unacceptable(uploads[-1].name, "many")
    if rate_limits.take(tx(), FILING_BY_NUMBER, new.phone, now()) is not None:
        return None
    filed = intake.file_report(tx(), new, calls.definition(tx(), world()), CITIZEN.who(origin()), world())
    attachments.add(tx(), filed.report_id, uploads, CITIZEN.who(origin()).actor, now())
    return filed.code


@blueprint.get("/follow")
@public
def follow() -> Answer:
    """The form, or the report that was asked for a moment ago."""
    seen = _remembered()
    if seen is None:
        return render_template("follow.html", code=request.args.get("code", "")[:20])
    return _progress_page(seen)


def _remembered() -> Progress | None:
    """The report that this visitor has shown to know, for half an hour."""
    followed = session.get("followed")
    if not isinstance(followed, list) or parse_instant(followed[1]) < now():
        return None
    return tracking.progress(tx(), followed[0])


@blueprint.post("/follow")
@public
def find() -> Answer:
    """Look a report up by code and number; the same answer for whatever is wrong."""
    code, phone = request.form.get("code", "")[:40], request.form.get("phone", "")[:40]
    until = tracking.wait(tx(), code, request.remote_addr or "", now())
    if until is not None:
        return render_template("follow.html", code=code, until=until), 429
    report_id = tracking.find(tx(), code, phone)
    if report_id is None:
        return render_template("follow.html", code=code, wrong=True), 404
    session["followed"] = [report_id, (now() + REMEMBERED).isoformat()]
    return redirect(url_for("public.follow"))


@blueprint.post("/follow/leave")
@public
def leave() -> Answer:
    """Forget which report was shown, on a shared computer."""
    session.pop("followed", None)
    return redirect(url_for("public.follow"))


def _progress_page(seen: Progress, errors: Any = None, status: int = 200) -> Answer:
    disclosure_log.note(FOLLOW, [seen.report.id])
    shown = [task for task in seen.open_tasks if task.node not in BESIDE] or seen.open_tasks
    stages = [(str(STAGES.get(task.node, OTHERWISE)), task) for task in shown]
    page = render_template("progress.html", seen=seen, stages=stages, errors=errors or {}, typed=request.form)
    return page, status


@blueprint.post("/follow/opinion")
@public
def say() -> Answer:
    """Rate the result; dissatisfied with a reason opens the case again one level up."""
    seen = _remembered()
    if seen is None:
        return redirect(url_for("public.follow"))
    keys = ("satisfied", "rating", "dissatisfied_reason", "comment")
    values = {key: request.form[key] for key in keys if request.form.get(key)}
    if values.get("satisfied") == "yes":
        values.pop("dissatisfied_reason", None)
    try:
        tracking.say(tx(), seen, values, world(), At(origin(), now(), language()))
    except InvalidForm as invalid:
        return _progress_page(seen, invalid.errors, 422)
    except Stale:
        told = {"_schema": [_("Ý kiến đã được ghi nhận trước đó.")]}
        return _progress_page(tracking.progress(tx(), seen.report.id), told, 409)
    return redirect(url_for("public.follow"))
