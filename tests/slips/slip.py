"""One slip: what was changed in which file, and the files of the deployment after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from random import Random

Files = Mapping[PurePosixPath, bytes]


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of some kind in the file at `path`; `words` are those of which its sentence has at least one."""

    kind: str
    path: PurePosixPath
    about: str
    files: Files
    words: tuple[str, ...] = ()


SlipMaker = Callable[[Random, Files], Slip | None]
"""Makes a slip of one kind; None where the dice fell on a file that has no place for it."""


def paths_with(files: Files, suffix: str, folder: str = "") -> list[PurePosixPath]:
    """The files of a kind, in order."""
    return sorted(path for path in files if path.suffix == suffix and folder in ("", str(path.parent)))


def replaced(files: Files, path: PurePosixPath, content: bytes | None) -> Files:
    """The files with one of them changed or removed."""
    rest = {other: old for other, old in files.items() if other != path}
    return rest if content is None else {**rest, path: content}


def mistyped(dice: Random, word: str) -> str:
    """A word as a hurried hand types it: a letter left out, doubled, or two that changed places."""
    at = dice.randrange(len(word))
    ways = [word[:at] + word[at + 1 :], word[: at + 1] + word[at:]]
    ways += [word[:at] + word[at + 1] + word[at] + word[at + 2 :]] if at + 1 < len(word) else []
    made = [way for way in ways if way and way != word]
    return dice.choice(made) if made else word + word
