"""Commands on a virtual clock: `replay` of a file of past reports, and the demonstration."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.engine import make_url

from engine import clock
from engine.config import environment
from engine.process import definitions
from engine.replay import demo as demonstration
from engine.replay import demo_accounts, runner
from engine.replay.case_replay import CaseTotals
from engine.replay.csv_files import RejectedRow, read_mapping
from engine.replay.demo import DemoStatus
from engine.replay.runner import ReplayRequest
from engine.shipped import deployment_root
from engine.store import schema_migrations
from engine.store.db import transaction
from web import serve
from web.cli.context import CommandContext, pass_context, print_table

FILE_TYPE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path)
FIGURE_NAMES = ("cases", "done", "open", "overdue", "overdue_with_due", "rejected", "failed", "tasks", "timers")


@click.command()
@click.argument("file", type=FILE_TYPE)
@click.option("--mapping", type=FILE_TYPE, required=True, help="What the columns of FILE mean (YAML).")
@click.option("--deployment", type=int, help="A deployment of the configured database; default: the files here.")
@click.option("--database", help="A database without cases to fill; default: a temporary SQLite file.")
@click.option("--json", "out", type=FILE_TYPE, help="Write the figures there too.")
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="How many processes work.")
@pass_context
def replay(context: CommandContext, file: Path, mapping: Path, out: Path | None, **options: Any) -> None:
    """Replay FILE: every row is a report, received, worked on and closed at its times, on a virtual clock."""
    column_mapping = read_mapping(mapping)
    order = ReplayRequest(
        file=file,
        mapping=column_mapping,
        deployment=_deployment_files(context, column_mapping.process, options["deployment"]),
        chase_cap=context.settings.chase_cap,
        workers=options["workers"],
        language=context.language,
    )
    with TemporaryDirectory(prefix="tongdai_replay_") as folder, _progress_bar("Replaying reports") as tick:
        replay_environment = {"TONGDAI_DATABASE": options["database"] or f"sqlite:///{Path(folder) / 'replay.sqlite3'}"}
        result = runner.replay_file(environment.load_settings(replay_environment).database, order, clock.now(), tick)
    figures = runner.replay_document(result)
    _print_rejected("not replayed", result.rejected)
    _print_rejected("stopped where the process could not go on", result.failed)
    _print_figures(figures, (*FIGURE_NAMES, "timers_late", "late_max_s", "wall_s", "cases_per_s"))
    _print_notices(result.totals)
    if out is not None:
        out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _deployment_files(context: CommandContext, process: str, number: int | None) -> Mapping[PurePosixPath, bytes]:
    if number is None:
        return definitions.read_deployment_folder(deployment_root())
    with transaction(context.database) as tx:
        return definitions.load_stored_files(tx, definitions.find_by_key(tx, process, number).digest)


@click.command()
@click.option("--root", type=FOLDER, default=deployment_root, help="Where workflows/ and forms/ are.")
@click.option("--serve", "serving", is_flag=True, help="Then serve the pages, until stopped.")
@pass_context
def demo(context: CommandContext, root: Path, *, serving: bool) -> None:
    """Make a province with invented people and reports up to now; run again, go on from where it stood."""
    schema_migrations.upgrade(context.settings.database)
    deployment = definitions.read_deployment_folder(root)
    with _progress_bar("Replaying reports") as tick:
        outcome = demonstration.make_or_resume(context.database, context.settings, deployment, clock.now(), tick)
    _print_demo(outcome)
    _print_next_steps(context, outcome)
    _print_accounts(context)
    if serving:
        click.echo(f"The pages: http://{context.settings.host}:{context.settings.port}  (Ctrl-C stops)")
        serve.run_server(context.settings, context.database, demonstration=True)


def _print_accounts(context: CommandContext) -> None:
    with transaction(context.database) as tx:
        rows = [
            (item.login, item.name, item.unit, ", ".join(item.roles)) for item in demo_accounts.list_usable_accounts(tx)
        ]
    print_table("Accounts of the demonstration", ("login", "name", "unit", "roles"), rows)
    click.echo(f"Their password is {demo_accounts.PASSWORD}")


@contextmanager
def _progress_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _print_rejected(what: str, rows: Iterable[RejectedRow]) -> None:
    for row in rows:
        click.echo(f"row {row.number} {what}: {row.reason}")


def _print_figures(figures: Mapping[str, Any], names: Iterable[str]) -> None:
    print_table("Cases", ("figure", "value"), [(name, figures[name]) for name in names])


def _print_notices(totals: CaseTotals) -> None:
    print_table("Notices", ("rung", "created"), totals.notices.items())


def _print_demo(outcome: DemoStatus) -> None:
    totals = outcome.totals
    _print_figures(
        {
            "cases": totals.cases,
            "done": totals.done,
            "open": totals.open,
            "overdue": totals.overdue,
            "tasks": totals.tasks,
        },
        ("cases", "done", "open", "overdue", "tasks"),
    )
    _print_notices(totals)
    print_table("What is waiting", ("task", "open"), outcome.waiting.items())
    print_table("What has been noted on cases", ("fact", "cases"), outcome.marks.items())


def _print_next_steps(context: CommandContext, outcome: DemoStatus) -> None:
    if outcome.replayed is None:
        click.echo(f"The demonstration was there already; {outcome.fired} timers have become due since and fired.")
    else:
        _print_rejected("not replayed", outcome.replayed.rejected)
        _print_rejected("stopped where the process could not go on", outcome.replayed.failed)
        click.echo(
            f"{outcome.replayed.cases} reports were replayed; {outcome.people} invented people staff the province."
        )
    url = make_url(context.settings.database).render_as_string(hide_password=True)
    click.echo(f"The database is {url}.")
    click.echo(
        "Next: tongdai timers fire, tongdai incident list, tongdai history verify; tongdai demo goes on from here."
    )


COMMANDS = (replay, demo)
