"""A call at the hotline becomes a case in one go: filed, received and handed over, answered or diverted (R1, R2).

Called by pages. A call about a case that is open already joins it: the caller gets a code of their own and is told
later with the others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select

from engine.cases import intake, tasks
from engine.cases.attachments import Upload
from engine.cases.intake import Filed, NewReport
from engine.cases.reports import PARTICULARS
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import NotFound
from engine.process import definitions, history
from engine.process.definitions import Definition
from engine.process.history import Entry
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Report, ReportLink, Task
from engine.world.world import World
from forms.schema import Form, Invalid

FORM = RECEIVE = "receive"
ANSWER = "answer"  # The form in which the hotline notes that the citizen was told the result.
EMERGENCY = "emergency"
REPEAT = "repeat"
ACT = "take_calls"

_report, _link, _task = table_of(Report), table_of(ReportLink), table_of(Task)


@dataclass(frozen=True, slots=True)
class Call:
    """What was typed during a call: the channel, the answers of the form, the files."""

    channel: str
    values: Mapping[str, object]
    files: Mapping[str, Sequence[Upload]]


def definition(tx: Transaction, world: World) -> Definition:
    """The process that a citizen's report runs through in this province; raises NotFound when none is deployed."""
    return definitions.find(tx, "citizen_report" if world.units.has_districts else "citizen_report_two_level")


def form(tx: Transaction, world: World) -> Form:
    """The form that receives a report."""
    found = definitions.content(tx, definition(tx, world).digest).forms.get(FORM)
    if found is None:
        raise NotFound(f"The deployment has no form {FORM!r}.")
    return found


def take(tx: Transaction, desk: Desk, call: Call) -> Filed:
    """File the report and complete its first task; raises Forbidden, InvalidForm, Unacceptable, StepFailed."""
    access.require(desk.officer, ACT)
    values = _fitting(form(tx, desk.world), call.values)
    new = checked(tx, desk, values, call.channel)
    filed = intake.file_report(tx, new, definition(tx, desk.world), desk.who, desk.world)
    first = select(_task.c.id, _task.c.version).where(_task.c.instance_id == filed.instance_id, _task.c.node == RECEIVE)
    task = tx.read.execute(first).one()
    tasks.complete(tx, desk, task.id, task.version, values, call.files)
    return filed


def _fitting(receive: Form, values: Mapping[str, object]) -> dict[str, object]:
    """The answers without those that the outcome makes pointless: the page offers all of them at once."""
    fitting = dict(values)
    if fitting.get("outcome") == EMERGENCY:
        fitting["urgency"] = EMERGENCY
    for key, item in receive.inputs.items():
        if item.condition is not None and item.condition.hides(fitting.get(item.condition.key)):
            fitting.pop(key, None)
    return fitting


def checked(tx: Transaction, desk: Desk, values: Mapping[str, object], channel: str) -> NewReport:
    """The report that the answers tell of; raises InvalidForm with the fields at fault."""
    units = desk.world.units
    try:
        read = form(tx, desk.world).load(
            values, desk.language, known_unit=units.knows, known_commune=units.knows_commune
        )
    except Invalid as invalid:
        raise InvalidForm(invalid.errors) from invalid
    told = {**read.case, **read.process}
    particulars: dict[str, Any] = {key: str(told.get(key) or "") for key in PARTICULARS}
    return NewReport(received_at=desk.now, channel=channel, **particulars)


def join(tx: Transaction, desk: Desk, call: Call, code: str) -> str:
    """Let a caller join the open case `code` instead of filing it again; returns the caller's own code.

    Raises Forbidden, NotFound, InvalidForm.
    """
    access.require(desk.officer, ACT)
    main, main_case = intake.open_case(tx, code)
    values = _fitting(form(tx, desk.world), {**call.values, "outcome": "handed_over"})
    new = intake.check(checked(tx, desk, values, call.channel), desk.world)
    report_id, own = intake.store(tx, new)
    row = {"report_id": report_id, "other_id": main, "kind": REPEAT, "reason": "", "created_at": desk.now}
    tx.write().execute(insert(_link), row)
    who = desk.who
    history.record(tx, main_case, Entry(desk.now, who, "repeat", "", {"code": own}))
    return own


def others(tx: Transaction, report_id: int) -> list[tuple[str, str, str]]:
    """The callers who joined a case and are told its result too, as (code, name, phone)."""
    wanted = (
        select(_report.c.code, _report.c.reporter_name, _report.c.phone)
        .join(_link, _link.c.report_id == _report.c.id)
        .where(_link.c.other_id == report_id, _link.c.kind == REPEAT, _link.c.undone_at.is_(None))
        .order_by(_report.c.id)
    )
    return [(row.code, row.reporter_name, row.phone) for row in tx.read.execute(wanted)]
