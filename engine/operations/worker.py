"""Runs the background jobs: due timers, messages, notices and mails, the daily mail, housekeeping.

APScheduler runs each job one at a time and alongside the others. After each run, a job sleeps until its next work is
due, at most five seconds: another process may have made something due earlier. Any number of workers can share one
PostgreSQL database.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import partial

from apscheduler.executors.pool import BasePoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import Engine

from engine.briefings import drafting
from engine.cases import chosen_files, corrections, one_time_codes, word_weights
from engine.cases.old_files import OldFileCleaner
from engine.channels import conversations, mailbox_reading
from engine.channels.mailbox_reading import MailboxAway
from engine.config.environment import Settings
from engine.config.secret_key import anchor_keys
from engine.errors import EngineError
from engine.live import announcements
from engine.mailing import batching, citizen_mails, daily, delivery, duty_mails, notices
from engine.mailing.channels import Channels
from engine.mailing.letters import MailContext
from engine.operations import job_running, jobs
from engine.operations.anchor_export import AnchorExporter
from engine.operations.job_running import JobRunner
from engine.operations.log import get_logger
from engine.operations.metrics import Meters
from engine.privacy.matter_retention import NightlyMatterErasure
from engine.privacy.retention import NightlyErasure
from engine.process import messages, signals, start_timers, timers
from engine.process.signals import SignalTotals
from engine.process.start_timers import StartTotals
from engine.process.timers import TimerTotals
from engine.province.snapshot import WorldCache
from engine.push import sending
from engine.records.verifying import HistoryVerifier
from engine.staff import account_links, accounts, form_drafts, form_receipts, rate_limits
from engine.statistics import callback_draws, check
from engine.store.db import transaction
from engine.webhooks import calling, gathering, receivers
from engine.world.world import World

MAX_SLEEP = timedelta(seconds=5)
SLICE_PAUSE = timedelta(milliseconds=250)  # Between slices of the nightly work, so that others can write.
MAILBOX_PAUSE = timedelta(seconds=30)
JOB_PAUSE = timedelta(seconds=1)  # Somebody sits before the page that waits.
CLEANUP_INTERVAL = timedelta(hours=1)

log = get_logger()
Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class WorkerContext:
    """A worker's dependencies: database, settings, clock, delivery channels, mail context and meters.

    `runners` do long work, by kind.
    """

    database: Engine
    settings: Settings
    clock: Clock
    outlets: Channels
    writing: Callable[[World], MailContext]
    meters: Meters
    runners: Mapping[str, JobRunner] = field(default_factory=dict)


class WorkerStopping(EngineError):
    """The worker is stopping."""


class _Threads(BasePoolExecutor):  # type: ignore[misc]  # APScheduler carries no types.
    """The threads that run jobs; the worker owns them and waits for them."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        super().__init__(pool)


