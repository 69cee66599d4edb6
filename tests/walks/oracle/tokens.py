"""The token game: tokens move from node to node until every one of them waits for somebody or something.

Data: a process and the sub-processes drawn in it have one box, of which every token reads and writes the same values
(BPMN 2.0, 10.4). A called process, an instance of a multi-instance activity and a task with data associations have a
box of their own. Which of several tokens moves first the standard leaves open: `choose` decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from tests.walks.oracle.events import Choice, EventGame
from tests.walks.oracle.expressions import Failure
from tests.walks.oracle.model import Flow, Level, Node
from tests.walks.oracle.rules import (
    all_flows,
    chosen_values,
    first_flow,
    flows_ahead,
    is_running,
    object_store,
)
from tests.walks.oracle.runs import Activity, Box, Run, Thrown, Wait

WAITS, CAUGHT = "!", "?"
_WAITING_KINDS = frozenset({"userTask", "receiveTask", "intermediateCatchEvent", "eventBasedGateway"})
_MOST_MOVES = 5_000


class TokenGame(EventGame):
    """One case. `thrown` is what the last step sent out, `passed` what was done."""

    def __init__(self, levels: Mapping[str, Level], key: str, data: Mapping[str, Any], now: datetime) -> None:
        super().__init__(levels, now)
        self._last = 0
        self.top = Run(levels[key], Box(data), None, "")
        self.top.objects = dict.fromkeys(levels[key].objects)

    def begin(self, choose: Choice, start: str = "") -> None:
        """Start, at the named start event if one is named, and let all tokens move."""
        self._enter_level(self.top, start)
        self._play(choose)

    def complete(self, task: Activity, answers: Mapping[str, Any], now: datetime, choose: Choice) -> None:
        """An open task is done."""
        self._begin_step(now)
        task.box.put(answers)
        self._end_body(task)
        self._play(choose)

    def fire(self, wait: Wait, now: datetime, choose: Choice) -> None:
        """The timer of a wait is due."""
        self._begin_step(now)
        node = next(node for node, trigger in wait.events() if trigger.kind == "timer")
        self._fire(wait, node, Thrown("timer", ""))
        self._play(choose)

    def deliver(self, event: Thrown, now: datetime, choose: Choice) -> bool:
        """An event comes from outside; whether anybody waited for it."""
        if self.top.ended:
            return False
        before = self.thrown
        self._begin_step(now)
        if not self._spread(event):
            self.thrown = before
            return False
        self._play(choose)
        return True

    def _begin_step(self, now: datetime) -> None:
        self.now, self.step, self.thrown = now, self.step + 1, []

    def runs(self, run: Run | None = None) -> Iterator[Run]:
        """All runs that have not ended, outermost first."""
        run = run or self.top
        if not run.ended:
            yield run
            for activity in run.activities:
                for part in (activity, *activity.instances):
                    if part.inner is not None:
                        yield from self.runs(part.inner)

    def open_tasks(self) -> list[Activity]:
        """User tasks that wait for an officer."""
        activities = [part for run in self.runs() for whole in run.activities for part in (whole, *whole.instances)]
        return sorted((part for part in activities if part.is_open), key=lambda part: part.opened)

    def waits(self) -> list[Wait]:
        """Events that are waited for, the longest waiting first."""
        return sorted((wait for run in self.runs() for wait in run.waits), key=lambda wait: wait.since)

    def _play(self, choose: Choice) -> None:
        """Move until nothing can. An inclusive join that waits for no move goes on at once, another at some time."""
        for _ in range(_MOST_MOVES):
            joins = list(self._ready_joins())
            at_once = [join for join in joins if not join[0].moves]
            if at_once:
                self._pass_join(*at_once[0])
            elif self._agenda:
                places = [place for _, _, place, _ in self._agenda] + [run.path for run, _ in joins]
                index = choose(places)
                if index >= len(self._agenda):
                    self._pass_join(*joins[index - len(self._agenda)])
                else:
                    self._move(index)
            elif not self._fire_condition(choose):
                return
        raise Failure("the diagram turns in a circle")

    def _move(self, index: int) -> None:
        run, move, _, _ = self._agenda.pop(index)
        if not run.ended:
            run.moves -= 1
            move()
            self._end_if_empty(run)

    def _later(self, run: Run, move: Callable[[], None], target: Node | None = None) -> None:
        run.moves += 1
        mark = WAITS if target is not None and target.kind in _WAITING_KINDS else ""
        self._agenda.append((run, move, mark + run.path, target))

    def _later_caught(self, wait: Wait, move: Callable[[], None]) -> None:
        """What was caught goes on from where it was waited for; an event sub-process has no way out of itself."""
        wait.run.moves += 1
        place = wait.node if wait.beside is None else wait.beside
        self._agenda.append((wait.run, move, CAUGHT + wait.run.path, place))

    def _leave(self, run: Run, node: Node, flows: list[Flow] | None = None) -> None:
        self.passed.add(node.id)
        for flow in node.out if flows is None else flows:
            target = run.level.nodes[flow.target]
            self._later(run, partial(self._enter, run, target, flow), target)

    def _count(self) -> int:
        self._last += 1
        return self._last

    def _enter_level(self, run: Run, named: str = "") -> None:
        for node in run.level.beside:
            assert node.inner is not None
            (start,) = node.inner.starts()
            self._wait(run, start).beside = node
        starts = run.level.starts()
        plain = [start for start in starts if start.trigger is None]
        if run.parent is not None and run.parent.node in run.parent.run.level.beside:
            plain = starts
        if named:
            plain = [start for start in starts if start.id == named]
        if plain:
            self._leave(run, plain[0])
            return
        waits = [self._wait(run, start) for start in starts]
        for wait in waits:
            wait.ways = [wait.node]

    def _enter(self, run: Run, node: Node, flow: Flow) -> None:
        match node.kind:
            case "exclusiveGateway":
                self._leave(run, node, [first_flow(node, run.box.values)])
            case "parallelGateway":
                self._arrive_parallel(run, node, flow)
            case "inclusiveGateway" if len(node.into) == 1:
                self._leave(run, node, all_flows(node, run.box.values))
            case "inclusiveGateway":
                run.arrived.setdefault(node.id, []).append(flow.id)
            case "eventBasedGateway":
                self.passed.add(node.id)
                ways = [run.level.nodes[way.target] for way in node.out]
                self._wait(run, node).ways = ways
                self._set_due(run.waits[-1])
            case "intermediateCatchEvent":
                self._wait(run, node)
            case "intermediateThrowEvent" | "endEvent":
                self._throw_at(run, node)
            case _:
                self._begin_activity(run, node)

    def _arrive_parallel(self, run: Run, node: Node, flow: Flow) -> None:
        arrived = run.arrived.setdefault(node.id, [])
        arrived.append(flow.id)
        if all(item.id in arrived for item in node.into):
            for item in node.into:
                arrived.remove(item.id)
            self._leave(run, node)

    def _ready_joins(self) -> Iterator[tuple[Run, Node]]:
        """The inclusive gateways for which no more token can come."""
        for run in [run for run in self.runs() if run.arrived]:
            for node_id, arrived in run.arrived.items():
                node = run.level.nodes[node_id]
                if arrived and node.kind == "inclusiveGateway" and not self._may_come(run, node, set(arrived)):
                    yield run, node

    def _pass_join(self, run: Run, node: Node) -> None:
        for flow_id in set(run.arrived[node.id]):
            run.arrived[node.id].remove(flow_id)
        self._leave(run, node, all_flows(node, run.box.values))

    def _may_come(self, run: Run, join: Node, arrived: set[str]) -> bool:
        """BPMN 2.0, 13.4.3: a token can reach an empty incoming flow, and none of those that have one already."""
        targets = [target for moving, _, _, target in self._agenda if moving is run]
        if any(target is None or target is join for target in targets):
            return True
        empty = {flow.id for flow in join.into} - arrived
        places = [activity.node.id for activity in run.activities] + [wait.node.id for wait in run.waits]
        places += [name for name, flows in run.arrived.items() if flows and name != join.id]
        for place in places + [target.id for target in targets if target is not None]:
            ahead = flows_ahead(run.level, place, join)
            if ahead & empty and not ahead & arrived:
                return True
        return False

    def _end_if_empty(self, run: Run) -> None:
        if not run.ended and run.is_empty:
            self._end_run(run)

    def _end_run(self, run: Run) -> None:
        run.ended = True
        activity = run.parent
        if activity is None:
            return
        if activity.node.kind == "callActivity":
            values, outputs = run.box.values, run.level.outputs
            activity.box.put(chosen_values(values, outputs) if outputs else run.box.written_values())
        activity.inner = None
        self._end_soon(activity)

    def _begin_activity(self, run: Run, node: Node) -> None:
        box = self._box_with_objects(run, node) if node.reads or node.writes else run.box
        activity = Activity(node, run, box, self._count())
        run.activities.append(activity)
        for border in run.level.boundaries(node.id):
            activity.borders.append(self._wait(run, border, host=activity))
        if node.repeats is None:
            self._begin_body(activity)
        elif node.repeats.is_loop:
            self._begin_turn(activity, is_first=True)
        else:
            self._begin_instances(activity)

    def _box_with_objects(self, run: Run, node: Node) -> Box:
        return Box({**run.box.values, **{name: object_store(run, name)[name] for name in node.reads}})

    def _end_soon(self, activity: Activity) -> None:
        self._later(activity.run, lambda: self._end_body(activity) if is_running(activity) else None)

    def _end_body(self, activity: Activity) -> None:
        activity.is_open = False
        self.passed.add(activity.node.id)
        whole = activity.whole
        if whole is None:
            self._end_activity(activity)
        elif whole.node.repeats is not None and whole.node.repeats.is_loop:
            whole.instances.remove(activity)
            whole.turns += 1
            self._begin_turn(whole)
        else:
            self._end_instance(whole, activity)

    def _end_activity(self, activity: Activity) -> None:
        node, run = activity.node, activity.run
        if activity.box is not run.box:
            for name in node.writes:
                if name not in activity.box.values:
                    raise Failure(name)
                object_store(run, name)[name] = activity.box.take(name)
            for name in node.reads:
                activity.box.take(name)
            run.box.put(activity.box.written_values())
        self._remove(activity)
        self._leave(run, node)
        self._end_if_empty(run)

    def _remove(self, activity: Activity) -> None:
        """An activity is over, with all that happens in it and all events on its border."""
        for wait in (*activity.borders, *([activity.wait] if activity.wait is not None else [])):
            self._stop_waiting(wait)
        for part in (activity, *activity.instances):
            if part.wait is not None:
                self._stop_waiting(part.wait)
            if part.inner is not None:
                self._kill(part.inner)
        if activity in activity.run.activities:
            activity.run.activities.remove(activity)

    def _kill(self, run: Run) -> None:
        run.ended = True
        for activity in list(run.activities):
            self._remove(activity)
        run.waits.clear()
