"""The command line `tongdai`. Each command opens one boundary, calls use cases and prints what they return.

An error of the program becomes one sentence on standard error and exit code 1; nobody sees a traceback.
"""

from __future__ import annotations

import os
import sys

import click
from sqlalchemy.exc import DBAPIError

from engine.config import environment
from engine.errors import EngineError
from web.cli import (
    appendix,
    backup,
    definitions,
    demo,
    figures,
    measure,
    migration,
    operations,
    records,
    servers,
    simulate,
    units,
)
from web.cli.context import CommandContext


class TongdaiGroup(click.Group):
    """The command group: turns the program's errors into one sentence."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command; errors that a user can cause never show a traceback."""
        try:
            return super().invoke(ctx)
        except EngineError as error:
            raise click.ClickException(str(error)) from error
        except DBAPIError as error:
            reason = str(error.orig).splitlines()[0] if error.orig else "unknown"
            raise click.ClickException(f"The database refused: {reason}. Is it migrated (tongdai migrate)?") from error
        except OSError as error:
            raise click.ClickException(f"{error.filename or 'A file'}: {error.strerror}.") from error


@click.group(cls=TongdaiGroup)
@click.version_option(package_name="tongdai1022", prog_name="tongdai")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Citizen hotline 1022: diagrams, cases, timers, units."""
    ctx.obj = CommandContext(environment.load_settings(os.environ))


for module in (
    *(definitions, simulate, migration, units, operations, servers, demo),
    *(measure, figures, appendix, backup, records),
):
    for command in module.COMMANDS:
        main.add_command(command)

if __name__ == "__main__":
    sys.exit(main())
