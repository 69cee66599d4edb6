"""Reports from the web get the same care as calls: a deadline, urgency, caller, duplicates, answers (R1, R2, R8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from engine.cases import emergency_words
from engine.process import timers
from engine.statistics import backlog
from engine.store.models import AnswerUse, Instance, Outbox, Report, ReportLink, Spell
from tests.kit.site import COMMUNE, NEW, OPERATOR, Site
from tests.web.pages.test_intake import rows
from tests.web.pages.test_joined_reports import REASON, answer, case_of, handled, merge, page_of, prove_record, settle
from tests.web.pages.test_task import RECEIVE, received

ANSWER = "Trạm y tế làm việc giờ nào?"


def report_on_the_web(site: Site, content: str = NEW.content, phone: str = "0912345678") -> int:
    """File it as a citizen does; returns the id of its task."""
    before = {row.id for row in rows(site, Instance)}
    typed = {key: getattr(NEW, key) for key in ("reporter_name", "address", "place", "field")}
    answer = site.browser().post("/report", {**typed, "phone": phone, "content": content, "similar_seen": "yes"})
    assert answer.status_code in (200, 302, 303)
    instance = next(row.id for row in rows(site, Instance) if row.id not in before)
    return int(site.task(instance, "receive").id)


def test_a_report_of_the_web_has_a_deadline_for_taking_it_in_that_makes_no_commune_late(site: Site) -> None:
    task_id = report_on_the_web(site)
    due = rows(site, Instance)[0].due_at
    assert due == datetime(2026, 11, 25, 6, 30, tzinfo=UTC)  # Two working hours from 10:00, over the midday break.
    page = site.browser(OPERATOR).get("/inbox?view=queue").text
    assert "Còn 2 giờ làm việc" in page
    assert "Không tính hạn" not in page
    visitor = site.browser()
    visitor.follow(rows(site, Report)[0].code)
    progress = visitor.get("/follow").text
    assert "Tổng đài tiếp nhận trước 13:30" in progress
    assert "Hạn giải quyết" not in progress
    site.later(hours=8)
    timers.fire_until(site.engine, site.now, site.world())
    assert [row.rung for row in rows(site, Outbox)] == ["take_up"]
    assert [row.due_at for row in rows(site, Spell)] == [None]
    assert all(counts.overdue == 0 for counts in site.write(backlog.count_open, site.now).values())
    site.browser(OPERATOR).post(f"/tasks/{task_id}", {**RECEIVE, "version": "1"})
    assert rows(site, Spell)[0].due_at == rows(site, Instance)[0].due_at > site.now


def test_words_of_an_emergency_raise_a_report_nobody_has_judged(site: Site) -> None:
    usual = report_on_the_web(site, phone="0987654321")
    task_id = report_on_the_web(site, "Công nhân đau bụng, nôn ói sau bữa ăn trưa.")
    assert [row.urgency for row in rows(site, Report)] == ["normal", "urgent"]
    assert rows(site, Instance)[1].due_at == site.now + timedelta(minutes=15)
    browser = site.browser(OPERATOR)
    page = browser.get("/inbox?view=queue").text
    assert page.index(f"/tasks/{task_id}") < page.index(f"/tasks/{usual}")
    assert "đau bụng, nôn ói" in browser.get(f"/tasks/{task_id}").text
    site.file(content="Có đám cháy ở chợ.")  # By telephone: the operator has judged.
    assert rows(site, Report)[2].urgency == "normal"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Có đám cháy ở chợ", ["đám cháy"]),
        ("co dam chay o cho", ["đám cháy"]),
        ("ĐÁM CHÁY", ["đám cháy"]),
        ("Bóng đèn đường cháy đã lâu", []),
        ("trẻ bị bỏ rơi, đang khó thở", ["khó thở", "bỏ rơi"]),
        ("", []),
    ],
)
def test_emergency_words_are_found(text: str, words: list[str]) -> None:
    assert sorted(emergency_words.list_emergency_words(text)) == sorted(words)


def test_the_task_shows_caller_duplicates_and_answers_and_an_answer_is_counted(site: Site) -> None:
    earlier = site.file(content="Trạm y tế phường đóng cửa sớm mỗi chiều.").code
    task_id = report_on_the_web(site, "Trạm y tế phường đóng cửa sớm, trạm y tế làm việc giờ nào?")
    browser = site.browser(OPERATOR)
    page = browser.get(f"/tasks/{task_id}").text
    caller, _sep, alike = page.partition('id="alike-title"')
    assert earlier in caller.partition('id="caller-title"')[2]
    assert earlier in alike
    assert ANSWER in page
    reference = page.partition(ANSWER)[2].partition('data-use="')[2].partition('"')[0]
    told = page.partition(ANSWER)[2].partition("data-text>")[2].partition("</p>")[0]
    sent = {**RECEIVE, "version": "1", "outcome": "answered", "given_answer": told, "given_from": reference}
    assert browser.post(f"/tasks/{task_id}", sent).status_code == 302
    assert [(row.answer_key, row.unchanged) for row in rows(site, AnswerUse)] == [(reference.partition(".")[0], True)]


def merge_at_intake(site: Site, task_id: int, into: str) -> Any:
    page = site.browser(OPERATOR)
    return page.post(f"/tasks/{task_id}/merge", {"version": "1", "into": into})


def test_a_report_of_the_web_is_merged_before_it_is_handed_over_and_split_off_again(site: Site) -> None:
    main_case, main = handled(site)
    content = f"{NEW.content} Đề nghị kiểm tra."
    task_id = report_on_the_web(site, content, phone="0987654321")
    own = rows(site, Report)[-1].code
    own_case = case_of(site, own)
    page = site.browser(OPERATOR).get(f"/tasks/{task_id}").text.partition('id="alike-title"')[2]
    assert f'name="into" value="{main}"' in page
    answered = merge_at_intake(site, task_id, main)
    assert (answered.status_code, answered.location) == (302, f"/cases/{own}")
    assert site.open_tasks(own_case) == []
    assert [row.rung for row in rows(site, Outbox) if row.instance_id == own_case] == []  # It was not handed over.
    case_page = site.browser(OPERATOR).get(f"/cases/{own}").text
    assert "giải quyết chung với hồ sơ" in case_page
    assert "Gộp vào hồ sơ khác" in case_page
    assert f"giải quyết chung với phản ánh {main}" in page_of(site, own).get("/follow").text
    assert merge_at_intake(site, task_id, main).status_code == 409  # Sent twice: it is merged once.
    assert len([row for row in rows(site, ReportLink) if row.undone_at is None]) == 1
    split = site.browser(OPERATOR).post(f"/cases/{own}/corrections/unmerge", REASON)
    assert split.status_code == 302
    assert [task.node for task in site.open_tasks(own_case)] == ["assign"]
    assert merge(site, own, main).status_code == 302
    answer(site, main_case)
    assert page_of(site, main).post("/follow/opinion", {"satisfied": "yes"}).status_code == 302
    settle(site)
    assert "Đã mở cửa đúng giờ." in page_of(site, own).get("/follow").text
    prove_record(site)


def test_whoever_was_merged_at_intake_and_is_not_satisfied_goes_on_one_level_up(site: Site) -> None:
    main_case, main = handled(site)
    task_id = report_on_the_web(site, NEW.content, phone="0987654321")
    own = rows(site, Report)[-1].code
    assert merge_at_intake(site, task_id, main).status_code == 302
    answer(site, main_case)
    sent = page_of(site, own).post(
        "/follow/opinion", {"satisfied": "no", "dissatisfied_reason": "Vẫn đóng cửa sớm như trước."}
    )
    assert sent.status_code == 302
    assert [task.node for task in site.open_tasks(case_of(site, own))] == ["resolve_tier2"]
    prove_record(site)


def test_what_cannot_be_merged_at_intake_is_said_and_changes_nothing(site: Site) -> None:
    task_id = report_on_the_web(site)
    own = rows(site, Report)[-1].code
    for code, sentence in ((own, "chính nó"), ("DN-26-999999-X", ""), ("", "")):
        browser = site.browser(OPERATOR)
        sent = browser.post(f"/tasks/{task_id}/merge", {"version": "1", "into": code})
        assert sent.location == f"/tasks/{task_id}"
        assert sentence in browser.get(sent.location).text
    assert rows(site, ReportLink) == []
    other = site.task(received(site), "verify")
    assert site.browser(COMMUNE).post(f"/tasks/{other.id}/merge", {"version": "1", "into": own}).status_code == 409
    assert site.browser(COMMUNE).post(f"/tasks/{task_id}/merge", {"version": "1", "into": own}).status_code in (
        403,
        404,
    )


def test_a_denunciation_on_the_web_is_told_to_whoever_takes_it_in(site: Site) -> None:
    task_id = report_on_the_web(site, "Tôi tố cáo cán bộ phường nhận tiền.")
    assert "Đây có thể là tố cáo" in site.browser(OPERATOR).get(f"/tasks/{task_id}").text


def test_the_commune_sees_the_answers_of_its_field_and_not_the_caller(site: Site) -> None:
    task = site.task(received(site), "verify")
    page = site.browser(COMMUNE).get(f"/tasks/{task.id}").text
    assert "Trả lời mẫu, chính sách của lĩnh vực" in page
    assert ANSWER in page
    assert "Số này đã gọi" not in page
    assert "data-use" not in page
