"""Says before an expression runs what can never have a value in it: operands, arguments and conditions of wrong types.

What is known are the types of some names and of literals. What is not known may be anything, so that nothing is said
of it: whoever is told something can rely on it. Whether an operator goes with two types is asked of itself, with a
value of each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from engine.feel import syntax
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.builtins.registry import BuiltinSignature
from engine.feel.compiler import compile_node
from engine.feel.expression import run_code
from engine.feel.free_names import called_names, free_names
from engine.feel.reasons import FeelReason
from engine.feel.syntax import FeelNode
from engine.feel.types import ANY
from engine.feel.values import FeelType, FeelValue, type_name

_CLOCK = frozenset({"now", "today"})
NULL, BOOLEAN = FeelType("Null"), FeelType("boolean")
Signature = tuple[tuple[tuple[str, FeelType], ...], FeelType]
_SAMPLES: Mapping[str, FeelNode] = {
    "number": syntax.FunctionCall(syntax.Variable("number"), (syntax.Constant("2"),)),
    "string": syntax.Constant("a"),
    "boolean": syntax.Constant(value=True),
    "date": syntax.TemporalLiteral("2026-11-30"),
    "time": syntax.TemporalLiteral("08:00:00+07:00"),
    "date and time": syntax.TemporalLiteral("2026-11-30T08:00:00+07:00"),
    "days and time duration": syntax.TemporalLiteral("PT2H"),
    "years and months duration": syntax.TemporalLiteral("P1M"),
    "list": syntax.ListOf((syntax.Constant("a"),)),
}
_RESULTS: Mapping[str, str] = {
    **dict.fromkeys(("date",), "date"),
    **dict.fromkeys(("date and time", "now"), "date and time"),
    **dict.fromkeys(("today",), "date"),
    **dict.fromkeys(("time",), "time"),
    **dict.fromkeys(
        ("number", "count", "sum", "mean", "median", "stddev", "product", "floor", "ceiling", "round up", "round down",
         "abs", "modulo", "sqrt", "log", "exp", "decimal", "string length", "day of year", "week of year"),
        "number",
    ),
    **dict.fromkeys(
        ("string", "substring", "upper case", "lower case", "substring before", "substring after", "replace",
         "string join", "day of week", "month of year"),
        "string",
    ),
    **dict.fromkeys(
        ("not", "contains", "starts with", "ends with", "matches", "list contains", "all", "any", "odd", "even", "is",
         "before", "after", "meets", "overlaps", "includes", "during", "starts", "finishes", "coincides"),
        "boolean",
    ),
    **dict.fromkeys(
        ("append", "concatenate", "insert before", "remove", "reverse", "index of", "union", "distinct values",
         "flatten", "sort", "split", "sublist"),
        "list",
    ),
}  # fmt: skip


@dataclass(slots=True)
class TypeCheck:
    """What is known while a tree is checked, and what was found wrong."""

    names: Mapping[str, FeelType]
    functions: Mapping[str, Signature]
    reasons: list[FeelReason] = field(default_factory=list)

    def within(self, bound: Sequence[str]) -> TypeCheck:
        """The same, where some names stand for something else."""
        names = {name: kind for name, kind in self.names.items() if name not in bound}
        return TypeCheck(names, self.functions, self.reasons)

    def add(self, rule: str, **facts: object) -> FeelType:
        """Note what is wrong; the type of what has no value is Null."""
        self.reasons.append(FeelReason(rule, facts))
        return NULL

    def type_of(self, node: FeelNode) -> FeelType:
        """The type of a node's values as far as it is known; what is wrong below is noted."""
        if isinstance(node, syntax.Constant):
            return FeelType(type_name(node.value)) if node.value is not None else NULL
        if not isinstance(node, syntax.ListOf | syntax.ContextOf | syntax.FunctionDefinition) and _is_fixed(node):
            return self._fixed(node)
        return self._computed(node)

    def _computed(self, node: FeelNode) -> FeelType:
        kind = ANY
        match node:
            case syntax.Variable(name=name):
                kind = self.names.get(name, ANY)
            case syntax.Chain(operands=operands, signs=signs):
                kind = self._chain(operands, signs)
            case syntax.Comparison(left=left, sign=sign, right=right):
                kind = self._comparison(left, sign, right)
            case syntax.Logic(operands=operands):
                for operand in operands:
                    self.require_boolean(operand)
                kind = BOOLEAN
            case syntax.Conditional(condition=condition, then=then, otherwise=otherwise):
                self.require_boolean(condition)
                kind = _either(self.type_of(then), self.type_of(otherwise))
            case syntax.FunctionCall(function=syntax.Variable(name=name)):
                kind = self._call(name, node)
            case _:
                kind = self._others(node)
        return kind

    def _others(self, node: FeelNode) -> FeelType:
        match node:
            case syntax.Filter(source=source):
                self.type_of(source)  # In the condition, any name may be an entry of an item.
                return ANY
            case syntax.Iteration(kind=kind, iterators=iterators, body=body):
                self.within([iterator.name for iterator in iterators]).type_of(body)
                return FeelType("list") if kind == "for" else BOOLEAN
            case syntax.ContextOf(names=names, values=values):
                for index, value in enumerate(values):
                    self.within(names[:index]).type_of(value)
                return FeelType("context")
            case syntax.FunctionDefinition():
                return FeelType("function")
        for child in node.children():
            self.type_of(child)
        if isinstance(node, syntax.Membership | syntax.Between | syntax.InstanceOf):
            return BOOLEAN
        return FeelType("list") if isinstance(node, syntax.ListOf) else ANY

    def require_boolean(self, node: FeelNode) -> None:
        """Note a condition that never is true or false."""
        kind = self.type_of(node)
        if kind.name not in {"Any", "Null", "boolean"}:
            self.add("feel-not-boolean", type=kind.name)

    def _fixed(self, node: FeelNode) -> FeelType:
        """The type of what is the same for all data; when it is null by an error, that is told."""
        answer = run_code(compile_node(node, {}), {})
        if answer.value is None and answer.reasons:
            return self.add(answer.reasons[0].rule, **answer.reasons[0].facts)
        return ANY if answer.value is None else FeelType(type_name(answer.value))

    def _chain(self, operands: Sequence[FeelNode], signs: Sequence[str]) -> FeelType:
        kind = self.type_of(operands[0])
        for sign, operand in zip(signs, operands[1:], strict=True):
            other = self.type_of(operand)
            if not {kind.name, other.name} <= _SAMPLES.keys():
                kind = ANY
                continue
            value = _sample_value(syntax.Chain((_SAMPLES[kind.name], _SAMPLES[other.name]), (sign,)))
            if value is None:
                return self.add("feel-operand-types", operator=sign, left=kind.name, right=other.name)
            kind = FeelType(type_name(value))
        return kind

    def _comparison(self, left: FeelNode, sign: str, right: FeelNode) -> FeelType:
        kinds = self.type_of(left).name, self.type_of(right).name
        if {*kinds} <= _SAMPLES.keys():
            value = _sample_value(syntax.Comparison(_SAMPLES[kinds[0]], sign, _SAMPLES[kinds[1]]))
            if value is None:
                return self.add("feel-operand-types", operator=sign, left=kinds[0], right=kinds[1])
        return BOOLEAN

    def _call(self, name: str, node: syntax.FunctionCall) -> FeelType:
        kinds = [self.type_of(argument) for argument in node.arguments]
        if name in self.functions:
            return self._own_call(name, kinds, node.names)
        builtin = BUILTINS.get(name)
        if builtin is not None and not node.names:
            fitting = [signature for signature in builtin.signatures if signature.takes(len(kinds))]
            if not fitting:
                return self.add("feel-argument-count", name=name, count=len(kinds))
            if not any(_takes_kinds(signature, kinds) for signature in fitting):
                shown = " and ".join(kind.name for kind in kinds)
                return self.add("feel-argument-types", name=name, types=shown)
        return FeelType(_RESULTS[name]) if name in _RESULTS else ANY

    def _own_call(self, name: str, kinds: Sequence[FeelType], labels: Sequence[str]) -> FeelType:
        parameters, result = self.functions[name]
        if len(kinds) != len(parameters):
            return self.add("feel-argument-count", name=name, count=len(kinds))
        for place, kind in enumerate(kinds):
            known = dict(parameters)
            label = labels[place] if labels else parameters[place][0]
            if label not in known:
                return self.add("feel-argument-name", name=name, parameter=label)
            if "Any" not in (kind.name, known[label].name) and kind.name not in ("Null", "list", known[label].name):
                return self.add(
                    "feel-argument-type", name=name, expected=known[label].name, parameter=label, type=kind.name
                )
        return result


