"""The sentences of a report say what the figures say: more or less, best and worst, where overdue cases wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from engine.briefings import narrative
from engine.briefings.comparisons import compare_counts, compare_shares, counted_list, signed_count, signed_share
from engine.briefings.facts import BriefingFacts, ChaseFigures, OverdueFigures
from engine.cases.call_log import CallFigures
from engine.statistics.period import Appendix, CallbackFigures, CallbackRow, Figures, FiguresRow, ReportingPeriod
from tests.kit.hotline import NOW

APPROVED = Path(__file__).parent / "approved.txt"
BEFORE = Figures(5, 40, 0, 38, 30, 8, 1, 1, 5, 2, 3, 10, 2)
CURRENT = Figures(5, 50, 1, 42, 38, 4, 2, 0, 12, 6, 1, 15, 1)
BUSY = FiguresRow("26008", "Phường Trảng Dài", 2, Figures(received=30, resolved=20, on_time=19, late=1, overdue=4))
SLOW = FiguresRow("26011", "Phường Tân Biên", 2, Figures(received=20, resolved=22, on_time=17, late=5, overdue=2))
ROADS = FiguresRow("roads", "Hạ tầng", 0, Figures(received=35))
HEALTH = FiguresRow("health", "Y tế", 0, Figures(received=15))
FIELDS_BEFORE = [replace(row, figures=Figures(received=20)) for row in (ROADS, HEALTH)]


def appendix_of(total: Figures, *fields: FiguresRow, first: date = date(2026, 11, 16)) -> Appendix:
    """An appendix of a week with two communes."""
    period = ReportingPeriod(first, first.replace(day=first.day + 6))
    return Appendix(period, NOW, "Tỉnh Đồng Nai", (BUSY, SLOW), fields, total, (BUSY,), (SLOW,))


FACTS = BriefingFacts(
    cadence="week",
    current=appendix_of(CURRENT, ROADS, HEALTH),
    before=appendix_of(BEFORE, *FIELDS_BEFORE, first=date(2026, 11, 9)),
    chase=ChaseFigures(12, 2, 6, 2),
    chase_before=ChaseFigures(12, 1, 3, 1),
    overdue=OverdueFigures(7, 3, (("Xác minh", 5), ("Giải quyết", 2)), (("Hạ tầng", 6), ("Y tế", 1))),
    calls=CallFigures(45, 130, {"wrong_number": 5}),
    leaves=frozenset({BUSY.code, SLOW.code}),
)


def test_a_report_says_what_the_figures_say() -> None:
    texts = narrative.compose_texts(FACTS)
    parts = (texts.subject, texts.situation, texts.chase, texts.assessment, texts.proposals)
    assert "\n\n".join(parts) + "\n" == APPROVED.read_text("utf-8")


def test_the_table_has_the_figures_of_both_periods_as_the_appendix_prints_them() -> None:
    rows = {row["name"]: (row["now"], row["before"], row["change"]) for row in narrative.table_rows(FACTS)}
    assert rows["Tiếp nhận trong kỳ"] == ("50", "40", "+10 (+25,0%)")
    assert rows["Trong đó giải quyết quá hạn"] == ("4", "8", "-4 (-50,0%)")
    assert rows["Tỷ lệ giải quyết đúng hạn (%)"] == ("90,5", "78,9", "+11,6 điểm")
    assert rows["Kỳ trước chuyển sang"] == ("5", "5", "0")


def test_what_citizens_said_when_called_back_is_told_with_the_units_that_they_doubt() -> None:
    rows = (
        CallbackRow(BUSY.code, BUSY.name, 2, CallbackFigures(4, 4, 3, 3, 3)),
        CallbackRow(SLOW.code, SLOW.name, 2, CallbackFigures(2, 2, 2, 1, 0)),
    )
    current = replace(FACTS.current, callbacks=rows, called_back=CallbackFigures(6, 6, 5, 4, 3))
    text = narrative.compose_texts(replace(FACTS, current=current)).situation
    assert (
        "Gọi lại kiểm tra hồ sơ đã giải quyết: rút thăm 6 hồ sơ, đã gọi 6, liên lạc được 5; hài lòng 4/5 (80,0%), "
        "kết quả đúng như đã ghi 3/5 (60,0%). Kết quả chưa đúng như đã ghi: Phường Tân Biên (2)."
    ) in text


def test_a_quiet_period_is_told_without_empty_sentences() -> None:
    quiet = replace(
        FACTS,
        current=replace(appendix_of(Figures()), units=(), best=(), worst=()),
        before=appendix_of(Figures(), first=date(2026, 11, 9)),
        chase=ChaseFigures(),
        overdue=OverdueFigures(0, 0, (), ()),
        calls=CallFigures(0, None, {}),
    )
    texts = narrative.compose_texts(quiet)
    assert texts.situation.splitlines()[1:] == [
        "Đã giải quyết 0 hồ sơ, bằng kỳ trước.",
        "Đến hết kỳ không còn hồ sơ đang giải quyết.",
    ]
    assert texts.chase.splitlines() == [
        "Trong kỳ, Văn phòng không phải nhắc việc và không ban hành văn bản đôn đốc.",
        "Tại thời điểm lập báo cáo không có hồ sơ quá hạn.",
    ]
    assert "chưa đủ số liệu để so sánh" in texts.assessment
    assert texts.proposals == "Các đơn vị tiếp tục duy trì việc giải quyết phản ánh, kiến nghị đúng hạn."


@pytest.mark.parametrize(
    ("now", "before", "words", "sign"),
    [
        (1234, 1200, "tăng 34 hồ sơ (2,8%) so với kỳ trước", "+34 (+2,8%)"),
        (1, 4, "giảm 3 hồ sơ (75,0%) so với kỳ trước", "-3 (-75,0%)"),
        (5, 5, "bằng kỳ trước", "0"),
        (3, 0, "tăng 3 hồ sơ so với kỳ trước", "+3"),
        (0, 2000, "giảm 2.000 hồ sơ (100,0%) so với kỳ trước", "-2.000 (-100,0%)"),
    ],
)
def test_counts_are_compared_in_words_and_signs(now: int, before: int, words: str, sign: str) -> None:
    assert (compare_counts(now, before), signed_count(now, before)) == (words, sign)


@pytest.mark.parametrize(
    ("now", "before", "words", "sign"),
    [
        ((1, 2), (1, 4), "tăng 25,0 điểm phần trăm so với kỳ trước", "+25,0 điểm"),
        ((1, 3), (2, 3), "giảm 33,4 điểm phần trăm so với kỳ trước", "-33,4 điểm"),  # 33,3 and 66,7 are printed.
        ((2, 4), (1, 2), "bằng kỳ trước", "0"),
        ((0, 0), (1, 2), "", "–"),
    ],
)
def test_shares_are_compared_in_points(now: tuple[int, int], before: tuple[int, int], words: str, sign: str) -> None:
    assert (compare_shares(now, before), signed_share(now, before)) == (words, sign)


def test_a_long_list_names_the_first_and_counts_the_rest() -> None:
    assert counted_list((("a", 5), ("b", 3), ("c", 1), ("d", 1)), 2) == "a (5); b (3); còn lại 2"
