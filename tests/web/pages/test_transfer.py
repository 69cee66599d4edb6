"""The transfer slip: one page that says what the page of the case says to its reader, and who took it is recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from typing import Any
from urllib.parse import quote

from pypdf import PdfReader
from sqlalchemy import select, update

from engine.documents import fonts, official, transfer_slip
from engine.documents.transfer_slip import TransferSlip
from engine.journal import acts
from engine.privacy.disclosures import SLIP
from engine.store.models import JournalEntry, Look, Report
from tests.kit.site import COMMUNE, DEPARTMENT, FOCAL, NEW, NOW, OFFICE, OPERATOR, PLACE, Browser, Site
from tests.web.pages.test_task import ANSWER, RESOLVE, VERIFY, complete, received

PERSONAL = (NEW.reporter_name, "0912 345 678", NEW.address)


def text_of(content: bytes) -> str:
    """The words of a slip, which has one page."""
    pages = PdfReader(BytesIO(content)).pages
    assert len(pages) == 1
    return " ".join(pages[0].extract_text().split())


def code_of(site: Site) -> str:
    return str(site.read(select(Report.code))[0].code)


def taken(browser: Browser, code: str, query: str = "") -> Any:
    answer = browser.get(f"/cases/{code}/transfer-slip{query}")
    assert answer.status_code == 200
    return answer


def test_the_slip_says_who_hands_what_to_whom_by_when(site: Site) -> None:
    received(site)
    code = code_of(site)
    answer = taken(site.browser(COMMUNE), code)
    text = text_of(answer.data)
    for part in (
        *("ỦY BAN NHÂN DÂN THÀNH PHỐ BIÊN HÒA", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Số: ......../PC-UBND"),
        *("Biên Hòa, ngày 25 tháng 11 năm 2026", "PHIẾU CHUYỂN", code, "Kính gửi: Ủy ban nhân dân phường Trảng Dài"),
        *("10:00 25/11/2026 · Điện thoại", NEW.content, "Thành phố Biên Hòa (Bùi Hữu Yến) · 10:00 25/11/2026"),
        *("Phường Trảng Dài: việc “Xác minh”", "10:00 thứ Năm 26/11/2026", "Chủ động liên hệ người dân"),
        *("Tổng đài 1022 (Lê Ngọc Long)", "CHỦ TỊCH", "NGƯỜI NHẬN", *PERSONAL),
    ):
        assert part in text, part
    name = f"Phiếu chuyển {code}.pdf"
    assert answer.headers["Content-Disposition"] == (
        f"attachment; filename=\"Phieu chuyen {code}.pdf\"; filename*=UTF-8''{quote(name)}"
    )


def test_the_slip_masks_whom_the_page_masks_and_is_recorded(site: Site) -> None:
    case = received(site)
    content = f"{NEW.reporter_name} ở {NEW.address} báo trạm đóng cửa."
    site.write(lambda tx: tx.write().execute(update(Report).values(content=content)))
    code, office = code_of(site), site.browser(OFFICE)
    masked = text_of(taken(office, code).data)
    assert "(được che)" in masked
    assert [word for word in PERSONAL if word in masked] == []
    assert site.read(select(Look.viewer).where(Look.purpose == SLIP)) == []
    office.post(f"/cases/{code}/reveal", {"reason": "Đối chiếu đơn giấy"})
    assert PERSONAL[0] in text_of(taken(office, code).data)
    taken(site.browser(COMMUNE), code, f"?task={site.task(case, 'verify').id}")
    assert len(site.read(select(Look.viewer).where(Look.purpose == SLIP))) == 2
    rows = site.read(select(JournalEntry.subject, JournalEntry.detail).where(JournalEntry.act == acts.EXPORT_SLIP))
    facts = [(row.subject, json.loads(row.detail)["personal"]) for row in rows]
    assert facts == [(f"case:{code}", False), (f"case:{code}", True), (f"case:{code}", True)]


def test_whoever_may_not_open_the_case_gets_no_slip(site: Site) -> None:
    received(site)
    address = f"/cases/{code_of(site)}/transfer-slip"
    assert site.browser(DEPARTMENT).get(address).status_code == 403
    assert site.browser().get(address).status_code in (302, 401)
    assert site.browser(OFFICE).get("/cases/DN-26-999999-X/transfer-slip").status_code in (400, 404)


def test_both_pages_offer_it_and_the_paper_is_vietnamese_for_an_english_reader(site: Site) -> None:
    case = received(site)
    commune, code, task = site.browser(COMMUNE), code_of(site), site.task(case, "verify").id
    assert "Tải phiếu chuyển (PDF)" in commune.get(f"/cases/{code}").text
    assert f"/cases/{code}/transfer-slip?task={task}" in commune.get(f"/tasks/{task}").text
    commune.post("/language", {"language": "en", "next": "/"})
    assert "Download transfer slip (PDF)" in commune.get(f"/cases/{code}").text
    text = text_of(taken(commune, code).data)
    assert "việc “Xác minh”" in text
    assert "10:00 thứ Năm 26/11/2026" in text


def test_a_result_goes_back_up_and_a_finished_case_names_who_had_it_last(site: Site) -> None:
    case = received(site)
    commune, focal, operator = site.browser(COMMUNE), site.browser(FOCAL), site.browser(OPERATOR)
    complete(site, commune, case, "verify", VERIFY)
    complete(site, commune, case, "resolve", RESOLVE)
    text = text_of(taken(focal, code_of(site)).data)
    assert "ỦY BAN NHÂN DÂN PHƯỜNG TRẢNG DÀI" in text
    assert "Kính gửi: Ủy ban nhân dân thành phố Biên Hòa" in text
    assert RESOLVE["solution"] in text
    complete(site, focal, case, "check", {"check_decision": "accept"})
    complete(site, operator, case, "answer", ANSWER)
    complete(site, operator, case, "feedback", {"satisfied": "yes", "rating": "5"})
    assert "Kính gửi: Tổng đài 1022" in text_of(taken(focal, code_of(site)).data)


def test_one_page_is_enough_whatever_is_written(site: Site) -> None:
    issuer = official.public_body(site.world().units, PLACE)
    facts = [("Nội dung", "Đường ngập. " * 900), ("Yêu cầu", "x" * 3000), ("Ý kiến", "dòng một\ndòng hai 🙂")]
    moves = [("10:00 25/11/2026", "Thành phố Biên Hòa (Bùi Hữu Yến)", "Phường " * 60, "Xác minh")] * 30
    slip = TransferSlip(issuer, ["Ủy ban nhân dân xã"] * 3, "DN-26-000001-W", facts, moves, NOW.date())
    text = text_of(transfer_slip.write_slip(slip, fonts.choose_typeface(None), NOW))
    assert "lần chuyển, xem trên hồ sơ" in text
    assert "(xem tiếp trên hồ sơ)" in text
    short = replace(slip, facts=facts[2:], moves=moves[:1])
    assert "xem trên hồ sơ" not in text_of(transfer_slip.write_slip(short, fonts.choose_typeface(None), NOW))
