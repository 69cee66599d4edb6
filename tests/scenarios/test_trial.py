"""Promises of a trial: problems first, then what failed, what was walked and what was not; and it always ends."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml

from engine.errors import InvalidFiles
from engine.process import definitions
from engine.scenarios import runner, trial
from engine.scenarios.files import read_scenario
from engine.scenarios.trial import MAX_STEPS, MAX_STEPS_OF_ALL, DiagramCoverage
from tests.kit import hotline
from tests.kit.hotline import catch_timer, diagram, node, script
from tests.paths import ROOT

TESTS = PurePosixPath("workflows/tests")
DIAGRAM = PurePosixPath("workflows/handle.bpmn")
FACTS = {"field": "health", "urgency": "normal", "place": hotline.PLACE, "channel": "phone", "outcome": ""}


class _WithoutReferences(yaml.SafeDumper):
    """Writes what occurs twice twice: scenario files have no references."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def scenario(*steps: object, data: dict[str, Any] = FACTS) -> bytes:
    start = {"at": "2026-11-25T10:00+07:00", "data": data}
    document = {"process": "handle", "name": "Thử", "start": start, "steps": list(steps)}
    return yaml.dump(document, Dumper=_WithoutReferences, allow_unicode=True).encode()


def files(drawing: bytes = hotline.HANDLE, **tests: bytes) -> dict[PurePosixPath, bytes]:
    named = {TESTS / f"{name}.yaml": content for name, content in tests.items()}
    return {**hotline.FILES, DIAGRAM: drawing, **named}


WITHDRAWN = scenario({"message": "withdraw"}, {"expect": {"finished": True}})
WRONG = scenario({"wait": "1h"}, {"expect": {"open": ["resolve"]}})
TURNS = scenario({"wait": "9999d"}, data={"turns": 0})


def turning(pause: float, last: int = -1) -> bytes:
    """A process that waits `pause` hours in a circle until it has done so `last` times."""
    return diagram(
        "handle",
        [
            node("startEvent", "begin"),
            catch_timer("again", f"clock_hours({pause})"),
            script("count", "turns = turns + 1"),
            '<bpmn:exclusiveGateway id="which" name="Đủ chưa?" default="which_again"/>',
            node("endEvent", "done"),
        ],
        "begin > again > count > which > again",
        f"which > done [turns == {last}]",
    )


# What a trial says


@pytest.mark.slow
def test_the_shipped_files_hold_and_walk_everything() -> None:
    shipped = definitions.read_deployment_folder(ROOT)
    found = trial.try_scenarios(shipped)
    assert found.mistakes == ()
    assert [(one.path, one.failure) for one in found.scenarios if one.failure] == []
    assert len(found.scenarios) == len(runner.scenario_paths(shipped))
    assert {one.path for one in found.coverage} == {str(path) for path in shipped if path.suffix == ".bpmn"}
    assert {(one.missing_nodes, one.missing_flows) for one in found.coverage} == {((), ())}
    assert trial.list_failures(shipped) == []


def test_each_scenario_tells_the_way_it_walked_and_all_together_what_none_walked() -> None:
    found = trial.try_scenarios(files(a=WITHDRAWN, b=WRONG))
    first, second = found.scenarios
    assert (first.failure, first.step, first.name, first.process) == ("", 0, "Thử", "handle")
    assert ("handle", "withdrawn") in first.nodes
    assert ("handle", "withdraw", "withdrawn") in first.flows
    assert ("handle", "withdrawn") not in second.nodes
    assert ("handle", "verify") in second.nodes
    (walked,) = found.coverage
    assert isinstance(walked, DiagramCoverage)
    assert ("handle", "resolve") in walked.missing_nodes
    assert ("handle", "withdrawn") not in walked.missing_nodes
    assert ("handle", "which", "fail") in walked.missing_flows
    assert walked.nodes - len(walked.missing_nodes) == len({*first.nodes, *second.nodes})


def test_what_fails_is_told_by_scenario_step_and_sentence() -> None:
    found = trial.try_scenarios(files(a=WITHDRAWN, b=WRONG, c=scenario(data={})), "en")
    said = [(one.path, one.step, one.failure) for one in found.scenarios if one.failure]
    assert said[0] == (f"{TESTS}/b.yaml", 2, "step 2: open tasks: expected resolve, found verify.")
    assert said[1][:2] == (f"{TESTS}/c.yaml", 0)
    assert said[1][2].startswith("start: ")
    assert trial.list_failures(files(a=WITHDRAWN, b=WRONG, c=scenario(data={})), "en") == [
        f"{one[0]}: {one[2]}" for one in said
    ]


