"""Building blocks of a comparison: changes, the items compared, and how two sets of items are compared."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

ChangeKind = Literal["added", "removed", "moved", "changed"]
ADDED: ChangeKind = "added"
REMOVED: ChangeKind = "removed"
MOVED: ChangeKind = "moved"
CHANGED: ChangeKind = "changed"


@dataclass(frozen=True, slots=True)
class ElementChange:
    """One difference between two versions of a file.

    `element` identifies what the editor draws: the id of a BPMN element or of a row or column of a table, the key of a
    field, the number of a line. `name` is its display name. `what` is the part that differs: the item's own kind if it
    was added or removed (userTask, row, field …), else the property (condition, timer, property:role …), whose values
    are `before` and `after`, None where there is none.
    """

    kind: ChangeKind
    element: str
    name: str
    what: str
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class DiffFact:
    """A compared value and its display label, such as a lane's id and its name."""

    value: str
    label: str = field(compare=False)


@dataclass(frozen=True, slots=True)
class DiffItem:
    """One item of a file: an element of a diagram, a column or row of a table, a field of a form."""

    id: str
    kind: str
    name: str
    facts: Mapping[str, DiffFact]


def added_and_removed(old: Mapping[str, DiffItem], new: Mapping[str, DiffItem]) -> Iterator[ElementChange]:
    """The items, matched by key, that exist in only one version."""
    yield from (ElementChange(REMOVED, item.id, item.name, item.kind) for key, item in old.items() if key not in new)
    yield from (ElementChange(ADDED, item.id, item.name, item.kind) for key, item in new.items() if key not in old)


def changed_facts(before: DiffItem, after: DiffItem) -> Iterator[ElementChange]:
    """The facts in which two versions of an item differ, in the order of the newer one."""
    for what in dict.fromkeys([*after.facts, *before.facts]):
        old, new = before.facts.get(what), after.facts.get(what)
        if old != new:
            yield ElementChange(CHANGED, after.id, after.name, what, _fact_label(old), _fact_label(new))


def _fact_label(fact: DiffFact | None) -> str | None:
    return None if fact is None else fact.label


def compare_items(old: Mapping[str, DiffItem], new: Mapping[str, DiffItem]) -> list[ElementChange]:
    """All differences between two sets of items, matched by key; order does not matter."""
    changes = list(added_and_removed(old, new))
    for key, item in new.items():
        if key in old:
            changes += changed_facts(old[key], item)
    return changes


def reordered_items(old: Mapping[str, DiffItem], new: Mapping[str, DiffItem]) -> Iterator[ElementChange]:
    """A minimal set of items in both versions whose order has changed, with positions counted from 1."""
    positions = {key: position for position, key in enumerate(old, 1)}
    unmoved = _longest_increasing([positions[key] for key in new if key in positions])
    for position, (key, item) in enumerate(new.items(), 1):
        if key in positions and positions[key] not in unmoved:
            yield ElementChange(MOVED, item.id, item.name, item.kind, str(positions[key]), str(position))


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    """The members of a longest increasing subsequence; all numbers are distinct."""
    ends: list[int] = []
    predecessors: dict[int, int | None] = {}
    for number in numbers:
        length = bisect(ends, number)
        predecessors[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    members: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        members.add(last)
        last = predecessors[last]
    return members


def common_subsequence(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The index pairs of a longest common subsequence."""
    start = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    lengths = [[0] * (len(new) - start + 1) for _ in range(len(old) - start + 1)]
    for i in range(len(old) - 1, start - 1, -1):
        row, below = lengths[i - start], lengths[i - start + 1]
        for j in range(len(new) - 1, start - 1, -1):
            k = j - start
            row[k] = below[k + 1] + 1 if old[i] == new[j] else max(below[k], row[k + 1])
    pairs, i, j = [(position, position) for position in range(start)], start, start
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif lengths[i - start + 1][j - start] >= lengths[i - start][j - start + 1]:
            i += 1
        else:
            j += 1
    return pairs
