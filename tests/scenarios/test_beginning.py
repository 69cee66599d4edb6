"""Promises of scenarios that begin their instance: by a start form and who may send it, by the time, by an event."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml
from sqlalchemy import Engine, select

from engine.actor import SYSTEM
from engine.process import definitions
from engine.process.timers import fire_until
from engine.scenarios.files import Scenario, read_scenario
from engine.scenarios.recording import record_case
from engine.scenarios.runner import run_scenario
from engine.store.db import transaction
from engine.store.models import Instance
from engine.yaml_documents import PlainDumper
from tests.kit import errand, hotline
from tests.kit.hotline import NOW, WORLD
from tests.kit.province import load_year
from tests.process import test_start_timers
from tests.process.test_start_timers import timed

FILE = PurePosixPath("workflows/tests/one.yaml")
ASK = {"begin": "ask", "by": "commune 26068", "data": {"reason": "Họp", "days": 2}}
OPEN = {"expect": {"open": ["decide"], "unit": {"decide": "26068"}, "data": {"days": 2, "starter_unit": "26068"}}}
WEDNESDAY = "2026-11-25T10:00+07:00"


def scenario(process: str, *steps: object, **start: object) -> Scenario:
    document = {"process": process, "name": "Thử", "start": {"at": WEDNESDAY, **start}, "steps": list(steps)}
    return read_scenario(FILE, yaml.dump(document, Dumper=PlainDumper).encode())


def failure(files: dict[PurePosixPath, bytes], *steps: object, process: str = "errand", **start: object) -> str:
    """What the runner says, in English; empty when everything holds."""
    content = definitions.compile_files({**hotline.FILES, **files})
    return str(run_scenario(content, scenario(process, *steps, **start)).failure or "")


def test_a_start_form_begins_it_for_the_unit_of_whoever_sends_it() -> None:
    assert failure(errand.FILES, ASK, OPEN) == ""
    assert failure(errand.FILES, {"wait": "2h"}, ASK, {"expect": {"deadline": "2026-11-26T11:30+07:00"}}) == ""


@pytest.mark.parametrize(
    ("refused", "keys"),
    [
        ({"by": "department 75.SYT"}, ["by"]),
        ({"by": "unit_head 731"}, ["by"]),
        ({"data": {"days": "ba"}}, ["days", "reason"]),
    ],
)
def test_a_start_that_is_refused_is_expected_by_name_and_may_be_followed_by_one_that_is_not(
    refused: dict[str, Any], keys: list[str]
) -> None:
    assert failure(errand.FILES, {**ASK, **refused}, {"expect": {"refused": keys, "open": []}}, ASK, OPEN) == ""
    assert "step 1" in failure(errand.FILES, {**ASK, **refused}, ASK, OPEN)
    assert "step 1" in failure(errand.FILES, {**ASK, **refused})
    assert "Refused for" in failure(errand.FILES, {**ASK, **refused}, {"expect": {"refused": ["other"]}})
    assert "Refused for" in failure(errand.FILES, ASK, {"expect": {"refused": keys}})


def test_a_task_whose_form_is_refused_is_expected_too() -> None:
    decide = {"task": "decide", "data": {}}
    assert failure(errand.FILES, ASK, decide, {"expect": {"refused": ["words"], "open": ["decide"]}}) == ""


@pytest.mark.parametrize(
    ("steps", "start", "words"),
    [
        ([OPEN], {}, "the first step must be begin, with one of: ask"),
        ([{"task": "decide"}, ASK], {}, "a begin step must come before"),
        ([ASK, ASK], {}, "It has begun already"),
        ([{**ASK, "begin": "asked"}], {}, "no start event asked; its start events: ask"),
        ([{"begin": "ask"}], {}, "needs by"),
        ([{**ASK, "by": "commune 99999"}], {}, "there is no unit 99999"),
        ([ASK], {"data": {"place": "26068"}}, "has no start.data"),
    ],
)
def test_what_cannot_begin_so_is_said(steps: list[object], start: dict[str, Any], words: str) -> None:
    assert words in failure(errand.FILES, *steps, **start)


TICK = {"begin": "tick"}
LOOK = {"expect": {"open": ["look"], "unit": {"look": "75.VP"}}}


def round_of(kind: str, text: str, **properties: str) -> dict[PurePosixPath, bytes]:
    return {PurePosixPath("workflows/round.bpmn"): timed(kind, text, **properties)}


@pytest.mark.parametrize(
    ("kind", "text", "hours", "due"),
    [
        ("timeDate", '"2026-11-26T08:00:00+07:00"', "", "2026-11-26T08:00+07:00"),
        ("timeDuration", '"PT2H"', "", "2026-11-25T12:00+07:00"),
        ("timeDuration", '"PT12H"', "working", "2026-11-26T07:30+07:00"),
        ("timeCycle", '"R/P1M"', "", "2026-12-25T10:00+07:00"),
    ],
)
def test_time_passes_until_a_start_timer_begins_it(kind: str, text: str, hours: str, due: str) -> None:
    files = round_of(kind, text, **({"hours": hours} if hours else {}))
    assert failure(files, TICK, LOOK, {"until": due}, LOOK, process="round") == ""
    assert failure(files, {**TICK, "at": due}, LOOK, process="round") == ""
    assert "cannot go back" in failure(files, TICK, {"until": "2026-11-25T11:59+07:00"}, process="round")
    assert "begins at" in failure(files, {**TICK, "after": "10m"}, process="round")


def test_a_timer_that_has_passed_begins_nothing_and_nobody_sends_one() -> None:
    files = round_of("timeDate", '"2026-11-25T08:00:00+07:00"')
    assert "has passed before" in failure(files, TICK, process="round")
    assert "has none" in failure(files, {**TICK, "by": "commune 26068"}, process="round")


def test_a_message_begins_it_with_what_it_brings_for_the_unit_that_the_scenario_names() -> None:
    files = {PurePosixPath("workflows/called.bpmn"): test_start_timers.CALLED}
    got = {"begin": "got", "data": {"field": 3}}
    told = {"expect": {"open": ["answer"], "data": {"brought": {"field": 3}, "place": "26068"}}}
    assert failure(files, got, told, process="called") != ""
    assert failure(files, got, told, process="called", data={"place": "26068"}) == ""


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("kind", "text", "hours"),
    [
        ("timeCycle", '"R/PT5H"', ""),
        ("timeCycle", '"R/PT5H"', "working"),
        ("timeDate", '"2026-11-26T08:00:00+07:00"', ""),
        ("timeDuration", '"PT30M"', ""),
    ],
)
def test_what_a_timer_has_begun_is_recorded_and_played_again(
    engine_db: Engine, kind: str, text: str, hours: str
) -> None:
    files = hotline.FILES | round_of(kind, text, **({"hours": hours} if hours else {}))
    with transaction(engine_db) as tx:
        load_year(tx, 2025)
        definitions.deploy_files(tx, files, by=SYSTEM, message="", now=NOW)
    assert fire_until(engine_db, NOW + timedelta(days=1), WORLD).begun > 0
    with transaction(engine_db) as tx:
        rows = tx.read.execute(select(Instance.id, Instance.started_at).order_by(Instance.id)).all()
        for row in rows:
            told = read_scenario(FILE, record_case(tx, row.id, NOW))
            assert (told.steps[0].kind, told.steps[0].name) == ("begin", "tick")
            assert run_scenario(definitions.compile_files(files), told).failure is None
