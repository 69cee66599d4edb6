"""A calendar that is changed counts as if it had held from the start: two sites with the same acts agree (R8)."""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Iterator
from copy import copy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from engine.actor import Actor, ActStamp
from engine.bpmn.clockwork import AROUND_THE_CLOCK, MOST_CHANGES, WORKING_TIME, CaseClock
from engine.cases import expected_time
from engine.process import timers
from engine.process.rescheduling import reschedule_cases
from engine.process.timers import TimerTotals
from engine.province import office_calendar
from engine.province.snapshot import WorldCache
from engine.store import db
from engine.store.models import Instance, Report, Task, Timer
from engine.world.public_holidays import DayOverride
from engine.world.work_calendar import WorkCalendar, build_calendar
from tests.kit.site import COMMUNE, OFFICE, Site
from tests.process.test_moved_deadlines import extend
from tests.web.pages.test_task import RESOLVE, VERIFY, complete, received

ADMINISTRATOR = Actor("person:5", "cli")
DAY = date(2026, 11, 26)
SHORT_WEEK = [(weekday, "08:00", "12:00") for weekday in range(1, 6)]
UNREACHABLE = {**VERIFY, "outcome": "unreachable", "contact_reached": "no"}
PAGES = (
    "/cases",
    "/chase",
    "/chase?view=soon",
    "/dashboard",
    "/inbox?view=queue",
    "/appendix?period=2026-11",
    "/appendix?period=2026",
)


def closed(site: Site) -> None:
    site.write(
        office_calendar.set_overrides, [DayOverride(DAY, "closed", "Nghỉ bão")], ActStamp(ADMINISTRATOR, site.now)
    )


def opened(site: Site) -> None:
    site.write(office_calendar.clear_override, DAY, ActStamp(ADMINISTRATOR, site.now))


def half_days(site: Site) -> None:
    site.write(office_calendar.replace_hours, "default", SHORT_WEEK, ActStamp(ADMINISTRATOR, site.now))


def nothing(_site: Site) -> None:
    pass


@pytest.fixture
def twins(province_template: Path, province_world: WorldCache, tmp_path: Path) -> Iterator[tuple[Site, Site]]:
    """Two sites that begin alike."""
    made = []
    for name in ("changed", "from_the_start"):
        (tmp_path / name).mkdir()
        file = tmp_path / name / "site.sqlite3"
        shutil.copyfile(province_template, file)
        made.append(Site(db.engine_for(f"sqlite:///{file}", durable=False), file.parent, copy(province_world)))
    yield made[0], made[1]
    for site in made:
        site.engine.dispose()


def fire(site: Site) -> None:
    """Fire everything that is due."""
    while timers.fire_due_timers(site.engine, site.now, site.world(), TimerTotals(), 50):
        pass


def tell_story(site: Site, *, fires: bool) -> None:
    """Open, paused, resumed, extended and answered cases over three days, with or without a worker meanwhile."""
    commune = site.browser(COMMUNE)
    waiting, worked, extended = received(site), received(site), received(site)
    complete(site, commune, waiting, "verify", UNREACHABLE)
    complete(site, commune, worked, "verify", VERIFY)
    site.later(days=1)  # The day of the changed calendar.
    received(site)
    extend(site, extended)
    site.later(days=1)
    if fires:
        fire(site)
    complete(site, commune, worked, "resolve", RESOLVE)
    received(site)
    site.later(hours=6)
    if fires:
        fire(site)


def derived(site: Site) -> dict[tuple[Any, ...], Any]:
    """Every instant and mark of open cases, by what it belongs to."""
    cases = site.read(select(Instance.id, Instance.due_at, Instance.overdue_at))
    tasks = site.read(select(Task.instance_id, Task.node, Task.due_at).where(Task.state == "open"))
    waiting = site.read(select(Timer.instance_id, Timer.node, Timer.due))
    facts: dict[tuple[Any, ...], Any] = {("case", row.id): (row.due_at, row.overdue_at is None) for row in cases}
    facts |= {("task", row.instance_id, row.node): row.due_at for row in tasks}
    return facts | {("timer", row.instance_id, row.node): row.due for row in waiting}


def shown(site: Site) -> dict[str, str]:
    """What pages say, without what is different in each answer."""
    office = site.browser(OFFICE)
    pages = {page: office.get(page).text for page in PAGES}
    for row in site.read(select(Report.code, Report.id)):
        pages[f"citizen {row.id}"] = site.browser().follow(row.code).text
        due = site.write(expected_time.expected_deadline, row.id, site.world(), site.now)
        pages[f"told {row.id}"] = str(due)
    return {page: re.sub(r'"[\w./-]{20,}"|value="[\d.]+"', "", text) for page, text in pages.items()}


CHANGES = pytest.mark.parametrize(
    ("before", "change"), [(nothing, closed), (closed, opened), (nothing, half_days)], ids=["closed", "opened", "hours"]
)
Act = Callable[[Site], None]


def make_alike(twins: tuple[Site, Site], before: Act, change: Act, *, fires: bool) -> tuple[Site, Site]:
    """The same story on both; one changes its calendar after it, the other has had that calendar from the start."""
    changed, other = twins
    before(changed)
    tell_story(changed, fires=fires)
    change(changed)
    reschedule_cases(changed.engine, ADMINISTRATOR, changed.now, changed.world(), "Nghỉ bão")
    before(other)
    change(other)
    tell_story(other, fires=fires)
    return changed, other


