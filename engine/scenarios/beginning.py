"""How the instance of a scenario begins where its process does not begin by itself.

By a start form that somebody fills in, with a role in a unit; by a message or a signal; or by the timer of a start
event, which counts from the scenario's beginning as if that were its deployment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn import start_times
from engine.bpmn.actions import Start
from engine.bpmn.parser import Process
from engine.bpmn.starting import TIMER, StartEvent, list_start_events
from engine.clock import VIETNAM
from engine.errors import EngineError
from engine.process import matters
from engine.process.code_format import format_code
from engine.process.matters import USUAL_LETTERS
from engine.scenarios.files import BY, Scenario, ScenarioStep
from engine.world.unit_tree import UnitTree
from engine.world.world import World

STARTER = 1  # The person who fills in a start form; scenarios know nobody by name.
_LEADS = (timedelta(0), *(timedelta(minutes=minutes) for minutes in (1, 60, 720)), *map(timedelta, range(1, 22)))


class UnmetExpectation(EngineError):
    """An expectation of the scenario is not met."""


class RefusedForm(UnmetExpectation):
    """A form was not taken: `keys` are the fields that say why, BY when the role or unit may not begin with it."""

    def __init__(self, keys: set[str], rule: str, **facts: object) -> None:
        super().__init__(rule, **facts)
        self.keys = frozenset(keys)


@dataclass(frozen=True, slots=True)
class BeginningStage:
    """What a beginning needs to know: the process, the world, and the scenario."""

    process: Process
    world: World
    scenario: Scenario

    @property
    def begins_by_itself(self) -> bool:
        """Whether the instance is there from the start: no step begins it, and its start event needs no form.

        Raises UnmetExpectation for a scenario that would have to fill in a start form, and does not.
        """
        if any(step.kind == "begin" for step in self.scenario.steps):
            return False
        plain = [event for event in list_start_events(self.process) if not event.trigger]
        if plain and all(event.form for event in plain):
            raise UnmetExpectation("scenario-needs-begin", starts=[event.node for event in plain])
        return True

    def find_start(self, step: ScenarioStep) -> StartEvent:
        """The start event that a step names; raises UnmetExpectation, also for a person where none begins it."""
        events = {event.node: event for event in list_start_events(self.process)}
        event = events.get(step.name)
        if event is None:
            raise UnmetExpectation("scenario-start-unknown", start=step.name, starts=sorted(events))
        by_form = bool(event.form and not event.trigger)
        if by_form != bool(step.by):
            raise UnmetExpectation("scenario-begin-by", start=step.name)
        if by_form and self.scenario.data:
            raise UnmetExpectation("scenario-begin-with-data", start=step.name)
        return event

    def due_start(self, event: StartEvent, step: ScenarioStep, now: datetime) -> datetime:
        """When an instance begins: now, or when the event's timer is due, before the step's own time where it has one.

        Raises UnmetExpectation for a timer that is due later or never, ScriptError for one that cannot be read.
        """
        if event.trigger != TIMER:
            return now
        time = start_times.list_start_times(self.process)[event.node]
        planned = start_times.plan_first(time, self.scenario.starts_at, self.world)
        if planned is None:
            raise UnmetExpectation("scenario-start-never", start=event.node)
        if (step.after or step.at) and planned.due > now:
            due = planned.due.astimezone(VIETNAM).replace(microsecond=0)
            raise UnmetExpectation("scenario-start-later", start=event.node, due=due)
        return planned.due

    def action(self, event: StartEvent, step: ScenarioStep, process_values: Mapping[str, Any], now: datetime) -> Start:
        """The action that begins the instance; `process_values` is what the process gets of a start form."""
        facts = _facts(event, now)
        if not step.by:
            place = {"place": matters.office_of(self.world)}
            payload = None if step.values is None else dict(step.values)
            return Start({**facts, **place, **self.scenario.data}, event.node, payload)
        role, unit = step.by.split()
        starter = {"starter": STARTER, "starter_role": role, "starter_unit": unit}
        return Start({**facts, "place": unit, **process_values, **starter}, event.node)


def require_allowed(event: StartEvent, by: str, units: UnitTree) -> None:
    """Raise RefusedForm when the role and unit of `by` may not begin with an event, as for a person on the page."""
    role, code = by.split()
    if not units.knows(code):
        raise UnmetExpectation("scenario-by-unit-unknown", unit=code)
    unit = units.get(code)
    if unit.closed or not event.allows(role, unit.kind):
        raise RefusedForm({BY}, "scenario-start-not-allowed", start=event.node, role=role, unit=f"{unit.name} ({code})")


def moment_before(process: Process, node: str, began: datetime, world: World) -> datetime | None:
    """The beginning of a scenario whose start timer is due at `began`; None when none of the likely ones is.

    A duration or cycle counts from then; a date only has to lie after it.
    """
    time, early = start_times.list_start_times(process)[node], began - _LEADS[-1]
    first = start_times.plan_first(replace(time, working=False), early, world)
    lead = first.due - early if first is not None else timedelta(0)
    for moment in [began - lead, *(began - usual for usual in _LEADS)]:
        planned = start_times.plan_first(time, moment, world)
        if planned is not None and planned.due == began:
            return moment
    return None


def _facts(event: StartEvent, now: datetime) -> dict[str, Any]:
    code = format_code(event.code or USUAL_LETTERS, now.astimezone(VIETNAM).year, 1)
    return {"case": code, "code": code}
