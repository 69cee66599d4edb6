"""The public figures as open data: CSV, JSON and GeoJSON of each month, and their description in DCAT."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict

from flask import Blueprint, Response, request

from engine.province import borders
from engine.province.border_file import border_geometry
from engine.statistics import public_figures
from engine.statistics.public_areas import PublicArea
from engine.statistics.public_figures import MONTHS, PublicRow
from web.display import open_data
from web.display.kept_figures import KEPT, current_answers, current_figures, last_months, require_published
from web.http import downloads
from web.http.request import public_page, tx

blueprint = Blueprint("public_data", __name__, url_prefix="/cong-khai")

PARTS = ("fields", "units", "months")
COLUMNS = ("part", "code", "name", *public_figures.COUNTS, "rank")


@blueprint.get("/figures.json")
@public_page
def download_public_json() -> Response:
    """The figures of a month for programs."""
    figures = current_figures().figures
    content = {"from": figures.period.first.isoformat(), "to": figures.period.last.isoformat()}
    rows = {part: [asdict(row) for row in getattr(figures, part)] for part in PARTS}
    answers = [{**answer._asdict(), "month": f"{answer.month:%Y-%m}"} for answer in current_answers()]
    figures_of_month = {"total": asdict(figures.total), **rows, "answers": answers}
    whole = {**content, "hidden_below": public_figures.LEAST, **figures_of_month}
    return _send_json(whole, "application/json", f"cong-khai-{current_figures().month}.json")


@blueprint.get("/figures.csv")
@public_page
def download_public_csv() -> Response:
    """The same for spreadsheets; an empty cell is a hidden one."""
    kept, text = current_figures(), io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for part, rows in (("total", (kept.figures.total,)), *((part, getattr(kept.figures, part)) for part in PARTS)):
        writer.writerows({"part": part, **asdict(row)} for row in rows)
    content = text.getvalue().encode("utf-8-sig")
    return _keep_a_while(downloads.file_response(content, "text/csv", f"cong-khai-{kept.month}.csv"))


@blueprint.get("/communes.geojson")
@public_page
def download_public_areas() -> Response:
    """The figures by area of the map; null is a hidden one (RFC 7946)."""
    kept, current = current_figures(), borders.current_borders(tx())
    origin = {"source": current.source, "licence": current.licence} if current is not None else {}
    whole = {"type": "FeatureCollection", **origin, "features": [_feature(area) for area in kept.areas]}
    return _send_json(whole, "application/geo+json", f"cong-khai-{kept.month}.geojson")


def _feature(area: PublicArea) -> dict[str, object]:
    row: PublicRow = area.figures
    counts = {name: getattr(row, name) for name in public_figures.COUNTS}
    properties = {"name": row.name, "communes": area.communes, **counts}
    return {
        "type": "Feature",
        "id": area.border.code,
        "geometry": border_geometry(area.border),
        "properties": properties,
    }


@blueprint.get("/dcat.jsonld")
@public_page
def describe_open_data() -> Response:
    """What there is to download, for catalogues of open data (DCAT 3 as JSON-LD)."""
    require_published()
    return _send_json(open_data.describe_catalogue(last_months(MONTHS)), "application/ld+json", "cong-khai.jsonld")


def _send_json(content: Mapping[str, object], media_type: str, name: str) -> Response:
    response = downloads.file_response(json.dumps(content, ensure_ascii=False).encode(), media_type, name)
    return _keep_a_while(response)


def _keep_a_while(response: Response) -> Response:
    """Browsers and proxies may keep what everybody may read, and other sites' scripts read it."""
    response.headers["Cache-Control"] = f"public, max-age={int(KEPT.total_seconds())}"
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.add_etag()
    response.make_conditional(request)
    return response
