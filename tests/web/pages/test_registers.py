"""The register of breaches keeps its clock and what was wrong; drafts are pages and Word files, for two roles alone."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from docx import Document
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect
from sqlalchemy import select

from engine.clock import VIETNAM
from engine.store.columns import table_of
from engine.store.models import BreachEntry
from tests.kit.chromium import TELEPHONE, Desk, overflow, serious
from tests.kit.site import COMMUNE, OFFICE, Browser, Site
from web.serve import in_thread

ENTRY = table_of(BreachEntry)
WHAT = "Mất một máy tính xách tay có tệp xuất dữ liệu"


def local(site: Site) -> str:
    """Now, as a browser sends it."""
    return site.now.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M")


def opened(site: Site, office: Browser) -> str:
    """The address of a breach that was detected now."""
    answer = office.post("/privacy/breaches", {"happened_at": local(site), "text": WHAT})
    assert answer.status_code == 302
    return str(answer.location)


def inform(site: Site, office: Browser, address: str, **other: Any) -> int:
    """Record that the authority was told now; returns the status of the answer."""
    entry = {"kind": "informed", "recipient": "authority", "happened_at": local(site), "text": "Công văn 12/VP"}
    return office.post(address, entry | other).status_code


def test_the_clock_runs_72_hours_from_the_detection(site: Site) -> None:
    office = site.browser(OFFICE)
    address = opened(site, office)
    assert "Phải báo cơ quan chuyên trách trước" in office.get(address).text
    site.later(hours=72)
    office = site.browser(OFFICE)
    assert "Phải báo cơ quan chuyên trách trước" in office.get(address).text
    site.later(minutes=1)
    assert "đã quá hạn 72 giờ" in office.get(address).text
    assert "chưa báo" in office.get("/privacy/registers").text


def test_telling_the_authority_stops_the_clock_and_telling_others_does_not(site: Site) -> None:
    office = site.browser(OFFICE)
    address = opened(site, office)
    assert inform(site, office, address, recipient="leadership") == 302
    assert "Phải báo cơ quan chuyên trách trước" in office.get(address).text
    assert inform(site, office, address) == 302
    site.later(hours=100)
    assert "trong hạn" in site.browser(OFFICE).get(address).text


def test_a_correction_keeps_the_wrong_entry_and_moves_the_clock(site: Site) -> None:
    office = site.browser(OFFICE)
    address = opened(site, office)
    (first,) = site.read(select(ENTRY))
    earlier = {
        "happened_at": "2020-01-01T08:00",
        "corrects": str(first.id),
        "text": "Phát hiện sớm hơn: đã mất từ đầu năm",
    }
    assert office.post(address, earlier).status_code == 302
    page = office.get(address).text
    assert f"<del>{WHAT}</del>" in page
    assert "đã quá hạn 72 giờ từ 08:00 04/01/2020" in page
    assert site.read(select(ENTRY))[0] == first
    assert office.post(address, earlier).status_code == 409


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("happened_at", "2999-01-01T00:00"),
        ("happened_at", "x"),
        ("text", "abc"),
        ("kind", "detected"),
        ("recipient", ""),
    ],
)
def test_what_cannot_be_true_is_refused_and_nothing_is_recorded(site: Site, field: str, value: str) -> None:
    office = site.browser(OFFICE)
    address = opened(site, office)
    assert inform(site, office, address, **{field: value}) == 422
    assert len(site.read(select(ENTRY))) == 1


def test_nobody_else_sees_or_writes_the_registers(site: Site) -> None:
    address = opened(site, site.browser(OFFICE))
    other = site.browser(COMMUNE)
    for path in ("/privacy/registers", address, "/privacy/papers/impact", "/privacy/papers/security/file"):
        assert other.get(path).status_code == 403
    assert inform(site, other, address) == 403
    assert site.browser().get("/privacy/registers").location.startswith("/sign-in")


@pytest.mark.parametrize("kind", ["processing", "impact", "security", "breaches"])
def test_each_draft_is_a_page_and_a_word_file_that_ask_for_a_lawyer(site: Site, kind: str) -> None:
    office = site.browser(OFFICE)
    opened(site, office)
    page = office.get(f"/privacy/papers/{kind}").text
    file = office.get(f"/privacy/papers/{kind}/file")
    document = Document(BytesIO(file.data))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for sentence in ("cần luật sư xác nhận trước khi dùng", "to be confirmed by a lawyer before use"):
        assert sentence in page
        assert sentence in text
    assert document.tables
    if kind == "breaches":
        assert WHAT in page


def test_an_unknown_paper_or_breach_is_not_found(site: Site) -> None:
    office = site.browser(OFFICE)
    for path in ("/privacy/papers/other", "/privacy/breaches/7", "/privacy/breaches/99999999999999999999"):
        assert office.get(path).status_code == 404


def test_the_registers_in_a_browser(site: Site, chromium: Chromium) -> None:
    """A breach from its detection to a correction, on a desk and a telephone; no serious issue for axe."""
    with in_thread(site.app) as address:
        desk = Desk(site, address, chromium)
        page = desk.visit(OFFICE)
        page.goto("/privacy/registers")
        page.get_by_text("Ghi nhận sự cố mới").click()
        page.fill("#text", WHAT)
        page.get_by_role("button", name="Ghi vào sổ").click()
        expect(page.locator(".record-row")).to_contain_text(WHAT)
        page.get_by_text("Đính chính", exact=True).click()
        page.get_by_label("Nội dung đúng").fill("Máy tính đã tìm thấy, tệp chưa ai mở")
        page.get_by_role("button", name="Ghi đính chính").click()
        expect(page.locator("del")).to_contain_text(WHAT)
        faults = serious(page)
        page.set_viewport_size({"width": TELEPHONE["width"], "height": TELEPHONE["height"]})
        for path in (page.url, "/privacy/registers", "/privacy/papers/impact", "/privacy/papers/security"):
            page.goto(path)
            assert overflow(page) <= 0
            faults += serious(page)
        for context in chromium.contexts:
            context.close()
    assert faults == []
    assert desk.faults == []
