"""What is said of broken rules of `process`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
