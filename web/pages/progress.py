"""The page on which citizens see where their report is, rate the result or have it reopened (R11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, case_ends, file_origins, report_keys, tracking
from engine.cases.attachments import UnacceptableFile
from engine.cases.tasks import InvalidForm
from engine.cases.tracking import CitizenContext, ReportProgress
from engine.clock import parse_instant
from engine.errors import NotFound, Stale
from engine.privacy.disclosures import FILE, FOLLOW
from web.display import filters, form_view
from web.display.form_view import Faults
from web.http import disclosure_log, downloads, once
from web.http.request import current_world, public_page, request_origin, request_time, tx
from web.pages import form_files

blueprint = Blueprint("progress", __name__)

REMEMBERED_FOR = timedelta(minutes=30)
REMEMBERED = "followed"
SIDE_TASKS = frozenset({"chase", "complete_report"})  # Tasks alongside the actual work.

STAGE_SENTENCES = {
    "receive": lazy_gettext("Tổng đài đang xem xét phản ánh."),
    "complete_report": lazy_gettext("Đang được giải quyết; tổng đài sẽ gọi lại để hỏi thêm."),
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
# Why a case has ended, in the words for its citizen, and how to object; the first sentence stands out.
END_SENTENCES = {
    case_ends.WITHDRAWN: (
        lazy_gettext("Phản ánh đã được rút theo đề nghị của người phản ánh nên không giải quyết tiếp."),
        lazy_gettext("Nếu ông/bà không đề nghị rút, xin gọi 1022 và nêu mã hồ sơ, hoặc gửi phản ánh mới."),
    ),
    case_ends.FALSE_REPORT: (
        lazy_gettext("Cơ quan có thẩm quyền đã xác minh và kết luận nội dung phản ánh không đúng thực tế."),
        lazy_gettext(
            "Nếu không đồng ý, ông/bà gọi 1022, nêu mã hồ sơ và cung cấp thêm thông tin, hình ảnh để được xem xét lại; "
            "ông/bà cũng có quyền khiếu nại theo Luật Khiếu nại."
        ),
    ),
    case_ends.DIVERTED: (
        lazy_gettext("Nội dung là khiếu nại hoặc tố cáo nên tổng đài không giải quyết; nơi nhận đơn ghi ở dưới."),
        lazy_gettext("Nếu cho rằng đây là phản ánh thông thường, ông/bà gọi 1022 và nêu mã hồ sơ."),
    ),
    case_ends.RESOLVED: (
        lazy_gettext("Phản ánh đã có kết quả giải quyết, ghi ở dưới."),
        lazy_gettext("Nếu việc lại xảy ra, ông/bà gọi 1022 và nêu mã hồ sơ, hoặc gửi phản ánh mới."),
    ),
    case_ends.DECIDED: (
        lazy_gettext("Văn phòng UBND tỉnh đã xem xét toàn bộ vụ việc và quyết định lần cuối, ghi ở dưới."),
        lazy_gettext("Nếu không đồng ý, ông/bà có quyền khiếu nại hoặc khởi kiện theo quy định của pháp luật."),
    ),
}
OTHER_END = (
    lazy_gettext("Hồ sơ đã kết thúc mà chưa có kết quả giải quyết."),
    lazy_gettext("Xin gọi 1022 và nêu mã hồ sơ để được cho biết lý do, hoặc đề nghị xem xét lại."),
)
# While the worker lets the reports go on whose main case has ended without a result.
GOES_ON = (lazy_gettext("Vụ việc vẫn được tiếp tục giải quyết; tổng đài đang chuyển phản ánh của ông/bà."),)
# Shown for other stages, such as inquiries into a suspicion, which are not disclosed before they end.
OTHER_STAGE = lazy_gettext("Đơn vị đang xác minh.")


def remember_report(report_id: int) -> ResponseReturnValue:
    """Remember for half an hour that this visitor has proved to be the report's citizen, and show it."""
    until = (request_time() + REMEMBERED_FOR).isoformat()
    session[REMEMBERED] = [report_id, until, report_keys.key_serial(tx(), report_id)]
    return redirect(url_for("following.show_doors"))


def remembered_report() -> ReportProgress | None:
    """The report that this visitor has proved to be the citizen of, unless its key was replaced since."""
    remembered = session.get(REMEMBERED)
    if not isinstance(remembered, list) or len(remembered) != 3 or parse_instant(remembered[1]) < request_time():
        return None
    if report_keys.key_serial(tx(), remembered[0]) != remembered[2]:
        return None
    return tracking.load_progress(tx(), remembered[0], current_world(), request_time())


