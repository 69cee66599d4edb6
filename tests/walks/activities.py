"""Random activities: sub-processes, calls, loops of them, and boundary events on them. Used by the generator."""

from __future__ import annotations

from dataclasses import dataclass

from tests.walks import blocks
from tests.walks import drawing as d
from tests.walks.beside import content, with_listener
from tests.walks.blocks import Inner, message, timer
from tests.walks.drawing import Body, Flow, Node
from tests.walks.sketch import Piece, Scope, Sketch, chain, closed, single

_ITEMS = ("[1, 2, 3]", "[4, 5]", '{"a": 1, "b": 2}', "[]", "[0, False, 1.0, True]", '[None, "a", None]')
_UNTIL = (None, None, "x > 3", "=x > 3")


@dataclass(frozen=True)
class Host:
    """An activity that boundary events may be attached to; `before` sets up what it needs."""

    node: Node
    before: Piece | None = None

    @property
    def piece(self) -> Piece:
        own = single(self.node)
        return own if self.before is None else chain(self.before, own)


def activity(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """An activity without boundary events."""
    return _host(sketch, scope, inner).piece


def guarded(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """An activity with one or two boundary events."""
    host = _host(sketch, scope, inner)
    piece = _interrupted(sketch, scope, inner, host) if sketch.chance(50) else host.piece
    if piece is host.piece or sketch.chance(30):
        return _accompanied(sketch, scope, inner, host, piece)
    return piece


def raising(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """A sub-process or call that ends in an error or throws an escalation, caught on its boundary or within it."""
    name, interrupting = sketch.pick((("error", True), ("escalation", True), ("escalation", False)))
    event, kind = (d.error("e1"), "error") if name == "error" else (d.escalation("c1"), "escalation")
    called = sketch.chance(30)
    below = scope.called() if called else scope.below()
    inside = _failing(sketch, below, inner, event) if kind == "error" else _crying(sketch, below, inner, event)
    heard_within = sketch.chance(40)
    if heard_within:
        inside = with_listener(sketch, below, inner, inside, (event, kind), interrupting)
    if called:
        node = d.call(sketch.name("call", "call activity"), sketch.call(inside))
    else:
        node = d.sub_process(sketch.name("sub", "sub-process"), inside)
    host = Host(node)
    if heard_within and sketch.chance(50):
        return host.piece
    if interrupting:
        return _merged(sketch, scope, inner, host, (event, kind))
    return _beside(sketch, scope, inner, host, host.piece, (event, kind))


def _host(sketch: Sketch, scope: Scope, inner: Inner) -> Host:
    kinds = (
        _plain_task,
        _plain_sub,
        _plain_call,
        _each_task,
        _each_inside,
        _some_task,
        _some_inside,
        _loop_task,
        _loop_sub,
    )
    return sketch.pick(kinds)(sketch, scope, inner)


def _plain_task(sketch: Sketch, _scope: Scope, _inner: Inner) -> Host:
    return Host(d.user(sketch.name("task", "user task")))


def _plain_sub(sketch: Sketch, scope: Scope, inner: Inner) -> Host:
    key = sketch.name("sub", "sub-process")
    return Host(d.sub_process(key, content(sketch, scope.below(), inner)))


def _plain_call(sketch: Sketch, scope: Scope, inner: Inner) -> Host:
    key = sketch.name("call", "call activity")
    called = "leaf" if sketch.chance(30) else sketch.call(content(sketch, scope.called(), inner))
    return Host(d.call(key, called))


def _each_task(sketch: Sketch, _scope: Scope, _inner: Inner) -> Host:
    """One user task per item; its answer, the variable named after the task, is collected."""
    sequential = sketch.chance(50)
    key = sketch.name("each", f"multi-instance {'sequential' if sequential else 'parallel'}")
    before, characteristics = _collecting(sketch, key, f"v_{key}", sequential)
    return Host(d.user(key, characteristics), before=before)


def _each_inside(sketch: Sketch, scope: Scope, inner: Inner) -> Host:
    """One sub-process or call per item; the variable its last script sets is collected."""
    called, sequential = sketch.chance(40), sketch.chance(40)
    key = sketch.name("each", f"multi-instance of {'call' if called else 'sub-process'}")
    before, characteristics = _collecting(sketch, key, f"v_{key}", sequential)
    below = scope.called() if called else scope.below()
    last = single(d.script(sketch.name("script"), f"v_{key} = x"))
    inside = closed(sketch, chain(inner(sketch, below), last))
    node = d.call(key, sketch.call(inside), characteristics) if called else d.sub_process(key, inside, characteristics)
    return Host(node, before=before)


def _some_task(sketch: Sketch, _scope: Scope, _inner: Inner) -> Host:
    key = sketch.name("some", "multi-instance by number")
    output = (f"o_{key}", f"v_{key}") if sketch.chance(40) else None
    return Host(d.user(key, _counted(sketch, output)))


def _some_inside(sketch: Sketch, scope: Scope, inner: Inner) -> Host:
    key = sketch.name("some", "multi-instance by number of sub-process")
    return Host(d.sub_process(key, content(sketch, scope.below(), inner), _counted(sketch)))


def _loop_task(sketch: Sketch, _scope: Scope, _inner: Inner) -> Host:
    return Host(d.user(sketch.name("loop", "standard loop"), _standard(sketch)))


def _loop_sub(sketch: Sketch, scope: Scope, inner: Inner) -> Host:
    key = sketch.name("loop", "standard loop of sub-process")
    return Host(d.sub_process(key, content(sketch, scope.below(), inner), _standard(sketch)))


def _collecting(sketch: Sketch, key: str, answer: str, sequential: bool) -> tuple[Piece, str]:
    """The script that sets items and an empty collection, and the loop over them.

    The collection is emptied each time, or has the answers of the turn before.
    """
    items = sketch.pick(_ITEMS)
    empty = "{}" if items.startswith("{") else "[]"
    in_place = items != "[]" and sketch.chance(20)
    setup = f"i_{key} = {items}" if in_place else f"i_{key} = {items}\no_{key} = {empty}"
    output = (f"i_{key}" if in_place else f"o_{key}", answer)
    until = sketch.pick(_UNTIL)
    if until is not None:
        sketch.kinds[key] += ", until"
    loop = d.multi_instance(
        items=f"i_{key}", sequential=sequential, output=None if sketch.chance(20) else output, until=until
    )
    return single(d.script(sketch.name("script"), setup)), loop


def _counted(sketch: Sketch, output: tuple[str, str] | None = None) -> str:
    number = sketch.pick(("2", "x % 3 + 1"))
    return d.multi_instance(cardinality=number, sequential=sketch.chance(50), output=output, until=sketch.pick(_UNTIL))


def _standard(sketch: Sketch) -> str:
    condition = sketch.pick((None, "x > 1", "=x > 1"))
    maximum = sketch.pick((2, 3)) if condition is None else sketch.pick((3, 5))
    return d.standard_loop(condition, maximum, before=condition is not None and sketch.chance(40))


def _failing(sketch: Sketch, scope: Scope, inner: Inner, event: str) -> Body:
    """A body with a normal end and one that throws `event`."""
    split = d.exclusive(sketch.name("split"))
    head = chain(single(d.start(sketch.name("begin"))), inner(sketch, scope), single(split))
    good, bad = d.end(sketch.name("done")), d.end(sketch.name("failed", "error end"), event)
    flows = (Flow(split.id, bad.id, "x > 1"), Flow(split.id, good.id, default=True))
    return Body((*head.nodes, good, bad), head.flows + flows)


def _crying(sketch: Sketch, scope: Scope, inner: Inner, event: str) -> Body:
    """A body that throws an escalation on its way."""
    cry = single(d.throw(sketch.name("throw", "escalation throw"), event))
    return closed(sketch, chain(inner(sketch, scope), cry, inner(sketch, scope)))


def _event(sketch: Sketch, interrupting: bool) -> tuple[str, str]:
    events = [
        (timer(sketch), "timer"),
        (timer(sketch), "timer"),
        (message(sketch), "message"),
        (d.signal(sketch.pick(d.SIGNALS)), "signal"),
        (d.condition(sketch.pick(blocks.CONDITIONS)), "condition"),
    ]
    if not interrupting:
        events.append((d.timer(sketch.pick(('"R1/P1D"', '"R2/P1D"', '"R/P1D"')), "timeCycle"), "cycle timer"))
    return sketch.pick(events)


def _interrupted(sketch: Sketch, scope: Scope, inner: Inner, host: Host) -> Piece:
    return _merged(sketch, scope, inner, host, _event(sketch, interrupting=True))


def _accompanied(sketch: Sketch, scope: Scope, inner: Inner, host: Host, piece: Piece) -> Piece:
    return _beside(sketch, scope, inner, host, piece, _event(sketch, interrupting=False))


def _merged(sketch: Sketch, scope: Scope, inner: Inner, host: Host, event: tuple[str, str]) -> Piece:
    """The activity interrupted by an event whose path comes back to the activity's way out."""
    xml, kind = event
    caught = d.boundary(sketch.name("boundary", f"boundary {kind}, interrupting"), host.node.id, xml)
    merge = d.exclusive(sketch.name("merge"))
    way, own = _way(sketch, scope.inside(), inner), host.piece
    joints = (Flow(caught.id, way.entry), Flow(way.exit, merge.id), Flow(own.exit, merge.id))
    return Piece(own.entry, merge.id, (*own.nodes, caught, merge, *way.nodes), own.flows + way.flows + joints)


def _way(sketch: Sketch, scope: Scope, inner: Inner) -> Piece:
    """The path that starts at a boundary event.

    SpiffWorkflow takes what stands there for merely possible until a gateway has been passed, and refuses to give a
    multi-instance activity its instances.
    """
    way = inner(sketch, scope)
    if any("multiInstance" in node.inner for node in way.nodes):
        return chain(single(d.exclusive(sketch.name("way"))), way)
    return way


def _beside(sketch: Sketch, scope: Scope, inner: Inner, host: Host, piece: Piece, event: tuple[str, str]) -> Piece:
    """A path of its own starts at the event, while the activity goes on."""
    xml, kind = event
    key = sketch.name("boundary", f"boundary {kind}, non-interrupting")
    caught = d.boundary(key, host.node.id, xml, interrupting=False)
    # The path may begin again and again: it must not trigger itself.
    with sketch.quiet():
        way = _way(sketch, scope.inside(), inner)
    last = d.end(sketch.name("done"))
    joints = (Flow(caught.id, way.entry), Flow(way.exit, last.id))
    return Piece(piece.entry, piece.exit, (*piece.nodes, caught, *way.nodes, last), piece.flows + way.flows + joints)
