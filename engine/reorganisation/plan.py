"""Plans what a reorganisation moves from old units to new ones (R19). Pure: maps, units, holdings in, a plan out.

`moves` reads the database and applies the plan; `summary` describes it in text.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import BadInput, FileProblem, InvalidFiles, NotFound
from engine.province.unit_files import MapRow, row_problem
from engine.world.roles import ROLES
from engine.world.unit_tree import TERRITORIAL, OrgUnit, UnitTree

FOLLOWS = "follows"  # The reason why a unit moves that no map lists.
# The role that determines the unit to follow, for each kind, ordered so that each kind can build on those before.
FOLLOW_ROLES = {
    "district": "tier2_focal",
    "province": "leadership",
    "police": "police",
    "office": "provincial_office",
    "hotline": "operator",
}


@dataclass(frozen=True, slots=True)
class TaskShift:
    """Open tasks of one role in the old unit, and the unit that gets them; `passed_from` were unstaffed (R19)."""

    role: str
    unit: OrgUnit
    passed_from: tuple[OrgUnit, ...]
    count: int


@dataclass(frozen=True, slots=True)
class UnitMove:
    """One old unit and everything that moves from it to the new one.

    `why` is the map's relation or FOLLOWS; `parts` are the other parts of a unit that was split; `kept_roles` are
    roles (with the number of people) that do not exist in the new unit and are not moved.
    """

    old: OrgUnit
    new: OrgUnit
    why: str
    parts: tuple[OrgUnit, ...]
    people: int
    kept_roles: tuple[tuple[str, int], ...]
    tasks: tuple[TaskShift, ...]
    cases: int
    answers: int


@dataclass(frozen=True, slots=True)
class StayingUnit:
    """A unit from which nothing moves, and what remains there. `why` is "unknown", "unmapped" or "no_target"."""

    unit: OrgUnit
    why: str
    people: int
    tasks: int
    cases: int


@dataclass(frozen=True, slots=True)
class ReorganisationPlan:
    """What a move will do. `absent` counts the map rows whose old unit is not in the database."""

    revision: str
    moves: tuple[UnitMove, ...]
    stays: tuple[StayingUnit, ...]
    absent: int


@dataclass(frozen=True, slots=True)
class _MoveTarget:
    new: OrgUnit
    why: str
    parts: tuple[OrgUnit, ...] = ()


@dataclass(frozen=True, slots=True)
class _CheckedMap:
    """The rows of all maps by old code, the one that sets the target first; rows of absent units are only counted."""

    rows: Mapping[str, Sequence[MapRow]]
    absent: int


@dataclass(frozen=True, slots=True)
class UnitHoldings:
    """What units have: (person, role) pairs, open tasks by role, open cases by place, standard answers in use."""

    people: Mapping[str, Sequence[tuple[int, str]]]
    tasks: Mapping[str, Mapping[str, int]]
    cases: Mapping[str, int]
    answers: Mapping[str, int]


def compute_plan(rows: Iterable[MapRow], tree: UnitTree, holdings: UnitHoldings) -> ReorganisationPlan:
    """Compute the plan from the rows of all maps.

    Raises InvalidFiles listing each bad row: a unit split without a default, a new unit that is missing, closed or
    itself moved, an old unit that was moved elsewhere before.
    """
    checked = _check_map(rows, tree)
    targets = _find_targets(checked.rows, tree)
    followers, unplaced = _find_followers(tree, {code: target.new for code, target in targets.items()})
    targets |= {code: _MoveTarget(unit, FOLLOWS) for code, unit in followers.items()}
    after = _tree_after(tree, targets)
    moves = [_plan_unit(tree.get(code), target, after, holdings) for code, target in sorted(targets.items())]
    return ReorganisationPlan(
        revision=tree.revision,
        moves=tuple(move for move in moves if not _is_applied(move)),
        stays=tuple(_staying_units(tree, checked.rows, unplaced, holdings)),
        absent=checked.absent,
    )


def carries_role(role: str, old: OrgUnit, new: OrgUnit) -> bool:
    """Whether a role in the old unit is also a role in the new unit.

    Between units of the same kind every role is. A district's tier-2 focal officers continue in the office, but its
    head does not automatically become the head of the office: that needs a decision.
    """
    return old.kind == new.kind or (role in ROLES and new.kind in ROLES[role].units)


def _check_map(rows: Iterable[MapRow], tree: UnitTree) -> _CheckedMap:
    known = {unit.code for unit in tree.units}
    by_old: dict[str, list[MapRow]] = defaultdict(list)
    for row in rows:
        by_old[row.old].append(row)
    problems = [issue for group in by_old.values() for issue in _group_problems(group)]
    leaving = {row.old for group in by_old.values() for row in group if row.new not in {None, row.old}}
    for group in by_old.values():
        group.sort(key=lambda row: row.relation == "part")
        problems += [
            _map_problem(row, BadInput("row-new-moved-away", code=row.new))
            for row in group
            if row.new in leaving and row.new != row.old
        ]
    if problems:
        raise InvalidFiles(problems)
    here = {old: group for old, group in by_old.items() if old in known}
    return _CheckedMap(here, sum(len(group) for old, group in by_old.items() if old not in known))


def _group_problems(group: Sequence[MapRow]) -> Iterable[FileProblem]:
    relations = Counter(row.relation for row in group)
    if len(group) == 1 and not relations["part"]:
        return
    if relations["default"] != 1 or relations["default"] + relations["part"] != len(group):
        yield _map_problem(group[-1], BadInput("row-split-unclear"))


def _map_problem(row: MapRow, fault: BadInput) -> FileProblem:
    return row_problem(row.path, row.number, row.old, fault)


def _find_targets(rows: Mapping[str, Sequence[MapRow]], tree: UnitTree) -> dict[str, _MoveTarget]:
    known = {unit.code: unit for unit in tree.units}
    targets: dict[str, _MoveTarget] = {}
    problems: list[FileProblem] = []
    for old, group in rows.items():
        moving = [row for row in group if row.new is not None]
        if not moving or moving[0].new == old:
            continue
        issues = [_map_problem(row, fault) for row in moving for fault in _target_problems(row, known)]
        problems += issues
        if not issues:
            new, *parts = [known[row.new] for row in moving if row.new is not None]
            targets[old] = _MoveTarget(new, moving[0].relation, tuple(parts))
    if problems:
        raise InvalidFiles(problems)
    return targets


def _target_problems(row: MapRow, known: Mapping[str, OrgUnit]) -> Iterable[BadInput]:
    new, old = known.get(row.new or ""), known[row.old]
    if new is None:
        yield BadInput("row-new-unknown", code=row.new)
    elif new.closed:
        yield BadInput("row-new-closed", code=row.new)
    if row.relation != "part" and old.closed and old.successor not in {None, row.new}:
        yield BadInput("row-gone-before", code=old.successor)


def _find_followers(tree: UnitTree, moved: dict[str, OrgUnit]) -> tuple[dict[str, OrgUnit], list[OrgUnit]]:
    """Units that end although no map lists them, with their targets; and those for which no target is found.

    A closed unit moves to the unit that now serves its role: a district to the office, its police to the provincial
    police. A district or province with nothing left counts as closed. Which department takes over the work of another
    must be in a map: any guess would send it to people who know nothing about it.
    """
    moved = dict(moved)
    followers: dict[str, OrgUnit] = {}
    unplaced: list[OrgUnit] = []
    for kind, role in FOLLOW_ROLES.items():
        for unit in tree.units:
            if unit.kind != kind or unit.code in moved or not _has_ended(unit, tree, moved):
                continue
            try:
                followers[unit.code] = moved[unit.code] = tree.serving_unit(role, _search_start(unit, tree, moved))
            except NotFound:
                unplaced.append(unit)
    return followers, unplaced


def _has_ended(unit: OrgUnit, tree: UnitTree, moved: Mapping[str, OrgUnit]) -> bool:
    if unit.closed:
        return unit.successor is None
    below = [child for child in tree.children(unit.code) if child.kind in TERRITORIAL]
    return any(child.code in moved for child in below) and all(child.closed or child.code in moved for child in below)


def _search_start(unit: OrgUnit, tree: UnitTree, moved: Mapping[str, OrgUnit]) -> str:
    """Where to start looking for the target: the target of a unit below, that of the unit above, or the unit above."""
    below = [child.code for child in tree.children(unit.code) if child.code in moved]
    if below:
        return moved[below[0]].code
    if unit.parent is None:
        return unit.code
    return moved[unit.parent].code if unit.parent in moved else unit.parent


def _tree_after(tree: UnitTree, targets: Mapping[str, _MoveTarget]) -> UnitTree:
    """The tree once units are closed and people have moved, which determines who gets the tasks."""
    units = [
        replace(unit, closed=True, successor=targets[unit.code].new.code) if unit.code in targets else unit
        for unit in tree.units
    ]
    staffed = set()
    for code, role in tree.staffed or ():
        moving = code in targets and carries_role(role, tree.get(code), targets[code].new)
        staffed.add((targets[code].new.code if moving else code, role))
    return UnitTree(units, frozenset(staffed))


def _plan_unit(old: OrgUnit, target: _MoveTarget, after: UnitTree, holdings: UnitHoldings) -> UnitMove:
    people = holdings.people.get(old.code, ())
    carried = {person for person, role in people if carries_role(role, old, target.new)}
    kept_roles = Counter(role for _, role in people if not carries_role(role, old, target.new))
    shifts = []
    for role, count in sorted(holdings.tasks.get(old.code, {}).items()):
        placement = after.placement_of(role, old.code)
        shifts.append(TaskShift(role, placement.unit, placement.passed_from, count))
    return UnitMove(
        old=old,
        new=target.new,
        why=target.why,
        parts=target.parts,
        people=len(carried),
        kept_roles=tuple(sorted(kept_roles.items())),
        tasks=tuple(shifts),
        cases=holdings.cases.get(old.code, 0) if target.new.kind in TERRITORIAL else 0,
        answers=holdings.answers.get(old.code, 0),
    )


def _is_applied(move: UnitMove) -> bool:
    left = move.people or move.tasks or move.cases or move.answers
    return move.old.successor == move.new.code and not left


def _staying_units(
    tree: UnitTree, rows: Mapping[str, Sequence[MapRow]], unplaced: Sequence[OrgUnit], holdings: UnitHoldings
) -> Iterable[StayingUnit]:
    for unit in tree.units:
        if unit.successor is not None:
            continue
        if unit.code in rows and rows[unit.code][0].new is None:
            why = "unknown"
        elif unit in unplaced:
            why = "no_target"
        elif unit.closed and unit.kind in {"commune", "department"} and unit.code not in rows:
            why = "unmapped"
        else:
            continue
        yield StayingUnit(
            unit=unit,
            why=why,
            people=len({person for person, _ in holdings.people.get(unit.code, ())}),
            tasks=sum(holdings.tasks.get(unit.code, {}).values()),
            cases=holdings.cases.get(unit.code, 0),
        )
