"""Promises of the mail of each morning: once, at opening of a working day, for heads of units with something due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from engine import access
from engine.db import transaction
from engine.errors import NotFound
from engine.mailing import choice, daily
from engine.models import Mail, Person, Substitute
from tests.hotline import NOW, PLACE
from tests.mails import COLLEAGUE, FOCAL_HEAD, HEAD, OFFICE, SITE, Office, office

# The deadline of a case filed at 10:00 on Wednesday the 25th is 10:00 on Friday.
FRIDAY = datetime(2026, 11, 27, 0, 30, tzinfo=UTC)  # 07:30 in Vietnam, the opening.
MONDAY = FRIDAY + timedelta(days=3)


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    """The province with one case of Trảng Dài."""
    made = office(engine_db)
    made.file()
    return made


def planned(hotline: Office, now: datetime) -> list[str]:
    """Plan; who has a mail of that day."""
    daily.plan(hotline.engine, now, hotline.world())
    return sorted(row[0] for row in hotline.rows(select(Mail.recipient).where(Mail.kind == "daily")))


def written(hotline: Office, person: int, now: datetime) -> tuple[str, str]:
    with transaction(hotline.engine) as tx:
        return daily.text(tx, person, hotline.world(), SITE, now)


def test_who_heads_a_unit_with_something_due_gets_it_at_opening(hotline: Office) -> None:
    assert planned(hotline, FRIDAY) == [f"person:{HEAD}", f"person:{OFFICE}"]


@pytest.mark.parametrize("now", [FRIDAY - timedelta(seconds=1), FRIDAY + timedelta(days=1, hours=3)])
def test_not_before_opening_nor_on_a_day_of_rest(hotline: Office, now: datetime) -> None:
    assert planned(hotline, now) == []


def test_twice_a_day_is_once(hotline: Office) -> None:
    first = planned(hotline, FRIDAY)
    assert len(first) == 2
    assert planned(hotline, FRIDAY + timedelta(hours=2)) == first
    assert len(planned(hotline, MONDAY)) == 2 * len(first)


def test_with_nothing_due_there_is_no_mail(hotline: Office) -> None:
    assert planned(hotline, NOW) == []


def test_whoever_does_not_want_it_gets_none(hotline: Office) -> None:
    with transaction(hotline.engine) as tx:
        choice.choose(tx, HEAD, wanted=False)
    assert planned(hotline, FRIDAY) == [f"person:{OFFICE}"]


def test_the_substitute_of_a_head_gets_it_with_the_heads_units(hotline: Office) -> None:
    away = {"starts_at": FRIDAY - timedelta(days=1), "ends_at": FRIDAY + timedelta(days=1)}
    hotline.write(insert(Substitute).values(person_id=HEAD, substitute_id=COLLEAGUE, **away))
    assert planned(hotline, FRIDAY) == [f"person:{COLLEAGUE}", f"person:{OFFICE}"]
    assert "1 đến hạn" in written(hotline, COLLEAGUE, FRIDAY)[0]


def test_it_says_what_is_due_today_and_later_what_is_overdue(hotline: Office) -> None:
    subject, text = written(hotline, HEAD, FRIDAY)
    assert subject == "[1022] Việc trong ngày 27/11/2026: 0 quá hạn, 1 đến hạn"
    assert "Kính gửi Vũ Ngọc Linh," in text
    assert "- DN-26-000001-" in text
    assert "verify · Trảng Dài · hạn 10:00 27/11/2026" in text
    assert text.endswith("Mở danh sách: https://1022.example/inbox?view=overdue")
    assert written(hotline, HEAD, MONDAY)[0] == "[1022] Việc trong ngày 30/11/2026: 1 quá hạn, 0 đến hạn"


def test_a_long_list_is_cut_and_says_how_much_is_left_out(hotline: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "SHOWN", 2)
    for _ in range(4):
        hotline.file()
    text = written(hotline, OFFICE, MONDAY)[1]
    assert text.count("- DN-") == 2
    assert "Quá hạn (5):" in text
    assert "… và 3 việc khác." in text


def test_the_heads_of_a_unit_see_their_own_unit_only(hotline: Office) -> None:
    assert "0 quá hạn, 0 đến hạn" in written(hotline, FOCAL_HEAD, MONDAY)[0]
    with transaction(hotline.engine) as tx:
        assert access.officer(tx, FOCAL_HEAD, NOW).roles == {("731", "unit_head")}


def test_nobody_without_an_address_or_an_account_is_planned_for(hotline: Office) -> None:
    hotline.address(HEAD, None)
    hotline.write(update(Person).where(Person.id == OFFICE).values(active=False))
    assert planned(hotline, FRIDAY) == []


def test_an_address_of_ours_names_its_person_and_no_other_does() -> None:
    key = b"0123456789abcdef0123456789abcdef"
    assert choice.person_of(key, choice.token(key, HEAD)) == HEAD
    for wrong in (
        "",
        "x",
        choice.token(b"another key of the same length!!", HEAD),
        f"{choice.token(key, HEAD)}x",
        PLACE,
    ):
        with pytest.raises(NotFound):
            choice.person_of(key, wrong)
