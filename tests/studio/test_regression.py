"""A draft is measured against its base: broken now, red before, otherwise than before, tried by nothing."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest
from sqlalchemy import insert

from engine.actor import SYSTEM, Actor, ActStamp
from engine.process import definitions
from engine.store.db import Transaction
from engine.store.models import Person
from engine.studio import drafts, regression, release, release_rule
from engine.studio.regression import TrialOptions
from engine.studio.release import FailingScenarios, ReleaseNote, UnseenChanges
from tests.kit.hotline import FILES, HANDLE, NOW

BY = ActStamp(Actor("person:1", "test"), NOW)
DIAGRAM, TESTS = PurePosixPath("workflows/handle.bpmn"), PurePosixPath("workflows/tests")
HEAD = """\
process: handle
name: %s
start:
  at: 2026-12-07T08:00:00+07:00
  data: {field: health, urgency: normal, place: "26068", channel: phone, outcome: ""}
steps:
"""
GREEN, RED = TESTS / "green.yaml", TESTS / "red.yaml"
BASE = {
    **FILES,
    GREEN: f"{HEAD % 'Còn xác minh'}  - expect: {{open: [verify]}}\n".encode(),
    RED: f"{HEAD % 'Sai từ đầu'}  - expect: {{open: [resolve]}}\n".encode(),
}
LONGER = {**BASE, DIAGRAM: HANDLE.replace(b"16", b"24")}
RENAMED = {**BASE, DIAGRAM: HANDLE.replace(b'id="verify" name="verify"', b'id="verify" name="check"')}
NO_UNIT = {**BASE, DIAGRAM: HANDLE.replace(b'name="role" value="commune"', b'name="role" value="police"')}


def test_what_failed_before_is_told_from_what_the_draft_breaks() -> None:
    measured = regression.measure_draft(BASE, BASE)
    assert ([], [str(RED)]) == (measured.broken, [one.run.path for one in measured.red])
    assert (measured.otherwise, measured.untried) == ([], ())
    broken = {**BASE, GREEN: BASE[GREEN].replace(b"[verify]", b"[]")}
    measured = regression.measure_draft(BASE, broken)
    assert [one.run.path for one in measured.broken] == [str(GREEN)]
    assert [one.run.path for one in measured.red] == [str(RED)]
    assert (measured.broken[0].path, measured.broken[0].element) == (str(DIAGRAM), "verify")


def test_what_a_deployment_kept_as_red_is_what_failed_before() -> None:
    """Whatever fails today under the base: its list tells what its author answered for."""
    kept = TrialOptions(red_list={str(GREEN): "Còn xác minh"})
    measured = regression.measure_draft(BASE, BASE, options=kept)
    assert [[one.run.path for one in part] for part in (measured.broken, measured.mended)] == [[str(RED)], [str(GREEN)]]


def test_what_failed_before_and_passes_now_is_mended() -> None:
    assert regression.measure_draft(BASE, BASE).mended == []
    measured = regression.measure_draft(BASE, {**BASE, RED: BASE[RED].replace(b"[resolve]", b"[verify]")})
    assert [one.run.path for one in measured.mended] == [str(RED)]
    assert (measured.red, measured.broken) == ([], [])


def test_what_passes_and_goes_otherwise_is_told_with_its_place() -> None:
    assert NO_UNIT != BASE
    measured = regression.measure_draft(BASE, NO_UNIT)
    (otherwise,) = measured.otherwise
    assert otherwise.run.path == str(GREEN)
    assert "verify" in otherwise.differences[0]
    assert otherwise.places
    (longer,) = regression.measure_draft(BASE, LONGER).otherwise
    assert "Hạn" in longer.differences[0] or "hạn" in " ".join(longer.differences)


def test_what_no_scenario_tries_is_told_and_what_only_people_read_is_not() -> None:
    assert regression.measure_draft(BASE, RENAMED).untried == ()
    role = HANDLE.decode().replace('id="resolve"', 'id="resolve"', 1)
    place = role.index('id="resolve"')
    changed = role[:place] + role[place:].replace('value="commune"', 'value="police"', 1)
    (untried,) = regression.measure_draft(BASE, {**BASE, DIAGRAM: changed.encode()}).untried
    assert (untried.path, untried.element) == (DIAGRAM, "resolve")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_deploying_asks_for_what_is_broken_now_and_for_a_look_at_the_rest(tx: Transaction) -> None:
    tx.write().execute(insert(Person), {"id": 1, "login": "an", "name": "An"})
    definitions.deploy_files(tx, BASE, by=SYSTEM, message="", now=NOW)
    release_rule.begin_without_approval(tx, BY)
    draft = drafts.load_own(tx, 1, drafts.create_from_deployment(tx, 1, "Thử", NOW))
    drafts.save_file(tx, draft, DIAGRAM, LONGER[DIAGRAM], 0, NOW)
    with pytest.raises(UnseenChanges) as unseen:
        release.check_and_deploy(tx, draft, ReleaseNote("Dài hơn"), "vi", BY)
    assert unseen.value.facts == {"otherwise": 1, "untried": 0}
    drafts.save_file(tx, draft, GREEN, BASE[GREEN].replace(b"[verify]", b"[]"), 0, NOW)
    with pytest.raises(FailingScenarios) as failing:
        release.check_and_deploy(tx, draft, ReleaseNote("Dài hơn", seen=True), "vi", BY)
    assert len(failing.value.failures) == 1
    drafts.save_file(tx, draft, GREEN, BASE[GREEN], 1, NOW)
    assert release.check_and_deploy(tx, draft, ReleaseNote("Dài hơn", seen=True), "vi", BY).number == 2
