"""When and with what an open task of a simulated case is completed: as its counterpart was, or by assumption.

For this package. A task that opened when its counterpart did is completed at the very same instant; one that opened
earlier or later takes the same working time, or the same elapsed time when it was completed outside office hours.
Chance follows from the seed, the case, the node and how often the case has come there: no run hangs on another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from engine.process.definitions import Content
from engine.simulation import answers
from engine.simulation.answers import Around
from engine.simulation.assumptions import Answer, Assumption, Draw, Table, draw
from engine.simulation.record import PastTask
from engine.simulation.walk import OpenTask, Walk
from engine.world.world import World
from forms.fields import Field
from forms.schema import Form

# Whatever ended a task in reality comes before somebody is assumed to have done it.
_AFTER = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a case is run: the draft, the world, the last instant of history, what is assumed, the seed."""

    content: Content
    world: World
    horizon: datetime
    assumptions: Table
    seed: int


class Planner:
    """The plans for one case's tasks, each made once."""

    def __init__(self, walk: Walk, stage: Stage) -> None:
        self.walk, self.stage = walk, stage
        self._plans: dict[int, datetime | None] = {}
        self._draws: dict[int, Draw] = {}

    def when(self, task: OpenTask) -> datetime | None:
        """When the task is completed unless something ends it before; None when nobody does it."""
        if task.number not in self._plans:
            self._plans[task.number] = self._when(task)
        return self._plans[task.number]

    def _when(self, task: OpenTask) -> datetime | None:
        past = task.past
        if past is not None and past.ended_at is None:
            return None  # It is open to this day.
        if past is not None and past.data is not None:
            return self._moved(task, past, past.ended_at)
        drawn = self._draw(task)
        if not drawn.done:
            return None
        at = self.stage.world.calendar.add(task.opened_at, timedelta(seconds=int(drawn.hours * 3600)))
        if past is None or past.ended_at is None:
            return at
        return max(at, self._moved(task, past, past.ended_at) + _AFTER)

    def _moved(self, task: OpenTask, past: PastTask, at: datetime | None) -> datetime:
        """The instant that lies after this task's opening as `at` lay after its counterpart's."""
        assert at is not None
        if task.opened_at == past.opened_at:
            return at
        calendar = self.stage.world.calendar
        if calendar.is_open(at):
            return calendar.add(task.opened_at, calendar.between(past.opened_at, at))
        return task.opened_at + (at - past.opened_at)

    def data(self, task: OpenTask, now: datetime) -> tuple[Mapping[str, Any], bool]:
        """The process data that completes the task, and whether any of it is assumed."""
        if task.past is not None and task.past.data is not None:
            data = self.fitting(task, task.past.data, now)
            return data, data != task.past.data
        form = self.walk.content.forms.get(task.form)
        drawn = answers.resolved(form, self._draw(task).values, self._around(task, now))
        return self.fitting(task, drawn, now), True

    def fitting(self, task: OpenTask, past: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        """A past answer as the draft's form takes it; what the form asks beside it is assumed."""
        form = self.walk.content.forms.get(task.form)
        if form is None:
            return past
        return answers.completed(form, answers.fit(form, past), lambda field: self._assumed(task, form, field, now))

    def _assumed(self, task: OpenTask, form: Form, field: Field, now: datetime) -> Any:
        """What is assumed for one field: the answer drawn for the task, else the first that the field takes."""
        for values in (self._draw(task).values, *answers.possible(form)):
            fitting = answers.fit(form, answers.resolved(form, values, self._around(task, now)))
            if field.key in fitting:
                return fitting[field.key]
        return answers.plain(field)

    def taken(self, task: OpenTask, now: datetime) -> bool:
        """Whether somebody holds the task by now."""
        if task.past is None:
            return self._draw(task).claimed
        return task.past.taken(now - (task.opened_at - task.past.opened_at))

    def _around(self, task: OpenTask, now: datetime) -> Around:
        return Around(self.walk.data, task.unit, now)

    def _draw(self, task: OpenTask) -> Draw:
        if task.number not in self._draws:
            seed = f"{self.stage.seed}:{self.walk.case.id}:{task.node}:{task.turn}"
            self._draws[task.number] = draw(self._assumption(task), Random(seed))  # noqa: S311 - nothing secret.
        return self._draws[task.number]

    def _assumption(self, task: OpenTask) -> Assumption:
        known = self.stage.assumptions.get(task.node)
        if known is not None:
            return known
        forms = self.walk.content.forms
        possible = tuple(Answer(1, values) for values in answers.possible(forms.get(task.form)))
        return Assumption(task.node, task.name, task.role, possible)
