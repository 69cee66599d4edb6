"""The proof construct by construct, and what each of the less obvious ones is expected to do."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import pytest

from engine.bpmn.parser import parse_processes
from tests.walks import drawing as d
from tests.walks.drawing import Files
from tests.walks.flows import EVENTS, GATEWAYS, diagram, users
from tests.walks.runner import LIMIT
from tests.walks.sides import DONE, REFUSED, ROOT, Complete, Deliver, Fire, Step
from tests.walks.stored import PLACE, Stored
from tests.walks.walker import BEGIN, walk
from tests.walks.works import ACTIVITIES, BOUNDARIES

CONSTRUCTS: Mapping[str, Files] = {**GATEWAYS, **EVENTS, **ACTIVITIES, **BOUNDARIES}
SEEDS = range(6)


@pytest.mark.slow
@pytest.mark.parametrize("name", CONSTRUCTS)
def test_a_stored_case_does_what_the_oracle_says(name: str) -> None:
    """All walks of a construct share its specification: an instance must not leave anything in it for the next."""
    files = CONSTRUCTS[name]
    process = parse_processes(files)[ROOT]
    walks = [
        walk(files, Stored([process]), random.Random(f"{name} {seed}"), LIMIT, nested=seed % 2 == 1) for seed in SEEDS
    ]
    assert [(made.steps, made.difference) for made in walks if made.difference] == []
    assert [made.outcomes for made in walks if made.failed] == []
    assert any(made.completed for made in walks)


def begun(files: Files, *steps: Step) -> Stored:
    """A stored instance after these steps, all of which it took."""
    stored = Stored.of(files)
    assert stored.begin({"place": PLACE, "x": 0, "n": 0}, BEGIN) == DONE
    assert [stored.take(step, BEGIN) for step in steps] == [DONE] * len(steps)
    return stored


def answer(element: str, rank: int = 0, **data: Any) -> Complete:
    return Complete(element, rank, {"x": 0, **data})


def opened(stored: Stored) -> list[str]:
    return [element for element, _ in stored.view().open]


def test_an_instance_of_a_multi_instance_task_does_not_see_the_others_answers() -> None:
    files = diagram(*users("a"), d.user("each", d.multi_instance(cardinality="2")), flows="begin -> a -> each -> done")
    stored = begun(files, answer("a", kept={"by": ["a", {}]}), answer("each", kept={"by": ["first", {"n": 1}]}))
    ((_, data),) = stored.view().open
    assert '"kept": {"by": ["a", {}]}' in data


def test_results_are_collected_apart_until_all_instances_are_done() -> None:
    stored = begun(
        ACTIVITIES["multi-instance with a message beside it"],
        answer("a"),
        answer("each", v_each=[1]),
        Deliver("m1", {"n": 1}),
    )
    views = dict(stored.view().open)
    assert '"found": []' in views["y"]


def test_an_event_sub_process_starts_once_for_each_message() -> None:
    stored = begun(EVENTS["event sub-process"], Deliver("m1", {"n": 1}), Deliver("m1", {"n": 2}))
    assert opened(stored) == ["a", "beside/p", "beside/p"]


def test_an_event_sub_process_of_a_finished_instance_does_not_start() -> None:
    stored = begun(EVENTS["event sub-process"], answer("a"), answer("b"))
    assert stored.view().completed
    assert stored.take(Deliver("m1", {"n": 1}), BEGIN) == REFUSED


def test_a_cycle_timer_fires_as_often_as_it_says() -> None:
    stored = begun(BOUNDARIES["cycle timer"], answer("a"), *[Fire("slow", 0)] * 3)
    assert opened(stored) == ["b", "w", "w", "w"]
    assert stored.view().waiting == ()
    assert stored.rows["timers"] == set()


def test_the_end_of_the_work_ends_its_ladder() -> None:
    stored = begun(
        BOUNDARIES["work with its ladder of timers"],
        answer("a"),
        Fire("work/reminder", 0),
        Fire("work/overdue", 0),
        answer("work/resolve/l2"),
    )
    assert opened(stored) == ["work/chase", "work/resolve/l3"]
    assert stored.take(answer("work/resolve/l3"), BEGIN) == DONE
    assert opened(stored) == ["z"]
    assert stored.view().waiting == ()


def test_a_recall_takes_the_work_away() -> None:
    stored = begun(BOUNDARIES["work with its ladder of timers"], answer("a"), Deliver("m1", {}))
    assert opened(stored) == ["z"]


def test_only_the_answer_to_what_was_asked_is_accepted() -> None:
    stored = begun(EVENTS["correlation"], answer("a", x=3), answer("b", x=4))
    other = Deliver("answered", {"case_no": 4}, {"by_case": {"case_no": 4}})
    assert stored.take(other, BEGIN) == REFUSED
    mine = Deliver("answered", {"case_no": 3}, {"by_case": {"case_no": 3}})
    assert stored.take(mine, BEGIN) == DONE
    assert opened(stored) == ["c"]


def test_a_sub_process_in_a_loop_joins_its_own_branches_each_time() -> None:
    turn = (answer("a"), answer("sub/p", x=3), answer("sub/q", x=3))
    stored = begun(ACTIVITIES["sub-process with a fork, in a loop"], *turn, *turn)
    assert opened(stored) == ["a"]
    assert stored.take(answer("a"), BEGIN) == DONE
    assert stored.take(answer("sub/p"), BEGIN) == DONE
    assert opened(stored) == ["sub/q"]
