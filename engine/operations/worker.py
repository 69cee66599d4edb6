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
from engine.mailing.channels import Outlets
from engine.mailing.letters import Writing
from engine.operations.log import get_logger
from engine.operations.metrics import Meters
from engine.privacy.retention import Retention
from engine.process import history, messages, timers
from engine.process.timers import Fired
from engine.province.snapshot import Worlds
from engine.records.verifying import Verifier
from engine.staff import accounts, form_drafts, rate_limits
from engine.statistics import check
from engine.store import daily_jobs
from engine.store.db import transaction
from engine.world.world import World

IDLE = timedelta(seconds=5)
BREATH = timedelta(milliseconds=250)  # Between slices of the night's work, for others who write.
CLEARED_EVERY = timedelta(hours=1)
ANCHOR = "history_anchor"

log = get_logger()
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a worker works with: the database, the settings, the clock, the ways out, and who counts."""

    database: Engine
    settings: Settings
    clock: Clock
    outlets: Outlets
    writing: Callable[[World], Writing]
    meters: Meters


class Stopping(EngineError):
    """The worker stops."""


class _Threads(BasePoolExecutor):  # type: ignore[misc]  # APScheduler carries no types.
    """The threads that jobs run in; they are the worker's own, who waits for them."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        super().__init__(pool)


class Worker:
    """The jobs of one process. `start` and `stop` belong to whoever made it."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._worlds = Worlds(around.settings.chase_cap)
        self._cleared = around.clock() - CLEARED_EVERY
        self._stopping = False
        self._verifier = Verifier(around.database, around.settings.var, around.settings.anchor_key)
        self._retention = Retention(around.database, around.settings.retention_days)
        self._jobs: dict[str, Callable[[], datetime]] = {
            "timers": self.fire,
            "messages": self.tell,
            "mail": self.post,
            "daily": self.daily,
            "nightly": self.nightly,
        }
        self._threads = ThreadPoolExecutor(len(self._jobs))
        self.scheduler = BackgroundScheduler(executors={"default": _Threads(self._threads)}, timezone="UTC")

    def start(self) -> None:
        """Begin to work in threads of this process."""
        for name in self._jobs:
            self._again(name, self._around.clock())
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

    def fire(self) -> datetime:
        """Fire the timers that are due; returns when the next one is."""
        around, done = self._around, Fired()
        while self._fire_batch(done):
            pass
        for late in done.late:
            around.meters.fired(late.total_seconds())
        for _ in range(done.failed):
            around.meters.failed()
        if done.fired or done.failed:
            log.info("timers.fired", fired=done.fired, failed=done.failed)
        with transaction(around.database) as tx:
            return timers.next_due(tx) or around.clock() + IDLE

    def _fire_batch(self, done: Fired) -> bool:
        """Fire one batch; its steps are measured by their mean, because they share a transaction."""
        around, before = self._around, done.fired
        begun = around.clock()
        more = timers.fire_due(around.database, begun, self._world(), done, around.settings.timer_attempts)
        steps = done.fired - before
        for _ in range(steps):
            around.meters.step((around.clock() - begun).total_seconds() / steps)
        return more

    def tell(self) -> datetime:
        """Deliver the messages between cases, and end what was merged into a case that has ended."""
        around, world = self._around, self._world()
        done = messages.deliver_due(around.database, around.clock(), world)
        closed = corrections.close_merged(around.database, around.clock(), world)
        if done.delivered or done.failed or closed:
            log.info("messages.delivered", delivered=done.delivered, failed=done.failed, closed=closed)
        return around.clock() + IDLE

    def post(self) -> datetime:
        """Give due notices their recipients, make mails of them, and send what waits."""
        around, world = self._around, self._world()
        if around.outlets.channels:
            found = notices.resolve_due(around.database, around.clock(), world, around.outlets.channels)
            batching.pack(around.database, around.clock(), around.settings.mails_per_hour)
            sent = delivery.deliver_due(
                around.database, around.clock, around.writing(world), around.outlets, around.meters.mail
            )
            if found.resolved or found.unreachable or sent.sent or sent.later or sent.refused:
                facts = {"resolved": found.resolved, "unreachable": found.unreachable}
                log.info("mails.delivered", sent=sent.sent, later=sent.later, refused=sent.refused, **facts)
        return around.clock() + IDLE

    def daily(self) -> datetime:
        """What is done once a day by one of the workers, and once an hour by each."""
        around, now = self._around, self._around.clock()
        if around.outlets.channels:
            planned = daily.plan(around.database, now, self._world())
            if planned:
                log.info("daily.planned", mails=planned)
        self._anchor(now)
        if now - self._cleared >= CLEARED_EVERY:
            clear(around.database, now)
            self._cleared = now
        self._figures(now)
        return now + IDLE

    def nightly(self) -> datetime:
        """One slice of verifying all histories and of forgetting what is old enough; the rest a little later."""
        now = self._around.clock
        more = [self._verifier.work(now()), self._retention.work(now())]
        return now() + (BREATH if any(more) else IDLE)

    def _anchor(self, now: datetime) -> None:
        """Export the signed heads of all histories, once a day; a key is needed for it (R13)."""
        settings = self._around.settings
        if settings.anchor_key is None:
            return
        day = now.astimezone(VIETNAM).date()
        with transaction(self._around.database) as tx:
            if daily_jobs.claim(tx, ANCHOR, day, now):
                write_anchor(settings.var / f"anchor_{day:%Y%m%d}.json", history.anchor(tx, now, settings.anchor_key))
                log.info("history.anchored")

    def _figures(self, now: datetime) -> None:
        """Add up the days that are over and, once a day, compare what is kept with a full count."""
        try:
            checked = check.nightly(self._around.database, now, self._go_on)
        except Stopping:
            return  # Tomorrow is another night.
        if checked is not None:
            say = log.info if checked.agrees else log.error
            wrong = {"cases_wrong": checked.cases_wrong, "sums_wrong": checked.sums_wrong}
            say("figures.checked", cases=checked.cases, **wrong)

    def _go_on(self, _done: int) -> None:
        """Raise Stopping when the worker is to stop: nobody waits for a long count."""
        if self._stopping:
            raise Stopping

    def _world(self) -> World:
        with transaction(self._around.database) as tx:
            return self._worlds.get(tx)

    def _again(self, name: str, at: datetime) -> None:
        """Run a job once, at an instant; late is better than never.

        Each run is a job of its own: under one id the scheduler might remove the next run instead of the last one.
        """
        self.scheduler.add_job(self._run, "date", (name,), run_date=at, name=name, misfire_grace_time=None)

    def _run(self, name: str) -> None:
        """Run a job and arrange its next run, whatever happens: a lost database comes back."""
        now = self._around.clock
        at = now() + IDLE
        try:
            at = min(self._jobs[name](), now() + IDLE)
        except Exception:
            log.exception("job.failed", job=name)
        finally:
            self._again(name, at)


def clear(database: Engine, now: datetime) -> None:
    """Remove sessions, counts of tries and drafts that have ended."""
    with transaction(database) as tx:
        accounts.clear(tx, now)
        rate_limits.clear(tx, now)
        form_drafts.clear(tx, now)


def write_anchor(file: Path, text: str) -> None:
    """Keep an anchor beside the database; it belongs elsewhere as soon as somebody takes it there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
