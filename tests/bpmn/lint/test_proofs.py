"""What the check says of cases that may not come to their end: each kind of fault drawn by hand, with its mending."""

from __future__ import annotations

import time
from pathlib import PurePosixPath

import pytest

from engine.bpmn.lint.check import advise_files, prove_files
from engine.bpmn.lint.vocabulary import Vocabulary
from engine.shipped import ROOT
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import (
    DAY,
    ERROR,
    ESCALATION,
    MESSAGE,
    boundary,
    call,
    catch,
    end,
    event,
    flows,
    gateway,
    inside,
    multi,
    report,
    start,
    sub,
    throw,
    user,
)

FORK = "begin -> fork; fork -> left -> join; fork -> right -> join; join -> done"
TERMINATE = event("terminate")


JOINED = "work -> join; late -> side -> join; join -> done"


def drawn(way: str, *nodes: str) -> bytes:
    return report(start(), *nodes, end(), flows(way))


def branches(split: str, join: str) -> bytes:
    return drawn(FORK, gateway(split, "fork"), gateway(join, "join"), user("left"), user("right"))


def beside(way: str, *nodes: str, interrupting: bool) -> bytes:
    return drawn(f"begin -> work; {way}", user(), boundary("late", "work", DAY, interrupting), *nodes)


def notes(content: bytes | draw.Files, vocabulary: Vocabulary = draw.VOCABULARY) -> list[tuple[str, str, str]]:
    files = {draw.REPORT: content} if isinstance(content, bytes) else content
    found = advise_files(files, vocabulary, "en")
    return [(note.rule, note.element, note.message) for note in found if note.rule.startswith("proof-")]


