"""What the people in a replayed case do: which task next, when, and with which values.

Everything follows from the file's row: its own values, and a digest of its id. The courses and the values of every form
are in `engine/data/replay_actors.yaml`, by task, so that another diagram needs another table, not other code. Acts
happen between the report's receipt and its closing time, and those that end the work exactly at the latter.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

import yaml

from engine.bpmn.virtual_case import CourseTask
from engine.errors import BadInput
from engine.replay.csv_files import ReportRow
from engine.world.world import World

TABLE_FILE = "replay_actors.yaml"
PLAIN_COURSE = "plain"
COMPLETE, CLAIM, MESSAGE = "complete", "claim", "message"

# How long a case that never closes is worked on before it is abandoned.
UNCLOSED_WORK_SPAN = timedelta(days=4)
FIRST_ACT = timedelta(minutes=40)
SOON = timedelta(minutes=100)
HOUR = timedelta(hours=1)
EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class ReplayCourse:
    """A course that a case may take; the comments at the top of the table explain the fields."""

    name: str
    weight: int
    own_deadline: bool
    choices: Mapping[str, tuple[str, ...]]
    skip: frozenset[str]
    message: str


@dataclass(frozen=True, slots=True)
class ActorTable:
    """The table of courses and forms."""

    courses: Mapping[str, ReplayCourse]
    ends: Mapping[str, frozenset[str]]
    beside: Mapping[str, float]
    soon: frozenset[str]
    last: frozenset[str]
    forms: Mapping[str, Mapping[str, Mapping[str, Any]]]
    fields: Mapping[str, Mapping[str, Sequence[str]]]
    texts: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class PlannedAct:
    """One act: a task completed or claimed at an instant, or a message from outside."""

    kind: str
    at: datetime
    task: CourseTask | None = None
    choice: str = ""
    message: str = ""


@cache
def load_actor_table() -> ActorTable:
    """The table shipped with the program."""
    document = yaml.safe_load((files("engine.data") / TABLE_FILE).read_text(encoding="utf-8"))
    return ActorTable(
        courses={name: _parse_course(name, entry) for name, entry in document["courses"].items()},
        ends={node: frozenset(choices) for node, choices in document["ends"].items()},
        soon=frozenset(document["soon"]),
        last=frozenset(document["last"]),
        **{key: document[key] for key in ("beside", "forms", "fields", "texts")},
    )


def _parse_course(name: str, entry: Mapping[str, Any]) -> ReplayCourse:
    choices = {node: tuple(outcomes) for node, outcomes in entry.get("choices", {}).items()}
    skip = frozenset(entry.get("skip", ()))
    return ReplayCourse(
        name, entry["weight"], entry.get("own_deadline", False), choices, skip, entry.get("message", "")
    )


class CaseActors:
    """The people involved in one case; of its `departments` they ask the first that the province has."""

    def __init__(
        self, row: ReportRow, world: World, end: datetime, claims: float = 0.0, departments: Sequence[str] = ()
    ) -> None:
        self.row, self.world, self.end, self.claims, self.departments = row, world, end, claims, departments
        self.table = load_actor_table()
        self.digest = hashlib.sha256(row.id.encode()).digest()
        self.course = self._choose_course()
        self.left = {node: list(choices) for node, choices in self.course.choices.items()}
        self.stage = self._act_limit()
        self.acts = 0
        self.claimed: set[int] = set()
        self.pace = 0.6 + 0.25 * self.digest[1] / 255
        last = row.closed or min(end, row.received + UNCLOSED_WORK_SPAN)
        self.span = last - row.received

    def _choose_course(self) -> ReplayCourse:
        """The course named in the row, else a weighted choice among those that its due date allows."""
        courses = self.table.courses
        if self.row.course:
            if self.row.course not in courses:
                raise BadInput("row-course-unknown", course=self.row.course)
            return courses[self.row.course]
        allowed = [course for course in courses.values() if not (course.own_deadline and self.row.due)]
        draw = int.from_bytes(self.digest[2:6]) % sum(course.weight for course in allowed)
        for course in allowed:
            draw -= course.weight
            if draw < 0:
                return course
        return courses[PLAIN_COURSE]

    def _act_limit(self) -> int | None:
        """The number of acts after which work stops; None if it is finished. An unclosed case is always received."""
        if self.row.stage:
            return int(self.row.stage)
        return 1 + self.digest[6] % 4 if self.row.closed is None else None

    def next_act(self, tasks: Iterable[CourseTask], now: datetime) -> PlannedAct | None:
        """The next act if no timer fires first; None when nobody does anything further."""
        planned_acts = [planned for task in tasks if (planned := self._plan_task(task, now)) is not None]
        return min(planned_acts, key=lambda planned: planned.at, default=None)

    def note_act(self, planned: PlannedAct) -> None:
        """Record that an act was done."""
        if planned.kind == CLAIM and planned.task is not None:
            self.claimed.add(planned.task.task_id)
        if planned.kind == COMPLETE and planned.task is not None:
            left = self.left.get(planned.task.node)
            if left:
                left.pop(0)
            self.acts += planned.task.node not in self.table.beside

    def _plan_task(self, task: CourseTask, now: datetime) -> PlannedAct | None:
        if task.node in self.course.skip:
            return None
        planned = self._plan_work(task, now)
        claim = self._plan_claim(task, now)
        before = planned.at if planned is not None else self.end
        return claim if claim is not None and claim.at < before else planned

    def _plan_work(self, task: CourseTask, now: datetime) -> PlannedAct | None:
        choice = self._choose_outcome(task.node, now)
        if task.node in self.table.beside:
            return self._plan_side_task(task, choice, now)
        if self.stage is not None and self.acts >= self.stage:
            return self._plan_message(now)
        if self._ends_work(task.node, choice):
            return self._plan_closing(task, choice, now)
        return PlannedAct(COMPLETE, max(now, self._act_time(task.node, task.opened_at)), task, choice)

    def _plan_claim(self, task: CourseTask, now: datetime) -> PlannedAct | None:
        """An officer claims the share of tasks that the mapping sets; nobody claims the citizen's."""
        draw = (self.digest[7] + 37 * task.task_id) % 100
        if draw >= 100 * self.claims or task.task_id in self.claimed or task.role == "citizen":
            return None
        after = HOUR * (0.1 + draw / 60)
        urgent = self.row.values["urgency"] == EMERGENCY
        at = task.opened_at + after if urgent else self.world.calendar.add(task.opened_at, after)
        return PlannedAct(CLAIM, max(now, at.replace(microsecond=0)), task)

    def _choose_outcome(self, node: str, now: datetime) -> str:
        left = self.left.get(node)
        forms = self.table.forms.get(node)
        if forms is None:
            raise BadInput("replay-task-unscripted", task=node)
        choice = left[0] if left else next(iter(forms))
        if choice == "unreachable" and not self._can_wait_a_day(max(now, self._act_time(node, now))):
            return next(iter(forms))
        return choice

    def _can_wait_a_day(self, at: datetime) -> bool:
        """Whether a working day's wait for the citizen ends before the case is closed."""
        day = self.world.calendar.day_length()
        return self.row.closed is None or self.world.calendar.add(at, day) < self.row.closed

    def _ends_work(self, node: str, choice: str) -> bool:
        """Whether the act ends the work; none does while the citizen has yet to reject the result."""
        return choice in self.table.ends.get(node, ()) and not self.left.get("feedback")

    def _plan_closing(self, task: CourseTask, choice: str, now: datetime) -> PlannedAct | None:
        if self.row.closed is None:
            return (
                PlannedAct(COMPLETE, max(now, self._act_time(task.node, task.opened_at)), task, choice)
                if self.row.stage
                else None
            )
        return self._plan_message(now) or PlannedAct(COMPLETE, max(now, self.row.closed), task, choice)

    def _plan_message(self, now: datetime) -> PlannedAct | None:
        """The message that arrives from outside at the closing time, if the course has one."""
        if self.row.closed is None or not self.course.message:
            return None
        return PlannedAct(MESSAGE, max(now, self.row.closed), message=self.course.message)

    def _plan_side_task(self, task: CourseTask, choice: str, now: datetime) -> PlannedAct | None:
        """A side task, done if there is time before the end; a chase only if the course has one."""
        if task.node == "chase" and not self.left.get("chase"):
            return None
        hours = timedelta(hours=self.table.beside[task.node])
        at = max(now, self.world.calendar.add(task.opened_at, hours))
        return PlannedAct(COMPLETE, at, task, choice) if at < (self.row.closed or self.end) else None

    def _act_time(self, node: str, opened_at: datetime) -> datetime:
        """When an ordinary act happens: the first at once, some soon, the others progressively closer to the end."""
        if self.acts == 0:
            after = min(FIRST_ACT * (0.1 + self.digest[0] / 255), self.span * 0.1)
        else:
            after = self.span * (0.9 * (1 - self.pace**self.acts))
        at = self.row.received + timedelta(seconds=int(after.total_seconds()))
        if node in self.table.soon:
            at = min(at, self.world.calendar.add(opened_at, SOON * (self.digest[9] / 255)))
        elif node in self.table.last and self.row.closed is not None and not any(self.left.values()):
            at = max(at, self.row.closed - SOON)
        return self._within_office_hours(at.replace(microsecond=0))

    def _within_office_hours(self, at: datetime) -> datetime:
        """`at`, or the next opening of the offices if that is early enough and the case can wait."""
        if self.row.values["urgency"] == EMERGENCY:
            return at
        opening = self.world.calendar.next_opening(at)
        return opening if opening < self.row.received + self.span else at

    def form_values(self, planned: PlannedAct) -> dict[str, object]:
        """The form values that complete the act's task."""
        assert planned.task is not None
        template = self.table.forms[planned.task.node][planned.choice]
        return {key: self._resolve_value(value, planned.at) for key, value in template.items()}

    def _resolve_value(self, value: object, at: datetime) -> object:
        if not isinstance(value, str) or not value.startswith("$"):
            return value
        name = value.removeprefix("$")
        if name == "now":
            return at.isoformat()
        if name == "department":
            return self._department_code()
        if name in self.row.values:
            return self.row.values[name]
        texts = self.table.fields.get(self.row.values["field"], {}).get(name) or self.table.texts.get(name, ("",))
        return self.world.province.own_words(texts[(self.digest[8] + self.acts) % len(texts)])

    def _department_code(self) -> str:
        """The first department of the field that the province has; any, when it has none of them."""
        units = self.world.units
        own = (code for code in self.departments if units.knows(code))
        others = (unit.code for unit in units.units if unit.kind == "department" and not unit.closed)
        return next(chain(own, others), "")
