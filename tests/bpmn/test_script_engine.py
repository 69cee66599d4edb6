"""Every text on a diagram or in a table goes through the language; its errors arrive with their element and cause."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from SpiffWorkflow.bpmn.exceptions import WorkflowTaskException
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import SpiffWorkflowException
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from engine.bpmn.scripts import MAX_LOOP_CARDINALITY, ExpressionLanguage, script_engine
from engine.bpmn.spiff import InstanceCounter, use_counter
from engine.errors import BadInput, ScriptError

NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:spiff="http://spiffworkflow.org/bpmn/schema/1.0/core"'
)
HOSTILE = '__import__("os").getpid()'
MESSAGE = """<bpmn:message id="m" name="m"/><bpmn:correlationProperty id="k" name="k">
  <bpmn:correlationPropertyRetrievalExpression messageRef="m"><bpmn:messagePath>{path}</bpmn:messagePath>
  </bpmn:correlationPropertyRetrievalExpression></bpmn:correlationProperty>
  <bpmn:collaboration id="col"><bpmn:correlationKey id="ck" name="ck">
  <bpmn:correlationPropertyRef>k</bpmn:correlationPropertyRef></bpmn:correlationKey></bpmn:collaboration>"""


@pytest.fixture(autouse=True)
def numbered() -> Iterator[None]:
    """The engine runs here without a step around it, so its tasks are numbered by the test."""
    with use_counter(InstanceCounter(0)):
        yield


def around(element: str, text: str = "", top: str = "", after: str = "") -> str:
    """A diagram with one element `x` in it, its text filled in, and a user task behind it."""
    filled = element.replace("{text}", escape(text)).replace('"{quoted}"', quoteattr(text))
    flows = "".join(
        f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in (("s", "x"), ("x", "u"))
    )
    return (
        f"<bpmn:definitions {NAMESPACES} targetNamespace='t'>{top}<bpmn:process id='p' isExecutable='true'>"
        f'<bpmn:startEvent id="s"/>{filled}<bpmn:userTask id="u"/>{flows}{after}</bpmn:process></bpmn:definitions>'
    )


def table(tested: str, *rows: tuple[str, str]) -> str:
    """A decision table with one input and the output `level`."""
    rules = "".join(
        f'<rule id="r{n}"><inputEntry id="i{n}"><text>{escape(cell)}</text></inputEntry>'
        f'<outputEntry id="o{n}"><text>{escape(value)}</text></outputEntry></rule>'
        for n, (cell, value) in enumerate(rows)
    )
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'
        '<decision id="levels" name="levels"><decisionTable id="t"><input id="in" label="in">'
        f'<inputExpression id="ie" typeRef="string"><text>{escape(tested)}</text></inputExpression></input>'
        f'<output id="out" name="level" typeRef="string"/>{rules}</decisionTable></decision></definitions>'
    )


def start(diagram: str, data: dict[str, Any], decision: str = "", services: Any = None) -> Any:
    """A workflow that has run as far as it goes."""
    parser = SpiffBpmnParser()
    if decision:
        parser.add_dmn_str(decision)
    parser.add_bpmn_str(diagram)
    engine = script_engine(ExpressionLanguage({"now": lambda: "2026-11-24T08:00:00+07:00"}), services or refuse)
    workflow = BpmnWorkflow(parser.get_spec("p"), parser.get_subprocess_specs("p"), script_engine=engine)
    workflow.data.update(data)
    workflow.get_tasks(spec_name="Start" if "Start" in workflow.spec.task_specs else "s")[0].data.update(data)
    workflow.do_engine_steps()
    return workflow


def refuse(*_: object) -> str:
    raise BadInput("No operator is expected here.")


def open_tasks(workflow: Any) -> list[str]:
    return sorted(task.task_spec.name for task in workflow.get_tasks(state=TaskState.READY, manual=True))


def data_of(workflow: Any) -> dict[str, Any]:
    found: dict[str, Any] = workflow.get_tasks(state=TaskState.READY, manual=True)[0].data
    return found


GATEWAY = """<bpmn:exclusiveGateway id="x" default="x_u"/>
<bpmn:sequenceFlow id="f" sourceRef="x" targetRef="v"><bpmn:conditionExpression
 xsi:type="bpmn:tFormalExpression">{text}</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:userTask id="v"/>"""
SCRIPT = '<bpmn:scriptTask id="x"><bpmn:script>{text}</bpmn:script></bpmn:scriptTask>'
BEFORE = """<bpmn:manualTask id="x"><bpmn:extensionElements><spiff:preScript>{text}</spiff:preScript>
</bpmn:extensionElements></bpmn:manualTask>"""
SERVICE = """<bpmn:serviceTask id="x"><bpmn:extensionElements><spiff:serviceTaskOperator id="notice"
 resultVariable="_notice"><spiff:parameters><spiff:parameter id="to" type="any" value="{quoted}"/></spiff:parameters>
