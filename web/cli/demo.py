"""Commands on a virtual clock: `replay` a file of past reports, and set up the demonstration."""

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
from engine.translation.catalogue import N_
from web import serve
from web.cli.bilingual import BilingualCommand
from web.cli.context import ROW_NUMBER, CommandContext, pass_context

FILE_TYPE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path)
FIGURE_NAMES = {
    "cases": N_("hồ sơ"),
    "done": N_("đã kết thúc"),
    "open": N_("đang mở"),
    "overdue": N_("quá hạn"),
    "overdue_with_due": N_("quá hạn trong số có hạn"),
    "rejected": N_("bị loại"),
    "failed": N_("bị dừng"),
    "tasks": N_("việc"),
    "timers": N_("hẹn giờ"),
    "timers_late": N_("hẹn giờ bị trễ"),
    "late_max_s": N_("trễ nhiều nhất, giây"),
    "wall_s": N_("thời gian chạy, giây"),
    "cases_per_s": N_("hồ sơ mỗi giây"),
}
DEMO_FIGURES = ("cases", "done", "open", "overdue", "tasks")
NOT_REPLAYED = N_("dòng {row} không được chạy lại: {reason}")
STOPPED = N_("dòng {row} dừng ở chỗ quy trình không đi tiếp được: {reason}")


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Chạy lại FILE: mỗi dòng là một phản ánh, được tiếp nhận, giải quyết và kết thúc đúng các thời điểm của nó, "
        "theo đồng hồ ảo."
    ),
)
@click.argument("file", type=FILE_TYPE)
@click.option("--mapping", type=FILE_TYPE, required=True, help=N_("Ý nghĩa các cột của FILE (YAML)."))
@click.option(
    "--deployment", type=ROW_NUMBER, help=N_("Một bản triển khai của cơ sở dữ liệu đang dùng; mặc định: các tệp ở đây.")
)
@click.option("--database", help=N_("Một cơ sở dữ liệu chưa có hồ sơ để nạp vào; mặc định: một tệp SQLite tạm."))
@click.option("--json", "out", type=FILE_TYPE, help=N_("Ghi thêm các số liệu vào tệp này."))
@click.option(
    "--workers", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help=N_("Bao nhiêu tiến trình làm việc.")
)
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
    with TemporaryDirectory(prefix="tongdai_replay_") as folder, _replay_progress(context) as tick:
        replay_environment = {"TONGDAI_DATABASE": options["database"] or f"sqlite:///{Path(folder) / 'replay.sqlite3'}"}
        result = runner.replay_file(environment.load_settings(replay_environment).database, order, clock.now(), tick)
    figures = runner.replay_document(result)
    _print_rejected(context, NOT_REPLAYED, result.rejected)
    _print_rejected(context, STOPPED, result.failed)
    _print_figures(context, figures, FIGURE_NAMES)
    _print_notices(context, result.totals)
    if out is not None:
        out.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _deployment_files(context: CommandContext, process: str, number: int | None) -> Mapping[PurePosixPath, bytes]:
    if number is None:
        return definitions.read_deployment_folder(deployment_root())
    with transaction(context.database) as tx:
        return definitions.load_stored_files(tx, definitions.find_by_key(tx, process, number).digest)


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Lập một tỉnh với người và phản ánh minh họa tính đến lúc này; chạy lần nữa thì tiếp tục từ chỗ đang dừng."
    ),
)
@click.option("--root", type=FOLDER, default=deployment_root, help=N_("Nơi có workflows/ và forms/."))
@click.option("--serve", "serving", is_flag=True, help=N_("Sau đó mở các trang, cho đến khi được dừng."))
@pass_context
def demo(context: CommandContext, root: Path, *, serving: bool) -> None:
    """Make a province with invented people and reports up to now; run again, go on from where it stood."""
    schema_migrations.upgrade(context.settings.database)
    deployment = definitions.read_deployment_folder(root)
    with _replay_progress(context) as tick:
        outcome = demonstration.make_or_resume(context.database, context.settings, deployment, clock.now(), tick)
    _print_demo(context, outcome)
    _print_next_steps(context, outcome)
    _print_accounts(context)
    if serving:
        context.echo(N_("Các trang: {address}  (Ctrl-C để dừng)"), address=serve.page_address(context.settings))
        serve.run_server(context.settings, context.database, demonstration=True)


def _print_accounts(context: CommandContext) -> None:
    with transaction(context.database) as tx:
        rows = [
            (item.login, item.name, item.unit, ", ".join(item.roles)) for item in demo_accounts.list_usable_accounts(tx)
        ]
    columns = (N_("tên đăng nhập"), N_("họ và tên"), N_("đơn vị công tác"), N_("các vai trò"))
    context.print_table(N_("Tài khoản của bản dùng thử"), columns, rows)
    context.echo(N_("Mật khẩu của các tài khoản này là {password}"), password=demo_accounts.PASSWORD)


@contextmanager
def _replay_progress(context: CommandContext) -> Iterator[Callable[[int, int], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task(context.text(N_("Đang chạy lại các phản ánh")), total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _print_rejected(context: CommandContext, sentence: str, rows: Iterable[RejectedRow]) -> None:
    for row in rows:
        context.echo(sentence, row=row.number, reason=row.reason)


def _print_figures(context: CommandContext, figures: Mapping[str, Any], names: Iterable[str]) -> None:
    rows = [(context.text(FIGURE_NAMES[name]), figures[name]) for name in names]
    context.print_table(N_("Các hồ sơ"), (N_("số liệu"), N_("giá trị")), rows)


def _print_notices(context: CommandContext, totals: CaseTotals) -> None:
    context.print_table(N_("Các thông báo"), (N_("nấc"), N_("đã lập")), totals.notices.items())


def _print_demo(context: CommandContext, outcome: DemoStatus) -> None:
    totals = outcome.totals
    _print_figures(context, {name: getattr(totals, name) for name in DEMO_FIGURES}, DEMO_FIGURES)
    _print_notices(context, totals)
    context.print_table(N_("Việc đang chờ làm"), (N_("loại việc"), N_("đang mở")), outcome.waiting.items())
    context.print_table(N_("Điều đã ghi nhận trên hồ sơ"), (N_("điều ghi nhận"), N_("hồ sơ")), outcome.marks.items())


def _print_next_steps(context: CommandContext, outcome: DemoStatus) -> None:
    if outcome.replayed is None:
        context.echo(
            N_("Bản dùng thử đã có sẵn; từ đó đến nay {count} hẹn giờ đã đến hạn và đã chạy."), count=outcome.fired
        )
    else:
        _print_rejected(context, NOT_REPLAYED, outcome.replayed.rejected)
        _print_rejected(context, STOPPED, outcome.replayed.failed)
        context.echo(
            N_("Đã chạy lại {reports} phản ánh; {people} người minh họa làm việc trong tỉnh."),
            reports=outcome.replayed.cases,
            people=outcome.people,
        )
    url = make_url(context.settings.database).render_as_string(hide_password=True)
    context.echo(N_("Cơ sở dữ liệu là {url}."), url=url)
    context.echo(
        N_(
            "Tiếp theo: tongdai timers fire, tongdai incident list, tongdai history verify; tongdai demo tiếp tục từ "
            "đây."
        )
    )


COMMANDS = (replay, demo)
