"""Fills a staffed province with very many cases, for measuring lists and searches. Called by the command line alone.

A few cases of each stage really run through the diagrams; the others are copies of their rows with particulars of their
own. So a seeded case can be opened and worked on; only the code in its process data is that of the case it copies.
Ended ones came over three years and went many ways, told by their marks; of their history there is only what citizens
said.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Table, func, insert, select, text

from engine.actor import Who
from engine.benchmark import seed_outcomes
from engine.benchmark.seed_outcomes import Course
from engine.benchmark.seed_texts import ADDRESSES, CONTENTS, NAMES
from engine.cases import calls, case_code, intake, tasks
from engine.cases.intake import FIELDS, PROVINCE_LETTERS, NewReport
from engine.cases.tasks import Desk
from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.process.instances import ACTIVE, OPEN
from engine.province import snapshot
from engine.staff.access import Officer
from engine.statistics import check
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import History, Instance, Mark, Person, Report, RoleAssignment, Task
from engine.text import fold
from engine.world.world import World

BATCH = 5000
SEED = 1022
SPREAD = timedelta(days=30)
SHARE_CLAIMED = 0.3
BY = Who("seed", "bench")

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)


@dataclass(frozen=True, slots=True)
class _Model:
    """A case that really ran: its rows without their ids."""

    report: dict[str, Any]
    instance: dict[str, Any]
    tasks: list[dict[str, Any]]


def seed(
    engine: Engine, total: int, opened: int, now: datetime, tick: Callable[[int], None] = lambda _done: None
) -> None:
    """Add `total` cases, `opened` of them open, to a staffed province; `tick` gets how many there are.

    Raises BadInput when more are to be open than there are.
    """
    if not 0 <= opened <= total:
        raise BadInput("No more cases can be open than there are.")
    with transaction(engine) as tx:
        world = snapshot.world(tx, 10)
        running, ended, holders = *_models(tx, world, now), _holders(tx)
        first = {table: _following(tx, table) for table in (_report, _instance)}
    places = sorted({model.report["place"] for model in running})
    chance = random.Random(SEED)  # noqa: S311 - data for measurements.
    for start in range(0, total, BATCH):
        numbers = range(start, min(start + BATCH, total))
        rows = [_copy(n, running if n < opened else ended, chance, now, (first, holders, places)) for n in numbers]
        with transaction(engine) as tx:
            _insert(tx, rows)
        tick(numbers[-1] + 1)
    _follow_ids(engine)
    check.rebuild(engine, now)
    with transaction(engine) as tx:
        tx.write().execute(text("ANALYZE"))


def _following(tx: Transaction, table: Table) -> int:
    """The first id that is free."""
    return (tx.read.execute(select(func.max(table.c.id))).scalar() or 0) + 1


def _models(tx: Transaction, world: World, now: datetime) -> tuple[list[_Model], list[_Model]]:
    """Cases of several stages and communes, and one that has ended."""
    places = [unit.code for unit in world.units.units if unit.kind == "commune" and not unit.closed]
    definition = calls.definition(tx, world)
    desk = Desk(Officer(0, frozenset()), "bench", now, world)
    running = []
    for number, place in enumerate(places):
        new = NewReport(now, "phone", "health", "normal", place, "Người mẫu", "0900000000", "Đường mẫu", content="Mẫu.")
        filed = intake.file_report(tx, new, definition, BY, world)
        for _step in range(number % 3):
            _complete(tx, desk, filed.instance_id, new)
        running.append(_model(tx, filed.instance_id))
    filed = intake.file_report(tx, new, definition, BY, world)
    _complete(tx, desk, filed.instance_id, new, outcome="answered")
    return running, [_model(tx, filed.instance_id)]


def _complete(tx: Transaction, desk: Desk, instance_id: int, new: NewReport, outcome: str = "handed_over") -> None:
    """Complete the open task of a case as whoever may."""
    task = tx.read.execute(select(_task).where(_task.c.instance_id == instance_id, _task.c.state == OPEN)).first()
    assert task is not None
    names = ("reporter_name", "phone", "address", "place", "field", "urgency", "content")
    told = {name: getattr(new, name) for name in names} | {"outcome": outcome}
    if outcome == "answered":
        told["given_answer"] = "Đã trả lời."
    whoever = Desk(Officer(0, frozenset({(task.unit_code, task.role)})), desk.origin, desk.now, desk.world)
    tasks.complete(tx, whoever, task.id, task.version, told if task.node == "receive" else {"place": new.place})


def _model(tx: Transaction, instance_id: int) -> _Model:
    def rows(table: Table, column: str, value: Any) -> list[dict[str, Any]]:
        found = tx.read.execute(select(table).where(table.c[column] == value)).mappings()
        return [{key: item for key, item in row.items() if key != "id"} for row in found]

    instance = rows(_instance, "id", instance_id)[0]
    return _Model(rows(_report, "id", instance["report_id"])[0], instance, rows(_task, "instance_id", instance_id))


def _holders(tx: Transaction) -> dict[tuple[str, str], int]:
    """Somebody who holds each role in each unit."""
    held = select(RoleAssignment.unit_code, RoleAssignment.role, func.min(Person.id)).join(Person)
    rows = tx.read.execute(held.group_by(RoleAssignment.unit_code, RoleAssignment.role))
    return {(unit, role): person for unit, role, person in rows}


_Row = dict[str, Any]
_Rows = tuple[_Row, _Row, list[_Row], Course | None]


def _copy(number: int, models: Sequence[_Model], chance: random.Random, now: datetime, found: Any) -> _Rows:
    """The rows of one more case like one of the models."""
    first, holders, places = found
    model = models[number % len(models)]
    open_ = model.instance["status"] == ACTIVE
    received = seed_outcomes.received(chance, now, SPREAD if open_ else seed_outcomes.YEARS)
    due = received + SPREAD * chance.random()
    told = _told(number, first[_report] + number, received, chance)
    report = {**model.report, **told, "id": first[_report] + number}
    ids = {"id": first[_instance] + number, "report_id": report["id"]}
    instance = {**model.instance, **ids, "due_at": due if open_ else None, "started_at": received}
    rows = [_task_row(task, ids["id"], due, received, (holders, chance)) for task in model.tasks]
    if open_:
        return report, instance, rows, None
    report["place"] = chance.choice(places)
    course = seed_outcomes.ended(chance, received, now, rows[0])
    return report, instance | {"finished_at": course.finished}, [*rows, *course.tasks], course


def _told(number: int, report_id: int, received: datetime, chance: random.Random) -> dict[str, Any]:
    name, address, content = (chance.choice(texts) for texts in (NAMES, ADDRESSES, CONTENTS))
    return {
        "code": case_code.code(PROVINCE_LETTERS, received.astimezone(VIETNAM).year, report_id),
        "received_at": received,
        "field": FIELDS[number % len(FIELDS)],
        "reporter_name": name,
        "address": f"{number % 400 + 1} {address}",
        "phone": f"09{chance.randrange(10**8):08d}",
        "content": content,
        "folded": fold(f"{name} {address} {content}"),
    }


def _task_row(task: dict[str, Any], instance_id: int, due: datetime, opened: datetime, found: Any) -> dict[str, Any]:
    holders, chance = found
    row = {**task, "instance_id": instance_id, "opened_at": opened}
    if task["state"] == OPEN:
        claimed = chance.random() < SHARE_CLAIMED
        row |= {"due_at": due, "assignee_id": holders.get((task["unit_code"], task["role"])) if claimed else None}
    return row


def _insert(tx: Transaction, rows: list[_Rows]) -> None:
    connection = tx.write()
    connection.execute(insert(_report), [row[0] for row in rows])
    connection.execute(insert(_instance), [row[1] for row in rows])
    connection.execute(insert(_task), [task for row in rows for task in row[2]])
    courses = [(row[1]["id"], course) for row in rows if (course := row[3]) is not None]
    marks = [{**mark, "instance_id": number} for number, course in courses for mark in course.marks]
    acts = [
        {**act, "instance_id": number, "seq": seq}
        for number, course in courses
        for seq, act in enumerate(course.acts, 1)
    ]
    for table, found in ((table_of(Mark), marks), (table_of(History), acts)):
        if found:
            connection.execute(insert(table), found)


def _follow_ids(engine: Engine) -> None:
    """Let PostgreSQL's counters go on after the ids that were given; tell both databases how rows are spread."""
    with transaction(engine) as tx:
        connection = tx.write()
        if engine.dialect.name == "postgresql":
            for table in ("report", "instance"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608
        connection.execute(text("ANALYZE"))
