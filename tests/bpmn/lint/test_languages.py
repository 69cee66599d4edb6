"""Promises of the rules on languages: what a file says to be in another language is not read as ours."""

from __future__ import annotations

import pytest

from tests.bpmn.lint import draw

SAID = '<bpmn:conditionExpression language="{}">level == 2</bpmn:conditionExpression>'
PLAIN = "<bpmn:conditionExpression>level == 2</bpmn:conditionExpression>"


def conditional(said: str, file: str = "") -> bytes:
    """A choice whose condition says that it is in a language, in a file that says one too."""
    drawn = draw.report(
        draw.start(),
        draw.gateway("exclusive", "pick", "pick_done"),
        draw.end(),
        draw.end("other"),
        draw.script("level = 1"),
        draw.flows("begin -> compute -> pick -> done; pick -> other if level == 2"),
    )
    drawn = drawn.replace(PLAIN.encode(), (SAID.format(said) if said else PLAIN).encode())
    return drawn.replace(b'id="file"', f'id="file" expressionLanguage="{file}"'.encode()) if file else drawn


@pytest.mark.parametrize("said", ["groovy", "juel", "http://www.w3.org/1999/XPath"])
def test_a_text_said_to_be_in_another_language_is_not_read_as_ours(said: str) -> None:
    (problem,) = draw.problems(conditional(said))
    assert (problem.rule, problem.element) == ("language-foreign", "pick_other")
    (problem,) = draw.problems(conditional("", said))
    assert (problem.rule, problem.element) == ("language-foreign", "file")
    script = draw.script("code = foo(1)").replace("<bpmn:scriptTask", f'<bpmn:scriptTask scriptFormat="{said}"')
    assert [problem.rule for problem in draw.problems(draw.line(script))] == ["language-foreign"]


def test_our_language_may_be_called_python() -> None:
    assert draw.problems(conditional("python")) == draw.problems(conditional("", "text/x-python")) == []


def test_a_table_in_another_language_is_refused() -> None:
    table = draw.dmn(draw.table("- | 1")).replace(b"<inputExpression", b'<inputExpression expressionLanguage="groovy"')
    assert [problem.rule for problem in draw.problems({draw.TABLE: table})] == ["language-foreign"]
