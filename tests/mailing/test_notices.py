"""Promises of notices on their way out: to the right people, once, in working time, never lost (R8, R12, R19)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, delete, func, insert, select, update

from engine.cases import calls
from engine.mailing import notices
from engine.mailing.recipients import MAIL, SMS, WEBHOOK
from engine.process import incidents
from engine.store.db import transaction
from engine.store.models import (
    Incident,
    NoticeRecipient,
    Outbox,
    Person,
    Report,
    ReportLink,
    RoleAssignment,
    Substitute,
    Task,
)
from engine.translation.catalogue import LANGUAGES
from engine.world.addressees import addressee_of
from tests.kit.hotline import NOW, PLACE, WHO
from tests.kit.mails import COLLEAGUE, FOCAL, FOCAL_HEAD, HALF, HEAD, OFFICE, OFFICER, Office, office

NIGHT = NOW + timedelta(hours=13)  # 23:00 in Vietnam; the next opening is 07:30.
MORNING = NOW + timedelta(hours=21, minutes=30)


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    """The province with one case of Trảng Dài."""
    return office(engine_db)


def people(hotline: Office, rung: str = "reminder") -> set[int]:
    return {int(name.partition(":")[2]) for found, name, _unit in hotline.told() if found == rung}


def test_a_reminder_goes_to_everybody_at_work_in_the_unit_and_above(hotline: Office) -> None:
    hotline.file()
    hotline.fire(NOW + HALF)
    done = hotline.resolve(NOW + HALF)
    assert (done.resolved, done.waiting, done.unreachable) == (1, 0, 0)
    assert people(hotline) == {OFFICER, COLLEAGUE, HEAD, FOCAL, FOCAL_HEAD}


def test_whoever_has_taken_the_task_gets_it_with_the_heads_and_not_the_colleagues(hotline: Office) -> None:
    case = hotline.file()
    hotline.write(update(Task).where(Task.instance_id == case).values(assignee_id=OFFICER))
    hotline.notice(case, [PLACE])
    hotline.resolve(NOW)
    assert people(hotline) == {OFFICER, HEAD}


@pytest.mark.parametrize(
    ("audience", "taken", "told"),
    [
        ("unit_head", False, {HEAD}),
        ("unit_head", True, {HEAD}),
        ("holder", False, {OFFICER, COLLEAGUE, HEAD}),
        ("holder", True, {OFFICER}),
        ("everybody", True, {OFFICER, COLLEAGUE, HEAD}),
    ],
)
def test_a_notice_may_be_for_the_head_the_holder_or_everybody(
    hotline: Office, audience: str, taken: bool, told: set[int]
) -> None:
    case = hotline.file()
    if taken:
        hotline.write(update(Task).where(Task.instance_id == case).values(assignee_id=OFFICER))
    hotline.notice(case, [addressee_of(PLACE, audience)])
    hotline.resolve(NOW)
    assert people(hotline) == told


def test_the_substitute_gets_what_the_absent_would_get(hotline: Office) -> None:
    case = hotline.file()
    loan = {"unit_code": PLACE, "roles": "unit_head commune", "arranged_by": "system"}
    away = {"person_id": HEAD, "starts_at": NOW - timedelta(days=1), "ends_at": NOW + timedelta(days=1)}
    hotline.write(insert(Substitute).values(**loan, **away, substitute_id=FOCAL))
    ended = {"person_id": OFFICER, "starts_at": NOW - timedelta(days=9), "ends_at": NOW}
    hotline.write(insert(Substitute).values(**loan, **ended, substitute_id=OFFICE))
    hotline.notice(case, [PLACE])
    hotline.resolve(NOW)
    assert people(hotline) == {OFFICER, COLLEAGUE, FOCAL}


def test_who_declines_or_stands_in_elsewhere_gets_nothing_of_this_unit(hotline: Office) -> None:
    case = hotline.file()
    period = {"starts_at": NOW - timedelta(days=1), "ends_at": NOW + timedelta(days=1), "arranged_by": "system"}
    for unit, declined_at in ((PLACE, NOW), ("731", None)):
        loan = {"unit_code": unit, "roles": "commune", "declined_at": declined_at}
        hotline.write(insert(Substitute).values(person_id=OFFICER, substitute_id=FOCAL, **loan, **period))
    hotline.notice(case, [PLACE])
    hotline.resolve(NOW)
    assert people(hotline) == {OFFICER, COLLEAGUE, HEAD}


def test_where_nobody_has_an_address_the_unit_above_gets_it(hotline: Office) -> None:
    case = hotline.file()
    for person in (OFFICER, COLLEAGUE, HEAD):
        hotline.address(person, None)
    hotline.notice(case, [PLACE, "731"])
    hotline.resolve(NOW)
    assert hotline.told() == [("reminder", f"person:{FOCAL}", PLACE), ("reminder", f"person:{FOCAL_HEAD}", PLACE)]


def test_what_reaches_nobody_is_an_incident_and_goes_out_when_it_is_retried(hotline: Office) -> None:
    case = hotline.file()
    hotline.write(update(Person).values(email=""))
    hotline.notice(case, [PLACE])
    assert hotline.resolve(NOW).unreachable == 1
    (incident,) = hotline.rows(select(Incident.__table__))
    assert (incident.instance_id, incident.kind) == (case, "notice")
    name = hotline.world().units.get(PLACE).name
    vietnamese, english = (incidents.incident_sentence(incident, language) for language in LANGUAGES)
    assert (name in vietnamese, "không đến được ai" in vietnamese) == (True, True)
    assert (name in english, "reaches nobody" in english) == (True, True)
    hotline.resolve(NOW + timedelta(days=1))
    assert hotline.told() == []
    hotline.address(HEAD, "head@x.example")
    incidents.retry_incident(hotline.engine, incident.id, WHO, NOW, hotline.world())
    hotline.resolve(NOW)
    assert people(hotline) == {HEAD}
    assert hotline.rows(select(Incident.resolved_at))[0][0] is not None


def test_at_night_a_notice_waits_for_the_opening_and_finds_whoever_is_there_then(hotline: Office) -> None:
    case = hotline.file()
    hotline.notice(case, [PLACE], at=NIGHT)
    assert hotline.resolve(NIGHT).waiting == 1
    assert hotline.resolve(MORNING - timedelta(seconds=1)).resolved == 0
    hotline.write(delete(RoleAssignment).where(RoleAssignment.person_id == COLLEAGUE))
    assert hotline.resolve(MORNING).resolved == 1
    assert people(hotline) == {OFFICER, HEAD}


def test_an_emergency_waits_for_no_opening(hotline: Office) -> None:
    case = hotline.file(urgency="emergency")
    hotline.notice(case, [PLACE], at=NIGHT)
    assert hotline.resolve(NIGHT).resolved == 1


def test_two_units_with_the_same_person_are_one_notice_to_them(hotline: Office) -> None:
    case = hotline.file()
    hotline.write(insert(RoleAssignment).values(person_id=HEAD, unit_code="731", role="unit_head"))
    hotline.notice(case, [PLACE, "731"])
    hotline.resolve(NOW)
    assert [unit for _rung, name, unit in hotline.told() if name == f"person:{HEAD}"] == [PLACE]


def test_resolving_again_changes_nothing(hotline: Office) -> None:
    case = hotline.file()
    hotline.notice(case, [PLACE])
    hotline.resolve(NOW)
    before = hotline.told()
    assert hotline.resolve(NOW).resolved == 0
    assert hotline.told() == before


def test_more_notices_than_a_batch_are_all_resolved(hotline: Office) -> None:
    case = hotline.file()
    for number in range(notices.BATCH + 5):
        hotline.notice(case, [PLACE], rung=f"rung {number}")
    assert hotline.resolve(NOW).resolved == notices.BATCH + 5
    assert hotline.rows(select(func.count()).select_from(Outbox).where(Outbox.sent_at.is_(None)))[0][0] == 0


@pytest.mark.parametrize(
    ("email", "channels", "told"),
    [
        ("a@x.example", [MAIL, SMS], {MAIL}),
        ("", [MAIL, SMS], {SMS}),
        ("", [MAIL], set()),
        ("a@x.example", [MAIL], {MAIL}),
    ],
)
def test_a_citizen_is_told_by_mail_or_else_by_text_message(
    hotline: Office, email: str, channels: list[str], told: set[str]
) -> None:
    case = hotline.file(email=email)
    hotline.notice(case, ["citizen"])
    done = hotline.resolve(NOW, channels)
    assert (done.resolved, done.unreachable) == (1, 0)
    assert {row[0] for row in hotline.rows(select(NoticeRecipient.channel))} == told


def test_everybody_who_reported_the_matter_is_told(hotline: Office) -> None:
    case = hotline.file(email="a@x.example")
    with transaction(hotline.engine) as tx:
        main = tx.read.execute(select(Report.id)).scalar_one()
        row = {"received_at": NOW, "channel": "phone", "field": "health", "urgency": "normal", "place": PLACE}
        other = tx.write().execute(insert(Report).returning(Report.id), {**row, "email": "b@x.example"}).scalar_one()
        link = {"report_id": other, "other_id": main, "kind": calls.REPEAT, "reason": "", "created_at": NOW}
        tx.write().execute(insert(ReportLink), link)
    hotline.notice(case, ["citizen"])
    hotline.resolve(NOW)
    assert {name for _rung, name, _unit in hotline.told()} == {f"report:{main}", f"report:{other}"}


def test_another_system_is_told_of_every_notice_once(hotline: Office) -> None:
    case = hotline.file()
    hotline.notice(case, [PLACE, "731"])
    hotline.resolve(NOW, [MAIL, WEBHOOK])
    channels = [row[0] for row in hotline.rows(select(NoticeRecipient.channel))]
    assert channels.count(WEBHOOK) == 1


def test_a_notice_to_a_unit_that_only_another_system_hears_has_reached_nobody(hotline: Office) -> None:
    case = hotline.file()
    hotline.write(update(Person).values(email=""))
    hotline.notice(case, [PLACE])
    assert hotline.resolve(NOW, [MAIL, WEBHOOK]).unreachable == 1
