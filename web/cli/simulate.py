"""The command `simulate`: past cases through a draft of the diagrams, and what would have gone another way."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from engine import clock
from engine.errors import BadInput
from engine.process import definitions
from engine.replay import runner
from engine.replay.csv_files import read_mapping
from engine.replay.runner import ReplayRequest as ReplayOrder
from engine.replay.runner import Tick
from engine.shipped import deployment_root
from engine.simulation import assumptions, simulation, wording
from engine.simulation.cases import DraftFiles
from engine.simulation.compare import CaseDifference
from engine.simulation.simulation import SimulationRequest, SimulationResult
from engine.store import db
from engine.store.db import transaction
from forms.messages import Language
from web.cli.context import CommandContext, pass_context, print_table

FILE_TYPE = click.Path(path_type=Path, dir_okay=False)
STANDARD_OUTPUT = "-"

# More changed cases than these are not printed; all of them stand in the JSON.
MOST_SHOWN = 40


@click.command()
@click.option("--draft", required=True, help="A folder with workflows/ and forms/, or the number of a deployment.")
@click.option("--cases", required=True, help="How many of the newest cases, or a CSV file of past reports.")
@click.option("--mapping", type=FILE_TYPE, help="What the columns of that file mean (YAML), as for replay.")
@click.option("--assumptions", "table", type=FILE_TYPE, help="Changes to what is assumed where the past says nothing.")
@click.option(
    "--write-assumptions", "target", type=FILE_TYPE, help="Only write down what would be assumed, to be edited."
)
@click.option("--seed", type=int, default=simulation.SEED, help="Where chance begins.")
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="How many processes work.")
@click.option("--language", type=click.Choice(["vi", "en"]), help="The language of the reasons.")
@click.option("--json", "out", is_flag=False, flag_value=STANDARD_OUTPUT, help="Write everything there, or print it.")
@pass_context
def simulate(context: CommandContext, draft: str, cases: str, **options: Any) -> None:
    """Run past cases through a draft on a virtual clock: which ones change, how and why, before and after."""
    language: Language = options["language"] or context.language
    changes = assumptions.read_changes(options["table"]) if options["table"] is not None else {}
    with _case_database(context, cases, options) as engine:
        number = int(cases) if _is_number(cases) else simulation.MOST_CASES
        order = SimulationRequest(_draft_files(context, draft), number, changes, options["seed"], options["workers"])
        if options["target"] is not None:
            table = simulation.preview_assumptions(engine, order, context.settings.chase_cap, language)
            options["target"].write_text(assumptions.to_yaml_text(table), "utf-8")
            click.echo(f"{len(table)} steps stand in {options['target']}; give it back with --assumptions.")
            return
        with _progress_bar("Simulating cases") as tick:
            result = simulation.simulate_draft(engine, order, context.settings.chase_cap, tick, language)
        names = simulation.unit_names(engine)
    _print_result(result, options["out"], language, names)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _draft_files(context: CommandContext, draft: str) -> DraftFiles:
    if not _is_number(draft):
        return definitions.read_deployment_folder(Path(draft))
    with transaction(context.database) as tx:
        return simulation.deployment_as_draft(tx, int(draft))


@contextmanager
def _case_database(context: CommandContext, cases: str, options: dict[str, Any]) -> Iterator[Engine]:
    """The database with the cases: the configured one, or a temporary one into which the file is replayed."""
    if _is_number(cases):
        if not 0 < int(cases) <= simulation.MOST_CASES:
            raise BadInput(f"cases: a number from 1 to {simulation.MOST_CASES}, or a file.")
        yield context.database
        return
    if options["mapping"] is None:
        raise BadInput("cases: a file needs --mapping, which says what its columns mean.")
    column_mapping = read_mapping(options["mapping"])
    order = ReplayOrder(
        Path(cases),
        column_mapping,
        definitions.read_deployment_folder(deployment_root()),
        context.settings.chase_cap,
        options["workers"],
    )
    with TemporaryDirectory(prefix="tongdai_simulate_") as folder:
        url = f"sqlite:///{Path(folder) / 'cases.sqlite3'}"
        with _progress_bar("Replaying reports") as tick:
            rejected = runner.replay_file(url, order, clock.now(), tick).rejected
        for row in rejected[:MOST_SHOWN]:
            click.echo(f"row {row.number} left out: {row.reason}", err=True)
        engine = db.engine_for(url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _progress_bar(what: str) -> Iterator[Tick]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=not os.isatty(2)) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _print_result(result: SimulationResult, out: str | None, language: Language, names: dict[str, str]) -> None:
    figures = simulation.result_document(result)
    if out == STANDARD_OUTPUT:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    _print_figures(figures)
    _print_kinds(figures, language)
    _print_assumptions(figures)
    _print_changes(result.totals.changes, language, names)
    if out is not None:
        Path(out).write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _print_figures(figures: dict[str, Any]) -> None:
    rows: list[tuple[object, ...]] = [
        ("cases", figures["cases"], figures["cases"]),
        ("finished", figures["finished"]["before"], figures["finished"]["after"]),
        ("overdue", figures["overdue"]["before"], figures["overdue"]["after"]),
        ("overdue rate", *(f"{figures['overdue_rate'][side]:.1%}" for side in ("before", "after"))),
    ]
    for rung, sides in figures["mails"].items():
        rows.append((f"mails: {rung}", sides["before"]["mails"], sides["after"]["mails"]))
    print_table("Before and after", ("figure", "before", "after"), rows)
    busiest = sorted(figures["load"].items(), key=lambda item: (-sum(item[1]["after"]), item[0]))[:10]
    loads = [
        (unit, sum(sides["before"]), sum(sides["after"]), _peak_hour(sides["before"]), _peak_hour(sides["after"]))
        for unit, sides in busiest
    ]
    print_table("Tasks of the busiest units", ("unit", "before", "after", "peak before", "peak after"), loads)


def _peak_hour(hours: list[int]) -> str:
    """The hour in which most tasks come, and how many."""
    hour = hours.index(max(hours))
    return f"{hour}:00 ({hours[hour]})"


def _print_kinds(figures: dict[str, Any], language: Language) -> None:
    rows = [(wording.kind_label(name, language), count) for name, count in figures["kinds"].items() if count]
    if rows:
        print_table("Cases that change", ("in their", "cases"), rows)
    if figures["not_reproduced"]:
        click.echo(
            f"{len(figures['not_reproduced'])} cases went otherwise than the units, people and holidays of today "
            "would have it; they are compared with what their own diagrams would do today."
        )


def _print_assumptions(figures: dict[str, Any]) -> None:
    rows = [
        (row["node"], row["source"], row["seen"], row["hours"]["median"], row["hours"]["p90"], row["used"])
        for row in figures["assumptions"]
    ]
    print_table("Assumed where the past says nothing", ("step", "from", "seen", "hours", "p90", "used"), rows)


def _print_changes(changes: list[CaseDifference], language: Language, names: dict[str, str]) -> None:
    for change in changes[:MOST_SHOWN]:
        reasons = "; ".join(wording.describe_reason(reason, language, names) for reason in change.reasons)
        click.echo(f"{change.code}: {reasons}.")
    if len(changes) > MOST_SHOWN:
        click.echo(f"… and {len(changes) - MOST_SHOWN} more; --json FILE has all of them.")
    click.echo(f"{len(changes)} cases change.")


COMMANDS = (simulate,)
