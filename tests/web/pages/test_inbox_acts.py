"""Acts on several tasks of a list: what Enter does, what is said of them, and that a fault loses no tick."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select, update

from engine.store.columns import table_of
from engine.store.models import Person, Task
from tests.kit.site import COMMUNE, OPERATOR, Browser, Site

COLLEAGUE = "lanhdao.75.1022"
_task = table_of(Task)


def file_several(site: Site, number: int) -> list[int]:
    """The ids of so many new tasks of the hotline's queue."""
    return [site.open_tasks(site.file().instance_id)[0].id for _turn in range(number)]


def as_sent(site: Site, ids: list[int]) -> list[str]:
    """The tasks as a form sends them now."""
    return [f"{row.id}.{row.version}" for row in site.read(select(_task).where(_task.c.id.in_(ids)))]


def act(browser: Browser, name: str, tasks: list[str], colleague: str = "") -> str:
    form = {"act": name, "task": tasks, "colleague": colleague, "query": "view=queue"}
    return browser.post("/inbox/acts", form, follow_redirects=True).text


def test_what_was_done_is_named_with_the_number_of_tasks(site: Site) -> None:
    browser, ids = site.browser(OPERATOR), file_several(site, 2)
    (name,) = site.read(select(Person.name).where(Person.login == COLLEAGUE))[0]
    first = as_sent(site, ids)
    assert "Đã nhận 2 việc." in act(browser, "claim", first)
    assert "2 việc không nhận được: Người khác đã nhanh hơn" in act(browser, "claim", first)
    assert "Đã bỏ nhận 2 việc." in act(browser, "release", as_sent(site, ids))
    partly = [as_sent(site, ids)[0], first[1]]
    page = act(browser, "hand_over", partly, f"{COLLEAGUE} · {name}")
    assert f"Đã giao 1 việc cho {name}." in page
    assert "1 việc không giao được: Người khác đã nhanh hơn" in page
    assert f"Đã nhờ {name} làm 1 việc." in act(browser, "delegate", as_sent(site, ids[1:]), name)


@pytest.mark.parametrize("act_name", ["hand_over", "delegate"])
@pytest.mark.parametrize("typed", ["", "khong.co", "  "])
def test_without_a_colleague_the_list_comes_back_with_the_fault_and_the_ticks(
    site: Site, act_name: str, typed: str
) -> None:
    browser, (task, other) = site.browser(OPERATOR), as_sent(site, file_several(site, 2))
    answer = browser.post("/inbox/acts", {"act": act_name, "task": [task], "colleague": typed, "query": "view=queue"})
    assert answer.status_code == 422
    ticks = re.findall(r'name="task" value="([^"]+)" checked', answer.text)
    assert ticks == [task]
    assert f'value="{other}">' in answer.text
    sentence = "Không có đồng nghiệp “khong.co”" if typed.strip() else "Gõ tên đồng nghiệp rồi chọn trong danh sách."
    assert re.search(rf'id="colleague-fault" role="alert">{sentence}', answer.text)
    assert site.read(select(_task.c.assignee_id).where(_task.c.assignee_id.is_not(None))) == []


def test_a_colleague_without_the_role_is_named_as_the_reason(site: Site) -> None:
    page = act(site.browser(OPERATOR), "hand_over", as_sent(site, file_several(site, 1)), COMMUNE)
    assert "1 việc không giao được: Người được chọn không có vai trò để làm việc này." in page


def test_enter_does_the_act_beside_the_box(site: Site) -> None:
    """A browser presses the first button of the form when Enter is typed in a box."""
    file_several(site, 1)
    form = site.browser(OPERATOR).get("/inbox?view=queue").text.partition('action="/inbox/acts"')[2]
    assert re.findall(r"<button[^>]* name=\"act\" value=\"(\w+)\"", form)[0] == "hand_over"


def test_a_head_sees_how_much_each_officer_has(site: Site) -> None:
    ids = file_several(site, 3)
    act(site.browser(OPERATOR), "claim", as_sent(site, ids[:2]))
    site.later(minutes=6)  # Reports are taken in within minutes.
    site.write(lambda tx: tx.write().execute(update(Task).where(Task.id == ids[0]).values(due_at=site.now)))
    (name,) = site.read(select(Person.name).where(Person.login == OPERATOR))[0]
    page = re.sub(r"<[^>]+>", "|", site.browser(COLLEAGUE).get("/inbox?view=queue").text)
    loads = page.partition("Khối lượng việc theo cán bộ")[2].partition("|Lọc|")[0]
    assert re.search(rf"\|{name}\|+2\|+1\|", loads)
    assert re.search(r"\|chưa ai nhận\|+1\|+[01]\|", loads)
    assert "Khối lượng việc" not in site.browser(OPERATOR).get("/inbox?view=queue").text
