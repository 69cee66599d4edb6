"""Promises of the rewriting of foreign diagrams: what is drawn for what was left out, and that the result runs so."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from lxml import etree

from engine.bpmn.actions import Message, Start
from engine.bpmn.lint.tolerances import INCIDENT, UNMATCHED
from engine.bpmn.parser import parse_processes
from engine.bpmn.step import advance
from engine.errors import BadInput, StepFailed
from engine.studio.importing.choices import ImportChoices
from engine.studio.importing.conversion import convert_each_process
from engine.studio.importing.normalise import normalise_diagram
from tests.bpmn.lint import draw
from tests.bpmn.lint.draw import flow, flows, gateway, node, process, sub, user
from tests.kit.hotline import DATA, NOW, WORLD
from tests.studio.importing.rewritten import BEGIN, DONE, PASS, Walk, report, rules

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"


def test_flows_and_elements_without_an_id_get_the_same_one_each_time() -> None:
    content = report(
        BEGIN,
        "<bpmn:intermediateThrowEvent name='Đợi'/>",
        DONE,
        '<bpmn:sequenceFlow sourceRef="begin" targetRef="done"/>',
        '<bpmn:sequenceFlow id="Flow_begin_done" sourceRef="begin" targetRef="done"/>',
    )
    result = normalise_diagram(content)
    root = etree.fromstring(result.content)
    assert [part.get("id") for part in root.iter(f"{BPMN}sequenceFlow")][:2] == ["Flow_begin_done_2", "Flow_begin_done"]
    assert "id" in rules(result)
    assert normalise_diagram(content) == result
    assert normalise_diagram(result.content).changes == ()


def test_ids_that_the_engine_takes_for_its_own_are_changed_wherever_they_stand() -> None:
    walk = Walk(report(draw.start("Start"), user("đơn"), draw.end("End"), flows("Start -> đơn -> End")))
    assert list(walk.open) == ["UserTask__n"]
    assert walk.complete("UserTask__n").step.finished


def test_what_ends_and_begins_without_an_event_runs() -> None:
    walk = Walk(report(user("one"), user("two"), user("three"), flows("one -> three")))
    assert set(walk.open) == {"one", "two"}
    walk.complete("one").complete("two")
    assert not walk.step.finished
    assert walk.complete("three").step.finished


def test_an_empty_sub_process_is_passed() -> None:
    walk = Walk(report(BEGIN, sub("nothing"), user(), flows("begin -> nothing -> work")))
    assert list(walk.open) == ["work"]


def test_a_started_scope_gets_no_second_start() -> None:
    result = normalise_diagram(report(BEGIN, user(), user("lost"), flows("begin -> work")))
    assert "start" not in rules(result)
    assert {problem.rule for problem in draw.problems(result.content)} == {"unreachable"}


def choosing(default: str = "") -> bytes:
    attributes = f'default="{default}"' if default else ""
    return report(
        BEGIN,
        user("ask").replace("<bpmn:userTask", f"<bpmn:userTask {attributes}"),
        *map(user, ("a", "b", "c")),
        flow("begin", "ask"),
        flow("ask", "a", "level == 1"),
        flow("ask", "b", "level &lt; 3".replace("&lt;", "<")),
        flow("ask", "c"),
    )


@pytest.mark.parametrize(
    ("default", "level", "opened"),
    [("", 1, "abc"), ("", 2, "bc"), ("", 5, "c"), ("ask_c", 1, "ab"), ("ask_c", 5, "c")],
)
def test_conditions_of_an_activity_let_every_flow_pass_that_holds(default: str, level: int, opened: str) -> None:
    walk = Walk(choosing(default)).complete("ask", level=level)
    assert set(walk.open) == set(opened)


def test_several_flows_of_an_activity_are_all_taken() -> None:
    walk = Walk(report(BEGIN, user("ask"), user("a"), user("b"), flows("begin -> ask -> a; ask -> b"))).complete("ask")
    assert set(walk.open) == {"a", "b"}
    assert not walk.complete("a").step.finished
    assert walk.complete("b").step.finished


def test_a_gateway_without_a_default_stops_the_case_when_nothing_holds() -> None:
    content = report(
        BEGIN,
        user("ask"),
        gateway("exclusive", "pick"),
        user("a"),
        user("b"),
        flows("begin -> ask -> pick; pick -> a if level == 1; pick -> b if level == 2"),
    )
    assert "default-missing" in {problem.rule for problem in draw.problems(content)}
    walk = Walk(content)
    assert walk.result.changes[-1].after == f"{UNMATCHED} = {INCIDENT}"
    with pytest.raises(StepFailed):
        walk.complete("ask", level=3)


def test_the_only_flow_without_a_condition_is_the_default() -> None:
    walk = Walk(
        report(
            BEGIN,
            user("ask"),
            gateway("exclusive", "pick"),
            user("a"),
            user("b"),
            flows("begin -> ask -> pick; pick -> b; pick -> a if level == 1"),
        )
    )
    assert "default" in rules(walk.result)
    assert list(walk.complete("ask", level=1).open) == ["a"]


def test_a_parallel_gateway_has_no_conditions() -> None:
    walk = Walk(
        report(
            BEGIN,
            gateway("parallel", "fork"),
            user("a"),
            user("b"),
            flows("begin -> fork; fork -> a if level == 1; fork -> b"),
        )
    )
    assert set(walk.open) == {"a", "b"}


@pytest.mark.parametrize("kind", ["parallel", "inclusive"])
def test_two_flows_from_one_element_join_in_one_token(kind: str) -> None:
    fork = [
        flow("fork", "join", key=key, condition="True" if kind == "inclusive" else "") for key in ("f1", "f2", "f3")
    ]
    walk = Walk(
        report(
            BEGIN,
            gateway(kind, "fork"),
            gateway(kind, "join"),
            user(),
            DONE,
            *fork,
            flows("begin -> fork; join -> work -> done"),
        )
    )
    assert rules(walk.result).count("double-flow") == 2
    assert len(walk.step.opened_tasks) == 1
    assert walk.complete("work").step.finished


LINK = '<bpmn:linkEventDefinition name="{}"/>'


def test_links_lead_where_they_point_to_and_keep_their_ids() -> None:
    walk = Walk(
        report(
            BEGIN,
            user("ask"),
            gateway("exclusive", "pick", "pick_far"),
            draw.throw("far", LINK.format("x")),
            draw.throw("near", LINK.format("x")),
            draw.catch("land", LINK.format("x")),
            user("a"),
            DONE,
            flows("begin -> ask -> pick -> far; pick -> near if level == 1; land -> a -> done"),
        )
    )
    root = etree.fromstring(walk.result.content)
    assert {part.get("id") for part in root.iter(f"{BPMN}intermediateThrowEvent")} == {"far", "near", "land"}
    assert list(walk.complete("ask", level=2).open) == ["a"]


@pytest.mark.parametrize("catches", [0, 2])
def test_links_in_doubt_stay_for_the_checker(catches: int) -> None:
    lands = [draw.catch(f"land{number}", LINK.format("x")) for number in range(catches)]
    result = normalise_diagram(report(BEGIN, draw.throw("far", LINK.format("x")), *lands, flows("begin -> far")))
    assert "link" not in rules(result)
    assert "event-trigger" in {problem.rule for problem in draw.problems(result.content)}


def test_links_in_a_circle_are_refused_by_the_check_and_not_followed_for_ever() -> None:
    content = report(
        BEGIN,
        draw.throw("t1", LINK.format("x")),
        draw.catch("c1", LINK.format("x")),
        draw.throw("t2", LINK.format("y")),
        draw.catch("c2", LINK.format("y")),
        gateway("exclusive", "join"),
        flows("begin -> join -> t1; c1 -> t2; c2 -> join"),
    )
    result = normalise_diagram(content)
    assert rules(result).count("link") == 2
    assert draw.problems(result.content) != []


@pytest.mark.parametrize("kind", ["task", "manualTask"])
def test_a_plain_task_is_an_officers_or_is_passed(kind: str) -> None:
    content = report(BEGIN, node(kind, "plain"), user(), DONE, flows("begin -> plain -> work -> done"))
    assert list(Walk(content, PASS).open) == ["work"]
    problems = {(problem.element, problem.rule) for problem in draw.problems(normalise_diagram(content).content)}
    assert problems == {("plain", "role-missing"), ("plain", "form-missing")}
    each = ImportChoices(each_task={"plain": "pass"})
    assert list(Walk(content, each).open) == ["work"]


def test_a_task_that_waits_for_no_message_waits_for_one_of_its_name() -> None:
    content = report(
        BEGIN,
        node("receiveTask", "wait", attributes='name="Đợi ý kiến"'),
        node("sendTask", "tell"),
        DONE,
        flows("begin -> wait -> tell -> done"),
    )
    result = normalise_diagram(content)
    (wanted, sent) = [change.after for change in result.changes if change.rule == "message"]
    assert (wanted, sent) == ("Đợi ý kiến", "tell")
    (handled,) = parse_processes({"x.bpmn": result.content}).values()
    step = advance(handled, None, Start(DATA), NOW, WORLD)
    assert not step.finished
    step = advance(handled, step.state, Message(wanted), NOW, WORLD)
    assert step.finished
    assert [event.name for event in step.thrown_events] == ["tell"]


def test_a_reference_with_a_prefix_means_what_the_file_declares() -> None:
    waits = draw.catch("wait", '<bpmn:messageEventDefinition messageRef="bpmn:known"/>')
    declared = '<bpmn:message id="known" name="withdraw"/>'
    walk = Walk(report(BEGIN, waits, DONE, flows("begin -> wait -> done"), declared=declared))
    assert rules(walk.result) == ["reference"]
    assert walk.hear("withdraw").step.finished


CODES = {"message": "", "signal": "", "error": 'errorCode="E1"', "escalation": 'escalationCode="E1"'}


@pytest.mark.parametrize("kind", CODES)
def test_what_is_declared_without_a_name_is_named_after_its_code_or_id(kind: str) -> None:
    declared = f'<bpmn:{kind} id="known" {CODES[kind]}/>'
    result = normalise_diagram(report(BEGIN, DONE, flows("begin -> done"), declared=declared))
    assert [change.after for change in result.changes] == ["E1" if CODES[kind] else "known"]
    assert draw.problems(result.content) == []


def test_an_error_known_by_its_code_is_caught_by_its_code() -> None:
    inner = sub(
        "inner", draw.start("b2"), draw.end("e2", '<bpmn:errorEventDefinition errorRef="E 42"/>'), flows("b2 -> e2")
    )
    caught = draw.boundary("caught", "inner", '<bpmn:errorEventDefinition errorRef="E 42"/>')
    walk = Walk(report(BEGIN, inner, caught, user(), DONE, flows("begin -> inner -> done; caught -> work")))
    assert list(walk.open) == ["work"]


def test_data_that_is_drawn_has_no_effect_on_a_case() -> None:
    data = (
        '<bpmn:ioSpecification><bpmn:dataInput id="paper"/><bpmn:inputSet/><bpmn:outputSet/></bpmn:ioSpecification>'
        '<bpmn:dataInputAssociation id="reads"><bpmn:sourceRef>never</bpmn:sourceRef></bpmn:dataInputAssociation>'
    )
    store = '<bpmn:dataStoreReference id="archive" dataStoreRef="files"/>'
    objects = '<bpmn:dataObject id="never"/>'
    content = report(BEGIN, store, objects, user("work", data), DONE, flows("begin -> work -> done"))
    walk = Walk(content.replace(b"<bpmn:process", b'<bpmn:dataStore id="files"/><bpmn:process', 1))
    assert walk.complete("work").step.finished


def several() -> bytes:
    one = process(BEGIN, user(), DONE, flows("begin -> work -> done"), key="one")
    two = process(draw.start("b2"), user("w2"), draw.end("d2"), flows("b2 -> w2 -> d2"), key="two")
    three = process(node("task", "drawn"), key="three", attributes='isExecutable="false"')
    return draw.definitions(one, two, three)


def test_one_process_of_a_file_runs_and_the_others_stay_drawn() -> None:
    assert list(Walk(several()).open) == ["work"]
    walk = Walk(several(), ImportChoices(process="two"))
    assert list(walk.open) == ["w2"]
    assert b'<bpmn:task id="drawn"' in walk.result.content


def test_each_process_may_become_a_file_of_its_own() -> None:
    files = convert_each_process(several(), {}, ImportChoices())
    both = {f"workflows/{number}.bpmn": file.content for number, file in enumerate(files)}
    assert set(parse_processes(both)) == {"one", "two"}


def test_a_pool_may_name_its_process_with_a_prefix() -> None:
    pools = '<bpmn:participant id="p1" processRef="bpmn:one"/><bpmn:participant id="p2" processRef="bpmn:two"/>'
    content = several().replace(
        b"<bpmn:process", f'<bpmn:collaboration id="c">{pools}</bpmn:collaboration><bpmn:process'.encode(), 1
    )
    assert list(Walk(content).open) == ["work"]


def shape(key: str, left: int, top: int) -> str:
    bounds = f'<dc:Bounds x="{left}" y="{top}" width="100" height="80"/>'
    return f'<d:BPMNShape id="{key}_di" bpmnElement="{key}">{bounds}</d:BPMNShape>'


def drawing(*shapes: str) -> str:
    spaces = f'xmlns:d="{DI[1:-1]}" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    plane = f'<d:BPMNPlane id="pl" bpmnElement="report">{"".join(shapes)}</d:BPMNPlane>'
    return f'<d:BPMNDiagram {spaces} id="dd">{plane}</d:BPMNDiagram>'


def test_what_is_added_is_drawn_where_nothing_stands_and_only_in_a_drawing() -> None:
    process_text = process(user("one"), user("two"), user("three"), flows("one -> two"))
    content = draw.definitions(
        process_text, drawing(shape("one", 100, 100), shape("two", 300, 100), shape("three", 440, 100))
    )
    root = etree.fromstring(normalise_diagram(content).content)
    boxes = {
        drawn.get("bpmnElement"): [float(drawn[0].get(name) or 0) for name in ("x", "y", "width", "height")]
        for drawn in root.iter(f"{DI}BPMNShape")
    }
    assert boxes.keys() == {"one", "two", "three", "Start_report", "End_two", "End_three"}
    for (_, one), (_, other) in pairwise(sorted(boxes.items(), key=lambda item: item[1])):
        assert one[0] + one[2] <= other[0] or one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
    edges = {edge.get("bpmnElement") for edge in root.iter(f"{DI}BPMNEdge")}
    assert {"Flow_Start_report_one", "Flow_two_End_two"} <= edges
    plain = etree.fromstring(normalise_diagram(draw.definitions(process_text)).content)
    assert next(plain.iter(f"{DI}BPMNDiagram"), None) is None


def seconds(count: int) -> float:
    """Seconds of processor to rewrite a file of so many tasks without ends, ids of flows or conditions in gateways."""
    tasks = [node("task", f"t{number}") for number in range(count)]
    lines = [f'<bpmn:sequenceFlow sourceRef="t{number // 2}" targetRef="t{number}"/>' for number in range(1, count)]
    content = report(*tasks, *lines, declared="")
    before = time.process_time()
    normalise_diagram(content)
    return time.process_time() - before


def test_a_file_that_grows_too_large_is_refused() -> None:
    with pytest.raises(BadInput):
        seconds(2_000)


def test_the_time_grows_with_the_elements_and_not_with_their_square() -> None:
    small, large = (min(seconds(count) for _try in range(3)) for count in (150, 1_200))
    assert large < 32 * small
