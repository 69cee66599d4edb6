"""A scenario as a table for its editor in the browser, and the table as a scenario's text. Answers in JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, jsonify, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from engine.errors import BadInput
from engine.scenarios.scenario_table import CLOCK, OUTSIDE, BadCells
from engine.studio import drafts, scenario_desk
from engine.studio.scenario_desk import UneditableComments
from web.display import filters
from web.http.request import requires_permission, tx
from web.studio.files import ACT, json_errors, own_draft

blueprint = Blueprint("studio_scenarios", __name__, url_prefix="/studio/drafts/<int:draft_id>/scenario")

ResponseReturnValue = Any
PROVINCE_CAPTIONS = {
    "three_level": lazy_gettext("Ba cấp (có huyện)"),
    "two_level": lazy_gettext("Hai cấp (không có huyện)"),
}
SYSTEM_CAPTIONS = {CLOCK: lazy_gettext("Đồng hồ"), OUTSIDE: lazy_gettext("Bên ngoài")}
# What to write in the cells of a column.
CELL_HINTS = {
    "process": lazy_gettext("Chọn một quy trình."),
    "province": lazy_gettext("Chọn ba cấp hoặc hai cấp."),
    "name": lazy_gettext("Viết một câu nói kịch bản này chứng tỏ điều gì."),
    "starts_at": lazy_gettext("Chọn ngày giờ bắt đầu."),
    "data": lazy_gettext("Viết “tên: giá trị, tên: giá trị”; chữ có dấu , : # thì đặt trong ngoặc kép."),
    "staff": lazy_gettext("Viết “mã đơn vị: [vai trò, vai trò]”."),
    "act": lazy_gettext("Chọn một hành động."),
    "what": lazy_gettext("Chọn việc hoặc tin; để trống khi chờ hoặc chỉ kiểm tra."),
    "when": lazy_gettext("Viết khoảng chờ như 30m, 2h, 5d, hoặc thời điểm như 2026-12-07T08:00+07:00."),
    "values": lazy_gettext("Viết “tên: giá trị, tên: giá trị”; chữ có dấu , : # thì đặt trong ngoặc kép."),
    "expect": lazy_gettext("Viết điều phải thấy, ví dụ “open: [verify], marks: [overdue], finished: true”."),
}


@blueprint.post("/table")
@requires_permission(ACT)
@json_errors
def text_to_table(draft_id: int) -> ResponseReturnValue:
    """The table of a scenario's text."""
    body = _json_body()
    if not isinstance(body.get("text"), str):
        raise BadInput(_("Yêu cầu không có nội dung kịch bản."))
    files = drafts.load_files(tx(), own_draft(draft_id))
    try:
        scenario = asdict(scenario_desk.open_as_table(files, _scenario_path(body), body["text"]))
    except UneditableComments:
        return jsonify(sentence=_("Kịch bản có ghi chú # nên sửa dạng chữ, để ghi chú không mất.")), 422
    for task in scenario["tasks"]:
        task["who"] = str(filters.role_caption(task["role"]))
    for province in scenario["provinces"]:
        province["label"] = str(PROVINCE_CAPTIONS[province["value"]])
    for row in scenario["table"]["rows"]:
        row["who"] = str(SYSTEM_CAPTIONS.get(row["who"]) or (filters.role_caption(row["who"]) if row["who"] else ""))
    return jsonify(scenario)


@blueprint.post("/text")
@requires_permission(ACT)
@json_errors
def table_to_text(draft_id: int) -> ResponseReturnValue:
    """The text of a table; each cell that cannot be read is told with what to write in it."""
    own_draft(draft_id)
    body = _json_body()
    try:
        return jsonify(text=scenario_desk.text_from_table(_scenario_path(body), body.get("table")))
    except BadCells as error:
        cells = [{"row": c.row, "column": c.column, "sentence": str(CELL_HINTS[c.column])} for c in error.cells]
        places = ", ".join(dict.fromkeys(str(cell["row"]) for cell in cells))
        return jsonify(sentence=_("Bảng còn ô chưa đọc được, ở dòng %(rows)s.", rows=places), cells=cells), 422


def _json_body() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or (request.content_length or 0) > drafts.MAX_FILE_BYTES:
        raise BadInput(_("Yêu cầu không có nội dung kịch bản."))
    return body


def _scenario_path(body: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(str(body.get("path") or "scenario.yaml")).with_name("scenario.yaml")
