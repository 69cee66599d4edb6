"""What every command needs: the settings, the database, the current world, and the reader's language.

A command prints only through its context: the sentence is the Vietnamese one, marked with `N_`; its placeholders are
filled after translation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from sqlalchemy import Engine

from engine import clock
from engine.actor import Actor, ActStamp
from engine.config.environment import Settings
from engine.config.private_files import close_folder, make_folder
from engine.province import snapshot
from engine.store.db import engine_for, transaction
from engine.translation.catalogue import LANGUAGES, SOURCE, Language, translate
from engine.translation.wording import Term, fact_text
from engine.whole_number import MAX_WHOLE_NUMBER
from engine.world.world import World

ROW_NUMBER = click.IntRange(1, MAX_WHOLE_NUMBER)
BY_COMMAND = Actor("administrator", "cli")


def command_stamp() -> ActStamp:
    """Who runs a command, and now, as the journal records it."""
    return ActStamp(BY_COMMAND, clock.now())


pass_context: Callable[..., Callable[..., None]] = click.pass_obj


def chosen_language(environ: Mapping[str, str]) -> Language:
    """The language set in TONGDAI_LANGUAGE; the default if it is unset or unknown."""
    choice = environ.get("TONGDAI_LANGUAGE", "").strip()
    return next((language for language in LANGUAGES if language == choice), SOURCE)


class CommandContext:
    """One invocation of the command line."""

    def __init__(self, settings: Settings, language: Language | None = None) -> None:
        self.settings = settings
        self.language: Language = language or ("en" if settings.language == "en" else "vi")

    @cached_property
    def database(self) -> Engine:
        """The engine of the configured database; creates the folder of a SQLite file."""
        engine = engine_for(self.settings.database)
        if engine.url.get_backend_name() == "sqlite" and engine.url.database:
            close_folder(self.settings.var)
            make_folder(Path(engine.url.database).parent)
        return engine

    @cached_property
    def world(self) -> World:
        """The world as stored in the database when first used."""
        with transaction(self.database) as tx:
            return snapshot.load_world(tx, self.settings.chase_cap)

    def text(self, sentence: str, **facts: object) -> str:
        """`sentence` in the reader's language with its placeholders filled; words errors and terms among the facts."""
        return translate(sentence, self.language).format(**{name: self._readable(fact) for name, fact in facts.items()})

    def echo(self, sentence: str, *, err: bool = False, **facts: object) -> None:
        """Print `sentence` as one line."""
        click.echo(self.text(sentence, **facts), err=err)

    def refusal(self, sentence: str, **facts: object) -> click.ClickException:
        """The exception that ends a command with exit code 1 and this sentence."""
        return click.ClickException(self.text(sentence, **facts))

    def words(self, item: object) -> str:
        """A value, error or finding of the engine in the reader's language; texts unchanged."""
        return str(self._readable(item))

    def decimal(self, number: float, form: str) -> str:
        """A number in a format such as ".1f", with the decimal sign of the reader's language."""
        digits = format(number, form)
        return digits.replace(".", ",") if self.language == "vi" else digits

    def instant(self, instant: datetime | None) -> str:
        """An instant in the reader's language: Vietnam time, in English with its zone; "" for None."""
        if instant is None:
            return ""
        return f"{instant.astimezone(clock.VIETNAM):%H:%M %d/%m/%Y}" if self.language == "vi" else str(instant)

    def print_table(
        self, title: str, columns: Iterable[str], rows: Iterable[Iterable[object]], **facts: object
    ) -> None:
        """Print a table; title and columns are translated, cells are worded as `words` does."""
        table = Table(title=self.text(title, **facts), title_justify="left")
        for column in columns:
            table.add_column(self.text(column))
        for row in rows:
            table.add_row(*("" if cell is None else self.words(cell) for cell in row))
        Console(soft_wrap=False).print(table)

    def _readable(self, fact: object) -> object:
        match fact:
            case Term() | object(rule=str(), facts=_):
                return fact_text(fact, self.language)
            case _:
                return fact
