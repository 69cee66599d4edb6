"""Commands that run until they are stopped: pages and worker in one process, or each by itself."""

from __future__ import annotations

import click

from engine.store import schema_migrations
from web import serve
from web.cli.context import CommandContext, pass_context


@click.command(name="serve")
@click.option("--demonstration", is_flag=True, help="Offer the accounts of the demonstration on the start page.")
@pass_context
def serve_all(context: CommandContext, *, demonstration: bool) -> None:
    """Serve the pages and do the worker's part in one process; brings the database to the newest schema first."""
    schema_migrations.upgrade(context.settings.database)
    _print_address(context)
    serve.run_server(context.settings, context.database, demonstration=demonstration)


@click.command(name="web")
@pass_context
def serve_pages(context: CommandContext) -> None:
    """Serve the pages alone; run `tongdai worker` beside it, here or on another machine."""
    schema_migrations.require_newest(context.settings.database)
    _print_address(context)
    serve.run_server(context.settings, context.database, with_worker=False)


@click.command(name="worker")
@pass_context
def work(context: CommandContext) -> None:
    """Fire due timers, deliver messages and mails, do the daily work; any number of workers share one PostgreSQL."""
    schema_migrations.require_newest(context.settings.database)
    click.echo("Working; SIGTERM stops after the step in hand.")
    serve.run_worker(context.settings, context.database)


def _print_address(context: CommandContext) -> None:
    click.echo(f"The pages: http://{context.settings.host}:{context.settings.port}")


COMMANDS = (serve_all, serve_pages, work)
