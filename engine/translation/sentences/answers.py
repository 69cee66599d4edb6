"""What is said of broken rules of `answers`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
