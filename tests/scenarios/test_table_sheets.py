"""A decision table has a test sheet: rows of inputs and expected outputs; failures are sentences at their cell."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.process import definitions
from engine.scenarios import deployment_check
from engine.scenarios.table_sheets import check_sheets
from tests.paths import ROOT

SHEET = PurePosixPath("workflows/tests/routing.csv")
TABLE = PurePosixPath("workflows/routing.dmn")
RIGHT = """\
field,urgency,=> level,=> department
education,normal,department,75.SGDDT
infrastructure,emergency,department,
health,normal,commune,
"""


def sentences(text: str, path: PurePosixPath = SHEET) -> list[tuple[int, str]]:
    """What is said of a sheet of the shipped table, with its lines."""
    files = {TABLE: (ROOT / TABLE).read_bytes(), path: text.encode()}
    return [(one.line, one.message) for one in check_sheets(files, "vi")]


def test_a_sheet_that_holds_says_nothing_and_one_that_does_not_names_row_column_and_both_values() -> None:
    assert sentences(RIGHT) == []
    assert sentences(f"\ufeff{RIGHT}\n") == []
    wrong = RIGHT.replace("75.SGDDT", "75.SYT").replace("health,normal,commune", "health,normal,department")
    assert sentences(wrong) == [
        (2, "Ở cột “department” phải là 75.SYT; bảng cho 75.SGDDT."),
        (4, "Ở cột “level” phải là department; bảng cho commune."),
    ]


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        ("", 1, "phải có dòng tiêu đề"),
        ("field,urgency\nhealth,normal\n", 1, "rồi các cột kết quả: => level, => department"),
        ("field,=> unit\nhealth,x\n", 1, "Bảng không có kết quả “unit”; chỉ có: level, department."),
        (f"{RIGHT}health,normal\n", 5, "Dòng này có 2 ô; phải có 4."),
        ("field,=> level\nhealth," + "x" * 501, 1, "mỗi ô không quá 500"),
    ],
)
def test_what_is_no_sheet_is_said(text: str, line: int, part: str) -> None:
    ((at, sentence),) = sentences(text)
    assert (at, part in sentence) == (line, True), sentence


def test_a_sheet_of_no_table_and_one_that_is_no_text_are_said() -> None:
    assert "Không có bảng quyết định “none”" in sentences(RIGHT, SHEET.with_name("none.csv"))[0][1]
    files = {TABLE: (ROOT / TABLE).read_bytes(), SHEET: b"\xff\xfe"}
    assert [one.rule for one in check_sheets(files, "vi")] == ["sheet-unreadable"]


def test_the_check_of_a_deployment_runs_sheets_and_a_folder_has_them() -> None:
    assert ".csv" in definitions.SUFFIXES
    files = definitions.read_deployment_folder(ROOT)
    assert deployment_check.problems_in({**files, SHEET: RIGHT.encode()}) == []
    broken = {**files, SHEET: RIGHT.replace("75.SGDDT", "75.SYT").encode()}
    ((problem,), wording) = deployment_check.problems_in(broken), "Phân luồng"
    assert (problem.file, problem.line, problem.caption) == (SHEET, 2, wording)
