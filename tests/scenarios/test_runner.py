"""Promises of scenarios: the shipped ones hold and walk everything that is drawn, and what does not hold is said."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.trace import Trace
from engine.errors import BadInput
from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.scenarios import runner
from engine.scenarios.files import EXPECTATIONS, Scenario, read_scenario
from engine.scenarios.runner import ScenarioCoverage, ScenarioOutcome, run_scenario
from engine.translation.wording import say
from tests.kit import hotline
from tests.kit.hotline import PLACE, catch_timer, diagram, node, script, user_task
from tests.paths import ROOT
from tests.process import test_signals

FILE = PurePosixPath("workflows/tests/one.yaml")
DIAGRAMS = sorted(path.name for path in (ROOT / "workflows").glob("*.bpmn"))
HANDLE = definitions.compile_files(hotline.FILES)
FACTS = {"field": "health", "urgency": "normal", "place": PLACE, "channel": "phone", "outcome": ""}
OVERDUE = {"wait": "2d"}


@cache
def shipped() -> tuple[list[ScenarioOutcome], ScenarioCoverage]:
    """Every shipped scenario, run once for all tests of this process."""
    files = definitions.read_deployment_folder(ROOT)
    return runner.run_scenarios(definitions.compile_files(files), files)


def document(*steps: object, **changed: object) -> dict[str, Any]:
    """A scenario of the small process that begins on a Wednesday at ten."""
    start = {"at": "2026-11-25T10:00+07:00", "data": FACTS}
    return {"process": "handle", "name": "Thử", "start": start, "steps": list(steps), **changed}


def scenario(*steps: object, **changed: object) -> Scenario:
    return read_scenario(FILE, yaml.safe_dump(document(*steps, **changed)).encode())


def failure(*steps: object, content: CompiledDeployment = HANDLE, **changed: Any) -> str:
    """What the runner says of a scenario, in English; empty when everything holds."""
    return str(run_scenario(content, scenario(*steps, **changed)).failure or "")


# The shipped scenarios


def test_every_shipped_scenario_holds() -> None:
    outcomes, _ = shipped()
    assert len(outcomes) == len(list((ROOT / "workflows" / "tests").glob("*.yaml")))
    assert [(str(outcome.scenario.path), outcome.failure) for outcome in outcomes if outcome.failure] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", DIAGRAMS)
def test_the_shipped_scenarios_walk_every_element_and_flow_of_a_diagram(name: str) -> None:
    _, coverage = shipped()
    path = PurePosixPath("workflows") / name
    assert coverage.drawn[path].nodes
    assert coverage.drawn[path].flows
    assert coverage.uncovered_in(path) == ([], [])


def test_the_diagrams_of_the_hotline_are_there() -> None:
    _, coverage = shipped()
    assert len(coverage.drawn) == len(DIAGRAMS) == 9


# Coverage of what was walked


def test_what_no_scenario_walks_is_missing_by_element_and_flow() -> None:
    path = PurePosixPath("workflows/handle.bpmn")
    files = {**hotline.FILES, FILE: yaml.safe_dump(document({"message": "withdraw"})).encode()}
    outcomes, coverage = runner.run_scenarios(HANDLE, files)
    nodes, flows = coverage.uncovered_in(path)
    assert [outcome.failure for outcome in outcomes] == [None]
    assert ("handle", "resolve") in nodes
    assert ("handle", "verify") not in nodes
    assert ("handle", "verify", "which") in flows
    assert ("handle", "withdraw", "withdrawn") not in flows


def test_every_scenario_tells_that_it_is_done() -> None:
    text = yaml.safe_dump(document()).encode()
    files = {**hotline.FILES, FILE: text, FILE.with_name("two.yaml"): text, PurePosixPath("workflows/no.yaml"): text}
    ticks: list[None] = []
    runner.run_scenarios(HANDLE, files, tick=lambda: ticks.append(None))
    assert len(ticks) == 2


# Expectations

HOLDING = {
    "open": ["verify"],
    "unit": {"verify": PLACE},
    "notices": {"reminder": 1, "overdue": 1, "chase": 0},
    "marks": ["overdue"],
    "deadline": "2026-11-27T10:00+07:00",
    "finished": False,
}


def test_expectations_that_hold_are_met() -> None:
    assert failure(OVERDUE, {"expect": HOLDING}) == ""


@pytest.mark.parametrize(
    ("expectation", "wanted", "said"),
    [
        ("open", ["resolve"], "open tasks: expected resolve, found verify."),
        ("open", [], "open tasks: expected none, found verify."),
        ("open", ["verify", "verify"], "open tasks"),
        ("unit", {"verify": "731"}, "unit of verify: expected Thành phố Biên Hòa (731), found Phường Hóa An (26068)."),
        ("unit", {"resolve": PLACE}, "unit of resolve: expected Phường Hóa An (26068), found none."),
        ("notices", {"reminder": 2}, "notices of rung reminder: expected 2, found 1"),
        ("notices", {"overdue": 0}, "notices of rung overdue: expected 0, found 1"),
        ("notices", {"chase": 1}, "notices of rung chase: expected 1, found 0"),
        ("marks", ["overdue", "resolved"], "marks: resolved not set; set are: overdue."),
        ("deadline", "2026-11-27T10:01+07:00", "deadline: expected 10:01 27/11/2026, found 10:00 27/11/2026."),
        ("deadline", None, "deadline: expected none, found 10:00 27/11/2026."),
        ("deadline", "2026-11-27T10:00", "no time zone"),
        ("finished", True, "finished: expected yes, found no."),
    ],
)
def test_an_expectation_that_does_not_hold_fails_its_step(expectation: str, wanted: object, said: str) -> None:
    found = failure(OVERDUE, {"expect": {expectation: wanted}})
    assert found.startswith("step 2: ")
    assert said in found


def test_data_that_the_process_knows_is_expected_by_name() -> None:
    assert failure({"expect": {"data": {"field": "health", "urgency": "normal"}}}) == ""
    assert failure({"expect": {"data": {"field": "other"}}}) == "step 1: data field: expected other, found health."
    assert "expected 1, found none." in failure({"expect": {"data": {"unheard_of": 1}}})


def test_data_is_known_after_a_timer_has_fired() -> None:
    assert failure(OVERDUE, {"expect": {"data": {"field": "health"}}}) == ""


def test_what_holds_later_does_not_hold_yet() -> None:
    assert "notices of rung reminder" in failure({"wait": "23h"}, {"expect": {"notices": {"reminder": 1}}})
    assert failure({"wait": "24h"}, {"expect": {"notices": {"reminder": 1, "overdue": 0}}}) == ""


def test_a_finished_case_is_expected_to_be_finished() -> None:
    end = ({"message": "withdraw"}, {"expect": {"finished": True, "open": []}})
    assert failure(*end) == ""
    assert "finished: expected no" in failure(end[0], {"expect": {"finished": False}})


# Steps


def test_completing_a_task_moves_the_case_with_the_values_of_its_form() -> None:
    done = {"task": "verify", "data": {"note": "Đã gọi", "outcome": "correct"}}
    assert failure(done, {"expect": {"open": ["resolve"], "data": {"outcome": "correct", "note": None}}}) == ""


def test_a_signal_wakes_what_waits_and_one_that_nobody_waits_for_fails_its_step() -> None:
    ear = definitions.compile_files(test_signals.FILES)
    begun = {"process": "ear", "start": {"at": "2026-11-25T10:00+07:00", "data": {**FACTS, "parts": 4}}}
    heard = {"signal": "storm_over", "after": "1h", "data": {"roofs": 3}}
    there = {"expect": {"open": ["clear"], "data": {"report": {"roofs": 3}, "share": 25}}}
    assert failure(heard, there, content=ear, **begun) == ""
    assert "step 1" in failure({"signal": "storm"}, content=ear, **begun)


def test_claiming_a_task_leaves_it_open() -> None:
    assert failure({"task": "verify", "take": True}, {"expect": {"open": ["verify"]}}) == ""


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({"task": "resolve", "data": {"note": "x"}}, "the task resolve is not open; open are: verify."),
        ({"task": "verify", "data": {"outcome": "correct"}}, "the form note refuses: "),
        ({"task": "verify", "data": {"note": "x", "odd": 1}}, "the form note refuses: odd: "),
        ({"message": "merged"}, "merged"),
        ({"task": "verify", "data": {"note": "x", "outcome": "fail", "zero": 0}}, "division by zero"),
        ({"until": "2026-11-25T09:59+07:00"}, "cannot go back to 09:59 25/11/2026."),
        ({"task": "verify", "at": "2026-11-24T10:00+07:00"}, "cannot go back to 10:00 24/11/2026."),
    ],
)
def test_a_step_that_cannot_be_taken_fails_the_scenario(step: dict[str, object], said: str) -> None:
    found = failure({"wait": "0m"}, step)
    assert found.startswith("step 2: ")
    assert said in found


def test_what_fails_is_a_value_with_its_step_and_is_said_in_both_languages() -> None:
    failed = run_scenario(HANDLE, scenario(OVERDUE, {"expect": {"open": ["nope"]}})).failure
    assert failed is not None
    assert (failed.step, failed.reason.rule) == (2, "scenario-open-tasks-differ")
    assert failed.reason.facts == {"expected": ["nope"], "actual": ["verify"]}
    assert say(failed, "vi") == "Bước 2: Phải còn việc: nope; hiện có: verify."
    assert say(failed, "en") == "step 2: open tasks: expected nope, found verify."


def test_tasks_and_fields_are_called_what_people_call_them() -> None:
    named = {path: data.replace(b'name="verify"', 'name="Xác minh"'.encode()) for path, data in hotline.FILES.items()}
    content = definitions.compile_files(named)
    assert "found Xác minh (verify)." in failure({"expect": {"open": []}}, content=content)
    assert "the task Xác minh (verify) is not open" in failure(
        {"message": "withdraw"}, {"task": "verify"}, content=content
    )


def test_the_first_step_that_fails_is_named_and_the_others_are_not_taken() -> None:
    assert failure({"message": "withdraw"}, {"task": "verify"}, {"expect": {"open": ["x"]}}).startswith("step 2: ")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"process": "unknown"}, "start: The deployment has no process 'unknown'."),
        ({"staff": {"99999": []}}, "start: staff: there is no unit 99999."),
        ({"start": {"at": "2026-11-25T10:00+07:00", "data": {"place": "99999"}}}, "start: "),
    ],
)
def test_a_scenario_that_cannot_begin_fails_at_its_start(changed: dict[str, Any], said: str) -> None:
    assert failure(**changed).startswith(said)


def test_a_unit_without_people_is_one_whose_staff_is_empty() -> None:
    assert failure({"expect": {"unit": {"verify": "731"}}}, staff={PLACE: []}) == ""
    assert failure({"expect": {"unit": {"verify": PLACE}}}, staff={PLACE: ["commune"]}) == ""


CHAIN = definitions.compile_files(
    {
        **hotline.FILES,
        PurePosixPath("workflows/handle.bpmn"): diagram(
            "handle",
            [
                node("startEvent", "begin"),
                catch_timer("first", "clock_hours(1)"),
                script("note_first", "one = now()"),
                catch_timer("second", "clock_hours(1)"),
                script("note_second", "two = now()"),
                user_task("work"),
                node("endEvent", "done"),
            ],
            "begin > first > note_first > second > note_second > work > done",
        ),
    }
)


def test_timers_that_are_due_on_the_way_fire_at_their_own_instants() -> None:
    seen = {"one": "2026-11-25T04:00:00+00:00", "two": "2026-11-25T05:00:00+00:00"}
    assert failure({"wait": "9d"}, {"expect": {"data": seen}}, content=CHAIN) == ""
    assert failure({"wait": "119m"}, {"expect": {"open": []}}, content=CHAIN) == ""


def test_the_trace_of_a_scenario_is_kept_where_the_caller_wants_it() -> None:
    trace = Trace()
    run_scenario(CHAIN, scenario({"wait": "1d"}), trace)
    assert ("handle", "note_second", "work") in trace.flows
    assert ("handle", "done") not in trace.nodes


# Files


def test_a_file_is_read_as_it_is_written() -> None:
    found = read_scenario(FILE, (ROOT / "workflows/tests/citizen_report_unit_without_people.yaml").read_bytes())
    assert (found.path, found.process, found.province) == (FILE, "citizen_report", "three_level")
    assert found.staff
    assert [step.number for step in found.steps] == list(range(1, len(found.steps) + 1))


def test_without_a_province_there_are_three_levels() -> None:
    assert scenario().province == "three_level"
    assert scenario(province="two_level").province == "two_level"


def test_instants_need_no_quotes() -> None:
    text = yaml.safe_dump(document()).replace("'2026-11-25T10:00+07:00'", "2026-11-25 10:00:00+07:00")
    assert read_scenario(FILE, text.encode()) == scenario()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: [", "not YAML"),
        (b"\xff\xfe\x00", "not YAML"),
        (b"a: !!python/object:os.system x", "a tag or a reference"),
        (b"a: 2026-13-45", "not YAML"),
        (b"[" * 5000, "not YAML"),
        (b"", "process, name, start.at and steps"),
        (b"- 1", "process, name, start.at and steps"),
        (b"text", "process, name, start.at and steps"),
        (b"process: p\nname: n\nsteps: []\nstart: soon", "process, name, start.at and steps"),
    ],
)
def test_what_is_no_scenario_is_said_with_the_file(content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=f"^{FILE}: ") as caught:
        read_scenario(FILE, content)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"steps": None}, "steps"),
        ({"province": "four_level"}, "province: four_level is unknown; use one of three_level, two_level."),
        ({"provence": "two_level"}, "unknown key provence."),
        ({"process": ["handle"]}, "process"),
        ({"staff": [PLACE]}, "staff"),
        ({"staff": {PLACE: None}}, "staff"),
        ({"start": {"at": "2026-11-25T10:00", "data": {}}}, "no time zone"),
        ({"start": {"at": "soon", "data": {}}}, "'soon' is not a date and time"),
        ({"start": {"at": "2026-11-25T10:00+07:00", "data": [1]}}, "data"),
    ],
)
def test_a_scenario_with_a_wrong_head_is_refused_with_its_file(changed: dict[str, object], said: str) -> None:
    with pytest.raises(BadInput, match=f"^{FILE}: ") as caught:
        scenario(**changed)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ({}, "exactly one of begin, task, message, signal, wait, until, expect"),
        ({"task": "verify", "wait": "1d"}, "exactly one of"),
        ("wait", "exactly one of"),
        (7, "exactly one of"),
        (None, "exactly one of"),
        ({"task": "verify", "dat": {}}, "unknown key dat beside task."),
        ({"task": "verify", "data": "note"}, "data"),
        ({"message": "withdraw", "data": [1]}, "data"),
        ({"wait": "soon"}, "soon is no duration; write 30m, 2h or 5d."),
        ({"wait": "-1d"}, "-1d is no duration"),
        ({"wait": "99999999999d"}, "99999999999d is no duration"),
        ({"task": "verify", "after": 5}, "5 is no duration"),
        ({"wait": "1d", "after": "1h"}, "unknown key after beside wait."),
        ({"expect": {}, "data": {"field": "health"}}, "unknown key data beside expect."),
        ({"until": "2026-11-25T10:00"}, "no time zone"),
        ({"task": "verify", "at": "noon"}, "'noon' is not a date and time"),
        ({"expect": {"opened": []}}, "unknown expectation opened; use one of data, deadline"),
        ({"expect": None}, "expect"),
        ({"expect": ["open"]}, "expect"),
        ({"expect": {"open": "verify"}}, "open"),
        ({"expect": {"open": None}}, "open"),
        ({"expect": {"open": [1, "verify"]}}, "open"),
        ({"expect": {"marks": "overdue"}}, "marks"),
        ({"expect": {"unit": ["verify"]}}, "unit"),
        ({"expect": {"notices": None}}, "notices"),
        ({"expect": {"data": "field"}}, "data"),
    ],
)
def test_a_wrong_step_is_refused_with_file_and_number(step: object, said: str) -> None:
    with pytest.raises(BadInput, match=f"^{FILE}: step 2: ") as caught:
        scenario({"wait": "1d"}, step)
    assert said in str(caught.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["verify", "1d", PLACE]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
STEPS = st.dictionaries(
    st.sampled_from(["task", "message", "wait", "until", "expect", "after", "at", "data", "take"]), VALUES, max_size=3
)
EXPECTED = st.dictionaries(st.sampled_from(sorted(EXPECTATIONS)), VALUES, max_size=2).map(
    lambda wanted: {"expect": wanted}
)


@given(
    steps=st.lists(STEPS | EXPECTED | VALUES, max_size=3),
    changed=st.dictionaries(st.sampled_from(["process", "name", "province", "start", "staff"]), VALUES, max_size=1),
)
def test_whatever_is_written_is_refused_or_has_an_outcome(steps: list[object], changed: dict[str, object]) -> None:
    content = yaml.safe_dump(document(*steps, **changed)).encode()
    try:
        found = read_scenario(FILE, content)
    except BadInput as error:
        refusal = str(error)
    else:
        refusal = f"{FILE}: {run_scenario(HANDLE, found).failure or ''}"
    assert refusal.startswith(f"{FILE}: ")
