"""Everything diagrams may ask about: the working calendar, the units and a few settings, as one immutable snapshot.

A step of a process gets a `World` and sees nothing else of its surroundings; the history records the revision, so that
a step can be explained later.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from engine.world.province_identity import FIRST_PROVINCE, ProvinceIdentity
from engine.world.unit_tree import UnitTree
from engine.world.work_calendar import WorkCalendar


@dataclass(frozen=True)
class World:
    """`chase_cap` is the maximum number of reminders per chase task (R8); `province` is for pages and codes alone."""

    calendar: WorkCalendar
    units: UnitTree
    chase_cap: int = 10
    province: ProvinceIdentity = FIRST_PROVINCE

    @cached_property
    def revision(self) -> str:
        """A digest of all that diagrams may ask about: equal exactly when a step sees the same world."""
        content = f"{self.calendar.revision} {self.units.revision} {self.chase_cap}"
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    def working_days_late(self, due: datetime | None, at: datetime) -> int:
        """Number of working days from a deadline to `at`, counting started days; 0 before it or without one."""
        if due is None or at <= due:
            return 0
        return -(-self.calendar.between(due, at) // self.calendar.day_length()) or 1
