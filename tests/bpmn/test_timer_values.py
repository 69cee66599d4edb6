"""When timers fire: months of the calendar, values that are no time, and failures that name their element."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.bpmn.actions import Complete, Fire, Start, Step
from engine.bpmn.durations import parse_cycle, parse_duration
from engine.bpmn.parser import Process
from engine.bpmn.step import advance
from engine.clock import VIETNAM
from engine.errors import StepFailed
from tests.kit.hotline import DATA, NOW, WORLD, diagram, node, process, script, service, user_task


def boundary(text: str, kind: str, before: str = "") -> Process:
    """A task `work` with a timer `late` that does not interrupt it; `before` is the task's own script."""
    own = f"<spiffworkflow:preScript>{before}</spiffworkflow:preScript>" if before else ""
    work = user_task("work").replace("</bpmn:extensionElements>", f"{own}</bpmn:extensionElements>")
    time = f'<bpmn:{kind} xsi:type="bpmn:tFormalExpression">{text}</bpmn:{kind}>'
    late = (
        f'<bpmn:boundaryEvent id="late" attachedToRef="work" cancelActivity="false"><bpmn:timerEventDefinition>{time}'
    )
    late += "</bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    nodes = [node("startEvent", "begin"), user_task("first"), work, late, service("say", "mark", status="now()")]
    return process(diagram("handle", [*nodes, node("endEvent", "done"), node("endEvent", "told")], *CHAINS), "handle")


CHAINS = ("begin > first > work > done", "late > say > told")


def opened(drawn: Process, at: datetime = NOW, **data: object) -> Step:
    first = advance(drawn, None, Start({**DATA, **data}), at, WORLD)
    return advance(drawn, first.state, Complete(first.opened_tasks[0].task_id, {}), at, WORLD)


def fired(drawn: Process, start: datetime, turns: int) -> list[str]:
    """The local days and times at which a timer fires, each time when it is due."""
    step = opened(drawn, start)
    told: list[str] = []
    waiting = {timer.task_id: timer.due for timer in step.timers}
    for _ in range(turns):
        ((task_id, due),) = [(task_id, due) for task_id, due in waiting.items() if due]
        step = advance(drawn, step.state, Fire((task_id,)), due, WORLD)
        told += step.marks
        for gone in step.cleared_timers:
            waiting.pop(gone)
        waiting |= {timer.task_id: timer.due for timer in step.timers}
    return [mark[:16] for mark in told]


@pytest.mark.parametrize(
    ("cycle", "start", "times"),
    [
        ("R3/P1M", "2026-12-07T08:00", ["2027-01-07T08:00", "2027-02-07T08:00", "2027-03-07T08:00"]),
        ("R3/P1M", "2027-01-31T08:00", ["2027-02-28T08:00", "2027-03-31T08:00", "2027-04-30T08:00"]),
        ("R2/P1M", "2027-12-31T23:30", ["2028-01-31T23:30", "2028-02-29T23:30"]),
        ("R2/P1Y", "2028-02-29T08:00", ["2029-02-28T08:00", "2030-02-28T08:00"]),
        ("R2/P1M1DT1H", "2027-01-31T08:00", ["2027-03-01T09:00", "2027-04-02T10:00"]),
        ("R2/P1W", "2026-12-07T08:00", ["2026-12-14T08:00", "2026-12-21T08:00"]),
        ("R2/PT90M", "2026-12-07T08:00", ["2026-12-07T09:30", "2026-12-07T11:00"]),
    ],
)
def test_months_of_a_cycle_are_those_of_the_calendar(cycle: str, start: str, times: list[str]) -> None:
    begun = datetime.fromisoformat(start).replace(tzinfo=VIETNAM)
    assert fired(boundary(f'"{cycle}"', "timeCycle"), begun, len(times)) == times


def test_a_month_waited_for_is_one_of_the_calendar() -> None:
    begun = datetime(2027, 1, 31, 8, tzinfo=VIETNAM)
    assert fired(boundary('"P1M"', "timeDuration"), begun, 1) == ["2027-02-28T08:00"]


