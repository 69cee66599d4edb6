"""The acts of a past case as the steps of a scenario. For the recording alone.

Between two acts the scenario turns the clock, and what is due fires by itself at its own instant. Where an act came
before a timer that was due already, it is told a second before that instant, so that it still comes first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from engine.clock import VIETNAM, parse_instant
from engine.errors import BadInput
from engine.process.past_acts import (
    CANCEL,
    COMPLETE,
    FIRE,
    HOLDING,
    MESSAGE,
    MIGRATE,
    RELEASE,
    RESCHEDULE,
    RETURN,
    SIGNAL,
    START,
    PastAct,
)
from engine.scenarios import pseudonyms
from engine.scenarios.files import ScenarioStep
from engine.scenarios.pseudonyms import Codes, Setting
from engine.scenarios.scenario_text import spelled_instant
from engine.store.models import NEVER
from engine.world.unit_tree import CITIZEN
from forms.schema import Form

# Acts that no step of a scenario stands for.
UNTOLD = {
    MIGRATE: "the case went on in another version of its diagram",
    RETURN: "the case went back to the version before",
    SIGNAL: "a signal came from outside",
    CANCEL: "the case was ended by hand",
}
ACTIONS = frozenset({START, COMPLETE, FIRE, MESSAGE, RESCHEDULE, RELEASE, *HOLDING, *UNTOLD})
SOONER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class PastTask:
    """A task of the case: its form, what that kept out of the process, who did it, the deadline it ended with."""

    form: str
    role: str
    due_at: datetime
    written: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of a case: its acts in order, its tasks by number, the forms of its deployment, its deadline."""

    acts: Sequence[PastAct]
    tasks: Mapping[int, PastTask]
    forms: Mapping[str, Form]
    deadline: datetime | None


def steps(past: Past, codes: Codes, *, acts_first: bool = False) -> list[ScenarioStep]:
    """The steps of the scenario; raises BadInput, naming the act, where no step can say what was done.

    History does not say when an act has ended a timer. With `acts_first`, one that was due and never fired was ended by
    the first act after its instant; without, it had been ended before.
    """
    teller = _Teller(past, codes, acts_first=acts_first)
    asked = _asked(past.acts)
    for index, act in enumerate(past.acts):
        if act.action in HOLDING:
            if index in asked:
                teller.claim(index, act)
        elif act.action != RELEASE:
            teller.tell(index, act)
    return teller.end()


def _asked(acts: Sequence[PastAct]) -> set[int]:
    """The places of the claims that a timer has found; the others changed nothing."""
    found: set[int] = set()
    held: dict[int, int] = {}
    seen: dict[int, int] = {}
    for index, act in enumerate(acts):
        if act.action in HOLDING or (act.action == RELEASE and "to" in act.detail):
            held.setdefault(act.detail["task"], index)
        elif act.action == RELEASE:
            held.pop(act.detail["task"], None)
        elif act.action == FIRE:
            given_back = seen.keys() - held.keys()
            if given_back:
                raise _untold(act, "a timer came after a claimed task was given back")
            seen |= held
            found |= set(held.values())
        for task in act.detail.get("closed", ()):
            held.pop(task, None)
            seen.pop(task, None)
    return found


