"""Benchmark commands: `bench` for the engine, `bench-pages` for the pages, `seed` for the data they run on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import click
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from engine import clock
from engine.benchmark import run as benchmark
from engine.benchmark import seed as seeding
from engine.benchmark.lateness import TimerLateness
from engine.shipped import deployment_root
from engine.translation.catalogue import N_
from web.benchmark import channel_load, officer_load, page_times, timer_lateness
from web.benchmark.page_times import PageTimes
from web.benchmark.timer_lateness import TimerLoad
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, pass_context


@click.command(
    cls=BilingualCommand,
    help=N_("Đo việc hoàn thành, trạng thái, hẹn giờ và độ lớn dần so với mức nền, trong một lần chạy xen kẽ."),
)
@click.option(
    "--url", help=N_("Một máy chủ PostgreSQL được phép lập cơ sở dữ liệu tạm; nếu không có thì chỉ đo SQLite.")
)
@click.option("--json", "out", type=click.Path(path_type=Path), help=N_("Ghi thêm các số liệu vào tệp này."))
@click.option(
    "--root", type=click.Path(path_type=Path), default=deployment_root, help=N_("Thư mục triển khai dùng để đo.")
)
@pass_context
def bench(context: CommandContext, url: str | None, out: Path | None, root: Path) -> None:
    """Measure completions, state, timers and growth against their baselines, in one interleaved run."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, transient=True) as progress:
        task = progress.add_task(context.text(N_("đang chuẩn bị")), total=None)
        figures = benchmark.measure_engine(
            root, url, lambda what: progress.update(task, description=context.words(what))
        )
    rows = [
        (f.name, context.decimal(f.value, ".4g"), f.unit, _ratio_text(context, f.ratio), f.baseline) for f in figures
    ]
    headings = (N_("số liệu"), N_("giá trị"), N_("đơn vị đo"), N_("tỷ lệ"), N_("so với"))
    context.print_table(N_("Kết quả đo"), headings, rows)
    if out is not None:
        out.write_text(json.dumps([benchmark.figure_document(figure) for figure in figures], indent=1), "utf-8")


def _ratio_text(context: CommandContext, ratio: float | None) -> str | None:
    return None if ratio is None else context.decimal(ratio, ".3f")


@click.command(
    cls=BilingualCommand, help=N_("Nạp rất nhiều hồ sơ vào một tỉnh đã có người làm việc (tongdai demo), để đo.")
)
@click.option("--cases", type=click.IntRange(1, 5_000_000), default=1_000_000, help=N_("Bao nhiêu hồ sơ."))
@click.option(
    "--open", "opened", type=click.IntRange(0), default=100_000, help=N_("Bao nhiêu hồ sơ trong số đó đang mở.")
)
@pass_context
def seed(context: CommandContext, cases: int, opened: int) -> None:
    """Fill a staffed province (tongdai demo) with very many cases, for measuring."""
    with Progress(transient=True) as progress:
        task = progress.add_task(context.text(N_("Đang tạo hồ sơ")), total=cases)
        seeding.seed_cases(
            context.database, cases, opened, clock.now(), lambda done: progress.update(task, completed=done)
        )
    context.echo(N_("Đã thêm {cases} hồ sơ, trong đó {opened} hồ sơ đang mở."), cases=cases, opened=opened)


@click.command(
    name="bench-pages",
    cls=BilingualCommand,
    help=N_("Đo các danh sách và lượt tìm kiếm qua HTTP, mỗi trang so với một trang đơn giản của cùng máy chủ."),
)
@click.option(
    "--rounds",
    type=click.IntRange(2, 1000),
    default=page_times.ROUNDS,
    help=N_("Mỗi trang được hỏi bao nhiêu lần."),
)
@pass_context
def bench_pages(context: CommandContext, rounds: int) -> None:
    """Measure lists and searches over HTTP, each compared with a trivial page of the same server."""
    figures = page_times.measure_pages(context.database, context.settings, rounds)
    trivial = {figure.login: figure.p50 for figure in figures if figure.page == page_times.TRIVIAL_PAGE}
    rows = [
        (f.login, f.page, *(context.decimal(figure, ".1f") for figure in _page_figures(f, trivial)), f.statements)
        for f in figures
    ]
    timings = (N_("trung vị, ms"), N_("bách phân vị 95, ms"), N_("tỷ lệ"))
    columns = (N_("tên đăng nhập"), N_("trang"), *timings, N_("câu lệnh"))
    context.print_table(N_("Tốc độ các trang"), columns, rows)


def _page_figures(times: PageTimes, trivial: Mapping[str, float]) -> tuple[float, float, float]:
    """Median and 95th percentile in milliseconds, and the median as a multiple of the trivial page's."""
    return times.p50 * 1000, times.p95 * 1000, times.p50 / trivial[times.login]


