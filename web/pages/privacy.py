"""Data subject requests and holds: opened, carried out, answered by their deadline."""

from __future__ import annotations

import json
import zipfile
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, dossier
from engine.cases.reports import particular_of
from engine.errors import BadInput, NotFound
from engine.journal import acts, journal
from engine.privacy import disclosures, matter_retention, requests, retention, subject_access
from engine.privacy.requests import DataSubjectRequest, NewDataSubjectRequest
from engine.privacy.subject_access import SubjectRecord
from engine.process import definitions
from engine.translation.wording import say
from web.display import filters, history_text
from web.http import disclosure_log as noted
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_language, current_stamp, request_time, requires_permission, tx
from web.pages.records import ACT_CAPTIONS, PURPOSE_CAPTIONS

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")

ResponseReturnValue = Any
ACT = requests.PERMISSION
IN_MEMORY = 8 * 1024 * 1024
KIND_CAPTIONS = {
    requests.GET: lazy_gettext("Cung cấp dữ liệu"),
    requests.CORRECT: lazy_gettext("Sửa dữ liệu"),
    requests.ERASE: lazy_gettext("Xóa dữ liệu"),
}
OUTCOME_CAPTIONS = {
    requests.DONE: lazy_gettext("đã thực hiện"),
    requests.PARTLY: lazy_gettext("thực hiện một phần"),
    requests.REFUSED: lazy_gettext("từ chối"),
}
STAY_REASONS = {
    retention.OPEN: lazy_gettext("hồ sơ chưa kết thúc"),
    retention.LINKED: lazy_gettext("hồ sơ gắn với hồ sơ chưa kết thúc"),
    retention.HELD: lazy_gettext("dữ liệu đang được giữ lại theo yêu cầu của cơ quan có thẩm quyền"),
    retention.RECENT: lazy_gettext("hồ sơ vừa thay đổi"),
}
PARTICULAR_CAPTIONS = {
    "reporter_name": lazy_gettext("Họ và tên"),
    "phone": lazy_gettext("Số điện thoại"),
    "address": lazy_gettext("Địa chỉ"),
    "position": lazy_gettext("Vị trí trên bản đồ"),
    "email": lazy_gettext("Thư điện tử"),
}
ANSWER_CAPTIONS = {
    "answer_text": lazy_gettext("Trả lời"),
    "given_answer": lazy_gettext("Trả lời ngay khi gọi"),
    "divert_reason": lazy_gettext("Hướng dẫn nơi tiếp nhận"),
    "satisfied": lazy_gettext("Hài lòng"),
    "rating": lazy_gettext("Chấm điểm"),
    "dissatisfied_reason": lazy_gettext("Vì sao chưa hài lòng"),
    "comment": lazy_gettext("Ý kiến khác"),
}


@blueprint.get("")
@requires_permission(ACT)
def show_subject_requests() -> ResponseReturnValue:
    """List open requests with their deadlines, closed ones, and holds."""
    return _render_requests()


def _render_requests(fault: str = "", status: int = 200) -> ResponseReturnValue:
    before = request.args.get("before", "")
    rows = requests.list_data_requests(tx(), parse_digits(before))
    closed = [row for row in rows if row.closed_at is not None]
    page = render_template(
        "privacy.html",
        rows=rows,
        kinds=KIND_CAPTIONS,
        outcomes=OUTCOME_CAPTIONS,
        holds=requests.list_holds(tx()),
        fault=fault,
        typed=request.form,
        following=closed[-1].id if len(closed) == requests.PAGE_SIZE else None,
        late=request_time(),
    )
    return page, status


@blueprint.post("")
@requires_permission(ACT)
def submit_subject_request() -> ResponseReturnValue:
    """Open a request."""
    form = request.form
    try:
        new = NewDataSubjectRequest(*(form.get(name, "")[:1000] for name in ("kind", "phone", "name", "identity")))
        number = requests.open_data_request(tx(), current_desk(), new)
    except BadInput as error:
        return _render_requests(say(error, current_language()), 422)
    return redirect(url_for("privacy.show_subject_request", number=number))


@blueprint.get("/<int:number>")
@requires_permission(ACT)
def show_subject_request(number: int) -> ResponseReturnValue:
    """Show one request with the reports that it concerns."""
    return _render_request(_load_request(number))


