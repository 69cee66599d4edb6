"""Promises of the pure step: what one action changes, and that nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.bpmn import passed_elements
from engine.bpmn.actions import Cancel, Complete, Fire, Message, Reschedule, Start, Step
from engine.bpmn.step import advance, process_data_of
from engine.errors import Stale, StepFailed
from engine.world.public_holidays import DayOverride
from engine.world.work_calendar import build_calendar
from engine.world.world import World
from tests.kit import hotline
from tests.kit.hotline import DATA, NOW, PLACE, WORLD, catch_timer, diagram, node, process, service, user_task

HANDLE = process()


def begin() -> Step:
    return advance(HANDLE, None, Start(DATA), NOW, WORLD)


def due(step: Step, name: str) -> datetime | None:
    return next(item.due for item in step.timers if item.node == name)


def fire(step: Step, name: str, at: datetime | None = None) -> Step:
    item = next(item for item in step.timers if item.node == name)
    return advance(HANDLE, step.state, Fire((item.task_id,)), at or item.due or NOW, WORLD)


def test_a_start_opens_the_first_task_in_its_unit_and_sets_timers_in_working_time() -> None:
    step = begin()
    assert [(task.node, task.role, task.unit, task.form) for task in step.opened_tasks] == [
        ("verify", "commune", PLACE, "note")
    ]
    assert due(step, "half_time") == datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
    assert due(step, "too_late") == step.deadline == datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    assert not step.finished


def test_the_same_action_on_the_same_state_gives_the_same_step() -> None:
    assert begin() == begin()


def test_completing_a_task_closes_it_with_its_timers_and_opens_the_next() -> None:
    first = begin()
    step = advance(HANDLE, first.state, Complete(first.opened_tasks[0].task_id, {"outcome": "correct"}), NOW, WORLD)
    assert step.closed_tasks == (first.opened_tasks[0].task_id,)
    assert set(step.cleared_timers) == {item.task_id for item in first.timers}
    assert [task.node for task in step.opened_tasks] == ["resolve"]
    assert process_data_of(HANDLE, step.state)["outcome"] == "correct"


def test_a_finished_instance_leaves_nothing_open() -> None:
    step = begin()
    for _ in range(2):
        step = advance(HANDLE, step.state, Complete(step.opened_tasks[0].task_id, {}), NOW, WORLD)
    assert step.finished
    assert (step.opened_tasks, step.timers) == ((), ())


def test_a_timer_fires_when_it_is_named_and_never_inside_another_step() -> None:
    first = begin()
    late = NOW + timedelta(days=30)
    step = advance(HANDLE, first.state, Message("withdraw"), late, WORLD)
    assert step.notices == ()
    assert step.finished


def test_a_reminder_goes_to_the_unit_and_the_unit_above_and_leaves_the_task_open() -> None:
    step = fire(begin(), "half_time")
    assert [(notice.rung, notice.to) for notice in step.notices] == [("reminder", (PLACE, "731"))]
    assert (step.closed_tasks, step.opened_tasks) == ((), ())


def test_the_overdue_timer_marks_the_case_and_tells_the_unit_above() -> None:
    step = fire(begin(), "too_late")
    assert step.marks == ("overdue",)
    assert [notice.to for notice in step.notices] == [("731",)]


def test_what_is_gone_is_refused_as_stale() -> None:
    first = begin()
    done = advance(HANDLE, first.state, Complete(first.opened_tasks[0].task_id, {}), NOW, WORLD)
    with pytest.raises(Stale):
        advance(HANDLE, done.state, Complete(first.opened_tasks[0].task_id, {}), NOW, WORLD)
    with pytest.raises(Stale):
        advance(HANDLE, done.state, Fire((first.timers[0].task_id,)), NOW, WORLD)
    with pytest.raises(Stale):
        advance(HANDLE, done.state, Message("withdraw"), NOW, WORLD)


def test_a_failing_script_names_its_element_and_reason() -> None:
    first = begin()
    with pytest.raises(StepFailed, match="division by zero") as caught:
        advance(
            HANDLE, first.state, Complete(first.opened_tasks[0].task_id, {"outcome": "fail", "zero": 0}), NOW, WORLD
        )
    assert caught.value.node == "fail"


def test_cancel_closes_everything() -> None:
    first = begin()
    step = advance(HANDLE, first.state, Cancel(), NOW, WORLD)
    assert step.finished
    assert step.closed_tasks == (first.opened_tasks[0].task_id,)
    assert len(step.cleared_timers) == 2


def test_a_new_holiday_moves_deadline_and_timers_together() -> None:
    first = begin()
    closed = World(
        build_calendar([DayOverride(datetime(2026, 11, 26, tzinfo=UTC).date(), "closed", "Nghỉ bù")]), WORLD.units
    )
    step = advance(HANDLE, first.state, Reschedule(), NOW, closed)
    assert due(step, "half_time") == datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
    assert step.deadline == datetime(2026, 11, 30, 3, 0, tzinfo=UTC)
    again = advance(HANDLE, step.state, Reschedule(), NOW, closed)
    assert again.timers == ()


def test_a_timer_set_by_hand_stays_where_it_was_set() -> None:
    first = begin()
    number = next(item.task_id for item in first.timers if item.node == "half_time")
    at = NOW + timedelta(minutes=5)
    step = advance(HANDLE, first.state, Reschedule({number: at}), NOW, WORLD)
    assert [(item.task_id, item.due) for item in step.timers] == [(number, at)]
    assert advance(HANDLE, step.state, Reschedule(), NOW, WORLD).timers == ()


PAUSING = process(
    diagram(
        "pausing",
        [
            node("startEvent", "begin"),
            service("set_deadline", "deadline", hours="16"),
            '<bpmn:parallelGateway id="fork"/>',
            catch_timer("alarm", "deadline()"),
            node("endEvent", "rang"),
            user_task("work"),
            service("pause", "clock", action="'pause'"),
            catch_timer("wait", "working_days(1)"),
            service("resume", "clock", action="'resume'"),
            user_task("again"),
            service("prolong", "deadline", extend="2"),
            user_task("more"),
            node("endEvent", "done"),
        ],
        "begin > set_deadline > fork > alarm > rang",
        "fork > work > pause > wait > resume > again > prolong > more > done",
    ),
    "pausing",
)


def test_while_the_clock_stands_deadline_and_timers_have_no_due_instant_and_then_move_by_the_pause() -> None:
    first = advance(PAUSING, None, Start(DATA), NOW, WORLD)
    paused = advance(PAUSING, first.state, Complete(first.opened_tasks[0].task_id, {}), NOW + timedelta(hours=1), WORLD)
    assert paused.deadline is None
    assert due(paused, "alarm") is None
    waiting = next(item for item in paused.timers if item.node == "wait")
    assert waiting.due == datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
    resumed = advance(PAUSING, paused.state, Fire((waiting.task_id,)), waiting.due, WORLD)
    assert resumed.deadline == due(resumed, "alarm") == datetime(2026, 11, 30, 3, 0, tzinfo=UTC)


def test_an_extension_counts_from_the_deadline_or_from_now_when_it_has_passed() -> None:
    step = advance(PAUSING, None, Start(DATA), NOW, WORLD)
    step = advance(PAUSING, step.state, Complete(step.opened_tasks[0].task_id, {}), NOW, WORLD)
    wait = next(item for item in step.timers if item.node == "wait")
    step = advance(PAUSING, step.state, Fire((wait.task_id,)), wait.due or NOW, WORLD)
    late = datetime(2026, 12, 2, 3, 0, tzinfo=UTC)
    extended = advance(PAUSING, step.state, Complete(step.opened_tasks[0].task_id, {}), late, WORLD)
    assert extended.deadline == due(extended, "alarm") == datetime(2026, 12, 4, 3, 0, tzinfo=UTC)


def test_a_process_that_turns_in_a_circle_is_stopped() -> None:
    circle = diagram(
        "circle",
        [node("startEvent", "begin"), node("exclusiveGateway", "join"), hotline.script("count", "x = 1")],
        "begin > join > count > join",
    )
    with pytest.raises(StepFailed, match="circle"):
        advance(process(circle, "circle"), None, Start(DATA), NOW, WORLD)


def repeated_part(loop: str) -> bytes:
    """A sub-process of three elements that repeats."""
    inner = "".join((node("startEvent", "first"), hotline.script("count", "n = n + 1"), node("endEvent", "last")))
    flows = "".join(
        f'<bpmn:sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>'
        for source, target in (("first", "count"), ("count", "last"))
    )
    part = f'<bpmn:subProcess id="each">{loop}{inner}{flows}</bpmn:subProcess>'
    return diagram("many", [node("startEvent", "begin"), part, node("endEvent", "done")], "begin > each > done")


@pytest.mark.parametrize("sequential", ["true", "false"])
def test_what_is_done_for_each_commune_of_a_province_is_no_circle(sequential: str) -> None:
    many = repeated_part(
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{sequential}"><bpmn:loopDataInputRef>communes'
        '</bpmn:loopDataInputRef><bpmn:inputDataItem id="commune"/></bpmn:multiInstanceLoopCharacteristics>'
    )
    step = advance(process(many, "many"), None, Start({"communes": list(range(168)), "n": 0}), NOW, WORLD)
    assert step.finished
    assert step.path.count("count") == 168


def test_a_loop_whose_condition_never_changes_is_a_circle() -> None:
    condition = "<bpmn:loopCondition>True</bpmn:loopCondition>"
    loop = f"<bpmn:standardLoopCharacteristics>{condition}</bpmn:standardLoopCharacteristics>"
    with pytest.raises(StepFailed, match="circle"):
        advance(process(repeated_part(loop), "many"), None, Start({"n": 0}), NOW, WORLD)


def test_events_whose_paths_begin_one_another_are_a_circle() -> None:
    def beside(name: str, condition: str) -> str:
        definition = f"<bpmn:conditionalEventDefinition><bpmn:condition>{condition}</bpmn:condition>"
        return (
            f'<bpmn:boundaryEvent id="{name}" attachedToRef="work" cancelActivity="false">{definition}'
            "</bpmn:conditionalEventDefinition></bpmn:boundaryEvent>"
        )

    circle = diagram(
        "circle",
        [
            node("startEvent", "begin"),
            user_task("work"),
            node("endEvent", "done"),
            beside("off", "on"),
            beside("on_again", "not on"),
            hotline.script("set_off", "on = False"),
            hotline.script("set_on", "on = True"),
        ],
        "begin > work > done",
        "off > set_off",
        "on_again > set_on",
    )
    with pytest.raises(StepFailed, match="circle"):
        advance(process(circle, "circle"), None, Start({**DATA, "on": True}), NOW, WORLD)


def test_a_step_that_passes_too_many_elements_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passed_elements, "MAX_IN_ALL", 20)
    many = repeated_part(
        "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>9</bpmn:loopCardinality>"
        "</bpmn:multiInstanceLoopCharacteristics>"
    )
    with pytest.raises(StepFailed, match="more than 20 elements"):
        advance(process(many, "many"), None, Start({"n": 0}), NOW, WORLD)


def test_a_state_of_another_format_or_of_no_format_is_refused() -> None:
    with pytest.raises(StepFailed, match="cannot be read"):
        advance(HANDLE, b"no state", Cancel(), NOW, WORLD)


def test_a_typical_state_stays_small() -> None:
    assert len(begin().state) < 1000
