"""The duty roster: emergencies outside office hours go to whoever is on duty, gaps are told before they come (R8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, update

from engine.actor import ActStamp
from engine.errors import Forbidden, Invalid, NotFound
from engine.mailing import daily, duty_mails, letters
from engine.mailing.recipients import MAIL, SMS
from engine.staff import access, duty_roster
from engine.staff.duty_roster import NewShift
from engine.store.db import transaction
from engine.store.models import JournalEntry, Mail, NoticeRecipient, RoleAssignment, Task
from tests.kit.hotline import PLACE, WHO
from tests.kit.mails import COLLEAGUE, FOCAL, FOCAL_HEAD, HEAD, OFFICE, OFFICER, SITE, Office, office

SATURDAY = datetime(2026, 11, 28, 13, 0, tzinfo=UTC)  # 20:00 in Vietnam.
MONDAY = datetime(2026, 11, 30, 0, 30, tzinfo=UTC)  # 07:30, the opening.
WEEK = duty_roster.week_of(SATURDAY)
BOTH = (MAIL, SMS)


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    return office(engine_db)


def name(hotline: Office, person: int, week: Any = WEEK, by: int = HEAD, **more: Any) -> None:
    """The head names who is on duty."""
    with transaction(hotline.engine) as tx:
        officer = access.load_officer(tx, by, SATURDAY)
        shift = NewShift(more.pop("unit", PLACE), week, person, **more)
        duty_roster.set_duty(tx, officer, hotline.world(), shift, ActStamp(WHO, SATURDAY))


def planned(hotline: Office, now: datetime) -> list[tuple[str, str]]:
    """Plan twice, as two workers do: who is told of an emergency, and how."""
    for _ in range(2):
        duty_mails.plan_duty_mails(hotline.engine, now, hotline.world(), BOTH)
    columns = select(Mail.recipient, Mail.channel).where(Mail.kind == duty_mails.DUTY).order_by(Mail.id)
    return [(row[0], row[1]) for row in hotline.rows(columns)]


def test_an_emergency_outside_office_hours_is_told_to_whoever_is_on_duty_at_once_and_once(hotline: Office) -> None:
    name(hotline, OFFICER, phone="0912 000 111")
    hotline.file(SATURDAY)
    assert planned(hotline, SATURDAY + timedelta(seconds=5)) == []
    hotline.file(SATURDAY, urgency="emergency")
    on_duty = f"person:{OFFICER}"
    assert planned(hotline, SATURDAY + timedelta(seconds=5)) == [(on_duty, MAIL), (on_duty, SMS)]
    with transaction(hotline.engine) as tx:
        mail, sms = tx.read.execute(select(Mail.__table__).where(Mail.kind == duty_mails.DUTY).order_by(Mail.id)).all()
        letter = letters.compose_mail(tx, mail, hotline.writing(), SATURDAY)
        assert "KHẨN CẤP DN-26-" in letter.subject
        assert f"{SITE.site}/tasks/2" in letter.text
        message = letters.compose_mail(tx, sms, hotline.writing(), SATURDAY)
        assert message.to_address == "0912000111"
        text = letters.compose_text_message(tx, sms, message, hotline.writing(), 3)
        assert text.startswith("[1022] KHẨN CẤP DN-26-")
        tx.write().execute(update(Task).values(state="done"))
        with pytest.raises(NotFound):
            letters.compose_mail(tx, mail, hotline.writing(), SATURDAY)


@pytest.mark.parametrize("at", [MONDAY + timedelta(hours=1), SATURDAY + timedelta(days=7)])
def test_nobody_is_told_in_office_hours_or_in_a_week_without_anybody(hotline: Office, at: datetime) -> None:
    name(hotline, OFFICER)
    hotline.file(at, urgency="emergency")
    assert planned(hotline, at) == []


def test_what_the_ladder_says_at_night_goes_to_whoever_is_on_duty_too(hotline: Office) -> None:
    name(hotline, OFFICER, phone="0912000111")
    case, usual = hotline.file(SATURDAY, urgency="emergency"), hotline.file(SATURDAY)
    hotline.notice(case, [PLACE, "731"], at=SATURDAY)
    hotline.notice(usual, [PLACE], at=SATURDAY)
    hotline.resolve(SATURDAY, BOTH)
    rows = hotline.rows(select(NoticeRecipient.recipient, NoticeRecipient.channel, NoticeRecipient.unit_code))
    told = {(row[0], row[1]) for row in rows if row[2] == PLACE}
    assert told == {(f"person:{OFFICER}", MAIL), (f"person:{OFFICER}", SMS)}
    # Where nobody is on duty everybody is told, as ever.
    assert {row[0] for row in rows if row[2] == "731"} == {f"person:{FOCAL}", f"person:{FOCAL_HEAD}"}


def test_only_the_head_and_the_office_keep_a_roster_and_only_with_the_units_own_people(hotline: Office) -> None:
    name(hotline, COLLEAGUE, by=OFFICE)
    with pytest.raises(Forbidden):
        name(hotline, OFFICER, by=OFFICER)
    with pytest.raises(Forbidden):
        name(hotline, FOCAL, unit="731")
    with pytest.raises(Invalid):
        name(hotline, FOCAL)
    for week in (WEEK - timedelta(days=7), WEEK + timedelta(days=1), WEEK + timedelta(days=70)):
        with pytest.raises(Invalid):
            name(hotline, OFFICER, week)
    with pytest.raises(Invalid):
        name(hotline, OFFICER, phone="12")
    acts = hotline.rows(select(JournalEntry.act, JournalEntry.subject))
    assert [row[1] for row in acts if row[0] == "duty.set"] == [f"person:{COLLEAGUE}"]


def gaps(hotline: Office, now: datetime = SATURDAY) -> list[Any]:
    with transaction(hotline.engine) as tx:
        return [(gap.unit, gap.week) for gap in duty_roster.list_gaps(tx, [PLACE], now)]


def test_a_gap_is_known_a_week_before_and_whoever_left_leaves_one(hotline: Office) -> None:
    following = WEEK + timedelta(days=7)
    assert gaps(hotline) == [(PLACE, WEEK), (PLACE, following)]
    name(hotline, OFFICER)
    name(hotline, OFFICER, following)
    assert gaps(hotline) == []
    assert gaps(hotline, MONDAY) == []  # Monday to Sunday.
    assert gaps(hotline, MONDAY + timedelta(days=1)) == [(PLACE, following + timedelta(days=7))]
    with transaction(hotline.engine) as tx:
        tx.write().execute(update(RoleAssignment).where(RoleAssignment.person_id == OFFICER).values(unit_code="731"))
    assert gaps(hotline) == [(PLACE, WEEK), (PLACE, following)]


def test_the_morning_mail_tells_the_head_of_a_gap_in_a_roster_that_is_kept(hotline: Office) -> None:
    def mails() -> list[str]:
        daily.plan_daily_summaries(hotline.engine, MONDAY, hotline.world())
        return [row[0] for row in hotline.rows(select(Mail.recipient).where(Mail.kind == "daily"))]

    name(hotline, OFFICER)
    assert mails() == [f"person:{HEAD}"]
    with transaction(hotline.engine) as tx:
        _subject, text = daily.compose_summary(tx, HEAD, hotline.world(), SITE, MONDAY)
    assert "Chưa có người trực ngoài giờ trong 7 ngày tới:" in text
    assert "tuần từ 30/11/2026" in text
    assert f"{SITE.site}/duty" in text
    assert "không còn việc nào" not in text
