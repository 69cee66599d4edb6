"""The syntax tree of FEEL: what the parser makes and the compiler reads. Each node knows how deep it is."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel.limits import MAX_DEPTH
from engine.feel.reasons import FeelSyntaxError


@dataclass(frozen=True, slots=True)
class FeelNode:
    """A node; `depth` counts the levels below and with it."""

    depth: int = field(default=1, init=False, compare=False)

    def __post_init__(self) -> None:
        depth = 1 + max((child.depth for child in self.children()), default=0)
        if depth > MAX_DEPTH:
            raise FeelSyntaxError("feel-expression-too-deep", most=MAX_DEPTH)
        object.__setattr__(self, "depth", depth)

    def children(self) -> list[FeelNode]:
        """The nodes right below."""
        nodes: list[FeelNode] = []
        for name in self.__dataclass_fields__:
            value = getattr(self, name)
            values = value if isinstance(value, tuple) else (value,)
            nodes += [item for item in values if isinstance(item, FeelNode)]
        return nodes


@dataclass(frozen=True, slots=True)
class Constant(FeelNode):
    """A literal: a number, a text, true, false, null."""

    value: object


@dataclass(frozen=True, slots=True)
class TemporalLiteral(FeelNode):
    """The text of an at-literal, which may mean nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Variable(FeelNode):
    """A name that stands for a value."""

    name: str


@dataclass(frozen=True, slots=True)
class Conditional(FeelNode):
    """if-then-else."""

    condition: FeelNode
    then: FeelNode
    otherwise: FeelNode


@dataclass(frozen=True, slots=True)
class LoopVariable(FeelNode):
    """A variable and what it goes through; with `end`, a range from `source` to it."""

    name: str
    source: FeelNode
    end: FeelNode | None = None


@dataclass(frozen=True, slots=True)
class Iteration(FeelNode):
    """for-return, some-satisfies and every-satisfies; `kind` is the first word."""

    kind: str
    iterators: tuple[LoopVariable, ...]
    body: FeelNode


@dataclass(frozen=True, slots=True)
class TypeNode(FeelNode):
    """A type: its name, and what it is made of; the entries of a context have their names in `names`."""

    name: str
    parts: tuple[TypeNode, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter(FeelNode):
    """A parameter of a function that the text defines."""

    name: str
    type: TypeNode | None = None


@dataclass(frozen=True, slots=True)
class FunctionDefinition(FeelNode):
    """A function; one that is external has no body of ours."""

    parameters: tuple[Parameter, ...]
    body: FeelNode
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class Logic(FeelNode):
    """A chain of `or`, or one of `and`."""

    is_or: bool
    operands: tuple[FeelNode, ...]


@dataclass(frozen=True, slots=True)
class Chain(FeelNode):
    """Operands with the arithmetic signs between them, from left to right."""

    operands: tuple[FeelNode, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Negation(FeelNode):
    """A minus sign before an operand."""

    operand: FeelNode


@dataclass(frozen=True, slots=True)
class Comparison(FeelNode):
    """Two operands with = != < <= > >= between them."""

    left: FeelNode
    sign: str
    right: FeelNode


@dataclass(frozen=True, slots=True)
class Between(FeelNode):
    """`value between low and high`."""

    value: FeelNode
    low: FeelNode
    high: FeelNode


@dataclass(frozen=True, slots=True)
class UnaryComparison(FeelNode):
    """A sign with one operand: a test, or the range of all values that pass it."""

    sign: str
    operand: FeelNode


@dataclass(frozen=True, slots=True)
class Membership(FeelNode):
    """`value in test` or `value in (test, test)`."""

    value: FeelNode
    tests: tuple[FeelNode, ...]


@dataclass(frozen=True, slots=True)
class UnaryTests(FeelNode):
    """The tests of a cell, any of which may hold; negated by `not(…)`."""

    tests: tuple[FeelNode, ...]
    is_negated: bool = False


@dataclass(frozen=True, slots=True)
class PropertyPath(FeelNode):
    """`source.name`."""

    source: FeelNode
    name: str


@dataclass(frozen=True, slots=True)
class Filter(FeelNode):
    """`source[condition]`."""

    source: FeelNode
    condition: FeelNode


@dataclass(frozen=True, slots=True)
class FunctionCall(FeelNode):
    """A call; with names for all arguments, or for none."""

    function: FeelNode
    arguments: tuple[FeelNode, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InstanceOf(FeelNode):
    """`value instance of type`."""

    value: FeelNode
    type: TypeNode


@dataclass(frozen=True, slots=True)
class ListOf(FeelNode):
    """A list of expressions."""

    items: tuple[FeelNode, ...]


@dataclass(frozen=True, slots=True)
class ContextOf(FeelNode):
    """A context: names and expressions, in order."""

    names: tuple[str, ...]
    values: tuple[FeelNode, ...]


@dataclass(frozen=True, slots=True)
class RangeOf(FeelNode):
    """A range between two expressions."""

    low: FeelNode
    high: FeelNode
    low_closed: bool
    high_closed: bool
