"""What a page refuses is told on it, in the visitor's language: which rule was broken, and what to do instead."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.staff import saved_filters
from engine.store.models import Report
from tests.kit.site import COMMUNE, NEW, OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_task import received

REASON = {"reason": "Người dân báo nhầm nơi"}
HEAD = f"lanhdao.{NEW.place}"


def in_language(site: Site, login: str, language: str) -> Browser:
    browser = site.browser(login)
    browser.post("/language", {"language": language})
    return browser


@pytest.mark.parametrize(
    ("act", "data", "vietnamese", "english"),
    [
        ("reroute", {}, "chọn địa bàn khác hoặc lĩnh vực khác", "choose another place or field"),
        ("reroute", {"place": "731"}, "Chọn xã, phường trong danh sách.", "Choose a commune or ward from the list."),
        ("split", {"content": "x"}, "Chọn xã, phường trong danh sách.", "Choose a commune or ward from the list."),
        ("merge", {"into": "12/3"}, "mã hồ sơ có dạng DN-26-004217-D", "it looks like DN-26-004217-D"),
        ("merge", {}, "không phải là mã hồ sơ", "is not a case code"),
        ("withdraw", {"reason": "x"}, "Nêu lý do, từ 5 đến 500 ký tự.", "Give a reason of 5 to 500 characters."),
        ("withdraw", {"reason": "đủ dài\u202e"}, "có ký tự lạ", "has unreadable characters"),
    ],
)
def test_a_correction_says_which_rule_it_breaks(
    site: Site, act: str, data: dict[str, str], vietnamese: str, english: str
) -> None:
    received(site)
    code = site.read(select(Report.code))[0].code
    for language, sentence in (("vi", vietnamese), ("en", english)):
        browser = in_language(site, OPERATOR, language)
        answer = browser.post(f"/cases/{code}/corrections/{act}", {**REASON, **data})
        assert (answer.status_code, sentence in answer.text) == (422, True)


@pytest.mark.slow
def test_a_case_is_merged_neither_into_itself_nor_into_one_that_is_merged(site: Site) -> None:
    received(site)
    second, third = site.file(), site.file()
    first = site.read(select(Report.code).order_by(Report.id))[0].code
    browser = site.browser(OPERATOR)
    answer = browser.post(f"/cases/{second.code}/corrections/merge", {**REASON, "into": second.code})
    assert "Không gộp được hồ sơ vào chính nó" in answer.text
    browser.post(f"/cases/{first}/corrections/merge", {**REASON, "into": third.code})
    answer = browser.post(f"/cases/{second.code}/corrections/merge", {**REASON, "into": first})
    assert f"Hồ sơ {first} đã được gộp vào hồ sơ khác" in answer.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"substitute": COMMUNE}, "Không ai xử lý thay cho chính mình"),
        ({"last": "2026-11-01"}, "Ngày cuối phải từ ngày đầu trở đi"),
        ({"last": "2028-11-30"}, "không quá một năm"),
        ({"last": "mai"}, "ngày/tháng/năm"),
        ({"person": "nobody"}, "Chọn hai người khác nhau trong danh sách"),
    ],
)
def test_a_substitute_that_makes_no_sense_is_told(site: Site, data: dict[str, str], sentence: str) -> None:
    sensible = {"person": COMMUNE, "substitute": HEAD, "first": "2026-11-26", "last": "2026-11-30"}
    answer = site.browser(HEAD).post("/substitutes", {**sensible, **data})
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_a_list_that_cannot_be_kept_is_told_with_its_limit(site: Site) -> None:
    browser = site.browser(OPERATOR)
    kept = {f"danh sách {number}": "view=mine" for number in range(saved_filters.MAX_FILTERS)}
    tries: list[tuple[dict[str, Any], str]] = [
        ({"name": ""}, "Tên danh sách có từ 1 đến 40 ký tự."),
        ({"name": "dài", "query": "text=" + "%E1%BA%A1" * 90}, "Bộ lọc của danh sách quá dài"),
    ]
    for name, query in kept.items():
        assert browser.post("/inbox/lists", {"name": name, "query": query}).status_code == 302
    for data, sentence in [*tries, ({"name": "một nữa"}, "Đã có 20 danh sách")]:
        browser.post("/inbox/lists", data)
        assert sentence in browser.get("/inbox").text


@pytest.mark.parametrize(
    ("data", "vietnamese", "english"),
    [
        ({"act": "extend", "days": "31"}, "Số ngày gia hạn từ 1 đến 30.", "Extend by 1 to 30 days."),
        ({"act": "transfer"}, "Chọn sở, ngành trong danh sách.", "Choose a department from the list."),
        ({"act": ""}, "Chọn việc cần làm.", "Choose what to do."),
    ],
)
def test_an_order_of_the_chase_desk_says_what_it_lacks(
    site: Site, data: dict[str, str], vietnamese: str, english: str
) -> None:
    received(site)
    for language, sentence in (("vi", vietnamese), ("en", english)):
        browser = in_language(site, OFFICE, language)
        answer = browser.post("/chase/acts", {"task": "1.1", **REASON, **data})
        assert (answer.status_code, sentence in answer.text) == (422, True)
