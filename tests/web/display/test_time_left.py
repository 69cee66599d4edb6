"""How much time is left is the same on every page: an emergency's clock also runs at night."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.clock import VIETNAM
from engine.store.models import Instance, Report
from tests.kit.site import FOCAL, OFFICE, OPERATOR, Site
from tests.paths import ROOT
from tests.web.pages.test_intake import CALL
from web.display import filters

BEFORE_DAWN = datetime(2026, 11, 26, 5, 30, tzinfo=VIETNAM)
PAGES = (
    "/inbox?view=soon",
    "/cases?text={word}",
    "/cases/of?measure=due_today",
    "/cases/of?measure=open",
    "/dashboard",
    "/chase?view=soon",
    "/cases/{code}",
)


def test_an_emergency_before_dawn_has_the_same_time_left_on_every_page(site: Site) -> None:
    site.now = BEFORE_DAWN
    site.browser(OPERATOR).post("/intake", {**CALL, "outcome": "emergency", "field": "health"})
    site.browser(OPERATOR).post("/intake", {**CALL, "outcome": "emergency", "field": "health"})
    case = site.read(select(Instance.due_at, Report.code).join(Report, Report.id == Instance.report_id))[0]
    assert case.due_at - site.now == timedelta(hours=2)  # Half an hour of it in office hours.
    site.later(minutes=10)
    for page in PAGES:
        browser = site.browser(FOCAL if "inbox" in page else OFFICE)
        text = re.sub(r"<[^>]+>", "", browser.get(page.format(code=case.code, word=CALL["content"].split()[0])).text)
        assert "Còn 1 giờ 50 phút" in text, page
        assert not re.search(r"Còn [^·\n]* làm việc", text), page


def test_every_page_says_how_urgent_the_case_is_whose_time_it_shows() -> None:
    for file in sorted((ROOT / "web" / "templates").rglob("*.html")):
        for rest in re.findall(r"due_at \| left(.{0,40})", file.read_text("utf-8")):
            assert re.match(r'\((\w+\.)*urgency\)|\(""\)', rest), file.name


@pytest.mark.parametrize(
    ("now", "due", "words"),
    [
        ("2026-11-26T10:00:00", "2026-11-26T10:00:30", "Còn chưa đến 1 phút"),
        ("2026-11-26T10:00:00", "2026-11-26T10:00:00", "Vừa quá hạn"),
        ("2026-11-26T10:00:59", "2026-11-26T10:00:00", "Vừa quá hạn"),
        ("2026-11-26T10:01:00", "2026-11-26T10:00:00", "Quá hạn 1 phút làm việc"),
        ("2026-11-25T20:00:00", "2026-11-26T07:30:30", "Còn 11 giờ 30 phút"),  # Seconds of it in office hours.
        ("2026-11-25T18:00:00", "2026-11-25T17:00:00", "Quá hạn 1 giờ"),
        ("2026-11-26T11:29:30", "2026-11-26T13:30:00", "Còn 30 phút làm việc"),
    ],
)
def test_nobody_is_told_of_no_minutes(site: Site, now: str, due: str, words: str) -> None:
    at, end = (datetime.fromisoformat(text).replace(tzinfo=VIETNAM) for text in (now, due))
    with site.app.test_request_context():
        assert filters.time_left(end, at, site.world().calendar).words == words
