"""Rules on timers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition

from engine.bpmn.lint.timers import DURATION_PATTERN
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import Case, boundary, catch, end, flows, report, start, timer, user


def waiting(text: str, kind: str) -> bytes:
    return draw.line(catch("wait", timer(text, kind)))


def reminding(text: str, interrupting: bool = False) -> bytes:
    """A cycle on a boundary event."""
    event = boundary("wait", "work", timer(text, "timeCycle"), interrupting)
    return report(start(), user(), event, end(), end("other"), flows("begin -> work -> done; wait -> other"))


def case(rule: str, broken: bytes, mended: bytes) -> Case:
    return Case(rule, broken, mended, "wait", 'id="wait"')


def missed(value: str, kind: str = "timeCycle", interrupting: bool = False) -> bytes:
    """A boundary timer that says what becomes of it when it is missed."""
    wanted = (
        f'<spiffworkflow:properties><spiffworkflow:property name="missed" value="{value}"/></spiffworkflow:properties>'
    )
    text = '"R3/P1D"' if kind == "timeCycle" else '"P1D"'
    inner = f"<bpmn:extensionElements>{wanted}</bpmn:extensionElements>{timer(text, kind)}"
    event = boundary("wait", "work", inner, interrupting)
    return report(start(), user(), event, end(), end("other"), flows("begin -> work -> done; wait -> other"))


FINE = waiting("working_hours(2)", "timeDate")
DAY = waiting('"P1D"', "timeDuration")
CASES = [
    case("timer-empty", draw.line(catch("wait", draw.event("timer"))), FINE),
    case("timer-empty", waiting(" ", "timeDate"), FINE),
    *(
        case("timer-unquoted", waiting(text, kind), DAY)
        for text, kind in (("PT2H", "timeDuration"), ("P1D", "timeDuration"), ("2026-11-24T08:00:00+07:00", "timeDate"))
    ),
    case("timer-unquoted", reminding("R3/P1D"), reminding('"R3/P1D"')),
    *(
        case("timer-date", waiting(text, "timeDate"), waiting('"2026-11-24T08:00:00+07:00"', "timeDate"))
        for text in ('"tomorrow"', '"P1D"', "5", "None")
    ),
    case("timer-naive", waiting('"2026-11-24T08:00:00"', "timeDate"), waiting('"2026-11-24T08:00:00Z"', "timeDate")),
    case("timer-naive", waiting('deadline() if level == 1 else "2026-11-24"', "timeDate"), FINE),
    *(
        case("timer-duration", waiting(text, "timeDuration"), DAY)
        for text in ('"2 hours"', '"PT"', '"P"', '"P1DT"', '"PT1D"', '"P1H"', '"p1d"', "2", '"P1W2D"', '"-P1D"')
    ),
    *(
        case("timer-cycle", reminding(text), reminding('"R/PT8H"'))
        for text in ('"P1D"', '"R0/P1D"', '"R3/PT0S"', '"R3/2026-11-24T08:00:00Z/P1D"', '"Rx/P1D"', "3")
    ),
    case("cycle-place", reminding('"R3/P1D"', interrupting=True), reminding('"R3/P1D"')),
    case("cycle-place", waiting('"R3/P1D"', "timeCycle"), reminding('"R3/P1D"')),
    case("missed-value", missed("never"), missed("skip")),
    case("missed-place", missed("all", "timeDuration"), missed("skip", "timeDuration")),
    case("missed-place", missed("skip", "timeDuration", interrupting=True), missed("once", "timeDuration", True)),
    *(
        case("timer-gives-no-duration", waiting(text, "timeDuration"), DAY)
        for text in ("working_hours(2)", "deadline()", '"P1D" if level == 1 else clock_hours(2)', "not level", "now()")
    ),
    *(
        case("timer-gives-no-instant", waiting(text, "timeDate"), FINE)
        for text in ("chase_cap()", "len(things)", "level > 1", 'unit_name("75")')
    ),
    *(case("timer-gives-no-cycle", reminding(text), reminding('"R/P1M"')) for text in ("working_days(2)", "-level")),
    case("expression", waiting("working_hours(2", "timeDate"), FINE),
    case("function-unknown", waiting("in_two_hours(2)", "timeDate"), FINE),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("text", ["reminder(0.75)", "deadline()", "overdue_by(1)", "clock_hours(level * 2)"])
def test_expressions_of_the_language_are_times(text: str) -> None:
    assert draw.problems(waiting(text, "timeDate")) == []


@settings(max_examples=50)
@given(st.from_regex(DURATION_PATTERN, fullmatch=True))
def test_every_duration_we_accept_the_engine_reads_as_well(text: str) -> None:
    parsed = TimerEventDefinition.parse_iso_duration(text)
    assert parsed
    assert all(amount >= 0 for amount in parsed.values())


@settings(max_examples=50)
@given(st.integers(0, 20), st.from_regex(DURATION_PATTERN, fullmatch=True))
def test_every_cycle_we_accept_the_engine_reads_as_well(turns: int, duration: str) -> None:
    text = f"R{turns or ''}/{duration}"
    assume(not draw.problems(reminding(f'"{text}"')))
    cycles, first, length = TimerEventDefinition.parse_iso_recurring_interval(text)
    assert cycles == (turns or -1)
    assert length.total_seconds() > 0
    assert first > datetime(2026, 1, 1, tzinfo=UTC)
