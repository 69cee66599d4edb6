"""What a worker does of long work, by kind."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from engine.config.environment import Settings
from engine.operations import migration_job, trial_job
from engine.operations.job_running import JobRunner, Progress
from engine.operations.jobs import ClaimedJob
from engine.simulation import replay_job

REPLAY, TESTS, PREVIEW, MOVE, RETURN = "replay", "tests", "preview", "move", "return"

_Move = Callable[[Engine, ClaimedJob, Progress, datetime, int], Mapping[str, Any]]


def job_runners(settings: Settings) -> Mapping[str, JobRunner]:
    """The runners of this installation."""

    def run_replay(engine: Engine, job: ClaimedJob, progress: Progress, _now: datetime) -> Mapping[str, Any]:
        workers = os.cpu_count() or 1
        return replay_job.run_replay(engine, job, progress, settings.chase_cap, settings.province, workers)

    def run_trial(engine: Engine, job: ClaimedJob, progress: Progress, _now: datetime) -> Mapping[str, Any]:
        return trial_job.run_trial(engine, job, progress, settings.province)

    def capped(run: _Move) -> JobRunner:
        return lambda engine, job, progress, now: run(engine, job, progress, now, settings.chase_cap)

    moves = {PREVIEW: migration_job.preview_move, MOVE: migration_job.run_move, RETURN: migration_job.run_return}
    return {REPLAY: run_replay, TESTS: run_trial, **{kind: capped(run) for kind, run in moves.items()}}
