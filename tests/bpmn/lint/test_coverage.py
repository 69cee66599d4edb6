"""Overlaps, unreachable rows and gaps are exactly those that evaluating every cell over many inputs shows."""

from __future__ import annotations

from functools import cache
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.lint.coverage import TableCoverage, analyse_table
from engine.bpmn.lint.document import read_xml
from engine.bpmn.lint.table import ROOT_TAGS, Decision, DecisionCell, parse_decisions
from engine.bpmn.scripts import ExpressionLanguage
from engine.bpmn.table_cells import INPUT, predicate_source
from tests.bpmn.lint import draw

NUMBERS = [number / 2 for number in range(-4, 12)]
TEXTS = ["a", "b", "c", "neither"]
LANGUAGE = ExpressionLanguage({})

number = st.integers(0, 4)
number_cells = st.one_of(
    st.just("-"),
    st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), number),
    st.builds(str, number),
    st.builds("{} <= ? < {}".format, number, number),
    st.builds("? < {} or ? > {}".format, number, number),
    st.builds("? in ({}, {})".format, number, number),
)
text_cells = st.one_of(
    st.just("-"),
    st.sampled_from(['"a"', '"b"', '? in ("a", "b")', '? not in ("a", "c")', '!= "b"', '? == "a" or ? == "c"']),
)
rows = st.lists(st.tuples(number_cells, text_cells), min_size=1, max_size=5)


def drawn(cells: list[tuple[str, str]]) -> Decision:
    """A table with a number and a text as its inputs."""
    written = [f"{first} | {second} | 1" for first, second in cells]
    content = draw.dmn(draw.table(*written, inputs=(("number", "number"), ("text", "string"))))
    return parse_decisions(read_xml(draw.TABLE, content, ROOT_TAGS))[0]


def matched(decision: Decision) -> list[set[tuple[float, str]]]:
    """The inputs that each row lets through, found by running its cells."""
    return [
        {
            (number, text)
            for number, text in product(NUMBERS, TEXTS)
            if passes("number", row.inputs[0], number) and passes("text", row.inputs[1], text)
        }
        for row in decision.rows
    ]


@cache
def passes(column: str, cell: DecisionCell, value: float | str) -> bool:
    """Whether a cell lets a value through, as the engine computes it."""
    return cell.is_empty or bool(LANGUAGE.evaluate(predicate_source(cell.text), {column: value, INPUT: value}))


def covered(decision: Decision) -> TableCoverage:
    found = analyse_table(decision)
    assert found is not None
    return found


@settings(max_examples=60)
@given(rows)
def test_overlaps_are_the_rows_that_match_the_same_input(cells: list[tuple[str, str]]) -> None:
    decision = drawn(cells)
    boxes = matched(decision)
    expected = {
        place: next((earlier for earlier in range(place) if boxes[earlier] & boxes[place]), None)
        for place in range(len(boxes))
    }
    assert dict(covered(decision).overlapping_rows()) == {
        place: found for place, found in expected.items() if found is not None
    }


@settings(max_examples=60)
@given(rows)
def test_unreachable_rows_are_those_whose_inputs_earlier_rows_take(cells: list[tuple[str, str]]) -> None:
    decision = drawn(cells)
    boxes = matched(decision)
    expected = [place for place, box in enumerate(boxes) if box <= set().union(*boxes[:place])]
    assert list(covered(decision).unreachable_rows()) == expected


@settings(max_examples=60)
@given(rows)
def test_a_gap_is_an_input_no_row_matches(cells: list[tuple[str, str]]) -> None:
    decision = drawn(cells)
    missing = set(product(NUMBERS, TEXTS)) - set().union(*matched(decision))
    assert (covered(decision).find_gap() is None) == (not missing)


def test_large_tables_are_decided_quickly_or_left_alone() -> None:
    inputs = tuple((name, "number") for name in ("case", "due", "code", "channel"))
    written = [f"!= {number} | != {number} | != {number} | {number} | 1" for number in range(60)]
    assert {problem.rule for problem in draw.problems({draw.TABLE: draw.dmn(draw.table(*written, inputs=inputs))})} <= {
        "rows-gap"
    }
