"""Audit pages: all acts with filters, verification of the chains, the disclosure log, the event log export."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine import clock
from engine.cases import code_search, dossier, reports
from engine.cases.masking import MASK, reason_masker
from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.journal import acts, journal
from engine.operations import anchor_export
from engine.privacy import disclosures, requests
from engine.process import definitions
from engine.process.act_detail import ActDetail
from engine.process.stored_faults import stored_sentence
from engine.records import audit_log, batch_cursor, proof, verifying, xes
from engine.records.audit_log import AuditFilter
from engine.staff import access
from engine.store.db import read_snapshot
from engine.translation.wording import say
from web.display import form_view, history_text
from web.display.origins import origin_prefix
from web.http.confirmation import requires_fresh_proof
from web.http.parsing import parse_digits, parse_period
from web.http.request import (
    current_application,
    current_desk,
    current_language,
    current_officer,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)

blueprint = Blueprint("records", __name__, url_prefix="/records")

ACT = "read_records"
FILTER_NAMES = ("code", "unit", "login", "action", "origin")
LONGEST_EXPORT = timedelta(days=367)  # For exports from the page; the command line has no limit.
IN_MEMORY = 4 * 1024 * 1024
MOST_FLASHED = 10  # Differences of one case that the page lists; all of them are incidents the night after.
ACT_CAPTIONS = {
    "start": lazy_gettext("Tiếp nhận phản ánh"),
    "complete": lazy_gettext("Hoàn thành việc"),
    "fire": lazy_gettext("Đến mốc thời gian"),
    "claim": lazy_gettext("Nhận việc"),
    "release": lazy_gettext("Bỏ nhận việc"),
    "hand_over": lazy_gettext("Giao đồng nghiệp"),
    "delegate": lazy_gettext("Ủy quyền xử lý"),
    "message": lazy_gettext("Điều chỉnh hồ sơ"),
    "contact": lazy_gettext("Liên hệ người dân"),
    "reveal": lazy_gettext("Xem thông tin người phản ánh"),
    "repeat": lazy_gettext("Thêm người phản ánh"),
    "split": lazy_gettext("Tách hồ sơ"),
    "note": lazy_gettext("Ghi chú"),
    "remind": lazy_gettext("Nhắc đơn vị"),
    "directive": lazy_gettext("Văn bản đôn đốc"),
    "correct": lazy_gettext("Sửa thông tin cá nhân"),
    "anonymise": lazy_gettext("Xóa thông tin cá nhân"),
    "hold": lazy_gettext("Giữ lại dữ liệu"),
    "release_hold": lazy_gettext("Ngừng giữ dữ liệu"),
    "reschedule": lazy_gettext("Tính lại thời hạn"),
    "move_unit": lazy_gettext("Sắp xếp đơn vị"),
    "migrate": lazy_gettext("Đổi bản quy trình"),
    "return": lazy_gettext("Trở lại bản quy trình trước"),
    "cancel": lazy_gettext("Kết thúc hồ sơ"),
}
PURPOSE_CAPTIONS = {
    disclosures.CASE: lazy_gettext("mở hồ sơ"),
    disclosures.TASK: lazy_gettext("mở việc"),
    disclosures.LIST: lazy_gettext("thấy trong danh sách việc"),
    disclosures.CALL: lazy_gettext("tra khi nhận cuộc gọi"),
    disclosures.FILE: lazy_gettext("mở tệp"),
    disclosures.SLIP: lazy_gettext("tải phiếu chuyển"),
    disclosures.EXPORT: lazy_gettext("xuất dữ liệu theo yêu cầu"),
    disclosures.FOLLOW: lazy_gettext("người phản ánh tra cứu"),
    disclosures.SUBJECT: lazy_gettext("xử lý yêu cầu về dữ liệu"),
    disclosures.SEARCH: lazy_gettext("tìm bằng số điện thoại hoặc mã hồ sơ"),
}


@blueprint.get("")
@requires_permission(ACT)
def show_records() -> ResponseReturnValue:
    """List acts, newest first, and the result of the last check of the chains."""
    typed = {name: request.args.get(name, "").strip()[:100] for name in (*FILTER_NAMES, "from", "to")}
    fault, page = "", audit_log.AuditPage((), None)
    try:
        filters = _parse_filter(typed)
        page = audit_log.find_acts(tx(), filters)
    except (BadInput, NotFound) as error:
        fault = say(error, current_language())
    return _render_records(typed, page, fault), 422 if fault else 200


def _render_records(typed: Mapping[str, str], page: audit_log.AuditPage, fault: str) -> str:
    names = _PageNames(audit_log.names_in_acts(tx(), page.rows))
    masks = _reason_masks(page.rows)
    lines = [
        (row, history_text.author_name(names, row), _row_sentence(names, row, masks.get(row.instance_id)))
        for row in page.rows
    ]
    checked = batch_cursor.last_finished_sweep(tx(), batch_cursor.HISTORY)
    return render_template(
        "records.html",
        typed=typed,
        lines=lines,
        fault=fault,
        until=page.until,
        following=_page_link(typed, page.following) if page.following else "",
        filtered=any(typed.values()),
        opens=any(role == "provincial_office" for _unit, role in current_officer().roles),
        names=ACT_CAPTIONS,
        units=form_view.sort_units(item for item in current_world().units.units if not item.closed),
        checked=checked,
        begun_by=_begun_by(checked.by) if checked else "",
        first=_first_fault(checked.first) if checked else "",
        anchor=anchor_export.load_newest(tx()),
        settings=current_application().settings,
        checking=batch_cursor.unfinished_sweep(tx(), batch_cursor.HISTORY),
        today=request_time().astimezone(VIETNAM).date(),
    )


def _begun_by(who: str) -> str:
    return history_text.actor_name(_PageNames(audit_log.names_of_actors(tx(), [who])), who)


def _first_fault(text: str) -> str:
    """The first fault found, in the visitor's language, as part of a sentence."""
    return stored_sentence(text, current_language()).removesuffix(".")


