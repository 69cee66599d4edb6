"""The command `appendix`: the figures of a period as a spreadsheet, a Word file or a PDF (R10)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine import clock
from engine.documents import appendix_files, appendix_period
from engine.errors import Stale
from engine.statistics import check, scope
from engine.statistics.appendix import appendix as count
from engine.store.db import transaction
from web.cli.context import Context, pass_context
from web.display.typefaces import SERIF

DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=DAY, required=True, help="The first day, as 2026-10-01.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@click.option("--unit", default="", help="Only this unit and what is below it, by code.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="FILE.xlsx, .docx or .pdf.")
@pass_context
def appendix(context: Context, first: datetime, last: datetime, unit: str, out: Path) -> None:
    """Write the appendix of a period: received, resolved, late, at work … by unit and by field."""
    kind = out.suffix.removeprefix(".").lower()
    appendix_files.require(kind)
    now, units = clock.now(), context.world.units
    period = appendix_period.between(first.date(), last.date())
    seen = scope.whole(units)
    with transaction(context.database) as tx:
        if not check.built(tx):
            raise Stale("The figures of older cases are not complete yet; wait for the worker or run figures rebuild.")
        made = count(tx, scope.narrow(seen, units, unit) if unit else seen, period, units, now)
    out.write_bytes(appendix_files.written(kind, appendix_files.paper_of(made, seen, units), now, SERIF))
    click.echo(f"{out}: {made.scope}, {appendix_period.words(period)}, {made.total.received} received.")


COMMANDS = (appendix,)
