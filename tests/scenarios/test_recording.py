"""Promises of recording: the scenario of a real case holds, walks what the case walked, and tells nothing personal."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from sqlalchemy import Engine, select

from engine.actor import SYSTEM, Actor
from engine.bpmn.actions import Action, Cancel, Message, Reschedule, Start
from engine.bpmn.trace import Trace
from engine.cases import tasks
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import BadInput, Forbidden, NotFound
from engine.matters import starting
from engine.process import definitions, history, instances, timers
from engine.process.acts import Command
from engine.process.code_format import format_code
from engine.process.definitions import CompiledDeployment
from engine.process.history import AuditEntry
from engine.process.instances import OPEN
from engine.scenarios import world_of
from engine.scenarios.files import Scenario, ScenarioStep, read_scenario
from engine.scenarios.recording import record_case
from engine.scenarios.runner import run_scenario
from engine.staff.access import Officer
from engine.store import db
from engine.store.db import Transaction, transaction
from engine.store.models import Task, Timer
from engine.world.unit_tree import OrgUnit, UnitTree
from engine.world.world import World
from tests.kit import hotline
from tests.kit.province import add_person, load_year
from tests.paths import ROOT
from tests.process import test_signals

PATH = PurePosixPath("workflows/tests/recorded.yaml")
NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
PROVINCES = {"three_level": 2021, "two_level": 2025}
SHIPPED = {path.stem: path for path in sorted((ROOT / "workflows" / "tests").glob("*.yaml"))}
HOUR = timedelta(hours=1)
WHO = Actor("person:1", "test")


@cache
def content() -> CompiledDeployment:
    return definitions.compile_files(definitions.read_deployment_folder(ROOT))


def recorded(tx: Transaction, case: int, now: datetime = NOW) -> Scenario:
    return read_scenario(PATH, record_case(tx, case, now))


# Every kind of case that the shipped scenarios know, played in a database and recorded


class Live:
    """One case in a database of its own, moved by the ordinary use cases on a virtual clock."""

    def __init__(self, engine: Engine, world: World, process: str, start: tuple[datetime, Mapping[str, Any]]) -> None:
        self.engine, self.world, self.now = engine, world, start[0]
        data = {"case": 1, "code": format_code("DN", 2026, 4217), "due": None, **start[1]}
        with transaction(engine) as tx:
            act = Command(Start(data), WHO, self.now)
            self.id, _ = instances.start_instance(tx, definitions.find_by_key(tx, process), act, world)

    def turn(self, until: datetime) -> None:
        timers.fire_until(self.engine, until, self.world, since=self.now)
        self.now = until

    def take(self, action: Action) -> None:
        with transaction(self.engine) as tx:
            instances.take_step(tx, self.id, Command(action, WHO, self.now), self.world)

    def work(self, node: str, does: Callable[..., object], *more: object) -> None:
        """Let somebody who may do so do something with the open task of a node."""
        with transaction(self.engine) as tx:
            wanted = select(Task.id, Task.version, Task.unit_code, Task.role).where(Task.node == node)
            row = tx.read.execute(wanted.where(Task.instance_id == self.id, Task.state == OPEN)).one()
            desk = Desk(Officer(1, frozenset({(row.unit_code, row.role)})), "test", self.now, self.world)
            does(tx, desk, row.id, row.version, *more)

    def recorded(self) -> Scenario:
        with transaction(self.engine) as tx:
            return recorded(tx, self.id)


class Begun(Live):
    """An instance that the start form of its process begins, sent by somebody with a role in a unit."""

    def __init__(self, engine: Engine, shipped: Scenario) -> None:
        self.engine, self.world, self.now = engine, world_of.build_world(shipped), shipped.starts_at
        self.process, self.id = shipped.process, 0

    def begin(self, step: ScenarioStep) -> None:
        role, unit = step.by.split()
        desk = Desk(Officer(1, frozenset({(unit, role)})), "test", self.now, self.world)
        start = (self.process, step.name, unit)
        with transaction(self.engine) as tx, suppress(Forbidden, InvalidForm):
            self.id = starting.send_start_form(tx, desk, start, step.values or {}, {}).instance_id


def play(engine: Engine, shipped: Scenario) -> Live:
    if any(step.kind == "begin" for step in shipped.steps):
        live: Live = Begun(engine, shipped)
    else:
        live = Live(engine, world_of.build_world(shipped), shipped.process, (shipped.starts_at, shipped.data))
    for step in shipped.steps:
        live.turn(step.at or live.now + step.after)
        if step.kind == "begin":
            assert isinstance(live, Begun)
            live.begin(step)
        if step.kind == "message":
            live.take(Message(step.name, dict(step.values or {})))
        elif step.kind == "task" and step.take:
            live.work(step.name, tasks.claim)
        elif step.kind == "task":
            live.work(step.name, tasks.complete, step.values or {})
    return live


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> dict[str, Path]:
    """A database for each kind of province, with its units, one person and this repository's deployment."""
    folder = tmp_path_factory.mktemp("provinces")
    for province, year in PROVINCES.items():
        shutil.copyfile(sqlite_template, folder / province)
        engine = db.engine_for(f"sqlite:///{folder / province}", durable=False)
        with transaction(engine) as tx:
            load_year(tx, year)
            add_person(tx, "somebody")
            definitions.deploy_files(tx, definitions.read_deployment_folder(ROOT), by=SYSTEM, message="", now=NOW)
        engine.dispose()
    return {province: folder / province for province in PROVINCES}


