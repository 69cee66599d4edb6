"""What citizens hear of their report: at once, at each stage, whom it was handed to, why it has ended (R7, R21)."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

from sqlalchemy import select

from engine.mailing import batching, letters, notices
from engine.mailing.facts import PageLinks
from engine.mailing.letters import MailContext
from engine.mailing.recipients import MAIL
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Attachment, Mail, Report, Submission
from tests.kit.pictures import PNG
from tests.kit.record import differences
from tests.kit.site import COMMUNE, FOCAL, OFFICE, OPERATOR, Site
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_joined_reports import answer, case_of, code_of, join, page_of, withdraw
from tests.web.pages.test_public import SENT
from tests.web.pages.test_task import RECEIVE, VERIFY, complete, received

ADDRESS = "man@x.example"


def written_to(site: Site, report_id: int) -> list[tuple[str, str]]:
    """Subject and text of every mail to a report's citizen so far, in order."""
    world = site.world()
    notices.resolve_recipients(site.engine, site.now, world, {MAIL})
    batching.batch_notices(site.engine, site.now, 100)
    context = MailContext(world, PageLinks("https://1022.example", "vi"), "1022@x.example", lambda _person: "")
    written = []
    mails = select(table_of(Mail)).where(Mail.recipient == f"report:{report_id}").order_by(Mail.id)
    for mail in site.read(mails):
        with transaction(site.engine) as tx:
            rendered = letters.compose_mail(tx, mail, context, site.now)
            written.append((rendered.subject, rendered.text))
    return written


def with_address(site: Site, code: str, address: str = ADDRESS) -> int:
    """Give a report's citizen a mail address; returns the report's id."""
    with transaction(site.engine) as tx:
        tx.write().execute(table_of(Report).update().where(Report.code == code).values(email=address))
    report_id: int = site.read(select(Report.id).where(Report.code == code))[0].id
    return report_id


def test_the_page_after_filing_says_what_follows_and_by_when(site: Site) -> None:
    page = site.browser().post("/report", {**SENT, "email": ADDRESS}, follow_redirects=True).text
    assert "Tiếp theo" in page
    assert SENT["content"] in page
    taken_in_by = "13:30 thứ Tư 25/11/2026"
    expected = "Dự kiến có kết quả trước 10:00 thứ Tư 02/12/2026"
    assert f"chuyển đến đơn vị phụ trách, trước {taken_in_by}." in page
    assert expected in page
    assert "nhận tin ở mỗi bước" in page
    subject, text = written_to(site, 1)[0]
    assert subject.startswith("[1022] Đã tiếp nhận phản ánh")
    assert "Dự kiến có kết quả trước" in text
    without = site.browser().post("/report", {**SENT, "phone": "0933000111"}, follow_redirects=True).text
    assert "gọi 1022 và đọc mã hồ sơ" in without
    spoken = site.browser(OPERATOR).post("/intake", {**CALL, "outcome": "handed_over"}, follow_redirects=True).text
    assert "Dự kiến có kết quả trước" in spoken


def test_each_stage_is_told_with_the_unit_that_has_the_report(site: Site) -> None:
    instance_id = received(site)
    report_id = with_address(site, code_of(site, instance_id))
    complete(site, site.browser(COMMUNE), instance_id, "verify", VERIFY)
    subjects = [subject for subject, _text in written_to(site, report_id)]
    assert any("đã chuyển đến Phường Trảng Dài" in subject for subject in subjects)
    assert any("đã được xác minh" in subject for subject in subjects)


def test_a_transfer_names_the_authority(site: Site) -> None:
    instance_id = received(site)
    report_id = with_address(site, code_of(site, instance_id))
    complete(site, site.browser(COMMUNE), instance_id, "verify", {**VERIFY, "outcome": "outside"})
    reason = {"transfer_reason": "Thuộc thẩm quyền của tỉnh."}
    assert complete(site, site.browser(FOCAL), instance_id, "propose_transfer", reason).status_code == 302
    assert any("Văn phòng UBND tỉnh" in subject for subject, _text in written_to(site, report_id))
    decided = {"coordinate_decision": "department", "department": "75.SYT", "coordinate_reason": "Thuộc sở."}
    assert complete(site, site.browser(OFFICE), instance_id, "coordinate", decided).status_code == 302
    assert any("đã chuyển đến Sở Y tế" in subject for subject, _text in written_to(site, report_id))


