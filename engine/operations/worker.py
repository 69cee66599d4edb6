"""What works without an officer: due timers, messages, notices and mails, each morning's mail, housekeeping.

APScheduler runs each of them in turn with itself and beside the others. After each run it looks when the next thing is
due and sleeps until then, at most five seconds: another process may have made something due earlier. Any number of
workers share one PostgreSQL. Used by the server and the command line; `clock` is theirs.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from engine.cases import corrections
from engine.clock import VIETNAM
from engine.config.environment import Settings
from engine.errors import EngineError
from engine.mailing import batching, daily, delivery, notices
from engine.mailing.channels import Channels
from engine.mailing.letters import MailContext
from engine.operations.log import get_logger
from engine.operations.metrics import Meters
from engine.privacy.retention import NightlyErasure
from engine.process import history, messages, timers
from engine.process.timers import TimerTotals
from engine.province.snapshot import WorldCache
from engine.records.verifying import HistoryVerifier
from engine.staff import accounts, form_drafts, rate_limits
from engine.statistics import check
from engine.store import daily_jobs
from engine.store.db import transaction
from engine.world.world import World

MAX_SLEEP = timedelta(seconds=5)
SLICE_PAUSE = timedelta(milliseconds=250)  # Between slices of the night's work, for others who write.
CLEANUP_INTERVAL = timedelta(hours=1)
ANCHOR_JOB = "history_anchor"

log = get_logger()
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """What a worker works with: the database, the settings, the clock, the ways out, and who counts."""

    database: Engine
    settings: Settings
    clock: Clock
    outlets: Channels
    writing: Callable[[World], MailContext]
    meters: Meters


class WorkerStopping(EngineError):
    """The worker stops."""


class _Threads(BasePoolExecutor):  # type: ignore[misc]  # APScheduler carries no types.
    """The threads that jobs run in; they are the worker's own, who waits for them."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        super().__init__(pool)


