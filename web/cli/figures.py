"""Commands for the monitor's figures: compare them with a full count, rebuild them, benchmark them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.progress import Progress

from engine import clock
from engine.benchmark import figures as benchmark
from engine.journal import acts, journal
from engine.statistics import check
from engine.store.db import transaction
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand, BilingualGroup
from web.cli.context import CommandContext, command_stamp, pass_context


@click.group(name="figures", cls=BilingualGroup, help=N_("Các số liệu của trang theo dõi."))
def figures_group() -> None:
    """The figures of the monitor."""


@figures_group.command(
    name="check",
    help=N_("So số liệu với kết quả đếm lại toàn bộ; khi không khớp, mã thoát là 1 và những chỗ khác nhau được in ra."),
)
@pass_context
def compare(context: CommandContext) -> None:
    """Compare the figures with a full count; exit code 1 and what differs when they do not agree."""
    with transaction(context.database) as tx:
        if not check.is_built(tx):
            raise context.refusal(
                N_("Sau khi nâng cấp, số liệu chưa được đếm: tongdai worker sẽ đếm, hoặc chạy tongdai figures rebuild.")
            )
    with _count_progress(context.text(N_("Đang so sánh hồ sơ"))) as tick:
        comparison = check.compare_figures(context.database, clock.now(), tick)
    for example in comparison.examples:
        click.echo(context.words(example))
    if not comparison.agrees:
        raise context.refusal(
            N_(
                "{wrong} trên {cases} hồ sơ và {sums} tổng số khác với kết quả đếm lại toàn bộ; "
                "tongdai figures rebuild lập lại các số liệu này."
            ),
            wrong=comparison.cases_wrong,
            cases=comparison.cases,
            sums=comparison.sums_wrong,
        )
    context.echo(N_("Số liệu của {count} hồ sơ khớp với kết quả đếm lại toàn bộ."), count=comparison.cases)


@figures_group.command(help=N_("Đếm lại mọi hồ sơ; công việc vẫn tiếp tục trong lúc đó."))
@pass_context
def rebuild(context: CommandContext) -> None:
    """Count every case anew; work goes on meanwhile."""
    with _count_progress(context.text(N_("Đang đếm hồ sơ"))) as tick:
        number = check.rebuild_figures(context.database, clock.now(), tick)
    with transaction(context.database) as tx:
        journal.record(tx, command_stamp(), acts.REBUILD_FIGURES, "database:", cases=number)
    context.echo(N_("Đã đếm {count} hồ sơ."), count=number)


@click.command(
    name="bench-figures",
    cls=BilingualCommand,
    help=N_(
        "Đo số liệu của trang theo dõi và phụ lục, trong chính tiến trình này, trên dữ liệu đã tạo (tongdai seed)."
    ),
)
@click.option("--rounds", type=click.IntRange(3, 1000), default=15, help=N_("Mỗi phép đo được hỏi bao nhiêu lần."))
@pass_context
def bench_figures(context: CommandContext, rounds: int) -> None:
    """Measure the monitor's figures and the appendix, in this process, on what is seeded (tongdai seed)."""
    rows = [
        (one.what, one.whose, f"{one.wall * 1000:.0f}", f"{one.processor * 1000:.0f}")
        for one in benchmark.measure_statistics(context.database, context.world, clock.now(), rounds)
    ]
    columns = (N_("phép đo"), N_("của ai"), N_("trung vị, ms"), N_("trong đó bộ xử lý, ms"))
    context.print_table(N_("Tốc độ lấy số liệu"), columns, rows)


@contextmanager
def _count_progress(description: str) -> Iterator[Callable[[int], None]]:
    with Progress(transient=True) as progress:
        task = progress.add_task(description, total=None)
        yield lambda done: progress.update(task, completed=done)


COMMANDS = (figures_group, bench_figures)
