"""Commands that keep the whole database in a file, check such a file, and put it back."""

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
from web.cli.context import CommandContext, pass_context

FILE_TYPE = click.Path(path_type=Path)
MOST_LISTED = 10  # So many broken histories are told one by one; tongdai history verify lists them all.


@click.command(name="backup")
@click.argument("file", type=FILE_TYPE)
@pass_context
def back_up(context: CommandContext, file: Path) -> None:
    """Write the whole database to FILE while the program runs; never replaces a file."""
    with _progress_bar("Backing up") as tick:
        result = backup.back_up_database(context.database, file, clock.now(), tick)
    click.echo(f"{file}: {_file_size(file)}, {_content_summary(result)}.")
    _print_broken_histories(result)


@click.command(name="backup-check")
@click.argument("file", type=FILE_TYPE)
def check(file: Path) -> None:
    """Restore FILE into a temporary database and say whether everything agrees."""
    with _progress_bar("Checking") as tick:
        result = backup.rehearse_restore(file, tick)
    click.echo(f"{file} can be restored: {_content_summary(result)}, {_origin_summary(result)}.")
    _print_broken_histories(result)


@click.command()
@click.argument("file", type=FILE_TYPE)
@pass_context
def restore(context: CommandContext, file: Path) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL, all of it or nothing."""
    with _progress_bar("Restoring") as tick:
        result = backup.restore_database(context.database, file, tick)
    click.echo(f"Restored: {_content_summary(result)}, {_origin_summary(result)}.")
    _print_broken_histories(result)


@contextmanager
def _progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, and none at all where nobody sees it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _file_size(file: Path) -> str:
    return f"{file.stat().st_size / 1_000_000:.1f} MB"


def _content_summary(result: BackupContent) -> str:
    return f"{result.manifest.rows} rows of {len(result.manifest.tables)} tables"


def _origin_summary(result: BackupContent) -> str:
    manifest = result.manifest
    return f"made {manifest.made_at.astimezone(clock.VIETNAM):%Y-%m-%d %H:%M} of {manifest.database}"


def _print_broken_histories(result: BackupContent) -> None:
    if not result.broken:
        click.echo("Every history agrees with its chain.")
        return
    for item in result.broken[:MOST_LISTED]:
        click.echo(str(item), err=True)
    click.echo(
        f"{len(result.broken)} case histories were broken in the database already; they are kept as they are.", err=True
    )


COMMANDS = (back_up, check, restore)
