"""Where set-up puts the typeface of papers as PDF. For pages and commands that make such papers."""

from __future__ import annotations

from pathlib import Path

SERIF_FOLDER = Path(__file__).parent.parent / "static" / "vendor"
