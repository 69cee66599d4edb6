"""Scenarios of diagrams, run through the same pure step as live cases, on a virtual clock and without a database.

Called by the command line and the studio. Every step also stores and restores the instance, because that is what
`advance` does; coverage says which elements and flows no scenario has walked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib.resources import as_file, files
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.actions import Action, Complete, Fire, Message, Opened, Start
from engine.bpmn.step import advance, data_of
from engine.bpmn.trace import Drawn, Flow, Node, Trace, drawn
from engine.clock import VIETNAM, parse_instant
from engine.errors import EngineError
from engine.process.definitions import Content
from engine.province.unit_files import read_units
from engine.scenarios.files import Scenario, ScenarioStep, read
from engine.world.public_holidays import shipped_overrides
from engine.world.unit_tree import SERVED_BY, UNIT_HEAD, Unit, UnitTree
from engine.world.work_calendar import build
from engine.world.world import World
from forms.schema import Invalid

UNIT_SETS = {
    "three_level": ("dongnai_units_2021_three_level.csv", "dongnai_organisation_2021.csv"),
    "two_level": ("dongnai_units_2025_two_level.csv", "dongnai_organisation_2025.csv"),
}


class Unmet(EngineError):
    """What the scenario says does not hold."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scenario's result; `failure` is the sentence of the first step that did not hold, empty when all did."""

    scenario: Scenario
    failure: str


@dataclass(slots=True)
class Coverage:
    """What all scenarios together walked, and what the diagrams draw."""

    walked: Trace = field(default_factory=Trace)
    drawn: dict[PurePosixPath, Drawn] = field(default_factory=dict)

    def missing(self, path: PurePosixPath) -> tuple[list[Node], list[Flow]]:
        """The elements and flows of a diagram that no scenario walked."""
        there = self.drawn[path]
        return sorted(there.nodes - self.walked.nodes), sorted(there.flows - self.walked.flows)


def run(
    content: Content, sources: Mapping[PurePosixPath, bytes], *, tick: Callable[[], None] | None = None
) -> tuple[list[Outcome], Coverage]:
    """Run every scenario of a deployment's files, in the order of their paths."""
    coverage = Coverage(drawn={path: drawn(data) for path, data in sources.items() if path.suffix == ".bpmn"})
    outcomes = []
    for path in scenario_paths(sources):
        outcomes.append(run_one(content, read(path, sources[path]), coverage.walked))
        if tick is not None:
            tick()
    return outcomes, coverage


