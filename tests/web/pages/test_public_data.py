"""Open data and the map of the public page: the appendix's figures, in forms that other programs read."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from sqlalchemy import delete

from engine.statistics.appendix import compile_appendix
from engine.statistics.period import ReportingPeriod
from engine.statistics.public_figures import COUNTS
from engine.statistics.scope import whole_province
from engine.store.db import Transaction, transaction
from engine.store.models import Border, BorderSet
from engine.world.shapes import MapPoint, is_inside, split_areas
from tests.kit.site import PLACE, Site
from tests.web.pages.test_map import square, with_borders
from tests.web.pages.test_public_figures import answer_reports, busy_month, open_figures

OTHER_PLACE = "26068"
SQUARE = [(106.0, 10.0), (106.1, 10.0), (106.1, 10.1), (106.0, 10.1), (106.0, 10.0)]
# What DCAT-AP 3.0 asks of each class, and the class of what stands there ("" for a text).
DEMANDED = {
    "dcat:Catalog": ("dct:title", "dct:description", "dct:publisher", "dcat:dataset"),
    "dcat:Dataset": ("dct:title", "dct:description", "dcat:distribution"),
    "dcat:Distribution": ("dcat:accessURL",),
    "foaf:Agent": ("foaf:name",),
    "dct:PeriodOfTime": ("dcat:startDate", "dcat:endDate"),
}


def draw_all_communes(site: Site, folder: Path) -> None:
    """A square for every open commune of the province, in a row."""
    codes = [unit.code for unit in site.world().units.units if unit.kind == "commune" and not unit.closed]
    features = [square(code, 102.0 + place / 20) for place, code in enumerate(codes)]
    path = folder / "all.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    with_borders(site, path)


def test_every_published_figure_is_the_appendix_s(site: Site, tmp_path: Path) -> None:
    open_figures(site)
    answer_reports(site, 12)
    busy_month(site)
    draw_all_communes(site, tmp_path)
    shown: Any = site.browser().get("/cong-khai/figures.json?month=2026-11").json
    with transaction(site.engine) as tx:
        units, period = site.world().units, ReportingPeriod(date(2026, 11, 1), site.now.date())
        month = compile_appendix(tx, whole_province(units), period, units, site.now)
    own = {row.code: row.figures for row in (*month.units, *month.fields)}
    rows = [(row, own[row["code"]]) for row in (*shown["units"], *shown["fields"])]
    rows += [(shown["total"], month.total), (shown["months"][-1], month.total)]
    compared = 0
    for row, figures in rows:
        counts = dict(zip(COUNTS, published_counts(figures), strict=True))
        for name in COUNTS:
            compared += row[name] is not None
            assert row[name] in (None, counts[name]), (row, name)
    assert compared > 100
    ranked = sorted((row for row in shown["units"] if row["rank"]), key=lambda row: row["rank"])
    assert [row["code"] for row in ranked][: len(month.best)] == [row.code for row in month.best]
    assert (ranked[0]["code"], ranked[0]["rank"]) == (PLACE, 1)
    areas: Any = json.loads(site.browser().get("/cong-khai/communes.geojson?month=2026-11").data)
    by_code = {feature["id"]: feature["properties"] for feature in areas["features"]}
    units_shown = {row["code"]: row for row in shown["units"]}
    assert PLACE in by_code
    assert all(by_code[code][name] == units_shown[code][name] for code in by_code for name in COUNTS)
    sheet = site.browser().get("/cong-khai/figures.csv?month=2026-11").data.decode("utf-8-sig")
    lines = [row for row in csv.DictReader(io.StringIO(sheet)) if row["part"] == "units"]
    texts = {
        code: ["" if row[name] is None else str(row[name]) for name in COUNTS] for code, row in units_shown.items()
    }
    assert {row["code"]: [row[name] for name in COUNTS] for row in lines} == texts


def published_counts(figures: Any) -> tuple[int, ...]:
    rated = figures.satisfied + figures.dissatisfied
    return figures.received, figures.resolved, figures.on_time, rated, figures.satisfied


def test_the_map_is_told_without_colour_and_repeats_the_table(site: Site, tmp_path: Path) -> None:
    open_figures(site)
    site.write(forget_borders)
    assert "public-map" not in site.browser().get("/cong-khai").text
    answer_reports(site, 12)
    draw_all_communes(site, tmp_path)
    site.later(minutes=11)
    for measure, words in (("on_time", "100 %"), ("received", "12"), ("x", "100 %")):
        page: Any = html.fromstring(site.browser().get(f"/cong-khai?month=2026-11&map={measure}").text)
        titles = {title.text.split(": ")[0]: title for title in page.xpath("//path[@class='area']/title")}
        own = titles[site.world().units.get(PLACE).name]
        assert own.text.endswith(f": {words}")
        drawn = own.getparent().get("fill") or "plain"
        others = {title.getparent().get("fill") or "plain" for title in titles.values()} - {drawn}
        assert others
        fills = {*others, drawn} - {"plain"}
        assert {re.sub(r"url\(#(.*)\)", r"\1", fill) for fill in fills} <= set(page.xpath("//pattern/@id"))
        assert len(page.xpath("//ul[@class='map-legend']/li")) >= 2


def forget_borders(tx: Transaction) -> None:
    tx.write().execute(delete(Border))
    tx.write().execute(delete(BorderSet))


def test_a_later_border_has_the_sum_of_its_communes_unless_one_is_hidden(site: Site) -> None:
    open_figures(site)
    answer_reports(site, 6)
    areas: Any = json.loads(site.browser().get("/cong-khai/communes.geojson?month=2026-11").data)
    own = next(feature for feature in areas["features"] if PLACE in feature["properties"]["communes"])
    communes = own["properties"]["communes"]
    assert len(communes) > 1
    assert own["properties"]["received"] == 6
    site.file(place=next(code for code in communes if code != PLACE))
    site.later(minutes=11)
    areas = json.loads(site.browser().get("/cong-khai/communes.geojson?month=2026-11").data)
    own = next(feature for feature in areas["features"] if PLACE in feature["properties"]["communes"])
    assert own["properties"]["received"] is None


def test_open_data_is_described_as_dcat_asks(site: Site) -> None:
    assert site.browser().get("/cong-khai/dcat.jsonld").status_code == 404
    open_figures(site)
    answer = site.browser().get("/cong-khai/dcat.jsonld")
    assert answer.mimetype == "application/ld+json"
    whole: Any = json.loads(answer.data)
    seen = [node for node in nodes_of(whole) if "@type" in node and not node["@type"].startswith("xsd:")]
    assert {node["@type"] for node in seen} == set(DEMANDED)
    for node in seen:
        assert all(node.get(name) for name in DEMANDED[node["@type"]]), node
        prefixes = {name.partition(":")[0] for name in node if not name.startswith("@")}
        assert prefixes <= set(whole["@context"])
    assert len(whole["dcat:dataset"]) == 12
    newest = whole["dcat:dataset"][0]
    assert newest["dct:temporal"]["dcat:startDate"]["@value"] < site.now.date().isoformat()
    for form in newest["dcat:distribution"]:
        got = site.browser().get(form["dcat:downloadURL"]["@id"])
        assert got.status_code == 200
        assert form["dcat:mediaType"]["@id"].endswith(f"/{got.mimetype}")
        assert "max-age=600" in got.headers["Cache-Control"]
        again = site.browser().get(form["dcat:downloadURL"]["@id"], headers={"If-None-Match": got.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def nodes_of(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [node for item in value for node in nodes_of(item)]
    if not isinstance(value, dict):
        return []
    return [value, *(node for name, item in value.items() if name != "@context" for node in nodes_of(item))]


@pytest.mark.parametrize("turned", [False, True])
def test_areas_have_outlines_holes_and_islands_as_geojson_asks(turned: bool) -> None:
    def shrunk(ring: list[tuple[float, float]], by: float) -> list[tuple[float, float]]:
        return [(106.05 + (x - 106.05) * by, 10.05 + (y - 10.05) * by) for x, y in ring]

    rings = [shrunk(SQUARE, 0.2), SQUARE, shrunk(SQUARE, 0.6), [(x + 1, y) for x, y in SQUARE]]
    areas = split_areas([ring[::-1] for ring in rings] if turned else rings)
    assert sorted(len(area) for area in areas) == [1, 1, 2]
    for area in areas:
        for place, ring in enumerate(area):
            turn = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(ring))
            assert (turn > 0) == (place == 0)
    flat = [ring for area in areas for ring in area]
    for point in (MapPoint(106.05, 10.05), MapPoint(106.03, 10.05), MapPoint(106.005, 10.05), MapPoint(107.05, 10.05)):
        assert is_inside(flat, point) == is_inside(rings, point)
