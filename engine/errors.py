"""The program's errors: one base, a few kinds. A class's docstring is its default message. Everybody may import it.

A message is one clear sentence for the person who caused the error and names the place: file, row, element or
field. Boundaries (command line, web request) turn a kind into an exit code or a status and never show a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any


class EngineError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class BadInput(EngineError):
    """The input cannot be used."""


class BadSetting(EngineError):
    """A setting has a value that cannot be used."""


class NotFound(EngineError):
    """There is no such thing."""


class Forbidden(EngineError):
    """You may not do this."""


class Stale(EngineError):
    """Someone else was faster: the task or the case has changed meanwhile."""


class StepFailed(EngineError):
    """The process could not take this step.

    `node` is the id of the diagram element that failed, empty when it is not known.
    """

    def __init__(self, message: str | None = None, node: str = "") -> None:
        super().__init__(message)
        self.node = node


class NotMigratable(EngineError):
    """The case cannot go on in the other version of its diagram.

    `obstacles` say what stands in the way: why, and at which element.
    """

    def __init__(self, obstacles: Sequence[Any]) -> None:
        self.obstacles = tuple(obstacles)
        super().__init__()


class ScriptError(EngineError):
    """An expression is outside the language or failed while it ran."""


class TamperedHistory(EngineError):
    """The history does not agree with its chain."""


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """One thing wrong with a file of a deployment, said so that its author can mend it."""

    file: PurePath
    line: int
    element: str
    rule: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{where}: {self.element + ': ' if self.element else ''}{self.message} [{self.rule}]"


class InvalidFiles(BadInput):
    """The files have problems."""

    def __init__(self, problems: list[FileProblem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
