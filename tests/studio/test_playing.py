"""Promises of playing a draft: each act is one of the real process, a step back is one act fewer, and what was played
becomes a scenario that holds."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from pathlib import PurePosixPath
from typing import Any

import pytest

from engine.clock import VIETNAM
from engine.errors import BadInput, InvalidFiles, NotFound
from engine.process import definitions
from engine.scenarios.files import SHIPPED_PROVINCES, ScenarioStep, read_scenario
from engine.scenarios.runner import run_scenario, scenario_paths
from engine.scenarios.scenario_text import render_scenario
from engine.studio.playing import beginnings, chosen_acts
from engine.studio.playing.beginnings import PlayBeginning
from engine.studio.playing.play import MAX_ACTS, Play, begin_play, read_play
from engine.studio.playing.playable_draft import PlayableDraft, prepare_draft
from engine.studio.playing.played_case import FailedAct, PlayedCase
from engine.studio.playing.played_scenario import name_file, scenario_of_play
from forms.schema import InvalidAnswers
from tests.kit import hotline
from tests.kit.hotline import PLACE
from tests.paths import ROOT

MONDAY = datetime(2026, 12, 7, 8, 0, tzinfo=VIETNAM)
FACTS = {"field": "health", "urgency": "normal", "place": PLACE, "channel": "phone"}


@cache
def shipped() -> PlayableDraft:
    return prepare_draft(definitions.read_deployment_folder(ROOT), SHIPPED_PROVINCES)


def from_nothing(process: str = "citizen_report", **facts: object) -> Play:
    beginning = PlayBeginning(process, MONDAY, FACTS | facts)
    return beginnings.begin_from_nothing(shipped().files, beginning, SHIPPED_PROVINCES, has_districts=True)


def stand(play: Play) -> PlayedCase:
    return PlayedCase(shipped().content, play)


def do(play: Play, **answers: object) -> Play:
    """Do the only open task with what its form begins with and these answers."""
    case = stand(play)
    task = case.open_tasks[0]
    asked = chosen_acts.form_of_task(case.run, task)
    assert asked is not None
    typed = chosen_acts.invented_answers(case.run, asked) | answers
    return play.with_act(chosen_acts.act_on_task(case, task, chosen_acts.checked_answers(case.run, asked, typed)))


def received() -> Play:
    return do(from_nothing(), outcome="handed_over", address="Số 1", content="Đèn hỏng")


def nodes(play: Play) -> list[str]:
    return [task.node for task in stand(play).open_tasks]


def test_from_nothing_the_first_form_stands_open_and_its_answers_lead_on() -> None:
    assert nodes(from_nothing()) == ["receive"]
    play = received()
    assert nodes(play) == ["assign"]
    passed = [one.element for one in stand(play).acts[-1].passed]
    assert passed.index("receive") < passed.index("assign")
    assert "duplicate_taken_in" not in passed  # An event at the step, which only waited.
    assert stand(play).data["place"] == PLACE


def test_a_form_that_does_not_take_the_answers_says_so_by_field() -> None:
    case = stand(from_nothing())
    asked = chosen_acts.form_of_task(case.run, case.open_tasks[0])
    assert asked is not None
    with pytest.raises(InvalidAnswers) as caught:
        chosen_acts.checked_answers(case.run, asked, {"outcome": "handed_over"})
    assert "phone" in caught.value.errors


def test_nothing_is_chosen_for_the_analyst_but_what_the_case_knows() -> None:
    case = stand(from_nothing())
    asked = chosen_acts.form_of_task(case.run, case.open_tasks[0])
    assert asked is not None
    begun = chosen_acts.invented_answers(case.run, asked)
    assert begun["field"] == "health"
    assert "outcome" not in begun


def test_a_step_back_is_one_act_fewer_and_can_be_taken_again() -> None:
    play = received()
    back = play.moved_by(-1)
    assert nodes(back) == ["receive"]
    assert back.next_act == play.scenario.steps[0]
    assert nodes(back.moved_by(1)) == ["assign"]
    assert back.moved_by(-5).done == 0
    other = back.with_act(ScenarioStep(0, "wait", after=timedelta(hours=1)))
    assert other.next_act is None


def test_time_passes_to_the_next_timer_by_an_amount_and_to_an_instant() -> None:
    play = received()
    case = stand(play)
    timer = case.run.case.next_timer()
    assert timer is not None
    assert stand(play.with_act(chosen_acts.act_of_timer(case))).now == timer[0]
    saturday = play.with_act(chosen_acts.act_of_instant(case, MONDAY + timedelta(days=5)))
    later = chosen_acts.act_of_amount(stand(saturday), 1, "working_hours")
    assert later.at is not None
    assert later.at.astimezone(VIETNAM).isoformat() == "2026-12-14T08:30:00+07:00"
    assert stand(play.with_act(chosen_acts.act_of_amount(case, 2, "days"))).now == MONDAY + timedelta(days=2)


@pytest.mark.parametrize(("amount", "kind"), [(0, "days"), (-1, "days"), (367, "days"), (10**9, "hours"), (1, "years")])
def test_time_has_bounds(amount: int, kind: str) -> None:
    with pytest.raises(BadInput):
        chosen_acts.act_of_amount(stand(from_nothing()), amount, kind)


def test_time_does_not_go_back() -> None:
    with pytest.raises(BadInput):
        chosen_acts.act_of_instant(stand(from_nothing()), MONDAY - timedelta(minutes=1))


def test_what_was_played_becomes_a_scenario_that_holds() -> None:
    play = received()
    play = play.with_act(chosen_acts.act_of_timer(stand(play)))
    play = play.with_act(chosen_acts.act_on_task(stand(play), stand(play).open_tasks[0], None))
    scenario = scenario_of_play(shipped().content, play, " Tiếp nhận rồi nhắc ")
    path = name_file(scenario.name, shipped().files)
    assert str(path) == "workflows/tests/tiep_nhan_roi_nhac.yaml"
    again = read_scenario(path, render_scenario(scenario))
    assert run_scenario(shipped().content, again).failure is None
    expected = [step.values or {} for step in again.steps if step.kind == "expect"]
    assert len(expected) == 4
    assert expected[1]["open"] == ["assign"]
    assert "deadline" in expected[1]
    assert "notices" in expected[2]


def test_a_scenario_of_no_act_or_no_name_is_none() -> None:
    with pytest.raises(BadInput):
        scenario_of_play(shipped().content, from_nothing(), "x")
    with pytest.raises(BadInput):
        scenario_of_play(shipped().content, received(), " ")


def test_a_name_that_is_taken_gets_a_number() -> None:
    taken = {PurePosixPath("workflows/tests/a_b.yaml"): b""}
    assert name_file("Á b", taken).name == "a_b_2.yaml"
    assert name_file("???", {}).name == "play.yaml"


def test_the_page_gives_back_the_play_as_it_was() -> None:
    play = received()
    assert read_play(play.text, 1, SHIPPED_PROVINCES) == play
    assert read_play(play.text, 99, SHIPPED_PROVINCES).done == 1
    with pytest.raises(BadInput):
        read_play("process: [", 0, SHIPPED_PROVINCES)


def test_a_play_ends_after_so_many_acts() -> None:
    play = from_nothing()
    for _ in range(MAX_ACTS):
        play = play.with_act(ScenarioStep(0, "wait", after=timedelta(minutes=1)))
    with pytest.raises(BadInput):
        play.with_act(ScenarioStep(0, "wait", after=timedelta(minutes=1)))


@pytest.mark.parametrize("number", range(0, 90, 9))
def test_a_play_follows_a_scenario_to_its_end(number: int) -> None:
    path = scenario_paths(shipped().files)[number]
    play = beginnings.follow_scenario(shipped().files, path, SHIPPED_PROVINCES)
    whole = play.moved_by(len(play.scenario.steps))
    assert stand(whole).acts
    assert run_scenario(shipped().content, scenario_of_play(shipped().content, whole, "y")).failure is None


def test_a_process_with_a_start_form_waits_for_somebody_who_may_send_it() -> None:
    play = from_nothing("leave_request")
    case = stand(play)
    assert not case.acts
    event = case.starts[0]
    role, unit = beginnings.starters_of(event, case.run.world.units)[0]
    form = case.run.content.forms[event.form]
    assert event.allows(role, case.run.world.units.get(unit).kind)
    assert form.inputs


def test_a_failure_names_its_element() -> None:
    broken = hotline.diagram(
        "handle",
        [
            hotline.node("startEvent", "begin"),
            hotline.user_task("work"),
            hotline.script("count", "x = 1 / zero"),
            hotline.node("endEvent", "done"),
        ],
        "begin > work > count > done",
    )
    content = definitions.compile_files({**hotline.FILES, PurePosixPath("workflows/handle.bpmn"): broken})
    document = {"process": "handle", "name": "x", "start": {"at": MONDAY, "data": {**FACTS, "zero": 0}}, "steps": []}
    scenario = read_scenario(PurePosixPath("x.yaml"), render_document(document))
    play = begin_play(scenario)
    case = PlayedCase(content, play)
    act = chosen_acts.act_on_task(case, case.open_tasks[0], {"note": "x", "zero": 0})
    with pytest.raises(FailedAct) as caught:
        PlayedCase(content, play.with_act(act))
    assert caught.value.element == "count"


def render_document(document: dict[str, Any]) -> bytes:
    start = document["start"] | {"at": document["start"]["at"].isoformat()}
    return str(document | {"start": start}).encode()


def test_a_draft_with_problems_is_not_played() -> None:
    files = {**shipped().files}
    files.pop(PurePosixPath("forms/receive.json"))
    with pytest.raises(InvalidFiles):
        prepare_draft(files, SHIPPED_PROVINCES)


def test_a_task_that_is_not_open_is_not_done() -> None:
    with pytest.raises(NotFound):
        chosen_acts.open_task(stand(from_nothing()), 99_999)
