"""An unchanged diagram reproduces what happened: 0 differences, whatever happened and however late timers fired."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from engine.actor import SYSTEM, Actor, ActStamp
from engine.process import rescheduling, timers
from engine.process.past_acts import NO_DEADLINE
from engine.process.timers import TimerTotals
from engine.province import office_calendar, snapshot
from engine.replay import runner
from engine.replay.csv_files import parse_mapping
from engine.replay.runner import ReplayRequest
from engine.simulation import facts, reading
from engine.simulation.record import PastCase
from engine.store import db
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import History, Instance, Mark, Outbox, RoleAssignment, Task
from engine.world.public_holidays import DayOverride
from tests.kit import reports
from tests.kit.sample import part_of_today
from tests.kit.site import COMMUNE, OFFICE, OPERATOR, Site, deployment
from tests.simulation.drafts import ALL, codes, hours, noted, simulated
from tests.web.pages.test_corrections import correct
from tests.web.pages.test_task import VERIFY, complete, received

pytestmark = pytest.mark.slow


def reproduced(engine: Engine, number: int = ALL) -> int:
    """How many cases were reproduced, after making sure that all of them were, in everything."""
    result = simulated(engine, deployment(), number)
    assert result["differences"] == []
    assert result["not_reproduced"] == []
    assert all(sides["before"] == sides["after"] for sides in (*result["mails"].values(), *result["load"].values()))
    assert all(result[key]["before"] == result[key]["after"] for key in ("overdue", "overdue_rate", "finished"))
    assert not any(row["used"] for row in result["assumptions"])
    cases: int = result["cases"]
    return cases


def test_every_case_of_the_demonstration_is_reproduced(request: pytest.FixtureRequest) -> None:
    """One kind of province each day, both with REPLAY_ALL=1."""
    for province in part_of_today(("three_level", "two_level"), 2, "REPLAY_ALL"):
        engine: Engine = request.getfixturevalue(province)
        with transaction(engine) as tx:
            cases = tx.read.execute(select(func.count(Instance.report_id))).scalar_one()
            marks = set(tx.read.execute(select(Mark.status)).scalars())
            acts = set(tx.read.execute(select(History.action)).scalars())
        assert reproduced(engine) == cases > 110
        assert marks >= {"resolved", "overdue", "reopened", "false_report", "transferred", "withdrawn"}
        assert acts >= {"start", "complete", "fire", "message", "claim"}


def test_history_tells_the_same_as_the_rows_of_a_case(three_level: Engine) -> None:
    """What counts as "before" is what really stands in the database."""
    with transaction(three_level) as tx:
        cases = {case.id: case for case in reading.load_past_cases(tx, reading.newest_case_ids(tx, ALL))}
        for row in tx.read.execute(select(table_of(Instance)).where(Instance.report_id.is_not(None))):
            fact = facts.from_history(cases[row.id])
            assert (fact.ended, fact.deadline) == (row.finished_at, row.due_at)
            of_case = select(Mark.status).where(Mark.instance_id == row.id).order_by(Mark.id)
            marks = tx.read.execute(of_case).scalars().all()
            assert (fact.marks, fact.is_overdue) == (marks, "overdue" in marks)
            assert is_late_still(cases[row.id]) == bool(row.overdue_at)
            tasks = tx.read.execute(select(table_of(Task)).where(Task.instance_id == row.id).order_by(Task.id)).all()
            assert [(task.node, task.unit_code, task.opened_at) for task in tasks] == fact.opened
            assert sorted(task.node for task in tasks if task.state == "done") == sorted(fact.completed)
            assert sorted(task.node for task in tasks if task.state == "open") == fact.open_nodes
            told = select(Outbox.rung, Outbox.occurrence).where(Outbox.instance_id == row.id, Outbox.kind == "notice")
            assert {tuple(notice) for notice in tx.read.execute(told)} == set(fact.notices)


def is_late_still(case: PastCase) -> bool:
    """Whether the mark stands in the case's row: a deadline that was moved into the future takes it away there."""
    late = False
    for act in case.acts:
        due = act.detail.deadline or NO_DEADLINE
        moved_on = due != NO_DEADLINE and datetime.fromisoformat(due) > act.at
        late = "overdue" in act.detail.marks or (late and not moved_on)
    return late


