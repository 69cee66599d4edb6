"""Texts and lists that officers send are compared and read in a bounded time."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from engine.answers.text_diff import diff_words
from engine.errors import BadInput
from engine.province import unit_files

SECONDS = 2.0  # Of processor time.
WORDS = [str(number) for number in range(900)]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("a " * 2_000, "a " * 1_999),
        ("a " * 400, "b " * 400),
        ("a b " * 500, "b c a " * 333),
        (" ".join(WORDS), " ".join(reversed(WORDS))),
        ("a b " * 50 + "x " * 1_800, "b a " * 50 + "y " * 1_800),
    ],
)
def test_two_versions_of_an_answer_are_compared_in_time(old: str, new: str) -> None:
    start = time.process_time()
    parts = diff_words(old, new)
    assert time.process_time() - start < SECONDS
    assert "".join(part.text for part in parts if part.kind != "added") == old
    assert "".join(part.text for part in parts if part.kind != "removed") == new


def test_a_list_of_units_that_no_country_has_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    for content in ("x\n" * (unit_files.MAX_LINES + 1), "x" * (unit_files.MAX_BYTES + 1)):
        file.write_text(content, "utf-8")
        with pytest.raises(BadInput) as refused:
            unit_files.read_unit_file(file)
        assert refused.value.rule == "unit-file-too-large"
