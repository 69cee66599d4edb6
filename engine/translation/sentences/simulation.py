"""What is said of broken rules of `simulation`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
