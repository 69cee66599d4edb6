"""What is said of broken rules of `privacy`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