FAULTS = {
    "a parallel join after a choice": (branches("exclusive", "parallel"), "proof-join", "join"),
    "a choice joined after a fork": (
        drawn(
            f"{FORK.replace('join -> done', 'join -> last -> done')}",
            *(gateway("parallel", "fork"), gateway("exclusive", "join"), user("left"), user("right"), user("last")),
        ),
        "proof-twice",
        "last",
    ),
    "a parallel join after an inclusive split": (branches("inclusive", "parallel"), "proof-join", "join"),
    "a join that waits for an event that need not come": (
        beside(JOINED, user("side"), gateway("parallel", "join"), interrupting=False),
        "proof-join",
        "join",
    ),
    "a path beside a step that leads into the main path": (
        beside(
            "work -> meet; late -> meet; meet -> last -> done",
            gateway("exclusive", "meet"),
            user("last"),
            interrupting=False,
        ),
        "proof-twice",
        "last",
    ),
    "a message that nobody sends": (
        drawn("begin -> wait -> done", catch("wait", event("message", "message_withdraw"))),
        "proof-message",
        "wait",
    ),
    "a circle without a way out": (
        drawn(
            "begin -> choose; choose -> work -> again -> work; choose -> done",
            *(gateway("exclusive", "choose"), user(), user("again")),
        ),
        "proof-stuck",
        "again",
    ),
    "an error that nothing throws": (
        drawn(
            "begin -> inner -> done; wrong -> mend -> done", inside(), boundary("wrong", "inner", ERROR), user("mend")
        ),
        "proof-dead",
        "wrong",
    ),
}
SOUND = {
    "parallel": branches("parallel", "parallel"),
    "exclusive": branches("exclusive", "exclusive"),
    "inclusive": branches("inclusive", "inclusive"),
    "a fork joined by an inclusive gateway": branches("parallel", "inclusive"),
    "branches that end apart": drawn(
        "begin -> fork; fork -> left -> done; fork -> right -> done",
        *(gateway("parallel", "fork"), user("left"), user("right")),
    ),
    "one branch ends all": report(
        start(),
        gateway("parallel", "fork"),
        user("left"),
        user("right"),
        end(),
        end("stop", TERMINATE),
        flows("begin -> fork; fork -> left -> done; fork -> right -> stop"),
    ),
    "a reminder beside a step": beside(
        "work -> done; late -> side -> over", user("side"), end("over"), interrupting=False
    ),
    "a deadline": beside("work -> done; late -> side -> over", user("side"), end("over"), interrupting=True),
    "a path beside that forks and joins": report(
        start(),
        user(),
        boundary("late", "work", MESSAGE, interrupting=False),
        gateway("parallel", "fork"),
        gateway("parallel", "join"),
        user("left"),
        user("right"),
        end(),
        end("over"),
        flows("begin -> work -> done; late -> fork; fork -> left -> join; fork -> right -> join; join -> over"),
    ),
    "a path beside joined by an inclusive gateway": beside(
        JOINED, user("side"), gateway("inclusive", "join"), interrupting=False
    ),
    "events that race": drawn(
        "begin -> race; race -> withdrawn -> done; race -> day -> done",
        *(gateway("eventBased", "race"), catch("withdrawn", MESSAGE), catch("day", DAY)),
    ),
    "a repeated step": drawn("begin -> inner -> done", inside("inner", loop=multi(items="things", item="thing"))),
    "an error that is caught": drawn(
        "begin -> inner -> done; wrong -> over",
        sub(
            "inner",
            start("first"),
            gateway("exclusive", "pick"),
            end("last"),
            end("raise", ERROR),
            flows("first -> pick; pick -> last; pick -> raise"),
        ),
        boundary("wrong", "inner", ERROR),
        end("over"),
    ),
    "an escalation beside": drawn(
        "begin -> inner -> done; up -> over",
        sub("inner", start("first"), end("raise", ESCALATION), flows("first -> raise")),
        boundary("up", "inner", ESCALATION, interrupting=False),
        end("over"),
    ),
    "an event sub-process that interrupts": drawn(
        "begin -> work -> done",
        user(),
        sub(
            "aside",
            start("called_off", MESSAGE, 'isInterrupting="true"'),
            user("close"),
            end("closed"),
            flows("called_off -> close -> closed"),
            attributes='triggeredByEvent="true"',
        ),
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_kind_of_fault_is_told_where_it_shows_with_the_way(name: str) -> None:
    content, rule, element = FAULTS[name]
    vocabulary = Vocabulary(messages=frozenset(), signals=None) if rule == "proof-message" else draw.VOCABULARY
    noted = notes(content, vocabulary)
    assert (rule, element) in [(rule, place) for rule, place, _ in noted]
    assert {each for each, _, _ in noted} == {rule}
    if rule != "proof-dead":
        assert "begin" in noted[0][2]
    (verdict,) = prove_files({draw.REPORT: content}, vocabulary, "en")
    assert verdict.rule == "proof-flawed"


@pytest.mark.parametrize("name", SOUND)
def test_what_always_ends_is_proven(name: str) -> None:
    assert notes(SOUND[name]) == []
    (verdict,) = prove_files({draw.REPORT: SOUND[name]}, draw.VOCABULARY, "en")
    assert verdict.rule == "proof-proven"


def test_a_called_process_counts_with_the_errors_that_leave_it() -> None:
    caller = drawn(
        "begin -> called -> done; wrong -> over", call("other"), boundary("wrong", "called", ERROR), end("over")
    )
    callee = report(start("c1"), user("c2"), end("c3", ERROR), flows("c1 -> c2 -> c3"), key="other")
    files = {draw.REPORT: caller, PurePosixPath("workflows/other.bpmn"): callee}
    assert [(rule, place) for rule, place, _ in notes(files)] == [("proof-dead", "done")]


def test_a_message_that_is_only_sent_behind_the_step_that_waits_for_it_never_comes() -> None:
    waiting = (catch("wait", MESSAGE), throw("send", MESSAGE))
    nobody = Vocabulary(messages=frozenset(), signals=None)
    assert notes(drawn("begin -> wait -> send -> done", *waiting), nobody)[0][:2] == ("proof-message", "wait")
    sender = report(start("s1"), throw("s2", MESSAGE), end("s3"), flows("s1 -> s2 -> s3"), key="sender")
    files = {
        draw.REPORT: drawn("begin -> wait -> send -> done", *waiting),
        PurePosixPath("workflows/sender.bpmn"): sender,
    }
    assert notes(files, nobody) == []


def test_an_inclusive_gateway_with_very_many_paths_is_not_decided() -> None:
    many = [f"w{number}" for number in range(12)]
    way = "; ".join(["begin -> fork", *(f"fork -> {name} -> join" for name in many), "join -> done"])
    content = drawn(way, gateway("inclusive", "fork"), gateway("inclusive", "join"), *map(user, many))
    (verdict,) = prove_files({draw.REPORT: content}, draw.VOCABULARY, "en")
    assert (verdict.rule, notes(content)) == ("proof-undecided", [])


PAIRED = (
    "begin -> decide -> fork -> one; fork -> two; one -> join if first == 'x'; one -> over; "
    "two -> join if {}; two -> over; join -> done"
)


def paired_files(condition: str, *more: str, rows: str = "'x' 'y'; 'n' 'm'; 'n' 'k'") -> draw.Files:
    """Two branches that ask one output each of a table, and join only when both conditions hold."""
    cells = [row.split() for row in rows.split("; ")]
    drawn_rows = "".join(
        f"<rule><inputEntry><text>{number}</text></inputEntry>"
        + "".join(f"<outputEntry><text>{cell}</text></outputEntry>" for cell in row)
        + "</rule>"
        for number, row in enumerate(cells)
    )
    table = (
        '<decision id="pair"><decisionTable hitPolicy="FIRST"><input><inputExpression><text>level</text>'
        '</inputExpression></input><output name="first"/><output name="second"/>'
        f"{drawn_rows}</decisionTable></decision>"
    )
    splits = (gateway("exclusive", "one", "one_over"), gateway("exclusive", "two", "two_over"))
    nodes = (
        draw.rule_task("pair"),
        gateway("parallel", "fork"),
        *splits,
        gateway("parallel", "join"),
        end("over"),
        *more,
    )
    return {draw.REPORT: drawn(PAIRED.format(condition), *nodes), PurePosixPath("workflows/p.dmn"): draw.dmn(table)}


def test_the_outputs_of_one_row_are_taken_together() -> None:
    assert notes(paired_files("second == 'y'")) == []
    assert [rule for rule, _, _ in notes(paired_files("second == 'm'"))] == ["proof-join"]
    mixed = "'x' 'y'; 'n' 'y'"  # Here a row has the one without the other.
    assert [rule for rule, _, _ in notes(paired_files("second == 'y'", rows=mixed))] == ["proof-join"]


def test_outputs_that_something_else_sets_too_are_no_row() -> None:
    script = '<bpmn:scriptTask id="other"><bpmn:script>second = "y"</bpmn:script></bpmn:scriptTask>'
    assert [rule for rule, _, _ in notes(paired_files("second == 'y'", script))][:1] == ["proof-join"]


def test_the_shipped_deployment_is_proven_within_a_second() -> None:
    files = {PurePosixPath("workflows") / path.name: path.read_bytes() for path in (ROOT / "workflows").glob("*.bpmn")}
    begin = time.process_time()
    verdicts = prove_files(files, Vocabulary(), "en")
    assert time.process_time() - begin < 1
    assert {verdict.rule for verdict in verdicts} == {"proof-proven"}
    assert len(verdicts) == len(files)
