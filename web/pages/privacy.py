"""What citizens ask of their data, and whose data is held: opened, carried out, answered in time. For the office."""

from __future__ import annotations

import json
import zipfile
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, dossier
from engine.errors import BadInput, NotFound
from engine.privacy import disclosures, requests, retention, subject_access
from engine.privacy.requests import NewRequest, Request
from engine.privacy.subject_access import Portion
from engine.process import definitions
from web.display import filters, history_text
from web.http import disclosure_log as noted
from web.http.parsing import whole
from web.http.request import desk, needs, now, tx
from web.pages.records import NAMES, PURPOSES

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")

Answer = Any
ACT = requests.ACT
IN_MEMORY = 8 * 1024 * 1024
KINDS = {
    requests.GET: lazy_gettext("Cung cấp dữ liệu"),
    requests.CORRECT: lazy_gettext("Sửa dữ liệu"),
    requests.ERASE: lazy_gettext("Xóa dữ liệu"),
}
OUTCOMES = {
    requests.DONE: lazy_gettext("đã thực hiện"),
    requests.PARTLY: lazy_gettext("thực hiện một phần"),
    requests.REFUSED: lazy_gettext("từ chối"),
}
STAYS = {
    retention.OPEN: lazy_gettext("hồ sơ chưa kết thúc"),
    retention.LINKED: lazy_gettext("hồ sơ gắn với hồ sơ chưa kết thúc"),
    retention.HELD: lazy_gettext("dữ liệu đang được giữ lại theo yêu cầu của cơ quan có thẩm quyền"),
    retention.RECENT: lazy_gettext("hồ sơ vừa thay đổi"),
}
PARTICULARS = {
    "reporter_name": lazy_gettext("Họ và tên"),
    "phone": lazy_gettext("Số điện thoại"),
    "address": lazy_gettext("Địa chỉ"),
    "email": lazy_gettext("Thư điện tử"),
}
TOLD = {
    "answer_text": lazy_gettext("Trả lời"),
    "given_answer": lazy_gettext("Trả lời ngay khi gọi"),
    "divert_reason": lazy_gettext("Hướng dẫn nơi tiếp nhận"),
    "satisfied": lazy_gettext("Hài lòng"),
    "rating": lazy_gettext("Chấm điểm"),
    "dissatisfied_reason": lazy_gettext("Vì sao chưa hài lòng"),
    "comment": lazy_gettext("Ý kiến khác"),
}
FAULTS = {
    "phone": lazy_gettext("Số điện thoại có 10 chữ số, ví dụ 0912 345 678."),
    "name": lazy_gettext("Ghi họ và tên của người yêu cầu."),
    "reporter_name": lazy_gettext("Ghi họ và tên, tối đa 300 ký tự."),
    "address": lazy_gettext("Ghi địa chỉ, tối đa 300 ký tự."),
    "email": lazy_gettext("Thư điện tử viết đúng dạng, ví dụ ten@mien.vn."),
    "identity": lazy_gettext("Ghi đã kiểm tra danh tính bằng cách nào (5 đến 500 ký tự)."),
    "reason": lazy_gettext("Nêu lý do, từ 5 đến 500 ký tự."),
    "answer": lazy_gettext("Khi từ chối, nêu lý do, từ 5 ký tự."),
    "hold": lazy_gettext("Dữ liệu của hồ sơ này đang được giữ rồi."),
    "Nothing is another than before.": lazy_gettext("Chưa có gì khác với dữ liệu đang lưu."),
}


def _fault(error: BadInput) -> str:
    """What is wrong, in the visitor's words."""
    text = str(error)
    return str(FAULTS.get(text, FAULTS.get(text.partition(":")[0], _("Nội dung gửi lên không đúng."))))


@blueprint.get("")
@needs(ACT)
def show() -> Answer:
    """Open requests with their time, closed ones, and what is held."""
    return _list()


