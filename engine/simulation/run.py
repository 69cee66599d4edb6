"""One past case run through a draft: side by side with what happened, and on by itself from where they part.

For this package. As long as every step has the consequences that history tells of, the acts follow in their real order
at their real instants, so that an unchanged diagram reproduces what happened exactly. From the first difference on the
case runs free: tasks are completed as their counterparts were (see `plan`), messages from outside come when they came,
timers fire on their instant. At one instant acts come before timers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.bpmn.actions import Action, Cancel, Complete, Fire, Message, Reschedule, Signal, Start
from engine.clock import parse_instant
from engine.errors import EngineError, Stale, StepFailed
from engine.process import past_acts
from engine.process.past_acts import PastAct
from engine.simulation import record
from engine.simulation.facts import Facts
from engine.simulation.plan import Planner, Stage
from engine.simulation.record import PastCase
from engine.simulation.walk import OpenTask, Walk

# A case that has taken so many acts by itself turns in a circle; the longest real ones take about 60.
MOST_ACTS = 2000

# How long a case that was finished in reality may take longer in the draft.
LONGER = timedelta(days=366)


@dataclass(slots=True)
class Ran:
    """What a run came to.

    `failed` is the element and the reason where the draft could not go on, `refused` are the messages that it did not
    wait for, `assumed` counts by node the tasks that were done by assumption.
    """

    facts: Facts = field(default_factory=Facts)
    failed: tuple[str, str] | None = None
    refused: list[str] = field(default_factory=list)
    assumed: Counter[str] = field(default_factory=Counter)


def run(case: PastCase, stage: Stage) -> Ran:
    """Run one case; what goes wrong in it is part of what it came to, not an error."""
    ran = Ran()
    try:
        walk = Walk(case, stage.content, stage.world)
        ran.facts = walk.facts
        _Run(walk, stage, ran).take()
    except StepFailed as error:
        ran.failed = (error.node, str(error))
    except EngineError as error:
        ran.failed = ("", str(error))
    except Exception as error:  # noqa: BLE001 - one broken case must not end the simulation of all others.
        ran.failed = ("", f"The case cannot be moved ({type(error).__name__}).")
    return ran


class _Run:
    """The two halves of a run: following history, and going on alone."""

    def __init__(self, walk: Walk, stage: Stage, ran: Ran) -> None:
        self.walk, self.stage, self.ran = walk, stage, ran
        self.planner = Planner(walk, stage)
        self.tasks: dict[int, int] = {}
        self.timers: dict[int, int] = {}
        self.taken: set[int] = set()

    def take(self) -> None:
        """The whole run."""
        acts = self.walk.case.acts
        for index, item in enumerate(acts):
            if item.action in past_acts.CLAIMS:
                self._claim(item)
            elif item.action in past_acts.MOVES or (item.action in past_acts.STEPS and not self._follow(item)):
                _Free(self, acts[index + 1 :], item.at).take()
                return

    def _claim(self, item: PastAct) -> None:
        number = self.tasks.get(item.detail.get("task", 0), 0)
        (self.taken.add if past_acts.holds(item) else self.taken.discard)(number)

    def _follow(self, item: PastAct) -> bool:
        """Take the step that history tells of; whether it had the same consequences."""
        action, given = self._action(item)
        try:
            said = self.walk.act(action, item.at)
        except Stale:
            self.ran.refused.append(str(item.detail.get("message", item.action)))
            return False
        opened = [_pairs(told.get("opened", ())) for told in (item.detail, said)]
        timers = [_pairs(told.get("timers", ())) for told in (item.detail, said)]
        closed = {self.tasks.get(number) for number in item.detail.get("closed", ())}
        self.tasks |= zip([pair[0] for pair in opened[0]], [pair[0] for pair in opened[1]], strict=False)
        self.timers |= zip([pair[0] for pair in timers[0]], [pair[0] for pair in timers[1]], strict=False)
        return (
            given
            and _bare(opened[0]) == _bare(opened[1])
            and _bare(timers[0]) == _bare(timers[1])
            and closed == set(said.get("closed", ()))
            and all(_told(item.detail, key) == _told(said, key) for key in ("path", "notices", "messages", "marks"))
            and item.detail.get("finished") == said.get("finished")
        )

    def _action(self, item: PastAct) -> tuple[Action, bool]:
        """The action of a row in the terms of this run; False when the draft's form takes other data."""
        detail = item.detail
        match item.action:
            case past_acts.START:
                return Start(detail["data"]), True
            case past_acts.COMPLETE:
                task = self.walk.open[self.tasks[detail["task"]]]
                told = detail.get("data", {})
                data = self.planner.fitting(task, told, item.at)
                return Complete(task.number, data), data == told
            case past_acts.FIRE:
                numbers = tuple(self.timers[number] for number in detail["fired"])
                return Fire(numbers, frozenset(self.taken & set(self.walk.open))), True
            case past_acts.RESCHEDULE:
                dues = {self.timers[int(key)]: parse_instant(at) for key, at in detail.get("dues", {}).items()}
                return Reschedule(dues, float(detail.get("extend", 0.0))), True
        return _from_outside(item, self.walk), True


