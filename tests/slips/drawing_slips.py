"""Slips on a drawing: a flow, a timer or a property that is missing or points somewhere else."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from lxml import etree

from engine.safe_xml import parse_xml
from tests.slips.slip import Files, Slip, SlipMaker, mistyped, paths_with, replaced

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SPIFF = "{http://spiffworkflow.org/bpmn/schema/1.0/core}"
Element = etree._Element
Edit = Callable[[Random, Element, Element], tuple[str, tuple[str, ...]] | None]
"""Changes one element of a tree; says what it did, and the words one of which a sentence about it has."""
NODES = tuple(
    f"{BPMN}{name}"
    for name in ("userTask", "serviceTask", "scriptTask", "exclusiveGateway", "callActivity", "businessRuleTask")
)


def edits(kind: str, suffix: str, pick: Callable[[Element], list[Element]], edit: Edit) -> SlipMaker:
    """A maker of slips that pick one element of one file and edit it."""

    def make(dice: Random, files: Files) -> Slip | None:
        path = dice.choice(paths_with(files, suffix))
        root = parse_xml(files[path])
        places = pick(root)
        made = edit(dice, root, dice.choice(places)) if places else None
        if made is None:
            return None
        content = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        return Slip(kind, path, made[0], replaced(files, path, content), made[1])

    return make


def elements(*tags: str) -> Callable[[Element], list[Element]]:
    """All elements of these tags of BPMN."""
    return lambda root: list(root.iter(*(f"{BPMN}{tag}" for tag in tags)))


def name_of(element: Element) -> tuple[str, ...]:
    """The words by which an element is known: its name and its id."""
    return tuple(filter(None, (element.get("name"), element.get("id"))))


def drop_flow(dice: Random, root: Element, flow: Element) -> tuple[str, tuple[str, ...]]:
    _remove_flow(root, flow)
    ends = [str(flow.get("sourceRef")), str(flow.get("targetRef"))]
    return f"flow {flow.get('id')} removed", tuple(ends)


def _remove_flow(root: Element, flow: Element) -> None:
    for part in list(root.iter(f"{BPMN}incoming", f"{BPMN}outgoing")):
        if part.text == flow.get("id"):
            part.getparent().remove(part)  # type: ignore[union-attr]
    for shape in list(root.iter("{*}BPMNEdge")):
        if shape.get("bpmnElement") == flow.get("id"):
            shape.getparent().remove(shape)  # type: ignore[union-attr]
    for node in root.iter("{*}*"):
        if node.get("default") == flow.get("id"):
            del node.attrib["default"]
    flow.getparent().remove(flow)  # type: ignore[union-attr]


def turn_flow(dice: Random, root: Element, flow: Element) -> tuple[str, tuple[str, ...]] | None:
    """A flow dropped on another node of the same scope."""
    parent = flow.getparent()
    nodes = [one for one in parent if one.tag in NODES and one.get("id") != flow.get("targetRef")]  # type: ignore[union-attr]
    if not nodes:
        return None
    node, old = dice.choice(nodes), flow.get("targetRef")
    for part in list(root.iter(f"{BPMN}incoming")):
        if part.text == flow.get("id"):
            part.getparent().remove(part)  # type: ignore[union-attr]
    incoming = etree.Element(f"{BPMN}incoming")
    incoming.text = flow.get("id")
    first = next(
        (n for n, one in enumerate(node) if one.tag not in (f"{BPMN}extensionElements", f"{BPMN}documentation")),
        len(node),
    )
    node.insert(first, incoming)
    flow.set("targetRef", str(node.get("id")))
    return f"flow {flow.get('id')} leads to {node.get('id')} instead of {old}", (*name_of(node), str(old))


def drop_timer(dice: Random, root: Element, event: Element) -> tuple[str, tuple[str, ...]] | None:
    definition = event.find(f"{BPMN}timerEventDefinition")
    if definition is None:
        return None
    event.remove(definition)
    return f"timer of {event.get('id')} removed", name_of(event)


def drop_node(dice: Random, root: Element, node: Element) -> tuple[str, tuple[str, ...]]:
    """An element deleted with its flows, as the editor does."""
    key = node.get("id")
    flows = [one for one in root.iter(f"{BPMN}sequenceFlow") if key in (one.get("sourceRef"), one.get("targetRef"))]
    words = tuple(str(flow.get(end)) for flow in flows for end in ("sourceRef", "targetRef"))
    for flow in flows:
        _remove_flow(root, flow)
    for reference in list(root.iter(f"{BPMN}flowNodeRef")):
        if reference.text == key:
            reference.getparent().remove(reference)  # type: ignore[union-attr]
    for shape in list(root.iter("{*}BPMNShape")):
        if shape.get("bpmnElement") == key:
            shape.getparent().remove(shape)  # type: ignore[union-attr]
    attached = [one for one in root.iter(f"{BPMN}boundaryEvent") if one.get("attachedToRef") == key]
    node.getparent().remove(node)  # type: ignore[union-attr]
    for one in attached:
        words += drop_node(dice, root, one)[1]
    return f"{key} removed", (*name_of(node), *words)


def mistype_attribute(name: str) -> Edit:
    """An attribute with a slip of the hand."""

    def edit(dice: Random, _root: Element, element: Element) -> tuple[str, tuple[str, ...]] | None:
        old = element.get(name)
        if not old:
            return None
        element.set(name, mistyped(dice, old))
        return f"{name} of {element.get('id')}: {element.get(name)} instead of {old}", (
            str(element.get(name)),
            old,
            *name_of(element),
        )

    return edit


def change_attribute(name: str, values: Callable[[Element], list[str]]) -> Edit:
    """An attribute with another value that is allowed there."""

    def edit(dice: Random, root: Element, element: Element) -> tuple[str, tuple[str, ...]] | None:
        old = element.get(name) or ""
        others = [value for value in values(root) if value != old]
        if not others:
            return None
        element.set(name, dice.choice(others))
        return f"{name} of {element.get('id')}: {element.get(name)} instead of {old}", (
            str(element.get(name)),
            old,
            *name_of(element),
        )

    return edit


def properties(name: str) -> Callable[[Element], list[Element]]:
    """The properties of tasks of a name."""
    return lambda root: [one for one in root.iter(f"{SPIFF}property") if one.get("name") == name and one.get("value")]


def parameters(*names: str) -> Callable[[Element], list[Element]]:
    """The parameters of services of these names."""
    return lambda root: [one for one in root.iter(f"{SPIFF}parameter") if one.get("id") in names]


def drop_element(dice: Random, root: Element, element: Element) -> tuple[str, tuple[str, ...]]:
    holder = next(one for one in element.iterancestors() if one.get("id") and one.get("name"))
    element.getparent().remove(element)  # type: ignore[union-attr]
    return f"{element.get('name') or element.get('id') or element.tag} of {holder.get('id')} removed", name_of(holder)


def roles(_root: Element) -> list[str]:
    return ["commune", "tier2_focal", "operator", "supervisor", "department", "police"]


def move_to_lane(dice: Random, root: Element, reference: Element) -> tuple[str, tuple[str, ...]] | None:
    lanes = [lane for lane in root.iter(f"{BPMN}lane") if lane is not reference.getparent()]
    if not lanes:
        return None
    lane = dice.choice(lanes)
    lane.append(reference)
    return f"{reference.text} in {lane.get('id')}", (str(reference.text),)


def interrupts(dice: Random, root: Element, event: Element) -> tuple[str, tuple[str, ...]]:
    now = "true" if event.get("cancelActivity") == "false" else "false"
    event.set("cancelActivity", now)
    return f"{event.get('id')} interrupts: {now}", name_of(event)


DRAWING_SLIPS: dict[str, SlipMaker] = {
    "flow missing": edits("flow missing", ".bpmn", elements("sequenceFlow"), drop_flow),
    "flow elsewhere": edits("flow elsewhere", ".bpmn", elements("sequenceFlow"), turn_flow),
    "timer missing": edits("timer missing", ".bpmn", elements("boundaryEvent", "intermediateCatchEvent"), drop_timer),
    "step missing": edits(
        "step missing", ".bpmn", elements("userTask", "serviceTask", "scriptTask", "boundaryEvent"), drop_node
    ),
    "role mistyped": edits("role mistyped", ".bpmn", properties("role"), mistype_attribute("value")),
    "role of others": edits("role of others", ".bpmn", properties("role"), change_attribute("value", roles)),
    "role missing": edits("role missing", ".bpmn", properties("role"), drop_element),
    "form mistyped": edits("form mistyped", ".bpmn", properties("form"), mistype_attribute("value")),
    "unit mistyped": edits("unit mistyped", ".bpmn", properties("unit"), mistype_attribute("value")),
    "recipient mistyped": edits("recipient mistyped", ".bpmn", parameters("to"), mistype_attribute("value")),
    "template mistyped": edits("template mistyped", ".bpmn", parameters("template"), mistype_attribute("value")),
    "rung mistyped": edits("rung mistyped", ".bpmn", parameters("rung"), mistype_attribute("value")),
    "parameter missing": edits(
        "parameter missing", ".bpmn", parameters("to", "template", "hours", "text", "action"), drop_element
    ),
    "mark mistyped": edits("mark mistyped", ".bpmn", parameters("status"), mistype_attribute("value")),
    "call mistyped": edits("call mistyped", ".bpmn", elements("callActivity"), mistype_attribute("calledElement")),
    "message mistyped": edits("message mistyped", ".bpmn", elements("message"), mistype_attribute("name")),
    "host mistyped": edits("host mistyped", ".bpmn", elements("boundaryEvent"), mistype_attribute("attachedToRef")),
    "host is another": edits(
        "host is another",
        ".bpmn",
        elements("boundaryEvent"),
        change_attribute("attachedToRef", lambda root: [str(one.get("id")) for one in root.iter(f"{BPMN}userTask")]),
    ),
    "lane of others": edits("lane of others", ".bpmn", elements("flowNodeRef"), move_to_lane),
    "event interrupts": edits("event interrupts", ".bpmn", elements("boundaryEvent"), interrupts),
    "default mistyped": edits("default mistyped", ".bpmn", elements("exclusiveGateway"), mistype_attribute("default")),
    "default is another": edits(
        "default is another",
        ".bpmn",
        elements("exclusiveGateway"),
        lambda dice, root, gateway: change_attribute(
            "default", lambda _r: [str(one.text) for one in gateway.iter(f"{BPMN}outgoing")]
        )(dice, root, gateway),
    ),
}
