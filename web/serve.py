"""The processes of the program: the web server, the worker, or both in one. Called by the command line.

`web` and `worker` may run any number of times, on any number of machines, on one PostgreSQL. Asked to stop (SIGTERM), a
process takes nothing new and finishes what is in hand.
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
from engine.config.secret_key import key_of
from engine.mailing import channels
from engine.mailing.channels import Outlets
from engine.mailing.dev_server import Catcher, catching
from engine.mailing.letters import Writing
from engine.mailing.writing import writing_for
from engine.operations import gauges, log
from engine.operations.metrics import Meters
from engine.operations.worker import Surroundings, Worker
from engine.world.world import World
from web.app import create_app
from web.http.request import Application

THREADS = 8
CAUGHT = "127.0.0.1"


def run(settings: Settings, database: Engine, *, demonstration: bool = False, working: bool = True) -> None:
    """Serve pages until stopped; `working` has this process do the worker's part as well.

    In the demonstration mails go to a mailbox of this process, whatever mail server is set.
    """
    log.configure(settings.log)
    _stop_when_asked(lambda: sys.exit(0))
    meters = Meters()
    with ExitStack() as stack:
        catcher = stack.enter_context(catching(CAUGHT, 0)) if demonstration else None
        app = create_app(settings, database, demonstration=demonstration, meters=meters)
        if catcher is not None:
            app.caught = catcher.mails
        if working:
            out = _outlets(settings, catcher)
            stack.enter_context(_at_work(Worker(_around(settings, database, out, meters))))
        stack.callback(database.dispose)
        serve(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident="tongdai",
            clear_untrusted_proxy_headers=True,
        )


def work(settings: Settings, database: Engine) -> None:
    """Do the worker's part until stopped; /metrics is answered where TONGDAI_METRICS_PORT says."""
    log.configure(settings.log)
    meters, stopped = Meters(), Event()
    _stop_when_asked(stopped.set)
    meters.watch(lambda: gauges.of(database, clock.now()))
    worker = Worker(_around(settings, database, channels.opened(settings), meters))
    with ExitStack() as stack:
        stack.callback(database.dispose)
        if settings.metrics_port:
            server, thread = start_http_server(settings.metrics_port, settings.host, meters.registry)
            stack.callback(thread.join)
            stack.callback(server.shutdown)
        stack.enter_context(_at_work(worker))
        stopped.wait()


def _around(settings: Settings, database: Engine, out: Outlets, meters: Meters) -> Surroundings:
    key = key_of(settings)

    def writing(world: World) -> Writing:
        return writing_for(settings, key, world)

    return Surroundings(database, settings, clock.now, out, writing, meters)


def _outlets(settings: Settings, catcher: Catcher | None) -> Outlets:
    if catcher is None:
        return channels.opened(settings)
    return channels.to_mail_server(MailServer("smtp", CAUGHT, catcher.port))


@contextmanager
def _at_work(worker: Worker) -> Iterator[None]:
    worker.start()
    try:
        yield
    finally:
        worker.stop()


def _stop_when_asked(stop: Callable[[], object]) -> None:
    """Stop at SIGTERM and SIGINT alike; only the main thread may listen to them.

    Asked for before anything is begun: whatever has begun then ends in order.
    """

    def asked(_number: int, _frame: Any) -> None:
        stop()

    signal.signal(signal.SIGTERM, asked)
    signal.signal(signal.SIGINT, asked)


@contextmanager
def in_thread(app: Application) -> Iterator[str]:
    """Serve pages from a thread on a free port, without a worker, for measuring and tests; yields the address."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        server.task_dispatcher.shutdown()
        # Only the loop's own thread may close what it waits for; closed from here, its next wait would fail.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))  # noqa: SLF001
        thread.join()
