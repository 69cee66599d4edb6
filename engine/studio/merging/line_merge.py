"""Merges mails and scenarios line by line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from engine.studio.merging.conflict import MergeConflict, MergeJudge


@dataclass(frozen=True, slots=True)
class _Replacement:
    """The lines of the base from `start` to before `end` become `lines`."""

    start: int
    end: int
    lines: tuple[str, ...]


def merge_lines(base: str, theirs: str, mine: str, judge: MergeJudge) -> str:
    """The text with the changes of both; lines that both changed are a conflict named by their number in the base."""
    old = base.splitlines(keepends=True)
    own, others = _replacements(old, mine), _replacements(old, theirs)
    merged: list[str] = []
    position = 0
    for start, end in _regions([*own, *others]):
        merged += old[position:start]
        texts = ["".join(_apply(old, start, end, changes)) for changes in ((), others, own)]
        conflict = MergeConflict(f"{start + 1}", "", "lines", texts[2].strip("\n"), texts[1].strip("\n"))
        merged.append(judge.decide(texts[0], texts[1], texts[2], conflict))
        position = end
    return "".join([*merged, *old[position:]])


def _replacements(old: Sequence[str], new: str) -> list[_Replacement]:
    lines = new.splitlines(keepends=True)
    codes = SequenceMatcher(None, old, lines, autojunk=False).get_opcodes()
    return [_Replacement(a, b, tuple(lines[c:d])) for tag, a, b, c, d in codes if tag != "equal"]


def _regions(changes: Sequence[_Replacement]) -> list[tuple[int, int]]:
    """The parts of the base that something changes, those that touch each other as one."""
    regions: list[tuple[int, int]] = []
    for change in sorted(changes, key=lambda change: (change.start, change.end)):
        if regions and change.start <= regions[-1][1]:
            regions[-1] = (regions[-1][0], max(regions[-1][1], change.end))
        else:
            regions.append((change.start, change.end))
    return regions


def _apply(old: Sequence[str], start: int, end: int, changes: Sequence[_Replacement]) -> list[str]:
    """The lines of a region after the changes of one person."""
    lines: list[str] = []
    position = start
    for change in changes:
        if start <= change.start and change.end <= end:
            lines += [*old[position : change.start], *change.lines]
            position = change.end
    return [*lines, *old[position:end]]
