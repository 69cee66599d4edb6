"""Commands for records and personal data: anonymise old reports, export the event log for process mining."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from engine import clock
from engine.cases import case_code
from engine.journal import acts, journal
from engine.privacy import matter_retention, retention
from engine.privacy.retention import ErasureTotals
from engine.records import xes
from engine.store.db import read_snapshot, transaction
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand
from web.cli.context import BY_COMMAND, CommandContext, command_stamp, pass_context

DAY_TYPE = click.DateTime(["%Y-%m-%d"])
FILE_TYPE = click.Path(path_type=Path, dir_okay=False)
STAY_REASONS = {
    retention.OPEN: N_("hồ sơ đang mở"),
    retention.LINKED: N_("gắn với một hồ sơ được giữ lại"),
    retention.HELD: N_("đang có yêu cầu giữ dữ liệu"),
    retention.RECENT: N_("chưa đủ cũ"),
}


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Xóa dữ liệu cá nhân của các phản ánh và công việc do cán bộ bắt đầu "
        "đã kết thúc lâu hơn TONGDAI_RETENTION_DAYS."
    ),
)
@click.option("--dry-run", is_flag=True, help=N_("Chỉ cho biết điều gì sẽ được làm."))
@click.option("--list", "out", type=FILE_TYPE, help=N_("Thay vào đó ghi mã của mọi hồ sơ đã ẩn danh vào tệp FILE."))
@click.option(
    "--codes", type=FILE_TYPE, help=N_("Ẩn danh lại những hồ sơ mà tệp FILE nêu, sau khi phục hồi một bản sao lưu.")
)
@pass_context
def anonymise(context: CommandContext, *, dry_run: bool, out: Path | None, codes: Path | None) -> None:
    """Clear the personal data of reports and of officers' work that ended longer ago than TONGDAI_RETENTION_DAYS."""
    if out is not None or codes is not None:
        if dry_run or (out and codes):
            raise context.refusal(N_("--list, --codes và --dry-run không dùng cùng nhau được."))
        _write_codes(context, out) if out else _anonymise_again(context, codes)
        return
    days, now = context.settings.retention_days, clock.now()
    if dry_run:
        rehearsal = retention.rehearse(context.database, now, days)
        _print_outcome(context, N_("{count} phản ánh sẽ được ẩn danh."), rehearsal)
        begun = matter_retention.walk_matters(context.database, now, days, None)
        _print_outcome(context, N_("{count} công việc do cán bộ bắt đầu sẽ được ẩn danh."), ErasureTotals(*begun))
    else:
        outcome = retention.erase_expired(context.database, now, days, BY_COMMAND)
        _print_outcome(context, N_("Đã ẩn danh {count} phản ánh."), outcome)
        begun = matter_retention.walk_matters(context.database, now, days, BY_COMMAND)
        _print_outcome(context, N_("Đã ẩn danh {count} công việc do cán bộ bắt đầu."), ErasureTotals(*begun))


def _print_outcome(context: CommandContext, sentence: str, outcome: ErasureTotals) -> None:
    context.echo(sentence, count=outcome.reports)
    if outcome.reports or any(outcome.rows.values()):
        context.print_table(N_("Số dòng theo bảng"), (N_("bảng"), N_("số dòng")), sorted(outcome.rows.items()))
    stays = [(context.text(reason), outcome.retained_by_reason[key]) for key, reason in STAY_REASONS.items()]
    columns = (N_("vì sao"), N_("số hồ sơ"))
    context.print_table(N_("Hồ sơ được giữ lại"), columns, [(reason, count) for reason, count in stays if count])


def _write_codes(context: CommandContext, out: Path | None) -> None:
    assert out is not None
    if out.exists():
        raise context.refusal(N_("Tệp {file} đã có sẵn."), file=out)
    with transaction(context.database) as tx:
        codes = retention.list_erased_codes(tx)
        journal.record(tx, command_stamp(), acts.EXPORT_ERASED_CODES, f"file:{out.name}", codes=len(codes))
    out.write_text("".join(f"{code}\n" for code in codes), encoding="utf-8")
    context.echo(N_("{file}: {count} mã hồ sơ."), file=out, count=len(codes))


def _anonymise_again(context: CommandContext, file: Path | None) -> None:
    assert file is not None
    try:
        codes = [
            case_code.parse_code(line.strip(), context.world.province.letters)
            for line in file.read_text(encoding="utf-8").splitlines()
            if line.strip()
        ]
    except UnicodeDecodeError as error:
        raise context.refusal(N_("{file} không phải là danh sách mã hồ sơ."), file=file) from error
    count = 0
    for start in range(0, len(codes), retention.SLICE_SIZE):
        with transaction(context.database) as tx:
            some, now = codes[start : start + retention.SLICE_SIZE], clock.now()
            count += retention.reapply_erasures(tx, some, BY_COMMAND, now)
            count += matter_retention.reapply_matter_erasures(tx, some, BY_COMMAND, now)
    context.echo(N_("Đã ẩn danh lại {count} hồ sơ."), count=count)


@click.command(
    name="export-xes",
    cls=BilingualCommand,
    help=N_(
        "Ghi các hồ sơ bắt đầu trong một kỳ vào OUT thành nhật ký sự kiện (IEEE 1849), không có tên người; tên tệp có "
        "đuôi .gz thì được nén."
    ),
)
@click.argument("out", type=FILE_TYPE)
@click.option("--from", "first", type=DAY_TYPE, required=True, help=N_("Ngày đầu, theo giờ Việt Nam."))
@click.option("--to", "last", type=DAY_TYPE, required=True, help=N_("Ngày cuối, theo giờ Việt Nam."))
@pass_context
def export_xes(context: CommandContext, out: Path, first: datetime, last: datetime) -> None:
    """Write the cases begun in a period to OUT as an event log (IEEE 1849), without names; compressed for .gz."""
    start, end = (day.replace(tzinfo=clock.VIETNAM) for day in (first, last + timedelta(days=1)))
    with read_snapshot(context.database) as tx:
        outcome = xes.export_to_file(tx, start, end, out)
    with transaction(context.database) as tx:
        facts = {"file": out.name, "cases": outcome.traces}
        journal.record(tx, command_stamp(), acts.EXPORT_EVENT_LOG, f"period:{first:%Y-%m-%d}/{last:%Y-%m-%d}", **facts)
    context.echo(N_("{file}: {cases} hồ sơ, {acts} thao tác."), file=out, cases=outcome.traces, acts=outcome.events)


COMMANDS = (anonymise, export_xes)
