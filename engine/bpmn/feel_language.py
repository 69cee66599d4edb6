"""Compiles texts in FEEL once and runs them over the data of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from engine.bpmn.feel_functions import SIGNATURES, CaseFunctions
from engine.bpmn.feel_marks import TEST, without_mark
from engine.bpmn.feel_values import NameKinds, data_value, feel_value, instant_text
from engine.bpmn.guards import CASE_FUNCTIONS, PURE_FUNCTIONS
from engine.errors import ScriptError
from engine.feel import syntax
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.compiler import compile_node
from engine.feel.expression import KNOWN_NAMES, run_code
from engine.feel.free_names import called_names, free_names
from engine.feel.parser import parse_expression, parse_unary_tests
from engine.feel.reasons import FeelReason, FeelSyntaxError
from engine.feel.syntax import FeelNode
from engine.feel.temporal import FeelDateTime
from engine.feel.values import FeelCode, FeelValue, type_name

LIMIT_RULES = frozenset({"feel-too-many-steps", "feel-too-large", "feel-recursion-too-deep"})
_DOMAIN = frozenset(SIGNATURES)
_BESIDE = frozenset({"cycle"})  # Functions whose names data may have too.
_OWN_NAMES = _DOMAIN | BUILTINS.keys()


@dataclass(frozen=True, slots=True)
class CompiledFeel:
    """A text in FEEL, ready to run.

    `names` may come from the data, `needed` have to; `assigned` are the names that a script sets, which is a context.
    """

    tree: FeelNode
    code: FeelCode
    names: frozenset[str]
    needed: frozenset[str]
    assigned: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()


def compile_feel(source: str) -> CompiledFeel:
    """The compiled expression, with or without its mark; raises ScriptError naming what cannot stand in it."""
    return _compile(str(source), is_script=False)


def compile_feel_script(source: str) -> CompiledFeel:
    """The compiled script: a context, or an `if` with one on each side, whose entries are the names that it sets."""
    return _compile(str(source), is_script=True)


def compile_feel_within(source: str, names: frozenset[str], *, is_tests: bool = False) -> CompiledFeel:
    """The compiled text of a model of decisions whose elements have these names; a cell, with `is_tests`."""
    return _compile(str(source), is_script=False, names=names, is_tests=is_tests)


@lru_cache(maxsize=4096)
def _compile(
    source: str, *, is_script: bool, names: frozenset[str] = frozenset(), is_tests: bool = False
) -> CompiledFeel:
    text, known = without_mark(source), KNOWN_NAMES | names
    try:
        tree = (parse_unary_tests(text, known) if is_tests else None) or parse_expression(text, known)
        code = compile_node(tree, {})
    except FeelSyntaxError as error:
        raise ScriptError(error.reason.rule, **error.reason.facts) from error
    own = _OWN_NAMES | _BESIDE.intersection(called_names(tree))
    read, assigned = free_names(tree), _entries(tree) if is_script else frozenset()
    unknown = [name for name in called_names(tree) if name not in own | names and name in read.needed]
    if unknown:
        raise ScriptError("feel-function-unknown", name=unknown[0])
    return CompiledFeel(tree, code, read.possible - own.difference(BUILTINS), read.needed - own, assigned)


def _entries(tree: FeelNode) -> frozenset[str]:
    """The names that a script sets. Raises ScriptError when it is not written as a context of such names."""
    match tree:
        case syntax.ContextOf(names=names):
            for name in names:
                if not name.isidentifier() or not name.isascii() or name.startswith("_") or name in _RESERVED:
                    raise ScriptError("script-feel-name", name=name)
            return frozenset(names)
        case syntax.Conditional(then=then, otherwise=otherwise):
            return _entries(then) | _entries(otherwise)
    raise ScriptError("script-feel-context")


_RESERVED = CASE_FUNCTIONS | PURE_FUNCTIONS.keys() | _DOMAIN


class CaseValues(Mapping[str, FeelValue]):
    """The data of a case as FEEL sees it, with the functions about it: each value is taken over when it is read.

    What nobody has set is nothing, unless FEEL has a function of that name.
    """

    def __init__(self, language: ExpressionRunner, data: Mapping[str, object]) -> None:
        self.language, self.data = language, data
        self._feel = language.feel

    @property
    def now(self) -> FeelDateTime | None:
        """The moment of the step."""
        return self._feel.now()

    def __contains__(self, name: object) -> bool:
        return name not in BUILTINS or name in self.data

    def __getitem__(self, name: str) -> FeelValue:
        return self._feel.value_of(name, self.data)

    def __iter__(self) -> Iterator[str]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)


class ExpressionRunner(Protocol):
    """Both languages of a step."""

    feel: FeelLanguage

    def evaluate(self, source: str, data: Mapping[str, object], extra: Mapping[str, object] | None = None) -> object:
        """The value of an expression in either."""


class FeelLanguage:
    """FEEL with the functions of one step; `kinds` are the types of names whose texts are days or moments."""

    def __init__(self, functions: Mapping[str, Callable[..., object]], kinds: NameKinds) -> None:
        self._case, self._kinds = CaseFunctions(functions), kinds
        self._now = functions.get("now")

    def evaluate(self, source: str, data: Mapping[str, object]) -> object:
        """The value for the engine: of a condition whether it is true, of a moment the instant it is.

        What an error has made null is told unless a condition asks. Raises ScriptError.
        """
        value, reasons = self._run(compile_feel(source), data)
        _refuse_limits(source, reasons)
        if source.startswith(TEST):
            return value is True
        if value is None and reasons:
            raise _told(source, reasons[0])
        if isinstance(value, FeelDateTime):
            return self._case.remembered(value) or instant_text(value)
        return data_value(value)

    def entries(self, source: str, data: Mapping[str, object]) -> dict[str, object]:
        """What a script sets, by name. Raises ScriptError."""
        value, reasons = self._run(compile_feel_script(source), data)
        _refuse_limits(source, reasons)
        if not isinstance(value, dict):
            raise _told(source, reasons[0] if reasons else FeelReason("running-feel-value", {"kind": type_name(value)}))
        return {name: data_value(item) for name, item in value.items()}

    def now(self) -> FeelDateTime | None:
        """The moment of the step, if it has one."""
        moment = feel_value(self._now(), "date and time") if self._now is not None else None
        return moment if isinstance(moment, FeelDateTime) else None

    def value_of(self, name: str, data: Mapping[str, object]) -> FeelValue:
        """What a name means: a function about cases, or data."""
        function = None if name in _BESIDE and name in data else self._case.values.get(name)
        return feel_value(data.get(name), self._kinds.get(name, "")) if function is None else function

    def _run(self, compiled: CompiledFeel, data: Mapping[str, object]) -> tuple[FeelValue, tuple[FeelReason, ...]]:
        """A name that nobody has set yet is nothing, as an answer left blank is, unless a function has it."""
        known = [name for name in compiled.names if name in data or name not in BUILTINS]
        values = {name: self.value_of(name, data) for name in known}
        answer = run_code(compiled.code, {**self._case.values, **values}, self.now())
        return answer.value, answer.reasons


def _refuse_limits(source: str, reasons: tuple[FeelReason, ...]) -> None:
    for reason in reasons:
        if reason.rule in LIMIT_RULES:
            raise _told(source, reason)


def _told(source: str, reason: FeelReason) -> ScriptError:
    text = " ".join(without_mark(source).split())
    return ScriptError("running-in-text", excerpt=text if len(text) <= 80 else f"{text[:77]}...", reason=reason)
