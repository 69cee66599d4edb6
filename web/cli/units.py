"""Commands for the province's units: load an official list, move work after a reorganisation (R19)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from engine import clock
from engine.errors import BadInput
from engine.province import addresses, borders, profile, provinces, stranded_work, units
from engine.province.borders import BorderOrigin
from engine.reorganisation import moves, summary
from engine.store.db import Transaction, transaction
from engine.translation.catalogue import N_
from engine.world.roles import role_term
from web.cli.bilingual import BilingualCommand, BilingualGroup
from web.cli.context import BY_COMMAND, CommandContext, command_stamp, pass_context


@click.group(name="units", cls=BilingualGroup, help=N_("Các đơn vị của tỉnh."))
def units_group() -> None:
    """The province's units."""


@units_group.command(
    name="load",
    help=N_("Nạp danh sách đơn vị; nạp lại một danh sách không đổi gì, đơn vị không còn trong đó thì được đóng."),
)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--close", is_flag=True, help=N_("Cũng đóng đơn vị còn việc hoặc còn người; nếu không thì dừng và nêu ra.")
)
@pass_context
def load_unit_files(context: CommandContext, files: tuple[Path, ...], *, close: bool) -> None:
    """Load unit lists; loading one again changes nothing, a unit that has disappeared is closed."""
    with transaction(context.database) as tx:
        if not close:
            _refuse_to_strand(context, tx, files)
        loaded = [units.load_units(tx, file, command_stamp()) for file in files]
        stranded = stranded_work.list_stranded(tx)
    for file, outcome in zip(files, loaded, strict=True):
        click.echo(f"{file.name}:")
        for line in summary.render_load(outcome, context.language):
            click.echo(line)
    for line in summary.render_stranded(stranded, context.language):
        click.echo(line)


def _refuse_to_strand(context: CommandContext, tx: Transaction, files: Sequence[Path]) -> None:
    """Name the units with work or people that these lists would close, and raise BadInput when there are any."""
    closing = stranded_work.list_at_work(tx, set(units.list_closing_codes(tx, files)))
    if closing:
        for line in summary.render_closing(closing, context.language):
            click.echo(line)
        raise BadInput("units-would-strand", count=len(closing))


@units_group.command(
    name="vacant", help=N_("Các vai trò có việc đang mở mà không còn tài khoản nào giữ; có thì kết thúc với mã 1.")
)
@pass_context
def list_vacant(context: CommandContext) -> None:
    """Roles with open tasks that no open account holds any more; exits with 1 if there are any."""
    with transaction(context.database) as tx:
        vacant = stranded_work.list_vacant_roles(tx)
    rows = [(one.unit, context.world.units.get(one.unit).name, role_term(one.role), one.tasks) for one in vacant]
    if not rows:
        context.echo(N_("Không có vai trò nào bỏ trống mà còn việc."))
        return
    columns = (N_("mã đơn vị"), N_("đơn vị"), N_("vai trò"), N_("việc đang mở"))
    context.print_table(N_("Vai trò không còn ai giữ"), columns, rows)
    raise click.exceptions.Exit(1)


@units_group.command(name="move", help=N_("Chuyển người, việc đang mở và hồ sơ từ đơn vị cũ sang đơn vị mới."))
@click.option(
    "--map",
    "maps",
    type=click.Path(path_type=Path),
    multiple=True,
    required=True,
    help=N_("Mã đơn vị cũ sang mã đơn vị mới."),
)
@click.option("--dry-run", is_flag=True, help=N_("Chỉ cho biết điều gì sẽ xảy ra."))
@pass_context
def move_units(context: CommandContext, maps: tuple[Path, ...], *, dry_run: bool) -> None:
    """Carry people, open tasks and cases over from old to new units."""
    with transaction(context.database) as tx:
        plan = moves.plan_reorganisation(tx, *maps)
        for line in summary.render_move(plan, context.language):
            click.echo(line)
        if not dry_run:
            moves.apply_reorganisation(tx, plan, BY_COMMAND, clock.now())
    context.echo(N_("Chưa có gì thay đổi.") if dry_run else N_("Đã chuyển xong."))


