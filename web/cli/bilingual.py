"""Commands with help in the reader's language: the source text is Vietnamese, the catalogue has the English.

Help is requested before settings are loaded, perhaps because one is wrong: the language comes from the environment
alone, and the settings are read when a command starts.
"""

from __future__ import annotations

import os
from copy import copy
from typing import Any

import click

from engine.config import environment
from engine.translation.catalogue import N_, translate
from web.cli.context import CommandContext, chosen_language

SHOW_HELP = N_("Hiện hướng dẫn này rồi thoát.")
SHOW_VERSION = N_("Hiện phiên bản rồi thoát.")
PASSWORD = N_("Mật khẩu")
PASSWORD_AGAIN = N_("Nhập lại mật khẩu để xác nhận")


def _in_words(sentence: str | None) -> str | None:
    return translate(sentence, chosen_language(os.environ)) if sentence else sentence


class _BilingualHelp(click.Command):
    """Writes its help in the reader's language."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the --help option, described by a sentence from the catalogue."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = SHOW_HELP
        return option

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return the beginning of the help, for the command list of a group."""
        return click.Command.get_short_help_str(self._in_words(), limit)

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        click.Command.format_help_text(self._in_words(), ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text below the options."""
        click.Command.format_epilog(self._in_words(), ctx, formatter)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, each with its help."""
        options = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        records = [_option_in_words(option).get_help_record(ctx) for option in options]
        with formatter.section("Options"):
            formatter.write_dl([record for record in records if record is not None])

    def _in_words(self) -> click.Command:
        command = copy(self)
        command.help, command.epilog = _in_words(self.help), _in_words(self.epilog)
        return command


class BilingualCommand(_BilingualHelp):
    """A bilingual command; loads the settings before it runs."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises BadSetting for an invalid setting."""
        if ctx.obj is None:
            ctx.obj = CommandContext(environment.load_settings(os.environ))
        return super().invoke(ctx)


class BilingualGroup(_BilingualHelp, click.Group):
    """A group of bilingual commands."""

    command_class = BilingualCommand

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options and then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)


class PasswordOption(click.Option):
    """An option that prompts for a password, twice, when omitted; not where `--link` was given instead."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """Prompt in the reader's language."""
        if ctx.params.get("by_link"):
            return ""
        option = copy(self)
        option.prompt, option.confirmation_prompt = _in_words(PASSWORD), _in_words(PASSWORD_AGAIN) or True
        return click.Option.prompt_for_value(option, ctx)


def _option_in_words(option: click.Option) -> click.Option:
    option = copy(option)
    option.help = _in_words(option.help)
    return option