class _Teller:
    """A scenario in the making: what is open and what has been said so far."""

    def __init__(self, past: Past, codes: Codes, *, acts_first: bool) -> None:
        self.past, self.codes, self.acts_first = past, codes, acts_first
        self.steps: list[ScenarioStep] = []
        self.open: dict[int, tuple[str, str]] = {}
        self.timers: dict[int, datetime] = {}
        self.last_fired = {timer: i for i, act in enumerate(past.acts) for timer in act.detail.get("fired", ())}
        self.notices: set[tuple[str, int]] = set()
        self.at = past.acts[0].at
        self.fired_at: datetime | None = None
        self.news = _News()
        self.said: dict[str, Any] | None = None
        self.deadline: datetime | None = None

    def tell(self, index: int, act: PastAct) -> None:
        """Take one act of the process over."""
        if act.action in UNTOLD:
            raise _untold(act, UNTOLD[act.action])
        if act.action == RESCHEDULE and act.detail.get("timers"):
            raise _untold(act, "deadlines were moved by hand or for another calendar")
        if act.action in (COMPLETE, MESSAGE):
            self._act(index, act)
        self._follow(act)
        if act.action == FIRE:
            self.fired_at = act.at
        elif act.action != RESCHEDULE:
            self._expect_unless_late(index)

    def claim(self, index: int, act: PastAct) -> None:
        """Let somebody claim a task."""
        at = self._time(index, act)
        self._add("task", self._node(act), at=at, take=True)

    def end(self) -> list[ScenarioStep]:
        """All steps, the last of them saying what became of the case."""
        self._turn()
        if self.said is None:
            self._expect()
        self._say_deadline(self.past.deadline)
        if self.said is not None:
            self.said.setdefault("finished", False)
            if self.notices:
                self.said["notices"] = self._counts({rung for rung, _ in self.notices})
        return self.steps

    def _act(self, index: int, act: PastAct) -> None:
        at = self._time(index, act)
        if act.action == MESSAGE:
            payload = self.codes.hide(act.detail.get("data"))
            self._add("message", act.detail["message"], at=at, values=payload if isinstance(payload, dict) else None)
            return
        task = self.past.tasks[act.detail["task"]]
        if task.role != CITIZEN:
            self._say_deadline(None if task.due_at == NEVER else task.due_at)
        self._add("task", self._node(act), at=at, values=self._values(act, task))

    def _values(self, act: PastAct, task: PastTask) -> dict[str, Any]:
        """What is sent in the task's form."""
        node, unit = self.open[act.detail["task"]]
        form = self.past.forms.get(task.form)
        if form is None:
            raise _untold(act, f"the deployment has no form {task.form!r} for the task {node!r}")
        place = str(self.past.acts[0].detail.get("data", {}).get("place", unit))
        sent = pseudonyms.values(form, act.detail.get("data", {}), task.written, Setting(act.at, place, unit))
        hidden: dict[str, Any] = self.codes.hide(sent)
        return hidden

    def _node(self, act: PastAct) -> str:
        node = self.open[act.detail["task"]][0]
        if sum(other == node for other, _ in self.open.values()) > 1:
            raise _untold(act, f"the task {node!r} was open more than once, and a step cannot say which is meant")
        return node

    def _time(self, index: int, act: PastAct) -> datetime:
        """When to tell an act: at its time, or just before the first timer that was due by then and came after it."""
        self._turn()
        due = [at for at in self._late(index, never_fired=self.acts_first) if self.at < at <= act.at]
        return max(self.at, min([act.at, *(at - SOONER for at in due)]))

    def _late(self, index: int, *, never_fired: bool) -> list[datetime]:
        """When the timers are due that fired after an act, and of those that never fired if they are wanted too."""
        return [
            at
            for timer, at in self.timers.items()
            if (self.last_fired[timer] > index if timer in self.last_fired else never_fired)
        ]

    def _expect_unless_late(self, index: int) -> None:
        """Say what holds after an act, unless timers are due already: they fire before a scenario looks."""
        if any(due <= self.at for due in self._late(index, never_fired=False)):
            self.said = None
        else:
            self._expect()

    def _turn(self) -> None:
        """Turn the clock to where the last timers had fired, and say what held then."""
        if self.fired_at is not None:
            self._add("until", at=max(self.at, self.fired_at))
            self.fired_at = None
            self._expect()

    def _follow(self, act: PastAct) -> None:
        """Note what followed from an act."""
        detail = act.detail
        for task in detail.get("closed", ()):
            self.open.pop(task, None)
        for task, node, unit, *_ in detail.get("opened", ()):
            self.open[task] = (node, unit)
            self.news.opened.add(task)
        for timer in detail.get("fired", ()):
            self.timers.pop(timer, None)
        for timer, _, due in detail.get("timers", ()):
            self.timers.pop(timer, None)
            if due is not None:
                self.timers[timer] = parse_instant(due)
        new = {(rung, occurrence) for rung, occurrence, *_ in detail.get("notices", ())} - self.notices
        self.notices |= new
        self.news.rungs |= {rung for rung, _ in new}
        self.news.marks += detail.get("marks", ())
        self.news.finished = bool(detail.get("finished"))

    def _expect(self) -> None:
        """Say what is open, and what is new since the last time."""
        news, self.news = self.news, _News()
        nodes = Counter(node for node, _ in self.open.values())
        opened = dict(self.open[task] for task in sorted(news.opened & self.open.keys()))
        facts: dict[str, Any] = {
            "unit": {node: unit for node, unit in opened.items() if nodes[node] == 1},
            "notices": self._counts(news.rungs),
            "marks": list(dict.fromkeys(news.marks)),
            "finished": news.finished,
        }
        self.said = {"open": sorted(nodes.elements()), **{name: value for name, value in facts.items() if value}}
        self._add("expect", values=self.said)

    def _counts(self, rungs: Set[str]) -> dict[str, int]:
        """How many notices of these rungs there have been."""
        counts = Counter(rung for rung, _ in self.notices)
        return {rung: counts[rung] for rung in sorted(rungs)}

    def _say_deadline(self, at: datetime | None) -> None:
        """Say the deadline where it was last said what held, if it is another one than before."""
        if self.said is not None and at != self.deadline:
            self.deadline = at
            self.said["deadline"] = None if at is None else spelled_instant(at)

    def _add(self, kind: str, name: str = "", **how: Any) -> None:
        self.steps.append(ScenarioStep(len(self.steps) + 1, kind, name, **how))
        self.at = how.get("at") or self.at


@dataclass(slots=True)
class _News:
    """What has happened since it was last said what holds."""

    opened: set[int] = field(default_factory=set)
    rungs: set[str] = field(default_factory=set)
    marks: list[str] = field(default_factory=list)
    finished: bool = False


def _untold(act: PastAct, reason: str) -> BadInput:
    at = act.at.astimezone(VIETNAM)
    return BadInput(f"The case cannot be told as a scenario: {reason} ({act.action}, {at:%d/%m/%Y %H:%M}).")
