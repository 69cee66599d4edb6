"""Questions about directed graphs, answered without recursion and in linear time. Pure; for this package only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Graph = Mapping[str, Sequence[str]]


def reachable(graph: Graph, starts: Iterable[str]) -> set[str]:
    """Every node that a path from one of `starts` leads to, `starts` included."""
    seen: set[str] = set()
    rest = list(starts)
    while rest:
        node = rest.pop()
        if node not in seen:
            seen.add(node)
            rest.extend(graph.get(node, ()))
    return seen


def reverse(graph: Graph) -> dict[str, list[str]]:
    """The same graph with every edge turned round."""
    turned: dict[str, list[str]] = {}
    for source, targets in graph.items():
        for target in targets:
            turned.setdefault(target, []).append(source)
    return turned


def on_cycles(graph: Graph) -> set[str]:
    """The nodes that lie on a cycle: strongly connected components of two and more, and nodes with an edge to
    themselves (Kosaraju: order by finishing, then collect against the edges).
    """
    turned, assigned, result = reverse(graph), set[str](), set[str]()
    for root in reversed(_finishing_order(graph)):
        component, rest = [], [root]
        while rest:
            node = rest.pop()
            if node not in assigned:
                assigned.add(node)
                component.append(node)
                rest.extend(turned.get(node, ()))
        if len(component) > 1 or (component and root in graph.get(root, ())):
            result.update(component)
    return result


def _finishing_order(graph: Graph) -> list[str]:
    seen: set[str] = set()
    order: list[str] = []
    for root in graph:
        rest = [(root, False)]
        while rest:
            node, done = rest.pop()
            if done:
                order.append(node)
            elif node not in seen:
                seen.add(node)
                rest.append((node, True))
                rest.extend((target, False) for target in graph.get(node, ()))
    return order
