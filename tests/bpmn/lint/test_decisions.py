"""Rules on decision tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from engine.bpmn.lint.namespaces import DMN
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import TABLE, Case, dmn, table

OTHER = PurePosixPath("workflows/other.dmn")
FINE = dmn(table('"health" | 2', "- | 1"))
NUMBERS = (("case", "number"),)
TWO = (("field", "string"), ("case", "number"))


def tables(
    *rows: str, inputs: tuple[tuple[str, str], ...] = (("field", "string"),), policy: str = "FIRST"
) -> draw.Files:
    return {TABLE: dmn(table(*rows, inputs=inputs, policy=policy))}


def changed(old: str, new: str) -> draw.Files:
    """A fine table with one text replaced."""
    assert old.encode() in FINE
    return {TABLE: FINE.replace(old.encode(), new.encode())}


def case(rule: str, broken: draw.Files, key: str, mended: draw.Files | None = None) -> Case:
    return Case(rule, broken, mended or {TABLE: FINE}, key, f'id="{key}"', TABLE)


def unlike(*rows: str) -> draw.Files:
    return tables(*rows, policy="UNIQUE")


def numbers(*rows: str, policy: str = "FIRST") -> draw.Files:
    return tables(*rows, inputs=NUMBERS, policy=policy)


def truths(*rows: str) -> draw.Files:
    return tables(*rows, inputs=(("field", "boolean"),))


def both(*rows: str) -> draw.Files:
    return tables(*rows, inputs=TWO)


TWICE = {TABLE: FINE, OTHER: FINE}
TWO_FILES = {TABLE: FINE, OTHER: FINE.replace(b"routing", b"second")}
NEITHER = '? not in ("health", "order")'
APART = unlike('"health" | 1', '"order" | 2', f"{NEITHER} | 3")
HALVES = numbers("<= 5 | 1", "> 5 | 2", policy="UNIQUE")
KNOWN = replace(draw.VOCABULARY, output_values={"level": frozenset({"none", "photo"})})
CASES = [
    case("decision-none", {TABLE: dmn()}, "tables"),
    Case("decision-duplicate", TWICE, TWO_FILES, "routing", 'id="routing"', TABLE),
    case("decision-without-table", {TABLE: dmn('<decision id="routing"/>')}, "routing"),
    case("id-pattern", changed('id="routing"', 'id="a b"'), "a b"),
    case("hit-policy", changed('"FIRST"', '"SECOND"'), "table"),
    case("hit-policy", changed('"FIRST"', '"FIRST" aggregation="SUM"'), "table"),
    case("row-width", changed("<text>-</text>", ""), "r2c0"),
    case("hit-policy", changed('"FIRST"', '"COLLECT" aggregation="MEAN"'), "table"),
    case("rows-missing", tables(), "table"),
    case("row-width", tables('"health" | 5 | 2', "- | 1"), "r1"),
    case("input-without-expression", changed("<text>field</text>", "<text></text>"), "in0"),
    case("output-name", changed('name="level"', 'name="Cấp"'), "out"),
    case("output-empty", tables('"health" | ', "- | 1"), "r1o"),
    Case(
        "output-value",
        tables('"health" | "film"', '- | "none"'),
        tables('"health" | "photo"', '- | "none"'),
        "r1o",
        'id="r1o"',
        TABLE,
        KNOWN,
    ),
    case("expression", changed("<text>field</text>", "<text>field ==</text>"), "in0"),
    case("expression", tables("< | 1", "- | 1"), "r1c0"),
    case("name-unknown", tables("- | a b"), "r1o"),
    case("expression", tables('dates("2026-01-01") | 1', "- | 1"), "r1c0"),
    case("name-unknown", tables("health | 1", "- | 1"), "r1c0"),
    case("name-unknown", tables("- | commune"), "r1o"),
    case("name-unknown", tables("- | 1", inputs=(("filed", "string"),)), "in0"),
    *(
        case("expression-types", tables(f"{cell} | 1"), "r1c0", tables("- | 1"))
        for cell in ("< date()", 'date("x")', "not(date())", "[date()..date()]")
    ),
    case("expression-types", tables("- | date()"), "r1o", tables("- | 1")),
    *(
        case("cell-question", tables(f"{cell} | 1", "- | 1"), "r1c0", tables(f"? {cell} | 1", "- | 1"))
        for cell in ('in ("a", "b")', 'not in ("a", "b")')
    ),
    case("rows-overlap", unlike('? in ("health", "order") | 1', '"order" | 2', f"{NEITHER} | 3"), "r2", APART),
    case("rows-overlap", numbers("<= 5 | 1", ">= 5 | 2", policy="UNIQUE"), "r2", HALVES),
    case("row-unreachable", tables("- | 1", '"health" | 2'), "r2"),
    case("row-unreachable", numbers("< 5 | 1", "3 <= ? < 7 | 2", "0 <= ? < 6 | 3", "- | 4"), "r3"),
    case("row-unreachable", numbers("5 < ? < 5 | 1", "- | 4"), "r1"),
    case("rows-gap", tables('"health" | 1', '"order" | 2'), "table"),
    case("rows-gap", numbers("< 5 | 1", "> 5 | 2"), "table", numbers("< 5 | 1", ">= 5 | 2")),
    case("rows-gap", truths("True | 1"), "table", truths("True | 1", "False | 2")),
    case("rows-gap", both('"a" | - | 1', '!= "a" | < 5 | 2'), "table", both('"a" | - | 1', '!= "a" | - | 2')),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


@pytest.mark.parametrize(
    "cell",
    [
        '? in ("a", "b")',
        '!= "a"',
        "? != place",
        "60 <= ? < 80",
        '? not in ("a",)',
        'not (? == "a")',
        "== place",
        "place",
        '"a","b"',
        'not("a")',
        "[60..80]",
        "]60..80[",
        "true",
        "null",
        '["a", "b"]',
        'starts with(?, "a")',
    ],
)
def test_cells_of_both_languages_are_fine(cell: str) -> None:
    assert draw.problems(tables(f"{cell} | 1", "- | 2")) == []


def test_the_sentence_of_a_gap_gives_an_example() -> None:
    (problem,) = draw.problems(tables("< 5 | 1", "> 5 | 2", inputs=NUMBERS))
    assert "case = 5" in problem.message


def test_a_cell_that_asks_more_than_its_input_is_left_out() -> None:
    assert draw.problems(tables("== place | 1", '"health" | 2', "- | 3", policy="FIRST")) == []
    assert draw.problems(tables("> place | 1", '"b" | 2', "- | 3")) == []


DAYS = ('< "2026-05-01" | 1', '>= "2026-05-01" | 2')


@pytest.mark.parametrize("policy", ["FIRST", "UNIQUE"])
def test_days_are_ordered_so_a_table_of_them_can_be_complete(policy: str) -> None:
    assert draw.problems(tables(*DAYS, policy=policy)) == []
    assert (
        draw.problems(tables('"2026-01-01" <= ? < "2026-05-01" | 1', '< "2026-01-01" | 2', DAYS[1], policy=policy))
        == []
    )
    (gap,) = draw.problems(tables('< "2026-05-01" | 1', '> "2026-05-01" | 2', policy=policy))
    assert (gap.rule, "'2026-05-01'" in gap.message) == ("rows-gap", True)
    (gap,) = draw.problems(tables('>= "2026-05-01" | 2', policy=policy))
    assert gap.rule == "rows-gap"
    assert "\0" not in gap.message


def test_days_that_two_rows_of_a_unique_table_match_are_told() -> None:
    rows = ('< "2026-09-01" | 1', '>= "2026-05-01" | 2')
    assert {problem.rule for problem in draw.problems(tables(*rows, policy="UNIQUE"))} == {"rows-overlap"}
    (shadowed,) = draw.problems(tables('> "a" | 1', '"b" | 2', "- | 3"))
    assert (shadowed.rule, shadowed.element) == ("row-unreachable", "r2")


def test_collect_may_leave_gaps_and_overlap() -> None:
    assert draw.problems(tables('"health" | 1', '"health" | 2', policy="COLLECT")) == []


def test_two_outputs_need_two_names() -> None:
    column = b'<output id="out" name="level"/>'
    twice = FINE.replace(column, column + b'<output id="o2" name="level"/>')
    assert ("output-name", "o2") in {(problem.rule, problem.element) for problem in draw.problems({TABLE: twice})}


def test_a_table_without_outputs_is_reported() -> None:
    bare = FINE.replace(b'<output id="out" name="level"/>', b"")
    assert "row-width" in {problem.rule for problem in draw.problems({TABLE: bare})}


@pytest.mark.parametrize("namespace", DMN)
def test_all_versions_of_dmn_are_read(namespace: str) -> None:
    assert draw.problems({TABLE: FINE.replace(draw.DMN.encode(), namespace.encode())}) == []
