"""Promises of the table of a scenario: nothing is lost on the way there and back, and a bad cell is named."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.bpmn.drawn_tasks import parse_user_tasks
from engine.errors import BadInput
from engine.process import definitions
from engine.scenarios import scenario_table, scenario_text
from engine.scenarios.files import EXPECTATIONS, SHIPPED_PROVINCES, Scenario, ScenarioStep, read_scenario
from engine.scenarios.scenario_table import BadCell, BadCells, ScenarioRow, ScenarioTable, from_json, from_scenario
from engine.yaml_documents import read_yaml
from tests.paths import ROOT

SHIPPED = sorted((ROOT / "workflows" / "tests").glob("*.yaml"))
PATH = PurePosixPath("workflows/tests/one.yaml")
START = "2026-12-07T08:00+07:00"


def back(edited: ScenarioTable) -> Scenario:
    return scenario_table.to_scenario(PATH, edited)


def over_the_wire(edited: ScenarioTable) -> ScenarioTable:
    """As a browser gets it and sends it."""
    return from_json(json.loads(json.dumps(asdict(edited))))


def edited(*rows: ScenarioRow, **head: str) -> ScenarioTable:
    above = {"process": "handle", "province": "three_level", "name": "Thử", "starts_at": START, "data": "", "staff": ""}
    return ScenarioTable(**{**above, **head}, rows=rows)


def bad(*rows: ScenarioRow, **head: str) -> list[BadCell]:
    with pytest.raises(BadCells) as caught:
        back(edited(*rows, **head))
    places = dict.fromkeys(f"row {cell.row}" if cell.row else "above the table" for cell in caught.value.cells)
    assert str(caught.value) == f"Some cells cannot be read yet: {', '.join(places)}."
    return list(caught.value.cells)


# There and back


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.stem)
def test_a_shipped_scenario_comes_back_the_same(file: Path) -> None:
    shipped = read_scenario(PATH, file.read_bytes())
    assert back(over_the_wire(from_scenario(shipped))) == shipped
    assert read_scenario(PATH, scenario_text.render_scenario(shipped)) == shipped


def test_a_row_says_who_does_what_when_and_what_holds_then() -> None:
    roles = {node: task.role for node, task in parse_user_tasks(definitions.read_deployment_folder(ROOT)).items()}
    file = ROOT / "workflows" / "tests" / "citizen_report_chase_reminders_capped.yaml"
    found = from_scenario(read_scenario(PATH, file.read_bytes()), roles)
    assert (found.starts_at, found.data) == (START, "field: health, urgency: normal, place: '26068', channel: phone")
    assert found.rows[1] == ScenarioRow("complete", "assign", "5m", "place: '26068'", "", "tier2_focal")
    assert found.rows[2] == ScenarioRow("take", "verify", "5m", who="commune")
    told = "open: [verify, chase], notices: {chase: 1, chase_reminder: 10, reminder: 1, overdue: 1}"
    assert found.rows[3] == ScenarioRow("wait", when="40d", expect=told, who="clock")
    assert found.rows[-1].who == "citizen"


def test_who_is_shown_and_never_read() -> None:
    row = ScenarioRow("message", "withdraw", who="outside")
    assert back(edited(row)) == back(edited(replace(row, who="nobody")))


# Values as they may stand in a file; YAML's own dates among them.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | WORDS | st.dates()
VALUES = st.dictionaries(
    WORDS, st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3), max_leaves=4), max_size=3
)
MINUTES = st.integers(0, 9_999).map(lambda amount: timedelta(minutes=amount))
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
EXPECTED = st.fixed_dictionaries(
    {},
    optional={
        "open": st.lists(WORDS, max_size=3),
        "marks": st.lists(WORDS, max_size=2),
        "refused": st.lists(WORDS, max_size=2),
        "unit": VALUES,
        "notices": VALUES,
        "data": VALUES,
        "finished": st.booleans(),
        "deadline": st.none() | INSTANTS.map(datetime.isoformat),
    },
)


@st.composite
def steps(draw: st.DrawFn) -> ScenarioStep:
    """A step as a file can say it, with its time said in one way."""
    kind = draw(st.sampled_from(["begin", "task", "message", "wait", "until", "expect"]))
    if kind == "wait":
        return ScenarioStep(0, kind, after=draw(MINUTES))
    if kind == "until":
        return ScenarioStep(0, kind, at=draw(INSTANTS))
    when: dict[str, Any] = draw(st.just({}) | st.builds(dict, after=MINUTES) | st.builds(dict, at=INSTANTS))
    if kind == "expect":
        return ScenarioStep(0, kind, values=draw(EXPECTED), **when)
    name, values = draw(WORDS.filter(bool)), draw(st.none() | VALUES)
    by = draw(st.sampled_from(["", "commune 26068"])) if kind == "begin" else ""
    return ScenarioStep(0, kind, name, values=values, by=by, take=kind == "task" and draw(st.booleans()), **when)


@st.composite
def drawn(draw: st.DrawFn) -> Scenario:
    numbered = [replace(step, number=number) for number, step in enumerate(draw(st.lists(steps(), max_size=8)), 1)]
    staff = draw(st.dictionaries(WORDS, st.lists(WORDS, max_size=2), max_size=2))
    province = draw(st.sampled_from(["three_level", "two_level"]))
    words = draw(WORDS), province, draw(WORDS)
    return Scenario(PATH, *words, draw(INSTANTS), draw(VALUES), staff, tuple(numbered), SHIPPED_PROVINCES[words[1]])


@pytest.mark.slow
@given(drawn())
def test_any_scenario_comes_back_the_same(one: Scenario) -> None:
    assert read_scenario(PATH, scenario_text.render_scenario(one)) == one
    assert back(over_the_wire(from_scenario(one))) == one


def test_a_duration_beside_an_instant_means_nothing_and_is_dropped() -> None:
    both = ScenarioStep(1, "message", "withdraw", timedelta(hours=1), datetime(2026, 12, 7, 3, tzinfo=UTC))
    one = back(edited())
    assert back(from_scenario(replace(one, steps=(both,)))).steps == (replace(both, after=timedelta(0)),)


# What people type


def test_expectations_stand_in_the_row_of_the_act_before_or_in_their_own() -> None:
    found = back(
        edited(
            ScenarioRow("", expect="open: [verify]"),
            ScenarioRow("complete", "verify", "", "note: x", "{open: [resolve], finished: false}"),
            ScenarioRow("", when="2h", expect="marks: []"),
            ScenarioRow("wait", when="1d"),
            ScenarioRow("wait", when="2026-12-09T08:00+07:00", expect="{}"),
        )
    )
    kinds = [(step.kind, step.after, step.values) for step in found.steps]
    none = timedelta(0)
    assert kinds == [
        ("expect", none, {"open": ["verify"]}),
        ("task", none, {"note": "x"}),
        ("expect", none, {"open": ["resolve"], "finished": False}),
        ("expect", timedelta(hours=2), {"marks": []}),
        ("wait", timedelta(days=1), None),
        ("until", none, None),
        ("expect", none, {}),
    ]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (ScenarioRow("complete", ""), "what", "say which task or message"),
        (ScenarioRow("message", ""), "what", "say which task or message"),
        (
            ScenarioRow("leave", "verify"),
            "act",
            "leave is unknown; use one of begin, complete, take, message, signal, wait, or none.",
        ),
        (ScenarioRow(""), "expect", "a row without an act says what is expected"),
        (ScenarioRow("wait"), "when", "'' is no duration; write 30m, 2h or 5d."),
        (ScenarioRow("take", "verify", "soon"), "when", "soon is no duration"),
        (ScenarioRow("take", "verify", "2026-12-07"), "when", "no time zone"),
        (ScenarioRow("take", "verify", "2026-12-07T08:00"), "when", "no time zone"),
        (ScenarioRow("take", "verify", "tomorrow-ish"), "when", "is not a date and time"),
        (ScenarioRow("complete", "verify", "", "note: [x"), "values", "Write “name: value, name: value”"),
        (ScenarioRow("complete", "verify", "", "1: x"), "values", "is not a table of names and values"),
        (ScenarioRow("complete", "verify", "", "note: x}, {a: b"), "values", "Write"),
        (ScenarioRow("complete", "verify", "", "x" * 30_000), "values", "longer than 20,000 characters"),
        (ScenarioRow("wait", "verify", "1h"), "what", "leave the cell empty"),
        (ScenarioRow("wait", "", "1h", "note: x"), "values", "leave the cell empty"),
        (ScenarioRow("wait", "", "1h", "", "opened: [verify]"), "expect", "unknown expectation opened"),
        (ScenarioRow("wait", "", "1h", "", "open: verify"), "expect", "open: verify is not a list of names"),
        (ScenarioRow("wait", "", "1h", "", "unit: [verify]"), "expect", "unit: [verify] is not a table"),
        (ScenarioRow("wait", "", "1h", "", "{open: *there}"), "expect", "Write"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(row: ScenarioRow, column: str, said: str) -> None:
    (cell,) = bad(ScenarioRow("wait", when="1h"), row)
    assert (cell.row, cell.column) == (2, column)
    assert said in str(cell.reason)


@pytest.mark.parametrize(
    ("head", "said"),
    [
        ({"province": "four_level"}, "use one of three_level, two_level"),
        ({"starts_at": "yesterday"}, "is not a date and time"),
        ({"starts_at": "2026-12-07T08:00"}, "no time zone"),
        ({"data": "[1]"}, "Write"),
        ({"data": "1: 2"}, "is not a table"),
        ({"staff": "26068: commune"}, "is not a list of names"),
    ],
)
def test_a_bad_cell_above_the_rows_is_named(head: dict[str, str], said: str) -> None:
    (cell,) = bad(**head)
    assert (cell.row, cell.column) == (0, next(iter(head)))
    assert said in str(cell.reason)


def test_every_bad_cell_is_told_at_once() -> None:
    cells = bad(ScenarioRow("complete", "", "soon", "[", "open: x"), ScenarioRow("sleep"), province="x")
    assert [(cell.row, cell.column) for cell in cells] == [
        (0, "province"),
        (1, "values"),
        (1, "when"),
        (1, "expect"),
        (1, "what"),
        (2, "act"),
    ]


def test_a_unit_without_quotes_is_a_code_all_the_same() -> None:
    assert back(edited(staff="26068: [commune], '731': []")).staff == {"26068": ["commune"], "731": []}


@pytest.mark.parametrize(
    "document",
    [None, [], "x", {}, {"rows": []}, {**asdict(edited()), "rows": [{"act": 1}]}, {**asdict(edited()), "rows": [{}]}],
)
def test_what_is_not_shaped_like_a_table_is_refused(document: object) -> None:
    with pytest.raises(BadInput, match="The table cannot be read"):
        from_json(document)


def test_a_table_that_is_too_long_is_refused() -> None:
    with pytest.raises(BadInput, match="at most 500 rows"):
        from_json(json.loads(json.dumps(asdict(edited(*[ScenarioRow("wait", when="1m")] * 501)))))


def test_a_value_that_stands_twice_is_written_twice() -> None:
    """A reference to the first would be refused when the text is read again."""
    twice = [1, 2]
    text = scenario_text.dump_yaml({"a": twice, "b": {"c": twice}})
    assert read_yaml(text) == {"a": twice, "b": {"c": twice}}


CELLS = st.text(st.sampled_from("a1: ,{}[]'\"&*!#|>-\n\tà\x00\ud800"), max_size=12) | st.sampled_from(
    ["complete", "take", "message", "wait", "1h", START, *sorted(EXPECTATIONS)]
)
ROWS = st.lists(st.builds(ScenarioRow, CELLS, CELLS, CELLS, CELLS, CELLS, CELLS), max_size=4).map(tuple)


@pytest.mark.slow
@given(st.builds(ScenarioTable, CELLS, CELLS, CELLS, CELLS, CELLS, CELLS, ROWS))
def test_no_text_in_a_cell_makes_it_fail_otherwise(wild: ScenarioTable) -> None:
    try:
        found = back(wild)
    except BadInput:
        return
    assert yaml.safe_load(scenario_text.render_scenario(found))["process"] == found.process
