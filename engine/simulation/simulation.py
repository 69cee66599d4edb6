"""A simulation from a draft to its figures: the cases are chosen, assumptions drawn up, everything run and compared.

Called by the command line and the studio. The same draft, cases and seed give the same result, with any number of
processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import Engine

from engine.bpmn.drawn_tasks import user_tasks
from engine.errors import Problems
from engine.process import definitions
from engine.province import snapshot, units
from engine.replay.case_replay import stopwatch
from engine.scenarios import deployment_check
from engine.simulation import assumptions, reading
from engine.simulation.assumptions import Assumption
from engine.simulation.cases import Files, Setting
from engine.simulation.compare import KINDS
from engine.simulation.estimation import draw_up, require_fitting
from engine.simulation.spread import totals_of
from engine.simulation.totals import Totals
from engine.store.db import Transaction, transaction
from forms.messages import Language

SEED = 1022
EVERYTHING = 1_000_000  # More cases than this are not simulated at once.

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to simulate: a draft's files, how many of the newest cases, an analyst's changes to what is assumed."""

    draft: Files
    number: int
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seed: int = SEED
    workers: int = 1


@dataclass(frozen=True, slots=True)
class Result:
    """What a simulation came to; `wall` in seconds."""

    totals: Totals
    assumptions: Mapping[str, Assumption]
    seed: int
    wall: float


def files_of(tx: Transaction, number: int) -> Files:
    """The files of a deployment as a draft; raises NotFound."""
    return definitions.files_of(tx, definitions.digest_of_number(tx, number))


def run(engine: Engine, order: Order, chase_cap: int, tick: Tick | None = None, language: Language = "vi") -> Result:
    """Run the newest cases of the database through a draft; `tick` gets done and total numbers of cases.

    Raises Problems for a draft that the checker refuses, BadInput without cases and for changes to a step that the
    draft does not have.
    """
    elapsed = stopwatch()
    _check(order.draft, language)
    with transaction(engine) as tx:
        ids = reading.newest(tx, order.number)
        setting = _setting(tx, order, ids, chase_cap)
    totals = Totals()
    for part in totals_of(engine, setting, ids, order.workers):
        totals.join(part)
        if tick is not None:
            tick(totals.cases, len(ids))
    return Result(totals, setting.assumptions, order.seed, elapsed())


def assumed(engine: Engine, order: Order, chase_cap: int, language: Language = "vi") -> Mapping[str, Assumption]:
    """What a simulation would assume, for an analyst to edit before it runs; raises as `run` does."""
    _check(order.draft, language)
    with transaction(engine) as tx:
        return _setting(tx, order, reading.newest(tx, order.number), chase_cap).assumptions


def unit_names(engine: Engine) -> dict[str, str]:
    """The names of units by code, for sentences."""
    with transaction(engine) as tx:
        return {unit.code: unit.name for unit in units.unit_tree(tx.read).units}


def _check(draft: Files, language: Language) -> None:
    problems = deployment_check.check(draft, language)
    if problems:
        raise Problems(problems)


def _setting(tx: Transaction, order: Order, ids: Sequence[int], chase_cap: int) -> Setting:
    world = snapshot.world(tx, chase_cap)
    nodes, roles = reading.past(tx, ids, world.calendar)
    tasks, forms = user_tasks(order.draft), definitions.build(order.draft).forms
    changed = assumptions.edited(draw_up(tasks, forms, nodes, roles), order.changes)
    require_fitting(changed, tasks, forms)
    return Setting(order.draft, world, reading.horizon(tx, ids[0]), changed, order.seed)


def document(result: Result) -> dict[str, Any]:
    """The result as JSON tells it; all but `wall_s` follows from the draft, the cases and the seed alone."""
    totals = result.totals
    used = [{**row, "used": totals.assumed[row["node"]]} for row in assumptions.rows(result.assumptions)]
    return {
        "seed": result.seed,
        "cases": totals.cases,
        "changed": len(totals.changes),
        "kinds": {kind: totals.kinds.get(kind, 0) for kind in KINDS},
        "not_reproduced": totals.not_reproduced,
        "differences": [asdict(change) for change in totals.changes],
        "finished": {"before": totals.before.finished, "after": totals.after.finished},
        "overdue": {"before": totals.before.overdue, "after": totals.after.overdue},
        "overdue_rate": totals.overdue_rate(),
        "load": totals.load(),
        "mails": totals.mails(),
        "assumptions": used,
        "wall_s": round(result.wall, 2),
    }
