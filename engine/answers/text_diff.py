"""How two texts differ, word by word, so that a page can mark what was added and removed. Imports nothing of ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
_PIECES = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text that stands in both, or in the newer alone (added), or in the older alone (removed)."""

    kind: str
    text: str


def compare(old: str, new: str) -> list[Part]:
    """The pieces that `old` and `new` are made of, in reading order; what was removed comes before what replaced it.

    The texts are short (4,000 signs), so the slow but readable comparison is fast enough.
    """
    before, after = _PIECES.findall(old), _PIECES.findall(new)
    parts: list[Part] = []
    for what, first, last, begin, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            parts.append(Part(SAME, "".join(before[first:last])))
            continue
        if first < last:
            parts.append(Part(REMOVED, "".join(before[first:last])))
        if begin < end:
            parts.append(Part(ADDED, "".join(after[begin:end])))
    return _joined(parts)


def _joined(parts: list[Part]) -> list[Part]:
    """Changed words with nothing but blanks between them are one change: marks that flicker are hard to listen to."""
    found: list[Part] = []
    for at, part in enumerate(parts):
        between = part.kind == SAME and not part.text.strip() and 0 < at < len(parts) - 1
        pieces = [Part(REMOVED, part.text), Part(ADDED, part.text)] if between else [part]
        for piece in pieces:
            _append(found, piece)
    return found


def _append(found: list[Part], piece: Part) -> None:
    """Add a piece to the last change, in which what was removed stands before what was added."""
    for back in range(1, min(2, len(found)) + 1):
        if found[-back].kind == SAME:
            break
        if found[-back].kind == piece.kind:
            found[-back] = Part(piece.kind, found[-back].text + piece.text)
            return
    if piece.kind == REMOVED and found and found[-1].kind == ADDED:
        found.insert(len(found) - 1, piece)
    else:
        found.append(piece)
