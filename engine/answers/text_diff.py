"""Compares two texts word by word, so that a page can mark what was added and removed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher

MAX_PAIRS = 20_000  # A usual answer of 4,000 characters has 3,000 with itself; 4,000,000 took over ten minutes.
SAME, ADDED, REMOVED = "same", "added", "removed"
_TOKENS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class DiffPart:
    """A piece of text that is in both, only in the newer (added), or only in the older (removed)."""

    kind: str
    text: str


def diff_words(old: str, new: str) -> list[DiffPart]:
    """The pieces of `old` and `new` in reading order; removed text comes before what replaced it.

    A text that repeats few words so often that comparing would take minutes counts as replaced.
    """
    before, after = _TOKENS.findall(old), _TOKENS.findall(new)
    if _count_pairs(before, after) > MAX_PAIRS:
        return [DiffPart(SAME, old)] if old == new else [DiffPart(REMOVED, old), DiffPart(ADDED, new)]
    parts: list[DiffPart] = []
    for tag, first, last, begin, end in SequenceMatcher(str.isspace, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            parts.append(DiffPart(SAME, "".join(before[first:last])))
            continue
        if first < last:
            parts.append(DiffPart(REMOVED, "".join(before[first:last])))
        if begin < end:
            parts.append(DiffPart(ADDED, "".join(after[begin:end])))
    return _join_changes(parts)


def _count_pairs(before: list[str], after: list[str]) -> int:
    """How many pairs of equal words there are, which bounds the comparison."""
    counts, others = Counter(before), Counter(after)
    return sum(count * others[word] for word, count in counts.items() if not word.isspace())


def _join_changes(parts: list[DiffPart]) -> list[DiffPart]:
    """Join changed words separated only by whitespace into one change: flickering marks are hard to listen to."""
    result: list[DiffPart] = []
    for at, part in enumerate(parts):
        between = part.kind == SAME and not part.text.strip() and 0 < at < len(parts) - 1
        pieces = [DiffPart(REMOVED, part.text), DiffPart(ADDED, part.text)] if between else [part]
        for piece in pieces:
            _append_part(result, piece)
    return result


def _append_part(parts: list[DiffPart], piece: DiffPart) -> None:
    """Add a piece to the last change, in which removed text precedes added text."""
    for back in range(1, min(2, len(parts)) + 1):
        if parts[-back].kind == SAME:
            break
        if parts[-back].kind == piece.kind:
            parts[-back] = DiffPart(piece.kind, parts[-back].text + piece.text)
            return
    if piece.kind == REMOVED and parts and parts[-1].kind == ADDED:
        parts.insert(len(parts) - 1, piece)
    else:
        parts.append(piece)
