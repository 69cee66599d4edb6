"""Events: who waits for what, who hears what is thrown, and what an event ends and begins."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from tests.walks.oracle.bodies import ActivityBodies
from tests.walks.oracle.due import due_of, turns_of
from tests.walks.oracle.expressions import Failure, evaluate, holds
from tests.walks.oracle.model import Flow, Level, Node, Trigger
from tests.walks.oracle.rules import carried_keys, is_meant_for, own_keys, path_within, place_of, put_payload
from tests.walks.oracle.runs import Activity, Box, Run, Thrown, Wait

Choice = Callable[[Sequence[str]], int]
"""Which token moves next, of those in these places: paths of activities, with WAITS before what will wait there."""
Move = tuple[Run, Callable[[], None], str, Node | None]
"""A move in a run, its place, and the node to which it leads a token."""


class EventGame(ActivityBodies):
    """The part of the token game that handles events. `thrown` is what nobody in the case caught."""

    def __init__(self, levels: Mapping[str, Level], now: datetime) -> None:
        super().__init__(levels)
        self.now, self.step = now, 0
        self.thrown: list[Thrown] = []
        self.passed: set[str] = set()
        self._agenda: list[Move] = []

    @abstractmethod
    def waits(self) -> list[Wait]: ...

    @abstractmethod
    def _later_caught(self, wait: Wait, move: Callable[[], None]) -> None: ...

    @abstractmethod
    def _leave(self, run: Run, node: Node, flows: list[Flow] | None = None) -> None: ...

    @abstractmethod
    def _remove(self, activity: Activity) -> None: ...

    @abstractmethod
    def _kill(self, run: Run) -> None: ...

    @abstractmethod
    def _end_run(self, run: Run) -> None: ...

    def _fire_condition(self, choose: Choice) -> bool:
        """When nothing moves, an event fires whose condition holds; one that stays, when it begins to hold."""
        due = []
        for wait in self.waits():
            trigger = wait.node.trigger
            if trigger is not None and trigger.kind == "conditional" and not wait.ways:
                is_held = holds(str(trigger.payload), wait.run.box.values)
                wait.held = wait.held and is_held
                due += [wait] if is_held and not wait.held else []
        if due:
            wait = due[choose([wait.run.path for wait in due])]
            wait.held = wait.is_repeatable
            self._fire(wait, wait.node, Thrown("conditional", ""))
        return bool(due)

    def _wait(self, run: Run, node: Node, host: Activity | None = None) -> Wait:
        wait = Wait(node, run, self._count(), host, step=self.step)
        run.waits.append(wait)
        self._set_due(wait)
        return wait

    def _set_due(self, wait: Wait) -> None:
        for _, trigger in wait.events():
            wait.run.keys.update(own_keys(trigger, wait.run.box.values))
            if trigger.kind == "timer":
                wait.due = due_of(trigger, wait.run.box.values, self.now)
                wait.turns = turns_of(trigger, wait.run.box.values)

    def _stop_waiting(self, wait: Wait) -> None:
        wait.is_over = True
        if wait in wait.run.waits:
            wait.run.waits.remove(wait)

    def _throw_at(self, run: Run, node: Node) -> None:
        trigger = node.trigger
        match trigger.kind if trigger is not None else "":
            case "":
                self._leave(run, node)
            case "terminate":
                self.passed.add(node.id)
                self._kill(run)
                self._end_run(run)
            case "error" | "escalation":
                assert trigger is not None
                self._leave(run, node)
                self._raise(run, trigger)
            case _:
                assert trigger is not None
                self._throw(run, trigger)
                self._leave(run, node)

    def _throw(self, run: Run, trigger: Trigger, box: Box | None = None) -> None:
        payload: Any = None if trigger.kind == "signal" else {}
        if trigger.payload is not None:
            payload = evaluate(trigger.payload, (box or run.box).values)
        keys = carried_keys(trigger, payload) if trigger.payload is not None else {}
        if trigger.keys and trigger.payload is not None and not keys:
            raise Failure(trigger.name)
        run.keys.update(keys)
        event = Thrown(trigger.kind, trigger.name, payload, keys)
        if not self._spread(event) or event.kind == "signal":
            self.thrown.append(event)

    def _raise(self, run: Run, trigger: Trigger) -> None:
        """An error or escalation goes outwards, to the first level or activity that has such an event for it."""
        scope: Run | None = run
        within: Node | None = None
        while scope is not None:
            activity = scope.parent
            beside = [wait for wait in scope.waits if wait.beside is not None and wait.beside is not within]
            borders = (activity.whole or activity).borders if activity is not None else []
            for wait in [*_by_code(beside), *_by_code(borders)]:
                caught = wait.node.trigger
                if caught is not None and caught.kind == trigger.kind and caught.name in ("", trigger.name):
                    self._fire(wait, wait.node, Thrown(trigger.kind, trigger.name))
                    return
            scope, within = (activity.run, activity.node) if activity is not None else (None, None)

    def _spread(self, event: Thrown) -> bool:
        """Whether anybody in the case waited for a message or signal, and so gets it.

        A signal is for everybody. A message is consumed once (BPMN 2.0, 13.5.1): by whoever waits longest, of those
        that began to wait in one step by what is drawn first; it begins an event sub-process only when nobody does.
        """
        heard = [
            (wait, node, trigger)
            for wait in self.waits()
            for node, trigger in wait.events()
            if not wait.is_caught and is_meant_for(wait.run, trigger, event)
        ]
        if event.kind == "message":
            heard = sorted(heard, key=lambda item: (item[0].beside is not None, item[0].step, place_of(item[0])))[:1]
        for wait, node, trigger in heard:
            wait.is_caught = not wait.is_repeatable
            if wait.beside is None:
                wait.run.keys.update(carried_keys(trigger, event.payload))
            self._later_caught(wait, partial(self._fire, wait, node, event))
        return bool(heard)

    def _begin_beside(self, run: Run, node: Node, event: Thrown) -> None:
        """An event sub-process begins once for each event, on the data of the level it stands in."""
        activity = Activity(node, run, run.box, self._count())
        assert node.inner is not None
        inner = activity.inner = Run(node.inner, run.box, activity, path_within(activity), dict(event.keys))
        run.activities.append(activity)
        self._enter_level(inner)

    def _end_others(self, run: Run) -> None:
        """Everything in a run ends, also what is on its way, and nothing listens there any more."""
        for activity in list(run.activities):
            self._remove(activity)
        for wait in list(run.waits):
            self._stop_waiting(wait)
        self._agenda = [entry for entry in self._agenda if entry[0] is not run]
        run.arrived.clear()
        run.moves = 0

    def _fire(self, wait: Wait, node: Node, event: Thrown) -> None:
        if wait.is_over and not wait.is_repeatable:
            return
        run = wait.run
        put_payload(run, node, event)
        if wait.task is not None:
            self._stop_waiting(wait)
            self._end_body(wait.task)
            return
        if wait.is_repeatable and event.kind == "timer":
            wait.turns = None if wait.turns is None else wait.turns - 1
        if not wait.is_repeatable or wait.turns == 0:
            self._stop_waiting(wait)
        if wait.host is not None and node.interrupting:
            self._remove(wait.host)
        if wait.beside is not None:
            if node.interrupting:
                self._end_others(run)
            self._later(run, partial(self._begin_beside, run, wait.beside, event))
            return
        if node.kind == "startEvent":
            for other in [other for other in run.waits if other.node.kind == "startEvent"]:
                self._stop_waiting(other)
        self._leave(run, node)


def _by_code(waits: Sequence[Wait]) -> list[Wait]:
    """What names a code before what takes any."""
    return sorted(waits, key=lambda wait: wait.node.trigger is not None and wait.node.trigger.name == "")
