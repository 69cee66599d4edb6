"""Promises of the sentences of changes: both languages, names instead of ids, times in words, long texts cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.studio.diff.bpmn import _PART_NAMES
from engine.studio.diff.deployment_diff import (
    ADDED,
    CHANGED,
    MOVED,
    REMOVED,
    ElementChange,
    compare_files,
    describe_change,
)
from engine.studio.diff.words import KIND_NAMES, PART_NAMES, noun_for, timer_duration
from engine.translation.catalogue import LANGUAGES, translate
from tests.studio.diff.test_deployment_diff import SHIPPED

SCRIPT = " ".join(f"v{number} = {number}" for number in range(40))
SENTENCES = {
    ElementChange(ADDED, "t1", "Lãnh đạo duyệt", "userTask"): (
        "Thêm bước “Lãnh đạo duyệt”.",
        "Step “Lãnh đạo duyệt” added.",
    ),
    ElementChange(REMOVED, "r1", "#3", "row"): ("Bỏ dòng “#3”.", "Row “#3” removed."),
    ElementChange(CHANGED, "t1", "Xác minh", "timer", "working_hours(4)", "working_hours(2)"): (
        "Thời gian chờ của “Xác minh” đổi từ 4 giờ làm việc thành 2 giờ làm việc.",
        "Timer of “Xác minh” changed from 4 working hours to 2 working hours.",
    ),
    ElementChange(CHANGED, "t1", "Duyệt", "name", "Xem", "Duyệt"): (
        "Đổi tên “Xem” thành “Duyệt”.",
        "“Xem” renamed to “Duyệt”.",
    ),
    ElementChange(CHANGED, "t1", "Duyệt", "property:role", None, "police"): (
        "Thêm vai trò “police” cho “Duyệt”.",
        "Role of “Duyệt” set to “police”.",
    ),
    ElementChange(CHANGED, "t1", "Duyệt", "trigger:timer", "", None): (
        "Bỏ sự kiện kích hoạt “timer” của “Duyệt”.",
        "Trigger “timer” of “Duyệt” removed.",
    ),
    ElementChange(CHANGED, "f1", "a → b", "condition", "level == 1", ""): (
        "Điều kiện của “a → b” đổi từ “level == 1” thành (trống).",
        "Condition of “a → b” changed from “level == 1” to (empty).",
    ),
    ElementChange(CHANGED, "e1", "Trễ", "interrupting", "true", "false"): (
        "Ngắt bước đang làm của “Trễ” đổi từ “có” thành “không”.",
        "Interrupting of “Trễ” changed from “yes” to “no”.",
    ),
    ElementChange(CHANGED, "r1", "Y tế", "cell:Số giờ", "2", "3"): (
        "Ô “Số giờ” của “Y tế” đổi từ “2” thành “3”.",
        "Cell “Số giờ” of “Y tế” changed from “2” to “3”.",
    ),
    ElementChange(MOVED, "t1", "Duyệt", "userTask", "1, 2, 3, 4", "5, 2, 3, 4"): (
        "Di chuyển bước “Duyệt” trên sơ đồ.",
        "Step “Duyệt” moved on the drawing.",
    ),
    ElementChange(MOVED, "r1", "Y tế", "row", "3", "1"): (
        "Chuyển dòng “Y tế” từ vị trí 3 sang vị trí 1.",
        "Row “Y tế” moved from place 3 to 1.",
    ),
    ElementChange(MOVED, "result", "Kết quả", "values[a].label", "3", "1"): (
        "Chuyển lựa chọn “a” của “Kết quả” từ vị trí 3 sang vị trí 1.",
        "Choice “a” of “Kết quả” moved from place 3 to 1.",
    ),
    ElementChange(CHANGED, "7", "", "line", "Kính gửi", "Thân gửi"): (
        "Dòng 7 đổi từ “Kính gửi” thành “Thân gửi”.",
        "Line 7 changed from “Kính gửi” to “Thân gửi”.",
    ),
    ElementChange(CHANGED, "", "check", "id", "check", "other"): (
        "Phần “id” của biểu mẫu đổi từ “check” thành “other”.",
        "Part “id” of form changed from “check” to “other”.",
    ),
    ElementChange(CHANGED, "s1", "Tính", "script", SCRIPT, SCRIPT.replace("v20 =", "n =")): (
        "Kịch bản của “Tính” đổi từ “… v19 = 19 v20 = 20 v21 …” thành “… v19 = 19 n = 20 v21 …”.",
        "Script of “Tính” changed from “… v19 = 19 v20 = 20 v21 …” to “… v19 = 19 n = 20 v21 …”.",
    ),
}


@pytest.mark.parametrize("change", SENTENCES, ids=lambda change: f"{change.kind} {change.what}")
def test_each_kind_of_change_has_its_sentence(change: ElementChange) -> None:
    assert (describe_change(change), describe_change(change, "en")) == SENTENCES[change]


@pytest.mark.parametrize(
    ("timer", "said"),
    [
        ("working_days(5)", "5 ngày làm việc"),
        ("clock_hours(2)", "2 giờ liên tục (24/7)"),
        ("reminder(0.75)", "75% thời hạn"),
        ("deadline()", "hạn của hồ sơ"),
        ('"P1DT2H"', "1 ngày 2 giờ"),
        ("working_hours(hours)", ""),
        ("PT2H", ""),
        ("(" * 3_000, ""),
    ],
)
def test_times_are_told_in_words_where_they_can(timer: str, said: str) -> None:
    assert timer_duration(timer, "vi") == said


def test_every_part_of_a_diagram_that_has_a_name_of_its_own_is_called_something() -> None:
    assert set(_PART_NAMES.values()) <= PART_NAMES.keys()
    assert all(translate(noun, "en") != noun for noun in (*KIND_NAMES.values(), *PART_NAMES.values()))


TEXTS = st.one_of(st.none(), st.text(max_size=200))


@given(st.sampled_from([ADDED, REMOVED, MOVED, CHANGED]), st.text(max_size=40), TEXTS, TEXTS)
def test_every_change_can_be_said(kind: str, what: str, before: str | None, after: str | None) -> None:
    change = ElementChange(kind, "t1", "{Duyệt}", what, before, after)  # type: ignore[arg-type]
    for language in LANGUAGES:
        said = describe_change(change, language)
        assert said
        assert "\n" not in said


def test_what_two_shipped_diagrams_differ_in_can_be_said_without_names_of_the_code() -> None:
    paths = [path for path in sorted(SHIPPED) if path.name.startswith("citizen_report") and path.suffix == ".bpmn"]
    found = compare_files({paths[0]: SHIPPED[paths[0]]}, {paths[0]: SHIPPED[paths[1]]})
    said = [describe_change(change) for item in found for change in item.changes]
    assert len(said) > 10
    assert not [text for text in said if "Phần “" in text]
    assert noun_for("userTask", "vi") == "bước"
