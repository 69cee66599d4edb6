"""Distributes a simulation over processes: each reads its share of the cases itself and returns its totals.

Shares are the same for any number of processes and return in order, so the result is the same too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from sqlalchemy import Engine

from engine.simulation import cases
from engine.simulation.cases import SimulationSpec
from engine.simulation.plan import SimulationContext
from engine.simulation.totals import SimulationTotals
from engine.store import db

# Cases per share: enough to be worth sending, few enough that the processes end at about the same time.
SHARE = 100

# Below this, starting processes costs more than they save.
WORTHWHILE = 3 * SHARE


@dataclass(frozen=True, slots=True)
class _WorkerState:
    """A worker process's state: its database and the context that it has built."""

    engine: Engine
    context: SimulationContext

    def run_share(self, ids: Sequence[int]) -> SimulationTotals:
        """Run one share."""
        with db.read_snapshot(self.engine) as tx:
            return cases.simulate_share(tx, ids, self.context)


_worker_states: list[_WorkerState] = []  # One in each pool process, none in the parent.


def simulate_shares(
    engine: Engine, spec: SimulationSpec, ids: Sequence[int], workers: int
) -> Iterator[SimulationTotals]:
    """The totals of each share of the cases, in order."""
    shares = [ids[start : start + SHARE] for start in range(0, len(ids), SHARE)]
    if workers == 1 or len(ids) < WORTHWHILE:
        state = _WorkerState(engine, spec.build_context())
        yield from (state.run_share(share) for share in shares)
        return
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(workers, get_context("spawn"), _initialise_worker, (url, spec)) as pool:
        try:
            yield from pool.map(_run_share, shares)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _initialise_worker(url: str, spec: SimulationSpec) -> None:
    _worker_states.append(_WorkerState(db.engine_for(url), spec.build_context()))


def _run_share(ids: Sequence[int]) -> SimulationTotals:
    return _worker_states[0].run_share(ids)