def _load_request(number: int) -> DataSubjectRequest:
    if number >= 2**31:
        raise NotFound("data-request-unknown")
    return requests.load_data_request(tx(), number)


def _render_request(subject_request: DataSubjectRequest, fault: str = "", status: int = 200) -> ResponseReturnValue:
    noted.record_disclosure(
        disclosures.SUBJECT, [row.id for row in subject_request.reports if row.anonymised_at is None]
    )
    stays: dict[int, str] = {}
    matter_stays: dict[int, str] = {}
    if subject_request.open and subject_request.row.kind == requests.ERASE:
        ids = [row.id for row in subject_request.reports if row.anonymised_at is None]
        stays = {
            key: str(STAY_REASONS[why])
            for key, why in retention.plan_erasure(tx(), ids, request_time()).retention_reasons.items()
        }
        begun = [row.instance_id for row in subject_request.matters if row.anonymised_at is None]
        plan = matter_retention.plan_matter_erasure(tx(), begun, request_time(), None)
        matter_stays = {key: str(STAY_REASONS[why]) for key, why in plan.retention_reasons.items()}
    captions = {"kinds": KIND_CAPTIONS, "outcomes": OUTCOME_CAPTIONS, "particulars": PARTICULAR_CAPTIONS}
    page = render_template(
        "privacy_request.html",
        found=subject_request,
        fault=fault,
        stays=stays,
        matter_stays=matter_stays,
        **captions,
        late=request_time(),
    )
    return page, status


@blueprint.post("/<int:number>/close")
@requires_permission(ACT)
def record_request_outcome(number: int) -> ResponseReturnValue:
    """Record the outcome of a request."""
    subject_request = _load_request(number)
    try:
        requests.close_data_request(
            tx(), current_desk(), number, request.form.get("outcome", ""), request.form.get("answer", "")[:2000]
        )
    except BadInput as error:
        return _render_request(subject_request, say(error, current_language()), 422)
    flash(_("Đã ghi kết quả của yêu cầu."), "success")
    return redirect(url_for("privacy.show_subject_requests"))


@blueprint.post("/<int:number>/correct")
@requires_permission(ACT)
def correct_report(number: int) -> ResponseReturnValue:
    """Correct particulars of one report."""
    subject_request, form = _load_request(number), request.form
    report = parse_digits(form.get("report", ""))
    corrections = {name: form[name] for name in (*requests.CORRECTABLE, "reason") if name in form}
    try:
        if report is None:
            raise NotFound("report-outside-data-request")
        requests.fulfil_correction(tx(), current_desk(), subject_request, report, corrections)
    except BadInput as error:
        return _render_request(subject_request, say(error, current_language()), 422)
    flash(_("Đã sửa; nhật ký của hồ sơ ghi việc này."), "success")
    return redirect(url_for("privacy.show_subject_request", number=number))


@blueprint.post("/<int:number>/erase")
@requires_permission(ACT)
def carry_out_erasure(number: int) -> ResponseReturnValue:
    """Erase what may be erased, and answer the request with what stays and why."""
    subject_request = _load_request(number)
    stays = requests.fulfil_erasure(tx(), current_desk(), subject_request)
    concerned = [*subject_request.reports, *subject_request.matters]
    erased = sum(1 for row in concerned if row.anonymised_at is None) - len(stays)
    outcome = requests.DONE if not stays else requests.PARTLY if erased else requests.REFUSED
    reasons = "; ".join(f"{code}: {STAY_REASONS[why]}" for code, why in stays.items())
    answer = _("Đã xóa dữ liệu cá nhân của %(num)s hồ sơ.", num=erased)
    if reasons:
        answer += " " + _("Chưa xóa: %(codes)s.", codes=reasons)
    requests.close_data_request(tx(), current_desk(), number, outcome, answer[:2000])
    flash(answer, "success" if erased else "warning")
    return redirect(url_for("privacy.show_subject_requests"))


