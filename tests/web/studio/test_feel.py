"""The page that offers a draft's texts in FEEL: both results side by side, and what is accepted is written."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from engine.bpmn.feel_marks import FEEL_URI
from tests.kit.hotline import diagram, node
from tests.kit.site import COMMUNE, Site
from tests.web.studio.test_studio import OTHER, Studio

DIAGRAM = "workflows/small.bpmn"
OLD = 'place == "75.26.25993"'


def small_diagram() -> bytes:
    """A choice by the place of a case."""
    nodes = [node(kind, name) for kind, name in (("startEvent", "begin"), ("endEvent", "here"), ("endEvent", "there"))]
    nodes.append('<bpmn:exclusiveGateway id="which" default="which_there"/>')
    nodes.append('<bpmn:manualTask id="look" name="Thẩm tra"/>')
    chains = ("begin > look", "look > which", f"which > here [{OLD}]", "which > there")
    odd = (*chains, "which > other [place in unknown]")
    return diagram("small", [*nodes, node("endEvent", "other")], *odd)


@pytest.fixture
def studio(site: Site) -> Studio:
    site.file()
    made = Studio(site)
    for row in made.ask("GET", "/files").json:
        if row["path"].endswith(".bpmn") and "citizen_report." not in row["path"]:
            made.ask("DELETE", f"/files/{row['path']}", If_Match='"0"')
    made.ask("PUT", f"/files/{DIAGRAM}", small_diagram(), If_None_Match="*")
    return made


def test_each_text_is_offered_with_both_results_and_only_the_accepted_is_written(studio: Studio) -> None:
    page = studio.browser.get(f"{studio.home}/feel").text
    assert "place = &#34;75.26.25993&#34;" in page
    assert "Giống ở 1 hồ sơ" in page
    (key,) = re.findall(r'name="text" value="(\w+)" aria-label="Chấp nhận đoạn ở Thẩm tra → here"', page)
    assert "Thẩm tra → other" in page
    assert re.search(r"<code>(đúng|sai)</code> = <code>(đúng|sai)</code>", page)
    assert "True" not in page
    sent = studio.browser.post(f"{studio.home}/feel", {"text": [key], "act": "chosen"}, follow_redirects=True)
    assert "Đã viết lại 1 đoạn" in sent.text
    written = studio.ask("GET", f"/files/{DIAGRAM}").text
    assert '>=place = "75.26.25993"<' in written
    assert "place in unknown" in written
    assert "Thẩm tra → here" not in sent.text


def test_a_file_whose_texts_are_all_accepted_says_so_once(studio: Studio) -> None:
    text = small_diagram().replace(b"place in unknown", b'place == "x"')
    studio.ask("PUT", f"/files/{DIAGRAM}", text, If_Match='"1"')
    studio.browser.post(f"{studio.home}/feel", {"act": "all"})
    root = etree.fromstring(studio.ask("GET", f"/files/{DIAGRAM}").data)
    assert root.get("expressionLanguage") == FEEL_URI
    texts = [part.text for part in root.iter("{*}conditionExpression")]
    assert texts == ['place = "75.26.25993"', 'place = "x"']


def test_what_changed_meanwhile_is_not_accepted_blindly(studio: Studio) -> None:
    page = studio.browser.get(f"{studio.home}/feel?cases=0").text
    keys = re.findall(r'name="text" value="(\w+)"', page)
    studio.ask("PUT", f"/files/{DIAGRAM}", small_diagram().replace(b"25993", b"25994"), If_Match='"1"')
    studio.browser.post(f"{studio.home}/feel", {"text": keys, "act": "chosen"})
    assert b'place == "75.26.25994"' in studio.ask("GET", f"/files/{DIAGRAM}").data


def test_only_the_drafts_own_analyst_comes_in(site: Site, studio: Studio) -> None:
    assert site.browser(COMMUNE).get(f"{studio.home}/feel").status_code == 403
    other = Studio(site, OTHER)
    assert other.browser.get(f"{studio.home}/feel").status_code == 404
    assert other.browser.post(f"{studio.home}/feel", {"act": "all"}).status_code == 404


def test_a_form_that_cannot_be_read_is_said(studio: Studio) -> None:
    studio.ask("PUT", "/files/forms/verify.json", b"{", If_Match='"0"')
    assert "biểu mẫu" in studio.browser.get(f"{studio.home}/feel").text
