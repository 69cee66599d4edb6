"""Working time: laws of adding and measuring, Vietnam's calendar of 2024–2027, refusals, explaining sentences."""

from __future__ import annotations

import itertools
import pickle
import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import BadInput
from engine.world.office_hours import PUBLIC_HOLIDAY, OpeningPeriod
from engine.world.public_holidays import DayOverride, parse_overrides, shipped_overrides
from engine.world.work_calendar import MAX_AMOUNT, WorkCalendar, build_calendar

HOURS = timedelta(hours=1)
ZERO = timedelta(0)
VN = timezone(timedelta(hours=7))
SETTINGS = settings(max_examples=150, deadline=None)

KINDS: dict[str, list[OpeningPeriod]] = {
    "hotline": [(day, "00:00", "24:00") for day in range(1, PUBLIC_HOLIDAY + 1)],
    "counter": [(day, "07:00", "21:00") for day in range(1, 8)],
    "police": [*((day, "07:30", "17:00") for day in range(1, 6)), (6, "08:00", "11:00"), (6, "11:00", "12:00")],
    "market": [(4, "09:15", "10:00")],
}
CALENDAR = build_calendar(shipped_overrides(), KINDS)

# The official breaks, written out by hand as the check on the library, the shipped file and the arithmetic.
CLOSED = {
    *(date(2025, 9, day) for day in (1, 2)),
    *(date(2026, 1, day) for day in (1, 2)),
    *(date(2026, 2, day) for day in (16, 17, 18, 19, 20)),
    *(date(2026, 4, day) for day in (27, 30)),
    date(2026, 5, 1),
    date(2026, 8, 31),
    *(date(2026, 9, day) for day in (1, 2)),
    date(2026, 11, 24),
    date(2027, 1, 1),
}
WORKED = {date(2026, 1, 10), date(2026, 8, 22)}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+07:00")


def worked_by_hand(a: datetime, b: datetime) -> timedelta:
    total, day = ZERO, a.astimezone(VN).date()
    while day <= b.astimezone(VN).date():
        if day in WORKED or (day.weekday() < 5 and day not in CLOSED):
            for opens, closes in (("07:30", "11:30"), ("13:00", "17:00")):
                total += max(ZERO, min(b, at(f"{day}T{closes}")) - max(a, at(f"{day}T{opens}")))
        day += timedelta(days=1)
    return total


SWAPS = ["2024-05-04T12:00", "2026-01-10T11:30", "2026-08-22T13:00"]
TURNS = ["2025-12-31T17:00", "2026-02-23T07:30", "2026-11-24T00:00", "2027-01-01T00:00", "2028-02-29T17:00"]
near = st.integers(-9 * 86_400, 9 * 86_400).map(lambda seconds: timedelta(seconds=seconds))
offsets = st.one_of(st.sampled_from([ZERO, HOURS, timedelta(microseconds=1), -24 * HOURS]), near)
instants = st.builds(lambda anchor, offset: at(anchor) + offset, st.sampled_from(SWAPS + TURNS), offsets)
amounts = st.one_of(
    st.sampled_from([ZERO, timedelta(microseconds=1), 4 * HOURS, 8 * HOURS, 24 * HOURS, 40 * HOURS, 400 * HOURS]),
    st.integers(0, 120 * 3_600_000).map(lambda number: timedelta(milliseconds=number)),
)
kinds = st.sampled_from(["default", *KINDS])
signs = st.sampled_from([1, -1])
hour_marks = st.sets(st.integers(0, 24), max_size=6).map(sorted)


def paired(weekday: int, marks: list[int]) -> Iterable[OpeningPeriod]:
    return ((weekday, f"{a:02}:00", f"{b:02}:00") for a, b in zip(marks[::2], marks[1::2], strict=False))


weeks = st.lists(hour_marks, min_size=8, max_size=8).map(
    lambda days: list(itertools.chain.from_iterable(paired(number, day) for number, day in enumerate(days, 1)))
)


@SETTINGS
@given(instants, amounts, signs, kinds)
def test_what_was_added_lies_between(a: datetime, amount: timedelta, sign: int, kind: str) -> None:
    assert CALENDAR.between(a, CALENDAR.add(a, sign * amount, kind), kind) == sign * amount


@SETTINGS
@given(instants, amounts, amounts, signs, kinds)
def test_amounts_of_one_sign_add_up(a: datetime, x: timedelta, y: timedelta, sign: int, kind: str) -> None:
    through = CALENDAR.add(CALENDAR.add(a, sign * x, kind), sign * y, kind)
    assert through == CALENDAR.add(a, sign * (x + y), kind)


