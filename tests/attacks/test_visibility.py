"""Seeing a case and reading its matter follow role and unit, reading its reporter the work on it, everywhere."""

from __future__ import annotations

import os
from collections import Counter
from typing import Any

import pytest
from sqlalchemy import event, func, select

from engine.privacy import unmasking
from engine.store.columns import Base, table_of
from engine.store.models import Look, Mail, Person
from tests.attacks import crawl
from tests.attacks.crawl import CONTENT, DISTRICT, MATTER, OTHER_DISTRICT, SIBLING, Planted, Visitor
from tests.kit.sample import part_of_today
from tests.kit.site import FOCAL, OPERATOR, PLACE, Browser, Site

REASON = {"reason": "Người dân gọi hỏi trực tiếp"}
# Every role in the case's own commune, and those to whom the unit matters beside it and above it. `ATTACK_LONG` tries
# every role in every kind of unit, and all of them on one day.
UNITS: tuple[str, ...] = (PLACE,)
AROUND = [Visitor(role, unit) for unit in (SIBLING, DISTRICT, "75") for role in ("tier2_focal", "unit_head", "commune")]
if "ATTACK_LONG" in os.environ:
    UNITS += (SIBLING, DISTRICT, OTHER_DISTRICT, "75.VP", "75.1022", "731.CA", "75.SYT", "75")
WHERE_CASES_ARE = ("/cases", "/tasks", "/inbox", "/records", "/chase", "/directives", "/intake", "/answers", "/privacy")
LEADER = Visitor("leadership", "75")


@pytest.fixture
def planted(site: Site) -> Planted:
    return crawl.plant(site)


def everybody_tried() -> list[Visitor]:
    """Whoever tries to see the case: each day another half of those who do and of those who do not."""
    everybody = sorted({*crawl.visitors(UNITS), *AROUND}, key=lambda one: (one.sees, one.login))
    return part_of_today(everybody, 2, "ATTACK_LONG")


def browser_of(site: Site, visitor: Visitor) -> Browser:
    crawl.hire(site, [visitor])
    return site.browser(visitor.login)


def pages(site: Site, planted: Planted) -> list[str]:
    """Every page; without ATTACK_LONG those where cases are shown."""
    addresses = list(crawl.get_addresses(site, planted))
    return [one for one in addresses if "ATTACK_LONG" in os.environ or one.startswith(WHERE_CASES_ARE)]


def rows_by_table(site: Site) -> dict[str, int]:
    """How many rows each table has; sessions, drafts of forms, tries and what is recorded of them are the visitor's."""
    own = {"web_session", "throttle", "draft", "saved_filter", "look", "journal", "journal_chain"}
    tables = [table for table in Base.metadata.sorted_tables if table.name not in own]
    return {table.name: site.read(select(func.count()).select_from(table))[0][0] for table in tables}


@pytest.mark.slow
def test_no_page_tells_anybody_of_a_case_that_their_role_and_unit_do_not_let_them_see(
    site: Site, planted: Planted
) -> None:
    everybody = everybody_tried()
    crawl.hire(site, everybody)
    addresses = pages(site, planted)
    leaks: list[tuple[Visitor, str, object]] = []
    opened = Counter[bool]()
    for visitor in everybody:
        browser = site.browser(visitor.login)
        for address in addresses:
            answer = browser.get(address)
            assert answer.status_code < 500, (visitor, address)
            if not visitor.may_be_told(address):
                leaks += [(visitor, address, secret) for secret in crawl.secrets_in(answer)]
            if not visitor.sees:
                leaks += [(visitor, address, matter) for matter in crawl.matters_in(answer)]
            if address.startswith(f"/cases/{planted.code}") and not visitor.sees:
                leaks += [(visitor, address, answer.status_code)] if answer.status_code != 403 else []
        page = browser.get(f"/cases/{planted.code}")
        may_open = page.status_code == 200
        assert may_open == visitor.sees, visitor
        assert set(crawl.matters_in(page)) == (set(crawl.MATTERS) if visitor.sees else set()), visitor
        opened[may_open] += 1
    assert leaks == []
    assert min(opened[True], opened[False]) > (10 if "ATTACK_LONG" in os.environ else 5)


