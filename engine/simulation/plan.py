"""When and with what data an open task of a simulated case is completed: as its counterpart was, or by assumption.

A task that opened when its counterpart did is completed at the very same instant; one that opened earlier or later
takes the same working time, or the same elapsed time if the counterpart was completed outside office hours. Randomness
follows from the seed, the case, the node and how often the case has come there: no run depends on another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from engine.bpmn.virtual_case import CourseTask
from engine.process.definitions import CompiledDeployment
from engine.simulation import answers
from engine.simulation.answers import AnswerContext
from engine.simulation.assumptions import Assumption, AssumptionTable, TaskSample, WeightedAnswer, sample_task
from engine.simulation.record import PastUserTask
from engine.simulation.walk import SimulatedCase
from engine.world.world import World
from forms.fields import FormField
from forms.schema import Form

# Whatever ended a task in reality precedes its assumed completion.
_MARGIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class SimulationContext:
    """What a case is run in: the diagrams, the world, the last instant of history, the assumptions, the seed."""

    content: CompiledDeployment
    world: World
    horizon: datetime
    assumptions: AssumptionTable
    seed: int


class CompletionPlanner:
    """The plans for one case's tasks, each made once."""

    def __init__(self, simulated: SimulatedCase, context: SimulationContext) -> None:
        self.walk, self.stage = simulated, context
        self._plans: dict[int, datetime | None] = {}
        self._draws: dict[int, TaskSample] = {}

    def completion_time(self, task: CourseTask) -> datetime | None:
        """When the task is completed unless something ends it first; None if nobody completes it."""
        if task.task_id not in self._plans:
            self._plans[task.task_id] = self._plan_completion(task)
        return self._plans[task.task_id]

    def _plan_completion(self, task: CourseTask) -> datetime | None:
        past = self._past_of(task)
        if past is not None and past.ended_at is None:
            return None  # It is still open.
        if past is not None and past.data is not None:
            return self._shifted_instant(task, past, past.ended_at)
        sample = self._sample_of(task)
        if not sample.done:
            return None
        at = self.stage.world.calendar.add(task.opened_at, timedelta(seconds=int(sample.hours * 3600)))
        if past is None or past.ended_at is None:
            return at
        return max(at, self._shifted_instant(task, past, past.ended_at) + _MARGIN)

    def _shifted_instant(self, task: CourseTask, past: PastUserTask, at: datetime | None) -> datetime:
        """The instant as long after this task's opening as `at` was after its counterpart's."""
        assert at is not None
        if task.opened_at == past.opened_at:
            return at
        calendar = self.stage.world.calendar
        if calendar.is_open(at):
            return calendar.add(task.opened_at, calendar.between(past.opened_at, at))
        return task.opened_at + (at - past.opened_at)

    def completion_data(self, task: CourseTask, now: datetime) -> tuple[Mapping[str, Any], bool]:
        """The process data that completes the task, and whether it differs from the past or is assumed."""
        past = self._past_of(task)
        if past is not None and past.data is not None:
            data = self.fit_past_data(task, past.data, now)
            return data, data != past.data
        form = self.walk.content.forms.get(task.form)
        values = answers.resolve_placeholders(form, self._sample_of(task).values, self._answer_context(task, now))
        return self.fit_past_data(task, values, now), True

    def fit_past_data(self, task: CourseTask, past: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
        """Fit a past answer to the draft's form; anything else that the form requires is assumed."""
        form = self.walk.content.forms.get(task.form)
        if form is None:
            return past
        return answers.fill_required_fields(
            form, answers.accepted_values(form, past), lambda field: self._assumed_value(task, form, field, now)
        )

    def _assumed_value(self, task: CourseTask, form: Form, field: FormField, now: datetime) -> Any:
        """The assumed value of one field: the answer drawn for the task, else the first that the field accepts."""
        for values in (self._sample_of(task).values, *answers.candidate_values(form)):
            accepted = answers.accepted_values(
                form, answers.resolve_placeholders(form, values, self._answer_context(task, now))
            )
            if field.key in accepted:
                return accepted[field.key]
        return answers.first_accepted_value(field)

    def is_claimed(self, task: CourseTask, now: datetime) -> bool:
        """Whether the task is claimed at `now`."""
        past = self._past_of(task)
        if past is None:
            return self._sample_of(task).claimed
        return past.was_claimed(now - (task.opened_at - past.opened_at))

    def _past_of(self, task: CourseTask) -> PastUserTask | None:
        return self.walk.counterparts[task.task_id].past

    def _answer_context(self, task: CourseTask, now: datetime) -> AnswerContext:
        return AnswerContext(self.walk.virtual.process_data, task.unit, now)

    def _sample_of(self, task: CourseTask) -> TaskSample:
        if task.task_id not in self._draws:
            turn = self.walk.counterparts[task.task_id].turn
            seed = f"{self.stage.seed}:{self.walk.case.id}:{task.node}:{turn}"
            self._draws[task.task_id] = sample_task(self._assumption_of(task), Random(seed))  # noqa: S311 - not a secret.
        return self._draws[task.task_id]

    def _assumption_of(self, task: CourseTask) -> Assumption:
        assumption = self.stage.assumptions.get(task.node)
        if assumption is not None:
            return assumption
        forms = self.walk.content.forms
        candidate_answers = tuple(
            WeightedAnswer(1, values) for values in answers.candidate_values(forms.get(task.form))
        )
        return Assumption(task.node, task.name, task.role, candidate_answers)
