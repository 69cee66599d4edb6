"""Promises of the search: each fault is named with a way to it, reductions change no answer, bounds are kept."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import replace

import pytest

from engine.soundness.net import EVERYWHERE, Net, NetBuilder, Places
from engine.soundness.reduction import reduce_net
from engine.soundness.search import NetProof, NetVerdict, SearchLimit, prove_net
from tests.soundness.diagrams import draw_blocks, judge_diagram
from tests.soundness.judge import judge_nets
from tests.soundness.nets import archive_path, read_archive

LIMIT = SearchLimit()


def net(*transitions: str, gathering: str = "") -> Net:
    """A net from `step: a b > c`; it starts at `start` and ends at `end`."""
    builder = NetBuilder()

    def places(names: str) -> Places:
        return sum(builder.place(name) for name in names.split())

    start, end = places("start"), places("end")
    for text in transitions:
        step, _, ends = text.partition(":")
        taken, _, put = ends.partition(">")
        builder.add_transition((step,), places(taken), places(put))
    return builder.build_net(start, end, places(gathering))


def prove(*transitions: str, gathering: str = "") -> NetProof:
    return prove_net(net(*transitions, gathering=gathering), LIMIT)


def test_a_net_whose_branches_join_is_proven_with_its_end() -> None:
    proof = prove("fork: start > a b", "left: a > c", "right: b > d", "join: c d > end")
    assert (proof.verdict, len(proof.ends)) == (NetVerdict.PROVEN, 1)
    assert proof.alive == frozenset({"fork", "left", "right", "join"})


def test_a_join_that_waits_for_a_path_not_chosen_is_stuck_with_a_way_and_a_place() -> None:
    proof = prove("left: start > a", "right: start > b", "join: a b > end")
    assert (proof.verdict, proof.steps, proof.places) == (NetVerdict.STUCK, ("left",), ("a",))


def test_a_circle_without_a_way_out_is_stuck() -> None:
    proof = prove("go: start > a", "on: a > b", "back: b > a", "out: start > end")
    assert (proof.verdict, proof.steps[:1]) == (NetVerdict.STUCK, ("go",))


def test_a_place_that_two_branches_fill_is_named_with_the_way() -> None:
    proof = prove("fork: start > a b", "left: a > c", "right: b > c", "last: c > end")
    assert proof.verdict is NetVerdict.TWICE
    assert {"fork", "left", "right"} <= set(proof.steps)


def test_a_second_token_joins_the_first_where_that_is_meant() -> None:
    branches = ("fork: start > a b", "left: a > c", "right: b > c", "last: c > end")
    assert prove(*branches, gathering="c end").verdict is NetVerdict.PROVEN


def test_a_step_that_never_happens_is_named() -> None:
    proof = prove("go: start > end", "never: elsewhere > end")
    assert (proof.verdict, proof.dead) == (NetVerdict.DEAD, frozenset({"never"}))


def test_two_tokens_do_not_meet_in_a_place_that_each_leaves_at_once() -> None:
    branches = ("fork: start > a b", "left: a > y", "right: b > y", "one: y > end", "other: y > end c", "last: c > end")
    drawn = net(*branches, gathering="end")
    moving = replace(drawn, momentary=1 << drawn.names.index("y"))
    assert prove_net(drawn, LIMIT).verdict is NetVerdict.TWICE
    assert (proof := prove_net(moving, LIMIT)).places == ("c",), proof
    assert prove_net(replace(moving, gathering=moving.gathering | 1 << drawn.names.index("c")), LIMIT).verdict is (
        NetVerdict.PROVEN
    )


def test_a_transition_looks_whether_places_are_empty_and_may_empty_them() -> None:
    builder = NetBuilder()
    start, left, right, end = (builder.place(name) for name in ("start", "left", "right", "end"))
    builder.add_transition(("fork",), start, left | right)
    builder.add_transition(("wait",), left, end, needs_empty=right)
    builder.add_transition(("done",), right, 0)
    builder.add_transition(("stop",), right, end, empties=left)
    proof = prove_net(builder.build_net(start, end), LIMIT)
    assert proof.verdict is NetVerdict.PROVEN
    assert set(proof.alive) == {"fork", "wait", "done", "stop"}


def test_a_net_that_explodes_is_left_undecided_at_its_bounds() -> None:
    many = range(24)
    fork = f"fork: start > {' '.join(f'a{n} x{n}' for n in many)}"
    # Each looks at its neighbour, which keeps the reductions from making it small.
    steps = [f"s{n}: a{n} x{(n + 1) % 24} > b{n} x{(n + 1) % 24}" for n in many]
    steps += [f"r{n}: b{n} x{(n + 1) % 24} > a{n} x{(n + 1) % 24}" for n in many]
    join = f"join: {' '.join(f'a{n} x{n}' for n in many)} > end"
    proof = prove_net(net(fork, *steps, join), SearchLimit(markings=2_000, firings=100_000))
    assert (proof.verdict, proof.markings) == (NetVerdict.UNDECIDED, 2_000)


def random_net(rnd: random.Random) -> Net:
    names = ["start", "end", *(f"p{n}" for n in range(rnd.randint(1, 5)))]
    transitions = []
    for number in range(rnd.randint(2, 7)):
        taken = rnd.sample([name for name in names if name != "end"], rnd.choice([1, 1, 1, 2]))
        put = rnd.sample([name for name in names if name != "start"], rnd.choice([1, 1, 1, 2]))
        transitions.append(f"t{number}: {' '.join(taken)} > {' '.join(put)}")
    drawn = net(*transitions)
    if rnd.random() < 0.3:  # One ends everything, as an error does.
        first, *others = drawn.transitions
        drawn = replace(drawn, transitions=(replace(first, empties=EVERYWHERE), *others))
    return drawn


def plain_verdict(net: Net) -> NetVerdict:
    """The answer by the definition: all markings, without reductions."""
    edges: dict[Places, set[Places]] = {}
    fired, pending = set(), deque([net.start])
    while pending:
        marking = pending.popleft()
        if marking in edges:
            continue
        edges[marking] = set()
        for each in net.transitions if marking & ~net.final else ():
            if each.takes & ~marking == 0:
                if marking & ~each.takes & ~each.empties & each.puts:
                    return NetVerdict.TWICE
                fired.add(each.steps)
                edges[marking].add(marking & ~each.takes & ~each.empties | each.puts)
        pending.extend(edges[marking])
    good = {marking for marking in edges if not marking & ~net.final}
    while more := {marking for marking, after in edges.items() if after & good} - good:
        good |= more
    if good != edges.keys():
        return NetVerdict.STUCK
    return NetVerdict.DEAD if len(fired) < len({each.steps for each in net.transitions}) else NetVerdict.PROVEN


@pytest.mark.parametrize("seed", range(4))
def test_reductions_and_search_say_what_the_definition_says(seed: int) -> None:
    rnd, seen = random.Random(seed), set()
    for _ in range(700):
        drawn = random_net(rnd)
        expected = plain_verdict(drawn)
        assert prove_net(drawn, LIMIT).verdict is expected, drawn
        seen.add(expected)
    assert len(seen) == 4


def test_a_long_chain_becomes_one_transition() -> None:
    chain = [f"s{n}: p{n} > p{n + 1}" for n in range(300)]
    small = reduce_net(net("first: start > p0", *chain, "last: p300 > end"))
    assert len(small.transitions) == 1
    assert len(small.transitions[0].steps) == 302


def test_a_branch_that_may_turn_back_costs_no_markings() -> None:
    many = range(20)
    turns = [f"on{n}: a{n} > b{n}" for n in many] + [f"back{n}: b{n} > a{n}" for n in many]
    ends = [f"leave{n}: b{n} > c{n}" for n in many]
    fork = f"fork: start > {' '.join(f'a{n}' for n in many)}"
    proof = prove(fork, *turns, *ends, f"join: {' '.join(f'c{n}' for n in many)} > end")
    assert (proof.verdict, proof.markings) == (NetVerdict.PROVEN, 2)
    assert "back7" in proof.alive


def test_a_diagram_of_many_blocks_is_proven_at_once() -> None:
    judgement = judge_diagram("blocks", draw_blocks(200))
    assert judgement.verdicts == frozenset({NetVerdict.PROVEN})
    assert judgement.seconds < 1


@pytest.mark.skipif(
    not archive_path().exists(),
    reason="the 1,066 public nets are others' and not in the project; their archive is not beside it",
)
def test_public_nets_get_the_verdicts_that_are_known() -> None:
    judgements = judge_nets(list(read_archive(archive_path()))[::10])
    assert [each.net.name for each in judgements if each.is_wrong or each.verdict is NetVerdict.UNDECIDED] == []
    assert len(judgements) > 100
