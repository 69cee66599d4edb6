"""Replays past reports, filed, worked on and closed as a file states, on a virtual clock through the regular code path.

Cases are independent, so each is replayed from its receipt to the end of the clock before the next begins. At the same
instant acts precede timers: a case closed exactly at its deadline is not late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy import Engine, bindparam, func, select

from engine.actor import Actor
from engine.bpmn.actions import Message, Step
from engine.bpmn.virtual_case import CaseCourse, CourseTask
from engine.cases import intake, tasks
from engine.cases.intake import NewReport
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import BadInput, StepFailed
from engine.process import definitions, incidents, instances, timers
from engine.process.acts import Command
from engine.process.definitions import DefinitionRef
from engine.process.instances import FINISHED
from engine.process.outbox import NOTICE
from engine.province import snapshot
from engine.replay.actors import CLAIM, CaseActors, PlannedAct
from engine.replay.csv_files import RejectedRow, ReportRow
from engine.staff import access
from engine.staff.access import HEAD, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Mark, Outbox, Person, RoleAssignment, Task, Timer
from engine.translation.plain_faults import plain_fault
from engine.world.world import World

ORIGIN = "replay"
CITIZEN = Actor("citizen", ORIGIN)

# Measured: larger batches gain nothing, and an interrupted replay loses at most this many cases.
BATCH = 100

# Operators complete the citizen's tasks.
_COVERED_BY = {"citizen": "operator"}

_task = table_of(Task)
_timer = table_of(Timer)
_ROW_OF_TASK = select(_task.c.id, _task.c.version).where(
    _task.c.instance_id == bindparam("case"), _task.c.engine_id == bindparam("task")
)
_ROW_OF_TIMER = select(_timer).where(
    _timer.c.instance_id == bindparam("case"), _timer.c.engine_id == bindparam("timer")
)


@dataclass(slots=True)
class ReplayOutcome:
    """What a replay did, apart from what is in the database.

    `rejected` are rows that intake refused, `failed` those whose process could not continue; `late` is the delay of
    each fired timer.
    """

    cases: int = 0
    overdue_with_due: int = 0
    failed: list[RejectedRow] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    late: list[timedelta] = field(default_factory=list)

    def merge(self, other: ReplayOutcome) -> None:
        """Add the outcome of another part of the same replay."""
        self.cases += other.cases
        self.overdue_with_due += other.overdue_with_due
        self.failed += other.failed
        self.rejected += other.rejected
        self.late += other.late


@dataclass(frozen=True, slots=True)
class CaseTotals:
    """Counts over the cases of a database; `notices` by rung."""

    cases: int
    done: int
    open: int
    overdue: int
    tasks: int
    notices: dict[str, int]


@dataclass(frozen=True, slots=True)
class ReplaySpec:
    """What to replay with: process and deployment, end of the clock, most chase reminders, share of claimed tasks."""

    process: str
    deployment: int
    end: datetime
    chase_cap: int
    claims: float = 0.0


@dataclass(frozen=True, slots=True)
class ReplayContext:
    """What a replay runs in: process, world, officers by unit and role, end of the clock, share of claimed tasks.

    `departments` are those responsible for each field of reports.
    """

    definition: DefinitionRef
    world: World
    officers: dict[tuple[str, str], Officer]
    end: datetime
    claims: float = 0.0
    departments: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def commune_codes(self) -> list[str]:
        """The codes of the communes that a report can come from."""
        return [unit.code for unit in self.world.units.units if unit.kind == "commune" and not unit.closed]


def start_stopwatch() -> Callable[[], float]:
    """Start a stopwatch; returns a function for the elapsed seconds. For a replay's speed, never for times of cases."""
    started = perf_counter()
    return lambda: perf_counter() - started


def require_empty(tx: Transaction) -> None:
    """Raise BadInput if the database contains cases: a replay must not mix with them."""
    if tx.read.execute(select(func.count()).select_from(Instance)).scalar_one():
        raise BadInput("replay-database-holds-cases")


def load_replay_context(tx: Transaction, spec: ReplaySpec) -> ReplayContext:
    """Load the context from the database: the process, its units, people and holidays; raises NotFound."""
    world = snapshot.load_world(tx, spec.chase_cap)
    definition = definitions.find_by_key(tx, spec.process, spec.deployment)
    fields = definitions.load_deployment(tx, definition.digest).report_fields
    departments = {one.key: one.departments for one in fields}
    return ReplayContext(definition, world, _officers_by_post(tx, spec.end), spec.end, spec.claims, departments)


def _officers_by_post(tx: Transaction, now: datetime) -> dict[tuple[str, str], Officer]:
    """The first officer who holds each (unit, role); closed accounts are left out."""
    assignment = table_of(RoleAssignment)
    rows = tx.read.execute(
        select(assignment).join(Person, Person.id == assignment.c.person_id).where(Person.active)
    ).all()
    people = {row.person_id: access.load_officer(tx, row.person_id, now) for row in rows}
    return {(row.unit_code, row.role): people[row.person_id] for row in sorted(rows, reverse=True)}


def replay_rows(
    engine: Engine,
    rows: Sequence[ReportRow],
    context: ReplayContext,
    *,
    batch: int = BATCH,
    tick: Callable[[int], None] | None = None,
) -> ReplayOutcome:
    """Replay rows into a database without cases, `batch` cases a transaction; `tick` gets the number of cases done."""
    outcome = ReplayOutcome()
    for start in range(0, len(rows), batch):
        with transaction(engine) as tx:
            for number, row in enumerate(rows[start : start + batch], start + 1):
                _replay_row(tx, row, context, outcome)
                if tick is not None:
                    tick(number)
    return outcome


