"""Commands that let open cases go on by another deployment: `cases move` and `cases return`."""

from __future__ import annotations

from collections import Counter

import click
from rich.progress import Progress

from engine import clock
from engine.errors import BadInput
from engine.process import instance_migration
from engine.process.instance_migration import IMMOVABLE, Mover, Plan, Verdict
from engine.store.db import transaction
from web.cli.context import BY_COMMAND, Context, pass_context, show

LISTED = 50


@click.group(name="cases")
def cases_group() -> None:
    """Let open cases go on by another deployment."""


@cases_group.command()
@click.option("--process", "key", required=True, help="The process, for example citizen_report.")
@click.option("--to", "number", type=int, help="The deployment to go to; the newest when it is not given.")
@click.option("--name", "pairs", multiple=True, help="OLD=NEW: the element that takes another one's place.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@pass_context
def move(context: Context, key: str, number: int | None, pairs: tuple[str, ...], *, dry_run: bool) -> None:
    """Move every open case that can, and say why the others cannot. An interrupted run goes on when run again."""
    mover = Mover(BY_COMMAND, clock.now(), context.world)
    with transaction(context.database) as tx:
        plan = instance_migration.plan(tx, key, number, dict(_pair(text) for text in pairs))
        total = instance_migration.waiting(tx, plan)
    if dry_run:
        _try(context, plan, mover)
        return
    with Progress(transient=True) as progress:
        task = progress.add_task("Cases", total=total)
        done = instance_migration.migrate(
            context.database, plan, mover, lambda number: progress.update(task, completed=number)
        )
    click.echo(f"Moved to deployment {plan.target.number}: {done.moved}; cannot: {done.immovable}; busy: {done.busy}.")
    if done.immovable:
        click.echo("Run it with --dry-run to read why.")


@cases_group.command(name="return")
@click.option("--from", "number", type=int, required=True, help="The deployment that cases were moved to.")
@pass_context
def go_back(context: Context, number: int) -> None:
    """Let the cases that were moved to a deployment, and not touched since, go back to the state they left."""
    done = instance_migration.undo(context.database, number, Mover(BY_COMMAND, clock.now(), context.world))
    click.echo(f"Went back: {done.moved}; touched meanwhile: {done.busy}.")


def _pair(text: str) -> tuple[str, str]:
    old, _, new = text.partition("=")
    if not old or not new:
        raise BadInput(f"--name {text!r} is not of the form OLD=NEW.")
    return old, new


def _try(context: Context, plan: Plan, mover: Mover) -> None:
    with transaction(context.database) as tx:
        verdicts = list(instance_migration.tried(tx, plan, mover))
        rows = [
            _row(context, verdict, instance_migration.names_in(tx, plan.target.key, verdict.number))
            for verdict in verdicts
        ]
    kinds = Counter(verdict.kind for verdict in verdicts)
    show(
        f"To deployment {plan.target.number}",
        ("cases", "number"),
        [(kind, kinds[kind]) for kind in instance_migration.KINDS],
    )
    stuck = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.kind == IMMOVABLE]
    if stuck:
        show("Cannot move", ("case", "now on", "why"), stuck[:LISTED])
    if len(stuck) > LISTED:
        click.echo(f"… and {len(stuck) - LISTED} more.")


def _row(context: Context, verdict: Verdict, names: dict[str, str]) -> tuple[str, int, str]:
    why = [instance_migration.sentence(obstacle, names, context.language) for obstacle in verdict.obstacles]
    return verdict.code or str(verdict.case), verdict.number, " ".join(why) or verdict.failure


COMMANDS = (cases_group,)
