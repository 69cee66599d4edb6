"""The command that runs the worker until stopped; it loads no page."""

from __future__ import annotations

import click

from engine.store import schema_migrations
from engine.translation.catalogue import N_
from web import worker_process
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, pass_context


@click.command(
    name="worker",
    cls=BilingualCommand,
    help=N_(
        "Chạy hẹn giờ đến hạn, chuyển thông điệp và thư, làm các việc hằng ngày; bao nhiêu tiến trình nền cũng dùng "
        "chung được một PostgreSQL."
    ),
)
@pass_context
def work(context: CommandContext) -> None:
    """Fire due timers, deliver messages and mails, do the daily work; any number of workers share one PostgreSQL."""
    schema_migrations.require_newest(context.settings.database)
    context.echo(N_("Đang làm việc; SIGTERM dừng sau khi xong bước đang làm."))
    worker_process.run_worker(context.settings, context.database)


COMMANDS = (work,)
