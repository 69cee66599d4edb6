"""What is said of broken rules of `directives`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
