"""What a case has done since it was last stated, as the expectation of a scenario."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

OpenTasks = Mapping[int, tuple[str, str]]  # Node and unit of the tasks that are open, by number.
GivenNotices = Set[tuple[str, int]]  # Rung and occurrence of the notices so far.


@dataclass(slots=True)
class NewEffects:
    """The tasks that came up, the rungs of new notices, the new marks, and whether the case has ended."""

    opened: set[int] = field(default_factory=set)
    rungs: set[str] = field(default_factory=set)
    marks: list[str] = field(default_factory=list)
    finished: bool = False

    def expectation(self, opened: OpenTasks, notices: GivenNotices) -> dict[str, Any]:
        """What an `expect` step states: all that is open, and what is new; of tasks of one name no unit."""
        nodes = Counter(node for node, _ in opened.values())
        units = dict(opened[task_id] for task_id in sorted(self.opened & opened.keys()))
        facts: dict[str, Any] = {
            "unit": {node: unit for node, unit in units.items() if nodes[node] == 1},
            "notices": count_notices(notices, self.rungs),
            "marks": list(dict.fromkeys(self.marks)),
            "finished": self.finished,
        }
        return {"open": sorted(nodes.elements()), **{name: value for name, value in facts.items() if value}}


def count_notices(notices: GivenNotices, rungs: Set[str]) -> dict[str, int]:
    """The number of notices so far on each of these rungs."""
    counts = Counter(rung for rung, _ in notices)
    return {rung: counts[rung] for rung in sorted(rungs)}
