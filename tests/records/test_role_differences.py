"""Roles and open accounts follow from the acts on them, through everything that changes them, upgrades included."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text, update

from engine.actor import SYSTEM, ActStamp
from engine.journal import journal
from engine.records.role_differences import find_differing_roles
from engine.reorganisation.moves import apply_reorganisation, plan_reorganisation
from engine.staff import people
from engine.staff.people import NewPerson
from engine.store import db, schema_migrations
from engine.store.columns import table_of
from engine.store.db import Transaction
from engine.store.models import Person, RoleAssignment, Unit
from tests.kit.province import DATA, NOW, load_year

BEFORE = "20261130_0407"
BY = ActStamp(SYSTEM, NOW)
LAN = NewPerson("tran.thi.lan", "Trần Thị Lan", (("75.VP", "analyst"), ("26008", "commune")))
AN = NewPerson("le.van.an", "Lê Văn An", (("731", "tier2_focal"), ("26017", "commune")))
MAPS = (DATA / "provinces/dong_nai_2025/former_units.csv", DATA / "provinces/dong_nai_2025/former_organisation.csv")


def rules(tx: Transaction) -> list[tuple[str, object]]:
    """What is found once everything is written."""
    tx.settle()
    return [(fault.rule, fault.facts["login"]) for fault in find_differing_roles(tx)]


def test_every_act_on_roles_and_accounts_explains_what_it_leaves(tx: Transaction) -> None:
    load_year(tx, 2021)
    lan = people.create_person(tx, LAN, BY)
    people.create_many(tx, [AN], BY)
    people.grant_role(tx, lan, "75.VP", "administrator", BY)
    people.grant_role(tx, lan, "75.VP", "administrator", BY)
    people.revoke_role(tx, lan, "75.VP", "analyst", BY)
    people.set_active(tx, lan, BY, active=False)
    people.set_active(tx, lan, BY, active=True)
    assert rules(tx) == []
    load_year(tx, 2025)
    apply_reorganisation(tx, plan_reorganisation(tx, *MAPS), SYSTEM, NOW)
    assert rules(tx) == []


def test_roles_and_accounts_changed_beside_the_program_are_named(tx: Transaction) -> None:
    load_year(tx, 2021)
    lan = people.create_person(tx, LAN, BY)
    tx.settle()
    connection = tx.write()
    connection.execute(insert(table_of(RoleAssignment)), {"person_id": lan, "unit_code": "75", "role": "leadership"})
    connection.execute(text("DELETE FROM role_assignment WHERE role = 'commune'"))
    connection.execute(update(table_of(Person)).values(active=False))
    assert rules(tx) == [
        ("role-without-act", LAN.login),
        ("role-lost-without-act", LAN.login),
        ("account-closed-without-act", LAN.login),
    ]
    connection.execute(update(table_of(Person)).values(active=True))
    people.set_active(tx, lan, BY, active=False)
    tx.settle()
    connection.execute(update(table_of(Person)).values(active=True))
    assert rules(tx)[-1] == ("account-opened-without-act", LAN.login)


@pytest.mark.parametrize("empty_database", ["sqlite", "postgresql"], indirect=True)
@pytest.mark.parametrize("begun", [False, True])
def test_an_upgrade_takes_over_the_roles_that_are_held_and_goes_on_with_the_chain(
    empty_database: str, *, begun: bool
) -> None:
    schema_migrations.upgrade(empty_database, BEFORE)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        tx.write().execute(insert(table_of(Unit)), {"code": "75.VP", "name": "Văn phòng", "kind": "office"})
        rows = [
            {"id": 1, "login": "a", "name": "A", "active": True},
            {"id": 2, "login": "b", "name": "B", "active": False},
        ]
        tx.write().execute(insert(table_of(Person)), rows)
        post = {"person_id": 1, "unit_code": "75.VP", "role": "analyst"}
        tx.write().execute(insert(table_of(RoleAssignment)), post)
        if begun:
            people.grant_role(tx, 1, "75.VP", "administrator", BY)
    engine.dispose()
    schema_migrations.upgrade(empty_database)
    engine = db.engine_for(empty_database, durable=False)
    with db.transaction(engine) as tx:
        people.revoke_role(tx, 1, "75.VP", "analyst", BY)
        people.set_active(tx, 2, BY, active=True)
        assert rules(tx) == []
        assert list(journal.find_breaks(tx)) == []
    engine.dispose()
