"""The how-to pages exist in both languages: each has its pair, with the same parts, and their links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.paths import ROOT

ENGLISH = ROOT / "docs" / "how-to"
VIETNAMESE = ENGLISH / "vi"
BLOCK = "\0"  # What stands for a block of code, and for nothing else.
PAGES = sorted(path.name for path in ENGLISH.glob("*.md"))


def parts_of(path: Path) -> list[tuple[str, int]]:
    """The headings of a page by level, with the numbers of tables' rows, numbered steps and blocks of code between."""
    parts: list[tuple[str, int]] = []
    text = re.sub(r"```.*?```", BLOCK, path.read_text("utf-8"), flags=re.DOTALL)
    for section in re.split(r"^(?=#)", text, flags=re.MULTILINE):
        level = re.match(r"#*", section)
        assert level is not None
        rows, steps = (len(re.findall(pattern, section, re.MULTILINE)) for pattern in (r"^\|", r"^\d+\. "))
        parts.append((level.group(), 10_000 * section.count(BLOCK) + 100 * steps + rows))
    return parts


def test_every_page_has_its_pair() -> None:
    assert sorted(path.name for path in VIETNAMESE.glob("*.md")) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_both_have_the_same_parts(name: str) -> None:
    assert parts_of(VIETNAMESE / name) == parts_of(ENGLISH / name)


@pytest.mark.parametrize("path", [folder / name for folder in (ENGLISH, VIETNAMESE) for name in PAGES], ids=str)
def test_links_lead_to_files(path: Path) -> None:
    links = re.findall(
        r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    )
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []
