"""A new step is put into the scenarios that come by it, where its task is open; their other lines stay as written."""

from __future__ import annotations

from pathlib import PurePosixPath

from engine.process import definitions
from engine.scenarios import scenario_edit, step_insertion, trial
from engine.scenarios.files import SHIPPED_PROVINCES
from engine.scenarios.step_insertion import StepInsertion
from tests.kit.hotline import FILES

TESTS = PurePosixPath("workflows/tests")
HEAD = """\
process: handle
name: %s
start:
  at: 2026-12-07T08:00:00+07:00
  data: {field: health, urgency: normal, place: "26068", channel: phone, outcome: ""}
steps:
"""
VERIFY = """\
  # Xã xác minh ngay.
  - task: verify
    data: {note:   "Đã xem", outcome: correct}   # viết tay
"""
RESOLVE = "  - task: resolve\n    data: {note: Xong}\n"
END = "  - expect: {finished: true}\n"
ANSWERS = {"note": "Xong"}


def plans(**tests: str) -> dict[str, StepInsertion]:
    """What putting the step `resolve` into scenarios would do, by their names."""
    files = {TESTS / f"{name}.yaml": f"{HEAD % name}{steps}".encode() for name, steps in tests.items()}
    made = step_insertion.plan_insertions(
        definitions.compile_files(FILES), trial.run_files({**FILES, **files}), "resolve", ANSWERS
    )
    return {plan.scenario.name: plan for plan in made}


def test_a_step_is_put_where_its_task_is_open_and_nothing_does_it() -> None:
    made = plans(
        lacks=VERIFY + END,
        waits=VERIFY + "  - wait: 2h\n" + END,
        ends=VERIFY,
        has=VERIFY + RESOLVE + END,
        sees=VERIFY + "  - expect: {open: [resolve]}\n",
        stays="  - wait: 1h\n",
        wrong=VERIFY + "  - expect: {open: [verify]}\n",
    )
    assert {name: (plan.places, plan.is_offered, plan.is_needed) for name, plan in made.items()} == {
        "lacks": ((1,), True, True),
        "waits": ((1,), True, True),
        "ends": ((1,), True, False),
        "sees": ((2,), True, False),
        "wrong": ((1,), False, False),
    }
    assert [step.name for step in made["lacks"].revised.steps] == ["verify", "resolve", ""]


def test_what_the_form_does_not_take_is_offered_for_nothing() -> None:
    files = {TESTS / "lacks.yaml": f"{HEAD % 'lacks'}{VERIFY}{END}".encode()}
    (plan,) = step_insertion.plan_insertions(
        definitions.compile_files(FILES), trial.run_files({**FILES, **files}), "resolve", {}
    )
    assert (plan.is_offered, plan.places) == (False, (1,))
    before = step_insertion.stand_before(definitions.compile_files(FILES), plan.scenario, "resolve")
    assert before is not None
    assert [task.node for task in before.case.open.values()] == ["resolve"]


def test_lines_that_stay_are_kept_as_they_are_written() -> None:
    text = HEAD % "lacks" + VERIFY + END
    plan = plans(lacks=VERIFY + END)["lacks"]
    revised = scenario_edit.revise_scenario(text, plan.revised, SHIPPED_PROVINCES).decode()
    assert revised == HEAD % "lacks" + VERIFY + RESOLVE + END
    assert scenario_edit.revise_scenario(revised, plan.scenario, SHIPPED_PROVINCES).decode() == text
    crammed = (
        text.replace("steps:\n", "steps: [")
        .replace(VERIFY, "{task: verify, data: {note: x}}, ")
        .replace(END, "{expect: {finished: true}}]\n")
    )
    rewritten = scenario_edit.revise_scenario(crammed, plan.revised, SHIPPED_PROVINCES).decode()
    assert RESOLVE in rewritten
