"""The command `simulate`: runs past cases through a draft of the diagrams and reports what would have changed."""

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
from engine.errors import NotFound
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
from engine.translation.catalogue import LANGUAGES, N_
from engine.whole_number import MAX_WHOLE_NUMBER, parse_whole_number
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, pass_context

FILE_TYPE = click.Path(path_type=Path, dir_okay=False)
STANDARD_OUTPUT = "-"
SIDES = ("before", "after")

# At most this many changed cases are printed; the JSON contains all of them.
MOST_SHOWN = 40


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Cho các hồ sơ đã qua chạy theo một bản nháp với đồng hồ ảo: hồ sơ nào thay đổi, thay đổi thế nào và vì sao, "
        "trước và sau."
    ),
)
@click.option("--draft", required=True, help=N_("Một thư mục có workflows/ và forms/, hoặc số của một bản triển khai."))
@click.option("--cases", required=True, help=N_("Bao nhiêu hồ sơ mới nhất, hoặc một tệp CSV gồm các phản ánh đã qua."))
@click.option("--mapping", type=FILE_TYPE, help=N_("Ý nghĩa các cột của tệp đó (YAML), như với replay."))
@click.option(
    "--assumptions", "table", type=FILE_TYPE, help=N_("Thay đổi những gì được giả định khi quá khứ không cho biết.")
)
@click.option(
    "--write-assumptions",
    "target",
    type=FILE_TYPE,
    help=N_("Chỉ ghi ra những gì sẽ được giả định, để chỉnh sửa."),
)
@click.option(
    "--seed",
    type=click.IntRange(0, MAX_WHOLE_NUMBER),
    default=simulation.SEED,
    help=N_("Số bắt đầu của phép ngẫu nhiên."),
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help=N_("Bao nhiêu tiến trình làm việc.")
)
@click.option("--language", type=click.Choice(LANGUAGES), help=N_("Ngôn ngữ của các lý do và của những gì được in ra."))
@click.option(
    "--json",
    "out",
    is_flag=False,
    flag_value=STANDARD_OUTPUT,
    help=N_("Ghi mọi kết quả vào tệp này, hoặc in ra."),
)
@pass_context
def simulate(context: CommandContext, draft: str, cases: str, **options: Any) -> None:
    """Run past cases through a draft on a virtual clock: which ones change, how and why, before and after."""
    if options["language"] is not None:
        context = CommandContext(context.settings, options["language"])
    changes = assumptions.read_changes(options["table"]) if options["table"] is not None else {}
    with _case_database(context, cases, options) as engine:
        number = parse_whole_number(cases) or simulation.MOST_CASES
        order = SimulationRequest(_draft_files(context, draft), number, changes, options["seed"], options["workers"])
        if options["target"] is not None:
            table = simulation.preview_assumptions(engine, order, context.settings.chase_cap, context.language)
            options["target"].write_text(assumptions.to_yaml_text(table, context.language), "utf-8")
            context.echo(
                N_("{file} có {count} bước; đưa tệp này trở lại bằng --assumptions."),
                file=options["target"],
                count=len(table),
            )
            return
        with _progress_bar(context.text(N_("Đang mô phỏng hồ sơ"))) as tick:
            result = simulation.simulate_draft(engine, order, context.settings.chase_cap, tick, context.language)
        names = simulation.unit_names(engine)
    _print_result(context, result, options["out"], names)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _draft_files(context: CommandContext, draft: str) -> DraftFiles:
    if not _is_number(draft):
        return definitions.read_deployment_folder(Path(draft))
    number = parse_whole_number(draft)
    if number is None:
        raise NotFound("deployment-unknown", number=draft)
    with transaction(context.database) as tx:
        return simulation.deployment_as_draft(tx, number)


@contextmanager
def _case_database(context: CommandContext, cases: str, options: dict[str, Any]) -> Iterator[Engine]:
    """The database with the cases: the configured one, or a temporary one into which the file is replayed."""
    if _is_number(cases):
        if not 0 < (parse_whole_number(cases) or 0) <= simulation.MOST_CASES:
            raise context.refusal(N_("--cases: nêu một số từ 1 đến {most}, hoặc một tệp."), most=simulation.MOST_CASES)
        yield context.database
        return
    if options["mapping"] is None:
        raise context.refusal(N_("--cases: một tệp cần có --mapping, nêu ý nghĩa các cột của tệp."))
    column_mapping = read_mapping(options["mapping"])
    order = ReplayOrder(
        Path(cases),
        column_mapping,
        definitions.read_deployment_folder(deployment_root()),
        context.settings.chase_cap,
        options["workers"],
        context.language,
    )
    with TemporaryDirectory(prefix="tongdai_simulate_") as folder:
        url = f"sqlite:///{Path(folder) / 'cases.sqlite3'}"
        with _progress_bar(context.text(N_("Đang chạy lại các phản ánh"))) as tick:
            rejected = runner.replay_file(url, order, clock.now(), tick).rejected
        for row in rejected[:MOST_SHOWN]:
            context.echo(N_("dòng {row} bị bỏ qua: {reason}"), row=row.number, reason=row.reason, err=True)
        engine = db.engine_for(url)
        try:
            yield engine
        finally:
            engine.dispose()


