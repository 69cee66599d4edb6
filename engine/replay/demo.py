"""The demonstration: a province with invented people, and reports of the past ten weeks replayed up to now.

A second run continues where the first stopped. Replays set up their province here too.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path, PurePosixPath

from sqlalchemy import Engine, func, select

from engine.actor import Actor, ActStamp
from engine.answers import library
from engine.answers.library import NewAnswer
from engine.config.environment import Settings
from engine.config.secret_key import signing_key
from engine.errors import BadInput, InvalidFiles
from engine.process import definitions, outbox, timers
from engine.process.instances import OPEN
from engine.process.report_fields import FIELDS_PATH
from engine.province import provinces, shipped_borders, snapshot, units
from engine.province.profile import THREE_LEVELS, ProvinceProfile, find_profile, named_provinces
from engine.replay import case_replay, demo_accounts, demo_directive, demo_reports
from engine.replay.case_replay import CaseTotals, ReplayOutcome, ReplaySpec
from engine.replay.csv_files import ReplayMapping, ReportFile, parse_mapping, read_reports
from engine.scenarios import deployment_check
from engine.scenarios.files import Provinces
from engine.staff import people
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Deployment, Mark, Person, Task
from engine.studio import release_rule
from engine.translation.catalogue import Language

DATA = "engine.data"
REPORTS, ANSWERS = "demo_reports.csv", "demo_answers.csv"
BY = Actor("demo", "demo")
READ_NOTICE_AGE = timedelta(hours=4)  # Older notices have been read; the latest ones arrive while the user watches.

DeploymentFiles = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class DemoStatus:
    """The demonstration's current state: totals, open tasks by name, marks by status, people, what this run did."""

    totals: CaseTotals
    waiting: dict[str, int]
    marks: dict[str, int]
    people: int
    replayed: ReplayOutcome | None
    fired: int


def set_up_province(
    engine: Engine, province: str, deployment: DeploymentFiles, now: datetime, language: Language = "vi"
) -> int:
    """Load the units of `province`, its holidays and invented people, and deploy; returns the deployment's number.

    Existing data is kept. Raises InvalidFiles if the deployment's files fail the check, BadInput if the database holds
    a province of the other kind.
    """
    chosen = find_profile(province)
    if chosen.report_fields is not None:
        deployment = {**deployment, FIELDS_PATH: chosen.report_fields}
    with transaction(engine) as tx:
        release_rule.begin_without_approval(tx, ActStamp(BY, now))
        number = _ensure_deployed(tx, deployment, named_provinces(province), now, language)
        tree = units.load_unit_tree(tx.read)
        if not tree.units:
            _load_province(tx, chosen, now)
        elif tree.has_districts != (chosen.levels == THREE_LEVELS):
            raise BadInput("replay-other-province", province=province)
        shipped_borders.load_shipped_borders(tx, ActStamp(BY, now))
    return number


def _ensure_deployed(
    tx: Transaction, deployment: DeploymentFiles, provinces: Provinces, now: datetime, language: Language
) -> int:
    digest = definitions.digest_of(deployment)
    existing_number = tx.read.execute(select(Deployment.number).where(Deployment.digest == digest)).scalar()
    if existing_number is not None:
        return existing_number
    problems = deployment_check.problems_in(deployment, language, provinces)
    if problems:
        raise InvalidFiles(problems)
    return definitions.deploy_files(tx, deployment, by=BY, message="", now=now).number


def _load_province(tx: Transaction, chosen: ProvinceProfile, now: datetime) -> None:
    by = ActStamp(BY, now)
    provinces.load_province(tx, chosen, by)
    people.staff_units(tx, units.load_unit_tree(tx.read).units, by)
    for new in standard_answers(chosen):
        library.create_answer(tx, new, BY.actor, now)


def standard_answers(chosen: ProvinceProfile) -> Iterator[NewAnswer]:
    """The invented standard answers, each owned by the department that exists in this province; none for another."""
    for row in csv.DictReader((files(DATA) / ANSWERS).read_text(encoding="utf-8").splitlines()):
        if chosen.answers:
            yield NewAnswer(row["field"], row[chosen.answers], row["question"], row["answer"])


def make_or_resume(
    engine: Engine,
    settings: Settings,
    deployment: DeploymentFiles,
    now: datetime,
    tick: Callable[[int, int], None] | None = None,
) -> DemoStatus:
    """Make or continue the demonstration; `tick` gets the done and total numbers of reports during the replay.

    The reports are replayed in one transaction, so that an interrupted first run simply starts over.
    """
    deployment_number = set_up_province(
        engine, settings.province, deployment, now, "en" if settings.language == "en" else "vi"
    )
    with transaction(engine) as tx:
        exists_already = case_replay.read_case_totals(tx).cases > 0
    outcome = None if exists_already else _replay_reports(engine, settings, deployment_number, now, tick)
    with transaction(engine) as tx:
        world = snapshot.load_world(tx, settings.chase_cap)
    fired = timers.fire_until(engine, now, world).fired
    with transaction(engine) as tx:
        demo_accounts.enable_colleagues(tx, ActStamp(BY, now))
        demo_reports.give_shared_key(tx, signing_key(settings), now)
        if not exists_already:
            demo_directive.issue_for_worst_commune(tx, now, world)
            outbox.mark_notices_sent(tx, now - READ_NOTICE_AGE)
    with transaction(engine) as tx:
        return read_demo_status(tx, outcome, fired)


def _replay_reports(
    engine: Engine, settings: Settings, number: int, now: datetime, tick: Callable[[int, int], None] | None
) -> ReplayOutcome:
    chosen = find_profile(settings.province)
    if not chosen.reports:
        return ReplayOutcome()
    mapping = parse_mapping((chosen.folder / chosen.reports).read_text(encoding="utf-8"))
    with transaction(engine) as tx:
        context = case_replay.load_replay_context(
            tx, ReplaySpec(mapping.process, number, now, settings.chase_cap, mapping.claims)
        )
    reports = read_demo(mapping, context.commune_codes, now)
    rows = sorted(reports.rows, key=lambda row: row.received)
    total = len(rows)
    outcome = ReplayOutcome(rejected=reports.rejected)
    outcome.merge(
        case_replay.replay_rows(engine, rows, context, batch=total, tick=(lambda n: tick(n, total)) if tick else None)
    )
    return outcome


def read_demo(mapping: ReplayMapping, communes: list[str], now: datetime) -> ReportFile:
    """The reports shipped with the program, dated relative to `now`."""
    with as_file(files(DATA) / REPORTS) as path:
        return read_reports(Path(path), mapping, communes, now)


def read_demo_status(tx: Transaction, replayed: ReplayOutcome | None = None, fired: int = 0) -> DemoStatus:
    """The demonstration's current state."""
    task, mark, person = table_of(Task), table_of(Mark), table_of(Person)
    waiting = select(task.c.name, func.count()).where(task.c.state == OPEN).group_by(task.c.name)
    marks = select(mark.c.status, func.count(mark.c.instance_id.distinct())).group_by(mark.c.status)
    return DemoStatus(
        totals=case_replay.read_case_totals(tx),
        waiting={row[0]: row[1] for row in tx.read.execute(waiting.order_by(task.c.name))},
        marks={row[0]: row[1] for row in tx.read.execute(marks.order_by(mark.c.status))},
        people=tx.read.execute(select(func.count()).select_from(person)).scalar_one(),
        replayed=replayed,
        fired=fired,
    )
