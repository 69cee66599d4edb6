"""A whole replay from a file to its figures: the database is made, filled, closed safely, and counted.

Called by the command line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, text

from engine.errors import BadInput
from engine.replay import case_replay, demo
from engine.replay.case_replay import Replayed, Setting, Stage, Totals
from engine.replay.csv_files import Rejected, ReplayMapping, Reports, Row, read_reports
from engine.replay.parallel import WORTHWHILE, replay_spread
from engine.store import schema_migrations
from engine.store.db import connect, transaction
from forms.messages import Language

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What to replay, with what, and with how many processes."""

    file: Path
    mapping: ReplayMapping
    deployment: demo.Files
    chase_cap: int
    workers: int = 1
    language: Language = "vi"


@dataclass(frozen=True, slots=True)
class Result:
    """A replay's figures. `rejected` are rows that were not replayed, in the file's order; `wall` in seconds."""

    totals: Totals
    rejected: list[Rejected]
    failed: list[Rejected]
    overdue_with_due: int
    late: list[timedelta]
    wall: float


def run(url: str, order: Order, now: datetime, tick: Tick) -> Result:
    """Replay a file into the database at `url`, which is migrated and must hold no cases.

    Until the end the database is not safe against a power failure. `tick` gets done and total numbers of rows. Raises
    BadInput for an unusable file and for a database with cases.
    """
    elapsed = case_replay.stopwatch()
    schema_migrations.upgrade(url)
    engine = connect(url, durable=False)
    try:
        reports, stage, setting = _prepare(engine, order, now)
        done = _replay(engine, url, reports.rows, (stage, setting, order.workers), tick)
        with transaction(engine) as tx:
            totals = case_replay.totals(tx)
    finally:
        engine.dispose()
    _settle(url)
    rejected = sorted([*reports.rejected, *done.rejected], key=lambda row: row.number)
    return Result(totals, rejected, done.failed, done.overdue_with_due, done.late, elapsed())


def _prepare(engine: Engine, order: Order, now: datetime) -> tuple[Reports, Stage, Setting]:
    with transaction(engine) as tx:
        case_replay.require_empty(tx)
    number = demo.found(engine, order.mapping.province, order.deployment, now, order.language)
    setting = Setting(order.mapping.process, number, now, order.chase_cap, order.mapping.claims)
    with transaction(engine) as tx:
        stage = case_replay.enter(tx, setting)
    reports = read_reports(order.file, order.mapping, stage.communes, now)
    end = reports.end()
    if end is None:
        raise BadInput(f"{order.file}: no row can be replayed; {_first(reports)}")
    return reports, replace(stage, end=end), replace(setting, end=end)


def _first(reports: Reports) -> str:
    return f"row {reports.rejected[0].number}: {reports.rejected[0].reason}." if reports.rejected else "it has none."


def _replay(engine: Engine, url: str, rows: list[Row], how: tuple[Stage, Setting, int], tick: Tick) -> Replayed:
    stage, setting, workers = how

    def count(number: int) -> None:
        tick(number, len(rows))

    tick(0, len(rows))
    if workers > 1 and engine.dialect.name == "sqlite" and len(rows) > WORTHWHILE:
        return replay_spread(url, rows, setting, workers, count)
    return case_replay.replay(engine, rows, stage, tick=count)


def _settle(url: str) -> None:
    """Make what was written safe against a power failure."""
    engine = connect(url)
    try:
        if engine.dialect.name == "sqlite":
            with transaction(engine) as tx:
                tx.read.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    finally:
        engine.dispose()


def document(result: Result) -> dict[str, Any]:
    """The figures as JSON tells them; all but `wall_s` and `cases_per_s` follow from the file alone."""
    late = [at.total_seconds() for at in result.late]
    return {
        **asdict(result.totals),
        "overdue_with_due": result.overdue_with_due,
        "rejected": len(result.rejected),
        "rejected_rows": [asdict(row) for row in result.rejected],
        "failed": len(result.failed),
        "failed_rows": [asdict(row) for row in result.failed],
        "timers": len(late),
        "timers_late": sum(seconds > 0 for seconds in late),
        "late_max_s": max(late, default=0.0),
        "wall_s": round(result.wall, 2),
        "cases_per_s": round(result.totals.cases / result.wall, 1),
    }
