"""Commands of the analyst: check, deploy and test a set of diagrams, tables, forms and mails."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

import click
from rich.progress import Progress

from engine import clock
from engine.errors import BadInput, FileProblem, InvalidFiles
from engine.process import definitions
from engine.scenarios import deployment_check, runner
from engine.scenarios.runner import ScenarioCoverage, ScenarioOutcome
from engine.shipped import deployment_root
from engine.store.db import transaction
from web.cli.context import BY_COMMAND, CommandContext, pass_context, print_table

ROOT_ARGUMENT = click.argument("root", type=click.Path(path_type=Path), default=deployment_root)


@click.command()
@ROOT_ARGUMENT
@click.option("--message", "-m", default="", help="Why this deployment; kept with it.")
@pass_context
def deploy(context: CommandContext, root: Path, message: str) -> None:
    """Check ROOT/workflows and ROOT/forms and store them as one numbered deployment."""
    files = definitions.read_deployment_folder(root)
    problems = deployment_check.problems_in(files, context.language)
    if problems:
        raise InvalidFiles(problems)
    with transaction(context.database) as tx:
        deployment = definitions.deploy_files(tx, files, by=BY_COMMAND.actor, message=message, now=clock.now())
    remark = "" if deployment.new else " is there already: the same content; new cases follow it"
    click.echo(f"Deployment {deployment.number}{remark}.")


@click.command()
@click.argument("paths", type=click.Path(path_type=Path), nargs=-1)
@pass_context
def check(context: CommandContext, paths: tuple[Path, ...]) -> None:
    """Print every problem of a ROOT (default: here) or of single files; exit code 1 when there is one."""
    problems: list[FileProblem] = []
    if not paths or all(path.is_dir() for path in paths):
        for root in paths or (deployment_root(),):
            problems += deployment_check.problems_in(definitions.read_deployment_folder(root), context.language)
    else:
        files = dict(_read_single_file(path) for path in paths)
        problems = deployment_check.problems_in(files, context.language, alone=True)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        raise BadInput(f"{len(problems)} problems.")
    click.echo("No problems.")


def _read_single_file(path: Path) -> tuple[PurePosixPath, bytes]:
    if path.suffix not in definitions.SUFFIXES:
        raise BadInput(f"{path} is no file of a deployment; those end in {', '.join(sorted(definitions.SUFFIXES))}.")
    try:
        return PurePosixPath(path.as_posix()), path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.") from error


@click.command()
@ROOT_ARGUMENT
@pass_context
def test(context: CommandContext, root: Path) -> None:
    """Run the scenarios under ROOT/workflows/tests on a virtual clock and print what of the diagrams they walked."""
    files = definitions.read_deployment_folder(root)
    problems = deployment_check.problems_in(files, context.language)
    if problems:
        raise InvalidFiles(problems)
    with Progress(transient=True, disable=not os.isatty(2)) as progress:
        task = progress.add_task("Scenarios", total=len(runner.scenario_paths(files)))
        outcomes, coverage = runner.run_scenarios(
            definitions.compile_files(files), files, tick=lambda: progress.advance(task)
        )
    _print_coverage(coverage)
    _print_failures(outcomes)


def _print_coverage(coverage: ScenarioCoverage) -> None:
    rows = []
    for path, drawn in sorted(coverage.drawn.items()):
        nodes, flows = coverage.uncovered_in(path)
        missed = [node for _, node in nodes] + [f"{source} → {target}" for _, source, target in flows]
        walked = (len(drawn.nodes) - len(nodes), len(drawn.flows) - len(flows))
        rows.append(
            (path.name, f"{walked[0]}/{len(drawn.nodes)}", f"{walked[1]}/{len(drawn.flows)}", ", ".join(missed))
        )
    print_table("Coverage", ("diagram", "elements", "flows", "not walked"), rows)


def _print_failures(outcomes: list[ScenarioOutcome]) -> None:
    failed = [outcome for outcome in outcomes if outcome.failure]
    for outcome in failed:
        click.echo(f"{outcome.scenario.path}: {outcome.scenario.name}: {outcome.failure}")
    click.echo(f"{len(outcomes) - len(failed)} of {len(outcomes)} scenarios hold.")
    if failed:
        raise BadInput(f"{len(failed)} scenarios failed.")


COMMANDS = (deploy, check, test)
