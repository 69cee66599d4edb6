"""Commands for the province's units: load an official list, move work after a reorganisation (R19)."""

from __future__ import annotations

from pathlib import Path

import click

from engine import clock
from engine.province import units
from engine.reorganisation import moves, summary
from engine.store.db import transaction
from web.cli.context import BY_COMMAND, CommandContext, pass_context, print_table


@click.group(name="units")
def units_group() -> None:
    """The province's units."""


@units_group.command()
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@pass_context
def load(context: CommandContext, files: tuple[Path, ...]) -> None:
    """Load unit lists; loading one again changes nothing, a unit that has disappeared is closed."""
    with transaction(context.database) as tx:
        loaded = [units.load_units(tx, file, clock.now()) for file in files]
    for file, outcome in zip(files, loaded, strict=True):
        click.echo(f"{file.name}:")
        for line in summary.render_load(outcome, context.language):
            click.echo(line)


@units_group.command()
@click.option("--map", "maps", type=click.Path(path_type=Path), multiple=True, required=True, help="Old to new codes.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@pass_context
def move(context: CommandContext, maps: tuple[Path, ...], *, dry_run: bool) -> None:
    """Carry people, open tasks and cases over from old to new units."""
    with transaction(context.database) as tx:
        plan = moves.plan_move(tx, *maps)
        for line in summary.render_move(plan, context.language):
            click.echo(line)
        if not dry_run:
            moves.apply_move(tx, plan, BY_COMMAND, clock.now())
    click.echo("Nothing was changed." if dry_run else "Moved.")


@units_group.command(name="list")
@pass_context
def list_units(context: CommandContext) -> None:
    """List the units that are at work."""
    rows = [(unit.code, unit.name, unit.kind, unit.parent) for unit in context.world.units.units if not unit.closed]
    print_table("Units", ("code", "name", "kind", "parent"), rows)


COMMANDS = (units_group,)
