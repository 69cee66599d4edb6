"""What is said of broken rules of `staff`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
