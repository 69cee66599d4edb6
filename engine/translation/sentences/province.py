"""What is said of broken rules of `province`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