@units_group.command(name="list", help=N_("Liệt kê các đơn vị đang hoạt động."))
@pass_context
def list_units(context: CommandContext) -> None:
    """List the active units."""
    rows = [(unit.code, unit.name, unit.kind, unit.parent) for unit in context.world.units.units if not unit.closed]
    columns = (N_("mã"), N_("tên"), N_("loại"), N_("cấp trên"))
    context.print_table(N_("Các đơn vị"), columns, rows)


@click.command(
    name="borders",
    cls=BilingualCommand,
    help=N_("Nạp ranh giới xã, phường (GeoJSON) cho bản đồ; thay cho ranh giới đang dùng."),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="", help=N_("Nguồn của ranh giới, ghi cạnh bản đồ."))
@click.option("--licence", default="", help=N_("Giấy phép của ranh giới, ghi cạnh bản đồ."))
@click.option("--map", "map_file", type=click.Path(path_type=Path), help=N_("Mã xã, phường cũ sang mã trong FILE."))
@pass_context
def load_border_file(context: CommandContext, file: Path, source: str, licence: str, map_file: Path | None) -> None:
    """Load the communes' borders (GeoJSON) for the map; they replace those in use."""
    with transaction(context.database) as tx:
        loaded = borders.load_borders(tx, file, BorderOrigin(source, licence), command_stamp(), map_file)
    context.echo(N_("Đã nạp {count} ranh giới."), count=loaded.borders)
    if loaded.left_out:
        context.echo(N_("Bỏ qua ranh giới của nơi không thuộc tỉnh: {codes}."), codes=", ".join(loaded.left_out))


@click.command(
    name="addresses",
    cls=BilingualCommand,
    help=N_("Nạp số nhà (CSV: address, commune, lon, lat) để gợi ý trong ô địa chỉ; thay cho danh sách đang dùng."),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", default="", help=N_("Nguồn của danh sách số nhà."))
@click.option("--licence", default="", help=N_("Giấy phép của danh sách số nhà."))
@pass_context
def load_address_file(context: CommandContext, file: Path, source: str, licence: str) -> None:
    """Load house numbers (CSV: address, commune, lon, lat) that the address fields offer; they replace those in use."""
    with transaction(context.database) as tx:
        loaded = addresses.load_addresses(tx, file, BorderOrigin(source, licence), command_stamp())
    context.echo(N_("Đã nạp {count} địa chỉ."), count=loaded.addresses)
    if loaded.left_out:
        context.echo(N_("Bỏ qua {count} địa chỉ của nơi không thuộc tỉnh."), count=loaded.left_out)


@click.group(name="province", cls=BilingualGroup, help=N_("Tỉnh mà cơ sở dữ liệu này phục vụ."))
def province_group() -> None:
    """The province that this database is of."""


@province_group.command(
    name="load", help=N_("Lập tỉnh từ TONGDAI_PROVINCE: tên, chữ đầu mã hồ sơ, đơn vị, giờ làm việc, ngày nghỉ.")
)
@click.option(
    "--close", is_flag=True, help=N_("Cũng đóng đơn vị còn việc hoặc còn người; nếu không thì dừng và nêu ra.")
)
@pass_context
def load_province(context: CommandContext, *, close: bool) -> None:
    """Set up the province of TONGDAI_PROVINCE: name, letters of case codes, units, office hours, days off."""
    chosen = profile.find_profile(context.settings.province)
    with transaction(context.database) as tx:
        if not close:
            _refuse_to_strand(context, tx, chosen.unit_files)
        provinces.load_province(tx, chosen, command_stamp())
        count = len(units.load_unit_tree(tx.read).units)
    done = N_("Đã lập {name}: {count} đơn vị, mã hồ sơ bắt đầu bằng {letters}.")
    context.echo(done, name=chosen.identity.full_name, count=count, letters=chosen.identity.letters)


COMMANDS = (units_group, province_group, load_border_file, load_address_file)