def test_what_fails_is_told_in_the_readers_language() -> None:
    (one,) = trial.try_scenarios(files(b=WRONG), "vi").scenarios
    assert one.failure == "Bước 2: Phải còn việc: resolve; hiện có: verify."
    assert trial.list_failures(files(b=WRONG)) == [f"{one.path}: {one.failure}"]


def test_one_scenario_can_be_run_alone() -> None:
    both = files(a=WITHDRAWN, b=WRONG)
    found = trial.try_scenarios(both, only=TESTS / "b.yaml")
    assert [one.path for one in found.scenarios] == [f"{TESTS}/b.yaml"]
    assert ("handle", "withdrawn") in found.coverage[0].missing_nodes
    assert trial.try_scenarios(both, only=TESTS / "unknown.yaml").scenarios == ()


def test_problems_of_the_files_come_first_and_nothing_is_run() -> None:
    broken = files(hotline.HANDLE.replace(b"hours", b"days"), a=WRONG, b=b"process: [")
    found = trial.try_scenarios(broken, "en")
    assert {(one.file, one.rule) for one in found.mistakes} >= {(f"{TESTS}/b.yaml", "scenario")}
    assert str(DIAGRAM) in {one.file for one in found.mistakes}
    assert (found.scenarios, found.coverage) == ((), ())
    with pytest.raises(InvalidFiles, match=r"b\.yaml"):
        trial.list_failures(broken)


def test_files_without_scenarios_walk_nothing() -> None:
    found = trial.try_scenarios(files())
    assert found.scenarios == ()
    (walked,) = found.coverage
    assert (len(walked.missing_nodes), len(walked.missing_flows)) == (walked.nodes, walked.flows)


def test_a_trial_is_sent_as_json() -> None:
    for found in (trial.try_scenarios(files(a=WITHDRAWN, b=WRONG)), trial.try_scenarios(files(a=b"["))):
        assert json.loads(json.dumps(asdict(found)))


# It always ends


@pytest.mark.parametrize("pause", [0, -1, 0.001, 1])
def test_a_scenario_that_never_ends_fails_with_what_to_look_for(pause: float) -> None:
    (one,) = trial.try_scenarios(files(turning(pause), a=TURNS), "en").scenarios
    assert one.step == 1
    assert f"never ends: it has taken {MAX_STEPS} steps" in one.failure
    assert "look for a timer that starts itself again" in one.failure
    assert ("handle", "which", "again") in one.flows


def test_a_long_scenario_that_ends_holds() -> None:
    (one,) = trial.try_scenarios(files(turning(1, MAX_STEPS - 1), a=TURNS)).scenarios
    assert one.failure == ""
    (one,) = trial.try_scenarios(files(turning(1, MAX_STEPS), a=TURNS), "en").scenarios
    assert "never ends" in one.failure


def test_many_scenarios_that_never_end_share_the_limit_of_a_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "MAX_STEPS", 20)
    monkeypatch.setattr(trial, "MAX_STEPS_OF_ALL", 50)
    found = trial.try_scenarios(files(turning(0), **{f"t{n}": TURNS for n in range(5)}), "en").scenarios
    assert ["never ends" in one.failure for one in found] == [True, True, False, False, False]
    assert all("have taken 50 steps of processes" in one.failure for one in found[2:])


@pytest.mark.slow
def test_the_limits_leave_room_for_what_is_shipped() -> None:
    shipped = definitions.read_deployment_folder(ROOT)
    content, longest, total = definitions.compile_files(shipped), 0, 0
    for path in runner.scenario_paths(shipped):
        walked = trial.LimitedTrace(MAX_STEPS)
        runner.run_scenario(content, read_scenario(path, shipped[path]), walked)
        longest, total = max(longest, walked.steps), total + walked.steps
    assert longest * 10 <= MAX_STEPS
    assert total * 5 <= MAX_STEPS_OF_ALL


def test_a_scenario_of_very_many_steps_is_not_run() -> None:
    (one,) = trial.try_scenarios(files(a=scenario(*[{"expect": {"open": ["verify"]}}] * 1_001)), "en").scenarios
    assert one.failure == "The scenario has 1,001 steps; it can have 1,000."
    assert one.nodes == ()
    (one,) = trial.try_scenarios(files(a=scenario(*[{"expect": {"open": ["verify"]}}] * 1_000))).scenarios
    assert one.failure == ""


def test_an_odd_scenario_fails_and_the_others_are_run() -> None:
    odd = scenario(*[{"wait": "9999d"}] * 400)
    failures = [one.failure for one in trial.try_scenarios(files(a=odd, b=WITHDRAWN), "en").scenarios]
    assert failures == ["The scenario cannot be run (OverflowError).", ""]
