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

from engine.bpmn.actions import Action, Complete, Fire, Message, OpenedTask, Start
from engine.bpmn.step import advance, process_data_of
from engine.bpmn.trace import DiagramGraph, FlowKey, NodeKey, Trace, parse_diagram_graph
from engine.clock import VIETNAM, parse_instant
from engine.errors import EngineError
from engine.process.definitions import CompiledDeployment
from engine.province.unit_files import read_unit_file
from engine.scenarios.files import Scenario, ScenarioStep, read_scenario
from engine.world.public_holidays import shipped_overrides
from engine.world.unit_tree import SERVED_BY, UNIT_HEAD, OrgUnit, UnitTree
from engine.world.work_calendar import build_calendar
from engine.world.world import World
from forms.schema import InvalidAnswers

UNIT_SETS = {
    "three_level": ("dongnai_units_2021_three_level.csv", "dongnai_organisation_2021.csv"),
    "two_level": ("dongnai_units_2025_two_level.csv", "dongnai_organisation_2025.csv"),
}


class UnmetExpectation(EngineError):
    """What the scenario says does not hold."""


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """One scenario's result; `failure` is the sentence of the first step that did not hold, empty when all did."""

    scenario: Scenario
    failure: str


@dataclass(slots=True)
class ScenarioCoverage:
    """What all scenarios together walked, and what the diagrams draw."""

    walked: Trace = field(default_factory=Trace)
    drawn: dict[PurePosixPath, DiagramGraph] = field(default_factory=dict)

    def uncovered_in(self, path: PurePosixPath) -> tuple[list[NodeKey], list[FlowKey]]:
        """The elements and flows of a diagram that no scenario walked."""
        diagram = self.drawn[path]
        return sorted(diagram.nodes - self.walked.nodes), sorted(diagram.flows - self.walked.flows)


def run_scenarios(
    content: CompiledDeployment, sources: Mapping[PurePosixPath, bytes], *, tick: Callable[[], None] | None = None
) -> tuple[list[ScenarioOutcome], ScenarioCoverage]:
    """Run every scenario of a deployment's files, in the order of their paths."""
    coverage = ScenarioCoverage(
        drawn={path: parse_diagram_graph(data) for path, data in sources.items() if path.suffix == ".bpmn"}
    )
    outcomes = []
    for path in scenario_paths(sources):
        outcomes.append(run_scenario(content, read_scenario(path, sources[path]), coverage.walked))
        if tick is not None:
            tick()
    return outcomes, coverage


