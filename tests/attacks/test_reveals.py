"""Reveals end with the right to open a case, belong to who made them, and are as many a day as one person may make."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from engine.clock import VIETNAM
from engine.privacy import unmasking
from engine.store.columns import table_of
from engine.store.models import Look, Substitute
from tests.attacks import crawl
from tests.attacks.crawl import Planted, Visitor
from tests.attacks.test_authority import ARRANGED, OTHER_OFFICER, arrange, person_id
from tests.kit.site import OFFICE, OPERATOR, Browser, Site

REASON = {"reason": "Người dân gọi hỏi trực tiếp"}
SECOND = Visitor("provincial_office", "75.VP")
BY_REPORTER = ("Trần Thị Mận", "0912345678", "man 12 hoa sen")


@pytest.fixture
def planted(site: Site) -> Planted:
    return crawl.plant(site)


def reveal(browser: Browser, code: str) -> bool:
    """Ask for the reporter of a case; whether the page then names them."""
    answer = browser.post(f"/cases/{code}/reveal", REASON, follow_redirects=True)
    return answer.status_code == 200 and "Thị Mận" in answer.text


def finds(browser: Browser, code: str) -> set[bool]:
    """Whether searches by who reported lead to a case."""
    answers = [browser.get("/cases", query_string={"text": text}) for text in BY_REPORTER]
    return {code in (answer.location or answer.text) for answer in answers}


@pytest.mark.parametrize("ends", ["the absence", "the substitute's account with the lender"])
def test_what_was_revealed_while_standing_in_is_neither_opened_nor_found_afterwards(
    site: Site, planted: Planted, ends: str
) -> None:
    deputy = site.browser(OTHER_OFFICER)
    assert finds(deputy, planted.code) == {False}
    assert arrange(site.browser(OFFICE), OFFICE, OTHER_OFFICER) == ARRANGED
    assert finds(deputy, planted.code) == {False}
    assert reveal(deputy, planted.code)
    assert finds(deputy, planted.code) == {True}
    if ends == "the absence":
        number = site.read(select(Substitute.id))[0].id
        assert site.browser(OFFICE).post(f"/substitutes/{number}/remove").status_code == 302
    else:
        admin = crawl.Visitor("administrator", "75.VP")
        crawl.hire(site, [admin])
        data = {"active": "no"}
        assert (
            site.browser(admin.login).post(f"/admin/people/{person_id(site, OFFICE)}/active", data).status_code == 302
        )
    assert finds(deputy, planted.code) == {False}
    case = f"/cases/{planted.code}"
    for page in (
        case,
        f"{case}/transfer-slip",
        f"{case}/files/{planted.file}",
        f"{case}/diagram",
        f"/cases?text={planted.code}",
    ):
        answer = deputy.get(page)
        assert answer.status_code in (200, 403), page
        assert crawl.secrets_in(answer) + crawl.matters_in(answer) == [], page


def test_a_reveal_is_neither_lent_nor_given_back(site: Site, planted: Planted) -> None:
    office, deputy = site.browser(OFFICE), site.browser(OTHER_OFFICER)
    assert arrange(office, OFFICE, OTHER_OFFICER) == ARRANGED
    assert reveal(office, planted.code)
    assert crawl.secrets_in(deputy.get(f"/cases/{planted.code}")) == []
    assert finds(deputy, planted.code) == {False}
    other = site.file(place="26116").code
    assert reveal(deputy, other)
    assert crawl.secrets_in(office.get(f"/cases/{other}")) == []


def test_who_stands_in_for_several_reveals_no_more_than_one_person_may(
    site: Site, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmasking, "MOST_PER_DAY", 2)
    crawl.hire(site, [SECOND])
    codes = [planted.code, *(site.file(place="26116").code for _ in range(3))]
    for lender in (OFFICE, SECOND.login):
        assert arrange(site.browser(OFFICE), lender, OTHER_OFFICER) == ARRANGED
    deputy = site.browser(OTHER_OFFICER)
    assert [reveal(deputy, code) for code in codes] == [True, True, False, False]
    assert [reveal(site.browser(OFFICE), code) for code in codes[:3]] == [True, True, False]


def test_the_day_of_reveals_turns_at_midnight_in_vietnam_and_at_no_other_hour(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmasking, "MOST_PER_DAY", 1)
    midnight = datetime(2026, 11, 26, 0, 0, tzinfo=VIETNAM)
    crawl.hire(site, [SECOND])
    codes = [site.file(place="26116").code for _ in range(5)]
    results = []
    hours = (timedelta(minutes=-2), timedelta(seconds=-1), timedelta(), timedelta(hours=7), timedelta(hours=23))
    for code, after in zip(codes, hours, strict=True):
        site.now = midnight + after
        results.append(reveal(site.browser(SECOND.login), code))
    assert results == [True, False, True, False, False]


def test_a_number_searched_while_standing_in_for_the_hotline_is_recorded_as_the_substitutes(
    site: Site, planted: Planted
) -> None:
    assert arrange(site.browser(OFFICE), OPERATOR, OTHER_OFFICER) == ARRANGED
    deputy = site.browser(OTHER_OFFICER)
    assert deputy.get("/cases?text=0912345678").location == f"/cases/{planted.code}"
    looks = site.read(select(table_of(Look)).where(Look.purpose == "search"))
    assert {row.viewer for row in looks} == {f"person:{person_id(site, OTHER_OFFICER)}"}
    assert crawl.secrets_in(deputy.get(f"/cases/{planted.code}")) == []