@SETTINGS
@given(instants, near, amounts, signs, kinds)
def test_a_later_start_never_ends_earlier(a: datetime, gap: timedelta, x: timedelta, sign: int, kind: str) -> None:
    assert CALENDAR.add(a, sign * x, kind) <= CALENDAR.add(a + abs(gap), sign * x, kind)


@SETTINGS
@given(instants, st.lists(st.tuples(amounts, signs), min_size=2, max_size=2), kinds)
def test_a_larger_amount_never_ends_earlier(a: datetime, two: list[tuple[timedelta, int]], kind: str) -> None:
    small, large = sorted(sign * amount for amount, sign in two)
    assert CALENDAR.add(a, small, kind) <= CALENDAR.add(a, large, kind)


@SETTINGS
@given(instants, instants, instants, kinds)
def test_measured_stretches_add_up_and_turn_around(a: datetime, b: datetime, c: datetime, kind: str) -> None:
    assert CALENDAR.between(a, b, kind) + CALENDAR.between(b, c, kind) == CALENDAR.between(a, c, kind)
    assert CALENDAR.between(b, a, kind) == -CALENDAR.between(a, b, kind)


@SETTINGS
@given(st.integers(0, 480 * 1440), st.integers(0, 30 * 86_400))
def test_the_official_days_of_2025_to_2027_counted_by_hand_agree(minutes: int, seconds: int) -> None:
    a = at("2025-09-01T00:00") + timedelta(minutes=minutes)
    b = min(a + timedelta(seconds=seconds), at("2027-01-31T00:00"))
    assert CALENDAR.between(a, b) == worked_by_hand(a, b)


@SETTINGS
@given(instants, kinds)
def test_opening_and_open_agree(a: datetime, kind: str) -> None:
    opening = CALENDAR.next_opening(a, kind)
    assert CALENDAR.is_open(opening, kind)
    assert (opening == a) == CALENDAR.is_open(a, kind)
    assert CALENDAR.between(a, opening, kind) == ZERO


@SETTINGS
@given(instants, amounts, signs, kinds, st.sampled_from(["vi", "en"]))
def test_every_deadline_has_one_sentence(a: datetime, amount: timedelta, sign: int, kind: str, language: str) -> None:
    sentence = CALENDAR.explain(a, sign * amount, kind, language)
    due = CALENDAR.add(a, sign * amount, kind).astimezone(VN)
    assert sentence.count(".") == 1
    assert sentence.endswith(".")
    assert f"{due:%H:%M} " in sentence
    assert f"{due:%d/%m/%Y}" in sentence


@pytest.mark.slow
@SETTINGS
@given(weeks.filter(lambda week: any(day <= 7 for day, _, _ in week)), instants, amounts, amounts, signs)
def test_the_laws_hold_for_any_week(
    week: list[OpeningPeriod], a: datetime, x: timedelta, y: timedelta, sign: int
) -> None:
    calendar = build_calendar(shipped_overrides(), {"default": week})
    due = calendar.add(a, sign * x)
    assert calendar.between(a, due) == sign * x
    assert calendar.add(due, sign * y) == calendar.add(a, sign * (x + y))


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        pytest.param("2026-11-25T07:30", 4, "2026-11-25T11:30", id="ends when lunch begins"),
        pytest.param("2026-11-25T11:00", 1, "2026-11-25T13:30", id="over lunch"),
        pytest.param("2026-11-25T07:30", 8, "2026-11-25T17:00", id="a whole day ends the same day"),
        pytest.param("2026-11-27T16:00", 2, "2026-11-30T08:30", id="over a weekend"),
        pytest.param("2026-11-24T08:00", 24, "2026-11-27T17:00", id="from a holiday"),
        pytest.param("2026-02-13T16:00", 2, "2026-02-23T08:30", id="over Tết"),
        pytest.param("2025-12-31T16:00", 2, "2026-01-05T08:30", id="over the swapped new year"),
        pytest.param("2026-01-09T16:00", 9, "2026-01-10T17:00", id="into a Saturday worked by override"),
        pytest.param("2026-08-21T16:00", 9, "2026-08-22T17:00", id="into a Saturday worked by the library"),
        pytest.param("2024-05-03T16:00", 9, "2024-05-04T17:00", id="into the swapped Saturday of 2024"),
        pytest.param("2025-12-31T17:00", 249 * 8, "2026-12-31T17:00", id="all 249 working days of 2026"),
        pytest.param("2026-11-27T09:00", -6, "2026-11-26T11:00", id="back over a night and a lunch"),
        pytest.param("2026-02-23T08:30", -1, "2026-02-23T07:30", id="back to the opening, not before the closing"),
        pytest.param("2026-02-23T08:30", -2, "2026-02-13T16:00", id="back over Tết"),
        pytest.param("2026-01-05T07:30", -8, "2025-12-31T07:30", id="back over the year's end"),
        pytest.param("2026-01-05T17:00", -8, "2026-01-05T07:30", id="back to the year's first opening"),
        pytest.param("2026-11-25T12:00", 0, "2026-11-25T13:00", id="nothing, while closed"),
        pytest.param("2026-11-25T11:30", 0, "2026-11-25T11:30", id="nothing, at the closing"),
    ],
)
def test_known_deadlines(start: str, hours: int, due: str) -> None:
    assert CALENDAR.add(at(start), hours * HOURS) == at(due)


