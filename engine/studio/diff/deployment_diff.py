"""Compares two versions of a deployment's files by meaning, file by file, so that changes can be marked in the drawing.

It needs no database; a file that cannot be parsed as the type of its extension is compared line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.lint import diagram, table
from engine.bpmn.lint.document import UnreadableDocument, read_xml
from engine.studio.diff import bpmn, dmn, forms
from engine.studio.diff.change import ADDED, CHANGED, MOVED, REMOVED, ChangeKind, ElementChange
from engine.studio.diff.words import describe_change
from forms.schema import BadForm, parse_form

__all__ = [
    "ADDED",
    "CHANGED",
    "MOVED",
    "REMOVED",
    "ChangeKind",
    "ElementChange",
    "FileDifference",
    "compare_files",
    "describe_change",
]

MAX_LINES = 2_000
"""Longer texts are not compared line by line: no file of a deployment comes near it."""


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One differing file: whether it was added, removed or changed, and its changes if it was changed."""

    path: PurePosixPath
    kind: ChangeKind
    changes: tuple[ElementChange, ...] = ()


def compare_files(old: Mapping[PurePosixPath, bytes], new: Mapping[PurePosixPath, bytes]) -> list[FileDifference]:
    """The files of two versions that differ in meaning, in path order; never raises, whatever the content."""
    file_differences = []
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            file_differences.append(FileDifference(path, ADDED))
        elif path not in new:
            file_differences.append(FileDifference(path, REMOVED))
        elif old[path] != new[path]:
            changes = _compare_file(path, old[path], new[path])
            file_differences += [FileDifference(path, CHANGED, tuple(changes))] if changes else []
    return file_differences


def _compare_file(path: PurePosixPath, old: bytes, new: bytes) -> list[ElementChange]:
    comparer = _COMPARERS.get(path.suffix)
    if comparer is None:
        return _compare_lines(old, new)
    parse, compare = comparer
    try:
        before, after = parse(path, old), parse(path, new)
    except (UnreadableDocument, BadForm):
        return _compare_lines(old, new)
    return compare(before, after)


_COMPARERS: Mapping[str, tuple[Callable[[PurePosixPath, bytes], Any], Callable[[Any, Any], list[ElementChange]]]] = {
    ".bpmn": (lambda path, content: read_xml(path, content, (diagram.ROOT_TAG,)).root, bpmn.compare_diagrams),
    ".dmn": (lambda path, content: read_xml(path, content, table.ROOT_TAGS).root, dmn.compare_decisions),
    ".json": (lambda _path, content: parse_form(content), forms.compare_forms),
}


def _compare_lines(old: bytes, new: bytes) -> list[ElementChange]:
    before, after = (content.decode("utf-8-sig", "backslashreplace").splitlines() for content in (old, new))
    if max(len(before), len(after)) > MAX_LINES:
        return [ElementChange(CHANGED, "", "", "content", f"{len(old)} B", f"{len(new)} B")]
    changes: list[ElementChange] = []
    for i1, i2, j1, j2 in _differing_ranges(before, after):
        paired = min(i2 - i1, j2 - j1)
        pairs = zip(range(i1, i1 + paired), range(j1, j1 + paired), strict=True)
        changes += [ElementChange(CHANGED, str(j + 1), "", "line", before[i], after[j]) for i, j in pairs]
        changes += [ElementChange(REMOVED, str(i + 1), "", "line", before[i]) for i in range(i1 + paired, i2)]
        changes += [ElementChange(ADDED, str(j + 1), "", "line", None, after[j]) for j in range(j1 + paired, j2)]
    return changes


def _differing_ranges(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """The ranges of differing lines. The matcher is not symmetric, so it is always called in the same order."""
    swapped = old > new
    first, second = (new, old) if swapped else (old, new)
    opcodes = [opcode for opcode in SequenceMatcher(None, first, second).get_opcodes() if opcode[0] != "equal"]
    return [(j1, j2, i1, i2) if swapped else (i1, i2, j1, j2) for _, i1, i2, j1, j2 in opcodes]
