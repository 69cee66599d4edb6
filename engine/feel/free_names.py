"""Which names an expression reads from outside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.feel import syntax
from engine.feel.builtins.catalogue import BUILTINS
from engine.feel.syntax import FeelNode


@dataclass(frozen=True, slots=True)
class FreeNames:
    """`needed` has to come from outside; `possible` may also be an entry of what a filter goes through."""

    needed: frozenset[str]
    possible: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Place:
    node: FeelNode
    bound: frozenset[str] = frozenset()
    is_filtered: bool = False

    def at(self, node: FeelNode, *names: str, is_filtered: bool = False) -> _Place:
        """A place below, where more names are bound."""
        return _Place(node, self.bound.union(names), self.is_filtered or is_filtered)


def free_names(tree: FeelNode) -> FreeNames:
    """The names that a tree reads and does not declare itself; a built-in function is one where it is not called."""
    needed: set[str] = set()
    possible: set[str] = set()
    waiting = [_Place(tree)]
    while waiting:
        place = waiting.pop()
        if isinstance(place.node, syntax.Variable):
            if place.node.name not in place.bound:
                (possible if place.is_filtered else needed).add(place.node.name)
        else:
            waiting += _places_below(place)
    return FreeNames(frozenset(needed), frozenset(needed | possible))


def _places_below(place: _Place) -> Iterator[_Place]:
    match place.node:
        case syntax.Iteration(iterators=iterators, body=body):
            names: list[str] = []
            for iterator in iterators:
                yield from (place.at(part, *names) for part in iterator.children())
                names.append(iterator.name)
            yield place.at(body, *names, "partial")
        case syntax.ContextOf(names=entries, values=values):
            for index, value in enumerate(values):
                yield place.at(value, *entries[:index])
        case syntax.FunctionDefinition(parameters=parameters, body=body):
            yield place.at(body, *(parameter.name for parameter in parameters))
        case syntax.FunctionCall(function=syntax.Variable(name=name), arguments=arguments) if name in BUILTINS:
            yield from (place.at(argument) for argument in arguments)
        case syntax.Filter(source=source, condition=condition):
            yield place.at(source)
            yield place.at(condition, "item", is_filtered=True)
        case node:
            yield from (place.at(child) for child in node.children())


def called_names(tree: FeelNode) -> Iterator[str]:
    """The names that a tree calls like functions."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, syntax.FunctionCall) and isinstance(node.function, syntax.Variable):
            yield node.function.name
        waiting += node.children()
