"""Reports without a case of their own: whole for their citizens and for staff, and they outlive a main case that brings
no result (R1, R11, R18)."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.cases import corrections
from engine.process import spells
from engine.statistics import check
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Instance, Mark, Outbox, Report, ReportLink, Spell
from tests.kit.record import differences
from tests.kit.site import COMMUNE, FOCAL, NEW, OPERATOR, POLICE, Site
from tests.web.pages.test_intake import CALL
from tests.web.pages.test_task import RECEIVE, RESOLVE, VERIFY, complete, received

REASON = {"reason": "Người dân báo đã xong"}
TOLD = {"answered_by": "phone", "answered_at": "2026-11-25T10:00", "answer_reached": "yes"}
CALLER = {"phone": "0987654321", "reporter_name": "Lê Văn Ổi", "address": "7 đường Bưởi"}


def join(site: Site, main: str, **other: str) -> str:
    """Join another caller to a case; returns their own code."""
    site.browser(OPERATOR).post("/intake", {**CALL, **CALLER, **other, "outcome": f"join:{main}"})
    code: str = site.read(select(Report.code).order_by(Report.id.desc()))[0].code
    return code


def merge(site: Site, code: str, into: str) -> Any:
    return site.browser(OPERATOR).post(f"/cases/{code}/corrections/merge", {**REASON, "into": into})


def withdraw(site: Site, code: str) -> None:
    assert site.browser(OPERATOR).post(f"/cases/{code}/corrections/withdraw", REASON).status_code == 302


def settle(site: Site) -> int:
    return corrections.close_merged(site.engine, site.now, site.world())


def code_of(site: Site, instance_id: int) -> str:
    query = select(Report.code).join(Instance, Instance.report_id == Report.id).where(Instance.id == instance_id)
    code: str = site.read(query)[0].code
    return code


def case_of(site: Site, code: str) -> int:
    """The newest case of a report itself, 0 for none."""
    query = select(Instance.id).join(Report, Report.id == Instance.report_id).where(Report.code == code)
    return max((row.id for row in site.read(query)), default=0)


def handled(site: Site) -> tuple[int, str]:
    """A case that the commune is verifying, and its code."""
    instance_id = received(site)
    return instance_id, code_of(site, instance_id)


def answer(site: Site, instance_id: int, text: str = "Đã mở cửa đúng giờ.") -> None:
    """Verify, resolve, check and tell the result."""
    commune = site.browser(COMMUNE)
    complete(site, commune, instance_id, "verify", VERIFY)
    complete(site, commune, instance_id, "resolve", RESOLVE)
    complete(site, site.browser(FOCAL), instance_id, "check", {"check_decision": "accept"})
    told = complete(site, site.browser(OPERATOR), instance_id, "answer", {**TOLD, "answer_text": text})
    assert told.status_code == 302


def page_of(site: Site, code: str) -> Any:
    browser = site.browser()
    browser.follow(code)
    return browser


def prove_record(site: Site) -> None:
    """The history proves every row, and the figures are those of a full count."""
    with transaction(site.engine) as tx:
        assert differences(tx) == []
    assert check.compare_figures(site.engine, site.now).agrees


def test_a_joined_report_follows_the_main_case_and_its_citizen_rates_for_themselves(site: Site) -> None:
    main_case, main = handled(site)
    own = join(site, main)
    page = page_of(site, own).get("/follow").text
    assert f"giải quyết chung với phản ánh {main}" in page
    assert "Đơn vị đang xác minh" in page
    assert "Không còn bước nào đang chờ" not in page
    answer(site, main_case, f"Đã trả lời ông {NEW.reporter_name}, máy {NEW.phone}.")
    citizen = page_of(site, own)
    page = citizen.get("/follow").text
    assert "Đã trả lời ông" in page
    assert NEW.reporter_name not in page  # Who the others are is nobody's business.
    assert NEW.phone not in page
    assert 'name="satisfied"' in page
    assert citizen.post("/follow/opinion", {"satisfied": "yes", "rating": "5", "comment": "Cảm ơn."}).status_code == 302
    assert 'name="satisfied"' not in citizen.get("/follow").text
    assert citizen.post("/follow/opinion", {"satisfied": "yes"}).status_code == 409
    assert site.task(main_case, "feedback")  # The main case still waits for its own citizen.
    officers = site.browser(OPERATOR).get(f"/cases/{main}").text
    assert f"Người phản ánh cùng vụ việc ({own}) đánh giá: hài lòng" in officers
    opinions = [row.opinion for row in site.read(select(Spell.opinion).where(Spell.began_by == spells.JOINED))]
    assert opinions == [spells.SATISFIED]
    assert page_of(site, main).post("/follow/opinion", {"satisfied": "yes"}).status_code == 302
    kept = [row.opinion for row in site.read(select(Spell.opinion).where(Spell.began_by == spells.RECEIVED))]
    assert kept == [spells.SATISFIED]
    prove_record(site)


def test_the_common_answer_names_none_of_the_others_to_whoever_joined(site: Site) -> None:
    instance_id, main = handled(site)
    first = join(site, main)
    join(site, main, phone="0987654322", reporter_name="Phạm Thị Khế Chua", address="9 đường Me")
    answer(site, instance_id, "Đã báo bà Trần Thị Mận và bà Phạm Thị Khế Chua ở 9 đường Me: đã mở cửa.")
    page = page_of(site, first).get("/follow").text
    assert "đã mở cửa" in page
    assert not any(words in page for words in ("Mận", "Khế", "đường Me"))


@pytest.mark.parametrize("how", ["joined", "merged", "merged and ended"])
def test_whoever_is_not_satisfied_with_the_common_result_goes_on_alone_one_level_up(site: Site, how: str) -> None:
    main_case, main = handled(site)
    if how == "joined":
        own = join(site, main)
    else:
        own = code_of(site, received(site))
        assert merge(site, own, main).status_code == 302
    answer(site, main_case)
    if how == "merged and ended":
        page_of(site, main).post("/follow/opinion", {"satisfied": "yes"})
        site.later(minutes=1)
        assert settle(site) == 1
        site.later(days=1)
    citizen = page_of(site, own)
    assert 'name="satisfied"' in citizen.get("/follow").text
    assert citizen.post("/follow/opinion", {"satisfied": "no"}).status_code == 422
    objection = {"satisfied": "no", "dissatisfied_reason": "Hôm nay trạm lại đóng cửa."}
    assert citizen.post("/follow/opinion", objection).status_code == 302
    case = case_of(site, own)
    assert site.task(case, "resolve_tier2").unit_code == "731"
    page = citizen.get("/follow").text
    assert "Hôm nay trạm lại đóng cửa." in page
    assert "Đã mở cửa đúng giờ." in page  # The answer that they object to is still there to read.
    assert "giải quyết chung" not in page
    assert "Hôm nay trạm lại đóng cửa." in site.browser(FOCAL).get(f"/cases/{own}").text
    assert "đánh giá: chưa hài lòng" in site.browser(FOCAL).get(f"/cases/{main}").text
    assert "Hôm nay trạm lại đóng cửa." not in page_of(site, main).get("/follow").text
    assert settle(site) == 0
    prove_record(site)


def test_while_the_main_case_goes_on_again_nobody_is_told_that_they_have_spoken(site: Site) -> None:
    main_case, main = handled(site)
    own = join(site, main)
    answer(site, main_case)
    objection = {"satisfied": "no", "dissatisfied_reason": "Hôm nay trạm lại đóng cửa."}
    assert page_of(site, main).post("/follow/opinion", objection).status_code == 302
    refused = page_of(site, own).post("/follow/opinion", {"satisfied": "yes"})
    assert refused.status_code == 409
    assert "khi có kết quả, ông/bà sẽ được hỏi ý kiến" in refused.text
    assert "đã được ghi nhận" not in refused.text


def test_an_opinion_is_awaited_for_five_working_days_after_the_end_and_not_longer(site: Site) -> None:
    main_case, main = handled(site)
    own = join(site, main)
    answer(site, main_case)
    page_of(site, main).post("/follow/opinion", {"satisfied": "yes"})
    settle(site)
    site.later(days=6)
    assert 'name="satisfied"' in page_of(site, own).get("/follow").text
    site.later(days=3)
    page = page_of(site, own).get("/follow").text
    assert 'name="satisfied"' not in page
    assert "Phản ánh đã kết thúc" in page
    assert "Đã mở cửa đúng giờ." in page
    late = page_of(site, own).post("/follow/opinion", {"satisfied": "yes"})
    assert "thời gian cho ý kiến đã hết" in late.text
    assert "gọi 1022" in late.text


def test_when_the_main_report_is_withdrawn_the_oldest_of_the_others_goes_on_with_the_rest(site: Site) -> None:
    _main_case, main = handled(site)
    first = join(site, main)
    merged_case = received(site)
    second = code_of(site, merged_case)
    merge(site, second, main)
    form = site.browser(OPERATOR).get(f"/cases/{main}/corrections/withdraw").text
    assert "2 phản ánh khác được giải quyết chung" in form
    assert f"{first} trở thành hồ sơ chính" in form
    site.later(hours=1)
    withdraw(site, main)
    assert "Vụ việc vẫn được tiếp tục giải quyết" in page_of(site, first).get("/follow").text
    assert settle(site) == 2
    assert settle(site) == 0
    heir = case_of(site, first)
    assert site.task(heir, "assign").unit_code == "731"
    assert [row.status for row in site.read(select(Instance.status).where(Instance.id == merged_case))] == ["active"]
    for code in (first, second):
        page = page_of(site, code).get("/follow").text
        assert "Phản ánh đang được giải quyết" in page
        assert "đã có kết quả" not in page
    assert f"giải quyết chung với phản ánh {first}" in page_of(site, second).get("/follow").text
    assert {row.template for row in site.read(select(Outbox.template))}.isdisjoint({"merged_closed", "answered"})
    assert f"{first} trở thành hồ sơ chính" in site.browser(OPERATOR).get(f"/cases/{main}").text
    prove_record(site)
    assert site.browser(OPERATOR).post(f"/cases/{second}/corrections/unmerge", REASON).status_code == 302
    assert site.task(merged_case, "assign")
    prove_record(site)


def test_a_chain_of_merged_cases_outlives_its_head_and_ends_with_a_result(site: Site) -> None:
    _head_case, head = handled(site)
    middle_case = received(site)
    middle = code_of(site, middle_case)
    joined = join(site, middle)
    last_case = received(site)
    last = code_of(site, last_case)
    merge(site, last, middle)
    merge(site, middle, head)
    site.later(hours=1)
    withdraw(site, head)
    assert settle(site) == 3
    assert site.task(middle_case, "assign")  # The oldest of the three.
    assert {code for code in (joined, last) if f"phản ánh {middle}" in page_of(site, code).get("/follow").text} == {
        joined,
        last,
    }
    prove_record(site)
    complete(site, site.browser(FOCAL), middle_case, "assign", {"place": NEW.place})
    answer(site, middle_case)
    page_of(site, middle).post("/follow/opinion", {"satisfied": "yes"})
    assert settle(site) == 1
    assert [row.status for row in site.read(select(Instance.status).where(Instance.id == last_case))] == ["finished"]
    assert "Đã mở cửa đúng giờ." in page_of(site, last).get("/follow").text
    prove_record(site)


def test_one_false_report_does_not_make_the_others_false(site: Site) -> None:
    main_case, main = handled(site)
    own = join(site, main)
    commune, focal, police = site.browser(COMMUNE), site.browser(FOCAL), site.browser(POLICE)
    complete(site, commune, main_case, "verify", {**VERIFY, "outcome": "false"})
    task = site.task(main_case, "review_suspicion")
    assert f"{own} trở thành hồ sơ chính" in focal.get(f"/tasks/{task.id}").text
    grounds = {"suspicion_grounds": "Không có trạm y tế ở địa chỉ này.", "review_opinion": "Đề nghị xác minh."}
    assert complete(site, focal, main_case, "review_suspicion", grounds).status_code == 302
    found = {"suspicion": "confirmed", "investigation": "Không có thật.", "document_number": "12/BC"}
    assert complete(site, police, main_case, "investigate", found).status_code == 302
    assert settle(site) == 1
    assert case_of(site, own)
    assert [row.status for row in site.read(select(Mark.status).where(Mark.instance_id == case_of(site, own)))] == []
    ended = page_of(site, main).get("/follow").text
    assert "không đúng thực tế" in ended
    assert "Nếu không đồng ý" in ended
    assert "không đúng thực tế" not in page_of(site, own).get("/follow").text
    prove_record(site)


def test_staff_find_a_joined_report_by_its_own_code_and_number(site: Site) -> None:
    _main_case, main = handled(site)
    own = join(site, main)
    operator = site.browser(OPERATOR)
    panel = operator.post("/intake/beside", {"phone": CALLER["phone"]}).text
    assert "đang giải quyết" in panel
    assert "đã xong" not in panel
    assert f"cùng vụ việc với {main}" in panel
    assert f'value="join:{main}"' in panel
    for text in (own, CALLER["phone"]):
        page = operator.get(f"/cases?text={text}", follow_redirects=True)
        assert page.request.path == f"/cases/{main}"
        assert f"Phản ánh {own} được giải quyết chung với hồ sơ này." in page.text
    assert site.browser("canbo.734").get(f"/cases/{own}", follow_redirects=True).status_code == 403
    assert operator.get(f"/cases/{main}?joined=DN-26-000099-X").text.count("được giải quyết chung với hồ sơ này") == 1
    for act in ("withdraw", "merge", "reroute"):  # A correction of the joined report is none of the main case.
        assert operator.get(f"/cases/{own}/corrections/{act}").status_code == 404


def test_who_joins_or_merges_by_the_code_of_a_joined_report_reaches_its_main_case(site: Site) -> None:
    main_case, main = handled(site)
    own = join(site, main)
    third = join(site, own, phone="0977000111")
    other = code_of(site, received(site))
    assert merge(site, main, own).status_code == 422
    assert merge(site, other, own).status_code == 302
    ids = {row.code: row.id for row in site.read(select(Report.code, Report.id))}
    links = {row.report_id: row.other_id for row in site.read(select(table_of(ReportLink)))}
    assert links == {ids[code]: ids[main] for code in (own, third, other)}
    assert merge(site, main, other).status_code == 422
    operator = site.browser(OPERATOR)
    commune = site.browser(COMMUNE)
    complete(site, commune, main_case, "verify", VERIFY)
    complete(site, commune, main_case, "resolve", RESOLVE)
    complete(site, site.browser(FOCAL), main_case, "check", {"check_decision": "accept"})
    answer_page = operator.get(f"/tasks/{site.task(main_case, 'answer').id}").text
    assert all(code in answer_page for code in (own, third, other))


def test_an_emergency_without_a_name_goes_on_and_is_completed_later(site: Site) -> None:
    filed = site.file(urgency="emergency")
    own = join(site, filed.code)
    with transaction(site.engine) as tx:
        nameless = {"reporter_name": "", "complete": False, "urgency": "emergency"}
        tx.write().execute(table_of(Report).update().where(Report.code == own).values(nameless))
    operator = site.browser(OPERATOR)
    received_values = {**RECEIVE, "outcome": "diverted", "divert_reason": "Đơn tố cáo: nộp tại Thanh tra tỉnh."}
    page = operator.get(f"/tasks/{site.task(filed.instance_id, 'receive').id}").text
    assert f"{own} trở thành hồ sơ chính" in page
    assert complete(site, operator, filed.instance_id, "receive", received_values).status_code == 302
    assert settle(site) == 1
    assert site.task(case_of(site, own), "complete_report")
    ended = page_of(site, filed.code).get("/follow").text
    assert "Thanh tra tỉnh" in ended
    assert "khiếu nại hoặc tố cáo" in ended
