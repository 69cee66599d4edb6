"""Spreads a simulation over processes: each reads its share of the cases itself and sends back what it counted.

For this package. Shares are the same for any number of processes and come back in order, and so does the result.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from sqlalchemy import Engine

from engine.simulation import cases
from engine.simulation.cases import Setting
from engine.simulation.plan import Stage
from engine.simulation.totals import Totals
from engine.store import db

# Cases of one share: enough to be worth sending, few enough that the processes end at about the same time.
SHARE = 100

# Below this, starting processes costs more than they save.
WORTHWHILE = 3 * SHARE


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a process works: its database and the stage that it has set up."""

    engine: Engine
    stage: Stage

    def take(self, ids: Sequence[int]) -> Totals:
        """Run one share."""
        with db.snapshot(self.engine) as tx:
            return cases.simulate(tx, ids, self.stage)


_places: list[_Place] = []  # One in each process of the pool, none in the one that started them.


def totals_of(engine: Engine, setting: Setting, ids: Sequence[int], workers: int) -> Iterator[Totals]:
    """What each share of the cases comes to, in order."""
    shares = [ids[start : start + SHARE] for start in range(0, len(ids), SHARE)]
    if workers == 1 or len(ids) < WORTHWHILE:
        place = _Place(engine, setting.stage())
        yield from (place.take(share) for share in shares)
        return
    url = engine.url.render_as_string(hide_password=False)
    with ProcessPoolExecutor(workers, get_context("spawn"), _enter, (url, setting)) as pool:
        try:
            yield from pool.map(_take, shares)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _enter(url: str, setting: Setting) -> None:
    _places.append(_Place(db.connect(url), setting.stage()))


def _take(ids: Sequence[int]) -> Totals:
    return _places[0].take(ids)
