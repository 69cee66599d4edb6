"""Promises of reading reports: no row is dropped in silence, times are in the mapping's zone, places are communes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.errors import BadInput
from engine.replay.csv_files import RejectedRow, ReportFile, parse_mapping, read_reports
from engine.translation.plain_faults import PlainFault
from engine.translation.wording import say
from tests.kit.reports import MAPPING, OTHER_PLACE, PLACE, row, write

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


def read(tmp_path: Path, *rows: dict[str, str], mapping: str = MAPPING, end: datetime | None = None) -> ReportFile:
    return read_reports(write(tmp_path / "reports.csv", *rows), parse_mapping(mapping), [PLACE, OTHER_PLACE], end)


@pytest.mark.parametrize(
    ("wrong", "rule", "reason"),
    [
        (row("2026-03-03 10:00", "2026-03-03 09:59"), "row-closed-before-received", "closed before received."),
        (row("03/04/2026"), "row-date-unreadable", "received: “03/04/2026” is no date of the format iso."),
        (row("2026-03-03 10:00", "soon"), "row-date-unreadable", "closed: “soon” is no date of the format iso."),
        (
            row("2026-03-03 10:00", due="2026-02-30"),
            "row-date-unreadable",
            "due: “2026-02-30” is no date of the format iso.",
        ),
        (row(" "), "row-without-receipt", "the date of receipt is missing."),
        (row("2026-03-03 10:00", place="99999"), "row-place-no-commune", "place: “99999” is no commune."),
        (row("2026-03-03 10:00", place=""), "row-place-no-commune", "place: “” is no commune."),
    ],
)
def test_a_row_that_cannot_be_replayed_is_told_with_its_number_and_the_reason(
    tmp_path: Path, wrong: dict[str, str], rule: str, reason: str
) -> None:
    reports = read(tmp_path, row("2026-03-02 08:00"), wrong, row("2026-03-02 09:00"))
    assert [(refused.number, refused.reason.rule) for refused in reports.rejected] == [(3, rule)]
    assert say(reports.rejected[0].reason, "en") == reason
    assert say(reports.rejected[0].reason, "vi") != reason
    assert [kept.number for kept in reports.rows] == [2, 4]


def test_a_row_with_too_few_or_too_many_cells_is_told(tmp_path: Path) -> None:
    file = tmp_path / "reports.csv"
    file.write_text("id,received,closed,due,place,course,stage\n1,2026-03-02\n1,2,3,4,5,6,7,8\n", "utf-8")
    rejected = read_reports(file, parse_mapping(MAPPING), [PLACE]).rejected
    assert rejected == [
        RejectedRow(2, PlainFault("row-of-another-width", {"columns": 2, "header": 7})),
        RejectedRow(3, PlainFault("row-of-another-width", {"columns": 8, "header": 7})),
    ]
    assert say(rejected[0].reason, "en") == "the row has 2 columns instead of 7."


def test_rows_are_counted_as_records_not_as_lines(tmp_path: Path) -> None:
    reports = read(tmp_path, row("2026-03-02 08:00", id="a\nb"), row("bad"))
    assert [rejected.number for rejected in reports.rejected] == [3]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"id,received\n", "the column closed is missing"),
        (b"", "is missing"),
        (b"id,received,closed,due,place,course,stage\n\xff\xfe,,,,,,\n", "not a UTF-8 file"),
    ],
)
def test_a_file_that_cannot_be_used_at_all_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "reports.csv"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=message):
        read_reports(file, parse_mapping(MAPPING), [PLACE])


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("three_level", "four_level", "province: four_level is unknown"),
        ("Asia/Ho_Chi_Minh", "Asia/Nowhere", "Asia/Nowhere is no time zone"),
        ("received: received, ", "", "columns: received is missing"),
        ("urgency: normal", "haste: normal", "values: haste is unknown"),
        ("  urgency: normal\n", "", "values: urgency is missing"),
        ("place: {column: place}", "place: {colum: place}", "values: place: colum is unknown"),
        ("dates: {zone", "claims: 2\ndates: {zone", "claims: 2 is no share"),
        ("columns: {", "columns: [", "not YAML"),
    ],
)
def test_a_mapping_says_which_entry_is_wrong(before: str, after: str, message: str) -> None:
    assert before in MAPPING
    with pytest.raises(BadInput, match=message):
        parse_mapping(MAPPING.replace(before, after))


def test_times_are_read_in_the_zone_of_the_mapping(tmp_path: Path) -> None:
    there = MAPPING.replace("Asia/Ho_Chi_Minh", "America/New_York")
    summer, winter = read(tmp_path, row("2018-07-01 12:00"), row("2018-12-01 12:00"), mapping=there).rows
    assert (summer.received, winter.received) == (
        datetime(2018, 7, 1, 16, tzinfo=UTC),
        datetime(2018, 12, 1, 17, tzinfo=UTC),
    )
    (here,) = read(tmp_path, row("2018-07-01 12:00")).rows
    assert here.received == datetime(2018, 7, 1, 5, tzinfo=UTC)


def test_an_offset_in_the_text_wins_over_the_zone(tmp_path: Path) -> None:
    (found,) = read(tmp_path, row("2018-07-01T12:00:00+02:00")).rows
    assert found.received == datetime(2018, 7, 1, 10, tzinfo=UTC)


def test_a_format_is_used_as_it_is_written(tmp_path: Path) -> None:
    american = MAPPING.replace("dates: {", 'dates: {format: "%m/%d/%Y %I:%M:%S %p", ')
    (found,) = read(tmp_path, row("04/05/2018 01:02:03 PM"), mapping=american).rows
    assert found.received == datetime(2018, 4, 5, 6, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-1h30m", NOW - timedelta(hours=1, minutes=30)),
        ("-2d", NOW - timedelta(days=2)),
        ("-2d 09:15", datetime(2026, 11, 22, 9, 15, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))),
    ],
)
def test_offsets_count_from_the_end_of_the_replay(tmp_path: Path, text: str, expected: datetime) -> None:
    offsets = MAPPING.replace("dates: {", "dates: {format: offset, ")
    (found,) = read(tmp_path, row(text), mapping=offsets, end=NOW).rows
    assert found.received == expected


def test_a_hash_sends_the_same_text_to_the_same_commune(tmp_path: Path) -> None:
    hashed = MAPPING.replace("{column: place}", "{hash: [place, id]}")
    rows = [row("2026-03-02 08:00", id=str(n), place=place) for n, place in enumerate(["x", "y", "x", "z", "", "w"])]
    places = [found.values["place"] for found in read(tmp_path, *rows, mapping=hashed).rows]
    assert len(places) == 6
    assert places[0] == places[2]
    assert set(places) == {PLACE, OTHER_PLACE}


def test_a_table_turns_values_and_has_a_default(tmp_path: Path) -> None:
    tabled = MAPPING.replace("field: environment", "field: {column: id, table: {a: health}, default: other}")
    rows = read(tmp_path, row("2026-03-02 08:00", id="a"), row("2026-03-02 08:00", id="b"), mapping=tabled).rows
    assert [found.values["field"] for found in rows] == ["health", "other"]


def test_semicolons_and_na_for_a_date_that_is_missing_are_read(tmp_path: Path) -> None:
    file = write(tmp_path / "r.csv", row("2026-01-05 08:00", closed="NA", due="NULL"))
    file.write_text(file.read_text(encoding="utf-8").replace(",", ";"), encoding="utf-8-sig")
    read = read_reports(file, parse_mapping(MAPPING), [PLACE])
    assert read.rejected == []
    assert (read.rows[0].closed, read.rows[0].due) == (None, None)
