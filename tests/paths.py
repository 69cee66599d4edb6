"""Where the project's files are, for tests that read or start them."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
PROVINCE_DATA = ROOT / "engine" / "data"
TEST_DATA = ROOT / "tests" / "data"
