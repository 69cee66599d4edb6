"""The command `appendix`: the figures of a period as a spreadsheet, a Word file or a PDF (R10)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine import clock
from engine.documents import appendix_files, appendix_period
from engine.errors import Stale
from engine.statistics import check, scope
from engine.statistics.appendix import compile_appendix as count
from engine.store.db import transaction
from web.cli.context import CommandContext, pass_context
from web.display.typefaces import SERIF_FOLDER

DAY_TYPE = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=DAY_TYPE, required=True, help="The first day, as 2026-10-01.")
@click.option("--to", "last", type=DAY_TYPE, required=True, help="The last day, included.")
@click.option("--unit", default="", help="Only this unit and what is below it, by code.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE.xlsx, .docx or .pdf.")
@pass_context
def appendix(context: CommandContext, first: datetime, last: datetime, unit: str, out: Path) -> None:
    """Write the appendix of a period: received, resolved, late, at work … by unit and by field."""
    kind = out.suffix.removeprefix(".").lower()
    appendix_files.require_kind(kind)
    now, units = clock.now(), context.world.units
    period = appendix_period.period_between(first.date(), last.date())
    full_scope = scope.whole_province(units)
    with transaction(context.database) as tx:
        if not check.is_built(tx):
            raise Stale("The figures of older cases are not complete yet; wait for the worker or run figures rebuild.")
        result = count(tx, scope.narrow_scope(full_scope, units, unit) if unit else full_scope, period, units, now)
    out.write_bytes(
        appendix_files.render_file(kind, appendix_files.paper_for_scope(result, full_scope, units), now, SERIF_FOLDER)
    )
    click.echo(f"{out}: {result.scope}, {appendix_period.period_in_words(period)}, {result.total.received} received.")


COMMANDS = (appendix,)
