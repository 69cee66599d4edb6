"""docs/reference/asvs.md has every item of OWASP ASVS 4.0.3, level 2; its tests exist, and its counts are right."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from tests.paths import DOCS, ROOT

DOCUMENT = (DOCS / "reference" / "asvs.md").read_text(encoding="utf-8")
STATES = ("shown", "by design", "operator", "not applicable", "not met", "open")
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
COUNT = re.compile(r"^\| ([a-z ]+) \| (\d+) \| [^|]+ \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
# The numbers that the standard has in level 2, by section; those it left out were withdrawn or are level 3 alone.
SECTIONS = {
    "1.1": "1 2 3 4 5 6 7",
    "1.2": "1 2 3 4",
    "1.4": "1 4 5",
    "1.5": "1 2 3 4",
    "1.6": "1 2 3 4",
    "1.7": "1 2",
    "1.8": "1 2",
    "1.9": "1 2",
    "1.10": "1",
    "1.11": "1 2",
    "1.12": "2",
    "1.14": "1 2 3 4 5 6",
    "2.1": "1 2 3 4 5 6 7 8 9 10 11 12",
    "2.2": "1 2 3",
    "2.3": "1 2 3",
    "2.4": "1 2 3 4 5",
    "2.5": "1 2 3 4 5 6 7",
    "2.6": "1 2 3",
    "2.7": "1 2 3 4 5 6",
    "2.8": "1 2 3 4 5 6 7",
    "2.9": "1 2 3",
    "2.10": "1 2 3 4",
    "3.1": "1",
    "3.2": "1 2 3 4",
    "3.3": "1 2 3 4",
    "3.4": "1 2 3 4 5",
    "3.5": "1 2 3",
    "3.7": "1",
    "4.1": "1 2 3 5",
    "4.2": "1 2",
    "4.3": "1 2 3",
    "5.1": "1 2 3 4 5",
    "5.2": "1 2 3 4 5 6 7 8",
    "5.3": "1 2 3 4 5 6 7 8 9 10",
    "5.4": "1 2 3",
    "5.5": "1 2 3 4",
    "6.1": "1 2 3",
    "6.2": "1 2 3 4 5 6",
    "6.3": "1 2",
    "6.4": "1 2",
    "7.1": "1 2 3 4",
    "7.2": "1 2",
    "7.3": "1 3 4",
    "7.4": "1 2 3",
    "8.1": "1 2 3 4",
    "8.2": "1 2 3",
    "8.3": "1 2 3 4 5 6 7 8",
    "9.1": "1 2 3",
    "9.2": "1 2 3 4",
    "10.2": "1 2",
    "10.3": "1 2 3",
    "11.1": "1 2 3 4 5 6 7 8",
    "12.1": "1 2 3",
    "12.2": "1",
    "12.3": "1 2 3 4 5 6",
    "12.4": "1 2",
    "12.5": "1 2",
    "12.6": "1",
    "13.1": "1 3 4 5",
    "13.2": "1 2 3 5 6",
    "13.3": "1 2",
    "13.4": "1 2",
    "14.1": "1 2 3 4",
    "14.2": "1 2 3 4 5 6",
    "14.3": "2 3",
    "14.4": "1 2 3 4 5 6 7",
    "14.5": "1 2 3 4",
}


def items() -> list[str]:
    """The numbers of all items."""
    return [f"{section}.{number}" for section, numbers in SECTIONS.items() for number in numbers.split()]


@cache
def text_of(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8") if (ROOT / path).is_file() else ""


def test_every_item_of_level_2_has_one_row_in_order() -> None:
    assert [row[0] for row in ROW.findall(DOCUMENT)] == items()
    assert len(items()) == 259


def test_every_row_has_a_state_and_says_what_shows_it_or_why_not() -> None:
    for number, _level, _asks, state, why in ROW.findall(DOCUMENT):
        assert state in STATES, number
        assert (state == "shown") == bool(TEST.fullmatch(why.split(", ")[0])), number


def test_every_named_test_exists() -> None:
    named = TEST.findall(DOCUMENT)
    assert len(named) > 100
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in text_of(path)]
    assert missing == []


def test_the_counts_are_those_of_the_table() -> None:
    counts = Counter(state for _number, _level, _asks, state, _why in ROW.findall(DOCUMENT))
    assert {state: int(count) for state, count in COUNT.findall(DOCUMENT)} == {state: counts[state] for state in STATES}
