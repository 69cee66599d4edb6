"""The pages of the guide: found in two clicks, opened from the page they explain, searched."""

from __future__ import annotations

import re

from engine.world.roles import STAFF_ROLES
from tests.kit.site import COMMUNE, FOCAL, OPERATOR, Site
from web.display import help_topics


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


# Files and places of a form are explained with the form.
WITHOUT_PAGE = {"api_work", "api_events", "channel_door", "open311", "address_search", "form_files", "maps"}


def test_every_page_with_a_form_has_a_topic(site: Site) -> None:
    endpoints = {rule.endpoint for rule in site.app.url_map.iter_rules() if (rule.methods or set()) & {"POST", "PUT"}}
    everybody = [*STAFF_ROLES, "citizen"]
    missing = {one for one in endpoints if help_topics.topic_of_page(one, everybody) is None}
    assert {one for one in missing if one.partition(".")[0] not in WITHOUT_PAGE} == set()


def test_topics_explain_pages_that_exist(site: Site) -> None:
    known = {*site.app.view_functions, *site.app.blueprints}
    assert [page for topic in help_topics.list_topics() for page in topic.pages if page not in known] == []
