"""The command line `tongdai`. Each command opens one boundary, calls use cases and prints what they return.

An error of the program becomes one sentence on standard error and exit code 1; nobody sees a traceback.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click
from sqlalchemy.exc import DBAPIError

from engine.errors import EngineError
from engine.translation.catalogue import N_
from web.cli.bilingual import SHOW_VERSION, BilingualGroup
from web.cli.context import chosen_language
from web.cli.failures import failure_sentence

# Which module of this package has which commands. It is loaded when one of them is asked for: all modules together
# take longer to load than most commands take to run.
COMMANDS_BY_MODULE = {
    "definitions": ("deploy", "check", "test"),
    "simulate": ("simulate",),
    "describe": ("describe",),
    "migration": ("cases",),
    "units": ("units", "province", "borders", "addresses"),
    "operations": ("migrate", "person", "link", "password", "timers", "incident", "history", "holiday"),
    "outside_events": ("message", "signal"),
    "servers": ("serve", "web"),
    "background": ("worker",),
    "demo": ("replay", "demo"),
    "measure": ("bench", "seed", "bench-pages", "bench-load", "bench-channel", "bench-timers"),
    "figures": ("figures", "bench-figures"),
    "appendix": ("appendix",),
    "backup": ("backup", "backup-check", "restore"),
    "records": ("anonymise", "export-xes"),
    "decide": ("decide",),
    "feel": ("feel",),
}
_MODULE_OF = {name: module for module, names in COMMANDS_BY_MODULE.items() for name in names}


class TongdaiGroup(BilingualGroup):
    """The command group: loads a command when it is asked for, turns the program's errors into one sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's own signature
        """All commands by name."""
        return sorted(_MODULE_OF)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command of a name, from its module; None if there is none."""
        module = _MODULE_OF.get(cmd_name)
        if module is None:
            return None
        commands: tuple[click.Command, ...] = import_module(f"web.cli.{module}").COMMANDS
        return next(command for command in commands if command.name == cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; errors that a user can cause never show a traceback."""
        try:
            return super().invoke(ctx)
        except (EngineError, DBAPIError, OSError) as error:
            raise click.ClickException(failure_sentence(error, chosen_language(os.environ))) from error


@click.group(
    cls=TongdaiGroup, help=N_("Tổng đài 1022 tiếp nhận phản ánh của người dân: sơ đồ, hồ sơ, hẹn giờ, đơn vị.")
)
@click.version_option(package_name="tongdai1022", prog_name="tongdai", help=SHOW_VERSION)
def main() -> None:
    """Citizen hotline 1022: diagrams, cases, timers, units."""


if __name__ == "__main__":
    sys.exit(main())
