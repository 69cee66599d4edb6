"""What is said of broken rules of `mailing`."""

from __future__ import annotations

SENTENCES: dict[str, str] = {}
