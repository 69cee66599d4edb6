"""Promises of the worker: what is due happens in time, whatever fails is tried again, and mails go out (R8)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import Engine, func, insert, select, update

from engine import clock
from engine.cases import one_time_codes
from engine.config import environment
from engine.mailing import delivery, letters
from engine.mailing.channels import Channels
from engine.mailing.outcome import LONGEST_PAUSE, PermanentFailure, TransientFailure
from engine.operations.metrics import Meters
from engine.operations.worker import MAX_SLEEP, Worker, WorkerContext
from engine.process import history, incidents
from engine.records import anchors
from engine.staff.rate_limits import RateLimit, count_try
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import (
    Briefing,
    BriefingPlan,
    Draft,
    Incident,
    Instance,
    Mail,
    OneTimeCode,
    Report,
    Throttle,
    Timer,
    WebSession,
)
from tests.kit.hotline import NOW, PLACE
from tests.kit.mails import HALF, HEAD, WHOLE, Office, office
from tests.kit.record import differences

KEY = "0123456789abcdef0123456789abcdef"


@dataclass
class Scripted:
    """A mail server that answers as it is told; what it took is kept."""

    answers: list[Exception | None] = field(default_factory=list)
    taken: list[EmailMessage] = field(default_factory=list)

    def send(self, mail: EmailMessage) -> None:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise answer
        self.taken.append(mail)

    def close(self) -> None:
        """Nothing is kept open."""


@dataclass
class Desk:
    """A worker whose clock the test turns."""

    hotline: Office
    post: Scripted
    var: Path
    now: datetime = NOW

    def __post_init__(self) -> None:
        settings = environment.load_settings(
            {"TONGDAI_VAR": str(self.var), "TONGDAI_ANCHOR_KEY": KEY, "TONGDAI_MAILS_PER_HOUR": "100"}
        )
        around = WorkerContext(
            self.hotline.engine,
            settings,
            lambda: self.now,
            Channels(self.post),  # type: ignore[arg-type]
            lambda _world: self.hotline.writing(),
            Meters(),
        )
        self.worker = Worker(around)
        self.meters = around.meters

    def sample(self, name: str, **labels: str) -> float:
        """A metric's value."""
        return self.meters.registry.get_sample_value(name, labels) or 0.0


@pytest.fixture
def desk(engine_db: Engine, tmp_path: Path) -> Desk:
    """A worker on the small province with one case."""
    hotline = office(engine_db)
    hotline.file()
    return Desk(hotline, Scripted(), tmp_path)


def test_it_fires_what_is_due_says_when_the_next_is_and_counts_how_late_it_was(desk: Desk) -> None:
    assert desk.worker.fire_timers() == NOW + HALF
    desk.now = NOW + HALF + timedelta(seconds=3)
    assert desk.worker.fire_timers() == NOW + WHOLE
    assert desk.sample("tongdai_timer_lateness_seconds_count") == 1
    assert desk.sample("tongdai_timer_lateness_seconds_bucket", le="5.0") == 1
    assert desk.sample("tongdai_timer_lateness_seconds_bucket", le="1.0") == 0


def test_without_a_timer_it_looks_again_in_time(desk: Desk) -> None:
    desk.now = NOW + WHOLE + timedelta(days=9)
    assert desk.worker.fire_timers() == desk.now + MAX_SLEEP


def test_a_case_that_cannot_be_read_is_counted_and_stops_no_other(desk: Desk) -> None:
    desk.hotline.write(update(Instance).values(state=b"\xc1 broken"))
    desk.hotline.file()
    desk.now = NOW + HALF
    desk.worker.fire_timers()
    assert desk.sample("tongdai_timers_failed_total") == 1
    assert desk.sample("tongdai_timer_lateness_seconds_count") == 1
    waiting = desk.hotline.rows(select(Timer.attempts, Timer.wake).where(Timer.instance_id == 1).order_by(Timer.due))
    assert [tuple(row) for row in waiting] == [(1, NOW + HALF + timedelta(minutes=2)), (0, NOW + WHOLE)]


def test_a_job_that_breaks_is_arranged_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> datetime:
        raise OSError("the database is away")

    monkeypatch.setitem(desk.worker._jobs, "timers", broken)
    desk.worker._run_job("timers")
    (job,) = desk.worker.scheduler.get_jobs()
    assert (job.name, job.trigger.run_date) == ("timers", NOW + MAX_SLEEP)


def test_mails_go_out_by_themselves_with_what_the_diagram_says(desk: Desk) -> None:
    desk.now = NOW + HALF
    desk.worker.fire_timers()
    desk.worker.deliver_mails()
    assert len(desk.post.taken) == 5
    mail = next(mail for mail in desk.post.taken if "p3@" in str(mail["To"]))
    assert str(mail["Subject"]) == "Nhắc việc"
    assert desk.sample("tongdai_mails_total", channel="mail", outcome="sent") == 5
    desk.worker.deliver_mails()
    assert len(desk.post.taken) == 5


