"""What is said of broken rules of `forms`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