def _from_outside(item: PastAct, walk: Walk) -> Action:
    """The action of a message, a signal or a cancellation."""
    match item.action:
        case past_acts.MESSAGE:
            name = item.detail["message"]
            return Message(name, item.detail.get("data"), walk.correlations(name))
        case past_acts.SIGNAL:
            return Signal(item.detail["signal"])
    return Cancel()


def _pairs(rows: Sequence[Sequence[Any]]) -> list[Sequence[Any]]:
    """Tasks or timers in an order that does not hang on their numbers, which a draft may give otherwise."""
    return sorted(rows, key=lambda row: (row[1], row[0]))


def _bare(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(row[1:]) for row in rows]


def _told(detail: Mapping[str, Any], key: str) -> list[Any]:
    return list(detail.get(key, ()))


class _Free:
    """The rest of a case after its first difference."""

    def __init__(self, run: _Run, rest: Sequence[PastAct], now: datetime) -> None:
        self.walk, self.ran, self.planner, self.now = run.walk, run.ran, run.planner, now
        case, horizon = run.walk.case, run.stage.horizon
        self.until = horizon + LONGER if case.finished else horizon
        self.outside = [item for item in rest if item.action in record.FROM_OUTSIDE]
        # Where a timer is the one that history knows, it is as late as it was.
        self.fired = {
            (item.node, item.detail.get("due")): item.at for item in case.acts if item.action == past_acts.FIRE
        }

    def take(self) -> None:
        """Let acts and timers happen in the order of time until the case or the clock ends."""
        for _ in range(MOST_ACTS):
            if self.walk.finished or not self._next():
                return
        node = next((task.node for task in self.walk.open.values()), self.walk.facts.path[-1])
        raise StepFailed("The case turns in a circle and comes to no end.", node)

    def _next(self) -> bool:
        """Take the next act or timer; False when nothing happens any more."""
        task = min(self._planned(), default=None)
        timer = min(self._due(), default=None)
        outside = max(self.now, self.outside[0].at) if self.outside else None
        if outside is not None and (task is None or outside <= task[0]) and (timer is None or outside <= timer[0]):
            self.now = outside
            self._deliver(self.outside.pop(0))
        elif task is not None and (timer is None or task[0] <= timer[0]):
            self.now = task[0]
            self._complete(self.walk.open[task[1]])
        elif timer is not None:
            self.now = timer[0]
            self.walk.act(Fire((timer[1],), self._taken()), self.now)
        else:
            return False
        return True

    def _planned(self) -> list[tuple[datetime, int]]:
        plans = ((self.planner.when(task), task.number) for task in self.walk.open.values())
        return [(max(self.now, at), number) for at, number in plans if at is not None and at <= self.until]

    def _due(self) -> list[tuple[datetime, int]]:
        found = []
        for timer in self.walk.timers.values():
            if timer.due is None:
                continue
            fired = self.fired.get((timer.node, timer.due.isoformat()))
            at = max(self.now, fired or timer.due)
            if at < self.until or fired is not None:
                found.append((at, timer.number))
        return found

    def _deliver(self, item: PastAct) -> None:
        try:
            self.walk.act(_from_outside(item, self.walk), self.now)
        except Stale:
            self.ran.refused.append(str(item.detail.get("message", item.action)))

    def _complete(self, task: OpenTask) -> None:
        data, assumed = self.planner.data(task, self.now)
        self.walk.act(Complete(task.number, data), self.now)
        if assumed:
            self.ran.assumed[task.node] += 1

    def _taken(self) -> frozenset[int]:
        return frozenset(task.number for task in self.walk.open.values() if self.planner.taken(task, self.now))