@pytest.fixture
def start(templates: dict[str, Path], tmp_path: Path) -> Iterator[Callable[[str], Engine]]:
    """Opens a fresh database of a kind of province."""
    opened: list[Engine] = []

    def fresh(province: str) -> Engine:
        file = tmp_path / f"{len(opened)}.sqlite3"
        shutil.copyfile(templates[province], file)
        opened.append(db.engine_for(f"sqlite:///{file}", durable=False))
        return opened[-1]

    yield fresh
    for engine in opened:
        engine.dispose()


@pytest.mark.slow
@pytest.mark.parametrize("name", list(SHIPPED)[:: 1 if os.environ.get("REPLAY_ALL") else 3])
def test_a_case_played_by_a_shipped_scenario_is_recorded_with_the_same_walk(
    name: str, start: Callable[[str], Engine]
) -> None:
    shipped = read_scenario(PATH, SHIPPED[name].read_bytes())
    live = play(start(shipped.province), shipped)
    told = live.recorded()
    wanted, walked = Trace(), Trace()
    assert run_scenario(content(), shipped, wanted).failure is None
    assert run_scenario(content(), told, walked).failure is None
    assert (walked.nodes, walked.flows) == (wanted.nodes, wanted.flows)
    assert (told.process, told.province) == (shipped.process, shipped.province)


# Claims, late workers and ties, on a small process


@pytest.fixture
def small(engine_db: Engine) -> Live:
    """A case of the process `handle`: reminded 8 and overdue 16 working hours after Wednesday, 10:00 in Vietnam."""
    with transaction(engine_db) as tx:
        hotline.deployed(tx)
        hotline.desk(tx)
    return Live(engine_db, hotline.WORLD, "handle", (hotline.NOW, facts()))


def facts() -> dict[str, Any]:
    return {key: value for key, value in hotline.DATA.items() if key not in ("case", "code")}


HANDLE = definitions.compile_files(hotline.FILES)
DONE = {"note": "Đã gọi chị Mận 0912345678", "outcome": "correct"}
NEXT_MORNING = hotline.NOW + timedelta(days=1)  # 8 working hours later: the reminder is due.


def steps(told: Scenario) -> list[tuple[str, str, bool]]:
    return [(step.kind, step.name, step.take) for step in told.steps]


