"""Rules on comparisons of two names, and of an amount with digits in quotes: what is never so, and was not meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from engine.bpmn.lint.compared import compared_literals, feel_nodes, own_nodes
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram
from engine.bpmn.lint.domains import function_domain
from engine.bpmn.lint.finding import Finding, finding_at
from engine.bpmn.lint.typed import SourceText, diagram_texts
from engine.bpmn.lint.value_domain import TEXT, ValueDomain, quoted_literal, quoted_name
from engine.feel import syntax

_Side = tuple[str, bool]
"""A name, and whether it is that of a called function."""


def check_compared_names(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Two names are compared only where both can have the same value."""
    for text in diagram_texts(diagram):
        for left, right in _equalities(text) if text.is_about_case else ():
            domains = _texts_of(left, deployment), _texts_of(right, deployment)
            if domains[0] is None or domains[1] is None or domains[0].keys() & domains[1].keys():
                continue
            names = [quoted_name(name + ("(…)" if is_call else ""), None) for name, is_call in (left, right)]
            is_value = right[0] in domains[0]
            rule = "value-without-quotes" if is_value else "names-never-equal"
            yield finding_at(text.element, rule, name=names[0], other=names[1], value=quoted_literal(right[0]))


def _texts_of(side: _Side, deployment: DeploymentIndex) -> dict[str, object] | None:
    name, is_call = side
    units = deployment.vocabulary.units
    domain: ValueDomain | None = function_domain(name, units) if is_call else deployment.domains.get(name)
    if domain is None or domain.kinds != {TEXT} or domain.texts is None:
        return None
    return {text: caption for text, caption in domain.texts.items() if text} or None


def _equalities(text: SourceText) -> Iterator[tuple[_Side, _Side]]:
    for node in own_nodes(text):
        if isinstance(node, ast.Compare):
            for sign, (left, right) in zip(node.ops, pairwise((node.left, *node.comparators)), strict=True):
                if isinstance(sign, ast.Eq | ast.NotEq):
                    yield from _pair(_own_side(left), _own_side(right))
    for part in feel_nodes(text):
        match part:
            case syntax.Comparison(left=left_part, sign="=" | "!=", right=right_part):
                yield from _pair(_feel_side(left_part), _feel_side(right_part))


def _pair(left: _Side | None, right: _Side | None) -> Iterator[tuple[_Side, _Side]]:
    if left is not None and right is not None and left != right:
        yield left, right


def _own_side(node: ast.expr) -> _Side | None:
    match node:
        case ast.Name(id=name):
            return name, False
        case ast.Call(func=ast.Name(id=name)):
            return name, True
        case _:
            return None


def _feel_side(node: syntax.FeelNode) -> _Side | None:
    match node:
        case syntax.Variable(name=name):
            return name, False
        case syntax.FunctionCall(function=syntax.Variable(name=name)):
            return name, True
        case _:
            return None


def check_quoted_numbers(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """What is larger or smaller than a number is compared with a number, not with its digits as a text.

    A name that is known never to be a text has its own rule.
    """
    for text in diagram_texts(diagram):
        known = {one.literal for one in compared_literals(text) if TEXT not in _kinds(one.subject, deployment)}
        for digits in set(_ordered_digits(text)) - known:
            yield finding_at(text.element, "number-in-quotes", value=quoted_literal(digits), number=digits)


def _kinds(name: str, deployment: DeploymentIndex) -> frozenset[str]:
    domain = deployment.domains.get(name)
    return frozenset({TEXT}) if domain is None else domain.kinds


def _ordered_digits(text: SourceText) -> Iterator[str]:
    for node in own_nodes(text):
        if isinstance(node, ast.Compare) and any(isinstance(sign, _ORDERS) for sign in node.ops):
            parts = [part.value for part in (node.left, *node.comparators) if isinstance(part, ast.Constant)]
            yield from (part for part in parts if isinstance(part, str) and _is_amount(part))
    for part in feel_nodes(text):
        if isinstance(part, syntax.Comparison) and part.sign not in ("=", "!="):
            sides = [side.value for side in (part.left, part.right) if isinstance(side, syntax.Constant)]
            yield from (side for side in sides if isinstance(side, str) and _is_amount(side))


_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def _is_amount(text: str) -> bool:
    return text.strip().replace(".", "", 1).isdigit()
