"""The chase desk and directives, as the provincial office, leadership and a unit see them (R9)."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from sqlalchemy import select

from engine.directives.default_template import build_default_template
from engine.mailing import batching, daily, notices
from engine.mailing.recipients import MAIL
from engine.process import timers
from engine.staff.form_receipts import new_form_token
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Directive, History, Instance, Mark, Matter, Outbox, Person, Report, Task
from tests.kit.record import differences
from tests.kit.site import COMMUNE, FOCAL, NEW, OFFICE, OPERATOR, Browser, Site
from tests.web.pages.test_task import RECEIVE, complete, received

HEAD, CHAIR, ELSEWHERE = f"lanhdao.{NEW.place}", "canbo.75", "canbo.26008"
OTHER = "26008"  # Tân Hiệp, in Biên Hòa too.
SIGNED = {"signer_title": "CHÁNH VĂN PHÒNG"}
DONE = {"directive_measures": "Đã xử lý.", "directive_done_by": "2026-11-30"}
REASON = {"reason": "Đơn vị xin thêm thời gian"}


def overdue(site: Site, cases: int = 1, **wait: float) -> list[int]:
    """Cases of the commune some time after their deadline; a day more and Đôn đốc is open."""
    found = [received(site) for _number in range(cases)]
    pass_time(site, **(wait or {"days": 1, "hours": 1}))
    return found


def pass_time(site: Site, **amount: float) -> None:
    site.later(**amount)
    timers.fire_until(site.engine, site.now, site.world())


def ticks(site: Site, *cases: int) -> list[str]:
    rows = site.read(select(Instance.id, Instance.version).where(Instance.id.in_(cases)))
    return [f"{row.id}.{row.version}" for row in rows]


def act(site: Site, name: str, *cases: int, login: str = OFFICE, **more: Any) -> Any:
    data = {"task": ticks(site, *cases), "act": name, **REASON, **more}
    return site.browser(login).post("/chase/acts", data, follow_redirects=True)


def last(site: Site, instance_id: int) -> Any:
    wanted = select(table_of(History)).where(History.instance_id == instance_id).order_by(History.seq.desc())
    return site.read(wanted)[0]


def drafted(site: Site, *cases: int) -> int:
    answer = site.browser(OFFICE).post("/chase/directives", {"task": ticks(site, *cases)})
    assert answer.status_code == 302, answer.text
    return int(answer.location.rpartition("/")[2])


def issued(site: Site, number: int, login: str = OFFICE) -> Any:
    row = site.read(select(Directive.version).where(Directive.id == number))[0]
    return site.browser(login).post(f"/directives/{number}/issue", {"version": str(row.version), "confirmed": "yes"})


def text_of(word: bytes) -> str:
    document = Document(BytesIO(word))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


@pytest.mark.slow
def test_the_desk_tells_how_long_whose_and_how_often_reminded(site: Site) -> None:
    (late,) = overdue(site)
    soon = received(site)
    code, coming = (row.code for row in site.read(select(Report.code).order_by(Report.id)))
    page = site.browser(OFFICE).get("/chase").text
    assert code in page
    assert coming not in page
    assert "Quá hạn 1 giờ làm việc" in page
    assert "<strong>Phường Trảng Dài</strong> · Xác minh · chưa ai nhận" in page
    to_staff = (Outbox.instance_id == late, Outbox.payload.not_like('%"citizen"%'))
    sent = len(site.read(select(Outbox.id).where(*to_staff)))
    assert f"đã gửi {sent} thông báo" in page
    assert coming in site.browser(OFFICE).get("/chase?view=soon").text
    for found, query in ((True, "unit=731"), (False, "unit=735"), (True, "field=health"), (False, "field=other")):
        assert (code in site.browser(OFFICE).get(f"/chase?{query}").text) == found
    assert (late, soon) == (1, 2)
    pass_time(site, days=1)
    assert "chờ Văn phòng quyết định" in site.browser(OFFICE).get("/chase?rung=chase").text
    assert code not in site.browser(OFFICE).get("/chase?rung=unit").text


@pytest.mark.parametrize("query", ["view=x", "rung=x", "order=x", "field=x", "unit=x", "after=1", "after=x,1"])
def test_a_list_that_does_not_exist_is_refused(site: Site, query: str) -> None:
    assert site.browser(OFFICE).get(f"/chase?{query}").status_code in (400, 404)


@pytest.mark.slow
def test_an_extension_before_the_chase_moves_deadline_and_ladder(site: Site) -> None:
    (late,) = overdue(site)
    page = act(site, "extend", late, days="3").text
    assert "1 hồ sơ đã gia hạn" in page
    assert "hạn mới 11:00 thứ Ba 01/12/2026" in page
    assert json.loads(last(site, late).detail)["reason"] == REASON["reason"]
    pass_time(site, days=3)
    assert [task.node for task in site.open_tasks(late)] == ["verify"]
    case = site.browser(OFFICE).get(f"/cases/{site.read(select(Report.code))[0].code}").text
    assert "Gia hạn 3 ngày làm việc: hạn mới 11:00" in case
    assert ", lý do: Đơn vị xin thêm thời gian" in case


def test_an_extension_after_keep_watching_puts_the_next_chase_off(site: Site) -> None:
    (late,) = overdue(site, days=2, hours=1)
    watch = {"chase_decision": "continue", "chase_reason": "Đang theo dõi"}
    assert complete(site, site.browser(OFFICE), late, "chase", watch).status_code == 302
    assert "1 hồ sơ đã gia hạn" in act(site, "extend", late, days="2").text
    pass_time(site, days=4)  # Over a weekend: the new deadline is here, the day after it is not.
    assert [task.node for task in site.open_tasks(late)] == ["verify"]
    pass_time(site, days=1, hours=1)
    assert "chase" in [task.node for task in site.open_tasks(late)]


def test_where_the_chase_is_open_an_act_completes_it(site: Site) -> None:
    cases = overdue(site, 3, days=2, hours=1)
    assert "1 hồ sơ đã gia hạn" in act(site, "extend", cases[0], days="5").text
    assert "1 hồ sơ đã chuyển" in act(site, "transfer", cases[1], department="75.SYT").text
    assert "1 hồ sơ đã thu hồi" in act(site, "recall", cases[2]).text
    # Whoever recalls a case keeps it in the office's next step.
    assert [last(site, case).action for case in cases] == ["complete", "complete", "claim"]
    assert [task.node for task in site.open_tasks(cases[0])] == ["verify"]
    assert site.task(cases[1], "handle").unit_code == "75.SYT"
    assert site.task(cases[2], "coordinate")
    with transaction(site.engine) as tx:
        assert differences(tx) == []


@pytest.mark.slow
def test_before_the_chase_a_message_transfers_and_recalls(site: Site) -> None:
    first, second = overdue(site, 2)
    act(site, "transfer", first, department="75.SYT")
    act(site, "recall", second)
    assert site.task(first, "handle").unit_code == "75.SYT"
    assert site.task(second, "coordinate")
    marks = site.read(select(Mark.instance_id, Mark.status).order_by(Mark.id))
    assert [(row.instance_id, row.status) for row in marks][-2:] == [(first, "transferred"), (second, "recalled")]


def test_the_unit_is_reminded_once_a_day_and_notes_are_kept(site: Site) -> None:
    (late,) = overdue(site)
    assert "1 hồ sơ đã nhắc" in act(site, "remind", late).text
    assert "chưa làm được. Hôm nay đã nhắc rồi." in act(site, "remind", late).text
    row = site.read(select(table_of(Outbox)).where(Outbox.rung == "office_reminder"))[0]
    assert (row.template, json.loads(row.payload)["to"]) == ("overdue", [NEW.place])
    act(site, "note", late, reason="Đã gọi Chủ tịch phường")
    noted = last(site, late)
    assert (noted.action, json.loads(noted.detail)["reason"]) == ("note", "Đã gọi Chủ tịch phường")
    site.later(days=1)
    assert "1 hồ sơ đã nhắc" in act(site, "remind", late).text


def test_what_has_moved_on_is_left_alone_and_told(site: Site) -> None:
    first, second, third = overdue(site, 3, days=2, hours=1)
    stale = ticks(site, first, second, third)
    colleague = site.task(third, "chase")
    site.browser("lanhdao.75.vp").post(f"/tasks/{colleague.id}/claim", {"version": str(colleague.version)})
    act(site, "recall", first)
    browser = site.browser(OFFICE)
    data = {"task": [*stale, "999.1"], "act": "recall", **REASON}
    page = browser.post("/chase/acts", data, follow_redirects=True).text
    assert "1 hồ sơ đã thu hồi, 2 hồ sơ chưa làm được" in page
    assert page.count("Hồ sơ vừa có thay đổi") == 2
    assert "Đồng nghiệp đang giữ" in act(site, "recall", third).text
    assert len([row for row in site.read(select(Mark.status)) if row.status == "recalled"]) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"act": "recall", "reason": "x"}, "Nêu lý do"),
        ({"act": "extend", "days": "0"}, "Số ngày gia hạn"),
        ({"act": "transfer", "department": "731"}, "Chọn sở"),
        ({"act": "burn"}, "Chọn việc"),
        ({"act": "recall", "task": []}, "Chưa chọn hồ sơ"),
    ],
)
def test_an_order_that_says_too_little_does_nothing(site: Site, data: dict[str, Any], sentence: str) -> None:
    (late,) = overdue(site)
    before = ticks(site, late)
    answer = site.browser(OFFICE).post("/chase/acts", {"task": before, **REASON, **data})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert ticks(site, late) == before


def test_an_act_on_many_cases_is_done_once_however_often_its_page_is_sent(site: Site) -> None:
    cases, browser = overdue(site, 2), site.browser(OFFICE)
    sent = {"task": ticks(site, *cases), "act": "remind", **REASON, "form_token": new_form_token()}
    pages = [browser.post("/chase/acts", sent) for _ in range(2)]
    assert len({page.location for page in pages}) == 1
    assert "2 hồ sơ đã nhắc, 0 hồ sơ chưa làm được" in browser.get(pages[0].location).text
    assert len([row for row in site.read(select(History.action)) if row.action == "remind"]) == 2


def test_leadership_watches_and_others_have_no_desk(site: Site) -> None:
    (late,) = overdue(site)
    page = site.browser(CHAIR).get("/chase").text
    assert "Phường Trảng Dài" in page
    assert "Thực hiện" not in page
    assert act(site, "note", late, login=CHAIR).status_code == 403
    for login in (FOCAL, COMMUNE, HEAD, OPERATOR):
        assert site.browser(login).get("/chase").status_code == 403
        assert act(site, "note", late, login=login).status_code == 403


@pytest.mark.slow
def test_a_draft_is_edited_and_issued_with_a_number_and_nothing_personal(site: Site) -> None:
    cases = overdue(site, 2, days=2, hours=1)
    number = drafted(site, *cases)
    page = site.browser(OFFICE).get(f"/directives/{number}").text
    assert "Dự thảo văn bản đôn đốc" in page
    saved = {"subject": "V/v đôn đốc hồ sơ <Y & tế>", "demand": "Làm ngay.\nBáo cáo.", "days": "2"} | SIGNED
    browser = site.browser(OFFICE)
    assert browser.post(f"/directives/{number}", {**saved, "version": "1", "case": cases}).status_code == 302
    assert browser.post(f"/directives/{number}", {**saved, "version": "1", "case": cases}).status_code == 409
    refused = browser.post(f"/directives/{number}", {**saved, "demand": "", "version": "2", "case": cases})
    assert (refused.status_code, "Ghi yêu cầu" in refused.text) == (422, True)
    preview = text_of(browser.get(f"/directives/{number}/file").data)
    assert "Số:       /VP-TD" in preview
    assert issued(site, number).status_code == 302
    said = text_of(browser.get(f"/directives/{number}/file").data)
    codes = [row.code for row in site.read(select(Report.code))]
    unit = "Kính gửi: Ủy ban nhân dân phường Trảng Dài."
    told = ("01/VP-TD", "V/v đôn đốc hồ sơ <Y & tế>", unit, "1. Làm ngay.", *codes)
    assert [text for text in told if text not in said] == []
    assert "V/v V/v" not in said
    for secret in (NEW.reporter_name, NEW.phone, NEW.address, NEW.content):
        assert secret not in said
    entries = site.read(select(table_of(History)).where(History.action == "directive"))
    assert [json.loads(entry.detail)["code"] for entry in entries] == ["01/VP-TD"] * 2
    assert [last(site, case).action for case in cases] == ["complete"] * 2
    assert "01/VP-TD" in site.browser(OFFICE).get("/chase?rung=directive").text
    case = site.browser(OFFICE).get(f"/cases/{codes[0]}").text
    assert "Nêu trong văn bản đôn đốc số 01/VP-TD" in case
    assert f'href="/directives/{number}"' in case
    assert issued(site, number).status_code == 409


def test_a_case_that_is_done_meanwhile_leaves_the_draft_before_it_is_issued(site: Site) -> None:
    first, second = overdue(site, 2, days=2, hours=1)
    number = drafted(site, first, second)
    act(site, "recall", first)
    browser = site.browser(OFFICE)
    browser.post(f"/directives/{number}/issue", {"version": "1", "confirmed": "yes"})
    assert "vừa được cập nhật" in browser.get(f"/directives/{number}").text
    assert site.read(select(Directive.number))[0].number is None
    issued(site, number)
    assert site.read(select(Directive.number))[0].number == 1


@pytest.mark.slow
def test_a_unit_gets_its_directive_answers_and_is_asked_again(site: Site) -> None:
    number = drafted(site, *overdue(site, days=2, hours=1))
    issued(site, number)
    head, page = site.browser(HEAD), f"/directives/{number}"
    assert "01/VP-TD" in head.get("/inbox?view=queue").text
    assert head.get("/directives").text.count("01/VP-TD") == 1
    assert "Gửi báo cáo" in head.get(page).text
    assert "đã nhận" in site.browser(OFFICE).get("/directives").text
    (task,) = site.open_tasks(unit_instance(site))
    assert head.get(f"/tasks/{task.id}").location == page
    assert head.get(f"/tasks/{task.id}/preview").status_code == 404
    assert answer(site, head, page, {"directive_measures": ""}).status_code == 422
    assert answer(site, head, page, DONE).status_code == 302
    assert "đã báo cáo, chờ xem xét" in site.browser(OFFICE).get(page).text
    office = site.browser(OFFICE)
    again = {"review_decision": "again", "again_days": "1", "review_reason": "Chưa rõ nguyên nhân"}
    assert answer(site, office, page, again).status_code == 302
    assert "Chưa rõ nguyên nhân" in head.get(page).text
    pass_time(site, days=4)
    head, office = site.browser(HEAD), site.browser(OFFICE)
    assert "quá hạn" in office.get("/directives").text
    answer(site, head, page, DONE)
    answer(site, office, page, {"review_decision": "accept"})
    assert "đã chấp nhận báo cáo" in office.get(page).text
    for login in (ELSEWHERE, OPERATOR, "canbo.735"):
        for address in (page, f"{page}/file"):
            assert site.browser(login).get(address).status_code == 404


@pytest.mark.slow
def test_a_directive_to_two_units_shows_each_its_own_and_the_office_one_answer_at_a_time(site: Site) -> None:
    filed = site.file(place=OTHER)
    complete(site, site.browser(OPERATOR), filed.instance_id, "receive", {**RECEIVE, "place": OTHER})
    complete(site, site.browser(FOCAL), filed.instance_id, "assign", {"place": OTHER})
    number = drafted(site, *overdue(site, days=2, hours=1), filed.instance_id)
    issued(site, number)
    page = f"/directives/{number}"
    for login, own, other in ((HEAD, 2, 1), (ELSEWHERE, 1, 2)):
        browser = site.browser(login)
        codes = {row.id: row.code for row in site.read(select(Report.id, Report.code))}
        said = browser.get(page).text
        assert (codes[own] in said, codes[other] in said) == (True, False)
        (task,) = [task for task in directive_tasks(site) if task.unit_code in login]
        browser.post(f"{page}/tasks/{task.id}", {"version": "1", **DONE})
    office = site.browser(OFFICE)
    first = office.get(page).text
    assert first.count('name="review_decision"') == 2
    assert f'href="{page}?unit={NEW.place}"' in first or f'href="{page}?unit={OTHER}"' in first
    assert "Xem xét báo cáo: Phường Trảng Dài" in office.get(f"{page}?unit={NEW.place}").text
    assert "Xem xét báo cáo: Phường Tân Hiệp" in office.get(f"{page}?unit={OTHER}").text
    assert "- Ủy ban nhân dân phường Trảng Dài;" in text_of(office.get(f"{page}/file").data)


def directive_tasks(site: Site) -> list[Any]:
    of_directives = Task.instance_id.in_(select(Matter.instance_id))
    return site.read(select(table_of(Task)).where(of_directives, Task.state == "open"))


def unit_instance(site: Site) -> int:
    found: int = site.read(select(Matter.instance_id))[0].instance_id
    return found


def answer(site: Site, browser: Browser, page: str, data: dict[str, str]) -> Any:
    (task,) = site.open_tasks(unit_instance(site))
    return browser.post(f"{page}/tasks/{task.id}", {"version": str(task.version), **data})


@pytest.mark.slow
def test_the_mail_of_a_directive_links_to_its_page_behind_the_door(site: Site) -> None:
    number = drafted(site, *overdue(site, days=2, hours=1))
    issued(site, number)
    notices.resolve_recipients(site.engine, site.now, site.world(), {MAIL})
    batching.batch_notices(site.engine, site.now, 100)
    page = site.browser(OFFICE).get("/admin/mailbox").text
    assert "Văn bản đôn đốc số 01/VP-TD" in page
    assert f"{site.app.settings.site}/directives/{number}" in page
    assert NEW.reporter_name not in page
    assert site.browser().get(f"/directives/{number}").status_code == 302
    pass_time(site, days=6)
    head = site.read(select(Person.id).where(Person.login == HEAD))[0].id
    with transaction(site.engine) as tx:
        _subject, text = daily.compose_summary(
            tx, head, site.world(), site.app.mail_writing(site.world()).pages, site.now
        )
    assert "- 01/VP-TD · Trả lời văn bản đôn đốc · Phường Trảng Dài" in text


@pytest.mark.slow
def test_a_template_is_uploaded_refused_and_taken_back(site: Site) -> None:
    browser = site.browser(OFFICE)
    word = browser.get("/paper-templates/directive/file").data
    document = Document(BytesIO(word))
    document.add_paragraph("Mẫu riêng của Văn phòng")
    assert upload(browser, saved(document)).status_code == 302
    document.add_paragraph("{{ phone }}")
    refused = upload(browser, saved(document))
    assert (refused.status_code, "Không có trường “phone”" in refused.text) == (422, True)
    assert "không phải tệp Word" in upload(browser, b"PK\x03\x04x").text
    number, browser = drafted(site, *overdue(site, days=2, hours=1)), site.browser(OFFICE)
    assert "Mẫu riêng của Văn phòng" in text_of(browser.get(f"/directives/{number}/file").data)
    assert browser.post("/paper-templates/directive/1/use").status_code == 302
    assert "Mẫu riêng của Văn phòng" not in text_of(browser.get(f"/directives/{number}/file").data)
    assert browser.get("/paper-templates/directive/file?version=1").data == build_default_template()
    assert browser.post("/paper-templates/directive/99/use").status_code == 404
    assert site.browser(HEAD).get("/paper-templates/directive").status_code == 403


def saved(document: Any) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def upload(browser: Browser, content: bytes) -> Any:
    return browser.post("/paper-templates/directive", {"template": (BytesIO(content), "mau.docx")})


def test_issuing_asks_once_and_says_what_will_happen(site: Site) -> None:
    number = drafted(site, *overdue(site, 1, days=2, hours=1))
    office = site.browser(OFFICE)
    asked = office.post(f"/directives/{number}/issue", {"version": "1"})
    assert asked.location == f"/directives/{number}?ask=issue#confirm"
    page = office.get(asked.location).text
    assert "Ban hành văn bản này?" in page
    assert "Văn bản nêu 1 hồ sơ" in page
    issued = office.post(f"/directives/{number}/issue", {"version": "1", "confirmed": "yes"}, follow_redirects=True)
    assert "Đã ban hành văn bản" in issued.text
