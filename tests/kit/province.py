"""A province in a test's database: its units of 2021 or 2025, and people and cases where a test needs them."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import insert, select

from engine.actor import SYSTEM, ActStamp
from engine.process.history import GENESIS
from engine.province.units import UnitLoadResult, load_units
from engine.store.db import Transaction
from engine.store.models import Deployment, Instance, Person, ProcessDefinition, Report, RoleAssignment, Task
from tests.paths import PROVINCE_DATA

DATA = PROVINCE_DATA
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
YEARS = {
    2021: ("provinces/dong_nai_2021/units.csv", "provinces/dong_nai_2021/organisation.csv"),
    2025: ("provinces/dong_nai_2025/units.csv", "provinces/dong_nai_2025/organisation.csv"),
}
NUMBERS = count(1)


def load_year(tx: Transaction, year: int) -> list[UnitLoadResult]:
    """Load both files of a year."""
    return [load_units(tx, DATA / name, ActStamp(SYSTEM, NOW)) for name in YEARS[year]]


def add_person(tx: Transaction, login: str, *roles: tuple[str, str], active: bool = True) -> int:
    """A person with roles, given as (unit, role); returns the person's id."""
    added = tx.write().execute(insert(Person).values(login=login, name=login, active=active).returning(Person.id))
    person: int = added.scalar_one()
    for unit, role in roles:
        tx.write().execute(insert(RoleAssignment).values(person_id=person, unit_code=unit, role=role))
    return person


def add_case(tx: Transaction, place: str, *tasks: tuple[str, str], finished: bool = False) -> int:
    """A case with tasks, as (unit, role): open ones, or done ones of a finished case; returns the instance's id."""
    report = tx.write().execute(insert(Report).values(**_report(place)).returning(Report.id)).scalar_one()
    added = tx.write().execute(
        insert(Instance)
        .values(
            report_id=report,
            definition_id=_definition(tx),
            status="finished" if finished else "active",
            version=1,
            state=b"",
            started_at=NOW,
            finished_at=NOW if finished else None,
            history_head=GENESIS,
            history_count=0,
        )
        .returning(Instance.id)
    )
    instance: int = added.scalar_one()
    for number, (unit, role) in enumerate(tasks, start=1):
        values = _task(instance, number, unit, role)
        if finished:
            values |= {"state": "done", "closed_at": NOW}
        tx.write().execute(insert(Task).values(**values))
    return instance


def _report(place: str) -> dict[str, Any]:
    code = f"T-{next(NUMBERS)}"
    return {
        "code": code,
        "received_at": NOW,
        "channel": "phone",
        "field": "health",
        "urgency": "normal",
        "place": place,
    }


def _task(instance: int, number: int, unit: str, role: str) -> dict[str, Any]:
    return {
        "instance_id": instance,
        "engine_id": number,
        "node": role,
        "name": role,
        "role": role,
        "unit_code": unit,
        "form": role,
        "state": "open",
        "version": 1,
        "opened_at": NOW,
    }


def _definition(tx: Transaction) -> int:
    found = tx.read.execute(select(ProcessDefinition.id)).scalars().first()
    if found is not None:
        return found
    deployment = insert(Deployment).values(number=1, digest="0" * 64, created_at=NOW, created_by="test", message="")
    number = tx.write().execute(deployment.returning(Deployment.id)).scalar_one()
    definition = insert(ProcessDefinition).values(deployment_id=number, key="citizen_report", name="Phản ánh")
    added: int = tx.write().execute(definition.returning(ProcessDefinition.id)).scalar_one()
    return added
