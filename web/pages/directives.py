"""Directives: drafts, issued ones with their files and answers, and the template that they are made of (R9)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, tasks
from engine.cases.attachments import Upload
from engine.cases.tasks import InvalidForm
from engine.clock import parse_instant
from engine.directives import drafting, issuing, reading, templates
from engine.directives.drafting import DRAFT, Texts
from engine.directives.fields import CASE, KINDS
from engine.directives.language import FILTERS, Unfit
from engine.directives.reading import Full
from engine.directives.template_file import LARGEST
from engine.errors import BadInput, NotFound, Stale
from engine.staff import access
from web.display import filters, form_view
from web.display.form_view import Shown
from web.http.parsing import sent_version, whole
from web.http.request import desk, language, needs, officer, tx, world

blueprint = Blueprint("directives", __name__)

Answer = Any
CHASE, ISSUE = "chase", "issue_directives"
WORD = attachments.TYPES[".docx"]
# State of a unit: what it is called, its icon and the look of it.
STATES = {
    "sent": (lazy_gettext("đã gửi, chưa xem"), "envelope", ""),
    "received": (lazy_gettext("đã nhận"), "envelope-open", ""),
    "answered": (lazy_gettext("đã báo cáo, chờ xem xét"), "reply", "tag"),
    "accepted": (lazy_gettext("đã chấp nhận báo cáo"), "check-circle-fill", "tag tag-done"),
}
REFUSED = {
    "empty": lazy_gettext("Tệp trống."),
    "large": lazy_gettext("Tệp quá lớn: mẫu tối đa 2 MB và vài trang."),
    "not_word": lazy_gettext("Đây không phải tệp Word (.docx). Mở tệp bằng Word và lưu lại dạng .docx."),
    "active": lazy_gettext("Tệp có macro hoặc đối tượng nhúng (%(name)s). Bỏ phần này rồi tải lên lại."),
    "link": lazy_gettext("Tệp có liên kết ra ngoài hoặc trường tự động (%(name)s). Bỏ phần này rồi tải lên lại."),
    "strange": lazy_gettext("Tệp có phần không được nhận (%(name)s). Chép nội dung sang tệp Word mới rồi lưu lại."),
    "field": lazy_gettext("Không có trường “%(name)s”. Dùng các trường trong danh sách bên dưới."),
    "filter": lazy_gettext(
        "Không dùng được “%(name)s” trong trường. Các cách viết được nhận có trong danh sách bên dưới."
    ),
    "construct": lazy_gettext("Mẫu có chỗ viết không được nhận (%(name)s). Chỉ dùng trường, if và for."),
    "loop": lazy_gettext("Không lặp được theo “%(name)s”: chỉ lặp theo danh sách, tối đa hai lớp."),
    "syntax": lazy_gettext("Một trường trong mẫu viết chưa đúng (%(name)s)."),
    "broken": lazy_gettext("Không lập được văn bản từ mẫu này. Tải mẫu đang dùng về và sửa trên đó."),
}
MEANINGS = {
    "superior": lazy_gettext("Cơ quan chủ quản"),
    "issuer_lines": lazy_gettext("Cơ quan ban hành, từng dòng"),
    "issuer_name": lazy_gettext("Tên cơ quan ban hành trong câu"),
    "number": lazy_gettext("Số, ký hiệu"),
    "place_and_date": lazy_gettext("Địa danh, ngày tháng năm"),
    "subject": lazy_gettext("Trích yếu"),
    "recipients": lazy_gettext("Nơi kính gửi, danh sách"),
    "cases": lazy_gettext("Các hồ sơ, danh sách"),
    "total": lazy_gettext("Số hồ sơ"),
    "demands": lazy_gettext("Các yêu cầu, danh sách"),
    "answer_by": lazy_gettext("Hạn báo cáo"),
    "copies": lazy_gettext("Nơi nhận, danh sách"),
    "signer_lines": lazy_gettext("Chức vụ người ký, từng dòng"),
    "signer_name": lazy_gettext("Họ tên người ký"),
}


@blueprint.get("/directives")
def index() -> Answer:
    """The directives that the officer may see, with the state of each unit."""
    before = request.args.get("before", "")
    rows, following = reading.listed(tx(), officer(), world().units, whole(before))
    may_issue = access.may(officer(), ISSUE)
    return render_template("directives.html", rows=rows, following=following, states=STATES, may_issue=may_issue)


@blueprint.get("/directives/<int:number>")
def show(number: int) -> Answer:
    """A draft to be finished, or an issued directive with its file, cases and answers."""
    full = _full(number)
    reading.receive(tx(), desk(), full)
    return _page(full)


def _full(number: int) -> Full:
    return reading.read(tx(), officer(), world().units, number)


def _page(full: Full, fault: str = "", shown: Mapping[int, Shown] | None = None, status: int = 200) -> Answer:
    if full.row.state == DRAFT:
        mine = {name: access.may(officer(), act) for name, act in (("may_edit", CHASE), ("may_issue", ISSUE))}
        most = {"longest": drafting.LONGEST, "most_days": drafting.MOST_DAYS}
        typed = request.form if fault else {}
        return render_template("directive_draft.html", full=full, fault=fault, typed=typed, **mine, **most), status
    waiting = {task.instance_id: task for task in full.tasks}
    of_unit = next((item.instance_id for item in full.units if item.unit == request.args.get("unit")), None)
    task = waiting.get(of_unit) or next(iter(full.tasks), None)
    if shown:
        task = next(item for item in full.tasks if item.id in shown)
    work = _work(task, shown or {}) if task is not None else None
    page = render_template(
        "directive.html",
        full=full,
        fault=fault,
        work=work,
        waiting=waiting,
        answers=[(answer, _said(answer)) for answer in reversed(full.answers)],
        states=STATES,
        communes={},
        organisations=[],
        hidden_when=form_view.hidden_when,
    )
    return page, status


def _work(task: Any, shown: Mapping[int, Shown]) -> tuple[Any, Shown, str]:
    """A task that the officer may do: its form as it is shown, and what to do."""
    form, instructions = reading.form_of(tx(), task)
    return task, shown.get(task.id) or Shown(form), instructions


def _said(answer: Any) -> list[tuple[str, str]]:
    """What was written, by the labels of its form."""
    form = answer.fields
    found = []
    for key, value in answer.values.items():
        item = form.inputs.get(key) if form else None
        if value not in (None, "", []):
            found.append((item.caption(language()) if item else key, _plain(item.kind if item else "", value)))
    return found


def _plain(kind: str, value: Any) -> str:
    if kind == "datetime":
        return filters.moment(parse_instant(str(value)))
    if kind == "date":
        year, month, day = str(value).split("-")
        return f"{day}/{month}/{year}"
    return str(value)


@blueprint.get("/directives/<int:number>/file")
def file(number: int) -> Answer:
    """The issued document, or a draft's as it would be issued now."""
    row = reading.find(tx(), officer(), world().units, number)
    if row.state == DRAFT:
        try:
            return _word(issuing.preview(tx(), desk(), row), _("du-thao-van-ban-don-doc.docx"))
        except Unfit as error:
            return _page(_full(number), refusal(error), status=422)
    name = f"{row.symbol.replace('/', '-')}-{row.year}.docx"
    return _word(attachments.kept(tx(), row.digest), name)


