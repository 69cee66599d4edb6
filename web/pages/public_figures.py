"""The page of figures that everybody may read, and the same as open data; computed once in ten minutes."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.clock import VIETNAM
from engine.errors import BadInput, NotFound
from engine.statistics import public_figures
from engine.statistics.public_figures import PublicFigures, PublicRow
from web.http import downloads
from web.http.request import current_application, current_language, current_world, public_page, request_time, tx

blueprint = Blueprint("public_figures", __name__, url_prefix="/cong-khai")

KEPT = timedelta(minutes=10)
MOST_KEPT = 64
PARTS = ("fields", "units", "months")
COLUMNS = ("part", "code", "name", "received", "resolved", "on_time", "rated", "satisfied")


def _current_figures() -> PublicFigures:
    """The figures of the month in the address, the last one without; raises NotFound, BadInput."""
    application, now = current_application(), request_time()
    if not application.settings.public_figures:
        raise NotFound
    first = _sent_month()
    known: dict[Any, PublicFigures] = application.extensions.setdefault("public_figures", {})
    key = (first, current_language(), current_world().units.revision)
    figures = known.get(key)
    if figures is None or not timedelta(0) <= now - figures.made_at < KEPT:
        figures = public_figures.compile_public_figures(tx(), first, current_world().units, now, current_language())
        if len(known) >= MOST_KEPT:
            known.clear()
        known[key] = figures
    return figures


def _sent_month() -> date:
    today = request_time().astimezone(VIETNAM).date()
    text = request.args.get("month", "")
    if not text:
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadInput("period-in-future") from error
    if first > today or today.year - first.year > 10:
        raise BadInput("period-in-future")
    return first


@blueprint.get("")
@public_page
def show_public_figures() -> ResponseReturnValue:
    """Show the figures of a month."""
    figures = _current_figures()
    tables = [
        (_("Theo lĩnh vực"), _("Lĩnh vực"), figures.fields),
        (_("Theo đơn vị"), _("Đơn vị"), figures.units),
        (_("Theo tháng"), _("Tháng"), figures.months),
    ]
    return render_template("public_figures.html", figures=figures, tables=tables, least=public_figures.LEAST)


@blueprint.get("/figures.json")
@public_page
def download_public_json() -> Response:
    """The same for programs."""
    figures = _current_figures()
    content = {"from": figures.period.first.isoformat(), "to": figures.period.last.isoformat()}
    rows = {part: [asdict(row) for row in getattr(figures, part)] for part in PARTS}
    whole = {**content, "hidden_below": public_figures.LEAST, "total": asdict(figures.total), **rows}
    return Response(json.dumps(whole, ensure_ascii=False), content_type="application/json")


@blueprint.get("/figures.csv")
@public_page
def download_public_csv() -> Response:
    """The same for spreadsheets; an empty cell is a hidden one."""
    figures, text = _current_figures(), io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for part, rows in (("total", (figures.total,)), *((part, getattr(figures, part)) for part in PARTS)):
        writer.writerows(_csv_row(part, row) for row in rows)
    name = f"cong-khai-{figures.period.first:%Y-%m}.csv"
    return downloads.file_response(text.getvalue().encode("utf-8-sig"), "text/csv", name)


def _csv_row(part: str, row: PublicRow) -> dict[str, object]:
    return {"part": part, **asdict(row)}