def test_the_reason_of_an_end_is_told_to_that_citizen_alone(site: Site) -> None:
    instance_id = received(site)
    code = code_of(site, instance_id)
    own = with_address(site, code)
    other = with_address(site, join(site, code), "oi@x.example")
    withdraw(site, code)
    site.later(hours=1)
    assert any("đã được rút" in subject for subject, _text in written_to(site, own))
    assert not any("đã được rút" in subject for subject, _text in written_to(site, other))
    page = page_of(site, code).get("/follow").text
    assert "Lý do được ghi: Người dân báo đã xong" in page
    assert "Nếu ông/bà không đề nghị rút" in page
    assert "Không còn bước nào đang chờ" not in page


def test_an_answer_and_a_diversion_at_once_are_told_in_writing(site: Site) -> None:
    operator = site.browser(OPERATOR)
    for outcome, words, heading in (
        ("answered", {"given_answer": "Trạm mở cửa lúc 7 giờ 30."}, "đã được trả lời"),
        ("diverted", {"divert_reason": "Đơn tố cáo: nộp tại Thanh tra tỉnh."}, "nơi nhận đơn"),
    ):
        filed = site.file(email=ADDRESS)
        values = {**RECEIVE, "email": ADDRESS, "outcome": outcome, **words}
        assert complete(site, operator, filed.instance_id, "receive", values).status_code == 302
        assert any(heading in subject for subject, _text in written_to(site, filed.report_id))
        page = page_of(site, filed.code).get("/follow").text
        assert next(iter(words.values())) in page
        assert "Phản ánh đã kết thúc" in page


def test_the_final_decision_can_be_read(site: Site) -> None:
    """The mail invites to read it."""
    filed = site.file()
    content: dict[str, Any] = {"final_decision": "Giữ nguyên kết quả.", "final_reason": "Đúng quy định."}
    row = {"instance_id": case_of(site, filed.code), "task_engine_id": 1, "at": site.now, "actor": "person:1"}
    with transaction(site.engine) as tx:
        values = {**row, "form": "provincial_decision", "content": json.dumps(content), "salt": b""}
        tx.write().execute(table_of(Submission).insert(), values)
    assert "Giữ nguyên kết quả." in page_of(site, filed.code).get("/follow").text


def test_what_is_not_done_can_be_shown_with_a_picture(site: Site) -> None:
    """By the citizen of the case and by one who has joined it; each picture goes to the case that goes on."""
    instance_id = received(site)
    code = code_of(site, instance_id)
    own = join(site, code)
    answer(site, instance_id)
    objection = {"satisfied": "no", "dissatisfied_reason": "Vẫn đóng cửa."}
    refused = page_of(site, own).post("/follow/opinion", {**objection, "files": (BytesIO(b"MZ" + PNG), "a.png")})
    assert refused.status_code == 422
    assert "Vẫn đóng cửa." in refused.text
    for one in (own, code):
        sent = {**objection, "files": (BytesIO(PNG), "hiện trạng.png")}
        assert page_of(site, one).post("/follow/opinion", sent).status_code == 302
        report_id = site.read(select(Report.id).where(Report.code == one))[0].id
        files = site.read(select(Attachment.added_by).where(Attachment.report_id == report_id))
        assert [row.added_by for row in files] == ["citizen"]
        assert site.task(case_of(site, one), "resolve_tier2")
    with transaction(site.engine) as tx:
        assert differences(tx) == []


def test_the_time_to_the_first_contact_is_shown(site: Site) -> None:
    instance_id = received(site)
    code = code_of(site, instance_id)
    site.later(hours=2)
    assert "Nhận đã 2 giờ mà chưa ai liên hệ." in site.browser(FOCAL).get(f"/cases/{code}").text
    complete(site, site.browser(COMMUNE), instance_id, "verify", {**VERIFY, "contact_at": "2026-11-25T11:00"})
    assert "Liên hệ lần đầu sau khi nhận 1 giờ." in site.browser(FOCAL).get(f"/cases/{code}").text
