"""What is said of broken rules of `operations`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