class Worker:
    """The jobs of one process. `start` and `stop` belong to whoever made it."""

    def __init__(self, context: WorkerContext) -> None:
        self._around = context
        self._worlds = WorldCache(context.settings.chase_cap)
        self._cleared = context.clock() - CLEANUP_INTERVAL
        self._stopping = False
        self._verifier = HistoryVerifier(context.database, context.settings.var, context.settings.anchor_key)
        self._retention = NightlyErasure(context.database, context.settings.retention_days)
        self._jobs: dict[str, Callable[[], datetime]] = {
            "timers": self.fire_timers,
            "messages": self.deliver_messages,
            "mail": self.deliver_mails,
            "daily": self.run_daily,
            "nightly": self.run_nightly,
        }
        self._threads = ThreadPoolExecutor(len(self._jobs))
        self.scheduler = BackgroundScheduler(executors={"default": _Threads(self._threads)}, timezone="UTC")

    def start(self) -> None:
        """Begin to work in threads of this process."""
        for name in self._jobs:
            self._schedule_run(name, self._around.clock())
        self.scheduler.start()

    def stop(self) -> None:
        """Finish what is in hand and work no more."""
        self._stopping = True
        self.scheduler.pause()
        self.scheduler.get_jobs()  # Waits for a round of the scheduler, which a stop in its middle would break.
        # Asked to wait for its jobs, the scheduler would hold the lock that they need to arrange their next run.
        self.scheduler.shutdown(wait=False)
        self._threads.shutdown(wait=True)
        self._around.outlets.close()

    def fire_timers(self) -> datetime:
        """Fire the timers that are due; returns when the next one is."""
        context, totals = self._around, TimerTotals()
        while self._fire_batch(totals):
            pass
        for late in totals.late:
            context.meters.observe_timer(late.total_seconds())
        for _ in range(totals.failed):
            context.meters.count_failed_timer()
        if totals.fired or totals.failed:
            log.info("timers.fired", fired=totals.fired, failed=totals.failed)
        with transaction(context.database) as tx:
            return timers.next_due_time(tx) or context.clock() + MAX_SLEEP

    def _fire_batch(self, totals: TimerTotals) -> bool:
        """Fire one batch; its steps are measured by their mean, because they share a transaction."""
        context, before = self._around, totals.fired
        started_at = context.clock()
        more = timers.fire_due_timers(
            context.database, started_at, self._current_world(), totals, context.settings.timer_attempts
        )
        steps = totals.fired - before
        for _ in range(steps):
            context.meters.observe_step((context.clock() - started_at).total_seconds() / steps)
        return more

    def deliver_messages(self) -> datetime:
        """Deliver the messages between cases, and end what was merged into a case that has ended."""
        context, world = self._around, self._current_world()
        outcome = messages.deliver_messages(context.database, context.clock(), world)
        closed = corrections.close_merged(context.database, context.clock(), world)
        if outcome.delivered or outcome.failed or closed:
            log.info("messages.delivered", delivered=outcome.delivered, failed=outcome.failed, closed=closed)
        return context.clock() + MAX_SLEEP

    def deliver_mails(self) -> datetime:
        """Give due notices their recipients, make mails of them, and send what waits."""
        context, world = self._around, self._current_world()
        if context.outlets.names:
            notice_totals = notices.resolve_recipients(context.database, context.clock(), world, context.outlets.names)
            batching.batch_notices(context.database, context.clock(), context.settings.mails_per_hour)
            mail_totals = delivery.send_due_mails(
                context.database, context.clock, context.writing(world), context.outlets, context.meters.count_mail
            )
            if (
                notice_totals.resolved
                or notice_totals.unreachable
                or mail_totals.sent
                or mail_totals.later
                or mail_totals.refused
            ):
                facts = {"resolved": notice_totals.resolved, "unreachable": notice_totals.unreachable}
                log.info(
                    "mails.delivered",
                    sent=mail_totals.sent,
                    later=mail_totals.later,
                    refused=mail_totals.refused,
                    **facts,
                )
        return context.clock() + MAX_SLEEP

    def run_daily(self) -> datetime:
        """What is done once a day by one of the workers, and once an hour by each."""
        context, now = self._around, self._around.clock()
        if context.outlets.names:
            planned = daily.plan_mails(context.database, now, self._current_world())
            if planned:
                log.info("daily.planned", mails=planned)
        self._export_anchor(now)
        if now - self._cleared >= CLEANUP_INTERVAL:
            delete_ended(context.database, now)
            self._cleared = now
        self._check_figures(now)
        return now + MAX_SLEEP

    def run_nightly(self) -> datetime:
        """One slice of verifying all histories and of forgetting what is old enough; the rest a little later."""
        now = self._around.clock
        more = [self._verifier.verify_slice(now()), self._retention.erase_slice(now())]
        return now() + (SLICE_PAUSE if any(more) else MAX_SLEEP)

    def _export_anchor(self, now: datetime) -> None:
        """Export the signed heads of all histories, once a day; a key is needed for it (R13)."""
        settings = self._around.settings
        if settings.anchor_key is None:
            return
        day = now.astimezone(VIETNAM).date()
        with transaction(self._around.database) as tx:
            if daily_jobs.claim_job(tx, ANCHOR_JOB, day, now):
                write_anchor(
                    settings.var / f"anchor_{day:%Y%m%d}.json", history.create_anchor(tx, now, settings.anchor_key)
                )
                log.info("history.anchored")

    def _check_figures(self, now: datetime) -> None:
        """Add up the days that are over and, once a day, compare what is kept with a full count."""
        try:
            checked = check.run_nightly(self._around.database, now, self._raise_if_stopping)
        except WorkerStopping:
            return  # Tomorrow is another night.
        if checked is not None:
            log_result = log.info if checked.agrees else log.error
            wrong = {"cases_wrong": checked.cases_wrong, "sums_wrong": checked.sums_wrong}
            log_result("figures.checked", cases=checked.cases, **wrong)

    def _raise_if_stopping(self, _done: int) -> None:
        """Raise Stopping when the worker is to stop: nobody waits for a long count."""
        if self._stopping:
            raise WorkerStopping

    def _current_world(self) -> World:
        with transaction(self._around.database) as tx:
            return self._worlds.get(tx)

    def _schedule_run(self, name: str, at: datetime) -> None:
        """Run a job once, at an instant; late is better than never.

        Each run is a job of its own: under one id the scheduler might remove the next run instead of the last one.
        """
        self.scheduler.add_job(self._run_job, "date", (name,), run_date=at, name=name, misfire_grace_time=None)

    def _run_job(self, name: str) -> None:
        """Run a job and arrange its next run, whatever happens: a lost database comes back."""
        now = self._around.clock
        at = now() + MAX_SLEEP
        try:
            at = min(self._jobs[name](), now() + MAX_SLEEP)
        except Exception:
            log.exception("job.failed", job=name)
        finally:
            self._schedule_run(name, at)


def delete_ended(database: Engine, now: datetime) -> None:
    """Remove sessions, counts of tries and drafts that have ended."""
    with transaction(database) as tx:
        accounts.delete_ended_sessions(tx, now)
        rate_limits.delete_ended_windows(tx, now)
        form_drafts.delete_stale_values(tx, now)


def write_anchor(file: Path, text: str) -> None:
    """Keep an anchor beside the database; it belongs elsewhere as soon as somebody takes it there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
