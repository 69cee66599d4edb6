"""Whose figures somebody may see, and which unit answers for a case today. Imported by statistics and by documents.

A case belongs to its place's commune or, once a department has it, to the department; both count for every unit above.
What belonged to a unit that was closed counts for the one that took it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.errors import Forbidden
from engine.staff.access import HEAD, Officer
from engine.world.unit_tree import Unit, UnitTree

EVERYWHERE = frozenset({"provincial_office", "leadership"})
OWN = frozenset({HEAD, "tier2_focal", "department"})
# Kinds of unit that a table names although nothing was counted for them; others only with something to tell.
ALWAYS = frozenset({"province", "district", "commune", "department"})


@dataclass(frozen=True, slots=True)
class Scope:
    """The units whose figures are seen: each of `top` with all that is below it; `everything` leaves nothing out.

    `name` says it in words: the names of the top units.
    """

    top: tuple[str, ...]
    everything: bool
    name: str

    def within(self, units: UnitTree, code: str) -> bool:
        """Whether a unit's figures belong to the scope."""
        return any(above in self.top for above in lineage(units, code))

    def codes(self, units: UnitTree) -> frozenset[str] | None:
        """The units of the scope, closed ones that it answers for too; None for all."""
        if self.everything:
            return None
        return frozenset(unit.code for unit in units.units if self.within(units, unit.code))


def scope_of(officer: Officer, units: UnitTree) -> Scope:
    """Everything for the provincial office and leadership; their own unit and what is below for heads, tier 2,
    departments. Raises Forbidden for other roles."""
    roles = {role for _unit, role in officer.roles}
    if roles & EVERYWHERE:
        return whole(units)
    own = {units.current(unit).code for unit, role in officer.roles if role in OWN and units.knows(unit)}
    if not own:
        raise Forbidden("None of your roles allows this.")
    top = sorted(code for code in own if not own & set(list(lineage(units, code))[1:]))
    return Scope(tuple(top), everything=False, name=", ".join(units.get(code).name for code in top))


def whole(units: UnitTree) -> Scope:
    """Every unit there is."""
    top = tuple(unit.code for unit in units.units if unit.parent is None and not _followed(unit))
    named = [units.get(code).name for code in top if not units.get(code).closed]
    return Scope(top, everything=True, name=", ".join(named))


def narrow(scope: Scope, units: UnitTree, code: str) -> Scope:
    """One unit of a scope with what is below it; raises NotFound, and Forbidden outside the scope."""
    unit = units.current(code)
    if not scope.within(units, unit.code):
        raise Forbidden("This unit is outside your scope.")
    if scope.top == (unit.code,):
        return scope
    return Scope((unit.code,), everything=False, name=unit.name)


def lineage(units: UnitTree, code: str) -> Iterator[str]:
    """The unit that answers for `code` today and every unit above it, nearest first."""
    step: str | None = code if units.knows(code) else None
    while step is not None:
        unit = units.current(step)
        yield unit.code
        step = unit.parent


def ordered(scope: Scope, units: UnitTree) -> list[tuple[Unit, int]]:
    """The units of the scope that answer for themselves, in the order of the tree, with their depth."""
    found: list[tuple[Unit, int]] = []
    below: Mapping[str | None, list[Unit]] = _parts(units)

    def walk(unit: Unit, depth: int) -> None:
        found.append((unit, depth))
        for part in below.get(unit.code, ()):
            walk(part, depth + 1)

    for code in scope.top:
        walk(units.get(code), 0)
    return found


def _parts(units: UnitTree) -> dict[str | None, list[Unit]]:
    """The units that answer for themselves, by the unit above them: places before offices, by code."""
    parts: dict[str | None, list[Unit]] = {}
    rank = {"district": 0, "commune": 1, "department": 2}
    for unit in sorted(units.units, key=lambda one: (rank.get(one.kind, 3), one.code)):
        if not _followed(unit):
            above = units.current(unit.parent).code if unit.parent is not None else None
            parts.setdefault(above, []).append(unit)
    return parts


def _followed(unit: Unit) -> bool:
    return unit.closed and unit.successor is not None


def home(units: UnitTree, scope: Scope, code: str) -> Iterable[str]:
    """The units of the scope that count what belongs to `code`: itself and those above, up to the top.

    What belongs to a unit that nobody knows counts for the first top unit alone.
    """
    trail: list[str] = []
    for above in lineage(units, code):
        trail.append(above)
        if above in scope.top:
            return trail
    return scope.top[:1] if scope.everything else ()
