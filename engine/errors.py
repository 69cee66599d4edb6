"""The program's errors as values: which rule was broken, where, with which facts. Never a sentence.

A boundary (command line, page, JSON) words an error in its reader's language with `engine.translation.wording.say`,
which has one sentence for every rule, and turns its kind into an exit code or a status. Nothing inspects its text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, ClassVar

from engine.translation.wording import say_rule


class EngineError(Exception):
    """An error with a rule and its facts; without a rule it has the general meaning of its kind.

    `rule` is the key of a sentence, such as "case-unknown"; `facts` fill the sentence's placeholders: texts, numbers,
    dates, lists of texts, other errors. As text an error is its English sentence, for logs and tests.
    """

    default_rule: ClassVar[str] = "error"

    def __init__(self, rule: str = "", /, **facts: object) -> None:
        self.rule = rule or self.default_rule
        self.facts = facts
        super().__init__(self.rule)

    def __str__(self) -> str:
        return say_rule(self.rule, self.facts, "en")


class BadInput(EngineError):
    """The input cannot be used."""

    default_rule = "bad-input"


class Invalid(BadInput):
    """One field of submitted input breaks a rule; `field` is its name there."""

    def __init__(self, field: str, rule: str = "", /, **facts: object) -> None:
        super().__init__(rule, **facts)
        self.field = field


class BadSetting(EngineError):
    """A setting has an unusable value."""

    default_rule = "bad-setting"


class NotFound(EngineError):
    """There is no such thing."""

    default_rule = "not-found"


class Forbidden(EngineError):
    """The actor is not allowed to do this."""

    default_rule = "forbidden"


class Stale(EngineError):
    """Someone else was faster: the task or the case has changed in the meantime."""

    default_rule = "stale"


class Overloaded(EngineError):
    """The server has too much of this to do at once; the same can be tried again in a moment."""

    default_rule = "overloaded"


class StepFailed(EngineError):
    """The process could not take this step.

    `node` is the id of the diagram element that failed, empty when unknown.
    """

    default_rule = "step-failed"

    def __init__(self, rule: str = "", /, node: str = "", **facts: object) -> None:
        super().__init__(rule, **facts)
        self.node = node


class NotMigratable(EngineError):
    """The case cannot continue in the other version of its diagram.

    `blockers` describe what prevents it: why, and at which element.
    """

    default_rule = "not-migratable"

    def __init__(self, blockers: Sequence[Any]) -> None:
        super().__init__()
        self.blockers = tuple(blockers)


class ScriptError(EngineError):
    """An expression is outside the language or failed while running."""

    default_rule = "script-failed"


class TamperedHistory(EngineError):
    """The history does not match its chain."""

    default_rule = "history-tampered"


@dataclass(frozen=True, slots=True, order=True)
class FileProblem:
    """One problem in a file of a deployment, worded so that its author can fix it.

    `caption` is the name of the element as its author knows it, empty when it has none.
    """

    file: PurePath
    line: int
    element: str
    rule: str
    message: str
    caption: str = field(default="", kw_only=True)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        if self.caption:
            return f"{where}: “{self.caption}”: {self.message} [{self.rule}, {self.element}]"
        return f"{where}: {self.element + ': ' if self.element else ''}{self.message} [{self.rule}]"


class InvalidFiles(BadInput):
    """The files have problems."""

    default_rule = "files-have-problems"

    def __init__(self, problems: list[FileProblem]) -> None:
        self.problems = sorted(problems)
        super().__init__(problems="\n".join(str(problem) for problem in self.problems))
