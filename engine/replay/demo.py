"""The demonstration: a province with invented people, and reports of the past ten weeks replayed up to now.

Called by the command line. Founding a province serves the replay too. The second run goes on where the first stopped.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path, PurePosixPath

from sqlalchemy import Engine, func, select

from engine.answers import library
from engine.answers.library import NewAnswer
from engine.config.environment import Settings
from engine.errors import BadInput, Problems
from engine.process import definitions, outbox, timers
from engine.process.instances import OPEN
from engine.province import office_calendar, snapshot, units
from engine.replay import case_replay, demo_accounts, demo_directive
from engine.replay.case_replay import Replayed, Setting, Totals
from engine.replay.csv_files import ReplayMapping, Reports, parse_mapping, read_reports
from engine.scenarios import deployment_check
from engine.scenarios.runner import UNIT_SETS
from engine.staff import people
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Deployment, Mark, Person, Task
from engine.world.public_holidays import shipped_overrides
from forms.messages import Language

DATA = "engine.data"
REPORTS, ANSWERS = "demo_reports.csv", "demo_answers.csv"
BY = "demo"
TOLD_BEFORE = timedelta(hours=4)  # Notices of the past have been read; the last ones arrive while one looks.

Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class Shown:
    """The demonstration as it stands: totals, open tasks by their name, facts by theirs, persons, what this run did."""

    totals: Totals
    waiting: dict[str, int]
    marks: dict[str, int]
    people: int
    replayed: Replayed | None
    fired: int


def found(engine: Engine, province: str, deployment: Files, now: datetime, language: Language = "vi") -> int:
    """Load the units of `province`, its holidays and invented people, and deploy; returns the deployment's number.

    What is there already stays.

    Raises Problems when the deployment's files do not pass the check, BadInput when the database holds a province of
    the other kind.
    """
    with transaction(engine) as tx:
        number = _deploy(tx, deployment, now, language)
        tree = units.unit_tree(tx.read)
        if not tree.units:
            _load(tx, province, now)
        elif tree.has_districts != (province == "three_level"):
            raise BadInput(f"The database holds another province than {province}; use a database of its own.")
    return number


def _deploy(tx: Transaction, deployment: Files, now: datetime, language: Language) -> int:
    digest = definitions.digest_of(deployment)
    known = tx.read.execute(select(Deployment.number).where(Deployment.digest == digest)).scalar()
    if known is not None:
        return known
    problems = deployment_check.check(deployment, language)
    if problems:
        raise Problems(problems)
    return definitions.deploy(tx, deployment, by=BY, message="", now=now).number


def _load(tx: Transaction, province: str, now: datetime) -> None:
    with ExitStack() as stack:
        for name in UNIT_SETS[province]:
            units.load_units(tx, stack.enter_context(as_file(files(DATA) / name)), now)
    office_calendar.set_days(tx, shipped_overrides())
    people.staff(tx, units.unit_tree(tx.read).units)
    _write_answers(tx, province, now)


def _write_answers(tx: Transaction, province: str, now: datetime) -> None:
    for new in standard_answers(province):
        library.add(tx, new, BY, now)


def standard_answers(province: str) -> Iterator[NewAnswer]:
    """The invented standard answers, each owned by the department that there is in this province."""
    owner = "owner_2021" if province == "three_level" else "owner_2025"
    for row in csv.DictReader((files(DATA) / ANSWERS).read_text(encoding="utf-8").splitlines()):
        yield NewAnswer(row["field"], row[owner], row["question"], row["answer"])


def run(
    engine: Engine, settings: Settings, deployment: Files, now: datetime, tick: Callable[[int, int], None] | None = None
) -> Shown:
    """Make or continue the demonstration; `tick` gets done and total numbers of reports while they are replayed.

    The reports are replayed in one transaction, so that an interrupted first run is simply made again.
    """
    number = found(engine, settings.province, deployment, now, "en" if settings.language == "en" else "vi")
    with transaction(engine) as tx:
        begun = case_replay.totals(tx).cases > 0
    done = None if begun else _replay(engine, settings, number, now, tick)
    with transaction(engine) as tx:
        world = snapshot.world(tx, settings.chase_cap)
    fired = timers.run_until(engine, now, world).fired
    with transaction(engine) as tx:
        demo_accounts.offer(tx, now)
        if not begun:
            demo_directive.issue_one(tx, now, world)
            outbox.settle(tx, now - TOLD_BEFORE)
    with transaction(engine) as tx:
        return show(tx, done, fired)


def _replay(
    engine: Engine, settings: Settings, number: int, now: datetime, tick: Callable[[int, int], None] | None
) -> Replayed:
    mapping = parse_mapping((files(DATA) / f"demo_{settings.province}.yaml").read_text(encoding="utf-8"))
    with transaction(engine) as tx:
        stage = case_replay.enter(tx, Setting(mapping.process, number, now, settings.chase_cap, mapping.claims))
    reports = read_demo(mapping, stage.communes, now)
    rows = sorted(reports.rows, key=lambda row: row.received)
    total = len(rows)
    done = Replayed(rejected=reports.rejected)
    done.add(case_replay.replay(engine, rows, stage, batch=total, tick=(lambda n: tick(n, total)) if tick else None))
    return done


def read_demo(mapping: ReplayMapping, communes: list[str], now: datetime) -> Reports:
    """The reports that come with the program, told from `now`."""
    with as_file(files(DATA) / REPORTS) as path:
        return read_reports(Path(path), mapping, communes, now)


def show(tx: Transaction, replayed: Replayed | None = None, fired: int = 0) -> Shown:
    """The demonstration as it stands."""
    task, mark, person = table_of(Task), table_of(Mark), table_of(Person)
    waiting = select(task.c.name, func.count()).where(task.c.state == OPEN).group_by(task.c.name)
    marks = select(mark.c.status, func.count(mark.c.instance_id.distinct())).group_by(mark.c.status)
    return Shown(
        totals=case_replay.totals(tx),
        waiting={row[0]: row[1] for row in tx.read.execute(waiting.order_by(task.c.name))},
        marks={row[0]: row[1] for row in tx.read.execute(marks.order_by(mark.c.status))},
        people=tx.read.execute(select(func.count()).select_from(person)).scalar_one(),
        replayed=replayed,
        fired=fired,
    )
