"""Runs the worker, alone in its process or beside the pages: loads no page, so that it starts in half the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from prometheus_client import start_http_server
from sqlalchemy import Engine

from engine import clock
from engine.config.environment import Settings
from engine.config.secret_key import signing_key
from engine.mailing import channels
from engine.mailing.channels import Channels
from engine.mailing.letters import MailContext
from engine.mailing.writing import build_mail_context
from engine.operations import gauges, log
from engine.operations.metrics import Meters
from engine.operations.worker import Worker, WorkerContext
from engine.world.world import World
from web.http.ports import port_error
from web.job_runners import job_runners
from web.stop_request import StopRequest


def run_worker(settings: Settings, database: Engine) -> None:
    """Run the worker until stopped; serves /metrics on TONGDAI_METRICS_PORT if set."""
    log.configure_logging(settings.log)
    meters = Meters()
    meters.register_gauges(lambda: gauges.read_in_transaction(database, clock.now()))
    worker = Worker(worker_context(settings, database, channels.open_channels(settings), meters))
    with StopRequest().observed() as stop, ExitStack() as stack:
        stack.callback(database.dispose)
        if settings.metrics_port:
            stack.enter_context(_exported_metrics(settings, meters))
        stack.enter_context(running_worker(worker))
        stop.wait()


def worker_context(settings: Settings, database: Engine, delivery_channels: Channels, meters: Meters) -> WorkerContext:
    """What a worker of this installation works with."""
    key = signing_key(settings)

    def writing_in_world(world: World) -> MailContext:
        return build_mail_context(settings, key, world)

    runners = job_runners(settings)
    return WorkerContext(database, settings, clock.now, delivery_channels, writing_in_world, meters, runners)


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
def running_worker(worker: Worker) -> Iterator[None]:
    """Have a worker at work within the block; leaving it waits until what it has begun is done."""
    worker.start()
    try:
        yield
    finally:
        worker.stop()
