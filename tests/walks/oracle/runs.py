"""What exists while a case runs: runs of levels, activities in them, events that are waited for, and their data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.walks.oracle.model import Level, Node, Trigger


class Box:
    """Data that is read and written together; it knows which names were written."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = dict(values)
        self.written: set[str] = set()

    def put(self, values: Mapping[str, Any]) -> None:
        """Write values."""
        self.values.update(values)
        self.written |= values.keys()

    def take(self, name: str) -> Any:
        """Remove a value, as if it had never been written."""
        self.written.discard(name)
        return self.values.pop(name, None)

    def written_values(self) -> dict[str, Any]:
        """What was written and is still there."""
        return {name: self.values[name] for name in self.written if name in self.values}


@dataclass(eq=False)
class Run:
    """One run of a level. `arrived` has the flows on which tokens wait at joins, `moves` counts tokens on their way."""

    level: Level
    box: Box
    parent: Activity | None
    path: str
    keys: dict[str, Any] = field(default_factory=dict)
    arrived: dict[str, list[str]] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    objects: dict[str, Any] = field(default_factory=dict)
    moves: int = 0
    ended: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no token is left; an event sub-process that has not begun is none."""
        waits = [wait for wait in self.waits if wait.beside is None]
        return not (self.moves or self.activities or waits or any(self.arrived.values()))


@dataclass(eq=False)
class Activity:
    """An activity that has begun. An instance of a repeated one has a `whole`, and the whole its `instances`."""

    node: Node
    run: Run
    box: Box
    opened: int
    whole: Activity | None = None
    is_open: bool = False
    inner: Run | None = None
    wait: Wait | None = None
    borders: list[Wait] = field(default_factory=list)
    instances: list[Activity] = field(default_factory=list)
    turns: int = 0
    left: list[tuple[Any, Any]] = field(default_factory=list)
    held: dict[str, Any] = field(default_factory=dict)
    ended: list[Any] = field(default_factory=list)


@dataclass(eq=False)
class Wait:
    """Waiting for an event at `node`: on the border of `host`, in the `task` that receives, or on a token's way.

    With `beside`, at the start of that event sub-process, which stands in the run. `ways` has the events of a gateway;
    `turns` is how often a repeating timer still fires, None for ever;
    `held` is whether its condition held when nothing moved the last time; `step` is the step in which it began.
    """

    node: Node
    run: Run
    since: int
    host: Activity | None = None
    task: Activity | None = None
    beside: Node | None = None
    ways: list[Node] = field(default_factory=list)
    due: str = ""
    turns: int | None = 1
    is_caught: bool = False
    is_over: bool = False
    held: bool = False
    step: int = 0

    def events(self) -> list[tuple[Node, Trigger]]:
        """What is waited for, each with the node behind which the path goes on."""
        nodes = self.ways or [self.node]
        return [(node, node.trigger) for node in nodes if node.trigger is not None]

    @property
    def is_repeatable(self) -> bool:
        """Whether it goes on waiting when it has fired."""
        return (self.host is not None or self.beside is not None) and not self.node.interrupting

    @property
    def has_timer(self) -> bool:
        """Whether a timer can end it."""
        return any(trigger.kind == "timer" for _, trigger in self.events())


@dataclass(frozen=True)
class Thrown:
    """An event on its way to whoever waits for it."""

    kind: str
    name: str
    payload: Any = None
    keys: Mapping[str, Any] = field(default_factory=dict)
