"""Location of the typeface for PDF documents, installed by setup."""

from __future__ import annotations

from pathlib import Path

SERIF_FOLDER = Path(__file__).parent.parent / "static" / "vendor"
