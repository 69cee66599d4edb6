"""Work that officers begin by an analyst's own diagram: offered, begun, seen, found, done and timed like a report."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.actor import SYSTEM, ActStamp
from engine.staff import people
from engine.staff.people import NewPerson
from engine.store.models import Draft, Instance, Matter, MatterFile, Person, Report, Spell, Task
from tests.kit.errand import TRIP, deploy_errand
from tests.kit.pictures import PNG
from tests.kit.record import differences
from tests.kit.site import COMMUNE, DEPARTMENT, OFFICE, OPERATOR, PLACE, Browser, Site

FORM = "/begin/errand/ask"
HEAD = f"lanhdao.{PLACE}"
OTHER_COMMUNE = "canbo.26068"


@pytest.fixture
def offered(site: Site) -> Site:
    """A site where the process is deployed."""
    deploy_errand(site)
    return site


def appoint(site: Site, login: str, unit: str, role: str) -> str:
    """A new account with one role; returns its login."""
    new = NewPerson(login, login, ((unit, role),))
    site.write(people.create_person, new, ActStamp(SYSTEM, site.now))
    return login


def begin(browser: Browser, **changed: Any) -> Any:
    return browser.post(FORM, {**TRIP, "start_unit": PLACE, **changed})


def begun(site: Site) -> Any:
    return site.read(select(Matter.__table__))[-1]


def test_a_process_is_offered_to_those_whom_its_diagram_names(offered: Site) -> None:
    for login, allowed in ((COMMUNE, True), (DEPARTMENT, False), (OPERATOR, False)):
        browser = offered.browser(login)
        assert ("Xin đi công tác" in browser.get("/begin").text) is allowed
        assert ("Xin đi công tác" in browser.get("/inbox").text) is allowed
        assert browser.get(FORM).status_code == (200 if allowed else 403)
        assert begin(browser).status_code == (302 if allowed else 403)
    assert len(offered.read(select(Instance.id))) == 1


def test_what_is_sent_begins_one_instance_with_a_code_of_its_own(offered: Site) -> None:
    browser = offered.browser(COMMUNE)
    page = browser.get(FORM).text
    assert "Ghi lý do và số ngày." in page
    answer = begin(browser, form_token="a" * 32, papers=(BytesIO(PNG), "giay.png"))
    matter = begun(offered)
    assert answer.location == f"/matters/{matter.code}"
    assert matter.code.startswith("TR-26-000001-")
    assert (matter.line, matter.unit_code) == (TRIP["reason"], PLACE)
    again = begin(browser, form_token="a" * 32, papers=(BytesIO(PNG), "giay.png"))
    assert again.location == answer.location
    assert len(offered.read(select(Matter.code))) == 1
    assert [row.name for row in offered.read(select(MatterFile.name))] == ["giay.png"]
    text = browser.get(answer.location).text
    assert "Họp tại Biên Hòa" in text
    assert "Bắt đầu “Xin đi công tác”" in text
    assert "Tiếp nhận phản ánh" not in text
    assert "giay.png" in text
    number = offered.read(select(MatterFile.id))[0].id
    assert browser.get(f"/matters/{matter.code}/files/{number}").status_code == 200


def test_a_faulty_form_keeps_what_was_typed_and_begins_nothing(offered: Site) -> None:
    browser = offered.browser(COMMUNE)
    answer = begin(browser, reason="", days="ba")
    assert answer.status_code == 422
    assert "ba" in browser.get(FORM).text
    assert offered.read(select(Matter.code)) == []
    assert begin(browser).status_code == 302
    assert offered.read(select(Draft.key)) == []


def test_nobody_begins_it_for_a_unit_that_is_not_theirs(offered: Site) -> None:
    assert begin(offered.browser(COMMUNE), start_unit="26068").status_code == 422
    assert offered.read(select(Matter.code)) == []


def follow(site: Site, login: str, node: str, **values: Any) -> Any:
    """Complete the open task at a node as its page does."""
    task = site.task(begun(site).instance_id, node)
    browser = site.browser(login)
    assert browser.get(f"/tasks/{task.id}").location == f"/matters/tasks/{task.id}"
    assert browser.get(f"/matters/tasks/{task.id}").status_code == 200
    return browser.post(f"/matters/tasks/{task.id}", {"version": str(task.version), **values})


def test_it_runs_to_its_end_and_comes_back_to_whoever_began_it(offered: Site) -> None:
    begin(offered.browser(COMMUNE))
    listed = offered.browser(HEAD).get("/inbox?view=queue").text
    assert "decide" in listed
    assert "Xin đi công tác" in listed
    assert "Họp tại Biên Hòa" in listed
    assert follow(offered, HEAD, "decide", words="").status_code == 422
    assert follow(offered, HEAD, "decide", words="Đồng ý cử đi.").status_code == 302
    own = offered.browser(COMMUNE)
    assert "Họp tại Biên Hòa" in own.get("/inbox?view=mine").text
    assert "Đồng ý cử đi." in own.get(f"/matters/{begun(offered).code}").text
    assert follow(offered, COMMUNE, "read").status_code == 302
    assert offered.read(select(Instance.status))[0].status == "finished"
    assert "Đã kết thúc" in own.get("/begin").text
    assert offered.write(differences) == []


def test_who_sees_it_follows_from_role_and_unit(offered: Site) -> None:
    colleague = appoint(offered, "dongnghiep", PLACE, "commune")
    begin(offered.browser(COMMUNE))
    follow(offered, HEAD, "decide", words="Đồng ý.")
    page = f"/matters/{begun(offered).code}"
    seen = {login: offered.browser(login).get(page).status_code for login in (COMMUNE, HEAD, OFFICE)}
    assert set(seen.values()) == {200}
    for login in (colleague, OTHER_COMMUNE, DEPARTMENT, OPERATOR):
        browser = offered.browser(login)
        assert browser.get(page).status_code == 403, login
        assert begun(offered).code not in browser.get("/begin").text
        assert browser.get(f"{page}/diagram").status_code == 403


def close_account(site: Site, login: str) -> str:
    """Have the administrator close an account; what the page then says."""
    number = site.read(select(Person.id).where(Person.login == login))[0].id
    return site.browser(OFFICE).post(f"/admin/people/{number}/active", {"active": "no"}, follow_redirects=True).text


def test_whoever_closes_the_starters_account_is_told_who_gets_what_was_theirs(offered: Site) -> None:
    begin(offered.browser(COMMUNE))
    assert "không còn ai nhận được" in close_account(offered, HEAD)  # The step of the head is open.
    told = close_account(offered, COMMUNE)
    assert "1 việc người này bắt đầu ở Phường Trảng Dài chưa xong" in told
    assert "sẽ về Thành phố Biên Hòa" in told
    appoint(offered, "lanhdao.moi", PLACE, "unit_head")
    follow(offered, "lanhdao.moi", "decide", words="Đồng ý.")
    step = offered.task(begun(offered).instance_id, "read")
    assert (step.unit_code, step.assignee_id) == (PLACE, None)
    assert "Họp tại Biên Hòa" in offered.browser("lanhdao.moi").get("/inbox?view=queue").text


def test_a_head_takes_what_the_last_officer_leaves_so_nothing_is_vacant(offered: Site) -> None:
    begin(offered.browser(COMMUNE))
    follow(offered, HEAD, "decide", words="Đồng ý.")
    told = close_account(offered, COMMUNE)
    assert "không còn ai nhận" not in told
    assert "người này bắt đầu" not in told
    assert follow(offered, HEAD, "read").status_code == 302


def test_it_is_found_by_its_code_and_by_its_words(offered: Site) -> None:
    browser = offered.browser(COMMUNE)
    begin(browser)
    code = begun(offered).code
    assert browser.get(f"/cases?text={code}").location == f"/matters/{code}"
    assert browser.get("/cases?text=hop+bien+hoa").location == f"/matters/{code}"
    assert browser.get(f"/cases/{code}").location == f"/matters/{code}"
    assert code in browser.get("/begin?text=hop+bien").text
    assert code not in browser.get("/begin?text=khong+co").text
    assert code in offered.browser(HEAD).get("/inbox?view=queue&text=hop+bien").text


def test_figures_of_reports_do_not_count_it_and_the_office_sees_its_times(offered: Site) -> None:
    begin(offered.browser(COMMUNE))
    offered.later(hours=1)
    follow(offered, HEAD, "decide", words="Đồng ý.")
    follow(offered, COMMUNE, "read")
    begin(offered.browser(COMMUNE))
    assert offered.read(select(func.count()).select_from(Report))[0][0] == 0
    assert offered.read(select(func.count()).select_from(Spell))[0][0] == 0
    page = offered.browser(OFFICE).get("/begin/times").text
    assert "1 giờ" in page
    assert "Đã bắt đầu 2; đang giải quyết 1" in page
    assert offered.browser(COMMUNE).get("/begin/times").status_code == 403


def test_a_starter_who_has_lost_the_role_gets_no_task(offered: Site) -> None:
    begin(offered.browser(COMMUNE))
    person = offered.read(select(Person.id).where(Person.login == COMMUNE))[0].id
    stamp = ActStamp(SYSTEM, offered.now)
    offered.write(people.revoke_role, person, PLACE, "commune", stamp)
    follow(offered, HEAD, "decide", words="Đồng ý.")
    assert [row.assignee_id for row in offered.read(select(Task.assignee_id).where(Task.node == "read"))] == [None]
    assert offered.write(differences) == []
