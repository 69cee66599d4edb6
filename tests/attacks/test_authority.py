"""Nobody gains authority through absences: not by arranging them, by standing in, nor by keeping what was borrowed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from engine.actor import SYSTEM, ActStamp
from engine.mailing.recipients import reachable_people
from engine.records.loan_differences import find_differing_loans
from engine.staff import access, people, substitutes
from engine.store.columns import table_of
from engine.store.models import Contact, History, Mail, Person, Report, RoleAssignment, Substitute, Task
from tests.kit.site import COMMUNE, DEPARTMENT, NOW, OFFICE, OPERATOR, PLACE, Browser, Site
from tests.web.pages.test_task import VERIFY, complete, received

OTHER = "26008"  # A commune beside.
BY = ActStamp(SYSTEM, NOW)
HEAD, OTHER_HEAD, OTHER_OFFICER = f"lanhdao.{PLACE}", f"lanhdao.{OTHER}", f"canbo.{OTHER}"
WEEK = {"first": "2026-11-25", "last": "2026-11-30"}
POWERFUL_PAGES = ("/admin", "/admin/people", "/studio", "/records", "/privacy", "/paper-templates/directive")
ARRANGED, REFUSED, FORBIDDEN = 302, 422, 403


def person_id(site: Site, login: str) -> int:
    return int(site.read(select(Person.id).where(Person.login == login))[0].id)


def arrange(browser: Browser, person: str, substitute: str, **other: str) -> int:
    return browser.post("/substitutes", {"person": person, "substitute": substitute, **WEEK, **other}).status_code


def absences(site: Site) -> list[Any]:
    return site.read(select(table_of(Substitute)).order_by(Substitute.id))


def statuses(browser: Browser, *pages: str) -> set[int]:
    return {browser.get(page).status_code for page in pages}


def grant(site: Site, login: str, unit: str, role: str) -> None:
    site.write(people.grant_role, person_id(site, login), unit, role, BY)


def employ(site: Site, login: str, unit: str = PLACE) -> None:
    """Have somebody work in a unit too, in a role of no consequence there, so that colleagues may name them."""
    grant(site, login, unit, "police")


def test_a_head_does_not_become_administrator_in_two_steps(site: Site) -> None:
    head = site.browser(OTHER_HEAD)
    employ(site, OFFICE, OTHER)
    roles = site.read(select(table_of(RoleAssignment)))
    assert arrange(head, OTHER_OFFICER, OFFICE) == ARRANGED  # The administrator stands in for the head's officer …
    assert arrange(head, OFFICE, OTHER_HEAD, unit="75.VP") == REFUSED  # … which sends nobody away from their office.
    assert arrange(head, OFFICE, OTHER_OFFICER, unit="75.VP") == REFUSED
    assert arrange(head, "canbo.75", OTHER_OFFICER) == FORBIDDEN
    assert statuses(head, *POWERFUL_PAGES) == {FORBIDDEN}
    own = {"act": "give", "unit": "75.VP", "role": "administrator"}
    assert head.post(f"/admin/people/{person_id(site, OTHER_HEAD)}/roles", own).status_code == FORBIDDEN
    assert site.read(select(table_of(RoleAssignment))) == roles


def test_whoever_stands_in_for_a_head_arranges_nothing_for_their_unit(site: Site) -> None:
    employ(site, OTHER_OFFICER)
    assert arrange(site.browser(HEAD), HEAD, OTHER_OFFICER) == ARRANGED
    deputy = site.browser(OTHER_OFFICER)
    assert deputy.get("/answers/verdicts").status_code == 200  # Heading the unit is lent …
    assert arrange(deputy, COMMUNE, OTHER_HEAD) == FORBIDDEN  # … arranging for its people is not.
    number = absences(site)[0].id
    assert deputy.post(f"/substitutes/{number}/remove").status_code == 404


@pytest.mark.parametrize("arranger", [HEAD, OFFICE])
def test_nobody_arranges_to_stand_in_for_others(site: Site, arranger: str) -> None:
    assert arrange(site.browser(arranger), COMMUNE, arranger) == REFUSED
    assert absences(site) == []


def test_standing_in_for_the_office_lends_its_casework_and_neither_administration_nor_signing(site: Site) -> None:
    assert arrange(site.browser(OFFICE), OFFICE, OTHER_OFFICER) == ARRANGED
    assert absences(site)[0].roles == "provincial_office tier2_focal"
    deputy = site.browser(OTHER_OFFICER)
    assert statuses(deputy, "/chase", "/dashboard", "/directives") == {200}
    assert statuses(deputy, *POWERFUL_PAGES) == {FORBIDDEN}
    assert deputy.post("/directives/1/issue", {"version": "1"}).status_code == FORBIDDEN


def test_leadership_is_lent_to_nobody(site: Site) -> None:
    assert arrange(site.browser("canbo.75"), "canbo.75", OTHER_OFFICER) == REFUSED
    assert arrange(site.browser(OFFICE), "canbo.75", OTHER_OFFICER) == REFUSED
    site.write(people.grant_role, person_id(site, "lanhdao.75"), "75", "leadership", BY)
    employ(site, OTHER_OFFICER, "75")
    assert arrange(site.browser("lanhdao.75"), "lanhdao.75", OTHER_OFFICER) == ARRANGED
    deputy = site.write(access.load_officer, person_id(site, OTHER_OFFICER), NOW)
    assert not access.may_work_on(deputy, "75", "leadership", None)


def test_an_absence_lends_the_roles_of_one_unit_that_the_arranger_has_a_say_in(site: Site) -> None:
    grant(site, COMMUNE, OTHER, "commune")
    grant(site, COMMUNE, PLACE, "unit_head")
    employ(site, DEPARTMENT)
    admin, head = site.browser(OFFICE), site.browser(HEAD)
    assert arrange(admin, COMMUNE, DEPARTMENT) == REFUSED  # Which unit?
    assert arrange(head, COMMUNE, DEPARTMENT, unit=OTHER) == REFUSED
    assert arrange(head, COMMUNE, DEPARTMENT) == ARRANGED
    row = absences(site)[0]
    assert (row.unit_code, row.roles) == (PLACE, "commune")
    deputy = site.write(access.load_officer, person_id(site, DEPARTMENT), NOW)
    assert deputy.roles - deputy.own_roles == {(PLACE, "commune")}


def test_a_role_granted_or_taken_later_is_not_lent_and_a_closed_account_lends_nothing(site: Site) -> None:
    employ(site, OTHER_OFFICER)
    assert arrange(site.browser(COMMUNE), "", OTHER_OFFICER) == ARRANGED
    absent, deputy = person_id(site, COMMUNE), person_id(site, OTHER_OFFICER)
    grant(site, COMMUNE, PLACE, "tier2_focal")
    assert (PLACE, "tier2_focal") not in site.write(access.load_officer, deputy, NOW).roles
    assert (PLACE, "commune") in site.write(access.load_officer, deputy, NOW).roles
    site.write(people.revoke_role, absent, PLACE, "commune", BY)
    site.write(people.grant_role, absent, PLACE, "commune", BY)
    assert site.write(access.load_officer, deputy, NOW).lent_roles == frozenset()  # It does not come back by itself.
    assert arrange(site.browser(COMMUNE), "", OTHER_OFFICER) == ARRANGED
    site.write(people.set_active, absent, BY, active=False)
    assert site.write(access.load_officer, deputy, NOW).lent_roles == frozenset()
    site.write(people.set_active, absent, BY, active=True)
    assert site.write(access.load_officer, deputy, NOW).lent_roles == frozenset()
    assert site.write(lambda tx: list(find_differing_loans(tx))) == []


def test_chains_are_refused_in_either_order_and_what_is_borrowed_is_not_lent_on(site: Site) -> None:
    grant(site, OTHER_OFFICER, PLACE, "commune")
    grant(site, DEPARTMENT, PLACE, "commune")
    employ(site, DEPARTMENT, OTHER)
    first, second = site.browser(COMMUNE), site.browser(OTHER_OFFICER)
    assert arrange(first, "", OTHER_OFFICER) == ARRANGED
    assert arrange(second, "", DEPARTMENT, unit=PLACE) == REFUSED
    assert arrange(site.browser(DEPARTMENT), "", COMMUNE, unit=PLACE) == REFUSED
    assert arrange(second, "", DEPARTMENT, unit=OTHER) == ARRANGED
    third = site.write(access.load_officer, person_id(site, DEPARTMENT), NOW)
    assert third.roles - third.own_roles == {(OTHER, "commune")}


def test_two_who_are_away_do_not_cover_each_other(site: Site) -> None:
    assert arrange(site.browser(COMMUNE), "", HEAD) == ARRANGED
    assert arrange(site.browser(HEAD), "", COMMUNE) == REFUSED  # Heading is another role, but the unit is the same.


def test_a_substitute_is_told_and_may_decline_which_ends_it_and_tells_the_others(site: Site) -> None:
    employ(site, OTHER_OFFICER)
    assert arrange(site.browser(HEAD), COMMUNE, OTHER_OFFICER) == ARRANGED
    deputy = site.browser(OTHER_OFFICER)
    assert "Bạn được nhờ xử lý thay" in deputy.get("/inbox").text
    assert "Từ chối" in deputy.get("/substitutes").text
    assert "Bạn được nhờ xử lý thay" not in deputy.get("/inbox").text  # They have read of it.
    number = absences(site)[0].id
    assert site.browser(DEPARTMENT).post(f"/substitutes/{number}/decline").status_code == 404
    assert deputy.post(f"/substitutes/{number}/decline").status_code == 302
    assert site.write(access.load_officer, person_id(site, OTHER_OFFICER), NOW).lent_roles == frozenset()
    assert "đã từ chối" in site.browser(COMMUNE).get("/substitutes").text
    mails = {
        (row.recipient, row.about)
        for row in site.read(select(Mail.recipient, Mail.about).where(Mail.kind == "absence"))
    }
    arranged, declined = (f"{number}:{event}" for event in (substitutes.ARRANGED, substitutes.DECLINED))
    persons = [f"person:{person_id(site, login)}" for login in (OTHER_OFFICER, COMMUNE, HEAD)]
    assert mails == {(persons[0], arranged), (persons[1], declined), (persons[2], declined)}
    box = site.browser(OFFICE).get("/admin/mailbox").text
    assert "Nhờ xử lý thay" in box
    assert "từ chối xử lý thay" in box


def test_when_a_substitutes_account_is_closed_those_who_rely_on_it_are_told(site: Site) -> None:
    employ(site, OTHER_OFFICER)
    assert arrange(site.browser(COMMUNE), "", OTHER_OFFICER) == ARRANGED
    absent, deputy = person_id(site, COMMUNE), person_id(site, OTHER_OFFICER)
    assert site.write(reachable_people, [(absent, PLACE)], NOW) == [deputy]
    site.write(people.set_active, deputy, BY, active=False)
    assert site.write(reachable_people, [(absent, PLACE)], NOW) == [absent]
    assert "tài khoản đã khóa, hãy nhờ người khác" in site.browser(COMMUNE).get("/substitutes").text
    lost = f"{absences(site)[0].id}:{substitutes.LOST}"
    mails = {row.recipient for row in site.read(select(Mail.recipient).where(Mail.about == lost))}
    assert mails == {f"person:{absent}", f"person:{person_id(site, HEAD)}"}
    assert "không còn xử lý thay" in site.browser(OFFICE).get("/admin/mailbox").text
    site.write(people.set_active, deputy, BY, active=True)
    assert site.write(reachable_people, [(absent, PLACE)], NOW) == [deputy]


def test_a_task_claimed_while_standing_in_stays_with_the_absent_person(site: Site) -> None:
    task = site.task(received(site), "verify")
    employ(site, OTHER_OFFICER)
    assert arrange(site.browser(COMMUNE), "", OTHER_OFFICER) == ARRANGED
    deputy = site.browser(OTHER_OFFICER)
    assert deputy.post(f"/tasks/{task.id}/claim", {"version": "1"}).status_code == 302
    assert site.read(select(Task.assignee_id).where(Task.id == task.id))[0].assignee_id == person_id(site, COMMUNE)
    assert deputy.get(f"/tasks/{task.id}").status_code == 200
    to_myself = {"version": "2", "colleague": OTHER_OFFICER}
    assert deputy.post(f"/tasks/{task.id}/hand-over", to_myself).status_code == FORBIDDEN
    site.later(days=6)
    again = site.browser(OTHER_OFFICER)
    assert statuses(again, f"/tasks/{task.id}") == {FORBIDDEN}
    assert site.browser(COMMUNE).get(f"/tasks/{task.id}").status_code == 200


def test_the_history_says_for_whom_a_substitute_acts(site: Site) -> None:
    instance_id = received(site)
    task = site.task(instance_id, "verify")
    employ(site, OTHER_OFFICER)
    arrange(site.browser(COMMUNE), "", OTHER_OFFICER)
    deputy = site.browser(OTHER_OFFICER)
    deputy.post(f"/tasks/{task.id}/claim", {"version": "1"})
    contact = {"means": "phone", "reached": "yes", "note": "đã gọi"}
    deputy.post(f"/tasks/{task.id}/contacts", contact)
    entries = site.read(select(table_of(History)).where(History.instance_id == instance_id))
    substitute, absent = (
        site.read(select(Person.name).where(Person.login == login))[0].name for login in (OTHER_OFFICER, COMMUNE)
    )
    page = site.browser(COMMUNE).get(f"/cases/{site.read(select(Report.code))[0].code}").text
    assert page.count(f"{substitute}, xử lý thay {absent}") == 3  # The contact also in the thread.
    assert [entry.action for entry in entries if '"for":' in entry.detail] == ["claim", "contact"]


def test_a_claim_does_not_outlive_the_role_nor_is_a_delegated_task_taken_back_without(site: Site) -> None:
    task = site.task(received(site), "verify")
    colleague = person_id(site, OTHER_OFFICER)
    grant(site, OTHER_OFFICER, PLACE, "commune")
    officer = site.browser(COMMUNE)
    officer.post(f"/tasks/{task.id}/hand-over", {"version": "1", "colleague": OTHER_OFFICER, "act": "delegate"})
    site.write(people.revoke_role, person_id(site, COMMUNE), PLACE, "commune", BY)
    assert officer.post(f"/tasks/{task.id}/take-back", {"version": "2"}).status_code == FORBIDDEN
    assert site.browser(OTHER_OFFICER).get(f"/tasks/{task.id}").status_code == 200
    site.write(people.revoke_role, colleague, PLACE, "commune", BY)
    assert site.browser(OTHER_OFFICER).get(f"/tasks/{task.id}").status_code == FORBIDDEN
    assert site.read(select(Task.assignee_id, Task.owner_id).where(Task.id == task.id)) == [(None, None)]


def test_a_role_lent_elsewhere_corrects_no_case_of_here(site: Site) -> None:
    received(site)
    code = site.read(select(Report.code))[0].code
    address = f"/cases/{code}/corrections/reroute"
    assert arrange(site.browser(OFFICE), "canbo.734", COMMUNE) == ARRANGED  # Tier 2 of another district.
    reroute = {"reason": "nhầm lĩnh vực", "field": "order"}
    assert site.browser(COMMUNE).post(address, reroute).status_code == FORBIDDEN
    assert site.browser("canbo.731").post(address, reroute).status_code == 302


def test_a_period_that_is_over_and_people_without_a_role_are_refused(site: Site) -> None:
    officer = site.browser(COMMUNE)
    assert arrange(officer, "", OTHER_OFFICER, first="2026-11-02", last="2026-11-03") == REFUSED
    site.write(people.revoke_role, person_id(site, OTHER_OFFICER), OTHER, "commune", BY)
    assert arrange(officer, "", OTHER_OFFICER) == REFUSED
    assert arrange(site.browser(OPERATOR), COMMUNE, OTHER_HEAD) == FORBIDDEN


def test_a_task_that_is_done_gives_no_hand_in_the_case_any_more(site: Site) -> None:
    instance_id = received(site)
    commune = site.browser(COMMUNE)
    task = site.task(instance_id, "verify")
    complete(site, commune, instance_id, "verify", VERIFY)
    before = site.read(select(table_of(Contact)))
    contact = {"means": "phone", "reached": "yes", "note": "đã gọi"}
    assert commune.post(f"/tasks/{task.id}/contacts", contact).status_code == 409
    assert site.read(select(table_of(Contact))) == before


def test_nobody_away_comes_back_as_the_substitute_of_their_substitute(site: Site) -> None:
    admin = site.browser(OFFICE)
    assert arrange(admin, COMMUNE, OTHER_OFFICER) == ARRANGED
    assert arrange(admin, OTHER_OFFICER, COMMUNE, unit=OTHER) == REFUSED  # In another unit, but at one time.
    assert arrange(admin, OTHER_OFFICER, COMMUNE, unit=OTHER, first="2026-12-01", last="2026-12-02") == ARRANGED
    assert arrange(admin, OTHER_OFFICER, DEPARTMENT, unit=OTHER) == ARRANGED
    answer = admin.post("/substitutes", {"person": DEPARTMENT, "substitute": COMMUNE, **WEEK})
    assert answer.status_code == REFUSED
    assert "việc của họ lại về người vắng mặt này" in answer.text
    assert arrange(admin, DEPARTMENT, OTHER_HEAD) == ARRANGED
