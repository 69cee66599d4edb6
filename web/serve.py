"""Runs the web server, with or without the worker in the same process.

Any number of `web` and `worker` processes may run, on any number of machines, on one PostgreSQL. On SIGTERM a process
accepts no new work and finishes what it has started.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from sqlalchemy import Engine

from engine.config.environment import MailServer, Settings
from engine.mailing import channels
from engine.mailing.channels import Channels
from engine.mailing.dev_server import DevMailbox, run_dev_mailbox
from engine.operations import log
from engine.operations.metrics import Meters
from engine.operations.worker import Worker
from web.app import create_app
from web.http.page_server import running_pages
from web.http.request import Application
from web.stop_request import StopRequest
from web.worker_process import running_worker, worker_context

LOOPBACK = "127.0.0.1"
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
    with StopRequest().observed() as stop, ExitStack() as stack:
        stack.callback(database.dispose)
        dev_mailbox = stack.enter_context(run_dev_mailbox(LOOPBACK, 0)) if demonstration else None
        app = create_app(settings, database, demonstration=demonstration, meters=meters)
        if dev_mailbox is not None:
            app.received_mails = dev_mailbox.mails
        pages = stack.enter_context(running_pages(app, settings.host, settings.port))
        if with_worker:
            delivery_channels = _delivery_channels(settings, dev_mailbox)
            stack.enter_context(running_worker(Worker(worker_context(settings, database, delivery_channels, meters))))
        while not stop.wait(WATCH_SECONDS):
            if not pages.thread.is_alive():
                raise PagesEnded


def _delivery_channels(settings: Settings, dev_mailbox: DevMailbox | None) -> Channels:
    if dev_mailbox is None:
        return channels.open_channels(settings)
    return channels.smtp_only(MailServer("smtp", LOOPBACK, dev_mailbox.port))


@contextmanager
def in_thread(app: Application) -> Iterator[str]:
    """Serve pages on a free port of this machine, without a worker, for benchmarks and tests; yields the address."""
    with running_pages(app, LOOPBACK, 0, threads=4) as pages:
        yield f"http://{LOOPBACK}:{pages.port}"
