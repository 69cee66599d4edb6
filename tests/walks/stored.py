"""The stored side: the program's own pure step, its instance a blob between any two steps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.bpmn import actions, inspection, state
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.step import advance
from engine.errors import Stale, StepFailed
from engine.world.unit_tree import OrgUnit, UnitTree
from engine.world.work_calendar import build_calendar
from engine.world.world import World
from tests.walks.drawing import Files
from tests.walks.engine_view import element_of, open_tasks, view, waiting_timers
from tests.walks.sides import DONE, FAILED, REFUSED, ROOT, Broadcast, Complete, Deliver, Fire, Step, View, ranked, text

PLACE = "26068"
WORLD = World(
    build_calendar(),
    UnitTree(
        [
            OrgUnit("75", "Tỉnh Đồng Nai", "province"),
            OrgUnit("VP", "Văn phòng UBND tỉnh", "office", "75"),
            OrgUnit("1022", "Tổng đài 1022", "hotline", "VP"),
            OrgUnit(PLACE, "Phường Trấn Biên", "commune", "VP"),
        ]
    ),
)
"""All user tasks are the hotline's; some timers are so many hours from now."""


class Stored:
    """An instance that lives in its blob. It also keeps the rows that a writer would keep, from what the steps say.

    It changes from step to step between `processes`, the same diagram parsed several times, as if several machines took
    turns: nothing of an instance may stay behind in a specification.
    """

    def __init__(self, processes: Sequence[Process], start: str = "") -> None:
        """`start` is the start event at which the instance begins, if not the one without a trigger."""
        self.processes, self.start = processes, start
        self.turn = 0
        self.blob: bytes | None = None
        self._seen: tuple[bytes, Any] | None = None
        self.rows: dict[str, set[int]] = {"tasks": set(), "timers": set(), "subscriptions": set()}
        self._thrown: tuple[tuple[str, str, str, str], ...] = ()
        self.failure: StepFailed | None = None
        self.error: Exception | None = None

    @classmethod
    def of(cls, files: Files, key: str = ROOT) -> Stored:
        """An instance of a diagram, on two machines."""
        return cls([parse_processes(files)[key] for _ in range(2)])

    def begin(self, data: Mapping[str, Any], now: datetime) -> str:
        return self.advance(actions.Start(_copy(data), self.start), now)

    def take(self, step: Step, now: datetime) -> str:
        return self.advance(self._action(step), now)

    def view(self) -> View:
        return view(self._workflow(), self._thrown)

    def advance(self, action: actions.Action, now: datetime) -> str:
        """Take one action of the program; its outcome is that of a walk's step."""
        try:
            step = advance(self.process, self.blob, action, now, WORLD)
        except Stale:
            return REFUSED
        except StepFailed as error:
            self.failure = error
            return FAILED
        except Exception as error:  # noqa: BLE001 - the type of whatever the engine raises is what is compared
            self.error = error
            return type(error).__name__
        self.blob, self.turn = step.state, self.turn + 1
        self._thrown = tuple(
            (one.kind, one.name or "", text(one.payload), text(one.correlations)) for one in step.thrown_events
        )
        return self._keep(step)

    @property
    def process(self) -> Process:
        """The specification of the machine whose turn it is."""
        return self.processes[self.turn % len(self.processes)]

    def _action(self, step: Step) -> actions.Action:
        workflow = self._workflow()
        match step:
            case Complete():
                return actions.Complete(_find(open_tasks(workflow), step.element, step.rank), _copy(step.data))
            case Fire():
                return actions.Fire((_find(waiting_timers(workflow), step.element, step.rank),))
            case Deliver():
                return actions.Message(step.name, _copy(step.payload), _copy(step.correlations))
            case Broadcast():
                return actions.Signal(step.name)

    def _workflow(self) -> Any:
        """The instance as the blob has it, to look at."""
        assert self.blob is not None, "the instance has not begun"
        if self._seen is None or self._seen[0] is not self.blob:
            self._seen = self.blob, state.load_live_case(self.blob, self.process, None).workflow
        return self._seen[1]

    def _keep(self, step: actions.Step) -> str:
        """Bring the rows up to date; names the kind of rows that then disagree with the blob."""
        changes: list[tuple[str, Iterable[int], tuple[int, ...]]] = [
            ("tasks", (row.task_id for row in step.opened_tasks), step.closed_tasks),
            ("timers", (row.task_id for row in step.timers), step.cleared_timers),
            ("subscriptions", (row.task_id for row in step.new_subscriptions), step.ended_subscriptions),
        ]
        for kind, new, gone in changes:
            self.rows[kind] = (self.rows[kind] - set(gone)) | set(new)
        seen = inspection.snapshot_of(self._workflow())
        held = {"tasks": set(seen.tasks), "timers": set(seen.timers), "subscriptions": set(seen.subscriptions)}
        wrong = [kind for kind in held if held[kind] != self.rows[kind]]
        return f"the rows of {' and '.join(wrong)} differ from the blob" if wrong else DONE


def _find(tasks: list[Any], element: str, rank: int) -> int:
    number: int = tasks[ranked(map(element_of, tasks)).index((element, rank))].id
    return number


def _copy(data: Mapping[str, Any]) -> Any:
    return json.loads(text(data))
