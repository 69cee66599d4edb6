"""Fills a staffed province with very many cases, for measuring lists and searches.

A few cases of each stage really run through the diagrams; the others are copies of their rows with their own
particulars. So a seeded case can be opened and worked on; only the code in its process data is that of its template.
Ended cases were received over three years and had various outcomes, recorded in their marks; their history contains
only citizens' opinions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Table, func, insert, select, text

from engine.actor import Actor
from engine.benchmark import seed_outcomes
from engine.benchmark.seed_outcomes import EndedCase
from engine.benchmark.seed_texts import ADDRESSES, CONTENTS, NAMES
from engine.cases import calls, intake, tasks
from engine.cases.intake import NewReport
from engine.cases.masking import search_columns
from engine.cases.tasks import Desk
from engine.clock import VIETNAM
from engine.errors import BadInput
from engine.process import known_fields
from engine.process.code_format import format_code
from engine.process.instances import ACTIVE, OPEN
from engine.province import snapshot
from engine.staff.access import Officer
from engine.statistics import check
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import History, Instance, Mark, Person, Report, RoleAssignment, Task
from engine.world.province_identity import FIRST_PROVINCE
from engine.world.world import World

BATCH = 5000
SEED = 1022
SPREAD = timedelta(days=30)
SHARE_CLAIMED = 0.3
BY = Actor("seed", "bench")

_report, _instance, _task = table_of(Report), table_of(Instance), table_of(Task)


@dataclass(frozen=True, slots=True)
class _TemplateCase:
    """A case that really ran: its rows without their ids."""

    report: dict[str, Any]
    instance: dict[str, Any]
    tasks: list[dict[str, Any]]


def seed_cases(
    engine: Engine, total: int, open_count: int, now: datetime, tick: Callable[[int], None] = lambda _done: None
) -> None:
    """Add `total` cases, `open_count` of them open, to a staffed province; `tick` gets the number of cases done.

    Raises BadInput if `open_count` exceeds `total`.
    """
    if not 0 <= open_count <= total:
        raise BadInput("seed-more-open-than-all")
    with transaction(engine) as tx:
        world = snapshot.load_world(tx, 10)
        open_templates, ended_templates, holders = *_template_cases(tx, world, now), _holders_by_post(tx)
        first_ids = {table: _next_free_id(tx, table) for table in (_report, _instance)}
        fields = known_fields.active_keys(tx)
    places = sorted({template.report["place"] for template in open_templates})
    sources = (first_ids, holders, places, fields)
    rng = random.Random(SEED)  # noqa: S311 - data for measurements.
    for start in range(0, total, BATCH):
        numbers = range(start, min(start + BATCH, total))
        rows = [
            _copy_case(n, open_templates if n < open_count else ended_templates, rng, now, sources) for n in numbers
        ]
        with transaction(engine) as tx:
            _insert_cases(tx, rows)
        tick(numbers[-1] + 1)
    _advance_sequences(engine)
    check.rebuild_figures(engine, now)
    with transaction(engine) as tx:
        tx.write().execute(text("ANALYZE"))


def _next_free_id(tx: Transaction, table: Table) -> int:
    """The first free id."""
    return (tx.read.execute(select(func.max(table.c.id))).scalar() or 0) + 1


def _template_cases(tx: Transaction, world: World, now: datetime) -> tuple[list[_TemplateCase], list[_TemplateCase]]:
    """Cases of several stages and communes, and one that has ended."""
    places = [unit.code for unit in world.units.units if unit.kind == "commune" and not unit.closed]
    definition = calls.report_definition(tx, world)
    desk = Desk(Officer(0, frozenset()), "bench", now, world)
    templates = []
    for number, place in enumerate(places):
        new = NewReport(now, "phone", "health", "normal", place, "Người mẫu", "0900000000", "Đường mẫu", content="Mẫu.")
        filed = intake.file_report(tx, new, definition, BY, world)
        for _step in range(number % 3):
            _complete_open_task(tx, desk, filed.instance_id, new)
        templates.append(_template_case(tx, filed.instance_id))
    filed = intake.file_report(tx, new, definition, BY, world)
    _complete_open_task(tx, desk, filed.instance_id, new, outcome="answered")
    return templates, [_template_case(tx, filed.instance_id)]


def _complete_open_task(
    tx: Transaction, desk: Desk, instance_id: int, new: NewReport, outcome: str = "handed_over"
) -> None:
    """Complete the open task of a case as an officer who may."""
    task = tx.read.execute(select(_task).where(_task.c.instance_id == instance_id, _task.c.state == OPEN)).first()
    assert task is not None
    names = ("reporter_name", "phone", "address", "place", "field", "urgency", "content")
    values = {name: getattr(new, name) for name in names} | {"outcome": outcome}
    if outcome == "answered":
        values["given_answer"] = "Đã trả lời."
    task_desk = Desk(Officer(0, frozenset({(task.unit_code, task.role)})), desk.origin, desk.now, desk.world)
    tasks.complete(tx, task_desk, task.id, task.version, values if task.node == "receive" else {"place": new.place})


def _template_case(tx: Transaction, instance_id: int) -> _TemplateCase:
    def rows(table: Table, column: str, value: Any) -> list[dict[str, Any]]:
        mappings = tx.read.execute(select(table).where(table.c[column] == value)).mappings()
        return [{key: item for key, item in row.items() if key != "id"} for row in mappings]

    instance = rows(_instance, "id", instance_id)[0]
    return _TemplateCase(
        rows(_report, "id", instance["report_id"])[0], instance, rows(_task, "instance_id", instance_id)
    )


def _holders_by_post(tx: Transaction) -> dict[tuple[str, str], int]:
    """One person who holds each role in each unit."""
    holders = select(RoleAssignment.unit_code, RoleAssignment.role, func.min(Person.id)).join(Person)
    rows = tx.read.execute(holders.group_by(RoleAssignment.unit_code, RoleAssignment.role))
    return {(unit, role): person for unit, role, person in rows}


_ColumnValues = dict[str, Any]
_CaseRows = tuple[_ColumnValues, _ColumnValues, list[_ColumnValues], EndedCase | None]


def _copy_case(
    number: int, templates: Sequence[_TemplateCase], rng: random.Random, now: datetime, sources: Any
) -> _CaseRows:
    """The rows of a new case copied from one of the templates."""
    first_ids, holders, places, fields = sources
    template = templates[number % len(templates)]
    is_open = template.instance["status"] == ACTIVE
    received = seed_outcomes.draw_receipt_time(rng, now, SPREAD if is_open else seed_outcomes.YEARS)
    due = received + SPREAD * rng.random()
    particulars = _report_particulars(number, first_ids[_report] + number, received, rng)
    own = {"id": first_ids[_report] + number, "field": fields[number % len(fields)]}
    report = {**template.report, **particulars, **own}
    ids = {"id": first_ids[_instance] + number, "report_id": report["id"]}
    instance = {**template.instance, **ids, "due_at": due if is_open else None, "started_at": received}
    rows = [_task_row(task, ids["id"], due, received, (holders, rng)) for task in template.tasks]
    if is_open:
        return report, instance, rows, None
    report["place"] = rng.choice(places)
    ended_case = seed_outcomes.draw_ended_case(rng, received, now, rows[0])
    return report, instance | {"finished_at": ended_case.finished}, [*rows, *ended_case.tasks], ended_case


def _report_particulars(number: int, report_id: int, received: datetime, rng: random.Random) -> dict[str, Any]:
    name, address, content = (rng.choice(texts) for texts in (NAMES, ADDRESSES, CONTENTS))
    row = {
        "reporter_name": name,
        "address": f"{number % 400 + 1} {address}",
        "phone": f"09{rng.randrange(10**8):08d}",
        "email": "",
        "content": content,
    }
    return {
        "code": format_code(FIRST_PROVINCE.letters, received.astimezone(VIETNAM).year, report_id),
        "received_at": received,
        **row,
        **search_columns(row),
    }


def _task_row(task: dict[str, Any], instance_id: int, due: datetime, opened: datetime, sources: Any) -> dict[str, Any]:
    holders, rng = sources
    row = {**task, "instance_id": instance_id, "opened_at": opened}
    if task["state"] == OPEN:
        claimed = rng.random() < SHARE_CLAIMED
        row |= {"due_at": due, "assignee_id": holders.get((task["unit_code"], task["role"])) if claimed else None}
    return row


def _insert_cases(tx: Transaction, rows: list[_CaseRows]) -> None:
    connection = tx.write()
    connection.execute(insert(_report), [row[0] for row in rows])
    connection.execute(insert(_instance), [row[1] for row in rows])
    connection.execute(insert(_task), [task for row in rows for task in row[2]])
    ended_cases = [(row[1]["id"], ended_case) for row in rows if (ended_case := row[3]) is not None]
    marks = [
        {**mark, "instance_id": instance_id} for instance_id, ended_case in ended_cases for mark in ended_case.marks
    ]
    acts = [
        {**act, "instance_id": instance_id, "seq": seq}
        for instance_id, ended_case in ended_cases
        for seq, act in enumerate(ended_case.acts, 1)
    ]
    for table, values in ((table_of(Mark), marks), (table_of(History), acts)):
        if values:
            connection.execute(insert(table), values)


def _advance_sequences(engine: Engine) -> None:
    """Continue PostgreSQL's sequences after the inserted ids; update the planner statistics of both databases."""
    with transaction(engine) as tx:
        connection = tx.write()
        if engine.dialect.name == "postgresql":
            for table in ("report", "instance"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))  # noqa: S608
        connection.execute(text("ANALYZE"))
