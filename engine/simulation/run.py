"""Runs one past case through a draft: alongside history as long as they agree, then on its own.

As long as every step has the consequences recorded in history, the acts follow in their real order at their real
instants, so that an unchanged diagram reproduces what happened exactly. From the first difference on the case runs
freely: tasks are completed as their counterparts were (see `plan`), messages from outside arrive when they did, timers
fire when due. At the same instant acts precede timers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from engine.bpmn.actions import Action, Cancel, Complete, Fire, Message, Reschedule, Signal, Start
from engine.bpmn.virtual_case import CourseTask
from engine.clock import parse_instant
from engine.errors import EngineError, Stale, StepFailed
from engine.process import past_acts
from engine.process.act_detail import ActDetail, TaskOpening, TimerSetting
from engine.process.past_acts import HistoryEvent
from engine.simulation import record
from engine.simulation.facts import CaseFacts
from engine.simulation.plan import CompletionPlanner, SimulationContext
from engine.simulation.record import PastCase
from engine.simulation.walk import SimulatedCase
from engine.translation.plain_faults import PlainFault, plain_fault

# A case that has run this many acts on its own is in a loop; the longest real ones take about 60.
MOST_ACTS = 2000

# How much longer a case that was finished in reality may take in the draft.
EXTRA_TIME = timedelta(days=366)


@dataclass(slots=True)
class RunOutcome:
    """The outcome of a run.

    `failed` is the element and the reason if the draft could not continue, `refused` are the messages that it did not
    wait for, `assumed` counts by node the tasks completed by assumption.
    """

    facts: CaseFacts = field(default_factory=CaseFacts)
    failed: tuple[str, PlainFault] | None = None
    refused: list[str] = field(default_factory=list)
    assumed: Counter[str] = field(default_factory=Counter)


def simulate_case(case: PastCase, context: SimulationContext) -> RunOutcome:
    """Run one case; a failure in it is part of the outcome, not an error."""
    outcome = RunOutcome()
    try:
        simulated = SimulatedCase(case, context.content, context.world)
        outcome.facts = simulated.facts
        _HistoryRun(simulated, context, outcome).run_to_end()
    except StepFailed as error:
        outcome.failed = (error.node, plain_fault(error))
    except EngineError as error:
        outcome.failed = ("", plain_fault(error))
    except Exception as error:  # noqa: BLE001 - one broken case must not end the simulation of the others.
        outcome.failed = ("", PlainFault("simulated-case-cannot-go-on", {"kind": type(error).__name__}))
    return outcome


class _HistoryRun:
    """The part of a run that follows history; hands over to `_FreeRun` at the first difference."""

    def __init__(self, simulated: SimulatedCase, context: SimulationContext, outcome: RunOutcome) -> None:
        self.walk, self.stage, self.ran = simulated, context, outcome
        self.case = simulated.virtual
        self.planner = CompletionPlanner(simulated, context)
        self.tasks: dict[int, int] = {}
        self.timers: dict[int, int] = {}
        self.taken: set[int] = set()

    def run_to_end(self) -> None:
        """Run the case from start to end."""
        acts = self.walk.case.acts
        for index, act in enumerate(acts):
            if act.action in past_acts.ASSIGNMENT_CHANGES:
                self._note_claim(act)
            elif act.action in past_acts.MIGRATIONS or (
                act.action in past_acts.PROCESS_STEPS and not self._follow_step(act)
            ):
                _FreeRun(self, acts[index + 1 :], act.at).run_to_end()
                return

    def _note_claim(self, act: HistoryEvent) -> None:
        task_id = self.tasks.get(act.detail.task or 0, 0)
        (self.taken.add if past_acts.is_assignment(act) else self.taken.discard)(task_id)

    def _follow_step(self, act: HistoryEvent) -> bool:
        """Take the step recorded in history; returns whether it had the same consequences."""
        action, data_unchanged = self._translate_action(act)
        try:
            detail = self.walk.apply_action(action, act.at)
        except Stale:
            self.ran.refused.append(act.detail.message or act.action)
            return False
        opened = [_in_node_order(one.openings) for one in (act.detail, detail)]
        timers = [_in_node_order(one.timers) for one in (act.detail, detail)]
        closed = {self.tasks.get(task_id) for task_id in act.detail.closed}
        self.tasks |= _paired_ids(*opened)
        self.timers |= _paired_ids(*timers)
        return (
            data_unchanged
            and [task[1:] for task in opened[0]] == [task[1:] for task in opened[1]]
            and [(timer.node, timer.due) for timer in timers[0]] == [(timer.node, timer.due) for timer in timers[1]]
            and closed == set(detail.closed)
            and (act.detail.path, act.detail.notices, act.detail.marks) == (detail.path, detail.notices, detail.marks)
            and _sent_messages(act.detail, detail) == _sent_messages(detail, detail)
            and act.detail.finished == detail.finished
        )

    def _translate_action(self, act: HistoryEvent) -> tuple[Action, bool]:
        """The action of a history row in this run's ids; False if the draft's form takes different data."""
        detail = act.detail
        match act.action:
            case past_acts.START:
                return Start(detail.form_data), True
            case past_acts.COMPLETE:
                task = self.case.open[self.tasks[detail.task or 0]]
                past_data = detail.form_data
                data = self.planner.fit_past_data(task, past_data, act.at)
                return Complete(task.task_id, data), data == past_data
            case past_acts.FIRE:
                timer_ids = tuple(self.timers[timer_id] for timer_id in detail.fired)
                return Fire(timer_ids, frozenset(self.taken & set(self.case.open))), True
            case past_acts.RESCHEDULE:
                dues = {self.timers[int(key)]: parse_instant(at) for key, at in detail.dues.items()}
                return Reschedule(dues, detail.extend), True
        return _external_action(act, self.walk), True


def _external_action(act: HistoryEvent, simulated: SimulatedCase) -> Action:
    """The action of a message, a signal or a cancellation."""
    match act.action:
        case past_acts.MESSAGE:
            name = act.detail.message
            return Message(name, act.detail.data, simulated.virtual.correlations_for(name))
        case past_acts.SIGNAL:
            return Signal(act.detail.signal, act.detail.data)
    return Cancel()


Waiting = TypeVar("Waiting", TaskOpening, TimerSetting)


def _in_node_order(items: Iterable[Waiting]) -> list[Waiting]:
    """Tasks or timers in an order independent of their ids, which a draft may assign differently."""
    return sorted(items, key=lambda item: (item.node, item.task_id))


def _paired_ids(past: Sequence[Waiting], simulated: Sequence[Waiting]) -> dict[int, int]:
    return {one.task_id: other.task_id for one, other in zip(past, simulated, strict=False)}


def _sent_messages(detail: ActDetail, simulated: ActDetail) -> list[str | None]:
    """The messages that an act sent; earlier versions listed signals that nobody heard among them."""
    return [name for name in detail.messages if name not in simulated.signals]


class _FreeRun:
    """The rest of a case after its first difference."""

    def __init__(self, history_run: _HistoryRun, remaining_acts: Sequence[HistoryEvent], now: datetime) -> None:
        self.walk, self.ran, self.planner, self.now = history_run.walk, history_run.ran, history_run.planner, now
        self.case = self.walk.virtual
        past, horizon = self.walk.case, history_run.stage.horizon
        self.until = horizon + EXTRA_TIME if past.finished else horizon
        self.outside = [act for act in remaining_acts if act.action in record.EXTERNAL_ACTIONS]
        # A timer that also fired in history is as late as it was then.
        self.fired = {(act.node, act.detail.due): act.at for act in past.acts if act.action == past_acts.FIRE}

    def run_to_end(self) -> None:
        """Run acts and timers in chronological order until the case or the clock ends."""
        for _ in range(MOST_ACTS):
            if self.case.finished or not self._take_next():
                return
        tasks = sorted(self.case.open.values(), key=lambda task: (task.opened_at, task.task_id))
        node = tasks[0].node if tasks else self.walk.facts.path[-1]
        raise StepFailed("simulated-case-turns-in-circle", node=node)

    def _take_next(self) -> bool:
        """Take the next act or timer; False when nothing is left to happen."""
        completion = min(self._planned_completions(), default=None)
        timer = min(self._due_timers(), default=None)
        external_at = max(self.now, self.outside[0].at) if self.outside else None
        if (
            external_at is not None
            and (completion is None or external_at <= completion[0])
            and (timer is None or external_at <= timer[0])
        ):
            self.now = external_at
            self._deliver_event(self.outside.pop(0))
        elif completion is not None and (timer is None or completion[0] <= timer[0]):
            self.now = completion[0]
            self._complete_task(self.case.open[completion[1]])
        elif timer is not None:
            self.now = timer[0]
            self.walk.apply_action(Fire((timer[1],), self._claimed_tasks()), self.now)
        else:
            return False
        return True

    def _planned_completions(self) -> list[tuple[datetime, int]]:
        plans = ((self.planner.completion_time(task), task.task_id) for task in self.case.open.values())
        return [(max(self.now, at), task_id) for at, task_id in plans if at is not None and at <= self.until]

    def _due_timers(self) -> list[tuple[datetime, int]]:
        due_timers = []
        for timer in self.case.timers.values():
            if timer.due is None:
                continue
            fired_at = self.fired.get((timer.node, timer.due.isoformat()))
            at = max(self.now, fired_at or timer.due)
            if at < self.until or fired_at is not None:
                due_timers.append((at, timer.task_id))
        return due_timers

    def _deliver_event(self, act: HistoryEvent) -> None:
        try:
            self.walk.apply_action(_external_action(act, self.walk), self.now)
        except Stale:
            self.ran.refused.append(act.detail.message or act.action)

    def _complete_task(self, task: CourseTask) -> None:
        data, assumed = self.planner.completion_data(task, self.now)
        self.walk.apply_action(Complete(task.task_id, data), self.now)
        if assumed:
            self.ran.assumed[task.node] += 1

    def _claimed_tasks(self) -> frozenset[int]:
        return frozenset(task.task_id for task in self.case.open.values() if self.planner.is_claimed(task, self.now))
