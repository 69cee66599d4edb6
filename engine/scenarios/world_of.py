"""The world of a scenario: the units of its province, who works there, and the calendar."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.province.profile import read_overrides
from engine.province.unit_files import read_unit_file
from engine.scenarios.beginning import UnmetExpectation
from engine.scenarios.files import Scenario
from engine.world.office_hours import OFFICE_HOURS
from engine.world.roles import UNIT_HEAD, roles_of_kind
from engine.world.unit_tree import OrgUnit, UnitTree
from engine.world.work_calendar import build_calendar
from engine.world.world import World


def build_world(scenario: Scenario) -> World:
    """The world that a scenario runs in; raises UnmetExpectation for staff of a unit that is none."""
    profile = scenario.profile
    units = load_units(profile.unit_files)
    codes = {unit.code for unit in units}
    unknown = sorted(set(scenario.staff) - codes)
    if unknown:
        raise UnmetExpectation("scenario-staff-unit-unknown", unit=unknown[0])
    staffed = {(unit.code, role) for unit in units for role in scenario.staff.get(unit.code, _default_roles(unit))}
    calendar = build_calendar(read_overrides(profile), {**OFFICE_HOURS, **(profile.hours or {})})
    return World(calendar, UnitTree(units, frozenset(staffed)), province=profile.identity)


def _default_roles(unit: OrgUnit) -> list[str]:
    return [UNIT_HEAD, *roles_of_kind(unit.kind)]


@cache
def load_units(unit_files: tuple[Path, ...]) -> tuple[OrgUnit, ...]:
    """The units of a province by its lists."""
    units: list[OrgUnit] = []
    for path in unit_files:
        rows = read_unit_file(path).rows
        units += [OrgUnit(row.code, row.name, row.kind, row.parent) for row in rows if not (row.implied and units)]
    return tuple({unit.code: unit for unit in units}.values())
