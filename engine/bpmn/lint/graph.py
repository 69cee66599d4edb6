"""Algorithms on directed graphs: pure, without recursion, in linear time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]


def reachable_nodes(graph: Graph, starts: Iterable[str]) -> set[str]:
    """Every node that can be reached from one of `starts`, including `starts`."""
    seen: set[str] = set()
    stack = list(starts)
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack.extend(graph.get(node, ()))
    return seen


def reverse_edges(graph: Graph) -> dict[str, list[str]]:
    """The same graph with every edge reversed."""
    predecessors: dict[str, list[str]] = {}
    for source, targets in graph.items():
        for target in targets:
            predecessors.setdefault(target, []).append(source)
    return predecessors


def nodes_on_cycles(graph: Graph) -> set[str]:
    """The nodes on a cycle: strongly connected components of two or more, and nodes with an edge to themselves.

    Kosaraju's algorithm: order by finishing time, then collect along the reversed edges.
    """
    predecessors, assigned, result = reverse_edges(graph), set[str](), set[str]()
    for root in reversed(_finishing_order(graph)):
        component, stack = [], [root]
        while stack:
            node = stack.pop()
            if node not in assigned:
                assigned.add(node)
                component.append(node)
                stack.extend(predecessors.get(node, ()))
        if len(component) > 1 or (component and root in graph.get(root, ())):
            result.update(component)
    return result


def _finishing_order(graph: Graph) -> list[str]:
    seen: set[str] = set()
    order: list[str] = []
    for root in graph:
        stack = [(root, False)]
        while stack:
            node, is_expanded = stack.pop()
            if is_expanded:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack.extend((target, False) for target in graph.get(node, ()))
    return order
