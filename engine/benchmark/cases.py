"""The cases a benchmark works on: a province, one officer who heads every unit, the usual way of a report.

For `engine.benchmark.run`. The way through the shipped main diagram:
received, assigned, verified, resolved, checked, answered, rated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Engine, insert, select

from engine.actor import Who
from engine.bpmn.actions import Start
from engine.cases import tasks
from engine.cases.tasks import Desk
from engine.process import definitions, instances
from engine.process.acts import Act
from engine.process.definitions import Definition
from engine.province import snapshot
from engine.province.units import load_units
from engine.staff import access
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Person, RoleAssignment, Task

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
WHO = Who("person:1", "bench")
PLACE = "26068"
DATA = {"case": 1, "code": "DN-26-000001-B", "field": "welfare", "urgency": "normal", "place": PLACE}
START = {**DATA, "channel": "phone", "due": None}
_WRITTEN = "Đã gọi điện cho người dân, xác minh tại chỗ và ghi nhận đầy đủ nội dung phản ánh. " * 3
_CONTACT = {"contact_at": "2026-11-25T09:00", "contact_by": "phone", "contact_reached": "yes"}
WAY: Mapping[str, Mapping[str, object]] = {
    "receive": {
        "outcome": "handed_over",
        "reporter_name": "Nguyễn Văn An",
        "phone": "0912345678",
        "address": "12 Bùi Hữu Nghĩa",
        "place": PLACE,
        "field": "welfare",
        "urgency": "normal",
        "content": _WRITTEN,
    },
    "assign": {"place": PLACE, "assign_note": "Đề nghị xử lý."},
    "verify": {**_CONTACT, "outcome": "correct", "findings": _WRITTEN},
    "resolve": {"measures": _WRITTEN, "solution": _WRITTEN, "solved_at": "2026-11-25T10:00"},
    "check": {"check_decision": "accept"},
    "answer": {
        "answered_by": "phone",
        "answered_at": "2026-11-25T10:30",
        "answer_reached": "yes",
        "answer_text": _WRITTEN,
    },
    "feedback": {"satisfied": "yes", "rating": 5},
}
_UNIT_FILES = ("dongnai_units_2021_three_level.csv", "dongnai_organisation_2021.csv")
_OPEN = select(table_of(Task).c.id, table_of(Task).c.version, table_of(Task).c.node).where(
    table_of(Task).c.state == instances.OPEN, table_of(Task).c.node.in_(WAY)
)


@dataclass(frozen=True, slots=True)
class Office:
    """A prepared database: the definition that cases follow, and the officer's desk."""

    definition: Definition
    desk: Desk


def prepare(engine: Engine, root: Path) -> Office:
    """Load the province, one officer and the deployment of `root` into a migrated, empty database."""
    with transaction(engine) as tx:
        for name in _UNIT_FILES:
            with as_file(files("engine.data") / name) as path:
                load_units(tx, path, NOW)
        units = snapshot.world(tx, 10).units.units
        tx.write().execute(insert(Person), {"id": 1, "login": "bench", "name": "Bench", "active": True})
        heads = [{"person_id": 1, "unit_code": unit.code, "role": "unit_head"} for unit in units]
        tx.write().execute(insert(RoleAssignment), heads)
        definitions.deploy(tx, definitions.read_root(root), by="bench", message="", now=NOW)
    with transaction(engine) as tx:
        officer, world = access.officer(tx, 1, NOW), snapshot.world(tx, 10)
        return Office(definitions.find(tx, "citizen_report"), Desk(officer, "bench", NOW, world))


def begin(engine: Engine, office: Office, cases: int) -> None:
    """Start cases, all in one transaction."""
    with transaction(engine) as tx:
        for _ in range(cases):
            instances.start(tx, office.definition, Act(Start(START), WHO, NOW), office.desk.world)


def complete_all(engine: Engine, office: Office) -> int:
    """Complete every open task of every case until all are finished, one commit each; returns how many."""
    count = 0
    while done := complete_round(engine, office):
        count += done
    return count


def complete_round(engine: Engine, office: Office) -> int:
    """Complete what is open now, one commit each; returns how many."""
    with transaction(engine) as tx:
        rows = tx.read.execute(_OPEN).all()
    for row in rows:
        with transaction(engine) as tx:
            tasks.complete(tx, office.desk, row.id, row.version, WAY[row.node])
    return len(rows)