def test_a_kind_has_its_own_hours_and_an_unknown_kind_the_default() -> None:
    noon = at("2026-11-28T11:30")  # A Saturday.
    assert CALENDAR.is_open(noon, "police")
    assert CALENDAR.is_open(at("2026-11-28T11:00"), "police")
    assert not CALENDAR.is_open(noon)
    assert not CALENDAR.is_open(noon, "embassy")
    assert CALENDAR.add(noon, HOURS, "embassy") == at("2026-11-30T08:30")
    lengths = [CALENDAR.day_length(kind) / HOURS for kind in ("default", "hotline", "counter", "police")]
    assert lengths == [8, 24, 14, 9.5]


def test_only_kinds_with_holiday_hours_work_on_a_holiday() -> None:
    new_year = at("2026-02-17T10:00")
    assert CALENDAR.is_open(new_year, "hotline")
    assert not CALENDAR.is_open(new_year, "counter")
    assert CALENDAR.add(new_year, 2 * HOURS, "hotline") == new_year + 2 * HOURS


def test_a_day_worked_in_exchange_has_standard_hours() -> None:
    assert CALENDAR.between(at("2026-08-22T00:00"), at("2026-08-23T00:00"), "police") == 9.5 * HOURS
    assert CALENDAR.between(at("2026-08-15T00:00"), at("2026-08-16T00:00"), "police") == 4 * HOURS
    short_monday: list[OpeningPeriod] = [(1, "13:00", "17:00"), (2, "08:00", "16:00"), (3, "08:00", "16:00")]
    assert build_calendar((), {"default": short_monday}).is_open(at("2026-08-22T08:00"))


def test_a_day_around_the_clock_meets_the_next_without_a_gap() -> None:
    midnight = at("2027-01-01T00:00")
    assert CALENDAR.add(at("2026-12-31T22:00"), 2 * HOURS, "hotline") == midnight
    assert CALENDAR.add(midnight, ZERO, "hotline") == midnight
    assert CALENDAR.add(midnight, -2 * HOURS, "hotline") == at("2026-12-31T22:00")


def test_a_zero_amount_stays_at_a_closing_at_the_end_of_the_year() -> None:
    calendar = build_calendar((), {"default": [(4, "20:00", "24:00")]})  # Thursdays; the last day of 2026 is one.
    midnight = calendar.add(at("2026-12-31T20:00"), 4 * HOURS)
    assert midnight == at("2027-01-01T00:00")
    assert calendar.add(midnight, ZERO) == midnight
    assert calendar.next_opening(midnight) == at("2027-01-07T20:00")


def test_answers_are_in_utc_whatever_the_zone_of_the_question() -> None:
    start = at("2026-11-25T08:00")
    due = CALENDAR.add(start.astimezone(timezone(-timedelta(hours=9))), HOURS)
    assert due == CALENDAR.add(start, HOURS)
    assert due.tzinfo is UTC
    assert CALENDAR.next_opening(start).tzinfo is UTC


def test_the_shipped_overrides_are_the_swap_of_january_2026_with_its_document() -> None:
    assert [(one.day, one.kind) for one in shipped_overrides()] == [
        (date(2026, 1, 2), "closed"),
        (date(2026, 1, 10), "worked"),
    ]
    assert all("12729/VPCP-KGVX" in one.source for one in shipped_overrides())


