"""Promises of a reorganisation in the database: nobody and no work is lost, and a dry run says what will happen."""

from __future__ import annotations

import json
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, insert, select, update

from engine.actor import Actor
from engine.errors import BadInput, Stale
from engine.journal import acts as journal_acts
from engine.process import history
from engine.province.units import load_unit_tree
from engine.reorganisation.moves import apply_reorganisation, plan_reorganisation
from engine.reorganisation.plan import ReorganisationPlan
from engine.reorganisation.summary import render_move
from engine.staff import access
from engine.staff.access import LentRole
from engine.store.db import Transaction, transaction
from engine.store.models import (
    History,
    Instance,
    JournalEntry,
    Person,
    Report,
    RoleAssignment,
    StandardAnswer,
    Substitute,
    Task,
    Unit,
)
from tests.kit.province import DATA, NOW, add_case, add_person, load_year

MAPS = (DATA / "provinces/dong_nai_2025/former_units.csv", DATA / "provinces/dong_nai_2025/former_organisation.csv")
WHO = Actor("person:1", "cli")
UNKNOWN = {"26071", "26074", "26128", "26197", "26203"}


def reorganise(tx: Transaction) -> ReorganisationPlan:
    """Load the units of 2025 and move by both maps."""
    load_year(tx, 2025)
    plan = plan_reorganisation(tx, *MAPS)
    apply_reorganisation(tx, plan, WHO, NOW)
    return plan


def roles(tx: Transaction, person: int) -> set[tuple[str, str]]:
    """(unit, role) of a person."""
    found = tx.read.execute(
        select(RoleAssignment.unit_code, RoleAssignment.role).where(RoleAssignment.person_id == person)
    )
    return {(row.unit_code, row.role) for row in found}


def places(tx: Transaction, instance: int) -> tuple[str, list[tuple[str, str | None]]]:
    """The place of a case, and unit and passing units of its tasks."""
    place = tx.read.execute(
        select(Report.place).join(Instance, Instance.report_id == Report.id).where(Instance.id == instance)
    ).scalar_one()
    tasks = tx.read.execute(
        select(Task.unit_code, Task.passed_from).where(Task.instance_id == instance).order_by(Task.engine_id)
    )
    return place, [(row.unit_code, row.passed_from) for row in tasks]


def acts(tx: Transaction, instance: int) -> list[dict[str, object]]:
    """What history says of the moves of a case."""
    found = tx.read.execute(
        select(History.detail).where(History.instance_id == instance, History.action == "move_unit")
    )
    return [json.loads(detail) for detail in found.scalars()]


def test_people_tasks_and_cases_of_a_commune_go_with_it_and_history_says_so(tx: Transaction) -> None:
    load_year(tx, 2021)
    alice = add_person(tx, "alice", ("26026", "commune"), ("26026", "unit_head"))
    case = add_case(tx, "26026", ("26026", "commune"))
    reorganise(tx)
    assert roles(tx, alice) == {("26017", "commune"), ("26017", "unit_head")}
    assert places(tx, case) == ("26017", [("26017", None)])
    assert acts(tx, case) == [{"place": ["26026", "26017"], "tasks": [[1, "26026", "26017"]]}]
    assert list(history.find_breaks(tx)) == []
    tree = load_unit_tree(tx.read)
    assert tree.get("26026").successor == "26017"
    assert tree.placement_of("commune", "26026").unit.code == "26017"


def test_absences_go_with_the_roles_they_lend_and_lend_nothing_that_was_held_before(tx: Transaction) -> None:
    load_year(tx, 2021)
    away, both, deputy = (add_person(tx, login) for login in ("away", "both", "deputy"))
    for person, unit in ((away, "26026"), (both, "26026"), (both, "26017")):
        tx.write().execute(insert(RoleAssignment).values(person_id=person, unit_code=unit, role="commune"))
    period = {"starts_at": NOW, "ends_at": NOW + timedelta(days=9), "arranged_by": "system"}
    for person in (away, both):
        loan = {"person_id": person, "substitute_id": deputy, "unit_code": "26026", "roles": "commune"}
        tx.write().execute(insert(Substitute).values(**loan, **period))
    reorganise(tx)
    lent = access.load_officer(tx, deputy, NOW + timedelta(hours=1)).lent_roles
    assert lent == {LentRole(away, "26017", "commune")}
    moved = select(JournalEntry.detail).where(JournalEntry.act == journal_acts.MOVE_SUBSTITUTES)
    tx.settle()
    assert json.loads(tx.read.execute(moved).scalar_one()) == {"loans": [[1, [["26017", "commune"]]]]}


