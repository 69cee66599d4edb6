"""Promises of long lives: after 600 turns an instance still has its open task and is as small as after 30.

`make walks` goes 3,000 turns.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pytest

from tests.walks import drawing as d
from tests.walks.drawing import body, process
from tests.walks.flows import FORK, diagram, users
from tests.walks.sides import DONE, Complete, Fire, Step
from tests.walks.stored import PLACE, Stored
from tests.walks.walker import BEGIN

GROWTH = 1.2
TURNS, REOPENS = (3_000, 500) if "WALKS_LONG" in os.environ else (600, 120)
RESOLUTION = process(
    "resolution",
    body(
        d.start("begin_r"),
        *users("assign", "check"),
        d.sub_process("verify", FORK),
        d.boundary("slow", "verify", d.timer(), interrupting=False),
        d.throw("remind", d.message("m2", '{"n": n}')),
        d.end("reminded"),
        d.end("done_r"),
        flows="begin_r -> assign -> verify -> check -> done_r; slow -> remind -> reminded",
    ),
)
REOPENED = diagram(
    *users("receive", "reply"),
    d.call("resolve", "resolution"),
    d.boundary("late", "resolve", d.timer(), interrupting=False),
    d.script("note", "late = n"),
    d.end("noted"),
    d.exclusive("again"),
    flows="begin -> receive -> resolve -> reply -> again; late -> note -> noted; again -> resolve if x > 2;"
    "again -> done else",
    called={"resolution": RESOLUTION},
)
LOOP = diagram(
    *users("a", "b", "beside"),
    d.parallel("fork"),
    d.parallel("join"),
    d.exclusive("again"),
    d.boundary("slow", "b", d.timer(), interrupting=False),
    d.script("note", "late = n"),
    d.end("noted"),
    flows="begin -> fork; fork -> beside -> join; fork -> a -> b -> again; again -> a if x > 2; again -> join else;"
    "slow -> note -> noted; join -> done",
)


def turns(stored: Stored, number: int, steps: Sequence[Step]) -> list[int]:
    """Take the steps so many times, each of them is taken; the blob's size in bytes after each turn."""
    sizes = []
    for _ in range(number):
        assert [stored.take(step, BEGIN) for step in steps] == [DONE] * len(steps)
        sizes.append(len(stored.blob or b""))
    return sizes


def assert_no_growth(sizes: Sequence[int]) -> None:
    # What a join has yet to merge is folded every few turns, so sizes go up and down a little: compare the largest.
    assert max(sizes[-10:]) <= GROWTH * max(sizes[20:30])


def answer(element: str, value: int) -> Complete:
    return Complete(element, 0, {"x": 3, "n": value, f"v_{element.rpartition('/')[2]}": [value, {"by": element}]})


@pytest.mark.slow
def test_many_reopens_keep_the_open_task_and_the_size() -> None:
    stored = Stored.of(REOPENED)
    assert stored.begin({"place": PLACE, "x": 0, "n": 0}, BEGIN) == DONE
    assert stored.take(answer("receive", 0), BEGIN) == DONE
    elements = ("resolve/verify/p", "resolve/verify/q", "resolve/check", "reply")
    officers = [answer(element, number) for number, element in enumerate(elements)]
    sizes = turns(stored, REOPENS, [answer("resolve/assign", 9), Fire("late", 0), Fire("resolve/slow", 0), *officers])
    assert [element for element, _ in stored.view().open] == ["resolve/assign"]
    assert not stored.view().completed
    assert_no_growth(sizes)


@pytest.mark.slow
def test_many_turns_keep_the_open_task_and_the_size() -> None:
    stored = Stored.of(LOOP)
    assert stored.begin({"place": PLACE, "x": 0, "n": 0}, BEGIN) == DONE
    sizes = turns(stored, TURNS, [answer("a", 1), Fire("slow", 0), answer("b", 2)])
    assert [element for element, _ in stored.view().open] == ["a", "beside"]
    assert_no_growth(sizes)


def test_a_long_instance_still_comes_to_its_end() -> None:
    stored = Stored.of(LOOP)
    assert stored.begin({"place": PLACE, "x": 0, "n": 0}, BEGIN) == DONE
    turns(stored, 400, [answer("a", 1), Fire("slow", 0), answer("b", 2)])
    turns(stored, 1, [answer("a", 6), Complete("b", 0, {"x": 0, "n": 7}), answer("beside", 8)])
    assert stored.view().completed
    assert '"late": 1' in stored.view().data
