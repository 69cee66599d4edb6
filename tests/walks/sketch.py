"""The state of a diagram being drawn at random, and the piece a block adds to it. Used by blocks and generator."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TypeVar

from tests.walks.drawing import Body, Flow, Node, end, process, start

T = TypeVar("T")


@dataclass(frozen=True)
class Scope:
    """Where a block stands: how deep it may still nest, and what the place allows.

    `objects` is how many sub-processes deeper the process's data object may still be named: where one
    is named two deep the engine's parser never returns, and a called process does not know it.
    """

    depth: int
    objects: int = 1

    def inside(self) -> Scope:
        """The same place, one block deeper."""
        return replace(self, depth=self.depth - 1)

    def below(self) -> Scope:
        """Inside a sub-process: each run of it is a level of its own."""
        return replace(self, depth=self.depth - 1, objects=self.objects - 1)

    def called(self) -> Scope:
        """Inside a called process."""
        return Scope(self.depth - 1, objects=-1)


@dataclass(frozen=True)
class Piece:
    """Part of a body with one way in and one way out."""

    entry: str
    exit: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...] = ()


@dataclass
class Sketch:
    """Draws names and choices, and remembers of which construct each element is.

    With `nested`, scripts and payloads make values of several levels, otherwise of one.
    """

    rnd: random.Random
    budget: int
    nested: bool
    kinds: dict[str, str] = field(default_factory=dict)
    processes: dict[str, str] = field(default_factory=dict)
    sent: tuple[str, ...] = ("m1", "m2", "m3")
    """The messages that may be thrown here: an event sub-process must not start itself for ever."""
    signals: tuple[str, ...] = ("s1", "s2")
    """The signals that may be thrown here: an event that does not interrupt must not trigger itself for ever."""
    _last: int = 0

    def name(self, prefix: str, kind: str = "") -> str:
        """A new element id; `kind` is the construct it stands for."""
        self._last += 1
        key = f"{prefix}_{self._last}"
        if kind:
            self.kinds[key] = kind
        return key

    def pick(self, options: Sequence[T]) -> T:
        return options[self.rnd.randrange(len(options))]

    def chance(self, percent: int) -> bool:
        return self.rnd.randrange(100) < percent

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """What is drawn in the block throws no message and no signal that somebody may wait for."""
        kept, self.sent, self.signals = (self.sent, self.signals), (), ()
        try:
            yield
        finally:
            self.sent, self.signals = kept

    def call(self, content: Body) -> str:
        """Add a process of its own and give its key."""
        key = self.name("called")
        self.processes[key] = process(key, content)
        return key


def single(node: Node) -> Piece:
    return Piece(node.id, node.id, (node,))


def chain(*pieces: Piece) -> Piece:
    """One piece after the other."""
    joints = [Flow(before.exit, after.entry) for before, after in pairwise(pieces)]
    nodes = tuple(node for piece in pieces for node in piece.nodes)
    flows = tuple(flow for piece in pieces for flow in piece.flows)
    return Piece(pieces[0].entry, pieces[-1].exit, nodes, (*flows, *joints))


def closed(sketch: Sketch, piece: Piece, event: str = "") -> Body:
    """The body that starts, does `piece` and ends, throwing `event`."""
    first = start(sketch.name("begin"))
    last = end(sketch.name("done", "signal end" if "signalEvent" in event else ""), event)
    flows = (*piece.flows, Flow(first.id, piece.entry), Flow(piece.exit, last.id))
    return Body((first, *piece.nodes, last), flows)