@click.command(
    name="bench-load",
    cls=BilingualCommand,
    help=N_("Cho nhiều cán bộ cùng làm việc trên bản dùng thử đang dùng; dữ liệu của bản đó thay đổi theo."),
)
@click.option("--officers", type=click.IntRange(1, 500), default=50, help=N_("Bao nhiêu cán bộ làm việc cùng lúc."))
@click.option("--seconds", type=click.FloatRange(1), default=60.0, help=N_("Trong bao nhiêu giây."))
@click.option(
    "--think", type=click.FloatRange(0.01), default=5.0, help=N_("Số giây suy nghĩ trước khi hoàn thành một việc.")
)
@pass_context
def bench_load(context: CommandContext, officers: int, seconds: float, think: float) -> None:
    """Let many officers work at once on the configured demonstration, which changes by it."""
    result = officer_load.simulate_officers(context.database, officers, seconds, think)
    rows = [(context.text(act), count, f"{p50:.0f}", f"{p95:.0f}") for act, count, p50, p95 in result.summary_rows()]
    columns = (N_("việc đã làm"), N_("số lần"), N_("trung vị, ms"), N_("bách phân vị 95, ms"))
    context.print_table(N_("Cán bộ làm việc"), columns, rows)
    context.echo(
        N_("{faster} lần một đồng nghiệp nhanh hơn; {errors} lỗi."), faster=result.faster, errors=len(result.errors)
    )
    for error in result.errors[:10]:
        click.echo(error)


@click.command(
    name="bench-channel",
    cls=BilingualCommand,
    help=N_(
        "Giữ rất nhiều kết nối báo việc mới của cán bộ trên bản dùng thử đang dùng, và đo chúng tốn gì, nhanh thế nào."
    ),
)
@click.option("--streams", type=click.IntRange(1, 5000), default=2000, help=N_("Bao nhiêu kết nối cùng lúc."))
@click.option("--seconds", type=click.FloatRange(1), default=60.0, help=N_("Trong bao nhiêu giây không có việc mới."))
@pass_context
def bench_channel(context: CommandContext, streams: int, seconds: float) -> None:
    """Hold very many connections that hear of news open on the configured demonstration; measure what they cost."""
    load = channel_load.measure_channel(context.database, context.settings, streams, seconds)
    rows = [
        (context.text(N_("kết nối đang mở")), load.streams),
        (context.text(N_("mở tất cả trong, giây")), context.decimal(load.opened_in, ".1f")),
        (context.text(N_("bộ nhớ mỗi kết nối, KB")), context.decimal(load.kilobytes_each, ".1f")),
        (
            context.text(N_("phần của một bộ xử lý khi không có việc mới, %")),
            context.decimal(load.idle_share * 100, ".2f"),
        ),
        (context.text(N_("từ khi ghi đến khi nghe, trung vị, ms")), context.decimal(load.p50 * 1000, ".0f")),
        (context.text(N_("từ khi ghi đến khi nghe, bách phân vị 99, ms")), context.decimal(load.p99 * 1000, ".0f")),
        (context.text(N_("mọi kết nối đều nghe trong, giây")), context.decimal(load.all_heard_in, ".1f")),
    ]
    context.print_table(N_("Kênh báo việc mới"), (N_("số liệu"), N_("giá trị")), rows)


@click.command(
    name="bench-timers",
    cls=BilingualCommand,
    help=N_("Đo xem các tiến trình nền chạy hẹn giờ trễ bao lâu, trên một cơ sở dữ liệu còn trống (tongdai migrate)."),
)
@click.option(
    "--waiting", type=click.IntRange(0, 5_000_000), default=1_000_000, help=N_("Bao nhiêu hẹn giờ khác đang chờ.")
)
@click.option(
    "--rate", type=click.IntRange(1, 100_000), default=1_000, help=N_("Bao nhiêu hẹn giờ đến hạn trong một phút.")
)
@click.option("--minutes", type=click.IntRange(1, 60), default=5, help=N_("Trong bao nhiêu phút."))
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    help=N_("Bao nhiêu tiến trình nền; nhiều hơn một thì cần PostgreSQL."),
)
@pass_context
def bench_timers(context: CommandContext, waiting: int, rate: int, minutes: int, workers: int) -> None:
    """Measure how late workers fire timers, on a configured database that is empty (tongdai migrate)."""
    load = TimerLoad(waiting, rate, minutes, workers)
    with Progress(SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), transient=True) as progress:
        task = progress.add_task(context.text(N_("đang chuẩn bị")), total=None)
        lateness = timer_lateness.measure_in_workers(
            context.database,
            deployment_root(),
            load,
            lambda what: progress.update(task, description=context.text(what)),
        )
    _print_lateness(context, load, lateness)


def _print_lateness(context: CommandContext, load: TimerLoad, lateness: TimerLateness) -> None:
    rows = [
        (context.text(N_("đã chạy")), lateness.fired),
        (context.text(N_("trung vị, giây")), context.decimal(lateness.p50, ".3f")),
        (context.text(N_("bách phân vị 99, giây")), context.decimal(lateness.p99, ".3f")),
        (context.text(N_("nhiều nhất, giây")), context.decimal(lateness.most, ".3f")),
    ]
    context.print_table(
        N_("Độ trễ khi {waiting} hẹn giờ đang chờ, mỗi phút {rate} hẹn giờ đến hạn, {workers} tiến trình nền"),
        (N_("số liệu"), N_("giá trị")),
        rows,
        waiting=load.waiting,
        rate=load.rate,
        workers=load.workers,
    )


COMMANDS = (bench, seed, bench_pages, bench_load, bench_channel, bench_timers)
