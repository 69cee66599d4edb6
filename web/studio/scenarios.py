"""Converts a scenario's text to a table for the browser editor, and back. Responds in JSON."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from engine.errors import BadInput
from engine.scenarios.scenario_table import BEGIN, CLOCK, OUTSIDE, BadCells
from engine.studio import drafts, scenario_desk
from engine.translation.wording import say
from web.display import filters
from web.display.history_text import MARK_CAPTIONS
from web.http.parsing import sent_json
from web.http.request import current_language, requires_permission, tx
from web.studio.files import ACT, json_errors, known_provinces, unit_options, visible_draft

blueprint = Blueprint("studio_scenarios", __name__, url_prefix="/studio/drafts/<int:draft_id>/scenario")

PROVINCE_CAPTIONS = {
    "three_level": lazy_gettext("Ba cấp (có huyện)"),
    "two_level": lazy_gettext("Hai cấp (không có huyện)"),
}
UNIT_FIELDS = ("commune", "department", "unit")
SYSTEM_CAPTIONS = {CLOCK: lazy_gettext("Đồng hồ"), OUTSIDE: lazy_gettext("Bên ngoài")}


@blueprint.post("/table")
@requires_permission(ACT)
@json_errors
def text_to_table(draft_id: int) -> ResponseReturnValue:
    """Convert a scenario's text to a table."""
    body = _json_body()
    if not isinstance(body.get("text"), str):
        raise BadInput("request-without-scenario")
    files = drafts.load_files(tx(), visible_draft(draft_id))
    scenario = asdict(
        scenario_desk.open_as_table(files, _scenario_path(body), body["text"], current_language(), known_provinces())
    )
    for task in scenario["tasks"]:
        task["who"] = str(filters.role_caption(task["role"]))
    for mark in scenario["marks"]:
        mark["label"] = str(MARK_CAPTIONS.get(mark["value"], mark["value"]))
    units = unit_options()
    for field in (field for item in (*scenario["tasks"], *scenario["starts"]) for field in item["fields"]):
        if field["kind"] in UNIT_FIELDS:
            field["values"] = units
    for province in scenario["provinces"]:
        province["label"] = str(PROVINCE_CAPTIONS.get(province["value"], province["value"]))
    for row in scenario["table"]["rows"]:
        if row["act"] == BEGIN:
            continue
        row["who"] = str(SYSTEM_CAPTIONS.get(row["who"]) or (filters.role_caption(row["who"]) if row["who"] else ""))
    return jsonify(scenario)


@blueprint.post("/text")
@requires_permission(ACT)
@json_errors
def table_to_text(draft_id: int) -> ResponseReturnValue:
    """Convert a table to a scenario's text; reports each unreadable cell with the reason."""
    visible_draft(draft_id)
    body = _json_body()
    try:
        before = body["text"] if isinstance(body.get("text"), str) else ""
        path, table = _scenario_path(body), body.get("table")
        return jsonify(text=scenario_desk.text_from_table(path, table, known_provinces(), before))
    except BadCells as error:
        language = current_language()
        cells = [{"row": c.row, "column": c.column, "sentence": say(c.reason, language)} for c in error.cells]
        return jsonify(sentence=say(error, language), cells=cells), 422


def _json_body() -> dict[str, Any]:
    body = sent_json(drafts.MAX_FILE_BYTES)
    if not isinstance(body.get("path", ""), str):
        raise BadInput("request-without-scenario")
    return body


def _scenario_path(body: dict[str, Any]) -> PurePosixPath:
    return PurePosixPath(body.get("path") or "scenario.yaml").with_name("scenario.yaml")
