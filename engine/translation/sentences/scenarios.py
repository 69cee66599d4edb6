"""What is said of broken rules of `scenarios`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