def test_acts_timers_and_the_end_are_told_on_both_databases(small: Live) -> None:
    small.turn(NEXT_MORNING + HOUR)
    small.work("verify", tasks.complete, DONE)
    small.turn(small.now + HOUR)
    small.work("resolve", tasks.complete, DONE)
    told = small.recorded()
    assert steps(told) == [
        ("expect", "", False),
        ("until", "", False),
        ("expect", "", False),
        ("task", "verify", False),
        ("expect", "", False),
        ("task", "resolve", False),
        ("expect", "", False),
    ]
    assert [step.values for step in told.steps if step.kind == "expect"] == [
        {"open": ["verify"], "unit": {"verify": hotline.PLACE}},
        {"open": ["verify"], "notices": {"reminder": 1}, "deadline": "2026-11-27T10:00+07:00"},
        {"open": ["resolve"], "unit": {"resolve": hotline.PLACE}},
        {"open": [], "finished": True, "notices": {"reminder": 1}},
    ]
    assert (told.starts_at, told.data) == (hotline.NOW, facts())
    assert told.steps[3].values == {"note": "…", "outcome": "correct"}
    assert told.name == "Hồ sơ thật ghi ngày 24/11/2026: done"
    assert run_scenario(HANDLE, told).failure is None


def test_an_open_case_says_what_it_waits_for(small: Live) -> None:
    small.turn(NEXT_MORNING)
    told = small.recorded()
    assert told.name.endswith(": verify")
    assert told.steps[-1].values == {
        "open": ["verify"],
        "notices": {"reminder": 1},
        "deadline": "2026-11-27T10:00+07:00",
        "finished": False,
    }
    assert run_scenario(HANDLE, told).failure is None


def test_a_claim_is_told_only_when_a_timer_has_found_it(small: Live) -> None:
    small.work("verify", tasks.claim)
    assert ("task", "verify", True) not in steps(small.recorded())
    small.turn(NEXT_MORNING)
    assert steps(small.recorded())[1] == ("task", "verify", True)
    assert run_scenario(HANDLE, small.recorded()).failure is None


def test_a_task_given_back_is_told_while_no_timer_asks(small: Live) -> None:
    small.work("verify", tasks.claim)
    small.work("verify", tasks.release)
    small.turn(NEXT_MORNING)
    assert ("task", "verify", True) not in steps(small.recorded())
    small.work("verify", tasks.claim)
    small.turn(NEXT_MORNING + timedelta(days=1))
    small.work("verify", tasks.release)
    assert run_scenario(HANDLE, small.recorded()).failure is None


def test_a_task_given_back_between_two_timers_cannot_be_told(small: Live) -> None:
    small.work("verify", tasks.claim)
    small.turn(NEXT_MORNING)
    small.work("verify", tasks.release)
    small.turn(NEXT_MORNING + timedelta(days=1))
    with pytest.raises(BadInput, match="a claimed task was given back"):
        small.recorded()


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=20)])
def test_an_act_before_a_timer_that_was_due_stays_before_it(small: Live, late: timedelta) -> None:
    """The deadline's timer is due; the officer is faster than the worker."""
    small.turn(NEXT_MORNING)
    small.now = hotline.NOW + timedelta(days=2) + late
    small.work("verify", tasks.complete, DONE)
    told = small.recorded()
    task = next(step for step in told.steps if step.kind == "task")
    assert task.at == hotline.NOW + timedelta(days=2, seconds=-1)
    assert run_scenario(HANDLE, told).failure is None


def test_a_timer_that_fired_late_fires_at_its_own_instant(small: Live) -> None:
    small.now = NEXT_MORNING + HOUR
    with transaction(small.engine) as tx:
        row = tx.read.execute(select(Timer.__table__).order_by(Timer.due).limit(1)).one()
        instances.take_step(tx, small.id, timers.fire_command(tx, row, small.now), small.world)
    told = small.recorded()
    assert told.steps[1].at == small.now
    assert run_scenario(HANDLE, told).failure is None


