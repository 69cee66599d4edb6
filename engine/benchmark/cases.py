"""The cases a benchmark works on: a province, one officer who heads every unit, the happy path of a report.

The path through the shipped main diagram: received, assigned, verified, resolved, checked, answered, rated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from sqlalchemy import Engine, select

from engine.actor import Actor, ActStamp
from engine.bpmn.actions import Start
from engine.cases import tasks
from engine.cases.tasks import Desk
from engine.process import definitions, instances
from engine.process.acts import Command
from engine.process.definitions import DefinitionRef
from engine.province import snapshot
from engine.province.units import load_units
from engine.staff import access, people
from engine.staff.people import NewPerson
from engine.store.columns import table_of
from engine.store.db import transaction
from engine.store.models import Task

NOW = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
WHO = Actor("person:1", "bench")
PLACE = "26068"
CASE_DATA = {"case": 1, "code": "DN-26-000001-B", "field": "welfare", "urgency": "normal", "place": PLACE}
START_DATA = {**CASE_DATA, "channel": "phone", "due": None}
_LONG_TEXT = "Đã gọi điện cho người dân, xác minh tại chỗ và ghi nhận đầy đủ nội dung phản ánh. " * 3
_CONTACT = {"contact_at": "2026-11-25T10:00", "contact_by": "phone", "contact_reached": "yes"}
HAPPY_PATH: Mapping[str, Mapping[str, object]] = {
    "receive": {
        "outcome": "handed_over",
        "reporter_name": "Nguyễn Văn An",
        "phone": "0912345678",
        "address": "12 Bùi Hữu Nghĩa",
        "place": PLACE,
        "field": "welfare",
        "urgency": "normal",
        "content": _LONG_TEXT,
    },
    "assign": {"place": PLACE, "assign_note": "Đề nghị xử lý."},
    "verify": {**_CONTACT, "outcome": "correct", "findings": _LONG_TEXT},
    "resolve": {"measures": _LONG_TEXT, "solution": _LONG_TEXT, "solved_at": "2026-11-25T10:00"},
    "check": {"check_decision": "accept"},
    "answer": {
        "answered_by": "phone",
        "answered_at": "2026-11-25T10:00",
        "answer_reached": "yes",
        "answer_text": _LONG_TEXT,
    },
    "feedback": {"satisfied": "yes", "rating": 5},
}
_UNIT_FILES = ("provinces/dong_nai_2021/units.csv", "provinces/dong_nai_2021/organisation.csv")
BENCH = Actor("bench", "bench")
_OPEN_TASKS = select(table_of(Task).c.id, table_of(Task).c.version, table_of(Task).c.node).where(
    table_of(Task).c.state == instances.OPEN, table_of(Task).c.node.in_(HAPPY_PATH)
)


@dataclass(frozen=True, slots=True)
class BenchmarkOffice:
    """A prepared database: the definition that cases follow, and the officer's desk."""

    definition: DefinitionRef
    desk: Desk


def prepare_office(engine: Engine, root: Path) -> BenchmarkOffice:
    """Load the province, one officer and the deployment of `root` into a migrated, empty database."""
    with transaction(engine) as tx:
        for name in _UNIT_FILES:
            with as_file(files("engine.data") / name) as path:
                load_units(tx, path, ActStamp(BENCH, NOW))
        units = snapshot.load_world(tx, 10).units.units
        posts = tuple((unit.code, "unit_head") for unit in units)
        people.create_many(tx, [NewPerson("bench", "Bench", posts)], ActStamp(BENCH, NOW))
        definitions.deploy_files(tx, definitions.read_deployment_folder(root), by=BENCH, message="", now=NOW)
    with transaction(engine) as tx:
        officer, world = access.load_officer(tx, 1, NOW), snapshot.load_world(tx, 10)
        return BenchmarkOffice(definitions.find_by_key(tx, "citizen_report"), Desk(officer, "bench", NOW, world))


def start_cases(engine: Engine, office: BenchmarkOffice, count: int) -> None:
    """Start cases, all in one transaction."""
    with transaction(engine) as tx:
        for _ in range(count):
            instances.start_instance(tx, office.definition, Command(Start(START_DATA), WHO, NOW), office.desk.world)


def complete_all(engine: Engine, office: BenchmarkOffice) -> int:
    """Complete every open task of every case until all are finished, one commit each; returns the number of tasks."""
    total = 0
    while completed := complete_round(engine, office):
        total += completed
    return total


def complete_round(engine: Engine, office: BenchmarkOffice) -> int:
    """Complete the tasks that are open now, one commit each; returns how many."""
    with transaction(engine) as tx:
        rows = tx.read.execute(_OPEN_TASKS).all()
    for row in rows:
        with transaction(engine) as tx:
            tasks.complete(tx, office.desk, row.id, row.version, HAPPY_PATH[row.node])
    return len(rows)
