"""The how-to pages exist in both languages: each has its pair with the same headings, and links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.paths import ROOT

ENGLISH = ROOT / "docs" / "how-to"
VIETNAMESE = ENGLISH / "vi"
PAGES = sorted(path.name for path in VIETNAMESE.glob("*.md"))


def headings_of(path: Path) -> list[str]:
    """The levels of a page's headings, in order."""
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    return re.findall(r"^#+", text, re.MULTILINE)


# English pages whose Vietnamese one is still to be written.
AWAITED: frozenset[str] = frozenset()


def test_every_page_has_its_pair() -> None:
    english = {path.name for path in ENGLISH.glob("*.md")}
    assert set(PAGES) - english == set()
    assert english - set(PAGES) <= AWAITED, "Write it in docs/how-to/vi, or say in AWAITED that it is to come."


@pytest.mark.parametrize("name", PAGES)
def test_both_have_the_same_headings(name: str) -> None:
    assert headings_of(VIETNAMESE / name) == headings_of(ENGLISH / name)


@pytest.mark.parametrize("path", [folder / name for folder in (ENGLISH, VIETNAMESE) for name in PAGES], ids=str)
def test_links_lead_to_files(path: Path) -> None:
    links = re.findall(
        r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    )
    assert [link for link in links if "://" not in link and not (path.parent / link).exists()] == []
