"""`tongdai decide`: answers, reasons and what is not right in tables, in the reader's language."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dmn.draw import data, decision, literal, model, table
from tests.web.cli.test_commands import Tongdai

MODEL = model(
    data("Số ngày"),
    decision("term", table(["Số ngày"], [("< 5", '"short"'), ("> 5", '"long"')]), needs=["Số ngày"]),
    decision("double", literal("Số ngày * 2"), needs=["Số ngày"]),
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.dmn"
    path.write_bytes(MODEL)
    return path


def test_decisions_answer_and_their_tables_are_checked(tmp_path: Path, file: Path) -> None:
    printed = Tongdai(tmp_path).done("decide", file, "--input", "Số ngày=3 + 1")
    assert printed.splitlines() == ["term: No row matches Số ngày = 5.", 'term = "short"', "double = 8"]
    assert (
        Tongdai(tmp_path).done("decide", file, "--input", "Số ngày=7", "--decision", "double").endswith("double = 14\n")
    )


def test_a_decision_without_a_result_says_why(tmp_path: Path, file: Path) -> None:
    result = Tongdai(tmp_path).run("decide", file, "--input", "Số ngày=5", TONGDAI_LANGUAGE="vi")
    assert result.exit_code == 1
    assert "    Không dòng nào của bảng khớp.\n" in result.output
    assert result.output.endswith("Không có kết quả: term.\n")


REFUSED = {
    ("--input", "x=1"): "There is no input x; the inputs are: Số ngày.",
    ("--input", "Số ngày=1 +"): "The input Số ngày cannot be read as FEEL: The expression ends too early.",
    ("--input", "Số ngày=1 / 0"): "The input Số ngày cannot be read as FEEL: Nothing is divided by zero.",
}


@pytest.mark.parametrize(("arguments", "sentence"), REFUSED.items())
def test_an_input_that_cannot_be_used_is_refused(
    tmp_path: Path, file: Path, arguments: tuple[str, str], sentence: str
) -> None:
    assert sentence in Tongdai(tmp_path).refused("decide", file, *arguments)


def test_a_file_that_is_no_dmn_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "broken.dmn"
    broken.write_bytes(b"<definitions/>")
    assert "The file is no DMN 1.1 to 1.5; it begins with definitions." in Tongdai(tmp_path).refused("decide", broken)


def test_a_file_without_decisions_or_inputs_says_so(tmp_path: Path) -> None:
    empty, bare = tmp_path / "empty.dmn", tmp_path / "bare.dmn"
    empty.write_bytes(model(data("x")))
    bare.write_bytes(model(decision("a", literal("1"))))
    assert "The file has no decisions." in Tongdai(tmp_path).refused("decide", empty)
    assert "There is no input x; the decisions in the file take no inputs." in Tongdai(tmp_path).refused(
        "decide", bare, "--input", "x=1"
    )


def test_what_is_wrong_is_quoted_in_short_and_said_once(tmp_path: Path) -> None:
    long = tmp_path / "long.dmn"
    long.write_bytes(model(decision("a", literal("9" * 30_000)), decision("b", literal("1 + x + x"))))
    printed = Tongdai(tmp_path).run("decide", long).output.splitlines()
    assert max(map(len, printed)) < 150
    assert len(printed) == len({*printed})
