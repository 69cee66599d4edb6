"""Commands that let open cases go on by another deployment: `cases move` and `cases return`."""

from __future__ import annotations

from collections import Counter

import click
from rich.progress import Progress

from engine import clock
from engine.errors import BadInput
from engine.process import instance_migration
from engine.process.instance_migration import NOT_MIGRATABLE, MigrationPlan, MigrationVerdict, Migrator
from engine.store.db import transaction
from web.cli.context import BY_COMMAND, CommandContext, pass_context, print_table

MOST_LISTED = 50


@click.group(name="cases")
def cases_group() -> None:
    """Let open cases go on by another deployment."""


@cases_group.command()
@click.option("--process", "key", required=True, help="The process, for example citizen_report.")
@click.option("--to", "number", type=int, help="The deployment to go to; the newest when it is not given.")
@click.option("--name", "pairs", multiple=True, help="OLD=NEW: the element that takes another one's place.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@pass_context
def move(context: CommandContext, key: str, number: int | None, pairs: tuple[str, ...], *, dry_run: bool) -> None:
    """Move every open case that can, and say why the others cannot. An interrupted run goes on when run again."""
    mover = Migrator(BY_COMMAND, clock.now(), context.world)
    with transaction(context.database) as tx:
        plan = instance_migration.plan_migration(tx, key, number, dict(_parse_pair(text) for text in pairs))
        total = instance_migration.count_unmigrated(tx, plan)
    if dry_run:
        _print_dry_run(context, plan, mover)
        return
    with Progress(transient=True) as progress:
        task = progress.add_task("Cases", total=total)
        outcome = instance_migration.migrate_instances(
            context.database, plan, mover, lambda number: progress.update(task, completed=number)
        )
    click.echo(
        f"Moved to deployment {plan.target.number}: {outcome.moved}; cannot: {outcome.immovable}; busy: {outcome.busy}."
    )
    if outcome.immovable:
        click.echo("Run it with --dry-run to read why.")


@cases_group.command(name="return")
@click.option("--from", "number", type=int, required=True, help="The deployment that cases were moved to.")
@pass_context
def go_back(context: CommandContext, number: int) -> None:
    """Let the cases that were moved to a deployment, and not touched since, go back to the state they left."""
    outcome = instance_migration.revert_instances(
        context.database, number, Migrator(BY_COMMAND, clock.now(), context.world)
    )
    click.echo(f"Went back: {outcome.moved}; touched meanwhile: {outcome.busy}.")


def _parse_pair(text: str) -> tuple[str, str]:
    old, _, new = text.partition("=")
    if not old or not new:
        raise BadInput(f"--name {text!r} is not of the form OLD=NEW.")
    return old, new


def _print_dry_run(context: CommandContext, plan: MigrationPlan, mover: Migrator) -> None:
    with transaction(context.database) as tx:
        verdicts = list(instance_migration.preview_migration(tx, plan, mover))
        rows = [
            _verdict_row(context, verdict, instance_migration.load_element_names(tx, plan.target.key, verdict.number))
            for verdict in verdicts
        ]
    kinds = Counter(verdict.kind for verdict in verdicts)
    print_table(
        f"To deployment {plan.target.number}",
        ("cases", "number"),
        [(kind, kinds[kind]) for kind in instance_migration.VERDICT_KINDS],
    )
    stuck = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.kind == NOT_MIGRATABLE]
    if stuck:
        print_table("Cannot move", ("case", "now on", "why"), stuck[:MOST_LISTED])
    if len(stuck) > MOST_LISTED:
        click.echo(f"… and {len(stuck) - MOST_LISTED} more.")


def _verdict_row(context: CommandContext, verdict: MigrationVerdict, names: dict[str, str]) -> tuple[str, int, str]:
    why = [instance_migration.describe_blocker(obstacle, names, context.language) for obstacle in verdict.blockers]
    return verdict.code or str(verdict.case), verdict.number, " ".join(why) or verdict.failure


COMMANDS = (cases_group,)
