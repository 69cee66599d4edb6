"""Commands that measure: `bench` the engine, `bench-pages` the pages, `seed` what they are measured on."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine import clock
from engine.benchmark import run as benchmark
from engine.benchmark import seed as seeding
from engine.shipped import deployment_root
from web.benchmark import officer_load, page_times, timer_lateness
from web.benchmark.timer_lateness import TimerLoad
from web.cli.context import CommandContext, pass_context, print_table


@click.command()
@click.option("--url", help="A PostgreSQL server where scratch databases may be made; without it SQLite alone.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures there too.")
@click.option(
    "--root", type=click.Path(path_type=Path), default=deployment_root, help="The deployment to measure with."
)
def bench(url: str | None, out: Path | None, root: Path) -> None:
    """Measure completions, state, timers and growth against their baselines, in one interleaved run."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("preparing", total=None)
        figures = benchmark.measure_engine(root, url, lambda what: progress.update(task, description=what))
    rows = [
        (f.name, f"{f.value:.4g}", f.unit, f"{f.ratio:.3f}" if f.ratio is not None else None, f.baseline)
        for f in figures
    ]
    print_table("Benchmark", ("figure", "value", "unit", "ratio", "compared with"), rows)
    if out is not None:
        out.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), "utf-8")


@click.command()
@click.option("--cases", type=click.IntRange(1, 5_000_000), default=1_000_000, help="How many cases.")
@click.option("--open", "opened", type=click.IntRange(0), default=100_000, help="How many of them are open.")
@pass_context
def seed(context: CommandContext, cases: int, opened: int) -> None:
    """Fill a staffed province (tongdai demo) with very many cases, for measuring."""
    with Progress(transient=True) as progress:
        task = progress.add_task("Making cases", total=cases)
        seeding.seed_cases(
            context.database, cases, opened, clock.now(), lambda done: progress.update(task, completed=done)
        )
    click.echo(f"{cases} cases were added, {opened} of them open.")


@click.command(name="bench-pages")
@click.option("--rounds", type=click.IntRange(5, 1000), default=page_times.ROUNDS, help="How often each page is asked.")
@pass_context
def bench_pages(context: CommandContext, rounds: int) -> None:
    """Measure lists and searches over HTTP, each compared with a trivial page of the same server."""
    figures = page_times.measure_pages(context.database, context.settings, rounds)
    trivial = {figure.login: figure.p50 for figure in figures if figure.page == page_times.TRIVIAL_PAGE}
    rows = [
        (f.login, f.page, f"{f.p50 * 1000:.1f}", f"{f.p95 * 1000:.1f}", f"{f.p50 / trivial[f.login]:.1f}", f.statements)
        for f in figures
    ]
    print_table("Pages", ("login", "page", "p50 ms", "p95 ms", "ratio", "statements"), rows)


@click.command(name="bench-load")
@click.option("--officers", type=click.IntRange(1, 500), default=50, help="How many work at once.")
@click.option("--seconds", type=click.FloatRange(1), default=60.0, help="For how long.")
@click.option("--think", type=click.FloatRange(0.01), default=5.0, help="Seconds of thought before completing a task.")
@pass_context
def bench_load(context: CommandContext, officers: int, seconds: float, think: float) -> None:
    """Let many officers work at once on the configured demonstration, which changes by it."""
    result = officer_load.simulate_officers(context.database, officers, seconds, think)
    rows = [(act, count, f"{p50:.0f}", f"{p95:.0f}") for act, count, p50, p95 in result.summary_rows()]
    print_table("Officers at work", ("act", "times", "p50 ms", "p95 ms"), rows)
    click.echo(f"{result.faster} times a colleague was faster; {len(result.errors)} errors.")
    for error in result.errors[:10]:
        click.echo(error)


@click.command(name="bench-timers")
@click.option("--waiting", type=click.IntRange(0, 5_000_000), default=1_000_000, help="How many timers wait beside.")
@click.option("--rate", type=click.IntRange(1, 100_000), default=1_000, help="How many come due in a minute.")
@click.option("--minutes", type=click.IntRange(1, 60), default=5, help="For how long.")
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, help="By how many workers; more than one: PostgreSQL."
)
@pass_context
def bench_timers(context: CommandContext, waiting: int, rate: int, minutes: int, workers: int) -> None:
    """Measure how late workers fire timers, on a configured database that is empty (tongdai migrate)."""
    load = TimerLoad(waiting, rate, minutes, workers)
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True) as progress:
        task = progress.add_task("preparing", total=None)
        lateness = timer_lateness.measure_in_workers(
            context.database, deployment_root(), load, lambda what: progress.update(task, description=what)
        )
    rows = [
        ("fired", lateness.fired),
        ("p50 s", f"{lateness.p50:.3f}"),
        ("p99 s", f"{lateness.p99:.3f}"),
        ("most s", f"{lateness.most:.3f}"),
    ]
    print_table(f"Lateness with {waiting} waiting, {rate} due per minute, {workers} workers", ("figure", "value"), rows)


COMMANDS = (bench, seed, bench_pages, bench_load, bench_timers)