def _word(content: bytes, name: str) -> Response:
    answer = Response(content, mimetype=WORD)
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def refusal(error: Unfit) -> str:
    """Why a template cannot be used, in the visitor's language."""
    return str(REFUSED[error.reason]) % {"name": error.name}


@blueprint.post("/directives/<int:number>")
@needs(CHASE)
def save(number: int) -> Answer:
    """Change the texts and the cases of a draft."""
    try:
        _edit(number)
    except BadInput as error:
        return _page(_full(number), _fault(str(error)), status=422)
    flash(_("Đã lưu dự thảo."), "success")
    return redirect(url_for("directives.show", number=number))


def _edit(number: int) -> bool:
    """Keep what was sent of a draft; whether all its cases are still overdue. Raises BadInput naming the field."""
    form = request.form
    days = form.get("days", "").strip()
    texts = {name: form.get(name, "").replace("\r\n", "\n").strip() for name in drafting.LONGEST}
    cases = [case for item in form.getlist("case") if (case := whole(item)) is not None]
    wanted = Texts(**texts, days=whole(days) or 0)
    return drafting.edit(tx(), desk(), (number, sent_version()), wanted, cases)


def _fault(message: str) -> str:
    sentences: dict[str, str] = {
        "subject": _("Ghi trích yếu, tối đa %(num)s ký tự.", num=drafting.LONGEST["subject"]),
        "demand": _("Ghi yêu cầu đối với đơn vị, tối đa %(num)s ký tự.", num=drafting.LONGEST["demand"]),
        "days": _("Hạn báo cáo từ 1 đến %(num)s ngày làm việc.", num=drafting.MOST_DAYS),
        "signer_title": _("Ghi chức vụ người ký."),
        "signer_name": _("Họ tên người ký tối đa %(num)s ký tự.", num=drafting.LONGEST["signer_name"]),
        "process": _("Bộ quy trình đang dùng chưa có quy trình trả lời văn bản đôn đốc; báo chuyên viên quy trình."),
        "cases": _("Văn bản phải nêu ít nhất một hồ sơ đang quá hạn."),
    }
    return sentences.get(message.partition(":")[0], _("Không lưu được nội dung này."))