def render_progress(progress: ReportProgress, faults: Faults | None = None, status: int = 200) -> ResponseReturnValue:
    """Render the page of a report."""
    disclosure_log.record_disclosure(FOLLOW, [progress.report.id])
    main_tasks = [task for task in progress.open_tasks if task.node not in SIDE_TASKS] or progress.open_tasks
    stages = [(filters.own_words(STAGE_SENTENCES.get(task.node, OTHER_STAGE)), task) for task in main_tasks]
    errors = form_view.fault_sentences(faults or {})
    files = file_origins.list_citizens_files(tx(), progress.report.id)
    ended = _has_ended(progress)
    page = render_template(
        "progress.html",
        seen=progress,
        stages=stages,
        ended=ended,
        end_sentences=_end_sentences(progress),
        errors=errors,
        typed=request.form,
        files=files,
    )
    return page, status


def _has_ended(progress: ReportProgress) -> bool:
    """Whether nothing follows for this report; one whose main case ended without a result goes on."""
    standing = progress.standing
    if standing is None or standing.finished_at is None or progress.asks_citizen:
        return False
    return not (progress.main_code and standing.ended_without_result)


def _end_sentences(progress: ReportProgress) -> Sequence[Any]:
    """Why the case has ended and how to object; empty while work goes on."""
    standing = progress.standing
    if standing is None or standing.finished_at is None:
        return ()
    if progress.main_code and standing.ended_without_result:
        return GOES_ON
    return tuple(map(filters.own_words, END_SENTENCES.get(standing.mark, OTHER_END)))


@blueprint.post("/follow/leave")
@once.may_repeat
@public_page
def forget_report() -> ResponseReturnValue:
    """Forget which report was shown, on a shared computer."""
    session.pop(REMEMBERED, None)
    return redirect(url_for("following.show_doors"))


@blueprint.post("/follow/opinion")
@public_page
def submit_opinion() -> ResponseReturnValue:
    """Rate the result; dissatisfaction with a reason reopens the case one level up."""
    progress = remembered_report()
    if progress is None:
        once.forget_submission()
        flash(_("Phiên xem phản ánh đã hết, ý kiến chưa được gửi. Mở lại phản ánh rồi gửi."), "warning")
        return redirect(url_for("following.show_doors"))
    keys = ("satisfied", "rating", "dissatisfied_reason", "comment")
    values = {key: request.form[key] for key in keys if request.form.get(key)}
    if values.get("satisfied") == "yes":
        values.pop("dissatisfied_reason", None)
    try:
        context = CitizenContext(request_origin(), request_time())
        sent = form_view.sent_files("files") if values.get("satisfied") == "no" else []
        uploads = {"files": [form_files.clean_public_upload(upload) for upload in sent]} if sent else {}
        tracking.submit_feedback(tx(), progress, values, current_world(), context, uploads)
    except InvalidForm as invalid:
        return render_progress(progress, invalid.errors, 422)
    except UnacceptableFile as error:
        return render_progress(progress, {"files": [error]}, 422)
    except Stale:
        again = tracking.load_progress(tx(), progress.report.id, current_world(), request_time())
        return render_progress(again, {"_schema": [_why_no_opinion(again)]}, 409)
    return redirect(url_for("following.show_doors"))


def _why_no_opinion(seen: ReportProgress) -> str:
    """Why nothing is asked now: the work goes on, or it is over and the opinion given or its time past."""
    if not _has_ended(seen):
        return str(_("Vụ việc đang được giải quyết tiếp; khi có kết quả, ông/bà sẽ được hỏi ý kiến."))
    ended = _("Ý kiến đã được ghi nhận trước đó, hoặc thời gian cho ý kiến đã hết.")
    return f"{ended} {_('Để được xem xét lại, xin gọi 1022 và nêu mã hồ sơ.')}"


@blueprint.get("/follow/files/<int:number>")
@public_page
def download_own_file(number: int) -> ResponseReturnValue:
    """Download a file that the citizen gave with the report that they have opened."""
    name, media_type, content = attachments.load_attachment(tx(), _report_of_own_file(number), number)
    return downloads.file_response(content, media_type, name)


@blueprint.get("/follow/files/<int:number>/thumbnail")
@public_page
def show_own_thumbnail(number: int) -> ResponseReturnValue:
    """Show a picture in small that the citizen gave with the report that they have opened."""
    return downloads.picture_response(attachments.load_thumbnail(tx(), _report_of_own_file(number), number))


def _report_of_own_file(number: int) -> int:
    """The report that this visitor has opened, if the file came with it; raises NotFound."""
    opened = remembered_report()
    report_id: int = opened.report.id if opened is not None else 0
    if number not in {file.id for file in file_origins.list_citizens_files(tx(), report_id)}:
        raise NotFound("attachment-unknown")
    disclosure_log.record_disclosure(FILE, [report_id])
    return report_id
