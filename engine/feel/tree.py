"""Builds the syntax tree from the rules of feel.lark, each from the parts that were built before it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lark import Token, Transformer, v_args

from engine.feel import syntax
from engine.feel.numbers import parse_number
from engine.feel.reasons import FeelSyntaxError
from engine.feel.syntax import FeelNode
from engine.feel.text_escapes import unescape


def _nodes(children: Iterable[object]) -> tuple[FeelNode, ...]:
    return tuple(child for child in children if isinstance(child, FeelNode))


def _strings(children: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(child) for child in children if isinstance(child, str))


@v_args(inline=False)
class TreeBuilder(Transformer[Token, object]):
    """A method for each rule or alias of the grammar: what it makes of its parts."""

    def expression_text(self, children: list[object]) -> FeelNode:
        return _nodes(children)[0]

    def tests_text(self, children: list[object]) -> FeelNode:
        return _nodes(children)[0]

    def tests(self, children: list[object]) -> FeelNode:
        return syntax.UnaryTests(_nodes(children))

    def not_tests(self, children: list[object]) -> FeelNode:
        return syntax.UnaryTests(_nodes(children), is_negated=True)

    def if_then_else(self, children: list[object]) -> FeelNode:
        condition, then, otherwise = _nodes(children)
        return syntax.Conditional(condition, then, otherwise)

    def iterators(self, children: list[object]) -> tuple[FeelNode, ...]:
        return _nodes(children)

    def iterator(self, children: list[object]) -> FeelNode:
        return syntax.LoopVariable(str(children[0]), *_nodes(children))

    range_iterator = iterator

    def _iteration(self, kind: str, children: list[object]) -> FeelNode:
        iterators, body = children
        return syntax.Iteration(kind, cast("tuple[syntax.LoopVariable, ...]", iterators), cast("FeelNode", body))

    def for_return(self, children: list[object]) -> FeelNode:
        return self._iteration("for", children)

    def some_satisfies(self, children: list[object]) -> FeelNode:
        return self._iteration("some", children)

    def every_satisfies(self, children: list[object]) -> FeelNode:
        return self._iteration("every", children)

    def parameters(self, children: list[object]) -> tuple[FeelNode, ...]:
        return _nodes(children)

    def parameter(self, children: list[object]) -> FeelNode:
        types = [child for child in children if isinstance(child, syntax.TypeNode)]
        return syntax.Parameter(str(children[0]), types[0] if types else None)

    def function_definition(self, children: list[object]) -> FeelNode:
        return self._function(children, is_external=False)

    def external_function(self, children: list[object]) -> FeelNode:
        return self._function(children, is_external=True)

    def _function(self, children: list[object], *, is_external: bool) -> FeelNode:
        parameters = cast("tuple[syntax.Parameter, ...]", children[0]) if isinstance(children[0], tuple) else ()
        return syntax.FunctionDefinition(parameters, cast("FeelNode", children[-1]), is_external)

    def disjunction(self, children: list[object]) -> FeelNode:
        return syntax.Logic(is_or=True, operands=_nodes(children))

    def conjunction(self, children: list[object]) -> FeelNode:
        return syntax.Logic(is_or=False, operands=_nodes(children))

    def comparator(self, children: list[object]) -> str:
        return str(children[0])

    def compare(self, children: list[object]) -> FeelNode:
        left, right = _nodes(children)
        return syntax.Comparison(left, _strings(children)[0], right)

    def between(self, children: list[object]) -> FeelNode:
        return syntax.Between(*_nodes(children))

    def in_test(self, children: list[object]) -> FeelNode:
        value, *tests = _nodes(children)
        return syntax.Membership(value, tuple(tests))

    in_tests = in_test

    def unary_comparison(self, children: list[object]) -> FeelNode:
        return syntax.UnaryComparison(_strings(children)[0], _nodes(children)[0])

    def chain(self, children: list[object]) -> FeelNode:
        return syntax.Chain(_nodes(children), _strings(children))

    def negate(self, children: list[object]) -> FeelNode:
        return syntax.Negation(_nodes(children)[0])

    def path(self, children: list[object]) -> FeelNode:
        return syntax.PropertyPath(_nodes(children)[0], _strings(children)[0])

    def filter(self, children: list[object]) -> FeelNode:
        return syntax.Filter(*_nodes(children))

    def call(self, children: list[object]) -> FeelNode:
        arguments = cast("tuple[tuple[str, FeelNode], ...]", children[1]) if len(children) > 1 else ()
        names = tuple(name for name, _ in arguments if name)
        if names and len(names) != len(arguments):
            raise FeelSyntaxError("feel-syntax-mixed")
        return syntax.FunctionCall(_nodes(children)[0], tuple(value for _, value in arguments), names)

    def arguments(self, children: list[object]) -> tuple[object, ...]:
        return tuple(children)

    def argument(self, children: list[object]) -> tuple[str, FeelNode]:
        return "", _nodes(children)[0]

    def named_argument(self, children: list[object]) -> tuple[str, FeelNode]:
        return _strings(children)[0], _nodes(children)[0]

    def instance_of(self, children: list[object]) -> FeelNode:
        value, type_node = _nodes(children)
        return syntax.InstanceOf(value, cast("syntax.TypeNode", type_node))

    def number(self, children: list[object]) -> FeelNode:
        number = parse_number(str(children[0]))
        if number is None:
            raise FeelSyntaxError("feel-literal-invalid", text=str(children[0])[:40], type="number")
        return syntax.Constant(number)

    def text(self, children: list[object]) -> FeelNode:
        return syntax.Constant(unescape(str(children[0])[1:-1]))

    def temporal(self, children: list[object]) -> FeelNode:
        return syntax.TemporalLiteral(unescape(str(children[0])[2:-1]))

    def true(self, _: list[object]) -> FeelNode:
        return syntax.Constant(value=True)

    def false(self, _: list[object]) -> FeelNode:
        return syntax.Constant(value=False)

    def null(self, _: list[object]) -> FeelNode:
        return syntax.Constant(None)

    def variable(self, children: list[object]) -> FeelNode:
        return syntax.Variable(str(children[0]))

    def bracketed(self, children: list[object]) -> FeelNode:
        return _nodes(children)[0]

    def items(self, children: list[object]) -> tuple[FeelNode, ...]:
        return _nodes(children)

    def list_of(self, children: list[object]) -> FeelNode:
        return syntax.ListOf(cast("tuple[FeelNode, ...]", children[0]) if children else ())

    def key(self, children: list[object]) -> str:
        text = str(children[0])
        return unescape(text[1:-1]) if text[:1] == '"' else text

    def entry(self, children: list[object]) -> tuple[str, FeelNode]:
        return _strings(children)[0], _nodes(children)[0]

    def entries(self, children: list[object]) -> tuple[object, ...]:
        return tuple(children)

    def context_of(self, children: list[object]) -> FeelNode:
        entries = cast("tuple[tuple[str, FeelNode], ...]", children[0]) if children else ()
        return syntax.ContextOf(tuple(name for name, _ in entries), tuple(value for _, value in entries))

    def open_range(self, children: list[object]) -> FeelNode:
        low, high = _nodes(children)
        return syntax.RangeOf(low, high, low_closed=False, high_closed=children[-1] is True)

    def closed_range(self, children: list[object]) -> FeelNode:
        low, high = _nodes(children)
        return syntax.RangeOf(low, high, low_closed=True, high_closed=children[-1] is True)

    def open_end(self, _: list[object]) -> bool:
        return False

    def closed_end(self, _: list[object]) -> bool:
        return True

    def named_type(self, children: list[object]) -> FeelNode:
        return syntax.TypeNode(str(children[0]))

    def generic_type(self, children: list[object]) -> FeelNode:
        parts = tuple(child for child in children if isinstance(child, syntax.TypeNode))
        return syntax.TypeNode(str(children[0]), parts)

    def function_type(self, children: list[object]) -> FeelNode:
        return syntax.TypeNode("function", tuple(child for child in children if isinstance(child, syntax.TypeNode)))

    def type_entry(self, children: list[object]) -> tuple[str, FeelNode]:
        return _strings(children)[0], _nodes(children)[0]

    def context_type(self, children: list[object]) -> FeelNode:
        entries = [child for child in children if isinstance(child, tuple)]
        parts = tuple(cast("syntax.TypeNode", node) for _, node in entries)
        return syntax.TypeNode(str(children[0]), parts, tuple(name for name, _ in entries))
