"""Promises of recording, kept for cases of the demonstration: their scenarios hold and tell nothing personal."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, select

from engine.config import environment
from engine.process import definitions
from engine.process.instances import FINISHED
from engine.replay import demo
from engine.replay.csv_files import ReportFile
from engine.scenarios.files import Scenario, read_scenario
from engine.scenarios.recording import record_case
from engine.scenarios.runner import run_scenario
from engine.store import db, schema_migrations
from engine.store.db import transaction
from engine.store.models import Instance, Mark, Report, Submission
from tests.paths import ROOT
from tests.scenarios.test_recording import NOW, PATH, PROVINCES, content

pytestmark = pytest.mark.slow
EVERY = 1 if os.environ.get("REPLAY_ALL") else 30


@dataclass(frozen=True)
class Demonstration:
    """A demonstration, and the scenario of each of its cases by the case's id."""

    engine: Engine
    told: dict[int, bytes]

    def scenarios(self) -> dict[int, Scenario]:
        return {case: read_scenario(PATH, text) for case, text in self.told.items()}


@pytest.fixture(scope="module", params=PROVINCES)
def demonstration(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """The demonstration with a sample of its reports."""
    engine = db.engine_for(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'demo.sqlite3'}", durable=False)
    schema_migrations.upgrade(engine.url.render_as_string())
    with pytest.MonkeyPatch.context() as patch:
        everything = demo.read_demo
        patch.setattr(demo, "read_demo", lambda *given: sample(everything(*given)))
        demo.make_or_resume(
            engine,
            replace(environment.load_settings({}), province=request.param),
            definitions.read_deployment_folder(ROOT),
            NOW,
        )
    with transaction(engine) as tx:
        told = {case: record_case(tx, case, NOW) for case in tx.read.execute(select(Instance.id)).scalars().all()}
    yield Demonstration(engine, told)
    engine.dispose()


def sample(reports: ReportFile) -> ReportFile:
    """Every thirtieth report, or with REPLAY_ALL every one, and two of each course."""
    seen: dict[str, int] = {}
    kept = []
    for row in reports.rows:
        seen[row.course] = seen.get(row.course, 0) + 1
        if seen[row.course] <= 2 or row.number % EVERY == 0:
            kept.append(row)
    return ReportFile(kept)


def test_every_case_of_the_demonstration_is_a_scenario_that_holds(demonstration: Demonstration) -> None:
    with transaction(demonstration.engine) as tx:
        found = tx.read.execute(select(Instance.id, Instance.status)).all()
        marks = set(tx.read.execute(select(Mark.status)).scalars())
    told = demonstration.scenarios()
    assert [(case, failure) for case, one in told.items() if (failure := run_scenario(content(), one).failure)] == []
    assert marks >= {"resolved", "overdue", "reopened", "false_report", "transferred", "withdrawn", "diverted"}
    ended = {row.id for row in found if row.status == FINISHED}
    assert 20 < len(ended) < len(found)
    assert {case for case, one in told.items() if (one.steps[-1].values or {})["finished"]} == ended


def test_a_scenario_tells_nothing_that_was_written(demonstration: Demonstration) -> None:
    with transaction(demonstration.engine) as tx:
        for row in tx.read.execute(select(Report.__table__, Instance.id.label("case")).join(Instance)).all():
            told = demonstration.told[row.case].decode()
            secrets = {row.reporter_name, row.phone, row.address, row.content, row.code} - {""}
            sent = select(Submission.content).where(Submission.instance_id == row.case)
            for written in tx.read.execute(sent).scalars():
                secrets |= {value for value in json.loads(written).values() if is_prose(value)}
            assert [secret for secret in secrets if secret in told] == []


def is_prose(value: object) -> bool:
    """Whether a value of a form was written by somebody: not a choice, an instant or the code of a unit."""
    other = r"\d{4}-\d\d-\d\dT.*|75[.]\w+|\w{1,5}"
    return isinstance(value, str) and not re.fullmatch(other, value)


def test_a_recorded_scenario_fails_when_something_else_happens(demonstration: Demonstration) -> None:
    with transaction(demonstration.engine) as tx:
        reopened = select(Mark.instance_id).where(Mark.status == "reopened").order_by(Mark.id).limit(1)
        case = tx.read.execute(reopened).scalar_one()
    one = demonstration.scenarios()[case]
    assert run_scenario(content(), one).failure is None
    for index, step in enumerate(one.steps):
        if step.kind == "task" and not step.take:
            left = replace(one, steps=(*one.steps[:index], *one.steps[index + 1 :]))
            assert run_scenario(content(), left).failure, step
        if step.kind == "expect" and step.values and "deadline" in step.values:
            wrong = replace(step, values={**step.values, "deadline": "2020-01-01T00:00+07:00"})
            other = replace(one, steps=(*one.steps[:index], wrong, *one.steps[index + 1 :]))
            failure = run_scenario(content(), other).failure
            assert failure is not None
            assert failure.reason.rule == "scenario-deadline-differs"
