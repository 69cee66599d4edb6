"""Commands that serve the pages until stopped, with the worker in the same process or without."""

from __future__ import annotations

import click

from engine.store import schema_migrations
from engine.translation.catalogue import N_
from web import serve
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, pass_context


@click.command(
    name="serve",
    cls=BilingualCommand,
    help=N_(
        "Mở các trang và làm cả phần việc nền trong một tiến trình; trước hết đưa cơ sở dữ liệu lên cấu trúc mới nhất."
    ),
)
@click.option("--demonstration", is_flag=True, help=N_("Hiện các tài khoản của bản dùng thử trên trang bắt đầu."))
@pass_context
def serve_all(context: CommandContext, *, demonstration: bool) -> None:
    """Serve the pages and do the worker's part in one process; brings the database to the newest schema first."""
    schema_migrations.upgrade(context.settings.database)
    _print_address(context)
    serve.run_server(context.settings, context.database, demonstration=demonstration)


@click.command(
    name="web",
    cls=BilingualCommand,
    help=N_("Chỉ mở các trang; hãy chạy thêm tongdai worker bên cạnh, ở đây hoặc trên máy khác."),
)
@pass_context
def serve_pages(context: CommandContext) -> None:
    """Serve the pages alone; run `tongdai worker` beside it, here or on another machine."""
    schema_migrations.require_newest(context.settings.database)
    _print_address(context)
    serve.run_server(context.settings, context.database, with_worker=False)


def _print_address(context: CommandContext) -> None:
    context.echo(N_("Các trang: {address}"), address=serve.page_address(context.settings))


COMMANDS = (serve_all, serve_pages)
