"""What service tasks do: create a notice, set or move the deadline, pause the clock, state a fact.

Nothing leaves the step here: operators collect what is to be stored.
"""

from __future__ import annotations

import json
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.bpmn import inspection
from engine.bpmn.actions import Notice
from engine.bpmn.clockwork import new_case_clock, require_number
from engine.bpmn.functions import ExpressionContext
from engine.bpmn.library_types import SpiffTask
from engine.clock import parse_instant
from engine.errors import ScriptError
from engine.world.addressees import AUDIENCES, addressee_of

CITIZEN = "citizen"
OFFICE_ROLES = {"provincial_office": "provincial_office", "hotline": "operator", "police": "police"}
RECIPIENTS = frozenset({"unit", "unit_above", CITIZEN, *OFFICE_ROLES, *AUDIENCES})

# operator -> (required parameters, optional parameters); the checker reads this table too.
OPERATORS: Mapping[str, tuple[frozenset[str], frozenset[str]]] = {
    "notice": (frozenset({"template", "rung", "to"}), frozenset({"occurrence", "when"})),
    "deadline": (frozenset(), frozenset({"hours", "clock", "at", "extend"})),
    "clock": (frozenset({"action"}), frozenset()),
    "mark": (frozenset({"status"}), frozenset()),
}


@dataclass(slots=True)
class Operators:
    """One step's operators: what they may ask, and what they have collected."""

    context: ExpressionContext
    claimed: frozenset[int]
    workflow: Any = None
    assigned_units: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    def run_operator(self, task: SpiffTask, operator: str, params: dict[str, Any]) -> str:
        """Run one operator for a service task; the answer is JSON text for its result variable."""
        handlers: dict[str, Callable[[Any, dict[str, Any]], object]] = {
            "notice": self._create_notice,
            "deadline": self._set_deadline,
            "clock": self._control_clock,
            "mark": self._record_mark,
        }
        if operator not in handlers:
            raise ScriptError("running-operator-unknown", operator=operator, known=list(handlers))
        return json.dumps(handlers[operator](task, params))

    def _create_notice(self, task: SpiffTask, params: dict[str, Any]) -> bool:
        if params.get("when") == "not_taken_up" and _host_task_id(task) in self.claimed:
            return False
        occurrence = int(require_number(params.get("occurrence", 1), "occurrence"))
        to = self._resolve_recipients(task, params["to"])
        self.notices.append(
            Notice(str(params["rung"]), occurrence, str(params["template"]), to, inspection.element_id(task))
        )
        return True

    def _resolve_recipients(self, task: SpiffTask, value: object) -> tuple[str, ...]:
        """Unit codes without duplicates: a unit named twice gets one notice."""
        names = value if isinstance(value, list | tuple) else [value]
        codes: dict[str, None] = {}
        for name in names:
            codes.update(dict.fromkeys(self._resolve_recipient(task, str(name))))
        return tuple(codes)

    def _resolve_recipient(self, task: SpiffTask, name: str) -> list[str]:
        units, place = self.context.world.units, task.data.get("place", "")
        unit_codes = (
            inspection.assigned_units(inspection.open_tasks(self.workflow).values(), self.context.world)
            or self.assigned_units
        )
        if name == "unit":
            return unit_codes
        if name in AUDIENCES:
            return [addressee_of(code, name) for code in unit_codes]
        if name == "unit_above":
            return [self.context.unit_above(code) for code in unit_codes]
        if name in OFFICE_ROLES:
            return [units.serving_unit(OFFICE_ROLES[name], place).code]
        if name != CITIZEN and not units.knows(name):
            raise ScriptError("running-recipient-unknown", recipient=name)
        return [name]

    def _set_deadline(self, _task: SpiffTask, params: dict[str, Any]) -> str | None:
        context, calendar = self.context, self.context.world.calendar
        if params.get("extend") is not None:
            if context.clock is None:
                raise ScriptError("running-deadline-not-set")
            context.clock.extend(calendar, context.at, require_number(params["extend"], "extend"))
        else:
            at = parse_instant(str(params["at"])) if params.get("at") else None
            context.clock = new_case_clock(context.at, params.get("hours"), params.get("clock", "working"), at)
        return context.clock.instant_at(calendar).isoformat()

    def _control_clock(self, _task: SpiffTask, params: dict[str, Any]) -> None:
        clock = self.context.clock
        if params["action"] not in ("pause", "resume"):
            raise ScriptError("running-clock-action", action=reprlib.repr(params["action"]))
        if clock is None:
            return
        if params["action"] == "pause":
            clock.pause(self.context.at)
        else:
            clock.resume(self.context.world.calendar, self.context.at)

    def _record_mark(self, _task: SpiffTask, params: dict[str, Any]) -> None:
        self.marks.append(str(params["status"]))


def _host_task_id(task: SpiffTask) -> int | None:
    """The id of the user task to which the boundary event that led here is attached."""
    event = task
    while event is not None and not isinstance(event.task_spec, BoundaryEvent):
        event = event.parent
    split = event.parent if event is not None else None
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return None
    hosts = [child.id for child in split.children if not isinstance(child.task_spec, BoundaryEvent)]
    return int(hosts[0]) if hosts else None
