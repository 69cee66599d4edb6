"""Merges two versions of one file of a deployment that come from the same one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from lxml import etree

from engine.safe_xml import parse_xml
from engine.studio.merging.conflict import Choice, MergeConflict, MergeJudge
from engine.studio.merging.form_merge import merge_form
from engine.studio.merging.line_merge import merge_lines
from engine.studio.merging.xml_merge import merge_xml

WHOLE_FILE = MergeConflict("", "", "file", "", "")


@dataclass(frozen=True, slots=True)
class FileVersions:
    """A file as it was, as they and as I have made it; None where it is not there."""

    base: bytes | None
    theirs: bytes | None
    mine: bytes | None


@dataclass(frozen=True, slots=True)
class MergedFile:
    """A file after both changes, and the conflicts for which nobody has chosen yet: there theirs stands."""

    content: bytes | None
    conflicts: tuple[MergeConflict, ...]


def merge_file(path: PurePosixPath, versions: FileVersions, choices: Mapping[str, Choice]) -> MergedFile:
    """The file with the changes of both; what cannot be read is chosen as a whole."""
    judge = MergeJudge(choices)
    if versions.mine in (versions.base, versions.theirs):
        return MergedFile(versions.theirs, ())
    if versions.theirs == versions.base:
        return MergedFile(versions.mine, ())
    content = _merge_parts(path, versions, judge)
    return MergedFile(content, tuple(judge.open_conflicts))


def _merge_parts(path: PurePosixPath, versions: FileVersions, judge: MergeJudge) -> bytes | None:
    base, theirs, mine = versions.base, versions.theirs, versions.mine
    if base is None or theirs is None or mine is None:
        return mine if judge.prefers_mine(WHOLE_FILE) else theirs
    try:
        return _merge_contents(path, base, theirs, mine, judge)
    except (ValueError, etree.XMLSyntaxError):
        judge.conflicts.clear()
        return mine if judge.prefers_mine(WHOLE_FILE) else theirs


def _merge_contents(path: PurePosixPath, base: bytes, theirs: bytes, mine: bytes, judge: MergeJudge) -> bytes:
    if path.suffix in (".bpmn", ".dmn"):
        root = merge_xml(parse_xml(base), parse_xml(theirs), parse_xml(mine), judge)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    if path.suffix == ".json":
        form = merge_form(_document(base), _document(theirs), _document(mine), judge)
        return (json.dumps(form, ensure_ascii=False, indent=2) + "\n").encode()
    return merge_lines(base.decode(), theirs.decode(), mine.decode(), judge).encode()


def _document(content: bytes) -> dict[str, Any]:
    """A form; raises ValueError for what has not the shape of one."""
    document = json.loads(content)
    parts = document.get("components", []) if isinstance(document, dict) else None
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        raise ValueError(parts)
    return dict(document)
