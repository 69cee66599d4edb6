"""Promises of the monitor's pages: numbers open their lists, within one's own units; impossible asks are told."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, expect

from engine.cases import tasks
from engine.cases.tasks import Desk
from engine.staff.access import Officer
from engine.statistics import check
from engine.statistics.first_contacts import ContactFigures, count_first_contacts
from engine.statistics.monitor import last_thirty_days
from engine.store.db import transaction
from tests.kit.chromium import DESK, TELEPHONE, overflow, serious
from tests.kit.chromium import Desk as Visitors
from tests.kit.site import COMMUNE, DEPARTMENT, FOCAL, OFFICE, OPERATOR, PLACE, Site
from tests.web.pages.test_task import VERIFY, complete, received
from web.serve import in_thread

HEAD, LEADERSHIP = f"lanhdao.{PLACE}", "canbo.75"


def numbers(page: str) -> list[tuple[str, int]]:
    """Every number that opens a list, as (address, number)."""
    found = re.findall(r'href="(/cases/of[^"]+)"[^>]*>(?:<strong>)?([\d.]+)<', page)
    return [(link.replace("&amp;", "&"), int(number.replace(".", ""))) for link, number in found]


@pytest.fixture
def busy(site: Site) -> Site:
    """Three cases: one answered at once, one overdue in the commune, one that has just come."""
    for outcome in ("answered", "handed_over"):
        filed = site.file()
        task = site.task(filed.instance_id, "receive")
        told = {"reporter_name": "Trần Thị Mận", "phone": "0912345678", "address": "12 Hoa Sen", "place": PLACE}
        told |= {"field": "health", "urgency": "normal", "content": "Đèn hỏng", "outcome": outcome}
        told |= {"given_answer": "Đã trả lời."} if outcome == "answered" else {}
        whoever = Officer(0, frozenset({(task.unit_code, task.role)}))
        site.write(tasks.complete, Desk(whoever, "test", site.now, site.world()), task.id, task.version, told)
    site.later(days=9)
    site.file(field="welfare")
    return site


def test_the_time_to_the_first_contact_is_said_of_the_period(site: Site) -> None:
    case = received(site)
    site.file(field="welfare")
    complete(site, site.browser(COMMUNE), case, "verify", VERIFY)
    period = last_thirty_days(site.now)
    with transaction(site.engine) as tx:
        figures = count_first_contacts(tx, period, None)
        assert count_first_contacts(tx, period, frozenset({"75.SYT"})) == ContactFigures(0, 0, None)
    assert (figures.begun, figures.contacted) == (2, 1)
    assert figures.median is not None
    assert figures.median >= timedelta()
    page = site.browser(OFFICE).get("/dashboard").text
    assert "Liên hệ người dân lần đầu" in page
    assert "<dd>1 / 2</dd>" in page


@pytest.mark.slow
def test_every_number_opens_a_list_as_long(busy: Site) -> None:
    for login in (OFFICE, LEADERSHIP, FOCAL, HEAD):
        browser = busy.browser(login)
        page = browser.get("/dashboard").text
        found = numbers(page)
        assert {"open", "overdue", "received", "resolved", "untaken"} <= {
            parse_qs(urlsplit(link).query)["measure"][0] for link, _number in found
        }
        for link, number in found:
            answer = browser.get(link)
            assert answer.status_code == 200, link
            assert answer.text.count("row-item") == number, link
            assert "Mận" not in answer.text
    assert ">2</strong>" in page
    assert "Tỷ lệ đúng hạn và hài lòng, 12 tháng" in page


def test_only_ones_own_units_are_seen(busy: Site) -> None:
    assert busy.browser(OPERATOR).get("/dashboard").status_code == 403
    assert busy.browser(COMMUNE).get("/dashboard").status_code == 403
    department = busy.browser(DEPARTMENT)
    assert ">0</strong>" in department.get("/dashboard").text
    focal = busy.browser(FOCAL)
    for address in ("/dashboard", "/dashboard/changes", "/cases/of"):
        assert focal.get(f"{address}?measure=open&unit=734").status_code == 403
        assert focal.get(f"{address}?measure=open&unit=nowhere").status_code == 404
        assert focal.get(f"{address}?measure=open&unit={PLACE}").status_code == 200


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("from=2026-11-20&to=2026-11-01", "Ngày cuối phải không sớm hơn ngày đầu."),
        ("from=2026-11-20&to=2027-11-01", "Kỳ báo cáo không được kết thúc sau hôm nay."),
        ("from=2010-11-20&to=2026-11-01", "Kỳ báo cáo dài tối đa 10 năm."),
        ("from=2026-11-20", "Kỳ báo cáo cần cả ngày đầu và ngày cuối."),
        ("from=x&to=y", "Kỳ báo cáo cần cả ngày đầu và ngày cuối."),
    ],
)
def test_an_impossible_period_is_told(site: Site, query: str, sentence: str) -> None:
    office = site.browser(OFFICE)
    for address in ("/dashboard", "/cases/of"):
        answer = office.get(f"{address}?measure=received&{query}")
        assert answer.status_code == 400
        assert sentence in answer.text
    assert office.get(f"/dashboard/changes?{query}").status_code == 400
    for wrong in ("measure=beautiful", "measure=open&field=magic", "measure=received", "measure=open&after=x"):
        assert office.get(f"/cases/of?{wrong}").status_code == 400


def test_only_what_changes_is_sent_again(busy: Site) -> None:
    office = busy.browser(OFFICE)
    signs = dict(re.findall(r'name="(seen_\w+)" value="(\w+)"', office.get("/dashboard").text))
    assert office.get("/dashboard/changes", query_string=signs).status_code == 204
    check.run_nightly(busy.engine, busy.now)
    answer = office.get("/dashboard/changes", query_string=signs).text
    assert "khớp (3 hồ sơ)" in answer
    assert 'id="part-now"' not in answer
    assert "part-tables" in answer


@pytest.mark.slow
def test_charts_are_drawn_and_what_changes_is_replaced(busy: Site, chromium: Browser) -> None:
    with in_thread(busy.app) as address:
        desk = Visitors(busy, address, chromium)
        page = desk.visit(OFFICE, TELEPHONE)
        page.goto("/dashboard")
        expect(page.locator("canvas:visible")).to_have_count(4)
        assert overflow(page) <= 0
        page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
        assert serious(page) == []
        busy.file()
        page.evaluate("document.querySelector('#refresh').dispatchEvent(new CustomEvent('refresh'))")
        expect(page.locator("#tile-open strong")).to_have_text("3")
        expect(page.locator("#told")).to_contain_text("đang giải quyết 3")
        expect(page.locator("canvas:visible")).to_have_count(4)
        page.click("#tile-open")
        expect(page.locator(".row-item")).to_have_count(3)
        assert desk.faults == []
        page.context.close()