def test_without_the_override_the_library_alone_misses_the_swap() -> None:
    """When this fails, the library has caught up and the two shipped rows can go."""
    bare = build_calendar()
    assert bare.is_open(at("2026-01-02T08:00"))
    assert not bare.is_open(at("2026-01-10T08:00"))


def test_an_override_wins_over_the_library() -> None:
    calendar = build_calendar([DayOverride(date(2026, 11, 24), "worked", "Trực chống bão")])
    assert calendar.is_open(at("2026-11-24T08:00"))
    assert "24/11 (Trực chống bão)" in calendar.explain(at("2026-11-24T08:00"), HOURS)


def test_the_revision_follows_the_content() -> None:
    storm = DayOverride(date(2026, 12, 1), "closed", "Bão", "1/CĐ")
    assert build_calendar() == build_calendar()
    assert hash(build_calendar()) == hash(build_calendar())
    decreed_again = DayOverride(storm.day, "closed", "Bão", "2/CĐ")
    assert build_calendar([storm]).revision == build_calendar([decreed_again]).revision
    others = [
        build_calendar([storm]),
        build_calendar([DayOverride(storm.day, "closed", "Lũ")]),
        build_calendar((), {"police": [(1, "08:00", "09:00")]}),
    ]
    assert len({build_calendar().revision, *(other.revision for other in others)}) == 4


def test_a_calendar_travels_to_another_process_and_may_not_be_changed() -> None:
    copy = pickle.loads(pickle.dumps(CALENDAR))
    assert copy == CALENDAR
    assert copy.add(at("2026-11-24T08:00"), HOURS) == at("2026-11-25T08:30")
    with pytest.raises(AttributeError):
        CALENDAR.revision = "other"  # type: ignore[misc]  # The refusal is what is tested.


SENTENCES = {
    ("2026-11-24T08:00", 24, "vi"): (
        "Hạn 17:00 thứ Sáu 27/11/2026: 3 ngày làm việc (24 giờ) kể từ 08:00 thứ Ba 24/11/2026 "
        "(tính từ 07:30 thứ Tư 25/11/2026), không tính thứ Ba 24/11 (Ngày Văn hóa Việt Nam)."
    ),
    ("2025-12-31T16:00", 16, "vi"): (
        "Hạn 16:00 thứ Ba 06/01/2026: 2 ngày làm việc (16 giờ) kể từ 16:00 thứ Tư 31/12/2025, không tính "
        "2 ngày nghỉ hằng tuần, thứ Năm 01/01 (Tết Dương lịch) và thứ Sáu 02/01 (Nghỉ hoán đổi với ngày 10/01/2026)."
    ),
    ("2026-08-21T16:00", 2.5, "vi"): (
        "Hạn 09:00 thứ Bảy 22/08/2026: 2 giờ 30 phút làm việc kể từ 16:00 thứ Sáu 21/08/2026, "
        "có tính thứ Bảy 22/08 (Làm bù cho ngày 31/08/2026)."
    ),
    ("2026-08-28T16:00", 16, "en"): (
        "Due 16:00 Friday 04/09/2026: 2 working days (16 hours) after 16:00 Friday 28/08/2026, not counting "
        "2 weekly rest days, Monday 31/08 (day off swapped with 22/08/2026), Tuesday 01/09 (National Day) "
        "and Wednesday 02/09 (National Day)."
    ),
    ("2026-08-24T08:30", -2, "en"): (
        "At 16:00 Saturday 22/08/2026: 2 hours of working time before 08:30 Monday 24/08/2026, not counting "
        "1 weekly rest day, counting Saturday 22/08 (worked in place of 31/08/2026)."
    ),
    ("2026-08-22T07:00", -1, "vi"): "Mốc 16:00 thứ Sáu 21/08/2026: 1 giờ làm việc trước 07:00 thứ Bảy 22/08/2026.",
    ("2026-11-26T09:00", 0.5, "vi"): ("Hạn 09:30 thứ Năm 26/11/2026: 30 phút làm việc kể từ 09:00 thứ Năm 26/11/2026."),
}


@pytest.mark.parametrize(("asked", "sentence"), SENTENCES.items())
def test_the_sentence_names_what_was_passed_over(asked: tuple[str, float, str], sentence: str) -> None:
    start, hours, language = asked
    assert CALENDAR.explain(at(start), hours * HOURS, language=language) == sentence


def test_a_swapped_day_after_its_closing_is_not_said_to_be_counted() -> None:
    assert "22/08" not in CALENDAR.explain(at("2026-08-22T18:00"), HOURS).partition("(tính từ")[2]


