"""Commands that migrate open cases to another deployment and back: `cases move` and `cases return`."""

from __future__ import annotations

from collections import Counter

import click
from rich.progress import Progress

from engine import clock
from engine.process import instance_migration
from engine.process.instance_migration import (
    CLEAN,
    MAPPED,
    NOT_MIGRATABLE,
    MigrationPlan,
    MigrationVerdict,
    Migrator,
)
from engine.store.db import transaction
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualGroup
from web.cli.context import BY_COMMAND, ROW_NUMBER, CommandContext, pass_context

MOST_LISTED = 50
VERDICTS = {
    CLEAN: N_("chuyển được ngay"),
    MAPPED: N_("chuyển được nhờ phần tử thay thế"),
    NOT_MIGRATABLE: N_("không chuyển được"),
}


@click.group(name="cases", cls=BilingualGroup, help=N_("Cho hồ sơ đang mở đi tiếp theo một bản triển khai khác."))
def cases_group() -> None:
    """Let open cases go on by another deployment."""


@cases_group.command(
    name="move",
    help=N_(
        "Chuyển mọi hồ sơ đang mở có thể chuyển, và cho biết vì sao các hồ sơ khác không chuyển được. Lần chạy bị ngắt "
        "thì đi tiếp khi chạy lại."
    ),
)
@click.option("--process", "key", required=True, help=N_("Quy trình, ví dụ citizen_report."))
@click.option("--to", "number", type=ROW_NUMBER, help=N_("Bản triển khai chuyển đến; không nêu thì là bản mới nhất."))
@click.option("--name", "pairs", multiple=True, help=N_("OLD=NEW: phần tử mới thay chỗ phần tử cũ nào."))
@click.option("--dry-run", is_flag=True, help=N_("Chỉ cho biết điều gì sẽ xảy ra."))
@pass_context
def move_cases(context: CommandContext, key: str, number: int | None, pairs: tuple[str, ...], *, dry_run: bool) -> None:
    """Move every open case that can, and say why the others cannot. An interrupted run goes on when run again."""
    mover = Migrator(BY_COMMAND, clock.now(), context.world)
    with transaction(context.database) as tx:
        plan = instance_migration.plan_migration(tx, key, number, dict(_parse_pair(context, text) for text in pairs))
        total = instance_migration.count_unmigrated(tx, plan)
    if dry_run:
        _print_dry_run(context, plan, mover)
        return
    with Progress(transient=True) as progress:
        task = progress.add_task(context.text(N_("Các hồ sơ")), total=total)
        outcome = instance_migration.migrate_instances(
            context.database, plan, mover, lambda number: progress.update(task, completed=number)
        )
    context.echo(
        N_("Đã chuyển sang bản triển khai {number}: {moved}; không chuyển được: {immovable}; đang bận: {busy}."),
        number=plan.target.number,
        moved=outcome.moved,
        immovable=outcome.immovable,
        busy=outcome.busy,
    )
    if outcome.immovable:
        context.echo(N_("Chạy lại với --dry-run để đọc lý do."))


@cases_group.command(
    name="return",
    help=N_(
        "Cho các hồ sơ đã chuyển sang một bản triển khai, và từ đó chưa ai làm gì thêm, "
        "trở lại trạng thái trước khi chuyển."
    ),
)
@click.option(
    "--from", "number", type=ROW_NUMBER, required=True, help=N_("Bản triển khai mà hồ sơ đã được chuyển đến.")
)
@pass_context
def return_cases(context: CommandContext, number: int) -> None:
    """Let the cases that were moved to a deployment, and not touched since, go back to the state they left."""
    outcome = instance_migration.revert_instances(
        context.database, number, Migrator(BY_COMMAND, clock.now(), context.world)
    )
    context.echo(
        N_("Đã trở lại: {moved}; đã có người làm tiếp trong lúc đó: {busy}."), moved=outcome.moved, busy=outcome.busy
    )


def _parse_pair(context: CommandContext, text: str) -> tuple[str, str]:
    old, _, new = text.partition("=")
    if not old or not new:
        raise context.refusal(N_("--name {text!r} không có dạng OLD=NEW."), text=text)
    return old, new


def _print_dry_run(context: CommandContext, plan: MigrationPlan, mover: Migrator) -> None:
    with transaction(context.database) as tx:
        verdicts = list(instance_migration.preview_migration(tx, plan, mover))
        rows = [
            _verdict_row(
                context,
                verdict,
                instance_migration.load_element_names(tx, plan.target.key, verdict.number, context.language),
            )
            for verdict in verdicts
        ]
    kinds = Counter(verdict.kind for verdict in verdicts)
    context.print_table(
        N_("Sang bản triển khai {number}"),
        (N_("hồ sơ"), N_("số lượng")),
        [(context.text(VERDICTS[kind]), kinds[kind]) for kind in instance_migration.VERDICT_KINDS],
        number=plan.target.number,
    )
    stuck = [row for row, verdict in zip(rows, verdicts, strict=True) if verdict.kind == NOT_MIGRATABLE]
    if stuck:
        columns = (N_("hồ sơ có mã"), N_("đang theo bản"), N_("vì sao"))
        context.print_table(N_("Không chuyển được"), columns, stuck[:MOST_LISTED])
    if len(stuck) > MOST_LISTED:
        context.echo(N_("… và {count} hồ sơ nữa."), count=len(stuck) - MOST_LISTED)


def _verdict_row(context: CommandContext, verdict: MigrationVerdict, names: dict[str, str]) -> tuple[str, int, str]:
    why = instance_migration.verdict_sentences(verdict, names, context.language)
    return verdict.code or str(verdict.case), verdict.number, " ".join(why)


COMMANDS = (cases_group,)