def test_a_replayed_file_is_reproduced_on_either_database(database: str, tmp_path: Path) -> None:
    days = ["2026-03-02 08:00", "2026-03-03 15:30", "2026-03-06 19:00"]
    rows = [reports.row(day, "2026-03-20 16:00", id=f"{n}{day}", course="") for day in days for n in range(4)]
    rows.append(reports.row("2026-03-02 08:00", stage="2"))
    file = reports.write(tmp_path / "reports.csv", *rows)
    order = ReplayRequest(file, parse_mapping(reports.MAPPING), deployment(), 10)
    runner.replay_file(database, order, Site.now, lambda _done, _total: None)
    engine = db.engine_for(database)
    assert reproduced(engine) == len(rows)
    assert reproduced(engine, 5) == 5
    engine.dispose()


# Live work


def test_late_timers_are_as_late_as_they_were(site: Site) -> None:
    """The worker stood still for two days; on one case an officer was faster than the timers that were due."""
    slow, fast = received(site), received(site)
    site.later(days=2)
    commune = site.browser(COMMUNE)
    assert complete(site, commune, fast, "verify", VERIFY).status_code == 302
    done = TimerTotals()
    while timers.fire_due_timers(site.engine, site.now, site.world(), done):
        site.later(seconds=7)
    assert done.fired > 2
    assert max(done.late) > timedelta(days=1)
    site.later(hours=1)
    assert complete(site, commune, slow, "verify", VERIFY).status_code == 302
    assert reproduced(site.engine) == 2
    free = {change["id"]: change["kinds"] for change in simulated(site.engine, noted())["differences"]}
    assert free[slow] == ("path",)


def test_claimed_and_released_tasks_are_told_of_as_they_were(site: Site) -> None:
    case = received(site)
    task = site.task(case, "verify")
    commune = site.browser(COMMUNE)
    assert commune.post(f"/tasks/{task.id}/claim", {"version": str(task.version)}).status_code == 302
    second = received(site)
    other = site.task(second, "verify")
    commune.post(f"/tasks/{other.id}/claim", {"version": str(other.version)})
    commune.post(f"/tasks/{other.id}/release", {"version": str(other.version + 1)})
    timers.fire_until(site.engine, site.now + timedelta(days=1), site.world())
    told = site.read(select(Outbox.instance_id).where(Outbox.rung == "take_up"))
    assert [row.instance_id for row in told] == [second]
    assert reproduced(site.engine) == 2


def test_corrections_are_repeated(site: Site) -> None:
    first = received(site)
    main = site.file()
    assert correct(site, "reroute", place="26191", field="health").status_code == 302
    assert correct(site, "merge", into=main.code).status_code == 302
    site.later(hours=3)
    assert correct(site, "unmerge").status_code == 302
    assert correct(site, "recall", OFFICE).status_code == 302
    second = received(site)
    assert site.browser(OPERATOR).post(
        f"/cases/{corrected(site, second)}/corrections/withdraw", {"reason": "Người dân rút lại"}
    )
    assert site.task(first, "coordinate")
    assert reproduced(site.engine) == 3


def corrected(site: Site, instance_id: int) -> str:
    with transaction(site.engine) as tx:
        case = next(case for case in reading.load_past_cases(tx, [instance_id]))
    return case.code


def test_a_case_without_acts_of_officers_is_reproduced(site: Site) -> None:
    site.file()
    assert reproduced(site.engine) == 1


# A world that has changed since


def test_a_new_holiday_is_not_blamed_on_the_draft(site: Site) -> None:
    received(site)
    day = DayOverride(date(2026, 11, 26), "closed", "Nghỉ bão")
    site.write(office_calendar.set_overrides, [day], ActStamp(SYSTEM, site.now))
    rescheduling.reschedule_cases(site.engine, Actor("person:5", "cli"), site.now, site.world(), "Nghỉ bão")
    result = simulated(site.engine, deployment())
    assert result["differences"] == []
    changed = simulated(site.engine, hours("health", "8", "16"))
    assert len(codes(changed, "deadline")) == 1


def test_a_unit_that_has_lost_its_people_is_not_blamed_on_the_draft(site: Site) -> None:
    case = received(site)
    with transaction(site.engine) as tx:
        tx.write().execute(RoleAssignment.__table__.delete().where(RoleAssignment.unit_code == "25993"))  # type: ignore[attr-defined]
        world = snapshot.load_world(tx, 10)
    assert world.units.placement_of("commune", "25993").unit.code == "731"
    result = simulated(site.engine, deployment())
    assert result["differences"] == []
    assert result["not_reproduced"] == [corrected(site, case)]
    other = simulated(site.engine, hours("health", "8", "16"))
    assert [change["kinds"] for change in other["differences"]] == [("deadline",)]