class _PageNames:
    """Names of a page's people, as `history_text.PersonNames`."""

    def __init__(self, names: Mapping[int, str]) -> None:
        self.names = names


def _reason_masks(rows: Sequence[Any]) -> dict[int, Callable[[str, ActDetail], str]]:
    """How the reasons of acts on reports are shown, by case: masked; hidden from those who see no cases at all."""
    reporters = reports.reporters_by_case(tx(), {row.instance_id for row in rows})
    if not access.has_permission(current_officer(), requests.PERMISSION):
        return dict.fromkeys(reporters, lambda _action, detail: MASK if detail.reason else "")
    return {case_id: reason_masker(reporter) for case_id, reporter in reporters.items()}


def _row_sentence(names: _PageNames, row: Any, masked: Callable[[str, ActDetail], str] | None) -> str:
    """One act in words; a case that is not a report is worded as begun, not received."""
    sentence = history_text.act_sentence(names, _element_names(row), row, masked)
    return (
        sentence.replace(str(history_text.ACT_SENTENCES["start"]), _("Bắt đầu"))
        if row.page and row.action == "start"
        else sentence
    )


def _element_names(row: Any) -> Mapping[str, str]:
    """Element names from the diagrams that a case runs through."""
    process = definitions.load_deployment(tx(), row.deployment).get_process(row.process)
    return dossier.process_element_names(process, current_language())


def _parse_filter(typed: Mapping[str, str]) -> AuditFilter:
    """Parse the filter in a URL; raises BadInput with the fault."""
    start, end = parse_period(typed["from"], typed["to"])
    if (typed["unit"] and not current_world().units.knows(typed["unit"])) or (
        typed["action"] and typed["action"] not in ACT_CAPTIONS
    ):
        raise BadInput("record-unit-unknown")
    narrowing = {name: typed[name] for name in FILTER_NAMES} | {"origin": origin_prefix(typed["origin"])}
    after = request.args.get("after", "")
    return AuditFilter(**narrowing, start=start, end=end, after=_parse_cursor(after) if after else None)


def _parse_cursor(text: str) -> audit_log.ActKey:
    """Parse where a page ended: an instant, a case and a row."""
    at, *numbers = text.split(",")
    ids = [parse_digits(number) for number in numbers]
    if len(ids) != 2 or ids[0] is None or ids[1] is None:
        raise BadInput("list-page-unknown")
    return clock.parse_instant(at), ids[0], ids[1]


def _page_link(typed: Mapping[str, str], after: audit_log.ActKey) -> str:
    filled_in = {name: value for name, value in typed.items() if value}
    cursor = ",".join([after[0].isoformat(), str(after[1]), str(after[2])])
    return f"{url_for('records.show_records')}?{urlencode({**filled_in, 'after': cursor})}"


@blueprint.get("/people")
@requires_permission(ACT)
def show_people_picker() -> ResponseReturnValue:
    """List everybody with an account, for a picker."""
    return render_template("records_people.html", people=audit_log.list_logins(tx()))


