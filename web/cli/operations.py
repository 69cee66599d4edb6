"""Commands for the system administrator: schema, accounts, timers, incidents, history, holidays."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

import click
from rich.progress import Progress

from engine import clock
from engine.config.secret_key import anchor_keys, signing_key
from engine.journal import acts, journal
from engine.process import incidents, instances, rescheduling, timers
from engine.province import office_calendar, shipped_borders
from engine.records import anchors, verifying
from engine.records.anchors import Anchor
from engine.records.difference import CaseFindings
from engine.staff import access, account_links, accounts, people
from engine.staff.account_links import INVITATION, RESET, RESET_ALL
from engine.staff.people import NewPerson
from engine.store import schema_migrations
from engine.store.db import read_snapshot, transaction
from engine.translation.catalogue import N_
from engine.translation.wording import Term
from engine.world.public_holidays import DayOverride
from web.cli.bilingual import BilingualCommand, BilingualGroup, PasswordOption
from web.cli.context import BY_COMMAND, ROW_NUMBER, CommandContext, command_stamp, pass_context

INCIDENT_FIELDS = (
    *(N_("số sự cố"), N_("số hồ sơ trong máy"), N_("phần tử sơ đồ"), N_("nội dung sự cố"), N_("thao tác đã lỗi")),
    *(N_("xảy ra lúc"), N_("số lần thử"), N_("đã xử lý lúc")),
)
INSTANT_TYPE = click.DateTime(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"])


@click.command(
    cls=BilingualCommand,
    help=N_("Đưa cơ sở dữ liệu lên cấu trúc mới nhất; tệp SQLite chưa có thì được lập."),
)
@pass_context
def migrate(context: CommandContext) -> None:
    """Bring the database to the newest schema; makes a SQLite file that does not exist yet."""
    with transaction(context.database) as tx:
        before = schema_migrations.revision_of(tx)
    schema_migrations.upgrade(context.settings.database)
    if before not in (None, schema_migrations.head_revision()):  # An empty database has nothing to record yet.
        with transaction(context.database) as tx:
            changes = {"revision": [before, schema_migrations.head_revision()]}
            journal.record(tx, command_stamp(), acts.MIGRATE_DATABASE, "database:", changes=changes)
    with transaction(context.database) as tx:
        loaded = shipped_borders.load_shipped_borders(tx, command_stamp())
    context.echo(N_("Cơ sở dữ liệu ở phiên bản {revision}."), revision=schema_migrations.head_revision())
    if loaded:
        context.echo(N_("Đã nạp {count} ranh giới."), count=loaded)


@click.command(
    cls=BilingualCommand, help=N_("Đặt mật khẩu đầu tiên cho một tài khoản; chủ tài khoản phải đổi mật khẩu này.")
)
@click.argument("login")
@click.password_option(cls=PasswordOption, help=N_("Mật khẩu mới; không nêu thì được hỏi."))
@pass_context
def password(context: CommandContext, login: str, password: str) -> None:
    """Give an account a first password, which its owner has to change."""
    with transaction(context.database) as tx:
        accounts.record_password(tx, accounts.set_password(tx, login, password), command_stamp())
    context.echo(N_("{login} đăng nhập được và khi đó phải chọn mật khẩu khác."), login=login)


@click.command(
    cls=BilingualCommand,
    help=N_("Lập một tài khoản giữ một vai trò ở một đơn vị; chủ tài khoản phải đổi mật khẩu hoặc tự chọn."),
)
@click.argument("login")
@click.argument("name")
@click.option("--unit", required=True, help=N_("Mã của một đơn vị."))
@click.option("--role", required=True, help=N_("Một vai trò, như administrator."))
@click.option("--email", default="", help=N_("Nơi nhận thông báo."))
@click.option(
    *("--link", "by_link"),
    is_flag=True,
    is_eager=True,
    help=N_("In ra liên kết để chủ tài khoản tự chọn mật khẩu, thay vì hỏi mật khẩu."),
)
@click.password_option(cls=PasswordOption, help=N_("Mật khẩu đầu tiên; không nêu thì được hỏi."))
@pass_context
def person(context: CommandContext, login: str, name: str, password: str, *, by_link: bool, **post: str) -> None:
    """Make an account that holds a role in a unit; its owner has to change the password, or chooses it."""
    context.world.units.get(post["unit"])
    with transaction(context.database) as tx:
        number = people.create_person(tx, NewPerson(login, name, (), post["email"]), command_stamp())
        people.grant_role(tx, number, post["unit"], post["role"], command_stamp())
        handle = account_links.make_link(tx, number, INVITATION, command_stamp()) if by_link else ""
        if not by_link:
            accounts.record_password(tx, accounts.set_password(tx, login, password), command_stamp())
    if by_link:
        _print_link(context, handle)
    else:
        context.echo(N_("{name} đăng nhập được với tên {login}."), name=name, login=login)


def _print_link(context: CommandContext, handle: str) -> None:
    token = account_links.token_of(signing_key(context.settings), handle)
    address = f"{context.settings.site}/account-link/{token}"
    hours = int(account_links.LIFETIME.total_seconds() // 3600)
    context.echo(N_("Dùng một lần trong {hours} giờ để chọn mật khẩu: {address}"), hours=hours, address=address)


@click.command(
    cls=BilingualCommand,
    help=N_("In ra liên kết dùng một lần để chủ tài khoản chọn mật khẩu mới, như khi không gửi được thư."),
)
@click.argument("login")
@click.option("--factors", is_flag=True, help=N_("Bỏ cả thiết bị xác thực và mã khôi phục, như khi mất điện thoại."))
@pass_context
def link(context: CommandContext, login: str, *, factors: bool) -> None:
    """Print a link that works once, with which the owner of an account chooses a new password, as without mail."""
    with transaction(context.database) as tx:
        number = access.person_id_of(tx, login)
        handle = account_links.make_link(tx, number, RESET_ALL if factors else RESET, command_stamp())
    _print_link(context, handle)


@click.group(name="timers", cls=BilingualGroup, help=N_("Các hẹn giờ đến hạn."))
def timers_group() -> None:
    """Due timers."""


@timers_group.command(help=N_("Chạy các hẹn giờ đến hạn."))
@click.option(
    "--until",
    type=INSTANT_TYPE,
    help=N_("Chạy những gì đến hạn cho tới lúc đó, mỗi bộ đúng thời điểm của nó; mặc định: bây giờ."),
)
@pass_context
def fire(context: CommandContext, until: datetime | None) -> None:
    """Fire due timers."""
    with Progress(transient=True) as progress:
        task = progress.add_task(context.text(N_("Đang chạy hẹn giờ")), total=None)
        outcome = timers.fire_until(
            context.database,
            clock.to_utc(until) if until else clock.now(),
            context.world,
            attempts=context.settings.timer_attempts,
            tick=lambda state: progress.update(task, completed=state.fired),
        )
    context.echo(N_("{fired} hẹn giờ đã chạy, {failed} bị lỗi."), fired=outcome.fired, failed=outcome.failed)
    if outcome.begun:
        context.echo(N_("Giờ hẹn đã bắt đầu {begun} công việc."), begun=outcome.begun)


@click.group(cls=BilingualGroup, help=N_("Những gì hệ thống không làm được."))
def incident() -> None:
    """What the program could not do."""


@incident.command(name="list", help=N_("Liệt kê sự cố, cũ nhất trước."))
@click.option("--all", "everything", is_flag=True, help=N_("Cả các sự cố đã xử lý."))
@pass_context
def list_incidents(context: CommandContext, *, everything: bool) -> None:
    """List incidents, oldest first."""
    with transaction(context.database) as tx:
        rows = incidents.list_oldest_first(tx, everything=everything)
    columns = (N_("số sự cố"), N_("số hồ sơ"), N_("phần tử gặp sự cố"), N_("từ lúc"), N_("số lần thử"))
    cells = [
        (
            *(row.id, row.instance_id, row.node, context.instant(row.created_at), row.attempts),
            *(context.instant(row.resolved_at), incidents.incident_sentence(row, context.language)),
        )
        for row in rows
    ]
    context.print_table(N_("Các sự cố"), (*columns, N_("xử lý lúc"), N_("nội dung sự cố")), cells)


@incident.command(name="show", help=N_("Cho xem một sự cố cùng thao tác đã lỗi."))
@click.argument("number", type=ROW_NUMBER)
@pass_context
def show_incident(context: CommandContext, number: int) -> None:
    """Show one incident with the action that failed."""
    with transaction(context.database) as tx:
        row = incidents.find_incident(tx, number)
    message = incidents.incident_sentence(row, context.language)
    created, resolved = context.instant(row.created_at), context.instant(row.resolved_at)
    values = (row.id, row.instance_id, row.node, message, row.action, created, row.attempts)
    for caption, value in zip(INCIDENT_FIELDS, (*values, resolved or context.text(N_("chưa xử lý"))), strict=True):
        click.echo(f"{context.text(caption)}: {value}")


@incident.command(help=N_("Thử lại thao tác đã lỗi."))
@click.argument("number", type=ROW_NUMBER)
@pass_context
def retry(context: CommandContext, number: int) -> None:
    """Try the failed action again."""
    incidents.retry_incident(context.database, number, BY_COMMAND, clock.now(), context.world)
    context.echo(N_("Sự cố {number} đã xử lý: bước đó đã làm được."), number=number)


@incident.command(help=N_("Gác một sự cố lại mà không thử thêm lần nào."))
@click.argument("number", type=ROW_NUMBER)
@pass_context
def resolve(context: CommandContext, number: int) -> None:
    """Put an incident aside without another attempt."""
    with transaction(context.database) as tx:
        incidents.resolve_incident(tx, number, BY_COMMAND, clock.now())
    context.echo(N_("Sự cố {number} được gác lại."), number=number)


@click.group(name="history", cls=BilingualGroup, help=N_("Nhật ký của mọi thao tác."))
def history_group() -> None:
    """The record of every act."""


@history_group.command(
    help=N_(
        "Kiểm tra mọi chuỗi xác thực, và so dữ liệu đang lưu với những gì nhật ký đã ghi; có chỗ khác thì từng chỗ "
        "được in ra và mã thoát là 1."
    )
)
@click.option("--case", "instance_id", type=ROW_NUMBER, help=N_("Chỉ hồ sơ có số này."))
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(path_type=Path),
    help=N_("So với bản lưu đối chiếu này; không nêu thì so với hai bản mới nhất trong TONGDAI_VAR."),
)
@pass_context
def verify(context: CommandContext, instance_id: int | None, anchor_file: Path | None) -> None:
    """Check every chain, and compare what is stored with what the history says; exit code 1 when something differs."""
    given = _anchors_to_compare(context, anchor_file)
    with read_snapshot(context.database) as tx:
        if instance_id is None:
            findings = verifying.check_everything(tx, list(given.values()))
        else:
            instances.load_instance(tx, instance_id)  # A missing case would have no row that could differ.
            bounds = instance_id - 1, instance_id
            findings = verifying.check_slice(tx, bounds, [instance_id], list(given.values()))
        faults = [verifying.name_case(tx, item) for item in findings.all_faults]
    for item in faults:
        click.echo(context.words(item))
    _print_reach(context, findings, given)
    if faults:
        raise context.refusal(N_("{count} chỗ khác với nhật ký."), count=len(faults))
    context.echo(N_("Mọi nhật ký đều còn nguyên vẹn và khớp với dữ liệu đang lưu."))


def _anchors_to_compare(context: CommandContext, anchor_file: Path | None) -> dict[str, Anchor]:
    """The anchor that was named, or else the two newest of this installation; raises BadInput, TamperedHistory."""
    folder = context.settings.var
    if anchor_file is not None:
        text = _read_text(context, anchor_file)
        return {str(anchor_file): anchors.parse_anchor(text, anchor_keys(context.settings))}
    names = anchors.list_anchors(folder)[-2:]
    keys = anchor_keys(context.settings) if names else ()
    return {name: anchors.read_anchor(folder / name, keys) for name in names}


def _print_reach(context: CommandContext, findings: CaseFindings, given: Collection[str]) -> None:
    """Say what could not be proven: what an older version did not record, and what no anchor covers."""
    for what, count in sorted(findings.unproven.items()):
        sentence = N_("Không có gì trong nhật ký của phiên bản cũ để so: {what}, {count} chỗ.")
        context.echo(sentence, what=Term(what), count=count)
    if given:
        context.echo(N_("Đã so với bản lưu đối chiếu: {names}."), names=", ".join(given))
    else:
        context.echo(N_("Không có bản lưu đối chiếu nào để so."))


@history_group.command(
    name="anchor", help=N_("Xuất danh sách đã ký của mọi điểm cuối nhật ký; hãy giữ tệp này ở ngoài cơ sở dữ liệu.")
)
@pass_context
def make_anchor(context: CommandContext) -> None:
    """Export the signed list of all heads; keep the file outside the database."""
    now = clock.now()
    file = context.settings.var / f"anchor_{now.astimezone(clock.VIETNAM):%Y%m%d_%H%M%S}.json"
    with transaction(context.database) as tx:
        anchors.write_anchor(file, anchors.create_anchor(tx, now, anchor_keys(context.settings)[0]))
        journal.record(tx, command_stamp(), acts.MAKE_ANCHOR, "record:")
    click.echo(f"{file}")


def _read_text(context: CommandContext, file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError as error:
        sentence = N_("{file} không phải là văn bản của chương trình này: tệp không theo mã UTF-8.")
        raise context.refusal(sentence, file=file) from error


@click.group(cls=BilingualGroup, help=N_("Các ngày khác với lịch đã công bố."))
def holiday() -> None:
    """Days that differ from the published calendar."""


@holiday.command(
    name="set",
    help=N_("Công bố một ngày là ngày nghỉ hoặc ngày làm việc; hạn và hẹn giờ của hồ sơ đang mở đổi theo."),
)
@click.argument("day")
@click.argument("kind", type=click.Choice(["closed", "worked"]))
@click.argument("name")
@click.option("--source", default="", help=N_("Số và ngày của văn bản quy định."))
@pass_context
def set_holiday(context: CommandContext, day: str, kind: str, name: str, source: str) -> None:
    """Declare a day closed or worked; deadlines and timers of open cases move with it."""
    _change_day(context, f"{kind} {day}: {name}", DayOverride(_parse_day(context, day), kind, name, source))


@holiday.command(name="clear", help=N_("Để lịch đã công bố quyết định lại một ngày."))
@click.argument("day")
@pass_context
def clear_holiday(context: CommandContext, day: str) -> None:
    """Let the published calendar decide a day again."""
    with transaction(context.database) as tx:
        office_calendar.clear_override(tx, _parse_day(context, day), command_stamp())
    _reschedule_cases(context, f"cleared {day}")


def _change_day(context: CommandContext, reason: str, override: DayOverride) -> None:
    with transaction(context.database) as tx:
        office_calendar.set_overrides(tx, [override], command_stamp())
    _reschedule_cases(context, reason)


def _reschedule_cases(context: CommandContext, reason: str) -> None:
    outcome = rescheduling.reschedule_cases(context.database, BY_COMMAND, clock.now(), context.world, reason)
    context.echo(
        N_("Đã xem {cases} hồ sơ đang mở, {moved} hồ sơ đổi hạn, {failed} hồ sơ bị lỗi."),
        cases=outcome.cases,
        moved=outcome.moved,
        failed=outcome.failed,
    )


def _parse_day(context: CommandContext, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise context.refusal(N_("{text!r} không phải là ngày; hãy viết như 2026-01-02."), text=text) from error


COMMANDS = (migrate, person, link, password, timers_group, incident, history_group, holiday)
