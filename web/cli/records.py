"""Commands about the record and personal data: forgetting what is old, the event log for process mining."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from engine import clock
from engine.cases import case_code
from engine.errors import BadInput
from engine.privacy import retention
from engine.privacy.retention import Done
from engine.records import xes
from engine.store.db import snapshot, transaction
from web.cli.context import BY_COMMAND, Context, pass_context, show

DAY = click.DateTime(["%Y-%m-%d"])
FILE = click.Path(path_type=Path, dir_okay=False)
WHY = {
    retention.OPEN: "the case is open",
    retention.LINKED: "linked to a case that stays",
    retention.HELD: "under a data hold",
    retention.RECENT: "not old enough",
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--list", "out", type=FILE, help="Write the codes of everything that is anonymised to FILE instead.")
@click.option("--codes", type=FILE, help="Anonymise again what such a FILE names, after a backup was put back.")
@pass_context
def anonymise(context: Context, *, dry_run: bool, out: Path | None, codes: Path | None) -> None:
    """Clear the personal data of reports whose cases ended longer ago than TONGDAI_RETENTION_DAYS."""
    if out is not None or codes is not None:
        if dry_run or (out and codes):
            raise BadInput("--list, --codes and --dry-run do not go together.")
        _list(context, out) if out else _again(context, codes)
        return
    days, now = context.settings.retention_days, clock.now()
    if dry_run:
        _tell("would be anonymised", retention.rehearse(context.database, now, days))
    else:
        _tell("anonymised", retention.run(context.database, now, days, BY_COMMAND))


def _tell(what: str, done: Done) -> None:
    click.echo(f"{done.reports} reports {what}.")
    if done.reports or any(done.rows.values()):
        show("Rows by table", ("table", "rows"), sorted(done.rows.items()))
    show("Reports that stay", ("why", "reports"), [(WHY[key], done.kept[key]) for key in WHY if done.kept[key]])


def _list(context: Context, out: Path | None) -> None:
    assert out is not None
    if out.exists():
        raise BadInput(f"{out} is there already.")
    with transaction(context.database) as tx:
        found = retention.forgotten(tx)
    out.write_text("".join(f"{code}\n" for code in found), encoding="utf-8")
    click.echo(f"{out}: {len(found)} codes.")


def _again(context: Context, file: Path | None) -> None:
    assert file is not None
    try:
        codes = [
            case_code.parse(line.strip()) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not a list of codes.") from error
    done = 0
    for start in range(0, len(codes), retention.SLICE):
        with transaction(context.database) as tx:
            done += retention.again(tx, codes[start : start + retention.SLICE], BY_COMMAND, clock.now())
    click.echo(f"{done} reports anonymised again.")


@click.command(name="export-xes")
@click.argument("out", type=FILE)
@click.option("--from", "first", type=DAY, required=True, help="First day, in Vietnam.")
@click.option("--to", "last", type=DAY, required=True, help="Last day, in Vietnam.")
@pass_context
def export_xes(context: Context, out: Path, first: datetime, last: datetime) -> None:
    """Write the cases begun in a period to OUT as an event log (IEEE 1849), without names; compressed for .gz."""
    start, end = (day.replace(tzinfo=clock.VIETNAM) for day in (first, last + timedelta(days=1)))
    with snapshot(context.database) as tx:
        done = xes.export_to(tx, start, end, out)
    click.echo(f"{out}: {done.traces} cases, {done.events} acts.")


COMMANDS = (anonymise, export_xes)
