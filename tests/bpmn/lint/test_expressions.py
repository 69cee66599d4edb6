"""Rules on everything an analyst types into a diagram."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import Case, end, event, extended, flow, flows, gateway, report, script, start, user

FINE = draw.line(user())
INTO = extended("<spiffworkflow:messageVariable>total</spiffworkflow:messageVariable>")


def choice(condition: str) -> bytes:
    nodes = (start(), gateway("exclusive", "gate", "gate_done"), end(), end("other"))
    return report(*nodes, flows("begin -> gate -> done"), flow("gate", "other", condition))


def around(kind: str, text: str) -> bytes:
    """A user task with a pre- or post-script."""
    script_ = f"<spiffworkflow:{kind}>{text}</spiffworkflow:{kind}></bpmn:extensionElements>"
    return draw.line(user().replace("</bpmn:extensionElements>", script_))


def sent(payload: str) -> bytes:
    inner = extended(f"<spiffworkflow:messagePayload>{payload}</spiffworkflow:messagePayload>")
    return draw.line(draw.throw("send", event("message", "message_withdraw", inner)))


def caught(variable: str) -> bytes:
    inner = extended(f"<spiffworkflow:messageVariable>{variable}</spiffworkflow:messageVariable>")
    return draw.line(draw.catch("wait", event("message", "message_withdraw", inner)))


def counted(cardinality: str) -> bytes:
    return draw.line(user("each", draw.multi(cardinality=cardinality)))


def each(item: str) -> bytes:
    return draw.line(script("things = [1]"), user("each", draw.multi("things", item, output=("answers", "answer"))))


def correlated(path: str) -> bytes:
    inner = f"<bpmn:messagePath>{path}</bpmn:messagePath>"
    tag = "bpmn:correlationPropertyRetrievalExpression"
    expression = f'<{tag} messageRef="message_withdraw">{inner}</{tag}>'
    drawn = f'<bpmn:correlationProperty id="by_case" name="by_case">{expression}</bpmn:correlationProperty>'
    return draw.line(user(), declared=draw.DECLARED + drawn)


def served(value: str) -> bytes:
    return draw.line(draw.service("mark", status=value))


def case(rule: str, broken: bytes, mended: bytes, key: str) -> Case:
    return Case(rule, broken, mended, key, f'id="{key}"')


CASES = [
    case("expression", choice("level.real == 1"), choice("level == 1"), "gate_other"),
    case("expression", choice("level = 1"), choice("level == 1"), "gate_other"),
    case("expression", counted("len(things"), counted("len(things)"), "each"),
    case("expression", sent("{level}"), sent('{"level": level}'), "send"),
    case("expression", correlated("case_no."), correlated("case_no"), "by_case"),
    case("expression", served("`overdue`"), served('"overdue"'), "serve"),
    case("expression", draw.line(user(unit="lambda: 1")), draw.line(user(unit="unit_above(place)")), "work"),
    case("function-unknown", choice("open('x') == 1"), choice("len(things) == 1"), "gate_other"),
    case("function-unknown", served("(level).real.hex()"), served('"overdue"'), "serve"),
    case("script", draw.line(script("import os", "compute")), draw.line(script("x = 1")), "compute"),
    case("script", draw.line(script("while True:\n  x = 1")), draw.line(script("if level == 1:\n  x = 1")), "compute"),
    case("script", around("preScript", "level"), around("preScript", "level = 1"), "work"),
    case("script", around("postScript", "del level"), around("postScript", "level += 1"), "work"),
    case("expression-empty", draw.line(script("")), FINE, "compute"),
    case("expression-empty", draw.line(draw.node("scriptTask", "compute")), FINE, "compute"),
    case("expression-empty", served(" ").replace(b'value=" "', b'value=""'), served("level"), "serve"),
    case("name-unknown", choice("levl == 1"), choice("level == 1"), "gate_other"),
    case("name-unknown", served("overdue"), served('"overdue"'), "serve"),
    case("name-invalid", caught("case.id"), caught("withdrawal"), "wait"),
    case("name-invalid", caught("len"), caught("withdrawal"), "wait"),
    case("name-invalid", caught("_hidden"), caught("withdrawal"), "wait"),
    case("name-invalid", each("now"), each("one"), "each"),
]


@pytest.mark.parametrize("case", CASES, ids=draw.names(CASES))
def test_a_broken_rule_is_reported_with_its_place(case: Case) -> None:
    case.check()


@pytest.mark.parametrize(
    "drawn",
    [
        script("total = 1"),
        draw.node("intermediateCatchEvent", "wait", event("message", "message_withdraw", INTO)),
        draw.service("mark", status='"x"', key="total").replace('"_total"', '"total"'),
    ],
)
def test_a_name_that_something_sets_is_known(drawn: str) -> None:
    reading = script("other = total", "reading")
    assert [problem.rule for problem in draw.problems(draw.line(reading))] == ["name-unknown"]
    assert draw.problems(draw.line(drawn, reading)) == []


def test_names_are_not_checked_where_forms_are_not_known() -> None:
    for vocabulary in (replace(draw.VOCABULARY, forms=None), draw.VOCABULARY.for_one_file()):
        assert draw.problems(draw.line(script("other = total")), vocabulary) == []


def test_names_are_not_checked_while_a_form_cannot_be_read() -> None:
    files = {draw.REPORT: draw.line(script("other = total")), PurePosixPath("forms/broken.json"): b"{"}
    assert draw.problems(files) == []