@pytest.mark.slow
def test_nobody_acts_on_a_case_that_they_may_not_see(site: Site, planted: Planted) -> None:
    outsiders = [visitor for visitor in everybody_tried() if not visitor.sees]
    crawl.hire(site, outsiders)
    addresses = [crawl.address_of(rule, planted) for rule in crawl.closed_rules(site, "POST")]
    of_case = [address for address in addresses if address.startswith(("/cases", "/tasks"))]
    before = rows_by_table(site)
    for visitor in outsiders:
        browser = site.browser(visitor.login)
        token = browser.token()
        for address in of_case if "ATTACK_LONG" not in os.environ else addresses:
            answer = crawl.submit(browser, address, token, version=1)
            assert crawl.secrets_in(answer) + crawl.matters_in(answer) == [], (visitor, address)
            assert address not in of_case or answer.status_code == 403, (visitor, address, answer.status_code)
    assert "ATTACK_LONG" in os.environ or rows_by_table(site) == before


@pytest.mark.slow
def test_a_search_leads_nobody_to_a_reporter_whom_they_may_not_see(site: Site, planted: Planted) -> None:
    everybody = everybody_tried()
    crawl.hire(site, everybody)
    by_reporter = ("Trần Thị Mận", "tran thi man", "man 12 hoa sen", "Mận cống nghẹt")
    for visitor in everybody:
        browser = site.browser(visitor.login)
        reads_numbers = visitor.handles or visitor.role == "operator"
        expected = dict.fromkeys(by_reporter, visitor.handles) | {"0912 345 678": reads_numbers}
        expected |= {MATTER: visitor.sees, planted.code: visitor.sees}
        for text, finds in expected.items():
            answer = browser.get("/cases", query_string={"text": text})
            assert (planted.code in (answer.location or "")) == finds, (visitor, text)
            if answer.location:
                page = browser.get(answer.location)
                assert visitor.handles or crawl.secrets_in(page) == [], (visitor, text)


def test_an_operators_question_by_number_or_code_is_recorded_and_nobody_elses_finds(
    site: Site, planted: Planted
) -> None:
    leader = browser_of(site, LEADER)
    assert leader.get("/cases?text=0912345678").location is None
    operator = site.browser(OPERATOR)
    looks = select(table_of(Look)).where(Look.purpose == "search").order_by(Look.period)
    assert site.read(looks) == []
    assert operator.get("/cases?text=0912345678").location == f"/cases/{planted.code}"
    site.later(hours=1)
    assert operator.get(f"/cases?text={planted.code}").location == f"/cases/{planted.code}"
    viewer = site.read(select(Person.id).where(Person.login == OPERATOR))[0].id
    assert [row.viewer for row in site.read(looks)] == [f"person:{viewer}"] * 2
    assert (
        "tìm bằng số điện thoại"
        in browser_of(site, Visitor("provincial_office", "75.VP")).get(f"/records/seen?code={planted.code}").text
    )


def test_who_once_had_a_task_reads_the_matter_and_its_steps_and_not_who_reported(site: Site, planted: Planted) -> None:
    focal = site.browser(FOCAL)
    page = focal.get(f"/cases/{planted.code}")
    assert page.status_code == 200
    assert crawl.secrets_in(page) == []
    assert "Cống trước nhà nghẹt, nước ngập; gọi chị […] […]." in page.text
    assert "Con gái bà ấy nghe máy" in page.text
    assert "đơn vị của bạn không xử lý" not in page.text
    for role in ("analyst", "administrator", "department"):
        assert browser_of(site, Visitor(role, DISTRICT)).get(f"/cases/{planted.code}").status_code == 403


def test_a_reveal_lasts_a_working_day(site: Site, planted: Planted) -> None:
    leader = browser_of(site, LEADER)
    leader.post(f"/cases/{planted.code}/reveal", REASON)
    assert "Thị Mận" in leader.get(f"/cases/{planted.code}").text
    assert leader.get("/cases?text=tran thi man").location == f"/cases/{planted.code}"
    site.later(hours=23)
    leader.sign_in(LEADER.login)
    assert "đến 10:00 26/11/2026" in leader.get(f"/cases/{planted.code}").text
    site.later(hours=1)
    assert crawl.secrets_in(leader.get(f"/cases/{planted.code}")) == []
    assert leader.get("/cases?text=tran thi man").location is None


