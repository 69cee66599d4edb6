"""Pages of the office's reports, from the plan to the issued paper; figures are the monitor's and the appendix's."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

from docx import Document
from sqlalchemy import select

from engine.briefings import facts
from engine.directives.briefing_template import build_briefing_template
from engine.statistics import appendix, monitor, scope
from engine.statistics.monitor import MonitorView
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Briefing
from tests.briefings.test_drafting import MONDAY, WEEK, draft
from tests.kit.site import COMMUNE, FOCAL, OFFICE, Browser, Site
from tests.web.pages.test_chase import text_of
from tests.web.pages.test_task import received

briefings = table_of(Briefing)


def drafted(site: Site) -> Browser:
    """The browser of the office, with the draft of last week's report."""
    site.now = MONDAY
    office = site.browser(OFFICE)
    answer = office.post("/briefings", {"cadence": "week"})
    assert (answer.status_code, answer.location) == (302, "/briefings/1")
    return office


def typed(page: str) -> dict[str, str]:
    """What the page of a draft sends back."""
    areas = dict(re.findall(r'<textarea[^>]* name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL))
    (subject,) = re.findall(r'name="subject"[^>]* value="([^"]*)"', page)
    return {**areas, "subject": subject, "signer_name": "Nguyễn Văn An", "version": "1"}


def test_every_figure_is_that_of_the_appendix_and_the_monitor(site: Site) -> None:
    for _case in range(3):
        received(site)
        site.later(hours=1)
    site.now = MONDAY + timedelta(days=3)
    with transaction(site.engine) as tx:
        collected = facts.collect_facts(tx, "week", WEEK, site.world(), site.now)
        whole = scope.whole_province(site.world().units)
        figures = appendix.compile_appendix(tx, whole, WEEK, site.world().units, site.now)
        board = monitor.build_board(tx, MonitorView(whole, WEEK, site.world()), site.now)
    assert collected.current == figures
    assert collected.current.total == board.total
    assert (board.total.received, board.stock.overdue, collected.overdue.total) == (3, 3, 3)
    assert collected.overdue.stages == (("Xác minh", 3),)
    assert sum(number for _field, number in collected.overdue.fields) == 3
    office = site.browser(OFFICE)
    page = office.get(office.post("/briefings", {"cadence": "week"}).location).text
    assert "tiếp nhận 3 phản ánh, kiến nghị, tăng 3 phản ánh so với kỳ trước" in page
    assert "có 3 hồ sơ quá hạn, 3 hồ sơ chưa có người nhận việc" in page
    assert f"/appendix?from={WEEK.first}&amp;to={WEEK.last}" in page


def test_a_report_is_planned_drafted_edited_issued_and_kept(site: Site) -> None:
    office = site.browser(OFFICE)
    refused = office.post("/briefings/plan/week", {"active": "yes", "address": "khong-phai"})
    assert (refused.status_code, "chưa đúng dạng" in refused.text) == (422, True)
    assert office.post("/briefings/plan/week", {"active": "yes", "address": "vanthu@a.gov.vn"}).status_code == 302
    site.now = MONDAY
    office = site.browser(OFFICE)
    assert draft(site) == 1
    page = office.get("/briefings/1").text
    assert "Tuần từ ngày 23/11/2026 đến ngày 29/11/2026" in page
    texts = {**typed(page), "proposals": "Câu do Văn phòng viết."}
    asked = office.post("/briefings/1/issue", texts)
    assert asked.location == "/briefings/1?ask=issue#confirm"
    assert "gửi đến vanthu@a.gov.vn" in office.get(asked.location).text
    assert "Câu do Văn phòng viết." in text_of(office.get("/briefings/1/file").data)
    issued = office.post("/briefings/1/issue", {"version": "2", "confirmed": "yes"}, follow_redirects=True).text
    assert "Đã ban hành báo cáo." in issued
    assert "Đang chờ gửi đến vanthu@a.gov.vn." in issued
    assert "01/BC-VP" in text_of(office.get("/briefings/1/file").data)
    assert "Số 01/BC-VP" in office.get("/briefings").text
    assert office.post("/briefings/1", texts).status_code == 409
    assert "Ban hành báo cáo định kỳ" in office.get("/records/journal").text


def test_mistakes_are_told_and_nothing_typed_is_lost(site: Site) -> None:
    office = drafted(site)
    texts = typed(office.get("/briefings/1").text)
    refused = office.post("/briefings/1", {**texts, "chase": "x" * 9000, "subject": "Trích yếu mới"})
    assert (refused.status_code, "quá dài: tối đa 8" in refused.text) == (422, True)
    assert "Trích yếu mới" in refused.text
    assert "Đã có báo cáo tuần từ" in office.post("/briefings", {"cadence": "week"}).text
    assert office.post("/briefings", {"cadence": "year"}).status_code == 422
    assert office.post("/briefings/1/rewrite", {"version": "1"}).status_code == 302
    assert office.post("/briefings/1/discard", {"version": "2"}).location == "/briefings"
    assert office.get("/briefings/1").status_code == 404


def test_leaders_issue_what_the_office_drafts_and_others_see_nothing(site: Site) -> None:
    drafted(site)
    for login in (FOCAL, COMMUNE):
        browser = site.browser(login)
        assert [browser.get(page).status_code for page in ("/briefings", "/briefings/1", "/briefings/1/file")] == [
            403
        ] * 3
        assert browser.post("/briefings/1/issue", {"version": "1", "confirmed": "yes"}).status_code == 403
    assert site.read(select(briefings.c.state)) == [("draft",)]


def test_the_template_is_an_office_s_own(site: Site) -> None:
    office = drafted(site)
    document: Any = Document(BytesIO(office.get("/paper-templates/briefing/file").data))
    document.add_paragraph("Mẫu riêng, kỳ {{ period }}")
    assert upload(office, document).status_code == 302
    assert "Mẫu riêng, kỳ tuần từ ngày 23/11/2026" in text_of(office.get("/briefings/1/file").data)
    document.add_paragraph("{{ cases }}")  # A field of directives alone.
    refused = upload(office, document)
    assert (refused.status_code, "Không có trường “cases”" in refused.text) == (422, True)
    assert office.post("/paper-templates/briefing/1/use").status_code == 302
    assert office.get("/paper-templates/briefing/file?version=1").data == build_briefing_template()
    assert office.get("/paper-templates/directive/file?version=1").status_code == 404  # Versions belong to their paper.


def upload(browser: Browser, document: Any) -> Any:
    out = BytesIO()
    document.save(out)
    return browser.post("/paper-templates/briefing", {"template": (BytesIO(out.getvalue()), "mau.docx")})
