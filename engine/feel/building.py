"""What the parts of the compiler share: how they have the nodes below compiled, and which types a text may name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.feel.reasons import FeelSyntaxError
from engine.feel.syntax import FeelNode, TypeNode
from engine.feel.types import ANY, type_of_node
from engine.feel.values import FeelCode, FeelType


@dataclass(frozen=True, slots=True)
class FeelBuilding:
    """One compilation."""

    build: Callable[[FeelNode], FeelCode]
    types: Mapping[str, FeelType]

    def all_of(self, nodes: tuple[FeelNode, ...]) -> list[FeelCode]:
        """The code of each node."""
        return [self.build(node) for node in nodes]

    def type_of(self, node: TypeNode | None) -> FeelType:
        """The type that a node names. Raises FeelSyntaxError when there is none."""
        if node is None:
            return ANY
        kind = type_of_node(node, self.types)
        if kind is None:
            raise FeelSyntaxError("feel-type-unknown", name=node.name)
        return kind
