"""What differs in meaning between two versions of a deployment's files, file by file, for the drawing to be marked.

Called by the studio. It needs no store; a file that cannot be read as what its ending says is compared by its lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import PurePosixPath
from typing import Any

from engine.bpmn.lint import diagram, table
from engine.bpmn.lint.document import Refused, read
from engine.studio.diff import bpmn, dmn, forms
from engine.studio.diff.change import ADDED, CHANGED, MOVED, REMOVED, Change, Kind
from engine.studio.diff.words import sentence
from forms.schema import BadForm, parse_form

__all__ = ["ADDED", "CHANGED", "MOVED", "REMOVED", "Change", "FileDifference", "Kind", "differences", "sentence"]

MAX_LINES = 2_000
"""Longer texts are not compared line by line: no file of a deployment comes near it."""


@dataclass(frozen=True, slots=True)
class FileDifference:
    """One file that differs: whether it was added, removed or changed, and for a changed one its changes."""

    path: PurePosixPath
    kind: Kind
    changes: tuple[Change, ...] = ()


def differences(old: Mapping[PurePosixPath, bytes], new: Mapping[PurePosixPath, bytes]) -> list[FileDifference]:
    """The files of two versions that differ in meaning, by path; no content makes it raise."""
    found = []
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            found.append(FileDifference(path, ADDED))
        elif path not in new:
            found.append(FileDifference(path, REMOVED))
        elif old[path] != new[path]:
            changes = _changes(path, old[path], new[path])
            found += [FileDifference(path, CHANGED, tuple(changes))] if changes else []
    return found


def _changes(path: PurePosixPath, old: bytes, new: bytes) -> list[Change]:
    kind = _KINDS.get(path.suffix)
    if kind is None:
        return _lines(old, new)
    parse, compare = kind
    try:
        before, after = parse(path, old), parse(path, new)
    except (Refused, BadForm):
        return _lines(old, new)
    return compare(before, after)


_KINDS: Mapping[str, tuple[Callable[[PurePosixPath, bytes], Any], Callable[[Any, Any], list[Change]]]] = {
    ".bpmn": (lambda path, content: read(path, content, (diagram.ROOT,)).root, bpmn.difference),
    ".dmn": (lambda path, content: read(path, content, table.ROOTS).root, dmn.difference),
    ".json": (lambda _path, content: parse_form(content), forms.difference),
}


def _lines(old: bytes, new: bytes) -> list[Change]:
    before, after = (content.decode("utf-8-sig", "backslashreplace").splitlines() for content in (old, new))
    if max(len(before), len(after)) > MAX_LINES:
        return [Change(CHANGED, "", "", "content", f"{len(old)} B", f"{len(new)} B")]
    found: list[Change] = []
    for i1, i2, j1, j2 in _stretches(before, after):
        both = min(i2 - i1, j2 - j1)
        pairs = zip(range(i1, i1 + both), range(j1, j1 + both), strict=True)
        found += [Change(CHANGED, str(j + 1), "", "line", before[i], after[j]) for i, j in pairs]
        found += [Change(REMOVED, str(i + 1), "", "line", before[i]) for i in range(i1 + both, i2)]
        found += [Change(ADDED, str(j + 1), "", "line", None, after[j]) for j in range(j1 + both, j2)]
    return found


def _stretches(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Where the lines differ. The matcher is not the same both ways, so it is always asked in the same order."""
    turned = old > new
    first, second = (new, old) if turned else (old, new)
    acts = [act for act in SequenceMatcher(None, first, second).get_opcodes() if act[0] != "equal"]
    return [(j1, j2, i1, i2) if turned else (i1, i2, j1, j2) for _, i1, i2, j1, j2 in acts]
