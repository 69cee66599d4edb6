"""The rule on circles in which a case never waits: without an end they would take all the time of a step.

A circle provably ends when each turn counts a name up and each turn passes a gateway that goes on only below a limit.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from engine.bpmn.lint import graph
from engine.bpmn.lint.branches import path_writers
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import Diagram, FlowNode, SequenceFlow, extension_text, text_of
from engine.bpmn.lint.finding import Finding, caption_of, finding_at
from engine.bpmn.lint.source import script_tree, syntax_tree
from engine.translation.wording import Caption

MOST_NAMED = 6
_ENDS = frozenset({"startEvent", "endEvent", "boundaryEvent"})  # No flow leads on from or to them.
_WAITING = frozenset(
    {"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway", "callActivity", "subProcess"}
    | {"transaction", "adHocSubProcess", "manualTask", "task"}
)  # What a called process or a sub-process does is not followed; most of them wait.


def check_wait_free_loops(diagram: Diagram, deployment: DeploymentIndex) -> Iterator[Finding]:
    """Every circle passes something that waits, or provably ends."""
    for nodes in _circles(diagram, _passing(diagram)):
        if not _ends(diagram, nodes, deployment):
            first = min(nodes, key=list(diagram.nodes).index)
            names = [_called(diagram.nodes[node]) for node in diagram.nodes if node in nodes]
            shown = [*names[:MOST_NAMED], *(["…"] if len(names) > MOST_NAMED else [])]
            yield finding_at(diagram.nodes[first].element, "loop-without-wait", nodes=shown)


def _called(node: FlowNode) -> Caption:
    return caption_of(node.element) or Caption(node.id, node.id)


def _passing(diagram: Diagram) -> graph.Graph:
    """The nodes at which nothing waits, and the flows between them."""
    nodes = {node.id for node in diagram.nodes.values() if node.kind not in _WAITING | _ENDS}
    return {
        node: [flow.target for flow in _flows_within(diagram, node, nodes)] for node in diagram.nodes if node in nodes
    }


def _flows_within(diagram: Diagram, node: str, nodes: set[str]) -> list[SequenceFlow]:
    flows = diagram.outgoing_flows.get(node, ())
    return [flow for flow in flows if flow.target in nodes and diagram.stays_in_scope(flow)]


def _circles(diagram: Diagram, passing: graph.Graph) -> Iterator[set[str]]:
    """The nodes that lie on circles together."""
    left = graph.nodes_on_cycles(passing)
    backwards = graph.reverse_edges(passing)
    for node in diagram.nodes:
        if node in left:
            circle = graph.reachable_nodes(passing, [node]) & graph.reachable_nodes(backwards, [node])
            left -= circle
            yield circle


def _ends(diagram: Diagram, nodes: set[str], deployment: DeploymentIndex) -> bool:
    """Whether some name is counted up on every turn, and every turn passes a gateway that sets it a limit."""
    counted = [(node, name) for node in nodes for name in _counted(diagram.nodes[node])]
    for name in {name for _node, name in counted}:
        counters = {node for node, other in counted if other == name}
        limits = {node for node in nodes if _limits(diagram, node, nodes, name)}
        if _breaks(diagram, nodes, counters) and _breaks(diagram, nodes, limits):
            others = path_writers(diagram, deployment, nodes - counters)
            return name not in others and not any(name in _otherwise_set(diagram.nodes[node]) for node in counters)
    return False


def _breaks(diagram: Diagram, nodes: set[str], removed: set[str]) -> bool:
    """Whether no circle is left without some nodes."""
    rest = nodes - removed
    flows = {node: [flow.target for flow in _flows_within(diagram, node, rest)] for node in rest}
    return bool(removed) and not graph.nodes_on_cycles(flows)


def _statements(node: FlowNode) -> Sequence[ast.AST]:
    sources = [node.element.findtext("{*}script") or ""] if node.kind == "scriptTask" else []
    sources += [extension_text(node.element, name) or "" for name in ("preScript", "postScript")]
    trees = [script_tree(source) for source in sources if source.strip()]
    return [part for tree in trees if tree is not None for part in ast.walk(tree)]


def _counted(node: FlowNode) -> Iterator[str]:
    """The names that a script makes greater by a number, whatever else happens in it."""
    for tree in _statements(node):
        for part in tree.body if isinstance(tree, ast.Module) else ():
            if (name := _counter(part)) is not None:
                yield name


def _counter(statement: ast.AST) -> str | None:
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=name)],
            value=ast.BinOp(left=ast.Name(id=other), op=ast.Add(), right=ast.Constant(value=int() | float() as step)),
        ) if name == other and step > 0:
            return name
        case ast.AugAssign(target=ast.Name(id=name), op=ast.Add(), value=ast.Constant(value=int() | float() as step)):
            return name if step > 0 else None
        case _:
            return None


def _otherwise_set(node: FlowNode) -> set[str]:
    """The names that a node's scripts set in another way than by counting them up."""
    return {
        target.id
        for part in _statements(node)
        if isinstance(part, ast.Assign | ast.AugAssign) and _counter(part) is None
        for target in (part.targets if isinstance(part, ast.Assign) else [part.target])
        if isinstance(target, ast.Name)
    }


def _limits(diagram: Diagram, node: str, nodes: set[str], name: str) -> bool:
    """Whether an exclusive gateway goes on in the circle only while a name is below a number."""
    if diagram.nodes[node].kind != "exclusiveGateway":
        return False
    default = diagram.nodes[node].element.get("default")
    staying = _flows_within(diagram, node, nodes)
    if staying and all(flow.id != default and _bounds(text_of(flow.condition), name, above=False) for flow in staying):
        return True
    leaving = [flow for flow in diagram.outgoing_flows.get(node, ()) if flow not in staying]
    others_by_default = all(flow.id == default for flow in staying)
    return others_by_default and any(_bounds(text_of(flow.condition), name, above=True) for flow in leaving)


def _bounds(condition: str, name: str, *, above: bool) -> bool:
    signs = (ast.Gt, ast.GtE) if above else (ast.Lt, ast.LtE)
    match syntax_tree(condition):
        case ast.Compare(left=ast.Name(id=other), ops=[sign], comparators=[ast.Constant(value=int() | float())]):
            return other == name and isinstance(sign, signs)
        case _:
            return False
