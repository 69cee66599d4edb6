"""What every command needs: the settings, the database, the world as it is now, and the reader's language.

For the modules of this package. A command says nothing but through its context: the sentence is the Vietnamese one,
marked with `N_`, its places are filled when it has been translated.
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
from engine.actor import Actor
from engine.config.environment import Settings
from engine.province import snapshot
from engine.store.db import engine_for, transaction
from engine.translation.catalogue import LANGUAGES, SOURCE, Language, translate
from engine.translation.wording import Term, fact_text
from engine.world.world import World

BY_COMMAND = Actor("administrator", "cli")

pass_context: Callable[..., Callable[..., None]] = click.pass_obj


def chosen_language(environ: Mapping[str, str]) -> Language:
    """The language that TONGDAI_LANGUAGE asks for; the usual one while it asks for none that there is."""
    choice = environ.get("TONGDAI_LANGUAGE", "").strip()
    return next((language for language in LANGUAGES if language == choice), SOURCE)


class CommandContext:
    """One run of the command line."""

    def __init__(self, settings: Settings, language: Language | None = None) -> None:
        self.settings = settings
        self.language: Language = language or ("en" if settings.language == "en" else "vi")

    @cached_property
    def database(self) -> Engine:
        """The engine of the configured database; the folder of a SQLite file is made."""
        engine = engine_for(self.settings.database)
        if engine.url.get_backend_name() == "sqlite" and engine.url.database:
            Path(engine.url.database).parent.mkdir(parents=True, exist_ok=True)
        return engine

    @cached_property
    def world(self) -> World:
        """The world as the database knows it at the start of the command."""
        with transaction(self.database) as tx:
            return snapshot.load_world(tx, self.settings.chase_cap)

    def text(self, sentence: str, **facts: object) -> str:
        """`sentence` in the reader's language, with its places filled; errors and terms among the facts are said."""
        return translate(sentence, self.language).format(**{name: self._readable(fact) for name, fact in facts.items()})

    def echo(self, sentence: str, *, err: bool = False, **facts: object) -> None:
        """Print `sentence` on a line."""
        click.echo(self.text(sentence, **facts), err=err)

    def refusal(self, sentence: str, **facts: object) -> click.ClickException:
        """What ends a command with exit code 1 and this sentence."""
        return click.ClickException(self.text(sentence, **facts))

    def words(self, item: object) -> str:
        """What the engine names as a value, an error or a finding in the reader's language; texts as they are."""
        return str(self._readable(item))

    def decimal(self, number: float, form: str) -> str:
        """A number in a format such as ".1f", with the decimal sign of the reader's language."""
        digits = format(number, form)
        return digits.replace(".", ",") if self.language == "vi" else digits

    def instant(self, instant: datetime | None) -> str:
        """An instant as the reader's language writes it: Vietnam's time, in English with its zone; "" for none."""
        if instant is None:
            return ""
        return f"{instant.astimezone(clock.VIETNAM):%H:%M %d/%m/%Y}" if self.language == "vi" else str(instant)

    def print_table(
        self, title: str, columns: Iterable[str], rows: Iterable[Iterable[object]], **facts: object
    ) -> None:
        """Print a table; title and columns are sentences, cells are shown as they are."""
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
