"""Draft directives: creating them from overdue cases, editing, refreshing and discarding them.

A draft lists only cases that are overdue and held by a unit; those resolved in the meantime are removed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select

from engine.cases import own_work
from engine.cases.tasks import Desk
from engine.chase import worklist
from engine.directives.document import issuing_office
from engine.documents import official
from engine.documents.paper_register import DISCARDED, DRAFT, PaperRegister
from engine.errors import BadInput, Invalid
from engine.journal import acts, journal
from engine.staff import access
from engine.staff.access import HEAD
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import (
    Directive,
    DirectiveCase,
    DirectiveNumber,
    DirectiveUnit,
    Instance,
    Person,
    Report,
    RoleAssignment,
    Spell,
)

ACT = "chase"
MAX_CASES = 200
MAX_DAYS = 30
MAX_LENGTHS: Mapping[str, int] = {"subject": 200, "demand": 4000, "signer_title": 200, "signer_name": 100}
_LENGTH_RULES: Mapping[str, str] = {
    "subject": "directive-subject-length",
    "demand": "directive-demand-length",
    "signer_title": "directive-signer-title-length",
    "signer_name": "directive-signer-name-length",
}
DEFAULT_SUBJECT = "đôn đốc giải quyết phản ánh, kiến nghị quá hạn"
DEFAULT_DEMAND = """Tập trung giải quyết dứt điểm các hồ sơ nêu trên, trả lời người dân theo quy định.
Làm rõ nguyên nhân, trách nhiệm của tổ chức, cá nhân để hồ sơ quá hạn; có biện pháp không để tái diễn."""
DEFAULT_DAYS = 3

_directive, _directive_case, _unit = table_of(Directive), table_of(DirectiveCase), table_of(DirectiveUnit)
_instance, _report = table_of(Instance), table_of(Report)
_person, _assignment, _spell = table_of(Person), table_of(RoleAssignment), table_of(Spell)
REGISTER = PaperRegister(_directive, table_of(DirectiveNumber), "directive-unknown", "directive-changed-meanwhile")


@dataclass(frozen=True, slots=True)
class DraftTexts:
    """The texts that an officer may change in a draft; raises Invalid naming the field."""

    subject: str
    demand: str
    days: int
    signer_title: str
    signer_name: str

    def __post_init__(self) -> None:
        for name, limit in MAX_LENGTHS.items():
            value = getattr(self, name)
            required = name != "signer_name"  # The name may be written below the signature.
            if len(value) > limit or (required and not value.strip()) or not _is_printable(value):
                raise Invalid(name, _LENGTH_RULES[name], most=limit)
        if not 1 <= self.days <= MAX_DAYS:
            raise Invalid("days", "directive-days-out-of-range", most=MAX_DAYS)


def _is_printable(text: str) -> bool:
    return all(character.isprintable() or character in "\r\n" for character in text)


def draft_directive(tx: Transaction, desk: Desk, cases: Collection[int]) -> int:
    """Create a draft that lists the overdue ones among these cases; returns its id.

    Raises Forbidden, BadInput when none of them is overdue and held by a unit or there are too many.
    """
    access.require_permission(desk.officer, ACT)
    if len(cases) > MAX_CASES:
        raise BadInput("directive-too-many-cases", most=MAX_CASES)
    rows = overdue_case_rows(tx, cases, desk.now, desk)
    if not rows:
        raise BadInput("directive-without-cases")
    previous = tx.read.execute(select(_directive).order_by(_directive.c.id.desc()).limit(1)).first()
    signer_title = (
        previous.signer_title if previous else "\n".join(official.signature_lines(issuing_office(desk.world)))
    )
    row = {
        "state": DRAFT,
        "version": 1,
        "subject": DEFAULT_SUBJECT,
        "demand": DEFAULT_DEMAND,
        "days": DEFAULT_DAYS,
        "signer_title": signer_title,
        "signer_name": previous.signer_name if previous else _office_head(tx, desk),
        "drafted_at": desk.now,
        "drafted_by": desk.who.actor,
    }
    directive_id: int = tx.write().execute(insert(_directive).returning(_directive.c.id), row).scalar_one()
    _replace_cases(tx, directive_id, rows)
    return directive_id


def _office_head(tx: Transaction, desk: Desk) -> str:
    """The name of the provincial office's head; "" if there is none or more than one."""
    offices = [unit.code for unit in desk.world.units.units if unit.kind == "office" and not unit.closed]
    query = select(_person.c.name).join(_assignment, _assignment.c.person_id == _person.c.id)
    heads = tx.read.execute(
        query.where(_assignment.c.unit_code.in_(offices), _assignment.c.role == HEAD, _person.c.active)
    ).all()
    return str(heads[0].name) if len(heads) == 1 else ""


def draft_for_unit(tx: Transaction, desk: Desk, unit: str) -> int:
    """Draft a directive on all overdue cases of a unit and those below; raises like `draft_directive`, or NotFound."""
    access.require_permission(desk.officer, ACT)
    return draft_directive(tx, desk, worklist.list_overdue_ids(tx, unit, desk.now, desk.world, MAX_CASES))


