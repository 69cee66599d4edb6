"""Event sub-processes (BPMN 2.0, 10.5.6): when they listen, what they interrupt, and when their scope ends."""

from __future__ import annotations

from typing import Any

import pytest

from engine.bpmn import state
from engine.bpmn.actions import Complete, Fire, Message, Migrate, Signal, Start, Step
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.spiff import InstanceCounter, use_counter
from engine.bpmn.step import advance
from engine.errors import Stale
from tests.kit.hotline import DATA, NOW, WORLD
from tests.walks import drawing as d
from tests.walks.drawing import Body, Node
from tests.walks.flows import users
from tests.walks.sides import ROOT


def aside(event: str, interrupting: bool = True, key: str = "aside", *inside: Node) -> Node:
    """An event sub-process with one task, or what is given, whose end may throw."""
    first, last = d.start(f"{key}_begin", event, interrupting), d.end(f"{key}_done")
    nodes = inside or (d.user(f"{key}_task"),)
    chain = " -> ".join([first.id, *(node.id for node in nodes), *([] if nodes[-1].tag == "endEvent" else [last.id])])
    ends = () if nodes[-1].tag == "endEvent" else (last,)
    return d.event_sub_process(key, d.body(first, *nodes, *ends, flows=chain))


def drawn(*beside: Node, last: str = "") -> Process:
    """A process of the tasks a and b with event sub-processes."""
    body = d.body(d.start(), *users("a", "b"), d.end("done", last), flows="begin -> a -> b -> done")
    return parsed(Body((*body.nodes, *beside), body.flows))


def within(*beside: Node, border: tuple[str, bool] | None = None, last: str = "") -> Process:
    """A process whose sub-process has event sub-processes, before the task z; `border` leads to the task w."""
    inner = d.body(d.start("begin_in"), d.user("p"), d.end("done_in", last), flows="begin_in -> p -> done_in")
    sub = d.sub_process("sub", Body((*inner.nodes, *beside), inner.flows))
    nodes, flows = [d.start(), sub, d.user("z"), d.end()], "begin -> sub -> z -> done"
    if border is not None:
        nodes += [d.boundary("edge", "sub", *border), d.user("w")]
        flows += "; edge -> w -> done"
    return parsed(d.body(*nodes, flows=flows))


def parsed(content: Body) -> Process:
    return parse_processes(d.documents({ROOT: d.process(ROOT, content)}))[ROOT]