</spiff:serviceTaskOperator></bpmn:extensionElements></bpmn:serviceTask>"""
TIMER = """<bpmn:intermediateCatchEvent id="x"><bpmn:timerEventDefinition id="t"><bpmn:timeDate
 xsi:type="bpmn:tFormalExpression">{text}</bpmn:timeDate></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"""
DECISION = """<bpmn:businessRuleTask id="x"><bpmn:extensionElements><spiff:calledDecisionId>levels
</spiff:calledDecisionId></bpmn:extensionElements></bpmn:businessRuleTask>""".replace("levels\n", "levels")
TIMES = """<bpmn:userTask id="x"><bpmn:multiInstanceLoopCharacteristics isSequential="false">
<bpmn:loopCardinality>{text}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics></bpmn:userTask>"""
TIMES_IN_TURN = TIMES.replace('"false"', '"true"')
LOOP = """<bpmn:scriptTask id="x"><bpmn:script>n += 1</bpmn:script><bpmn:standardLoopCharacteristics testBefore="true">
<bpmn:loopCondition>{text}</bpmn:loopCondition></bpmn:standardLoopCharacteristics></bpmn:scriptTask>"""
EACH = """<bpmn:scriptTask id="x"><bpmn:script>done = item * 2</bpmn:script><bpmn:multiInstanceLoopCharacteristics
 isSequential="true"><bpmn:loopDataInputRef>items</bpmn:loopDataInputRef>
<bpmn:loopDataOutputRef>results</bpmn:loopDataOutputRef><bpmn:inputDataItem id="item" name="item"/>
<bpmn:outputDataItem id="done" name="done"/><bpmn:completionCondition>{text}</bpmn:completionCondition>
</bpmn:multiInstanceLoopCharacteristics></bpmn:scriptTask>"""
SENDING = """<bpmn:intermediateThrowEvent id="x"><bpmn:messageEventDefinition messageRef="m"><bpmn:extensionElements>
<spiff:messagePayload>{text}</spiff:messagePayload></bpmn:extensionElements></bpmn:messageEventDefinition>
</bpmn:intermediateThrowEvent>"""
PLAIN_MESSAGE = '<bpmn:message id="m" name="m"/>'


def test_a_condition_chooses_the_flow() -> None:
    diagram = around(GATEWAY, 'field in ("health", "order")\n and level > 1')
    assert open_tasks(start(diagram, {"field": "health", "level": 2})) == ["v"]
    assert open_tasks(start(diagram, {"field": "welfare", "level": 2})) == ["u"]


def test_a_script_and_a_script_before_a_task_write_data() -> None:
    assert data_of(start(around(SCRIPT, "level += 1\nrole = 'commune'"), {"level": 1})) == {
        "level": 2,
        "role": "commune",
    }
    workflow = start(around(BEFORE, "level = 3"), {"level": 1})
    assert workflow.get_tasks(spec_name="x")[0].data == {"level": 3}


def test_a_service_task_calls_the_services_with_computed_parameters() -> None:
    calls: list[tuple[str, str, object]] = []

    def services(task: Any, name: str, params: dict[str, Any]) -> str:
        calls.append((task.task_spec.name, name, params))
        return json.dumps({"sent": 1})

    workflow = start(around(SERVICE, '["unit", place]'), {"place": "26068"}, services=services)
    assert calls == [("x", "notice", {"to": ["unit", "26068"]})]
    assert data_of(workflow)["_notice"] == {"sent": 1}


def test_a_timer_takes_its_instant_from_a_function() -> None:
    workflow = start(around(TIMER, "now()"), {})
    assert workflow.get_tasks(spec_name="x")[0].internal_data["event_value"].startswith("2026-11-24T08:00:00")


@pytest.mark.parametrize(
    ("cell", "value", "matches"),
    [
        ('"health"', "health", True),
        ('"health"', "order", False),
        ("17", 17, True),
        ("-1", -1, True),
        ("None", None, True),
        ("True", False, False),
        ("limit", 70, True),
        ("< 80", 79, True),
        (">= 80", 79, False),
        ('!= "order"', "order", False),
        ('? in ("health", "order")', "order", True),
        ('? not in ("health", "order")', "order", False),
        ("60 <= ? < limit", 60, True),
        ("60 <= ? < limit", 70, False),
        ('? == "a?" or ? is None', "a?", True),
        ("len(?) > 3", "abcd", True),
        ("? % 2 == 0 and ? > 10", 12, True),
        ("-", "anything", True),
    ],
)
def test_a_cell_of_a_decision_table_matches(cell: str, value: object, matches: bool) -> None:
    decision = table("value", (cell, '"yes"'), ("-", '"no"'))
    workflow = start(around(DECISION), {"value": value, "limit": 70}, decision)
    assert data_of(workflow)["level"] == ("yes" if matches else "no")


def test_inputs_and_outputs_of_a_decision_table_are_expressions() -> None:
    workflow = start(around(DECISION), {"a": 2, "place": "26068"}, table("a * 2", ("4", '{"unit": place, "n": a + 1}')))
    assert data_of(workflow)["level"] == {"unit": "26068", "n": 3}


def test_repeated_tasks_count_and_stop_by_expressions() -> None:
    assert open_tasks(start(around(TIMES, "len(items)"), {"items": [1, 2]})) == ["x [child]", "x [child]"]
    assert data_of(start(around(LOOP, "n < 4"), {"n": 1}))["n"] == 4
    assert data_of(start(around(EACH, "item == 2"), {"items": [1, 2, 3]}))["results"] == [2, 4]


@pytest.mark.parametrize("element", [TIMES, TIMES_IN_TURN])
@pytest.mark.parametrize("text", ["-1", "2.5", "1000000000000", str(MAX_LOOP_CARDINALITY + 1), "'3'", "None", "True"])
def test_a_task_cannot_be_repeated_without_bound(element: str, text: str) -> None:
    with pytest.raises(WorkflowTaskException, match=f"between 0 and {MAX_LOOP_CARDINALITY}"):
        start(around(element, text), {})


def test_a_message_carries_a_computed_payload_and_keys() -> None:
    workflow = start(around(SENDING, '{"into": case, "k": key}', MESSAGE.format(path="k")), {"case": 1, "key": 7})
    (event,) = workflow.get_events()
    assert event.payload == {"into": 1, "k": 7}
    assert event.correlations == {"ck": {"k": 7}}


def test_a_message_key_that_cannot_be_read_is_a_script_error() -> None:
    catch = """<bpmn:intermediateCatchEvent id="x"><bpmn:messageEventDefinition messageRef="m"><bpmn:extensionElements>
    <spiff:messageVariable>got</spiff:messageVariable></bpmn:extensionElements></bpmn:messageEventDefinition>
    </bpmn:intermediateCatchEvent>"""
    workflow = start(around(catch, "", MESSAGE.format(path=HOSTILE)), {})
    with pytest.raises(ScriptError, match="begins with '_'"):
        workflow.send_event(BpmnEvent(MessageEventDefinition("m"), {"k": 1}, {}))


PLACES = {
    "condition": (GATEWAY, "", ""),
    "script": (SCRIPT, "", ""),
    "script before a task": (BEFORE, "", ""),
    "operator parameter": (SERVICE, "", ""),
    "timer": (TIMER, "", ""),
    "cardinality": (TIMES, "", ""),
    "cardinality in turn": (TIMES_IN_TURN, "", ""),
    "loop condition": (LOOP, "", ""),
    "completion condition": (EACH, "", ""),
    "payload": (SENDING, PLAIN_MESSAGE, ""),
    "input cell": (DECISION, "", table("n", (HOSTILE, '"a"'))),
    "input cell with a question": (DECISION, "", table("n", (f"? == {HOSTILE}", '"a"'))),
    "input cell with a sign": (DECISION, "", table("n", (f"== {HOSTILE}", '"a"'))),
    "tested expression": (DECISION, "", table(HOSTILE, ('"a"', '"a"'))),
    "output cell": (DECISION, "", table("n", ("-", HOSTILE))),
}


def sentence_of(error: BaseException) -> str:
    """The sentence of the ScriptError that an exception of SpiffWorkflow carries."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ScriptError):
        cause = cause.__cause__ or cause.__context__
    return str(cause)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("text", [HOSTILE, "_", "os.getpid()", "[1 for i in items]"])
