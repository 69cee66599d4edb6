"""House numbers in the address fields of the public page and of the operator, with scripts and without."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from engine.actor import SYSTEM, ActStamp
from engine.province import addresses
from engine.province.borders import BorderOrigin
from engine.staff.rate_limits import RateLimit
from engine.store.models import Report
from tests.kit.site import NEW, OPERATOR, Site
from tests.web.pages.test_intake import CALL, rows
from web.pages import address_search

FILE = "address,commune,lon,lat\n"
HOUSE = "12 Bùi Hữu Nghĩa, Phường Trảng Dài"
TYPED = {"reporter_name": NEW.reporter_name, "phone": "0912345678", "field": "health", "content": NEW.content}


@pytest.fixture
def housed(site: Site, tmp_path: Path) -> Site:
    path = tmp_path / "addresses.csv"
    path.write_text(f'{FILE}"{HOUSE}",25993,106.867548,10.986029\n"120 Bùi Hữu Nghĩa",,106.86,10.98\n')
    site.write(addresses.load_addresses, path, BorderOrigin(), ActStamp(SYSTEM, site.now))
    return site


def offered(page: Any) -> list[str]:
    """The numbers of the buttons."""
    return [part.partition('"')[0] for part in page.text.split('name="find_address" value="')[1:]]


def test_nothing_is_offered_where_the_province_has_brought_no_house_numbers(site: Site) -> None:
    assert "data-addresses" not in site.browser().get("/report").text
    assert site.browser().post("/map/addresses", {"text": "12 bui"}).get_json() == {"offers": []}


def test_the_script_gets_what_begins_like_the_text(housed: Site) -> None:
    for browser, page in ((housed.browser(), "/report"), (housed.browser(OPERATOR), "/intake")):
        shown = browser.get(page).text
        assert "data-addresses" in shown
        assert "address.js" in shown
        offers = browser.post("/map/addresses", {"text": "12 bui", "place": "25993"}).get_json()["offers"]
        assert offers[0] == {"text": HOUSE, "place": "25993", "position": "10.98603, 106.86755"}


def test_without_scripts_a_citizen_looks_for_a_number_takes_it_and_files(housed: Site) -> None:
    browser = housed.browser()
    looked = browser.post("/report", {**TYPED, "address": "12 bui huu", "find_address": "look"})
    assert (looked.status_code, rows(housed, Report)) == (200, [])
    assert HOUSE in looked.text
    assert NEW.content in looked.text  # Nothing typed is lost.
    taken = browser.post("/report", {**TYPED, "address": "12 bui huu", "find_address": offered(looked)[0]})
    assert "10.98603, 106.86755" in taken.text
    assert '<option value="25993" selected>' in taken.text
    nothing = browser.post("/report", {**TYPED, "address": "99 xyz", "find_address": "look"})
    assert "Không tìm thấy số nhà" in nothing.text
    for odd in ("0", "999999", "-1", "x" * 500):
        assert browser.post("/report", {**TYPED, "address": "a", "find_address": odd}).status_code == 200
    assert rows(housed, Report) == []


def test_without_scripts_the_operator_looks_for_a_number_and_the_call_stays(housed: Site) -> None:
    browser = housed.browser(OPERATOR)
    looked = browser.post("/intake", {**CALL, "address": "12 bui", "outcome": "handed_over", "find_address": "look"})
    assert (looked.status_code, rows(housed, Report)) == (200, [])
    taken = browser.post("/intake", {**CALL, "address": "12 bui", "find_address": offered(looked)[0]})
    assert "10.98603, 106.86755" in taken.text
    assert HOUSE in browser.get("/intake").text  # Kept as the draft.


def test_whoever_asks_for_thousands_is_told_nothing_more(housed: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_search, "LOOKING_UP", RateLimit("few", 2, timedelta(hours=1)))
    browser = housed.browser()
    answers = [browser.post("/map/addresses", {"text": "12 bui"}).get_json()["offers"] for _ in range(3)]
    assert [bool(offers) for offers in answers] == [True, True, False]
