"""Work by unit and hour of the week, in Vietnam's time, as a table and as a file."""

from __future__ import annotations

from datetime import UTC, datetime

from engine.simulation import weekly_load


def test_an_instant_counts_in_its_hour_of_the_week_in_vietnam() -> None:
    sunday_night = datetime(2026, 11, 29, 17, 30, tzinfo=UTC)  # Monday, 00:30 in Vietnam.
    assert weekly_load.slot_of(sunday_night) == 0
    assert weekly_load.slot_of(datetime(2026, 11, 29, 16, 59, tzinfo=UTC)) == weekly_load.SLOTS - 1


def test_rows_grid_and_file_say_the_same() -> None:
    before, after = [0] * weekly_load.SLOTS, [0] * weekly_load.SLOTS
    before[8], after[8], after[24 + 9] = 3, 1, 2
    rows = weekly_load.week_rows(before, after)
    assert rows == [[0, 8, 3, 1], [1, 9, 0, 2]]
    grid = weekly_load.week_grid(rows, "en")
    assert grid["hours"] == [8, 9]
    assert [cells for _day, cells in grid["days"]] == [[(3, 1), None], [None, (0, 2)]]
    assert weekly_load.hours_of_day(after)[8:10] == [1, 2]
    table = weekly_load.week_table({"u": rows}, {"u": "Sở Y tế"}, "vi")
    assert table.rows == [("Sở Y tế", "thứ Hai", "8:00", 3, 1), ("Sở Y tế", "thứ Ba", "9:00", 0, 2)]