def _replay_row(tx: Transaction, row: ReportRow, context: ReplayContext, outcome: ReplayOutcome) -> None:
    try:
        case = _ReplayedCase(tx, row, context, outcome.late)
        case.file_report()
    except BadInput as error:
        outcome.rejected.append(RejectedRow(row.number, plain_fault(error)))
        return
    outcome.cases += 1
    try:
        case.run_to_end()
    except StepFailed as error:
        failure = StepFailed("in-step", node=error.node, step=error.node, reason=error)
        outcome.failed.append(RejectedRow(row.number, plain_fault(failure)))
    outcome.overdue_with_due += case.overdue and row.due is not None


class _ReplayedCase:
    """Drives one case through virtual time; its steps are taken in the database."""

    def __init__(self, tx: Transaction, row: ReportRow, context: ReplayContext, late: list[timedelta]) -> None:
        self.tx, self.row, self.stage, self.late = tx, row, context, late
        self.actors = CaseActors(
            row, context.world, context.end, context.claims, context.departments.get(row.values["field"], ())
        )
        self.now = row.received
        self.id = 0
        self.course = CaseCourse()
        self.overdue = False

    def file_report(self) -> None:
        """File the report; raises BadInput if intake refuses it."""
        new = NewReport(received_at=self.row.received, due=self.row.due, call_seconds=None, **self.row.values)
        filed = intake.file_report(self.tx, new, self.stage.definition, CITIZEN, self.stage.world)
        self.id = filed.instance_id
        self._follow_step(filed.step)

    def run_to_end(self) -> None:
        """Run acts and timers in chronological order until the case or the clock ends."""
        while not self.course.finished:
            planned = self.actors.next_act(self.course.open.values(), self.now)
            timer = self.course.next_timer()
            if timer is not None and timer[0] < (planned.at if planned else self.stage.end):
                self._fire_timer(timer[1])
            elif planned is not None:
                self._perform_act(planned)
            else:
                return

    def _fire_timer(self, timer_id: int) -> None:
        row = self.tx.read.execute(_ROW_OF_TIMER, {"case": self.id, "timer": timer_id}).one()
        self.now = max(self.now, row.due)
        self.late.append(self.now - row.due)
        self._take_step(timers.fire_command(self.tx, row, self.now))

    def _perform_act(self, planned: PlannedAct) -> None:
        self.now = planned.at
        if planned.task is None:
            self._take_step(Command(Message(planned.message), CITIZEN, self.now))
        else:
            self._work_on_task(planned, planned.task)
        self.actors.note_act(planned)

    def _work_on_task(self, planned: PlannedAct, task: CourseTask) -> None:
        desk = Desk(self._officer_for(task), ORIGIN, self.now, self.stage.world)
        row = self.tx.read.execute(_ROW_OF_TASK, {"case": self.id, "task": task.task_id}).one()
        if planned.kind == CLAIM:
            tasks.claim(self.tx, desk, row.id, row.version)
            return
        try:
            self._follow_step(tasks.complete(self.tx, desk, row.id, row.version, self.actors.form_values(planned)))
        except InvalidForm as error:
            refusal = BadInput("replay-form-refused", task=task.node, reason=error)
            raise BadInput("in-row", row=str(self.row.number), reason=plain_fault(refusal)) from error

    def _officer_for(self, task: CourseTask) -> Officer:
        """The officer for the task: the holder of its role in its unit, or the unit's head."""
        role = _COVERED_BY.get(task.role, task.role)
        officer = self.stage.officers.get((task.unit, role)) or self.stage.officers.get((task.unit, HEAD))
        if officer is None:
            raise BadInput("replay-nobody-for-task", unit=task.unit, task=task.node)
        return officer

    def _take_step(self, act: Command) -> None:
        """Take a step that no officer takes; if the process cannot continue, the case gets an incident."""
        try:
            self._follow_step(instances.take_step(self.tx, self.id, act, self.stage.world))
        except StepFailed as error:
            incidents.report_failure(self.tx, self.id, act, error)
            raise

    def _follow_step(self, step: Step) -> None:
        self.course.follow(step, self.now)
        self.overdue = self.overdue or "overdue" in step.marks


# Also cases whose deadline was moved later on: nobody is late with them any more.
_EVER_OVERDUE = select(table_of(Mark).c.instance_id).where(table_of(Mark).c.status == "overdue")


def read_case_totals(tx: Transaction) -> CaseTotals:
    """Count the cases of the database."""
    cases = table_of(Instance)
    count = select(func.count()).select_from(cases).where(cases.c.report_id.is_not(None))  # A directive is not a case.
    outbox = table_of(Outbox)
    notices = select(outbox.c.rung, func.count()).where(outbox.c.kind == NOTICE).group_by(outbox.c.rung)
    total = tx.read.execute(count).scalar_one()
    finished = tx.read.execute(count.where(cases.c.status == FINISHED)).scalar_one()
    return CaseTotals(
        cases=total,
        done=finished,
        open=total - finished,
        overdue=tx.read.execute(count.where(cases.c.id.in_(_EVER_OVERDUE))).scalar_one(),
        tasks=tx.read.execute(
            select(func.count()).select_from(_task).where(_task.c.state == instances.DONE)
        ).scalar_one(),
        notices={row[0]: row[1] for row in tx.read.execute(notices.order_by(outbox.c.rung))},
    )
