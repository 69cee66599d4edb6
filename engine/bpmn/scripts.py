"""Runs what analysts type: evaluates expressions, executes scripts, and passes both to SpiffWorkflow.

Gateway conditions, timers, decision tables, scripts, operator parameters, message payloads, correlations and the
expressions of repeated tasks all come through here. engine.bpmn.language decides what may be written,
engine.bpmn.guards what operations do.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping
from functools import lru_cache
from typing import Any

from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine

from engine.bpmn.failures import as_script_error, located_failure, task_failure
from engine.bpmn.feel_language import FeelLanguage
from engine.bpmn.feel_marks import is_feel_text
from engine.bpmn.feel_values import NameKinds
from engine.bpmn.guards import CASE_FUNCTIONS, GUARDS, PURE_FUNCTIONS, SCALAR_TYPES, WriteBudget
from engine.bpmn.language import FUNCTIONS, CompiledSource, compile_expression, compile_script
from engine.bpmn.library_types import SpiffTask
from engine.errors import EngineError, ScriptError

__all__ = [
    "FUNCTIONS",
    "CompiledSource",
    "ExpressionLanguage",
    "ServiceHandler",
    "compile_expression",
    "compile_script",
    "script_engine",
]

MAX_DATA_BYTES = 65_536
MAX_LOOP_CARDINALITY = 200

_JSON_ENCODER = json.JSONEncoder(ensure_ascii=False)

ServiceHandler = Callable[[Any, str, dict[str, Any]], str]
"""What a service task calls: the task, the operator's name and its parameters in, JSON text out."""

_RUNTIME_ERRORS = (
    EngineError,
    ArithmeticError,
    LookupError,
    NameError,
    TypeError,
    ValueError,
    RecursionError,
    MemoryError,
)