def test_whoever_keeps_no_role_for_a_task_that_moves_holds_it_no_longer(tx: Transaction) -> None:
    load_year(tx, 2021)
    officer, stranger = add_person(tx, "officer", ("26026", "commune")), add_person(tx, "stranger")
    cases = {person: add_case(tx, "26026", ("26026", "commune")) for person in (officer, stranger)}
    for person, case in cases.items():
        tx.write().execute(update(Task).where(Task.instance_id == case).values(assignee_id=person))
    reorganise(tx)
    assert tx.read.execute(select(Task.assignee_id).order_by(Task.id)).scalars().all() == [officer, None]


def test_split_commune_follows_its_default_and_the_plan_names_the_other_part(tx: Transaction) -> None:
    load_year(tx, 2021)
    bob = add_person(tx, "bob", ("26449", "commune"))
    case = add_case(tx, "26449", ("26449", "commune"))
    plan = reorganise(tx)
    assert roles(tx, bob) == {("26446", "commune")}
    assert places(tx, case)[0] == "26446"
    assert any("26449" in line and "26359 Xã Xuân Đông" in line for line in render_move(plan))


def test_untraced_communes_stay_and_are_listed_with_the_reason(tx: Transaction) -> None:
    load_year(tx, 2021)
    charlie = add_person(tx, "charlie", ("26071", "commune"))
    case = add_case(tx, "26071", ("26071", "commune"))
    plan = reorganise(tx)
    assert {stay.unit.code for stay in plan.stays} == UNKNOWN
    assert {stay.why for stay in plan.stays} == {"unknown"}
    assert roles(tx, charlie) == {("26071", "commune")}
    assert places(tx, case) == ("26071", [("26071", None)])
    assert acts(tx, case) == []


def test_district_goes_to_the_office_and_its_police_to_the_provincial_police(tx: Transaction) -> None:
    load_year(tx, 2021)
    alice = add_person(tx, "alice", ("731", "tier2_focal"))
    bob = add_person(tx, "bob", ("731", "unit_head"))
    charlie = add_person(tx, "charlie", ("731.CA", "police"))
    case = add_case(tx, "26068", ("731", "tier2_focal"), ("731.CA", "police"))
    plan = reorganise(tx)
    assert roles(tx, alice) == {("75.VP", "tier2_focal")}
    assert roles(tx, bob) == {("731", "unit_head")}
    assert roles(tx, charlie) == {("75.CA", "police")}
    assert places(tx, case) == ("26068", [("75.VP", None), ("75.CA", None)])
    assert any("Lãnh đạo đơn vị" in line for line in render_move(plan))


def test_department_takes_its_standard_answers_along(tx: Transaction) -> None:
    load_year(tx, 2021)
    answer = {"field": "welfare", "question": "?", "answer": "!", "folded": "", "created_at": NOW, "created_by": "x"}
    versions = [
        {**answer, "key": "a", "version": 1, "owner_code": "75.LDTBXH", "retired_at": NOW},
        {**answer, "key": "a", "version": 2, "owner_code": "75.LDTBXH", "retired_at": None},
    ]
    tx.write().execute(insert(StandardAnswer), versions)
    reorganise(tx)
    owners = tx.read.execute(select(StandardAnswer.owner_code).order_by(StandardAnswer.version)).scalars().all()
    assert owners == ["75.LDTBXH", "75.SNV"]


def test_role_held_in_both_units_is_held_once_afterwards(tx: Transaction) -> None:
    load_year(tx, 2021)
    alice = add_person(tx, "alice", ("26026", "commune"), ("26035", "commune"), ("26017", "commune"))
    reorganise(tx)
    assert roles(tx, alice) == {("26017", "commune")}


def test_new_unit_without_people_passes_tasks_to_the_unit_above_and_says_so(tx: Transaction) -> None:
    load_year(tx, 2021)
    add_person(tx, "alice", ("75.VP", "unit_head"))
    case = add_case(tx, "26026", ("26026", "commune"))
    plan = reorganise(tx)
    assert places(tx, case) == ("26017", [("75.VP", "26017")])
    assert acts(tx, case)[0]["tasks"] == [[1, "26026", "75.VP", "26017"]]
    assert any(line.startswith("  1 ") and "26017" in line for line in render_move(plan))


