"""Turns a failure while an analyst's text ran into an error of the language: where, and why.

Python's own messages name types, functions and arguments that the analyst did not write; here they become our rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from traceback import walk_tb

from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException

from engine.bpmn.guards import kind_named, kind_of
from engine.bpmn.language import FUNCTIONS, SCRIPT_FILENAME
from engine.bpmn.library_types import SpiffTask
from engine.errors import EngineError, ScriptError

MAX_EXCERPT = 80

_RULES_BY_ERROR: dict[type[BaseException], str] = {
    IndexError: "running-place-missing",
    ZeroDivisionError: "running-division-by-zero",
    OverflowError: "running-number-too-large",
    RecursionError: "running-values-too-large",
    MemoryError: "running-values-too-large",
}


def located_failure(source: str, error: BaseException) -> ScriptError:
    """What went wrong while a text ran, and in which text; for a script, on which line."""
    line_number = next(
        (line for frame, line in walk_tb(error.__traceback__) if frame.f_code.co_filename == SCRIPT_FILENAME), 0
    )
    text = " ".join((source.splitlines()[line_number - 1] if line_number else source).split())
    excerpt = text if len(text) <= MAX_EXCERPT else f"{text[: MAX_EXCERPT - 3]}..."
    reason = _failure_reason(error)
    if line_number:
        return ScriptError("running-in-line", line=str(line_number), excerpt=excerpt, reason=reason)
    return ScriptError("running-in-text", excerpt=excerpt, reason=reason)


def task_failure(task: SpiffTask, error: EngineError) -> Exception:
    """`error` as SpiffWorkflow's exception about a task; raise it from `as_script_error(error)`."""
    exception: Exception = WorkflowTaskException(str(error), task=task, exception=error)
    return exception


def as_script_error(error: EngineError) -> ScriptError:
    """The same error as one of the language, with which a step fails."""
    return error if isinstance(error, ScriptError) else ScriptError(error.rule, **error.facts)


def name_element(error: Exception, task: SpiffTask) -> None:
    """Note at an exception the task it came from, unless one further inside is noted."""
    if not hasattr(error, "task"):
        error.task = task  # type: ignore[attr-defined]


@contextmanager
def naming_element(task: SpiffTask) -> Iterator[None]:
    """Let every exception within name the task it came from, whatever its class: a step that fails says where."""
    try:
        yield
    except Exception as error:
        name_element(error, task)
        raise


def unexpected_failure(error: Exception) -> ScriptError:
    """An exception that nothing has foreseen, in words; the process, not the officer, is at fault."""
    if isinstance(error, RecursionError):
        return ScriptError("step-turns-too-deep")
    if isinstance(error, EngineError):
        return as_script_error(error)
    return ScriptError("step-stopped", detail=f"{type(error).__name__}: {error}"[:300])


def _failure_reason(error: BaseException) -> EngineError:
    if isinstance(error, EngineError):
        return error
    rule = next((rule for kind, rule in _RULES_BY_ERROR.items() if isinstance(error, kind)), "")
    if rule:
        return ScriptError(rule)
    match error:
        case NameError(name=str(name)):
            return ScriptError("running-function-missing" if name in FUNCTIONS else "running-name-empty", name=name)
        case KeyError(args=keys):
            return ScriptError("running-item-missing", key=", ".join(map(str, keys)))
    return _reason_in_words(str(error) or type(error).__name__)


def _reason_in_words(message: str) -> ScriptError:
    """The rule for a Python message; an unknown message is kept unchanged."""
    for pattern, reason in _REASONS:
        match = pattern.match(message)
        if match:
            return reason(match)
    return ScriptError("running-otherwise", detail=message)


# Messages of Python 3.11 to 3.14 about values of the wrong kind. Python names a function as in `guards`, and counts
# arguments that the text does not give.
_REASONS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], ScriptError]], ...] = (
    (
        re.compile(r"'(.+)' not supported between instances of '(\w+)' and '(\w+)'"),
        lambda words: ScriptError(
            "running-operands", sign=words[1], left=kind_named(words[2]), right=kind_named(words[3])
        ),
    ),
    (
        re.compile(r"bad operand type for unary (.): '(\w+)'"),
        lambda words: ScriptError("running-sign-before", sign=words[1], kind=kind_named(words[2])),
    ),
    (
        re.compile(r"argument of type '(\w+)' is not "),
        lambda words: ScriptError("running-nothing-in", kind=kind_named(words[1])),
    ),
    (
        re.compile(r"'in <string>' requires string as left operand, not (\w+)"),
        lambda words: ScriptError("running-operands", sign="in", left=kind_named(words[1]), right=kind_of("")),
    ),
    (
        re.compile(r".*unhashable type: '(\w+)'"),
        lambda words: ScriptError("running-operands", sign="in", left=kind_named(words[1]), right=kind_of({})),
    ),
    (
        re.compile(r"(?:\w+\.)*_?(\w+)(?:\(\) (?:takes|missing)| expected)"),
        lambda words: ScriptError("running-argument-count", name=words[1]),
    ),
    (re.compile(r"Exceeds the limit .* conversion"), lambda _words: ScriptError("running-number-too-large")),
)
