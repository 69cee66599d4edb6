"""Commands that send a message to one case or a signal to all that wait: `message` and `signal`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import Event

import click
from rich.progress import Progress

from engine import clock
from engine.cases import outside_events
from engine.cases.outside_events import OutsideEvent
from engine.errors import EngineError
from engine.process import broadcasts, signals
from engine.process.signals import SignalTotals
from engine.store.db import transaction
from engine.translation.catalogue import N_
from web.cli.bilingual import BilingualCommand
from web.cli.context import CommandContext, command_stamp, pass_context

MOST_LISTED = 50
DATA_HELP = N_("NAME=JSON: một giá trị gửi kèm, ví dụ damage=3 hay reason='\"mưa\"'; nêu được nhiều lần.")
CASE_HELP = N_("Chỉ gửi cho hồ sơ có mã này.")
# What the engine calls by the names of fields, here is typed as options.
OPTIONS = {"data_field": "--data", "keys_field": "--key", "case_field": "--case"}


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Gửi một thông điệp cho đúng một hồ sơ đang chờ: hồ sơ khớp các khóa nhất, hoặc hồ sơ nêu ở --case. "
        "Không hồ sơ nào chờ thì thông điệp bắt đầu quy trình mở đầu bằng nó; "
        "không có quy trình như vậy thì không gửi gì."
    ),
)
@click.argument("name")
@click.option("--key", "keys", multiple=True, help=N_("NAME=VALUE: một khóa liên kết của thông điệp."))
@click.option("--data", "data", multiple=True, help=DATA_HELP)
@click.option("--case", "code", default="", help=CASE_HELP)
@pass_context
def message(context: CommandContext, name: str, keys: Sequence[str], data: Sequence[str], code: str) -> None:
    """Send a message to one waiting case, by its keys or --case; when none waits, it begins what starts with it."""
    order = OutsideEvent(name, code, dict(_parse_pair(context, pair) for pair in keys), _parse_data(context, data))
    world = context.world
    with transaction(context.database) as tx, _naming_options():
        receipt = outside_events.send_message(tx, order, command_stamp(), world)
        (label,) = outside_events.case_labels(tx, [receipt.instance_id])
    if receipt.begun:
        context.echo(N_("Thông điệp “{name}” đã bắt đầu {case}."), name=name, case=label)
    else:
        context.echo(N_("Thông điệp “{name}” đã đến hồ sơ {case}."), name=name, case=label)


@click.command(
    cls=BilingualCommand,
    help=N_(
        "Phát một tín hiệu cho mọi hồ sơ đang chờ nó lúc này, từng hồ sơ một, và cho biết hồ sơ nào đã nhận. "
        "Lần chạy bị ngắt thì tiến trình worker phát tiếp."
    ),
)
@click.argument("name")
@click.option("--data", "data", multiple=True, help=DATA_HELP)
@click.option("--case", "code", default="", help=CASE_HELP)
@pass_context
def signal(context: CommandContext, name: str, data: Sequence[str], code: str) -> None:
    """Send a signal to every case that waits for it now; a worker goes on with an interrupted run."""
    order = OutsideEvent(name, code, data=_parse_data(context, data))
    world = context.world
    with transaction(context.database) as tx, _naming_options():
        number = outside_events.send_signal(tx, order, command_stamp(), world)
    if number is None:
        context.echo(N_("Tín hiệu “{name}” đã đến hồ sơ {case}."), name=name, case=code)
    else:
        _report_broadcast(context, number, _deliver_broadcast(context, number))


@contextmanager
def _naming_options() -> Iterator[None]:
    """Errors name the option that is at fault."""
    try:
        yield
    except EngineError as error:
        error.facts |= {name: option for name, option in OPTIONS.items() if name in error.facts}
        raise


def _deliver_broadcast(context: CommandContext, number: int) -> SignalTotals:
    """Deliver until the broadcast is done, or another worker holds it."""
    totals, pause = SignalTotals(), Event()
    with transaction(context.database) as tx:
        row = broadcasts.load_broadcast(tx, number)
    with Progress(transient=True) as progress:
        task = progress.add_task(context.text(N_("Các hồ sơ")), total=row.waiting)
        while row.done_at is None and signals.deliver_signals(context.database, clock.now, context.world, totals):
            with transaction(context.database) as tx:
                row = broadcasts.load_broadcast(tx, number)
            progress.update(task, completed=row.delivered)
            pause.wait(signals.PAUSE.total_seconds())
    return totals


def _report_broadcast(context: CommandContext, number: int, totals: SignalTotals) -> None:
    with transaction(context.database) as tx:
        row = broadcasts.load_broadcast(tx, number)
        labels = outside_events.case_labels(tx, totals.receivers[:MOST_LISTED])
    counts = {"waiting": row.waiting, "delivered": row.delivered, "failed": row.failed}
    context.echo(
        N_(
            "Tín hiệu “{name}”: {waiting} hồ sơ đang chờ, {delivered} đã nhận, {failed} bị lỗi, {missed} không còn chờ."
        ),
        **{"name": row.name, **counts, "missed": broadcasts.missed_count(row) if row.done_at else 0},
    )
    if labels:
        context.echo(N_("Đã nhận: {cases}"), cases=", ".join(labels))
    if len(totals.receivers) > MOST_LISTED:
        context.echo(N_("… và {count} hồ sơ nữa."), count=len(totals.receivers) - MOST_LISTED)
    if row.failed:
        context.echo(N_("Xem các hồ sơ bị lỗi bằng: tongdai incident list"))
    if row.done_at is None:
        context.echo(N_("Tiến trình worker đang phát tiếp."))


def _parse_pair(context: CommandContext, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name):
        raise context.refusal(N_("“{text}” phải có dạng NAME=VALUE."), text=text)
    return name, value


def _parse_data(context: CommandContext, texts: Sequence[str]) -> Mapping[str, object]:
    data: dict[str, object] = {}
    for name, value in (_parse_pair(context, text) for text in texts):
        if not name.isidentifier():
            raise context.refusal(N_("“{name}” không dùng làm tên dữ liệu được."), name=name)
        try:
            data[name] = json.loads(value, parse_constant=_refuse_constant)
        except ValueError:
            sentence = N_("Giá trị của {name} không phải JSON: {value}. Văn bản phải đặt trong dấu nháy kép: '\"…\"'.")
            raise context.refusal(sentence, name=name, value=value) from None
    return data


def _refuse_constant(name: str) -> None:
    """NaN and Infinity, which Python reads, are no JSON."""
    raise ValueError(name)


COMMANDS = (message, signal)
