"""What a text compares with which literals, and what a script sets names to, in either language of diagrams.

Facts only, no rules.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from engine.bpmn.feel_language import CompiledFeel
from engine.bpmn.lint.source import leaf_nodes, script_tree, syntax_tree
from engine.bpmn.lint.typed import SourceText
from engine.bpmn.lint.value_domain import Literal
from engine.bpmn.table_cells import INPUT
from engine.feel import syntax
from engine.feel.syntax import FeelNode

_FEEL_EQUALITIES = frozenset({"=", "!="})
_LIST_TEST = "list contains"
_TESTED = syntax.Variable("?")  # What stands for the input in a cell of a decision table.
SetLiterals = tuple[str, tuple[Literal, ...] | None]
"""A name that a script sets, and the literals among which it chooses; None for anything else."""


@dataclass(frozen=True, slots=True)
class LiteralComparison:
    """A literal and what it is compared with: the name `subject`, or a call of the function `subject`.

    `is_member` is true of a list that is asked whether it holds the literal.
    """

    subject: str
    literal: Literal
    is_call: bool = False
    is_member: bool = False


def compared_literals(text: SourceText) -> Iterator[LiteralComparison]:
    """The comparisons of a text with literals."""
    for node in feel_nodes(text):
        yield from _feel_comparisons(node)
    for part in own_nodes(text):
        if isinstance(part, ast.Compare):
            yield from _own_comparisons(part)


def own_nodes(text: SourceText) -> Iterator[ast.AST]:
    """All nodes of a text in the language of our own; none of one in FEEL, or of one that cannot be read."""
    tree = None if text.is_feel else script_tree(text.source) if text.is_script else syntax_tree(text.source)
    return ast.walk(tree) if tree is not None else iter(())


def feel_nodes(text: SourceText) -> Iterator[FeelNode]:
    """All nodes of a text in FEEL; none of one in the language of our own."""
    return _below(_feel_tree(text)) if text.is_feel else iter(())


def _own_comparisons(node: ast.Compare) -> Iterator[LiteralComparison]:
    for sign, (left, right) in zip(node.ops, pairwise((node.left, *node.comparators)), strict=True):
        is_list_test = isinstance(sign, ast.In | ast.NotIn)
        for subject, other, is_member in ((left, right, False), (right, left, is_list_test)):
            for literal in literals_of(other):
                match subject:
                    case ast.Name(id=name):
                        yield LiteralComparison(name, literal, is_member=is_member)
                    case ast.Call(func=ast.Name(id=name)):
                        yield LiteralComparison(name, literal, is_call=True, is_member=is_member)


def literals_of(node: ast.AST | None) -> Iterator[Literal]:
    """The texts, numbers and truths that an expression can yield or that stand in its list."""
    for leaf in leaf_nodes(node):
        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str | int | float):
            yield leaf.value


def set_literals(text: SourceText) -> Iterator[SetLiterals]:
    """What a script sets."""
    if text.is_feel:
        yield from _feel_entries(_feel_tree(text))
        return
    for node in own_nodes(text):
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _target_literals(target, value)
            case ast.AugAssign(target=target):
                yield from _target_literals(target, None)


def _target_literals(target: ast.expr, value: ast.expr | None) -> Iterator[SetLiterals]:
    """What an assignment makes of the names in its target; only a name alone is set to the value itself."""
    if isinstance(target, ast.Name) and value is not None:
        yield target.id, choices_of(value)
    else:
        yield from ((node.id, None) for node in ast.walk(target) if isinstance(node, ast.Name))


def choices_of(value: ast.AST | None) -> tuple[Literal, ...] | None:
    """The literals among which an expression chooses, nothing (None) left out; None if it may yield anything else."""
    match value:
        case ast.IfExp(body=body, orelse=orelse):
            parts = (choices_of(body), choices_of(orelse))
            return None if None in parts else (*(parts[0] or ()), *(parts[1] or ()))
        case ast.Constant(value=None):
            return ()
        case ast.Constant(value=str() | int() | float() as literal):
            return (literal,)
        case _:
            return None


def _feel_tree(text: SourceText) -> FeelNode | None:
    """The tree of a text in FEEL; None when it cannot be read, which has its own rule."""
    compiled = text.compiled
    return compiled.tree if isinstance(compiled, CompiledFeel) else None


def _below(tree: FeelNode | None) -> Iterator[FeelNode]:
    pending = [] if tree is None else [tree]
    while pending:
        node = pending.pop()
        yield node
        pending += node.children()


def _feel_comparisons(node: FeelNode) -> Iterator[LiteralComparison]:
    match node:
        case syntax.Comparison(left=left, sign=sign, right=right) if sign in _FEEL_EQUALITIES:
            for subject, other in ((left, right), (right, left)):
                yield from _feel_pairs(subject, [other])
        case syntax.UnaryTests(tests=tests):
            yield from _feel_pairs(_TESTED, [item for test in tests for item in _items(test)])
        case syntax.Membership(value=subject, tests=tests):
            yield from _feel_pairs(subject, [item for test in tests for item in _items(test)])
        case syntax.FunctionCall(function=syntax.Variable(name=name), arguments=(syntax.Variable(name=subject), other)):
            if name == _LIST_TEST:
                yield from (LiteralComparison(subject, literal, is_member=True) for literal in _constants([other]))


def _items(node: FeelNode) -> tuple[FeelNode, ...]:
    return node.items if isinstance(node, syntax.ListOf) else (node,)


def _feel_pairs(subject: FeelNode, others: list[FeelNode]) -> Iterator[LiteralComparison]:
    match subject:
        case syntax.Variable(name=name):
            own_name = INPUT if name == _TESTED.name else name
            yield from (LiteralComparison(own_name, literal) for literal in _constants(others))
        case syntax.FunctionCall(function=syntax.Variable(name=name)):
            yield from (LiteralComparison(name, literal, is_call=True) for literal in _constants(others))


def _constants(nodes: list[FeelNode]) -> Iterator[Literal]:
    for node in nodes:
        if isinstance(node, syntax.Constant) and isinstance(node.value, str | bool | Decimal):
            yield float(node.value) if isinstance(node.value, Decimal) else node.value


def _feel_entries(tree: FeelNode | None) -> Iterator[SetLiterals]:
    match tree:
        case syntax.ContextOf(names=names, values=values):
            yield from ((name, _feel_choices(value)) for name, value in zip(names, values, strict=True))
        case syntax.Conditional(then=then, otherwise=otherwise):
            yield from _feel_entries(then)
            yield from _feel_entries(otherwise)


def _feel_choices(node: FeelNode) -> tuple[Literal, ...] | None:
    match node:
        case syntax.Conditional(then=then, otherwise=otherwise):
            parts = (_feel_choices(then), _feel_choices(otherwise))
            return None if None in parts else (*(parts[0] or ()), *(parts[1] or ()))
        case syntax.Constant(value=None):
            return ()
        case syntax.Constant():
            return tuple(_constants([node]))
        case _:
            return None
