"""What a proof calls possible, a case does: each counter-example is walked by the engine, and what gateways have in
common is no counter-example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import pytest

from engine.bpmn import actions
from engine.bpmn.inspection import open_tasks, snapshot_of
from engine.bpmn.lint.check import _ParsedFiles, prove_files
from engine.bpmn.lint.deployment import DeploymentIndex
from engine.bpmn.lint.diagram import CONTAINERS
from engine.bpmn.lint.proving import DeploymentProver, ScopeProof
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.bpmn.parser import Process, parse_processes
from engine.bpmn.state import load_live_case
from engine.bpmn.step import advance
from engine.errors import StepFailed
from engine.soundness.search import NetVerdict
from tests.walks import drawing as d
from tests.walks.drawing import Files
from tests.walks.flows import diagram, users
from tests.walks.stored import PLACE, WORLD
from tests.walks.walker import BEGIN

VOCABULARY = Vocabulary(forms={"answer": frozenset({"x"})}, messages=frozenset(), signals=frozenset())
State = tuple[bytes, tuple[str, ...]]
VALUES = (None, 0, 1, 2, 3)
ASK = "begin -> ask -> "


def drawn(flows: str, *nodes: d.Node) -> Files:
    """A process whose first task writes `x`."""
    return diagram(*users("ask"), *nodes, flows=ASK + flows)


FORK = "fork; fork -> one; fork -> two; one -> join if x == 1; one -> done else; "
APART = (d.parallel("fork"), d.exclusive("one"), d.exclusive("two"), d.parallel("join"))
FAULTS = {
    "a join after a choice": (
        drawn(
            "which; which -> left if x == 1; which -> right else; left -> join; right -> join; join -> done",
            *(d.exclusive("which"), d.parallel("join"), *users("left", "right")),
        ),
        NetVerdict.STUCK,
    ),
    "a join after an inclusive split": (
        drawn(
            "which; which -> left if =x >= 1; which -> right if x >= 2; which -> done else; "
            "left -> join; right -> join; join -> done",
            *(d.inclusive("which"), d.parallel("join"), *users("left", "right")),
        ),
        NetVerdict.STUCK,
    ),
    "a fork joined by a choice": (
        drawn(
            "fork; fork -> left -> join; fork -> right -> join; join -> last -> done",
            *(d.parallel("fork"), d.exclusive("join"), *users("left", "right", "last")),
        ),
        NetVerdict.TWICE,
    ),
    "gateways that ask different values": (
        drawn(f"{FORK}two -> join if x == 2; two -> done else; join -> done", *APART),
        NetVerdict.STUCK,
    ),
    "gateways between which a step writes": (
        drawn(f"{FORK.replace('-> two;', '-> change -> two;')}two -> join if x == 1; two -> done else; join -> done",
              *APART, *users("change")),
        NetVerdict.STUCK,
    ),
    "a circle that nothing leaves": (
        drawn(
            "which; which -> again if x == 1; which -> done else; again -> more -> again",
            *(d.exclusive("which"), *users("again", "more")),
        ),
        NetVerdict.STUCK,
    ),
    "a message that nobody sends": (drawn("hear -> done", d.catch("hear", d.message("m1"))), NetVerdict.STUCK),
    "a path beside that leads into the main path": (
        drawn(
            "work -> meet; late -> meet; meet -> last -> done",
            *(*users("work", "last"), d.boundary("late", "work", d.timer(), interrupting=False), d.exclusive("meet")),
        ),
        NetVerdict.TWICE,
    ),
    "a step behind two answers that exclude each other": (
        drawn(
            "one; one -> two if x == 1; one -> done else; two -> never if =x = 2; two -> done else; never -> done",
            *(d.exclusive("one"), d.exclusive("two"), *users("never")),
        ),
        NetVerdict.DEAD,
    ),
}  # fmt: skip
SOUND = {
    "two gateways that ask the same": drawn(f"{FORK}two -> join if x == 1; two -> done else; join -> done", *APART),
    "the same in two languages": drawn(f"{FORK}two -> join if =x in (1); two -> done else; join -> done", *APART),
    "one asks and the other asks the opposite": drawn(
        f"{FORK}two -> done if x != 1; two -> join else; join -> done", *APART
    ),
    "a circle that a step may leave": drawn(
        "again -> which; which -> again if x == 1; which -> done else", d.exclusive("which"), *users("again")
    ),
}


def proofs_of(files: Files) -> list[ScopeProof]:
    """The proofs of all scopes in all files."""
    parsed = _ParsedFiles()
    for name, content in files.items():
        parsed.add_file(PurePosixPath("workflows") / name, content)
    prover = DeploymentProver(DeploymentIndex(tuple(parsed.diagrams), (), frozenset(), VOCABULARY))
    return [proof for drawn in parsed.diagrams for proof in prover.prove_process(drawn)]


class Walked:
    """Every state that a case of a small process can come to, each with a way to it."""

    def __init__(self, process: Process, most: int = 150, begins: Iterable[Mapping[str, object]] = ({},)) -> None:
        self.process, self.ended = process, list[tuple[str, ...]]()
        self.standing: list[tuple[tuple[str, ...], Counter[str], bool]] = []
        self.passed: set[str] = set()
        waiting: list[State] = []
        for data in begins:
            self._take(None, actions.Start({"place": PLACE, **data}), (), waiting)
        seen = 0
        while waiting and seen < most:
            blob, way = waiting.pop(0)
            seen += 1
            self._go_on(blob, way, waiting)

    def _go_on(self, blob: bytes, way: tuple[str, ...], waiting: list[State]) -> None:
        workflow = load_live_case(blob, self.process, None).workflow
        tasks, timers = open_tasks(workflow), snapshot_of(workflow).timers
        names = Counter(str(task.task_spec.bpmn_id) for task in tasks.values())
        self.standing.append((way, names, bool(tasks or timers)))
        if len(way) > 14:
            return
        for number, task in tasks.items():
            for value in VALUES:
                self._take(blob, actions.Complete(number, {"x": value}), (*way, str(task.task_spec.bpmn_id)), waiting)
        for number, timer in timers.items():
            self._take(blob, actions.Fire((number,)), (*way, timer.node), waiting)

    def _take(self, blob: bytes | None, action: actions.Action, way: tuple[str, ...], waiting: list[State]) -> None:
        try:
            step = advance(self.process, blob, action, BEGIN, WORLD)
        except StepFailed:
            return
        following = (*way, *step.path)
        self.passed |= {*following}
        if step.finished:
            self.ended.append(following)
        else:
            waiting.append((step.state, following))

    def shows(self, proof: ScopeProof) -> bool:
        """Whether a case has come along the counter-example's steps to its fault."""
        kinds = {name: node.kind for name, node in proof.diagram.nodes.items()}
        # What holds others is passed when it ends, and what interrupts it ends it before.
        steps = Counter(step for step in proof.proof.steps if kinds.get(step) not in CONTAINERS)
        place = proof.waiting[0].id if proof.waiting else ""
        for way, names, moves in self.standing:
            has_come = not steps - Counter(way) - names - Counter([place, *(node.id for node in proof.waiting)])
            is_twice = (Counter(way) + names)[place] > 1
            is_stuck = not moves or self._leads_nowhere(way)
            if has_come and (is_twice if proof.verdict is NetVerdict.TWICE else is_stuck):
                return True
        return False

    def _leads_nowhere(self, way: tuple[str, ...]) -> bool:
        """Whether no way that goes on from there has come to an end."""
        return not any(end[: len(way)] == way for end in self.ended)


@pytest.mark.parametrize("name", FAULTS)
def test_each_counter_example_is_walked_by_the_engine(name: str) -> None:
    files, verdict = FAULTS[name]
    (proof,), walked = proofs_of(files), Walked(parse_processes(files)["main"])
    assert proof.verdict is verdict
    if verdict is NetVerdict.DEAD:
        assert {node.id for node in proof.dead}.isdisjoint(walked.passed)
    else:
        assert walked.shows(proof), proof.proof.steps


@pytest.mark.parametrize("name", SOUND)
def test_what_no_case_can_do_is_no_counter_example(name: str) -> None:
    files = SOUND[name]
    placed = {PurePosixPath("workflows") / path: content for path, content in files.items()}
    assert [verdict.rule for verdict in prove_files(placed, VOCABULARY)] == ["proof-proven"]
    walked = Walked(parse_processes(files)["main"])
    assert walked.ended
    assert all(moves for _way, _names, moves in walked.standing)
