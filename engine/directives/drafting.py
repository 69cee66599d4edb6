"""A directive while it is a draft: made of overdue cases, edited, refreshed, thrown away. For pages and for issuing.

A draft names only cases that are overdue and in the hands of a unit; those that were resolved meanwhile leave it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from engine.cases.tasks import Desk
from engine.chase import worklist
from engine.directives.document import issuer_of
from engine.documents import official
from engine.errors import BadInput, NotFound, Stale
from engine.staff import access
from engine.staff.access import HEAD
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Directive, DirectiveCase, DirectiveUnit, Instance, Person, Report, RoleAssignment, Spell

ACT = "chase"
DRAFT, ISSUED, DISCARDED = "draft", "issued", "discarded"
MOST_CASES = 200
MOST_DAYS = 30
LONGEST: Mapping[str, int] = {"subject": 200, "demand": 4000, "signer_title": 200, "signer_name": 100}
SUBJECT = "đôn đốc giải quyết phản ánh, kiến nghị quá hạn"
DEMAND = """Tập trung giải quyết dứt điểm các hồ sơ nêu trên, trả lời người dân theo quy định.
Làm rõ nguyên nhân, trách nhiệm của tổ chức, cá nhân để hồ sơ quá hạn; có biện pháp không để tái diễn."""
DAYS = 3

_directive, _named, _unit = table_of(Directive), table_of(DirectiveCase), table_of(DirectiveUnit)
_instance, _report = table_of(Instance), table_of(Report)
_person, _held, _spell = table_of(Person), table_of(RoleAssignment), table_of(Spell)


@dataclass(frozen=True, slots=True)
class Texts:
    """What an officer may change in a draft; raises BadInput naming the field."""

    subject: str
    demand: str
    days: int
    signer_title: str
    signer_name: str

    def __post_init__(self) -> None:
        for name, most in LONGEST.items():
            value = getattr(self, name)
            wanted = name != "signer_name"  # The name may be written below the signature.
            if len(value) > most or (wanted and not value.strip()) or not _printable(value):
                raise BadInput(f"{name}: 1 to {most} signs.")
        if not 1 <= self.days <= MOST_DAYS:
            raise BadInput(f"days: 1 to {MOST_DAYS} working days.")


def _printable(text: str) -> bool:
    return all(sign.isprintable() or sign in "\r\n" for sign in text)


def draft(tx: Transaction, desk: Desk, cases: Collection[int]) -> int:
    """A draft that names the overdue ones of these cases; returns its id.

    Raises Forbidden, BadInput when none of them is overdue in the hands of a unit or there are too many.
    """
    access.require(desk.officer, ACT)
    if len(cases) > MOST_CASES:
        raise BadInput(f"cases: at most {MOST_CASES}.")
    rows = overdue(tx, cases, desk.now, desk)
    if not rows:
        raise BadInput("cases: none of them is overdue in the hands of a unit.")
    last = tx.read.execute(select(_directive).order_by(_directive.c.id.desc()).limit(1)).first()
    title = last.signer_title if last else "\n".join(official.signature(issuer_of(desk.world)))
    row = {
        "state": DRAFT,
        "version": 1,
        "subject": SUBJECT,
        "demand": DEMAND,
        "days": DAYS,
        "signer_title": title,
        "signer_name": last.signer_name if last else _head(tx, desk),
        "drafted_at": desk.now,
        "drafted_by": desk.who.actor,
    }
    number: int = tx.write().execute(insert(_directive).returning(_directive.c.id), row).scalar_one()
    _name(tx, number, rows)
    return number


def _head(tx: Transaction, desk: Desk) -> str:
    """Who heads the provincial office; "" when nobody does or several do."""
    offices = [unit.code for unit in desk.world.units.units if unit.kind == "office" and not unit.closed]
    wanted = select(_person.c.name).join(_held, _held.c.person_id == _person.c.id)
    heads = tx.read.execute(wanted.where(_held.c.unit_code.in_(offices), _held.c.role == HEAD, _person.c.active)).all()
    return str(heads[0].name) if len(heads) == 1 else ""


def draft_of_unit(tx: Transaction, desk: Desk, unit: str) -> int:
    """A draft that names all overdue cases of a unit and those below it; raises as `draft`, NotFound."""
    access.require(desk.officer, ACT)
    return draft(tx, desk, worklist.overdue_of(tx, unit, desk.now, desk.world, MOST_CASES))


def overdue(tx: Transaction, cases: Collection[int], now: datetime, desk: Desk) -> list[dict[str, Any]]:
    """The overdue ones of the cases as rows of `directive_case`: each with the unit that has it now.

    The office does not write to itself, so what waits with it is left out.
    """
    late = (_spell.c.instance_id.in_(sorted(cases)), _spell.c.ended_at.is_(None), _spell.c.due_at <= now)
    wanted = select(_spell.c.instance_id.label("id"), _spell.c.due_at).where(*late)
    due = tx.read.execute(wanted.order_by(_spell.c.due_at, _spell.c.id)).all()
    at_work = worklist.holders(tx, [row.id for row in due])
    units = desk.world.units
    found = []
    for row in due:
        held = [task.unit_code for task in at_work.get(row.id, ()) if units.get(task.unit_code).kind != "office"]
        if held:
            found.append({"instance_id": row.id, "unit_code": held[0], "due_at": row.due_at})
    return found


def _name(tx: Transaction, directive_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write which cases a draft names, and the units that follow from them."""
    connection = tx.write()
    for table in (_named, _unit):
        connection.execute(delete(table).where(table.c.directive_id == directive_id))
    if rows:
        connection.execute(insert(_named), [{**row, "directive_id": directive_id} for row in rows])
        units = sorted({row["unit_code"] for row in rows})
        connection.execute(insert(_unit), [{"directive_id": directive_id, "unit_code": code} for code in units])