def scenario_paths(sources: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The scenario files among a deployment's files."""
    return sorted(path for path in sources if path.parts[:2] == ("workflows", "tests") and path.suffix == ".yaml")


def run_one(content: Content, scenario: Scenario, trace: Trace | None = None) -> Outcome:
    """Run one scenario; what goes wrong is the outcome, not an error."""
    where = "start"
    try:
        play = _Play(content, scenario, trace or Trace())
        play.begin()
        for step in scenario.steps:
            where = f"step {step.number}"
            play.step(step)
    except EngineError as error:
        return Outcome(scenario, f"{where}: {error}")
    return Outcome(scenario, "")


class _Play:
    """A case in memory: its state, what is open and waiting, and what has been said about it."""

    def __init__(self, content: Content, scenario: Scenario, trace: Trace) -> None:
        self.content, self.scenario, self.trace = content, scenario, trace
        self.process = content.process(scenario.process)
        self.world = _world(scenario)
        self.now = scenario.starts_at
        self.blob: bytes | None = None
        self.open: dict[int, Opened] = {}
        self.taken: set[int] = set()
        self.timers: dict[int, datetime] = {}
        self.notices: set[tuple[str, int]] = set()
        self.marks: list[str] = []
        self.deadline: datetime | None = None
        self.finished = False

    def begin(self) -> None:
        data = {"case": 1, "code": "DN-26-000001-A", "due": None, **self.scenario.data}
        self.act(Start(data))

    def step(self, step: ScenarioStep) -> None:
        self.turn(step.at or self.now + step.after)
        match step.kind:
            case "task":
                self.task(step)
            case "message":
                self.act(Message(step.name, dict(step.values or {})))
            case "expect":
                self.expect(step.values or {})

    def turn(self, until: datetime) -> None:
        """Let time pass; what is due on the way fires at its own instant, in order."""
        if until < self.now:
            raise Unmet(f"the clock stands at {_shown(self.now)} and cannot go back to {_shown(until)}")
        while due := sorted((at, timer) for timer, at in self.timers.items() if at <= until):
            at, timer = due[0]
            self.now = max(self.now, at)
            self.act(Fire((timer,), frozenset(self.taken)))
        self.now = until

    def task(self, step: ScenarioStep) -> None:
        found = [number for number, task in self.open.items() if task.node == step.name]
        if len(found) != 1:
            raise Unmet(f"the task {step.name!r} is open {len(found)} times; open are {self._nodes()}")
        if step.take:
            self.taken.add(found[0])
            return
        self.act(Complete(found[0], self._checked(self.open[found[0]], step.values or {})))

    def _checked(self, task: Opened, values: Mapping[str, Any]) -> Mapping[str, Any]:
        form = self.content.forms.get(task.form)
        if form is None:
            raise Unmet(f"there is no form {task.form!r}")
        try:
            units = self.world.units
            return form.load(values, "en", known_unit=units.knows, known_commune=units.knows_commune).process
        except Invalid as invalid:
            raise Unmet(f"the form {task.form!r} refuses: {invalid.errors}") from invalid

    def act(self, action: Action) -> None:
        step = advance(self.process, self.blob, action, self.now, self.world, self.trace)
        self.blob, self.finished, self.deadline = step.state, step.finished, step.deadline
        for number in step.closed:
            self.open.pop(number, None)
        self.open |= {task.task: task for task in step.opened}
        for number in step.cleared:
            self.timers.pop(number, None)
        for item in step.timers:
            self.timers.pop(item.timer, None)
            if item.due is not None:
                self.timers[item.timer] = item.due
        self.notices |= {(notice.rung, notice.occurrence) for notice in step.notices}
        self.marks += step.marks

    def expect(self, wanted: Mapping[str, Any]) -> None:
        for name, value in wanted.items():
            getattr(self, f"_expect_{name}")(value)

    def _nodes(self) -> list[str]:
        return sorted(task.node for task in self.open.values())

    def _expect_open(self, wanted: Sequence[str]) -> None:
        _same("open tasks", sorted(wanted), self._nodes())

    def _expect_unit(self, wanted: Mapping[str, str]) -> None:
        units = {task.node: task.unit for task in self.open.values()}
        for node, unit in wanted.items():
            _same(f"unit of {node}", str(unit), units.get(node))

    def _expect_notices(self, wanted: Mapping[str, int]) -> None:
        counts = Counter(rung for rung, _ in self.notices)
        for rung, count in wanted.items():
            _same(f"notices of rung {rung}", count, counts.get(rung, 0))

    def _expect_marks(self, wanted: Sequence[str]) -> None:
        missing = [mark for mark in wanted if mark not in self.marks]
        if missing:
            raise Unmet(f"marks: {missing} not set; set are {self.marks}")

    def _expect_deadline(self, wanted: object) -> None:
        text = wanted.isoformat() if isinstance(wanted, datetime) else str(wanted)
        at = None if wanted is None else parse_instant(text)
        _same("deadline", _shown(at), _shown(self.deadline))

    def _expect_data(self, wanted: Mapping[str, Any]) -> None:
        assert self.blob is not None
        data = data_of(self.process, self.blob)
        for key, value in wanted.items():
            _same(f"data {key}", value, data.get(key))

    def _expect_finished(self, wanted: object) -> None:
        _same("finished", wanted, self.finished)
        if self.finished and (self.open or self.timers):
            raise Unmet(f"the case is finished, but these are left: {self._nodes()}, {len(self.timers)} timers")


def _same(what: str, wanted: object, found: object) -> None:
    if wanted != found:
        raise Unmet(f"{what}: expected {wanted}, found {found}")


def _shown(at: datetime | None) -> str:
    return "none" if at is None else at.astimezone(VIETNAM).isoformat(timespec="minutes")


def _world(scenario: Scenario) -> World:
    units = _units(scenario.province)
    known = {unit.code for unit in units}
    unknown = sorted(set(scenario.staff) - known)
    if unknown:
        raise Unmet(f"staff: there is no unit {unknown[0]!r}")
    staffed = {(unit.code, role) for unit in units for role in scenario.staff.get(unit.code, _roles(unit))}
    return World(build(shipped_overrides()), UnitTree(units, frozenset(staffed)))


def _roles(unit: Unit) -> list[str]:
    return [UNIT_HEAD, *(role for role, kind in SERVED_BY.items() if kind == unit.kind), "tier2_focal"]


@cache
def _units(province: str) -> tuple[Unit, ...]:
    units: list[Unit] = []
    for name in UNIT_SETS[province]:
        with as_file(files("engine.data") / name) as path:
            rows = read_units(path).rows
        units += [Unit(row.code, row.name, row.kind, row.parent) for row in rows if not (row.implied and units)]
    return tuple({unit.code: unit for unit in units}.values())