def _list(fault: str = "", status: int = 200) -> Answer:
    before = request.args.get("before", "")
    rows = requests.listed(tx(), whole(before))
    closed = [row for row in rows if row.closed_at is not None]
    page = render_template(
        "privacy.html",
        rows=rows,
        kinds=KINDS,
        outcomes=OUTCOMES,
        holds=requests.holds(tx()),
        fault=fault,
        typed=request.form,
        following=closed[-1].id if len(closed) == requests.PAGE else None,
        late=now(),
    )
    return page, status


@blueprint.post("")
@needs(ACT)
def open_request() -> Answer:
    """Open a request."""
    form = request.form
    try:
        new = NewRequest(*(form.get(name, "")[:1000] for name in ("kind", "phone", "name", "identity")))
        number = requests.open_request(tx(), desk(), new)
    except BadInput as error:
        return _list(_fault(error), 422)
    return redirect(url_for("privacy.read", number=number))


@blueprint.get("/<int:number>")
@needs(ACT)
def read(number: int) -> Answer:
    """One request with the reports that it is about."""
    return _page(_read(number))


def _read(number: int) -> Request:
    if number >= 2**31:
        raise NotFound("There is no such request.")
    return requests.read(tx(), number)


def _page(found: Request, fault: str = "", status: int = 200) -> Answer:
    noted.note(disclosures.SUBJECT, [row.id for row in found.reports if row.anonymised_at is None])
    stays: dict[int, str] = {}
    if found.open and found.row.kind == requests.ERASE:
        ids = [row.id for row in found.reports if row.anonymised_at is None]
        stays = {key: str(STAYS[why]) for key, why in retention.plan(tx(), ids, now()).kept.items()}
    named = {"kinds": KINDS, "outcomes": OUTCOMES, "particulars": PARTICULARS}
    page = render_template("privacy_request.html", found=found, fault=fault, stays=stays, **named, late=now())
    return page, status


@blueprint.post("/<int:number>/close")
@needs(ACT)
def close(number: int) -> Answer:
    """Note what became of it."""
    found = _read(number)
    try:
        requests.close(tx(), desk(), number, request.form.get("outcome", ""), request.form.get("answer", "")[:2000])
    except BadInput as error:
        return _page(found, _fault(error), 422)
    flash(_("Đã ghi kết quả của yêu cầu."), "success")
    return redirect(url_for("privacy.show"))


@blueprint.post("/<int:number>/correct")
@needs(ACT)
def correct(number: int) -> Answer:
    """Correct particulars of one report."""
    found, form = _read(number), request.form
    report = whole(form.get("report", ""))
    said = {name: form[name] for name in (*requests.CORRECTABLE, "reason") if name in form}
    try:
        if report is None:
            raise NotFound("There is no such report.")
        requests.correct(tx(), desk(), found, report, said)
    except BadInput as error:
        return _page(found, _fault(error), 422)
    flash(_("Đã sửa; nhật ký của hồ sơ ghi việc này."), "success")
    return redirect(url_for("privacy.read", number=number))


@blueprint.post("/<int:number>/erase")
@needs(ACT)
def erase(number: int) -> Answer:
    """Forget what may be forgotten, and answer the request with what stays and why."""
    found = _read(number)
    stays = requests.erase(tx(), desk(), found)
    erased = sum(1 for row in found.reports if row.anonymised_at is None) - len(stays)
    outcome = requests.DONE if not stays else requests.PARTLY if erased else requests.REFUSED
    said = "; ".join(f"{code}: {STAYS[why]}" for code, why in stays.items())
    answer = _("Đã xóa dữ liệu cá nhân của %(num)s hồ sơ.", num=erased)
    if said:
        answer += " " + _("Chưa xóa: %(codes)s.", codes=said)
    requests.close(tx(), desk(), number, outcome, answer[:2000])
    flash(answer, "success" if erased else "warning")
    return redirect(url_for("privacy.show"))