class Case:
    """A case of a process; tasks and timers are named by their elements."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.open: dict[int, str] = {}
        self.timers: dict[int, str] = {}
        self.step = self._keep(advance(process, None, Start(DATA), NOW, WORLD))

    def act(self, action: Any) -> Step:
        return self._keep(advance(self.process, self.step.state, action, NOW, WORLD))

    def complete(self, element: str) -> Step:
        return self.act(Complete(next(key for key, name in self.open.items() if name == element), {}))

    def fire(self, element: str) -> Step:
        return self.act(Fire((next(key for key, name in self.timers.items() if name == element),)))

    def tasks(self) -> list[str]:
        return sorted(self.open.values())

    def _keep(self, step: Step) -> Step:
        self.step = step
        self.open = {key: name for key, name in self.open.items() if key not in step.closed_tasks}
        self.open |= {task.task_id: task.node for task in step.opened_tasks}
        self.timers = {key: name for key, name in self.timers.items() if key not in step.cleared_timers}
        self.timers |= {timer.task_id: timer.node for timer in step.timers}
        return step


def test_one_that_interrupts_ends_everything_else_and_the_process_ends_with_it() -> None:
    case = Case(drawn(aside(d.message("m1")), aside(d.message("m2"), False, "other")))
    case.act(Message("m2", {}))
    assert case.tasks() == ["a", "other_task"]
    case.act(Message("m1", {}))
    assert case.tasks() == ["aside_task"]
    with pytest.raises(Stale):
        case.act(Message("m2", {}))
    assert case.complete("aside_task").finished


def test_one_that_does_not_interrupt_begins_with_each_trigger_and_keeps_the_process_open() -> None:
    case = Case(drawn(aside(d.signal("s1"), False)))
    case.act(Signal("s1"))
    case.act(Signal("s1"))
    case.complete("a")
    assert not case.complete("b").finished
    assert case.tasks() == ["aside_task", "aside_task"]
    assert not case.complete("aside_task").finished
    assert case.complete("aside_task").finished


def test_one_that_waits_for_a_timer_does_not_keep_the_process_open() -> None:
    case = Case(drawn(aside(d.timer(), False)))
    assert list(case.timers.values()) == ["aside_begin"]
    case.complete("a")
    step = case.complete("b")
    assert step.finished
    assert case.timers == {}


def test_a_timer_interrupts_a_sub_process_which_then_goes_on() -> None:
    case = Case(within(aside(d.timer())))
    case.fire("aside_begin")
    assert case.tasks() == ["aside_task"]
    case.complete("aside_task")
    assert case.tasks() == ["z"]


def test_a_repeating_timer_begins_it_again_and_again() -> None:
    case = Case(drawn(aside(d.timer('"R2/PT1H"', "timeCycle"), False)))
    case.fire("aside_begin")
    case.fire("aside_begin")
    assert case.tasks() == ["a", "aside_task", "aside_task"]
    assert case.timers == {}


def test_an_error_is_heard_within_before_it_is_heard_on_the_border() -> None:
    case = Case(within(aside(d.error("e1")), border=(d.error("e1"), True), last=d.error("e1")))
    case.complete("p")
    assert case.tasks() == ["aside_task"]
    case.complete("aside_task")
    assert case.tasks() == ["z"]


def test_what_an_event_sub_process_throws_itself_goes_outwards() -> None:
    throws_again = aside(d.error("e1"), True, "aside", d.end("again", d.error("e1")))
    case = Case(within(throws_again, border=(d.error("e1"), True), last=d.error("e1")))
    case.complete("p")
    assert case.tasks() == ["w"]


def test_an_escalation_in_a_process_begins_one_beside_it() -> None:
    case = Case(drawn(aside(d.escalation("c1"), False), last=d.escalation("c1")))
    case.complete("a")
    assert not case.complete("b").finished
    assert case.tasks() == ["aside_task"]


def test_a_signal_thrown_at_an_end_is_heard() -> None:
    case = Case(drawn(aside(d.signal("s1"), False), last=d.signal("s1")))
    case.complete("a")
    case.complete("b")
    assert case.tasks() == ["aside_task"]


def test_its_message_is_stored_in_the_data_of_its_scope() -> None:
    case = Case(drawn(aside(d.message("m1", variable="told"), False, "aside", d.script("note", "seen = told"))))
    case.act(Message("m1", {"n": 5}))
    assert case.step.state is not None
    live = state.load_live_case(case.step.state, case.process, None)
    assert live.workflow.task_tree.data["seen"] == {"n": 5}


def without_listeners(blob: bytes, process: Process) -> bytes:
    """The state as a version stored it that did not know listeners."""
    live = state.load_live_case(blob, process, None)
    root = live.workflow.task_tree
    for task in list(root.children):
        if task.task_spec.name == "aside_begin":
            for child in [*task.children, task]:
                live.workflow.tasks.pop(child.id)
            root._children.remove(task.id)
            live.workflow.event_manager.remove_task(task)
    with use_counter(InstanceCounter(0)):
        return state.encode_case(live)


def test_a_case_stored_before_listens_from_its_next_step_on() -> None:
    case = Case(drawn(aside(d.message("m1"), False)))
    earlier = without_listeners(case.step.state, case.process)
    step = advance(case.process, earlier, Message("m1", {}), NOW, WORLD)
    assert [task.node for task in step.opened_tasks] == ["aside_task"]
    assert [task.node for task in advance(case.process, step.state, Message("m1", {}), NOW, WORLD).opened_tasks] == [
        "aside_task"
    ]


def test_an_interrupted_process_does_not_listen_again() -> None:
    case = Case(drawn(aside(d.message("m1")), aside(d.message("m2"), False, "other")))
    case.act(Message("m1", {}))
    with pytest.raises(Stale):
        case.act(Message("m2", {}))


def test_in_another_version_a_new_one_listens_and_one_that_is_gone_does_not() -> None:
    old, new = drawn(aside(d.message("m1"))), drawn(aside(d.timer(), True, "late"))
    case = Case(old)
    case.process = new
    case.act(Migrate(old))
    assert list(case.timers.values()) == ["late_begin"]
    with pytest.raises(Stale):
        case.act(Message("m1", {}))
    case.fire("late_begin")
    assert case.tasks() == ["late_task"]
