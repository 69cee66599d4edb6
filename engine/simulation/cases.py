"""Runs one share of the cases through the draft and compares each, in any process.

Only differences caused by the draft count against it: if a case differs and its steps were taken in another world than
today's (other units, people or holidays) or by other diagrams than its current ones, the current diagrams are also run
in today's world, and the draft is compared with that run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from engine.bpmn import explain
from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.simulation import facts, reading
from engine.simulation.assumptions import Assumption
from engine.simulation.compare import CaseDifference, ElementNames, compare_case
from engine.simulation.facts import CaseFacts
from engine.simulation.plan import SimulationContext
from engine.simulation.record import PastCase
from engine.simulation.run import RunOutcome, simulate_case
from engine.simulation.totals import SimulationTotals
from engine.store.db import Transaction
from engine.translation.wording import Caption
from engine.world.world import World

DraftFiles = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True)
class SimulationSpec:
    """What every process needs: the draft, the world, the end of history, the assumptions, the seed."""

    draft: DraftFiles
    world: World
    horizon: datetime
    assumptions: Mapping[str, Assumption]
    seed: int

    def build_context(self) -> SimulationContext:
        """The context that the draft is run in."""
        return SimulationContext(
            definitions.compile_files(self.draft), self.world, self.horizon, self.assumptions, self.seed
        )


def simulate_share(tx: Transaction, ids: Sequence[int], context: SimulationContext) -> SimulationTotals:
    """Run the cases with these ids, given in ascending order, and count them."""
    runner = _ShareRunner(tx, context)
    for case in reading.load_past_cases(tx, ids):
        runner.add_case(case)
    return runner.totals


class _ShareRunner:
    """Runs a share of the cases."""

    def __init__(self, tx: Transaction, context: SimulationContext) -> None:
        self.tx, self.stage, self.totals = tx, context, SimulationTotals()
        self._drawings: dict[tuple[str, str], ElementNames] = {}

    def add_case(self, case: PastCase) -> None:
        """Run one case and count it."""
        outcome, before = simulate_case(case, self.stage), facts.from_history(case)
        difference = self._compare_outcome(case, before, outcome)
        if difference is not None and not case.matches_world(self.stage.world):
            before, difference = self._rerun_unchanged(case, before, outcome)
        self.totals.cases += 1
        self.totals.before.add_case(before)
        self.totals.after.add_case(outcome.facts)
        self.totals.assumed += outcome.assumed
        if difference is not None:
            self.totals.changes.append(difference)

    def _rerun_unchanged(
        self, case: PastCase, before: CaseFacts, outcome: RunOutcome
    ) -> tuple[CaseFacts, CaseDifference | None]:
        """The facts of the case's own diagrams in today's world, and how the outcome differs from them."""
        unchanged = simulate_case(case, replace(self.stage, content=definitions.load_deployment(self.tx, case.digest)))
        if self._compare_outcome(case, before, unchanged) is not None:
            self.totals.not_reproduced.append(case.code)
        if unchanged.failed is None:
            return unchanged.facts, self._compare_outcome(case, unchanged.facts, outcome)
        return before, self._compare_outcome(case, before, outcome) if outcome.failed is None else None

    def _compare_outcome(self, case: PastCase, before: CaseFacts, outcome: RunOutcome) -> CaseDifference | None:
        return compare_case(case, before, outcome, self._element_names_of(case))

    def _element_names_of(self, case: PastCase) -> ElementNames:
        cache_key = (case.digest, case.key)
        if cache_key not in self._drawings:
            content = definitions.load_deployment(self.tx, case.digest)
            self._drawings[cache_key] = ElementNames(
                _element_names(content, case.key), _element_names(self.stage.content, case.key)
            )
        return self._drawings[cache_key]


def _element_names(content: CompiledDeployment, key: str) -> Mapping[str, Caption]:
    """The names of a process's elements; empty if the deployment has no such process."""
    return explain.captions_by_element(content.processes[key]) if key in content.processes else {}
