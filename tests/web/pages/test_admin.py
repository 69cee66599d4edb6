"""Administration: people and roles, substitutes, units and their move, the calendar, incidents, mails."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.actor import SYSTEM, ActStamp
from engine.config.secret_key import anchor_keys
from engine.errors import Stale
from engine.operations.anchor_export import AnchorExporter
from engine.process import incidents
from engine.process.stored_faults import encode_fault
from engine.staff import people
from engine.store.columns import table_of
from engine.store.models import Holiday, Incident, Person, RoleAssignment, Task, Unit
from engine.world.roles import UNIT_HEAD
from tests.kit.site import COMMUNE, DEPARTMENT, NOW, OFFICE, OPERATOR, PLACE, Site
from tests.web.pages.test_task import RECEIVE, complete, received

PERSON = {"login": "moi.den", "name": "Trần Mới", "unit": PLACE, "role": "commune"}
LINK = re.compile(r"/account-link/[A-Za-z0-9_.-]+")


def person_of(site: Site, login: str) -> Any:
    return site.read(select(table_of(Person)).where(Person.login == login))[0]


def test_every_page_of_administration_opens(site: Site) -> None:
    received(site)
    browser = site.browser(OFFICE)
    pages = (
        "",
        "/people",
        "/people?text=mơ&unit=731",
        "/units",
        "/calendar",
        "/incidents",
        "/incidents?all=yes",
        "/mailbox",
    )
    for page in pages:
        assert browser.get(f"/admin{page}").status_code == 200, page


@pytest.mark.parametrize("login", [OPERATOR, COMMUNE, "canbo.75", DEPARTMENT])
def test_administration_is_for_administrators(site: Site, login: str) -> None:
    browser = site.browser(login)
    for page in ("", "/people", "/units", "/calendar", "/incidents", "/mailbox"):
        assert browser.get(f"/admin{page}").status_code == 403
    assert browser.post("/admin/people", PERSON).status_code == 403
    assert browser.post("/admin/units/move", {"act": "apply"}).status_code == 403


def test_a_new_person_signs_in_and_chooses_a_password(site: Site) -> None:
    page = site.browser(OFFICE).post("/admin/people", PERSON).text
    (link,) = set(LINK.findall(page))
    browser = site.browser()
    new = "câu của riêng tôi 2026"
    assert browser.post(link, {"new": new, "again": new}).location == "/sign-in"
    assert browser.post("/sign-in", {"login": "moi.den", "password": new}).location == "/inbox"
    assert browser.get("/inbox").status_code == 200


@pytest.mark.parametrize("data", [{"login": "X"}, {"login": COMMUNE}, {"name": ""}, {"unit": "none"}, {"role": "king"}])
def test_an_unusable_account_is_not_made(site: Site, data: dict[str, str]) -> None:
    before = len(site.read(select(Person.id)))
    assert site.browser(OFFICE).post("/admin/people", {**PERSON, **data}).status_code == 422
    assert len(site.read(select(Person.id))) == before


def test_roles_are_given_and_taken_at_once(site: Site) -> None:
    admin, officer = site.browser(OFFICE), site.browser(COMMUNE)
    assert officer.get("/intake").status_code == 403
    number = person_of(site, COMMUNE).id
    admin.post(f"/admin/people/{number}/roles", {"act": "give", "unit": "75.1022", "role": "operator"})
    assert officer.get("/intake").status_code == 200
    admin.post(f"/admin/people/{number}/roles", {"act": "take", "unit": "75.1022", "role": "operator"})
    assert officer.get("/intake").status_code == 403
    assert admin.post(f"/admin/people/{number}/roles", {"unit": "x", "role": "operator"}).status_code == 400


def test_a_unit_that_loses_its_last_officer_passes_new_work_on_at_once(site: Site) -> None:
    admin = site.browser(OFFICE)
    for login, role in ((COMMUNE, "commune"), (f"lanhdao.{PLACE}", "unit_head")):
        number = person_of(site, login).id
        admin.post(f"/admin/people/{number}/roles", {"act": "take", "unit": PLACE, "role": role})
    instance_id = received(site)
    assert site.task(instance_id, "verify").unit_code == "731"


def test_closing_an_account_signs_it_out_and_gives_its_work_back(site: Site) -> None:
    instance_id = received(site)
    officer, admin = site.browser(COMMUNE), site.browser(OFFICE)
    task = site.task(instance_id, "verify")
    officer.post(f"/tasks/{task.id}/claim", {"version": "1"})
    number = person_of(site, COMMUNE).id
    admin.post(f"/admin/people/{number}/active", {"active": "no"})
    assert officer.get("/inbox").status_code == 302
    assert site.task(instance_id, "verify").assignee_id is None
    own = person_of(site, OFFICE).id
    admin.post(f"/admin/people/{own}/active", {"active": "no"})
    assert person_of(site, OFFICE).active
    assert admin.post(f"/admin/people/{number}/link").status_code == 403


def test_a_substitute_sees_the_absent_persons_tasks_marked_so(site: Site) -> None:
    instance_id = received(site)
    site.browser(COMMUNE).post(f"/tasks/{site.task(instance_id, 'verify').id}/claim", {"version": "1"})
    other = site.browser("canbo.26008")
    assert "Đang xử lý thay" not in other.get("/inbox").text
    period = {"first": "2026-11-25", "last": "2026-11-26"}
    head = site.browser(f"lanhdao.{PLACE}")
    site.write(people.grant_role, person_of(site, "canbo.26008").id, PLACE, "police", ActStamp(SYSTEM, NOW))
    data = {"person": COMMUNE, "substitute": "canbo.26008", **period}
    assert head.post("/substitutes", {**data, "substitute": COMMUNE}).status_code == 422
    assert head.post("/substitutes", {**data, "last": "2026-11-01"}).status_code == 422
    assert head.post("/substitutes", {**data, "person": OPERATOR}).status_code == 403
    assert head.post("/substitutes", data).status_code == 302
    page = other.get("/inbox?view=standing-in").text
    assert "xử lý thay" in page
    assert other.get(f"/tasks/{site.task(instance_id, 'verify').id}").status_code == 200
    site.later(days=2)
    again = site.browser("canbo.26008")
    assert again.get(f"/tasks/{site.task(instance_id, 'verify').id}").status_code == 403


def test_units_are_loaded_and_moved_after_a_dry_run(site: Site) -> None:
    instance_id = received(site)
    complete(site, site.browser(OPERATOR), site.file().instance_id, "receive", RECEIVE)
    admin = site.browser(OFFICE)
    assert "đã đóng nhưng còn" not in admin.get("/admin/units").text
    asked = admin.post("/admin/units/load", {})
    assert asked.status_code == 409
    assert "731 Thành phố Biên Hòa: sẽ đóng nhưng còn" in asked.text
    assert site.read(select(table_of(Unit).c.closed_at).where(Unit.code == "731"))[0].closed_at is None
    mark = asked.text.split('name="closing" value="')[1].split('"')[0]
    assert admin.post("/admin/units/load", {"closing": "731"}).status_code == 409  # Not what was shown.
    assert admin.post("/admin/units/load", {"closing": mark}).status_code == 302
    # The list has closed the district, whose task would wait for nobody: both pages say so until it is moved.
    assert "731 Thành phố Biên Hòa: đã đóng nhưng còn" in admin.get("/admin/units").text
    assert "1 việc cần chuyển sang đơn vị mới" in admin.get("/admin").text
    plan = admin.post("/admin/units/move", {"act": "plan"})
    assert "Kế hoạch chuyển (chưa thực hiện)" in plan.text
    assert site.task(instance_id, "verify").unit_code == PLACE
    revision = plan.text.split('name="revision" value="')[1].split('"')[0]
    stale = admin.post("/admin/units/move", {"act": "apply", "revision": "x"})
    assert stale.status_code == 409
    assert admin.post("/admin/units/move", {"act": "apply", "revision": revision}).status_code == 302
    assert "việc cần chuyển sang" not in admin.get("/admin").text
    task = site.read(select(table_of(Task)).where(Task.node == "verify"))[0]
    unit = site.read(select(table_of(Unit)).where(Unit.code == task.unit_code))[0]
    assert unit.closed_at is None


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("province_code,province,code,name_with_type\n75,A,,B\n", "Danh_sach.csv, dòng 2: thiếu code"),
        ("province_code,province,code,name_with_type\n75,A,75,B\n", "Danh_sach.csv, dòng 2: đơn vị 75 trực thuộc"),
        ("", "Danh_sach.csv: tệp trống."),
    ],
)
def test_a_list_of_units_is_refused_by_its_name_and_row(site: Site, content: str, sentence: str) -> None:
    data = {"lists": (BytesIO(content.encode()), "Danh sách.csv")}
    page = site.browser(OFFICE).post("/admin/units/load", data)
    assert page.status_code == 422
    assert f'role="alert">{sentence}' in page.text


def test_a_holiday_moves_deadlines_when_they_are_computed_anew(site: Site) -> None:
    instance_id = received(site)
    admin = site.browser(OFFICE)
    before = site.task(instance_id, "verify").due_at
    day = {"day": "2026-11-26", "kind": "closed", "name": "Ngày nghỉ thử", "source": "Công văn 1"}
    assert "Hãy chọn ngày." in admin.post("/admin/calendar/days", {**day, "day": "x"}).text
    assert "chưa có tên." in admin.post("/admin/calendar/days", {**day, "name": ""}).text
    assert admin.post("/admin/calendar/days", day).status_code == 302
    assert len(site.read(select(table_of(Holiday)).where(Holiday.name == "Ngày nghỉ thử"))) == 1
    assert admin.post("/admin/calendar/reschedule", {}).status_code == 422
    assert admin.post("/admin/calendar/reschedule", {"reason": "Ngày nghỉ mới"}).status_code == 302
    assert site.task(instance_id, "verify").due_at - before == timedelta(days=1)
    assert admin.post("/admin/calendar/days/2026-11-26/clear").status_code == 302
    assert admin.post("/admin/calendar/days/x/clear").status_code == 404


@pytest.mark.parametrize(("hours", "status"), [("1 07:00 11:00", 302), ("1 25:00 26:00", 422), ("Monday", 422)])
def test_office_hours_are_kept_or_refused(site: Site, hours: str, status: int) -> None:
    assert site.browser(OFFICE).post("/admin/calendar/hours/commune", {"hours": hours}).status_code == status
    assert site.browser(OFFICE).post("/admin/calendar/hours/castle", {"hours": hours}).status_code == 404


def test_incidents_are_retried_or_put_aside(site: Site) -> None:
    filed = site.file()
    row = {"instance_id": filed.instance_id, "kind": "message", "node": "", "message": "…", "action": "1"}
    for number in (1, 2):
        more = {"id": number, "created_at": site.now, "attempts": 1}
        site.write(lambda tx, values: tx.write().execute(insert(Incident), values), {**row, **more})
    admin = site.browser(OFFICE)
    failed: dict[str, Any] = {
        "id": 3,
        "created_at": site.now,
        "attempts": 1,
        "message": encode_fault(Stale("case-too-busy")),
    }
    site.write(lambda tx, values: tx.write().execute(insert(Incident), values), {**row, **failed})
    listed = admin.get("/admin/incidents").text
    assert "…" in listed
    assert "Hồ sơ đang bị thay đổi liên tục; hãy thử lại." in listed
    assert admin.post("/admin/incidents/1/resolve").status_code == 302
    assert admin.post("/admin/incidents/2/retry").status_code in (302, 404)
    assert admin.post("/admin/incidents/1/explode").status_code == 404
    assert 1 not in [item.id for item in site.write(incidents.list_oldest_first)]


def test_roles_held_twice_are_held_once(site: Site) -> None:
    number = person_of(site, COMMUNE).id
    admin = site.browser(OFFICE)
    for _ in range(2):
        admin.post(f"/admin/people/{number}/roles", {"act": "give", "unit": "75.1022", "role": "operator"})
    held = select(RoleAssignment.unit_code).where(RoleAssignment.person_id == number, RoleAssignment.role == "operator")
    assert len(site.read(held)) == 1


def test_the_state_page_says_when_the_last_anchor_was_made_and_where_it_went(site: Site, tmp_path: Path) -> None:
    administrator = site.browser(OFFICE)
    assert "Chưa có bản nào." in administrator.get("/admin").text
    settings = replace(site.app.settings, anchor_folder=tmp_path / "second")
    exporter = AnchorExporter(site.engine, settings, anchor_keys(settings), None)
    assert exporter.export_daily(site.now)
    for address in ("/admin", "/records"):
        page = administrator.get(address).text
        assert "Bản mới nhất lập lúc" in page, address
        assert "không phân biệt được với bản gốc" in page, address
    site.app.settings = settings
    assert "chưa chép được vào thư mục thứ hai" in administrator.get("/admin").text
    exporter.send_newest(site.now)
    page = administrator.get("/admin").text
    assert "đã chép vào thư mục thứ hai lúc" in page
    assert "không phân biệt được với bản gốc" not in page


def test_who_takes_the_last_holder_of_a_role_away_is_told_what_waits_for_it(site: Site) -> None:
    task = site.open_tasks(received(site))[0]
    office = site.browser(OFFICE)
    holders = site.read(
        select(Person.id, RoleAssignment.role)
        .join(RoleAssignment, RoleAssignment.person_id == Person.id)
        .where(RoleAssignment.unit_code == task.unit_code, RoleAssignment.role.in_((task.role, UNIT_HEAD)))
        .order_by(Person.id)
    )
    warning = "không còn ai nhận được"
    for number, holder in enumerate(holders, 1):
        closed = office.post(f"/admin/people/{holder.id}/active", {"active": "no"}, follow_redirects=True).text
        assert (warning in closed) == (number == len(holders)), "Only the last one leaves nobody."
    assert warning in office.get("/admin").text
    last = holders[-1]
    opened = office.post(f"/admin/people/{last.id}/active", {"active": "yes"}, follow_redirects=True).text
    assert warning not in opened
    post = {"act": "take", "unit": task.unit_code, "role": last.role}
    assert warning in office.post(f"/admin/people/{last.id}/roles", post, follow_redirects=True).text