def scenario_paths(sources: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The scenario files among a deployment's files."""
    return sorted(path for path in sources if path.parts[:2] == ("workflows", "tests") and path.suffix == ".yaml")


def run_scenario(content: CompiledDeployment, scenario: Scenario, trace: Trace | None = None) -> ScenarioOutcome:
    """Run one scenario; what goes wrong is the outcome, not an error."""
    where = "start"
    try:
        case = _VirtualCase(content, scenario, trace or Trace())
        case.start_instance()
        for step in scenario.steps:
            where = f"step {step.number}"
            case.run_step(step)
    except EngineError as error:
        return ScenarioOutcome(scenario, f"{where}: {error}")
    return ScenarioOutcome(scenario, "")


class _VirtualCase:
    """A case in memory: its state, what is open and waiting, and what has been said about it."""

    def __init__(self, content: CompiledDeployment, scenario: Scenario, trace: Trace) -> None:
        self.content, self.scenario, self.trace = content, scenario, trace
        self.process = content.get_process(scenario.process)
        self.world = _build_world(scenario)
        self.now = scenario.starts_at
        self.blob: bytes | None = None
        self.open: dict[int, OpenedTask] = {}
        self.taken: set[int] = set()
        self.timers: dict[int, datetime] = {}
        self.notices: set[tuple[str, int]] = set()
        self.marks: list[str] = []
        self.deadline: datetime | None = None
        self.finished = False

    def start_instance(self) -> None:
        data = {"case": 1, "code": "DN-26-000001-A", "due": None, **self.scenario.data}
        self.apply_action(Start(data))

    def run_step(self, step: ScenarioStep) -> None:
        self.advance_clock(step.at or self.now + step.after)
        match step.kind:
            case "task":
                self.perform_task(step)
            case "message":
                self.apply_action(Message(step.name, dict(step.values or {})))
            case "expect":
                self.check_expectations(step.values or {})

    def advance_clock(self, until: datetime) -> None:
        """Let time pass; what is due on the way fires at its own instant, in order."""
        if until < self.now:
            raise UnmetExpectation(
                f"the clock stands at {_format_instant(self.now)} and cannot go back to {_format_instant(until)}"
            )
        while due := sorted((at, task_id) for task_id, at in self.timers.items() if at <= until):
            at, task_id = due[0]
            self.now = max(self.now, at)
            self.apply_action(Fire((task_id,), frozenset(self.taken)))
        self.now = until

    def perform_task(self, step: ScenarioStep) -> None:
        task_ids = [task_id for task_id, task in self.open.items() if task.node == step.name]
        if len(task_ids) != 1:
            raise UnmetExpectation(
                f"the task {step.name!r} is open {len(task_ids)} times; open are {self._open_nodes()}"
            )
        if step.take:
            self.taken.add(task_ids[0])
            return
        self.apply_action(Complete(task_ids[0], self._validate_values(self.open[task_ids[0]], step.values or {})))

    def _validate_values(self, task: OpenedTask, values: Mapping[str, Any]) -> Mapping[str, Any]:
        form = self.content.forms.get(task.form)
        if form is None:
            raise UnmetExpectation(f"there is no form {task.form!r}")
        try:
            units = self.world.units
            return form.load(values, "en", known_unit=units.knows, known_commune=units.knows_commune).process
        except InvalidAnswers as invalid:
            raise UnmetExpectation(f"the form {task.form!r} refuses: {invalid.errors}") from invalid

    def apply_action(self, action: Action) -> None:
        step = advance(self.process, self.blob, action, self.now, self.world, self.trace)
        self.blob, self.finished, self.deadline = step.state, step.finished, step.deadline
        for task_id in step.closed_tasks:
            self.open.pop(task_id, None)
        self.open |= {task.task_id: task for task in step.opened_tasks}
        for task_id in step.cleared_timers:
            self.timers.pop(task_id, None)
        for timer in step.timers:
            self.timers.pop(timer.task_id, None)
            if timer.due is not None:
                self.timers[timer.task_id] = timer.due
        self.notices |= {(notice.rung, notice.occurrence) for notice in step.notices}
        self.marks += step.marks

    def check_expectations(self, expectations: Mapping[str, Any]) -> None:
        for name, value in expectations.items():
            getattr(self, f"_expect_{name}")(value)

    def _open_nodes(self) -> list[str]:
        return sorted(task.node for task in self.open.values())

    def _expect_open(self, expected: Sequence[str]) -> None:
        _require_equal("open tasks", sorted(expected), self._open_nodes())

    def _expect_unit(self, expected: Mapping[str, str]) -> None:
        units = {task.node: task.unit for task in self.open.values()}
        for node, unit in expected.items():
            _require_equal(f"unit of {node}", str(unit), units.get(node))

    def _expect_notices(self, expected: Mapping[str, int]) -> None:
        counts = Counter(rung for rung, _ in self.notices)
        for rung, count in expected.items():
            _require_equal(f"notices of rung {rung}", count, counts.get(rung, 0))

    def _expect_marks(self, expected: Sequence[str]) -> None:
        missing = [mark for mark in expected if mark not in self.marks]
        if missing:
            raise UnmetExpectation(f"marks: {missing} not set; set are {self.marks}")

    def _expect_deadline(self, expected: object) -> None:
        text = expected.isoformat() if isinstance(expected, datetime) else str(expected)
        at = None if expected is None else parse_instant(text)
        _require_equal("deadline", _format_instant(at), _format_instant(self.deadline))

    def _expect_data(self, expected: Mapping[str, Any]) -> None:
        assert self.blob is not None
        data = process_data_of(self.process, self.blob)
        for key, value in expected.items():
            _require_equal(f"data {key}", value, data.get(key))

    def _expect_finished(self, expected: object) -> None:
        _require_equal("finished", expected, self.finished)
        if self.finished and (self.open or self.timers):
            raise UnmetExpectation(
                f"the case is finished, but these are left: {self._open_nodes()}, {len(self.timers)} timers"
            )


def _require_equal(subject: str, expected: object, actual: object) -> None:
    if expected != actual:
        raise UnmetExpectation(f"{subject}: expected {expected}, found {actual}")


def _format_instant(at: datetime | None) -> str:
    return "none" if at is None else at.astimezone(VIETNAM).isoformat(timespec="minutes")


def _build_world(scenario: Scenario) -> World:
    units = _load_units(scenario.province)
    codes = {unit.code for unit in units}
    unknown = sorted(set(scenario.staff) - codes)
    if unknown:
        raise UnmetExpectation(f"staff: there is no unit {unknown[0]!r}")
    staffed = {(unit.code, role) for unit in units for role in scenario.staff.get(unit.code, _default_roles(unit))}
    return World(build_calendar(shipped_overrides()), UnitTree(units, frozenset(staffed)))


def _default_roles(unit: OrgUnit) -> list[str]:
    return [UNIT_HEAD, *(role for role, kind in SERVED_BY.items() if kind == unit.kind), "tier2_focal"]


@cache
def _load_units(province: str) -> tuple[OrgUnit, ...]:
    units: list[OrgUnit] = []
    for name in UNIT_SETS[province]:
        with as_file(files("engine.data") / name) as path:
            rows = read_unit_file(path).rows
        units += [OrgUnit(row.code, row.name, row.kind, row.parent) for row in rows if not (row.implied and units)]
    return tuple({unit.code: unit for unit in units}.values())
