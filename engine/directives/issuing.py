"""Issues a directive: number, document, history entry for every case, and a process instance for each unit's answer.

All in the caller's transaction, so that no number is lost, assigned twice or left without its document.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from engine.bpmn.actions import Start
from engine.cases import attachments
from engine.cases.tasks import Desk, InvalidForm
from engine.chase import actions
from engine.clock import VIETNAM
from engine.directives import document, drafting, templates
from engine.directives.document import DirectiveLetter
from engine.directives.drafting import REGISTER
from engine.documents.paper_register import ISSUED
from engine.errors import BadInput, Forbidden, NotFound, Stale, StepFailed
from engine.process import definitions, history, instances
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.history import AuditEntry
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Directive, DirectiveUnit, Matter

ACT = "issue_directives"
PROCESS = "directive"
HISTORY_VERB = "directive"  # The verb of the entry in a case's history.

_directive = table_of(Directive)
_unit, _matter = table_of(DirectiveUnit), table_of(Matter)


def preview_directive(tx: Transaction, desk: Desk, row: Any) -> bytes:
    """A draft's document as it would be issued now, without number and date.

    Raises UnfitTemplate when the template fails.
    """
    answer_by = desk.world.calendar.add(desk.now, row.days * desk.world.calendar.day_length())
    return document.render_directive(
        tx, _build_letter(tx, row, desk.now, answer_by), templates.current_template(tx).content, desk.world, dated=False
    )


def issue_directive(tx: Transaction, desk: Desk, directive_id: int, version: int) -> bool:
    """Issue a draft; returns False without issuing it when its list of cases had to be updated first.

    Raises Forbidden, NotFound, Stale, BadInput when no case is left, UnfitTemplate when the template fails.
    """
    access.require_permission(desk.officer, ACT)
    row = REGISTER.lock_draft(tx, directive_id, version)
    if drafting.refresh_cases(tx, desk, row):
        return False
    cases = drafting.list_named_cases(tx, row.id)
    if not cases:
        raise BadInput("directive-without-cases")
    year = desk.now.astimezone(VIETNAM).year
    number = REGISTER.take_number(tx, year)
    symbol = document.directive_symbol(number, desk.world)
    due_at = _start_unit_answers(tx, desk, row, symbol)
    issued_values = {
        "year": year,
        "number": number,
        "symbol": symbol,
        "issued_at": desk.now,
        "issued_by": desk.who.actor,
    }
    REGISTER.update_paper(tx, row.id, {**issued_values, "state": ISSUED, "due_at": due_at, "version": row.version + 1})
    digest = _store_document(tx, desk, row.id, due_at)
    for case in sorted(cases, key=lambda case: int(case.instance_id)):  # The same order as the desk's acts.
        _note_in_history(tx, desk, case, ActDetail(code=symbol, directive=row.id, digest=digest))
    return True


def _start_unit_answers(tx: Transaction, desk: Desk, row: Any, symbol: str) -> datetime:
    """Start each unit's process instance; returns the deadline for their answers."""
    try:
        definition, due_at = definitions.find_by_key(tx, PROCESS), desk.now
    except NotFound as error:
        raise BadInput("directive-process-missing", process=PROCESS) from error
    for unit in drafting.list_addressed_units(tx, row.id):
        variables = {"case": row.id, "code": symbol, "place": unit.unit_code, "days": row.days, "turn": 1}
        instance_id, step = instances.start_instance(
            tx, definition, Command(Start(variables), desk.who, desk.now), desk.world
        )
        due_at = step.deadline or due_at
        unit_condition = (_unit.c.directive_id == row.id) & (_unit.c.unit_code == unit.unit_code)
        tx.write().execute(update(_unit).where(unit_condition).values(instance_id=instance_id))
        matter = {
            "instance_id": instance_id,
            "code": symbol,
            "line": f"V/v {row.subject}",
            "page": f"/directives/{row.id}",
        }
        tx.write().execute(insert(_matter), matter)
    return due_at


def _store_document(tx: Transaction, desk: Desk, directive_id: int, due_at: datetime) -> str:
    """Render the document of an issued directive and store it; returns its digest."""
    row = tx.write().execute(_directive.select().where(_directive.c.id == directive_id)).one()
    template = templates.current_template(tx)
    content = document.render_directive(
        tx, _build_letter(tx, row, desk.now, due_at), template.content, desk.world, dated=True
    )
    digest = attachments.store_content(tx, content)
    REGISTER.update_paper(tx, directive_id, {"digest": digest, "template_id": template.id})
    return digest


def _build_letter(tx: Transaction, row: Any, at: datetime, answer_by: datetime) -> DirectiveLetter:
    units = [unit.unit_code for unit in drafting.list_addressed_units(tx, row.id)]
    return DirectiveLetter(row, drafting.list_named_cases(tx, row.id), units, at, answer_by)


def _note_in_history(tx: Transaction, desk: Desk, case: Any, detail: ActDetail) -> None:
    """Record the directive in a case's history and complete an open task Đôn đốc that the officer may work on."""
    history.append_entry(tx, case.instance_id, AuditEntry(desk.now, desk.who, HISTORY_VERB, "", detail))
    task = actions.find_chase_task(tx, case.instance_id)
    if task is None:
        return
    try:
        with tx.write().begin_nested():
            decision = {"chase_decision": "directive", "directive_number": detail.code}
            actions.complete_chase_task(tx, desk, task, decision, f"Văn bản đôn đốc số {detail.code}")
    except (Forbidden, Stale, NotFound, StepFailed, InvalidForm):
        return  # A colleague has claimed it, or leadership issued the letter: the directive remains valid.
