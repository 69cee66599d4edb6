"""Handles an uploaded Word file in a process of its own, which has little time and memory and knows no secret.

A file that makes the libraries search for ever, or print without end, stops there; the server goes on.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec

import engine
from engine.directives.fields import DIRECTIVE
from engine.directives.language import UnfitTemplate
from engine.directives.shipped_templates import shipped_template
from engine.directives.template_file import MAX_FILE_SIZE, fill_own, fill_uploaded, make_usable

CPU_SECONDS = 5  # A usual template takes 0.2 (measured, November 2026), starting included 0.5.
WALL_SECONDS = 30  # On a busy machine the same work takes longer.
MEMORY_BYTES = 1024**3
_MODULE = "engine.directives.confined"
_CODE_FOLDER = str(Path(engine.__file__).parents[1])


class WordTask(msgspec.Struct, frozen=True):
    """What the process is to do: fill the file with the values, or make it usable when there are none."""

    content: bytes
    values: dict[str, Any] | None = None
    paper: str = DIRECTIVE


class WordResult(msgspec.Struct, frozen=True):
    """The file, or the rule that it broke and the name at fault."""

    content: bytes = b""
    rule: str = ""
    name: str = ""


def usable_template(content: bytes, paper: str = DIRECTIVE) -> bytes:
    """An uploaded file rewritten as a usable template of a paper; raises UnfitTemplate, naming what is wrong."""
    return _run_confined(WordTask(content[: MAX_FILE_SIZE + 1], paper=paper))


def fill_document(content: bytes, values: dict[str, object], paper: str = DIRECTIVE) -> bytes:
    """Fill the template of a paper with the values; raises UnfitTemplate for anything that it may not do."""
    if content == shipped_template(paper):
        return fill_own(content, values, paper)
    return _run_confined(WordTask(content, values, paper))


def _run_confined(task: WordTask) -> bytes:
    try:
        outcome = subprocess.run(  # noqa: S603 - our own program.
            [sys.executable, "-m", _MODULE],
            input=msgspec.msgpack.encode(task),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # A traceback could repeat what the file holds.
            env={"PYTHONPATH": _CODE_FOLDER},
            timeout=WALL_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError as error:
        raise UnfitTemplate("directive-template-too-heavy") from error
    result = msgspec.msgpack.decode(outcome.stdout, type=WordResult)
    if result.rule:
        raise UnfitTemplate(result.rule, name=result.name)
    return result.content


def main() -> None:
    """Do the task on the standard input, within the limits; the result goes to the standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    task = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=WordTask)
    try:
        result = WordResult(_carry_out(task))
    except UnfitTemplate as error:
        result = WordResult(rule=error.rule, name=str(error.facts.get("name", "")))
    sys.stdout.buffer.write(msgspec.msgpack.encode(result))


def _carry_out(task: WordTask) -> bytes:
    if task.values is None:
        return make_usable(task.content, task.paper)
    return fill_uploaded(task.content, task.values, task.paper)


if __name__ == "__main__":
    main()
