"""Data subject requests and holds: opened, carried out, answered by their deadline."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.cases import attachments, matter_files
from engine.errors import BadInput, NotFound
from engine.journal import acts, journal
from engine.matters.reading import MatterRecord
from engine.privacy import begun_work, disclosures, matter_retention, requests, retention, subject_access
from engine.privacy.requests import DataSubjectRequest, NewDataSubjectRequest
from engine.privacy.subject_access import SubjectRecord
from engine.translation.wording import say
from web.http import disclosure_log as noted
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits
from web.http.request import current_desk, current_language, current_stamp, request_time, requires_permission, tx
from web.pages import subject_export
from web.pages.subject_export import PARTICULAR_CAPTIONS

blueprint = Blueprint("privacy", __name__, url_prefix="/privacy")

ACT = requests.PERMISSION
WORK_ANSWER = "answer."  # Before the keys of begun work, so that none is taken for the page's own.
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
        work=_work_to_correct(subject_request),
        **captions,
        late=request_time(),
    )
    return page, status


def _work_to_correct(subject_request: DataSubjectRequest) -> dict[int, list[tuple[str, str, str]]]:
    """For each begun work whose texts may be corrected now: key, caption and text of each, by instance."""
    if not subject_request.open or subject_request.row.kind != requests.CORRECT:
        return {}
    language = current_language()
    return {
        record.case.id: [
            (key, field.caption(language), text)
            for key, (field, text) in begun_work.correctable_answers(record).items()
        ]
        for record in begun_work.load_begun_work(tx(), current_desk(), subject_request)
    }


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
    """Correct particulars of one report, or texts of begun work."""
    subject_request, form = _load_request(number), request.form
    report, begun = parse_digits(form.get("report", "")), parse_digits(form.get("begun", ""))
    corrections = {name: form[name] for name in (*requests.CORRECTABLE, "reason") if name in form}
    try:
        if begun is not None:
            prefix, reason = WORK_ANSWER, form.get("reason", "").strip()
            answers = {name.removeprefix(prefix): text for name, text in form.items() if name.startswith(prefix)}
            begun_work.correct_begun_work(tx(), current_desk(), subject_request, begun, answers, reason)
        elif report is None:
            raise NotFound("report-outside-data-request")
        else:
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
    begun = begun_work.load_begun_work(tx(), current_desk(), subject_request)
    noted.record_disclosure(disclosures.EXPORT, [portion.report.id for portion in portions])
    codes = [portion.report.code for portion in portions] + [record.matter.code for record in begun]
    journal.record(tx(), current_stamp(), acts.EXPORT_SUBJECT_DATA, f"data_request:{number}", cases=codes)
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - It is closed with the response.
    with zipfile.ZipFile(cast("BinaryIO", file), "w", zipfile.ZIP_DEFLATED) as archive:
        documents = [subject_export.report_document(portion) for portion in portions]
        work = [subject_export.work_document(record) for record in begun]
        facts = {"row": subject_request.row, "said": documents, "work": work, "made": request_time()}
        archive.writestr("du-lieu.html", render_template("privacy_export.html", **facts))
        archive.writestr("du-lieu.json", json.dumps([*documents, *work], ensure_ascii=False, indent=1))
        _add_files(archive, portions, begun)
    file.seek(0)
    return send_file(
        cast("BinaryIO", file), "application/zip", as_attachment=True, download_name=f"du-lieu-ca-nhan-{number}.zip"
    )


def _add_files(archive: zipfile.ZipFile, portions: Iterable[SubjectRecord], begun: Iterable[MatterRecord]) -> None:
    """Add the files that the person sent, in a folder for each code."""
    for portion in portions:
        for one in portion.files:
            name, _type, content = attachments.load_attachment(tx(), portion.report.id, one.id)
            archive.writestr(f"{portion.report.code}/{one.id}-{name}", content)
    for record in begun:
        for one in subject_export.own_files(record):
            name, _type, content = matter_files.load_matter_file(tx(), record.case.id, one.id)
            archive.writestr(f"{record.matter.code}/{one.id}-{name}", content)


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