def test_a_unit_without_people_is_told_as_such(engine_db: Engine) -> None:
    staffed = frozenset((unit.code, role) for unit in hotline.UNITS for role in ("tier2_focal",) if unit.code == "731")
    with transaction(engine_db) as tx:
        hotline.deployed(tx)
        hotline.desk(tx)
    world = World(hotline.WORLD.calendar, UnitTree(hotline.UNITS, staffed | {("731", "unit_head")}))
    live = Live(engine_db, world, "handle", (hotline.NOW, facts()))
    told = live.recorded()
    assert told.staff == {hotline.PLACE: []}
    assert (told.steps[0].values or {})["unit"] == {"verify": "731"}
    assert run_scenario(HANDLE, told).failure is None


# What cannot be told


def test_codes_of_other_cases_are_replaced(small: Live) -> None:
    other = format_code("DN", 2026, 77)
    with transaction(small.engine) as tx:
        act = Command(Message("withdraw", {"into": other}), WHO, small.now)
        instances.take_step(tx, small.id, act, small.world)
        text = record_case(tx, small.id, NOW).decode()
    assert other not in text
    assert format_code("DN", 2026, 2) in text
    assert run_scenario(HANDLE, read_scenario(PATH, text.encode())).failure is None


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_signal_that_a_case_got_is_a_step(engine_db: Engine) -> None:
    (ear,) = test_signals.begin(engine_db, "ear")
    test_signals.blow(engine_db)
    test_signals.deliver(engine_db)
    with transaction(engine_db) as tx:
        text = record_case(tx, ear, NOW)
    recorded = read_scenario(PATH, text)
    assert [(step.kind, step.name, step.values) for step in recorded.steps if step.kind == "signal"] == [
        ("signal", "storm_over", {"roofs": 3})
    ]
    outcome = run_scenario(definitions.compile_files(test_signals.FILES), recorded)
    assert outcome.failure is None, str(outcome.failure)


@pytest.mark.parametrize("action", ["migrate", "return", "cancel"])
def test_acts_without_a_step_are_refused_with_the_day(small: Live, action: str) -> None:
    with transaction(small.engine) as tx:
        history.append_entry(tx, small.id, AuditEntry(NOW, WHO, action, ""))
        with pytest.raises(BadInput, match=r"cannot be told as a scenario: .* \(at 10:00 24/11/2026\)") as refused:
            record_case(tx, small.id, NOW)
        assert (refused.value.rule, refused.value.facts["act"]) == ("case-unrecordable", action)


def test_a_case_that_was_ended_by_hand_is_refused(small: Live) -> None:
    small.take(Cancel())
    with pytest.raises(BadInput, match="ended by hand"):
        small.recorded()


def test_a_calendar_that_moved_a_deadline_is_refused_and_one_that_did_not_is_not(small: Live) -> None:
    small.take(Reschedule())
    assert run_scenario(HANDLE, small.recorded()).failure is None
    with transaction(small.engine) as tx:
        timer = tx.read.execute(select(Timer.engine_id)).scalars().first()
    assert timer is not None
    small.take(Reschedule({timer: NEXT_MORNING + HOUR}))
    with pytest.raises(BadInput, match="deadlines were moved"):
        small.recorded()


def test_units_that_scenarios_do_not_have_are_named(engine_db: Engine) -> None:
    extra = OrgUnit("99999", "Xã mới", "commune", "731")
    with transaction(engine_db) as tx:
        hotline.deployed(tx)
        hotline.desk(tx)
    world = World(hotline.WORLD.calendar, UnitTree((*hotline.UNITS, extra)))
    live = Live(engine_db, world, "handle", (hotline.NOW, {**facts(), "place": "99999"}))
    with pytest.raises(BadInput, match="the unit 99999, which the units of scenarios do not have"):
        live.recorded()


def test_what_is_no_case_is_not_found_and_a_history_without_beginning_is_refused(small: Live) -> None:
    with transaction(small.engine) as tx:
        with pytest.raises(NotFound, match="no case 77"):
            record_case(tx, 77, NOW)
        tx.write().execute(history._history.delete())
        with pytest.raises(BadInput, match="does not say how it began"):
            record_case(tx, small.id, NOW)
