"""Runs a simulation from a draft to its figures: selects cases, estimates assumptions, runs and compares everything.

The same draft, cases and seed give the same result, with any number of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Engine

from engine.bpmn.drawn_tasks import parse_user_tasks
from engine.errors import InvalidFiles
from engine.process import definitions
from engine.province import snapshot, units
from engine.province.profile import named_provinces
from engine.replay.case_replay import start_stopwatch
from engine.scenarios import deployment_check
from engine.scenarios.files import Provinces
from engine.simulation import assumptions, reading
from engine.simulation.assumptions import Assumption
from engine.simulation.cases import DraftFiles, SimulationSpec
from engine.simulation.compare import KINDS, CaseDifference
from engine.simulation.estimation import estimate_assumptions, require_accepted_answers
from engine.simulation.spread import simulate_shares
from engine.simulation.totals import SimulationTotals
from engine.store.db import Transaction, transaction
from engine.translation.catalogue import Language
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import Caption, say

SEED = 1022
MOST_CASES = 1_000_000  # Most cases in one simulation.

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class SimulationRequest:
    """What to simulate: a draft's files, how many of the newest cases, an analyst's changes to the assumptions.

    `provinces` are those that the draft's scenarios may name.
    """

    draft: DraftFiles
    number: int
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seed: int = SEED
    workers: int = 1
    provinces: Provinces = field(default_factory=named_provinces)


@dataclass(frozen=True, slots=True)
class SimulationResult:
    """The result of a simulation; `wall` is in seconds."""

    totals: SimulationTotals
    assumptions: Mapping[str, Assumption]
    seed: int
    wall: float


def deployment_as_draft(tx: Transaction, number: int) -> DraftFiles:
    """The files of a deployment as a draft; raises NotFound."""
    return definitions.load_stored_files(tx, definitions.digest_of_number(tx, number))


def simulate_draft(
    engine: Engine, request: SimulationRequest, chase_cap: int, tick: Tick | None = None, language: Language = "vi"
) -> SimulationResult:
    """Run the newest cases of the database through a draft; `tick` gets the done and total numbers of cases.

    Raises InvalidFiles for a draft that fails the check, BadInput if there are no cases and for changes to a step that
    is not in the draft.
    """
    elapsed = start_stopwatch()
    _require_valid_draft(request, language)
    with transaction(engine) as tx:
        ids = reading.newest_case_ids(tx, request.number)
        spec = _build_spec(tx, request, ids, chase_cap)
    totals = SimulationTotals()
    for part in simulate_shares(engine, spec, ids, request.workers):
        totals.merge(part)
        if tick is not None:
            tick(totals.cases, len(ids))
    return SimulationResult(totals, spec.assumptions, request.seed, elapsed())


def preview_assumptions(
    engine: Engine, request: SimulationRequest, chase_cap: int, language: Language = "vi"
) -> Mapping[str, Assumption]:
    """The assumptions of a simulation, for an analyst to edit before it runs; raises like `simulate_draft`."""
    _require_valid_draft(request, language)
    with transaction(engine) as tx:
        return _build_spec(tx, request, reading.newest_case_ids(tx, request.number), chase_cap).assumptions


def unit_names(engine: Engine) -> dict[str, str]:
    """Unit names by code, for sentences."""
    with transaction(engine) as tx:
        return {unit.code: unit.name for unit in units.load_unit_tree(tx.read).units}


def _require_valid_draft(request: SimulationRequest, language: Language) -> None:
    problems = deployment_check.problems_in(request.draft, language, request.provinces)
    if problems:
        raise InvalidFiles(problems)


def _build_spec(tx: Transaction, request: SimulationRequest, ids: Sequence[int], chase_cap: int) -> SimulationSpec:
    world = snapshot.load_world(tx, chase_cap)
    nodes, roles = reading.collect_task_stats(tx, ids, world.calendar)
    tasks, forms = parse_user_tasks(request.draft), definitions.compile_forms(request.draft)
    table = assumptions.apply_changes(estimate_assumptions(tasks, forms, nodes, roles), request.changes)
    require_accepted_answers(table, tasks, forms)
    return SimulationSpec(request.draft, world, reading.history_horizon(tx, ids[0]), table, request.seed)


def result_document(result: SimulationResult) -> dict[str, Any]:
    """The result for JSON; all but `wall_s` follows from the draft, the cases and the seed alone."""
    totals = result.totals
    assumption_rows = [
        {**row, "used": totals.assumed[row["node"]]} for row in assumptions.plain_rows(result.assumptions)
    ]
    return {
        "seed": result.seed,
        "cases": totals.cases,
        "changed": len(totals.changes),
        "kinds": {kind: totals.kinds.get(kind, 0) for kind in KINDS},
        "not_reproduced": totals.not_reproduced,
        "differences": [_difference_document(change) for change in totals.changes],
        "finished": {"before": totals.before.finished, "after": totals.after.finished},
        "overdue": {"before": totals.before.overdue, "after": totals.after.overdue},
        "overdue_rate": totals.overdue_rate(),
        "load": totals.load(),
        "week": totals.week(),
        "mails": totals.mails(),
        "assumptions": assumption_rows,
        "wall_s": round(result.wall, 2),
    }


def _difference_document(change: CaseDifference) -> dict[str, Any]:
    """A difference for JSON; what stopped a case is in English, element names are as drawn."""
    reasons = [
        {"kind": reason.kind, "code": reason.code, "args": {name: _plain_arg(arg) for name, arg in reason.args.items()}}
        for reason in change.reasons
    ]
    return {**asdict(replace(change, reasons=())), "reasons": reasons}


def _plain_arg(arg: object) -> object:
    match arg:
        case PlainFault():
            return say(arg, "en")
        case Caption(vietnamese, _english):
            return vietnamese
        case list():
            return [_plain_arg(item) for item in arg]
        case _:
            return arg
