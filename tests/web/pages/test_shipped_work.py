"""The shipped processes of the offices on the pages: leave, difficulties, guidance, in both shapes of the province."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from engine.store.models import Instance, Matter
from tests.kit.record import differences
from tests.kit.site import COMMUNE, DEPARTMENT, OFFICE, PLACE, Site

HEAD, OTHER = f"lanhdao.{PLACE}", "26005"
LEAVE = {"leave_kind": "annual", "leave_from": "2026-12-07", "leave_until": "2026-12-09", "leave_reason": "Về quê."}
LETTER = {"letter_subject": "Hướng dẫn mới", "letter_content": "Làm theo mẫu.", "acknowledge_days": "3"}


def begin(site: Site, login: str, address: str, values: dict[str, Any]) -> Any:
    """Begin something as its page does; returns its row."""
    answer = site.browser(login).post(address, values)
    assert answer.status_code == 302, answer.text
    return site.read(select(Matter.__table__))[-1]


def complete(site: Site, login: str, instance_id: int, node: str, **values: Any) -> None:
    """Complete the open task at a node that the officer may do."""
    browser = site.browser(login)
    tasks = [task for task in site.open_tasks(instance_id) if task.node == node]
    for task in tasks:
        answer = browser.post(f"/matters/tasks/{task.id}", {"version": str(task.version), **values})
        if answer.status_code != 403:
            assert answer.status_code == 302, answer.text
            return
    raise AssertionError(tasks)


def test_a_leave_request_goes_to_the_head_and_back(site: Site) -> None:
    refused = site.browser(COMMUNE).post("/begin/leave_request/leave_asked", LEAVE | {"leave_until": "2026-12-01"})
    assert refused.status_code == 422
    leave = begin(site, COMMUNE, "/begin/leave_request/leave_asked", LEAVE)
    assert (leave.code[:3], leave.line) == ("NP-", "Về quê.")
    assert site.browser(COMMUNE).get(f"/matters/{leave.code}").status_code == 200
    complete(site, HEAD, leave.instance_id, "decide_leave", leave_decision="refused", refusal_reason="Đang bận.")
    assert "Đang bận." in site.browser(COMMUNE).get(f"/matters/{leave.code}").text
    complete(site, COMMUNE, leave.instance_id, "change_leave", leave_again="again", leave_change="Tuần sau.")
    complete(site, HEAD, leave.instance_id, "decide_leave", leave_decision="granted")
    complete(site, COMMUNE, leave.instance_id, "receive_decision")
    assert site.read(select(Instance.status))[0].status == "finished"
    assert site.write(differences) == []


def test_a_head_does_not_decide_on_their_own_leave(site: Site) -> None:
    leave = begin(site, HEAD, "/begin/leave_request/leave_asked", LEAVE)
    assert [(task.node, task.unit_code) for task in site.open_tasks(leave.instance_id)] == [("decide_above", "731")]


def test_a_difficulty_is_assigned_to_a_department_and_comes_back(site: Site) -> None:
    values = {"difficulty_subject": "Thiếu vật tư", "difficulty_content": "Không đủ vật tư y tế."}
    found = begin(site, COMMUNE, "/begin/difficulty_report/difficulty_found", values)
    sent = {"intake_decision": "assign", "department": "75.SYT"}
    complete(site, OFFICE, found.instance_id, "take_in_difficulty", **sent)
    answer = {"difficulty_result": "answered", "department_answer": "Đã cấp."}
    complete(site, DEPARTMENT, found.instance_id, "answer_difficulty", **answer)
    assert "Đã cấp." in site.browser(COMMUNE).get(f"/matters/{found.code}").text
    complete(site, COMMUNE, found.instance_id, "confirm_answer", difficulty_solved="yes")
    assert site.read(select(Instance.status))[0].status == "finished"


def test_places_are_ticked_by_district_and_stay_ticked_when_something_else_is_wrong(site: Site) -> None:
    browser, address = site.browser(DEPARTMENT), "/begin/guidance_letter/guidance_written"
    assert f'name="communes" value="{PLACE}">' in browser.get(address).text
    refused = browser.post(address, LETTER | {"letter_subject": "", "communes": [PLACE]})
    assert (refused.status_code, f'name="communes" value="{PLACE}" checked>' in refused.text) == (422, True)
    assert "đã chọn 1" in refused.text
    letter = begin(site, DEPARTMENT, address, LETTER | {"communes": [PLACE]})
    assert {task.unit_code for task in site.open_tasks(letter.instance_id)} == {PLACE}


def test_a_guidance_letter_waits_for_every_commune_and_shows_who_has_acknowledged(site: Site) -> None:
    letter = begin(site, DEPARTMENT, "/begin/guidance_letter/guidance_written", LETTER | {"communes": [PLACE, OTHER]})
    waiting = {task.unit_code for task in site.open_tasks(letter.instance_id)}
    assert waiting == {PLACE, OTHER}
    complete(site, COMMUNE, letter.instance_id, "acknowledge_letter", acknowledged="true", unclear="Mẫu nào?")
    page = site.browser(DEPARTMENT).get(f"/matters/{letter.code}").text
    assert "Mẫu nào?" in page
    assert {task.unit_code for task in site.open_tasks(letter.instance_id)} == {OTHER}
    complete(site, f"canbo.{OTHER}", letter.instance_id, "acknowledge_letter", acknowledged="true")
    complete(site, DEPARTMENT, letter.instance_id, "read_acknowledgements")
    assert site.write(differences) == []
