"""One case and small diagrams: what runs free, what is refused, what fails, what a draft's form makes of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

import pytest
from msgspec.structs import replace

from engine.bpmn.actions import Action, Cancel, Complete, Fire, Message, Start
from engine.bpmn.step import advance
from engine.process import act_detail, acts, definitions, past_acts
from engine.process.act_detail import ActDetail
from engine.process.acts import Command
from engine.process.definitions import CompiledDeployment
from engine.simulation import facts, record, run
from engine.simulation.assumptions import Assumption, WeightedAnswer
from engine.simulation.compare import CaseDifference, ElementNames, compare_case
from engine.simulation.plan import CompletionPlanner, SimulationContext
from engine.simulation.record import PastCase
from engine.simulation.run import RunOutcome
from engine.simulation.walk import SimulatedCase
from engine.translation.plain_faults import PlainFault
from tests.kit.hotline import DATA, FILES, HANDLE, NOTE, NOW, PLACE, WHO, WORLD, diagram, node, script, user_task

HOUR = timedelta(hours=1)
DIAGRAM = PurePosixPath("workflows/handle.bpmn")
FORM = PurePosixPath("forms/note.json")
LINE = ("begin", "verify", "resolve", "done")


def line(*nodes: str) -> bytes:
    """A process that passes these user tasks one after the other."""
    tasks = [user_task(name) for name in nodes]
    chain = " > ".join(("begin", *nodes, "done"))
    return diagram("handle", [node("startEvent", "begin"), *tasks, node("endEvent", "done")], chain)


def built(content: bytes, form: Mapping[str, Any] = NOTE) -> CompiledDeployment:
    return definitions.compile_files({**FILES, DIAGRAM: content, FORM: json.dumps(form).encode()})


class Case:
    """A case that happens: each act is taken in memory and told as history tells it."""

    def __init__(self, content: bytes = HANDLE) -> None:
        self.process = built(content).get_process("handle")
        self.now = NOW
        self.told: list[past_acts.HistoryEvent] = []
        self.blob: bytes | None = None
        self.act(Start(DATA))

    def act(self, action: Action, after: timedelta = HOUR * 0) -> None:
        self.now += after
        step = advance(self.process, self.blob, action, self.now, WORLD)
        entry = acts.audit_entry(Command(action, WHO, self.now), step, WORLD)
        self.told.append(
            past_acts.decode_event(entry.at, entry.action, entry.node, act_detail.encode_detail(entry.detail))
        )
        self.blob, self.last = step.state, step

    def complete(self, after: timedelta, **data: Any) -> None:
        number = self.told[-1].detail.openings[-1].task_id
        self.act(Complete(number, data), after)

    def past(self) -> PastCase:
        told = tuple(self.told)
        last = self.last
        return PastCase(1, "DN-1", "handle", "", last.finished, last.deadline, told, record.collect_tasks(told))


def ran(case: Case, content: CompiledDeployment, **assumed: Assumption) -> RunOutcome:
    return run.simulate_case(case.past(), SimulationContext(content, WORLD, case.now, assumed, 1))


def change(case: Case, content: bytes, **assumed: Assumption) -> CaseDifference | None:
    past = case.past()
    names = ElementNames({name: name for name in ("verify", "resolve")}, {"verify": "verify", "extra": "extra"})
    return compare_case(past, facts.from_history(past), ran(case, built(content), **assumed), names)


def whole() -> Case:
    """A case that passes both tasks, after one and three hours, from 10:00 in Vietnam."""
    case = Case(line("verify", "resolve"))
    case.complete(HOUR, outcome="correct")
    case.complete(3 * HOUR)
    return case


def always(name: str, hours: float, **values: Any) -> Assumption:
    """An assumption without chance."""
    return Assumption(name, name, "commune", (WeightedAnswer(1, values),), hours=(hours, hours))


def test_an_unchanged_diagram_changes_nothing() -> None:
    assert change(whole(), line("verify", "resolve")) is None


def test_a_step_before_the_others_moves_them_by_its_working_time() -> None:
    found = ran(whole(), built(line("extra", "verify", "resolve")), extra=always("extra", 1))
    assert found.facts.completed == ["extra", "verify", "resolve"]
    assert [at for _, _, at in found.facts.opened] == [
        NOW,
        NOW + HOUR,
        NOW + 3.5 * HOUR,
    ]
    assert found.assumed == {"extra": 1}


def test_a_night_is_not_working_time() -> None:
    """The new step ends at 16:30, and what took an hour is done at 8:00 the next morning."""
    found = ran(whole(), built(line("extra", "verify", "resolve")), extra=always("extra", 5))
    assert [at - NOW for _, _, at in found.facts.opened] == [0 * HOUR, 6.5 * HOUR, 22 * HOUR]


def test_what_was_done_outside_office_hours_takes_the_same_time_by_the_clock() -> None:
    case = Case(line("verify", "resolve"))
    case.complete(11 * HOUR)
    found = ran(case, built(line("extra", "verify", "resolve")), extra=always("extra", 1))
    assert found.facts.opened[-1][2] == NOW + HOUR
    case.complete(10 * HOUR)
    found = ran(case, built(line("extra", "verify", "resolve")), extra=always("extra", 1))
    assert found.facts.opened[-1] == ("resolve", PLACE, NOW + 12 * HOUR)


def test_a_step_that_is_gone_is_told() -> None:
    found = change(whole(), line("verify"))
    assert found is not None
    assert found.kinds == ("path", "end")
    assert [reason.code for reason in found.reasons] == ["gone_step", "ended"]
    assert found.after["steps"] == ["verify"]


def test_another_order_is_told() -> None:
    found = change(whole(), line("resolve", "verify"))
    assert found is not None
    assert found.reasons[0].code == "order"
    assert found.after["steps"] == ["resolve", "verify"]


def test_a_task_that_is_open_to_this_day_stays_open() -> None:
    case = Case(line("verify", "resolve"))
    case.complete(2 * HOUR)
    case.now += 20 * HOUR
    found = ran(case, built(line("verify", "extra", "resolve")), extra=always("extra", 1))
    assert found.facts.completed == ["verify", "extra"]
    assert found.facts.open_nodes == ["resolve"]
    assert found.facts.ended is None


def test_nothing_is_assumed_beyond_the_end_of_history() -> None:
    case = Case(line("verify", "resolve"))
    case.complete(2 * HOUR)
    found = ran(case, built(line("verify", "extra", "resolve")), extra=always("extra", 1))
    assert found.facts.open_nodes == ["extra"]


def test_a_finished_case_may_take_longer_in_the_draft() -> None:
    found = ran(whole(), built(line("verify", "resolve", "extra")), extra=always("extra", 80))
    assert found.facts.ended is not None
    assert found.facts.ended > NOW + timedelta(days=9)


def test_nobody_does_what_is_assumed_not_to_be_done() -> None:
    never = Assumption("extra", "extra", "commune", (WeightedAnswer(1, {}),), done=0.0)
    found = change(whole(), line("verify", "resolve", "extra"), extra=never)
    assert found is not None
    assert "outcome" in found.kinds
    assert found.reasons[-1].code == "left_open"
    assert found.reasons[-1].args["waiting"] == ["extra"]


# Messages, timers, ends


def withdrawn() -> Case:
    case = Case()
    case.act(Message("withdraw"), HOUR)
    return case


def test_a_message_that_the_draft_does_not_wait_for_is_told_and_the_work_goes_on() -> None:
    found = change(withdrawn(), line("verify", "resolve"), verify=always("verify", 3), resolve=always("resolve", 1))
    assert found is not None
    assert [reason.args for reason in found.reasons if reason.code == "refused"] == [{"message": "withdraw"}]
    assert found.after["steps"] == ["verify", "resolve"]


def test_what_ended_a_task_comes_before_somebody_is_assumed_to_have_done_it() -> None:
    again = HANDLE.replace(b'name="begin"', b'name="again"').replace(b"hours", b"hours", 1)
    content = again.replace(b'value="16"', b'value="24"')
    found = ran(withdrawn(), built(content), verify=always("verify", 0.2))
    assert found.facts.end_event == "withdrawn"
    assert found.assumed == {}


def test_a_message_comes_when_it_came_to_a_case_that_has_parted() -> None:
    content = HANDLE.replace(b'value="16"', b'value="24"')
    found = ran(withdrawn(), built(content))
    assert (found.facts.ended, found.refused) == (NOW + HOUR, [])


def test_a_cancelled_case_is_cancelled() -> None:
    case = Case(line("verify", "resolve"))
    case.act(Cancel(), HOUR)
    assert change(case, line("verify", "resolve")) is None
    assert ran(case, built(line("extra", "verify")), extra=always("extra", 5)).facts.ended == NOW + HOUR


def test_a_timer_of_the_past_is_as_late_as_it_was_and_a_new_one_is_on_time() -> None:
    """The reminder was due after 8 of 16 hours and came 2 hours late; the draft's case parts before it."""
    case = Case()
    timers = {timer.node: timer.task_id for timer in case.told[0].detail.timers}
    case.act(Fire((timers["half_time"],)), 26 * HOUR)
    case.told[-1] = past_acts.HistoryEvent(
        case.now, "fire", "half_time", replace(case.told[-1].detail, due=case.told[0].detail.timers[0].due)
    )
    case.act(Complete(case.told[0].detail.openings[0].task_id, {"outcome": "correct"}), 90 * HOUR)
    parted = HANDLE.replace(b'id="set_deadline"', b'id="set_other"').replace(b"set_deadline", b"set_other")
    found = ran(case, built(parted))
    assert found.facts.path[:5] == ["begin", "set_other", "verify", "half_time", "remind"]
    assert found.facts.notices_by_rung == {"reminder": 1, "overdue": 1}
    sooner = ran(case, built(HANDLE.replace(b'value="16"', b'value="4"')))
    assert sooner.facts.notices_by_rung == {"reminder": 1, "overdue": 1}
    assert sooner.facts.deadline == WORLD.calendar.add(NOW, 4 * HOUR)


