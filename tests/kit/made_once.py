"""What is made once for a whole test run, by whichever of its processes comes first."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path


def make_once(note: Path, make: Callable[[], str]) -> str:
    """What `make` gave the first process that came here; the others wait for it and read it in `note`."""
    with note.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not note.exists():
            note.write_text(make(), encoding="utf-8")
        return note.read_text(encoding="utf-8")
