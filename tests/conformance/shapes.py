"""Shapes for small diagrams of single elements."""

from __future__ import annotations

from collections.abc import Sequence

from tests.walks import drawing as d
from tests.walks.drawing import Body, Node
from tests.walks.sides import ROOT


def drawn(
    *nodes: Node,
    flows: str,
    more: Sequence[Node] = (),
    first: str = "",
    without_start: bool = False,
    without_end: bool = False,
) -> bytes:
    """A file with one process: these nodes, `begin` with the event `first`, and `done`."""
    begin = () if without_start else (d.start("begin", first),)
    done = () if without_end else (d.end(),)
    return file_of(d.body(*begin, *nodes, *more, *done, flows=flows))


def file_of(content: Body) -> bytes:
    """A file with one process."""
    return d.documents({ROOT: d.process(ROOT, content)})[f"{ROOT}.bpmn"]


def node(tag: str, key: str, inner: str = "", **attributes: str) -> Node:
    """Any element."""
    return Node(tag, key, tuple(attributes.items()), inner)


def raw_event(kind: str, inner: str = "") -> str:
    """An event definition of a kind without a name."""
    return f"<bpmn:{kind}EventDefinition>{inner}</bpmn:{kind}EventDefinition>"


def condition(text: str) -> str:
    """A conditional event definition."""
    return raw_event("conditional", f"<bpmn:condition>{text}</bpmn:condition>")


def contents(*nodes: Node, flows: str, begin: str = "begin_in", last: str = "", first: Node | None = None) -> Body:
    """What stands in a sub-process: `begin_in`, the nodes in the order of `flows`, `done_in` throwing `last`."""
    chain = f"{begin} -> {flows or nodes[0].id} -> done_{begin}"
    return d.body(first or d.start(begin), *nodes, d.end(f"done_{begin}", last), flows=chain)


def run_in(key: str, *nodes: Node, flows: str, loop: str = "", last: str = "", tag: str = "subProcess") -> Node:
    """A sub-process of these nodes, which ends throwing `last`."""
    return Node(tag, key, (), loop + contents(*nodes, flows=flows, last=last).xml())


def at_border(host: Node, event: str, interrupting: bool = True, more: Sequence[Node] = ()) -> bytes:
    """A file with an activity that has an event on its border, and a task behind it."""
    border = d.boundary("e", host.id, event, interrupting)
    flows = f"begin -> {host.id} -> done; e -> behind -> done"
    return drawn(host, border, *more, d.user("behind"), flows=flows)


def beside(event: str, interrupting: bool, inside_sub: bool = False, throws: str = "") -> bytes:
    """A file with an event sub-process, in the process or in a sub-process, beside two tasks and what throws."""
    first = d.start("begin_at", event, interrupting)
    event_sub = d.event_sub_process("ev", contents(d.user("behind"), flows="", begin="begin_at", first=first))
    thrown = [d.throw("thrown", throws)] if throws and "error" not in throws else []
    way = "a -> thrown -> b" if thrown else "a -> b"
    last = throws if "error" in throws else ""
    if inside_sub:
        body = contents(*thrown, d.user("a"), d.user("b"), flows=way, last=last)
        sub = Node("subProcess", "sub", (), Body((*body.nodes, event_sub), body.flows).xml())
        return drawn(sub, d.user("z"), flows="begin -> sub -> z -> done")
    body = d.body(d.start(), *thrown, d.user("a"), d.user("b"), d.end("done", last), flows=f"begin -> {way} -> done")
    return file_of(Body((*body.nodes, event_sub), body.flows))
