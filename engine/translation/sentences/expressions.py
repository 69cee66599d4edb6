"""What is said of broken rules of `expressions`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
