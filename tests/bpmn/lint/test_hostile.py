"""No content makes the checker raise: mutated diagrams, tables and mails, random bytes, random expressions."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.bpmn.lint import SENTENCES
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import (
    DAY,
    MESSAGE,
    boundary,
    call,
    catch,
    end,
    flow,
    flows,
    gateway,
    inside,
    line,
    multi,
    report,
    rule_task,
    script,
    service,
    start,
    timer,
    user,
)

RICH = report(
    start(),
    script("things = [1, 2]"),
    rule_task("routing"),
    gateway("exclusive", "gate", "gate_work"),
    user(),
    boundary("late", "work", DAY, interrupting=False),
    service("notice", template='"reminder"', rung='"late"', to='["unit"]'),
    end("told"),
    inside("inner", user("each", multi("things", "thing", output=("answers", "answer")))),
    boundary("stopped", "inner", MESSAGE),
    call("called", "calling"),
    end(),
    end("other"),
    flows("begin -> compute -> decide -> gate -> work -> inner -> calling -> done"),
    flows("late -> serve -> told; stopped -> other"),
    flow("gate", "inner", "level == 2"),
)
CALLED = line(user(), catch("wait", timer("working_hours(2)", "timeDate")), key="called")
TABLE = draw.dmn(draw.table('"health" | 2', '? in ("order", "other") | 3', "- | 1"))
MAIL = "Nhắc việc {{ case.code }}\n\n{% if link %}{{ link }}{% endif %}\n".encode()
FILES = {draw.REPORT: RICH, PurePosixPath("workflows/called.bpmn"): CALLED, draw.TABLE: TABLE, draw.MAIL: MAIL}

ODD = ["", "Start", "lost", "__import__('os')", "(" * 200, "{{", "P1D", '"R/P1D"', "\u202e", "-1", "x" * 300, "]]>"]
SPOT = re.compile(r'(?<==")[^"]*(?=")|(?<=>)[^<>]+(?=<)')
SIGNS = ["{{", "}}", "{%", "%}", " for ", " if ", "x", "case", "|", "(", ")", "'", "\n", "in", "set", "=", "#}", "{#"]


def test_the_files_that_are_mutated_are_fine() -> None:
    assert draw.problems(FILES) == []


@st.composite
def mutations(pick: st.DrawFn) -> tuple[PurePosixPath, bytes]:
    """One of the fine files with elements lost, doubled or moved, attributes and texts replaced, bytes changed."""
    path = pick(st.sampled_from([path for path in FILES if path != draw.MAIL]))
    text = FILES[path].decode()
    for act in pick(st.lists(st.sampled_from([lose, double, move, fill]), min_size=1, max_size=4)):
        text = act(text, pick(st.integers(0, 10_000)), pick(st.integers(0, 10_000)))
    changed = bytearray(text.encode())
    for place, byte in pick(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=1)):
        changed[place % len(changed)] = byte
    return path, bytes(changed)


def lose(text: str, first: int, _second: int) -> str:
    lines = text.split("\n")
    del lines[first % len(lines)]
    return "\n".join(lines)


def double(text: str, first: int, second: int) -> str:
    lines = text.split("\n")
    lines.insert(second % len(lines), lines[first % len(lines)])
    return "\n".join(lines)


def move(text: str, first: int, second: int) -> str:
    lines = text.split("\n")
    lines.insert(second % len(lines), lines.pop(first % len(lines)))
    return "\n".join(lines)


def fill(text: str, first: int, second: int) -> str:
    """An attribute or a text replaced by an odd value, or by that of another."""
    spots = list(SPOT.finditer(text))
    values = [*ODD, *(spot.group() for spot in spots)]
    if not spots:
        return text
    spot, value = spots[first % len(spots)], values[second % len(values)]
    return text[: spot.start()] + escape(value, {'"': "&quot;"}) + text[spot.end() :]


def sensible(files: draw.Files) -> None:
    """Fail unless whatever the checker says is about these files and by its rules."""
    for problem in draw.problems(files):
        assert problem.file in files
        assert problem.rule in SENTENCES
        assert problem.message


@pytest.mark.slow
@settings(max_examples=200)
@given(mutations())
def test_no_mutation_of_fine_files_makes_the_checker_raise(mutated: tuple[PurePosixPath, bytes]) -> None:
    path, content = mutated
    sensible({**FILES, path: content})


@settings(max_examples=100)
@given(st.binary(max_size=200), st.sampled_from([draw.REPORT, draw.TABLE, draw.MAIL]))
def test_no_bytes_make_the_checker_raise(content: bytes, path: PurePosixPath) -> None:
    sensible({path: content})


@settings(max_examples=100)
@given(st.lists(st.sampled_from(SIGNS)))
def test_no_template_makes_the_checker_raise(parts: list[str]) -> None:
    sensible({draw.MAIL: " ".join(parts).encode()})


@settings(max_examples=100)
@given(st.text(alphabet="abx<>=!?()[]{}\"',. 019+-*/&|\n\\_:#", max_size=30))
def test_no_expression_makes_the_checker_raise(text: str) -> None:
    nodes = (start(), script(text), user(unit=text), catch("wait", timer(text, "timeDate")), end())
    table = draw.table(f"{text.replace(' | ', '')} | 1", "- | 1")
    path = flows("begin -> compute -> work -> wait -> done")
    sensible({draw.REPORT: report(*nodes, path), draw.TABLE: draw.dmn(table)})
