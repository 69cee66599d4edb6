"""Runs the program's processes: the web server, the worker, or both in one.

Any number of `web` and `worker` processes may run, on any number of machines, on one PostgreSQL. On SIGTERM a process
accepts no new work and finishes what it has started.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from socket import socketpair

from prometheus_client import start_http_server
from sqlalchemy import Engine

from engine import clock
from engine.config.environment import MailServer, Settings
from engine.config.secret_key import signing_key
from engine.mailing import channels
from engine.mailing.channels import Channels
from engine.mailing.dev_server import DevMailbox, run_dev_mailbox
from engine.mailing.letters import MailContext
from engine.mailing.writing import build_mail_context
from engine.operations import gauges, log
from engine.operations.metrics import Meters
from engine.operations.worker import Worker, WorkerContext
from engine.world.world import World
from web.app import create_app
from web.http.page_server import port_error, running_pages
from web.http.request import Application

LOOPBACK = "127.0.0.1"
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
WATCH_SECONDS = 5


class PagesEnded(Exception):
    """The thread that serves pages has ended by itself; the process ends too, so that it is started anew."""


def page_address(settings: Settings) -> str:
    """Where a browser on this machine finds the pages: an IPv6 address stands in brackets (RFC 3986, 3.2.2)."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def run_server(settings: Settings, database: Engine, *, demonstration: bool = False, with_worker: bool = True) -> None:
    """Serve pages until stopped; `with_worker` runs the worker in this process as well.

    In the demonstration, mails go to a mailbox in this process, regardless of the configured mail server.
    """
    log.configure_logging(settings.log)
    meters = Meters()
    with _StopRequest().observed() as stop, ExitStack() as stack:
        stack.callback(database.dispose)
        dev_mailbox = stack.enter_context(run_dev_mailbox(LOOPBACK, 0)) if demonstration else None
        app = create_app(settings, database, demonstration=demonstration, meters=meters)
        if dev_mailbox is not None:
            app.received_mails = dev_mailbox.mails
        pages = stack.enter_context(running_pages(app, settings.host, settings.port))
        if with_worker:
            delivery_channels = _delivery_channels(settings, dev_mailbox)
            stack.enter_context(_running_worker(Worker(_worker_context(settings, database, delivery_channels, meters))))
        while not stop.wait(WATCH_SECONDS):
            if not pages.thread.is_alive():
                raise PagesEnded


def run_worker(settings: Settings, database: Engine) -> None:
    """Run the worker until stopped; serves /metrics on TONGDAI_METRICS_PORT if set."""
    log.configure_logging(settings.log)
    meters = Meters()
    meters.register_gauges(lambda: gauges.read_in_transaction(database, clock.now()))
    worker = Worker(_worker_context(settings, database, channels.open_channels(settings), meters))
    with _StopRequest().observed() as stop, ExitStack() as stack:
        stack.callback(database.dispose)
        if settings.metrics_port:
            stack.enter_context(_exported_metrics(settings, meters))
        stack.enter_context(_running_worker(worker))
        stop.wait()


def _worker_context(settings: Settings, database: Engine, delivery_channels: Channels, meters: Meters) -> WorkerContext:
    key = signing_key(settings)

    def writing_in_world(world: World) -> MailContext:
        return build_mail_context(settings, key, world)

    return WorkerContext(database, settings, clock.now, delivery_channels, writing_in_world, meters)


def _delivery_channels(settings: Settings, dev_mailbox: DevMailbox | None) -> Channels:
    if dev_mailbox is None:
        return channels.open_channels(settings)
    return channels.smtp_only(MailServer("smtp", LOOPBACK, dev_mailbox.port))


@contextmanager
def _exported_metrics(settings: Settings, meters: Meters) -> Iterator[None]:
    try:
        server, thread = start_http_server(settings.metrics_port, settings.host, meters.registry)
    except OSError as error:
        raise port_error(error, settings.host, settings.metrics_port, "TONGDAI_METRICS_PORT") from error
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def _running_worker(worker: Worker) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        worker.stop()


class _StopRequest:
    """Whether somebody has asked the process to stop, by SIGTERM or SIGINT.

    The handler does nothing: it would run in the middle of whatever the main thread does, and could not tell it
    anything without a lock that this may be holding. Python writes a byte for each signal instead.
    """

    def __init__(self) -> None:
        self._reader, self._writer = socketpair()
        self._writer.settimeout(0)  # A signal must never wait for the reader.

    @contextmanager
    def observed(self) -> Iterator[_StopRequest]:
        """Watch for the signals within the block."""
        pipe_before = signal.set_wakeup_fd(self._writer.fileno())
        before = {number: signal.signal(number, lambda *_: None) for number in STOP_SIGNALS}
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            signal.set_wakeup_fd(pipe_before)
            self._reader.close()
            self._writer.close()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for a request; False if none came in time."""
        self._reader.settimeout(seconds)
        try:
            return bool(self._reader.recv(1))
        except TimeoutError:
            return False


@contextmanager
def in_thread(app: Application) -> Iterator[str]:
    """Serve pages on a free port of this machine, without a worker, for benchmarks and tests; yields the address."""
    with running_pages(app, LOOPBACK, 0, threads=4) as pages:
        yield f"http://{LOOPBACK}:{pages.port}"
