"""From syntax tree to code that runs: one closure for each node, made once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel import compile_access, compile_iterations, compile_operators, compile_values, syntax
from engine.feel.building import FeelBuilding
from engine.feel.syntax import FeelNode
from engine.feel.values import FeelCode, FeelType

# Each function takes nodes of its own class alone, which a dictionary cannot say.
_PARTS: dict[type[FeelNode], Callable[[FeelBuilding, Any], FeelCode]] = {
    syntax.Constant: compile_values.constant,
    syntax.TemporalLiteral: compile_values.temporal_literal,
    syntax.Variable: compile_values.variable,
    syntax.ListOf: compile_values.list_of,
    syntax.ContextOf: compile_values.context_of,
    syntax.RangeOf: compile_values.range_of,
    syntax.UnaryComparison: compile_values.unary_comparison,
    syntax.FunctionDefinition: compile_values.function_definition,
    syntax.Chain: compile_operators.chain,
    syntax.Negation: compile_operators.negation,
    syntax.Logic: compile_operators.logic,
    syntax.Comparison: compile_operators.comparison,
    syntax.Between: compile_operators.between,
    syntax.Conditional: compile_operators.conditional,
    syntax.Membership: compile_operators.membership,
    syntax.UnaryTests: compile_operators.unary_tests,
    syntax.InstanceOf: compile_operators.instance_of,
    syntax.PropertyPath: compile_access.path,
    syntax.Filter: compile_access.filtering,
    syntax.FunctionCall: compile_access.call,
    syntax.Iteration: compile_iterations.iteration,
}


def compile_node(node: FeelNode, types: Mapping[str, FeelType]) -> FeelCode:
    """The code of a tree whose texts may name `types`. Raises FeelSyntaxError for a type that is not there."""

    def build(part: FeelNode) -> FeelCode:
        return _PARTS[type(part)](building, part)

    building = FeelBuilding(build, types)
    return build(node)
