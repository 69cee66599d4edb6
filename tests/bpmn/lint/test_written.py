"""What scripts and tables write, names that are compared, and circles in which nothing waits: slips are told."""

from __future__ import annotations

import pytest

from engine.bpmn.lint import Vocabulary
from engine.text import differs_by_slip
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import TABLE, VOCABULARY, end, flows, gateway, report, script, start, table, user
from tests.bpmn.lint.test_values import ASKING, asking


def rules(files: bytes | draw.Files, vocabulary: Vocabulary = VOCABULARY) -> list[str]:
    return [problem.rule for problem in draw.problems(files, vocabulary)]


@pytest.mark.parametrize(
    ("word", "other", "is_slip"),
    [
        ("department", "departmen", True),
        ("department", "departmennt", True),
        ("department", "deaprtment", True),
        ("department", "depertment", True),
        ("department", "department", False),
        ("department", "dpeartmnet", False),
        ("return", "returned", False),
        ("", "a", True),
    ],
)
def test_one_slip_of_the_hand(word: str, other: str, is_slip: bool) -> None:
    assert differs_by_slip(word, other) is differs_by_slip(other, word) is is_slip


def routed(script_text: str, result: str = '"urgent"', column: str = "level") -> draw.Files:
    """A table writes `level`, a script may too, and a gateway asks for "urgent"."""
    drawn = report(
        start(),
        draw.rule_task("routing"),
        script(script_text),
        user(form="verify"),
        gateway("exclusive", "ask", "ask_done"),
        end("yes"),
        end(),
        flows('begin -> decide -> compute -> work -> ask; ask -> done; ask -> yes if level == "urgent"'),
    )
    written = table('"health" | "usual"', f"- | {result}").replace('name="level"', f'name="{column}"')
    return {draw.REPORT: drawn, TABLE: draw.dmn(written)}


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (routed("again = 1"), []),
        (routed('level = "urgent" if again == 1 else level\nagain = 1'), []),
        (routed('level = "urgnet" if field == "health" else level'), ["value-written-unasked"]),
        (routed("again = 1", '"urgen"'), ["value-mistyped"]),  # Then nothing else writes what the gateway asks for.
        (routed('level = "urgent"', '"urgen"'), ["value-written-unasked"]),
        (routed('level = "urgent"', column="levl"), ["name-written-unread"]),
        (routed("levle = 1"), ["name-written-unread"]),
        (routed("nobody_reads_it = 1"), []),
    ],
)
def test_what_is_written_and_asked_nowhere_is_told_with_what_was_meant(files: draw.Files, told: list[str]) -> None:
    asking_level = ASKING.for_one_file() if "unknown" in told else ASKING
    vocabulary = Vocabulary(
        signals=None, forms={"verify": frozenset({"outcome"})}, names=asking_level.names, mails=frozenset()
    )
    assert rules(files, vocabulary) == told


@pytest.mark.parametrize(
    ("condition", "rule"),
    [
        ('level >= "2"', "number-in-quotes"),
        ('=level > "2"', "number-in-quotes"),
        ("level >= 2", ""),
        ("decision == field", "names-never-equal"),
        ("=decision = field", "names-never-equal"),
        ("decision == decision", ""),
        ("field == place", "names-never-equal"),
        ("unit_kind(place) == department", "value-without-quotes"),
    ],
)
def test_two_names_that_are_never_equal_and_digits_in_quotes_are_told(condition: str, rule: str) -> None:
    vocabulary = ASKING
    assert rules(asking(condition), vocabulary) == ([rule] if rule else [])


def test_a_number_in_quotes_among_numbers_of_a_table_is_told() -> None:
    written = table('"health" | 2', '- | "3"')
    drawn = report(
        start(), draw.rule_task("routing"), user(form="verify"), end(), flows("begin -> decide -> work -> done")
    )
    (problem,) = draw.problems({draw.REPORT: drawn, TABLE: draw.dmn(written)}, ASKING)
    assert (problem.rule, problem.element) == ("number-in-quotes", "r2o")


def circling(step: str, back: str, *between: str) -> bytes:
    """A script and a gateway that leads back to it."""
    names = "".join(f" -> {draw.key_of(one)}" for one in between)
    parts = (
        start(),
        script("turns = 0", "set"),
        script(step),
        *between,
        gateway("exclusive", "ask", "ask_done"),
        end(),
    )
    return report(*parts, flows(f"begin -> set -> compute{names} -> ask; ask -> done; ask -> compute if {back}"))


@pytest.mark.parametrize(
    ("diagram", "told"),
    [
        (circling("turns = turns + 1", "turns < 3"), []),
        (circling("turns += 1", "turns <= 3"), []),
        (circling("turns = turns + 1", "turns > 3"), ["loop-without-wait"]),
        (circling("turns = turns - 1", "turns < 3"), ["loop-without-wait"]),
        (circling("turns = turns + 1\nturns = 0", "turns < 3"), ["loop-without-wait"]),
        (circling("others = 1", "turns < 3"), ["loop-without-wait"]),
        (circling("others = 1", "turns < 3", user(form="verify")), []),
        (circling("others = 1", "turns < 3", draw.catch("later", draw.timer('"PT1H"'))), []),
    ],
)
def test_a_circle_without_a_wait_is_told_unless_it_provably_ends(diagram: bytes, told: list[str]) -> None:
    assert rules(diagram) == told


def test_the_circle_is_told_by_its_steps() -> None:
    (problem,) = draw.problems(circling("others = 1", "turns < 3"))
    assert problem.element == "compute"
    assert "compute" in problem.message
    assert "ask" in problem.message
