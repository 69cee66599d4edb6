"""The functions in analysts' expressions: the time of the step, working time, the case's deadline and the units.

They are bound to one step's `now`, calendar and unit tree; none of them does I/O.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from engine.bpmn.clockwork import CaseClock, DueBasis, DueInstant, compute_due, require_number
from engine.clock import VIETNAM
from engine.errors import ScriptError
from engine.world.unit_tree import OrgUnit
from engine.world.world import World


class ExpressionContext:
    """The answers for one step. `clock` changes within the step when an operator sets the case's deadline."""

    def __init__(self, now: datetime, world: World, clock: CaseClock | None) -> None:
        self.at, self.world, self.clock = now, world, clock

    def now(self) -> str:
        """The instant of the step, ISO 8601 in Vietnam's offset: like the moments of forms, with which it compares."""
        return self.at.astimezone(VIETNAM).isoformat()

    def working_hours(self, hours: object) -> DueInstant:
        """The instant that many working hours after now."""
        return self._due_instant(DueBasis(0.0, require_number(hours, "working_hours") * 3600, self.at))

    def working_days(self, days: object) -> DueInstant:
        """The instant that many standard working days of work after now."""
        return self._due_instant(DueBasis(0.0, 0.0, self.at, days=require_number(days, "working_days")))

    def clock_hours(self, hours: object) -> str:
        """The instant that many hours after now on the 24/7 clock."""
        return (self.at.astimezone(VIETNAM) + timedelta(hours=require_number(hours, "clock_hours"))).isoformat()

    def reminder(self, share: object) -> DueInstant:
        """The instant at which that share of the time until the deadline is used (0 … 1)."""
        return self._due_instant(DueBasis(require_number(share, "reminder"), 0.0))

    def deadline(self) -> DueInstant:
        """The case's deadline."""
        return self._due_instant(DueBasis(1.0, 0.0))

    def overdue_by(self, days: object) -> DueInstant:
        """The instant that many working days after the deadline."""
        return self._due_instant(DueBasis(1.0, 0.0, days=require_number(days, "overdue_by")))

    def overdue_by_hours(self, hours: object) -> DueInstant:
        """The instant that many hours after the deadline on the 24/7 clock."""
        return self._due_instant(DueBasis(1.0, 0.0, continuous=require_number(hours, "overdue_by_hours") * 3600))

    def unit_above(self, code: object) -> str:
        """The code of the unit that supervises a unit; the topmost unit's own code for itself."""
        above = self.world.units.above(_unit_code(code))
        return above.code if above is not None else _unit_code(code)

    def unit_kind(self, code: object) -> str:
        """The kind of a unit: commune, district, department …"""
        return self._current_unit(code).kind

    def unit_name(self, code: object) -> str:
        """The name of a unit."""
        return self._current_unit(code).name

    def serving(self, role: object, place: object) -> str:
        """The code of the unit that serves a role for a place."""
        return self.world.units.serving_unit(str(role), _unit_code(place)).code

    def tier2_of(self, place: object) -> str:
        """The code of the unit whose tier-2 focal officers serve a place."""
        return self.serving("tier2_focal", place)

    def province_has_districts(self) -> bool:
        """Whether the province has a district level (until 30 June 2025)."""
        return self.world.units.has_districts

    def chase_cap(self) -> int:
        """The maximum number of reminders of one Đôn đốc."""
        return self.world.chase_cap

    def functions(self) -> Mapping[str, Callable[..., object]]:
        """The functions, by the names that expressions use."""
        return {name: getattr(self, name) for name in FUNCTION_NAMES}

    def _current_unit(self, code: object) -> OrgUnit:
        return self.world.units.current(_unit_code(code))

    def _due_instant(self, basis: DueBasis) -> DueInstant:
        return DueInstant(compute_due(basis, self.clock, self.world.calendar), basis)


FUNCTION_NAMES = tuple(name for name in vars(ExpressionContext) if not name.startswith("_") and name != "functions")


def _unit_code(value: object) -> str:
    if not isinstance(value, str):
        raise ScriptError("running-unit-code", value=reprlib.repr(value))
    return value