def test_a_one_time_code_goes_out_in_the_next_round(desk: Desk) -> None:
    row = desk.hotline.rows(select(Report.code, Report.phone, Report.email))[0]
    with transaction(desk.hotline.engine) as tx:
        one_time_codes.request_code(tx, row.code, row.phone, NOW)
        one_time_codes.request_code(tx, row.code, "0987654321", NOW)
    desk.worker.deliver_mails()
    assert [str(mail["To"]) for mail in desk.post.taken if "Mã xác nhận" in str(mail["Subject"])] == [
        f"Nguyễn Thị Hồng Đào <{row.email}>"
    ]


def test_what_a_server_does_not_take_now_is_sent_later_with_the_same_identity(desk: Desk) -> None:
    case = desk.hotline.notice(1, [PLACE])
    desk.hotline.write(update(Mail).values(sent_at=NOW))
    desk.post.answers = [TransientFailure("451 greylisted")]
    desk.worker.deliver_mails()
    assert (case, len(desk.post.taken)) == (1, 2)
    waiting = desk.hotline.rows(select(Mail.__table__).where(Mail.sent_at.is_(None)))
    assert [(mail.attempts, mail.available_at, mail.leased_until) for mail in waiting] == [
        (1, NOW + timedelta(minutes=1), None)
    ]
    identity = desk.hotline.writing()
    desk.now = NOW + timedelta(minutes=1)
    desk.worker.deliver_mails()
    with transaction(desk.hotline.engine) as tx:
        rows = tx.read.execute(select(Mail.__table__)).all()
    made = {letters.message_id(row, identity.sender) for row in rows}
    assert {str(mail["Message-ID"]) for mail in desk.post.taken} == made
    assert len(desk.post.taken) == 3


def test_a_server_that_is_away_ends_the_round_and_the_others_keep_their_turn(desk: Desk) -> None:
    desk.hotline.notice(1, [PLACE])
    desk.post.answers = [TransientFailure("no route", unreachable=True)]
    desk.worker.deliver_mails()
    assert desk.post.taken == []
    rows = desk.hotline.rows(select(Mail.attempts, Mail.leased_until).order_by(Mail.id))
    assert [tuple(row) for row in rows] == [(1, None), (0, None), (0, None)]


def test_a_refused_mail_is_an_incident_on_its_case_and_the_others_go_out(desk: Desk) -> None:
    desk.hotline.notice(1, [PLACE])
    desk.post.answers = [PermanentFailure("550 no such user <p1@x.example>")]
    desk.worker.deliver_mails()
    assert len(desk.post.taken) == 2
    (incident,) = desk.hotline.rows(select(Incident.__table__))
    assert (incident.instance_id, incident.kind) == (1, "mail")
    assert "550 no such user" in incident.message
    assert "p1@" not in incident.message


def test_after_the_last_attempt_a_mail_is_an_incident(desk: Desk) -> None:
    desk.hotline.notice(1, [PLACE])
    for person in (1, 2):
        desk.hotline.address(person, None)
    for _ in range(delivery.MAX_ATTEMPTS):
        desk.post.answers = [TransientFailure("451 later")]
        desk.worker.deliver_mails()
        desk.now += LONGEST_PAUSE
    assert desk.hotline.rows(select(Mail.available_at))[0][0] is None
    assert len(desk.hotline.rows(select(Incident.id))) == 1


def test_a_worker_that_died_while_sending_leaves_the_mail_to_another_one_later(desk: Desk) -> None:
    desk.hotline.notice(1, [PLACE])
    desk.hotline.post(NOW)
    desk.hotline.write(update(Mail).values(leased_until=NOW + delivery.LEASE))
    desk.worker.deliver_mails()
    assert desk.post.taken == []
    desk.now = NOW + delivery.LEASE
    desk.worker.deliver_mails()
    assert len(desk.post.taken) == 3


@pytest.mark.slow
def test_somebody_who_has_no_address_any_more_makes_an_incident(desk: Desk) -> None:
    desk.hotline.notice(1, [PLACE])
    desk.hotline.post(NOW)
    desk.hotline.address(HEAD, None)
    desk.worker.deliver_mails()
    assert len(desk.post.taken) == 2
    (incident,) = desk.hotline.rows(select(Incident.__table__))
    assert "The recipient has no address any more" in incidents.incident_sentence(incident, "en")
    assert "Người nhận không còn địa chỉ" in incidents.incident_sentence(incident, "vi")


def test_a_digest_lists_its_notices(desk: Desk) -> None:
    for number in range(3):
        desk.hotline.notice(1, [PLACE], rung=f"rung {number}")
    desk.hotline.post(NOW, most=2)
    desk.worker.deliver_mails()
    mail = desk.post.taken[0]
    assert str(mail["Subject"]) == "[1022] 3 thông báo về hồ sơ của đơn vị"
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().count("- Nhắc việc: https://1022.example/cases/DN-26-000001-") == 3


