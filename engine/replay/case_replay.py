"""Replays reports of the past: filed, worked on and closed as a file says, on a virtual clock, by the ordinary path.

Called by commands and by the demonstration. Cases do not touch one another, so each is replayed from its receipt to the
end of the clock before the next begins. At one instant acts come before timers: who closes a case exactly at its
deadline is not late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import perf_counter

from sqlalchemy import Engine, bindparam, func, select

from engine.actor import Who
from engine.bpmn.actions import Message, Step
from engine.cases import intake, tasks
from engine.cases.intake import NewReport
from engine.cases.tasks import Desk, InvalidForm
from engine.errors import BadInput, StepFailed
from engine.process import definitions, incidents, instances, timers
from engine.process.acts import Act
from engine.process.definitions import Definition
from engine.process.instances import FINISHED
from engine.process.outbox import NOTICE
from engine.province import snapshot
from engine.replay.actors import CLAIM, Actors, Deed, OpenTask
from engine.replay.csv_files import Rejected
from engine.replay.csv_files import Row as ReportRow
from engine.staff import access
from engine.staff.access import HEAD, Officer
from engine.store.columns import table_of
from engine.store.db import Transaction, transaction
from engine.store.models import Instance, Outbox, Person, RoleAssignment, Task, Timer
from engine.world.world import World

ORIGIN = "replay"
CITIZEN = Who("citizen", ORIGIN)

# Measured: larger batches gain nothing, and this many cases are lost at most when a replay is interrupted.
BATCH = 100

# Operators do what waits for the citizen.
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
class Replayed:
    """What a replay did, beside what stands in the database.

    `rejected` are rows that intake refused, `failed` those whose process could not go on; `late` is how long after its
    instant each timer fired.
    """

    cases: int = 0
    overdue_with_due: int = 0
    failed: list[Rejected] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    late: list[timedelta] = field(default_factory=list)

    def add(self, other: Replayed) -> None:
        """Take over what another part of the same replay did."""
        self.cases += other.cases
        self.overdue_with_due += other.overdue_with_due
        self.failed += other.failed
        self.rejected += other.rejected
        self.late += other.late


@dataclass(frozen=True, slots=True)
class Totals:
    """The cases of a database in numbers; `notices` by rung."""

    cases: int
    done: int
    open: int
    overdue: int
    tasks: int
    notices: dict[str, int]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a replay is asked for: process and deployment, the end of the clock, reminders of a chase, claimed share."""

    process: str
    deployment: int
    end: datetime
    chase_cap: int
    claims: float = 0.0


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a replay happens: process, world, who holds which role where, the end of the clock, the share of claims."""

    definition: Definition
    world: World
    officers: dict[tuple[str, str], Officer]
    end: datetime
    claims: float = 0.0

    @property
    def communes(self) -> list[str]:
        """The codes of the places that a report can come from."""
        return [unit.code for unit in self.world.units.units if unit.kind == "commune" and not unit.closed]


def stopwatch() -> Callable[[], float]:
    """Starts now; tells the seconds that have passed. For a replay's own speed, never for the times of cases."""
    begun = perf_counter()
    return lambda: perf_counter() - begun


def require_empty(tx: Transaction) -> None:
    """Raise BadInput when the database holds cases: a replay must not mix with them."""
    if tx.read.execute(select(func.count()).select_from(Instance)).scalar_one():
        raise BadInput("The database holds cases already; a replay needs one without.")


def enter(tx: Transaction, setting: Setting) -> Stage:
    """The stage as the database sets it: the process, its units, people and holidays; raises NotFound."""
    world = snapshot.world(tx, setting.chase_cap)
    definition = definitions.find(tx, setting.process, setting.deployment)
    return Stage(definition, world, _officers(tx, setting.end), setting.end, setting.claims)


def _officers(tx: Transaction, now: datetime) -> dict[tuple[str, str], Officer]:
    """For each (unit, role) the first officer who holds it; closed accounts do nothing."""
    held = table_of(RoleAssignment)
    rows = tx.read.execute(select(held).join(Person, Person.id == held.c.person_id).where(Person.active)).all()
    people = {row.person_id: access.officer(tx, row.person_id, now) for row in rows}
    return {(row.unit_code, row.role): people[row.person_id] for row in sorted(rows, reverse=True)}


def replay(
    engine: Engine,
    rows: Sequence[ReportRow],
    stage: Stage,
    *,
    batch: int = BATCH,
    tick: Callable[[int], None] | None = None,
) -> Replayed:
    """Replay rows in a database without cases, `batch` cases in a transaction; `tick` gets the number of cases done."""
    done = Replayed()
    for start in range(0, len(rows), batch):
        with transaction(engine) as tx:
            for number, row in enumerate(rows[start : start + batch], start + 1):
                _replay_one(tx, row, stage, done)
                if tick is not None:
                    tick(number)
    return done


