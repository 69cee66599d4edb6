"""Runs the program's processes: the web server, the worker, or both in one.

Any number of `web` and `worker` processes may run, on any number of machines, on one PostgreSQL. On SIGTERM a process
accepts no new work and finishes what it has started.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from typing import Any

from prometheus_client import start_http_server
from sqlalchemy import Engine
from waitress import create_server, serve, wasyncore

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
from web.http.request import Application

THREADS = 8
LOOPBACK = "127.0.0.1"


def run_server(settings: Settings, database: Engine, *, demonstration: bool = False, with_worker: bool = True) -> None:
    """Serve pages until stopped; `with_worker` runs the worker in this process as well.

    In the demonstration, mails go to a mailbox in this process, regardless of the configured mail server.
    """
    log.configure_logging(settings.log)
    _stop_on_signals(lambda: sys.exit(0))
    meters = Meters()
    with ExitStack() as stack:
        dev_mailbox = stack.enter_context(run_dev_mailbox(LOOPBACK, 0)) if demonstration else None
        app = create_app(settings, database, demonstration=demonstration, meters=meters)
        if dev_mailbox is not None:
            app.received_mails = dev_mailbox.mails
        if with_worker:
            delivery_channels = _delivery_channels(settings, dev_mailbox)
            stack.enter_context(_running_worker(Worker(_worker_context(settings, database, delivery_channels, meters))))
        stack.callback(database.dispose)
        serve(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="tongdai",
            clear_untrusted_proxy_headers=True,
        )


def run_worker(settings: Settings, database: Engine) -> None:
    """Run the worker until stopped; serves /metrics on TONGDAI_METRICS_PORT if set."""
    log.configure_logging(settings.log)
    meters, stopped = Meters(), Event()
    _stop_on_signals(stopped.set)
    meters.register_gauges(lambda: gauges.read_in_transaction(database, clock.now()))
    worker = Worker(_worker_context(settings, database, channels.open_channels(settings), meters))
    with ExitStack() as stack:
        stack.callback(database.dispose)
        if settings.metrics_port:
            server, thread = start_http_server(settings.metrics_port, settings.host, meters.registry)
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        stack.enter_context(_running_worker(worker))
        stopped.wait()


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
def _running_worker(worker: Worker) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def _stop_on_signals(stop: Callable[[], object]) -> None:
    """Stop on SIGTERM and SIGINT; only the main thread may handle them.

    Installed before anything starts, so that everything started shuts down in order.
    """

    def on_signal(_number: int, _frame: Any) -> None:
        stop()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)


@contextmanager
def in_thread(app: Application) -> Iterator[str]:
    """Serve pages from a thread on a free port, without a worker, for benchmarks and tests; yields the address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        # Only the loop's own thread may close its sockets; closed from here, its next wait would fail.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # noqa: SLF001
        thread.join()
