"""Promises of mails: one for each notice and person, a digest when they are too many, emergencies always alone (R8)."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, select

from engine.mailing import batching
from engine.store.models import Mail, NoticeRecipient, Outbox
from tests.kit.hotline import NOW, PLACE
from tests.kit.mails import HEAD, OFFICER, Office, office

MINUTE = timedelta(minutes=1)


@pytest.fixture
def hotline(engine_db: Engine) -> Office:
    """The province with one case of Trảng Dài."""
    return office(engine_db)


def kinds(hotline: Office, person: int = HEAD) -> Counter[str]:
    """How many mails of each kind a person has."""
    wanted = select(Mail.kind).where(Mail.recipient == f"person:{person}")
    return Counter(row[0] for row in hotline.rows(wanted))


def queue(hotline: Office, case: int, first: int, last: int) -> None:
    for number in range(first, last):
        hotline.notice(case, [PLACE], rung=f"rung {number}")


def test_few_notices_are_single_mails(hotline: Office) -> None:
    queue(hotline, hotline.file(), 0, 3)
    hotline.post(NOW, most=3)
    assert kinds(hotline) == {"notice": 3}


def test_too_many_at_once_are_one_digest_of_all(hotline: Office) -> None:
    queue(hotline, hotline.file(), 0, 4)
    hotline.post(NOW, most=3)
    assert kinds(hotline) == {"digest": 1}
    parts = select(func.count()).select_from(NoticeRecipient).where(NoticeRecipient.recipient == f"person:{HEAD}")
    assert hotline.rows(parts.where(NoticeRecipient.mail_id.is_not(None)))[0][0] == 4


def test_the_ones_too_many_within_the_hour_are_a_digest(hotline: Office) -> None:
    case = hotline.file()
    queue(hotline, case, 0, 3)
    hotline.post(NOW, most=3)
    queue(hotline, case, 3, 5)
    hotline.post(NOW + 30 * MINUTE, most=3)
    assert kinds(hotline) == {"notice": 3, "digest": 1}


def test_after_a_digest_the_next_ones_wait_until_the_hour_is_over(hotline: Office) -> None:
    case = hotline.file()
    queue(hotline, case, 0, 4)
    hotline.post(NOW, most=3)
    queue(hotline, case, 4, 6)
    hotline.post(NOW + 59 * MINUTE, most=3)
    assert kinds(hotline) == {"digest": 1}
    hotline.post(NOW + 60 * MINUTE, most=3)
    assert kinds(hotline) == {"digest": 1, "notice": 2}


def test_an_hour_later_single_mails_begin_anew(hotline: Office) -> None:
    case = hotline.file()
    queue(hotline, case, 0, 3)
    hotline.post(NOW, most=3)
    queue(hotline, case, 3, 6)
    hotline.post(NOW + 61 * MINUTE, most=3)
    assert kinds(hotline) == {"notice": 6}


def test_an_emergency_is_never_put_into_a_digest(hotline: Office) -> None:
    queue(hotline, hotline.file(), 0, 5)
    hotline.notice(hotline.file(urgency="emergency"), [PLACE])
    hotline.post(NOW, most=3)
    assert kinds(hotline) == {"digest": 1, "notice": 1}


def test_a_citizen_gets_every_mail_by_itself(hotline: Office) -> None:
    case = hotline.file(email="a@x.example")
    for number in range(5):
        hotline.notice(case, ["citizen"], rung=f"rung {number}")
    mails = hotline.post(NOW, most=1)
    assert [mail.kind for mail in mails] == ["notice"] * 5


def test_packing_again_makes_no_second_mail(hotline: Office) -> None:
    queue(hotline, hotline.file(), 0, 2)
    before = hotline.post(NOW)
    assert batching.batch_notices(hotline.engine, NOW, 10) == 0
    assert len(hotline.post(NOW)) == len(before)


def test_more_recipients_than_a_round_takes_all_get_their_mails(
    hotline: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batching, "RECIPIENTS", 2)
    queue(hotline, hotline.file(), 0, 1)
    hotline.post(NOW)
    assert kinds(hotline, OFFICER) == kinds(hotline, HEAD) == {"notice": 1}


@pytest.mark.slow
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(1, 6)), min_size=1, max_size=8), st.integers(1, 5))
def test_whatever_comes_when_nobody_gets_more_than_the_limit_and_one_digest_an_hour(
    engine_db: Engine, bursts: list[tuple[int, int]], most: int
) -> None:
    hotline = _fresh(engine_db)
    case, at, number = hotline.file(), NOW, 0
    for pause, amount in bursts:
        at += pause * MINUTE
        queue(hotline, case, number, number + amount)
        number += amount
        hotline.post(at, most=most)
    hotline.post(at + timedelta(hours=2), most=most)
    mine = select(Mail.kind, Mail.created_at).where(Mail.recipient == f"person:{HEAD}").order_by(Mail.created_at)
    made = hotline.rows(mine)
    for _kind, start in made:
        within = Counter(kind for kind, when in made if start <= when < start + batching.ONE_HOUR)
        assert within["notice"] <= most
        assert within["digest"] <= 1
    waiting = select(func.count()).select_from(NoticeRecipient).where(NoticeRecipient.mail_id.is_(None))
    assert hotline.rows(waiting)[0][0] == 0


def _fresh(engine: Engine) -> Office:
    """The same database for every example, without notices of the one before."""
    known = OFFICES.get(str(engine.url))
    if known is None:
        known = OFFICES[str(engine.url)] = office(engine)
    for model in (NoticeRecipient, Mail, Outbox):
        known.write(delete(model))
    return known


OFFICES: dict[str, Office] = {}
