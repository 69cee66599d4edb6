"""Which figures an officer may see, and which unit is responsible for a case today.

A case belongs to its place's commune or, once a department has it, to the department; both count for every unit above.
The cases of a closed unit count for its successor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.errors import Forbidden
from engine.staff.access import Officer
from engine.world.roles import BELOW, PROVINCE, names_of
from engine.world.unit_tree import OrgUnit, UnitTree

PROVINCE_WIDE_ROLES = names_of(lambda role: role.figures == PROVINCE)
OWN_UNIT_ROLES = names_of(lambda role: role.figures == BELOW)
# Kinds of unit that a table lists even without any cases; others appear only if they have some.
ALWAYS_LISTED_KINDS = frozenset({"province", "district", "commune", "department"})


@dataclass(frozen=True, slots=True)
class FiguresScope:
    """The units whose figures are visible: each of `top` with everything below it; all units if `everything`.

    `name` describes the scope by the names of its top units.
    """

    top: tuple[str, ...]
    everything: bool
    name: str

    def contains_unit(self, units: UnitTree, code: str) -> bool:
        """Whether a unit's figures belong to the scope."""
        return any(above in self.top for above in lineage(units, code))

    def unit_codes(self, units: UnitTree) -> frozenset[str] | None:
        """The units of the scope, including closed ones that it is responsible for; None for all."""
        if self.everything:
            return None
        return frozenset(unit.code for unit in units.units if self.contains_unit(units, unit.code))


def scope_of(officer: Officer, units: UnitTree) -> FiguresScope:
    """Everything for the provincial office and leadership; their own unit and everything below it for heads, tier 2
    and departments. Raises Forbidden for other roles."""
    roles = {role for _unit, role in officer.roles}
    if roles & PROVINCE_WIDE_ROLES:
        return whole_province(units)
    own = {units.current(unit).code for unit, role in officer.roles if role in OWN_UNIT_ROLES and units.knows(unit)}
    if not own:
        raise Forbidden("figures-without-role")
    top = sorted(code for code in own if not own & set(list(lineage(units, code))[1:]))
    return FiguresScope(tuple(top), everything=False, name=", ".join(units.get(code).name for code in top))


def whole_province(units: UnitTree) -> FiguresScope:
    """The scope of all units."""
    top = tuple(unit.code for unit in units.units if unit.parent is None and not _has_successor(unit))
    names = [units.get(code).name for code in top if not units.get(code).closed]
    return FiguresScope(top, everything=True, name=", ".join(names))


def narrow_scope(scope: FiguresScope, units: UnitTree, code: str) -> FiguresScope:
    """One unit of a scope with everything below it; raises NotFound, and Forbidden outside the scope."""
    unit = units.current(code)
    if not scope.contains_unit(units, unit.code):
        raise Forbidden("unit-outside-scope")
    if scope.top == (unit.code,):
        return scope
    return FiguresScope((unit.code,), everything=False, name=unit.name)


def lineage(units: UnitTree, code: str) -> Iterator[str]:
    """The unit responsible for `code` today and every unit above it, nearest first."""
    step: str | None = code if units.knows(code) else None
    while step is not None:
        unit = units.current(step)
        yield unit.code
        step = unit.parent


def units_in_order(scope: FiguresScope, units: UnitTree) -> list[tuple[OrgUnit, int]]:
    """The units of the scope without a successor, in tree order, with their depth."""
    units_with_depth: list[tuple[OrgUnit, int]] = []
    children: Mapping[str | None, list[OrgUnit]] = _units_by_parent(units)

    def walk(unit: OrgUnit, depth: int) -> None:
        units_with_depth.append((unit, depth))
        for part in children.get(unit.code, ()):
            walk(part, depth + 1)

    for code in scope.top:
        walk(units.get(code), 0)
    return units_with_depth


def _units_by_parent(units: UnitTree) -> dict[str | None, list[OrgUnit]]:
    """The units without a successor, by the unit above them: places before offices, by code."""
    children: dict[str | None, list[OrgUnit]] = {}
    rank = {"district": 0, "commune": 1, "department": 2}
    for unit in sorted(units.units, key=lambda one: (rank.get(one.kind, 3), one.code)):
        if not _has_successor(unit):
            above = units.current(unit.parent).code if unit.parent is not None else None
            children.setdefault(above, []).append(unit)
    return children


def _has_successor(unit: OrgUnit) -> bool:
    return unit.closed and unit.successor is not None


def reporting_lineage(units: UnitTree, scope: FiguresScope, code: str) -> Iterable[str]:
    """The units of the scope that count the cases of `code`: itself and those above, up to the top.

    In a scope of everything, the cases of an unknown unit count for the first top unit alone.
    """
    counting_units: list[str] = []
    for above in lineage(units, code):
        counting_units.append(above)
        if above in scope.top:
            return counting_units
    return scope.top[:1] if scope.everything else ()