def overdue_case_rows(tx: Transaction, cases: Collection[int], now: datetime, desk: Desk) -> list[dict[str, object]]:
    """The overdue ones among the cases as rows of `directive_case`, each with the unit that has it now.

    The office does not write to itself, so cases waiting with it are omitted.
    """
    conditions = (_spell.c.instance_id.in_(sorted(cases)), _spell.c.ended_at.is_(None), _spell.c.due_at <= now)
    query = select(_spell.c.instance_id.label("id"), _spell.c.due_at).where(*conditions)
    overdue_spells = tx.read.execute(query.order_by(_spell.c.due_at, _spell.c.id)).all()
    tasks_by_case = worklist.open_work_by_case(tx, [row.id for row in overdue_spells])
    units = desk.world.units
    rows = []
    for row in overdue_spells:
        unit_codes = [
            task.unit_code for task in tasks_by_case.get(row.id, ()) if units.get(task.unit_code).kind != "office"
        ]
        if unit_codes:
            rows.append({"instance_id": row.id, "unit_code": unit_codes[0], "due_at": row.due_at})
    return rows


def _replace_cases(tx: Transaction, directive_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Replace the cases of a draft and the units derived from them."""
    connection = tx.write()
    for table in (_directive_case, _unit):
        connection.execute(delete(table).where(table.c.directive_id == directive_id))
    if rows:
        connection.execute(insert(_directive_case), [{**row, "directive_id": directive_id} for row in rows])
        units = sorted({row["unit_code"] for row in rows})
        connection.execute(insert(_unit), [{"directive_id": directive_id, "unit_code": code} for code in units])


def edit_directive(
    tx: Transaction, desk: Desk, draft_id: tuple[int, int], texts: DraftTexts, cases: Collection[int]
) -> bool:
    """Edit a draft, given as (id, version); it keeps those of `cases` that it already lists.

    Returns whether it keeps all of these: a case resolved by now is removed. Raises Forbidden, NotFound, Stale,
    BadInput when no case is left, Invalid for a substitute of the office who would take out their own case.
    """
    access.require_permission(desk.officer, ACT)
    row = REGISTER.lock_draft(tx, *draft_id)
    case_ids = set(cases) & set(named_case_ids(tx, row.id))
    rows = overdue_case_rows(tx, case_ids, desk.now, desk)
    if not rows:
        raise BadInput("directive-without-cases")
    _require_other_eyes(tx, desk, set(named_case_ids(tx, row.id)) - case_ids, "cases")
    changed = {name: getattr(texts, name) for name in (*MAX_LENGTHS, "days")}
    REGISTER.update_draft(tx, row, changed)
    _replace_cases(tx, row.id, rows)
    return len(rows) == len(case_ids)


def refresh_cases(tx: Transaction, desk: Desk, row: Any) -> bool:
    """Update a locked draft to its cases still overdue and their current units; returns whether anything changed."""
    query = select(_directive_case.c.instance_id, _directive_case.c.unit_code, _directive_case.c.due_at).where(
        _directive_case.c.directive_id == row.id
    )
    before = {case.instance_id: (case.unit_code, case.due_at) for case in tx.read.execute(query)}
    rows = overdue_case_rows(tx, before, desk.now, desk)
    after = {case["instance_id"]: (case["unit_code"], case["due_at"]) for case in rows}
    if after == before:
        return False
    _replace_cases(tx, row.id, rows)
    REGISTER.update_draft(tx, row, {})
    return True


def discard_directive(tx: Transaction, desk: Desk, directive_id: int, version: int) -> None:
    """Discard a draft; it never had a number. Raises Forbidden, NotFound, Stale, Invalid as `edit_directive`."""
    access.require_permission(desk.officer, ACT)
    row = REGISTER.lock_draft(tx, directive_id, version)
    _require_other_eyes(tx, desk, named_case_ids(tx, directive_id), "cases")
    REGISTER.update_draft(tx, row, {"state": DISCARDED})
    journal.record(tx, desk.stamp, acts.DISCARD_DIRECTIVE, f"directive:{directive_id}")


def _require_other_eyes(tx: Transaction, desk: Desk, cases: Collection[int], field: str) -> None:
    """Raise Invalid when a case that is to be named no longer is the officer's own, and only a lent role lets them."""
    borrows = bool(desk.behalf_by(ACT))
    for case_id in sorted(cases):
        own_work.require_other_eyes(tx, desk.officer, case_id, field, borrows=borrows)


def named_case_ids(tx: Transaction, directive_id: int) -> list[int]:
    """The ids of the cases that a directive lists."""
    query = select(_directive_case.c.instance_id).where(_directive_case.c.directive_id == directive_id)
    return list(tx.read.execute(query).scalars())


def list_named_cases(tx: Transaction, directive_id: int) -> Sequence[Any]:
    """The cases that a directive lists, longest overdue first, in the shape that `DirectiveLetter` expects."""
    columns = (_directive_case.c.instance_id, _directive_case.c.unit_code, _directive_case.c.due_at)
    query = (
        select(*columns, _report.c.code, _report.c.field, _report.c.place, _report.c.urgency, _instance.c.status)
        .join(_instance, _instance.c.id == _directive_case.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(_directive_case.c.directive_id == directive_id)
        .order_by(_directive_case.c.due_at, _directive_case.c.instance_id)
    )
    return tx.read.execute(query).all()


def list_addressed_units(tx: Transaction, directive_id: int) -> Sequence[Any]:
    """The units that a directive is addressed to, by code."""
    query = select(_unit).where(_unit.c.directive_id == directive_id)
    return tx.read.execute(query.order_by(_unit.c.unit_code)).all()
