"""Commands about the figures of the monitor: compare them with a full count, build them anew, measure them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.progress import Progress

from engine import clock
from engine.benchmark import figures as benchmark
from engine.statistics import check
from engine.statistics.check import FiguresMismatch
from web.cli.context import CommandContext, pass_context, print_table


@click.group(name="figures")
def figures_group() -> None:
    """The figures of the monitor."""


@figures_group.command(name="check")
@pass_context
def compare(context: CommandContext) -> None:
    """Compare the figures with a full count; exit code 1 and what differs when they do not agree."""
    with _count_progress("Comparing cases") as tick:
        comparison = check.compare_figures(context.database, clock.now(), tick)
    for example in comparison.examples:
        click.echo(example)
    if not comparison.agrees:
        raise FiguresMismatch(
            f"{comparison.cases_wrong} of {comparison.cases} cases and {comparison.sums_wrong} sums differ "
            "from a full count; tongdai figures rebuild makes them anew."
        )
    click.echo(f"The figures of {comparison.cases} cases agree with a full count.")


@figures_group.command()
@pass_context
def rebuild(context: CommandContext) -> None:
    """Count every case anew; work goes on meanwhile."""
    with _count_progress("Counting cases") as tick:
        number = check.rebuild_figures(context.database, clock.now(), tick)
    click.echo(f"{number} cases were counted.")


@click.command(name="bench-figures")
@click.option("--rounds", type=click.IntRange(3, 1000), default=15, help="How often each is asked.")
@pass_context
def bench_figures(context: CommandContext, rounds: int) -> None:
    """Measure the monitor's figures and the appendix, in this process, on what is seeded (tongdai seed)."""
    rows = [
        (one.what, one.whose, f"{one.wall * 1000:.0f}", f"{one.processor * 1000:.0f}")
        for one in benchmark.measure_statistics(context.database, context.world, clock.now(), rounds)
    ]
    print_table("Figures", ("what", "whose", "p50 ms", "of it processor ms"), rows)


@contextmanager
def _count_progress(what: str) -> Iterator[Callable[[int], None]]:
    with Progress(transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done: progress.update(task, completed=done)


COMMANDS = (figures_group, bench_figures)
