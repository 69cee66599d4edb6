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
from engine.backup.backup import Kept
from web.cli.context import Context, pass_context

FILE = click.Path(path_type=Path)
NAMED = 10  # So many broken histories are told one by one; tongdai history verify lists them all.


@click.command(name="backup")
@click.argument("file", type=FILE)
@pass_context
def back_up(context: Context, file: Path) -> None:
    """Write the whole database to FILE while the program runs; never replaces a file."""
    with _progress("Backing up") as tick:
        kept = backup.back_up(context.database, file, clock.now(), tick)
    click.echo(f"{file}: {_size(file)}, {_content(kept)}.")
    _warn(kept)


@click.command(name="backup-check")
@click.argument("file", type=FILE)
def check(file: Path) -> None:
    """Restore FILE into a temporary database and say whether everything agrees."""
    with _progress("Checking") as tick:
        kept = backup.check(file, tick)
    click.echo(f"{file} can be restored: {_content(kept)}, {_origin(kept)}.")
    _warn(kept)


@click.command()
@click.argument("file", type=FILE)
@pass_context
def restore(context: Context, file: Path) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL, all of it or nothing."""
    with _progress("Restoring") as tick:
        kept = backup.restore(context.database, file, tick)
    click.echo(f"Restored: {_content(kept)}, {_origin(kept)}.")
    _warn(kept)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error, and none at all where nobody sees it."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _size(file: Path) -> str:
    return f"{file.stat().st_size / 1_000_000:.1f} MB"


def _content(kept: Kept) -> str:
    return f"{kept.manifest.rows} rows of {len(kept.manifest.tables)} tables"


def _origin(kept: Kept) -> str:
    manifest = kept.manifest
    return f"made {manifest.made_at.astimezone(clock.VIETNAM):%Y-%m-%d %H:%M} of {manifest.database}"


def _warn(kept: Kept) -> None:
    if not kept.broken:
        click.echo("Every history agrees with its chain.")
        return
    for item in kept.broken[:NAMED]:
        click.echo(str(item), err=True)
    click.echo(
        f"{len(kept.broken)} case histories were broken in the database already; they are kept as they are.", err=True
    )


COMMANDS = (back_up, check, restore)