def locked(tx: Transaction, directive_id: int, version: int) -> Any:
    """The draft's row, kept from others until the boundary ends; raises NotFound, Stale when it has moved on."""
    wanted = select(_directive).where(_directive.c.id == directive_id).with_for_update()
    row = tx.write().execute(wanted).one_or_none()
    if row is None:
        raise NotFound("There is no such directive.")
    if row.state != DRAFT or row.version != version:
        raise Stale("The directive has been changed or issued meanwhile.")
    return row


def edit(tx: Transaction, desk: Desk, draft_id: tuple[int, int], texts: Texts, cases: Collection[int]) -> bool:
    """Change a draft given as (id, version), which goes on naming those of `cases` that it named.

    Returns whether it names all of them: one that is resolved by now leaves it. Raises Forbidden, NotFound, Stale,
    BadInput when no case is left.
    """
    access.require(desk.officer, ACT)
    row = locked(tx, *draft_id)
    kept = set(cases) & set(named(tx, row.id))
    rows = overdue(tx, kept, desk.now, desk)
    if not rows:
        raise BadInput("cases: none of them is overdue in the hands of a unit.")
    changed = {name: getattr(texts, name) for name in (*LONGEST, "days")}
    _change(tx, row, changed)
    _name(tx, row.id, rows)
    return len(rows) == len(kept)


def refresh(tx: Transaction, desk: Desk, row: Any) -> bool:
    """Let a locked draft name what is overdue now and where it is now; whether anything in it changed."""
    wanted = select(_named.c.instance_id, _named.c.unit_code, _named.c.due_at).where(_named.c.directive_id == row.id)
    before = {found.instance_id: (found.unit_code, found.due_at) for found in tx.read.execute(wanted)}
    rows = overdue(tx, before, desk.now, desk)
    now = {found["instance_id"]: (found["unit_code"], found["due_at"]) for found in rows}
    if now == before:
        return False
    _name(tx, row.id, rows)
    _change(tx, row, {})
    return True


def discard(tx: Transaction, desk: Desk, directive_id: int, version: int) -> None:
    """Throw a draft away; it never had a number. Raises Forbidden, NotFound, Stale."""
    access.require(desk.officer, ACT)
    _change(tx, locked(tx, directive_id, version), {"state": DISCARDED})


def _change(tx: Transaction, row: Any, values: Mapping[str, Any]) -> None:
    changed = update(_directive).where(_directive.c.id == row.id)
    tx.write().execute(changed.values(**values, version=row.version + 1))


def named(tx: Transaction, directive_id: int) -> list[int]:
    """The ids of the cases that a directive names."""
    wanted = select(_named.c.instance_id).where(_named.c.directive_id == directive_id)
    return list(tx.read.execute(wanted).scalars())


def cases_of(tx: Transaction, directive_id: int) -> Sequence[Any]:
    """The cases that a directive names, the longest overdue first, as a `document.Letter` wants them."""
    columns = (_named.c.instance_id, _named.c.unit_code, _named.c.due_at)
    wanted = (
        select(*columns, _report.c.code, _report.c.field, _report.c.place, _instance.c.status)
        .join(_instance, _instance.c.id == _named.c.instance_id)
        .join(_report, _report.c.id == _instance.c.report_id)
        .where(_named.c.directive_id == directive_id)
        .order_by(_named.c.due_at, _named.c.instance_id)
    )
    return tx.read.execute(wanted).all()


def units_of(tx: Transaction, directive_id: int) -> Sequence[Any]:
    """The units that a directive is for, by code."""
    wanted = select(_unit).where(_unit.c.directive_id == directive_id)
    return tx.read.execute(wanted.order_by(_unit.c.unit_code)).all()
