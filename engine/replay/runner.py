"""Runs a whole replay from a file to its figures: creates the database, fills it, flushes it to disk, and counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from engine.errors import BadInput
from engine.replay import case_replay, demo
from engine.replay.case_replay import CaseTotals, ReplayContext, ReplayOutcome, ReplaySpec
from engine.replay.csv_files import RejectedRow, ReplayMapping, ReportFile, ReportRow, read_reports
from engine.replay.parallel import WORTHWHILE, replay_in_parallel
from engine.store import schema_migrations
from engine.store.db import engine_for, transaction
from engine.translation.catalogue import Language
from engine.translation.wording import say

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ReplayRequest:
    """What to replay, with what, and with how many processes."""

    file: Path
    mapping: ReplayMapping
    deployment: demo.DeploymentFiles
    chase_cap: int
    workers: int = 1
    language: Language = "vi"


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """A replay's figures. `rejected` are rows that were not replayed, in file order; `wall` is in seconds."""

    totals: CaseTotals
    rejected: list[RejectedRow]
    failed: list[RejectedRow]
    overdue_with_due: int
    late: list[timedelta]
    wall: float


def replay_file(url: str, request: ReplayRequest, now: datetime, tick: Tick) -> ReplayResult:
    """Replay a file into the database at `url`, which is migrated and must contain no cases.

    Until the end the database is not safe against a power failure. `tick` gets the done and total numbers of rows.
    Raises BadInput for an unusable file and for a database with cases.
    """
    elapsed = case_replay.start_stopwatch()
    schema_migrations.upgrade(url)
    engine = engine_for(url, durable=False)
    try:
        reports, context, spec = _prepare_replay(engine, request, now)
        outcome = _replay_rows(engine, url, reports.rows, (context, spec, request.workers), tick)
        with transaction(engine) as tx:
            totals = case_replay.read_case_totals(tx)
    finally:
        engine.dispose()
    _flush_to_disk(url)
    rejected = sorted([*reports.rejected, *outcome.rejected], key=lambda row: row.number)
    return ReplayResult(totals, rejected, outcome.failed, outcome.overdue_with_due, outcome.late, elapsed())


def _prepare_replay(
    engine: Engine, request: ReplayRequest, now: datetime
) -> tuple[ReportFile, ReplayContext, ReplaySpec]:
    with transaction(engine) as tx:
        case_replay.require_empty(tx)
    number = demo.set_up_province(engine, request.mapping.province, request.deployment, now, request.language)
    spec = ReplaySpec(request.mapping.process, number, now, request.chase_cap, request.mapping.claims)
    with transaction(engine) as tx:
        context = case_replay.load_replay_context(tx, spec)
    reports = read_reports(request.file, request.mapping, context.commune_codes, now)
    end = reports.last_instant()
    if end is None:
        raise BadInput("in-file", file=request.file, reason=_why_unusable(reports))
    return reports, replace(context, end=end), replace(spec, end=end)


def _why_unusable(reports: ReportFile) -> BadInput:
    """Why no row of a file can be replayed, naming the first one."""
    if not reports.rejected:
        return BadInput("reports-without-rows")
    first = reports.rejected[0]
    return BadInput("reports-without-usable-row", first=BadInput("in-row", row=str(first.number), reason=first.reason))


def _replay_rows(
    engine: Engine, url: str, rows: list[ReportRow], prepared: tuple[ReplayContext, ReplaySpec, int], tick: Tick
) -> ReplayOutcome:
    context, spec, workers = prepared

    def count(number: int) -> None:
        tick(number, len(rows))

    tick(0, len(rows))
    if workers > 1 and engine.dialect.name == "sqlite" and len(rows) > WORTHWHILE:
        return replay_in_parallel(url, rows, spec, workers, count)
    return case_replay.replay_rows(engine, rows, context, tick=count)


def _flush_to_disk(url: str) -> None:
    """Make the written data safe against a power failure."""
    engine = engine_for(url)
    try:
        if engine.dialect.name == "sqlite":
            with transaction(engine) as tx:
                tx.read.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    finally:
        engine.dispose()


def replay_document(result: ReplayResult) -> dict[str, Any]:
    """The figures for JSON; all but `wall_s` and `cases_per_s` follow from the file alone."""
    delays = [delay.total_seconds() for delay in result.late]
    return {
        **asdict(result.totals),
        "overdue_with_due": result.overdue_with_due,
        "rejected": len(result.rejected),
        "rejected_rows": [_row_document(row) for row in result.rejected],
        "failed": len(result.failed),
        "failed_rows": [_row_document(row) for row in result.failed],
        "timers": len(delays),
        "timers_late": sum(seconds > 0 for seconds in delays),
        "late_max_s": max(delays, default=0.0),
        "wall_s": round(result.wall, 2),
        "cases_per_s": round(result.totals.cases / result.wall, 1),
    }


def _row_document(row: RejectedRow) -> dict[str, Any]:
    return {"number": row.number, "reason": say(row.reason, "en")}