class Worker:
    """The jobs of one process; its creator calls `start` and `stop`."""

    def __init__(self, context: WorkerContext) -> None:
        self._around = context
        self._worlds = WorldCache(context.settings.chase_cap)
        self._cleared = context.clock() - CLEANUP_INTERVAL
        self._stopping = False
        keys = anchor_keys(context.settings)
        self._verifier = HistoryVerifier(context.database, context.settings.var, keys)
        self._anchors = AnchorExporter(context.database, context.settings, keys, context.outlets.smtp)
        self._old_files = OldFileCleaner(context.database)
        self._retention = NightlyErasure(context.database, context.settings.retention_days)
        self._matter_retention = NightlyMatterErasure(context.database, context.settings.retention_days)
        self._push = sending.open_sender(context.settings)
        self._webhooks = calling.open_webhook_sender(context.settings)
        self._jobs: dict[str, Callable[[], datetime]] = {
            "timers": self.fire_timers,
            "messages": self.deliver_messages,
            "signals": self.deliver_signals,
            "starts": self.begin_due_starts,
            "mail": self.deliver_mails,
            "push": self.tell_browsers,
            "webhooks": self.tell_systems,
            "mailbox": self.read_mailbox,
            "jobs": self.run_jobs,
            "daily": self.run_daily,
            "nightly": self.run_nightly,
        }
        self._threads = ThreadPoolExecutor(len(self._jobs))
        self.scheduler = BackgroundScheduler(executors={"default": _Threads(self._threads)}, timezone="UTC")

    def start(self) -> None:
        """Start the jobs in threads of this process."""
        for name in self._jobs:
            self._schedule_run(name, self._around.clock())
        self.scheduler.start()

    def stop(self) -> None:
        """Finish the running jobs and stop."""
        self._stopping = True
        self.scheduler.pause()
        self.scheduler.get_jobs()  # Waits for the current scheduler round, which a shutdown halfway would break.
        # If it waited for its jobs, the scheduler would hold the lock that they need to schedule their next run.
        self.scheduler.shutdown(wait=False)
        self._threads.shutdown(wait=True)
        self._around.outlets.close()

    def fire_timers(self) -> datetime:
        """Fire the due timers; returns the due time of the next one."""
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
        """Fire one batch; its steps are recorded with their mean duration, because they share a transaction."""
        context, before = self._around, totals.fired
        started_at = context.clock()
        more = timers.fire_due_timers(
            context.database, started_at, self._current_world(), totals, context.settings.timer_attempts
        )
        steps = totals.fired - before
        for _ in range(steps):
            context.meters.observe_step((context.clock() - started_at).total_seconds() / steps)
        return more

    def begin_due_starts(self) -> datetime:
        """Begin the instances that the timers of start events ask for; returns when the next is due."""
        context, totals = self._around, StartTotals()
        following = start_timers.begin_due(context.database, context.clock(), self._current_world(), totals)
        if totals.begun or totals.failed:
            log.info("starts.begun", begun=totals.begun, failed=totals.failed)
        return following or context.clock() + MAX_SLEEP

    def deliver_messages(self) -> datetime:
        """Deliver the messages between cases, and close cases merged into one that has ended."""
        context, world = self._around, self._current_world()
        outcome = messages.deliver_messages(context.database, context.clock(), world)
        closed = corrections.close_merged(context.database, context.clock(), world)
        if outcome.delivered or outcome.failed or closed:
            log.info("messages.delivered", delivered=outcome.delivered, failed=outcome.failed, closed=closed)
        return context.clock() + MAX_SLEEP

    def deliver_signals(self) -> datetime:
        """Give thrown signals to one slice of their receivers; the rest follows a moment later."""
        context, totals = self._around, SignalTotals()
        more = signals.deliver_signals(context.database, context.clock, self._current_world(), totals)
        if totals.delivered or totals.failed or totals.finished:
            facts = {"missed": totals.missed, "failed": totals.failed, "finished": totals.finished}
            log.info("signals.delivered", delivered=totals.delivered, **facts)
        return context.clock() + (signals.PAUSE if more else MAX_SLEEP)

    def deliver_mails(self) -> datetime:
        """Resolve the recipients of due notices, batch them into mails, and send the waiting mails."""
        context, world = self._around, self._current_world()
        if context.outlets.names:
            notice_totals = notices.resolve_recipients(context.database, context.clock(), world, context.outlets.names)
            duty_mails.plan_duty_mails(context.database, context.clock(), world, context.outlets.names)
            batching.batch_notices(context.database, context.clock(), context.settings.mails_per_hour)
            citizen_mails.queue_codes(context.database, context.clock(), context.outlets.names)
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

    def tell_browsers(self) -> datetime:
        """Tell officers' browsers of urgent work while no page is open, where push services are set."""
        context = self._around
        if context.settings.push_hosts:
            count = partial(context.meters.count_mail, "push")
            sending.tell_browsers(context.database, context.clock, self._push, count)
        return context.clock() + MAX_SLEEP

    def tell_systems(self) -> datetime:
        """Tell webhooks of what has happened, and again what they have not taken."""
        context = self._around
        gathering.gather_events(context.database, context.clock())
        taken = calling.send_due_calls(context.database, context.clock, self._webhooks)
        if taken:
            log.info("webhooks.told", taken=taken)
        return context.clock() + (SLICE_PAUSE if taken == calling.BATCH else MAX_SLEEP)

    def read_mailbox(self) -> datetime:
        """Keep what citizens have written to the province's mailbox."""
        context, server = self._around, self._around.settings.mailbox
        if server is None:
            return context.clock() + CLEANUP_INTERVAL
        _name, own_address = parseaddr(context.settings.mail_from)
        try:
            totals = mailbox_reading.read_mailbox(context.database, server, own_address, context.clock())
        except MailboxAway as away:
            log.warning("mailbox.away", reason=str(away))
            return context.clock() + MAILBOX_PAUSE
        if totals.kept or totals.ignored:
            log.info("mailbox.read", kept=totals.kept, ignored=totals.ignored)
        return context.clock() + MAILBOX_PAUSE

    def run_jobs(self) -> datetime:
        """Do the long work that pages have asked for, one piece at a time in this process."""
        context = self._around
        more = job_running.run_next_job(context.database, context.clock, context.runners, lambda: self._stopping)
        if more:
            log.info("jobs.run")
        return context.clock() + (timedelta(0) if more else JOB_PAUSE)

    def run_daily(self) -> datetime:
        """Run what one of the workers does once a day, and what each does once an hour."""
        context, now = self._around, self._around.clock()
        if context.outlets.names:
            planned = daily.plan_daily_summaries(context.database, now, self._current_world())
            if planned:
                log.info("daily.planned", mails=planned)
        self._export_anchor(now)
        if now - self._cleared >= CLEANUP_INTERVAL:
            delete_ended(context.database, now)
            self._cleared = now
        self._check_figures(now)
        briefings = drafting.draft_due_briefings(context.database, now, self._current_world())
        if briefings:
            log.info("briefings.drafted", count=briefings)
        drawn = callback_draws.draw_callbacks(context.database, now, secrets.token_hex(8))
        if drawn:
            log.info("callbacks.drawn", count=drawn)
        words = word_weights.learn_daily(context.database, now)
        if words is not None:
            log.info("words.learnt", words=words)
        return now + MAX_SLEEP

    def run_nightly(self) -> datetime:
        """Run one slice of verifying all histories, of erasing expired data and of cleaning old files.

        The rest follows a little later.
        """
        now = self._around.clock
        more = [
            self._verifier.verify_slice(now()),
            self._retention.erase_slice(now()),
            self._matter_retention.erase_slice(now()),
            self._old_files.clean_next(now()),
        ]
        return now() + (SLICE_PAUSE if any(more) else MAX_SLEEP)

    def _export_anchor(self, now: datetime) -> None:
        """Export the signed heads of all histories once a day, and send them to the second places (R13)."""
        if self._anchors.export_daily(now):
            log.info("history.anchored")
        self._anchors.send_newest(now)

    def _check_figures(self, now: datetime) -> None:
        """Roll up past days and, once a day, compare the stored figures with a full count."""
        try:
            checked = check.run_nightly(self._around.database, now, self._raise_if_stopping)
        except WorkerStopping:
            return  # Tomorrow is another night.
        if checked is not None:
            log_result = log.info if checked.agrees else log.error
            wrong = {"cases_wrong": checked.cases_wrong, "sums_wrong": checked.sums_wrong}
            log_result("figures.checked", cases=checked.cases, **wrong)

    def _raise_if_stopping(self, _done: int) -> None:
        """Raise WorkerStopping when the worker is stopping, so that nobody waits for a long count."""
        if self._stopping:
            raise WorkerStopping

    def _current_world(self) -> World:
        with transaction(self._around.database) as tx:
            return self._worlds.get(tx)

    def _schedule_run(self, name: str, at: datetime) -> None:
        """Schedule one run of a job; it runs even if it is late.

        Each run is a separate job: with a shared id, the scheduler might remove the next run instead of the last one.
        """
        self.scheduler.add_job(self._run_job, "date", (name,), run_date=at, name=name, misfire_grace_time=None)

    def _run_job(self, name: str) -> None:
        """Run a job and schedule its next run whatever happens: a lost database comes back."""
        now = self._around.clock
        at = now() + MAX_SLEEP
        try:
            at = min(self._jobs[name](), now() + MAX_SLEEP)
        except Exception:
            log.exception("job.failed", job=name)
        finally:
            self._schedule_run(name, at)


def delete_ended(database: Engine, now: datetime) -> None:
    """Delete expired sessions, windows, codes, drafts, receipts and files of forms, and links to choose a password."""
    with transaction(database) as tx:
        accounts.delete_ended_sessions(tx, now)
        rate_limits.delete_ended_windows(tx, now)
        one_time_codes.delete_expired(tx, now)
        form_drafts.delete_stale_values(tx, now)
        form_receipts.delete_old_receipts(tx, now)
        chosen_files.delete_stale_files(tx, now)
        account_links.delete_old_links(tx, now)
        announcements.delete_old(tx)
        receivers.delete_old_calls(tx, now)
        jobs.delete_old_jobs(tx, now)
        conversations.delete_dropped(tx, now)
