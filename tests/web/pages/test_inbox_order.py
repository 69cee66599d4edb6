"""What is pressing stands first in the lists, from the moment its urgency is known."""

from __future__ import annotations

import re
from functools import partial

import pytest
from sqlalchemy import update

from engine.cases import inbox, reports
from engine.store.models import NEVER, Task
from tests.kit.site import OPERATOR, Site


def codes_of(page: str) -> list[str]:
    return [part.split("<")[0] for part in page.split('<span class="code">')[1:]]


def test_an_emergency_rises_in_the_queue_when_it_is_known_to_be_one(site: Site) -> None:
    first, second, third = site.file().code, site.file(), site.file(urgency="urgent").code
    browser = site.browser(OPERATOR)
    assert codes_of(browser.get("/inbox?view=queue").text) == [third, first, second.code]
    site.write(reports.correct_particulars, second.report_id, {"urgency": "emergency"})
    assert codes_of(browser.get("/inbox?view=queue").text) == [second.code, third, first]
    site.write(reports.correct_particulars, second.report_id, {"urgency": "normal"})
    assert codes_of(browser.get("/inbox?view=queue").text) == [third, first, second.code]


@pytest.mark.parametrize("after", ["x", "3:2026-11-25T03:00:00+00:00,1", "1:,1", ":1", "0:2026-11-25T03:00:00+00:00"])
def test_a_malformed_place_in_a_list_is_refused(site: Site, after: str) -> None:
    assert site.browser(OPERATOR).get("/inbox", query_string={"view": "queue", "after": after}).status_code == 400


@pytest.mark.parametrize("after", ["2026-11-25T03:00:00+00:00,1", "0:2026-11-25T03:00:00+00:00,1"])
def test_a_place_in_a_list_may_lack_its_rank_as_in_older_links(site: Site, after: str) -> None:
    answer = site.browser(OPERATOR).get("/inbox", query_string={"view": "queue", "after": after})
    assert answer.status_code == 200


@pytest.mark.parametrize(("order", "expected"), [("due", [0, 1, 2]), ("received", [2, 1, 0]), ("urgency", [2, 0, 1])])
def test_a_list_is_sorted_as_asked_over_all_its_pages(
    site: Site, monkeypatch: pytest.MonkeyPatch, order: str, expected: list[int]
) -> None:
    codes = []
    for urgency in ("normal", "normal", "emergency"):
        codes.append(site.file(urgency=urgency).code)
        site.later(minutes=1)
    site.write(lambda tx: tx.write().execute(update(Task).where(Task.urgency_rank == 0).values(due_at=NEVER)))
    monkeypatch.setattr(inbox, "list_tasks", partial(inbox.list_tasks, limit=2))
    browser, shown, address = site.browser(OPERATOR), [], f"/inbox?view=queue&order={order}"
    while address:
        page = browser.get(address).text
        shown += codes_of(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        address = following.group(1).replace("&amp;", "&") if following else ""
    assert shown == [codes[number] for number in expected]
    assert f'value="{order}" selected' in page
    assert "nhận 10:0" in page  # When each was received.


def test_an_unknown_order_is_refused(site: Site) -> None:
    assert site.browser(OPERATOR).get("/inbox?order=x").status_code == 400
