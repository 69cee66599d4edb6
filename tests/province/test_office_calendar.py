"""Promises of the kept calendar: what an administrator sets decides, and what cannot be used is not kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.actor import SYSTEM, ActStamp
from engine.errors import BadInput, NotFound
from engine.province import office_calendar
from engine.store.db import Transaction
from engine.world.office_hours import DEFAULT_KIND, OFFICE_HOURS
from engine.world.public_holidays import DayOverride
from engine.world.work_calendar import build_calendar

BY = ActStamp(SYSTEM, datetime(2026, 11, 24, 1, tzinfo=UTC))

# A Thursday at ten in Vietnam, and the national day of 2026, a Wednesday.
THURSDAY = datetime(2026, 11, 26, 3, tzinfo=UTC)
NATIONAL_DAY = datetime(2026, 9, 2, 3, tzinfo=UTC)
STORM = DayOverride(THURSDAY.date(), "closed", "Nghỉ bão", "12/CĐ-TTg")
SATURDAY = datetime(2026, 11, 28, 3, tzinfo=UTC)


def test_an_empty_calendar_is_the_published_one(tx: Transaction) -> None:
    assert office_calendar.load_calendar(tx) == build_calendar()
    assert office_calendar.load_calendar(tx).is_open(THURSDAY)
    assert not office_calendar.load_calendar(tx).is_open(NATIONAL_DAY)


def test_a_closed_day_is_closed_and_named(tx: Transaction) -> None:
    office_calendar.set_overrides(tx, [STORM], BY)
    found = office_calendar.load_calendar(tx)
    assert not found.is_open(THURSDAY)
    assert "Nghỉ bão" in found.explain(THURSDAY - timedelta(days=1), timedelta(hours=8))
    assert found == build_calendar([STORM])


@pytest.mark.parametrize("at", [SATURDAY, NATIONAL_DAY])
def test_a_worked_day_is_open_against_weekend_and_holiday(tx: Transaction, at: datetime) -> None:
    office_calendar.set_overrides(tx, [DayOverride(at.date(), "worked", "Làm bù")], BY)
    assert office_calendar.load_calendar(tx).is_open(at)


def test_what_is_set_again_replaces_what_was_kept_for_that_day_alone(tx: Transaction) -> None:
    other = DayOverride(date(2026, 11, 27), "closed", "Nghỉ bù")
    office_calendar.set_overrides(tx, [STORM, other], BY)
    office_calendar.set_overrides(tx, [DayOverride(STORM.day, "worked", "Vẫn làm")], BY)
    assert office_calendar.load_calendar(tx) == build_calendar([DayOverride(STORM.day, "worked", "Vẫn làm"), other])


def test_a_cleared_day_is_decided_by_the_published_calendar_again(tx: Transaction) -> None:
    office_calendar.set_overrides(tx, [STORM], BY)
    office_calendar.clear_override(tx, STORM.day, BY)
    assert office_calendar.load_calendar(tx) == build_calendar()
    with pytest.raises(NotFound, match="26/11/2026"):
        office_calendar.clear_override(tx, STORM.day, BY)


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ([STORM, DayOverride(STORM.day, "worked", "Làm bù")], "two overrides for 26/11/2026"),
        ([DayOverride(STORM.day, "half", "Nghỉ nửa ngày")], "'half'"),
        ([DayOverride(STORM.day, "closed", " ")], "has no name"),
        ([DayOverride(date(2100, 1, 1), "closed", "Xa")], "outside 1980–2099"),
    ],
)
def test_days_that_cannot_be_used_are_refused_and_none_is_kept(
    tx: Transaction, overrides: list[DayOverride], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        office_calendar.set_overrides(tx, overrides, BY)
    assert office_calendar.load_calendar(tx) == build_calendar()


def test_hours_are_kept_for_one_kind_and_the_others_keep_theirs(tx: Transaction) -> None:
    round_the_clock = [(day, "00:00", "24:00") for day in range(1, 9)]
    office_calendar.replace_hours(tx, "police", round_the_clock, BY)
    found = office_calendar.load_calendar(tx)
    assert found.is_open(NATIONAL_DAY, "police")
    assert not found.is_open(SATURDAY, "commune")
    assert found.is_open(THURSDAY, "commune")
    assert found == build_calendar((), {"police": round_the_clock})


def test_hours_that_are_set_again_replace_those_of_the_kind_alone(tx: Transaction) -> None:
    office_calendar.replace_hours(tx, "police", [(6, "08:00", "12:00")], BY)
    office_calendar.replace_hours(tx, "commune", [(1, "07:00", "11:00"), (1, "13:00", "16:00")], BY)
    office_calendar.replace_hours(tx, "police", [(7, "08:00", "12:00")], BY)
    hours = {"police": [(7, "08:00", "12:00")], "commune": [(1, "07:00", "11:00"), (1, "13:00", "16:00")]}
    assert office_calendar.load_calendar(tx) == build_calendar((), hours)


def test_changed_default_hours_count_for_every_kind_without_its_own(tx: Transaction) -> None:
    office_calendar.replace_hours(tx, DEFAULT_KIND, [(6, "08:00", "12:00")], BY)
    assert office_calendar.load_calendar(tx).is_open(SATURDAY, "commune")
    assert not office_calendar.load_calendar(tx).is_open(THURSDAY, "commune")


@pytest.mark.parametrize(
    "periods",
    [
        [],
        [(9, "08:00", "12:00")],
        [(1, "12:00", "08:00")],
        [(1, "8h", "12:00")],
        [(1, "08:00", "12:00"), (1, "11:00", "13:00")],
    ],
)
def test_hours_that_cannot_be_used_are_refused_and_the_old_ones_stay(
    tx: Transaction, periods: list[tuple[int, str, str]]
) -> None:
    office_calendar.replace_hours(tx, "police", [(6, "08:00", "12:00")], BY)
    with pytest.raises(BadInput, match="“Police”"):
        office_calendar.replace_hours(tx, "police", periods, BY)
    assert office_calendar.load_calendar(tx) == build_calendar((), {**OFFICE_HOURS, "police": [(6, "08:00", "12:00")]})
