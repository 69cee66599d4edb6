"""Calls as the hotline counts them: their length, those without a report, complaints and denunciations (R1)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.cases import petitions
from engine.store.models import Draft, Instance, JournalEntry, Report, UnfiledCall
from tests.kit.site import OFFICE, OPERATOR, Site
from tests.web.pages.test_intake import CALL, rows


def began(site: Site, **before: float) -> str:
    return (site.now - timedelta(**before)).isoformat()


def test_a_call_lasts_from_ringing_to_its_report_through_reload_error_and_draft(site: Site) -> None:
    browser = site.browser(OPERATOR)
    page = browser.get("/intake?phone=0912345678").text
    assert "data-ringing" in page
    ringing = page.split('name="call_began" value="')[1].split('"')[0]
    assert ringing == site.now.isoformat()
    site.later(seconds=20)
    browser.client.put(
        "/intake/draft", data={"phone": "0912345678", "call_began": ringing, "csrf_token": browser.token()}
    )
    site.later(seconds=20)
    for address in ("/intake?phone=0912345678", "/intake"):
        assert f'value="{ringing}"' in browser.get(address).text
    site.later(seconds=20)
    faulty = browser.post("/intake", {**CALL, "call_began": ringing, "reporter_name": ""})
    assert f'value="{ringing}"' in faulty.text
    site.later(seconds=35)
    browser.post("/intake", {**CALL, "call_began": ringing})
    assert rows(site, Report)[0].call_seconds == 95
    assert ringing not in browser.get("/intake").text
    code = rows(site, Report)[0].code
    assert "cuộc gọi dài 1:35" in browser.get(f"/cases/{code}").text


@pytest.mark.parametrize(
    "sent", ["", "x", "2026-11-25T03:00", "2026-11-24T03:00:00+00:00", "2026-11-26T03:00:00+00:00"]
)
def test_a_length_that_cannot_be_is_not_stored(site: Site, sent: str) -> None:
    assert site.browser(OPERATOR).post("/intake", {**CALL, "call_began": sent}).status_code == 302
    assert rows(site, Report)[0].call_seconds is None


def test_a_joined_call_has_its_length_too(site: Site) -> None:
    code = site.file().code
    site.browser(OPERATOR).post("/intake", {**CALL, "outcome": f"join:{code}", "call_began": began(site, seconds=50)})
    assert [row.call_seconds for row in rows(site, Report)] == [None, 50]


def test_calls_without_a_report_are_counted_with_their_reason(site: Site) -> None:
    browser = site.browser(OPERATOR)
    browser.client.put("/intake/draft", data={"content": "alo", "csrf_token": browser.token()})
    told = browser.post(
        "/intake/unfiled", {"reason": "wrong_number", "call_began": began(site, seconds=12)}, follow_redirects=True
    )
    assert "Đã ghi nhận cuộc gọi: nhầm số." in told.text
    browser.post("/intake/unfiled", {"reason": "silent"})
    browser.post("/intake", {**CALL, "call_began": began(site, seconds=185)})
    assert [(row.reason, row.seconds) for row in rows(site, UnfiledCall)] == [("wrong_number", 12), ("silent", None)]
    assert rows(site, Draft) == []
    page = browser.get("/intake").text
    assert "Hôm nay tổng đài nhận 3 cuộc gọi" in page
    assert "trung vị 3:05 phút" in page
    assert [row.act for row in rows(site, JournalEntry) if row.chain == "call"] == ["call.end", "call.end"]
    board = site.browser(OFFICE).get("/dashboard").text
    assert "3:05" in board
    assert "nhầm số" in board


@pytest.mark.parametrize("reason", ["", "denunciation", "x"])
def test_a_reason_that_is_not_offered_is_refused(site: Site, reason: str) -> None:
    assert site.browser(OPERATOR).post("/intake/unfiled", {"reason": reason}).status_code == 400
    assert rows(site, UnfiledCall) == []


def test_a_denunciation_is_diverted_without_anything_about_the_caller(site: Site) -> None:
    browser = site.browser(OPERATOR)
    typed = {"content": "Tôi tố cáo ông Trần Văn Hai nhận tiền, số 0912 345 678.", "outcome": "diverted"}
    assert browser.post("/intake", typed).status_code == 422
    chosen = {**typed, "petition": "denunciation_commune_staff", "divert_reason": "Ông Hai nhận tiền."}
    answer = browser.post("/intake", chosen, follow_redirects=True)
    assert "tố cáo, hướng dẫn đến Chủ tịch UBND xã, phường nơi người đó công tác" in answer.text
    stored = rows(site, UnfiledCall)[0]
    assert (stored.reason, stored.place, stored.note) == ("denunciation", "denunciation_commune_staff", "")
    assert [rows(site, model) for model in (Report, Instance, Draft)] == [[], [], []]
    assert "Hai" not in str([row.detail for row in rows(site, JournalEntry)])


def test_a_complaint_is_diverted_to_a_place_that_no_table_has(site: Site) -> None:
    browser = site.browser(OPERATOR)
    reason = "Gửi Ban Tiếp công dân; bà gọi số 0912 345 678."
    browser.post("/intake", {"outcome": "diverted", "divert_reason": reason, "content": "khieu nai"})
    stored = rows(site, UnfiledCall)[0]
    assert (stored.reason, stored.place) == ("complaint", "")
    assert stored.note == "Gửi Ban Tiếp công dân; bà gọi số […]."


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Tôi muốn tố cáo cán bộ xã", "denunciation"),
        ("TOI TO CAO CAN BO", "denunciation"),
        ("Toi to cao ông Hai", "denunciation"),
        ("tố cáo", "denunciation"),
        ("xin khiếu nại quyết định thu hồi đất", "complaint"),
        ("toi khieu nai quyet dinh", "complaint"),
        ("cây to cao sắp đổ vào nhà", ""),
        ("đèn đường hỏng", ""),
        ("", ""),
    ],
)
def test_petitions_are_recognised_while_typing(text: str, kind: str) -> None:
    assert petitions.recognise_petition(text) == kind


def test_the_hint_names_the_places_of_the_table_and_the_province_may_bring_its_own(site: Site) -> None:
    browser = site.browser(OPERATOR)
    typed: dict[str, Any] = {"content": "tôi muốn tố cáo cán bộ xã"}
    page = browser.post("/intake/beside", typed).text
    assert "Đây có thể là tố cáo" in page
    assert "Ban Tiếp công dân cấp huyện" in page
    assert "Đây có thể là tố cáo" not in browser.post("/intake/beside", {"content": "đèn đường hỏng"}).text
    table = "key,kind,province,title,place\nown,denunciation,any,Tố cáo,Thanh tra tỉnh 0251 3822 501\n"
    (site.var / petitions.FILE_NAME).write_text(table, encoding="utf-8")
    page = browser.post("/intake/beside", typed).text
    assert "Thanh tra tỉnh 0251 3822 501" in page
    assert "cấp huyện" not in page
    (site.var / petitions.FILE_NAME).write_text("key,kind\nown,denunciation\n", encoding="utf-8")
    assert "petition_places.csv" in browser.post("/intake/beside", typed).text


@pytest.mark.parametrize("has_districts", [True, False])
def test_every_shipped_place_has_both_languages_and_a_basis(site: Site, has_districts: bool) -> None:
    places = petitions.list_petition_places(site.var, has_districts=has_districts)
    assert {place.kind for place in places} == set(petitions.KINDS)
    assert all(all(getattr(place, name) for name in petitions.PetitionPlace.__slots__) for place in places)
