"""Does one piece of long work: claims it, has its kind's runner do it, and keeps what comes of it.

No transaction is open while a runner works; each report of progress is one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from engine.errors import EngineError, InvalidFiles
from engine.operations import jobs
from engine.operations.jobs import ClaimedJob, JobLost
from engine.store.db import transaction
from engine.translation.plain_faults import PlainFault, plain_fault

Clock = Callable[[], datetime]
Progress = Callable[[int, int], None]
JobRunner = Callable[[Engine, ClaimedJob, Progress, datetime], Mapping[str, Any]]
"""Does the work and returns its result as JSON-native values; `progress` gets the done and total number of parts."""


class RunnersStopping(EngineError):
    """The worker has been told to stop: the work is given back."""


def run_next_job(engine: Engine, clock: Clock, runners: Mapping[str, JobRunner], stopping: Callable[[], bool]) -> bool:
    """Do the next piece of work, if there is any; returns whether there was."""
    with transaction(engine) as tx:
        if not jobs.has_work(tx, clock()):
            return False
        job = jobs.claim_next(tx, clock())
    if job is None:
        return False
    _run_claimed(engine, clock, runners, job, stopping)
    return True


def _run_claimed(
    engine: Engine, clock: Clock, runners: Mapping[str, JobRunner], job: ClaimedJob, stopping: Callable[[], bool]
) -> None:
    def progress(done: int, total: int) -> None:
        if stopping():
            raise RunnersStopping
        with transaction(engine) as tx:
            jobs.report_progress(tx, job, done, total, clock())

    try:
        result = runners[job.kind](engine, job, progress, clock())
    except RunnersStopping:
        with transaction(engine) as tx:
            jobs.release_job(tx, job)
    except JobLost:
        with transaction(engine) as tx:
            jobs.drop_cancelled(tx, job, clock())
    except InvalidFiles as error:
        _keep_fault(engine, clock, job, PlainFault("job-files-invalid", {"count": len(error.problems)}))
    except EngineError as error:
        _keep_fault(engine, clock, job, plain_fault(error))
    except Exception:
        _keep_fault(engine, clock, job, PlainFault("job-broken", {}))
        raise
    else:
        with transaction(engine) as tx:
            jobs.finish_job(tx, job, result, clock())
            jobs.drop_cancelled(tx, job, clock())


def _keep_fault(engine: Engine, clock: Clock, job: ClaimedJob, fault: PlainFault) -> None:
    with transaction(engine) as tx:
        jobs.fail_job(tx, job, fault, clock())
        jobs.drop_cancelled(tx, job, clock())
