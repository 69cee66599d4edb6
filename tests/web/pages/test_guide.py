"""The pages of the guide: found in two clicks, opened from the page they explain, searched."""

from __future__ import annotations

import re

from tests.kit.site import COMMUNE, FOCAL, OPERATOR, Site


def test_a_new_officer_finds_how_to_return_a_result_in_two_clicks(site: Site) -> None:
    officer = site.browser(FOCAL)
    inbox = officer.get("/inbox").text
    (address,) = re.findall(r'href="(/help[^"]*)" title="Hướng dẫn"', inbox)
    assert '<a href="/help/check#return">Trả lại kết quả</a>' in officer.get(address).text
    officer.post("/language", {"language": "en", "next": "/"})
    assert '<a href="/help/check#return">Return a result</a>' in officer.get(address).text


def test_a_page_opens_its_own_topic(site: Site) -> None:
    case = site.file()
    browser = site.browser(COMMUNE)
    assert 'href="/help/inbox" title' in browser.get("/inbox").text
    assert 'href="/help/case" title' in site.browser(OPERATOR).get(f"/cases/{case.code}").text
    assert 'href="/help/report" title' in site.browser().get("/report").text
    assert browser.get("/help/nowhere").status_code == 404
    assert "Trả lại" not in site.browser().get("/help").text.partition("<details")[0]


def test_search_shows_sections_or_says_that_there_are_none(site: Site) -> None:
    stranger = site.browser()
    assert 'href="/help/follow#key"' in stranger.get("/help?q=mat khoa tra cuu").text
    assert "Thử ít từ hơn" in stranger.get("/help?q=xyzzy").text
    assert "&lt;i&gt;" in stranger.get("/help?q=<i>").text
