"""Moves people, open tasks and open cases from old units to new ones (R19).

A move is planned first and then applied: a dry run prints the plan and stops.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import aliased

from engine.actor import Actor, ActStamp, person_key
from engine.clock import to_utc
from engine.errors import Stale
from engine.journal import acts, journal
from engine.process import history, spell_recount
from engine.process.act_detail import ActDetail
from engine.process.history import AuditEntry
from engine.province import revision
from engine.province.unit_files import read_unit_map
from engine.province.units import load_unit_tree
from engine.reorganisation.plan import ReorganisationPlan, UnitHoldings, UnitMove, carries_role, compute_plan
from engine.staff.task_holders import requeue_lost_tasks
from engine.store import models
from engine.store.columns import Instant, table_of
from engine.store.db import Transaction
from engine.store.models import Instance, Matter, Report, RoleAssignment, StandardAnswer, Substitute, Task
from engine.world.unit_tree import TERRITORIAL

MOVE_ACTION = "move_unit"
OPEN = "open"  # As in the partial indexes of open tasks.

_Post: TypeAlias = tuple[int, str, str]  # A person's role in a unit.

_SELECT_PEOPLE = select(RoleAssignment.unit_code, RoleAssignment.person_id, RoleAssignment.role)
_COUNT_TASKS = (
    select(Task.unit_code, Task.role, func.count()).where(Task.state == OPEN).group_by(Task.unit_code, Task.role)
)
_COUNT_CASES = (
    select(Report.place, func.count(Report.id.distinct()))
    .join(Instance, Instance.report_id == Report.id)
    .where(Instance.finished_at.is_(None))
    .group_by(Report.place)
)
# The current version of each answer, including retired ones: the new owner may restore them.
_answer_version = aliased(StandardAnswer)
_IS_NEWEST_VERSION = StandardAnswer.id.in_(select(func.max(_answer_version.id)).group_by(_answer_version.key))
_COUNT_ANSWERS = (
    select(StandardAnswer.owner_code, func.count()).where(_IS_NEWEST_VERSION).group_by(StandardAnswer.owner_code)
)
_CLOSE_UNIT = (
    update(models.Unit)
    .where(models.Unit.code == bindparam("b_old"))
    .values(closed_at=func.coalesce(models.Unit.closed_at, bindparam("b_at", type_=Instant)))
    .values(successor_code=bindparam("b_new"))
)
_SELECT_ABSENCES = select(Substitute.id, Substitute.person_id, Substitute.unit_code, Substitute.roles).where(
    Substitute.ends_at > bindparam("at", type_=Instant), Substitute.unit_code.in_(bindparam("units", expanding=True))
)
_DELETE_ROLE = delete(RoleAssignment).where(
    RoleAssignment.person_id == bindparam("b_person"),
    RoleAssignment.unit_code == bindparam("b_unit"),
    RoleAssignment.role == bindparam("b_role"),
)
_SELECT_OPEN_TASKS = select(
    Task.id, Task.instance_id, Task.engine_id, Task.unit_code, Task.role, Task.passed_from
).where(Task.state == OPEN, Task.unit_code.in_(bindparam("units", expanding=True)))
_UPDATE_TASK_UNIT = (
    update(Task)
    .where(Task.id == bindparam("b_id"))
    .values(unit_code=bindparam("b_unit"), passed_from=bindparam("b_passed"))
)
_SELECT_OPEN_CASES = (
    select(Instance.id, Report.id.label("report_id"), Report.place)
    .join(Report, Report.id == Instance.report_id)
    .where(Instance.finished_at.is_(None), Report.place.in_(bindparam("units", expanding=True)))
)
_SELECT_OPEN_MATTERS = (
    select(Matter.instance_id, Matter.unit_code)
    .join(Instance, Instance.id == Matter.instance_id)
    .where(Instance.finished_at.is_(None), Matter.unit_code.in_(bindparam("units", expanding=True)))
)
_UPDATE_PLACE = update(Report).where(Report.id == bindparam("b_id")).values(place=bindparam("b_place"))


def plan_reorganisation(tx: Transaction, *maps: Path) -> ReorganisationPlan:
    """Plan the move that these maps describe; writes nothing.

    The new units must be loaded first. Raises BadInput for a map that cannot be read and InvalidFiles listing each
    bad row.
    """
    rows = [row for path in maps for row in read_unit_map(path)]
    return compute_plan(rows, load_unit_tree(tx.read), _load_holdings(tx.read))


def apply_reorganisation(tx: Transaction, plan: ReorganisationPlan, who: Actor, now: datetime) -> None:
    """Apply the plan; each case that moves gets an entry in its history.

    Tasks and cases that reached an old unit after planning move too. Raises Stale when units or people have changed
    since.
    """
    at, connection = to_utc(now), tx.write()
    revision.bump(connection)
    if load_unit_tree(connection).revision != plan.revision:
        raise Stale("units-changed-since-plan")
    moves = {move.old.code: move for move in plan.moves}
    if not moves:
        return
    details: dict[int, ActDetail] = defaultdict(ActDetail)
    connection.execute(
        _CLOSE_UNIT, [{"b_old": code, "b_new": move.new.code, "b_at": at} for code, move in moves.items()]
    )
    stamp = ActStamp(who, at)
    _carry_absences(tx, moves, _carry_people(tx, moves, stamp), stamp)
    _carry_tasks(connection, moves, details)
    _carry_cases(connection, moves, details)
    _carry_matters(connection, moves, details)
    _carry_answers(connection, moves)
    for instance_id, detail in sorted(details.items()):
        history.append_entry(tx, instance_id, AuditEntry(at, who, MOVE_ACTION, "", detail))
    spell_recount.recount_instances(connection, details)
    pairs = {code: move.new.code for code, move in moves.items()}
    journal.record(tx, stamp, acts.MOVE_UNITS, "province:", moves=pairs, cases=len(details))


def _load_holdings(connection: Connection) -> UnitHoldings:
    people: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for unit, person, role in connection.execute(_SELECT_PEOPLE):
        people[unit].append((person, role))
    tasks: dict[str, dict[str, int]] = defaultdict(dict)
    for unit, role, count in connection.execute(_COUNT_TASKS):
        tasks[unit][role] = count
    return UnitHoldings(
        people=people,
        tasks=tasks,
        cases=dict(connection.execute(_COUNT_CASES).all()),
        answers=dict(connection.execute(_COUNT_ANSWERS).all()),
    )


def _carry_people(tx: Transaction, moves: Mapping[str, UnitMove], stamp: ActStamp) -> set[_Post]:
    """Move the roles of people; a role already held in the new unit is only removed from the old one.

    Returns the roles that have left, except those already held.
    """
    connection = tx.write()
    held = {(row.person_id, row.unit_code, row.role) for row in connection.execute(_SELECT_PEOPLE)}
    leaving = {
        (person, unit, role)
        for person, unit, role in held
        if unit in moves and carries_role(role, moves[unit].old, moves[unit].new)
    }
    new_to_unit = {post for post in leaving if (post[0], moves[post[1]].new.code, post[2]) not in held}
    if leaving:
        rows = [{"b_person": person, "b_unit": unit, "b_role": role} for person, unit, role in sorted(leaving)]
        connection.execute(_DELETE_ROLE, rows)
        posts = [(unit, role, person_key(person)) for person, unit, role in sorted(leaving)]
        successors = {unit: moves[unit].new.code for _person, unit, _role in leaving}
        journal.record(tx, stamp, acts.MOVE_ROLES, "province:", posts=posts, moves=successors)
    coming = {(person, moves[unit].new.code, role) for person, unit, role in new_to_unit}
    if coming:
        rows = [{"person_id": person, "unit_code": unit, "role": role} for person, unit, role in sorted(coming)]
        connection.execute(insert(RoleAssignment), rows)
    return new_to_unit


def _carry_absences(
    tx: Transaction, moves: Mapping[str, UnitMove], carried: Collection[_Post], stamp: ActStamp
) -> None:
    """Move absences with the roles that they lend.

    What the absent person held in the new unit before is not lent there, because nobody arranged that; an absence that
    would lend nothing else ends.
    """
    connection, moved = tx.write(), []
    for row in connection.execute(_SELECT_ABSENCES, {"at": stamp.at, "units": list(moves)}).all():
        move, lent = moves[row.unit_code], row.roles.split()
        roles = [role for role in lent if (row.person_id, row.unit_code, role) in carried]
        if roles:
            changed: dict[str, object] = {"unit_code": move.new.code, "roles": " ".join(roles)}
            moved.append([row.id, [[move.new.code, role] for role in roles]])
        elif any(carries_role(role, move.old, move.new) for role in lent):
            changed = {"ends_at": stamp.at}
        else:
            continue
        connection.execute(update(Substitute).where(Substitute.id == row.id).values(**changed))
    if moved:
        journal.record(tx, stamp, acts.MOVE_SUBSTITUTES, "province:", loans=moved)


def _carry_tasks(connection: Connection, moves: Mapping[str, UnitMove], details: dict[int, ActDetail]) -> None:
    shifts = {(code, shift.role): shift for code, move in moves.items() for shift in move.tasks}
    rows = []
    for task in connection.execute(_SELECT_OPEN_TASKS, {"units": list(moves)}).all():
        shift = shifts.get((task.unit_code, task.role))
        unit = shift.unit if shift else moves[task.unit_code].new
        passed = [passing.code for passing in shift.passed_from] if shift else []
        trail = ",".join([task.passed_from, *passed] if task.passed_from else passed)
        rows.append({"b_id": task.id, "b_unit": unit.code, "b_passed": trail or None})
        detail = details[task.instance_id]
        transfer = (task.engine_id, task.unit_code, unit.code, *passed)
        details[task.instance_id] = replace(detail, tasks=(*detail.tasks, transfer))
    if rows:
        connection.execute(_UPDATE_TASK_UNIT, rows)
        units = sorted({row["b_unit"] for row in rows})
        requeue_lost_tasks(connection, table_of(Task).c.unit_code.in_(units))


def _carry_cases(connection: Connection, moves: Mapping[str, UnitMove], details: dict[int, ActDetail]) -> None:
    """Change the places of open cases.

    Only a place can replace a place: cases of a unit taken over by an office keep theirs.
    """
    places = {code: move.new.code for code, move in moves.items() if move.new.kind in TERRITORIAL}
    cases = connection.execute(_SELECT_OPEN_CASES, {"units": list(places)}).all()
    for case in cases:
        details[case.id] = replace(details[case.id], place=(case.place, places[case.place]))
    if cases:
        rows = {case.report_id: places[case.place] for case in cases}
        connection.execute(_UPDATE_PLACE, [{"b_id": report, "b_place": place} for report, place in rows.items()])


def _carry_matters(connection: Connection, moves: Mapping[str, UnitMove], details: dict[int, ActDetail]) -> None:
    """Let open work without a report belong to the new units, whose heads see it then."""
    for row in connection.execute(_SELECT_OPEN_MATTERS, {"units": list(moves)}).all():
        unit = moves[row.unit_code].new.code
        details[row.instance_id] = replace(details[row.instance_id], begun_for=(row.unit_code, unit))
        connection.execute(update(Matter).where(Matter.instance_id == row.instance_id).values(unit_code=unit))


def _carry_answers(connection: Connection, moves: Mapping[str, UnitMove]) -> None:
    for code, move in moves.items():
        if move.answers:
            connection.execute(
                update(StandardAnswer)
                .where(StandardAnswer.owner_code == code, _IS_NEWEST_VERSION)
                .values(owner_code=move.new.code)
            )
