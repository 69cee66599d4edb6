"""The case beside the list on wide screens: for whoever may open the task, in few statements, and nothing more."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from tests.kit.site import COMMUNE, FOCAL, NEW, OFFICE, OPERATOR, Site
from tests.web.pages.test_task import received


def test_it_shows_the_case_in_short_with_the_way_to_the_task(site: Site) -> None:
    task = site.task(received(site), "verify")
    page = site.browser(COMMUNE).get(f"/tasks/{task.id}/preview").text
    for said in (
        NEW.content,
        NEW.reporter_name,
        "0912 345 678",
        "Xác minh",
        f'href="/tasks/{task.id}"',
        "nên việc chuyển",
    ):
        assert said in page
    assert "<html" not in page


@pytest.mark.parametrize("login", ["canbo.26008", FOCAL, OFFICE])
def test_whoever_may_not_open_the_task_sees_no_preview(site: Site, login: str) -> None:
    task = site.task(received(site), "verify")
    answer = site.browser(login).get(f"/tasks/{task.id}/preview")
    assert answer.status_code == 403
    assert NEW.content not in answer.text


def test_a_task_that_is_not_there_is_not_found(site: Site) -> None:
    assert site.browser(COMMUNE).get("/tasks/999999/preview").status_code == 404


def test_it_takes_few_statements(site: Site) -> None:
    task = site.task(received(site), "verify")
    browser = site.browser(COMMUNE)
    browser.get(f"/tasks/{task.id}/preview")
    sent: list[str] = []
    event.listen(site.engine, "before_cursor_execute", lambda *call: sent.append(call[2]))
    browser.get(f"/tasks/{task.id}/preview")
    assert 0 < len(sent) <= 20


def test_a_number_that_never_called_is_told_so(site: Site) -> None:
    browser = site.browser(OPERATOR)
    assert "Số này chưa có phản ánh nào." in browser.get("/intake?phone=0987654321").text
    assert "Gõ số điện thoại để xem các phản ánh trước." in browser.get("/intake").text
