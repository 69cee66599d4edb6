"""The units of a province as an immutable tree: who supervises whom and who holds which role for a place.

Pure, without a database, so that diagrams, live work and simulation ask the same questions of the same snapshot.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import pairwise

from engine.errors import BadInput, NotFound
from engine.world.roles import CITIZEN, ROLES, UNIT_HEAD

TERRITORIAL = frozenset({"province", "district", "commune"})
UNIT_KINDS = TERRITORIAL | {"office", "hotline", "department", "police"}


@dataclass(frozen=True, slots=True)
class OrgUnit:
    """One unit, keyed by its official code. `successor` is the unit that took over when this one was closed."""

    code: str
    name: str
    kind: str
    parent: str | None = None
    closed: bool = False
    successor: str | None = None


_NAMES = tuple(part.name for part in fields(OrgUnit))


@dataclass(frozen=True, slots=True)
class Placement:
    """The unit that does a task, and the units without people that passed it on, nearest first (R19)."""

    unit: OrgUnit
    passed_from: tuple[OrgUnit, ...] = ()


@dataclass(frozen=True)
class UnitTree:
    """A snapshot of all units and their staffing.

    `staffed` holds (unit code, role) for every role that somebody holds; None means that everybody is present. Raises
    BadInput for a duplicate code, an unknown kind, parent or successor, and a cycle, naming the code.
    """

    units: Collection[OrgUnit]
    staffed: frozenset[tuple[str, str]] | None = None
    _by_code: dict[str, OrgUnit] = field(init=False, repr=False, compare=False)
    _children: dict[str, list[OrgUnit]] = field(init=False, repr=False, compare=False)
    _nearest: dict[tuple[str, str], OrgUnit | None] = field(init=False, repr=False, compare=False)
    _held: dict[tuple[str, str], Placement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        units = tuple(sorted(self.units, key=lambda unit: unit.code))
        by_code = {unit.code: unit for unit in units}
        _check_codes(units, by_code)
        _check_chains(by_code)
        children: dict[str, list[OrgUnit]] = {}
        for unit in units:
            if unit.parent is not None:
                children.setdefault(unit.parent, []).append(unit)
        caches = {"_by_code": by_code, "_children": children, "_nearest": {}, "_held": {}}
        for name, value in {"units": units, **caches}.items():
            object.__setattr__(self, name, value)

    @cached_property
    def revision(self) -> str:
        """A digest of the units and their staffing: equal exactly when every answer is."""
        staffed = None if self.staffed is None else sorted(self.staffed)
        # Not `asdict`, which copies each value deeply: the digest of a province takes a tenth of the time.
        units = [{name: getattr(unit, name) for name in _NAMES} for unit in self.units]
        content = json.dumps([units, staffed], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def has_districts(self) -> bool:
        """Whether any district is active: true of a three-level province."""
        return any(unit.kind == "district" and not unit.closed for unit in self.units)

    @cached_property
    def has_towns(self) -> bool:
        """Whether any commune is a town (thị trấn), a kind that ended in July 2025."""
        return any(unit.name.startswith("Thị trấn ") and not unit.closed for unit in self.units)

    def get(self, code: str) -> OrgUnit:
        """The unit with this code, open or closed; raises NotFound."""
        unit = self._by_code.get(code)
        if unit is None:
            raise NotFound("unit-unknown", code=code)
        return unit

    def knows(self, code: str) -> bool:
        """Whether there is a unit with this code, open or closed."""
        return code in self._by_code

    def knows_commune(self, code: str) -> bool:
        """Whether there is a commune or ward with this code, open or closed."""
        return code in self._by_code and self._by_code[code].kind == "commune"

    def knows_department(self, code: str) -> bool:
        """Whether there is a department with this code, open or closed."""
        return code in self._by_code and self._by_code[code].kind == "department"

    @property
    def known_codes(self) -> dict[str, Callable[[str], bool]]:
        """What checks the codes in a form's answers, as `Form.load` takes it."""
        return {
            "known_unit": self.knows,
            "known_commune": self.knows_commune,
            "known_department": self.knows_department,
        }

    def children(self, code: str) -> Sequence[OrgUnit]:
        """The units whose parent is `code`, by code, open or closed."""
        return self._children.get(code, ())

    def current(self, code: str) -> OrgUnit:
        """The unit that answers for `code` today: itself, or the last successor of a closed unit.

        A closed unit without a successor is returned itself. Raises NotFound for an unknown code.
        """
        unit = self.get(code)
        while unit.closed and unit.successor is not None:
            unit = self._by_code[unit.successor]
        return unit

    def above(self, code: str) -> OrgUnit | None:
        """The unit that supervises `code`: the district of a commune or a district police, otherwise the office.

        None for the office and the province, and where the province has no office. Raises NotFound.
        """
        unit = self.current(code)
        if unit.kind in {"office", "province"}:
            return None
        parent = self._by_code[unit.parent] if unit.parent is not None else None
        if parent is not None and parent.kind == "district" and not parent.closed:
            return parent
        return self._nearest_serving("provincial_office", unit.code)

    def serving_unit(self, role: str, place: str) -> OrgUnit:
        """The nearest unit that serves `role`, walking up from `place`: each ancestor, then its children by code.

        Provinces, districts and communes serve their own territory only, so that a neighbour is never found. Where no
        district is above a place, the office is its tier 2. Raises NotFound when no unit serves the role there or a
        code is unknown, BadInput for an unknown role.
        """
        unit = self._nearest_serving(role, place)
        if unit is None:
            raise NotFound("role-without-unit", role=role, name=self.get(place).name, place=place)
        return unit

    def placement_of(self, role: str, place: str) -> Placement:
        """Who does a task of `role` for `place`: the serving unit or, while nobody is there, the unit above (R19).

        A unit counts as present when somebody holds the role or heads the unit there. Where no unit serves the role,
        the search begins at the place itself. The topmost unit keeps what nobody can take. Raises as `serving_unit`.
        """
        key = (role, place)
        if key not in self._held:
            self._held[key] = self._find_placement(role, place)
        return self._held[key]

    def _find_placement(self, role: str, place: str) -> Placement:
        unit = self._nearest_serving(role, place) or self.current(place)
        if role == CITIZEN:
            return Placement(unit)
        passed: list[OrgUnit] = []
        while unit.closed or not self.is_staffed(unit.code, role):
            above = self.above(unit.code)
            if above is None:
                break
            passed.append(unit)
            unit = above
        return Placement(unit, tuple(passed))

    def is_staffed(self, code: str, role: str) -> bool:
        """Whether somebody holds the role or heads the unit there."""
        return self.staffed is None or (code, role) in self.staffed or (code, UNIT_HEAD) in self.staffed

    def _nearest_serving(self, role: str, place: str) -> OrgUnit | None:
        key = (role, place)
        if key not in self._nearest:
            self._nearest[key] = self._search_serving(role, place)
        return self._nearest[key]

    def _search_serving(self, role: str, place: str) -> OrgUnit | None:
        unit = self.current(place)
        if role == UNIT_HEAD:
            return None if unit.closed else unit
        served = ROLES.get(role)
        if served is None or not served.unit:
            raise BadInput("role-not-served", role=role)
        nearest = self._walk_up(served.unit, unit)
        if nearest is None and served.else_unit:
            return self._walk_up(served.else_unit, unit)
        return nearest

    def _walk_up(self, kind: str, start: OrgUnit) -> OrgUnit | None:
        step: OrgUnit | None = start
        while step is not None:
            below = () if kind in TERRITORIAL else self.children(step.code)
            for unit in (step, *below):
                if unit.kind == kind and not unit.closed:
                    return unit
            step = self._by_code[step.parent] if step.parent is not None else None
        return None


def _check_codes(units: tuple[OrgUnit, ...], by_code: dict[str, OrgUnit]) -> None:
    for unit, following in pairwise(units):
        if unit.code == following.code:
            raise BadInput("unit-code-twice", code=unit.code)
    for unit in units:
        if unit.kind not in UNIT_KINDS:
            raise BadInput("unit-of-unknown-kind", code=unit.code, kind=unit.kind)
        if unit.parent is not None and unit.parent not in by_code:
            raise BadInput("unit-of-unknown-parent", code=unit.code, parent=unit.parent)
        if unit.successor is not None and unit.successor not in by_code:
            raise BadInput("unit-of-unknown-successor", code=unit.code, successor=unit.successor)


def _check_chains(by_code: dict[str, OrgUnit]) -> None:
    """Refuse cycles of parents and of successors, so that every later walk ends."""
    for relation, rule in (("parent", "unit-parent-of-itself"), ("successor", "unit-successor-of-itself")):
        sound: set[str] = set()
        for code in by_code:
            trail: dict[str, None] = {}
            step: str | None = code
            while step is not None and step not in sound:
                if step in trail:
                    raise BadInput(rule, code=step)
                trail[step] = None
                step = getattr(by_code[step], relation)
            sound.update(trail)
