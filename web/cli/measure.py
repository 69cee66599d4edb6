"""The command that measures: `bench`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine.benchmark import run as benchmark
from web.cli.context import show


@click.command()
@click.option("--url", help="A PostgreSQL server where scratch databases may be made; without it SQLite alone.")
@click.option("--json", "out", type=click.Path(path_type=Path), help="Write the figures there too.")
@click.option("--root", type=click.Path(path_type=Path), default=".", help="The deployment to measure with.")
def bench(url: str | None, out: Path | None, root: Path) -> None:
    """Measure completions, state, timers and growth against their baselines, in one interleaved run."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task("preparing", total=None)
        figures = benchmark.run(root, url, lambda what: progress.update(task, description=what))
    rows = [
        (f.name, f"{f.value:.4g}", f.unit, f"{f.ratio:.3f}" if f.ratio is not None else None, f.baseline)
        for f in figures
    ]
    show("Benchmark", ("figure", "value", "unit", "ratio", "compared with"), rows)
    if out is not None:
        out.write_text(json.dumps([asdict(figure) for figure in figures], indent=1), "utf-8")


COMMANDS = (bench,)
