"""The command `appendix`: the figures of a period as a spreadsheet, a Word file or a PDF (R10)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from engine import clock
from engine.documents import appendix_files, appendix_period
from engine.journal import acts, journal
from engine.statistics import check, scope
from engine.statistics.appendix import compile_appendix as count
from engine.store.db import transaction
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, command_stamp, pass_context
from web.display.typefaces import SERIF_FOLDER

DAY_TYPE = click.DateTime(["%Y-%m-%d"])


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Ghi phụ lục số liệu của một kỳ: tiếp nhận, đã giải quyết, quá hạn, đang giải quyết … theo đơn vị và lĩnh vực."
    ),
)
@click.option("--from", "first", type=DAY_TYPE, required=True, help=N_("Ngày đầu của kỳ, viết như 2026-10-01."))
@click.option("--to", "last", type=DAY_TYPE, required=True, help=N_("Ngày cuối của kỳ, tính cả ngày này."))
@click.option("--unit", default="", help=N_("Chỉ đơn vị có mã này và các đơn vị cấp dưới."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=N_("Tệp kết quả: FILE.xlsx, .docx hoặc .pdf."),
)
@pass_context
def appendix(context: CommandContext, first: datetime, last: datetime, unit: str, out: Path) -> None:
    """Write the appendix of a period: received, resolved, late, in progress … by unit and by field."""
    kind = out.suffix.removeprefix(".").lower()
    appendix_files.require_kind(kind)
    now, units = clock.now(), context.world.units
    period = appendix_period.period_between(first.date(), last.date())
    full_scope = scope.whole_province(units)
    with transaction(context.database) as tx:
        if not check.is_built(tx):
            raise context.refusal(
                N_(
                    "Số liệu của các hồ sơ cũ chưa tính xong; vui lòng chờ tiến trình nền hoặc chạy "
                    "tongdai figures rebuild."
                )
            )
        result = count(tx, scope.narrow_scope(full_scope, units, unit) if unit else full_scope, period, units, now)
        facts = {"kind": kind, "unit": unit, "file": out.name}
        journal.record(tx, command_stamp(), acts.EXPORT_APPENDIX, f"period:{period.first}/{period.last}", **facts)
    out.write_bytes(
        appendix_files.render_file(kind, appendix_files.paper_for_scope(result, full_scope, units), now, SERIF_FOLDER)
    )
    context.echo(
        N_("{file}: {scope}, {period}, đã tiếp nhận {received}."),
        file=out,
        scope=result.scope,
        period=appendix_period.period_in_words(period),
        received=result.total.received,
    )


COMMANDS = (appendix,)
