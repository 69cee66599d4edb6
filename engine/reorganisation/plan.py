"""Works out what a reorganisation moves from old units to new ones (R19). Pure: maps, units, holdings in, a plan out.

Imported by unit_moves, which reads the database and carries the plan out, and by unit_text, which says it in words.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.errors import NotFound, Problem, Problems
from engine.province.unit_files import MapRow, problem
from engine.world.unit_tree import SERVED_BY, TERRITORIAL, Unit, UnitTree

FOLLOWS = "follows"  # Why a unit moves that no map names.
# The role that finds the unit to follow, for each kind, in the order in which one can decide the next.
FOLLOWED = {
    "district": "tier2_focal",
    "province": "leadership",
    "police": "police",
    "office": "provincial_office",
    "hotline": "operator",
}


@dataclass(frozen=True, slots=True)
class TaskShift:
    """Open tasks of one role in the old unit, and the unit that gets them; `passed_from` had nobody (R19)."""

    role: str
    unit: Unit
    passed_from: tuple[Unit, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Move:
    """One old unit and everything that goes from it to the new one.

    `why` is the map's relation or FOLLOWS; `parts` are the other parts of a unit that was split; `kept_roles` are
    roles (with the number of people) that mean nothing in the new unit and are not carried.
    """

    old: Unit
    new: Unit
    why: str
    parts: tuple[Unit, ...]
    people: int
    kept_roles: tuple[tuple[str, int], ...]
    tasks: tuple[TaskShift, ...]
    cases: int
    answers: int


@dataclass(frozen=True, slots=True)
class Stay:
    """A unit from which nothing moves, and what stays there. `why`: "unknown", "unmapped" or "no_target"."""

    unit: Unit
    why: str
    people: int
    tasks: int
    cases: int


@dataclass(frozen=True, slots=True)
class MovePlan:
    """What a move will do. `absent` counts the rows of the map whose old unit is not in the database."""

    revision: str
    moves: tuple[Move, ...]
    stays: tuple[Stay, ...]
    absent: int


@dataclass(frozen=True, slots=True)
class _Target:
    new: Unit
    why: str
    parts: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class _Map:
    """The rows of all maps by old code, the one to follow first; rows of absent units are only counted."""

    rows: Mapping[str, Sequence[MapRow]]
    absent: int


@dataclass(frozen=True, slots=True)
class Holdings:
    """What units have: (person, role) pairs, open tasks by role, open cases by place, standard answers in use."""

    people: Mapping[str, Sequence[tuple[int, str]]]
    tasks: Mapping[str, Mapping[str, int]]
    cases: Mapping[str, int]
    answers: Mapping[str, int]


def work_out(rows: Iterable[MapRow], tree: UnitTree, held: Holdings) -> MovePlan:
    """The plan that follows from the rows of all maps.

    Raises Problems naming each bad row: a unit split without a default, a new unit that is missing, closed or itself
    moved away, an old unit that went elsewhere before.
    """
    found = _sorted_out(rows, tree)
    targets = _targets(found.rows, tree)
    followers, lost = _follow(tree, {code: target.new for code, target in targets.items()})
    targets |= {code: _Target(unit, FOLLOWS) for code, unit in followers.items()}
    after = _after(tree, targets)
    moves = [_move(tree.get(code), target, after, held) for code, target in sorted(targets.items())]
    return MovePlan(
        revision=tree.revision,
        moves=tuple(move for move in moves if not _done(move)),
        stays=tuple(_stays(tree, found.rows, lost, held)),
        absent=found.absent,
    )


def carries(role: str, old: Unit, new: Unit) -> bool:
    """Whether a role of the old unit is one in the new unit.

    Between units of a kind every role is. A district's tier-2 focal officers go on in the office, but its head does
    not thereby become the head of the office: somebody has to decide that.
    """
    tier2 = role == "tier2_focal" and new.kind == "office"
    return old.kind == new.kind or SERVED_BY.get(role) == new.kind or tier2


def _sorted_out(rows: Iterable[MapRow], tree: UnitTree) -> _Map:
    known = {unit.code for unit in tree.units}
    by_old: dict[str, list[MapRow]] = defaultdict(list)
    for row in rows:
        by_old[row.old].append(row)
    wrong = [issue for group in by_old.values() for issue in _group_problems(group)]
    leaving = {row.old for group in by_old.values() for row in group if row.new not in {None, row.old}}
    for group in by_old.values():
        group.sort(key=lambda row: row.relation == "part")
        wrong += [
            _issue(row, f"{row.new} is moved away itself; give the new unit a code of its own")
            for row in group
            if row.new in leaving and row.new != row.old
        ]
    if wrong:
        raise Problems(wrong)
    here = {old: group for old, group in by_old.items() if old in known}
    return _Map(here, sum(len(group) for old, group in by_old.items() if old not in known))


def _group_problems(group: Sequence[MapRow]) -> Iterable[Problem]:
    relations = Counter(row.relation for row in group)
    if len(group) == 1 and not relations["part"]:
        return
    if relations["default"] != 1 or relations["default"] + relations["part"] != len(group):
        yield _issue(group[-1], "the unit stands in several rows: one has to be default and all others part")


def _issue(row: MapRow, message: str) -> Problem:
    return problem(row.path, row.number, row.old, message)


def _targets(rows: Mapping[str, Sequence[MapRow]], tree: UnitTree) -> dict[str, _Target]:
    known = {unit.code: unit for unit in tree.units}
    targets: dict[str, _Target] = {}
    wrong: list[Problem] = []
    for old, group in rows.items():
        moving = [row for row in group if row.new is not None]
        if not moving or moving[0].new == old:
            continue
        issues = [_issue(row, why) for row in moving for why in _target_problems(row, known)]
        wrong += issues
        if not issues:
            new, *parts = [known[row.new] for row in moving if row.new is not None]
            targets[old] = _Target(new, moving[0].relation, tuple(parts))
    if wrong:
        raise Problems(wrong)
    return targets


def _target_problems(row: MapRow, known: Mapping[str, Unit]) -> Iterable[str]:
    new, old = known.get(row.new or ""), known[row.old]
    if new is None:
        yield f"the new unit {row.new} is unknown; load the new units first"
    elif new.closed:
        yield f"the new unit {row.new} is closed"
    if row.relation != "part" and old.closed and old.successor not in {None, row.new}:
        yield f"the unit went to {old.successor} before"


def _follow(tree: UnitTree, gone: dict[str, Unit]) -> tuple[dict[str, Unit], list[Unit]]:
    """Units that end although no map names them, with where they go; and those for which no unit is found.

    A closed unit goes to the unit that now serves its role: a district to the office, its police to the provincial
    police. A district or province of which nothing is left counts as closed. Which department takes over the work of
    another is for a map to say: any guess would send it to people who know nothing of it.
    """
    gone = dict(gone)
    followers: dict[str, Unit] = {}
    lost: list[Unit] = []
    for kind, role in FOLLOWED.items():
        for unit in tree.units:
            if unit.kind != kind or unit.code in gone or not _ended(unit, tree, gone):
                continue
            try:
                followers[unit.code] = gone[unit.code] = tree.serving(role, _anchor(unit, tree, gone))
            except NotFound:
                lost.append(unit)
    return followers, lost


def _ended(unit: Unit, tree: UnitTree, gone: Mapping[str, Unit]) -> bool:
    if unit.closed:
        return unit.successor is None
    below = [child for child in tree.children(unit.code) if child.kind in TERRITORIAL]
    return any(child.code in gone for child in below) and all(child.closed or child.code in gone for child in below)


def _anchor(unit: Unit, tree: UnitTree, gone: Mapping[str, Unit]) -> str:
    """Where to look for the unit to follow: where a unit below went, where the one above went, or the one above."""
    below = [child.code for child in tree.children(unit.code) if child.code in gone]
    if below:
        return gone[below[0]].code
    if unit.parent is None:
        return unit.code
    return gone[unit.parent].code if unit.parent in gone else unit.parent


def _after(tree: UnitTree, targets: Mapping[str, _Target]) -> UnitTree:
    """The tree once units are closed and people have moved: it says who will have the tasks."""
    units = [
        replace(unit, closed=True, successor=targets[unit.code].new.code) if unit.code in targets else unit
        for unit in tree.units
    ]
    staffed = set()
    for code, role in tree.staffed or ():
        moving = code in targets and carries(role, tree.get(code), targets[code].new)
        staffed.add((targets[code].new.code if moving else code, role))
    return UnitTree(units, frozenset(staffed))


def _move(old: Unit, target: _Target, after: UnitTree, held: Holdings) -> Move:
    people = held.people.get(old.code, ())
    carried = {person for person, role in people if carries(role, old, target.new)}
    kept = Counter(role for _, role in people if not carries(role, old, target.new))
    shifts = []
    for role, count in sorted(held.tasks.get(old.code, {}).items()):
        placement = after.holder(role, old.code)
        shifts.append(TaskShift(role, placement.unit, placement.passed_from, count))
    return Move(
        old=old,
        new=target.new,
        why=target.why,
        parts=target.parts,
        people=len(carried),
        kept_roles=tuple(sorted(kept.items())),
        tasks=tuple(shifts),
        cases=held.cases.get(old.code, 0) if target.new.kind in TERRITORIAL else 0,
        answers=held.answers.get(old.code, 0),
    )


def _done(move: Move) -> bool:
    left = move.people or move.tasks or move.cases or move.answers
    return move.old.successor == move.new.code and not left


def _stays(
    tree: UnitTree, rows: Mapping[str, Sequence[MapRow]], lost: Sequence[Unit], held: Holdings
) -> Iterable[Stay]:
    for unit in tree.units:
        if unit.successor is not None:
            continue
        if unit.code in rows and rows[unit.code][0].new is None:
            why = "unknown"
        elif unit in lost:
            why = "no_target"
        elif unit.closed and unit.kind in {"commune", "department"} and unit.code not in rows:
            why = "unmapped"
        else:
            continue
        yield Stay(
            unit=unit,
            why=why,
            people=len({person for person, _ in held.people.get(unit.code, ())}),
            tasks=sum(held.tasks.get(unit.code, {}).values()),
            cases=held.cases.get(unit.code, 0),
        )