@blueprint.get("/<int:number>/export")
@requires_permission(ACT)
@requires_fresh_proof
def export_subject_data(number: int) -> ResponseReturnValue:
    """Export everything about the person in one ZIP: a page to read, the same as JSON, and the files they sent."""
    subject_request = _load_request(number)
    if subject_request.row.kind != requests.GET or not subject_request.open:
        raise NotFound("data-request-not-for-access")
    portions = subject_access.collect_records(tx(), subject_request.reports)
    noted.record_disclosure(disclosures.EXPORT, [portion.report.id for portion in portions])
    codes = [portion.report.code for portion in portions]
    journal.record(tx(), current_stamp(), acts.EXPORT_SUBJECT_DATA, f"data_request:{number}", cases=codes)
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - It is closed with the response.
    with zipfile.ZipFile(cast("BinaryIO", file), "w", zipfile.ZIP_DEFLATED) as archive:
        documents = [_portion_document(portion) for portion in portions]
        archive.writestr(
            "du-lieu.html",
            render_template("privacy_export.html", row=subject_request.row, said=documents, made=request_time()),
        )
        archive.writestr("du-lieu.json", json.dumps(documents, ensure_ascii=False, indent=1))
        for portion in portions:
            for one in portion.files:
                name, _type, content = attachments.load_attachment(tx(), portion.report.id, one.id)
                archive.writestr(f"{portion.report.code}/{one.id}-{name}", content)
    file.seek(0)
    return send_file(
        cast("BinaryIO", file), "application/zip", as_attachment=True, download_name=f"du-lieu-ca-nhan-{number}.zip"
    )


def _portion_document(portion: SubjectRecord) -> dict[str, Any]:
    """A portion in words, as JSON-compatible values."""
    report = portion.report
    posts = subject_access.first_posts(
        tx(), [row.actor for row in portion.acts] + [row.viewer for row in portion.disclosures]
    )
    means = filters.choice_captions("verify", "contact_by")
    acts = []
    for row in portion.acts:
        elements = dossier.process_element_names(
            definitions.load_deployment(tx(), row.deployment).get_process(row.process), current_language()
        )
        task = elements.get(row.node, "")
        acts.append(
            [
                filters.instant_text(row.at),
                _actor_post(posts, row.actor),
                " · ".join(filter(None, (str(ACT_CAPTIONS.get(row.action, "")), task))),
            ]
        )
    return {
        "code": report.code,
        "received": filters.instant_text(report.received_at),
        "channel": filters.channel_caption(report.channel),
        "field": filters.field_caption(report.field),
        "place": filters.unit_caption(report.place),
        "particulars": {str(title): particular_of(report, name) for name, title in PARTICULAR_CAPTIONS.items()},
        "content": report.content,
        "contacts": [[filters.instant_text(one.at), means.get(one.means, one.means)] for one in portion.contacts],
        "told": [
            [filters.instant_text(at), str(ANSWER_CAPTIONS[key]), _answer_word(text)]
            for at, key, text in portion.answers
        ],
        "files": [one.name for one in portion.files],
        "acts": acts,
        "seen": [
            [filters.instant_text(one.at), _actor_post(posts, one.viewer), str(PURPOSE_CAPTIONS.get(one.purpose, ""))]
            for one in portion.disclosures
        ],
    }


def _answer_word(text: str) -> str:
    return {"yes": _("có"), "no": _("không")}.get(text, text)


def _actor_post(posts: dict[str, tuple[str, str]], actor: str) -> str:
    """The actor without a name: role and unit, the citizen, the system."""
    if actor in posts:
        unit, role = posts[actor]
        return f"{filters.role_caption(role)}, {filters.unit_caption(unit)}"
    return str(history_text.ACTOR_NAMES.get(actor.partition(":")[0], _("Cán bộ")))


@blueprint.post("/holds")
@requires_permission(ACT)
def change_hold() -> ResponseReturnValue:
    """Place or release a hold on the data of a report."""
    code = request.form.get("code", "").strip()[:40]
    try:
        if request.form.get("act") == "release":
            requests.release_hold(tx(), current_desk(), code)
            flash(_("Đã thôi giữ dữ liệu của hồ sơ %(code)s.", code=code), "success")
        else:
            requests.place_hold(tx(), current_desk(), code, request.form.get("reason", "")[:1000])
            flash(_("Đã giữ dữ liệu của hồ sơ %(code)s.", code=code), "success")
    except (BadInput, NotFound) as error:
        return _render_requests(say(error, current_language()), 422)
    return redirect(url_for("privacy.show_subject_requests"))
