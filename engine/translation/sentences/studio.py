"""What is said of broken rules of `studio`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
