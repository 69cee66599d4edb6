"""Models: requirements, functions, services, boxed expressions, types, imports; and files that are none."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.dmn.program import DmnProgram
from engine.dmn.reading import NAMESPACES, read_model
from engine.dmn.reasons import UnreadableModel
from engine.feel.value_text import literal_text
from engine.feel.values import FeelValue
from tests.dmn.draw import data, decision, literal, model, program, table

FUNCTION = """<businessKnowledgeModel id="twice" name="twice"><variable name="twice"/><encapsulatedLogic>
<formalParameter name="n" typeRef="number"/>{body}</encapsulatedLogic></businessKnowledgeModel>"""
SERVICE = """<decisionService id="service" name="service"><outputDecision href="#end"/><inputDecision href="#begin"/>
<inputData href="#x"/></decisionService>"""


def answer(compiled: DmnProgram, name: str, **inputs: FeelValue) -> str:
    return literal_text(compiled.ask(name, inputs).value)


@pytest.mark.parametrize("version", sorted(NAMESPACES))
def test_every_version_is_read(version: str) -> None:
    compiled = DmnProgram(read_model(model(decision("d", literal("1 + 1")), version=version)))
    assert answer(compiled, "d") == "2"


def test_decisions_know_what_they_require_and_no_more() -> None:
    compiled = program(
        data("x", "number"),
        decision("begin", literal("x + 1"), needs=["x"]),
        decision("end", literal("begin * 10"), needs=["begin"]),
        decision("blind", literal("x"), needs=["begin"]),
    )
    assert (compiled.names(), compiled.input_names()) == (["begin", "end", "blind"], ["x"])
    assert answer(compiled, "end", x=Decimal(1)) == "20"
    assert answer(compiled, "blind", x=Decimal(1)) == "null"
    assert answer(compiled, "end", x="text") == "null"


def test_functions_and_invocations() -> None:
    invocation = (
        f"<invocation>{literal('twice')}<binding><parameter name='n'/>{literal('3 * 30')}</binding></invocation>"
    )
    compiled = program(
        FUNCTION.format(body=literal("if n > 100 then n else twice(n * 2)")),
        decision("d", literal("twice(30)"), knows=["twice"]),
        decision("e", invocation, knows=["twice"]),
        decision("f", literal('twice("a")'), knows=["twice"]),
    )
    assert [answer(compiled, name) for name in "def"] == ["120", "180", "null"]


def test_a_service_is_asked_and_called() -> None:
    compiled = program(
        data("x"),
        decision("begin", literal("1000")),
        decision("end", literal("begin + x"), needs=["begin", "x"]),
        SERVICE,
        decision("caller", literal("service(1, 2) + service(begin: 10, x: 20)"), knows=["service"]),
    )
    assert answer(compiled, "service", x=Decimal(1), begin=Decimal(2)) == "3"
    assert answer(compiled, "caller") == "33"


ENTRY = f"<contextEntry><variable name='a b'/>{literal('2')}</contextEntry>"
IMPORT = '<import name="lib" namespace="http://example.org/other"/>'
TEST = f"<satisfies>{literal('i > 1')}</satisfies>"
BOXES = {
    f"<context>{ENTRY}<contextEntry>{literal('a b * 3')}</contextEntry></context>": "6",
    f"<context>{ENTRY}</context>": "{a b: 2}",
    f"<list>{literal('1')}{literal('2')}</list>": "[1, 2]",
    f"<relation><column name='a'/><row>{literal('1')}</row><row>{literal('2')}</row></relation>": "[{a: 1}, {a: 2}]",
    f"<conditional><if>{literal('true')}</if><then>{literal('1')}</then><else>{literal('2')}</else></conditional>": "1",
    f"<filter><in>{literal('[1, 2, 3]')}</in><match>{literal('item > 1')}</match></filter>": "[2, 3]",
    f"<for iteratorVariable='i'><in>{literal('[1, 2]')}</in><return>{literal('i * 2')}</return></for>": "[2, 4]",
    f"<some iteratorVariable='i'><in>{literal('[1, 2]')}</in>{TEST}</some>": "true",
    f"<every iteratorVariable='i'><in>{literal('[1, 2]')}</in>{TEST}</every>": "false",
    f"<functionDefinition><formalParameter name='n'/>{literal('n')}</functionDefinition>": "function",
    f"<functionDefinition kind='Java'>{literal('n')}</functionDefinition>": "null",
    "<literalExpression expressionLanguage='JavaScript'><text>1</text></literalExpression>": "null",
    "<literalExpression><text/></literalExpression>": "null",
}


@pytest.mark.parametrize(("box", "value"), BOXES.items())
def test_a_boxed_expression_answers(box: str, value: str) -> None:
    assert answer(program(decision("d", box)), "d") == value


PERSON = """<itemDefinition name="grade"><typeRef>string</typeRef><allowedValues><text>"A","B"</text></allowedValues>
</itemDefinition><itemDefinition name="people" isCollection="true">
<itemComponent name="full name"><typeRef>string</typeRef>
</itemComponent><itemComponent name="grade"><typeRef>grade</typeRef></itemComponent></itemDefinition>"""
FITTED = {
    '{full name: "An", grade: "A"}': '[{full name: "An", grade: "A"}]',
    '[{full name: "An", grade: "C"}]': "null",
    '[{full name: "An"}]': "null",
    "[]": "[]",
    "12": "null",
}


@pytest.mark.parametrize(("text", "value"), FITTED.items())
def test_values_are_fitted_to_types(text: str, value: str) -> None:
    compiled = program(
        PERSON, decision("d", literal(text), type_ref="people"), decision("e", literal("d.full name"), needs=["d"])
    )
    assert answer(compiled, "d") == value
    assert compiled.ask("e", {}).value == (["An"] if "An" in value else [] if value == "[]" else None)


def test_an_imported_model_is_known_by_its_name() -> None:
    other = model(data("x"), decision("base", literal("x * 2"), needs=["x"]), namespace="http://example.org/other")
    required = (
        '<informationRequirement><requiredDecision href="http://example.org/other#base"/></informationRequirement>'
    )
    own = model(IMPORT, decision("d", literal("lib.base + 1")).replace("<literal", f"{required}<literal"))
    assert answer(DmnProgram(read_model(own, {"http://example.org/other": other})), "d", x=Decimal(2)) == "5"
    assert DmnProgram(read_model(own)).problems[0].reason.rule == "dmn-requirement-unknown"


def test_what_requires_itself_is_null() -> None:
    compiled = program(decision("a", literal("b"), needs=["b"]), decision("b", literal("a"), needs=["a"]))
    assert "dmn-requirements-circle" in [reason.rule for reason in compiled.ask("a", {}).reasons]
    assert [(problem.element, problem.reason.rule) for problem in compiled.problems] == [
        ("a", "dmn-requirements-circle")
    ]


def test_long_chains_of_decisions_are_decided() -> None:
    steps = [decision(f"d{step}", literal(f"d{step - 1} + 1"), needs=[f"d{step - 1}"]) for step in range(1, 600)]
    assert answer(program(decision("d0", literal("0")), *steps), "d599") == "599"


BROKEN = {
    b"": "dmn-xml-broken",
    b"<definitions": "dmn-xml-broken",
    b"<definitions/>": "dmn-unknown-file",
    b'<x xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/"/>': "dmn-unknown-file",
    model(decision("d", table(["x"], [("-", "1")] * 5001))): "dmn-table-too-large",
    model(decision("d", "<list>" * 80 + "</list>" * 80)): "dmn-boxes-too-deep",
    model(f'<import name="m" namespace="{"http://example.org/model"}"/>'): "dmn-import-circle",
}


@pytest.mark.parametrize(("content", "rule"), BROKEN.items(), ids=BROKEN.values())
def test_a_file_that_is_no_model_is_refused_with_a_reason(content: bytes, rule: str) -> None:
    with pytest.raises(UnreadableModel) as error:
        read_model(content)
    assert (error.value.reason.rule, "{" in str(error.value.reason)) == (
        rule,
        rule == "dmn-unknown-file" and b"xmlns" in content,
    )


def test_what_is_not_there_is_said() -> None:
    assert [reason.rule for reason in program(data("x")).ask("x", {}).reasons] == ["dmn-element-unknown"]