def _replay_one(tx: Transaction, row: ReportRow, stage: Stage, done: Replayed) -> None:
    try:
        case = _Case(tx, row, stage, done.late)
        case.file()
    except BadInput as error:
        done.rejected.append(Rejected(row.number, str(error)))
        return
    done.cases += 1
    try:
        case.run()
    except StepFailed as error:
        done.failed.append(Rejected(row.number, f"{error.node}: {error}"))
    done.overdue_with_due += case.overdue and row.due is not None


class _Case:
    """One case on its way through the virtual time; what is open and waiting is kept from the steps it takes."""

    def __init__(self, tx: Transaction, row: ReportRow, stage: Stage, late: list[timedelta]) -> None:
        self.tx, self.row, self.stage, self.late = tx, row, stage, late
        self.actors = Actors(row, stage.world, stage.end, stage.claims)
        self.now = row.received
        self.id = 0
        self.tasks: dict[int, OpenTask] = {}
        self.timers: dict[int, datetime] = {}
        self.overdue = self.finished = False

    def file(self) -> None:
        """File the report; raises BadInput when intake refuses it."""
        new = NewReport(received_at=self.row.received, due=self.row.due, **self.row.values)
        filed = intake.file_report(self.tx, new, self.stage.definition, CITIZEN, self.stage.world)
        self.id = filed.instance_id
        self._seen(filed.step)

    def run(self) -> None:
        """Let acts and timers happen in the order of time until the case or the clock ends."""
        while not self.finished:
            deed = self.actors.next(self.tasks.values(), self.now)
            timer = min(self.timers, key=lambda number: (self.timers[number], number), default=None)
            if timer is not None and self.timers[timer] < (deed.at if deed else self.stage.end):
                self._fire(timer)
            elif deed is not None:
                self._do(deed)
            else:
                return

    def _fire(self, timer: int) -> None:
        row = self.tx.read.execute(_ROW_OF_TIMER, {"case": self.id, "timer": timer}).one()
        self.now = max(self.now, row.due)
        self.late.append(self.now - row.due)
        self._take(timers.fire_act(self.tx, row, self.now))

    def _do(self, deed: Deed) -> None:
        self.now = deed.at
        if deed.task is None:
            self._take(Act(Message(deed.message), CITIZEN, self.now))
        else:
            self._work(deed, deed.task)
        self.actors.done(deed)

    def _work(self, deed: Deed, task: OpenTask) -> None:
        desk = Desk(self._officer(task), ORIGIN, self.now, self.stage.world)
        row = self.tx.read.execute(_ROW_OF_TASK, {"case": self.id, "task": task.number}).one()
        if deed.kind == CLAIM:
            tasks.claim(self.tx, desk, row.id, row.version)
            return
        try:
            self._seen(tasks.complete(self.tx, desk, row.id, row.version, self.actors.values(deed)))
        except InvalidForm as error:
            raise BadInput(f"row {self.row.number}: the form of the task {task.node!r} refuses: {error}") from error

    def _officer(self, task: OpenTask) -> Officer:
        """Who does the task: the holder of its role in its unit, or the unit's head."""
        role = _COVERED_BY.get(task.role, task.role)
        officer = self.stage.officers.get((task.unit, role)) or self.stage.officers.get((task.unit, HEAD))
        if officer is None:
            raise BadInput(f"Nobody in the unit {task.unit} may do the task {task.node!r}; staff the units first.")
        return officer

    def _take(self, act: Act) -> None:
        """A step that no officer takes; where the process cannot go on, the case gets an incident."""
        try:
            self._seen(instances.take(self.tx, self.id, act, self.stage.world))
        except StepFailed as error:
            incidents.report(self.tx, self.id, act, error)
            raise

    def _seen(self, step: Step) -> None:
        for number in step.closed:
            del self.tasks[number]
        for item in step.opened:
            self.tasks[item.task] = OpenTask(item.task, item.node, item.role, item.unit, self.now)
        for timer in step.cleared:
            self.timers.pop(timer, None)
        for waiting in step.timers:
            self.timers.pop(waiting.timer, None)
            if waiting.due is not None:
                self.timers[waiting.timer] = waiting.due
        self.overdue = self.overdue or "overdue" in step.marks
        self.finished = step.finished


def totals(tx: Transaction) -> Totals:
    """The cases of the database in numbers."""
    cases = table_of(Instance)
    count = select(func.count()).select_from(cases).where(cases.c.report_id.is_not(None))  # A directive is no case.
    outbox = table_of(Outbox)
    notices = select(outbox.c.rung, func.count()).where(outbox.c.kind == NOTICE).group_by(outbox.c.rung)
    total = tx.read.execute(count).scalar_one()
    finished = tx.read.execute(count.where(cases.c.status == FINISHED)).scalar_one()
    return Totals(
        cases=total,
        done=finished,
        open=total - finished,
        overdue=tx.read.execute(count.where(cases.c.overdue_at.is_not(None))).scalar_one(),
        tasks=tx.read.execute(
            select(func.count()).select_from(_task).where(_task.c.state == instances.DONE)
        ).scalar_one(),
        notices={row[0]: row[1] for row in tx.read.execute(notices.order_by(outbox.c.rung))},
    )
