"""The page of a task tells what came last: why it was returned, what was done and said, and what to do next."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import delete, select

from engine.store.db import transaction
from engine.store.models import Person, Report, RoleAssignment
from tests.kit.record import differences
from tests.kit.site import COMMUNE, FOCAL, NEW, OFFICE, OPERATOR, Site
from tests.web.pages.test_task import RESOLVE, VERIFY, complete, received

HEAD = f"lanhdao.{NEW.place}"
RETURN = {"check_decision": "return", "return_reason": "Ảnh chưa rõ, làm lại."}


def resolved(site: Site) -> int:
    """A case whose result waits for tier 2."""
    case = received(site)
    commune = site.browser(COMMUNE)
    complete(site, commune, case, "verify", VERIFY)
    complete(site, commune, case, "resolve", RESOLVE)
    return case


def open_part(page: str) -> str:
    """The thread of a page without what is folded."""
    thread = page[page.index('id="thread-title"') : page.index("</section>", page.index('id="thread-title"'))]
    return re.sub(r"<details.*?</details>", "", thread, flags=re.DOTALL)


def test_a_returned_task_says_why_and_how_often_on_its_page_and_in_lists(site: Site) -> None:
    case = resolved(site)
    commune, focal = site.browser(COMMUNE), site.browser(FOCAL)
    for times in (1, 2):
        complete(site, focal, case, "check", {**RETURN, "return_reason": f"Ảnh chưa rõ, lần {times}."})
        page = commune.get(f"/tasks/{site.task(case, 'resolve').id}").text
        assert f"Trả lại lần {times}" in page
        assert f"yêu cầu làm lại sau “Kiểm tra kết quả” (10:00 25/11/2026), vì: “Ảnh chưa rõ, lần {times}.”" in page
        assert f"Trả lại lần {times}" in commune.get("/inbox?view=mine").text
        assert "Trạm mở cửa đúng giờ." in open_part(page)
        assert "Bạn đang giữ việc này." in page  # It comes back to whoever resolved it.
        complete(site, commune, case, "resolve", RESOLVE)
        assert "Trả lại lần" not in focal.get(f"/tasks/{site.task(case, 'check').id}").text
    with transaction(site.engine) as tx:
        assert differences(tx) == []


def test_what_is_handed_back_goes_to_the_queue_when_whoever_did_it_has_left(site: Site) -> None:
    case = resolved(site)
    leaver = site.read(select(Person.id).where(Person.login == COMMUNE))[0].id
    site.write(lambda tx: tx.write().execute(delete(RoleAssignment).where(RoleAssignment.person_id == leaver)))
    complete(site, site.browser(FOCAL), case, "check", RETURN)
    assert site.task(case, "resolve").assignee_id is None


def test_the_last_two_forms_are_open_and_what_is_older_is_folded(site: Site) -> None:
    case = resolved(site)
    page = site.browser(FOCAL).get(f"/tasks/{site.task(case, 'check').id}").text
    assert all(
        text in open_part(page) for text in ("Đúng như phản ánh.", "Đã nhắc trạm y tế.", "Trạm mở cửa đúng giờ.")
    )
    assert "Phân công" not in open_part(page)
    assert "Phân công" in page
    complete(site, site.browser(FOCAL), case, "check", {"check_decision": "accept"})
    assert "Trạm mở cửa đúng giờ." in open_part(
        site.browser(OPERATOR).get(f"/tasks/{site.task(case, 'answer').id}").text
    )


@pytest.mark.slow
def test_what_the_citizen_was_not_satisfied_with_is_the_reason_and_the_last_word(site: Site) -> None:
    case = resolved(site)
    operator, focal = site.browser(OPERATOR), site.browser(FOCAL)
    complete(site, focal, case, "check", {"check_decision": "accept"})
    told = {
        "answered_by": "phone",
        "answered_at": "25/11/2026 10:00",
        "answer_reached": "yes",
        "answer_text": "Đã xong.",
    }
    complete(site, operator, case, "answer", told)
    complete(site, operator, case, "feedback", {"satisfied": "no", "dissatisfied_reason": "Trạm vẫn đóng cửa."})
    page = focal.get(f"/tasks/{site.task(case, 'resolve_tier2').id}").text
    assert "Người dân chưa hài lòng với kết quả (10:00 25/11/2026), vì: “Trạm vẫn đóng cửa.”" in page
    assert 'class="brief-word"' not in page  # Their words are said once: why the task is here quotes them.
    assert "Đã xong." in open_part(page)
    assert "Trả lại lần" not in page


def test_the_department_that_tier_2_proposes_is_filled_in_once(site: Site) -> None:
    case = received(site)
    complete(site, site.browser(COMMUNE), case, "verify", {**VERIFY, "outcome": "outside"})
    proposal = {"proposed_department": "75.SYT", "transfer_reason": "Thuộc ngành y tế."}
    complete(site, site.browser(FOCAL), case, "propose_transfer", proposal)
    office = site.browser(OFFICE)
    page = office.get(f"/tasks/{site.task(case, 'coordinate').id}").text
    assert '<option value="75.SYT" selected>' in page
    assert "Thuộc ngành y tế." in open_part(page)
    decision = {"coordinate_decision": "department", "department": "75.SYT", "coordinate_reason": "Đồng ý."}
    complete(site, office, case, "coordinate", decision)
    refusal = {"handle_decision": "not_ours", "not_ours_reason": "Việc của phường."}
    complete(site, site.browser("canbo.75.syt"), case, "handle", refusal)
    again = office.get(f"/tasks/{site.task(case, 'coordinate').id}").text
    assert "vì: “Việc của phường.”" in again
    assert '<option value="75.SYT" selected>' not in again


def test_after_a_task_the_next_one_of_the_case_is_offered_and_then_the_most_urgent(site: Site) -> None:
    first, second = received(site), received(site)
    commune = site.browser(COMMUNE)
    complete(site, commune, first, "verify", VERIFY)
    offered = commune.get("/inbox").text
    resolve = site.task(first, "resolve")
    assert f'href="/tasks/{resolve.id}">Làm tiếp “Giải quyết” của hồ sơ này</a>' in offered
    assert resolve.assignee_id is not None
    complete(site, commune, first, "resolve", RESOLVE)
    verify = site.task(second, "verify")
    assert f'href="/tasks/{verify.id}">Việc tiếp theo: “Xác minh” của hồ sơ DN-26-000002' in commune.get("/inbox").text
    complete(site, commune, second, "verify", {**VERIFY, "outcome": "false"})
    assert "next-task" not in commune.get("/inbox").text


def test_a_moment_is_typed_as_people_write_it_and_stays_as_typed_when_it_cannot_be_read(site: Site) -> None:
    case = received(site)
    commune = site.browser(COMMUNE)
    page = complete(site, commune, case, "verify", {**VERIFY, "contact_at": "hôm qua"})
    assert page.status_code == 422
    assert "Vui lòng nhập ngày và giờ, ví dụ 24/11/2026 08:30." in page.text
    assert 'value="hôm qua"' in page.text
    assert 'data-now="dd/MM/yyyy HH:mm"' in page.text
    assert 'type="datetime-local"' not in page.text
    assert complete(site, commune, case, "verify", {**VERIFY, "contact_at": "10h00, 25.11.2026"}).status_code == 302
    assert "10:00 25/11/2026" in commune.get(f"/tasks/{site.task(case, 'resolve').id}").text


def test_whoever_was_slower_reads_names_and_captions_in_what_they_typed(site: Site) -> None:
    filed = site.file()
    operator = site.browser(OPERATOR)
    task = site.task(filed.instance_id, "receive")
    typed = {"outcome": "handed_over", "place": NEW.place, "field": NEW.field, "version": str(task.version + 1)}
    page = operator.post(f"/tasks/{task.id}", typed)
    assert page.status_code == 409
    assert "<dd>Phường Trảng Dài</dd>" in page.text
    assert "handed_over" not in page.text


@pytest.mark.parametrize("login", [FOCAL, OFFICE, OPERATOR, "canbo.75", HEAD])
def test_those_who_supervise_read_text_steps_and_results_and_not_who_reported(site: Site, login: str) -> None:
    case = received(site)
    commune = site.browser(COMMUNE)
    complete(site, commune, case, "verify", {**VERIFY, "findings": "Đã gặp bà Trần Thị Mận, 0912 345 678."})
    complete(site, commune, case, "resolve", {**RESOLVE, "solution": "Đã xin lỗi bà tran thi man."})
    if login != OPERATOR:  # The hotline, where the result goes next, handles the case from then on.
        complete(site, site.browser(FOCAL), case, "check", {"check_decision": "accept"})
    code = site.read(select(Report.code))[0].code
    page = site.browser(login).get(f"/cases/{code}").text
    assert all(text in page for text in (NEW.content, "Đã gặp bà […], […].", "Đã xin lỗi bà […].", "Đúng như phản ánh"))
    assert "Thị Mận" not in page
    assert "thi man" not in page


def test_lists_show_one_masked_line_of_the_report_to_those_who_may_open_it(site: Site) -> None:
    received(site)
    for _ in range(2):
        site.file(content="Cống nghẹt trước nhà bà Mận, 0912 345 678.", place="26116")
    office, focal = site.browser(OFFICE), site.browser(FOCAL)
    line = "Cống nghẹt trước nhà bà […], […]."
    assert office.get("/cases?text=cong nghet").text.count(line) == 2
    assert office.get("/cases/of?measure=open").text.count(line) == 2
    assert office.get("/dashboard").text.count(line) == 2
    assert NEW.content in focal.get("/cases/of?measure=open").text
    assert line not in focal.get("/cases/of?measure=open").text
    site.later(days=20)
    office, focal = site.browser(OFFICE), site.browser(FOCAL)
    assert NEW.content in office.get("/chase").text


def test_the_diagrams_of_a_case_have_names_in_both_languages(site: Site) -> None:
    received(site)
    commune = site.browser(COMMUNE)
    address = f"/cases/{re.findall(r'DN-26-[0-9]+-[A-Z]', commune.get('/inbox?view=queue').text)[0]}/diagram"
    titles = [item["title"] for item in (commune.get(address).json or {})["diagrams"]]
    assert titles[0] == "Tiếp nhận và giải quyết phản ánh"
    assert "Giải quyết tại địa phương" in titles
    commune.post("/language", {"language": "en", "next": "/"})
    english = [item["title"] for item in (commune.get(address).json or {})["diagrams"]]
    assert english[0] == "Main process"
    assert not {"resolution", "false_report", "Giải quyết tại địa phương"} & set(english)
