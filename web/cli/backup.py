"""Commands that back up the whole database to a file, check such a file, and restore it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from engine import clock
from engine.backup import backup
from engine.backup.backup import BackupContent
from engine.journal import acts, journal
from engine.store import schema_migrations
from engine.store.db import transaction
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, command_stamp, pass_context

FILE_TYPE = click.Path(path_type=Path)
MOST_LISTED = 10  # At most this many broken histories are listed; tongdai history verify lists all.


@click.command(
    name="backup",
    cls=BilingualCommand,
    help=N_("Sao lưu toàn bộ cơ sở dữ liệu vào tệp FILE trong khi hệ thống vẫn chạy; không bao giờ ghi đè một tệp."),
)
@click.argument("file", type=FILE_TYPE)
@pass_context
def back_up(context: CommandContext, file: Path) -> None:
    """Write the whole database to FILE while the program runs; never replaces a file."""
    with _progress_bar(context.text(N_("Đang sao lưu"))) as tick:
        result = backup.back_up_database(context.database, file, clock.now(), tick)
    with transaction(context.database) as tx:
        if schema_migrations.revision_of(tx) == schema_migrations.head_revision():  # An older one may have no journal.
            facts = {"file": file.name, "rows": result.manifest.rows}
            journal.record(tx, command_stamp(), acts.BACK_UP, "database:", **facts)
    size = context.decimal(file.stat().st_size / 1_000_000, ".1f")
    context.echo(N_("{file}: {size} MB, {content}."), file=file, size=size, content=_content_summary(context, result))
    _print_broken_histories(context, result)


@click.command(
    name="backup-check",
    cls=BilingualCommand,
    help=N_("Phục hồi FILE vào một cơ sở dữ liệu tạm và cho biết mọi thứ có khớp không."),
)
@click.argument("file", type=FILE_TYPE)
@pass_context
def check_backup(context: CommandContext, file: Path) -> None:
    """Restore FILE into a temporary database and say whether everything agrees."""
    with _progress_bar(context.text(N_("Đang kiểm tra bản sao lưu"))) as tick:
        result = backup.rehearse_restore(file, tick)
    context.echo(
        N_("{file} phục hồi được: {content}, {origin}."),
        file=file,
        content=_content_summary(context, result),
        origin=_origin_summary(context, result),
    )
    _print_broken_histories(context, result)


@click.command(
    cls=BilingualCommand,
    help=N_("Phục hồi một bản sao lưu vào cơ sở dữ liệu còn trống, SQLite hoặc PostgreSQL: tất cả hoặc không gì cả."),
)
@click.argument("file", type=FILE_TYPE)
@pass_context
def restore(context: CommandContext, file: Path) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL, all of it or nothing."""
    with _progress_bar(context.text(N_("Đang phục hồi"))) as tick:
        result = backup.restore_database(context.database, file, tick)
    with transaction(context.database) as tx:
        facts = {"file": file.name, "made_at": result.manifest.made_at.isoformat()}
        journal.record(tx, command_stamp(), acts.RESTORE_DATABASE, "database:", **facts)
    context.echo(
        N_("Đã phục hồi: {content}, {origin}."),
        content=_content_summary(context, result),
        origin=_origin_summary(context, result),
    )
    _print_broken_histories(context, result)


@contextmanager
def _progress_bar(description: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on standard error, only if it is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(description, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _content_summary(context: CommandContext, result: BackupContent) -> str:
    manifest = result.manifest
    return context.text(N_("{rows} dòng trong {tables} bảng"), rows=manifest.rows, tables=len(manifest.tables))


def _origin_summary(context: CommandContext, result: BackupContent) -> str:
    manifest = result.manifest
    return context.text(
        N_("lập lúc {made_at:%H:%M %d/%m/%Y} từ {database}"),
        made_at=manifest.made_at.astimezone(clock.VIETNAM),
        database=manifest.database,
    )


def _print_broken_histories(context: CommandContext, result: BackupContent) -> None:
    if not result.broken:
        context.echo(N_("Mọi nhật ký đều còn nguyên vẹn."))
        return
    for item in result.broken[:MOST_LISTED]:
        click.echo(context.words(item), err=True)
    context.echo(
        N_("{count} nhật ký hồ sơ đã bị sửa từ trước trong cơ sở dữ liệu; các nhật ký này được giữ nguyên như vậy."),
        count=len(result.broken),
        err=True,
    )


COMMANDS = (back_up, check_backup, restore)
