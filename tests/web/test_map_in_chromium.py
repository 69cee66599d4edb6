"""The map in a browser: tapped, dragged, moved by keys, asked of the telephone; the commune follows or is corrected."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageColor
from playwright.sync_api import Page, Response, expect
from sqlalchemy import select

from engine.actor import SYSTEM, ActStamp
from engine.province import addresses
from engine.province.borders import BorderOrigin
from engine.province.tile_file import open_tile_file
from engine.store.columns import table_of
from engine.store.models import Report
from tests.kit.chromium import DESK, TELEPHONE, Desk, overflow, serious
from tests.kit.site import FOCAL, OPERATOR
from tests.kit.tiles import COLOR, write_tiles
from tests.web.pages.test_map import draw_squares
from tests.web.pages.test_public import SENT

MOST, SOME = 0.6, 0.2  # Of a map's pixels, beside borders, names and the tint of the point's own commune.
CENTRE = {"latitude": 10.985, "longitude": 106.874}


def fill(page: Page) -> None:
    for key in ("reporter_name", "phone", "address", "content"):
        page.fill(f"#{key}", SENT[key])
    page.select_option("#field", SENT["field"])


def test_a_citizen_sets_a_point_by_finger_keys_and_the_telephones_own_position(desk: Desk) -> None:
    sees: Any = {"geolocation": CENTRE, "permissions": ["geolocation"]}
    phone = desk.visit("", TELEPHONE, **sees)
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.goto("/report")
    assert [url for url in asked if "/map/" in url] == []  # Fetched when it is opened.
    fill(phone)
    position, canvas = phone.locator("#position"), phone.locator(".map-canvas")
    phone.click("[data-map-open]")
    expect(canvas).to_be_focused()
    box = canvas.bounding_box()
    assert box is not None
    phone.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(position).not_to_have_value("")
    expect(phone.locator("[data-map-says]")).to_contain_text("hãy chọn:")  # Communes of 2021 share the border of 2025.
    tapped = position.input_value()
    canvas.press("ArrowRight")
    expect(position).not_to_have_value(tapped)
    before = position.input_value()
    canvas.press("+")
    mark = phone.locator("circle.point").bounding_box()
    assert mark is not None
    phone.mouse.move(mark["x"] + 4, mark["y"] + 4)
    phone.mouse.down()
    phone.mouse.move(mark["x"] + 44, mark["y"] + 34, steps=4)
    phone.mouse.up()
    expect(position).not_to_have_value(before)
    assert serious(phone) == []
    assert overflow(phone) <= 0
    phone.click("[data-map-here]")
    expect(position).to_have_value("10.98500, 106.87400")
    position.fill("10.0, 108.5")
    position.blur()
    expect(phone.locator("[data-map-says]")).to_contain_text("nằm ngoài tỉnh")
    phone.click("main form button.btn-lg")
    expect(phone.locator(".summary")).to_contain_text("nằm ngoài tỉnh")
    expect(phone.locator("#content")).to_have_value(SENT["content"])
    phone.click("[data-map-clear]")
    expect(position).to_have_value("")


def test_the_commune_follows_and_the_operator_may_say_another(desk: Desk, tmp_path: Path) -> None:
    draw_squares(desk.site, tmp_path)
    page = desk.visit(OPERATOR, DESK)
    page.goto("/intake")
    for key in ("reporter_name", "phone", "address", "content"):
        page.fill(f"#{key}", SENT[key])
    page.select_option("#field", SENT["field"])
    page.locator("details.more", has=page.locator("#position")).locator("summary").click()
    page.fill("#position", "10.05, 106.05")
    page.locator("#position").blur()
    expect(page.locator("#place")).to_have_value("Phường Trảng Dài, Thành phố Biên Hòa")
    expect(page.locator("[data-map-says]")).to_contain_text("Phường Trảng Dài")
    page.fill("#position", "10.05, 106.15")
    page.locator("#position").blur()
    expect(page.locator("#place")).not_to_have_value("Phường Trảng Dài, Thành phố Biên Hòa")
    page.fill("#place", "trang dai")
    page.press("#place", "Enter")
    page.click("[data-map-open]")
    page.fill("#position", "10.051, 106.151")
    page.locator("#position").blur()
    expect(page.locator("[data-map-says]")).to_contain_text("đang chọn nơi khác")
    assert serious(page) == []
    page.click("button[value=handed_over]")
    expect(page.locator(".alert-success")).to_contain_text("Đã ghi nhận")
    report = desk.site.read(select(table_of(Report)))[0]
    assert (report.position, report.place) == ("10.05100, 106.15100", "25993")
    page = desk.visit(FOCAL, TELEPHONE)
    page.goto(f"/cases/{report.code}")
    expect(page.locator(".small-map circle")).to_be_visible()
    assert serious(page) == []


def tiled_share(page: Page, selector: str) -> float:
    """The share of a map that has the colour of the tiles, once each of them can be painted."""
    drawn = page.locator(selector)
    drawn.locator("image").evaluate_all("images => Promise.all(images.map((one) => one.decode()))")
    pixels = Image.open(BytesIO(drawn.screenshot())).convert("RGB")
    counts = {color: count for count, color in pixels.getcolors(pixels.width * pixels.height) or []}
    return counts.get(ImageColor.getrgb(COLOR), 0) / (pixels.width * pixels.height)


def test_the_provinces_own_tiles_are_drawn_and_nothing_is_asked_outside(desk: Desk, tmp_path: Path) -> None:
    desk.site.app.tiles = open_tile_file(write_tiles(tmp_path / "tiles.mbtiles", range(8)))
    code = desk.site.file(position="10.98500, 106.87400").code
    citizen, officer = desk.visit("", TELEPHONE), desk.visit(OPERATOR, DESK)
    answers: list[Response] = []
    citizen.on("response", lambda answer: answers.extend([answer]))
    citizen.goto("/report")
    citizen.click("[data-map-open]")
    for _zoom in range(3):  # At last beyond the file's last level, whose pictures are stretched.
        assert tiled_share(citizen, ".map-canvas") > MOST
        citizen.click("[data-map-in]")
    tiles = [one for one in answers if "/map/tiles/" in one.url]
    assert {(one.status, one.headers["content-type"]) for one in tiles} == {(200, "image/png")}
    officer.goto(f"/cases/{code}")
    expect(officer.locator(".small-map")).to_be_visible()
    assert tiled_share(officer, ".small-map") > SOME
    desk.site.app.tiles = None
    officer.reload()
    assert tiled_share(officer, ".small-map") == 0


def test_a_house_number_that_is_chosen_brings_its_point_and_its_commune(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "addresses.csv"
    path.write_text('address,commune,lon,lat\n"12 Bùi Hữu Nghĩa, Phường Trảng Dài",25993,106.867548,10.986029\n')
    site = desk.site
    site.write(addresses.load_addresses, path, BorderOrigin(), ActStamp(SYSTEM, site.now))
    for login, address, viewport in (("", "/report", TELEPHONE), (OPERATOR, "/intake", DESK)):
        page = desk.visit(login, viewport)
        page.goto(address)
        page.locator("#address").press_sequentially("12 bui huu")
        expect(page.locator("#address-list [role=option]")).to_have_count(1)
        assert serious(page) == []
        page.locator("#address").press("ArrowDown")
        page.locator("#address").press("Enter")
        expect(page.locator("#position")).to_have_value("10.98603, 106.86755")
        expect(page.locator("select[name=place]")).to_have_value("25993")
        expect(page.locator("#address")).to_have_value("12 Bùi Hữu Nghĩa, Phường Trảng Dài")
        assert overflow(page) <= 0
