"""What follows from a deadline is worked out again when its basis changes: marks, spent rungs, lists, history (R8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from engine.actor import Actor, ActStamp
from engine.cases.tasks import Desk
from engine.chase import actions
from engine.chase.actions import ChaseOrder
from engine.process import timers
from engine.process.rescheduling import reschedule_cases
from engine.process.timers import TimerTotals
from engine.province import office_calendar
from engine.staff import access
from engine.statistics import backlog, check
from engine.store.db import transaction
from engine.store.models import Instance, Outbox, Person
from engine.world.public_holidays import DayOverride
from tests.kit.record import differences
from tests.kit.site import OFFICE, OPERATOR, Site
from tests.web.pages.test_joined_reports import code_of
from tests.web.pages.test_task import received

ADMINISTRATOR = Actor("person:5", "cli")


def fire(site: Site) -> None:
    """Fire everything that is due."""
    while timers.fire_due_timers(site.engine, site.now, site.world(), TimerTotals(), 5):
        pass


def case_row(site: Site, instance_id: int) -> Any:
    columns = (Instance.due_at, Instance.overdue_at, Instance.version)
    return site.read(select(*columns).where(Instance.id == instance_id))[0]


def overdue_notices(site: Site, instance_id: int) -> int:
    query = select(Outbox.id).where(Outbox.instance_id == instance_id, Outbox.rung == "overdue")
    return len(site.read(query))


def overdue_case(site: Site) -> int:
    """A case whose deadline passed an hour of clock time ago."""
    instance_id = received(site)
    site.now = case_row(site, instance_id).due_at + timedelta(minutes=5)
    fire(site)
    assert case_row(site, instance_id).overdue_at is not None
    assert overdue_notices(site, instance_id) == 1
    return instance_id


def close_today(site: Site) -> None:
    """The office was closed today after all."""
    day = DayOverride(site.now.date(), "closed", "Nghỉ bão")
    site.write(office_calendar.set_overrides, [day], ActStamp(ADMINISTRATOR, site.now))
    reschedule_cases(site.engine, ADMINISTRATOR, site.now, site.world(), "Nghỉ bão")


def extend(site: Site, instance_id: int) -> None:
    """The office gives two more days."""
    login = site.read(select(Person.id).where(Person.login == OFFICE))[0].id
    with transaction(site.engine) as tx:
        desk = Desk(access.load_officer(tx, login, site.now), "test", site.now, site.world())
        version = case_row(site, instance_id).version
        order = ChaseOrder("extend", "Chờ vật tư sửa chữa", days=2)
        assert [outcome.why for outcome in actions.carry_out_order(tx, desk, [(instance_id, version)], order)] == [None]


@pytest.mark.parametrize("how", [close_today, extend])
def test_a_moved_deadline_takes_the_mark_away_and_is_watched_again(site: Site, how: Any) -> None:
    instance_id = overdue_case(site)
    passed = case_row(site, instance_id).due_at
    how(site) if how is close_today else how(site, instance_id)
    row = case_row(site, instance_id)
    assert row.due_at > site.now > passed
    assert row.overdue_at is None
    page = site.browser(OPERATOR).get(f"/cases/{code_of(site, instance_id)}").text
    assert "Đã quá hạn" not in page
    assert "hạn mới" in page
    assert "không còn quá hạn" in page
    with transaction(site.engine) as tx:
        assert differences(tx) == []
    assert check.compare_figures(site.engine, site.now).agrees
    site.now = row.due_at + timedelta(minutes=5)
    fire(site)
    assert case_row(site, instance_id).overdue_at == site.now
    assert overdue_notices(site, instance_id) == 2  # The rung of the new deadline, not of the one that was spent.
    with transaction(site.engine) as tx:
        counted = backlog.count_overdue_at(tx, date(2020, 1, 1))
    assert counted == {}


def test_a_reminder_that_was_sent_stays_sent_and_the_new_deadline_is_watched(site: Site) -> None:
    instance_id = received(site)
    due = case_row(site, instance_id).due_at
    site.now = due - timedelta(minutes=30)
    fire(site)
    extend(site, instance_id)
    moved = case_row(site, instance_id).due_at
    assert moved > due
    site.now = due + timedelta(minutes=5)
    fire(site)
    assert case_row(site, instance_id).overdue_at is None
    site.now = moved + timedelta(minutes=5)
    fire(site)
    assert case_row(site, instance_id).overdue_at == site.now
    assert overdue_notices(site, instance_id) == 1
