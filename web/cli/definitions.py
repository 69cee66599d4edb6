"""Commands of the analyst: check, deploy and test a set of diagrams, tables, forms and mails."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import click
from rich.progress import Progress

from engine import clock
from engine.errors import BadInput, Problem, Problems
from engine.process import definitions
from engine.scenarios import deployment_check, runner
from engine.scenarios.runner import Coverage, Outcome
from engine.shipped import deployment_root
from engine.store.db import transaction
from web.cli.context import BY_COMMAND, Context, pass_context, show

ROOT = click.argument("root", type=click.Path(path_type=Path), default=deployment_root)


@click.command()
@ROOT
@click.option("--message", "-m", default="", help="Why this deployment; kept with it.")
@pass_context
def deploy(context: Context, root: Path, message: str) -> None:
    """Check ROOT/workflows and ROOT/forms and store them as one numbered deployment."""
    files = definitions.read_root(root)
    problems = deployment_check.check(files, context.language)
    if problems:
        raise Problems(problems)
    with transaction(context.database) as tx:
        done = definitions.deploy(tx, files, by=BY_COMMAND.actor, message=message, now=clock.now())
    known = "" if done.new else " is there already: the same content; new cases follow it"
    click.echo(f"Deployment {done.number}{known}.")


@click.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@pass_context
def check(context: Context, paths: tuple[Path, ...]) -> None:
    """Print every problem of a ROOT (default: here) or of single files; exit code 1 when there is one."""
    problems: list[Problem] = []
    if not paths or all(path.is_dir() for path in paths):
        for root in paths or (deployment_root(),):
            problems += deployment_check.check(definitions.read_root(root), context.language)
    else:
        files = dict(_single(path) for path in paths)
        problems = deployment_check.check(files, context.language, alone=True)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise BadInput(f"{len(problems)} problems.")
    click.echo("No problems.")


def _single(path: Path) -> tuple[PurePosixPath, bytes]:
    if path.suffix not in definitions.SUFFIXES:
        raise BadInput(f"{path} is no file of a deployment; those end in {', '.join(sorted(definitions.SUFFIXES))}.")
    try:
        return PurePosixPath(path.as_posix()), path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


@click.command()
@ROOT
@pass_context
def test(context: Context, root: Path) -> None:
    """Run the scenarios under ROOT/workflows/tests on a virtual clock and print what of the diagrams they walked."""
    files = definitions.read_root(root)
    problems = deployment_check.check(files, context.language)
    if problems:
        raise Problems(problems)
    with Progress(transient=True, disable=not os.isatty(2)) as progress:
        task = progress.add_task("Scenarios", total=len(runner.scenario_paths(files)))
        outcomes, coverage = runner.run(definitions.build(files), files, tick=lambda: progress.advance(task))
    _print_coverage(coverage)
    _print_failures(outcomes)


def _print_coverage(coverage: Coverage) -> None:
    rows = []
    for path, there in sorted(coverage.drawn.items()):
        nodes, flows = coverage.missing(path)
        left = [node for _, node in nodes] + [f"{source} → {target}" for _, source, target in flows]
        walked = (len(there.nodes) - len(nodes), len(there.flows) - len(flows))
        rows.append((path.name, f"{walked[0]}/{len(there.nodes)}", f"{walked[1]}/{len(there.flows)}", ", ".join(left)))
    show("Coverage", ("diagram", "elements", "flows", "not walked"), rows)


def _print_failures(outcomes: list[Outcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.failure]
    for outcome in failed:
        click.echo(f"{outcome.scenario.path}: {outcome.scenario.name}: {outcome.failure}")
    click.echo(f"{len(outcomes) - len(failed)} of {len(outcomes)} scenarios hold.")
    if failed:
        raise BadInput(f"{len(failed)} scenarios failed.")


COMMANDS = (deploy, check, test)
