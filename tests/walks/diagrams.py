"""Random block-structured diagrams over every construct the checker allows, as a function of a random source.

The same function serves Hypothesis, which shrinks what it draws, and runs of many thousand seeds.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.walks import activities, blocks
from tests.walks import drawing as d
from tests.walks.beside import listening
from tests.walks.drawing import Body, Files, body, documents, process
from tests.walks.sides import ROOT
from tests.walks.sketch import Piece, Scope, Sketch, chain, closed, single

_SIMPLE: tuple[blocks.Block, ...] = (
    blocks.user_task,
    blocks.user_task,
    blocks.user_task,
    blocks.script_task,
    blocks.send_task,
    blocks.throw_message,
    blocks.catch_timer,
    blocks.catch_message,
    blocks.catch_condition,
    blocks.receive_task,
    blocks.throw_signal,
)
_NESTING: tuple[blocks.Block, ...] = (
    blocks.sequence,
    blocks.sequence,
    blocks.exclusive,
    blocks.loop,
    blocks.loop,
    blocks.parallel,
    blocks.parallel,
    blocks.inclusive,
    blocks.event_gateway,
    blocks.conversation,
    blocks.signal_exchange,
    blocks.data_object,
    activities.activity,
    activities.activity,
    activities.activity,
    activities.guarded,
    activities.guarded,
    activities.guarded,
    activities.guarded,
    activities.raising,
    activities.raising,
)
_LEAF = process(
    "leaf",
    body(
        d.start("leaf_begin"),
        d.user("leaf_a"),
        d.user("leaf_b"),
        d.end("leaf_done"),
        flows="leaf_begin -> leaf_a -> leaf_b -> leaf_done",
    ),
)


@dataclass(frozen=True)
class Diagram:
    """A process with those it calls and, of its elements that stand for a construct, which one.

    The values of a `nested` diagram have several levels, those of others one.
    """

    files: Files
    kinds: dict[str, str]
    nested: bool


def draw(rnd: random.Random) -> Diagram:
    """A random diagram."""
    sketch = Sketch(rnd, budget=14, nested=rnd.randrange(2) == 1)
    scope = Scope(depth=3)
    first = single(d.user(sketch.name("task", "user task")))
    if sketch.chance(15):
        main = blocks.apart(sketch, scope, _inner)
    else:
        main = closed(sketch, chain(first, _inner(sketch, scope), _inner(sketch, scope.inside())), _last_event(sketch))
    main = listening(sketch, Scope(depth=1), _inner, main, chance=35)
    root = process(ROOT, Body((*d.data_object("obj"), *main.nodes), main.flows))
    return Diagram(documents({ROOT: root, **sketch.processes, "leaf": _LEAF}), sketch.kinds, sketch.nested)


def diagrams() -> st.SearchStrategy[Diagram]:
    """Random diagrams for Hypothesis; simpler ones come first when it shrinks."""
    return st.randoms(use_true_random=False).map(draw)


def _inner(sketch: Sketch, scope: Scope) -> Piece:
    sketch.budget -= 1
    if scope.depth <= 0 or sketch.budget <= 0:
        return sketch.pick(_SIMPLE)(sketch, scope, _inner)
    return sketch.pick(_SIMPLE[:1] + _NESTING)(sketch, scope, _inner)


def _last_event(sketch: Sketch) -> str:
    if not sketch.chance(20):
        return ""
    if sketch.chance(40):
        return d.signal(sketch.pick(d.SIGNALS))
    return d.message(sketch.pick(d.MESSAGES[:3]), '{"last": x}')