@blueprint.post("/verify")
@requires_permission(ACT)
def check_history() -> ResponseReturnValue:
    """Check one case immediately, or have the workers check all."""
    code = request.form.get("code", "").strip()[:40]
    if code:
        return _check_case(code)
    if batch_cursor.unfinished_sweep(tx(), batch_cursor.HISTORY) is None:
        batch_cursor.start_sweep(tx(), batch_cursor.HISTORY, current_desk().who.actor, request_time())
        journal.record(tx(), current_stamp(), acts.VERIFY_RECORDS, "record:")
    flash(_("Đang kiểm tra toàn bộ nhật ký; kết quả sẽ hiện ở trang này."), "success")
    return redirect(url_for("records.show_records"))


def _check_case(code: str) -> ResponseReturnValue:
    try:
        if code_search.begun_instance(tx(), code) is None:
            code = code_search.resolve_code(tx(), code)
        ids = audit_log.case_ids_of(tx(), code)
    except (BadInput, NotFound):
        flash(_("Không có hồ sơ %(code)s.", code=code), "danger")
        return redirect(url_for("records.show_records"))
    with read_snapshot(current_application().database) as reading:
        faults = proof.check_cases(reading, ids).all_faults
        sentences = [say(verifying.name_case(reading, fault), current_language()) for fault in faults[:MOST_FLASHED]]
    journal.record(tx(), current_stamp(), acts.VERIFY_RECORDS, f"case:{code}", broken=len(faults))
    for sentence in sentences:
        flash(f"{sentence}.", "danger")
    if not faults:
        flash(_("Nhật ký của hồ sơ %(code)s còn nguyên vẹn, dữ liệu đang lưu khớp với nhật ký.", code=code), "success")
    return redirect(url_for("records.show_records", code=code))


@blueprint.get("/seen")
@requires_permission(ACT)
def show_disclosures() -> ResponseReturnValue:
    """Show the disclosure log: who was shown whose personal data, by case and by person."""
    filters = disclosures.DisclosureFilter(
        request.args.get("code", "").strip()[:40], request.args.get("login", "").strip()[:80]
    )
    rows: Any = []
    fault, after = "", request.args.get("after", "")
    try:
        if filters.code or filters.login:
            rows = disclosures.list_disclosures(
                tx(), replace(filters, after=_parse_disclosure_cursor(after) if after else None)
            )
    except (BadInput, NotFound) as error:
        fault = say(error, current_language())
    more = rows[disclosures.PAGE_SIZE - 1] if len(rows) > disclosures.PAGE_SIZE else None
    following = ""
    if more is not None:
        cursor = ",".join([more.at.isoformat(), str(more.report_id), more.viewer, more.purpose])
        following = url_for(
            "records.show_disclosures", code=filters.code or None, login=filters.login or None, after=cursor
        )
    context = {"rows": rows[: disclosures.PAGE_SIZE], "wanted": filters, "fault": fault, "following": following}
    return render_template("records_seen.html", **context, purposes=PURPOSE_CAPTIONS), 422 if fault else 200


def _parse_disclosure_cursor(text: str) -> tuple[datetime, int, str, str]:
    at, number, viewer, purpose = (text.split(",") + [""] * 4)[:4]
    report = parse_digits(number)
    if report is None or purpose not in disclosures.PURPOSES:
        raise BadInput("list-page-unknown")
    return clock.parse_instant(at), report, viewer[:80], purpose


@blueprint.get("/export")
@requires_permission(ACT)
@requires_fresh_proof
def export_event_log() -> ResponseReturnValue:
    """Export the cases started in a period as an event log without names."""
    start = end = None
    with suppress(BadInput):
        start, end = parse_period(request.args.get("from", ""), request.args.get("to", ""))
    if start is None or end is None or end - start > LONGEST_EXPORT:
        flash(_("Chọn ngày đầu và ngày cuối, cách nhau không quá một năm."), "danger")
        return redirect(url_for("records.show_records"))
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - It is closed with the response.
    with (
        read_snapshot(current_application().database) as reading,
        gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as archive,
    ):
        counts = xes.export_log(reading, start, end, cast("BinaryIO", archive))
    subject = f"period:{start:%Y-%m-%d}/{end - timedelta(days=1):%Y-%m-%d}"
    journal.record(tx(), current_stamp(), acts.EXPORT_EVENT_LOG, subject, cases=counts.traces)
    file.seek(0)
    name = f"nhat-ky-{start:%Y%m%d}-{end - timedelta(days=1):%Y%m%d}.xes.gz"
    return send_file(cast("BinaryIO", file), "application/gzip", as_attachment=True, download_name=name)
