"""Commands about the figures of the monitor: compare them with a full count, build them anew, measure them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.progress import Progress

from engine import clock
from engine.benchmark import figures as benchmark
from engine.statistics import check
from engine.statistics.check import Differ
from web.cli.context import Context, pass_context, show


@click.group(name="figures")
def figures_group() -> None:
    """The figures of the monitor."""


@figures_group.command(name="check")
@pass_context
def compare(context: Context) -> None:
    """Compare the figures with a full count; exit code 1 and what differs when they do not agree."""
    with _counting("Comparing cases") as tick:
        found = check.check(context.database, clock.now(), tick)
    for example in found.examples:
        click.echo(example)
    if not found.agrees:
        raise Differ(
            f"{found.cases_wrong} of {found.cases} cases and {found.sums_wrong} sums differ from a full count; "
            "tongdai figures rebuild makes them anew."
        )
    click.echo(f"The figures of {found.cases} cases agree with a full count.")


@figures_group.command()
@pass_context
def rebuild(context: Context) -> None:
    """Count every case anew; work goes on meanwhile."""
    with _counting("Counting cases") as tick:
        number = check.rebuild(context.database, clock.now(), tick)
    click.echo(f"{number} cases were counted.")


@click.command(name="bench-figures")
@click.option("--rounds", type=click.IntRange(3, 1000), default=15, help="How often each is asked.")
@pass_context
def bench_figures(context: Context, rounds: int) -> None:
    """Measure the monitor's figures and the appendix, in this process, on what is seeded (tongdai seed)."""
    rows = [
        (one.what, one.whose, f"{one.wall * 1000:.0f}", f"{one.processor * 1000:.0f}")
        for one in benchmark.run(context.database, context.world, clock.now(), rounds)
    ]
    show("Figures", ("what", "whose", "p50 ms", "of it processor ms"), rows)


@contextmanager
def _counting(what: str) -> Iterator[Callable[[int], None]]:
    with Progress(transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done: progress.update(task, completed=done)


COMMANDS = (figures_group, bench_figures)