def test_trail_of_an_earlier_passing_is_kept(tx: Transaction) -> None:
    load_year(tx, 2021)
    add_person(tx, "alice", ("75.VP", "unit_head"))
    case = add_case(tx, "26026", ("26026", "commune"))
    tx.write().execute(update(Task).where(Task.instance_id == case).values(passed_from="26099"))
    reorganise(tx)
    assert places(tx, case)[1] == [("75.VP", "26099,26017")]


def test_finished_cases_and_done_tasks_keep_their_units(tx: Transaction) -> None:
    load_year(tx, 2021)
    case = add_case(tx, "26026", ("26026", "commune"), finished=True)
    reorganise(tx)
    assert places(tx, case) == ("26026", [("26026", None)])
    assert acts(tx, case) == []


def test_nothing_is_lost_when_the_whole_province_is_reorganised(tx: Transaction) -> None:
    load_year(tx, 2021)
    communes = [unit for unit in load_unit_tree(tx.read).units if unit.kind == "commune"]
    for unit in communes:
        add_person(tx, unit.code, (unit.code, "commune"))
        add_case(tx, unit.code, (unit.code, "commune"), (str(unit.parent), "tier2_focal"))
        add_person(tx, f"focal {unit.code}", (str(unit.parent), "tier2_focal"))
    reorganise(tx)
    tree = load_unit_tree(tx.read)
    assert tx.read.execute(select(func.count()).select_from(RoleAssignment)).scalar_one() == 2 * 170
    for column, stay in ((Report.place, 5), (Task.unit_code, 5), (RoleAssignment.unit_code, 5)):
        left = Counter(code for code in tx.read.execute(select(column)).scalars() if tree.get(code).closed)
        assert (set(left), sum(left.values())) == (UNKNOWN, stay)
    assert list(history.find_breaks(tx)) == []


def test_second_move_finds_nothing_to_do(tx: Transaction) -> None:
    load_year(tx, 2021)
    add_person(tx, "alice", ("26026", "commune"))
    case = add_case(tx, "26026", ("26026", "commune"))
    reorganise(tx)
    before = load_unit_tree(tx.read)
    again = plan_reorganisation(tx, *MAPS)
    assert again.moves == ()
    apply_reorganisation(tx, again, WHO, NOW)
    assert load_unit_tree(tx.read) == before
    assert len(acts(tx, case)) == 1


def test_task_that_opened_since_the_plan_was_made_moves_too(tx: Transaction) -> None:
    load_year(tx, 2021)
    load_year(tx, 2025)
    plan = plan_reorganisation(tx, *MAPS)
    case = add_case(tx, "26026", ("26026", "commune"))
    apply_reorganisation(tx, plan, WHO, NOW)
    assert places(tx, case) == ("26017", [("26017", None)])


def test_dry_run_leaves_every_row_as_it_was(engine_db: Engine) -> None:
    with transaction(engine_db) as tx:
        load_year(tx, 2021)
        add_person(tx, "alice", ("26026", "commune"))
        case = add_case(tx, "26026", ("26026", "commune"))
        load_year(tx, 2025)
    with transaction(engine_db) as tx:
        before = load_unit_tree(tx.read)
        lines = render_move(plan_reorganisation(tx, *MAPS))
        assert load_unit_tree(tx.read) == before
        assert places(tx, case) == ("26026", [("26026", None)])
    with transaction(engine_db) as tx:
        plan = plan_reorganisation(tx, *MAPS)
        apply_reorganisation(tx, plan, WHO, NOW)
        assert render_move(plan) == lines


def test_plan_that_people_have_overtaken_is_refused(tx: Transaction) -> None:
    load_year(tx, 2021)
    load_year(tx, 2025)
    plan = plan_reorganisation(tx, *MAPS)
    add_person(tx, "alice", ("26017", "commune"))
    with pytest.raises(Stale, match="make it again"):
        apply_reorganisation(tx, plan, WHO, NOW)


def test_move_before_the_new_units_are_loaded_is_refused_naming_the_row(tx: Transaction) -> None:
    load_year(tx, 2021)
    with pytest.raises(BadInput, match=r"former_organisation\.csv:3: 75\.SNNPTNT: the new unit 75\.SNNMT is"):
        plan_reorganisation(tx, *MAPS)


def test_moved_unit_keeps_the_time_at_which_it_was_closed(tx: Transaction) -> None:
    load_year(tx, 2021)
    load_year(tx, 2025)
    later = NOW.replace(month=12)
    apply_reorganisation(tx, plan_reorganisation(tx, *MAPS), WHO, later)
    closed = tx.read.execute(select(Unit.closed_at).where(Unit.code == "26026")).scalar_one()
    assert closed == NOW
    assert tx.read.execute(select(Person.id)).all() == []
