"""Cases that go random ways through the shipped diagrams, and a plain count of them from their histories alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Engine, func, select

from engine.actor import Actor
from engine.bpmn.actions import Complete, Message, Start
from engine.cases import calls, corrections, intake, reports
from engine.clock import VIETNAM
from engine.errors import EngineError, NotFound
from engine.process import instances, timers
from engine.process.acts import Command
from engine.process.report_fields import shipped_fields
from engine.province import snapshot
from engine.reorganisation import moves
from engine.statistics import rollups
from engine.statistics.period import Figures, ReportingPeriod
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import History, Instance, Report, Task
from engine.world.unit_tree import UnitTree
from engine.world.world import World
from tests.kit import hotline
from tests.kit.province import DATA, load_year

FIELDS = tuple(field.key for field in shipped_fields())

WHO = Actor("person:1", "test")
MAPS = (DATA / "provinces/dong_nai_2025/former_units.csv", DATA / "provinces/dong_nai_2025/former_organisation.csv")
# What officers may say, likely things more often.
SAYINGS: dict[str, dict[str, tuple[Any, ...]]] = {
    "receive": {"outcome": ("handed_over",) * 8 + ("answered", "diverted", "emergency")},
    "verify": {"outcome": ("correct", "correct", "correct", "false", "unreachable", "outside")},
    "check": {"check_decision": ("accept", "accept", "return")},
    "coordinate": {"coordinate_decision": ("department", "department", "return")},
    "handle": {"handle_decision": ("done", "done", "not_ours")},
    "investigate": {"suspicion": ("confirmed", "rejected")},
    "decide_unreachable": {"unreachable_decision": ("resolve", "close")},
    "chase": {"chase_decision": ("extend", "recall", "transfer", "continue"), "extend_days": (2,)},
    "feedback": {"satisfied": ("yes", "no")},
}
DEPARTMENTS = {True: ("75.SYT", "75.SLDTBXH"), False: ("75.SYT", "75.SNV")}
OF_DEPARTMENT = {"handle"}
LOCAL = {"assign", "verify", "resolve", "check", "propose_transfer", "decide_unreachable", "resolve_tier2"}
LOCAL |= {"review_suspicion", "investigate"}
# Where the hotline or the citizen has the case: the time to take a report in makes no commune late.
OF_HOTLINE = {"receive", "complete_report", "answer", "feedback"}


@dataclass
class Wander:
    """A province in which officers act by chance; `dues` are deadlines as they were after each act."""

    engine: Engine
    random: Random
    now: datetime = hotline.NOW
    dues: dict[tuple[int, int], datetime | None] = field(default_factory=dict)
    world: World = field(init=False)

    def __post_init__(self) -> None:
        self.look()

    def look(self) -> None:
        """See the province as it is."""
        with transaction(self.engine) as tx:
            self.world = snapshot.load_world(tx, 3)
        units = self.world.units
        self.places = [one.code for one in units.units if one.kind == "commune" and not one.closed][:6]
        self.departments = [one.code for one in units.units if one.kind == "department" and not one.closed][:3]

    def go(self, acts: int) -> None:
        """Let so many things happen, with time between them and, now and then, days added up."""
        for _first in range(3):
            self.file()
        for number in range(acts):
            with suppress(EngineError):  # What is refused changes nothing.
                self.random.choices((self.file, self.work, self.correct, self.wait), (3, 14, 2, 1))[0]()
            self.now += timedelta(minutes=self.random.randrange(1, 300))
            if number % 40 == 0:
                rollups.roll_up_past_days(self.engine, self.now)

    def file(self) -> None:
        """A citizen calls; after the end of a case perhaps about the same, which begins it anew."""
        new = replace(
            hotline.NEW, received_at=self.now, place=self.random.choice(self.places), field=self.random.choice(FIELDS)
        )
        with transaction(self.engine) as tx:
            definition = calls.report_definition(tx, self.world)
            ended = (
                tx.read.execute(select(Report.id).join(Instance).where(Instance.status == "finished")).scalars().all()
            )
            if ended and self.random.random() < 0.2:
                report_id = self.random.choice(sorted(ended))
                facts = {"case": report_id, "code": "DN-26-000001-A", "due": None, "field": new.field}
                facts |= {"urgency": new.urgency, "place": new.place, "channel": new.channel}
                act = Command(Start(facts), WHO, self.now)
                self._note(tx, instances.start_instance(tx, definition, act, self.world, report_id=report_id)[0])
                return
            filed = intake.file_report(tx, new, definition, WHO, self.world)
            self._note(tx, filed.instance_id)

    def work(self) -> None:
        """Somebody completes an open task."""
        with transaction(self.engine) as tx:
            task = table_of(Task)
            found = tx.read.execute(select(task).where(task.c.state == "open").order_by(task.c.id)).all()
            if not found:
                raise NotFound
            one = self.random.choice(found)
            self._take(tx, one.instance_id, Command(Complete(one.engine_id, self._said(one.node)), WHO, self.now))

    def _said(self, node: str) -> dict[str, Any]:
        said = {key: self.random.choice(values) for key, values in SAYINGS.get(node, {}).items()}
        said |= {"place": self.random.choice(self.places)} if node == "assign" else {}
        return said | ({"department": self.random.choice(self.departments)} if node in ("coordinate", "chase") else {})

    def correct(self) -> None:
        """Something is put right: another place or field, recalled, withdrawn, merged, unmerged."""
        name = self.random.choice(("reroute", "place", "recall", "withdraw", "merged", "unmerged", "merged_closed"))
        with transaction(self.engine) as tx:
            instance = table_of(Instance)
            rows = select(instance.c.id, instance.c.report_id).where(instance.c.status == "active")
            found = tx.read.execute(rows.order_by(instance.c.id)).all()
            if not found:
                raise NotFound
            one = self.random.choice(found)
            changed = {"place": self.random.choice(self.places), "field": self.random.choice(FIELDS)}
            if name == "place":
                reports.correct_particulars(tx, one.report_id, changed)
                return
            payload = changed if name == "reroute" else {"into": "DN-26-000001-A"} if name == "merged" else None
            self._take(tx, one.id, Command(Message(name, payload), WHO, self.now))
            if name == "reroute":
                reports.correct_particulars(tx, one.report_id, changed)

    def wait(self) -> None:
        """Days pass, and what was due happens."""
        self.now += timedelta(days=self.random.randrange(1, 9))
        timers.fire_until(self.engine, self.now, self.world)
        corrections.close_merged(self.engine, self.now, self.world)

    def reorganise(self) -> None:
        """The province of 2021 becomes that of 2025."""
        with transaction(self.engine) as tx:
            load_year(tx, 2025)
        with transaction(self.engine) as tx:
            moves.apply_reorganisation(tx, moves.plan_reorganisation(tx, *MAPS), WHO, self.now)
        self.look()

    def _take(self, tx: Any, instance_id: int, act: Command) -> None:
        instances.take_step(tx, instance_id, act, self.world)
        self._note(tx, instance_id)

    def _note(self, tx: Any, instance_id: int) -> None:
        instance, history = table_of(Instance), table_of(History)
        due = tx.read.execute(select(instance.c.due_at).where(instance.c.id == instance_id)).scalar()
        last = select(func.max(history.c.seq)).where(history.c.instance_id == instance_id)
        self.dues[instance_id, tx.read.execute(last).scalar_one()] = due


@dataclass
class Life:
    """One time at work, as the history tells it."""

    unit: str
    field: str
    begun: date
    by: str
    due: datetime | None = None
    ended: date | None = None
    as_: str = ""
    moved: date | None = None
    said: tuple[date, str] | None = None


def lives(wander: Wander) -> list[Life]:
    """Every time at work of every case."""
    found: list[Life] = []
    with transaction(wander.engine) as tx:
        instance, report = table_of(Instance), table_of(Report)
        cases = (
            select(instance.c.id, instance.c.report_id, instance.c.due_at, report.c.place, report.c.field)
            .join(report, report.c.id == instance.c.report_id)
            .order_by(instance.c.id)
        )
        known: set[int] = set()
        history = table_of(History)
        for case in tx.read.execute(cases).all():
            acts = tx.read.execute(
                select(history).where(history.c.instance_id == case.id).order_by(history.c.seq)
            ).all()
            found += _of_case(case, acts, wander.dues, again=case.report_id in known)
            known.add(case.report_id)
    return found


def _of_case(case: Any, acts: Any, dues: dict[tuple[int, int], datetime | None], *, again: bool) -> Iterator[Life]:
    own: list[Life] = []
    unit, handled = case.place, False
    for act in acts:
        told, day = json.loads(act.detail), act.at.astimezone(VIETNAM).date()
        handled = handled or any(node not in OF_HOTLINE for _task, node, *_where in told.get("opened", ()))
        if act.action == "start":
            own.append(Life("", case.field, day, "reopened" if again else "received"))
        opinion = (told.get("data") or {}).get("satisfied") if isinstance(told.get("data"), dict) else None
        if opinion and own[-1].ended and own[-1].said is None:
            own[-1].said = (day, opinion)
        for mark in [*told.get("marks", ()), *(["finished"] if told.get("finished") else ())]:
            _mark(own, mark, day, act.at, dues.get((case.id, act.seq)) if handled else None, case.field)
        for _task, node, where, *_passed in told.get("opened", ()):
            unit = where if node in OF_DEPARTMENT else case.place if node in LOCAL else unit
        for _task, old, new, *_passed in told.get("tasks", ()) if act.action == "move_unit" else ():
            unit = new if unit == old else unit
    for one in own:
        one.unit = unit
        if one.ended is None:
            one.due = case.due_at if handled else None
    yield from own


def _mark(own: list[Life], mark: str, day: date, at: datetime, due: datetime | None, field: str) -> None:
    now = own[-1]
    if mark == "reopened" and now.ended:
        own.append(Life("", field, day, "reopened"))
    elif now.ended is None and mark in ("transferred", "recalled"):
        now.moved = now.moved or day
    elif now.ended is None and mark in ("resolved", "false_report", "diverted", "withdrawn", "merged", "finished"):
        late = "late" if due is not None and at > due else "on_time"
        now.as_ = late if mark == "resolved" else "false" if mark == "false_report" else "ended_otherwise"
        now.ended, now.due = day, due


def count(found: list[Life], period: ReportingPeriod, now: datetime) -> Figures:
    """A plain count of these times at work."""
    numbers: Counter[str] = Counter()
    today = now.astimezone(VIETNAM).date()
    end = (
        now
        if period.last == today
        else datetime.combine(period.last + timedelta(days=1), datetime.min.time(), VIETNAM) - timedelta(microseconds=1)
    )
    for one in found:
        if period.first <= one.begun <= period.last:
            numbers[one.by] += 1
        if one.begun < period.first and (one.ended is None or one.ended >= period.first):
            numbers["carried_over"] += 1
        if one.ended is not None and period.first <= one.ended <= period.last:
            numbers.update({one.as_, "resolved"} if one.as_ in ("on_time", "late") else {one.as_})
        if one.begun <= period.last and (one.ended is None or one.ended > period.last):
            numbers["in_progress"] += 1
            numbers["overdue"] += one.due is not None and one.due <= end
        if one.moved is not None and period.first <= one.moved <= period.last:
            numbers["transferred"] += 1
        if one.said is not None and period.first <= one.said[0] <= period.last:
            numbers["satisfied" if one.said[1] == "yes" else "dissatisfied"] += 1
    return Figures(**numbers)


def below(units: UnitTree, code: str, top: str) -> bool:
    """Whether a unit answers to another one today."""
    step: str | None = code
    while step is not None:
        unit = units.current(step)
        if unit.code == top:
            return True
        step = unit.parent
    return False
