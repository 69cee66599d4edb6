"""What every command needs: the settings, the database and the world as it is now. For the modules of this package."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from engine.actor import Actor
from engine.config.environment import Settings
from engine.province import snapshot
from engine.store.db import engine_for, transaction
from engine.world.world import World
from forms.messages import Language

BY_COMMAND = Actor("administrator", "cli")

pass_context: Callable[..., Callable[..., None]] = click.pass_obj


class CommandContext:
    """One run of the command line."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def database(self) -> Engine:
        """The engine of the configured database; the folder of a SQLite file is made."""
        engine = engine_for(self.settings.database)
        if engine.url.get_backend_name() == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        return engine

    @property
    def language(self) -> Language:
        """The language of problems and other output."""
        return "en" if self.settings.language == "en" else "vi"

    @cached_property
    def world(self) -> World:
        """The world as the database knows it at the start of the command."""
        with transaction(self.database) as tx:
            return snapshot.load_world(tx, self.settings.chase_cap)


def print_table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table."""
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column)
    for row in rows:
        table.add_row(*("" if cell is None else str(cell) for cell in row))
    Console(soft_wrap=False).print(table)
