"""Pages speak of people, places and steps: never of parts of the program, codes of units, or ids of processes."""

from __future__ import annotations

import re

import pytest

from tests.kit.site import NEW, OFFICE, OPERATOR, Site
from web.display import filters, origins

INTERNAL = re.compile(
    r"\b(worker|replay|sqlite|demo|citizen_report|resolution|tongdai \w+)\b|\bweb \d|(?<!\d\.)\b\d{5}\b(?!/)|Mã lỗi"
)


def visible_text(page: str) -> str:
    """What a reader sees of a page, without scripts, markup and case codes."""
    text = re.sub(r"<(script|style|title|datalist)\b.*?</\1>|<[^>]+>", " ", page, flags=re.DOTALL)
    return re.sub(r"\bDN-\d\d-\d{6}-\w\b", "", text)


@pytest.mark.parametrize(
    ("login", "address"),
    [
        (OFFICE, "/records/journal"),
        (OFFICE, "/records"),
        (OFFICE, "/admin"),
        (OFFICE, "/studio"),
        (OFFICE, "/studio/heat"),
        (OFFICE, "/monitor"),
        (OFFICE, "/cases?text={code}"),
        (OFFICE, "/cases/{code}"),
        (OPERATOR, "/inbox?view=queue"),
        (OPERATOR, "/tasks/{task}"),
        (OPERATOR, "/nowhere"),
    ],
)
def test_no_page_says_what_the_program_calls_its_parts(site: Site, login: str, address: str) -> None:
    filed = site.file()
    task = site.task(filed.instance_id, "receive").id
    page = site.browser(login).get(address.format(code=filed.code, task=task)).text
    assert [one[0] for one in INTERNAL.finditer(visible_text(page))] == []


def test_a_case_has_the_first_line_of_its_report_as_title(site: Site) -> None:
    filed = site.file(content="Cống trước nhà số 5 bị nghẹt.\nĐã ba ngày.")
    page = site.browser(OFFICE).get(f"/cases/{filed.code}").text
    assert "<h1>Cống trước nhà số 5 bị nghẹt.</h1>" in page


def test_a_title_tells_no_more_of_the_reporter_than_the_text(site: Site) -> None:
    filed = site.file(content=f"Gọi tôi, {NEW.reporter_name}, số {NEW.phone}.")
    page = site.browser(OFFICE).get(f"/cases/{filed.code}").text
    assert NEW.reporter_name not in page.partition("</h1>")[0]
    assert NEW.phone not in page.partition("</h1>")[0]


def test_a_long_line_is_cut_between_words() -> None:
    assert filters.headline("một hai " * 30).endswith("hai…")
    assert len(filters.headline("x" * 300)) == filters.LONGEST_HEADLINE
    assert filters.headline("") == ""


def test_an_origin_is_looked_for_as_it_is_shown(site: Site) -> None:
    with site.app.test_request_context():
        assert (origins.origin_text("worker"), origins.origin_text("web 10.1.2.3")) == ("hệ thống", "10.1.2.3")
        assert [origins.origin_prefix(typed) for typed in ("hệ thống", "10.1", "web 10.1", "")] == [
            "worker",
            "web 10.1",
            "web 10.1",
            "",
        ]