# Failures


def test_a_draft_that_cannot_go_on_is_a_difference_with_the_name_of_the_element() -> None:
    content = diagram(
        "handle",
        [*(user_task(name) for name in ("verify", "resolve")), script("broken", "x = 1 / zero"), *ends()],
        "begin > verify > broken > resolve > done",
    )
    found = change(whole(), content)
    assert found is not None
    assert found.kinds == ("failed",)
    assert found.reasons[0].args["element"] == "broken"
    assert found.after["steps"] == []


def ends() -> list[str]:
    return [node("startEvent", "begin"), node("endEvent", "done")]


@pytest.mark.parametrize("waits", [True, False])
def test_a_draft_that_turns_in_a_circle_is_a_difference(monkeypatch: pytest.MonkeyPatch, waits: bool) -> None:
    monkeypatch.setattr(run, "MOST_ACTS", 40)
    again = user_task("again") if waits else script("again", "y = 1")
    chain = "begin > verify > again > again_and_again > again"
    gateway = '<bpmn:exclusiveGateway id="again_and_again" default="again_and_again_again"/>'
    leave = "again_and_again > done [outcome == 'never']"
    content = diagram("handle", [user_task("verify"), again, gateway, *ends()], chain, leave)
    found = ran(whole(), built(content), again=always("again", 0.1))
    assert found.failed is not None
    assert found.failed[1].rule == ("simulated-case-turns-in-circle" if waits else "step-in-circle")
    assert found.failed[0] in ("again", "again_and_again")