@blueprint.get("/<int:number>/export")
@needs(ACT)
def export(number: int) -> Answer:
    """Everything about the person in one file: a page to read, the same as data, and the files that they sent."""
    found = _read(number)
    if found.row.kind != requests.GET or not found.open:
        raise NotFound("This request is not about getting data.")
    given = subject_access.gather(tx(), found.reports)
    noted.note(disclosures.EXPORT, [portion.report.id for portion in given])
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - It is closed with the answer.
    with zipfile.ZipFile(cast("BinaryIO", file), "w", zipfile.ZIP_DEFLATED) as packed:
        said = [_said(portion) for portion in given]
        packed.writestr("du-lieu.html", render_template("privacy_export.html", row=found.row, said=said, made=now()))
        packed.writestr("du-lieu.json", json.dumps(said, ensure_ascii=False, indent=1))
        for portion in given:
            for one in portion.files:
                name, _type, content = attachments.read(tx(), portion.report.id, one.id)
                packed.writestr(f"{portion.report.code}/{one.id}-{name}", content)
    file.seek(0)
    return send_file(
        cast("BinaryIO", file), "application/zip", as_attachment=True, download_name=f"du-lieu-ca-nhan-{number}.zip"
    )


def _said(portion: Portion) -> dict[str, Any]:
    """A portion in words and in JSON's kinds of values."""
    report = portion.report
    posts = subject_access.posts(tx(), [row.actor for row in portion.acts] + [row.viewer for row in portion.looks])
    means = filters.captions("verify", "contact_by")
    acts = []
    for row in portion.acts:
        elements = dossier.names_of(definitions.content(tx(), row.deployment).process(row.process))
        task = elements.get(row.node, "")
        acts.append(
            [
                filters.moment(row.at),
                _post(posts, row.actor),
                " · ".join(filter(None, (str(NAMES.get(row.action, "")), task))),
            ]
        )
    return {
        "code": report.code,
        "received": filters.moment(report.received_at),
        "channel": filters.channel(report.channel),
        "field": filters.field(report.field),
        "place": filters.unit(report.place),
        "particulars": {str(title): getattr(report, name) for name, title in PARTICULARS.items()},
        "content": report.content,
        "contacts": [[filters.moment(one.at), means.get(one.means, one.means)] for one in portion.contacts],
        "told": [[filters.moment(at), str(TOLD[key]), _value(text)] for at, key, text in portion.told],
        "files": [one.name for one in portion.files],
        "acts": acts,
        "seen": [
            [filters.moment(one.at), _post(posts, one.viewer), str(PURPOSES.get(one.purpose, ""))]
            for one in portion.looks
        ],
    }


def _value(text: str) -> str:
    return {"yes": _("có"), "no": _("không")}.get(text, text)


def _post(posts: dict[str, tuple[str, str]], actor: str) -> str:
    """Who, without a name: role and unit, the citizen, the system."""
    if actor in posts:
        unit, role = posts[actor]
        return f"{filters.role(role)}, {filters.unit(unit)}"
    return str(history_text.ACTORS.get(actor.partition(":")[0], _("Cán bộ")))


@blueprint.post("/holds")
@needs(ACT)
def hold() -> Answer:
    """Hold the data of a report, or release it."""
    code = request.form.get("code", "").strip()[:40]
    try:
        if request.form.get("act") == "release":
            requests.release(tx(), desk(), code)
            flash(_("Đã thôi giữ dữ liệu của hồ sơ %(code)s.", code=code), "success")
        else:
            requests.hold(tx(), desk(), code, request.form.get("reason", "")[:1000])
            flash(_("Đã giữ dữ liệu của hồ sơ %(code)s.", code=code), "success")
    except NotFound:
        return _list(_("Không có hồ sơ như vậy, hoặc dữ liệu không bị giữ."), 422)
    except BadInput as error:
        known = str(error).partition(":")[0] in FAULTS
        return _list(_fault(error) if known else _("Mã hồ sơ không đúng."), 422)
    return redirect(url_for("privacy.show"))
