"""Lists as files: the inbox, a search, the cases behind a number and the chase desk, with the rows that the page has.

Instead of the reporter's words there is the masked line of the matter, as on lists of those who only watch (R14).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.cases import inbox, matter_lines
from engine.cases.tasks import Desk
from engine.chase import worklist
from engine.clock import VIETNAM
from engine.documents import list_file
from engine.documents.list_file import MOST_ROWS, ListCell, ListTable
from engine.errors import BadInput
from engine.journal import acts, journal
from engine.statistics import lists
from engine.translation.wording import say
from web.display import filters as shown
from web.display import monitor_text
from web.http import downloads, error_pages
from web.http.request import (
    current_desk,
    current_language,
    current_officer,
    current_stamp,
    current_world,
    request_time,
    requires_permission,
    tx,
)
from web.pages import case, chase, monitor
from web.pages.inbox import LIST_TITLES, parse_inbox_filter

blueprint = Blueprint("exports", __name__, url_prefix="/export")

NEVER = 9999  # The year of a deadline that is none.


@blueprint.get("/inbox/<kind>")
def download_inbox(kind: str) -> ResponseReturnValue:
    """Download one list of tasks."""
    list_file.require_list_kind(kind)
    filters = parse_inbox_filter({**request.args, "after": ""})
    page = inbox.list_tasks(tx(), current_officer(), filters, request_time(), MOST_ROWS)
    lines = _matter_lines(page.rows)
    columns = {
        _("Mã hồ sơ"): lambda row: row.code,
        _("Bước"): lambda row: shown.step_caption(row.name),
        **_report_columns(),
        _("Đơn vị"): lambda row: shown.unit_caption(row.unit_code),
        _("Người giữ"): lambda row: row.assignee or "",
        _("Tiếp nhận lúc"): lambda row: row.received_at,
        **_deadline_columns(),
        _("Nội dung"): lambda row: lines.get(row.code, ""),
    }
    return _list_response(kind, f"inbox-{filters.view}", str(LIST_TITLES[filters.view]), columns, page)


@blueprint.get("/cases/<kind>")
def download_search(kind: str) -> ResponseReturnValue:
    """Download what a search finds; recorded as the search itself is."""
    list_file.require_list_kind(kind)
    search = case.recorded_search(request.args.get("text", "").strip()[:100])
    lines = _matter_lines(search.rows)
    columns = {
        _("Mã hồ sơ"): lambda row: row.code,
        **_report_columns(),
        _("Tiếp nhận lúc"): lambda row: row.received_at,
        _("Tình trạng"): lambda row: _("Đã kết thúc") if row.status == "finished" else _("Đang giải quyết"),
        **_deadline_columns(),
        _("Nội dung"): lambda row: lines.get(row.code, ""),
    }
    return _list_response(kind, "search", _("Tra cứu"), columns, search)


@blueprint.get("/figures/<kind>")
@requires_permission(monitor.ACT)
def download_measured(kind: str) -> ResponseReturnValue:
    """Download the cases behind a number."""
    list_file.require_list_kind(kind)
    try:
        filters, _period = monitor.parse_measure_filter()
        page = lists.list_cases(tx(), filters, request_time(), limit=MOST_ROWS)
    except BadInput as error:
        return error_pages.render_error(400, say(error, current_language()))
    lines = _matter_lines(page.rows)
    columns = {
        _("Mã hồ sơ"): lambda row: row.code,
        **_report_columns(),
        _("Đơn vị"): lambda row: shown.unit_caption(row.unit),
        _("Việc đang chờ"): lambda row: shown.step_caption(row.task) if row.task else "",
        _("Từ"): lambda row: row.began_at,
        **_deadline_columns(),
        _("Xong lúc"): lambda row: row.ended_at,
        _("Kết quả"): lambda row: str(monitor_text.ENDING_CAPTIONS.get(row.ended_by, "")),
        _("Nội dung"): lambda row: lines.get(row.code, ""),
    }
    return _list_response(kind, filters.measure, str(monitor_text.MEASURE_TITLES[filters.measure]), columns, page)


@blueprint.get("/chase/<kind>")
@requires_permission(chase.WATCH_CHASE)
def download_chase_list(kind: str) -> ResponseReturnValue:
    """Download one list of the chase desk."""
    list_file.require_list_kind(kind)
    filters = chase.parse_chase_filter({**request.args, "after": ""})
    page = worklist.list_chase_cases(tx(), filters, request_time(), current_world(), MOST_ROWS)
    lines = _matter_lines(page.rows)
    columns = {
        _("Mã hồ sơ"): lambda row: row.code,
        **_report_columns(),
        _("Đơn vị đang giữ"): lambda row: "; ".join(_holder_text(holder) for holder in row.holders),
        **_deadline_columns(),
        _("Thông báo đã gửi"): lambda row: row.reminded,
        _("Chờ Văn phòng quyết định"): lambda row: _("có") if row.chase_open else "",
        _("Văn bản đôn đốc"): lambda row: "; ".join(symbol for _number, symbol in row.directives),
        _("Nội dung"): lambda row: lines.get(row.code, ""),
    }
    title = str(chase.VIEW_TITLES[filters.view][0])
    return _list_response(kind, f"chase-{filters.view}", title, columns, page)


def _holder_text(holder: worklist.CaseAssignment) -> str:
    return " · ".join(
        (shown.unit_caption(holder.unit), shown.step_caption(holder.stage), holder.person or _("chưa ai nhận"))
    )


def _matter_lines(rows: Sequence[Any]) -> Mapping[str, str]:
    desk: Desk = current_desk()
    return matter_lines.load_lines(tx(), desk, [row.code for row in rows])


def _report_columns() -> dict[str, Any]:
    return {
        _("Mức khẩn"): lambda row: shown.urgency_caption(row.urgency) if row.urgency else "",
        _("Lĩnh vực"): lambda row: shown.field_caption(row.field) if row.field else "",
        _("Địa bàn"): lambda row: shown.unit_caption(row.place),
    }


def _deadline_columns() -> dict[str, Any]:
    return {
        _("Hạn"): lambda row: row.due_at if row.due_at and row.due_at.year < NEVER else None,
        _("Thời gian còn lại"): _time_left_text,
    }


def _time_left_text(row: Any) -> str:
    over = getattr(row, "ended_at", None) or getattr(row, "status", "") == "finished"
    return "" if over else shown.request_time_left(row.due_at, row.urgency).words


def _list_response(kind: str, name: str, title: str, columns: Mapping[str, Any], page: Any) -> ResponseReturnValue:
    """The rows of a page as a file; that they were taken away is recorded, without what was searched for."""
    rows: list[list[ListCell]] = [[cell(row) for cell in columns.values()] for row in page.rows]
    note = _cut_note() if getattr(page, "following", None) else ""
    table = ListTable(title, [str(caption) for caption in columns], rows, note)
    content = list_file.render_list(kind, table, request_time())
    journal.record(tx(), current_stamp(), acts.EXPORT_LIST, f"list:{name}", rows=len(rows), kind=kind)
    made = request_time().astimezone(VIETNAM)
    return downloads.file_response(content, list_file.MIME_TYPES[kind], f"{title} {made:%Y-%m-%d %H%M}.{kind}")


def _cut_note() -> str:
    number = shown.number_text(MOST_ROWS)
    return _("Chỉ có %(num)s dòng đầu; lọc danh sách rồi tải tiếp phần còn lại.", num=number)


@blueprint.app_template_global("most_exported")
def export_limit() -> int:
    """How many rows an exported list has at most, for the sentence beside its links."""
    return MOST_ROWS
