"""Redraws a picture in a process of its own, which has little time and memory and knows no secret.

A picture that makes the libraries compute without end, or fill the memory, stops there; the server goes on.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import msgspec

import engine
from engine.errors import BadInput
from engine.pictures.redrawing import CleanPicture, PictureFault, redraw_picture

CPU_SECONDS = 10  # Twelve megapixels of a phone take 0.5 (measured, November 2026), starting included 0.7.
WALL_SECONDS = 30  # On a busy machine the same work takes longer.
MEMORY_BYTES = 1024**3
AT_ONCE = 2  # Pictures of one server process that are drawn at the same time; the others wait.
_MODULE = "engine.pictures.confined"
_CODE_FOLDER = str(Path(engine.__file__).parents[1])
TOO_BUSY, TOO_HEAVY = "pictures-too-busy", "picture-too-many-points"  # Rules of what uploads are told.
_places = BoundedSemaphore(AT_ONCE)


class UnfitPicture(BadInput):
    """A picture cannot be taken."""


class _Answer(msgspec.Struct, frozen=True):
    """The picture, or the rule that it breaks."""

    picture: CleanPicture = CleanPicture()
    rule: str = ""


def clean_picture(content: bytes) -> CleanPicture:
    """A picture without anything beside its points; raises UnfitPicture with the rule that it breaks."""
    if not _places.acquire(timeout=WALL_SECONDS):
        raise UnfitPicture(TOO_BUSY)
    try:
        outcome = subprocess.run(  # noqa: S603 - our own program.
            [sys.executable, "-m", _MODULE],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # A traceback could repeat what the file holds.
            env={"PYTHONPATH": _CODE_FOLDER},
            timeout=WALL_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise UnfitPicture(TOO_HEAVY) from error
    finally:
        _places.release()
    answer = msgspec.msgpack.decode(outcome.stdout, type=_Answer)
    if answer.rule:
        raise UnfitPicture(answer.rule)
    return answer.picture


def main() -> None:
    """Redraw the picture on the standard input, within the limits; the answer goes to the standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer = _Answer(redraw_picture(sys.stdin.buffer.read()))
    except PictureFault as fault:
        answer = _Answer(rule=str(fault))
    sys.stdout.buffer.write(msgspec.msgpack.encode(answer))


if __name__ == "__main__":
    main()