def test_the_morning_mail_can_be_unsubscribed_and_a_notice_cannot(desk: Desk) -> None:
    desk.now = NOW + timedelta(days=1, hours=21, minutes=30)  # Friday, 07:30.
    desk.worker.run_daily()
    desk.hotline.notice(1, [PLACE], at=desk.now)
    desk.worker.deliver_mails()
    optional = {str(mail["Subject"])[:12]: mail["List-Unsubscribe"] for mail in desk.post.taken}
    assert optional["[1022] Việc "].startswith("<https://1022.example/mails/")
    assert optional["Nhắc việc"] is None


@pytest.mark.slow
def test_after_a_day_of_standstill_there_is_one_mail_per_rung_and_none_at_night(desk: Desk) -> None:
    night = NOW + WHOLE + timedelta(hours=13)
    desk.now = night
    desk.worker.fire_timers()
    desk.worker.deliver_mails()
    assert desk.post.taken == []
    desk.now = night + timedelta(days=2, hours=8, minutes=30)  # Monday, 07:30, the next opening.
    for _ in range(3):
        desk.worker.fire_timers()
        desk.worker.deliver_mails()
    to_the_head = [str(mail["Subject"]) for mail in desk.post.taken if "p5@" in str(mail["To"])]
    assert sorted(to_the_head) == ["Nhắc việc", "Quá hạn"]


def test_the_heads_of_all_histories_are_exported_once_a_day(desk: Desk) -> None:
    desk.worker.run_daily()
    desk.worker.run_daily()
    (file,) = desk.var.glob("anchor_*.json")
    assert file.name == "anchor_20261125.json"
    with transaction(desk.hotline.engine) as tx:
        assert (
            list(anchors.compare_heads(tx, anchors.read_anchor(file, (KEY.encode(),)).heads.heads_between(0, 99))) == []
        )
    assert json.loads(file.read_text("utf-8"))["heads"]


def test_planned_reports_are_drafted_once_by_the_daily_run(desk: Desk) -> None:
    plan = {"cadence": "week", "active": True, "address": "", "changed_at": NOW, "changed_by": "person:1"}
    with transaction(desk.hotline.engine) as tx:
        tx.write().execute(insert(BriefingPlan), plan)
    desk.worker.run_daily()
    desk.worker.run_daily()
    assert [row.made_by for row in desk.hotline.rows(select(Briefing.made_by))] == ["system"]


def test_what_has_ended_is_cleared_away_once_an_hour(desk: Desk) -> None:
    with transaction(desk.hotline.engine) as tx:
        count_try(tx, RateLimit("x", 1, timedelta(minutes=1)), "y", NOW)
        session = {"digest": "d", "person_id": 1, "created_at": NOW, "seen_at": NOW, "expires_at": NOW}
        tx.write().execute(insert(WebSession), session)
        tx.write().execute(insert(Draft), {"person_id": 1, "key": "intake", "content": "{}", "saved_at": NOW})
        one_time_codes.request_code(tx, "DN-26-000001-W", "0912345678", NOW)
    desk.now = NOW + timedelta(days=31)
    desk.worker.run_daily()
    for model in (WebSession, Throttle, Draft, OneTimeCode):
        assert desk.hotline.rows(select(func.count()).select_from(table_of(model)))[0][0] == 0, model


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("step", [timedelta(hours=-1), timedelta(hours=1)])
def test_a_clock_that_steps_fires_nothing_twice_and_loses_nothing(desk: Desk, step: timedelta) -> None:
    desk.now = NOW + HALF
    desk.worker.fire_timers()
    desk.worker.deliver_mails()
    desk.now += step
    for _ in range(40):
        desk.worker.fire_timers()
        desk.worker.deliver_mails()
        desk.now += timedelta(hours=3)
    with transaction(desk.hotline.engine) as tx:
        fired = tx.read.execute(select(func.count()).where(history._history.c.action == "fire")).scalar()
        assert differences(tx) == []
    assert fired == 2
    subjects = [str(mail["Subject"]) for mail in desk.post.taken if "p5@" in str(mail["To"])]
    assert sorted(subjects) == ["Nhắc việc", "Quá hạn"]


def test_in_threads_of_its_own_it_works_and_stops_after_what_it_has_in_hand(desk: Desk) -> None:
    """By the real clock, on which the first timer is long due."""
    around = replace(desk.worker._around, clock=clock.now)
    running, fired = Worker(around), Event()
    work = running._jobs["timers"]

    def observed() -> datetime:
        at = work()
        fired.set()
        return at

    running._jobs["timers"] = observed
    running.start()
    try:
        assert fired.wait(300)
    finally:
        running.stop()
    assert not running.scheduler.running
    assert desk.sample("tongdai_timer_lateness_seconds_count") >= 1