@contextmanager
def _progress_bar(description: str) -> Iterator[Tick]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True, disable=not os.isatty(2)) as progress:
        task = progress.add_task(description, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _print_result(context: CommandContext, result: SimulationResult, out: str | None, names: dict[str, str]) -> None:
    figures = simulation.result_document(result)
    if out == STANDARD_OUTPUT:
        click.echo(json.dumps(figures, ensure_ascii=False, indent=1))
        return
    _print_figures(context, figures)
    _print_loads(context, figures)
    _print_kinds(context, figures)
    _print_assumptions(context, figures)
    _print_changes(context, result.totals.changes, names)
    if out is not None:
        Path(out).write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _print_figures(context: CommandContext, figures: dict[str, Any]) -> None:
    rows: list[tuple[object, ...]] = [
        (context.text(N_("hồ sơ")), figures["cases"], figures["cases"]),
        (context.text(N_("đã hoàn tất")), figures["finished"]["before"], figures["finished"]["after"]),
        (context.text(N_("quá hạn")), figures["overdue"]["before"], figures["overdue"]["after"]),
        (context.text(N_("tỷ lệ quá hạn")), *(context.decimal(figures["overdue_rate"][side], ".1%") for side in SIDES)),
    ]
    for rung, sides in figures["mails"].items():
        rows.append((context.text(N_("thư: {rung}"), rung=rung), *(sides[side]["mails"] for side in SIDES)))
    context.print_table(N_("Trước và sau"), (N_("số liệu"), N_("trước"), N_("sau")), rows)


def _print_loads(context: CommandContext, figures: dict[str, Any]) -> None:
    busiest = sorted(figures["load"].items(), key=lambda item: (-sum(item[1]["after"]), item[0]))[:10]
    loads = [
        (unit, sum(sides["before"]), sum(sides["after"]), _peak_hour(sides["before"]), _peak_hour(sides["after"]))
        for unit, sides in busiest
    ]
    columns = (N_("mã đơn vị"), N_("trước"), N_("sau"), N_("giờ cao điểm trước"), N_("giờ cao điểm sau"))
    context.print_table(N_("Việc của các đơn vị bận nhất"), columns, loads)


def _peak_hour(hours: list[int]) -> str:
    """The hour in which most tasks arrive, and how many."""
    hour = hours.index(max(hours))
    return f"{hour}:00 ({hours[hour]})"


def _print_kinds(context: CommandContext, figures: dict[str, Any]) -> None:
    rows = [(wording.kind_label(name, context.language), count) for name, count in figures["kinds"].items() if count]
    if rows:
        context.print_table(N_("Hồ sơ thay đổi"), (N_("thay đổi về"), N_("hồ sơ")), rows)
    if figures["not_reproduced"]:
        context.echo(
            N_(
                "{count} hồ sơ đã diễn ra khác với điều mà các đơn vị, con người và ngày nghỉ hiện nay sẽ cho ra; các "
                "hồ sơ đó được so với điều mà chính sơ đồ của chúng sẽ làm hiện nay."
            ),
            count=len(figures["not_reproduced"]),
        )


def _print_assumptions(context: CommandContext, figures: dict[str, Any]) -> None:
    rows = [
        (row["node"], row["source"], row["seen"], row["hours"]["median"], row["hours"]["p90"], row["used"])
        for row in figures["assumptions"]
    ]
    hours = (N_("số giờ"), N_("bách phân vị 90"))
    columns = (N_("bước"), N_("theo"), N_("đã thấy"), *hours, N_("đã dùng"))
    context.print_table(N_("Giả định khi quá khứ không cho biết"), columns, rows)


def _print_changes(context: CommandContext, changes: list[CaseDifference], names: dict[str, str]) -> None:
    for change in changes[:MOST_SHOWN]:
        reasons = "; ".join(wording.describe_reason(reason, context.language, names) for reason in change.reasons)
        click.echo(f"{change.code}: {reasons}.")
    if len(changes) > MOST_SHOWN:
        context.echo(N_("… và {count} hồ sơ nữa; --json FILE có tất cả."), count=len(changes) - MOST_SHOWN)
    context.echo(N_("{count} hồ sơ thay đổi."), count=len(changes))


COMMANDS = (simulate,)
