"""Promises of the difference between diagrams: each single edit of a shipped diagram is found, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from engine.studio.diff.deployment_diff import ADDED, CHANGED, MOVED, REMOVED, ElementChange
from tests.bpmn.lint import draw
from tests.studio.diff.test_deployment_diff import DIAGRAM, SHIPPED, of_file, said

DIAGRAMS = [path for path in sorted(SHIPPED) if path.suffix == ".bpmn"]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
HOLDERS = {f"{BPMN}{name}" for name in ("definitions", "process", "subProcess", "laneSet", "collaboration")}
Found = tuple[str, str, str]
Draw = Callable[..., Any]
# An edit changes the tree it is given and says what must be found.
Edit = Callable[[Draw, Any], list[Found]]


def owner(element: Any) -> str:
    """The id of the drawn element that a part belongs to."""
    while element.get("id") is None or element.getparent() is None or element.getparent().tag not in HOLDERS:
        element = element.getparent()
    return str(element.get("id"))


def texts(tag: str, what: str) -> Edit:
    """Changes the text of one element of that name."""

    def edit(pick: Draw, root: Any) -> list[Found]:
        part = pick(st.sampled_from(list(root.iter(tag))))
        part.text = f"{part.text}  + 1"
        return [(CHANGED, owner(part), what)]

    return edit


def values(tag: str, name: str, what: str) -> Edit:
    """Changes one attribute; a star stands for the name that the part has."""

    def edit(pick: Draw, root: Any) -> list[Found]:
        part = pick(st.sampled_from([part for part in root.iter(tag) if part.get(name) is not None]))
        part.set(name, f"{part.get(name)}_other")
        return [(CHANGED, owner(part), what.replace("*", part.get("name") or part.get("id") or ""))]

    return edit


def loses_a_node(pick: Draw, root: Any) -> list[Found]:
    part = pick(st.sampled_from(list(root.iter(f"{BPMN}userTask", f"{BPMN}serviceTask", f"{BPMN}endEvent"))))
    part.getparent().remove(part)
    return [(REMOVED, part.get("id"), part.tag.removeprefix(BPMN))]


def gets_a_node(pick: Draw, root: Any) -> list[Found]:
    scope = pick(st.sampled_from(list(root.iter(f"{BPMN}process", f"{BPMN}subProcess"))))
    scope.insert(pick(st.integers(0, len(scope))), etree.Element(f"{BPMN}userTask", id="quite_new"))
    return [(ADDED, "quite_new", "userTask")]


def gets_another_id(pick: Draw, root: Any) -> list[Found]:
    part = pick(st.sampled_from(list(root.iter(f"{BPMN}userTask", f"{BPMN}scriptTask"))))
    kind, before = part.tag.removeprefix(BPMN), part.get("id")
    part.set("id", "quite_new")
    return [(REMOVED, before, kind), (ADDED, "quite_new", kind)]


def is_retargeted(pick: Draw, root: Any) -> list[Found]:
    part = pick(st.sampled_from(list(root.iter(f"{BPMN}sequenceFlow"))))
    end, what = pick(st.sampled_from([("sourceRef", "source"), ("targetRef", "target")]))
    others = {node.get("id") for node in root.iter(f"{BPMN}userTask", f"{BPMN}endEvent")} - {part.get(end)}
    part.set(end, pick(st.sampled_from(sorted(others))))
    return [(CHANGED, part.get("id"), what)]


def changes_its_lane(pick: Draw, root: Any) -> list[Found]:
    part = pick(st.sampled_from(list(root.iter(f"{BPMN}flowNodeRef"))))
    lane = pick(st.sampled_from([lane for lane in root.iter(f"{BPMN}lane") if lane is not part.getparent()]))
    lane.append(part)
    return [(CHANGED, part.text, "lane")]


def is_moved(pick: Draw, root: Any) -> list[Found]:
    shape = pick(st.sampled_from(list(root.iter("{*}BPMNShape"))))
    box = shape.find(f"{DC}Bounds")
    side = pick(st.sampled_from(["x", "y", "width", "height"]))
    box.set(side, str(float(box.get(side)) + pick(st.sampled_from([-40, 1, 2.5, 300]))))
    key = shape.get("bpmnElement")
    return [(MOVED, key, next(part for part in root.iter() if part.get("id") == key).tag.removeprefix(BPMN))]


def is_drawn_another_way(pick: Draw, root: Any) -> list[Found]:
    edge = pick(st.sampled_from(list(root.iter("{*}BPMNEdge"))))
    edge[0].set("x", str(float(edge[0].get("x")) + 25))
    return [(MOVED, edge.get("bpmnElement"), "sequenceFlow")]


def repeats(pick: Draw, root: Any) -> list[Found]:
    once = [
        part for part in root.iter(f"{BPMN}userTask") if part.find(f"{BPMN}multiInstanceLoopCharacteristics") is None
    ]
    part = pick(st.sampled_from(once))
    loop = etree.SubElement(part, f"{BPMN}multiInstanceLoopCharacteristics", isSequential="true")
    etree.SubElement(loop, f"{BPMN}loopCardinality").text = "3"
    return [(CHANGED, part.get("id"), what) for what in ("multi_instance", "sequential", "cardinality")]


def waits_for_another_message(pick: Draw, root: Any) -> list[Found]:
    parts = [part for part in root.iter(f"{BPMN}messageEventDefinition") if part.get("messageRef")]
    part = pick(st.sampled_from(parts))
    part.set("messageRef", pick(st.sampled_from(["message_other", "message_new"])))
    return [(CHANGED, owner(part), "message")]


def no_longer_interrupts(pick: Draw, root: Any) -> list[Found]:
    part = pick(st.sampled_from(list(root.iter(f"{BPMN}boundaryEvent"))))
    part.set("cancelActivity", "false" if part.get("cancelActivity", "true") == "true" else "true")
    return [(CHANGED, part.get("id"), "interrupting")]


EDITS: dict[str, tuple[str, Edit]] = {
    "condition": (f"{BPMN}conditionExpression", texts(f"{BPMN}conditionExpression", "condition")),
    "script": (f"{BPMN}script", texts(f"{BPMN}script", "script")),
    "timer": (f"{BPMN}timeDate", texts(f"{BPMN}timeDate", "timer")),
    "documentation": (f"{BPMN}documentation", texts(f"{BPMN}documentation", "documentation")),
    "instructions": (
        f"{SPIFF}instructionsForEndUser",
        texts(f"{SPIFF}instructionsForEndUser", "instructions"),
    ),
    "script afterwards": (f"{SPIFF}postScript", texts(f"{SPIFF}postScript", "script_after")),
    "decision": (f"{SPIFF}calledDecisionId", texts(f"{SPIFF}calledDecisionId", "decision")),
    "name": (f"{BPMN}userTask", values(f"{BPMN}userTask", "name", "name")),
    "name of a message": (f"{BPMN}message", values(f"{BPMN}message", "name", "name")),
    "property": (f"{SPIFF}property", values(f"{SPIFF}property", "value", "property:*")),
    "parameter": (f"{SPIFF}parameter", values(f"{SPIFF}parameter", "value", "parameter:*")),
    "operator": (f"{SPIFF}serviceTaskOperator", values(f"{SPIFF}serviceTaskOperator", "id", "operator")),
    "called": (f"{BPMN}callActivity", values(f"{BPMN}callActivity", "calledElement", "called")),
    "default": (f"{BPMN}exclusiveGateway", values(f"{BPMN}exclusiveGateway", "default", "default")),
    "node lost": (f"{BPMN}userTask", loses_a_node),
    "node new": (f"{BPMN}process", gets_a_node),
    "another id": (f"{BPMN}userTask", gets_another_id),
    "flow": (f"{BPMN}sequenceFlow", is_retargeted),
    "lane": (f"{BPMN}lane", changes_its_lane),
    "place": ("{*}BPMNShape", is_moved),
    "course": ("{*}BPMNEdge", is_drawn_another_way),
    "repetition": (f"{BPMN}userTask", repeats),
    "message": (f"{BPMN}messageEventDefinition", waits_for_another_message),
    "interrupting": (f"{BPMN}boundaryEvent", no_longer_interrupts),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
@settings(deadline=None, max_examples=40 if "WALKS_LONG" in os.environ else 3)
@given(data=st.data())
def test_a_single_edit_is_found_and_nothing_else(name: str, data: st.DataObject) -> None:
    needs, edit = EDITS[name]
    fitting = [path for path in DIAGRAMS if next(etree.fromstring(SHIPPED[path]).iter(needs), None) is not None]
    root = etree.fromstring(SHIPPED[data.draw(st.sampled_from(fitting))])
    old = etree.tostring(root)
    wanted = edit(data.draw, root)
    there, back = of_file(DIAGRAM, old, etree.tostring(root)), of_file(DIAGRAM, etree.tostring(root), old)
    assert [(change.kind, change.element, change.what) for change in there] == wanted
    turned = {ADDED: REMOVED, REMOVED: ADDED}
    back = [ElementChange(turned.get(c.kind, c.kind), c.element, "", c.what, c.after, c.before) for c in back]
    assert sorted(said(back), key=str) == sorted(said(there), key=str)


def changes(old: str, new: str) -> list[ElementChange]:
    """What differs when the one node of a small diagram is drawn otherwise."""
    return of_file(DIAGRAM, draw.line(old), draw.line(new))


def test_names_stand_for_ids_before_and_after() -> None:
    two = '<bpmn:userTask id="other" name="Giải quyết"/>'
    old = draw.report(draw.start(), '<bpmn:userTask id="work" name="Xác minh"/>', two, draw.flows("begin -> work"))
    found = of_file(DIAGRAM, old, old.replace(b'targetRef="work"', b'targetRef="other"'))
    assert found == [ElementChange(CHANGED, "begin_work", "begin → Giải quyết", "target", "Xác minh", "Giải quyết")]


def test_another_kind_of_timer_and_another_time_are_two_changes() -> None:
    old, new = draw.catch("wait", draw.timer('"PT2H"')), draw.catch("wait", draw.timer("working_hours(2)", "timeDate"))
    assert sorted(said(changes(old, new))) == [
        (CHANGED, "wait", "timer", '"PT2H"', "working_hours(2)"),
        (CHANGED, "wait", "timer_kind", "timeDuration", "timeDate"),
    ]


def test_another_trigger_is_told() -> None:
    old, new = draw.catch("wait", draw.MESSAGE), draw.catch("wait", draw.SIGNAL)
    whats = [(what, before, after) for _, _, what, before, after in said(changes(old, new))]
    assert sorted(whats, key=str) == [
        ("message", "withdraw", None),
        ("signal", None, "stop"),
        ("trigger:message", "", None),
        ("trigger:signal", None, ""),
    ]


def test_what_a_default_says_need_not_be_written() -> None:
    host = draw.user()
    plain = draw.node("boundaryEvent", "late", draw.DAY, 'attachedToRef="work"')
    old, new = draw.line(host, draw.boundary("late", "work", draw.DAY)), draw.line(host, plain)
    assert of_file(DIAGRAM, old, new) == []


def test_another_kind_of_node_with_the_same_id_is_a_change() -> None:
    found = changes(draw.user("work"), draw.call("called", "work"))
    assert (CHANGED, "work", "kind", "userTask", "callActivity") in said(found)
    assert {change.kind for change in found} == {CHANGED}


def test_a_sub_process_with_another_id_does_not_change_what_is_in_it() -> None:
    old = draw.line(draw.sub("inner", draw.start("first"), draw.end("last"), draw.flows("first -> last")))
    new = old.replace(b'id="inner"', b'id="core"')
    assert said(of_file(DIAGRAM, old, new)) == [
        (REMOVED, "inner", "subProcess", None, None),
        (ADDED, "core", "subProcess", None, None),
    ]


def test_a_node_taken_into_a_sub_process_is_a_change() -> None:
    old = draw.report(draw.sub("inner"), draw.user("work"))
    new = draw.report(draw.sub("inner", draw.user("work")))
    assert said(of_file(DIAGRAM, old, new)) == [(CHANGED, "work", "scope", None, "inner")]


def test_two_elements_with_one_id_are_still_compared() -> None:
    old = draw.report(draw.user("work"), draw.user("work", role="police"))
    new = old.replace(b"police", b"commune")
    assert said(of_file(DIAGRAM, old, new)) == [(CHANGED, "work", "property:role", "police", "commune")]


@pytest.mark.parametrize("number", ["nan", "inf", "", "x", "1e400"])
def test_a_coordinate_that_is_none_does_not_differ_from_itself(number: str) -> None:
    path: PurePosixPath = DIAGRAMS[0]
    odd = SHIPPED[path].replace(b'<dc:Bounds x="190"', f'<dc:Bounds  x="{number}"'.encode(), 1)
    assert odd != SHIPPED[path]
    assert of_file(path, odd, odd.replace(b"<dc:Bounds  ", b"<dc:Bounds ")) == []
    assert [change.kind for change in of_file(path, SHIPPED[path], odd)] == [MOVED]
