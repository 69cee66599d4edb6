"""Moves of cases between deployments as long work: a dry run, the move itself, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from engine.operations.job_running import Progress
from engine.operations.jobs import ClaimedJob
from engine.process import instance_migration
from engine.process.instance_migration import NOT_MIGRATABLE, MigrationTotals, Migrator
from engine.province import snapshot
from engine.store.db import transaction

EACH = 20  # Cases between two reports of progress.
MOST_LISTED = 200  # Cases of a dry run whose reasons are kept.


def preview_move(engine: Engine, job: ClaimedJob, progress: Progress, now: datetime, cap: int) -> Mapping[str, Any]:
    """What a move would do to each case: numbers by verdict, and why the first ones cannot move."""
    kinds: Counter[str] = Counter()
    stuck: list[dict[str, Any]] = []
    migrator = _load_migrator(engine, job, now, cap)
    with transaction(engine) as tx:
        plan = instance_migration.plan_migration(tx, *_target_of(job))
        total = instance_migration.count_unmigrated(tx, plan)
        progress(0, total)
        for number, verdict in enumerate(instance_migration.preview_migration(tx, plan, migrator), 1):
            kinds[verdict.kind] += 1
            if verdict.kind == NOT_MIGRATABLE and len(stuck) < MOST_LISTED:
                names = instance_migration.load_element_names(tx, plan.target.key, verdict.number, job.language)
                reasons = instance_migration.verdict_sentences(verdict, names, job.language)
                stuck.append({"code": verdict.code or verdict.case, "number": verdict.number, "reasons": reasons})
            if number % EACH == 0:
                progress(number, max(total, number))
    return {"kinds": dict(kinds), "stuck": stuck}


def run_move(engine: Engine, job: ClaimedJob, progress: Progress, now: datetime, cap: int) -> Mapping[str, Any]:
    """Move every case that can be moved; begun again, it goes on with those that are left."""
    migrator = _load_migrator(engine, job, now, cap)
    with transaction(engine) as tx:
        plan = instance_migration.plan_migration(tx, *_target_of(job))
        total = instance_migration.count_unmigrated(tx, plan)
    tick = _sometimes(progress, total)
    return _totals_document(instance_migration.migrate_instances(engine, plan, migrator, tick))


def run_return(engine: Engine, job: ClaimedJob, progress: Progress, now: datetime, cap: int) -> Mapping[str, Any]:
    """Return the cases that were moved and not touched since."""
    migrator, number = _load_migrator(engine, job, now, cap), int(job.parameters["number"])
    with transaction(engine) as tx:
        total = instance_migration.count_revertible(tx, number)
    tick = _sometimes(progress, total)
    return _totals_document(instance_migration.revert_instances(engine, number, migrator, tick))


def _sometimes(progress: Progress, total: int) -> Callable[[int], None]:
    progress(0, total)

    def tick(done: int) -> None:
        if done % EACH == 0:
            progress(done, max(total, done))

    return tick


def _target_of(job: ClaimedJob) -> tuple[str, int, dict[str, str]]:
    order = job.parameters
    return str(order["process"]), int(order["number"]), dict(order["names"])


def _load_migrator(engine: Engine, job: ClaimedJob, now: datetime, cap: int) -> Migrator:
    with transaction(engine) as tx:
        return Migrator(job.who, now, snapshot.load_world(tx, cap))


def _totals_document(totals: MigrationTotals) -> dict[str, int]:
    return {"moved": totals.moved, "immovable": totals.immovable, "busy": totals.busy}
