"""Promises of recording, kept for cases of the demonstration: their scenarios hold and tell nothing personal."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import Engine, select

from engine.process.instances import FINISHED
from engine.scenarios.files import Scenario, read_scenario
from engine.scenarios.recording import record_case
from engine.scenarios.runner import run_scenario
from engine.store.db import transaction
from engine.store.models import Instance, Mark, Report, Submission
from tests.kit.demonstration import Demonstration
from tests.scenarios.test_recording import NOW, PATH, PROVINCES, content

pytestmark = pytest.mark.slow
EVERY = 1 if os.environ.get("REPLAY_ALL") else 6


@dataclass(frozen=True)
class Recorded:
    """A demonstration, and the scenario of each case of a sample by the case's id."""

    engine: Engine
    told: dict[int, bytes]

    def scenarios(self) -> dict[int, Scenario]:
        return {case: read_scenario(PATH, text) for case, text in self.told.items()}


@pytest.fixture(scope="module", params=PROVINCES)
def recorded(request: pytest.FixtureRequest, demonstrations: Callable[[str], Demonstration]) -> Iterator[Recorded]:
    """The demonstration with scenarios of every sixth case, or with REPLAY_ALL of all, and two with each mark."""
    engine = demonstrations(request.param).open()
    with transaction(engine) as tx:
        cases = set(tx.read.execute(select(Instance.id)).scalars().all()[::EVERY])
        marked: dict[str, list[int]] = {}
        for mark in tx.read.execute(select(Mark.status, Mark.instance_id).order_by(Mark.id)).all():
            marked.setdefault(mark.status, []).append(mark.instance_id)
        cases |= {case for some in marked.values() for case in some[:2]}
        told = {case: record_case(tx, case, NOW) for case in sorted(cases)}
    yield Recorded(engine, told)
    engine.dispose()


def test_every_case_of_the_demonstration_is_a_scenario_that_holds(recorded: Recorded) -> None:
    with transaction(recorded.engine) as tx:
        cases = select(Instance.id, Instance.status).where(Instance.id.in_(recorded.told))
        found = tx.read.execute(cases).all()
        marks = set(tx.read.execute(select(Mark.status)).scalars())
    told = recorded.scenarios()
    assert [(case, failure) for case, one in told.items() if (failure := run_scenario(content(), one).failure)] == []
    assert marks >= {"resolved", "overdue", "reopened", "false_report", "transferred", "withdrawn", "diverted"}
    ended = {row.id for row in found if row.status == FINISHED}
    assert 10 < len(ended) < len(found)
    assert {case for case, one in told.items() if (one.steps[-1].values or {})["finished"]} == ended


def test_a_scenario_tells_nothing_that_was_written(recorded: Recorded) -> None:
    reports = select(Report.__table__, Instance.id.label("case")).join(Instance).where(Instance.id.in_(recorded.told))
    with transaction(recorded.engine) as tx:
        for row in tx.read.execute(reports).all():
            told = recorded.told[row.case].decode()
            secrets = {row.reporter_name, row.phone, row.address, row.content, row.code} - {""}
            sent = select(Submission.content).where(Submission.instance_id == row.case)
            for written in tx.read.execute(sent).scalars():
                secrets |= {value for value in json.loads(written).values() if is_prose(value)}
            assert [secret for secret in secrets if secret in told] == []


def is_prose(value: object) -> bool:
    """Whether a value of a form was written by somebody: not a choice, an instant or the code of a unit."""
    other = r"\d{4}-\d\d-\d\dT.*|75[.]\w+|\w{1,5}"
    return isinstance(value, str) and not re.fullmatch(other, value)


def test_a_recorded_scenario_fails_when_something_else_happens(recorded: Recorded) -> None:
    with transaction(recorded.engine) as tx:
        reopened = select(Mark.instance_id).where(Mark.status == "reopened").order_by(Mark.id).limit(1)
        case = tx.read.execute(reopened).scalar_one()
    one = recorded.scenarios()[case]
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
