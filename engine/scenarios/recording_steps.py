"""Converts the acts of a past case into scenario steps.

Between two acts the scenario advances the clock, and due timers fire by themselves at their own instant. An act that
preceded a timer already due is placed one second before that instant, so that it still comes first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.clock import VIETNAM, parse_instant
from engine.errors import BadInput
from engine.process.past_acts import (
    ASSIGNMENTS,
    CANCEL,
    COMPLETE,
    FIRE,
    MESSAGE,
    MIGRATE,
    RELEASE,
    RESCHEDULE,
    RETURN,
    SIGNAL,
    START,
    HistoryEvent,
)
from engine.scenarios import pseudonyms
from engine.scenarios.addressing import NUMBER
from engine.scenarios.files import ScenarioStep
from engine.scenarios.new_effects import NewEffects, count_notices
from engine.scenarios.pseudonyms import CodePseudonyms, SubmissionSetting
from engine.scenarios.scenario_text import spell_instant
from engine.store.models import NEVER
from engine.world.roles import CITIZEN
from forms.schema import Form

# Acts that no scenario step can express, and the error rule for each.
UNRECORDABLE = {
    MIGRATE: "recorded-case-migrated",
    RETURN: "recorded-case-returned",
    CANCEL: "recorded-case-cancelled",
}
RECORDED_ACTIONS = frozenset({START, COMPLETE, FIRE, MESSAGE, SIGNAL, RESCHEDULE, RELEASE, *ASSIGNMENTS, *UNRECORDABLE})
JUST_BEFORE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class RecordedTask:
    """A task of the case: its form, role, final deadline, and the inputs that the form kept out of the process."""

    form: str
    role: str
    due_at: datetime
    submission: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedCase:
    """The recorded case: its acts in order, its tasks by number, the forms of its deployment, its deadline.

    `begin` is the step that begins it where its process does not begin by itself.
    """

    acts: Sequence[HistoryEvent]
    tasks: Mapping[int, RecordedTask]
    forms: Mapping[str, Form]
    deadline: datetime | None
    begin: ScenarioStep | None = None


def derive_steps(past: RecordedCase, codes: CodePseudonyms, *, acts_first: bool = False) -> list[ScenarioStep]:
    """Derive the scenario steps; raises BadInput, naming the act, when no step can express it.

    History does not record when an act cancelled a timer. With `acts_first`, a timer that was due and never fired is
    taken as cancelled by the first act after its due time; otherwise as cancelled before.
    """
    recorder = _StepRecorder(past, codes, acts_first=acts_first)
    observed = _observed_claims(past.acts)
    for index, act in enumerate(past.acts):
        if act.action in ASSIGNMENTS:
            if index in observed:
                recorder.record_claim(index, act)
        elif act.action != RELEASE:
            recorder.record_act(index, act)
    return recorder.finish_steps()


def _observed_claims(acts: Sequence[HistoryEvent]) -> set[int]:
    """The indexes of the claims in force when a timer fired; the others had no effect."""
    observed: set[int] = set()
    claims: dict[int, int] = {}
    seen_claims: dict[int, int] = {}
    for index, act in enumerate(acts):
        if act.action in ASSIGNMENTS or (act.action == RELEASE and act.detail.to):
            claims.setdefault(_task_of(act), index)
        elif act.action == RELEASE:
            claims.pop(_task_of(act), None)
        elif act.action == FIRE:
            released = seen_claims.keys() - claims.keys()
            if released:
                raise _unrecordable_error(act, "recorded-task-given-back")
            seen_claims |= claims
            observed |= set(claims.values())
        for task_id in act.detail.closed:
            claims.pop(task_id, None)
            seen_claims.pop(task_id, None)
    return observed


class _StepRecorder:
    """Builds a scenario: tracks what is open and what the steps have stated so far."""

    def __init__(self, past: RecordedCase, codes: CodePseudonyms, *, acts_first: bool) -> None:
        self.past, self.codes, self.acts_first = past, codes, acts_first
        self.steps: list[ScenarioStep] = []
        self.open: dict[int, tuple[str, str]] = {}
        self.timers: dict[int, datetime] = {}
        self.last_fired = {task_id: index for index, act in enumerate(past.acts) for task_id in act.detail.fired}
        self.notices: set[tuple[str, int]] = set()
        self.at = past.acts[0].at
        self.fired_at: datetime | None = None
        self.news = NewEffects()
        self.said: dict[str, Any] | None = None
        self.deadline: datetime | None = None

    def record_act(self, index: int, act: HistoryEvent) -> None:
        """Record one act of the process."""
        if act.action in UNRECORDABLE:
            raise _unrecordable_error(act, UNRECORDABLE[act.action])
        if act.action == RESCHEDULE and act.detail.timers:
            raise _unrecordable_error(act, "recorded-deadlines-moved")
        if act.action == START and self.past.begin is not None:
            self.steps.append(self.past.begin)
        if act.action in (COMPLETE, MESSAGE, SIGNAL):
            self._add_act(index, act)
        self._apply_effects(act)
        if act.action == FIRE:
            self.fired_at = act.at
        elif act.action != RESCHEDULE:
            self._expect_unless_late(index)

    def record_claim(self, index: int, act: HistoryEvent) -> None:
        """Add a step that claims a task."""
        at = self._step_time(index, act)
        self._add_step("task", self._task_node(act), at=at, take=True, which=self._address(act))

    def finish_steps(self) -> list[ScenarioStep]:
        """All steps; the last one states the outcome of the case."""
        self._advance_clock()
        if self.said is None:
            self._add_expectation()
        self._expect_deadline(self.past.deadline)
        if self.said is not None:
            self.said.setdefault("finished", False)
            if self.notices:
                self.said["notices"] = count_notices(self.notices, {rung for rung, _ in self.notices})
        return self.steps

    def _add_act(self, index: int, act: HistoryEvent) -> None:
        at = self._step_time(index, act)
        if act.action in (MESSAGE, SIGNAL):
            payload = self.codes.replace_codes(act.detail.data)
            self._add_step(
                act.action,
                act.detail.message or act.detail.signal,
                at=at,
                values=payload if isinstance(payload, dict) else None,
            )
            return
        task = self.past.tasks[_task_of(act)]
        if task.role != CITIZEN:
            self._expect_deadline(None if task.due_at == NEVER else task.due_at)
        values = self._form_values(act, task)
        self._add_step("task", self._task_node(act), at=at, values=values, which=self._address(act))

    def _form_values(self, act: HistoryEvent, task: RecordedTask) -> dict[str, Any]:
        """The pseudonymised submission of the task's form."""
        node, unit = self.open[_task_of(act)]
        form = self.past.forms.get(task.form)
        if form is None:
            raise _unrecordable_error(act, "recorded-form-missing", form=task.form, task=node)
        place = str(self.past.acts[0].detail.form_data.get("place", unit))
        submission = pseudonyms.fill_form(
            form, act.detail.form_data, task.submission, SubmissionSetting(act.at, place, unit)
        )
        pseudonymous: dict[str, Any] = self.codes.replace_codes(submission)
        return pseudonymous

    def _task_node(self, act: HistoryEvent) -> str:
        return self.open[_task_of(act)][0]

    def _address(self, act: HistoryEvent) -> dict[str, Any] | None:
        """Which of several open tasks of one name an act was about; a step does the one that opened first."""
        node = self._task_node(act)
        numbers = sorted(task_id for task_id, (other, _) in self.open.items() if other == node)
        place = numbers.index(_task_of(act))
        return {NUMBER: place + 1} if place else None

    def _step_time(self, index: int, act: HistoryEvent) -> datetime:
        """When an act's step happens: at its time, or just before the first timer already due that came after it."""
        self._advance_clock()
        due_times = [at for at in self._due_times(index, never_fired=self.acts_first) if self.at < at <= act.at]
        return max(self.at, min([act.at, *(at - JUST_BEFORE for at in due_times)]))

    def _due_times(self, index: int, *, never_fired: bool) -> list[datetime]:
        """Due times of the timers that fired after an act; with `never_fired`, also of those that never fired."""
        return [
            at
            for task_id, at in self.timers.items()
            if (self.last_fired[task_id] > index if task_id in self.last_fired else never_fired)
        ]

    def _expect_unless_late(self, index: int) -> None:
        """State what holds after an act, unless timers are already due: they fire before the scenario checks."""
        if any(due <= self.at for due in self._due_times(index, never_fired=False)):
            self.said = None
        else:
            self._add_expectation()

    def _advance_clock(self) -> None:
        """Advance the clock to the instant when the last timers fired, and state what held then."""
        if self.fired_at is not None:
            self._add_step("until", at=max(self.at, self.fired_at))
            self.fired_at = None
            self._add_expectation()

    def _apply_effects(self, act: HistoryEvent) -> None:
        """Apply the effects of an act to the recorder's state."""
        detail = act.detail
        for task_id in detail.closed:
            self.open.pop(task_id, None)
        for task_id, node, unit, _passed in detail.openings:
            self.open[task_id] = (node, unit)
            self.news.opened.add(task_id)
        for task_id in detail.fired:
            self.timers.pop(task_id, None)
        for timer in detail.timers:
            self.timers.pop(timer.task_id, None)
            if timer.due is not None:
                self.timers[timer.task_id] = parse_instant(timer.due)
        new_notices = {(rung, occurrence) for rung, occurrence, _to in detail.sent_notices} - self.notices
        self.notices |= new_notices
        self.news.rungs |= {rung for rung, _ in new_notices}
        self.news.marks += detail.marks
        self.news.finished = detail.finished

    def _add_expectation(self) -> None:
        """Add an expectation: what is open, and what is new since the last one."""
        news, self.news = self.news, NewEffects()
        self.said = news.expectation(self.open, self.notices)
        self._add_step("expect", values=self.said)

    def _expect_deadline(self, at: datetime | None) -> None:
        """Add the deadline to the latest expectation if it has changed."""
        if self.said is not None and at != self.deadline:
            self.deadline = at
            self.said["deadline"] = None if at is None else spell_instant(at)

    def _add_step(self, kind: str, name: str = "", **how: Any) -> None:
        self.steps.append(ScenarioStep(len(self.steps) + 1, kind, name, **how))
        self.at = how.get("at") or self.at


def _task_of(act: HistoryEvent) -> int:
    """The task that an act is about; 0, which none has, for one about no task."""
    return act.detail.task or 0


def _unrecordable_error(act: HistoryEvent, rule: str, **facts: object) -> BadInput:
    """Why no scenario can express a case, with the act that prevents it."""
    return BadInput("case-unrecordable", reason=BadInput(rule, **facts), act=act.action, at=act.at.astimezone(VIETNAM))