@blueprint.post("/directives/<int:number>/issue")
@needs(ISSUE)
def issue(number: int) -> Answer:
    """Give it a number and send it, as it stands on the page of whoever may edit it."""
    version, unchanged = sent_version(), True
    try:
        if "subject" in request.form and access.may(officer(), CHASE):
            unchanged, version = _edit(number), version + 1
        issued = unchanged and issuing.issue(tx(), desk(), number, version)
    except Unfit as error:
        return _page(_full(number), refusal(error), status=422)
    except BadInput as error:
        return _page(_full(number), _fault(str(error)), status=422)
    if issued:
        flash(_("Đã ban hành văn bản và gửi đến các đơn vị."), "success")
    else:
        flash(_("Danh sách hồ sơ đã thay đổi từ khi soạn và vừa được cập nhật. Xem lại rồi ban hành."), "warning")
    return redirect(url_for("directives.show", number=number))


@blueprint.post("/directives/<int:number>/discard")
@needs(CHASE)
def discard(number: int) -> Answer:
    """Throw a draft away."""
    drafting.discard(tx(), desk(), number, sent_version())
    flash(_("Đã bỏ dự thảo."), "success")
    return redirect(url_for("directives.index"))


@blueprint.post("/directives/<int:number>/tasks/<int:task_id>")
def complete(number: int, task_id: int) -> Answer:
    """A unit's answer, or the office's decision on it."""
    full = _full(number)
    task = next((item for item in full.tasks if item.id == task_id), None)
    if task is None:
        raise Stale("The task is done or somebody else's.")
    form, _instructions = reading.form_of(tx(), task)
    typed = form_view.answers(form)
    try:
        tasks.complete(tx(), desk(), task_id, sent_version(), typed)
    except InvalidForm as invalid:
        return _page(full, shown={task_id: Shown(form, typed, invalid.errors)}, status=422)
    flash(_("Đã hoàn thành “%(task)s” về văn bản số %(code)s.", task=task.name, code=full.row.symbol), "success")
    return redirect(url_for("directives.show", number=number))


@blueprint.get("/directives/template")
@needs(ISSUE)
def template() -> Answer:
    """The template in use, earlier versions, and what a template may name."""
    return _templates()


def _templates(fault: str = "", status: int = 200) -> Answer:
    parts = [f"case.{name}" for name in CASE]
    lists = {name for name, kind in KINDS.items() if kind != "text"}
    page = render_template(
        "directive_template.html",
        current=templates.current(tx()),
        versions=templates.versions(tx()),
        meanings=MEANINGS,
        parts=parts,
        lists=lists,
        filters=sorted(FILTERS),
        fault=fault,
    )
    return page, status


@blueprint.get("/directives/template/file")
@needs(ISSUE)
def template_file() -> Answer:
    """The template in use, to be edited in Word; or an earlier version by its id."""
    asked = request.args.get("version", "")
    if not asked:
        return _word(templates.current(tx()).content, "mau-van-ban-don-doc.docx")
    number = whole(asked)
    if number is None:
        raise NotFound("There is no such template.")
    return _word(templates.of_id(tx(), number).content, f"mau-van-ban-don-doc-{number}.docx")


@blueprint.post("/directives/template")
@needs(ISSUE)
def upload_template() -> Answer:
    """A new version of the template, used from now on."""
    sent = request.files.get("template")
    upload = Upload(sent.filename or "", sent.stream.read(LARGEST + 1)) if sent else Upload("", b"")
    try:
        templates.add(tx(), desk(), upload)
    except Unfit as error:
        return _templates(refusal(error), 422)
    flash(_("Mẫu mới được dùng từ bây giờ."), "success")
    return redirect(url_for("directives.template"))


@blueprint.post("/directives/template/<int:number>/use")
@needs(ISSUE)
def use_template(number: int) -> Answer:
    """Take an earlier version back into use."""
    try:
        templates.use(tx(), desk(), number)
    except Unfit as error:
        return _templates(refusal(error), 422)
    flash(_("Đã dùng lại phiên bản này."), "success")
    return redirect(url_for("directives.template"))
