"""The command line `tongdai`. Each command opens one boundary, calls use cases and prints what they return.

An error of the program becomes one sentence on standard error and exit code 1; nobody sees a traceback.
"""

from __future__ import annotations

import os
import sys

import click
from sqlalchemy.exc import DBAPIError

from engine.errors import EngineError
from engine.translation.catalogue import N_
from web.cli import (
    appendix,
    backup,
    decide,
    definitions,
    demo,
    feel,
    figures,
    measure,
    migration,
    operations,
    outside_events,
    records,
    servers,
    simulate,
    units,
)
from web.cli.bilingual import SHOW_VERSION, BilingualGroup
from web.cli.context import chosen_language
from web.cli.failures import failure_sentence


class TongdaiGroup(BilingualGroup):
    """The command group: turns the program's errors into one sentence."""

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


for module in (
    *(definitions, simulate, migration, units, operations, outside_events, servers, demo),
    *(measure, figures, appendix, backup, records, decide, feel),
):
    for command in module.COMMANDS:
        main.add_command(command)

if __name__ == "__main__":
    sys.exit(main())
