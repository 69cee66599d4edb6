"""Runs scenarios through the same pure step as live cases, on a virtual clock and without a database.

Every step also serializes and restores the process instance, because `advance` does; coverage lists the elements and
sequence flows that no scenario has taken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn import explain
from engine.bpmn.actions import Action, Complete, Fire, Message, Signal, Start
from engine.bpmn.comparisons import equal_values
from engine.bpmn.trace import DiagramGraph, FlowKey, NodeKey, Trace, parse_diagram_graph
from engine.bpmn.virtual_case import VirtualCase
from engine.cases.evidence import evidence_in
from engine.clock import VIETNAM, parse_instant
from engine.errors import EngineError
from engine.process.definitions import CompiledDeployment
from engine.scenarios.addressing import find_open_task
from engine.scenarios.beginning import BeginningStage, RefusedForm, UnmetExpectation, require_allowed
from engine.scenarios.course import GivenNotice, OfferedTask, ScenarioCourse
from engine.scenarios.files import SHIPPED_PROVINCES, Provinces, Scenario, ScenarioStep, read_scenario
from engine.scenarios.world_of import build_world
from engine.translation.catalogue import N_
from engine.translation.wording import Caption, Term
from engine.yaml_documents import spell_value
from forms.schema import Form, FormFacts, InvalidAnswers

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d")
NOTHING, YES, NO = Term(N_("không có")), Term(N_("có")), Term(N_("không"))


class ScenarioFailure(EngineError):
    """A scenario failed: at which step, counted from 1 (0 is its start), and why."""

    def __init__(self, step: int, reason: EngineError) -> None:
        super().__init__("in-scenario-step" if step else "in-scenario-start", step=str(step), reason=reason)
        self.step, self.reason = step, reason


@dataclass(frozen=True, slots=True)
class ScenarioOutcome:
    """One scenario's result; `failure` describes the first failing step, None when all passed; and what happened."""

    scenario: Scenario
    failure: ScenarioFailure | None = None
    course: ScenarioCourse = field(default_factory=ScenarioCourse)


@dataclass(slots=True)
class ScenarioCoverage:
    """What all scenarios together covered, and what the diagrams contain."""

    walked: Trace = field(default_factory=Trace)
    drawn: dict[PurePosixPath, DiagramGraph] = field(default_factory=dict)

    def uncovered_in(self, path: PurePosixPath) -> tuple[list[NodeKey], list[FlowKey]]:
        """The elements and sequence flows of a diagram that no scenario covered."""
        diagram = self.drawn[path]
        return sorted(diagram.nodes - self.walked.nodes), sorted(diagram.flows - self.walked.flows)


def run_scenarios(
    content: CompiledDeployment,
    sources: Mapping[PurePosixPath, bytes],
    provinces: Provinces = SHIPPED_PROVINCES,
    *,
    tick: Callable[[], None] | None = None,
) -> tuple[list[ScenarioOutcome], ScenarioCoverage]:
    """Run every scenario in a deployment's files, in path order."""
    coverage = ScenarioCoverage(
        drawn={path: parse_diagram_graph(data) for path, data in sources.items() if path.suffix == ".bpmn"}
    )
    outcomes = []
    for path in scenario_paths(sources):
        outcomes.append(run_scenario(content, read_scenario(path, sources[path], provinces), coverage.walked))
        if tick is not None:
            tick()
    return outcomes, coverage


def scenario_paths(sources: Iterable[PurePosixPath]) -> list[PurePosixPath]:
    """The scenario files among a deployment's files."""
    return sorted(path for path in sources if path.parts[:2] == ("workflows", "tests") and path.suffix == ".yaml")


def run_scenario(content: CompiledDeployment, scenario: Scenario, trace: Trace | None = None) -> ScenarioOutcome:
    """Run one scenario; a failure is part of the outcome and is not raised."""
    number, run = 0, None
    try:
        run = SteppedScenario(content, scenario, trace or Trace())
        run.start_instance()
        for step, following in zip_longest(scenario.steps, scenario.steps[1:]):
            number = step.number
            run.run_step(step)
            if run.refused is not None and not _asks_for_refusal(following):
                raise run.refused
    except EngineError as error:
        course = ScenarioCourse() if run is None else run.course()
        return ScenarioOutcome(scenario, ScenarioFailure(number, error), course)
    return ScenarioOutcome(scenario, None, run.course())


def _asks_for_refusal(step: ScenarioStep | None) -> bool:
    return step is not None and step.kind == "expect" and "refused" in (step.values or {})