def test_a_broken_history_is_a_difference_and_no_crash() -> None:
    case = whole()
    case.told[1] = past_acts.HistoryEvent(NOW, "complete", "verify", ActDetail(task=999))
    found = ran(case, built(line("verify", "resolve")))
    assert found.failed == ("", PlainFault("simulated-case-cannot-go-on", {"kind": "KeyError"}))


# Forms


def form(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "default", "id": "note", "components": list(fields)}


def choice(key: str, *values: str, required: bool = True) -> dict[str, Any]:
    options = [{"label": value, "value": value} for value in values]
    process = {"properties": {"store": "process"}, "validate": {"required": required}}
    return {"type": "radio", "key": key, "label": key, "values": options, **process}


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        ([choice("outcome", "correct", "wrong")], {"outcome": "correct"}),
        ([choice("outcome", "right", "wrong")], {"outcome": "wrong"}),
        ([choice("outcome", "correct"), choice("level", "a", "b")], {"outcome": "correct", "level": "b"}),
        ([choice("outcome", "correct"), choice("level", "x", "y")], {"outcome": "correct", "level": "x"}),
        ([choice("level", "a", "b", required=False)], {}),
    ],
)
def test_a_past_answer_is_fitted_to_the_form_of_the_draft(fields: list[dict[str, Any]], data: dict[str, str]) -> None:
    case = whole()
    assumed = always("verify", 1, outcome="wrong", level="b")
    content = built(line("verify", "resolve"), form(*fields))
    walk = SimulatedCase(case.past(), content, WORLD)
    planner = CompletionPlanner(walk, SimulationContext(content, WORLD, case.now, {"verify": assumed}, 1))
    walk.apply_action(Start(DATA), NOW)
    task = next(iter(walk.virtual.open.values()))
    assert planner.completion_data(task, NOW) == (data, data != {"outcome": "correct"})