def test_reveals_are_counted_by_day_and_unusually_many_told_to_the_head_of_the_unit_once(
    site: Site, planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unmasking, "UNUSUAL_PER_DAY", 2)
    monkeypatch.setattr(unmasking, "MOST_PER_DAY", 3)
    codes = [planted.code, *(site.file(place="26116").code for _ in range(3))]
    office = browser_of(site, Visitor("provincial_office", "75.VP"))
    assert [_reveal(office, code) for code in codes[:-1]] == [True, True, True]
    refused = office.post(f"/cases/{codes[-1]}/reveal", REASON, follow_redirects=True)
    assert "mức tối đa trong ngày" in refused.text
    assert "Thị Mận" not in refused.text
    head = site.read(select(Person.id).where(Person.login == "lanhdao.75.vp"))[0].id
    mails = site.read(select(table_of(Mail)).where(Mail.kind == "reveals"))
    assert [mail.recipient for mail in mails] == [f"person:{head}"]
    told = browser_of(site, Visitor("administrator", "75.VP")).get("/admin/mailbox").text
    assert "đã xem thông tin người phản ánh của 3 hồ sơ trong ngày 25/11/2026" in told
    assert planted.code in told
    site.later(days=1)
    office.sign_in("thu.provincial-office.75.vp")
    assert _reveal(office, codes[-1])


def _reveal(browser: Browser, code: str) -> bool:
    """Ask for the reporter of a case; whether the page then names them."""
    return "Thị Mận" in browser.post(f"/cases/{code}/reveal", REASON, follow_redirects=True).text


def test_the_studio_shows_no_real_case_but_copies(site: Site, planted: Planted) -> None:
    analyst = browser_of(site, Visitor("analyst", "75.VP"))
    draft = analyst.post("/studio/drafts", {"title": "Thử"}).location.rstrip("/edit").rpartition("/")[2]
    base = f"/studio/drafts/{draft}"
    shown: list[Any] = [analyst.post(f"{base}/record", {"code": planted.code}), analyst.get(f"{base}/files")]
    recorded = [path for path in _paths(shown[-1].json) if "recorded" in path]
    assert len(recorded) == 1
    shown += [
        analyst.get(f"{base}/files/{recorded[0]}"),
        analyst.post(f"{base}/panel/replay", {"cases": "5", "seed": "1"}),
    ]
    shown += [analyst.get(f"{base}/panel/{panel}") for panel in ("difference", "replay", "versions")]
    shown += [analyst.get(address) for address in ("/studio/heat", "/studio/heat/diagram", "/studio/versions/1/cases")]
    assert [page.status_code for page in shown if page.status_code not in (200, 302)] == []
    assert [crawl.secrets_in(page) for page in shown if crawl.secrets_in(page)] == []
    assert planted.code not in shown[2].text
    assert analyst.get(f"/cases/{planted.code}").status_code == 403


def _paths(tree: Any) -> list[str]:
    if isinstance(tree, dict):
        return [path for key, value in tree.items() for path in [str(key), *_paths(value)]]
    if isinstance(tree, list):
        return [path for value in tree for path in _paths(value)]
    return [tree] if isinstance(tree, str) else []


def test_nobody_merges_a_case_into_one_that_they_may_not_see(site: Site, planted: Planted) -> None:
    elsewhere = site.file(place="26116")
    focal = site.browser(FOCAL)
    form = {"into": elsewhere.code, "reason": "Cùng một việc"}
    assert focal.post(f"/cases/{planted.code}/corrections/merge", form).status_code == 403


def test_the_matter_is_found_and_the_reporter_named_in_it_is_not(site: Site) -> None:
    filed = site.file(
        content="Toi la tran thi man, nha 12 duong hoa sen: rác không ai gom.", address="12 đường Hoa Sen"
    )
    leader = browser_of(site, LEADER)
    assert leader.get("/cases?text=rac khong ai gom").location == f"/cases/{filed.code}"
    for text in ("tran thi man", "12 duong hoa sen", "rac man"):
        assert leader.get("/cases", query_string={"text": text}).location is None, text


def test_a_search_takes_as_many_statements_for_many_cases_as_for_one(site: Site) -> None:
    operator = site.browser(OPERATOR)
    texts = ("0912345678", "cống nghẹt", "tran thi man")
    for _ in range(2):
        site.file(content=CONTENT)
    few = {text: _statements(site, operator, text) for text in texts}
    for _ in range(20):
        site.file(content=CONTENT)
    assert {text: _statements(site, operator, text) for text in texts} == few
    assert max(few.values()) <= 14


def _statements(site: Site, browser: Browser, text: str) -> int:
    """How many statements a search takes, the look it is recorded as included once."""
    sent: list[str] = []
    browser.get("/cases", query_string={"text": text})
    note = lambda *call: sent.append(call[2])  # noqa: E731 - SQLAlchemy removes the very function it was given.
    event.listen(site.engine, "before_cursor_execute", note)
    browser.get("/cases", query_string={"text": text})
    event.remove(site.engine, "before_cursor_execute", note)
    return len(sent)
