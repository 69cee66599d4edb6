"""docs/reference/glossary.md names modules and public names that exist, and no word twice."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.paths import DOCS, ROOT

ROW = re.compile(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \| `([\w/.]+)`(?: `(\w+)`)? \|$", re.MULTILINE)
ROWS = ROW.findall((DOCS / "reference" / "glossary.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("path", "name"), [(path, name) for _vietnamese, _english, path, name in ROWS])
def test_a_word_leads_to_its_place_in_the_code(path: str, name: str) -> None:
    text = (ROOT / path).read_text(encoding="utf-8")
    assert not name or re.search(rf"^(?:class|def) {name}\b|^{name}\b", text, re.MULTILINE)


def test_no_word_stands_twice() -> None:
    words = [word.strip() for row in ROWS for cell in row[:2] for word in cell.split(",")]
    assert len(ROWS) > 40
    assert [word for word, count in Counter(words).items() if count > 1] == []
