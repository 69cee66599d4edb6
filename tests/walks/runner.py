"""Takes many seeded walks, each on a diagram of its own, in this process or spread over several."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field

from tests.walks.diagrams import Diagram, draw
from tests.walks.record import Record, record
from tests.walks.stored import Stored
from tests.walks.walker import Walk, walk

LIMIT = 30
"""Steps of one walk."""
CHUNK = 25


@dataclass
class Tally:
    """What a number of walks came to; `reached` counts the walks that passed an element of each construct.

    `failures` has the seeds of those that ended in an exception.
    """

    walks: int = 0
    steps: int = 0
    completed: int = 0
    failures: list[int] = field(default_factory=list)
    reached: Counter[str] = field(default_factory=Counter)
    records: list[Record] = field(default_factory=list)

    def __iadd__(self, other: Tally) -> Tally:
        self.walks += other.walks
        self.steps += other.steps
        self.completed += other.completed
        self.failures += other.failures
        self.reached += other.reached
        self.records += other.records
        return self

    def add(self, seed: int, diagram: Diagram, made: Walk) -> None:
        """Count one walk, and keep it when the sides differed."""
        self.walks += 1
        self.steps += len(made.steps)
        self.completed += made.completed
        self.failures += [seed] if made.failed else []
        self.reached.update({kind for element, kind in diagram.kinds.items() if element in made.passed})
        if made.difference:
            self.records.append(record(seed, diagram, made))


def compare(seed: int) -> tuple[Diagram, Walk]:
    """One diagram and one walk beside the oracle, from a seed."""
    rnd = random.Random(seed)
    diagram = draw(rnd)
    return diagram, walk(diagram.files, Stored.of(diagram.files), rnd, LIMIT, nested=diagram.nested)


def run(seeds: Sequence[int]) -> Tally:
    """The walks of these seeds, one after the other."""
    tally = Tally()
    for seed in seeds:
        tally.add(seed, *compare(seed))
    return tally


def spread(first: int, number: int, jobs: int, progress: Callable[[Tally], None]) -> Tally:
    """The walks of `number` seeds from `first` on, over `jobs` processes; `progress` is told after each chunk."""
    total = Tally()
    with ProcessPoolExecutor(jobs) as pool:
        for done in as_completed([pool.submit(run, chunk) for chunk in _chunks(first, number)]):
            total += done.result()
            progress(total)
    return total


def _chunks(first: int, number: int) -> Iterator[range]:
    for start in range(first, first + number, CHUNK):
        yield range(start, min(start + CHUNK, first + number))
