"""What service tasks do: create a notice, set or move the deadline, pause the clock, state a fact. Imported by step.

Nothing leaves the step here: operators collect what the writer will store.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import BoundaryEvent

from engine.bpmn import inspection
from engine.bpmn.actions import Notice
from engine.bpmn.clockwork import new_clock, number
from engine.bpmn.functions import Asking
from engine.clock import parse_instant
from engine.errors import ScriptError

CITIZEN = "citizen"
OFFICES = {"provincial_office": "provincial_office", "hotline": "operator", "police": "police"}
RECIPIENTS = frozenset({"unit", "unit_above", CITIZEN, *OFFICES})

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

    asking: Asking
    taken: frozenset[int]
    workflow: Any = None
    holders: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)

    def call(self, task: Any, operator: str, params: dict[str, Any]) -> str:
        """Run one operator for a service task; the answer is JSON text for its result variable."""
        known: dict[str, Callable[[Any, dict[str, Any]], object]] = {
            "notice": self._notice,
            "deadline": self._deadline,
            "clock": self._clock,
            "mark": self._mark,
        }
        if operator not in known:
            raise ScriptError(f"The operator {operator!r} is unknown; use one of {', '.join(known)}.")
        return json.dumps(known[operator](task, params))

    def _notice(self, task: Any, params: dict[str, Any]) -> bool:
        if params.get("when") == "not_taken_up" and _host(task) in self.taken:
            return False
        occurrence = int(number(params.get("occurrence", 1), "occurrence"))
        to = self._recipients(task, params["to"])
        self.notices.append(Notice(str(params["rung"]), occurrence, str(params["template"]), to, inspection.node(task)))
        return True

    def _recipients(self, task: Any, wanted: object) -> tuple[str, ...]:
        """Unit codes without repeats: the same unit named twice gets one notice."""
        names = wanted if isinstance(wanted, list | tuple) else [wanted]
        found: dict[str, None] = {}
        for name in names:
            found.update(dict.fromkeys(self._recipient(task, str(name))))
        return tuple(found)

    def _recipient(self, task: Any, name: str) -> list[str]:
        units, place = self.asking.world.units, task.data.get("place", "")
        holders = inspection.holders(inspection.open_tasks(self.workflow).values(), self.asking.world) or self.holders
        if name == "unit":
            return holders
        if name == "unit_above":
            return [self.asking.unit_above(code) for code in holders]
        if name in OFFICES:
            return [units.serving(OFFICES[name], place).code]
        if name != CITIZEN and not units.knows(name):
            raise ScriptError(f"The recipient {name!r} is neither a unit's code nor a known word.")
        return [name]

    def _deadline(self, _task: Any, params: dict[str, Any]) -> str | None:
        asking, calendar = self.asking, self.asking.world.calendar
        if params.get("extend") is not None:
            if asking.clock is None:
                raise ScriptError("A deadline that is not set cannot be extended.")
            seconds = number(params["extend"], "extend") * calendar.day().total_seconds()
            asking.clock.extend(calendar, asking.at, seconds)
        else:
            at = parse_instant(str(params["at"])) if params.get("at") else None
            asking.clock = new_clock(calendar, asking.at, params.get("hours"), params.get("clock", "working"), at)
        return asking.clock.at(calendar).isoformat()

    def _clock(self, _task: Any, params: dict[str, Any]) -> None:
        clock = self.asking.clock
        if params["action"] not in ("pause", "resume"):
            raise ScriptError(f"The clock can pause or resume, not {params['action']!r}.")
        if clock is None:
            return
        if params["action"] == "pause":
            clock.pause(self.asking.at)
        else:
            clock.resume(self.asking.world.calendar, self.asking.at)

    def _mark(self, _task: Any, params: dict[str, Any]) -> None:
        self.marks.append(str(params["status"]))


def _host(task: Any) -> int | None:
    """The id of the user task to which the boundary event that led here is attached."""
    event = task
    while event is not None and not isinstance(event.task_spec, BoundaryEvent):
        event = event.parent
    split = event.parent if event is not None else None
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return None
    hosts = [child.id for child in split.children if not isinstance(child.task_spec, BoundaryEvent)]
    return int(hosts[0]) if hosts else None
