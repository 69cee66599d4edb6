"""A draft that can be played: its files have no problems, and are compiled once for all acts of a play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.errors import InvalidFiles
from engine.process import definitions
from engine.process.definitions import CompiledDeployment
from engine.scenarios import deployment_check
from engine.scenarios.files import Provinces

_MOST_KEPT = 4
_kept: dict[tuple[str, tuple[str, ...]], PlayableDraft] = {}


@dataclass(frozen=True, slots=True)
class PlayableDraft:
    """The files of a draft, and what they are compiled to."""

    files: Mapping[PurePosixPath, bytes]
    content: CompiledDeployment


def prepare_draft(files: Mapping[PurePosixPath, bytes], provinces: Provinces) -> PlayableDraft:
    """Check and compile a draft's files, the same ones once; raises InvalidFiles for those with problems."""
    key = (definitions.digest_of(files), tuple(provinces))
    if key not in _kept:
        problems = deployment_check.problems_in(files, provinces=provinces)
        if problems:
            raise InvalidFiles(problems)
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = PlayableDraft(dict(files), definitions.compile_files(files))
    return _kept[key]
