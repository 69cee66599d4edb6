"""A place on the map: the commune follows, whoever knows better corrects it, and it is treated like the address."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select

from engine.actor import SYSTEM, ActStamp
from engine.province import borders
from engine.province.borders import BorderOrigin
from engine.province.tile_file import open_tile_file
from engine.store.columns import table_of
from engine.store.models import Border, BorderSet, History, Instance, Report, Submission, Task
from tests.kit.province import DATA
from tests.kit.site import COMMUNE, DEPARTMENT, FOCAL, OPERATOR, PLACE, Site
from tests.kit.tiles import tile_picture, write_tiles
from tests.web.pages.test_public import SENT

OTHER = "26068"
HERE, THERE, SEA = "10.05000, 106.05000", "10.05000, 106.15000", "10.00000, 108.50000"
NO_PLACE = {**SENT, "place": ""}


def square(code: str, west: float) -> dict[str, Any]:
    ring = [[west, 10.0], [west + 0.1, 10.0], [west + 0.1, 10.1], [west, 10.1], [west, 10.0]]
    return {"type": "Feature", "id": code, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def with_borders(site: Site, path: Path, map_path: Path | None = None) -> Site:
    site.write(borders.load_borders, path, BorderOrigin("Sở thử", "MIT"), ActStamp(SYSTEM, site.now), map_path)
    return site


@pytest.fixture
def mapped(site: Site, tmp_path: Path) -> Site:
    """A site whose borders are two squares, of the commune of the tests and of another one."""
    return draw_squares(site, tmp_path)


def draw_squares(site: Site, folder: Path) -> Site:
    path = folder / "squares.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [square(PLACE, 106.0), square(OTHER, 106.1)]}))
    return with_borders(site, path)


def filed(site: Site) -> Any:
    return site.read(select(table_of(Report)))[0]


def test_the_commune_follows_from_the_point_without_a_script(mapped: Site) -> None:
    answer = mapped.browser().post("/report", {**NO_PLACE, "position": "10.05 106.05"}, follow_redirects=True)
    assert answer.status_code == 200
    assert (filed(mapped).place, filed(mapped).position) == (PLACE, HERE)


def test_the_sender_may_say_another_commune_and_the_case_shows_both(mapped: Site) -> None:
    mapped.browser().post("/report", {**SENT, "position": THERE})
    report = filed(mapped)
    assert (report.place, report.position) == (PLACE, THERE)
    page = mapped.browser(OPERATOR).get(f"/cases/{report.code}").text
    assert "Trên bản đồ, vị trí này nằm ở" in page
    assert "geo:10.05000,106.15000?q=10.05000,106.15000" in page
    assert 'class="small-map"' in page


@pytest.mark.parametrize("position", [SEA, "gần chợ"])
def test_a_point_outside_or_none_at_all_is_said_and_nothing_is_lost(mapped: Site, position: str) -> None:
    answer = mapped.browser().post("/report", {**SENT, "position": position})
    assert answer.status_code == 422
    assert 'href="#position"' in answer.text
    for typed in (position, SENT["content"], SENT["reporter_name"]):
        assert typed in answer.text
    assert mapped.read(select(table_of(Report))) == []


def test_where_communes_share_an_area_the_page_asks_which(site: Site) -> None:
    with_borders(
        site, DATA / "provinces/dong_nai_2025/borders.geojson", DATA / "provinces/dong_nai_2025/former_units.csv"
    )
    position = "10.985, 106.874"
    answer = site.browser().post("/report", {**NO_PLACE, "position": position})
    assert answer.status_code == 422
    assert "Vị trí này thuộc một trong các nơi sau, hãy chọn: " in answer.text
    assert 'href="#place"' in answer.text
    site.browser().post("/report", {**SENT, "position": position})
    assert filed(site).position == "10.98500, 106.87400"


def test_the_operator_too_gives_a_point_and_the_process_never_sees_it(mapped: Site) -> None:
    call = {**NO_PLACE, "position": HERE, "urgency": "normal", "outcome": "handed_over", "channel": "phone"}
    assert mapped.browser(OPERATOR).post("/intake", call).status_code == 302
    report = filed(mapped)
    assert (report.place, report.position) == (PLACE, HERE)
    instance = mapped.read(select(table_of(Instance)))[0]
    assert b"10.05000" not in instance.state
    assert [row.detail for row in mapped.read(select(table_of(History))) if "10.05000" in row.detail] == []
    assert any("10.05000" in row.content for row in mapped.read(select(table_of(Submission))))


def test_the_point_is_seen_by_whoever_may_see_the_address(mapped: Site) -> None:
    call = {**SENT, "position": HERE, "urgency": "normal", "outcome": "handed_over", "channel": "phone"}
    mapped.browser(OPERATOR).post("/intake", call)
    code = filed(mapped).code
    task = mapped.read(select(Task.id).where(Task.state == "open"))[0].id
    mine = mapped.browser(COMMUNE if _is_communes(mapped, task) else FOCAL)
    assert "geo:10.05000,106.05000" in mine.get(f"/tasks/{task}").text
    for login in (FOCAL, COMMUNE, DEPARTMENT):
        answer = mapped.browser(login).get(f"/cases/{code}")
        if answer.status_code == 200 and "(được che)" in answer.text:
            assert "10.05000" not in answer.text


def _is_communes(site: Site, task: int) -> bool:
    return bool(site.read(select(Task.role).where(Task.id == task))[0].role == "commune")


def test_the_script_asks_the_server_and_the_picture_may_be_kept(mapped: Site) -> None:
    browser = mapped.browser()
    page = browser.get("/report").text
    address = page.split('data-map="')[1].split('"')[0]
    answer = browser.client.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    assert set(json.loads(gzip.decompress(answer.data))["paths"]) == {PLACE, OTHER}
    assert json.loads(browser.client.get(address).data)["size"]
    assert browser.get("/map/0.json").status_code == 404

    def told(position: str) -> Any:
        return json.loads(browser.post("/map/commune", {"position": position}).data)

    assert told("10.05 106.05") == {"position": HERE, "codes": [PLACE], "sentence": "Vị trí nằm ở Phường Trảng Dài."}
    assert "nằm ngoài tỉnh" in told(SEA)["sentence"]
    assert "Ghi vĩ độ, kinh độ" in told("x" * 5000)["sentence"]


def test_a_province_without_borders_has_the_field_and_no_map(site: Site) -> None:
    for table in (Border, BorderSet):
        site.write(lambda tx, table=table: tx.write().execute(delete(table)))
    assert "data-map" not in site.browser().get("/report").text
    site.browser().post("/report", {**SENT, "position": SEA})
    assert filed(site).position == SEA
    assert "geo:10.00000,108.50000" in site.browser(OPERATOR).get(f"/cases/{filed(site).code}").text


def test_tiles_that_the_province_brings_lie_under_the_borders(mapped: Site, tmp_path: Path) -> None:
    assert "data-tiles" not in mapped.browser().get("/report").text
    tiles = mapped.app.tiles = open_tile_file(write_tiles(tmp_path / "tiles.mbtiles", range(6)))
    page = mapped.browser().get("/report").text
    (address,) = re.findall(r'data-tiles="([^"]+)"', page)
    assert "Nền bản đồ: Sở thử." in page
    sent = mapped.browser().get(f"{address}/1/1/0")
    assert (sent.status_code, sent.mimetype, sent.data) == (200, "image/png", tile_picture())
    assert "immutable" in sent.headers["Cache-Control"]
    assert mapped.browser().get(f"{address}/9/1/0").status_code == 204
    assert mapped.browser().get(f"/map/tiles/other{tiles.version}/1/1/0").status_code == 404
    assert mapped.browser().post("/report", {**SENT, "position": HERE}).status_code == 302
    case = mapped.browser(OPERATOR).get(f"/cases/{filed(mapped).code}").text
    assert f'<image href="{address}/5/' in case
    mapped.app.tiles = None
    assert mapped.browser().get(f"{address}/1/1/0").status_code == 404
