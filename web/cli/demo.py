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
from engine.replay.case_replay import Totals
from engine.replay.csv_files import Rejected, read_mapping
from engine.replay.demo import Shown
from engine.replay.runner import Order
from engine.shipped import deployment_root
from engine.store import schema_migrations
from engine.store.db import transaction
from web import serve
from web.cli.context import Context, pass_context, show

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path)
FIGURES = ("cases", "done", "open", "overdue", "overdue_with_due", "rejected", "failed", "tasks", "timers")


@click.command()
@click.argument("file", type=FILE)
@click.option("--mapping", type=FILE, required=True, help="What the columns of FILE mean (YAML).")
@click.option("--deployment", type=int, help="A deployment of the configured database; default: the files here.")
@click.option("--database", help="A database without cases to fill; default: a temporary SQLite file.")
@click.option("--json", "out", type=FILE, help="Write the figures there too.")
@click.option("--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="How many processes work.")
@pass_context
def replay(context: Context, file: Path, mapping: Path, out: Path | None, **wanted: Any) -> None:
    """Replay FILE: every row is a report, received, worked on and closed at its times, on a virtual clock."""
    found = read_mapping(mapping)
    order = Order(
        file=file,
        mapping=found,
        deployment=_deployment(context, found.process, wanted["deployment"]),
        chase_cap=context.settings.chase_cap,
        workers=wanted["workers"],
        language=context.language,
    )
    with TemporaryDirectory(prefix="tongdai_replay_") as folder, _progress("Replaying reports") as tick:
        wish = {"TONGDAI_DATABASE": wanted["database"] or f"sqlite:///{Path(folder) / 'replay.sqlite3'}"}
        result = runner.run(environment.load(wish).database, order, clock.now(), tick)
    figures = runner.document(result)
    _list("not replayed", result.rejected)
    _list("stopped where the process could not go on", result.failed)
    _print_figures(figures, (*FIGURES, "timers_late", "late_max_s", "wall_s", "cases_per_s"))
    _print_notices(result.totals)
    if out is not None:
        out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _deployment(context: Context, process: str, number: int | None) -> Mapping[PurePosixPath, bytes]:
    if number is None:
        return definitions.read_root(deployment_root())
    with transaction(context.database) as tx:
        return definitions.files_of(tx, definitions.find(tx, process, number).digest)


@click.command()
@click.option("--root", type=FOLDER, default=deployment_root, help="Where workflows/ and forms/ are.")
@click.option("--serve", "serving", is_flag=True, help="Then serve the pages, until stopped.")
@pass_context
def demo(context: Context, root: Path, *, serving: bool) -> None:
    """Make a province with invented people and reports up to now; run again, go on from where it stood."""
    schema_migrations.upgrade(context.settings.database)
    deployment = definitions.read_root(root)
    with _progress("Replaying reports") as tick:
        shown = demonstration.run(context.database, context.settings, deployment, clock.now(), tick)
    _print_demo(shown)
    _say_where(context, shown)
    _list_accounts(context)
    if serving:
        click.echo(f"The pages: http://{context.settings.host}:{context.settings.port}  (Ctrl-C stops)")
        serve.run(context.settings, context.database, demonstration=True)


def _list_accounts(context: Context) -> None:
    with transaction(context.database) as tx:
        rows = [(item.login, item.name, item.unit, ", ".join(item.roles)) for item in demo_accounts.offered(tx)]
    show("Accounts of the demonstration", ("login", "name", "unit", "roles"), rows)
    click.echo(f"Their password is {demo_accounts.PASSWORD}")


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _list(what: str, rows: Iterable[Rejected]) -> None:
    for row in rows:
        click.echo(f"row {row.number} {what}: {row.reason}")


def _print_figures(figures: Mapping[str, Any], names: Iterable[str]) -> None:
    show("Cases", ("figure", "value"), [(name, figures[name]) for name in names])


def _print_notices(totals: Totals) -> None:
    show("Notices", ("rung", "created"), totals.notices.items())


def _print_demo(shown: Shown) -> None:
    totals = shown.totals
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
    show("What is waiting", ("task", "open"), shown.waiting.items())
    show("What has been noted on cases", ("fact", "cases"), shown.marks.items())


def _say_where(context: Context, shown: Shown) -> None:
    if shown.replayed is None:
        click.echo(f"The demonstration was there already; {shown.fired} timers have become due since and fired.")
    else:
        _list("not replayed", shown.replayed.rejected)
        _list("stopped where the process could not go on", shown.replayed.failed)
        click.echo(f"{shown.replayed.cases} reports were replayed; {shown.people} invented people staff the province.")
    place = make_url(context.settings.database).render_as_string(hide_password=True)
    click.echo(f"The database is {place}.")
    click.echo(
        "Next: tongdai timers fire, tongdai incident list, tongdai history verify; tongdai demo goes on from here."
    )


COMMANDS = (replay, demo)