@CHANGES
def test_a_changed_calendar_counts_as_if_it_had_held_from_the_start(
    twins: tuple[Site, Site], before: Act, change: Act
) -> None:
    changed, other = make_alike(twins, before, change, fires=False)
    assert derived(changed) == derived(other)
    fire(changed)
    fire(other)
    assert derived(changed) == derived(other)
    assert shown(changed) == shown(other)


@CHANGES
def test_what_was_sent_meanwhile_stays_sent_and_all_else_is_as_from_the_start(
    twins: tuple[Site, Site], before: Act, change: Act
) -> None:
    changed, other = make_alike(twins, before, change, fires=True)
    fire(changed)
    (one, two), spent = (derived(changed), derived(other)), {"wait_next_day"}
    common = {key for key in one.keys() & two.keys() if key[-1] not in spent}
    assert {key: one[key] for key in common} == {key: two[key] for key in common}
    assert {key for key in one.keys() | two.keys() if key[0] == "case"} <= common


def storm(site: Site) -> None:
    """Four days are closed."""
    days = [DayOverride(DAY + timedelta(days=add), "closed", "Nghỉ bão") for add in (0, 1, 4, 5)]
    site.write(office_calendar.set_overrides, days, ActStamp(ADMINISTRATOR, site.now))


def no_storm(site: Site) -> None:
    for add in (0, 1, 4, 5):
        day = DAY + timedelta(days=add)
        site.write(office_calendar.clear_override, day, ActStamp(ADMINISTRATOR, site.now))


def wait(site: Site, **amount: float) -> None:
    """A worker fires what becomes due."""
    end = site.now + timedelta(**amount)
    while site.now < end:
        site.later(hours=4)
        fire(site)


def open_steps(site: Site) -> list[tuple[Any, ...]]:
    query = select(Task.instance_id, Task.node, Task.unit_code).where(Task.state == "open")
    return sorted(tuple(row) for row in site.read(query))


@pytest.mark.parametrize(("before", "change"), [(nothing, storm), (storm, no_storm)], ids=["closed", "opened"])
def test_an_escalated_case_is_as_from_the_start(twins: tuple[Site, Site], before: Act, change: Act) -> None:
    changed, other = twins
    before(changed)
    before(other)
    change(other)
    for site in twins:
        received(site)
        wait(site, days=6)
    change(changed)
    reschedule_cases(changed.engine, ADMINISTRATOR, changed.now, changed.world(), "Nghỉ bão")
    fire(changed)
    for days in (0, 1, 5):
        for site in twins:
            wait(site, days=days)
        assert open_steps(changed) == open_steps(other), days
        assert deadlines(changed) == deadlines(other), days
        assert without_history(shown(changed)) == without_history(shown(other)), days
    assert derived(changed) == derived(other)


def deadlines(site: Site) -> dict[tuple[Any, ...], Any]:
    """Instants and marks without the timers of rungs: what was sent is not sent again."""
    return {key: value for key, value in derived(site).items() if key[0] != "timer"}


def without_history(pages: dict[str, str]) -> dict[str, str]:
    """Pages without numbers of notices; those that say how old tasks are, and name them by number, are left out."""
    skipped = ("/dashboard", "/inbox?view=queue")
    return {page: re.sub(r"đã gửi \d+ thông báo", "", text) for page, text in pages.items() if page not in skipped}


def calendars(rnd: random.Random) -> WorkCalendar:
    """Some days of two weeks are closed or opened; the hours are those of offices or half of them."""
    first = date(2026, 11, 23)
    days = {first + timedelta(rnd.randrange(14)): rnd.choice(("closed", "worked")) for _ in range(rnd.randrange(5))}
    hours = {"default": SHORT_WEEK} if rnd.randrange(3) == 0 else {}
    return build_calendar([DayOverride(day, kind, "x") for day, kind in days.items()], hours)


def test_a_clock_comes_to_the_same_whatever_calendar_held_when_it_was_used() -> None:
    for seed in range(150):
        rnd = random.Random(seed)
        now = datetime(2026, 11, 23, tzinfo=UTC) + timedelta(minutes=rnd.randrange(7 * 24 * 60))
        kind = rnd.choice((WORKING_TIME, WORKING_TIME, AROUND_THE_CLOCK))
        amount = 3600.0 * rnd.randrange(1, 60)
        clocks = [CaseClock(now, amount, kind) for _ in range(2)]
        old, new = calendars(rnd), calendars(rnd)
        for _ in range(rnd.randrange(8)):
            now += timedelta(minutes=rnd.randrange(2 * 24 * 60))
            act, days = rnd.choice(("pause", "resume", "extend")), rnd.choice((0.5, 1, 3))
            for clock, calendar in zip(clocks, (old, new), strict=True):
                if act == "pause":
                    clock.pause(now)
                elif act == "resume":
                    clock.resume(calendar, now)
                elif clock.since is None:
                    clock.extend(calendar, now, days)
        assert clocks[0].instant_at(new) == clocks[1].instant_at(new), seed
        assert clocks[0].instant_at(new, 0.75, 3600) == clocks[1].instant_at(new, 0.75, 3600), seed


def test_a_clock_that_is_stopped_often_stays_small() -> None:
    clock, now, calendar = (
        CaseClock(datetime(2026, 11, 23, 1, tzinfo=UTC), 8 * 3600.0, WORKING_TIME),
        None,
        build_calendar(),
    )
    for turn in range(200):
        now = clock.start + timedelta(hours=2 * turn)
        clock.pause(now)
        clock.resume(calendar, now + timedelta(hours=1))
    assert len(clock.changes) == MOST_CHANGES
    assert clock.instant_at(calendar) > clock.start
