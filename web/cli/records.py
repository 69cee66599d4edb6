"""Commands about the record and personal data: forgetting what is old, the event log for process mining."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from engine import clock
from engine.cases import case_code
from engine.errors import BadInput
from engine.privacy import retention
from engine.privacy.retention import ErasureTotals
from engine.records import xes
from engine.store.db import read_snapshot, transaction
from web.cli.context import BY_COMMAND, CommandContext, pass_context, print_table

DAY_TYPE = click.DateTime(["%Y-%m-%d"])
FILE_TYPE = click.Path(path_type=Path, dir_okay=False)
STAY_REASONS = {
    retention.OPEN: "the case is open",
    retention.LINKED: "linked to a case that stays",
    retention.HELD: "under a data hold",
    retention.RECENT: "not old enough",
}


@click.command()
@click.option("--dry-run", is_flag=True, help="Only tell what would be done.")
@click.option("--list", "out", type=FILE_TYPE, help="Write the codes of everything that is anonymised to FILE instead.")
@click.option("--codes", type=FILE_TYPE, help="Anonymise again what such a FILE names, after a backup was put back.")
@pass_context
def anonymise(context: CommandContext, *, dry_run: bool, out: Path | None, codes: Path | None) -> None:
    """Clear the personal data of reports whose cases ended longer ago than TONGDAI_RETENTION_DAYS."""
    if out is not None or codes is not None:
        if dry_run or (out and codes):
            raise BadInput("--list, --codes and --dry-run do not go together.")
        _write_codes(context, out) if out else _anonymise_again(context, codes)
        return
    days, now = context.settings.retention_days, clock.now()
    if dry_run:
        _print_outcome("would be anonymised", retention.rehearse(context.database, now, days))
    else:
        _print_outcome("anonymised", retention.erase_expired(context.database, now, days, BY_COMMAND))


def _print_outcome(what: str, outcome: ErasureTotals) -> None:
    click.echo(f"{outcome.reports} reports {what}.")
    if outcome.reports or any(outcome.rows.values()):
        print_table("Rows by table", ("table", "rows"), sorted(outcome.rows.items()))
    print_table(
        "Reports that stay",
        ("why", "reports"),
        [
            (STAY_REASONS[key], outcome.retained_by_reason[key])
            for key in STAY_REASONS
            if outcome.retained_by_reason[key]
        ],
    )


def _write_codes(context: CommandContext, out: Path | None) -> None:
    assert out is not None
    if out.exists():
        raise BadInput(f"{out} is there already.")
    with transaction(context.database) as tx:
        codes = retention.list_erased_codes(tx)
    out.write_text("".join(f"{code}\n" for code in codes), encoding="utf-8")
    click.echo(f"{out}: {len(codes)} codes.")


def _anonymise_again(context: CommandContext, file: Path | None) -> None:
    assert file is not None
    try:
        codes = [
            case_code.parse_code(line.strip()) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()
        ]
    except UnicodeDecodeError as error:
        raise BadInput(f"{file} is not a list of codes.") from error
    count = 0
    for start in range(0, len(codes), retention.SLICE_SIZE):
        with transaction(context.database) as tx:
            count += retention.reapply_erasures(
                tx, codes[start : start + retention.SLICE_SIZE], BY_COMMAND, clock.now()
            )
    click.echo(f"{count} reports anonymised again.")


@click.command(name="export-xes")
@click.argument("out", type=FILE_TYPE)
@click.option("--from", "first", type=DAY_TYPE, required=True, help="First day, in Vietnam.")
@click.option("--to", "last", type=DAY_TYPE, required=True, help="Last day, in Vietnam.")
@pass_context
def export_xes(context: CommandContext, out: Path, first: datetime, last: datetime) -> None:
    """Write the cases begun in a period to OUT as an event log (IEEE 1849), without names; compressed for .gz."""
    start, end = (day.replace(tzinfo=clock.VIETNAM) for day in (first, last + timedelta(days=1)))
    with read_snapshot(context.database) as tx:
        outcome = xes.export_to_file(tx, start, end, out)
    click.echo(f"{out}: {outcome.traces} cases, {outcome.events} acts.")


COMMANDS = (anonymise, export_xes)
