"""Random event sub-processes: beside the main flow of a process, a sub-process or a called process. Used by the
generator.
"""

from __future__ import annotations

from tests.walks import blocks
from tests.walks import drawing as d
from tests.walks.blocks import Inner
from tests.walks.drawing import Body, Flow, Node
from tests.walks.sketch import Scope, Sketch


def content(sketch: Sketch, scope: Scope, inner: Inner) -> Body:
    """What stands inside a sub-process or a called process, now and then with something that listens beside it."""
    return listening(sketch, scope, inner, blocks.content(sketch, scope, inner), chance=15)


def listening(sketch: Sketch, scope: Scope, inner: Inner, body: Body, chance: int = 100) -> Body:
    """A body with up to two event sub-processes, each with that chance."""
    for _ in range(2):
        if sketch.chance(chance):
            interrupting = sketch.chance(40)
            body = with_listener(sketch, scope, inner, body, _event(sketch, interrupting), interrupting)
            chance //= 2
    return body


def with_listener(
    sketch: Sketch, scope: Scope, inner: Inner, body: Body, event: tuple[str, str], interrupting: bool
) -> Body:
    """A body with an event sub-process that an event of this kind starts."""
    xml, kind = event
    way_of = "interrupting" if interrupting else "non-interrupting"
    first = d.start(sketch.name("begin", f"event sub-process {kind}, {way_of}"), xml, interrupting=interrupting)
    # It may begin again and again: it must not trigger itself.
    with sketch.quiet():
        way = inner(sketch, Scope(depth=1, objects=scope.objects - 1))
    last = d.end(sketch.name("done"))
    flows = (*way.flows, Flow(first.id, way.entry), Flow(way.exit, last.id))
    beside: Node = d.event_sub_process(sketch.name("beside"), Body((first, *way.nodes, last), flows))
    return Body((*body.nodes, beside), body.flows)


def _event(sketch: Sketch, interrupting: bool) -> tuple[str, str]:
    events = [
        (blocks.timer(sketch), "timer"),
        (blocks.message(sketch), "message"),
        (d.signal(sketch.pick(d.SIGNALS)), "signal"),
        (d.condition(sketch.pick(blocks.CONDITIONS)), "condition"),
    ]
    if not interrupting:
        events.append((d.timer(sketch.pick(('"R2/P1D"', '"R/P1D"')), "timeCycle"), "cycle timer"))
    return sketch.pick(events)
