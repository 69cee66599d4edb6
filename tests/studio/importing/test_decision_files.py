"""Files of decisions of other modelers: taken as they are, in FEEL, and what is wrong told at the cell."""

from __future__ import annotations

import pytest

from engine.bpmn.decision_tables import compile_decisions
from engine.bpmn.lint.namespaces import DMN
from engine.errors import BadInput
from engine.studio.importing.decision_files import convert_decision_file, is_decision_file
from tests.bpmn.lint import draw
from tests.bpmn.test_decisions_in_cases import FEEL, FEES

TABLE = draw.dmn(draw.table('"a","b" | 1', 'not("a","b") | 2', policy="UNIQUE"))


@pytest.mark.parametrize("namespace", DMN)
def test_a_file_of_every_version_is_taken_and_says_that_it_is_in_feel(namespace: str) -> None:
    result = convert_decision_file(TABLE.replace(draw.DMN.encode(), namespace.encode()))
    assert [note.rule for note in result.conversions] == ["feel-decisions"]
    assert b"FEEL/" in result.content
    assert result.open_points == ()
    assert list(compile_decisions({"x.dmn": result.content})) == ["routing"]


def test_a_file_that_says_it_already_stays_as_it_is() -> None:
    result = convert_decision_file(FEES.encode())
    assert (result.content, result.conversions, result.open_points) == (FEES.encode(), (), ())
    assert FEEL.encode() in result.content


def test_what_is_wrong_is_told_at_its_cell_in_both_languages() -> None:
    (point,) = convert_decision_file(TABLE.replace(b"not(", b"not((")).open_points
    assert (point.element, point.rule, point.line) == ("r2c0", "expression", 8)
    assert point.sentence("vi") != point.sentence("en")


def test_a_table_of_a_thousand_rows_is_taken_and_a_larger_file_than_is_read_is_named_as_what_it_is() -> None:
    rows = [f'"{number}" | {number}' for number in range(1_000)]
    result = convert_decision_file(draw.dmn(draw.table(*rows, "- | 0")))
    assert result.open_points == ()
    large = draw.dmn(draw.table(*rows * 6))
    assert is_decision_file(large)
    with pytest.raises(BadInput) as refused:
        convert_decision_file(large)
    assert "quá 20.000 phần tử" in str(refused.value.facts["reason"])
    assert "xml-decisions" in {problem.rule for problem in draw.problems({draw.TABLE: draw.dmn(draw.table(*rows))})}


def test_what_is_no_file_of_decisions_is_not_taken() -> None:
    assert not is_decision_file(draw.line())
    with pytest.raises(BadInput):
        convert_decision_file(b"<definitions/>")
