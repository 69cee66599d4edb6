"""YAML of any size and shape is read at once or refused: an analyst cannot stop the server with a scenario."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from engine.errors import BadInput
from engine.simulation.assumptions import parse_changes
from engine.yaml_documents import MAX_LENGTH, MAX_VALUES, read_yaml
from tests.kit.site import Site
from tests.web.studio.test_studio import Studio

SECONDS = 2.0  # Of processor time: promised in docs/reference/doors.md.
HEAD = 'process: a\nname: x\nstart: {at: "2026-01-01T00:00+07:00"}\nsteps:\n'
CELLS = {"process": "a", "province": "three_level", "name": "x", "starts_at": "2026-01-01", "data": "", "staff": ""}
BOMBS = {
    "a megabyte": "a: b\n" * 250_000,
    "brackets": "[" * 20_000,
    "brackets that close": "[" * 20_000 + "]" * 20_000,
    "keys of keys": "? " * 20_000,
    "laughs": "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]",
    "number of many digits": "a: " + "1:" * 50_000 + "1",
    "hexadecimal number of many digits": "a: 0x" + "f" * 100_000,
    "too many values": "[" + "1," * MAX_VALUES + "1]",
    "tag without a value": "!!bool maybe",
    "tag of an instant": "!!timestamp now",
    "tag of a number": '!!int ""',
    "instant before the first": "0001-01-01T00:00:00+23:59",
    "lost quotation mark": '"' + "a" * 199_000,
}


def test_a_bomb_is_refused_within_two_seconds() -> None:
    for name, bomb in BOMBS.items():
        start = time.process_time()
        try:
            read_yaml(HEAD + f"  - expect:\n      data: {bomb}" if "\n" not in bomb else bomb)
        except BadInput:
            pass
        else:
            assert name == "instant before the first", name
        assert time.process_time() - start < SECONDS, name


def test_the_largest_text_that_is_taken_is_read_within_two_seconds() -> None:
    fullest = "[" + ",".join(["2026-12-07T08:00:00+07:00"] * (MAX_LENGTH // 26 - 100)) + "]"
    start = time.process_time()
    assert len(read_yaml(fullest)) > MAX_VALUES // 2
    assert time.process_time() - start < SECONDS


@pytest.fixture
def studio(site: Site) -> Studio:
    return Studio(site)


def send(studio: Studio, page: str, body: Any) -> Any:
    return studio.ask("POST", page, json.dumps(body).encode(), Content_Type="application/json")


def test_the_doors_of_the_studio_answer_bombs_in_a_sentence(studio: Studio) -> None:
    row = {"act": "complete", "what": "t", "expect": ""}
    for name, bomb in BOMBS.items():
        start = time.process_time()
        assert send(studio, "/scenario/table", {"text": bomb}).status_code == 422, name
        cells = {
            "process": "a",
            "province": "three_level",
            "name": "x",
            "starts_at": "2026-01-01",
            "data": bomb,
            "staff": "",
        }
        answer = send(studio, "/scenario/text", {"table": {**cells, "rows": [{**row, "values": bomb}]}})
        assert answer.status_code == 422, name
        assert answer.json["sentence"], name
        assert time.process_time() - start < 2 * SECONDS, name


def test_a_table_of_many_full_rows_is_refused(studio: Studio) -> None:
    rows = [{"act": "complete", "what": "t", "values": "a: " + "b" * 1_900}] * 500
    answer = send(studio, "/scenario/text", {"table": {**CELLS, "rows": rows}})
    assert (answer.status_code, answer.json["sentence"]) == (422, "Nội dung dài quá 200.000 ký tự.")


def test_assumptions_of_a_simulation_are_read_the_same_way() -> None:
    with pytest.raises(BadInput) as refused:
        parse_changes("steps: {a: &a [1], b: *a}")
    assert refused.value.rule == "yaml-tricks"


def test_what_analysts_write_is_still_read() -> None:
    for text in ("a: {b: [c, 'd: &e'], f: \"*g !h\"}", "at: 2026-12-07T08:00:00+07:00", "a: |\n  b & c\n"):
        assert isinstance(read_yaml(text), dict)
