"""What is said of broken rules of `store`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
