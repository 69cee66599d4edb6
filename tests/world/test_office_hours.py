"""Promises of office hours: periods that cannot be used are refused, naming the kind of unit and the day."""

from __future__ import annotations

import re

import pytest

from engine.errors import BadInput
from engine.translation.wording import say
from engine.world.office_hours import OpeningPeriod
from engine.world.work_calendar import build_calendar


@pytest.mark.parametrize(
    ("periods", "said"),
    [
        ([(1, "17:00", "07:30")], "“Police”, Monday: the period 17:00–07:30 does not end after it starts."),
        ([(2, "08:00", "08:00")], "“Police”, Tuesday: the period 08:00–08:00 does not end"),
        ([(7, "07:00", "11:00"), (7, "10:30", "12:00")], "Sunday: the periods 07:00–11:00 and 10:30–12:00 overlap."),
        ([(8, "00:00", "24:00"), (8, "01:00", "02:00")], "public holidays: the periods 00:00–24:00 and 01:00–02:00"),
        ([(0, "08:00", "09:00")], "“Police”: 0 is no weekday"),
        ([(9, "08:00", "09:00")], "“Police”: 9 is no weekday"),
        ([(3, "8:00", "09:00")], "“Police”, Wednesday: '8:00' is not a time of day like 07:30."),
        ([(3, "08:00", "25:00")], "'25:00' is not a time of day"),
        ([], "“Police” have no open period on any weekday."),
        ([(8, "08:00", "09:00")], "“Police” have no open period on any weekday."),
    ],
)
def test_office_hours_that_cannot_be_used_are_refused(periods: list[OpeningPeriod], said: str) -> None:
    with pytest.raises(BadInput, match=re.escape(said)):
        build_calendar((), {"police": periods})


def test_refused_hours_name_the_kind_and_the_day_in_the_readers_language() -> None:
    with pytest.raises(BadInput) as refused:
        build_calendar((), {"police": [(7, "17:00", "07:30")]})
    assert refused.value.rule == "hours-end-before-start"
    assert say(refused.value, "vi") == (
        "Giờ làm việc của “Công an”, Chủ nhật: khoảng 17:00–07:30 không kết thúc sau khi bắt đầu."
    )
