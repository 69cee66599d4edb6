"""The scenarios of a draft as long work: all of them measured against its base, kept as pages show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Engine

from engine.errors import InvalidFiles
from engine.operations.job_running import Progress
from engine.operations.jobs import ClaimedJob
from engine.process import definitions
from engine.province.profile import named_provinces
from engine.scenarios.runner import scenario_paths
from engine.scenarios.trial import DiagramCoverage, ScenarioRun
from engine.store.db import transaction
from engine.studio import drafts, release
from engine.studio.regression import DraftTrial, MeasuredRun, Regression, UntriedChange

_EACH = 5  # Scenarios between two reports of progress.


def run_trial(engine: Engine, job: ClaimedJob, progress: Progress, province: str) -> Mapping[str, Any]:
    """Try the draft as it is now; raises NotFound when it is gone, InvalidFiles when it has problems."""
    with transaction(engine) as tx:
        draft = drafts.load_visible(tx, job.person_id, int(job.subject.partition(":")[2]))
        order = release.read_trial(tx, draft)
    total, done = len(scenario_paths(order.files)), 0
    progress(0, total)

    def tick() -> None:
        nonlocal done
        done += 1
        if done % _EACH == 0:
            progress(min(done, total), total)  # Those of the base, run after them, are not counted.

    tried = order.run_scenarios(job.language, named_provinces(province), tick)
    if tried.mistakes:
        raise InvalidFiles(list(tried.mistakes))
    facts = {"draft": definitions.digest_of(order.files), "base": draft.number}
    coverage = [asdict(one) for one in tried.coverage]
    return {"measured": _plain_measured(tried.measured), "coverage": coverage, **facts}


def _plain_measured(measured: Regression) -> dict[str, Any]:
    untried = [asdict(one) | {"path": str(one.path)} for one in measured.untried]
    return {"runs": [asdict(one) for one in measured.runs], "untried": untried}


def read_trial_result(result: Mapping[str, Any]) -> DraftTrial:
    """A kept result as the pages show one that was made just now."""
    measured = result["measured"]
    runs = tuple(_read_run(one) for one in measured["runs"])
    untried = tuple(UntriedChange(**{**one, "path": PurePosixPath(one["path"])}) for one in measured["untried"])
    coverage = tuple(DiagramCoverage(**_with_tuples(one)) for one in result["coverage"])
    return DraftTrial((), Regression(runs, untried), coverage)


def _read_run(document: Mapping[str, Any]) -> MeasuredRun:
    return MeasuredRun(**{**_with_tuples(document), "run": ScenarioRun(**_with_tuples(document["run"]))})


def _with_tuples(document: Mapping[str, Any]) -> dict[str, Any]:
    """Lists of JSON as the tuples that they were, those in them too."""
    return {name: _tuple(value) if isinstance(value, list) else value for name, value in document.items()}


def _tuple(values: list[Any]) -> tuple[Any, ...]:
    return tuple(_tuple(one) if isinstance(one, list) else one for one in values)
