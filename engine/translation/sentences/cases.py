"""What is said of broken rules of `cases`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