def test_a_holiday_that_begins_as_the_deadline_ends_is_not_named() -> None:
    late = build_calendar((), {"default": [(1, "20:00", "24:00")]})
    sentence = late.explain(at("2026-11-23T21:00"), 3 * HOURS)  # Monday evening, before 24 November.
    assert sentence == "Hạn 00:00 thứ Ba 24/11/2026: 3 giờ làm việc kể từ 21:00 thứ Hai 23/11/2026."


def test_the_sentence_of_many_years_gives_the_number_of_holidays() -> None:
    sentence = CALENDAR.explain(at("2026-11-27T09:00"), 3000 * HOURS)
    assert sentence.endswith("không tính 154 ngày nghỉ hằng tuần và 27 ngày nghỉ lễ.")


def test_the_sentence_of_the_24_7_clock() -> None:
    start = at("2026-11-24T08:00")
    assert WorkCalendar.explain_clock(start, 2 * HOURS) == (
        "Hạn 10:00 thứ Ba 24/11/2026: 2 giờ liên tục (24/7) kể từ 08:00 thứ Ba 24/11/2026, "
        "tính cả ban đêm, ngày nghỉ và ngày lễ."
    )
    assert CALENDAR.explain_clock(start, -1.5 * HOURS, "en") == (
        "At 06:30 Tuesday 24/11/2026: 1 hour 30 minutes around the clock (24/7) before 08:00 Tuesday 24/11/2026, "
        "nights, rest days and holidays included."
    )


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ([DayOverride(date(2026, 12, 1), "open", "Bão")], "01/12/2026 has the kind 'open'"),
        ([DayOverride(date(2026, 12, 1), "closed", " ")], "01/12/2026 has no name."),
        ([DayOverride(date(2126, 12, 1), "closed", "Bão")], "01/12/2126 lies outside 1980–2099"),
        ([DayOverride(date(2026, 12, 1), "closed", "Bão")] * 2, "There are two overrides for 01/12/2026."),
    ],
)
def test_overrides_that_cannot_be_used_are_refused(overrides: list[DayOverride], said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        build_calendar(overrides)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("day,kind,name,source\n", "days.csv, line 1: the columns must be date, kind, name, source."),
        ("date,kind,name,source\n2026-01-02,closed,A,B\n2/1/2026,closed,A,B\n", "days.csv, line 3: '2/1/2026' is not"),
        ("date,kind,name,source\n2026-01-02,shut,A,B\n", "days.csv, line 2: The override for 02/01/2026 has the kind"),
        ("date,kind,name,source\n2026-01-02,closed\n", "days.csv, line 2: The override for 02/01/2026 has no name."),
    ],
)
def test_a_file_of_overrides_is_refused_with_its_line(text: str, said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        parse_overrides(text, "days.csv")


@pytest.mark.parametrize(
    ("ask", "said"),
    [
        (lambda: CALENDAR.add(datetime(2026, 1, 5, 8), HOURS), "2026-01-05T08:00:00 has no time zone."),  # noqa: DTZ001 - refused
        (lambda: CALENDAR.add(at("2026-01-05T08:00"), MAX_AMOUNT + HOURS), "over the limit of 20 years"),
        (lambda: CALENDAR.add(at("2026-01-05T08:00"), -MAX_AMOUNT - HOURS), "over the limit of 20 years"),
        (lambda: CALENDAR.explain_clock(at("2026-01-05T08:00"), timedelta.max), "over the limit of 20 years"),
        (lambda: CALENDAR.add(at("2099-12-31T16:00"), 2 * HOURS), "The deadline lies outside 1980–2099"),
        (lambda: CALENDAR.add(at("1980-01-02T08:00"), -2 * HOURS), "The deadline lies outside 1980–2099"),
        (lambda: CALENDAR.next_opening(at("2099-12-31T17:00")), "The deadline lies outside 1980–2099"),
        (lambda: CALENDAR.is_open(at("1979-12-31T23:59")), "The time 1979-12-31T23:59:00+07:00 lies outside"),
        (lambda: CALENDAR.between(at("2026-01-01T00:00"), datetime.max.replace(tzinfo=VN)), "lies outside 1980–2099"),
        (lambda: CALENDAR.explain(at("2026-01-05T08:00"), HOURS, language="fr"), "'fr' is no language"),
    ],
)
def test_questions_without_an_answer_are_refused(ask: Callable[[], object], said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        ask()