def test_missed_turns_are_counted_from_the_beginning() -> None:
    drawn = boundary('"R/P1M"', "timeCycle")
    step = opened(drawn, datetime(2027, 1, 31, 8, tzinfo=VIETNAM))
    late = datetime(2027, 5, 5, tzinfo=VIETNAM)
    (timer,) = advance(drawn, step.state, Fire((step.timers[0].task_id,)), late, WORLD).timers
    assert timer.due == datetime(2027, 5, 31, 8, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT1.5H", 5400), ("P1DT0,5H", 88_200), ("P2W", 1_209_600), ("PT0S", 0), ("P1H", None), (5, None)],
)
def test_durations_are_read_as_iso_8601_writes_them(text: object, seconds: float | None) -> None:
    duration = parse_duration(text)
    assert (duration and duration.seconds) == seconds
    assert parse_cycle(f"R3/{text}") == ((3, text) if seconds else None)


@pytest.mark.parametrize(
    ("kind", "text", "rule"),
    [
        ("timeDuration", "working_hours(2)", "running-timer-duration"),
        *(("timeDuration", text, "running-timer-duration") for text in ("5", "True", "None", "missing", "'2 h'")),
        *(("timeCycle", text, "running-timer-cycle") for text in ("'P1D'", "5", "None", "'R0/P1D'", "'R3/x'", "now()")),
        *(("timeDate", text, "running-timer-instant") for text in ("5", "None", "'tomorrow'", "True", "'2026-11-25'")),
        ("timeDuration", "'P9999Y'", "running-timer-too-far"),
        ("timeCycle", "'R2/P9999Y'", "running-timer-too-far"),
        ("timeDate", "'9999-12-31T23:00:00+00:00'", "running-timer-too-far"),
        ("timeDate", "clock_hours(9000000)", "running-in-text"),
        ("timeDate", "1 / 0", "running-in-text"),
    ],
)
def test_a_value_that_is_no_time_fails_the_step_and_names_the_timer(kind: str, text: str, rule: str) -> None:
    with pytest.raises(StepFailed) as caught:
        opened(boundary(text, kind))
    assert (caught.value.rule, caught.value.node) == (rule, "late")
    assert str(caught.value)


@pytest.mark.parametrize(("text", "days"), [("clock_hours(-5)", 0), ("'2001-01-01T08:00:00+07:00'", -9000)])
def test_a_timer_before_now_is_due_at_once_and_a_far_one_waits(text: str, days: int) -> None:
    due = opened(boundary(text, "timeDate")).timers[0].due
    assert due is not None
    assert due < NOW + timedelta(days=days)
    far = opened(boundary("'2100-01-01T08:00:00+07:00'", "timeDate")).timers[0].due
    assert far == datetime(2100, 1, 1, 8, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("text", "kind"), [("clock_hours(hours)", "timeDate"), ("'PT' + str(hours) + 'H'", "timeDuration")]
)
def test_a_timer_on_a_task_sees_what_the_tasks_own_script_has_set(text: str, kind: str) -> None:
    step = opened(boundary(text, kind, before="hours = 2"), hours=100)
    assert step.timers[0].due == NOW + timedelta(hours=2)


def test_the_time_of_a_step_compares_as_a_text_with_the_moments_of_forms() -> None:
    drawn = boundary("'PT1H'", "timeDuration")
    assert fired(drawn, NOW, 1) == [(NOW + timedelta(hours=1)).astimezone(VIETNAM).isoformat()[:16]]


@pytest.mark.parametrize("error", [AttributeError("of the library"), RecursionError(), KeyError("k"), RuntimeError()])
def test_an_exception_of_any_class_fails_the_step_with_its_element(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    nodes = [node("startEvent", "begin"), script("sum", "x = 1"), node("endEvent", "done")]
    drawn = process(diagram("handle", nodes, "begin > sum > done"))

    def break_down(*_: object) -> None:
        raise error

    monkeypatch.setattr(type(drawn.spec.task_specs["sum"]), "_run_hook", break_down)
    with pytest.raises(StepFailed) as caught:
        advance(drawn, None, Start(DATA), NOW, WORLD)
    assert caught.value.node == "sum"
    assert caught.value.rule in {"step-stopped", "step-turns-too-deep"}
    assert "Traceback" not in str(caught.value)
