"""Answers on the public page: read and released by an officer, freed of people, and none in a cell that few share."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.cases.masking import MASK, mask_for_public
from engine.store.columns import table_of
from engine.store.models import History, PublishedAnswer
from tests.kit.site import COMMUNE, NEW, OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_appendix import ANSWERED
from tests.web.pages.test_public_figures import answer_reports, open_figures
from tests.web.pages.test_task import complete

PERSONAL = (
    "Ông Lê Hữu Tấn ở số nhà 45/2 đường Nguyễn Ái Quốc (ĐT 0938.123.456, tan.le@example.vn) đã dọn rác; "
    "Bà Thảo và TRẦN VĂN BÌNH ở hẻm 12 cam kết. Trần Thị Mận gọi lại. Trạm mở cửa từ 7 giờ 30 ngày 25/11/2026."
)
PIECES = ("Tấn", "Lê", "45/2", "Ái Quốc", "0938", "example", "Thảo", "BÌNH", "hẻm 12", "Mận")


def answered(site: Site, text: str, field: str = "health") -> int:
    filed = site.file(field=field)
    sent = {**ANSWERED, "field": field, "given_answer": text}
    complete(site, site.browser(OPERATOR), filed.instance_id, "receive", sent)
    return filed.instance_id


def release(office: Browser, number: int, text: str, **more: str) -> Any:
    sent = {"text": text, "act": "release", "publishable": "yes", **more}
    return office.post(f"/answers/published/{number}", sent)


def shown(site: Site) -> list[dict[str, Any]]:
    content: Any = site.browser().get("/cong-khai/figures.json?month=2026-11").json
    answers: list[dict[str, Any]] = content["answers"]
    return answers


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Ông Nguyễn Văn An đã đến.", "Ông […] đã đến."),
        ("gặp chị Ấu và anh Đức", "gặp chị […] và anh […]"),
        ("Đã gọi 0912 345 678, gửi a.b@c.vn", "Đã gọi […], gửi […]"),
        ("tại 12A đường Hoa Sen", "tại […] đường […]"),
        ("số nhà 7/3, tổ 5", "số nhà […], tổ […]"),
        ("đồng chí LÊ THỊ BƯỞI phụ trách", "đồng chí […] phụ trách"),
        ("Ủy ban nhân dân phường Trảng Dài trả lời", "Ủy ban nhân dân phường Trảng Dài trả lời"),
        *((text, text) for text in ("Trạm mở cửa từ 7 giờ 30 ngày 25/11/2026, phí 50.000 đồng.", "")),
    ],
)
def test_what_words_tell_of_people_is_masked_and_the_rest_stays(text: str, masked: str) -> None:
    assert mask_for_public(text) == masked
    assert mask_for_public(masked) == masked


def test_nothing_is_published_before_an_officer_has_read_it(site: Site) -> None:
    open_figures(site)
    answer_reports(site, 5)
    number = answered(site, PERSONAL)
    assert shown(site) == []
    office = site.browser(OFFICE)
    assert f"/answers/published/{number}" in office.get("/answers/published").text
    page = office.get(f"/answers/published/{number}").text
    assert MASK in page
    assert not [piece for piece in PIECES if piece in page]
    refused = release(office, number, PERSONAL)
    assert refused.status_code == 422
    assert not [piece for piece in PIECES if piece in refused.text]
    assert office.post(f"/answers/published/{number}", {"text": "Đã dọn.", "act": "release"}).status_code == 422
    assert shown(site) == []
    assert release(office, number, f"{MASK} đã dọn rác.").status_code == 302
    assert [(row["field"], row["unit"], row["month"], row["text"]) for row in shown(site)] == [
        ("health", NEW.place, "2026-11", f"{MASK} đã dọn rác.")
    ]
    assert f"{MASK} đã dọn rác." in site.browser().get("/cong-khai?month=2026-11").text
    office.post(f"/answers/published/{number}", {"act": "withhold"})
    assert shown(site) == []
    acts = site.read(select(History.action).where(History.instance_id == number).order_by(History.seq))
    assert [row.action for row in acts][-2:] == ["publish_answer", "withhold_answer"]


def test_an_answer_that_few_share_is_shown_without_its_unit_or_not_at_all(site: Site) -> None:
    open_figures(site)
    answer_reports(site, 3)
    answer_reports(site, 2, field="environment")
    office, number = site.browser(OFFICE), answered(site, "Trạm mở cửa.")
    assert release(office, number, "Trạm mở cửa.").status_code == 302
    assert shown(site) == []  # Four of the field in the whole province.
    elsewhere = {**ANSWERED, "place": "26191"}
    filed = site.file(place="26191")
    complete(site, site.browser(OPERATOR), filed.instance_id, "receive", elsewhere)
    site.later(minutes=11)
    assert [row["unit"] for row in shown(site)] == [""]
    answer_reports(site, 1)
    site.later(minutes=11)
    assert [row["unit"] for row in shown(site)] == [NEW.place]


def test_only_the_office_releases_answers_that_stand(site: Site) -> None:
    number = answered(site, "Trạm mở cửa.")
    open_case = site.file().instance_id
    for login in (OPERATOR, COMMUNE):
        assert release(site.browser(login), number, "Trạm mở cửa.").status_code == 403
    office = site.browser(OFFICE)
    assert release(office, open_case, "Trạm mở cửa.").status_code == 404
    for text in ("", "x" * 4001, "a\x00b"):
        assert release(office, number, text).status_code in (400, 422)
    assert site.read(select(table_of(PublishedAnswer))) == []
