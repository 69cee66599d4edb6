"""The oracle as one side of a walk.

Where two tokens move in one step the standard does not say which comes first. The oracle first lets them take turns;
when the other side shows something else, it looks for an order that explains all that the other side has shown so far.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from tests.walks.drawing import Files
from tests.walks.oracle.events import Choice
from tests.walks.oracle.expressions import Failure
from tests.walks.oracle.model import read_processes
from tests.walks.oracle.runs import Activity, Thrown, Wait
from tests.walks.oracle.tokens import WAITS, TokenGame
from tests.walks.sides import (
    DONE,
    FAILED,
    REFUSED,
    ROOT,
    Broadcast,
    Complete,
    Deliver,
    Fire,
    Offers,
    Step,
    View,
    differences,
    ranked,
    text,
)

ORDERS = 150
"""How many orders of the last step are tried, and then how many of all steps."""

Seen = tuple[str, View | None]
"""What a side showed after a step: the outcome and, unless it failed, its view."""


def _in_turn(_places: Sequence[str]) -> int:
    return 0


def _inside_first(places: Sequence[str]) -> int:
    """What happens inside of activities comes before what happens around them."""
    return max(range(len(places)), key=lambda index: (places[index].count("/"), -index))


class _Rounds:
    """What happens inside of activities is done first, then everything that stands outside moves once.

    With a `chance`, the order is any now and then.
    """

    def __init__(self, seed: int, chance: float) -> None:
        self._rnd, self._chance, self._left = random.Random(seed), chance, 0

    def __call__(self, places: Sequence[str]) -> int:
        if self._rnd.random() < self._chance:
            return self._rnd.randrange(len(places))
        if self._left == 0 and not any("/" in place for place in places):
            self._left = len(places)
        if self._left:
            self._left -= 1
            return 0
        return _inside_first(places)


class _Favoured:
    """Some places are faster than others, and now and then the order is any."""

    def __init__(self, seed: int) -> None:
        self._rnd = random.Random(seed)
        self._speed: dict[str, float] = {}

    def __call__(self, places: Sequence[str]) -> int:
        if self._rnd.random() < 0.1:
            return self._rnd.randrange(len(places))
        return max(range(len(places)), key=lambda index: (self._of(places[index]), -index))

    def _of(self, place: str) -> float:
        return self._speed.setdefault(place, self._rnd.random())


class Oracle:
    """A case played by the token game."""

    def __init__(
        self, files: Files, key: str = ROOT, decided: Mapping[str, Any] | None = None, start: str = ""
    ) -> None:
        """`decided` is what every decision says; `start` the start event at which the case begins, if not the plain."""
        self._start = start
        self._levels, self._key, self._decided = read_processes(files), key, decided or {}
        self._taken: list[tuple[Step, datetime]] = []
        self._orders: list[int] = []
        self._data: Mapping[str, Any] = {}
        self._begun: datetime | None = None
        self._game: TokenGame | None = None

    @property
    def game(self) -> TokenGame:
        """The case as it stands."""
        assert self._game is not None, "the case has not begun"
        return self._game

    def begin(self, data: Mapping[str, Any], now: datetime) -> str:
        """Start the case."""
        self._data, self._begun = data, now
        return self._play_again([0])

    def take(self, step: Step, now: datetime) -> str:
        """Take a step with the tokens in turn."""
        self._taken.append((step, now))
        self._orders.append(0)
        return self._take(step, now, _in_turn)

    def explains(self, seen: Sequence[Seen]) -> bool:
        """Whether some order of moves shows what the other side has shown; the case then stands as after that."""
        return any(self._shows(orders, seen) for orders in self._other_orders())

    def _other_orders(self) -> Iterator[list[int]]:
        """An order per step, 0 for tokens in turn: first the last step's differ, then those of all."""
        known = list(self._orders)
        for seed in range(1, ORDERS):
            yield [*known[:-1], seed]
        yield from ([order] * len(known) for order in (1, 2))
        for seed in range(1, ORDERS):
            yield [seed * 1000 + number for number in range(len(known))]

    def _shows(self, orders: list[int], seen: Sequence[Seen]) -> bool:
        for number, (outcome, view) in enumerate(seen):
            done = self._play_again(orders[:1]) if number == 0 else self._retake(number, orders[number])
            if done != outcome or (view is not None and differences(self.view(), view)):
                return False
        return True

    def _play_again(self, orders: list[int]) -> str:
        assert self._begun is not None
        self._orders = orders
        self._game = TokenGame(self._levels, self._key, self._data, self._begun)
        self._game.decided = self._decided
        try:
            self._game.begin(_choice(orders[0]), self._start)
        except Failure:
            return FAILED
        return DONE

    def _retake(self, number: int, order: int) -> str:
        self._orders = [*self._orders, order]
        step, now = self._taken[number - 1]
        return self._take(step, now, _choice(order))

    def _take(self, step: Step, now: datetime, choose: Choice) -> str:
        try:
            return self._move(step, now, choose)
        except Failure:
            return FAILED

    def _move(self, step: Step, now: datetime, choose: Choice) -> str:
        match step:
            case Complete():
                tasks = [(_task_key(task), task) for task in self.game.open_tasks()]
                self.game.complete(_find(tasks, step.element, step.rank), step.data, now, choose)
            case Fire():
                self.game.fire(_find(self._timers(), step.element, step.rank), now, choose)
            case Deliver():
                event = Thrown("message", step.name, step.payload, step.correlations)
                return DONE if self.game.deliver(event, now, choose) else REFUSED
            case Broadcast():
                return DONE if self.game.deliver(Thrown("signal", step.name), now, choose) else REFUSED
        return DONE

    def view(self) -> View:
        """What the outside can notice."""
        game = self.game
        return View(
            open=tuple(sorted((_task_key(task), text(task.box.values)) for task in game.open_tasks())),
            waiting=tuple(sorted((_wait_key(wait), wait.due) for wait in game.waits())),
            completed=game.top.ended,
            data=text(game.top.box.values) if game.top.ended else "",
            thrown=tuple((event.name, text(event.payload), text(event.keys)) for event in game.thrown),
        )

    def offers(self) -> Offers:
        """Everything the outside could do now."""
        game = self.game
        events = [(wait, trigger) for wait in game.waits() for _, trigger in wait.events()]
        messages = [
            (trigger.name, {key: [name for name, _ in parts] for key, parts in trigger.keys.items()}, wait.run.keys)
            for wait, trigger in events
            if trigger.kind == "message"
        ]
        return Offers(
            tasks=ranked([_task_key(task) for task in game.open_tasks()]),
            timers=ranked([key for key, _ in self._timers()]),
            messages=messages,
            signals=[trigger.name for _, trigger in events if trigger.kind == "signal"],
        )

    def passed(self) -> set[str]:
        """The elements that were done at least once."""
        return self.game.passed

    def _timers(self) -> list[tuple[str, Wait]]:
        return [(_wait_key(wait), wait) for wait in self.game.waits() if wait.has_timer]


def _choice(order: int) -> Choice:
    if order < 2:
        return (_in_turn, _inside_first)[order]
    rnd = random.Random(order)
    some = (_Rounds(order, 0.0 if order == 2 else 0.15), _Favoured(order), lambda places: rnd.randrange(len(places)))
    return _waits_first(some[(order - 2) % 3]) if order % 2 == 0 else some[(order - 2) % 3]


def _waits_first(choose: Choice) -> Choice:
    """What will wait begins to wait before anything else happens."""

    def choice(places: Sequence[str]) -> int:
        waiting = [index for index, place in enumerate(places) if place.startswith(WAITS)]
        return waiting[0] if waiting else choose(places)

    return choice


def _task_key(task: Activity) -> str:
    return task.run.path + task.node.id


def _wait_key(wait: Wait) -> str:
    return wait.run.path + wait.node.id


def _find(items: Sequence[tuple[str, Any]], element: str, rank: int) -> Any:
    return [item for key, item in items if key == element][rank]
