"""The lines of the appendix: numbered, adding up, named; and its periods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from engine.documents import appendix_paper, appendix_period
from engine.documents.appendix_paper import COLUMNS, FLAT_UNITS_HEADING, AppendixTable, roman_numeral
from engine.errors import BadInput
from engine.statistics import callbacks, scope
from engine.statistics.appendix import rows_of_callbacks, sum_figures
from engine.statistics.period import Appendix, CallbackFigures, Figures, FiguresRow, ReportingPeriod
from tests.documents.sample import MADE_AT, OCTOBER, appendix, sample_paper, tree


def test_lines_of_every_level_add_up_to_those_above_and_to_the_total() -> None:
    for year in (2021, 2025):
        for table in sample_paper(year).tables:
            for line in table.lines:
                parts = [table.lines[child].figures for child in line.children]
                assert not parts or sum_figures(parts) == line.figures, line
            assert sum_figures([table.lines[place].figures for place in table.top_level_places]) == table.total


def test_the_province_of_2021_is_numbered_by_districts_and_that_of_2025_in_one_row() -> None:
    three = sample_paper(2021).tables[0].lines
    assert [(line.number, line.name) for line in three if line.children][-2:] == [
        ("XI", "Huyện Nhơn Trạch"),
        ("XII", FLAT_UNITS_HEADING),
    ]
    assert [line.number for line in three][:3] == ["I", "1", "2"]
    two = sample_paper(2025).tables[0].lines
    assert [line.number for line in two] == [str(number) for number in range(1, len(two) + 1)]


def test_what_a_unit_has_beside_its_parts_gets_a_line() -> None:
    own, part = Figures(received=5, in_progress=5), Figures(received=3, in_progress=3)
    rows = (FiguresRow("731", "Thành phố Biên Hòa", 0, own), FiguresRow("25993", "Phường Trảng Dài", 1, part))
    table = appendix_paper.build_tables(_of(rows, own))[0]
    assert [(line.name, line.figures.received) for line in table.lines] == [
        ("Trực tiếp tại Thành phố Biên Hòa", 2),
        ("Phường Trảng Dài", 3),
    ]


def test_several_top_units_and_a_single_one_without_parts_stay() -> None:
    figures = Figures(received=1, in_progress=1)
    alone = FiguresRow("75.SYT", "Sở Y tế", 0, figures)
    assert [line.name for line in appendix_paper.build_tables(_of((alone,), figures))[0].lines] == ["Sở Y tế"]
    both = (alone, FiguresRow("75.SXD", "Sở Xây dựng", 0, figures))
    assert [
        line.number for line in appendix_paper.build_tables(_of(both, sum_figures([figures, figures])))[0].lines
    ] == ["1", "2"]
    assert appendix_paper.build_tables(_of((), Figures()))[0].lines == ()


def test_nobody_is_praised_for_nothing() -> None:
    assert appendix_paper.ranking_sentences(_of((), Figures()))[0].startswith("Trong kỳ chưa đủ số liệu")
    made = appendix(tree(2021))
    best, worst, rule = appendix_paper.ranking_sentences(made)
    assert made.best[0].name in best
    assert made.worst[0].name in worst
    assert "từ 10 hồ sơ" in rule


def test_what_citizens_said_when_called_back_is_told_for_both_levels_and_only_when_somebody_was_drawn() -> None:
    assert appendix_paper.callback_sentences(_of((), Figures())) == ()
    verdicts = {"25993": CallbackFigures(3, 2, 2, 2, 1), "26068": CallbackFigures(1, 1, 0, 0, 0)}
    for year, depths in ((2021, [0, 1, 2, 2]), (2025, [0, 1, 1])):
        units = tree(year)
        rows = rows_of_callbacks(verdicts, scope.whole_province(units), units)
        assert [row.depth for row in rows] == depths
        assert rows[0].figures == callbacks.add_verdicts(verdicts.values()) == CallbackFigures(4, 3, 2, 2, 1)
        made = replace(_of((), Figures()), callbacks=rows, called_back=rows[0].figures)
        lines = appendix_paper.callback_sentences(made)
        assert lines[0] == (
            "Chung: rút thăm 4 hồ sơ, đã gọi 3, liên lạc được 2; hài lòng 2/2 (100,0%), "
            "kết quả đúng như đã ghi 1/2 (50,0%)."
        )
        assert len(lines) == len(depths) + 1  # The province itself stands in the first.
        assert any(line.endswith("rút thăm 1 hồ sơ, đã gọi 1, liên lạc được 0.") for line in lines)


def test_signs_that_paper_does_not_know_become_spaces() -> None:
    row = FiguresRow("1", "Phường\x00\x1bA\u2028B", 0, Figures(received=1))
    assert appendix_paper.build_tables(_of((row,), row.figures))[0].lines[0].name == "Phường  A B"


def test_columns_say_what_they_are_made_of() -> None:
    figures = Figures(1, 20, 3, 12, 9, 3, 2, 1, 9, 4, 5, 6, 2)
    said = {column.key: column.cell_text(figures) for column in COLUMNS}
    assert (said["punctual"], said["satisfaction"], said["received"]) == ("75,0", "75,0", "20")
    assert [roman_numeral(number) for number in (4, 9, 14, 40, 49)] == ["IV", "IX", "XIV", "XL", "XLIX"]


@pytest.mark.parametrize(
    ("key", "first", "last", "said"),
    [
        ("2026-10", (2026, 10, 1), (2026, 10, 31), "tháng 10 năm 2026"),
        ("2024-02", (2024, 2, 1), (2024, 2, 29), "tháng 2 năm 2024"),
        ("2026-Q1", (2026, 1, 1), (2026, 3, 31), "quý I năm 2026"),
        ("2026-Q4", (2026, 10, 1), (2026, 12, 31), "quý IV năm 2026"),
        ("2026-H1", (2026, 1, 1), (2026, 6, 30), "6 tháng đầu năm 2026"),
        ("2026-H2", (2026, 7, 1), (2026, 12, 31), "6 tháng cuối năm 2026"),
        ("2026", (2026, 1, 1), (2026, 12, 31), "năm 2026"),
    ],
)
def test_periods_have_a_key_and_words(key: str, first: tuple[int, ...], last: tuple[int, ...], said: str) -> None:
    period = appendix_period.parse_period(key)
    assert period == ReportingPeriod(date(*first), date(*last))
    assert (appendix_period.period_key(period), appendix_period.period_in_words(period)) == (key, said)
    assert appendix_period.download_name(period, "pdf") == f"phu-luc-{key.lower()}.pdf"


@pytest.mark.parametrize(
    "key", ["", "2026-13", "2026-0", "2026-Q5", "2026-H3", "1999", "2101", "26-10", "2026-10-1", "x"]
)
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(BadInput):
        appendix_period.parse_period(key)


def test_any_two_days_are_a_period_unless_they_are_impossible() -> None:
    period = appendix_period.period_between(date(2026, 3, 5), date(2026, 11, 2))
    assert appendix_period.period_in_words(period) == "từ ngày 05/03/2026 đến ngày 02/11/2026"
    assert appendix_period.download_name(period, "xlsx") == "phu-luc-2026-03-05-den-2026-11-02.xlsx"
    for first, last in [(2, 1)]:
        with pytest.raises(BadInput, match="ends before"):
            appendix_period.period_between(date(2026, 1, first), date(2026, 1, last))
    with pytest.raises(BadInput, match="ten years"):
        appendix_period.period_between(date(2010, 1, 1), date(2026, 1, 1))


@pytest.mark.parametrize(
    ("today", "keys"),
    [
        (date(2026, 11, 26), ["2026-10", "2026-11", "2026-Q3", "2026-H1", "2026", "2025"]),
        (date(2026, 1, 1), ["2025-12", "2026-01", "2025-Q4", "2025-H2", "2026", "2025"]),
    ],
)
def test_the_usual_periods_are_one_click_away(today: date, keys: list[str]) -> None:
    assert list(appendix_period.suggested_periods(today).values()) == keys


def _of(rows: tuple[FiguresRow, ...], total: Figures) -> Appendix:
    return Appendix(OCTOBER, MADE_AT, "", rows, (), total, (), ())


def test_the_topmost_lines_are_those_of_nobody() -> None:
    lines = sample_paper(2021).tables[0].lines
    table = AppendixTable("", "", lines, sum_figures([line.figures for line in lines if line.children]))
    assert [lines[place].number for place in table.top_level_places][:2] == ["I", "II"]
    assert replace(table, lines=()).top_level_places == ()
