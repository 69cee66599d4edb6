"""A replay of past cases through a draft as long work, and its result as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine

from engine.operations.job_running import Progress
from engine.operations.jobs import ClaimedJob
from engine.process import definitions
from engine.province.profile import named_provinces
from engine.simulation import simulation, wording
from engine.simulation.assumptions import parse_entries
from engine.simulation.simulation import SimulationRequest, SimulationResult
from engine.store.db import transaction
from engine.studio import drafts

MOST_LISTED = 2_000  # Changed cases that a result keeps with their reasons.


def run_replay(
    engine: Engine, job: ClaimedJob, progress: Progress, cap: int, province: str, workers: int
) -> Mapping[str, Any]:
    """Run the newest cases through the draft as it is now; raises NotFound when it is gone."""
    order = job.parameters
    with transaction(engine) as tx:
        draft = drafts.load_visible(tx, job.person_id, int(job.subject.partition(":")[2]))
        files, base = drafts.load_files(tx, draft), draft.number
    request = SimulationRequest(
        files,
        int(order["cases"]),
        parse_entries(order["steps"]),
        int(order["seed"]),
        workers,
        named_provinces(province),
    )
    progress(0, 0)
    result = simulation.simulate_draft(engine, request, cap, progress, job.language)
    facts = {"draft": definitions.digest_of(files), "base": base}
    return {**replay_document(result, simulation.unit_names(engine)), **facts}


def replay_document(result: SimulationResult, unit_names: Mapping[str, str]) -> dict[str, Any]:
    """The result for pages: figures before and after, and each changed case with its reasons in both languages."""
    document = simulation.result_document(result)
    del document["differences"]
    rows = [
        {
            "code": change.code,
            "vi": [wording.describe_reason(reason, "vi", unit_names) for reason in change.reasons],
            "en": [wording.describe_reason(reason, "en", unit_names) for reason in change.reasons],
        }
        for change in result.totals.changes[:MOST_LISTED]
    ]
    return {**document, "rows": rows}
