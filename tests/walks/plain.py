"""The plain side: SpiffWorkflow as it comes, kept in memory, its clock and ids counted so that order is certain."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta, tzinfo
from types import ModuleType, SimpleNamespace
from typing import Any
from unittest.mock import patch

from engine.bpmn.functions import ExpressionContext
from engine.bpmn.scripts import ExpressionLanguage, script_engine
from engine.world.unit_tree import OrgUnit, UnitTree
from engine.world.work_calendar import build_calendar
from engine.world.world import World
from tests.walks import untouched
from tests.walks.drawing import Files
from tests.walks.engine_view import Offers, offers, open_tasks, passed, ranks, view, waiting_timers
from tests.walks.sides import DONE, REFUSED, Broadcast, Complete, Deliver, Fire, Sent, Step, View, text

ROOT = "main"
"""The key of the process a walk starts."""
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


class Plain:
    """An instance in memory. Specs are parsed anew: the engine writes into them while an instance runs.

    With `sharing`, the instance is left as the engine makes it: tasks then share values inside of values by accident,
    and what is merged in one branch may show up in another. Without, every task gets its own values after each step.
    """

    def __init__(self, files: Files, sharing: bool = False) -> None:
        self.sharing = sharing
        parser = untouched.SpiffBpmnParser()
        for name, xml in files.items():
            parser.add_bpmn_str(xml, filename=name)
        self._spec = parser.get_spec(ROOT)
        self._subs = parser.get_subprocess_specs(ROOT)
        self._count = _Count()
        self._thrown: tuple[Sent, ...] = ()
        self._workflow: Any = None

    def begin(self, data: Mapping[str, Any], now: datetime) -> str:
        with _ambient(self._count, now):
            self._workflow = untouched.BpmnWorkflow(self._spec, self._subs, script_engine=_scripts(now))
            self._workflow.task_tree.data.update(_copy(data))
            return self._advance(lambda: None)

    def take(self, step: Step, now: datetime) -> str:
        with _ambient(self._count, now):
            self._workflow.script_engine = _scripts(now)
            return self._advance(lambda: self._do(step, now))

    def view(self) -> View:
        return view(self._workflow, self._thrown)

    def offers(self) -> Offers:
        return offers(self._workflow)

    def size(self) -> int:
        """Tasks in the tree, sub-processes included."""
        inner = self._workflow.subprocesses.values()
        return len(self._workflow.tasks) + sum(len(sub.tasks) for sub in inner)

    def passed(self) -> set[str]:
        """The elements that were completed at least once."""
        return passed(self._workflow)

    def _advance(self, act: Any) -> str:
        try:
            act()
            self._workflow.do_engine_steps()
        except Exception as error:  # noqa: BLE001 - the type of whatever the engine raises is what is compared
            return REFUSED if "is not waiting for" in str(error) else type(error).__name__
        self._thrown = tuple(_sent(self._workflow.get_events()))
        _stop_listening(self._workflow)
        if not self.sharing:
            _separate(self._workflow)
        return DONE

    def _do(self, step: Step, now: datetime) -> None:
        match step:
            case Complete():
                task = _find(open_tasks(self._workflow), step.element, step.rank)
                task.data.update(_copy(step.data))
                task.run()
            case Fire():
                _make_due(_find(waiting_timers(self._workflow), step.element, step.rank), now)
                self._workflow.refresh_timers()
                # A spent cycle ends at the second look: a worker that asks for due timers looks again and again.
                self._workflow.do_engine_steps()
            case Deliver():
                event = untouched.MessageEventDefinition(step.name)
                self._workflow.send_event(untouched.BpmnEvent(event, _copy(step.payload), _copy(step.correlations)))
            case Broadcast():
                self._workflow.send_event(untouched.BpmnEvent(untouched.SignalEventDefinition(step.name)))


def _scripts(now: datetime) -> Any:
    """The program's own expression language: what is compared is how an instance is kept, not how scripts are run."""
    return script_engine(ExpressionLanguage(ExpressionContext(now, WORLD, None).functions()), _no_services)


def _no_services(task: Any, operator: str, params: dict[str, Any]) -> str:
    raise NotImplementedError(operator)


class _Count:
    """A clock and a source of ids that only count."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> int:
        self._last += 1
        return self._last


@contextmanager
def _ambient(count: _Count, now: datetime) -> Iterator[None]:
    """Hand SpiffWorkflow its ids, its change times and the present instant, as long as one operation lasts."""

    class Present(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Present:
            return cls.fromtimestamp(now.timestamp(), tz)

    ours: list[tuple[ModuleType, str, object]] = [
        (untouched.task, "uuid4", lambda: uuid.UUID(int=count.next())),
        (untouched.task, "time", SimpleNamespace(time=lambda: float(count.next()))),
        (untouched.timer, "datetime", Present),
    ]
    with ExitStack() as stack:
        for module, name, value in ours:
            stack.enter_context(patch.object(module, name, value))
        yield


def _separate(workflow: Any) -> None:
    for part in (workflow, *workflow.subprocesses.values()):
        part.data = _copy(part.data)
        for task in part.tasks.values():
            task.data = _copy(task.data)


def _stop_listening(workflow: Any) -> None:
    """Take tasks that were removed from the tree off the engine's list of listeners, where it forgets them.

    There they would go on catching what others throw, which a stored instance rightly does not.
    """
    for task in list(workflow.event_manager.tasks.values()):
        if task.id not in task.workflow.tasks:
            workflow.event_manager.remove_task(task)


def _find(tasks: list[Any], element: str, rank: int) -> Any:
    return tasks[ranks(tasks).index((element, rank))]


def _make_due(task: Any, now: datetime) -> None:
    past = (now - timedelta(seconds=1)).isoformat()
    value = task.internal_data.get("event_value")
    if isinstance(value, dict):
        value["next"] = past
    else:
        task.internal_data["event_value"] = past


def _sent(events: list[Any]) -> Iterator[Sent]:
    for event in events:
        definition = event.event_definition
        yield type(definition).__name__, definition.name or "", text(event.payload), text(event.correlations)


def _copy(data: Mapping[str, Any]) -> Any:
    # Each side gets its own nested objects: scripts change them in place.
    return json.loads(text(data))