class SteppedScenario:
    """Drives a virtual case by the steps of a scenario, and compares what came of it with what they expect."""

    def __init__(self, content: CompiledDeployment, scenario: Scenario, trace: Trace) -> None:
        self.content, self.scenario = content, scenario
        self.world = build_world(scenario)
        self.case = VirtualCase(content.get_process(scenario.process), self.world, trace)
        self.beginning = BeginningStage(self.case.process, self.world, scenario)
        self.now = scenario.starts_at
        self.taken: set[int] = set()
        self.notices: set[tuple[str, int]] = set()
        self.marks: list[str] = []
        self.refused: RefusedForm | None = None
        self.offered: list[OfferedTask] = []
        self.sent: list[GivenNotice] = []

    def course(self) -> ScenarioCourse:
        """What has happened so far."""
        case = self.case
        done = (tuple(self.offered), tuple(self.sent), tuple(self.marks))
        return ScenarioCourse(*done, case.deadline, case.finished, case.process_data())

    def start_instance(self) -> None:
        if not self.beginning.begins_by_itself:
            return
        data = {"case": 1, "code": "DN-26-000001-A", "due": None, **self.scenario.data}
        self.apply_action(Start(data))

    def run_step(self, step: ScenarioStep) -> None:
        self.advance_clock(step.at or self.now + step.after)
        if not self.case.begun and step.kind in ("task", "message", "signal"):
            raise UnmetExpectation("scenario-not-begun")
        match step.kind:
            case "begin":
                self._keep_refusal(self.begin_instance, step)
            case "task":
                self._keep_refusal(self.perform_task, step)
            case "message":
                self.apply_action(Message(step.name, dict(step.values or {})))
            case "signal":
                self.apply_action(Signal(step.name, None if step.values is None else dict(step.values)))
            case "expect":
                self.check_expectations(step.values or {})

    def _keep_refusal(self, act: Callable[[ScenarioStep], None], step: ScenarioStep) -> None:
        try:
            act(step)
        except RefusedForm as refused:
            self.refused = refused

    def begin_instance(self, step: ScenarioStep) -> None:
        """Begin the instance by a step; raises RefusedForm when its start form is not taken."""
        if self.case.begun:
            raise UnmetExpectation("scenario-begun-already", start=step.name)
        event, until = self.beginning.find_start(step), self.now
        values: Mapping[str, Any] = {}
        if step.by:
            require_allowed(event, step.by, self.world.units)
            values = self._load_form(event.form, step.values or {}, FormFacts(self.now, self.now, self.now))
        self.now = self.beginning.due_start(event, step, self.now)
        self.apply_action(self.beginning.action(event, step, values, self.now))
        self.advance_clock(max(until, self.now))

    def advance_clock(self, until: datetime) -> None:
        """Advance the clock; timers due on the way fire at their own instant, in order."""
        if until < self.now:
            raise UnmetExpectation("scenario-clock-backwards", now=_local_time(self.now), until=_local_time(until))
        while (timer := self.case.next_timer()) is not None and timer[0] <= until:
            self.now = max(self.now, timer[0])
            self.apply_action(Fire((timer[1],), frozenset(self.taken)))
        self.now = until

    def perform_task(self, step: ScenarioStep) -> None:
        """Do an open task; of several of one name that which the step addresses, else that which opened first."""
        task_id = find_open_task(self.case, step.name, step.which)
        if task_id is None:
            raise self._missing_task(step)
        if step.take:
            self.taken.add(task_id)
            return
        self.apply_action(Complete(task_id, self._validate_values(task_id, step.values or {})))

    def _missing_task(self, step: ScenarioStep) -> UnmetExpectation:
        label, nodes = self._task_label(step.name), self._open_nodes()
        if step.which and step.name in nodes:
            which = spell_value(dict(step.which))
            return UnmetExpectation("scenario-task-not-such", task=label, which=which, count=nodes.count(step.name))
        return UnmetExpectation("scenario-task-not-open", task=label, open=self._task_labels(nodes))

    def _validate_values(self, task_id: int, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """What the process gets of a form's values."""
        return self._load_form(self.case.open[task_id].form, values, self.form_facts(task_id))

    def form_facts(self, task_id: int) -> FormFacts:
        """What a task's form may ask; the report counts as received when the scenario starts."""
        opened_at = self.case.open[task_id].opened_at
        return FormFacts(self.now, self.scenario.starts_at, opened_at, evidence_in(self.case.process_data()))

    def _load_form(self, key: str, values: Mapping[str, Any], facts: FormFacts) -> Mapping[str, Any]:
        form = self.content.forms.get(key)
        if form is None:
            raise UnmetExpectation("scenario-form-missing", form=key)
        try:
            return form.load(values, **self.world.units.known_codes, facts=facts).process
        except InvalidAnswers as invalid:
            fields = [
                UnmetExpectation("in-form-field", field=_field_label(form, key), problems=list(problems))
                for key, problems in invalid.errors.items()
            ]
            raise RefusedForm(set(invalid.errors), "scenario-form-refused", form=key, fields=fields) from invalid

    def apply_action(self, action: Action) -> None:
        step = self.case.act(action, self.now)
        self.offered += [OfferedTask(self.now, one.node, one.role, one.unit, one.form) for one in step.opened_tasks]
        self.sent += [GivenNotice(self.now, one.rung, one.template, one.to) for one in step.notices]
        self.notices |= {(notice.rung, notice.occurrence) for notice in step.notices}
        self.marks += step.marks

    def check_expectations(self, expectations: Mapping[str, Any]) -> None:
        for name, value in expectations.items():
            getattr(self, f"_expect_{name}")(value)

    def _open_nodes(self) -> list[str]:
        return sorted(task.node for task in self.case.open.values())

    def _task_labels(self, nodes: Iterable[str]) -> list[Caption | str] | Term:
        return [self._task_label(node) for node in nodes] or NOTHING

    def _task_label(self, node: str) -> Caption | str:
        """A task's name in the diagram, with the id that the scenario uses."""
        name = explain.captions_by_element(self.case.process).get(node)
        if name is None or name.vietnamese == node:
            return node
        return Caption(f"{name.vietnamese} ({node})", f"{name.english} ({node})")

    def _unit_labels(self, codes: Iterable[str]) -> list[str] | Term:
        return [self._unit_label(code) for code in codes] or NOTHING

    def _unit_label(self, code: str) -> str:
        return f"{self.world.units.get(code).name} ({code})" if self.world.units.knows(code) else code

    def _expect_refused(self, expected: Sequence[str]) -> None:
        actual = sorted(self.refused.keys) if self.refused is not None else []
        if sorted(expected) != actual:
            values = (sorted(expected) or NOTHING), (actual or NOTHING)
            raise UnmetExpectation("scenario-refusal-differs", expected=values[0], actual=values[1])
        self.refused = None

    def _expect_open(self, expected: Sequence[str]) -> None:
        nodes = self._open_nodes()
        if sorted(expected) != nodes:
            labels = self._task_labels(sorted(expected)), self._task_labels(nodes)
            raise UnmetExpectation("scenario-open-tasks-differ", expected=labels[0], actual=labels[1])

    def _expect_unit(self, expected: Mapping[str, object]) -> None:
        """Units by task; for several open tasks of one name a list of theirs, in any order."""
        for node, unit in expected.items():
            actual = sorted(task.unit for task in self.case.open.values() if task.node == node)
            if isinstance(unit, list):
                is_met, last = sorted(map(str, unit)) == actual, actual
            else:
                last = [task.unit for task in self.case.open.values() if task.node == node][-1:]
                is_met = [str(unit)] == last
            if not is_met:
                units = unit if isinstance(unit, list) else [unit]
                labels = self._unit_labels(map(str, units)), self._unit_labels(last)
                raise UnmetExpectation(
                    "scenario-unit-differs", task=self._task_label(node), expected=labels[0], actual=labels[1]
                )

    def _expect_notices(self, expected: Mapping[str, object]) -> None:
        counts = Counter(rung for rung, _ in self.notices)
        for rung, count in expected.items():
            if count != counts.get(rung, 0):
                values = _value_text(count), counts.get(rung, 0)
                raise UnmetExpectation("scenario-notices-differ", rung=rung, expected=values[0], actual=values[1])

    def _expect_marks(self, expected: Sequence[str]) -> None:
        reached = {_with_plain_instants(mark) for mark in self.marks}
        missing = [mark for mark in expected if _with_plain_instants(mark) not in reached]
        if missing:
            raise UnmetExpectation("scenario-marks-missing", missing=missing, marks=self.marks or NOTHING)

    def _expect_deadline(self, expected: object) -> None:
        text = expected.isoformat() if isinstance(expected, datetime) else str(expected)
        at = None if expected is None else _local_time(parse_instant(text))
        deadline = None if self.case.deadline is None else _local_time(self.case.deadline)
        if at != deadline:
            raise UnmetExpectation("scenario-deadline-differs", expected=at or NOTHING, actual=deadline or NOTHING)

    def _expect_data(self, expected: Mapping[str, Any]) -> None:
        if not self.case.begun:
            raise UnmetExpectation("scenario-not-begun")
        data = self.case.process_data()
        for key, value in expected.items():
            if not equal_values(_with_plain_instants(value), _with_plain_instants(data.get(key))):
                values = _value_text(value), _value_text(data.get(key))
                raise UnmetExpectation("scenario-data-differ", key=key, expected=values[0], actual=values[1])

    def _expect_finished(self, expected: object) -> None:
        if expected != self.case.finished:
            values = _value_text(expected), _value_text(self.case.finished)
            raise UnmetExpectation("scenario-end-differs", expected=values[0], actual=values[1])
        running = [timer for timer in self.case.timers.values() if timer.due is not None]
        if self.case.finished and (self.case.open or running):
            labels = self._task_labels(self._open_nodes())
            raise UnmetExpectation("scenario-end-leaves-open", tasks=labels, timers=len(running))


def _field_label(form: Form, key: str) -> str:
    """A field's label, with the key that the scenario uses."""
    label = form.inputs[key].label if key in form.inputs else ""
    return f"{label} ({key})" if label else key


def _local_time(at: datetime) -> datetime:
    """An instant as scenarios write it: in Vietnam time, to the minute."""
    return at.astimezone(VIETNAM).replace(second=0, microsecond=0)


def _with_plain_instants(value: object) -> object:
    """A mark or a value with the instants in its text in UTC: how `now()` spells its offset is no promise."""
    if not isinstance(value, str):
        return value
    return _INSTANT.sub(lambda match: parse_instant(match[0]).isoformat(), value)


def _value_text(value: object) -> str | Term:
    """A scenario or process value as shown in a sentence."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return YES if value else NO
    return value if isinstance(value, str) else spell_value(value)