def test_no_place_evaluates_anything_but_the_language(place: str, text: str) -> None:
    element, top, decision = PLACES[place]
    if decision and text != HOSTILE:
        decision = decision.replace(escape(HOSTILE), escape(text))
    with pytest.raises(SpiffWorkflowException) as caught:
        start(around(element, text, top), {"n": 1, "items": [1, 2]}, decision)
    assert "Line 1, column" in sentence_of(caught.value)
    task: Any = getattr(caught.value, "task", None)
    assert task is not None
    assert task.task_spec.name.split(" ")[0] == "x"


@pytest.mark.parametrize(
    ("element", "text"), [(SCRIPT, "level = missing"), (GATEWAY, "missing + 1 > 1"), (SERVICE, "missing * 2")]
)
def test_a_failure_while_running_carries_a_script_error_as_its_cause(element: str, text: str) -> None:
    with pytest.raises(WorkflowTaskException) as caught:
        start(around(element, text), {})
    cause = caught.value.__cause__
    assert isinstance(cause, ScriptError)
    assert "the name 'missing' has no value here" in str(cause)


def test_a_service_that_refuses_is_an_error_of_its_task() -> None:
    with pytest.raises(WorkflowTaskException, match="No operator is expected here") as caught:
        start(around(SERVICE, "1"), {})
    assert isinstance(caught.value.__cause__, ScriptError)
    assert caught.value.task.task_spec.name == "x"


def test_a_script_replaces_a_value_and_leaves_the_old_one_alone() -> None:
    reply = {"by": 1, "days": [3]}
    workflow = start(around(SCRIPT, 'reply["by"] = 2\nreply["days"] += [4]'), {"reply": reply})
    assert data_of(workflow)["reply"] == {"by": 2, "days": [3, 4]}
    assert reply == {"by": 1, "days": [3]}
