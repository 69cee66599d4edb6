"""Promises of what is said of stored deployments: the elements that mean something else since, and no others."""

from __future__ import annotations

from pathlib import PurePosixPath

import pytest

from engine.bpmn import lint
from engine.bpmn.lint import Vocabulary, changes_in_files
from tests.bpmn.lint import draw
from tests.walks import drawing as d
from tests.walks.drawing import Files, body, documents, process
from tests.walks.flows import diagram, inside, users

VOCABULARY = Vocabulary(forms={"answer": frozenset({"x"})})


def changes(files: Files, meaning: int = 1) -> list[tuple[str, str]]:
    """Rule and element of everything that has changed."""
    paths = {PurePosixPath("workflows") / name: content for name, content in files.items()}
    return [(one.rule, one.element) for one in changes_in_files(paths, VOCABULARY, meaning)]


def beside(event: str, *nodes: d.Node, flows: str = "begin -> a -> done; border -> e2") -> Files:
    """A task with a border that does not interrupt."""
    return diagram(*users("a"), d.boundary("border", "a", event, interrupting=False), *nodes, d.end("e2"), flows=flows)


def forked(code: str, condition: str) -> Files:
    return diagram(
        *users("a", "b", "y", "z"), d.parallel("f"), d.parallel("j"), d.script("s", code), d.exclusive("g"),
        flows="begin -> f; f -> a -> s -> j; f -> b -> j; j -> g;"
        f"g -> y if {condition}; g -> z else; y -> done; z -> done",
    )  # fmt: skip


def starting(event: str) -> Files:
    return documents(
        {"main": process("main", body(d.start("begin", event), *users("a"), d.end(), flows="begin -> a -> done"))}
    )


def compared(condition: str) -> Files:
    return diagram(
        *users("a", "b"),
        d.exclusive("g"),
        flows=f"begin -> g; g -> a if {condition}; g -> b else; a -> done; b -> done",
    )


FAILING = inside(*users("p"), flows="begin_in -> p -> done_in", last=d.error("e1"))
TWO_RECEIVERS = diagram(
    d.parallel("f"), d.parallel("j"), d.receive("r1", d.message("m1")), d.receive("r2", d.message("m1")),
    flows="begin -> f; f -> r1 -> j; f -> r2 -> j; j -> done",
)  # fmt: skip

CHANGED: dict[str, tuple[Files, list[tuple[str, str]]]] = {
    "a name written in one branch and read behind the join": (
        forked("w = x + 2", "w > 2"), [("meaning-data", "f")],
    ),
    "a name written beside a task and read behind it": (
        beside(d.timer(), d.script("s", "late = x + 2"), d.exclusive("g"), *users("b"),
               flows="begin -> a -> g; g -> b if late > 5; g -> done else; b -> done; border -> s -> e2"),
        [("meaning-data", "border")],
    ),
    "a message each time": (beside(d.message("m1")), [("meaning-each-time", "border")]),
    "a reminder that repeats": (beside(d.timer('"R3/PT1H"', "timeCycle")), [("meaning-stays", "border")]),
    "a border without a code beside one with a code": (
        diagram(*users("b", "c"), d.sub_process("a", FAILING), d.boundary("any", "a", "<bpmn:errorEventDefinition/>"),
                d.boundary("own", "a", d.error("e1")), flows="begin -> a -> done; any -> b -> done; own -> c -> done"),
        [("meaning-code", "any")],
    ),
    "a month": (beside(d.timer('"P1M"')), [("meaning-months", "border")]),
    "a signal": (
        diagram(*users("a"), d.throw("t", d.signal("s1")), flows="begin -> a -> t -> done"), [("meaning-signal", "t")],
    ),
    "two receivers": (TWO_RECEIVERS, [("meaning-message", "r1"), ("meaning-message", "r2")]),
    "a message start": (starting(d.message("m1")), [("meaning-start", "begin")]),
    "a timer start": (starting(d.timer()), [("meaning-start", "begin")]),
    "results of instances that run at once": (
        diagram(d.user("each", d.multi_instance("items", output=("found", "v"))), flows="begin -> each -> done"),
        [("meaning-results", "each")],
    ),
    "an item read afterwards": (
        diagram(d.user("each", d.multi_instance("items")), d.script("s", "last = items_item"),
                flows="begin -> each -> s -> done"),
        [("meaning-item", "each")],
    ),
    "a comparison with 0": (compared("x == 0"), [("meaning-truth", "g_to_a")]),
    "a truth in a list": (compared("x in [True, None]"), [("meaning-truth", "g_to_a")]),
    "two names": (compared("x != y"), [("meaning-truth", "g_to_a")]),
    "a comparison in a script": (
        diagram(d.script("s", "if x == 1:\n    w = 2"), flows="begin -> s -> done"), [("meaning-truth", "s")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED)
def test_an_element_that_means_something_else_is_named(name: str) -> None:
    files, expected = CHANGED[name]
    assert changes(files) == expected
    assert changes(files, lint.MEANING) == []


@pytest.mark.parametrize(
    "files",
    [
        forked("w = 2", "seen > 2"),
        compared('x == "a"'),
        compared("x is None"),
        compared("x == 5"),
        compared("x > 0"),
        beside(d.timer('"PT1M"')),
        beside(d.timer()),
        diagram(d.user("each", d.multi_instance("items", sequential=True, output=("found", "v"))),
                flows="begin -> each -> done"),
    ],
)  # fmt: skip
def test_what_means_the_same_is_not_named(files: Files) -> None:
    assert changes(files) == []


@pytest.mark.parametrize(
    ("rows", "policy", "is_named"),
    [
        (('< "2026-09-01" | 1', '>= "2026-05-01" | 2'), "UNIQUE", True),
        (('< "2026-09-01" | 1', '>= "2026-05-01" | 2'), "FIRST", False),
        (('"a" | 1', '"b" | 2'), "UNIQUE", False),
        (('"a" | 1', "? == other | 2"), "UNIQUE", True),
    ],
)
def test_a_unique_table_whose_rows_may_match_together_is_named(
    rows: tuple[str, ...], policy: str, is_named: bool
) -> None:
    table = draw.dmn(draw.table(*rows, inputs=(("day", "string"),), policy=policy))
    rules = [rule for rule, _ in changes({"t.dmn": table})]
    assert ("meaning-unique" in rules) is is_named
