"""One share of the cases: each run through the draft and compared. For this package; runs in any process.

What a draft is blamed for has to be the draft's: where a case differs and its steps were taken in another world than
today's (other units, people or holidays) or by other diagrams than it has now, its present diagrams are run in today's
world too, and the draft is compared with that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from engine.bpmn import explain
from engine.process import definitions
from engine.process.definitions import Content
from engine.simulation import facts, reading
from engine.simulation.assumptions import Assumption
from engine.simulation.compare import Change, Drawings, compare
from engine.simulation.facts import Facts
from engine.simulation.plan import Stage
from engine.simulation.record import PastCase
from engine.simulation.run import Ran, run
from engine.simulation.totals import Totals
from engine.store.db import Transaction
from engine.world.world import World

Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True)
class Setting:
    """What every process has to know: the draft, the world, until when history goes, what is assumed, the seed."""

    draft: Files
    world: World
    horizon: datetime
    assumptions: Mapping[str, Assumption]
    seed: int

    def stage(self) -> Stage:
        """The stage that the draft is run on."""
        return Stage(definitions.build(self.draft), self.world, self.horizon, self.assumptions, self.seed)


def simulate(tx: Transaction, ids: Sequence[int], stage: Stage) -> Totals:
    """Run the cases with these ids, which are in order, and count them."""
    share = _Share(tx, stage)
    for case in reading.cases(tx, ids):
        share.take(case)
    return share.totals


class _Share:
    """A share of the cases on its way."""

    def __init__(self, tx: Transaction, stage: Stage) -> None:
        self.tx, self.stage, self.totals = tx, stage, Totals()
        self._drawings: dict[tuple[str, str], Drawings] = {}

    def take(self, case: PastCase) -> None:
        """Run one case and count it."""
        ran, before = run(case, self.stage), facts.of_history(case)
        change = self._compare(case, before, ran)
        if change is not None and not case.belongs(self.stage.world):
            before, change = self._in_this_world(case, before, ran)
        self.totals.cases += 1
        self.totals.before.add(before)
        self.totals.after.add(ran.facts)
        self.totals.assumed += ran.assumed
        if change is not None:
            self.totals.changes.append(change)

    def _in_this_world(self, case: PastCase, before: Facts, ran: Ran) -> tuple[Facts, Change | None]:
        """What the case's own diagrams come to in today's world, and what differs from that."""
        own = run(case, replace(self.stage, content=definitions.content(self.tx, case.digest)))
        if self._compare(case, before, own) is not None:
            self.totals.not_reproduced.append(case.code)
        if own.failed is None:
            return own.facts, self._compare(case, own.facts, ran)
        return before, self._compare(case, before, ran) if ran.failed is None else None

    def _compare(self, case: PastCase, before: Facts, ran: Ran) -> Change | None:
        return compare(case, before, ran, self._drawn(case))

    def _drawn(self, case: PastCase) -> Drawings:
        known = (case.digest, case.key)
        if known not in self._drawings:
            own = definitions.content(self.tx, case.digest)
            self._drawings[known] = Drawings(_names(own, case.key), _names(self.stage.content, case.key))
        return self._drawings[known]


def _names(content: Content, key: str) -> Mapping[str, str]:
    """The names of a process's elements; none where the draft has no such process."""
    return explain.names(content.processes[key]) if key in content.processes else {}
