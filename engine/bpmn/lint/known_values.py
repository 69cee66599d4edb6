"""What gateways have in common: conditions on one name agree while nothing writes it.

A case that took the way for `outcome = "yes"` takes it at the next gateway too, unless a step between them writes
`outcome`. For each such name the values that its conditions tell apart are tried out, one of each kind; which of them
a case has is chosen at the first gateway that asks and forgotten where something writes it. Names that one table sets
have the values of one of its rows. What is not understood (other names together, functions, an order of texts) stays a
free choice, so that nothing is called impossible that is not.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, pairwise

from engine.bpmn.feel_marks import is_feel_text
from engine.bpmn.lint.branches import path_writers
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import (
    SPLITTING,
    Diagram,
    FlowNode,
    SequenceFlow,
    extension_properties,
    extension_text,
    text_of,
)
from engine.bpmn.lint.row_values import Values, values_set_together
from engine.bpmn.lint.source import feel_tree, names_in, syntax_tree
from engine.bpmn.lint.value_domain import Literal, ValueDomain
from engine.bpmn.scripts import ExpressionLanguage
from engine.errors import ScriptError
from engine.feel import syntax

MOST_KINDS = 12
"""Kinds of values of one name that are told apart."""
_OTHER_TEXT = "…"
_HARMLESS = frozenset({"not"})
_LANGUAGE = ExpressionLanguage({})
Value = Literal | None
Ways = tuple[tuple[SequenceFlow, ...], ...]
"""What a gateway may choose: each a set of flows that are taken together."""


@dataclass(frozen=True, slots=True)
class KnownValues:
    """For one scope: of each gateway that asks a name the ways for each kind of value; what each node writes."""

    kinds: Mapping[str, int] = field(default_factory=dict)
    gateways: Mapping[str, tuple[str, tuple[Ways, ...]]] = field(default_factory=dict)
    writers: Mapping[str, frozenset[str]] = field(default_factory=dict)


def known_values(diagram: Diagram, scope: str, deployment: DeploymentIndex) -> KnownValues:
    """What can be known in a scope: of names that two gateways ask, or one in a circle, and only the scope writes.

    Names that one table sets are known together; what is known of them has the names of all.
    """
    asked = _asked_at(diagram, scope)
    nodes_of: dict[str, list[FlowNode]] = {}
    for node, sets in asked.values():
        for name in frozenset().union(*sets):
            nodes_of.setdefault(name, []).append(node)
    chosen: dict[str, tuple[str, tuple[Ways, ...]]] = {}
    kinds: dict[str, int] = {}
    written: dict[str, tuple[str, ...]] = {}
    groups = _groups_of(nodes_of, deployment)
    for group, rows in groups:
        asking = {node.id: node for name in group for node in nodes_of[name]}
        nodes = [node for key, node in asking.items() if key not in chosen and _asks(asked[key][1], group)]
        is_shared = len(nodes) > 1 or any(node.id in diagram.nodes_in_loops for node in nodes)
        if not is_shared or not all(_is_own(diagram, scope, name, deployment) for name in group):
            continue
        ways = _ways_by_kind(diagram, nodes, rows or _single_values(diagram, nodes, group[0], deployment))
        if 1 < len(ways) <= MOST_KINDS:
            label = ", ".join(group)
            kinds[label], written[label] = len(ways), group
            chosen.update({node.id: (label, tuple(row[at] for row in ways)) for at, node in enumerate(nodes)})
        elif rows:  # Too many kinds together may be few of each.
            groups += [((name,), ()) for name in group]
    return KnownValues(kinds, chosen, _writers(diagram, scope, written, deployment) if kinds else {})


def _groups_of(names: Collection[str], deployment: DeploymentIndex) -> list[tuple[tuple[str, ...], tuple[Values, ...]]]:
    """The names that are known together, with what they are together; each other name by itself."""
    groups = [(tuple(rows[0]), rows) for rows in values_set_together(names, deployment)]
    grouped = {name for group, _rows in groups for name in group}
    return [*groups, *(((name,), ()) for name in names if name not in grouped)]


def _asked_at(diagram: Diagram, scope: str) -> dict[str, tuple[FlowNode, list[frozenset[str]]]]:
    """Of each gateway that chooses, the names of each condition that only compares."""
    gateways = [node for node in diagram.scopes.get(scope, ()) if node.kind in SPLITTING and _is_choice(diagram, node)]
    return {node.id: (node, list(_names_asked(diagram, node))) for node in gateways}


def _asks(sets: Iterable[frozenset[str]], names: Collection[str]) -> bool:
    return any(asked <= frozenset(names) for asked in sets)


def _is_choice(diagram: Diagram, node: FlowNode) -> bool:
    return len(diagram.outgoing_flows.get(node.id, ())) > 1


def _conditions(diagram: Diagram, node: FlowNode) -> list[tuple[SequenceFlow, str]]:
    """The flows of a gateway with their conditions, in the order in which they are asked."""
    flows = [flow for flow in diagram.outgoing_flows.get(node.id, ()) if diagram.stays_in_scope(flow)]
    return [(flow, text_of(flow.condition)) for flow in flows if flow.id != node.element.get("default")]


def _names_asked(diagram: Diagram, node: FlowNode) -> Iterator[frozenset[str]]:
    for _flow, text in _conditions(diagram, node):
        names = names_in(text) - _HARMLESS if text and _literals(text) is not None else frozenset()
        if names:
            yield frozenset(names)


def _is_own(diagram: Diagram, scope: str, name: str, deployment: DeploymentIndex) -> bool:
    """Whether nothing outside the scope writes a name while it runs; what a report begins with may be corrected."""
    if name in (deployment.vocabulary.names or frozenset({name})):
        return False
    if diagram.is_process(scope):
        return True
    inside = {
        node.id
        for node in diagram.nodes.values()
        if node.scope == scope or any(host.scope == scope for host in diagram.enclosing_sub_processes(node))
    }
    return name not in path_writers(diagram, deployment, set(diagram.nodes) - inside - {scope})


def _writers(
    diagram: Diagram, scope: str, written: Mapping[str, tuple[str, ...]], deployment: DeploymentIndex
) -> dict[str, frozenset[str]]:
    """What each node of a scope may write; a called process and a repeated activity may write anything."""
    writers = {}
    for node in diagram.scopes.get(scope, ()):
        inside = [each for each in diagram.nodes.values() if node in diagram.enclosing_sub_processes(each)]
        is_open = any(_may_write_anything(each, deployment) for each in (node, *inside))
        own = path_writers(diagram, deployment, {node.id}).keys()
        labels = (label for label, names in written.items() if is_open or own & set(names))
        writers[node.id] = frozenset(labels)
    return writers


def _may_write_anything(node: FlowNode, deployment: DeploymentIndex) -> bool:
    """Whether nobody can tell here what a node writes: it calls, it repeats, its form or decision is elsewhere."""
    if node.kind == "userTask":
        form = extension_properties(node.element).get("form", "")
        return node.is_repeated or (form != "" and form not in (deployment.vocabulary.forms or {}))
    if node.kind == "businessRuleTask":
        return extension_text(node.element, "calledDecisionId") not in deployment.decisions_by_id
    return node.kind == "callActivity" or node.is_repeated


def _ways_by_kind(diagram: Diagram, nodes: list[FlowNode], values: Iterable[Values]) -> list[tuple[Ways, ...]]:
    """The ways of each gateway, one row for each kind of values that they tell apart."""
    rows = [
        tuple(_ways(diagram, node, value) for node in nodes) for value in values
    ]  # A value at which some gateway has no way stops there, which has its own rule.
    return list(dict.fromkeys(row for row in rows if all(row)))


def _asks_only(text: str, names: Collection[str]) -> bool:
    if not text or _literals(text) is None:
        return False
    asked = names_in(text) - _HARMLESS
    return bool(asked) and asked <= set(names)


def _single_values(diagram: Diagram, nodes: list[FlowNode], name: str, deployment: DeploymentIndex) -> Iterator[Values]:
    texts = [text for node in nodes for _flow, text in _conditions(diagram, node) if _asks_only(text, (name,))]
    return ({name: value} for value in _values(texts, deployment.domains.get(name)))


def _values(texts: list[str], domain: ValueDomain | None) -> list[Value]:
    """One value of each kind that conditions on one name can tell apart, as far as the name can have it."""
    literals = [literal for text in texts for literal in _literals(text) or ()]
    words = sorted({literal for literal in literals if isinstance(literal, str)})
    amounts = [literal for literal in literals if isinstance(literal, int | float)]
    numbers = sorted({amount for amount in amounts if not isinstance(amount, bool)})
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    around = [numbers[0] - 1, *numbers, *between, numbers[-1] + 1] if numbers else []
    values: list[Literal] = [*words, _OTHER_TEXT, *around, True, False]
    if domain is not None and domain.texts is not None:
        values += list(domain.texts)
    return [None, *(value for value in values if domain is None or domain.allows(value))]


def _literals(text: str) -> list[Literal] | None:
    """The literals of a condition that only compares; None for one that does more, or orders texts."""
    parts = list(_feel_parts(text) if is_feel_text(text) else _own_parts(text))
    literals = [part for part in parts if isinstance(part, str | int | float)]
    orders = any(part is _ORDER for part in parts)
    is_plain = parts and not any(part is _MORE for part in parts)
    return literals if is_plain and not (orders and any(isinstance(part, str) for part in literals)) else None


_MORE, _ORDER = object(), object()
_OWN_PLAIN = (
    *(ast.Compare, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.Name, ast.Load, ast.List),
    *(ast.Tuple, ast.Eq, ast.NotEq, ast.In, ast.NotIn, ast.Is, ast.IsNot),
)
_FEEL_PLAIN = (syntax.Logic, syntax.Membership, syntax.ListOf, syntax.Variable, syntax.UnaryTests, syntax.Negation)


def _own_parts(text: str) -> Iterator[object]:
    tree = syntax_tree(text)
    for part in ast.walk(tree) if tree is not None else ():
        if isinstance(part, ast.Constant):
            yield part.value
        elif isinstance(part, ast.Lt | ast.LtE | ast.Gt | ast.GtE):
            yield _ORDER
        else:
            yield None if isinstance(part, _OWN_PLAIN) else _MORE


def _feel_parts(text: str) -> Iterator[object]:
    tree = feel_tree(text)
    waiting = [] if tree is None else [tree]
    while waiting:
        node = waiting.pop()
        waiting += node.children()
        match node:
            case syntax.Constant(value=Decimal() as number):
                yield float(number)
            case syntax.Constant(value=value):
                yield value
            case syntax.Comparison(sign=sign) | syntax.UnaryComparison(sign=sign):
                yield _ORDER if "<" in sign or ">" in sign else None
            case syntax.FunctionCall(function=syntax.Variable(name="not")):
                yield None
            case _:
                yield None if isinstance(node, _FEEL_PLAIN) else _MORE


def _ways(diagram: Diagram, node: FlowNode, values: Values) -> Ways:
    """What a gateway may choose when names have these values; conditions on other names may hold or not."""
    sure: list[SequenceFlow] = []
    open_flows: list[SequenceFlow] = []
    for flow, text in _conditions(diagram, node):
        holds = _holds(text, values)
        if holds is not False:
            (open_flows if holds is None else sure).append(flow)
        if holds and node.kind == "exclusiveGateway":
            break
    default = [
        flow for flow in diagram.outgoing_flows.get(node.id, ()) if flow.id == node.element.get("default")
    ]  # It is taken when no condition holds.
    if node.kind == "exclusiveGateway":
        last = sure or default
        return tuple((flow,) for flow in (*open_flows, *last))
    subsets = [part for size in range(len(open_flows) + 1) for part in combinations(open_flows, size)]
    return tuple((*sure, *part) if sure or part else tuple(default) for part in subsets if sure or part or default)


def _holds(text: str, values: Values) -> bool | None:
    """Whether a condition holds; None where that depends on something else, or it cannot be computed."""
    if not _asks_only(text, values):
        return None
    try:
        return bool(_LANGUAGE.evaluate(text, values))
    except ScriptError:
        return None