def check_types(
    tree: FeelNode, names: Mapping[str, FeelType], functions: Mapping[str, Signature]
) -> tuple[FeelType, list[FeelReason]]:
    """The type of an expression as far as it is known, and why parts of it can never have a value."""
    check = TypeCheck(names, functions)
    return check.type_of(tree), check.reasons


def _is_fixed(node: FeelNode) -> bool:
    """Whether a node is the same for all data and at all times."""
    return not free_names(node).possible and _CLOCK.isdisjoint(called_names(node))


def _sample_value(node: FeelNode) -> FeelValue:
    return run_code(compile_node(node, {}), {}).value


def _either(one: FeelType, other: FeelType) -> FeelType:
    if other in (one, NULL):
        return one
    return other if one == NULL else ANY


def _takes_kinds(signature: BuiltinSignature, kinds: Sequence[FeelType]) -> bool:
    """Whether values of these types may fit; a list of one is its item, and a single value a list."""
    pairs = zip(signature.parameters, kinds, strict=False)
    return all(
        not parameter.kinds
        or parameter.suffix in ("+", "*")
        or kind.name in ("Any", "Null", "list", *parameter.kinds)
        or "list" in parameter.kinds
        or (kind.name == "date" and "date and time" in parameter.kinds)
        for parameter, kind in pairs
    )