class ExpressionLanguage:
    """Both languages with the functions of one step. It keeps nothing between two texts."""

    def __init__(self, functions: Mapping[str, Callable[..., object]], kinds: NameKinds | None = None) -> None:
        """`functions` gives the answers for the names in DOMAIN; missing ones fail when they are called.

        `kinds` are the FEEL types of names whose texts are days, times or moments.
        """
        if not functions.keys() <= CASE_FUNCTIONS:
            raise ScriptError("language-function-unknown", names=sorted(functions.keys() - CASE_FUNCTIONS))
        self.feel = FeelLanguage(functions, kinds or {})
        self._known: dict[str, Any] = {"__builtins__": {}, **GUARDS, **PURE_FUNCTIONS, **functions}

    def evaluate(self, source: str, data: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> Any:
        """The value of an expression over the process data, and over `extra` for names the data lacks.

        A name that has no value yet is nothing, as an answer left blank is. Lists and dictionaries are copies.
        Raises ScriptError when the text is outside the language or cannot be computed.
        """
        if is_feel_text(source):
            return self.feel.evaluate(source, {**(extra or {}), **data})
        compiled = compile_expression(source)
        known = _visible_values(compiled, data, extra)
        scope = dict.fromkeys(compiled.names) | known
        try:
            value = eval(compiled.code, self._known, scope)  # noqa: S307 - compiled from the checked language
            return value if type(value) in SCALAR_TYPES or isinstance(value, str) else WriteBudget().copy_value(value)
        except _RUNTIME_ERRORS as error:
            missing = sorted(compiled.names - known.keys())
            raise located_failure(source, NameError(name=missing[0]) if missing else error) from error

    def execute(self, source: str, data: MutableMapping[str, Any], extra: Mapping[str, Any] | None = None) -> None:
        """Run a script and write the names it assigns into `data`; raises ScriptError and then writes nothing.

        Values already in `data` are not modified but replaced by changed copies: the parent task shares them. A name
        that only a branch not taken assigns is not written: what was not written is not given back to a caller.
        """
        if is_feel_text(source):
            self._execute_feel(source, data, extra)
            return
        compiled = compile_script(source)
        writes = _ScriptWrites()
        global_names = {**self._known, "_keep_": writes.budget.copy_value, "_put_": writes.set_item}
        try:
            scope = _AssignedNames(_visible_values(compiled, data, extra))
            scope.update({name: WriteBudget().copy_value(scope[name]) for name in compiled.changed if name in scope})
            exec(compiled.code, global_names, scope)  # noqa: S102 - compiled from the checked language
            changed = {name for name in compiled.changed if name in scope and writes.changed_in(scope[name])}
            assigned = {name: scope[name] for name in sorted(scope.assigned | changed) if name in scope}
            _check_data_size({**data, **assigned})
        except _RUNTIME_ERRORS as error:
            raise located_failure(source, error) from error
        data.update(assigned)

    def _execute_feel(self, source: str, data: MutableMapping[str, Any], extra: Mapping[str, Any] | None) -> None:
        entries, budget = self.feel.entries(source, {**(extra or {}), **data}), WriteBudget()
        assigned = {name: budget.copy_value(value) for name, value in entries.items()}
        _check_data_size({**data, **assigned})
        data.update(assigned)


class _AssignedNames(dict[str, Any]):
    """The names of a running script, and which of them it has assigned."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__(values)
        self.assigned: set[str] = set()

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.assigned.add(name)


class _ScriptWrites:
    """What a running script writes: how much of it, and into which lists and dictionaries."""

    def __init__(self) -> None:
        self.budget = WriteBudget()
        self._changed: list[Any] = []

    def set_item(self, container: Any, key: Any, value: Any) -> None:
        """`container[key] = value`, noted."""
        self.budget.set_item(container, key, value)
        self._changed.append(container)

    def changed_in(self, value: Any) -> bool:
        """Whether an item was set in this value or in one inside it."""
        if any(value is container for container in self._changed):
            return True
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return bool(self._changed) and any(map(self.changed_in, inside))


def _visible_values(
    compiled: CompiledSource, data: Mapping[str, Any], extra: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The values of the names a text reads, and no others: data cannot replace a guard or a function."""
    values = {name: data[name] for name in compiled.names if name in data}
    if extra:
        values.update({name: extra[name] for name in compiled.names if name in extra and name not in data})
    return values


def _check_data_size(data: Mapping[str, Any]) -> None:
    if len(_JSON_ENCODER.encode(data).encode()) > MAX_DATA_BYTES:
        raise ScriptError("running-data-too-large", most=MAX_DATA_BYTES // 1024)


# ---------------------------------------------------------------------------------------------- SpiffWorkflow


class _ScriptEnvironment(BasePythonScriptEngineEnvironment):
    """Where SpiffWorkflow evaluates; correlations and ad-hoc conditions arrive here without their task."""

    def __init__(self, language: ExpressionLanguage) -> None:
        super().__init__()
        self.language = language

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> Any:
        """The value of an expression over a task's data or a message's payload."""
        return self.language.evaluate(expression, context, external_context)

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        """Run a script over a task's data."""
        self.language.execute(script, context, external_context)
        return True


class _ScriptEngine(PythonScriptEngine):
    """SpiffWorkflow's script engine, with errors that carry a ScriptError as their cause.

    It does not use the base class's handlers: one mistakes a syntax error without a line number for one with, the other
    names an undefined variable (SpiffWorkflow 3.2.0).
    """

    def __init__(self, language: ExpressionLanguage, services: ServiceHandler) -> None:
        super().__init__(_ScriptEnvironment(language))
        self.services = services

    def validate(self, expression: str) -> None:
        """Raise SyntaxError when this is not an expression; decision tables use it to see if a cell lacks its `==`."""
        _validate_expression(expression)

    def evaluate(self, task: SpiffTask, expression: str, external_context: Any = None) -> Any:
        """The value of an expression over the task's data."""
        try:
            value = self.environment.evaluate(expression, task.data, external_context)
            if expression == getattr(task.task_spec, "cardinality", None):
                value = _whole_cardinality(value)
        except EngineError as error:
            raise task_failure(task, error) from as_script_error(error)
        return value

    def execute(self, task: SpiffTask, script: str, external_context: Any = None) -> bool:
        """Run a script over the task's data."""
        try:
            return bool(self.environment.execute(script, task.data, external_context))
        except EngineError as error:
            raise task_failure(task, error) from as_script_error(error)

    def call_service(
        self, task: SpiffTask, operation_name: str, operation_params: Mapping[str, Mapping[str, Any]]
    ) -> str:
        """Perform a service task's request through the caller's services."""
        params = {name: param["value"] for name, param in operation_params.items()}
        try:
            return self.services(task, operation_name, params)
        except EngineError as error:
            raise task_failure(task, error) from as_script_error(error)


def script_engine(language: ExpressionLanguage, services: ServiceHandler) -> Any:
    """The script engine for one step: expressions in `language`, service tasks through `services`."""
    return _ScriptEngine(language, services)


def _validate_expression(expression: str) -> None:
    if refusal := _expression_refusal(expression):
        rule, facts = refusal
        raise SyntaxError(rule) from ScriptError(rule, **facts)


@lru_cache(maxsize=2048)
def _expression_refusal(expression: str) -> tuple[str, Mapping[str, object]] | None:
    """Why this is not an expression, or None; cached, because a decision table asks for every cell it tests."""
    try:
        compile_expression(expression)
    except ScriptError as error:
        return error.rule, error.facts
    return None


def _whole_cardinality(value: object) -> int:
    # A negative or fractional number would leave the task waiting forever, a large one would fill the memory.
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not 0 <= value <= MAX_LOOP_CARDINALITY:
        raise ScriptError("running-repetitions", most=MAX_LOOP_CARDINALITY)
    return value
